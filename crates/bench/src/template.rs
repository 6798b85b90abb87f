//! Requests that are encoded once and sent many times.
//!
//! The batches are made beforehand; a send changes the correlation id and, where latency is measured end to end,
//! eight bytes of the first record and the checksum. So a request costs the client the same however many records it has.

use std::sync::Arc;

use model::{ProducerEpoch, ProducerId, TimestampMs};
use protocol::Writer;
use protocol::encode_request;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::wire::Records;
use records::{BatchBuilder, Codecs, Compression, NewRecord};

use crate::call::{CLIENT_ID, Topic};

/// The version of Produce that is sent: it names topics by id, as clients of 4.x do.
pub const PRODUCE_VERSION: i16 = 13;
/// The first bytes of a value are the moment at which it was meant to be sent, in nanoseconds.
pub const STAMP_BYTES: usize = 8;

const CORRELATION_AT: usize = 8;
/// Bytes of the tagged fields after the records: of the partition, the topic, and the request.
pub const SUFFIX: [u8; 3] = [0; 3];
const CRC_AT: usize = 17;
const CRC_FROM: usize = 21;

/// The time of records that are made now.
#[must_use]
pub fn now_ms() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(0))
}

/// What the batches of a producer are like.
#[derive(Clone, Copy, Debug)]
pub struct BatchShape {
    /// Records in a batch.
    pub records: usize,
    /// Bytes of a value.
    pub value: usize,
    /// The codec.
    pub compression: Compression,
    /// Whether records have keys.
    pub keyed: bool,
    /// So much later than now the records claim to be made, in milliseconds.
    pub after_ms: i64,
    /// Id of an idempotent producer: then sequence numbers are part of what is patched.
    pub producer: Option<ProducerId>,
}

impl BatchShape {
    /// Plain records without keys.
    #[must_use]
    pub const fn plain(records: usize, value: usize) -> Self {
        Self {
            records,
            value,
            compression: Compression::None,
            keyed: false,
            after_ms: 0,
            producer: None,
        }
    }

    /// The batch, whose contents `seed` decides.
    #[must_use]
    pub fn batch(&self, seed: u64) -> Vec<u8> {
        let mut builder = BatchBuilder::new();
        if let Some(id) = self.producer {
            builder = builder.producer(id, ProducerEpoch(0), 0);
        }
        let now = TimestampMs(now_ms() + self.after_ms);
        let mut noise = seed | 1;
        for number in 0..self.records {
            let value = self.value_bytes(&mut noise);
            let key = (seed.wrapping_mul(31) + number as u64).to_be_bytes();
            let key = self.keyed.then_some(key.as_slice());
            builder.append(&NewRecord::new(now, key, Some(&value)));
        }
        let level = self.compression.default_level();
        builder.finish_compressed(&mut Codecs::default(), self.compression, level)
    }

    /// Half text that repeats, half noise: a codec has something to do and something to keep.
    fn value_bytes(&self, noise: &mut u64) -> Vec<u8> {
        const TEXT: &[u8] = b"{\"user\":\"0000\",\"event\":\"click\",\"page\":\"/catalogue/item\"}";
        let mut value = vec![0; STAMP_BYTES];
        while value.len() < self.value {
            value.extend_from_slice(TEXT);
            for _ in 0..TEXT.len() / 8 {
                *noise ^= *noise << 13;
                *noise ^= *noise >> 7;
                *noise ^= *noise << 17;
                value.extend_from_slice(&noise.to_be_bytes());
            }
        }
        value.truncate(self.value);
        value
    }
}

/// A produce request of one batch to one partition.
#[derive(Clone, Debug)]
pub struct Template {
    /// Size, header and all fields in front of the batch.
    head: Vec<u8>,
    batch: Arc<[u8]>,
    /// Where the stamp lies in the batch; `None` where it cannot be patched.
    stamp_at: Option<usize>,
    idempotent: bool,
    /// The partition.
    pub partition: i32,
    /// Records in the batch.
    pub records: u32,
}

/// What is sent: the parts of a frame.
pub type Frame = (Vec<u8>, Arc<[u8]>, &'static [u8]);

impl Template {
    /// The request that sends a batch of `shape` to `partition`.
    ///
    /// # Errors
    /// The batch cannot be made.
    pub fn new(
        topic: &Topic,
        partition: i32,
        acks: i16,
        shape: &BatchShape,
    ) -> Result<Self, String> {
        let seed = 0x9e37_79b9_7f4a_7c15 ^ u64::from(partition.unsigned_abs());
        Self::seeded(topic, partition, acks, shape, seed)
    }

    /// As [`Template::new`], with contents that `seed` decides.
    ///
    /// # Errors
    /// The batch cannot be made.
    pub fn seeded(
        topic: &Topic,
        partition: i32,
        acks: i16,
        shape: &BatchShape,
        seed: u64,
    ) -> Result<Self, String> {
        let batch = shape.batch(seed);
        let head = head_of(topic, partition, acks, &batch)?;
        let stamp_at = match shape.compression {
            Compression::None => Some(stamp_position(&batch)),
            _ => None,
        };
        Ok(Self {
            head,
            stamp_at,
            idempotent: shape.producer.is_some(),
            batch: batch.into(),
            partition,
            records: u32::try_from(shape.records).unwrap_or(u32::MAX),
        })
    }

    /// Bytes in front of the batch, for a server that does not parse.
    #[must_use]
    pub fn head_len(&self) -> usize {
        self.head.len()
    }

    /// Bytes of the batch.
    #[must_use]
    pub fn batch_len(&self) -> usize {
        self.batch.len()
    }

    /// The frame with its correlation id, and with `stamp` where one is asked for; `sequence` counts the records that this
    /// partition was sent before.
    #[must_use]
    pub fn frame(&self, correlation: i32, stamp: Option<u64>, sequence: i32) -> Frame {
        let mut head = self.head.clone();
        head[CORRELATION_AT..CORRELATION_AT + 4].copy_from_slice(&correlation.to_be_bytes());
        let stamp = stamp.zip(self.stamp_at);
        if stamp.is_none() && !self.idempotent {
            return (head, Arc::clone(&self.batch), &SUFFIX);
        }
        let mut batch = self.batch.to_vec();
        if let Some((stamp, at)) = stamp {
            batch[at..at + STAMP_BYTES].copy_from_slice(&stamp.to_be_bytes());
        }
        if self.idempotent {
            batch[53..57].copy_from_slice(&sequence.to_be_bytes());
        }
        let crc = records::checksum::crc32c(&batch[CRC_FROM..]);
        batch[CRC_AT..CRC_FROM].copy_from_slice(&crc.to_be_bytes());
        (head, batch.into(), &SUFFIX)
    }
}

fn head_of(topic: &Topic, partition: i32, acks: i16, batch: &[u8]) -> Result<Vec<u8>, String> {
    let data = PartitionProduceData {
        index: partition,
        records: Some(Records::Bytes(batch.into())),
        ..Default::default()
    };
    let topic = TopicProduceData {
        topic_id: topic.id,
        partition_data: vec![data],
        ..Default::default()
    };
    let request = ProduceRequest {
        acks,
        timeout_ms: 30_000,
        topic_data: vec![topic],
        ..Default::default()
    };
    let mut writer = Writer::new();
    encode_request(&mut writer, PRODUCE_VERSION, 0, Some(CLIENT_ID), &request)
        .map_err(|e| e.to_string())?;
    let (frame, _) = writer.into_parts();
    let end = frame.len() - SUFFIX.len();
    assert_eq!(frame[end..], SUFFIX, "nothing but tags follows the records");
    let head = end - batch.len();
    assert_eq!(frame[head..end], *batch, "the records come last");
    Ok(frame[..head].to_vec())
}

/// Where the value of the first record begins.
fn stamp_position(batch: &[u8]) -> usize {
    let mut at = records::layout::HEADER_SIZE;
    let (_, length_bytes) = varint(&batch[at..]);
    at += length_bytes + 1;
    for _ in 0..2 {
        // Differences of time and offset.
        at += varint(&batch[at..]).1;
    }
    let (key, key_bytes) = varint(&batch[at..]);
    at += key_bytes + usize::try_from(key).unwrap_or(0);
    at + varint(&batch[at..]).1
}

/// A signed varint and how many bytes it takes.
fn varint(bytes: &[u8]) -> (i64, usize) {
    let (mut value, mut taken) = (0_u64, 0);
    for byte in bytes {
        value |= u64::from(byte & 0x7f) << (7 * taken);
        taken += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    ((value >> 1) as i64 ^ -((value & 1) as i64), taken)
}

/// The stamp in the first record of an uncompressed batch.
#[must_use]
pub fn stamp_of(batch: &[u8]) -> Option<u64> {
    let at = stamp_position(batch);
    let bytes = batch.get(at..at + STAMP_BYTES)?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Topic {
        Topic {
            name: "t".into(),
            id: model::Uuid([7; 16]),
            partitions: 1,
        }
    }

    #[test]
    fn a_stamp_is_found_where_it_was_put_and_the_checksum_holds() {
        for shape in [BatchShape::plain(1, 200), BatchShape::plain(64, 1024)] {
            for keyed in [false, true] {
                let shape = BatchShape { keyed, ..shape };
                let template = Template::new(&topic(), 0, 1, &shape).unwrap();
                let (_, batch, _) = template.frame(9, Some(0x0102_0304_0506_0708), 0);
                assert_eq!(stamp_of(&batch), Some(0x0102_0304_0506_0708));
                let crc = u32::from_be_bytes(batch[CRC_AT..CRC_FROM].try_into().unwrap());
                assert_eq!(crc, records::checksum::crc32c(&batch[CRC_FROM..]));
            }
        }
    }

    #[test]
    fn a_frame_is_a_request_that_a_broker_reads() {
        let template = Template::new(&topic(), 3, -1, &BatchShape::plain(2, 50)).unwrap();
        let (head, batch, suffix) = template.frame(77, None, 0);
        let frame = [&head[..], &batch[..], suffix].concat();
        let size = i32::from_be_bytes(frame[..4].try_into().unwrap());
        assert_eq!(usize::try_from(size).unwrap(), frame.len() - 4);
        let mut reader = protocol::Reader::new(&frame[4..]);
        let (_, header) = protocol::request_header::RequestHeader::decode_any(&mut reader).unwrap();
        assert_eq!(header.correlation_id, 77);
        let request =
            <ProduceRequest<'_> as protocol::Message>::decode(&mut reader, PRODUCE_VERSION);
        assert_eq!(request.unwrap().topic_data[0].partition_data[0].index, 3);
    }
}
