//! Committed offsets of all groups of a shard.
//!
//! Durable state: only `replay` changes it. Offsets that were committed within a transaction wait
//! under their producer until the transaction's marker comes; while they wait the partition is
//! unstable: its committed offset may be about to change.

mod commit;
mod delete;
mod deleted_topics;
mod expiry;
mod fetch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::record::CommittedOffset;
use model::{Offset, ProducerId, TimestampMs, TopicId};

pub use deleted_topics::DeletedTopic;
pub(crate) use deleted_topics::Forgetting;
pub use fetch::{OffsetFetchParts, offset_fetch_error, offset_fetch_response};

/// A committed offset and where its record lies: a transaction that ends late does not undo a later
/// commit.
type Committed = (Offset, CommittedOffset);

impl CommittedOffset {
    /// Whether the offset belongs to this incarnation of the topic, as far as both are known.
    fn is_of_topic(&self, topic_id: TopicId) -> bool {
        self.topic_id.is_zero() || topic_id.is_zero() || self.topic_id == topic_id
    }
}

/// From when the retention of an offset counts (KIP-211).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExpiryBase {
    /// From its commit: a topic to which nobody is subscribed, or a group without members ever.
    Commit,
    /// From when the group lost its last member.
    Since(TimestampMs),
}

/// The offsets are boxed because most maps hold few of them, and a node has room for eleven.
type Topics = BTreeMap<Arc<str>, BTreeMap<i32, Box<Committed>>>;

/// One partition of one topic, for one group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    group: Arc<str>,
    topic: Arc<str>,
    partition: i32,
}

impl Place {
    fn new(group: &str, topic: &str, partition: i32) -> Self {
        Self {
            group: Arc::from(group),
            topic: Arc::from(topic),
            partition,
        }
    }
}

/// The offsets of one shard.
#[derive(Debug, Default)]
pub(crate) struct Offsets {
    groups: BTreeMap<Arc<str>, Topics>,
    /// Offsets of transactions that have not ended.
    pending: BTreeMap<ProducerId, BTreeMap<Place, Committed>>,
    /// The same by place.
    open: BTreeMap<Place, BTreeSet<ProducerId>>,
}

impl Offsets {
    /// What a group has committed.
    pub(crate) fn of_group(&self, group: &str) -> Option<&Topics> {
        self.groups.get(group)
    }

    pub(crate) fn get(&self, group: &str, topic: &str, partition: i32) -> Option<&CommittedOffset> {
        self.entry(group, topic, partition)
            .map(|(_, committed)| committed)
    }

    fn entry(&self, group: &str, topic: &str, partition: i32) -> Option<&Committed> {
        self.groups
            .get(group)?
            .get(topic)?
            .get(&partition)
            .map(|committed| &**committed)
    }

    /// Whether an open transaction may change the offset.
    pub(crate) fn is_unstable(&self, group: &str, topic: &str, partition: i32) -> bool {
        !self.open.is_empty() && self.open.contains_key(&Place::new(group, topic, partition))
    }

    /// Whether an open transaction has offsets of the group.
    pub(crate) fn has_open_transaction(&self, group: &str) -> bool {
        self.open_places(group).next().is_some()
    }

    fn open_places(&self, group: &str) -> impl Iterator<Item = &Place> {
        let group: Arc<str> = Arc::from(group);
        let first = Place {
            group: Arc::clone(&group),
            topic: Arc::from(""),
            partition: i32::MIN,
        };
        self.open
            .range(first..)
            .map(|(place, _)| place)
            .take_while(move |p| p.group == group)
    }

    /// How many offsets are committed.
    pub(crate) fn len(&self) -> usize {
        self.groups
            .values()
            .flat_map(BTreeMap::values)
            .map(BTreeMap::len)
            .sum()
    }

    /// A commit was logged, in a transaction or not.
    pub(crate) fn put(
        &mut self,
        transaction: Option<ProducerId>,
        group: &str,
        topic: &str,
        partition: i32,
        committed: Committed,
    ) {
        let Some(producer) = transaction else {
            return self.put_stable(group, topic, partition, committed);
        };
        let place = Place::new(group, topic, partition);
        self.open.entry(place.clone()).or_default().insert(producer);
        self.pending
            .entry(producer)
            .or_default()
            .insert(place, committed);
    }

    fn put_stable(&mut self, group: &str, topic: &str, partition: i32, committed: Committed) {
        let topics = match self.groups.get_mut(group) {
            Some(topics) => topics,
            None => self.groups.entry(Arc::from(group)).or_default(),
        };
        let partitions = match topics.get_mut(topic) {
            Some(partitions) => partitions,
            None => topics.entry(Arc::from(topic)).or_default(),
        };
        partitions.insert(partition, Box::new(committed));
    }

    /// A tombstone was logged: the offset is gone, and no open transaction brings it back.
    pub(crate) fn remove(&mut self, group: &str, topic: &str, partition: i32) {
        if let Some(topics) = self.groups.get_mut(group) {
            if let Some(partitions) = topics.get_mut(topic) {
                partitions.remove(&partition);
                if partitions.is_empty() {
                    topics.remove(topic);
                }
            }
            if topics.is_empty() {
                self.groups.remove(group);
            }
        }
        if self.open.is_empty() {
            return;
        }
        let place = Place::new(group, topic, partition);
        for producer in self.open.remove(&place).unwrap_or_default() {
            if let Some(pending) = self.pending.get_mut(&producer) {
                pending.remove(&place);
            }
        }
    }

    /// The marker of a transaction was logged: its offsets hold, or are dropped.
    pub(crate) fn end_transaction(&mut self, producer: ProducerId, committed: bool) {
        for (place, offset) in self.pending.remove(&producer).unwrap_or_default() {
            if let Some(producers) = self.open.get_mut(&place) {
                producers.remove(&producer);
                if producers.is_empty() {
                    self.open.remove(&place);
                }
            }
            let Place {
                group,
                topic,
                partition,
            } = place;
            let before = self.entry(&group, &topic, partition);
            let newer = before.is_none_or(|(logged_at, _)| *logged_at < offset.0);
            if committed && newer {
                self.put_stable(&group, &topic, partition, offset);
            }
        }
    }
}
