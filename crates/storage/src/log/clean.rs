//! What a log has to do with its compaction: saying what can be cleaned, and taking cleaned segments in.
//!
//! The work itself is [`crate::cleaner`]'s, outside the log's lock. A new segment takes the place of those it was made of in three
//! turns of renaming, in an order that can be cut off anywhere ([`super::load`] finishes or undoes it at the next start):
//!
//! ```text
//!   0.log.cleaned   -> 0.log.swap        from here on it counts
//!   0.log, 7.log    -> 0.log.deleted, 7.log.deleted
//!   0.log.swap      -> 0.log
//! ```

use std::ops::Range;
use std::time::Duration;

use model::{Now, Offset, TimestampMs};

use super::Log;
use crate::cleaner::{Cleanable, CleanedSegment, CleanerBuffers, Cleaning, Origin, Source};
use crate::errors::LogError;
use crate::file_names::{SWAP_SUFFIX, with_suffix};
use crate::segment::Segment;

impl Log {
    /// Up to where compaction has gone; `None` where it never ran.
    #[must_use]
    pub const fn cleaned_offset(&self) -> Option<Offset> {
        self.cleaned
    }

    /// What of the log can be cleaned, given the high watermark; `None` where its policy is another, or it is being cleaned.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn cleanable(
        &mut self,
        now: Now,
        high_watermark: Offset,
    ) -> Result<Option<Cleanable>, LogError> {
        let youngest = match self.config.min_compaction_lag_ms {
            lag if lag > 0 => Some(TimestampMs(now.wall.0.saturating_sub(lag))),
            _ => None,
        };
        self.cleanable_before(now, high_watermark, youngest)
    }

    /// As [`Log::cleanable`], with segments that have a record younger than `youngest` left out.
    fn cleanable_before(
        &mut self,
        now: Now,
        high_watermark: Offset,
        youngest: Option<TimestampMs>,
    ) -> Result<Option<Cleanable>, LogError> {
        if !self.config.compact || self.is_being_cleaned || self.offline {
            return Ok(None);
        }
        let first_dirty = self.first_dirty();
        let dirty = self.segment_of(first_dirty);
        let stable = self.segment_of(self.last_stable_offset(high_watermark));
        let mut end = stable.min(self.segments.len() - 1);
        if let Some(youngest) = youngest {
            end = self.first_younger(dirty..end, youngest)?;
        }
        let bytes = |range: Range<usize>| {
            let sizes = self.segments.range(range).map(|s| u64::from(s.size()));
            sizes.sum::<u64>()
        };
        let clean = self.segments.partition_point(|s| s.base() < first_dirty);
        let (clean_bytes, dirty_bytes) = (bytes(0..clean.min(end)), bytes(dirty.min(end)..end));
        Ok(Some(Cleanable {
            first_dirty,
            end: self.segments[end].base(),
            clean_bytes,
            dirty_bytes,
            is_overdue: self.oldest_dirty(dirty..end)?.is_some_and(|oldest| {
                let lag = self.config.max_compaction_lag_ms.unwrap_or(i64::MAX);
                oldest.0 < now.wall.0.saturating_sub(lag)
            }),
        }))
    }

    /// Where cleaning goes on. A checkpoint that does not fit the log counts as none.
    fn first_dirty(&self) -> Offset {
        let fits = |offset: &Offset| (self.log_start..=self.log_end).contains(offset);
        self.cleaned.filter(fits).unwrap_or(self.log_start)
    }

    /// The first of these segments that has a record younger than `youngest`, or the end.
    fn first_younger(
        &mut self,
        segments: Range<usize>,
        youngest: TimestampMs,
    ) -> Result<usize, LogError> {
        let end = segments.end;
        for number in segments {
            let newest = self.segments[number].newest(&self.dir);
            let newest = newest.map_err(|e| self.disk_error(e))?;
            if newest.is_some_and(|(at, _)| at > youngest) {
                return Ok(number);
            }
        }
        Ok(end)
    }

    /// The least of the first timestamps of these segments; looked for only where `max.compaction.lag.ms` asks for it.
    fn oldest_dirty(&mut self, segments: Range<usize>) -> Result<Option<TimestampMs>, LogError> {
        if self.config.max_compaction_lag_ms.is_none() {
            return Ok(None);
        }
        let mut oldest = None;
        for number in segments {
            let first = self.segments[number].first_timestamp(&self.dir);
            let first = first.map_err(|e| self.disk_error(e))?;
            oldest = [oldest, first].into_iter().flatten().min();
        }
        Ok(oldest)
    }

    /// How long from `now` on the log has no need of being cleaned, if nothing is appended; `None` for ever.
    pub fn cleaning_due(&mut self, now: Now, high_watermark: Offset) -> Option<Duration> {
        // What cannot be read is found out by whoever cleans.
        let cleanable = self.cleanable_before(now, high_watermark, None);
        let cleanable = cleanable.ok().flatten().filter(|c| c.dirty_bytes > 0)?;
        let first = self.segment_of(cleanable.first_dirty);
        let dirty = first..self.segment_of(cleanable.end);
        let (from, lag) = if cleanable.is_due(self.config.min_cleanable_dirty_ratio) {
            // All of it is old enough when its newest record is.
            let newest = self.segments.range_mut(dirty);
            let newest = newest.filter_map(|segment| segment.newest(&self.dir).ok().flatten());
            let newest = newest.map(|(at, _)| at).max();
            (
                newest.unwrap_or(now.wall),
                self.config.min_compaction_lag_ms,
            )
        } else {
            let lag = self.config.max_compaction_lag_ms?;
            (self.oldest_dirty(dirty).ok().flatten()?, lag)
        };
        let left = from.0.saturating_add(lag).saturating_sub(now.wall.0);
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    /// Begins to clean what [`Log::cleanable`] has just said. Until [`Log::end_cleaning`] the log stays open and retention waits.
    pub fn begin_cleaning(
        &mut self,
        cleanable: &Cleanable,
        now: Now,
        buffers: CleanerBuffers,
    ) -> Cleaning {
        self.is_being_cleaned = true;
        let end = self
            .segments
            .partition_point(|segment| segment.base() < cleanable.end);
        let with_next = self.segments.iter().zip(self.segments.iter().skip(1));
        let sources = with_next.take(end).map(|(segment, next)| Source {
            base: segment.base(),
            size: segment.size(),
            end: next.base(),
        });
        let origin = Origin {
            dir: self.dir.clone(),
            sources: sources.collect(),
            first_dirty: cleanable.first_dirty,
            limits: self.index_limits(),
            segment_bytes: self.config.segment_bytes,
            delete_retention_ms: self.config.delete_retention_ms,
            now: now.wall,
            last_records: self.producers.last_records(),
            txn_indexes: (self.segments.iter())
                .filter(|segment| segment.has_aborted())
                .map(|segment| (segment.base(), segment.txn_index().clone()))
                .collect(),
            generation: self.sync.generation(),
        };
        Cleaning::new(origin, buffers)
    }

    /// Puts a cleaned segment, which was synced, in the place of those it was made of. `false` if they are there no more: the log was
    /// cut meanwhile, and the run is to be given up.
    ///
    /// Who is reading the old files goes on; they are removed after `file.delete.delay.ms`.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn install_cleaned(&mut self, now: Now, cleaned: CleanedSegment) -> Result<bool, LogError> {
        let Some(range) = self.range_of(&cleaned) else {
            return Ok(false);
        };
        let installed = self.take_place(now, range, cleaned.segment);
        // Between two names there is no way back but a restart.
        self.offline |= installed.is_err();
        installed.map(|()| true)
    }

    fn range_of(&self, cleaned: &CleanedSegment) -> Option<Range<usize>> {
        let is_current = cleaned.generation == self.sync.generation() && !self.offline;
        let first = cleaned.sources.first().filter(|_| is_current)?;
        let from = self.segments.iter().position(|s| s.base() == first.base)?;
        let range = from..from + cleaned.sources.len();
        let is_same = |(segment, source): (&Segment, &Source)| {
            (segment.base(), segment.size()) == (source.base, source.size)
        };
        // The active segment is never cleaned.
        let is_there = range.end < self.segments.len()
            && (self.segments.range(range.clone()))
                .zip(&cleaned.sources)
                .all(is_same);
        is_there.then_some(range)
    }

    fn take_place(
        &mut self,
        now: Now,
        range: Range<usize>,
        segment: Segment,
    ) -> Result<(), LogError> {
        let from = range.start;
        let (live, marked) = (
            segment.paths(&self.dir),
            segment.paths(&self.dir.of_cleaned()),
        );
        let swap: Vec<_> = (live.iter())
            .map(|path| with_suffix(path, SWAP_SUFFIX))
            .collect();
        for (marked, swap) in marked.iter().zip(&swap) {
            self.rename(marked, swap)?;
        }
        let gone: Vec<Segment> = self.segments.drain(range).collect();
        // The state of the producers at the base of the first is that at the base of the new one.
        let has_snapshot = self.snapshots.remove(&segment.base());
        self.discard(now, gone)?;
        if has_snapshot {
            self.snapshots.insert(segment.base());
        }
        for (swap, live) in swap.iter().zip(&live) {
            self.rename(swap, live)?;
        }
        self.segments.insert(from, segment);
        self.has_aborted = self.segments.iter().any(Segment::has_aborted);
        self.sync.on_new_name();
        Ok(())
    }

    fn rename(&self, from: &std::path::Path, to: &std::path::Path) -> Result<(), LogError> {
        self.dir
            .disk()
            .rename(from, to)
            .map_err(|e| LogError::disk(from, e))
    }

    /// The run that `cleaning` was is over; `upto` if it came to its end, below which every record is clean.
    pub fn end_cleaning(&mut self, cleaning: &Cleaning, upto: Option<Offset>) {
        self.is_being_cleaned = false;
        if cleaning.generation() == self.sync.generation() {
            self.cleaned = upto.or(self.cleaned);
        }
    }
}
