//! The segment that a group of segments is written to.

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use model::{Offset, TimestampMs};

use crate::batch_header::BatchHeader;
use crate::directory::Directory;
use crate::disk::DiskFile;
use crate::errors::LogError;
use crate::file_names::FileKind;
use crate::segment::{IndexLimits, MAX_SEGMENT_LEN, Segment, SegmentBirth};
use crate::txn_index::AbortedTxn;

/// A segment that is being written, under names that end in `.cleaned`.
#[derive(Debug)]
pub(super) struct Output {
    segment: Segment,
    dir: Directory,
    limits: IndexLimits,
    /// Batches that were not written yet, and their headers.
    pending: Vec<u8>,
    headers: Vec<BatchHeader>,
    chunk: usize,
}

impl Output {
    /// Begins a segment at `base`; what an earlier attempt left under its names is overwritten. `chunk` bytes are written at once.
    pub(super) fn create(
        dir: &Directory,
        base: Offset,
        limits: IndexLimits,
        chunk: usize,
        now: TimestampMs,
    ) -> Result<Self, LogError> {
        let dir = dir.of_cleaned();
        let birth = SegmentBirth {
            base,
            now,
            preallocate: None,
        };
        let segment = Segment::create(&dir, birth).map_err(|e| LogError::disk(&dir.path, e))?;
        Ok(Self {
            segment,
            dir,
            limits,
            pending: Vec::with_capacity(chunk),
            headers: Vec::new(),
            chunk,
        })
    }

    /// Adds a batch. Gives the bytes that were written to the file, which may be none.
    pub(super) fn add(&mut self, batch: &[u8], header: BatchHeader) -> Result<u64, LogError> {
        self.pending.extend_from_slice(batch);
        self.headers.push(header);
        if self.pending.len() < self.chunk {
            return Ok(0);
        }
        self.write()
    }

    pub(super) fn add_aborted(&mut self, txn: AbortedTxn) {
        self.segment.add_aborted(&self.dir, txn);
    }

    fn write(&mut self) -> Result<u64, LogError> {
        let bytes = self.pending.len() as u64;
        let end = u64::from(self.segment.size()) + bytes;
        let fail = |e| LogError::disk(&self.dir.path, e);
        if end > u64::from(MAX_SEGMENT_LEN) {
            return Err(fail(io::ErrorKind::FileTooLarge.into()));
        }
        let parts = [IoSlice::new(&self.pending)];
        self.segment
            .append(&self.dir, &parts, &self.headers, self.limits)
            .map_err(fail)?;
        self.pending.clear();
        self.headers.clear();
        Ok(bytes)
    }

    /// Writes the rest and completes the indexes. Gives the segment and what has to be synced before it is used.
    pub(super) fn finish(mut self) -> Result<(Segment, Vec<Arc<dyn DiskFile>>), LogError> {
        self.write()?;
        let finished = self.segment.finish(&self.dir);
        let files = finished.and_then(|()| self.segment.files(&self.dir));
        let files = files.map_err(|e| LogError::disk(&self.dir.path, e))?;
        Ok((self.segment, files))
    }

    /// The files under their present names.
    pub(super) fn paths(dir: &Directory, base: Offset) -> Vec<PathBuf> {
        let dir = dir.of_cleaned();
        let kinds = [FileKind::Log].into_iter().chain(FileKind::INDEXES);
        kinds.map(|kind| dir.file(base, kind)).collect()
    }
}
