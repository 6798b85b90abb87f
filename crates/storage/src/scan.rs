//! Walking over the batches of a segment file, in order, with few reads.

use std::io;
use std::sync::Arc;

use crate::batch_header::{BatchFault, BatchHeader, HEADER_LEN, crc_holds};
use crate::disk::{DiskFile, FileSlice};

/// Read-ahead when looking for one offset: about the distance of two index entries.
pub(crate) const LOOKUP_CHUNK: usize = 8 * 1024;
/// Read-ahead when every byte is wanted: what is copied from the page cache is still in the processor's cache when it is checked.
pub(crate) const BULK_CHUNK: usize = 256 * 1024;

/// Why a walk stops before the end.
#[derive(Debug)]
pub(crate) enum ScanError {
    /// The disk failed.
    Io(io::Error),
    /// The bytes of this place would have to be waited for, and the caller did not want to.
    Cold(FileSlice),
    /// What is at `position` is no whole batch.
    Batch { position: u64, fault: BatchFault },
}

impl From<io::Error> for ScanError {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

/// Whether a read may wait for the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It may.
    Allowed,
    /// It answers [`ScanError::Cold`] instead.
    Never,
}

/// A place in a file of batches, and the bytes read ahead around it.
pub(crate) struct Scanner {
    file: Arc<dyn DiskFile>,
    /// Where the file ends, as far as the caller is concerned.
    end: u64,
    /// Where the next batch begins.
    position: u64,
    buf: Vec<u8>,
    /// Where in the file `buf` begins.
    buf_at: u64,
    chunk: usize,
    wait: Wait,
}

impl Scanner {
    pub(crate) fn new(
        file: Arc<dyn DiskFile>,
        (position, end): (u64, u64),
        chunk: usize,
        wait: Wait,
    ) -> Self {
        Self {
            file,
            end,
            position,
            buf: Vec::new(),
            buf_at: 0,
            chunk,
            wait,
        }
    }

    /// Where the next batch begins.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The header of the next batch and where it begins; `None` at the end. The body is skipped unread.
    pub(crate) fn next_header(&mut self) -> Result<Option<(u64, BatchHeader)>, ScanError> {
        let Some(header) = self.peek_header()? else {
            return Ok(None);
        };
        let at = self.position;
        self.position += u64::from(header.size);
        Ok(Some((at, header)))
    }

    /// The next batch whole, its checksum checked.
    pub(crate) fn next_checked(&mut self) -> Result<Option<(u64, BatchHeader)>, ScanError> {
        let Some(header) = self.peek_header()? else {
            return Ok(None);
        };
        let at = self.position;
        let batch = self.bytes(at, header.size as usize)?;
        if !crc_holds(batch) {
            return Err(ScanError::Batch {
                position: at,
                fault: BatchFault::Crc,
            });
        }
        self.position += u64::from(header.size);
        Ok(Some((at, header)))
    }

    /// The bytes of the batch that [`Scanner::next_header`] returned.
    pub(crate) fn body(&mut self, at: u64, header: &BatchHeader) -> Result<&[u8], ScanError> {
        self.bytes(at, header.size as usize)
    }

    fn peek_header(&mut self) -> Result<Option<BatchHeader>, ScanError> {
        let position = self.position;
        let fail = |fault| ScanError::Batch { position, fault };
        // An index that lies may point beyond the end.
        let left = self
            .end
            .checked_sub(position)
            .ok_or(fail(BatchFault::HeaderCut))?;
        if left == 0 {
            return Ok(None);
        }
        let bytes = self.bytes(position, HEADER_LEN.min(left as usize))?;
        let header = BatchHeader::parse(bytes).map_err(fail)?;
        if u64::from(header.size) > left {
            return Err(fail(BatchFault::BodyCut));
        }
        Ok(Some(header))
    }

    /// `len` bytes at `pos`, which the caller knows to be within the file.
    pub(crate) fn bytes(&mut self, pos: u64, len: usize) -> Result<&[u8], ScanError> {
        let buffered = self.buf_at + self.buf.len() as u64;
        if pos < self.buf_at || pos + len as u64 > buffered {
            self.fill(pos, len)?;
        }
        let from = (pos - self.buf_at) as usize;
        Ok(&self.buf[from..from + len])
    }

    fn fill(&mut self, pos: u64, len: usize) -> Result<(), ScanError> {
        let left = usize::try_from(self.end - pos).unwrap_or(usize::MAX);
        self.buf.resize(len.max(self.chunk).min(left), 0);
        let read = match self.wait {
            Wait::Allowed => Some(self.file.read_at(&mut self.buf, pos)?),
            Wait::Never => self.file.read_if_cached(&mut self.buf, pos)?,
        };
        let Some(read) = read else {
            let len = self.buf.len() as u32;
            self.buf.clear();
            return Err(ScanError::Cold(FileSlice {
                file: Arc::clone(&self.file),
                position: pos,
                len,
            }));
        };
        self.buf.truncate(read);
        self.buf_at = pos;
        if read < len {
            return Err(ScanError::Batch {
                position: pos,
                fault: BatchFault::BodyCut,
            });
        }
        Ok(())
    }
}
