//! What the log of a shard says: the durable half of the coordinator.
//!
//! Only [`Machine::replay`] changes it, so that it is the same on every replica that has replayed the
//! same records, and after every restart. The soft half, [`crate::GroupCoordinator`], holds what
//! ends with the leadership.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Offset;
use statemachine::Machine;

use crate::kind::GroupKind;
use crate::offsets::Offsets;
use crate::record::{ClassicValue, Record};

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
    /// A group that is not coordinated here.
    Foreign(GroupKind),
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
                value,
                transaction,
            } => match value {
                None => self.offsets.remove(group, topic, *partition),
                Some(value) => {
                    if !self.groups.contains_key(&**group) {
                        self.set_group(group, LoggedGroup::Simple);
                    }
                    let value = (offset, value.clone());
                    self.offsets
                        .put(*transaction, group, topic, *partition, value);
                }
            },
            Record::Classic {
                group,
                value: Some(value),
            } => {
                self.set_group(group, LoggedGroup::Classic(Arc::clone(value)));
            }
            Record::Foreign {
                group,
                kind,
                exists: true,
            } => {
                self.set_group(group, LoggedGroup::Foreign(*kind));
            }
            Record::Classic { group, value: None } => {
                // A group that became one of another kind leaves the tombstone of the old kind.
                if !matches!(self.group(group), Some(LoggedGroup::Foreign(_))) {
                    self.groups.remove(&**group);
                }
            }
            Record::Foreign {
                group,
                kind,
                exists: false,
            } => {
                if self.group(group) == Some(&LoggedGroup::Foreign(*kind)) {
                    self.groups.remove(&**group);
                }
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
