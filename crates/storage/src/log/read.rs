//! Reading: finding the range of a file that answers a fetch. Nothing is copied.

use model::Offset;

use super::Log;
use crate::disk::FileSlice;
use crate::errors::ReadError;
use crate::scan::Wait;
use crate::segment::{Located, Segment};
use crate::txn_index::AbortedTxn;

/// What a reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadRequest {
    /// The first offset wanted.
    pub from: Offset,
    /// Read below this: high watermark, last stable offset or log end offset.
    pub upper: Offset,
    /// At most so many bytes.
    pub max_bytes: u32,
    /// The first batch comes whole even if it is larger.
    pub min_one: bool,
    /// Whether to list the aborted transactions that the answer touches.
    pub with_aborted: bool,
    /// Whether the answer may wait for the device; else it may be [`ReadError::Cold`].
    pub may_wait: bool,
}

/// The answer to a read.
#[derive(Clone, Debug)]
pub struct ReadInfo {
    /// The bytes: from the start of the batch that holds `from` (or the next there is); the last batch may be cut off. `None`
    /// when there is nothing to read yet.
    pub slice: Option<FileSlice>,
    /// Base offset of the first batch.
    pub first_offset: Offset,
    /// The first batch is larger than allowed and comes in part.
    pub is_first_cut: bool,
    /// Aborted transactions with records in the answer, by their markers; empty unless asked for.
    pub aborted: Vec<AbortedTxn>,
}

impl Log {
    /// Finds the batches from `request.from` on, within one segment.
    ///
    /// # Errors
    /// [`ReadError`]: out of range, not in memory, or the disk failed.
    pub fn read(&mut self, request: &ReadRequest) -> Result<ReadInfo, ReadError> {
        if request.from < self.log_start || request.from > self.log_end {
            return Err(ReadError::OutOfRange {
                start: self.log_start,
                end: self.log_end,
            });
        }
        let wait = if request.may_wait {
            Wait::Allowed
        } else {
            Wait::Never
        };
        let mut number = self.segment_of(request.from);
        while number < self.segments.len() && request.from < request.upper {
            if let Some((position, first)) = self.find(number, request.from, wait)? {
                return self.slice(request, (number, position), first, wait);
            }
            number += 1;
        }
        Ok(ReadInfo {
            slice: None,
            first_offset: request.from,
            is_first_cut: false,
            aborted: Vec::new(),
        })
    }

    /// The position in a segment of the batch that holds `offset` or comes next; its header where it was looked at.
    fn find(
        &mut self,
        number: usize,
        offset: Offset,
        wait: Wait,
    ) -> Result<Option<(u64, Option<Located>)>, ReadError> {
        if number + 1 == self.segments.len()
            && let Some(position) = self.recent.position_of(offset)
        {
            return Ok(Some((u64::from(position), None)));
        }
        let located = self.segments[number].locate(&self.dir, offset, wait);
        let located = located.map_err(|e| ReadError::scan(&self.dir.path, e))?;
        Ok(located.map(|found| (found.position, Some(found))))
    }

    fn slice(
        &mut self,
        request: &ReadRequest,
        (number, position): (usize, u64),
        first: Option<Located>,
        wait: Wait,
    ) -> Result<ReadInfo, ReadError> {
        let end = self.end_position(number, request.upper, wait)?;
        let available = end.saturating_sub(position);
        let mut len = available.min(u64::from(request.max_bytes));
        let first_offset = first.map_or(request.from, |f| f.header.base_offset);
        let mut is_first_cut = false;
        if len < available {
            let first_size = self.first_size(number, request.from, first, wait)?;
            is_first_cut = len < first_size;
            if request.min_one && is_first_cut {
                len = first_size.min(available);
                is_first_cut = false;
            }
        }
        let aborted = match request.with_aborted && self.has_aborted {
            true => self.aborted_between(number, request, position + len, wait)?,
            false => Vec::new(),
        };
        let file = self.segments[number]
            .file(&self.dir)
            .map_err(|e| self.disk_error(e))?;
        let len = u32::try_from(len).expect("no segment reaches 4 GiB");
        let slice = (len > 0).then_some(FileSlice {
            file,
            position,
            len,
        });
        Ok(ReadInfo {
            slice,
            first_offset,
            is_first_cut,
            aborted,
        })
    }

    fn first_size(
        &mut self,
        number: usize,
        from: Offset,
        first: Option<Located>,
        wait: Wait,
    ) -> Result<u64, ReadError> {
        if let Some(first) = first {
            return Ok(u64::from(first.header.size));
        }
        let located = self.segments[number].locate(&self.dir, from, wait);
        let located = located.map_err(|e| ReadError::scan(&self.dir.path, e))?;
        Ok(located.map_or(0, |found| u64::from(found.header.size)))
    }

    /// Where the batch that begins at `upper` would begin, or the end of the segment.
    fn end_position(&mut self, number: usize, upper: Offset, wait: Wait) -> Result<u64, ReadError> {
        let next = self
            .segments
            .get(number + 1)
            .map_or(self.log_end, |s| s.base());
        if upper < next
            && let Some((position, _)) = self.find(number, upper, wait)?
        {
            return Ok(position);
        }
        Ok(u64::from(self.segments[number].size()))
    }

    /// Aborted transactions with records from `request.from` (in segment `number`) up to the end of the answer, or a
    /// little further.
    fn aborted_between(
        &mut self,
        number: usize,
        request: &ReadRequest,
        end: u64,
        wait: Wait,
    ) -> Result<Vec<AbortedTxn>, ReadError> {
        let bound = self.segments[number].bound_of(&self.dir, end, wait);
        let bound = bound.map_err(|e| ReadError::scan(&self.dir.path, e))?;
        let next = self
            .segments
            .get(number + 1)
            .map_or(self.log_end, Segment::base);
        let upper = bound.unwrap_or(next).min(request.upper);
        let mut found = Vec::new();
        for segment in self
            .segments
            .iter()
            .skip(number)
            .filter(|s| s.has_aborted())
        {
            for txn in segment.aborted(&self.dir).map_err(|e| self.disk_error(e))? {
                if txn.last_offset >= request.from && txn.first_offset < upper {
                    found.push(txn);
                }
                // Every transaction that ends later begins at or after this one's last stable offset.
                if txn.last_stable_offset >= upper {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }
}
