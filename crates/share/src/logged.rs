//! What the log of a shard says: the durable half of the share coordinator.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Offset;
use statemachine::Machine;

use crate::batches::combine;
use crate::record::{Record, Value};
use crate::state::{Key, ShareState};

/// The states that one partition of `__share_group_state` keeps.
#[derive(Debug, Default)]
pub struct Logged {
    states: BTreeMap<Key, Entry>,
    end: Offset,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) state: Arc<ShareState>,
    /// Where the newest snapshot lies: what is older says nothing more.
    pub(crate) snapshot_at: Offset,
    /// Updates since then.
    pub(crate) updates: u32,
}

impl Logged {
    /// The state of a group's partition.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Arc<ShareState>> {
        self.states.get(key).map(|entry| &entry.state)
    }

    pub(crate) fn entry(&self, key: &Key) -> Option<&Entry> {
        self.states.get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Entry)> {
        self.states.iter()
    }

    /// Whose states there are.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.states.keys()
    }

    /// How many states there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The offset below which no record says anything that a later one does not.
    #[must_use]
    pub fn needed_from(&self) -> Offset {
        let snapshots = self.states.values().map(|entry| entry.snapshot_at);
        snapshots.min().unwrap_or(self.end)
    }

    /// One past the last record.
    #[must_use]
    pub fn end(&self) -> Offset {
        self.end
    }
}

impl Machine for Logged {
    type Record = Record;

    fn replay(&mut self, offset: Offset, record: &Record) {
        self.end = offset.next();
        match &record.value {
            Value::Gone => {
                self.states.remove(&record.key);
            }
            Value::Snapshot(state) => {
                let entry = Entry {
                    state: Arc::clone(state),
                    snapshot_at: offset,
                    updates: 0,
                };
                self.states.insert(record.key.clone(), entry);
            }
            Value::Update {
                leader_epoch,
                start,
                complete,
                batches,
                ..
            } => {
                // Its snapshot was deleted, and the tombstone after it as well.
                let Some(entry) = self.states.get_mut(&record.key) else {
                    return;
                };
                entry.updates += 1;
                let state = Arc::make_mut(&mut entry.state);
                state.leader_epoch = leader_epoch.unwrap_or(state.leader_epoch);
                state.start = state.start.max(*start);
                state.complete = complete.or(state.complete);
                state.batches = combine(&state.batches, batches, state.start);
            }
        }
    }
}
