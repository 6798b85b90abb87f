//! What a cluster is made of.

use client::{Cluster, Topic};
use serde_json::json;

use super::super::ToolError;
use super::super::connect::ConnectArgs;
use super::super::output::{self, Format};

/// Shows the cluster and its brokers.
pub fn describe(connect: &ConnectArgs) -> Result<(), ToolError> {
    let cluster = connect.client()?.all_topics()?;
    match connect.output {
        Format::Json => output::print_json(&describe_json(&cluster)),
        Format::Table => output::print(&describe_text(&cluster)),
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
