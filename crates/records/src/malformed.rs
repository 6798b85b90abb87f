//! What can be wrong with the bytes of a batch.

use thiserror::Error;

use crate::codec::CodecError;

/// Bytes that are not what the format says, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("at byte {position}: {problem}")]
pub struct Malformed {
    /// Bytes from the start of what was being read: of the slice given to an iterator of batches, of the
    /// (decompressed) records section for an iterator of records.
    pub position: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// The batch says that it is smaller than a header.
    #[error("a batch of {declared} bytes, fewer than the least, {least}")]
    BatchTooSmall {
        /// What the length field says, with the 12 bytes before it counted.
        declared: i64,
        /// The least that a batch of this magic takes.
        least: usize,
    },
    /// The batch says that it is larger than the bytes at hand.
    #[error("a batch of {declared} bytes where {present} are present")]
    BatchTruncated {
        /// Bytes the batch should have.
        declared: usize,
        /// Bytes there are.
        present: usize,
    },
    /// No format has this magic, or not the one that was asked for.
    #[error("magic {0} is not expected here")]
    Magic(i8),
    /// The header counts fewer than no records.
    #[error("a count of {0} records")]
    RecordCount(i32),
    /// A variable-length integer that ends too late, or not at all.
    #[error("a variable-length integer is too long or cut off")]
    Varint,
    /// A record's length is negative or exceeds the bytes at hand.
    #[error("a record of {declared} bytes where {present} are present")]
    RecordLength {
        /// What the record says.
        declared: i32,
        /// Bytes there are.
        present: usize,
    },
    /// A record is larger than its reader allows.
    #[error("a record of {declared} bytes where at most {limit} are allowed")]
    RecordTooLarge {
        /// What the record says.
        declared: i32,
        /// What is allowed.
        limit: i32,
    },
    /// A record's fields do not fill the length it declares.
    #[error("a record of {declared} bytes whose fields take {actual}")]
    RecordFields {
        /// What the record says.
        declared: usize,
        /// What its fields take.
        actual: usize,
    },
    /// A key, value or header that is longer than its record.
    #[error("a field of {declared} bytes where {present} are present")]
    FieldLength {
        /// What the field says.
        declared: i32,
        /// Bytes left in the record.
        present: usize,
    },
    /// A count of headers that is negative or exceeds the bytes at hand.
    #[error("a count of {0} headers")]
    HeaderCount(i32),
    /// A header without a key.
    #[error("a header whose key has length {0}")]
    HeaderKey(i32),
    /// Bytes behind the last record.
    #[error("{0} bytes behind the last record")]
    TrailingBytes(usize),
    /// The records are compressed, and the caller asked for them as they lie.
    #[error("the records are compressed")]
    Compressed,
    /// No codec has this id.
    #[error("unknown compression codec {0}")]
    UnknownCodec(u8),
    /// The records cannot be decompressed.
    #[error(transparent)]
    Codec(CodecError),
    /// A compressed wrapper of magic 0 or 1 holds what it must not.
    #[error("a compressed message {0}")]
    Wrapper(&'static str),
    /// A control record's key is not what the format says.
    #[error("a control record's key is malformed")]
    ControlKey,
}

impl Problem {
    pub(crate) const fn at(self, position: usize) -> Malformed {
        Malformed {
            position,
            problem: self,
        }
    }
}
