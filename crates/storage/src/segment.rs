//! One segment: a file of batches, its indexes, and how to find a batch in it.
//!
//! A segment is owned by its log and touched under the log's lock. Only the last one grows. What is
//! known of the others is looked up when first asked for.

mod lookup;
mod rebuild;

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use model::{Offset, TimestampMs};

use crate::batch_header::BatchHeader;
use crate::directory::Directory;
use crate::disk::{DiskFile, OpenMode};
use crate::file_names::FileKind;
use crate::index::{Index, IndexOf, OffsetEntry, TimeEntry, relative};
use crate::open_files::FileSlot;
use crate::scan::{LOOKUP_CHUNK, ScanError, Wait};
use crate::txn_index::{AbortedTxn, TxnIndex};

/// No segment grows beyond this: positions are 31 bits in Kafka's indexes.
pub(crate) const MAX_SEGMENT_LEN: u32 = i32::MAX as u32;

/// So much of a file that is synced often is filled with zeros at once.
const ZERO_AHEAD: u32 = 1 << 20;
/// Writes of more than this part of it let the file grow by themselves: they are bound by the device anyway.
const ZERO_AHEAD_WRITES: u32 = 16;

/// One write each: the kernel keeps in one piece what is written by one call, and a sync looks through all of a piece of which
/// something is dirty.
static ZEROS: [u8; 16 << 10] = [0; 16 << 10];

/// A part of a log: from its base offset to that of the next segment.
#[derive(Debug)]
pub(crate) struct Segment {
    base: Offset,
    /// Bytes of whole batches; the file may be longer where it was preallocated.
    size: u32,
    /// From `size` up to here the file is known to hold zeros. What is written over them changes nothing but data, so that a
    /// sync need not wait for the file system's journal.
    zeroed: u32,
    log: FileSlot,
    offset_index: Index<OffsetEntry>,
    time_index: Index<TimeEntry>,
    txn_index: TxnIndex,
    /// Whether the indexes were found to fit the log.
    checked: bool,
    newest: Newest,
    /// The greatest timestamp of the first batch: from it the age of the segment counts.
    first_timestamp: Option<TimestampMs>,
    first_timestamp_known: bool,
    /// Bytes since the last entry of the offset index.
    since_index: u32,
    created: TimestampMs,
    /// No batch is a producer's; false where that is not known.
    is_producerless: bool,
}

/// The greatest timestamp and the last offset of the batch that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Newest {
    Unknown,
    None,
    At(TimestampMs, Offset),
}

/// Where a batch lies in its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) position: u64,
    pub(crate) header: BatchHeader,
}

/// How often index entries are made and how many fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IndexLimits {
    pub(crate) interval: u32,
    pub(crate) file_bytes: u32,
}

/// When and how large a segment comes to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SegmentBirth {
    pub(crate) base: Offset,
    pub(crate) now: TimestampMs,
    /// Bytes to reserve.
    pub(crate) preallocate: Option<u32>,
}

impl Segment {
    /// Creates the file of a new segment. What a former one of this base left behind is removed.
    pub(crate) fn create(dir: &Directory, birth: SegmentBirth) -> io::Result<Self> {
        let path = dir.file(birth.base, FileKind::Log);
        let log = match dir.files.create(&path, OpenMode::CreateNew) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                for kind in FileKind::INDEXES {
                    dir.remove(&dir.file(birth.base, kind))?;
                }
                dir.files.create(&path, OpenMode::Truncate)?
            }
            other => other?,
        };
        if let Some(len) = birth.preallocate {
            dir.files
                .get(&log, || path.clone())?
                .preallocate(u64::from(len))?;
        }
        Ok(Self {
            offset_index: Index::empty(),
            time_index: Index::empty(),
            checked: true,
            newest: Newest::None,
            first_timestamp_known: true,
            is_producerless: true,
            ..Self::found(birth.base, 0, log, birth.now)
        })
    }

    /// A segment whose file of `size` bytes is there. Nothing is opened.
    pub(crate) fn existing(base: Offset, size: u32, has_txn_index: bool, now: TimestampMs) -> Self {
        let txn_index = TxnIndex::new(has_txn_index);
        Self {
            txn_index,
            ..Self::found(base, size, FileSlot::default(), now)
        }
    }

    fn found(base: Offset, size: u32, log: FileSlot, created: TimestampMs) -> Self {
        Self {
            base,
            size,
            zeroed: size,
            log,
            offset_index: Index::unknown(),
            time_index: Index::unknown(),
            txn_index: TxnIndex::new(false),
            checked: false,
            newest: Newest::Unknown,
            first_timestamp: None,
            first_timestamp_known: false,
            since_index: 0,
            created,
            is_producerless: false,
        }
    }

    fn at<'d>(&self, dir: &'d Directory) -> IndexOf<'d> {
        IndexOf {
            dir,
            base: self.base,
        }
    }

    pub(crate) const fn base(&self) -> Offset {
        self.base
    }

    /// When the node came to know of it.
    pub(crate) const fn created(&self) -> TimestampMs {
        self.created
    }

    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    pub(crate) fn file(&self, dir: &Directory) -> io::Result<Arc<dyn DiskFile>> {
        dir.files
            .get(&self.log, || dir.file(self.base, FileKind::Log))
    }

    /// Writes whole batches at the end. *Errors*: nothing has changed; what was written in part is cut off again, or lies
    /// beyond the end and is overwritten by the next.
    pub(crate) fn append(
        &mut self,
        dir: &Directory,
        parts: &[IoSlice<'_>],
        headers: &[BatchHeader],
        limits: IndexLimits,
    ) -> io::Result<()> {
        // What the indexes hold must be known before they are added to.
        self.newest(dir)?;
        let file = self.file(dir)?;
        if let Err(e) = file.write_at(parts, u64::from(self.size)) {
            // If this fails too, the bytes stay beyond the end, where recovery and the next append expect garbage.
            let _ = file.truncate(u64::from(self.size));
            self.zeroed = self.size;
            return Err(e);
        }
        for header in headers {
            self.note(dir, header, limits);
        }
        Ok(())
    }

    /// Fills the file with zeros ahead of a write of `bytes` at the end, up to `limit` at most: for segments whose
    /// every record is synced. That it fails is no matter: the write itself will tell.
    pub(crate) fn zero_ahead(&mut self, dir: &Directory, bytes: u32, limit: u32) {
        let end = self.size.saturating_add(bytes);
        if end <= self.zeroed || bytes > ZERO_AHEAD / ZERO_AHEAD_WRITES {
            return;
        }
        let from = self.zeroed.max(self.size);
        let to = end.next_multiple_of(ZERO_AHEAD).min(limit);
        let Ok(file) = self.file(dir) else { return };
        let mut at = from;
        while at < to {
            let part = ZEROS.len().min((to - at) as usize);
            if file
                .write_at(&[IoSlice::new(&ZEROS[..part])], u64::from(at))
                .is_err()
            {
                return;
            }
            at += part as u32;
            self.zeroed = at;
        }
    }

    /// Takes account of a batch that lies at the end.
    pub(crate) fn note(&mut self, dir: &Directory, header: &BatchHeader, limits: IndexLimits) {
        if self.size == 0 {
            self.first_timestamp = header.max_timestamp;
            self.first_timestamp_known = true;
        }
        let known = match self.newest {
            Newest::At(at, _) => Some(at),
            Newest::Unknown | Newest::None => None,
        };
        if let Some(at) = header
            .max_timestamp
            .filter(|at| known.is_none_or(|k| *at > k))
        {
            self.newest = Newest::At(at, header.last_offset);
        }
        self.is_producerless &= header.producer.is_none();
        if self.since_index > limits.interval {
            self.add_index_entries(dir, header.last_offset);
            self.since_index = 0;
        }
        self.since_index += header.size;
        self.size += header.size;
    }

    fn add_index_entries(&mut self, dir: &Directory, last_offset: Offset) {
        let Some(relative) = relative(last_offset, self.base) else {
            return;
        };
        let entry = OffsetEntry {
            relative,
            position: self.size,
        };
        self.offset_index.push(entry, self.at(dir));
        self.add_time_entry(dir);
    }

    fn add_time_entry(&mut self, dir: &Directory) {
        let Newest::At(timestamp, offset) = self.newest else {
            return;
        };
        let Some(relative) = relative(offset, self.base) else {
            return;
        };
        if self
            .time_index
            .last()
            .is_none_or(|last| timestamp > last.timestamp)
        {
            let entry = TimeEntry {
                timestamp,
                relative,
            };
            self.time_index.push(entry, self.at(dir));
        }
    }

    /// Whether one of the indexes can take no more entries; the last slot of the time index is for closing.
    pub(crate) fn indexes_full(&self, limits: IndexLimits) -> bool {
        let bytes = limits.file_bytes as usize;
        self.offset_index.len() >= bytes / 8 || self.time_index.len() + 1 >= bytes / 12
    }

    /// The segment grows no more, or the node stops: indexes complete, files cut to their length.
    pub(crate) fn finish(&mut self, dir: &Directory) -> io::Result<()> {
        self.check_indexes(dir, Wait::Allowed).map_err(expect_io)?;
        self.newest(dir)?;
        self.add_time_entry(dir);
        let log = self.file(dir)?;
        if log.len()? > u64::from(self.size) {
            log.truncate(u64::from(self.size))?;
        }
        let at = self.at(dir);
        self.offset_index.finish(at)?;
        self.time_index.finish(at)?;
        self.txn_index.flush(dir, self.base)
    }

    /// The log and its indexes: what a sync of a finished segment covers.
    pub(crate) fn files(&mut self, dir: &Directory) -> io::Result<Vec<Arc<dyn DiskFile>>> {
        let at = self.at(dir);
        let (offsets, times) = (self.offset_index.file(at)?, self.time_index.file(at)?);
        let mut files = vec![self.file(dir)?, offsets, times];
        files.extend(self.txn_index.file(dir, self.base)?);
        Ok(files)
    }

    /// Whether [`Segment::newest`] needs no look at a file.
    pub(crate) fn knows_newest(&self) -> bool {
        self.newest != Newest::Unknown
    }

    /// The greatest timestamp and the last offset of its batch; `None` where no batch has one.
    pub(crate) fn newest(&mut self, dir: &Directory) -> io::Result<Option<(TimestampMs, Offset)>> {
        if self.newest == Newest::Unknown {
            self.check_indexes(dir, Wait::Allowed).map_err(expect_io)?;
            self.newest = match self.time_index.last() {
                Some(last) => Newest::At(last.timestamp, self.base.plus(i64::from(last.relative))),
                None => Newest::None,
            };
        }
        Ok(match self.newest {
            Newest::At(at, offset) => Some((at, offset)),
            Newest::Unknown | Newest::None => None,
        })
    }

    /// The greatest timestamp of the first batch; `None` where it has none.
    pub(crate) fn first_timestamp(&mut self, dir: &Directory) -> io::Result<Option<TimestampMs>> {
        if !self.first_timestamp_known && self.size > 0 {
            let mut scan = self.scanner(dir, 0, LOOKUP_CHUNK, Wait::Allowed)?;
            self.first_timestamp = match scan.next_header() {
                Ok(found) => found.and_then(|(_, header)| header.max_timestamp),
                Err(ScanError::Io(e)) => return Err(e),
                Err(_) => None,
            };
            self.first_timestamp_known = true;
        }
        Ok(self.first_timestamp)
    }

    /// How long the segment has been growing, for `segment.ms`: by timestamps where there are any.
    pub(crate) fn age_ms(
        &mut self,
        dir: &Directory,
        now: TimestampMs,
        newest: TimestampMs,
    ) -> io::Result<i64> {
        Ok(match self.first_timestamp(dir)? {
            Some(first) => newest.0.saturating_sub(first.0),
            None => now.0.saturating_sub(self.created.0),
        })
    }

    /// Cuts off batches that end at `offset` or later. Returns where the segment ends then: before `offset` where that lay inside
    /// a batch.
    pub(crate) fn truncate(
        &mut self,
        dir: &Directory,
        offset: Offset,
    ) -> Result<Offset, ScanError> {
        let Some(located) = self.locate(dir, offset, Wait::Allowed)? else {
            return Ok(offset);
        };
        let end = offset.min(located.header.base_offset);
        self.cut(dir, located.position as u32, end)?;
        Ok(end)
    }

    /// Cuts the file at `position`, which is where offset `offset` would begin.
    pub(crate) fn cut(
        &mut self,
        dir: &Directory,
        position: u32,
        offset: Offset,
    ) -> Result<(), ScanError> {
        let relative = relative(offset, self.base).unwrap_or(0);
        let at = self.at(dir);
        self.offset_index.truncate(at, relative)?;
        self.time_index.truncate(at, relative)?;
        self.txn_index.truncate(dir, self.base, offset)?;
        self.file(dir)?.truncate(u64::from(position))?;
        self.size = position;
        self.zeroed = position;
        self.first_timestamp_known = position == 0;
        self.first_timestamp = None;
        self.find_newest_again(dir)?;
        Ok(())
    }

    fn find_newest_again(&mut self, dir: &Directory) -> Result<(), ScanError> {
        self.newest = match self.time_index.last() {
            Some(last) => Newest::At(last.timestamp, self.base.plus(i64::from(last.relative))),
            None => Newest::None,
        };
        let from = self
            .offset_index
            .last()
            .map_or(0, |e| u64::from(e.position));
        let mut scan = self.scanner(dir, from, LOOKUP_CHUNK, Wait::Allowed)?;
        while let Some((_, header)) = scan.next_header()? {
            let newer = |at: &TimestampMs| !matches!(self.newest, Newest::At(k, _) if *at <= k);
            if let Some(at) = header.max_timestamp.filter(newer) {
                self.newest = Newest::At(at, header.last_offset);
            }
        }
        self.since_index = self.size - from as u32;
        Ok(())
    }

    /// Notes a transaction whose abort marker lies in this segment.
    pub(crate) fn add_aborted(&mut self, dir: &Directory, txn: AbortedTxn) {
        self.txn_index.append(dir, self.base, txn);
    }

    /// Its index of aborted transactions.
    pub(crate) const fn txn_index(&self) -> &TxnIndex {
        &self.txn_index
    }

    /// Whether there are any.
    pub(crate) const fn has_aborted(&self) -> bool {
        self.txn_index.has_any()
    }

    /// The aborted transactions whose markers lie in this segment.
    pub(crate) fn aborted(&self, dir: &Directory) -> io::Result<Vec<AbortedTxn>> {
        self.txn_index.read(dir, self.base)
    }

    /// Whether the segment is known to hold no batch of a producer.
    pub(crate) const fn is_producerless(&self) -> bool {
        self.is_producerless
    }

    /// The files that go with this segment when it is deleted.
    pub(crate) fn paths(&self, dir: &Directory) -> Vec<PathBuf> {
        let index_kinds = FileKind::INDEXES.into_iter();
        let with_txn = self.txn_index.has_file();
        let kinds = index_kinds.filter(|k| with_txn || *k != FileKind::TxnIndex);
        [FileKind::Log]
            .into_iter()
            .chain(kinds)
            .map(|kind| dir.file(self.base, kind))
            .collect()
    }

    /// Lets go of the descriptors.
    pub(crate) fn close(&self) {
        self.log.close();
        self.offset_index.close();
        self.time_index.close();
    }
}

fn expect_io(e: ScanError) -> io::Error {
    match e {
        ScanError::Io(e) => e,
        ScanError::Cold(_) => unreachable!("a read that may wait is never cold"),
        ScanError::Batch { fault, .. } => io::Error::new(io::ErrorKind::InvalidData, fault),
    }
}
