//! Record batches as a share group meets them: where they lie, and whether the group sees them.
//!
//! Only headers are read, and markers: what a member is given goes to it as it lies in the file.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use model::{Offset, ProducerId};
use records::control::EndTransaction;
use records::{BatchHeader, RecordBatch, layout};
use share::Fetched;
use storage::disk::FileSlice;

/// Bytes that one read looks at: the headers of small batches, or of one large one.
const LOOK: u32 = 4 << 10;
/// What is brought into memory where a header is not there: records follow it.
const BROUGHT_IN: u32 = 1 << 20;

/// Goes through the whole batches of a slice as far as it is asked to. Markers are hidden, and records of transactions that
/// were aborted.
#[derive(Debug)]
pub(crate) struct Walk {
    slice: FileSlice,
    may_wait: bool,
    aborted: Peekable<IntoIter<(ProducerId, Offset)>>,
    open: BTreeSet<ProducerId>,
    /// Where the next batch begins in the slice.
    at: u32,
    /// The offset after the batch before.
    next: i64,
    /// No record lies there or beyond, whatever a header says that the disk has changed.
    until: i64,
    /// What was read last, and where in the slice that lies.
    looked: Vec<u8>,
    looked_at: u32,
    /// The batches so far, and where each ends in the slice.
    batches: Vec<Fetched>,
    ends: Vec<u32>,
    stopped: Option<Stopped>,
}

/// Why a walk did not go on.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// This has to be brought into memory first.
    Cold(FileSlice),
    /// The disk failed.
    Failed,
}

impl Walk {
    /// Begins with the batch that holds the first of `offsets`, and ends before one that speaks of others. `aborted` are the aborted transactions in the slice.
    pub fn new(
        slice: FileSlice,
        mut aborted: Vec<(ProducerId, Offset)>,
        offsets: Range<i64>,
        may_wait: bool,
    ) -> Self {
        aborted.sort_by_key(|(_, first)| *first);
        Self {
            slice,
            may_wait,
            aborted: aborted.into_iter().peekable(),
            open: BTreeSet::new(),
            at: 0,
            next: offsets.start,
            until: offsets.end,
            looked: Vec::new(),
            looked_at: 0,
            batches: Vec::new(),
            ends: Vec::new(),
            stopped: None,
        }
    }

    /// Whether there was no batch at all.
    pub fn is_empty(&self) -> bool {
        self.batches.is_empty()
    }

    /// Why it did not go on, if it was not for the end of the slice.
    pub fn stopped(&mut self) -> Option<Stopped> {
        self.stopped.take()
    }

    /// Bytes of batches that the group sees, counted until there are `enough`.
    pub fn visible_bytes(&mut self, enough: usize) -> usize {
        let mut total = 0;
        while total < enough {
            let begin = self.at;
            let Some(batch) = self.next() else {
                break;
            };
            if !batch.is_hidden {
                total += (self.at - begin) as usize;
            }
        }
        total
    }

    /// The bytes of the batches that hold the offsets from `first` to `last`, as far as they were gone through.
    pub fn slice(&self, first: i64, last: i64) -> Option<FileSlice> {
        let from = self.batches.iter().position(|batch| batch.last >= first)?;
        let to = self.batches.iter().rposition(|batch| batch.first <= last)?;
        let begin = match from {
            0 => 0,
            _ => self.ends[from - 1],
        };
        Some(FileSlice {
            position: self.slice.position + u64::from(begin),
            len: self.ends[to] - begin,
            ..self.slice.clone()
        })
    }

    /// The first `len` bytes of the next batch; `None` where the slice ends before, or the walk has to stop.
    fn head(&mut self, len: u32) -> Option<&[u8]> {
        if self.slice.len.saturating_sub(self.at) < len {
            return None;
        }
        let has = self.looked_at + u32::try_from(self.looked.len()).unwrap_or(u32::MAX);
        if self.at < self.looked_at || self.at + len > has {
            self.look(len)?;
        }
        let begin = (self.at - self.looked_at) as usize;
        self.looked.get(begin..begin + len as usize)
    }

    /// Reads on from the next batch, `len` bytes at least.
    fn look(&mut self, len: u32) -> Option<()> {
        let rest = FileSlice {
            position: self.slice.position + u64::from(self.at),
            len: self.slice.len - self.at,
            ..self.slice.clone()
        };
        let part = rest.head(len.max(LOOK));
        if !self.may_wait && !part.is_resident() {
            self.stopped = Some(Stopped::Cold(rest.head(BROUGHT_IN.max(len))));
            return None;
        }
        match part.read() {
            Ok(bytes) => {
                self.looked = bytes;
                self.looked_at = self.at;
                Some(())
            }
            Err(_) => {
                self.stopped = Some(Stopped::Failed);
                None
            }
        }
    }

    /// The next batch and its size, if it is whole.
    fn batch(&mut self) -> Option<(Fetched, u32)> {
        let entry = self.head(layout::SIZE_UP_TO_MAGIC as u32)?;
        let base = i64::from_be_bytes(*entry.first_chunk()?);
        let length = i32::from_be_bytes(*entry[layout::BATCH_LENGTH..].first_chunk()?);
        let magic = i8::from_be_bytes([entry[layout::MAGIC]]);
        let size = u32::try_from(length).ok()?;
        let size = size.checked_add(layout::LOG_OVERHEAD as u32)?;
        if self.slice.len - self.at < size {
            return None;
        }
        if magic != layout::MAGIC_V2 {
            // A compressed message of magic 0 or 1 tells its last offset only.
            let batch = Fetched {
                first: self.next.min(base),
                last: base,
                is_hidden: false,
            };
            return Some((batch, size));
        }
        let header = BatchHeader::parse(self.head(layout::HEADER_SIZE as u32)?).ok()?;
        let (first, last) = (header.base_offset().0, header.last_offset().0);
        let producer = header.producer_id();
        let (is_control, is_transactional) = (header.is_control(), header.is_transactional());
        while let Some((producer, _)) = self.aborted.next_if(|(_, first)| first.0 <= last) {
            self.open.insert(producer);
        }
        if is_control {
            self.close(producer, size)?;
        }
        let is_aborted = producer.is_some_and(|producer| self.open.contains(&producer));
        let batch = Fetched {
            first,
            last,
            is_hidden: is_control || (is_transactional && is_aborted),
        };
        Some((batch, size))
    }

    /// The next batch is of control records: an aborted transaction may end with it.
    fn close(&mut self, producer: Option<ProducerId>, size: u32) -> Option<()> {
        let batch = RecordBatch::parse(self.head(size)?).ok()?;
        if let Ok(Some(end)) = EndTransaction::read(&batch)
            && !end.is_committed
            && let Some(producer) = producer
        {
            self.open.remove(&producer);
        }
        Some(())
    }
}

impl Iterator for Walk {
    type Item = Fetched;

    fn next(&mut self) -> Option<Fetched> {
        let (batch, size) = self.batch()?;
        if batch.first > batch.last || batch.last >= self.until {
            return None;
        }
        self.at += size;
        self.next = batch.last + 1;
        self.batches.push(batch);
        self.ends.push(self.at);
        Some(batch)
    }
}

#[cfg(test)]
#[path = "share_fetched_tests.rs"]
mod tests;
