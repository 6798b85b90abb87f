//! The index of aborted transactions of a segment: which records a reader of committed data must skip.
//!
//! Entries of 34 bytes: version 0 (i16), producer id, first offset, last offset (the abort marker), last
//! stable offset after it (i64 each). They ascend in their last offset. There are few, and most segments have none.

use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;

use model::{Offset, ProducerId};

use crate::directory::Directory;
use crate::disk::{DiskFile, OpenMode};
use crate::file_names::FileKind;

const ENTRY_LEN: usize = 34;
/// A larger file is taken as damaged: 2 million aborted transactions in one segment.
const MAX_FILE_LEN: u64 = 64 * 1024 * 1024;

/// A transaction that was aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AbortedTxn {
    /// Whose it was.
    pub producer_id: ProducerId,
    /// Its first record in this partition.
    pub first_offset: Offset,
    /// Its abort marker.
    pub last_offset: Offset,
    /// The last stable offset once the marker was there.
    pub last_stable_offset: Offset,
}

impl AbortedTxn {
    fn encode(&self) -> [u8; ENTRY_LEN] {
        let mut out = [0; ENTRY_LEN];
        out[2..10].copy_from_slice(&self.producer_id.0.to_be_bytes());
        out[10..18].copy_from_slice(&self.first_offset.0.to_be_bytes());
        out[18..26].copy_from_slice(&self.last_offset.0.to_be_bytes());
        out[26..34].copy_from_slice(&self.last_stable_offset.0.to_be_bytes());
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let i64_at = |at: usize| i64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight"));
        let version = i16::from_be_bytes([bytes[0], bytes[1]]);
        (version == 0).then(|| Self {
            producer_id: ProducerId(i64_at(2)),
            first_offset: Offset(i64_at(10)),
            last_offset: Offset(i64_at(18)),
            last_stable_offset: Offset(i64_at(26)),
        })
    }
}

/// The transaction index of one segment. Its file is made with the first aborted transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TxnIndex {
    has_file: bool,
    /// What a full disk did not take yet.
    unwritten: Vec<AbortedTxn>,
}

impl TxnIndex {
    pub(crate) const fn new(has_file: bool) -> Self {
        Self {
            has_file,
            unwritten: Vec::new(),
        }
    }

    pub(crate) const fn has_file(&self) -> bool {
        self.has_file
    }

    pub(crate) const fn has_any(&self) -> bool {
        self.has_file || !self.unwritten.is_empty()
    }

    /// Adds a transaction. Where the disk does not take it, it is kept until [`TxnIndex::flush`] succeeds.
    pub(crate) fn append(&mut self, dir: &Directory, base: Offset, txn: AbortedTxn) {
        self.unwritten.push(txn);
        // The marker is in the log already, so a failure here must not fail the append.
        let _ = self.flush(dir, base);
    }

    /// Writes what is in memory only. Not synced.
    pub(crate) fn flush(&mut self, dir: &Directory, base: Offset) -> io::Result<()> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let file = dir
            .disk()
            .open(&dir.file(base, FileKind::TxnIndex), OpenMode::Create)?;
        self.has_file = true;
        let at = file.len()? / ENTRY_LEN as u64 * ENTRY_LEN as u64;
        let bytes: Vec<u8> = self.unwritten.iter().flat_map(AbortedTxn::encode).collect();
        if let Err(e) = file.write_at(&[IoSlice::new(&bytes)], at) {
            // Cut off, lest a part of it be taken for an entry.
            file.truncate(at)?;
            return Err(e);
        }
        self.unwritten.clear();
        Ok(())
    }

    /// The file, to be synced, if there is one.
    pub(crate) fn file(
        &self,
        dir: &Directory,
        base: Offset,
    ) -> io::Result<Option<Arc<dyn DiskFile>>> {
        let path = dir.file(base, FileKind::TxnIndex);
        self.has_file
            .then(|| dir.disk().open(&path, OpenMode::Write))
            .transpose()
    }

    /// All entries; those of a damaged file as far as they are in order.
    pub(crate) fn read(&self, dir: &Directory, base: Offset) -> io::Result<Vec<AbortedTxn>> {
        let mut entries = match self.has_file {
            true => read_file(dir, &dir.file(base, FileKind::TxnIndex))?,
            false => Vec::new(),
        };
        entries.extend_from_slice(&self.unwritten);
        Ok(entries)
    }

    /// Forgets transactions that end at `offset` or beyond.
    pub(crate) fn truncate(
        &mut self,
        dir: &Directory,
        base: Offset,
        offset: Offset,
    ) -> io::Result<()> {
        self.unwritten.retain(|txn| txn.last_offset < offset);
        if self.has_file {
            let path = dir.file(base, FileKind::TxnIndex);
            let entries = read_file(dir, &path)?;
            let kept = entries.partition_point(|txn| txn.last_offset < offset);
            let file = dir.disk().open(&path, OpenMode::Create)?;
            file.truncate((kept * ENTRY_LEN) as u64)?;
        }
        Ok(())
    }

    /// Removes the file: the entries will be found again in the log.
    pub(crate) fn forget(&mut self, dir: &Directory, base: Offset) -> io::Result<()> {
        *self = Self::new(false);
        dir.remove(&dir.file(base, FileKind::TxnIndex))
    }
}

fn read_file(dir: &Directory, path: &Path) -> io::Result<Vec<AbortedTxn>> {
    let bytes = match dir.disk().read_file(path, MAX_FILE_LEN) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut entries: Vec<AbortedTxn> = Vec::new();
    for txn in bytes.chunks_exact(ENTRY_LEN).map_while(AbortedTxn::decode) {
        if entries
            .last()
            .is_some_and(|last| txn.last_offset <= last.last_offset)
        {
            break;
        }
        entries.push(txn);
    }
    Ok(entries)
}
