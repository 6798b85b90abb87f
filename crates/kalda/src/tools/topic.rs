//! `kalda topic`: topics made, listed, described and deleted.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use client::admin::{ConfigSource, NewTopic, ResourceKind};
use client::{Client, ClientError, OffsetSpec, Topic, TopicPartition};
use model::ErrorCode;
use serde_json::{Value, json};

use super::ToolError;
use super::connect::ConnectArgs;
use super::formats::key_value;
use super::output::{self, Format};

/// `kalda topic`.
#[derive(Args, Debug)]
pub struct TopicArgs {
    #[command(flatten)]
    connect: ConnectArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a topic.
    #[command(after_help = "Examples:
  kalda topic create orders
  kalda topic create orders --partitions 6 --config retention.ms=86400000
  kalda topic create latest-prices --config cleanup.policy=compact")]
    Create(CreateArgs),
    /// List topics.
    #[command(after_help = "Examples:
  kalda topic list
  kalda topic list --internal --output json")]
    List {
        /// Also those that Kafka keeps for itself.
        #[arg(long)]
        internal: bool,
    },
    /// Describe topics: partitions, leaders, replicas, offsets and configurations.
    #[command(after_help = "Examples:
  kalda topic describe orders
  kalda topic describe")]
    Describe {
        /// The topic; all of them where none is named.
        name: Option<String>,
    },
    /// Delete topics, and all of their records.
    #[command(after_help = "Examples:
  kalda topic delete orders")]
    Delete {
        /// The topics.
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// A topic that does not exist is no failure.
        #[arg(long)]
        if_exists: bool,
    },
}

#[derive(Args, Debug)]
struct CreateArgs {
    /// The topic.
    name: String,
    /// How many partitions; the cluster's num.partitions where it is not said.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    partitions: Option<i32>,
    /// How many replicas; the cluster's default.replication.factor where it is not said.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(i16).range(1..))]
    replication_factor: Option<i16>,
    /// A configuration of the topic; may be given again.
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = key_value)]
    config: Vec<(String, String)>,
    /// A topic that exists already is no failure.
    #[arg(long)]
    if_not_exists: bool,
    /// Only see whether the cluster would make it.
    #[arg(long)]
    validate_only: bool,
}

impl TopicArgs {
    /// Runs `kalda topic`.
    pub fn run(self) -> Result<(), ToolError> {
        let client = self.connect.client()?;
        let format = self.connect.output;
        match self.verb {
            Verb::Create(args) => create(&client, format, args),
            Verb::List { internal } => list(&client, format, internal),
            Verb::Describe { name } => describe(&client, format, name.as_deref()),
            Verb::Delete { names, if_exists } => delete(&client, format, &names, if_exists),
        }
    }
}

fn create(client: &Client, format: Format, args: CreateArgs) -> Result<(), ToolError> {
    let topic = NewTopic {
        name: args.name,
        partitions: args.partitions,
        replication_factor: args.replication_factor,
        configs: args.config.into_iter().collect(),
        assignments: Vec::new(),
    };
    let created = match client.create_topic(&topic, args.validate_only) {
        Ok(id) => Some(id),
        Err(error)
            if args.if_not_exists && error.code() == Some(ErrorCode::TOPIC_ALREADY_EXISTS) =>
        {
            None
        }
        Err(error) => return Err(error.into()),
    };
    let name = &topic.name;
    let is_created = created.is_some() && !args.validate_only;
    match format {
        Format::Json => {
            let id = created.map(|id| id.to_string());
            output::print_json(&json!({ "name": name, "id": id, "created": is_created }))
        }
        Format::Table if args.validate_only => {
            output::print(&format!("topic '{name}' could be made\n"))
        }
        Format::Table if is_created => output::print(&format!("made topic '{name}'\n")),
        Format::Table => output::print(&format!("topic '{name}' exists already\n")),
    }
}

fn list(client: &Client, format: Format, internal: bool) -> Result<(), ToolError> {
    let cluster = client.all_topics()?;
    let topics = cluster
        .topics
        .iter()
        .filter(|(_, topic)| internal || !topic.is_internal);
    match format {
        Format::Json => {
            let topics = topics.map(|(name, topic)| {
                json!({
                    "name": &**name,
                    "id": topic.id.to_string(),
                    "partitions": topic.partitions.len(),
                    "replication_factor": replication_factor(topic),
                    "internal": topic.is_internal,
                })
            });
            output::print_json(&topics.collect())
        }
        Format::Table => {
            let rows = topics.map(|(name, topic)| {
                let counts = [topic.partitions.len(), replication_factor(topic)];
                let [partitions, replicas] = counts.map(|count| count.to_string());
                [name.to_string(), partitions, replicas]
            });
            output::print(&output::columns(["NAME", "PARTITIONS", "REPLICAS"], rows))
        }
    }
}

fn delete(
    client: &Client,
    format: Format,
    names: &[String],
    if_exists: bool,
) -> Result<(), ToolError> {
    let one = |name: &String| match client.delete_topic(name) {
        Err(ClientError::UnknownTopic(_)) if if_exists => Ok(false),
        Err(ClientError::UnknownTopic(name)) => Err(ToolError::NoTopic(name.to_string())),
        other => Ok(other.map(|()| true)?),
    };
    output::delete_each(format, "topic", names, one)
}

fn describe(client: &Client, format: Format, name: Option<&str>) -> Result<(), ToolError> {
    let cluster = match name {
        Some(name) => (*client.topics(&[name], false)?).clone(),
        None => client.all_topics()?,
    };
    let mut described = Vec::new();
    for (name, topic) in &cluster.topics {
        let configs = client.describe_configs(ResourceKind::Topic, name)?;
        let changed = configs
            .into_iter()
            .filter(|entry| entry.source == ConfigSource::Topic);
        let configs: BTreeMap<_, _> = changed
            .map(|entry| (entry.name, entry.value.unwrap_or_default()))
            .collect();
        described.push(Description {
            name,
            topic,
            configs,
            starts: offsets(client, name, topic, OffsetSpec::Earliest)?,
            ends: offsets(client, name, topic, OffsetSpec::Latest)?,
        });
    }
    match format {
        Format::Json => output::print_json(&described.iter().map(Description::json).collect()),
        Format::Table => {
            let texts: Vec<_> = described.iter().map(Description::text).collect();
            output::print(&texts.join("\n"))
        }
    }
}

/// The offsets of the partitions that have a leader.
fn offsets(
    client: &Client,
    name: &str,
    topic: &Topic,
    spec: OffsetSpec,
) -> Result<BTreeMap<i32, i64>, ClientError> {
    let led = topic
        .partitions
        .iter()
        .filter(|(_, partition)| partition.leader.is_some());
    let wanted: Vec<_> = led
        .map(|(index, _)| (TopicPartition::new(name, *index), spec))
        .collect();
    let found = client.offsets(&wanted)?.into_iter();
    Ok(found.map(|(tp, offset)| (tp.partition, offset)).collect())
}

/// The replicas of a partition; all of a topic's have the same number, but during a reassignment.
fn replication_factor(topic: &Topic) -> usize {
    topic
        .partitions
        .values()
        .next()
        .map_or(0, |partition| partition.replicas.len())
}

/// What there is to say of a topic.
struct Description<'a> {
    name: &'a str,
    topic: &'a Topic,
    configs: BTreeMap<String, String>,
    starts: BTreeMap<i32, i64>,
    ends: BTreeMap<i32, i64>,
}

impl Description<'_> {
    fn text(&self) -> String {
        let configs = self
            .configs
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let configs: Vec<_> = configs.collect();
        let configs = if configs.is_empty() {
            "-".to_owned()
        } else {
            configs.join(" ")
        };
        let head = output::fields([
            ("topic", self.name.to_owned()),
            ("id", self.topic.id.to_string()),
            ("partitions", self.topic.partitions.len().to_string()),
            ("replicas", replication_factor(self.topic).to_string()),
            ("configs", configs),
        ]);
        let rows = self.topic.partitions.iter().map(|(index, partition)| {
            [
                index.to_string(),
                output::or_dash(partition.leader),
                output::list(&partition.replicas),
                output::list(&partition.isr),
                output::list(&partition.offline),
                output::or_dash(self.starts.get(index)),
                output::or_dash(self.ends.get(index)),
            ]
        });
        let headings = [
            "PARTITION",
            "LEADER",
            "REPLICAS",
            "ISR",
            "OFFLINE",
            "START",
            "END",
        ];
        format!("{head}\n{}", output::columns(headings, rows))
    }

    fn json(&self) -> Value {
        let partitions = self.topic.partitions.iter().map(|(index, partition)| {
            json!({
                "partition": index,
                "leader": partition.leader.map(|leader| leader.0),
                "leader_epoch": partition.leader_epoch,
                "replicas": partition.replicas,
                "isr": partition.isr,
                "offline": partition.offline,
                "start_offset": self.starts.get(index),
                "end_offset": self.ends.get(index),
            })
        });
        json!({
            "name": self.name,
            "id": self.topic.id.to_string(),
            "internal": self.topic.is_internal,
            "configs": self.configs,
            "partitions": partitions.collect::<Vec<_>>(),
        })
    }
}
