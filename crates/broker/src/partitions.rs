//! The partitions of this node by topic id and number.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{PartitionIndex, TopicId, TopicIdPartition};
use parking_lot::RwLock;
use partition::Partition;

/// Shards of the map: a power of two, enough that requests on all cores rarely meet.
const SHARDS: usize = 64;

type Shard = RwLock<BTreeMap<TopicIdPartition, Arc<Partition>>>;

/// A map from partition to replica, sharded by topic and number.
#[derive(Debug)]
pub struct Partitions {
    shards: Box<[Shard]>,
}

impl Default for Partitions {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
        }
    }
}

impl Partitions {
    /// The replica of a partition, if this node has one.
    #[must_use]
    pub fn get(&self, topic_id: TopicId, partition: PartitionIndex) -> Option<Arc<Partition>> {
        let id = TopicIdPartition {
            topic_id,
            partition,
        };
        self.shard(id).read().get(&id).cloned()
    }

    /// Adds a replica.
    pub fn insert(&self, id: TopicIdPartition, partition: Arc<Partition>) {
        self.shard(id).write().insert(id, partition);
    }

    /// Removes a replica.
    pub fn remove(&self, id: TopicIdPartition) -> Option<Arc<Partition>> {
        self.shard(id).write().remove(&id)
    }

    /// The replicas of one topic.
    #[must_use]
    pub fn of_topic(&self, topic_id: TopicId) -> Vec<Arc<Partition>> {
        let id = |number| TopicIdPartition {
            topic_id,
            partition: PartitionIndex(number),
        };
        let range = id(0)..=id(i32::MAX);
        let of_shard = |shard: &Shard| -> Vec<Arc<Partition>> {
            shard
                .read()
                .range(range.clone())
                .map(|(_, replica)| Arc::clone(replica))
                .collect()
        };
        self.shards.iter().flat_map(of_shard).collect()
    }

    /// Every replica, shard by shard, for work in the background.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Partition>> {
        self.shards
            .iter()
            .flat_map(|shard| shard.read().values().cloned().collect::<Vec<_>>())
            .collect()
    }

    fn shard(&self, id: TopicIdPartition) -> &Shard {
        // Topic ids are random, so their last byte spreads topics; the number spreads partitions.
        let mix = usize::from(id.topic_id.0[15]) ^ id.partition.0 as usize;
        &self.shards[mix % SHARDS]
    }
}
