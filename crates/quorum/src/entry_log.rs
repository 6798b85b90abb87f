//! Raft's view of the journal, in memory: the entries since the base, each with its Kafka offset.
//!
//! ```text
//!  index   base     base+1   base+2          last
//!           |         |        |              |
//!  offset   end ...)[ batch )[ batch ) ... [ batch )
//! ```
//!
//! The memory is bounded by what is written between two snapshots.

use std::collections::VecDeque;

use model::{LeaderEpoch, Offset};
use raft::eraftpb::{ConfState, Entry, EntryType, HardState, Snapshot, SnapshotMetadata};
use raft::{Error, GetEntriesContext, RaftState, Storage, StorageError};

use crate::batch;
use crate::frame::Base;
use crate::journal::Contents;

/// The entries that were written to the journal, synced or not.
#[derive(Debug)]
pub(crate) struct EntryLog {
    base: Base,
    hard_state: HardState,
    conf_state: ConfState,
    entries: VecDeque<Kept>,
    /// The newest snapshot, which a voter gets that lacks entries before the base.
    snapshot: Option<Snapshot>,
}

#[derive(Clone, Debug)]
struct Kept {
    entry: Entry,
    /// The offset after the entry's last record.
    end: Offset,
}

/// Whether the entry is one that a voter may have proposed: one whole record batch.
pub(crate) fn is_wellformed(entry: &Entry) -> bool {
    entry.entry_type == EntryType::EntryNormal
        && entry.context.is_empty()
        && batch::shape(&entry.data).is_some()
}

impl EntryLog {
    /// What a journal says, or the index of the first entry that no voter can have proposed.
    pub(crate) fn new(contents: Contents, conf_state: ConfState) -> Result<Self, u64> {
        let Contents {
            base,
            hard_state,
            entries,
        } = contents;
        if let Some(bad) = entries.iter().find(|entry| !is_wellformed(entry)) {
            return Err(bad.index);
        }
        let (kept, snapshot) = (VecDeque::with_capacity(entries.len()), None);
        let mut log = Self {
            base,
            hard_state,
            conf_state,
            entries: kept,
            snapshot,
        };
        log.append(&entries);
        Ok(log)
    }

    pub(crate) const fn base(&self) -> &Base {
        &self.base
    }

    pub(crate) const fn hard_state(&self) -> &HardState {
        &self.hard_state
    }

    pub(crate) fn set_hard_state(&mut self, state: HardState) {
        self.hard_state = state;
    }

    pub(crate) fn last(&self) -> u64 {
        self.base.index + self.entries.len() as u64
    }

    /// The offset after the last record of entry `index`, which is kept or the base.
    pub(crate) fn end_of(&self, index: u64) -> Offset {
        match index.checked_sub(self.base.index + 1) {
            Some(at) => self.entries[at as usize].end,
            None => self.base.end,
        }
    }

    /// Appends; entries from the first one's index on are replaced.
    pub(crate) fn append(&mut self, entries: &[Entry]) {
        let Some(first) = entries.first() else { return };
        let keep = first.index - self.base.index - 1;
        assert!(
            keep <= self.entries.len() as u64,
            "entries are appended without gap"
        );
        self.entries.truncate(keep as usize);
        let mut end = self.end_of(first.index - 1);
        for entry in entries {
            end = end.plus(batch::offsets(&entry.data));
            self.entries.push_back(Kept {
                entry: entry.clone(),
                end,
            });
        }
    }

    /// The last entry that ends at or before `offset`, with its term and end; the base if there is none.
    pub(crate) fn last_within(&self, offset: Offset) -> (u64, u64, Offset) {
        let within = self.entries.partition_point(|kept| kept.end <= offset);
        match within.checked_sub(1) {
            Some(at) => {
                let kept = &self.entries[at];
                (kept.entry.index, kept.entry.term, kept.end)
            }
            None => (self.base.index, self.base.term, self.base.end),
        }
    }

    /// The state at `index` as a base: nothing before is needed any more, because the log is synced up
    /// to `log_durable`.
    pub(crate) fn base_at(&self, index: u64, log_durable: Offset, voters: Vec<u8>) -> Base {
        let term = self.term(index).expect("a base is an entry that is kept");
        let end = self.end_of(index);
        Base {
            index,
            term,
            end,
            epoch: self.epoch_at(index),
            log_durable,
            voters,
        }
    }

    /// The epoch of the batch that ends with entry `index`.
    pub(crate) fn epoch_at(&self, index: u64) -> LeaderEpoch {
        match index.checked_sub(self.base.index + 1) {
            Some(at) => epoch(self.entries[at as usize].entry.term),
            None => self.base.epoch,
        }
    }

    /// Forgets the entries up to the new base.
    pub(crate) fn compact(&mut self, base: Base) {
        self.entries
            .drain(..(base.index - self.base.index) as usize);
        self.base = base;
    }

    /// Forgets all entries; the state is that of a snapshot.
    pub(crate) fn reset(&mut self, base: Base, conf_state: ConfState) {
        self.entries.clear();
        (self.base, self.conf_state) = (base, conf_state);
    }

    /// What a journal that is written anew has to hold.
    pub(crate) fn contents(&self) -> Contents {
        let entries = self.entries.iter().map(|kept| kept.entry.clone()).collect();
        Contents {
            base: self.base.clone(),
            hard_state: self.hard_state.clone(),
            entries,
        }
    }

    /// The newest snapshot is that of entry `index`; `data` says more to the voter that gets it.
    pub(crate) fn set_snapshot(&mut self, index: u64, term: u64, data: Vec<u8>) {
        let metadata = SnapshotMetadata {
            index,
            term,
            ..Default::default()
        };
        let mut snapshot = Snapshot {
            data: data.into(),
            ..Default::default()
        };
        snapshot.set_metadata(metadata);
        snapshot
            .mut_metadata()
            .set_conf_state(self.conf_state.clone());
        self.snapshot = Some(snapshot);
    }

    fn slice(&self, low: u64, high: u64, max_bytes: Option<u64>) -> Vec<Entry> {
        let from = (low - self.base.index - 1) as usize;
        let mut room = max_bytes.unwrap_or(u64::MAX);
        let mut slice = Vec::new();
        for kept in self.entries.range(from..from + (high - low) as usize) {
            let size = (kept.entry.data.len() + kept.entry.context.len()) as u64;
            if size > room && !slice.is_empty() {
                break;
            }
            room = room.saturating_sub(size);
            slice.push(kept.entry.clone());
        }
        slice
    }
}

/// A raft term as Kafka's leader epoch.
///
/// # Panics
/// After two billion elections.
pub(crate) fn epoch(term: u64) -> LeaderEpoch {
    LeaderEpoch(i32::try_from(term).expect("a quorum holds fewer than 2^31 elections"))
}

impl Storage for EntryLog {
    fn initial_state(&self) -> raft::Result<RaftState> {
        Ok(RaftState::new(
            self.hard_state.clone(),
            self.conf_state.clone(),
        ))
    }

    fn entries(
        &self,
        low: u64,
        high: u64,
        max_size: impl Into<Option<u64>>,
        _context: GetEntriesContext,
    ) -> raft::Result<Vec<Entry>> {
        if low <= self.base.index {
            return Err(Error::Store(StorageError::Compacted));
        }
        assert!(
            high <= self.last() + 1,
            "raft asks for entries that it has appended"
        );
        Ok(self.slice(low, high, max_size.into()))
    }

    fn term(&self, index: u64) -> raft::Result<u64> {
        match index.checked_sub(self.base.index) {
            None => Err(Error::Store(StorageError::Compacted)),
            Some(0) => Ok(self.base.term),
            Some(nth) => match self.entries.get(nth as usize - 1) {
                Some(kept) => Ok(kept.entry.term),
                None => Err(Error::Store(StorageError::Unavailable)),
            },
        }
    }

    fn first_index(&self) -> raft::Result<u64> {
        Ok(self.base.index + 1)
    }

    fn last_index(&self) -> raft::Result<u64> {
        Ok(self.last())
    }

    fn snapshot(&self, request_index: u64, _to: u64) -> raft::Result<Snapshot> {
        let is_new_enough = |snapshot: &&Snapshot| snapshot.get_metadata().index >= request_index;
        let newest = self.snapshot.as_ref().filter(is_new_enough);
        newest
            .cloned()
            .ok_or(Error::Store(StorageError::SnapshotTemporarilyUnavailable))
    }
}
