//! Messages of magic 0 and 1, which only old segments hold. They are read, never written.
//!
//! ```text
//!  0        8      12    16     17      18                  18 (magic 0) or 26 (magic 1)
//!  | offset | size | crc | ma-  | attri-| timestamp         | key length, key | value length, value
//!  |        |      | 32  | gic  | butes | (magic 1 only)    |
//! ```
//!
//! The value of a compressed one, a *wrapper*, is a sequence of messages. Its offset is that of the last of
//! them; with magic 1 the inner offsets are relative (KIP-31), with magic 0 absolute.

use model::{Offset, TimestampMs};

use crate::batch::TimestampType;
use crate::checksum::crc32;
use crate::compression::Compression;
use crate::layout::{self, LOG_OVERHEAD};
use crate::malformed::{Malformed, Problem};

const CRC: usize = LOG_OVERHEAD;
const ATTRIBUTES: usize = 17;
const TIMESTAMP: usize = 18;
const CODEC_MASK: u8 = 0x07;
const LOG_APPEND_TIME_FLAG: u8 = 0x08;
const LENGTH_SIZE: usize = 4;

/// The least that a message takes: its fixed fields and two lengths.
pub(crate) const fn least_size(magic: i8) -> usize {
    key_position(magic) + 2 * LENGTH_SIZE
}

const fn key_position(magic: i8) -> usize {
    if magic == 0 { TIMESTAMP } else { TIMESTAMP + 8 }
}

/// One message of magic 0 or 1: a record, or a compressed wrapper of records.
#[derive(Clone, Copy, Debug)]
pub struct LegacyBatch<'a> {
    bytes: &'a [u8],
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
}

impl<'a> LegacyBatch<'a> {
    /// The message that `bytes` is, from first to last byte.
    ///
    /// # Errors
    /// When the magic is neither 0 nor 1, or key and value do not fill the message.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let present = bytes.len();
        let Some(&[magic]) = bytes.get(layout::MAGIC..=layout::MAGIC) else {
            let problem = Problem::BatchTruncated {
                declared: least_size(0),
                present,
            };
            return Err(problem.at(0));
        };
        let magic = magic.cast_signed();
        if magic != 0 && magic != 1 {
            return Err(Problem::Magic(magic).at(layout::MAGIC));
        }
        if present < least_size(magic) {
            let problem = Problem::BatchTruncated {
                declared: least_size(magic),
                present,
            };
            return Err(problem.at(0));
        }
        let (key, next) = nullable(bytes, key_position(magic))?;
        let (value, end) = nullable(bytes, next)?;
        if end != present {
            return Err(Problem::TrailingBytes(present - end).at(end));
        }
        Ok(Self { bytes, key, value })
    }

    /// The whole message.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// 0 or 1.
    #[must_use]
    pub const fn magic(&self) -> i8 {
        self.bytes[layout::MAGIC].cast_signed()
    }

    /// The offset of the record, or of the last one in a wrapper.
    #[must_use]
    pub fn offset(&self) -> Offset {
        Offset(i64::from_be_bytes(self.field(layout::BASE_OFFSET)))
    }

    /// The timestamp of the record, or the largest in a wrapper; magic 0 has none.
    #[must_use]
    pub fn timestamp(&self) -> Option<TimestampMs> {
        match self.magic() {
            0 => None,
            _ => TimestampMs::known(i64::from_be_bytes(self.field(TIMESTAMP))),
        }
    }

    /// Whose clock the timestamp is; magic 0 counts as the producer's.
    #[must_use]
    pub const fn timestamp_type(&self) -> TimestampType {
        if self.magic() == 1 && self.bytes[ATTRIBUTES] & LOG_APPEND_TIME_FLAG != 0 {
            TimestampType::LogAppendTime
        } else {
            TimestampType::CreateTime
        }
    }

    /// The codec; other than [`Compression::None`] makes this a wrapper. `None` for an unknown id.
    #[must_use]
    pub const fn compression(&self) -> Option<Compression> {
        Compression::from_id(self.bytes[ATTRIBUTES] & CODEC_MASK)
    }

    /// The key; absent for null.
    #[must_use]
    pub const fn key(&self) -> Option<&'a [u8]> {
        self.key
    }

    /// The value, which in a wrapper is the compressed messages; absent for null.
    #[must_use]
    pub const fn value(&self) -> Option<&'a [u8]> {
        self.value
    }

    /// Computes the CRC-32 and compares it with the stored one.
    #[must_use]
    pub fn is_valid_crc(&self) -> bool {
        crc32(&self.bytes[layout::MAGIC..]) == u32::from_be_bytes(self.field(CRC))
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes[at..at + N]
            .try_into()
            .expect("a parsed message has its fixed fields")
    }
}

/// Bytes with an int32 length before them, and where they end; any negative length is null.
fn nullable(bytes: &[u8], at: usize) -> Result<(Option<&[u8]>, usize), Malformed> {
    let start = at + LENGTH_SIZE;
    let Some(length) = bytes.get(at..start) else {
        return Err(Problem::BatchTruncated {
            declared: start,
            present: bytes.len(),
        }
        .at(at));
    };
    let declared = i32::from_be_bytes(length.try_into().expect("the range is four bytes long"));
    let Ok(len) = usize::try_from(declared) else {
        return Ok((None, start));
    };
    match bytes.get(start..start + len) {
        Some(taken) => Ok((Some(taken), start + len)),
        None => Err(Problem::FieldLength {
            declared,
            present: bytes.len() - start,
        }
        .at(at)),
    }
}
