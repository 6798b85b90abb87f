//! Cutting the log: at its end, as a follower whose leader has something else there, and at its start.
//!
//! A cut at the end is durable before anything is appended again. Else a crash could bring back a part of what was cut, beside
//! what was appended since, and a log of two histories looks like one.

use model::{Now, Offset};

use super::Log;
use crate::errors::LogError;
use crate::segment::{Segment, SegmentBirth};

impl Log {
    /// Forgets everything from `offset` on. Where the log ends before, only an epoch without records is forgotten. Returns
    /// whether records were cut.
    ///
    /// Where the recovery point lies beyond `offset`, the owner lowers it first ([`Log::lower_recovery_point`]) and writes its
    /// checkpoint, lest a later recovery take new bytes for old ones that were synced.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn truncate_to(&mut self, now: Now, offset: Offset) -> Result<bool, LogError> {
        if offset >= self.log_end {
            // An epoch in which this replica led and wrote nothing is none that the leader knows.
            self.epochs.truncate_from_end(self.log_end);
            return Ok(false);
        }
        if offset < self.segments[0].base() {
            self.truncate_fully_and_start_at(now, offset)?;
            return Ok(true);
        }
        let kept = self.segments.partition_point(|s| s.base() <= offset);
        let gone: Vec<Segment> = self.segments.drain(kept..).collect();
        if !gone.is_empty() {
            self.discard(now, gone)?;
            self.sync_names()?;
        }
        let dir = self.dir.clone();
        let fail = |e| LogError::scan(&dir.path, e);
        let end = self.active_mut().truncate(&dir, offset).map_err(fail)?;
        let file = self.active().file(&dir).map_err(|e| self.disk_error(e))?;
        file.sync().map_err(|e| self.disk_error(e))?;
        self.after_cut(now, end)?;
        Ok(true)
    }

    /// Everything from `offset` on counts as not synced, also by syncs that are under way: it is going to be cut.
    pub fn lower_recovery_point(&mut self, offset: Offset) {
        if offset < self.sync.recovery_point {
            self.sync.on_lowered(offset);
        }
    }

    fn sync_names(&self) -> Result<(), LogError> {
        self.dir
            .disk()
            .sync_dir(&self.dir.path)
            .map_err(|e| self.disk_error(e))
    }

    fn after_cut(&mut self, now: Now, offset: Offset) -> Result<(), LogError> {
        self.has_new_indexes = true;
        self.log_end = offset;
        self.log_start = self.log_start.min(offset);
        self.recent.clear();
        self.forget_cleaned(offset);
        self.epochs.truncate_from_end(offset);
        self.sync.on_truncate(offset);
        self.load_producers(offset, None, now)
    }

    /// What comes from `offset` on is not clean.
    fn forget_cleaned(&mut self, offset: Offset) {
        self.cleaned = self.cleaned.map(|cleaned| cleaned.min(offset));
    }

    /// Forgets everything and begins anew at `offset`: what the leader has does not reach back to what this log has, or a snapshot took its
    /// place. As for [`Log::truncate_to`], a recovery point beyond `offset` is lowered before.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn truncate_fully_and_start_at(
        &mut self,
        now: Now,
        offset: Offset,
    ) -> Result<(), LogError> {
        let gone: Vec<Segment> = self.segments.drain(..).collect();
        self.discard(now, gone)?;
        self.sync_names()?;
        let birth = SegmentBirth {
            base: offset,
            now: now.wall,
            preallocate: None,
        };
        let segment = Segment::create(&self.dir, birth).map_err(|e| self.disk_error(e))?;
        self.segments.push_back(segment);
        self.epochs.clear();
        self.producers.clear();
        for path in self.forget_snapshots(|_| true) {
            self.dir.remove(&path).map_err(|e| self.disk_error(e))?;
        }
        self.recent.clear();
        self.log_start = offset;
        self.log_end = offset;
        self.forget_cleaned(offset);
        self.sync.on_truncate(offset);
        self.sync.recovery_point = offset;
        Ok(())
    }

    /// Raises the log start offset (DeleteRecords, or what the leader says). Records below are gone for readers; segments
    /// below go with the next [`Log::delete_old_segments`]. Returns whether anything changed.
    ///
    /// The owner keeps `offset` at or below the high watermark.
    pub fn advance_log_start(&mut self, offset: Offset) -> bool {
        if offset <= self.log_start || offset > self.log_end {
            return false;
        }
        self.log_start = offset;
        self.epochs.truncate_from_start(offset);
        self.producers.on_log_start(offset);
        true
    }
}
