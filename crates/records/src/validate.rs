//! The rules by which a leader accepts a batch (KIP-98, KIP-467; Kafka's `LogValidator` and `ProduceRequest`).
//!
//! [`validate`] never writes to the bytes it is given. It says how the batch is to be stored:
//!
//! | plan | when | what the caller writes |
//! |---|---|---|
//! | [`Plan::AsIs`] | `compression.type=producer`, CreateTime, an honest header: the common case, no allocation | 16 patched bytes, the rest as received |
//! | [`Plan::NewHeader`] | LogAppendTime, or a max timestamp that is not the records' | 61 new bytes (the first 16 patched), the records as received |
//! | [`Plan::Rebuilt`] | another codec is configured, or offsets inside are not 0, 1, 2 ... | the new batch, its first 16 bytes patched |
//!
//! A compressed batch is decompressed to be checked even when it is stored as it is, like in Kafka: its
//! checksum only says that it arrived as its producer sent it. [`CompressedCheck`] can leave that out.
//!
//! Differences from Apache Kafka:
//! - A compressed stream that cannot be decompressed is `INVALID_RECORD`, and an unknown codec
//!   `UNSUPPORTED_COMPRESSION_TYPE`, where Kafka answers `UNKNOWN_SERVER_ERROR` to both.
//! - A batch may decompress to a limited size only; beyond it is `MESSAGE_TOO_LARGE`, on which a producer
//!   splits its batch. Kafka limits single records (`max.decompressed.message.bytes`), not their sum.
//! - Wrong offsets inside an uncompressed batch are put right as they are in a compressed one. Kafka stores
//!   them, to the confusion of consumers.
//! - A compressed record whose fields do not fill its length is `INVALID_RECORD`. Kafka stores it, and no
//!   consumer can read it.
//! - Recompression keeps negative timestamps and header keys that are not UTF-8. Kafka fails at the first and
//!   mangles the second.

mod record_check;
mod rejection;
mod rules;

use model::{ErrorCode, TimestampMs};

use crate::batch::{RecordBatch, TimestampType};
use crate::batches::Frame;
use crate::builder::BatchBuilder;
use crate::checksum::{crc32c, crc32c_of_both};
use crate::codec::{Codecs, Framing};
use crate::compression::Compression;
use crate::layout::{self, HEADER_SIZE, MAGIC_V2};
use crate::record::RecordIter;
use record_check::RecordCheck;
pub use rejection::{RecordError, RecordProblem, Rejection};
pub use rules::{
    AppendRules, CompressedCheck, DEFAULT_MAX_DECOMPRESSED_BYTES,
    DEFAULT_MAX_DECOMPRESSED_MESSAGE_BYTES, Origin, TargetCompression,
};

/// The first version of Produce that may carry zstd (KIP-110).
const FIRST_PRODUCE_VERSION_WITH_ZSTD: i16 = 7;
/// Records that are reported one by one when a batch is rejected; the others go without mention.
pub const REPORTED_RECORDS: usize = 1_000;
/// How an accepted batch is stored; in each case the first 16 bytes carry base offset and leader epoch as the
/// caller assigns them ([`assign`](crate::batch::assign)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The bytes as received.
    AsIs,
    /// This header, then the records as received.
    NewHeader([u8; HEADER_SIZE]),
    /// This batch instead.
    Rebuilt(Vec<u8>),
}

/// An accepted batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// How to store it.
    pub plan: Plan,
    /// Bytes of the batch as received; what lies behind them is an incomplete batch, to be left out.
    pub received_size: usize,
    /// How many records, and offsets, it takes.
    pub record_count: i32,
    /// The largest timestamp as stored.
    pub max_timestamp: Option<TimestampMs>,
    /// The append time to report to the producer, when that is what is stored.
    pub log_append_time: Option<TimestampMs>,
}

impl Accepted {
    /// Bytes of the batch as stored.
    #[must_use]
    pub const fn stored_size(&self) -> usize {
        match &self.plan {
            Plan::AsIs | Plan::NewHeader(_) => self.received_size,
            Plan::Rebuilt(bytes) => bytes.len(),
        }
    }
}

/// Decides whether `bytes`, which must be one batch, may be appended at `now`, and how it is stored.
///
/// # Errors
/// [`Rejection`], with the code for the response and the records at fault.
pub fn validate(
    bytes: &[u8],
    rules: &AppendRules,
    now: TimestampMs,
    codecs: &mut Codecs,
) -> Result<Accepted, Rejection> {
    let batch = only_batch(bytes, rules.origin)?;
    check_batch(&batch, rules)?;
    // Looked at behind the checksum: a bit flipped on the way is to be sent again, an unknown codec not.
    let source = codec(&batch)?;
    let target = rules.target(&batch, source);
    let is_kept = source == target.0;
    if is_kept && source != Compression::None && rules.is_header_enough() {
        return Ok(accept_header(&batch, rules, now));
    }
    let received = batch.records_bytes();
    let records = codecs.decompress(
        source,
        Framing::Standard,
        received,
        rules.max_decompressed_bytes,
    )?;
    let walked = walk(&batch, records, rules, now)?;
    if is_kept && walked.is_in_order {
        return Ok(accept_in_place(&batch, walked.max_timestamp, rules, now));
    }
    let rebuilt = rebuild(&batch, records, rules, now)?;
    let rebuilt = rebuilt.finish_compressed(codecs, target.0, target.1);
    if rebuilt.len() > rules.max_message_bytes {
        return Err(Rejection::TooLarge {
            size: rebuilt.len(),
            limit: rules.max_message_bytes,
        });
    }
    let plan = Plan::Rebuilt(rebuilt);
    Ok(accepted(&batch, plan, walked.max_timestamp, rules, now))
}

/// The one batch of magic 2 that `bytes` must be; an incomplete one may lie behind it. A Produce handler calls
/// this before it looks for the partition, as Kafka does; [`validate`] does as well.
///
/// # Errors
/// `INVALID_RECORD` for no batch, an old magic or more than one batch, `CORRUPT_MESSAGE` for an impossible size
/// or magic, `UNSUPPORTED_COMPRESSION_TYPE` for zstd before Produce version 7.
pub fn only_batch(bytes: &[u8], origin: Origin) -> Result<RecordBatch<'_>, Rejection> {
    let Some(frame) = whole_frame(bytes)? else {
        return Err(Rejection::NoBatch);
    };
    if frame.magic != MAGIC_V2 {
        return Err(Rejection::OldMagic(frame.magic));
    }
    let batch = RecordBatch::parse(bytes).map_err(Rejection::Framing)?;
    if let Origin::Client { produce_version } = origin
        && produce_version < FIRST_PRODUCE_VERSION_WITH_ZSTD
        && batch.compression() == Some(Compression::Zstd)
    {
        return Err(Rejection::ZstdTooEarly { produce_version });
    }
    if whole_frame(&bytes[frame.size..])?.is_some() {
        return Err(Rejection::SeveralBatches);
    }
    Ok(batch)
}

fn whole_frame(bytes: &[u8]) -> Result<Option<Frame>, Rejection> {
    let frame = Frame::peek(bytes).map_err(Rejection::Framing)?;
    Ok(frame.filter(|frame| frame.size <= bytes.len()))
}

fn codec(batch: &RecordBatch<'_>) -> Result<Compression, Rejection> {
    let id = (batch.attributes() & layout::CODEC_MASK) as u8;
    batch.compression().ok_or(Rejection::UnknownCodec(id))
}

/// What the header alone can tell, in the order in which Kafka looks.
fn check_batch(batch: &RecordBatch<'_>, rules: &AppendRules) -> Result<(), Rejection> {
    let is_client = matches!(rules.origin, Origin::Client { .. });
    if is_client && batch.base_offset().0 != 0 {
        return Err(Rejection::BaseOffset(batch.base_offset()));
    }
    if batch.size() > rules.max_message_bytes {
        return Err(Rejection::TooLarge {
            size: batch.size(),
            limit: rules.max_message_bytes,
        });
    }
    let (stored, computed) = (batch.crc(), crc32c(&batch.bytes()[layout::ATTRIBUTES..]));
    if stored != computed {
        return Err(Rejection::Checksum { stored, computed });
    }
    if is_client {
        check_client_batch(batch)
    } else {
        Ok(())
    }
}

fn check_client_batch(batch: &RecordBatch<'_>) -> Result<(), Rejection> {
    let (delta, count) = (batch.last_offset_delta(), batch.record_count());
    if delta < 0 || count <= 0 || i64::from(delta) + 1 != i64::from(count) {
        return Err(Rejection::Count {
            count,
            last_offset_delta: delta,
        });
    }
    if batch.is_control() {
        return Err(Rejection::Control);
    }
    if batch.producer_id().is_some() && batch.base_sequence().is_none() {
        return Err(Rejection::NoSequence);
    }
    Ok(())
}

/// What came out of looking at every record.
struct Walked {
    max_timestamp: i64,
    /// Whether offsets inside are 0, 1, 2 ...
    is_in_order: bool,
}

fn walk(
    batch: &RecordBatch<'_>,
    records: &[u8],
    rules: &AppendRules,
    now: TimestampMs,
) -> Result<Walked, Rejection> {
    let mut walked = Walked {
        max_timestamp: layout::NO_TIMESTAMP,
        is_in_order: true,
    };
    let mut errors = Vec::new();
    let check = RecordCheck::new(batch, rules, now);
    let mut iter = RecordIter::new(batch, records).map_err(Rejection::Records)?;
    if batch.compression() != Some(Compression::None) {
        iter = iter.up_to_record_size(rules.max_decompressed_message_bytes);
    }
    for (batch_index, record) in (0..).zip(iter) {
        let record = record.map_err(Rejection::Records)?;
        match check.problem(&record) {
            None => {
                walked.max_timestamp = walked.max_timestamp.max(record.timestamp_or_none());
                walked.is_in_order &= record.offset_delta == batch_index;
            }
            Some(problem) if errors.len() < REPORTED_RECORDS => {
                errors.push(RecordError {
                    batch_index,
                    problem,
                });
            }
            Some(_) => {}
        }
    }
    if errors.is_empty() {
        Ok(walked)
    } else {
        Err(Rejection::BadRecords(errors))
    }
}

/// Accepts a compressed batch by its header, which is believed.
fn accept_header(batch: &RecordBatch<'_>, rules: &AppendRules, now: TimestampMs) -> Accepted {
    accept_in_place(batch, batch.raw_max_timestamp(), rules, now)
}

/// The header changes where its timestamps are not what is to be stored, and then its checksum does.
fn accept_in_place(
    batch: &RecordBatch<'_>,
    max_timestamp: i64,
    rules: &AppendRules,
    now: TimestampMs,
) -> Accepted {
    let stored = match rules.timestamp_type {
        TimestampType::CreateTime => max_timestamp,
        TimestampType::LogAppendTime => now.0,
    };
    let is_honest =
        batch.timestamp_type() == rules.timestamp_type && batch.raw_max_timestamp() == stored;
    let plan = if is_honest {
        Plan::AsIs
    } else {
        Plan::NewHeader(with_timestamps(batch, rules.timestamp_type, stored))
    };
    accepted(batch, plan, max_timestamp, rules, now)
}

fn accepted(
    batch: &RecordBatch<'_>,
    plan: Plan,
    max_timestamp: i64,
    rules: &AppendRules,
    now: TimestampMs,
) -> Accepted {
    let log_append_time = (rules.timestamp_type == TimestampType::LogAppendTime).then_some(now);
    Accepted {
        plan,
        received_size: batch.size(),
        record_count: batch.record_count(),
        max_timestamp: log_append_time.or(TimestampMs::known(max_timestamp)),
        log_append_time,
    }
}

fn with_timestamps(
    batch: &RecordBatch<'_>,
    timestamp_type: TimestampType,
    max_timestamp: i64,
) -> [u8; HEADER_SIZE] {
    let mut header = *batch.as_bytes();
    let mut put = |at: usize, field: &[u8]| header[at..at + field.len()].copy_from_slice(field);
    let others = batch.attributes() & layout::KNOWN_ATTRIBUTES & !layout::LOG_APPEND_TIME_FLAG;
    let flag = match timestamp_type {
        TimestampType::CreateTime => 0,
        TimestampType::LogAppendTime => layout::LOG_APPEND_TIME_FLAG,
    };
    put(layout::ATTRIBUTES, &(others | flag).to_be_bytes());
    put(layout::MAX_TIMESTAMP, &max_timestamp.to_be_bytes());
    let crc = crc32c_of_both(&header[layout::ATTRIBUTES..], batch.records_bytes());
    header[layout::CRC..layout::CRC + 4].copy_from_slice(&crc.to_be_bytes());
    header
}

/// Collects the records, which were walked before, into a new batch at offsets 0, 1, 2 ...
fn rebuild(
    batch: &RecordBatch<'_>,
    records: &[u8],
    rules: &AppendRules,
    now: TimestampMs,
) -> Result<BatchBuilder, Rejection> {
    let mut builder = BatchBuilder::with_capacity(records.len()).like(batch);
    if rules.timestamp_type == TimestampType::LogAppendTime {
        builder = builder.log_append_time(now);
    }
    for record in RecordIter::new(batch, records).map_err(Rejection::Records)? {
        builder.append_copy(&record.map_err(Rejection::Records)?);
    }
    Ok(builder)
}

impl Rejection {
    /// The code for the response.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        rejection::code(self)
    }
}
