//! kafka-topics --describe.

use std::collections::{BTreeMap, BTreeSet};

use client::admin::{
    ConfigEntry, ConfigSource, PartitionDescription, Reassignment, ResourceKind, TopicDescription,
};
use client::{Client, TopicPartition};
use model::Uuid;

use super::console::print;
use super::faults::{Fault, Thrown, thrown};
use super::java;
use super::parse::Given;
use super::topics::{existing, of_id};

/// How many partitions one answer holds if nobody says so.
pub const PARTITIONS_PER_ANSWER: i32 = 2000;

/// What is shown.
struct View<'a> {
    given: &'a Given,
    alive: BTreeSet<i32>,
    moves: BTreeMap<TopicPartition, Reassignment>,
    topics: bool,
}

/// Describes the topics that the command line names.
pub fn describe(client: &Client, given: &Given) -> Result<(), Fault> {
    let limit = given.number("partition-size-limit-per-response")?;
    let names = names(client, given)?;
    let mut topics = Vec::new();
    if !names.is_empty() {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        topics = client
            .describe_topics(&names, limit.unwrap_or(PARTITIONS_PER_ANSWER))
            .map_err(|error| thrown("describeTopics", &error))?;
    }
    let view = View {
        given,
        alive: alive(client)?,
        moves: moves(client, &topics)?,
        topics: !super::topics::REPORTS
            .iter()
            .any(|report| given.has(report)),
    };
    for topic in java::sized_hash_order_by(topics, |topic| &topic.name) {
        let configs = client
            .describe_configs(ResourceKind::Topic, &topic.name)
            .map_err(|error| thrown("describeConfigs", &error))?;
        print(&view.text(&topic, &configs))?;
    }
    Ok(())
}

fn names(client: &Client, given: &Given) -> Result<Vec<String>, Fault> {
    let Some(text) = given.text("topic-id")? else {
        return existing(client, given);
    };
    let id: Uuid = text.parse().map_err(|_| {
        Thrown::illegal_argument(format!("Input string with prefix `{text}` is too short"))
    })?;
    match id == Uuid::ZERO {
        true => existing(client, given),
        false => of_id(client, given, id),
    }
}

fn alive(client: &Client) -> Result<BTreeSet<i32>, Fault> {
    let cluster = client
        .refresh()
        .map_err(|error| thrown("listNodes", &error))?;
    Ok(cluster.nodes.keys().map(|id| id.0).collect())
}

/// The moves of these topics' partitions; a cluster that does not tell has none.
fn moves(
    client: &Client,
    topics: &[TopicDescription],
) -> Result<BTreeMap<TopicPartition, Reassignment>, Fault> {
    let all = topics.iter().flat_map(|topic| {
        let indexes = topic.partitions.keys();
        indexes.map(|index| TopicPartition::new(&topic.name, *index))
    });
    let all: Vec<_> = all.collect();
    match client.list_reassignments(Some(&all)) {
        Ok(moves) => Ok(moves),
        Err(client::ClientError::Unsupported { .. }) => Ok(BTreeMap::new()),
        Err(error) => {
            let inner = thrown("listPartitionReassignments", &error);
            Err(Thrown::runtime(inner.in_execution().to_string()).into())
        }
    }
}

impl View<'_> {
    fn text(&self, topic: &TopicDescription, configs: &[ConfigEntry]) -> String {
        let own: Vec<_> = configs
            .iter()
            .filter(|config| config.source != ConfigSource::Default)
            .collect();
        let mut text = String::new();
        if self.topics && (!self.given.has("topics-with-overrides") || !own.is_empty()) {
            text.push_str(&self.heading(topic, own));
        }
        if self.given.has("topics-with-overrides") {
            return text;
        }
        let min_isr = configs
            .iter()
            .find(|config| config.name == "min.insync.replicas")
            .and_then(|config| config.value.as_ref()?.parse().ok())
            .unwrap_or(1);
        for (index, partition) in &topic.partitions {
            let moving = self.moves.get(&TopicPartition::new(&topic.name, *index));
            if self.shows(partition, moving, min_isr) {
                text.push_str(&partition_line(&topic.name, *index, partition, moving));
            }
        }
        text
    }

    fn heading(&self, topic: &TopicDescription, own: Vec<&ConfigEntry>) -> String {
        let configs = java::hash_order_by(own, |config| &config.name).into_iter();
        let configs: Vec<_> = configs
            .map(|config| {
                let value = config.value.as_deref().unwrap_or("null");
                format!("{}={value}", config.name)
            })
            .collect();
        let id = match topic.id == Uuid::ZERO {
            true => String::new(),
            false => format!("\tTopicId: {}", topic.id),
        };
        let first = topic.partitions.iter().next();
        let replicas = first.map_or(0, |(index, partition)| {
            let tp = TopicPartition::new(&topic.name, *index);
            replication_factor(partition, self.moves.get(&tp))
        });
        format!(
            "Topic: {}{id}\tPartitionCount: {}\tReplicationFactor: {replicas}\tConfigs: {}\n",
            topic.name,
            topic.partitions.len(),
            configs.join(",")
        )
    }

    fn shows(
        &self,
        partition: &PartitionDescription,
        moving: Option<&Reassignment>,
        min_isr: usize,
    ) -> bool {
        let (state, has) = (&partition.state, |report| self.given.has(report));
        let in_sync = state.isr.len();
        let leader_alive = state.leader.is_some_and(|id| self.alive.contains(&id.0));
        self.topics
            || has("under-replicated-partitions") && replication_factor(partition, moving) > in_sync
            || has("unavailable-partitions") && !leader_alive
            || has("under-min-isr-partitions") && (state.leader.is_none() || in_sync < min_isr)
            || has("at-min-isr-partitions") && in_sync == min_isr
    }
}

/// The replicas that a partition is to have when its move has ended.
fn replication_factor(partition: &PartitionDescription, moving: Option<&Reassignment>) -> usize {
    let replicas = &partition.state.replicas;
    match moving {
        Some(going)
            if replicas
                .iter()
                .any(|id| going.adding.contains(id) || going.removing.contains(id)) =>
        {
            going.replicas.len() - going.adding.len()
        }
        _ => replicas.len(),
    }
}

fn partition_line(
    topic: &str,
    index: i32,
    partition: &PartitionDescription,
    moving: Option<&Reassignment>,
) -> String {
    let state = &partition.state;
    let leader = state
        .leader
        .map_or_else(|| "none".to_owned(), |id| id.0.to_string());
    let elr = |ids: &Option<Vec<i32>>| {
        ids.as_ref()
            .map_or_else(|| "N/A".to_owned(), |ids| list(ids))
    };
    let moving = moving.map(|going| {
        let (adding, removing) = (list(&going.adding), list(&going.removing));
        format!("\tAdding Replicas: {adding}\tRemoving Replicas: {removing}")
    });
    format!(
        "\tTopic: {topic}\tPartition: {index}\tLeader: {leader}\tReplicas: {}\tIsr: {}{}\tElr: {}\tLastKnownElr: {}\n",
        list(&state.replicas),
        list(&state.isr),
        moving.unwrap_or_default(),
        elr(&partition.elr),
        elr(&partition.last_known_elr)
    )
}

fn list(ids: &[i32]) -> String {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    ids.join(",")
}
