//! Writing a magic 2 batch.

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};

use crate::batch::TimestampType;
use crate::checksum::crc32c;
use crate::codec::Codecs;
use crate::compression::Compression;
use crate::layout::{self, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2};
use crate::varint::{put_varint, varint_size};

/// Bytes of a record's attributes, which the format reserves and writes as 0.
const ATTRIBUTES_SIZE: usize = 1;
/// How much smaller compressed records are expected to be, for the first size of their buffer.
const EXPECTED_RATIO: usize = 2;

/// A record to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NewRecord<'a> {
    /// When it was created; `None` writes "no timestamp".
    pub timestamp: Option<TimestampMs>,
    /// The key; `None` for null.
    pub key: Option<&'a [u8]>,
    /// The value; `None` for null.
    pub value: Option<&'a [u8]>,
    /// The headers, in order.
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
}

impl<'a> NewRecord<'a> {
    /// A record with a key and a value and no headers.
    #[must_use]
    pub const fn new(
        timestamp: TimestampMs,
        key: Option<&'a [u8]>,
        value: Option<&'a [u8]>,
    ) -> Self {
        Self {
            timestamp: Some(timestamp),
            key,
            value,
            headers: &[],
        }
    }
}

/// Collects records and gives out the batch.
///
/// Records are encoded as they are appended, so the batch's size is known at any time; a codec is applied
/// once, at the end.
#[derive(Clone, Debug)]
pub struct BatchBuilder {
    /// Room for the header, then the encoded records.
    bytes: Vec<u8>,
    fields: Fields,
    count: i32,
    last_offset_delta: i32,
    first_timestamp: Option<i64>,
    max_timestamp: i64,
}

/// What a header says besides what follows from the records.
#[derive(Clone, Copy, Debug)]
struct Fields {
    base_offset: Offset,
    leader_epoch: Option<LeaderEpoch>,
    /// Producer id, epoch and base sequence as the format writes them, -1 for none.
    producer: (i64, i16, i32),
    is_transactional: bool,
    is_control: bool,
    delete_horizon: Option<TimestampMs>,
    append_time: Option<TimestampMs>,
}

impl Default for BatchBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl BatchBuilder {
    /// A batch at offset 0 of no producer, as a producer sends it.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(0)
    }

    /// The same, with room for `records_size` bytes of encoded records.
    #[must_use]
    pub fn with_capacity(records_size: usize) -> Self {
        let mut bytes = Vec::with_capacity(HEADER_SIZE + records_size);
        bytes.resize(HEADER_SIZE, 0);
        Self {
            bytes,
            fields: Fields {
                base_offset: Offset::ZERO,
                leader_epoch: None,
                producer: (-1, -1, -1),
                is_transactional: false,
                is_control: false,
                delete_horizon: None,
                append_time: None,
            },
            count: 0,
            last_offset_delta: -1,
            first_timestamp: None,
            max_timestamp: layout::NO_TIMESTAMP,
        }
    }

    /// The offset of the first record. A producer leaves it at 0; the leader assigns.
    #[must_use]
    pub const fn base_offset(mut self, offset: Offset) -> Self {
        self.fields.base_offset = offset;
        self
    }

    /// The epoch of the leader that appends.
    #[must_use]
    pub const fn leader_epoch(mut self, epoch: LeaderEpoch) -> Self {
        self.fields.leader_epoch = Some(epoch);
        self
    }

    /// The idempotent producer and the sequence number of the first record.
    #[must_use]
    pub const fn producer(
        mut self,
        id: ProducerId,
        epoch: ProducerEpoch,
        base_sequence: i32,
    ) -> Self {
        self.fields.producer = (id.0, epoch.0, base_sequence);
        self
    }

    /// The producer, transaction and sequence of `header`, for a batch that is written anew.
    pub(crate) fn like(mut self, header: &crate::BatchHeader<'_>) -> Self {
        self.fields.producer = header.raw_producer();
        self.fields.is_transactional = header.is_transactional();
        self
    }

    /// A producer without a sequence number, as transaction markers carry it.
    #[must_use]
    pub const fn producer_without_sequence(mut self, id: ProducerId, epoch: ProducerEpoch) -> Self {
        self.fields.producer = (id.0, epoch.0, -1);
        self
    }

    /// Part of a transaction.
    #[must_use]
    pub const fn transactional(mut self) -> Self {
        self.fields.is_transactional = true;
        self
    }

    /// The records are control records.
    #[must_use]
    pub const fn control(mut self) -> Self {
        self.fields.is_control = true;
        self
    }

    /// From when on the cleaner may drop tombstones and markers (KIP-534). Set before the first record:
    /// record timestamps are counted from it.
    ///
    /// # Panics
    /// When a record was appended before.
    #[must_use]
    pub fn delete_horizon(mut self, horizon: TimestampMs) -> Self {
        assert!(
            self.is_empty(),
            "the delete horizon is the base of every record's timestamp"
        );
        self.fields.delete_horizon = Some(horizon);
        self.first_timestamp = Some(horizon.0);
        self
    }

    /// The leader's time of the append, which stands for every record's timestamp.
    #[must_use]
    pub const fn log_append_time(mut self, now: TimestampMs) -> Self {
        self.fields.append_time = Some(now);
        self
    }

    /// Appends `record` behind the last one.
    ///
    /// # Panics
    /// When key, value or headers are 2 GiB or more, or after 2^31-1 records.
    pub fn append(&mut self, record: &NewRecord<'_>) {
        let delta = self
            .last_offset_delta
            .checked_add(1)
            .expect("a batch has fewer than 2^31 records");
        self.append_at(delta, record);
    }

    /// Appends `record` at `offset_delta` behind the base offset; compaction leaves such gaps.
    ///
    /// # Panics
    /// When `offset_delta` is not behind the last record's, or a size is 2 GiB or more.
    pub fn append_at(&mut self, offset_delta: i32, record: &NewRecord<'_>) {
        let timestamp = record
            .timestamp
            .map_or(layout::NO_TIMESTAMP, |timestamp| timestamp.0);
        let headers = record
            .headers
            .iter()
            .map(|(key, value)| (key.as_bytes(), *value));
        let headers_size: usize = headers
            .clone()
            .map(|(key, value)| bytes_size(Some(key)) + bytes_size(value))
            .sum();
        let body = Body {
            offset_delta,
            timestamp,
            key: record.key,
            value: record.value,
        };
        self.start_record(&body, record.headers.len(), headers_size);
        for (key, value) in headers {
            put_bytes(&mut self.bytes, Some(key));
            put_bytes(&mut self.bytes, value);
        }
    }

    /// Appends a record that was read from another batch, at the next offset, its headers as they lie.
    pub(crate) fn append_copy(&mut self, record: &crate::record::Record<'_>) {
        let body = Body {
            offset_delta: self.last_offset_delta + 1,
            timestamp: record.timestamp_or_none(),
            key: record.key,
            value: record.value,
        };
        let headers = record.headers.encoded();
        self.start_record(&body, record.headers.len(), headers.len());
        self.bytes.extend_from_slice(headers);
    }

    /// Appends a record that was read from another batch, at the offset that it has there.
    pub(crate) fn append_kept(&mut self, record: &crate::record::Record<'_>) {
        let body = Body {
            offset_delta: record.offset_delta,
            timestamp: record.timestamp_or_none(),
            key: record.key,
            value: record.value,
        };
        let headers = record.headers.encoded();
        self.start_record(&body, record.headers.len(), headers.len());
        self.bytes.extend_from_slice(headers);
    }

    /// The batch ends at `offset_delta` behind its base offset, although its last records are gone.
    pub(crate) fn up_to(mut self, offset_delta: i32) -> Self {
        self.last_offset_delta = self.last_offset_delta.max(offset_delta);
        self
    }

    /// Writes everything of a record but its headers.
    fn start_record(&mut self, body: &Body<'_>, header_count: usize, headers_size: usize) {
        assert!(
            body.offset_delta > self.last_offset_delta,
            "offsets of a batch ascend"
        );
        let base = *self.first_timestamp.get_or_insert(body.timestamp);
        let timestamp_delta = body.timestamp.wrapping_sub(base);
        let size = ATTRIBUTES_SIZE
            + varint_size(timestamp_delta)
            + varint_size(i64::from(body.offset_delta))
            + bytes_size(body.key)
            + bytes_size(body.value)
            + varint_size(length(header_count))
            + headers_size;
        put_varint(&mut self.bytes, length(size));
        self.bytes.push(0);
        put_varint(&mut self.bytes, timestamp_delta);
        put_varint(&mut self.bytes, i64::from(body.offset_delta));
        put_bytes(&mut self.bytes, body.key);
        put_bytes(&mut self.bytes, body.value);
        put_varint(&mut self.bytes, length(header_count));
        self.count += 1;
        self.last_offset_delta = body.offset_delta;
        self.max_timestamp = self.max_timestamp.max(body.timestamp);
    }

    /// How many records there are.
    #[must_use]
    pub const fn len(&self) -> i32 {
        self.count
    }

    /// Whether there is no record.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Bytes of the batch as it stands, uncompressed, header included.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Bytes by which `record` would let the batch grow, or a few more; for "does it still fit".
    #[must_use]
    pub fn size_bound(record: &NewRecord<'_>) -> usize {
        const LARGEST_VARINTS: usize = 5 + ATTRIBUTES_SIZE + 10 + 5 + 5;
        let headers = record.headers.iter();
        let headers_size: usize = headers
            .map(|(key, value)| bytes_size(Some(key.as_bytes())) + bytes_size(*value))
            .sum();
        LARGEST_VARINTS + bytes_size(record.key) + bytes_size(record.value) + headers_size
    }

    /// The batch, its records as they are.
    ///
    /// # Panics
    /// When the batch is 2 GiB or more.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let header = self.header(Compression::None, self.bytes.len() - HEADER_SIZE);
        let mut bytes = self.bytes;
        seal(&mut bytes, &header);
        bytes
    }

    /// The batch, its records compressed with `compression` at `level`.
    ///
    /// # Panics
    /// When the batch is 2 GiB or more, or the codec has no such level.
    #[must_use]
    pub fn finish_compressed(
        self,
        codecs: &mut Codecs,
        compression: Compression,
        level: i32,
    ) -> Vec<u8> {
        if compression == Compression::None {
            return self.finish();
        }
        let records = &self.bytes[HEADER_SIZE..];
        let mut bytes = Vec::with_capacity(HEADER_SIZE + records.len() / EXPECTED_RATIO);
        bytes.resize(HEADER_SIZE, 0);
        codecs.compress(compression, level, records, &mut bytes);
        let header = self.header(compression, bytes.len() - HEADER_SIZE);
        seal(&mut bytes, &header);
        bytes
    }

    /// The header for `records_size` bytes of records compressed with `compression`; its checksum is not set.
    pub(crate) fn header(
        &self,
        compression: Compression,
        records_size: usize,
    ) -> [u8; HEADER_SIZE] {
        let fields = &self.fields;
        let mut header = [0; HEADER_SIZE];
        let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
        let length = i32::try_from(HEADER_SIZE - LOG_OVERHEAD + records_size)
            .expect("a batch is smaller than 2 GiB");
        let (id, epoch, sequence) = fields.producer;
        let max_timestamp = fields.append_time.map_or(self.max_timestamp, |now| now.0);
        put(layout::BASE_OFFSET, &fields.base_offset.0.to_be_bytes());
        put(layout::BATCH_LENGTH, &length.to_be_bytes());
        put(
            layout::LEADER_EPOCH,
            &fields
                .leader_epoch
                .map_or(-1, |epoch| epoch.0)
                .to_be_bytes(),
        );
        put(layout::MAGIC, &MAGIC_V2.to_be_bytes());
        put(
            layout::ATTRIBUTES,
            &self.attributes(compression).to_be_bytes(),
        );
        put(
            layout::LAST_OFFSET_DELTA,
            &self.last_offset_delta.max(0).to_be_bytes(),
        );
        put(
            layout::BASE_TIMESTAMP,
            &self.first_timestamp.unwrap_or(-1).to_be_bytes(),
        );
        put(layout::MAX_TIMESTAMP, &max_timestamp.to_be_bytes());
        put(layout::PRODUCER_ID, &id.to_be_bytes());
        put(layout::PRODUCER_EPOCH, &epoch.to_be_bytes());
        put(layout::BASE_SEQUENCE, &sequence.to_be_bytes());
        put(layout::RECORD_COUNT, &self.count.to_be_bytes());
        header
    }

    fn attributes(&self, compression: Compression) -> i16 {
        let fields = &self.fields;
        let flag = |set: bool, flag: i16| if set { flag } else { 0 };
        let timestamp_type = fields
            .append_time
            .map_or(TimestampType::CreateTime, |_| TimestampType::LogAppendTime);
        i16::from(compression.id())
            | flag(
                timestamp_type == TimestampType::LogAppendTime,
                layout::LOG_APPEND_TIME_FLAG,
            )
            | flag(fields.is_transactional, layout::TRANSACTIONAL_FLAG)
            | flag(fields.is_control, layout::CONTROL_FLAG)
            | flag(fields.delete_horizon.is_some(), layout::DELETE_HORIZON_FLAG)
    }
}

/// A record without its headers, in the format's numbers.
struct Body<'a> {
    offset_delta: i32,
    timestamp: i64,
    key: Option<&'a [u8]>,
    value: Option<&'a [u8]>,
}

/// Puts `header` before the records in `bytes` and sets the checksum of both.
pub(crate) fn seal(bytes: &mut [u8], header: &[u8; HEADER_SIZE]) {
    bytes[..HEADER_SIZE].copy_from_slice(header);
    let crc = crc32c(&bytes[layout::ATTRIBUTES..]);
    bytes[layout::CRC..layout::CRC + 4].copy_from_slice(&crc.to_be_bytes());
}

fn length(len: usize) -> i64 {
    i64::from(i32::try_from(len).expect("a record is smaller than 2 GiB"))
}

fn bytes_size(bytes: Option<&[u8]>) -> usize {
    bytes.map_or(varint_size(-1), |bytes| {
        varint_size(length(bytes.len())) + bytes.len()
    })
}

fn put_bytes(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        None => put_varint(out, -1),
        Some(bytes) => {
            put_varint(out, length(bytes.len()));
            out.extend_from_slice(bytes);
        }
    }
}

/// The header of a batch without records that keeps a producer's last sequence number, as compaction
/// leaves it behind: `header` with no records, no timestamps but its largest, and a new checksum.
#[must_use]
pub fn emptied(header: &crate::BatchHeader<'_>) -> [u8; HEADER_SIZE] {
    let mut bytes = *header.as_bytes();
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    let length = i32::try_from(HEADER_SIZE - LOG_OVERHEAD).expect("a header is a few bytes");
    let kept = layout::LOG_APPEND_TIME_FLAG | layout::TRANSACTIONAL_FLAG | layout::CONTROL_FLAG;
    put(layout::BATCH_LENGTH, &length.to_be_bytes());
    put(
        layout::ATTRIBUTES,
        &(header.attributes() & kept).to_be_bytes(),
    );
    put(layout::BASE_TIMESTAMP, &layout::NO_TIMESTAMP.to_be_bytes());
    put(layout::RECORD_COUNT, &0_i32.to_be_bytes());
    let sealed = bytes;
    seal(&mut bytes, &sealed);
    bytes
}
