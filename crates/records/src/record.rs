//! The records inside a magic 2 batch.
//!
//! ```text
//! record: length varint | attributes int8 | timestamp delta varlong | offset delta varint
//!         | key length varint, key | value length varint, value | header count varint, headers
//! header: key length varint, key | value length varint, value        (length -1: null)
//! ```

use model::{Offset, TimestampMs};

use crate::batch::{BatchHeader, TimestampType};
use crate::layout;
use crate::malformed::{Malformed, Problem};
use crate::varint::Cursor;

/// One record, borrowed from its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its position in the partition.
    pub offset: Offset,
    /// Absent when the producer gave none.
    pub timestamp: Option<TimestampMs>,
    /// Absent for a null key.
    pub key: Option<&'a [u8]>,
    /// Absent for a null value, which is a tombstone on a compacted topic.
    pub value: Option<&'a [u8]>,
    /// The headers, checked to be well formed.
    pub headers: Headers<'a>,
    pub(crate) offset_delta: i32,
    pub(crate) raw_timestamp: i64,
}

/// A header of a record: its key (UTF-8 by convention, unchecked) and its value.
pub type Header<'a> = (&'a [u8], Option<&'a [u8]>);

/// The headers of one record, in order; iterating allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Headers<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Headers<'a> {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The headers one by one.
    pub fn iter(&self) -> impl Iterator<Item = Header<'a>> + use<'a> {
        let mut cursor = Cursor::new(self.bytes);
        (0..self.count).map(move |_| {
            header(&mut cursor).expect("headers are checked when their record is decoded")
        })
    }

    /// The encoded headers, without their count.
    pub(crate) const fn encoded(&self) -> &'a [u8] {
        self.bytes
    }
}

/// Decodes the records of one batch one by one, each in place.
///
/// Ends after the counted records, and with an error when bytes are left behind the last, or at the first
/// record that is malformed.
#[derive(Clone, Debug)]
pub struct RecordIter<'a> {
    cursor: Cursor<'a>,
    left: i32,
    greatest_record: i32,
    base_offset: i64,
    base_timestamp: i64,
    append_time: Option<i64>,
}

impl<'a> RecordIter<'a> {
    /// The records of the batch with `header`, whose records section is `records`, decompressed.
    ///
    /// # Errors
    /// [`Problem::RecordCount`] when the header counts below zero.
    pub fn new(header: &BatchHeader<'_>, records: &'a [u8]) -> Result<Self, Malformed> {
        let left = header.record_count();
        if left < 0 {
            return Err(Problem::RecordCount(left).at(0));
        }
        if left == 0 && !records.is_empty() {
            return Err(Problem::TrailingBytes(records.len()).at(0));
        }
        Ok(Self {
            cursor: Cursor::new(records),
            left,
            greatest_record: i32::MAX,
            base_offset: header.base_offset().0,
            base_timestamp: header.raw_base_timestamp(),
            append_time: (header.timestamp_type() == TimestampType::LogAppendTime)
                .then(|| header.raw_max_timestamp()),
        })
    }

    /// The same, ending with an error at a record of more than `bytes` bytes: `max.decompressed.message.bytes`,
    /// which holds for compressed batches wherever a broker decompresses them.
    #[must_use]
    pub fn up_to_record_size(mut self, bytes: usize) -> Self {
        self.greatest_record = i32::try_from(bytes).unwrap_or(i32::MAX);
        self
    }

    #[inline]
    fn decode(&mut self) -> Result<Record<'a>, Malformed> {
        let start = self.cursor.position();
        let declared = self.cursor.varint()?;
        if declared > self.greatest_record {
            let problem = Problem::RecordTooLarge {
                declared,
                limit: self.greatest_record,
            };
            return Err(problem.at(start));
        }
        let present = self.cursor.remaining();
        let body = usize::try_from(declared)
            .ok()
            .and_then(|len| self.cursor.take(len));
        let Some(body) = body else {
            return Err(Problem::RecordLength { declared, present }.at(start));
        };
        let body_start = self.cursor.position() - body.len();
        self.fields(body)
            .map_err(|inner| inner.problem.at(body_start + inner.position))
    }

    #[inline]
    fn fields(&self, body: &'a [u8]) -> Result<Record<'a>, Malformed> {
        let mut cursor = Cursor::new(body);
        let _attributes = cursor.byte()?;
        let timestamp_delta = cursor.varlong()?;
        let offset_delta = cursor.varint()?;
        let key = nullable(&mut cursor)?;
        let value = nullable(&mut cursor)?;
        let headers = headers(&mut cursor, body)?;
        if cursor.remaining() != 0 {
            let problem = Problem::RecordFields {
                declared: body.len(),
                actual: cursor.position(),
            };
            return Err(problem.at(cursor.position()));
        }
        let raw_timestamp = self
            .append_time
            .unwrap_or_else(|| self.base_timestamp.wrapping_add(timestamp_delta));
        Ok(Record {
            offset: Offset(self.base_offset.wrapping_add(i64::from(offset_delta))),
            timestamp: TimestampMs::known(raw_timestamp),
            key,
            value,
            headers,
            offset_delta,
            raw_timestamp,
        })
    }
}

impl<'a> Iterator for RecordIter<'a> {
    type Item = Result<Record<'a>, Malformed>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let mut record = self.decode();
        if self.left == 0 && record.is_ok() && self.cursor.remaining() > 0 {
            record =
                Err(Problem::TrailingBytes(self.cursor.remaining()).at(self.cursor.position()));
        }
        if record.is_err() {
            self.left = 0;
        }
        Some(record)
    }
}

/// Bytes with a length before them; any negative length is null, as in Kafka.
#[inline]
fn nullable<'a>(cursor: &mut Cursor<'a>) -> Result<Option<&'a [u8]>, Malformed> {
    let start = cursor.position();
    let declared = cursor.varint()?;
    let Ok(len) = usize::try_from(declared) else {
        return Ok(None);
    };
    let present = cursor.remaining();
    match cursor.take(len) {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(Problem::FieldLength { declared, present }.at(start)),
    }
}

#[inline]
fn headers<'a>(cursor: &mut Cursor<'a>, body: &'a [u8]) -> Result<Headers<'a>, Malformed> {
    let start = cursor.position();
    let declared = cursor.varint()?;
    if declared == 0 {
        return Ok(Headers::default());
    }
    let count = usize::try_from(declared)
        .ok()
        .filter(|count| *count <= cursor.remaining());
    let Some(count) = count else {
        return Err(Problem::HeaderCount(declared).at(start));
    };
    let first = cursor.position();
    for _ in 0..count {
        header(cursor)?;
    }
    Ok(Headers {
        bytes: &body[first..cursor.position()],
        count,
    })
}

fn header<'a>(cursor: &mut Cursor<'a>) -> Result<Header<'a>, Malformed> {
    let start = cursor.position();
    let declared = cursor.varint()?;
    let present = cursor.remaining();
    let Ok(len) = usize::try_from(declared) else {
        return Err(Problem::HeaderKey(declared).at(start));
    };
    let Some(key) = cursor.take(len) else {
        return Err(Problem::FieldLength { declared, present }.at(start));
    };
    Ok((key, nullable(cursor)?))
}

impl Record<'_> {
    /// The timestamp as the format writes it, -1 for none.
    pub(crate) const fn timestamp_or_none(&self) -> i64 {
        self.raw_timestamp
    }

    /// Whether the record has a timestamp in the sense of the bounds on timestamps.
    pub(crate) const fn is_timestamped(&self) -> bool {
        self.raw_timestamp != layout::NO_TIMESTAMP
    }
}
