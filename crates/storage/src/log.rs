//! The log of one partition.
//!
//! ```text
//!   log start offset    recovery point     high watermark (the partition's)   log end offset
//!         |                   |                        |                           |
//!  [--0---|--seg 0--][--seg 1-|------][----- seg 2 (active) -----------------------)
//!         readable            synced up to here        visible up to here
//! ```
//!
//! A [`Log`] owns its segments, their indexes, the leader epochs and the producer state. It is told the time, it
//! writes to the page cache, and it never waits for a device on the request path: syncs and removals are handed out
//! ([`Log::begin_sync`], [`Log::take_removals`]) for the owner to submit outside its lock. The owner wraps it in a lock.

mod append;
mod clean;
mod close;
mod load;
mod open;
mod read;
mod recent;
mod recover;
mod rest;
mod retention;
mod roll;
mod sync;
mod time_lookup;
mod truncate;

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{LeaderEpoch, Now, Offset};

use crate::directory::Directory;
use crate::errors::LogError;
use crate::leader_epochs::{EpochEntry, LeaderEpochs};
use crate::log_config::LogConfig;
use crate::producer_state::ProducerState;
use crate::segment::{IndexLimits, Segment};

pub use append::{AppendInfo, LeaderAppend};
pub use open::{LogOptions, RecoveredSegment, Recovery, RecoveryJob, RecoveryPlan};
pub use read::{ReadInfo, ReadRequest};
pub use rest::Rested;
pub use sync::{SyncOutcome, SyncTarget, SyncTicket};
pub use time_lookup::TimestampAndOffset;

use recent::RecentBatches;
use sync::SyncState;

/// The log of one partition.
#[derive(Debug)]
pub struct Log {
    dir: Directory,
    config: Arc<LogConfig>,
    /// In order of their bases; never empty; the last one is active.
    segments: VecDeque<Segment>,
    log_start: Offset,
    log_end: Offset,
    epochs: LeaderEpochs,
    producers: ProducerState,
    /// Offsets for which a producer snapshot was written (or will be, with the next sync).
    snapshots: BTreeSet<Offset>,
    sync: SyncState,
    removals: VecDeque<Removal>,
    recent: RecentBatches,
    /// Some segment has had an aborted transaction.
    has_aborted: bool,
    /// Indexes were made anew or cut, and have not been synced since: of the aborted transactions nobody can tell that some lack.
    has_new_indexes: bool,
    /// Compaction has gone up to here, if it ever has.
    cleaned: Option<Offset>,
    /// A [`crate::cleaner::Cleaning`] is at work.
    is_being_cleaned: bool,
    /// Draws the jitter of segments.
    seed: u64,
    /// The disk has failed this log.
    offline: bool,
}

/// Files renamed to `.deleted` that wait for `file.delete.delay.ms`.
#[derive(Debug)]
struct Removal {
    due: Duration,
    paths: Vec<PathBuf>,
}

/// Figures of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogStats {
    /// Bytes in all segments.
    pub bytes: u64,
    /// Number of segments.
    pub segments: usize,
    /// Producers known.
    pub producers: usize,
}

impl Log {
    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.dir.path
    }

    /// The configurations in force.
    #[must_use]
    pub const fn config(&self) -> &Arc<LogConfig> {
        &self.config
    }

    /// Replaces the configurations; in force from the next call.
    pub fn set_config(&mut self, config: Arc<LogConfig>) {
        self.config = config;
    }

    /// The first offset that may be read.
    #[must_use]
    pub const fn log_start_offset(&self) -> Offset {
        self.log_start
    }

    /// The offset of the next record.
    #[must_use]
    pub const fn log_end_offset(&self) -> Offset {
        self.log_end
    }

    /// Up to where a reader of committed data may read, given the high watermark.
    #[must_use]
    pub fn last_stable_offset(&self, high_watermark: Offset) -> Offset {
        self.producers
            .first_unstable_offset()
            .map_or(high_watermark, |o| o.min(high_watermark))
    }

    /// The high watermark has moved: transactions that were decided below it are stable.
    pub fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.producers.on_high_watermark(high_watermark);
    }

    /// The producers and their transactions.
    #[must_use]
    pub const fn producers(&self) -> &ProducerState {
        &self.producers
    }

    /// Forgets producers that have not written for `producer.id.expiration.ms`. Returns how many.
    pub fn expire_producers(&mut self, now: Now) -> usize {
        self.producers
            .expire(now.wall, self.config.producer_id_expiration)
    }

    /// The leader epochs, in order.
    #[must_use]
    pub fn leader_epochs(&self) -> &[EpochEntry] {
        self.epochs.entries()
    }

    /// The newest leader epoch.
    #[must_use]
    pub fn latest_epoch(&self) -> Option<LeaderEpoch> {
        self.epochs.latest()
    }

    /// Notes that a new leader begins at the log end offset.
    pub fn assign_epoch(&mut self, epoch: LeaderEpoch) {
        self.epochs.assign(epoch, self.log_end);
    }

    /// The greatest epoch not above `epoch` and where it ends: what a follower truncates by (KIP-101, KIP-279).
    #[must_use]
    pub fn end_offset_for_epoch(&self, epoch: LeaderEpoch) -> Option<(LeaderEpoch, Offset)> {
        self.epochs.end_offset(epoch, self.log_end)
    }

    /// Where `epoch` begins, if the log knows it.
    #[must_use]
    pub fn start_of_epoch(&self, epoch: LeaderEpoch) -> Option<Offset> {
        let entries = self.epochs.entries();
        let found = entries.binary_search_by_key(&epoch, |entry| entry.epoch);
        found.ok().map(|at| entries[at].start_offset)
    }

    /// The epoch in which the record at `offset` was written.
    #[must_use]
    pub fn epoch_at(&self, offset: Offset) -> Option<LeaderEpoch> {
        self.epochs.epoch_at(offset)
    }

    /// Size and the like.
    #[must_use]
    pub fn stats(&self) -> LogStats {
        LogStats {
            bytes: self.size(),
            segments: self.segments.len(),
            producers: self.producers.producers().count(),
        }
    }

    /// Bytes in all segments.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.segments.iter().map(|s| u64::from(s.size())).sum()
    }

    /// Base offset of the active segment.
    #[must_use]
    pub fn active_segment_base(&self) -> Offset {
        self.active().base()
    }

    /// Whether the disk has failed this log: nothing is written any more.
    #[must_use]
    pub const fn is_offline(&self) -> bool {
        self.offline
    }

    /// The log directory has failed elsewhere: nothing is written any more.
    pub const fn set_offline(&mut self) {
        self.offline = true;
    }

    fn active(&self) -> &Segment {
        self.segments.back().expect("a log has a segment")
    }

    fn active_mut(&mut self) -> &mut Segment {
        self.segments.back_mut().expect("a log has a segment")
    }

    fn index_limits(&self) -> IndexLimits {
        IndexLimits {
            interval: self.config.index_interval_bytes,
            file_bytes: self.config.segment_index_bytes,
        }
    }

    /// The number of the segment in which `offset` lies, or the first.
    fn segment_of(&self, offset: Offset) -> usize {
        self.segments
            .partition_point(|s| s.base() <= offset)
            .saturating_sub(1)
    }

    fn disk_error(&self, source: std::io::Error) -> LogError {
        LogError::disk(&self.dir.path, source)
    }
}

#[cfg(test)]
mod tests;
