//! What a turn of the quorum gives to its owner.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use model::{BrokerId, LeaderEpoch, Offset};
use storage::disk::DiskFile;

use crate::error::Failure;
use crate::snapshot::SnapshotId;

/// Everything that came of what the quorum was told since the last output.
#[derive(Debug, Default)]
pub struct Output {
    /// For other voters. They may be lost, delayed, reordered and duplicated.
    pub send: Vec<(BrokerId, Vec<u8>)>,
    /// What has happened, in this order.
    pub events: Vec<Event>,
    /// Files to sync; [`crate::Quorum::on_synced`] takes the result. At most one is under way.
    pub sync: Option<SyncRequest>,
    /// The quorum's files cannot be used any more: it will do nothing from here on.
    pub failure: Option<Failure>,
}

impl Output {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.send.is_empty()
            && self.events.is_empty()
            && self.sync.is_none()
            && self.failure.is_none()
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The next batch of the log; each comes once per start, in order of offsets, after the snapshot.
    Committed(CommittedBatch),
    /// The state is that of a snapshot, and batches go on from its end: at a start, and where this
    /// voter had fallen behind. Read it with [`crate::SnapshotReader`].
    SnapshotInstalled(SnapshotId),
    /// Another leader or epoch is known; no leader while there is an election.
    LeaderChanged {
        /// The leader.
        leader: Option<BrokerId>,
        /// Its epoch.
        epoch: LeaderEpoch,
    },
    /// This voter leads and all that earlier leaders committed was in the events before: it may
    /// propose. The next proposal begins at `end`.
    Leading {
        /// Its epoch.
        epoch: LeaderEpoch,
        /// The end of the log.
        end: Offset,
    },
    /// This voter, which was [`Event::Leading`], leads no more. Proposals that were not committed
    /// yet may be in the log or not.
    Resigned {
        /// The epoch that has ended for it.
        epoch: LeaderEpoch,
    },
}

/// A batch at its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedBatch {
    /// The offset of its first record.
    pub base_offset: Offset,
    /// The offset after its last record: with this batch, the high watermark.
    pub end_offset: Offset,
    /// The epoch of the leader that proposed it.
    pub epoch: LeaderEpoch,
    /// The batch as it lies in the log, with base offset and leader epoch.
    pub bytes: Bytes,
}

/// Where a proposal will be, if this leader stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The offset of the first record.
    pub base_offset: Offset,
    /// The offset after the last record; committed when the high watermark reaches it.
    pub end_offset: Offset,
    /// The leader epoch.
    pub epoch: LeaderEpoch,
}

/// A sync that entries and messages wait for: one serves everything that was written before.
#[derive(Clone, Debug)]
pub struct SyncRequest {
    /// Files whose bytes and length must become durable.
    pub files: Vec<Arc<dyn DiskFile>>,
    /// Directories whose names must become durable.
    pub dirs: Vec<PathBuf>,
    /// To hand back with the result.
    pub upto: u64,
}
