//! What the log of a shard says: the durable half of the coordinator.
//!
//! Only [`Machine::replay`] changes it, so that it is the same on every replica that has replayed the
//! same records, and after every restart. The soft half, [`crate::GroupCoordinator`], holds what
//! ends with the leadership.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Offset;
use statemachine::Machine;

use crate::consumer::{ConsumerChange, ConsumerGroup};
use crate::offsets::Offsets;
use crate::record::{ClassicValue, Record};
use crate::share::{ShareChange, ShareGroup};
use crate::streams::{StreamsChange, StreamsGroup};

/// Groups and offsets of one partition of `__consumer_offsets`.
#[derive(Debug, Default)]
pub struct Logged {
    groups: BTreeMap<Arc<str>, LoggedGroup>,
    offsets: Offsets,
}

/// What is known of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoggedGroup {
    /// It has committed offsets, and never had members.
    Simple,
    /// The last generation of a classic group.
    Classic(Arc<ClassicValue>),
    /// A consumer group.
    Consumer(Box<ConsumerGroup>),
    /// A share group.
    Share(Box<ShareGroup>),
    /// A streams group.
    Streams(Box<StreamsGroup>),
}

impl Logged {
    pub(crate) fn group(&self, id: &str) -> Option<&LoggedGroup> {
        self.groups.get(id)
    }

    pub(crate) fn groups(&self) -> &BTreeMap<Arc<str>, LoggedGroup> {
        &self.groups
    }

    pub(crate) fn offsets(&self) -> &Offsets {
        &self.offsets
    }

    /// Whether there is a group of any kind.
    #[must_use]
    pub fn knows_group(&self, id: &str) -> bool {
        self.groups.contains_key(id)
    }

    /// A share group.
    #[must_use]
    pub fn share_group(&self, id: &str) -> Option<&ShareGroup> {
        match self.groups.get(id) {
            Some(LoggedGroup::Share(group)) => Some(group),
            _ => None,
        }
    }

    /// A streams group.
    #[must_use]
    pub fn streams_group(&self, id: &str) -> Option<&StreamsGroup> {
        match self.groups.get(id) {
            Some(LoggedGroup::Streams(group)) => Some(group),
            _ => None,
        }
    }

    /// How many groups there are.
    #[must_use]
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// How many offsets are committed.
    #[must_use]
    pub fn offset_count(&self) -> usize {
        self.offsets.len()
    }

    /// Removes a group if it `is_meant`: one that became another kind leaves the tombstone of the old
    /// kind behind.
    fn remove_group(&mut self, id: &str, is_meant: impl FnOnce(&LoggedGroup) -> bool) {
        if self.groups.get(id).is_some_and(is_meant) {
            self.groups.remove(id);
        }
    }

    /// A record that says something makes the group; one that takes something away does not. What a
    /// group of another kind left behind is compacted away at any time, so the newest record counts.
    fn change_consumer_group(&mut self, id: &str, change: &ConsumerChange) {
        if let Some(LoggedGroup::Consumer(group)) = self.groups.get_mut(id) {
            group.replay(change);
        } else if !change.is_tombstone() {
            let mut group = Box::new(ConsumerGroup::default());
            group.replay(change);
            self.set_group(id, LoggedGroup::Consumer(group));
        }
        if *change == ConsumerChange::Group(None) {
            self.remove_group(id, |known| matches!(known, LoggedGroup::Consumer(_)));
        }
    }

    /// As [`Self::change_consumer_group`].
    fn change_share_group(&mut self, id: &str, change: &ShareChange) {
        if let Some(LoggedGroup::Share(group)) = self.groups.get_mut(id) {
            group.replay(change);
        } else if !change.is_tombstone() {
            let mut group = Box::new(ShareGroup::default());
            group.replay(change);
            self.set_group(id, LoggedGroup::Share(group));
        }
        if *change == ShareChange::Group(None) {
            self.remove_group(id, |known| matches!(known, LoggedGroup::Share(_)));
        }
    }

    /// As [`Self::change_consumer_group`].
    fn change_streams_group(&mut self, id: &str, change: &StreamsChange) {
        if let Some(LoggedGroup::Streams(group)) = self.groups.get_mut(id) {
            group.replay(change);
        } else if !change.is_tombstone() {
            let mut group = Box::new(StreamsGroup::default());
            group.replay(change);
            self.set_group(id, LoggedGroup::Streams(group));
        }
        if *change == StreamsChange::Group(None) {
            self.remove_group(id, |known| matches!(known, LoggedGroup::Streams(_)));
        }
    }

    fn set_group(&mut self, id: &str, group: LoggedGroup) {
        match self.groups.get_mut(id) {
            Some(known) => *known = group,
            None => {
                self.groups.insert(Arc::from(id), group);
            }
        }
    }
}

impl Machine for Logged {
    type Record = Record;

    fn replay(&mut self, offset: Offset, record: &Record) {
        match record {
            Record::Offset {
                group,
                topic,
                partition,
                value: Some(value),
                transaction,
            } => {
                if !self.groups.contains_key(&**group) {
                    self.set_group(group, LoggedGroup::Simple);
                }
                let value = (offset, value.clone());
                self.offsets
                    .put(*transaction, group, topic, *partition, value);
            }
            Record::Offset {
                group,
                topic,
                partition,
                value: None,
                ..
            } => {
                self.offsets.remove(group, topic, *partition);
            }
            Record::Classic {
                group,
                value: Some(value),
            } => {
                self.set_group(group, LoggedGroup::Classic(Arc::clone(value)));
            }
            Record::Consumer { group, change } => self.change_consumer_group(group, change),
            Record::Share { group, change } => self.change_share_group(group, change),
            Record::Streams { group, change } => self.change_streams_group(group, change),
            Record::Classic { group, value: None } => {
                self.remove_group(group, |known| {
                    matches!(known, LoggedGroup::Simple | LoggedGroup::Classic(_))
                });
            }
            Record::TransactionEnd {
                producer,
                committed,
            } => {
                self.offsets.end_transaction(*producer, *committed);
            }
        }
    }
}
