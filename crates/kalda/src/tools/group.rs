//! `kalda group`: consumer groups listed and described.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use client::admin::{CommittedOffset, GroupDescription, GroupMember};
use client::{Client, OffsetSpec, TopicPartition};
use model::ErrorCode;
use serde_json::{Value, json};

use super::ToolError;
use super::connect::ConnectArgs;
use super::output::{self, Format};

/// `kalda group`.
#[derive(Args, Debug)]
pub struct GroupArgs {
    #[command(flatten)]
    connect: ConnectArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List groups.
    #[command(after_help = "Examples:
  kalda group list
  kalda group list --output json")]
    List,
    /// Describe a group: its members, how far it is in each partition, and its lag in records.
    #[command(after_help = "Examples:
  kalda group describe billing")]
    Describe {
        /// The group.
        group: String,
    },
    /// Delete groups that have no members, and their offsets.
    #[command(after_help = "Examples:
  kalda group delete billing")]
    Delete {
        /// The groups.
        #[arg(required = true, value_name = "GROUP")]
        groups: Vec<String>,
    },
}

impl GroupArgs {
    /// Runs `kalda group`.
    pub fn run(self) -> Result<(), ToolError> {
        let client = self.connect.client()?;
        let format = self.connect.output;
        match self.verb {
            Verb::List => list(&client, format),
            Verb::Describe { group } => describe(&client, format, &group),
            Verb::Delete { groups } => delete(&client, format, &groups),
        }
    }
}

fn list(client: &Client, format: Format) -> Result<(), ToolError> {
    let groups = client.list_groups()?.into_iter();
    match format {
        Format::Json => {
            let groups = groups.map(|group| {
                json!({
                    "group": group.id,
                    "type": group.kind,
                    "state": group.state,
                    "protocol_type": group.protocol_type,
                })
            });
            output::print_json(&groups.collect())
        }
        Format::Table => {
            let rows = groups.map(|group| [group.id, group.kind, group.state, group.protocol_type]);
            output::print(&output::columns(
                ["GROUP", "TYPE", "STATE", "PROTOCOL"],
                rows,
            ))
        }
    }
}

fn delete(client: &Client, format: Format, groups: &[String]) -> Result<(), ToolError> {
    let one = |group: &String| match client.delete_group(group) {
        Err(error) if error.code() == Some(ErrorCode::NON_EMPTY_GROUP) => {
            Err(ToolError::GroupInUse(group.clone()))
        }
        other => Ok(other.map(|()| true)?),
    };
    output::delete_each(format, "group", groups, one)
}

/// How far a group is in one partition.
struct Progress<'a> {
    tp: &'a TopicPartition,
    committed: Option<i64>,
    end: Option<i64>,
    member: Option<&'a GroupMember>,
}

impl Progress<'_> {
    fn lag(&self) -> Option<i64> {
        Some((self.end? - self.committed?).max(0))
    }
}

fn describe(client: &Client, format: Format, id: &str) -> Result<(), ToolError> {
    let group = client.describe_group(id)?;
    let committed = client.committed(id, None)?;
    let assigned = group
        .members
        .iter()
        .flat_map(|member| member.partitions.iter());
    let partitions: std::collections::BTreeSet<_> = assigned.chain(committed.keys()).collect();
    let ends = ends(client, partitions.iter().copied())?;
    let progress: Vec<_> = partitions
        .into_iter()
        .map(|tp| Progress {
            tp,
            committed: committed
                .get(tp)
                .map(|committed: &CommittedOffset| committed.offset),
            end: ends.get(tp).copied(),
            member: group
                .members
                .iter()
                .find(|member| member.partitions.contains(tp)),
        })
        .collect();
    match format {
        Format::Json => output::print_json(&describe_json(&group, &progress)),
        Format::Table => output::print(&describe_text(&group, &progress)),
    }
}

/// The ends of partitions, but of those whose topic is gone.
fn ends<'a>(
    client: &Client,
    partitions: impl Iterator<Item = &'a TopicPartition>,
) -> Result<BTreeMap<TopicPartition, i64>, ToolError> {
    let mut by_topic: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for tp in partitions {
        by_topic
            .entry(&tp.topic)
            .or_default()
            .push((tp.clone(), OffsetSpec::Latest));
    }
    let mut ends = BTreeMap::new();
    for wanted in by_topic.into_values() {
        match client.offsets(&wanted) {
            Ok(found) => ends.extend(found),
            Err(client::ClientError::UnknownTopic(_)) => {}
            Err(error) if error.code() == Some(ErrorCode::LEADER_NOT_AVAILABLE) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ends)
}

fn describe_text(group: &GroupDescription, progress: &[Progress<'_>]) -> String {
    let lags: Option<Vec<_>> = progress.iter().map(Progress::lag).collect();
    let head = output::fields([
        ("group", group.id.clone()),
        ("type", group.kind.to_owned()),
        ("state", group.state.clone()),
        (
            "assignor",
            output::or_dash(Some(&group.assignor).filter(|name| !name.is_empty())),
        ),
        ("members", group.members.len().to_string()),
        (
            "lag",
            output::or_dash(lags.map(|lags| lags.iter().sum::<i64>())),
        ),
    ]);
    let rows = progress.iter().map(|partition| {
        [
            partition.tp.topic.to_string(),
            partition.tp.partition.to_string(),
            output::or_dash(partition.committed),
            output::or_dash(partition.end),
            output::or_dash(partition.lag()),
            output::or_dash(partition.member.map(|member| &member.id)),
            output::or_dash(partition.member.map(|member| &member.host)),
        ]
    });
    let headings = [
        "TOPIC",
        "PARTITION",
        "COMMITTED",
        "END",
        "LAG",
        "MEMBER",
        "HOST",
    ];
    format!("{head}\n{}", output::columns(headings, rows))
}

fn describe_json(group: &GroupDescription, progress: &[Progress<'_>]) -> Value {
    let members = group.members.iter().map(|member| {
        json!({
            "id": member.id,
            "instance_id": member.instance_id,
            "client_id": member.client_id,
            "host": member.host,
            "partitions": member.partitions.len(),
        })
    });
    let partitions = progress.iter().map(|partition| {
        json!({
            "topic": &*partition.tp.topic,
            "partition": partition.tp.partition,
            "committed_offset": partition.committed,
            "end_offset": partition.end,
            "lag": partition.lag(),
            "member": partition.member.map(|member| &member.id),
        })
    });
    json!({
        "group": group.id,
        "type": group.kind,
        "state": group.state,
        "assignor": group.assignor,
        "members": members.collect::<Vec<_>>(),
        "partitions": partitions.collect::<Vec<_>>(),
    })
}
