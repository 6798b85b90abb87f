//! Finding batches in a segment: by offset, by time, and the end.

use std::io;
use std::path::Path;

use model::{Offset, TimestampMs};

use super::{Located, Segment, expect_io};
use crate::batch_header::BatchFault;
use crate::directory::Directory;
use crate::disk::OpenMode;
use crate::index::{OffsetEntry, TimeEntry, relative};
use crate::planted::{PlantedBug, is_planted};
use crate::scan::{BULK_CHUNK, LOOKUP_CHUNK, ScanError, Scanner, Wait};

impl Segment {
    pub(super) fn scanner(
        &self,
        dir: &Directory,
        from: u64,
        chunk: usize,
        wait: Wait,
    ) -> io::Result<Scanner> {
        Ok(Scanner::new(
            self.file(dir)?,
            (from, u64::from(self.size)),
            chunk,
            wait,
        ))
    }

    /// A walk over all batches from `position` on.
    pub(crate) fn scan_from(&self, dir: &Directory, position: u64) -> io::Result<Scanner> {
        self.scanner(dir, position, BULK_CHUNK, Wait::Allowed)
    }

    /// The first batch that ends at `offset` or later; `None` where the segment ends before.
    pub(crate) fn locate(
        &mut self,
        dir: &Directory,
        offset: Offset,
        wait: Wait,
    ) -> Result<Option<Located>, ScanError> {
        self.check_indexes(dir, wait)?;
        let offset = match is_planted(PlantedBug::IndexOffByOne) {
            true => offset.next(),
            false => offset,
        };
        let target =
            relative(offset, self.base).unwrap_or(if offset < self.base { 0 } else { u32::MAX });
        let at = self.at(dir);
        let entry = self
            .offset_index
            .last_where(at, wait, |e| e.relative <= target)?;
        let from = entry.map_or(0, |e| u64::from(e.position));
        match self.walk_to(dir, from, offset, wait) {
            // The index lied: it is made anew from the log, which alone has the say.
            Err(ScanError::Batch { .. }) if from > 0 => {
                self.rebuild_indexes(dir)?;
                self.walk_to(dir, 0, offset, wait)
            }
            other => other,
        }
    }

    fn walk_to(
        &self,
        dir: &Directory,
        from: u64,
        offset: Offset,
        wait: Wait,
    ) -> Result<Option<Located>, ScanError> {
        let mut scan = self.scanner(dir, from, LOOKUP_CHUNK, wait)?;
        let mut first = true;
        while let Some((position, header)) = scan.next_header()? {
            if header.last_offset >= offset {
                if first && from > 0 && header.base_offset > offset {
                    return Err(ScanError::Batch {
                        position,
                        fault: BatchFault::Offset,
                    });
                }
                return Ok(Some(Located { position, header }));
            }
            first = false;
        }
        Ok(None)
    }

    /// The first batch at or after `from` whose greatest timestamp is at least `timestamp`.
    pub(crate) fn locate_time(
        &mut self,
        dir: &Directory,
        timestamp: TimestampMs,
        from: Offset,
    ) -> Result<Option<Located>, ScanError> {
        self.check_indexes(dir, Wait::Allowed)?;
        let at = self.at(dir);
        let before = |e: &TimeEntry| e.timestamp < timestamp;
        let entry = self.time_index.last_where(at, Wait::Allowed, before)?;
        let after = entry.map_or(self.base, |e| self.base.plus(i64::from(e.relative)));
        let Some(start) = self.locate(dir, after.max(from), Wait::Allowed)? else {
            return Ok(None);
        };
        let mut scan = self.scanner(dir, start.position, LOOKUP_CHUNK, Wait::Allowed)?;
        while let Some((position, header)) = scan.next_header()? {
            let in_range = header.last_offset >= from;
            if in_range && header.max_timestamp.is_some_and(|max| max >= timestamp) {
                return Ok(Some(Located { position, header }));
            }
        }
        Ok(None)
    }

    /// The offset after the last batch.
    pub(crate) fn read_next_offset(&mut self, dir: &Directory) -> Result<Offset, ScanError> {
        self.end_before(dir, self.size)
    }

    /// The offset after the last batch before `position`, at which one ends.
    pub(crate) fn end_before(
        &mut self,
        dir: &Directory,
        position: u32,
    ) -> Result<Offset, ScanError> {
        self.check_indexes(dir, Wait::Allowed)?;
        let last = self.offset_index.last().map_or(0, |e| e.position);
        let from = if last < position { last } else { 0 };
        match self.end_between(dir, from, position) {
            // The index may lie; only the log itself tells whether it is whole.
            Err(ScanError::Batch { .. }) if from > 0 => {
                let next = self.end_between(dir, 0, position)?;
                match self.rebuild_indexes(dir) {
                    // What lies behind `position` is not asked for.
                    Ok(()) | Err(ScanError::Batch { .. }) => Ok(next),
                    Err(error) => Err(error),
                }
            }
            other => other,
        }
    }

    fn end_between(&self, dir: &Directory, from: u32, to: u32) -> Result<Offset, ScanError> {
        let range = (u64::from(from), u64::from(to));
        let mut scan = Scanner::new(self.file(dir)?, range, LOOKUP_CHUNK, Wait::Allowed);
        let mut next = self.base;
        while let Some((_, header)) = scan.next_header()? {
            next = header.next_offset();
        }
        Ok(next)
    }

    /// [`Segment::newest`], held against the log: what is deleted for its age is of that age, whatever became of an index.
    pub(crate) fn confirmed_newest(
        &mut self,
        dir: &Directory,
    ) -> io::Result<Option<(TimestampMs, Offset)>> {
        let newest = self.newest(dir)?;
        match self.is_newest(dir, newest) {
            Ok(false) => match self.rebuild_indexes(dir) {
                Ok(()) | Err(ScanError::Batch { .. }) => self.newest(dir),
                Err(error) => Err(expect_io(error)),
            },
            // Batches that cannot be read tell of no other age.
            Ok(true) | Err(ScanError::Batch { .. }) => Ok(newest),
            Err(error) => Err(expect_io(error)),
        }
    }

    fn is_newest(
        &mut self,
        dir: &Directory,
        newest: Option<(TimestampMs, Offset)>,
    ) -> Result<bool, ScanError> {
        let Some((timestamp, offset)) = newest else {
            return Ok(true);
        };
        let located = self.locate(dir, offset, Wait::Allowed)?;
        if located.is_none_or(|found| found.header.max_timestamp != Some(timestamp)) {
            return Ok(false);
        }
        let last = self.offset_index.last().map_or(0, |e| e.position);
        let mut scan = self.scanner(dir, u64::from(last), LOOKUP_CHUNK, Wait::Allowed)?;
        while let Some((_, header)) = scan.next_header()? {
            if header.max_timestamp > Some(timestamp) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where the batches of a file that is not yet a segment end.
    pub(crate) fn end_of_file(dir: &Directory, base: Offset, path: &Path) -> io::Result<Offset> {
        let file = dir.disk().open(path, OpenMode::Read)?;
        let end = file.len()?;
        let mut scan = Scanner::new(file, (0, end), BULK_CHUNK, Wait::Allowed);
        let mut next = base;
        while let Some((_, header)) = scan.next_header().map_err(expect_io)? {
            next = header.next_offset();
        }
        Ok(next)
    }

    /// An offset at or beyond the last one of the batches that begin before `position`, as near as the index tells; `None`
    /// where only the end of the segment is, or the index lies: what it says here decides which records a reader drops.
    pub(crate) fn bound_of(
        &mut self,
        dir: &Directory,
        position: u64,
        wait: Wait,
    ) -> Result<Option<Offset>, ScanError> {
        let at = self.at(dir);
        let before = |e: &OffsetEntry| u64::from(e.position) < position;
        let (_, next) = self.offset_index.around(at, wait, before)?;
        let Some(entry) = next else {
            return Ok(None);
        };
        let bound = self.base.plus(i64::from(entry.relative));
        let mut scan = self.scanner(dir, u64::from(entry.position), LOOKUP_CHUNK, wait)?;
        match scan.next_header() {
            Ok(Some((_, header))) if header.last_offset == bound => Ok(Some(bound)),
            Ok(_) | Err(ScanError::Batch { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
