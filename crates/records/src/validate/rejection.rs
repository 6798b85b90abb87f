//! Why a batch is not accepted.

use model::{ErrorCode, Offset, TimestampMs};
use thiserror::Error;

use crate::codec::CodecError;
use crate::malformed::Malformed;

/// Why a batch is not accepted; its text is fit for the response.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Rejection {
    /// There is no whole batch. `INVALID_RECORD`.
    #[error("there is no complete record batch")]
    NoBatch,
    /// Sizes or magic make no sense. `CORRUPT_MESSAGE`.
    #[error("the record batch is corrupt {0}")]
    Framing(Malformed),
    /// A format that can only be read. `INVALID_RECORD`.
    #[error("record batches must have magic 2, not {0}")]
    OldMagic(i8),
    /// More than one batch for one partition. `INVALID_RECORD`.
    #[error("there is more than one record batch for the partition")]
    SeveralBatches,
    /// `UNSUPPORTED_COMPRESSION_TYPE` (KIP-110).
    #[error("Produce version {produce_version} cannot carry zstd; it takes version 7")]
    ZstdTooEarly {
        /// The version that was used.
        produce_version: i16,
    },
    /// `UNSUPPORTED_COMPRESSION_TYPE`.
    #[error("unknown compression codec {0}")]
    UnknownCodec(u8),
    /// A producer counts offsets from 0. `INVALID_RECORD`.
    #[error("the base offset of a batch from a client must be 0, not {0}")]
    BaseOffset(Offset),
    /// `MESSAGE_TOO_LARGE`.
    #[error("the record batch takes {size} bytes, more than max.message.bytes, {limit}")]
    TooLarge {
        /// Bytes of the batch, as received or as it would be stored.
        size: usize,
        /// `max.message.bytes`.
        limit: usize,
    },
    /// `CORRUPT_MESSAGE`.
    #[error(
        "the record batch is corrupt: stored checksum {stored:#010x}, computed {computed:#010x}"
    )]
    Checksum {
        /// What the batch says.
        stored: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// `INVALID_RECORD`.
    #[error("{count} records do not fit a last offset delta of {last_offset_delta}")]
    Count {
        /// What the header counts.
        count: i32,
        /// What the header says of the last offset.
        last_offset_delta: i32,
    },
    /// `INVALID_RECORD`.
    #[error("clients may not write control records")]
    Control,
    /// `INVALID_RECORD`.
    #[error("a batch with a producer id needs a sequence number")]
    NoSequence,
    /// `INVALID_RECORD`.
    #[error("the records are malformed {0}")]
    Records(Malformed),
    /// `INVALID_RECORD`, or `MESSAGE_TOO_LARGE` for one that yields too much.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// `INVALID_TIMESTAMP` when a timestamp is among the reasons, or else `INVALID_RECORD`; never empty.
    #[error("records are rejected, the first because {}", .0[0])]
    BadRecords(Vec<RecordError>),
}

impl Rejection {
    /// The records at fault, for the response (KIP-467); at most
    /// [`REPORTED_RECORDS`](super::REPORTED_RECORDS).
    #[must_use]
    pub fn record_errors(&self) -> &[RecordError] {
        match self {
            Self::BadRecords(errors) => errors,
            _ => &[],
        }
    }
}

/// A record at fault (KIP-467).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("of record {batch_index}: {problem}")]
pub struct RecordError {
    /// Its place in the batch, from 0.
    pub batch_index: i32,
    /// What is wrong with it; its text is the message for the response.
    pub problem: RecordProblem,
}

/// What is wrong with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordProblem {
    /// On a compacted topic.
    #[error("a record of a compacted topic needs a key")]
    NoKey,
    /// Too far from the broker's clock.
    #[error("timestamp {timestamp} is out of range [{least}, {most}]")]
    Timestamp {
        /// The record's.
        timestamp: TimestampMs,
        /// The least that is accepted.
        least: TimestampMs,
        /// The most that is accepted.
        most: TimestampMs,
    },
    /// The batch says LogAppendTime, which only a broker may.
    #[error("a producer may not set the timestamp type to LogAppendTime")]
    AppendTimeClaimed,
}

pub(super) fn code(rejection: &Rejection) -> ErrorCode {
    match rejection {
        Rejection::Framing(_) | Rejection::Checksum { .. } => ErrorCode::CORRUPT_MESSAGE,
        Rejection::ZstdTooEarly { .. } | Rejection::UnknownCodec(_) => {
            ErrorCode::UNSUPPORTED_COMPRESSION_TYPE
        }
        Rejection::TooLarge { .. } | Rejection::Codec(CodecError::TooLarge { .. }) => {
            ErrorCode::MESSAGE_TOO_LARGE
        }
        Rejection::BadRecords(errors) if errors.iter().any(is_about_time) => {
            ErrorCode::INVALID_TIMESTAMP
        }
        _ => ErrorCode::INVALID_RECORD,
    }
}

fn is_about_time(error: &RecordError) -> bool {
    !matches!(error.problem, RecordProblem::NoKey)
}
