//! What a fetch brought of one partition, as records.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use bytes::Bytes;
use model::TimestampMs;
use protocol::fetch_response::AbortedTransaction;
use records::{Batch, BatchIter, Codecs, ControlType, Malformed, RecordBatch, TimestampType};
use thiserror::Error;

use super::ConsumerRecord;
use crate::TopicPartition;

/// The most that a batch may take decompressed.
const MAX_BATCH_BYTES: usize = 256 << 20;

/// Records in order, and the offset behind them.
pub(crate) struct Chunk {
    pub(crate) records: VecDeque<ConsumerRecord>,
    /// Where the next fetch begins: behind the last batch, though its last records may be gone.
    pub(crate) next_offset: i64,
    /// The leader epoch of the last batch.
    pub(crate) leader_epoch: i32,
}

/// Why what was fetched is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unreadable {
    /// Bytes changed on the way or on the broker's disk.
    #[error("the checksum of a batch does not fit its bytes")]
    Checksum,
    /// A batch is no batch.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// Reads the records from `from` on. Those of transactions in `aborted` are left out.
pub(crate) fn read_chunk(
    partition: &TopicPartition,
    bytes: &[u8],
    from: i64,
    aborted: &[AbortedTransaction],
    codecs: &mut Codecs,
) -> Result<Chunk, Unreadable> {
    let mut chunk = Chunk {
        records: VecDeque::new(),
        next_offset: from,
        leader_epoch: -1,
    };
    let mut filter = AbortedFilter::new(aborted);
    for batch in BatchIter::new(bytes) {
        let batch = batch?;
        if !batch.is_valid_crc() {
            return Err(Unreadable::Checksum);
        }
        let is_wanted = match batch.v2() {
            Some(v2) => filter.wants(&v2)?,
            None => true,
        };
        if is_wanted {
            read_batch(partition, &batch, from, codecs, &mut chunk.records)?;
        }
        if let Some(v2) = batch.v2() {
            chunk.next_offset = chunk.next_offset.max(v2.header().last_offset().0 + 1);
            chunk.leader_epoch = v2.header().leader_epoch().map_or(-1, |epoch| epoch.0);
        }
        if let Some(last) = chunk.records.back() {
            chunk.next_offset = chunk.next_offset.max(last.offset + 1);
        }
    }
    Ok(chunk)
}

/// The records of one batch share one buffer.
fn read_batch(
    partition: &TopicPartition,
    batch: &Batch<'_>,
    from: i64,
    codecs: &mut Codecs,
    into: &mut VecDeque<ConsumerRecord>,
) -> Result<(), Malformed> {
    let mut blob = Vec::with_capacity(batch.bytes().len());
    let mut shapes = Vec::new();
    for record in batch.records(codecs, MAX_BATCH_BYTES)? {
        let record = record?;
        if record.offset.0 < from {
            continue;
        }
        let mut keep = |bytes: &[u8]| {
            let start = blob.len();
            blob.extend_from_slice(bytes);
            start..blob.len()
        };
        shapes.push(Shape {
            offset: record.offset.0,
            timestamp: record.timestamp,
            key: record.key.map(&mut keep),
            value: record.value.map(&mut keep),
            headers: record
                .headers
                .iter()
                .map(|(k, v)| (keep(k), v.map(&mut keep)))
                .collect(),
        });
    }
    let blob = Bytes::from(blob);
    let append_time = timestamp_type_of(batch) == TimestampType::LogAppendTime;
    let filled = shapes.into_iter().map(|shape| ConsumerRecord {
        is_append_time: append_time,
        ..shape.fill(partition, &blob)
    });
    into.extend(filled);
    Ok(())
}

fn timestamp_type_of(batch: &Batch<'_>) -> TimestampType {
    match batch {
        Batch::V2(batch) => batch.header().timestamp_type(),
        Batch::Legacy(batch) => batch.timestamp_type(),
    }
}

/// A record as places in a buffer.
struct Shape {
    offset: i64,
    timestamp: Option<TimestampMs>,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    headers: Vec<(Range<usize>, Option<Range<usize>>)>,
}

impl Shape {
    fn fill(self, partition: &TopicPartition, blob: &Bytes) -> ConsumerRecord {
        let part = |range: Range<usize>| blob.slice(range);
        let headers = self.headers.into_iter();
        ConsumerRecord {
            partition: partition.clone(),
            offset: self.offset,
            timestamp: self.timestamp,
            is_append_time: false,
            key: self.key.map(part),
            value: self.value.map(part),
            headers: headers
                .map(|(key, value)| (part(key), value.map(part)))
                .collect(),
        }
    }
}

/// Tells batches of aborted transactions, and control batches, from those that are for the application.
struct AbortedFilter {
    /// Transactions that begin further on, the nearest last.
    ahead: Vec<(i64, i64)>,
    /// Producers whose transaction was aborted, until its marker is met.
    open: BTreeSet<i64>,
}

impl AbortedFilter {
    fn new(aborted: &[AbortedTransaction]) -> Self {
        let mut ahead: Vec<_> = aborted
            .iter()
            .map(|txn| (txn.first_offset, txn.producer_id))
            .collect();
        ahead.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            ahead,
            open: BTreeSet::new(),
        }
    }

    fn wants(&mut self, batch: &RecordBatch<'_>) -> Result<bool, Malformed> {
        let header = batch.header();
        while let Some((first, producer)) = self.ahead.last().copied()
            && first <= header.last_offset().0
        {
            self.open.insert(producer);
            self.ahead.pop();
        }
        let producer = header.producer_id().map_or(-1, |id| id.0);
        if header.is_control() {
            if batch.control_type()? == Some(ControlType::Abort) {
                self.open.remove(&producer);
            }
            return Ok(false);
        }
        Ok(!(header.is_transactional() && self.open.contains(&producer)))
    }
}

#[cfg(test)]
#[path = "chunk_tests.rs"]
mod tests;
