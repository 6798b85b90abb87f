//! `kalda cluster`: what the cluster is made of, and clusters on this machine.

use clap::{Args, Subcommand};
use client::{Cluster, Topic};
use serde_json::json;

use super::connect::ConnectArgs;
use super::output::{self, Format};
use super::{ToolError, local_cluster};

/// `kalda cluster`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  kalda cluster
  kalda cluster --bootstrap-server broker-1:9092 --output json
  kalda cluster start --nodes 3
  kalda cluster kill 2")]
pub struct ClusterArgs {
    #[command(flatten)]
    connect: ConnectArgs,
    #[command(subcommand)]
    local: Option<Local>,
}

#[derive(Subcommand, Debug)]
enum Local {
    /// Start a cluster on this machine, a new one at the first time.
    Start(local_cluster::StartArgs),
    /// Stop the cluster of this machine, cleanly.
    Stop(local_cluster::Place),
    /// Show the nodes of the cluster of this machine.
    Status(local_cluster::Place),
    /// Kill one of its nodes, as a fault would.
    Kill(local_cluster::KillArgs),
}

impl ClusterArgs {
    /// Runs `kalda cluster`.
    pub fn run(self) -> Result<(), ToolError> {
        match self.local {
            Some(Local::Start(args)) => return args.run(),
            Some(Local::Stop(place)) => return place.stop(),
            Some(Local::Status(place)) => return place.status(),
            Some(Local::Kill(args)) => return args.run(),
            None => {}
        }
        let cluster = self.connect.client()?.all_topics()?;
        match self.connect.output {
            Format::Json => output::print_json(&describe_json(&cluster)),
            Format::Table => output::print(&describe_text(&cluster)),
        }
    }
}

/// Counts partitions, and those of them that `is_it` holds for.
fn partitions(cluster: &Cluster, is_it: impl Fn(&client::Partition) -> bool) -> usize {
    let partitions = cluster
        .topics
        .values()
        .flat_map(|topic: &Topic| topic.partitions.values());
    partitions.filter(|partition| is_it(partition)).count()
}

fn leaderless(partition: &client::Partition) -> bool {
    partition.leader.is_none()
}

fn under_replicated(partition: &client::Partition) -> bool {
    partition.isr.len() < partition.replicas.len()
}

fn describe_text(cluster: &Cluster) -> String {
    let head = output::fields([
        ("cluster", output::or_dash(cluster.id.as_deref())),
        ("controller", output::or_dash(cluster.controller)),
        ("brokers", cluster.nodes.len().to_string()),
        ("topics", cluster.topics.len().to_string()),
        ("partitions", partitions(cluster, |_| true).to_string()),
        (
            "without leader",
            partitions(cluster, leaderless).to_string(),
        ),
        (
            "under-replicated",
            partitions(cluster, under_replicated).to_string(),
        ),
    ]);
    let rows = cluster.nodes.values().map(|node| {
        let led = partitions(cluster, |partition| partition.leader == Some(node.id));
        [
            node.id.to_string(),
            node.address.to_string(),
            output::or_dash(node.rack.as_deref()),
            led.to_string(),
        ]
    });
    format!(
        "{head}\n{}",
        output::columns(["BROKER", "ADDRESS", "RACK", "LEADS"], rows)
    )
}

fn describe_json(cluster: &Cluster) -> serde_json::Value {
    let brokers = cluster.nodes.values().map(|node| {
        json!({
            "id": node.id.0,
            "host": node.address.host,
            "port": node.address.port,
            "rack": node.rack,
            "leads": partitions(cluster, |partition| partition.leader == Some(node.id)),
        })
    });
    json!({
        "cluster_id": cluster.id,
        "controller": cluster.controller.map(|id| id.0),
        "brokers": brokers.collect::<Vec<_>>(),
        "topics": cluster.topics.len(),
        "partitions": partitions(cluster, |_| true),
        "leaderless_partitions": partitions(cluster, leaderless),
        "under_replicated_partitions": partitions(cluster, under_replicated),
    })
}
