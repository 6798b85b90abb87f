//! Making the indexes of a segment anew from its log, which alone has the say.

use std::io;

use super::{Newest, Segment};
use crate::directory::Directory;
use crate::file_names::FileKind;
use crate::index::Index;
use crate::scan::{ScanError, Wait};
use crate::segment::IndexLimits;

/// The index interval where no configuration is at hand: Kafka's default.
const DEFAULT_INTERVAL: u32 = 4096;

impl Segment {
    /// Looks once whether the indexes can belong to this log, and makes them anew if not. With [`Wait::Never`] the look
    /// may be [`ScanError::Cold`]; indexes that lie are made anew in any case.
    pub(super) fn check_indexes(&mut self, dir: &Directory, wait: Wait) -> Result<(), ScanError> {
        if self.checked {
            return Ok(());
        }
        if self.indexes_fit(dir, wait)? {
            self.checked = true
        } else {
            self.rebuild_indexes(dir)?
        }
        Ok(())
    }

    fn indexes_fit(&mut self, dir: &Directory, wait: Wait) -> Result<bool, ScanError> {
        let at = self.at(dir);
        self.offset_index.load(at, wait)?;
        self.time_index.load(at, wait)?;
        let offsets_fit = self
            .offset_index
            .last()
            .is_none_or(|last| last.fits(self.size));
        let times = (self.time_index.len(), self.time_index.last());
        let times_fit = match times {
            (0, _) | (_, None) => self.size == 0,
            (count, Some(last)) => last.timestamp.0 > 0 || count == 1,
        };
        Ok(offsets_fit && times_fit)
    }

    /// Makes offset and time index anew from the headers in the log.
    pub(crate) fn rebuild_indexes(&mut self, dir: &Directory) -> Result<(), ScanError> {
        let limits = IndexLimits {
            interval: DEFAULT_INTERVAL,
            file_bytes: u32::MAX,
        };
        let mut scan = self.scan_from(dir, 0)?;
        self.forget_indexes(dir)?;
        let size = std::mem::take(&mut self.size);
        let mut outcome = Ok(());
        loop {
            match scan.next_header() {
                Ok(Some((_, header))) => self.note(dir, &header, limits),
                Ok(None) => break,
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            }
        }
        self.size = size;
        self.add_time_entry(dir);
        // A segment that grows no more is not finished again. What a full disk refuses stays in memory.
        let _ = self.offset_index.write_tail(self.at(dir));
        let _ = self.time_index.write_tail(self.at(dir));
        outcome
    }

    /// Removes the index files and starts with empty ones.
    pub(crate) fn forget_indexes(&mut self, dir: &Directory) -> io::Result<()> {
        dir.remove(&dir.file(self.base, FileKind::OffsetIndex))?;
        dir.remove(&dir.file(self.base, FileKind::TimeIndex))?;
        self.offset_index = Index::empty();
        self.time_index = Index::empty();
        self.newest = Newest::None;
        self.since_index = 0;
        self.checked = true;
        Ok(())
    }

    /// Forgets everything that the log itself can tell again.
    pub(crate) fn begin_recovery(&mut self, dir: &Directory) -> io::Result<()> {
        self.is_producerless = true;
        self.forget_indexes(dir)?;
        self.txn_index.forget(dir, self.base)
    }
}
