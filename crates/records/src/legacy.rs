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
use crate::batches::Frame;
use crate::checksum::crc32;
use crate::codec::{Codecs, Framing};
use crate::compression::Compression;
use crate::layout::{self, LOG_OVERHEAD};
use crate::malformed::{Malformed, Problem};
use crate::record::{Headers, Record};

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

    /// The records: this message itself, or those inside a wrapper, decompressed into the buffer of `codecs`;
    /// at most `limit` bytes of them.
    ///
    /// # Errors
    /// When the codec is unknown or is zstd, which these formats never had, the stream is corrupt or yields
    /// more than `limit` bytes, or the wrapper holds no message or offsets that do not fit its own.
    pub fn records<'b>(
        &self,
        codecs: &'b mut Codecs,
        limit: usize,
    ) -> Result<LegacyRecordIter<'b>, Malformed>
    where
        'a: 'b,
    {
        match self.compression() {
            Some(Compression::None) => Ok(LegacyRecordIter {
                messages: self.bytes,
                position: 0,
                wrapper: None,
                is_broken: false,
            }),
            Some(compression) if compression != Compression::Zstd => {
                self.wrapped_records(compression, codecs, limit)
            }
            _ => Err(Problem::UnknownCodec(self.bytes[ATTRIBUTES] & CODEC_MASK).at(ATTRIBUTES)),
        }
    }

    fn wrapped_records<'b>(
        &self,
        compression: Compression,
        codecs: &'b mut Codecs,
        limit: usize,
    ) -> Result<LegacyRecordIter<'b>, Malformed>
    where
        'a: 'b,
    {
        let value = self
            .value
            .ok_or(Problem::Wrapper("has no value").at(ATTRIBUTES))?;
        let framing = if self.magic() == 0 {
            Framing::MagicZero
        } else {
            Framing::Standard
        };
        let messages = codecs
            .decompress(compression, framing, value, limit)
            .map_err(|error| Problem::Codec(error).at(key_position(self.magic())))?;
        let wrapper = Wrapper {
            magic: self.magic(),
            base_offset: self.inner_base(messages)?,
            append_time: match self.timestamp_type() {
                TimestampType::LogAppendTime => self.timestamp(),
                TimestampType::CreateTime => None,
            },
        };
        Ok(LegacyRecordIter {
            messages,
            position: 0,
            wrapper: Some(wrapper),
            is_broken: false,
        })
    }

    /// What the offsets of inner messages are counted from. The wrapper's own offset is 0 in what some old
    /// producers sent, and then the inner ones are taken as they are.
    fn inner_base(&self, messages: &[u8]) -> Result<i64, Malformed> {
        let last = last_inner_offset(messages)?;
        match (self.magic(), self.offset().0) {
            (0, _) | (_, 0) => Ok(0),
            (_, own) if own < last => {
                Err(Problem::Wrapper("has a smaller offset than its last inner one").at(0))
            }
            (_, own) => Ok(own.wrapping_sub(last)),
        }
    }

    fn record(&self, wrapper: Option<&Wrapper>) -> Record<'a> {
        let base = wrapper.map_or(0, |wrapper| wrapper.base_offset);
        let timestamp = wrapper
            .and_then(|wrapper| wrapper.append_time)
            .or(self.timestamp());
        let timestamp = timestamp.filter(|_| self.magic() > 0);
        Record {
            offset: Offset(base.wrapping_add(self.offset().0)),
            timestamp,
            key: self.key,
            value: self.value,
            headers: Headers::default(),
            offset_delta: 0,
            raw_timestamp: timestamp.map_or(layout::NO_TIMESTAMP, |timestamp| timestamp.0),
        }
    }

    fn field<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes[at..at + N]
            .try_into()
            .expect("a parsed message has its fixed fields")
    }
}

/// What inner messages take from their wrapper.
#[derive(Clone, Copy, Debug)]
struct Wrapper {
    magic: i8,
    base_offset: i64,
    append_time: Option<TimestampMs>,
}

/// The records of one message: itself, or those of a wrapper.
#[derive(Clone, Debug)]
pub struct LegacyRecordIter<'a> {
    messages: &'a [u8],
    position: usize,
    wrapper: Option<Wrapper>,
    is_broken: bool,
}

impl<'a> LegacyRecordIter<'a> {
    fn decode(&self) -> Result<Option<(Record<'a>, usize)>, Malformed> {
        let Some(bytes) = next_message(&self.messages[self.position..])? else {
            return Ok(None);
        };
        let message = LegacyBatch::parse(bytes)?;
        if let Some(wrapper) = &self.wrapper {
            if message.magic() != wrapper.magic {
                return Err(Problem::Magic(message.magic()).at(layout::MAGIC));
            }
            if message.compression() != Some(Compression::None) {
                return Err(Problem::Wrapper("holds a compressed one").at(ATTRIBUTES));
            }
        }
        Ok(Some((message.record(self.wrapper.as_ref()), bytes.len())))
    }
}

impl<'a> Iterator for LegacyRecordIter<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_broken {
            return None;
        }
        match self.decode() {
            Ok(decoded) => {
                let (record, size) = decoded?;
                self.position += size;
                Some(Ok(record))
            }
            Err(error) => {
                self.is_broken = true;
                Some(Err(error.problem.at(self.position + error.position)))
            }
        }
    }
}

/// The message at the start of `bytes`; `None` at their end.
fn next_message(bytes: &[u8]) -> Result<Option<&[u8]>, Malformed> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let present = bytes.len();
    let frame = Frame::peek(bytes)?;
    let declared = frame.map_or(Frame::PEEKED, |frame| frame.size);
    match bytes.get(..declared) {
        Some(message) => Ok(Some(message)),
        None => Err(Problem::BatchTruncated { declared, present }.at(0)),
    }
}

fn last_inner_offset(messages: &[u8]) -> Result<i64, Malformed> {
    let mut last = None;
    let mut position = 0;
    while let Some(message) = next_message(&messages[position..])? {
        last = Some(i64::from_be_bytes(
            *message.first_chunk().expect("a message has an offset"),
        ));
        position += message.len();
    }
    last.ok_or(Problem::Wrapper("holds none").at(0))
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
