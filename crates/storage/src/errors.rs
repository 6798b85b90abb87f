//! What can go wrong, by what the caller has to do about it.

use std::io;
use std::path::{Path, PathBuf};

use model::{ErrorCode, Offset};

use crate::batch_header::BatchFault;
use crate::disk::FileSlice;
use crate::producer_state::ProducerFault;
use crate::scan::ScanError;

/// A log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The disk failed: the log directory goes offline.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Bytes that were written and kept have changed: the partition is refused, so that wrong bytes are never served.
    #[error(
        "{} is damaged at byte {position}, where offset {offset} should begin: {fault}; {evidence}. Restore the \
         partition from a replica or a backup, or remove its directory to give its data up",
        path.display()
    )]
    Corrupt {
        /// The segment file.
        path: PathBuf,
        /// The first byte of what is not a batch.
        position: u64,
        /// The offset that was expected there.
        offset: Offset,
        /// What is wrong.
        fault: BatchFault,
        /// How it is known that this is not merely the torn end of an interrupted write.
        evidence: Evidence,
    },
    /// Bytes of a segment are no batch where one should be: the request fails, the directory goes on.
    #[error(
        "{} cannot be read at byte {position}: {fault}. Restore the partition from a replica or a backup, or remove \
         its directory to give its data up",
        path.display()
    )]
    Unreadable {
        /// The segment file or the partition's directory.
        path: PathBuf,
        /// Where.
        position: u64,
        /// What is wrong.
        fault: BatchFault,
    },
}

/// Why damage is not the torn end of an interrupted write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Evidence {
    /// It lies below the recovery point.
    #[error("it lies below the recovery point {0}, up to which everything was synced")]
    Synced(Offset),
    /// A whole batch lies behind it.
    #[error("a whole batch follows at byte {0}")]
    BatchFollows(u64),
    /// The batch there is whole, so no write was interrupted.
    #[error("the batch there is whole")]
    Whole,
    /// The batch is there to its last byte, and only its length is wrong.
    #[error("the batch is whole but for its length")]
    OnlyLength,
    /// Another segment with batches comes after.
    #[error("a later segment begins at offset {0}")]
    SegmentFollows(Offset),
}

impl LogError {
    pub(crate) fn disk(path: &Path, source: io::Error) -> Self {
        Self::Disk {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn scan(path: &Path, error: ScanError) -> Self {
        match error {
            ScanError::Io(source) => Self::disk(path, source),
            ScanError::Cold(_) => Self::disk(path, io::ErrorKind::WouldBlock.into()),
            ScanError::Batch { position, fault } => Self::Unreadable {
                path: path.to_owned(),
                position,
                fault,
            },
        }
    }

    /// Whether the disk has failed, and the log directory with it; else only this partition has, or the disk is full.
    #[must_use]
    pub fn is_disk_failure(&self) -> bool {
        match self {
            Self::Disk { source, .. } => is_failure(source),
            Self::Corrupt { .. } | Self::Unreadable { .. } => false,
        }
    }

    /// Whether the operating system refused something; else what the files hold is at fault, and asking again changes nothing.
    #[must_use]
    pub const fn is_disk(&self) -> bool {
        matches!(self, Self::Disk { .. })
    }

    /// All kinds look the same to clients: `KAFKA_STORAGE_ERROR`.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        ErrorCode::KAFKA_STORAGE_ERROR
    }
}

/// Whether an error of the operating system tells of a disk that failed: not of one that is full, of a damaged file, or of a
/// process or machine that is short of descriptors or memory.
#[must_use]
pub fn is_failure(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, Interrupted, InvalidData, OutOfMemory, StorageFull};
    /// Too many open files, of the system and of the process.
    const NO_DESCRIPTORS: [i32; 2] = [23, 24];
    let is_short = |code: i32| NO_DESCRIPTORS.contains(&code);
    let kinds = [
        FileTooLarge,
        Interrupted,
        InvalidData,
        OutOfMemory,
        StorageFull,
    ];
    !kinds.contains(&error.kind()) && !error.raw_os_error().is_some_and(is_short)
}

/// An append that did not happen. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The producer may not write this.
    #[error(transparent)]
    Producer(#[from] ProducerFault),
    /// `RECORD_LIST_TOO_LARGE`: larger than a segment.
    #[error("{size} bytes do not fit a segment of {limit}")]
    TooLarge {
        /// Of the batches.
        size: u64,
        /// `segment.bytes`.
        limit: u32,
    },
    /// `CORRUPT_MESSAGE`: not a batch, or (from a leader) not the one that comes next.
    #[error("byte {position}: {fault}")]
    Batch {
        /// Where in the given bytes.
        position: usize,
        /// What is wrong.
        fault: BatchFault,
    },
    /// `KAFKA_STORAGE_ERROR`: the disk is full. Reads go on, and a later append works once there is space.
    #[error("the disk is full")]
    Full,
    /// `KAFKA_STORAGE_ERROR`: the disk failed, now or before: the log directory goes offline.
    #[error(transparent)]
    Disk(#[from] LogError),
}

impl AppendError {
    /// The protocol's code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Producer(fault) => fault.code(),
            Self::TooLarge { .. } => ErrorCode::RECORD_LIST_TOO_LARGE,
            Self::Batch { .. } => ErrorCode::CORRUPT_MESSAGE,
            Self::Full | Self::Disk(_) => ErrorCode::KAFKA_STORAGE_ERROR,
        }
    }

    pub(crate) fn write(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            Self::Full
        } else {
            Self::Disk(LogError::disk(path, source))
        }
    }
}

/// A read that gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// `OFFSET_OUT_OF_RANGE`: below the log start offset or above the log end offset.
    #[error("the log holds offsets {start} to {end}")]
    OutOfRange {
        /// Log start offset.
        start: Offset,
        /// Log end offset.
        end: Offset,
    },
    /// These bytes must be read from the device before the answer is known: submit them as
    /// [`crate::disk::DiskOp::ReadCold`], then ask again.
    #[error("the answer is not in memory")]
    Cold(FileSlice),
    /// The disk failed: the log directory goes offline.
    #[error(transparent)]
    Disk(#[from] LogError),
}

impl ReadError {
    pub(crate) fn scan(path: &Path, error: ScanError) -> Self {
        match error {
            ScanError::Cold(slice) => Self::Cold(slice),
            other => Self::Disk(LogError::scan(path, other)),
        }
    }
}
