//! Batches and records as kafka-dump-log shows them.

use std::fmt::Write;

use records::control::EndTransaction;
use records::{Batch, Codecs, ControlType, RecordBatch, TimestampType};

use super::dump_log::View;
use super::faults::{Fault, Thrown};

/// The most that a batch may take decompressed.
const MAX_BATCH_BYTES: usize = 1 << 30;
/// Where a batch of magic 2 has the count of its records.
const COUNT_AT: usize = 57;
/// Where a batch of magic 2 has its checksum.
const CRC_AT: usize = 17;
/// Where older messages have theirs, and their attributes.
const LEGACY_CRC_AT: usize = 12;
const LEGACY_ATTRIBUTES_AT: usize = 17;
const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];

fn number(bytes: &[u8], at: usize) -> u32 {
    let field = bytes
        .get(at..at + 4)
        .and_then(|field| field.try_into().ok());
    u32::from_be_bytes(field.unwrap_or_default())
}

const fn kind(kind: TimestampType) -> &'static str {
    match kind {
        TimestampType::CreateTime => "CreateTime",
        TimestampType::LogAppendTime => "LogAppendTime",
    }
}

/// The line on a batch.
pub fn batch_line(batch: &Batch<'_>, bytes: &[u8], position: u64) -> String {
    let (head, time, codec, crc, magic) = match batch {
        Batch::V2(batch) => {
            let header = batch.header();
            let codec = header.compression().map_or("unknown", |codec| codec.name());
            (
                v2_head(batch, bytes),
                header.timestamp_type(),
                codec,
                number(bytes, CRC_AT),
                2,
            )
        }
        Batch::Legacy(batch) => {
            let codec = bytes
                .get(LEGACY_ATTRIBUTES_AT)
                .map_or(0, |bits| usize::from(bits & 7));
            let codec = CODECS.get(codec).copied().unwrap_or("unknown");
            let head = format!("offset: {}", batch.offset().0);
            let crc = number(bytes, LEGACY_CRC_AT);
            (head, batch.timestamp_type(), codec, crc, batch.magic())
        }
    };
    let codec = if codec == "uncompressed" {
        "none"
    } else {
        codec
    };
    let max = batch.max_timestamp().map_or(-1, |time| time.0);
    format!(
        "{head} position: {position} {}: {max} size: {} magic: {magic} compresscodec: {codec} crc: {crc} isvalid: {}\n",
        kind(time),
        bytes.len(),
        batch.is_valid_crc()
    )
}

fn v2_head(batch: &RecordBatch<'_>, bytes: &[u8]) -> String {
    let header = batch.header();
    let horizon = header.delete_horizon().map_or_else(
        || "OptionalLong.empty".to_owned(),
        |time| format!("OptionalLong[{}]", time.0),
    );
    format!(
        "baseOffset: {} lastOffset: {} count: {} baseSequence: {} lastSequence: {} producerId: {} producerEpoch: {} \
         partitionLeaderEpoch: {} isTransactional: {} isControl: {} deleteHorizonMs: {horizon}",
        header.base_offset().0,
        header.last_offset().0,
        number(bytes, COUNT_AT),
        header.base_sequence().unwrap_or(-1),
        header.last_sequence().unwrap_or(-1),
        header.producer_id().map_or(-1, |id| id.0),
        header.producer_epoch().map_or(-1, |epoch| epoch.0),
        header.leader_epoch().map_or(-1, |epoch| epoch.0),
        header.is_transactional(),
        header.is_control(),
    )
}

/// The records of a log, as far as they were shown.
pub struct Records<'a> {
    view: &'a View,
    last: i64,
    /// Offsets that do not follow each other.
    pub gaps: Vec<(i64, i64)>,
}

impl<'a> Records<'a> {
    /// None yet.
    pub fn new(view: &'a View) -> Self {
        Self {
            view,
            last: -1,
            gaps: Vec::new(),
        }
    }

    /// Adds the lines of a batch's records.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn add(
        &mut self,
        text: &mut String,
        batch: &Batch<'_>,
        codecs: &mut Codecs,
    ) -> Result<(), Fault> {
        let fault = |error: records::Malformed| {
            let class = "org.apache.kafka.common.InvalidRecordException";
            Fault::from(Thrown::new(class, error.to_string()))
        };
        let about = About::of(batch);
        for record in batch.records(codecs, MAX_BATCH_BYTES).map_err(fault)? {
            let record = record.map_err(fault)?;
            if record.offset.0 != self.last + 1 {
                self.gaps.push((self.last, record.offset.0));
            }
            self.last = record.offset.0;
            self.record(text, &about, &record);
        }
        Ok(())
    }

    fn record(&self, text: &mut String, about: &About, record: &records::Record<'_>) {
        let size = |bytes: Option<&[u8]>| bytes.map_or(-1, |bytes| bytes.len() as i64);
        if !self.view.bare {
            let time = record.timestamp.map_or(-1, |time| time.0);
            let _infallible = write!(
                text,
                "| offset: {} {}: {time} keySize: {} valueSize: {}",
                record.offset.0,
                about.time,
                size(record.key),
                size(record.value)
            );
            if about.is_v2 {
                let names = record
                    .headers
                    .iter()
                    .map(|(name, _)| String::from_utf8_lossy(name).into_owned());
                let names: Vec<_> = names.collect();
                let sequence = about.sequence(record.offset.0);
                let _infallible = write!(
                    text,
                    " sequence: {sequence} headerKeys: [{}]",
                    names.join(",")
                );
            }
            if about.is_control {
                text.push_str(&control(record.key, about.marker));
            }
        }
        if self.view.contents && !about.is_control {
            let mut before = if self.view.bare { "| " } else { " " };
            let shown = [("key", record.key), ("payload", record.value)];
            for (name, bytes) in shown {
                if let Some(bytes) = bytes {
                    let _infallible =
                        write!(text, "{before}{name}: {}", String::from_utf8_lossy(bytes));
                    before = " ";
                }
            }
        }
        text.push('\n');
    }
}

/// What the records of a batch have from it.
struct About {
    time: &'static str,
    is_v2: bool,
    is_control: bool,
    base_offset: i64,
    base_sequence: Option<i32>,
    marker: Option<EndTransaction>,
}

impl About {
    fn of(batch: &Batch<'_>) -> Self {
        match batch {
            Batch::V2(batch) => {
                let header = batch.header();
                Self {
                    time: kind(header.timestamp_type()),
                    is_v2: true,
                    is_control: header.is_control(),
                    base_offset: header.base_offset().0,
                    base_sequence: header.base_sequence(),
                    // A marker that cannot be read is shown by its type alone.
                    marker: EndTransaction::read(batch).ok().flatten(),
                }
            }
            Batch::Legacy(batch) => Self {
                time: kind(batch.timestamp_type()),
                is_v2: false,
                is_control: false,
                base_offset: 0,
                base_sequence: None,
                marker: None,
            },
        }
    }

    /// Sequence numbers begin anew behind the largest.
    fn sequence(&self, offset: i64) -> i64 {
        self.base_sequence.map_or(-1, |base| {
            (i64::from(base) + offset - self.base_offset) & i64::from(i32::MAX)
        })
    }
}

fn control(key: Option<&[u8]>, marker: Option<EndTransaction>) -> String {
    let kind = ControlType::from_key(key).ok().flatten();
    let epoch = marker.map_or(-1, |marker| marker.coordinator_epoch);
    match kind {
        Some(ControlType::Commit) => format!(" endTxnMarker: COMMIT coordinatorEpoch: {epoch}"),
        Some(ControlType::Abort) => format!(" endTxnMarker: ABORT coordinatorEpoch: {epoch}"),
        Some(other) => {
            let name = match other {
                ControlType::LeaderChange => "LEADER_CHANGE",
                ControlType::SnapshotHeader => "SNAPSHOT_HEADER",
                ControlType::SnapshotFooter => "SNAPSHOT_FOOTER",
                ControlType::KRaftVersion => "KRAFT_VERSION",
                _ => "KRAFT_VOTERS",
            };
            format!(" controlType: {name}({})", other.id())
        }
        None => " controlType: UNKNOWN(-1)".to_owned(),
    }
}
