//! Letting go of old segments.
//!
//! A segment that goes is renamed to `.deleted` at once and removed after `file.delete.delay.ms`, by an operation that
//! the owner submits: to unlink a large file takes long, and who is reading it still may.

use std::path::PathBuf;
use std::time::Duration;

use model::{Now, Offset, TimestampMs};

use super::{Log, Removal};
use crate::errors::LogError;
use crate::file_names::{DELETED_SUFFIX, FileKind, with_suffix};
use crate::segment::Segment;

/// Retention of a log that is not open is not thought about more often.
const LEAST_WAIT: Duration = Duration::from_secs(1);

impl Log {
    /// Lets go of segments by `retention.ms`, `retention.bytes` and the log start offset, as far as they lie below the
    /// high watermark. Returns how many. The log start offset follows. A log that is being cleaned keeps them until that is over.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn delete_old_segments(
        &mut self,
        now: Now,
        high_watermark: Offset,
    ) -> Result<usize, LogError> {
        if self.is_being_cleaned {
            return Ok(0);
        }
        let mut count = self.below_log_start(high_watermark);
        if self.config.delete {
            count = count.max(self.too_old(now, high_watermark)?);
            count = count.max(self.too_many(high_watermark));
        }
        if count == 0 {
            return Ok(0);
        }
        if count == self.segments.len() {
            self.roll(now, self.log_end)?;
        }
        let gone: Vec<Segment> = self.segments.drain(..count).collect();
        let first = self.segments[0].base();
        self.advance_log_start(first);
        let snapshots = self.forget_snapshots(|offset| offset < first);
        self.discard(now, gone)?;
        self.mark_removed(now, snapshots)?;
        Ok(count)
    }

    /// How long from `now` on retention has nothing to do, if nothing is appended; `None` for ever. Called after
    /// [`Log::delete_old_segments`], which has done what the size asks for.
    pub fn retention_due(&mut self, now: Now) -> Option<Duration> {
        let retention_ms = self.config.retention_ms.filter(|_| self.config.delete)?;
        if self.segments.len() == 1 && self.active().size() == 0 {
            return None;
        }
        let oldest = &mut self.segments[0];
        // One that cannot be read is found out by whoever deletes.
        let newest = oldest.newest(&self.dir).ok().flatten();
        let newest = newest.map_or(oldest.created(), |(at, _)| at);
        let left = newest
            .0
            .saturating_add(retention_ms)
            .saturating_sub(now.wall.0);
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)) + LEAST_WAIT)
    }

    /// Where the records of segment `number` end, if all of them are below `high_watermark` and the segment holds any.
    fn end_if_deletable(&self, number: usize, high_watermark: Offset) -> Option<Offset> {
        let next = self.segments.get(number + 1);
        let end = next.map_or(self.log_end, Segment::base);
        let is_last_and_empty = next.is_none() && self.segments[number].size() == 0;
        (end <= high_watermark && !is_last_and_empty).then_some(end)
    }

    fn below_log_start(&self, high_watermark: Offset) -> usize {
        let goes = |number: &usize| {
            let end = self.end_if_deletable(*number, high_watermark);
            // The active segment stays: its end is where records go on.
            *number + 1 < self.segments.len() && end.is_some_and(|end| end <= self.log_start)
        };
        (0..self.segments.len()).take_while(goes).count()
    }

    fn too_old(&mut self, now: Now, high_watermark: Offset) -> Result<usize, LogError> {
        let Some(retention_ms) = self.config.retention_ms else {
            return Ok(0);
        };
        for number in 0..self.segments.len() {
            let is_deletable = self.end_if_deletable(number, high_watermark).is_some();
            let segment = &mut self.segments[number];
            // Records without timestamps are as old as the node has known the segment.
            let created = segment.created();
            let is_young = |newest: Option<(TimestampMs, Offset)>| {
                let newest = newest.map_or(created, |(at, _)| at);
                now.wall.0.saturating_sub(newest.0) <= retention_ms
            };
            let fail = |e| LogError::disk(&self.dir.path, e);
            let stays = !is_deletable
                || is_young(segment.newest(&self.dir).map_err(fail)?)
                || is_young(segment.confirmed_newest(&self.dir).map_err(fail)?);
            if stays {
                return Ok(number);
            }
        }
        Ok(self.segments.len())
    }

    fn too_many(&self, high_watermark: Offset) -> usize {
        let Some(retention_bytes) = self.config.retention_bytes else {
            return 0;
        };
        let mut excess = self.size().saturating_sub(retention_bytes);
        let goes = |number: &usize| {
            let size = u64::from(self.segments[*number].size());
            // Compaction leaves segments without a batch.
            let fits = excess > 0 && size <= excess;
            let goes = fits && self.end_if_deletable(*number, high_watermark).is_some();
            excess -= if goes { size } else { 0 };
            goes
        };
        (0..self.segments.len()).take_while(goes).count()
    }

    /// Renames the files of `segments`, whose removal then waits.
    pub(super) fn discard(&mut self, now: Now, segments: Vec<Segment>) -> Result<(), LogError> {
        for segment in segments {
            segment.close();
            let mut paths = segment.paths(&self.dir);
            if self.snapshots.remove(&segment.base()) {
                paths.push(self.dir.file(segment.base(), FileKind::Snapshot));
            }
            self.mark_removed(now, paths)?;
        }
        Ok(())
    }

    fn mark_removed(&mut self, now: Now, paths: Vec<PathBuf>) -> Result<(), LogError> {
        let mut marked = Vec::with_capacity(paths.len());
        for path in paths {
            let to = with_suffix(&path, DELETED_SUFFIX);
            match self.dir.disk().rename(&path, &to) {
                // An index or snapshot that was never written.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                other => other.map_err(|e| self.disk_error(e))?,
            }
            marked.push(to);
        }
        if !marked.is_empty() {
            self.sync.on_new_name();
            let due = now.mono.saturating_add(self.config.file_delete_delay);
            self.removals.push_back(Removal { due, paths: marked });
        }
        Ok(())
    }

    /// Files whose time has come, to be submitted as [`crate::disk::DiskOp::Delete`]. All of them with `at_once`.
    pub fn take_removals(&mut self, now: Now, at_once: bool) -> Vec<PathBuf> {
        let mut paths = Vec::new();
        while self
            .removals
            .front()
            .is_some_and(|r| at_once || r.due <= now.mono)
        {
            paths.extend(self.removals.pop_front().into_iter().flat_map(|r| r.paths));
        }
        paths
    }

    /// When the next removal falls due.
    #[must_use]
    pub fn next_removal(&self) -> Option<Duration> {
        self.removals.front().map(|removal| removal.due)
    }
}
