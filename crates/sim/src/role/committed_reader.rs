//! A reader of committed records, from the start of the topic to its end, again and again; between two passes it asks for the
//! offsets that transactions have committed.

use std::collections::BTreeSet;
use std::time::Duration;

use model::ErrorCode;
use protocol::Records;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::{FetchResponse, PartitionData};
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};
use protocol::offset_fetch_response::OffsetFetchResponse;
use records::control::EndTransaction;
use records::{Batch, BatchIter, RecordBatch};

use super::{Ask, Cx, Role, answer, call};
use crate::history::PARTITIONS;
use crate::txn_history::{IDS, TRANSACTED};

const FETCH: i16 = 12;
const OFFSET_FETCH: i16 = 7;
const READ_COMMITTED: i8 = 1;

/// Where the reader is in one partition.
#[derive(Debug, Default)]
struct Position {
    next: i64,
    /// The greatest last stable offset of this node's life when the fetch was sent.
    floor: i64,
    at_end: bool,
    seen: Vec<(i64, u64)>,
    /// Producers whose records are dropped until their marker.
    aborted: BTreeSet<i64>,
}

#[derive(Debug)]
enum Asked {
    Records,
    /// Of an id, and what was committed for certain.
    Offset(usize, i64),
}

/// Reads the topic.
#[derive(Debug)]
pub(crate) struct CommittedReader {
    /// One of several nodes leads: what one knows to be stable another may hear of later.
    of_several: bool,
    positions: [Position; PARTITIONS as usize],
    asked: Asked,
    waits: bool,
    /// The last pass, which began after the last write.
    is_final: bool,
    records_are_read: bool,
    /// Ids whose last offset is known.
    offsets_read: usize,
    stops: u64,
    stable: [i64; PARTITIONS as usize],
}

impl CommittedReader {
    pub(crate) fn new(of_several: bool) -> Self {
        Self {
            of_several,
            positions: Default::default(),
            asked: Asked::Records,
            waits: false,
            is_final: false,
            records_are_read: false,
            offsets_read: 0,
            stops: 0,
            stable: [0; PARTITIONS as usize],
        }
    }

    fn fetch(&mut self, cx: &mut Cx<'_>) -> Ask {
        self.asked = Asked::Records;
        // After a start the high watermark of a synced topic comes back once the recovered log is synced.
        if self.stops != cx.history.stops {
            self.stops = cx.history.stops;
            self.stable = Default::default();
        }
        let mut partitions = Vec::new();
        let first = cx.chance.below(PARTITIONS as u64) as usize;
        let count = self.positions.len();
        for at in (first..first + count).map(|at| at % count) {
            self.positions[at].floor = self.stable[at];
            partitions.push(FetchPartition {
                partition: at as i32,
                current_leader_epoch: -1,
                last_fetched_epoch: -1,
                fetch_offset: self.positions[at].next,
                log_start_offset: -1,
                partition_max_bytes: 1 + cx.chance.below(3_000) as i32,
                ..FetchPartition::default()
            });
        }
        let request = FetchRequest {
            replica_id: -1,
            max_wait_ms: 400,
            min_bytes: 1,
            max_bytes: 1 + cx.chance.below(6_000) as i32,
            isolation_level: READ_COMMITTED,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: TRANSACTED.into(),
                partitions,
                ..FetchTopic::default()
            }],
            ..FetchRequest::default()
        };
        call(cx, FETCH, &request)
    }

    fn fetch_offset(&mut self, id: usize, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Offset(id, cx.history.txn_offset_floor(id));
        let request = OffsetFetchRequest {
            group_id: format!("txn-{id}").into(),
            topics: Some(vec![OffsetFetchRequestTopic {
                name: TRANSACTED.into(),
                partition_indexes: vec![0],
                ..OffsetFetchRequestTopic::default()
            }]),
            require_stable: true,
            ..OffsetFetchRequest::default()
        };
        call(cx, OFFSET_FETCH, &request)
    }

    fn on_records(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<FetchResponse<'_>>(body, FETCH, cx) else {
            return;
        };
        self.waits = !response.error_code.is_none();
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        for data in partitions {
            self.on_partition(data, cx);
        }
        let is_led_elsewhere = self.waits && self.positions.iter().any(|position| position.at_end);
        cx.moves |= is_led_elsewhere || cx.chance.one_in(10);
        if self.positions.iter().all(|position| position.at_end) {
            self.end_pass(cx);
        }
    }

    fn on_partition(&mut self, data: &PartitionData<'_>, cx: &mut Cx<'_>) {
        let at = data.partition_index as usize;
        match data.error_code {
            ErrorCode::NONE => self.on_data(at, data, cx),
            ErrorCode::OFFSET_OUT_OF_RANGE => {
                let what = format!("{TRANSACTED}-{at}: {:?}", self.positions[at]);
                let checker = "the_last_stable_offset_does_not_regress";
                // Before the recovered log is synced the high watermark is below what was read.
                if self.positions[at].floor >= self.positions[at].next {
                    cx.history.violate(checker, what);
                }
                self.waits = true;
            }
            error => {
                self.waits = true;
                if cx.chance.one_in(3) {
                    cx.heed(error);
                }
            }
        }
    }

    fn on_data(&mut self, at: usize, data: &PartitionData<'_>, cx: &mut Cx<'_>) {
        let (stable, high_watermark) = (data.last_stable_offset, data.high_watermark);
        let floor = self.positions[at].floor;
        if stable < floor || stable > high_watermark {
            let what = format!(
                "{TRANSACTED}-{at}: {stable} after {floor}, high watermark {high_watermark}"
            );
            let checker = "the_last_stable_offset_does_not_regress";
            cx.history.violate(checker, what);
        }
        if self.stops == cx.history.stops {
            self.stable[at] = self.stable[at].max(stable);
        }
        let mut aborted: Vec<(i64, i64)> = data
            .aborted_transactions
            .iter()
            .flatten()
            .map(|txn| (txn.first_offset, txn.producer_id))
            .collect();
        aborted.sort_unstable();
        if let Some(Records::Bytes(bytes)) = &data.records {
            for batch in BatchIter::new(bytes) {
                match batch {
                    Ok(Batch::V2(batch)) if batch.is_valid_crc() => {
                        self.on_batch(at, &batch, (stable, &mut aborted), cx);
                    }
                    _ => {
                        let what = format!("{TRANSACTED}-{at} near {}", self.positions[at].next);
                        return cx.history.violate("wrong_bytes_are_never_served", what);
                    }
                }
            }
        }
        // While a transaction is open the end is not reached in the last pass.
        let end = if self.is_final {
            high_watermark
        } else {
            stable
        };
        let position = &mut self.positions[at];
        position.at_end = position.next >= end && (!self.is_final || stable == high_watermark);
    }

    fn on_batch(
        &mut self,
        at: usize,
        batch: &RecordBatch<'_>,
        (stable, aborted): (i64, &mut Vec<(i64, i64)>),
        cx: &mut Cx<'_>,
    ) {
        let position = &mut self.positions[at];
        let last = batch.last_offset().0;
        if last >= stable {
            let what = format!("{TRANSACTED}-{at}: offset {last} at last stable offset {stable}");
            cx.history
                .violate("read_committed_sees_no_aborted_record", what);
        }
        let producer = batch.producer_id().map_or(-1, |id| id.0);
        while aborted.first().is_some_and(|(first, _)| *first <= last) {
            position.aborted.insert(aborted.remove(0).1);
        }
        if batch.is_control() {
            let end = EndTransaction::read(batch).ok().flatten();
            if end.is_some_and(|end| !end.is_committed) {
                position.aborted.remove(&producer);
            }
            position.next = position.next.max(last + 1);
            return;
        }
        let is_dropped = batch.is_transactional() && position.aborted.contains(&producer);
        let records = batch.plain_records().into_iter().flatten().flatten();
        for record in records.filter(|record| record.offset.0 >= position.next && !is_dropped) {
            let value = record.value.and_then(|value| value.first_chunk::<8>());
            let value = value.map(|bytes| u64::from_be_bytes(*bytes));
            let offset = record.offset.0;
            cx.history.read_records += 1;
            let complaint = cx.history.txns.read(at as i32, offset, value);
            position.seen.extend(value.map(|value| (offset, value)));
            cx.history.complain(complaint);
        }
        position.next = position.next.max(last + 1);
    }

    fn end_pass(&mut self, cx: &mut Cx<'_>) {
        let positions = std::mem::take(&mut self.positions);
        if self.is_final {
            let seen = (0..)
                .zip(positions)
                .map(|(at, position)| (at, position.seen));
            let complaint = cx.history.txns.check_end(&seen.collect());
            cx.history.complain(complaint);
            self.records_are_read = true;
        }
    }

    fn on_offset(&mut self, body: &[u8], (id, floor): (usize, i64), cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetFetchResponse<'_>>(body, OFFSET_FETCH, cx) else {
            return;
        };
        let part = response.topics.first();
        let part = part.and_then(|topic| topic.partitions.first());
        let error = part.map_or(response.error_code, |part| part.error_code);
        let Some(part) = part.filter(|_| error.is_none()) else {
            self.waits = true;
            cx.heed(error);
            return;
        };
        // Where offsets are cached, a loss of power may have taken some.
        if cx.history.txn_offsets_may_be_lost() {
            return;
        }
        let offset = part.committed_offset;
        if offset >= 0 || floor >= 0 {
            let complaint = cx.history.txns.fetched_offset(id, floor, offset);
            cx.history.complain(complaint);
        }
        if self.records_are_read {
            let complaint = cx.history.txns.check_last_offset(id, offset);
            cx.history.complain(complaint);
            self.offsets_read += 1;
        }
    }
}

impl Role for CommittedReader {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.records_are_read && cx.history.txn_offsets_may_be_lost() {
            self.offsets_read = IDS;
        }
        if self.is_done() {
            return Ask::Wait(Duration::from_secs(1));
        }
        if self.records_are_read {
            return self.fetch_offset(self.offsets_read, cx);
        }
        if cx.is_written && !self.is_final {
            self.is_final = true;
            self.positions = Default::default();
        }
        if !self.is_final && cx.chance.one_in(5) {
            let id = cx.chance.below(IDS as u64) as usize;
            return self.fetch_offset(id, cx);
        }
        self.fetch(cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked {
            Asked::Records => self.on_records(body, cx),
            Asked::Offset(id, floor) => self.on_offset(body, (id, floor), cx),
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        if self.of_several {
            self.stable = Default::default();
        }
    }

    fn restart(&mut self) {
        *self = Self::new(self.of_several);
    }

    fn is_done(&self) -> bool {
        self.records_are_read && self.offsets_read >= IDS
    }
}
