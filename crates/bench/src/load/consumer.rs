//! One connection that consumes with a fetch session.

use std::time::Duration;

use hdrhistogram::Histogram;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::{FetchResponse, PartitionData};
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader, Writer, encode_request};

use super::Window;
use crate::call::{CLIENT_ID, Topic};
use crate::link::Link;
use crate::template::stamp_of;

/// The version of Fetch that is sent: it names topics by id, as clients of 4.x do.
pub const FETCH_VERSION: i16 = 13;

const HEADER: usize = records::layout::HEADER_SIZE;

/// How a consumer fetches.
#[derive(Clone, Copy, Debug)]
pub struct FetchShape {
    /// The most bytes of a partition in one answer.
    pub partition_bytes: i32,
    /// The most bytes of an answer.
    pub max_bytes: i32,
    /// What an answer waits for.
    pub min_bytes: i32,
    /// And for how long.
    pub max_wait: Duration,
}

impl FetchShape {
    /// As clients fetch by default: 1 MB a partition, 50 MB in all, at once or within half a second.
    pub const DEFAULT: Self = Self {
        partition_bytes: 1 << 20,
        max_bytes: 50 << 20,
        min_bytes: 1,
        max_wait: Duration::from_millis(500),
    };
}

/// What a consumer is to do.
#[derive(Clone, Debug)]
pub struct ConsumerPlan {
    /// The topic, whose partitions it reads all, or the first so many.
    pub topic: Topic,
    /// How it fetches.
    pub shape: FetchShape,
    /// It starts again at the beginning when it has come to the end: for reading the same data many times.
    pub rewinds_at: Option<i64>,
    /// Whether records carry the moment at which they were meant to be sent.
    pub stamped: bool,
}

/// What one consumer has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consumed {
    /// Answers in the measured time.
    pub fetches: u64,
    /// Records in them.
    pub records: u64,
    /// Bytes of batches in them.
    pub bytes: u64,
    /// Records in all.
    pub total: u64,
}

/// A consumer and its connection.
#[derive(Debug)]
pub struct Consumer {
    plan: ConsumerPlan,
    /// Its connection.
    pub link: Link,
    positions: Vec<i64>,
    moved: Vec<bool>,
    session: i32,
    epoch: i32,
    correlation: i32,
    /// What it has seen.
    pub done: Consumed,
}

impl Consumer {
    /// A consumer at the beginning of each partition.
    #[must_use]
    pub fn new(plan: ConsumerPlan, link: Link) -> Self {
        let partitions = usize::try_from(plan.topic.partitions).unwrap_or(0);
        Self {
            plan,
            link,
            positions: vec![0; partitions],
            moved: vec![true; partitions],
            session: 0,
            epoch: 0,
            correlation: 0,
            done: Consumed::default(),
        }
    }

    /// Queues the next fetch: the first names every partition, later ones those whose position moved (KIP-227).
    ///
    /// # Errors
    /// None that can happen: the request is one that the protocol knows.
    pub fn ask(&mut self) -> Result<(), String> {
        let shape = self.plan.shape;
        let mut partitions = Vec::new();
        for (index, moved) in self.moved.iter_mut().enumerate() {
            if std::mem::take(moved) {
                partitions.push(FetchPartition {
                    partition: i32::try_from(index).unwrap_or(i32::MAX),
                    current_leader_epoch: -1,
                    fetch_offset: self.positions[index],
                    last_fetched_epoch: -1,
                    log_start_offset: -1,
                    partition_max_bytes: shape.partition_bytes,
                    ..Default::default()
                });
            }
        }
        let topic = FetchTopic {
            topic_id: self.plan.topic.id,
            partitions,
            ..Default::default()
        };
        let is_empty = topic.partitions.is_empty();
        let request = FetchRequest {
            max_wait_ms: i32::try_from(shape.max_wait.as_millis()).unwrap_or(i32::MAX),
            min_bytes: shape.min_bytes,
            max_bytes: shape.max_bytes,
            session_id: self.session,
            session_epoch: self.epoch,
            topics: if is_empty { Vec::new() } else { vec![topic] },
            ..Default::default()
        };
        self.correlation += 1;
        let mut writer = Writer::new();
        let id = self.correlation;
        encode_request(&mut writer, FETCH_VERSION, id, Some(CLIENT_ID), &request)
            .map_err(|e| e.to_string())?;
        self.link.push_bytes(writer.into_parts().0);
        Ok(())
    }

    /// Takes the answer that has come, if it is whole; then the next fetch has to be asked. Latencies go to `latencies`.
    ///
    /// # Errors
    /// A broken connection, an error of the broker, or offsets that are not contiguous.
    pub fn take_answer(
        &mut self,
        window: &Window,
        latencies: &mut Histogram<u64>,
    ) -> Result<bool, String> {
        self.link.fill().map_err(|e| format!("fetch: {e}"))?;
        let Some(frame) = self.link.next_frame() else {
            return Ok(false);
        };
        let now = window.now();
        let mut reader = Reader::new(frame);
        ResponseHeader::decode(&mut reader, 1).map_err(|e| e.to_string())?;
        let response =
            FetchResponse::decode(&mut reader, FETCH_VERSION).map_err(|e| e.to_string())?;
        if !response.error_code.is_none() {
            return Err(format!("fetch was refused: {:?}", response.error_code));
        }
        self.session = response.session_id;
        self.epoch = if self.session == 0 { 0 } else { self.epoch + 1 };
        let counts = window.counts(now);
        self.done.fetches += u64::from(counts);
        let mut seen = Seen {
            now,
            window,
            counts,
            stamped: self.plan.stamped,
            done: self.done,
            latencies,
        };
        for data in response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions)
        {
            let index = usize::try_from(data.partition_index).unwrap_or(usize::MAX);
            let position = self
                .positions
                .get_mut(index)
                .ok_or("a partition nobody asked for")?;
            let before = *position;
            seen.partition(data, position)?;
            if let Some(end) = self.plan.rewinds_at.filter(|end| *position >= *end) {
                assert!(*position == end, "a rewinding consumer reads to the end");
                *position = 0;
            }
            self.moved[index] |= *position != before;
        }
        self.done = seen.done;
        if self.session == 0 {
            self.moved.fill(true);
        }
        Ok(true)
    }
}

struct Seen<'a> {
    now: u64,
    window: &'a Window,
    counts: bool,
    stamped: bool,
    done: Consumed,
    latencies: &'a mut Histogram<u64>,
}

impl Seen<'_> {
    fn partition(&mut self, data: &PartitionData<'_>, position: &mut i64) -> Result<(), String> {
        if !data.error_code.is_none() {
            return Err(format!(
                "partition {}: {:?}",
                data.partition_index, data.error_code
            ));
        }
        let mut rest = data.records.as_ref().and_then(|r| r.bytes()).unwrap_or(&[]);
        while let Some((batch, after)) = next_batch(rest) {
            let base = i64::from_be_bytes(*batch.first_chunk().ok_or("a cut batch")?);
            let last = i32::from_be_bytes(batch[23..27].try_into().map_err(|_| "a cut batch")?);
            if base != *position {
                let index = data.partition_index;
                return Err(format!(
                    "partition {index}: offset {base} came where {position} was due"
                ));
            }
            let count = i64::from(last) + 1;
            *position += count;
            self.batch(batch, u64::try_from(count).unwrap_or(0));
            rest = after;
        }
        Ok(())
    }

    fn batch(&mut self, batch: &[u8], records: u64) {
        self.done.total += records;
        if self.counts {
            self.done.records += records;
            self.done.bytes += batch.len() as u64;
        }
        if self.stamped
            && let Some(stamp) = stamp_of(batch).filter(|at| self.window.counts(*at))
        {
            self.latencies
                .saturating_record(self.now.saturating_sub(stamp));
        }
    }
}

/// The first batch and what follows it; `None` at the end, where the last batch may be cut off.
fn next_batch(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = i32::from_be_bytes(bytes.get(8..12)?.try_into().ok()?);
    let size = 12 + usize::try_from(length).ok()?;
    (size >= HEADER && bytes.len() >= size).then(|| bytes.split_at(size))
}
