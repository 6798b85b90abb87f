//! What the client knows of the cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{BrokerId, ErrorCode, Uuid};
use protocol::metadata_response::{MetadataResponse, MetadataResponseTopic};

use crate::Address;

/// Brokers, and the topics that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Cluster {
    /// The cluster's id.
    pub id: Option<String>,
    /// The broker that forwards to the active controller.
    pub controller: Option<BrokerId>,
    /// The brokers that are alive.
    pub nodes: BTreeMap<BrokerId, Node>,
    /// Topics by name.
    pub topics: BTreeMap<Arc<str>, Topic>,
}

/// A broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its node id.
    pub id: BrokerId,
    /// Where it says it is.
    pub address: Address,
    /// Its rack, if it has one.
    pub rack: Option<String>,
}

/// A topic.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// Its id; zero from a broker older than topic ids.
    pub id: Uuid,
    /// Why nothing is known of it, or success.
    pub error: ErrorCode,
    /// Whether Kafka keeps it for itself.
    pub is_internal: bool,
    /// Its partitions, by number.
    pub partitions: BTreeMap<i32, Partition>,
}

/// A partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// Its leader, if it has one that is alive.
    pub leader: Option<BrokerId>,
    /// The leader's epoch, -1 from an old broker.
    pub leader_epoch: i32,
    /// The replicas, the preferred leader first.
    pub replicas: Vec<i32>,
    /// The replicas in sync.
    pub isr: Vec<i32>,
    /// The replicas that are offline.
    pub offline: Vec<i32>,
}

impl Cluster {
    /// What a response says.
    pub(crate) fn of(response: &MetadataResponse<'_>) -> Self {
        let node = |id, host: &str, port, rack: Option<&str>| Node {
            id: BrokerId(id),
            address: Address {
                host: host.to_owned(),
                port: u16::try_from(port).unwrap_or_default(),
            },
            rack: rack.map(str::to_owned),
        };
        let nodes = response.brokers.iter();
        let topics = response.topics.iter();
        Self {
            id: response.cluster_id.as_deref().map(str::to_owned),
            controller: BrokerId::known(response.controller_id),
            nodes: nodes
                .map(|b| {
                    (
                        BrokerId(b.node_id),
                        node(b.node_id, &b.host, b.port, b.rack.as_deref()),
                    )
                })
                .collect(),
            topics: topics
                .filter_map(|topic| Some((Arc::from(topic.name.as_deref()?), Topic::of(topic))))
                .collect(),
        }
    }

    /// The same brokers as `newer`, its topics, and those of `self` that it does not name.
    pub(crate) fn updated_by(&self, newer: Self) -> Self {
        let mut topics = self.topics.clone();
        topics.extend(newer.topics);
        Self { topics, ..newer }
    }
}

impl Topic {
    fn of(topic: &MetadataResponseTopic<'_>) -> Self {
        let partitions = topic.partitions.iter().map(|partition| {
            let state = Partition {
                leader: BrokerId::known(partition.leader_id),
                leader_epoch: partition.leader_epoch,
                replicas: partition.replica_nodes.clone(),
                isr: partition.isr_nodes.clone(),
                offline: partition.offline_replicas.clone(),
            };
            (partition.partition_index, state)
        });
        Self {
            id: topic.topic_id,
            error: topic.error_code,
            is_internal: topic.is_internal,
            partitions: partitions.collect(),
        }
    }
}
