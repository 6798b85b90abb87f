//! Beginning a new segment.

use std::collections::BTreeSet;

use model::{Now, Offset, TimestampMs};

use super::Log;
use crate::errors::{AppendError, LogError};
use crate::file_names::FileKind;
use crate::producer_state::encode_snapshot;
use crate::segment::{MAX_SEGMENT_LEN, Segment, SegmentBirth};

/// What is about to be appended, as far as it decides whether a segment is full.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    pub(super) bytes: u64,
    pub(super) first_offset: Offset,
    pub(super) last_offset: Offset,
    pub(super) max_timestamp: Option<TimestampMs>,
}

impl Log {
    /// Begins a new segment if the active one is too old for its next record: for a log that is idle, Kafka too waits for
    /// the next append.
    pub(super) fn roll_for(&mut self, now: Now, incoming: Incoming) -> Result<(), AppendError> {
        if self.must_roll(now, incoming)? {
            // A base so far back that the last offset still counts from it, where offsets have jumped.
            let least = incoming.last_offset.0.saturating_sub(i64::from(i32::MAX));
            let base = incoming.first_offset.max(Offset(least)).max(self.log_end);
            self.roll(now, base).map_err(|e| match e {
                LogError::Disk { path, source } => AppendError::write(&path, source),
                other => AppendError::Disk(other),
            })?;
        }
        Ok(())
    }

    fn must_roll(&mut self, now: Now, incoming: Incoming) -> Result<bool, LogError> {
        let limit = u64::from(self.config.segment_bytes.min(MAX_SEGMENT_LEN));
        let limits = self.index_limits();
        let jitter = self.jitter();
        let segment_ms = self.config.segment_ms.saturating_sub(jitter);
        let dir = self.dir.clone();
        let active = self.active_mut();
        let size = u64::from(active.size());
        if incoming.last_offset.since(active.base()) > i64::from(i32::MAX) {
            return Ok(true);
        }
        if size == 0 {
            return Ok(false);
        }
        if size + incoming.bytes > limit || active.indexes_full(limits) {
            return Ok(true);
        }
        let newest = incoming.max_timestamp.unwrap_or(now.wall);
        let age = active
            .age_ms(&dir, now.wall, newest)
            .map_err(|e| LogError::disk(&dir.path, e))?;
        Ok(age > segment_ms)
    }

    /// So much sooner than `segment.ms` the active segment rolls: a number that its base offset draws.
    fn jitter(&self) -> i64 {
        let bound = self.config.segment_jitter_ms.min(self.config.segment_ms);
        if bound <= 0 {
            return 0;
        }
        let mut z = self.seed ^ (self.active().base().0 as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 29)) % (bound as u64 + 1)) as i64
    }

    /// Begins a new segment at `base`, at least the log end offset. A log whose active segment is empty and begins there stays
    /// as it is.
    pub(super) fn roll(&mut self, now: Now, base: Offset) -> Result<(), LogError> {
        let active = self.active();
        if active.size() == 0 && active.base() == base {
            return Ok(());
        }
        let dir = self.dir.clone();
        let fail = |e| LogError::disk(&dir.path, e);
        let finished = self.active().base();
        self.active_mut().finish(&dir).map_err(fail)?;
        let preallocate = self.config.preallocate.then_some(self.config.segment_bytes);
        let birth = SegmentBirth {
            base,
            now: now.wall,
            preallocate,
        };
        let segment = Segment::create(&dir, birth).map_err(fail)?;
        self.sync.on_finished(finished);
        self.sync.on_new_name();
        self.segments.push_back(segment);
        self.log_end = self.log_end.max(base);
        self.recent.clear();
        self.note_snapshot(base);
        Ok(())
    }

    /// Begins a new segment now, if the active one holds anything.
    ///
    /// # Errors
    /// The disk failed.
    pub fn roll_now(&mut self, now: Now) -> Result<(), LogError> {
        self.roll(now, self.log_end)
    }

    /// Keeps the producer state as of `offset`, the log end, for the next sync to write.
    pub(super) fn note_snapshot(&mut self, offset: Offset) {
        if self.snapshots.insert(offset) {
            let path = self.dir.file(offset, FileKind::Snapshot);
            self.sync.add_write(path, encode_snapshot(&self.producers));
        }
    }

    /// Snapshots for which `goes` holds are forgotten; their paths.
    pub(super) fn forget_snapshots(
        &mut self,
        goes: impl Fn(Offset) -> bool,
    ) -> Vec<std::path::PathBuf> {
        let (gone, kept): (BTreeSet<_>, _) = self.snapshots.iter().partition(|o| goes(**o));
        self.snapshots = kept;
        gone.into_iter()
            .map(|offset| self.dir.file(offset, FileKind::Snapshot))
            .collect()
    }
}
