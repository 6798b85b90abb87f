//! The sparse indexes of a segment: from offset to file position, and from time to offset.
//!
//! Both are files of fixed-size entries in ascending order. The last entries of a segment that still
//! grows stay in memory (at most [`TAIL_ENTRIES`], unless the disk refuses them) and are written in
//! blocks; so an idle partition keeps nothing, a busy one a few KB, and a reader at the end of the log needs no read.
//! The files carry no checksum: they can always be rebuilt from the log.

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use model::{Offset, TimestampMs};

use crate::directory::Directory;
use crate::disk::{DiskFile, FileSlice, OpenMode};
use crate::file_names::FileKind;
use crate::open_files::FileSlot;
use crate::scan::{ScanError, Wait};

/// So many entries are kept in memory before they are written in one go: a page of an offset index.
pub(crate) const TAIL_ENTRIES: usize = 512;
/// A search in the file narrows down to so many entries, then reads them in one go.
const BLOCK_ENTRIES: u32 = 256;

/// An entry of fixed size.
pub(crate) trait Entry: Copy + std::fmt::Debug {
    /// Which file holds entries like this.
    const KIND: FileKind;
    /// Bytes in the file.
    const SIZE: usize;
    fn put(&self, out: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Self;
    /// The offset it speaks of, relative to the segment's base.
    fn relative_offset(&self) -> u32;
}

/// Of an `.index`: a batch that ends with this offset begins at this position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffsetEntry {
    pub(crate) relative: u32,
    pub(crate) position: u32,
}

/// Of a `.timeindex`: up to this offset no record is younger than this timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeEntry {
    pub(crate) timestamp: TimestampMs,
    pub(crate) relative: u32,
}

impl Entry for OffsetEntry {
    const KIND: FileKind = FileKind::OffsetIndex;
    const SIZE: usize = 8;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.relative.to_be_bytes());
        out.extend_from_slice(&self.position.to_be_bytes());
    }

    fn get(bytes: &[u8]) -> Self {
        let u32_at = |at| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        Self {
            relative: u32_at(0),
            position: u32_at(4),
        }
    }

    fn relative_offset(&self) -> u32 {
        self.relative
    }
}

impl Entry for TimeEntry {
    const KIND: FileKind = FileKind::TimeIndex;
    const SIZE: usize = 12;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.timestamp.0.to_be_bytes());
        out.extend_from_slice(&self.relative.to_be_bytes());
    }

    fn get(bytes: &[u8]) -> Self {
        Self {
            timestamp: TimestampMs(i64::from_be_bytes(
                bytes[..8].try_into().expect("eight bytes"),
            )),
            relative: u32::from_be_bytes(bytes[8..12].try_into().expect("four bytes")),
        }
    }

    fn relative_offset(&self) -> u32 {
        self.relative
    }
}

/// One index of one segment.
#[derive(Debug)]
pub(crate) struct Index<E> {
    slot: Option<FileSlot>,
    /// Entries in the file; `None` before it was looked at.
    written: Option<u32>,
    /// Entries after those.
    tail: Vec<E>,
    last: Option<E>,
}

/// Whose index it is: how an index finds its file.
#[derive(Clone, Copy)]
pub(crate) struct IndexOf<'a> {
    pub(crate) dir: &'a Directory,
    pub(crate) base: Offset,
}

impl IndexOf<'_> {
    fn path<E: Entry>(&self) -> PathBuf {
        self.dir.file(self.base, E::KIND)
    }
}

impl<E: Entry> Index<E> {
    /// An index that is yet empty; its file is made when there is something to write.
    pub(crate) const fn empty() -> Self {
        Self {
            slot: None,
            written: Some(0),
            tail: Vec::new(),
            last: None,
        }
    }

    /// The index of a segment that is there, not looked at.
    pub(crate) const fn unknown() -> Self {
        Self {
            slot: None,
            written: None,
            tail: Vec::new(),
            last: None,
        }
    }

    pub(crate) fn file(&mut self, at: IndexOf<'_>) -> io::Result<Arc<dyn DiskFile>> {
        match &self.slot {
            Some(slot) => at.dir.files.get(slot, || at.path::<E>()),
            None => {
                let slot = at.dir.files.create(&at.path::<E>(), OpenMode::Create)?;
                let file = at.dir.files.get(&slot, || at.path::<E>())?;
                self.slot = Some(slot);
                Ok(file)
            }
        }
    }

    /// Looks at the file: how many entries it has, and the last one. A size that is no multiple of an entry's
    /// is cut down in thought. A missing file is an empty index. With [`Wait::Never`] it may be [`ScanError::Cold`].
    pub(crate) fn load(&mut self, at: IndexOf<'_>, wait: Wait) -> Result<(), ScanError> {
        if self.written.is_some() {
            return Ok(());
        }
        let count = match at.dir.disk().file_len(&at.path::<E>()) {
            Ok(len) => (len / E::SIZE as u64).min(u64::from(u32::MAX)) as u32,
            Err(e) if e.kind() == io::ErrorKind::NotFound => 0,
            Err(e) => return Err(e.into()),
        };
        if count > 0 {
            self.last = Some(self.read_waiting(at, (count - 1, count), wait)?[0]);
        }
        self.written = Some(count);
        Ok(())
    }

    /// Entries, in the file and in memory.
    pub(crate) fn len(&self) -> usize {
        self.written.unwrap_or(0) as usize + self.tail.len()
    }

    pub(crate) const fn last(&self) -> Option<E> {
        self.last
    }

    /// Adds an entry that the caller knows to be greater than the last; it reaches the file in time.
    pub(crate) fn push(&mut self, entry: E, at: IndexOf<'_>) {
        self.tail.push(entry);
        self.last = Some(entry);
        if self.tail.len().is_multiple_of(TAIL_ENTRIES) {
            // A full disk must not fail an append that was written: the entries stay in memory until the next block.
            let _ = self.write_tail(at);
        }
    }

    /// Writes what is in memory only. Not synced.
    pub(crate) fn write_tail(&mut self, at: IndexOf<'_>) -> io::Result<()> {
        if self.tail.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.tail.len() * E::SIZE);
        self.tail.iter().for_each(|entry| entry.put(&mut bytes));
        let written = self.written.unwrap_or(0);
        let position = u64::from(written) * E::SIZE as u64;
        self.file(at)?.write_at(&[IoSlice::new(&bytes)], position)?;
        self.written = Some(written + self.tail.len() as u32);
        self.tail = Vec::new();
        Ok(())
    }

    /// Writes the tail and cuts off whatever a file of the same name held beyond: the segment grows no more.
    pub(crate) fn finish(&mut self, at: IndexOf<'_>) -> io::Result<()> {
        self.write_tail(at)?;
        let file = self.file(at)?;
        let len = self.len() as u64 * E::SIZE as u64;
        if file.len()? != len {
            file.truncate(len)?;
        }
        Ok(())
    }

    /// The last entry for which `at_most` holds, which it must do for a first part of them and no more.
    pub(crate) fn last_where(
        &mut self,
        at: IndexOf<'_>,
        wait: Wait,
        at_most: impl Fn(&E) -> bool,
    ) -> Result<Option<E>, ScanError> {
        Ok(self.around(at, wait, at_most)?.0)
    }

    /// As [`Index::last_where`], and the entry after it, which may be left out although there is one.
    pub(crate) fn around(
        &mut self,
        at: IndexOf<'_>,
        wait: Wait,
        at_most: impl Fn(&E) -> bool,
    ) -> Result<(Option<E>, Option<E>), ScanError> {
        if self.tail.first().is_some_and(&at_most) {
            let count = self.tail.partition_point(&at_most);
            return Ok((Some(self.tail[count - 1]), self.tail.get(count).copied()));
        }
        self.load(at, wait)?;
        let written = self.written.unwrap_or(0);
        let (mut low, mut high) = (0, written);
        while high - low > BLOCK_ENTRIES {
            let middle = low + (high - low) / 2;
            let entry = self.read_waiting(at, (middle, middle + 1), wait)?;
            if at_most(&entry[0]) {
                low = middle
            } else {
                high = middle
            }
        }
        if low == high {
            return Ok((None, self.tail.first().copied()));
        }
        let block = self.read_waiting(at, (low, high), wait)?;
        let count = block.partition_point(&at_most);
        let after_block = self.tail.first().filter(|_| high == written);
        let next = block.get(count).or(after_block).copied();
        Ok((count.checked_sub(1).map(|last| block[last]), next))
    }

    /// Forgets entries from `relative` on.
    pub(crate) fn truncate(&mut self, at: IndexOf<'_>, relative: u32) -> Result<(), ScanError> {
        self.load(at, Wait::Allowed)?;
        let below = |entry: &E| entry.relative_offset() < relative;
        self.tail.truncate(self.tail.partition_point(below));
        if self.tail.is_empty() {
            self.truncate_file(at, below)?;
        }
        self.last = match self.tail.last() {
            Some(entry) => Some(*entry),
            None => match self.written.unwrap_or(0) {
                0 => None,
                count => Some(self.read_entries(at, (count - 1, count))?[0]),
            },
        };
        Ok(())
    }

    /// Lets go of the descriptor.
    pub(crate) fn close(&self) {
        if let Some(slot) = &self.slot {
            slot.close();
        }
    }

    fn truncate_file(&mut self, at: IndexOf<'_>, below: impl Fn(&E) -> bool) -> io::Result<()> {
        let (mut low, mut high) = (0, self.written.unwrap_or(0));
        while low < high {
            let middle = low + (high - low) / 2;
            let entry = self.read_entries(at, (middle, middle + 1))?;
            if below(&entry[0]) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if Some(low) != self.written {
            self.file(at)?.truncate(u64::from(low) * E::SIZE as u64)?;
            self.written = Some(low);
        }
        Ok(())
    }

    fn read_entries(&mut self, at: IndexOf<'_>, range: (u32, u32)) -> io::Result<Vec<E>> {
        match self.read_waiting(at, range, Wait::Allowed) {
            Ok(entries) => Ok(entries),
            Err(ScanError::Io(e)) => Err(e),
            Err(_) => {
                unreachable!("a read that may wait is never cold, and an index has no batches")
            }
        }
    }

    /// The entries from..to; at least one, or an error.
    fn read_waiting(
        &mut self,
        at: IndexOf<'_>,
        (from, to): (u32, u32),
        wait: Wait,
    ) -> Result<Vec<E>, ScanError> {
        let file = self.file(at)?;
        let mut bytes = vec![0; (to - from) as usize * E::SIZE];
        let position = u64::from(from) * E::SIZE as u64;
        let read = match wait {
            Wait::Allowed => Some(file.read_at(&mut bytes, position)?),
            Wait::Never => file.read_if_cached(&mut bytes, position)?,
        };
        let Some(read) = read else {
            return Err(ScanError::Cold(FileSlice {
                file,
                position,
                len: bytes.len() as u32,
            }));
        };
        if read < bytes.len() {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(bytes.chunks_exact(E::SIZE).map(E::get).collect())
    }
}

impl OffsetEntry {
    /// Whether an index whose last entry this is can belong to a log file of `log_size` bytes.
    pub(crate) const fn fits(self, log_size: u32) -> bool {
        self.relative > 0 && self.position < log_size
    }
}

/// `offset` relative to `base`, where it fits the 31 bits that index files have for it.
pub(crate) fn relative(offset: Offset, base: Offset) -> Option<u32> {
    u32::try_from(offset.since(base))
        .ok()
        .filter(|r| *r <= i32::MAX as u32)
}
