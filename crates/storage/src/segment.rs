//! One segment: a file of batches, its indexes, and how to find a batch in it.
//!
//! A segment is owned by its log and touched under the log's lock. Only the last one grows. What is
//! known of the others is looked up when first asked for.

use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{Offset, TimestampMs};

use crate::batch_header::{BatchFault, BatchHeader};
use crate::directory::Directory;
use crate::disk::{DiskFile, OpenMode};
use crate::file_names::FileKind;
use crate::index::{Index, IndexOf, OffsetEntry, TimeEntry, relative};
use crate::open_files::FileSlot;
use crate::scan::{BULK_CHUNK, LOOKUP_CHUNK, ScanError, Scanner, Wait};
use crate::txn_index::{AbortedTxn, TxnIndex};

/// No segment grows beyond this: positions are 31 bits in Kafka's indexes.
pub(crate) const MAX_SEGMENT_LEN: u32 = i32::MAX as u32;

/// A part of a log: from its base offset to that of the next segment.
#[derive(Debug)]
pub(crate) struct Segment {
    base: Offset,
    /// Bytes of whole batches; the file may be longer where it was preallocated.
    size: u32,
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
            return Err(e);
        }
        for header in headers {
            self.note(dir, header, limits);
        }
        Ok(())
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

    /// The segment grows no more, or the node stops: indexes complete, files cut to their length. What must
    /// be synced for that to last is returned.
    pub(crate) fn finish(&mut self, dir: &Directory) -> io::Result<Vec<Arc<dyn DiskFile>>> {
        self.check_indexes(dir).map_err(expect_io)?;
        self.newest(dir)?;
        self.add_time_entry(dir);
        let log = self.file(dir)?;
        if log.len()? > u64::from(self.size) {
            log.truncate(u64::from(self.size))?;
        }
        let at = self.at(dir);
        let offsets = self.offset_index.finish(at)?;
        let times = self.time_index.finish(at)?;
        self.txn_index.flush(dir, self.base)?;
        let mut files = vec![log, offsets, times];
        files.extend(self.txn_index.file(dir, self.base)?);
        Ok(files)
    }

    /// The greatest timestamp and the last offset of its batch; `None` where no batch has one.
    pub(crate) fn newest(&mut self, dir: &Directory) -> io::Result<Option<(TimestampMs, Offset)>> {
        if self.newest == Newest::Unknown {
            self.check_indexes(dir).map_err(expect_io)?;
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

    /// How long the segment has been growing, for `segment.ms`: by timestamps where there are any.
    pub(crate) fn age_ms(
        &mut self,
        dir: &Directory,
        now: TimestampMs,
        newest: TimestampMs,
    ) -> io::Result<i64> {
        if !self.first_timestamp_known && self.size > 0 {
            let mut scan = self.scanner(dir, 0, LOOKUP_CHUNK, Wait::Allowed)?;
            self.first_timestamp = match scan.next_header() {
                Ok(found) => found.and_then(|(_, header)| header.max_timestamp),
                Err(ScanError::Io(e)) => return Err(e),
                Err(_) => None,
            };
            self.first_timestamp_known = true;
        }
        Ok(match self.first_timestamp {
            Some(first) => newest.0.saturating_sub(first.0),
            None => now.0.saturating_sub(self.created.0),
        })
    }

    fn scanner(&self, dir: &Directory, from: u64, chunk: usize, wait: Wait) -> io::Result<Scanner> {
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
        self.check_indexes(dir)?;
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
        self.check_indexes(dir)?;
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
        self.check_indexes(dir)?;
        let from = self
            .offset_index
            .last()
            .map_or(0, |e| u64::from(e.position));
        let mut scan = self.scanner(dir, from, LOOKUP_CHUNK, Wait::Allowed)?;
        let mut next = self.base;
        while let Some((_, header)) = scan.next_header()? {
            next = header.next_offset();
        }
        Ok(next)
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

    /// Looks once whether the indexes can belong to this log, and makes them anew if not.
    fn check_indexes(&mut self, dir: &Directory) -> Result<(), ScanError> {
        if self.checked {
            return Ok(());
        }
        if self.indexes_fit(dir)? {
            self.checked = true
        } else {
            self.rebuild_indexes(dir)?
        }
        Ok(())
    }

    fn indexes_fit(&mut self, dir: &Directory) -> io::Result<bool> {
        let at = self.at(dir);
        self.offset_index.load(at)?;
        self.time_index.load(at)?;
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

    /// Whether there are any.
    pub(crate) const fn has_aborted(&self) -> bool {
        self.txn_index.has_any()
    }

    /// An offset at or beyond the last one of the batches that begin before `position`, as near as the index tells; `None`
    /// where only the end of the segment is.
    pub(crate) fn bound_of(
        &mut self,
        dir: &Directory,
        position: u64,
        wait: Wait,
    ) -> Result<Option<Offset>, ScanError> {
        let at = self.at(dir);
        let before = |e: &OffsetEntry| u64::from(e.position) < position;
        let (_, next) = self.offset_index.around(at, wait, before)?;
        Ok(next.map(|entry| self.base.plus(i64::from(entry.relative))))
    }

    /// The aborted transactions whose markers lie in this segment.
    pub(crate) fn aborted(&self, dir: &Directory) -> io::Result<Vec<AbortedTxn>> {
        self.txn_index.read(dir, self.base)
    }

    /// Forgets everything that the log itself can tell again.
    pub(crate) fn begin_recovery(&mut self, dir: &Directory) -> io::Result<()> {
        self.is_producerless = true;
        self.forget_indexes(dir)?;
        self.txn_index.forget(dir, self.base)
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

/// The index interval where no configuration is at hand: Kafka's default.
const DEFAULT_INTERVAL: u32 = 4096;

fn expect_io(e: ScanError) -> io::Error {
    match e {
        ScanError::Io(e) => e,
        ScanError::Cold(_) => unreachable!("a read that may wait is never cold"),
        ScanError::Batch { fault, .. } => io::Error::new(io::ErrorKind::InvalidData, fault),
    }
}
