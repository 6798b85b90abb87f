//! Checking a segment after a stop that was not clean, and judging what is found amiss.
//!
//! An interrupted write leaves a torn tail: bytes that are no whole batch, with nothing behind them. That is cut off; nobody
//! was promised those records beyond the end of the process or power. Anything else is damage to bytes that had been whole,
//! and the partition is refused:
//!
//! | what lies at the fault | verdict |
//! |---|---|
//! | it is below the recovery point, up to which everything was synced | damage |
//! | a whole batch, but with an offset that is not beyond the one before | damage, to one of the two |
//! | a whole batch with a later offset follows in the file | damage, unless a page of zeros lies between |
//! | the batch is whole and only its length is wrong | damage |
//! | a whole batch with a wrong checksum ends this file, and another segment follows | damage, unless a page of it is zeros |
//! | zeros to the end of the file; a batch cut off by the end; a wrong checksum at the very end | torn tail |
//!
//! A page of zeros, or of zeros from the fault to its end, or from its begin to the end of the file, is what a file system
//! leaves where a later page reached the device before power failed and this one did not: none of it was synced. A torn
//! tail that is cut off is durably gone before the next record is written, so that no page comes back with it.

use std::sync::Arc;

use model::{LeaderEpoch, Offset, TimestampMs};

use crate::batch_header::{BatchFault, BatchHeader, HEADER_LEN, crc_holds};
use crate::directory::Directory;
use crate::disk::DiskFile;
use crate::errors::{Evidence, LogError};
use crate::file_names::FileKind;
use crate::scan::{BULK_CHUNK, ScanError, Scanner, Wait};
use crate::segment::{IndexLimits, MAX_SEGMENT_LEN, Segment};

/// So many places that look like a batch are checked behind a fault; a file with more of them is hostile.
const MAX_CANDIDATES: usize = 10_000;
const PAGE: u64 = 4096;
const BLANK_PAGE: [u8; PAGE as usize] = [0; PAGE as usize];
/// The place of the magic in a batch, before which all may be zero.
const MAGIC_AT: usize = 16;
/// Bytes of a blank page at which no batch begins.
const BLANK_BYTES: usize = PAGE as usize - MAGIC_AT;
/// So many zeros from the fault to the end of a page tell that it was lost. A batch begins with fewer, unless it is the first.
const LOST_BYTES: u64 = 8;

/// Checks one segment; independent of all others.
#[derive(Debug)]
pub struct RecoveryJob {
    pub(super) dir: Directory,
    pub(super) base: Offset,
    pub(super) size: u64,
    pub(super) recovery_point: Offset,
    pub(super) limits: IndexLimits,
    pub(super) now: TimestampMs,
    /// The segment grows on; others are finished.
    pub(super) is_active: bool,
}

/// A segment that was checked, its indexes rebuilt.
#[derive(Debug)]
pub struct RecoveredSegment {
    pub(super) segment: Segment,
    pub(super) end: Offset,
    pub(super) epochs: Vec<(LeaderEpoch, Offset)>,
    pub(super) tear: Option<Tear>,
    /// The segment does not grow on, and is to be synced with its indexes.
    pub(super) is_finished: bool,
}

/// A torn tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tear {
    pub(super) position: u64,
    pub(super) fault: BatchFault,
    /// Bytes from there to the end of the file.
    pub(super) bytes: u64,
    /// Only zeros: what preallocation leaves, and not worth a mention.
    pub(super) is_blank: bool,
    /// There is a page of zeros that was never written to the device.
    pub(super) has_lost_page: bool,
}

impl Tear {
    /// Whether one write was interrupted here, so that none can have come after it.
    pub(super) fn ends_the_log(&self) -> bool {
        self.fault != BatchFault::Crc || self.has_lost_page
    }
}

impl RecoveryJob {
    /// How many bytes it will read.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.size
    }

    /// Reads the segment, checks every batch and rebuilds the indexes.
    ///
    /// # Errors
    /// [`LogError::Corrupt`] where kept bytes have changed, [`LogError::Disk`] where the disk fails.
    pub fn run(self) -> Result<RecoveredSegment, LogError> {
        let path = self.dir.file(self.base, FileKind::Log);
        let fail = |e| LogError::disk(&path, e);
        let size = self.size.min(u64::from(MAX_SEGMENT_LEN));
        let mut segment = Segment::existing(self.base, 0, true, self.now);
        segment.begin_recovery(&self.dir).map_err(fail)?;
        let file = segment.file(&self.dir).map_err(fail)?;
        let mut scan = Scanner::new(Arc::clone(&file), (0, size), BULK_CHUNK, Wait::Allowed);
        let mut walk = Walk {
            end: self.base,
            epochs: Vec::new(),
        };
        let tear = loop {
            match walk.step(&mut scan) {
                Ok(None) => break None,
                Ok(Some(header)) => segment.note(&self.dir, &header, self.limits),
                Err(ScanError::Batch { position, fault }) => {
                    break Some(self.judge(&file, (position, size), fault, walk.end)?);
                }
                Err(e) => return Err(LogError::scan(&path, e)),
            }
        };
        if !self.is_active {
            segment.finish(&self.dir).map_err(fail)?;
        }
        Ok(RecoveredSegment {
            segment,
            end: walk.end,
            epochs: walk.epochs,
            tear,
            is_finished: !self.is_active,
        })
    }

    fn judge(
        &self,
        file: &Arc<dyn DiskFile>,
        (position, size): (u64, u64),
        fault: BatchFault,
        offset: Offset,
    ) -> Result<Tear, LogError> {
        let path = self.dir.file(self.base, FileKind::Log);
        let behind =
            Behind::look(file, (position, size), offset).map_err(|e| LogError::disk(&path, e))?;
        let synced = || {
            let is_synced = offset < self.recovery_point;
            is_synced.then_some(Evidence::Synced(self.recovery_point))
        };
        let evidence = match behind {
            Behind::LostPage { begins: true } => synced(),
            _ if fault == BatchFault::Order => Some(Evidence::Whole),
            Behind::Batch(at) => Some(Evidence::BatchFollows(at)),
            Behind::WholeButLength => Some(Evidence::OnlyLength),
            Behind::Blank => None,
            Behind::LostPage { begins: false } | Behind::Nothing => synced(),
        };
        match evidence {
            Some(evidence) => Err(LogError::Corrupt {
                path,
                position,
                offset,
                fault,
                evidence,
            }),
            None => Ok(Tear {
                position,
                fault,
                bytes: size - position,
                is_blank: matches!(behind, Behind::Blank),
                has_lost_page: matches!(behind, Behind::LostPage { .. }),
            }),
        }
    }
}

/// A walk over whole batches in order.
struct Walk {
    end: Offset,
    epochs: Vec<(LeaderEpoch, Offset)>,
}

impl Walk {
    fn step(&mut self, scan: &mut Scanner) -> Result<Option<BatchHeader>, ScanError> {
        let position = scan.position();
        let Some((_, header)) = scan.next_checked()? else {
            return Ok(None);
        };
        // Of a legacy entry only the last offset is known.
        let first = if header.magic == 2 {
            header.base_offset
        } else {
            header.last_offset
        };
        if first < self.end || header.count < 0 {
            return Err(ScanError::Batch {
                position,
                fault: BatchFault::Order,
            });
        }
        self.end = header.next_offset();
        if let Some(epoch) = header.leader_epoch
            && self.epochs.last().is_none_or(|(last, _)| epoch > *last)
        {
            self.epochs.push((epoch, header.base_offset));
        }
        Ok(Some(header))
    }
}

/// What lies from a fault to the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// Zeros.
    Blank,
    /// No whole batch.
    Nothing,
    /// No whole batch before a page that was lost, from the fault on or later.
    LostPage { begins: bool },
    /// A whole batch at this position, and no lost page before it.
    Batch(u64),
    /// One batch to the last byte, if its length is taken from the file.
    WholeButLength,
}

impl Behind {
    fn look(
        file: &Arc<dyn DiskFile>,
        (from, size): (u64, u64),
        expected: Offset,
    ) -> std::io::Result<Self> {
        let mut search = Search {
            from,
            noted: from,
            zeros: 0,
            has_lost_page: false,
            begins_lost: false,
            is_blank: true,
            candidates: 0,
        };
        let mut window = vec![0; 4 * BULK_CHUNK];
        let mut at = from;
        while at < size {
            let read = file.read_at(&mut window, at)?;
            let read = read.min((size - at) as usize);
            if let Some(found) = search.window(file, &window[..read], (at, size), expected)? {
                return Ok(Self::Batch(found));
            }
            // Windows overlap by a header, so that none is missed on an edge.
            let step = if at + read as u64 >= size {
                read
            } else {
                read.saturating_sub(HEADER_LEN)
            };
            at += step.max(1) as u64;
        }
        if search.is_blank {
            return Ok(Self::Blank);
        }
        if search.has_lost_page || search.ends_in_lost_page(size) {
            let begins = search.begins_lost;
            return Ok(Self::LostPage { begins });
        }
        if is_whole_but_length(file, (from, size), expected)? {
            return Ok(Self::WholeButLength);
        }
        Ok(Self::Nothing)
    }
}

struct Search {
    from: u64,
    /// What lies before was counted.
    noted: u64,
    /// Length of the run of zeros that ends here.
    zeros: u64,
    has_lost_page: bool,
    /// A lost page begins at the fault.
    begins_lost: bool,
    is_blank: bool,
    candidates: usize,
}

impl Search {
    fn window(
        &mut self,
        file: &Arc<dyn DiskFile>,
        window: &[u8],
        (at, size): (u64, u64),
        expected: Offset,
    ) -> std::io::Result<Option<u64>> {
        let mut next = 0;
        while next < window.len() {
            let (i, position) = (next, at + next as u64);
            if self.skips_blank_page(&window[i..], position) {
                next += BLANK_BYTES;
                continue;
            }
            next += 1;
            self.note_zero(window[i], position);
            if position == self.from || !looks_like_batch(&window[i..], size - position, expected) {
                continue;
            }
            self.candidates += 1;
            if self.candidates > MAX_CANDIDATES {
                return Ok(None);
            }
            let is_behind_lost_page =
                self.has_lost_page || self.ends_lost_page(&window[i..], position);
            if !is_behind_lost_page && is_batch(file, position, &window[i..])? {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }

    /// Counts the zeros of a page at once, as far as no batch can begin among them: what was preallocated may be long.
    fn skips_blank_page(&mut self, bytes: &[u8], position: u64) -> bool {
        let is_new = position >= self.noted && position.is_multiple_of(PAGE);
        if !is_new || bytes.get(..PAGE as usize) != Some(&BLANK_PAGE) {
            return false;
        }
        self.zeros += BLANK_BYTES as u64;
        self.noted = position + BLANK_BYTES as u64;
        true
    }

    /// Whether a page was lost that ends with the first bytes of what is at `position`: a batch begins with the high bytes of
    /// its offset, which are zero in any case.
    fn ends_lost_page(&self, head: &[u8], position: u64) -> bool {
        let ahead = head.iter().take_while(|byte| **byte == 0).count();
        if ahead == 0 {
            return false;
        }
        // The first byte of `head` is counted already.
        let begin = position + 1 - self.zeros;
        let page_end = (position + ahead as u64) / PAGE * PAGE;
        self.is_lost(begin, page_end)
    }

    /// Whether zeros from `begin` up to the end of a page are a lost page: all of it, or from the fault on, before which the
    /// page may have been written.
    const fn is_lost(&self, begin: u64, page_end: u64) -> bool {
        page_end >= begin + PAGE || (begin == self.from && page_end >= begin + LOST_BYTES)
    }

    /// Whether the page that the file ends in was lost.
    const fn ends_in_lost_page(&self, size: u64) -> bool {
        let last = size % PAGE;
        last > 0 && self.zeros >= last
    }

    fn note_zero(&mut self, byte: u8, position: u64) {
        // Windows overlap.
        if position < self.noted {
            return;
        }
        self.noted = position + 1;
        if byte != 0 {
            self.is_blank = false;
            self.zeros = 0;
            return;
        }
        self.zeros += 1;
        let (begin, end) = (position + 1 - self.zeros, position + 1);
        if end.is_multiple_of(PAGE) && self.is_lost(begin, end) {
            self.has_lost_page = true;
            self.begins_lost |= begin == self.from;
        }
    }
}

fn looks_like_batch(bytes: &[u8], left: u64, expected: Offset) -> bool {
    if bytes.len() < HEADER_LEN || bytes[MAGIC_AT] != 2 {
        return false;
    }
    let later = |h: &BatchHeader| {
        h.base_offset > expected && h.base_offset.since(expected) <= i64::from(i32::MAX)
    };
    BatchHeader::parse(bytes).is_ok_and(|h| later(&h) && u64::from(h.size) <= left)
}

fn is_batch(file: &Arc<dyn DiskFile>, position: u64, head: &[u8]) -> std::io::Result<bool> {
    let Ok(header) = BatchHeader::parse(head) else {
        return Ok(false);
    };
    let mut batch = vec![0; header.size as usize];
    let read = file.read_at(&mut batch, position)?;
    Ok(read == batch.len() && crc_holds(&batch))
}

/// Whether the bytes from `from` on are one batch, had its length (which the checksum does not cover) not changed.
fn is_whole_but_length(
    file: &Arc<dyn DiskFile>,
    (from, size): (u64, u64),
    expected: Offset,
) -> std::io::Result<bool> {
    let len = size - from;
    if len < HEADER_LEN as u64 {
        return Ok(false);
    }
    let mut batch = vec![0; len as usize];
    let read = file.read_at(&mut batch, from)?;
    let length = i32::try_from(len - 12).expect("a segment's length is 31 bits");
    batch[8..12].copy_from_slice(&length.to_be_bytes());
    let is_next = BatchHeader::parse(&batch).is_ok_and(|h| h.base_offset >= expected);
    Ok(read == batch.len() && is_next && crc_holds(&batch))
}
