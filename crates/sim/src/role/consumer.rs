//! A consumer that is assigned all partitions of one topic, with or without a fetch session. It commits its positions
//! now and then, in a group without members, and resumes from them when it begins anew.

use std::time::Duration;

use model::ErrorCode;
use protocol::Records;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::{FetchResponse, PartitionData};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};
use protocol::offset_fetch_response::OffsetFetchResponse;
use records::{Batch, BatchIter, RecordBatch};

use super::{Ask, Cx, Role, answer, call};
use crate::history::{PARTITIONS, Part, TOPICS};

const FETCH: i16 = 12;
/// The last version that only leaders answer.
const FETCH_OF_LEADERS: i16 = 10;
const COMMIT: i16 = 7;
const FETCH_POSITIONS: i16 = 5;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Records,
    /// To keep these positions, one of each partition.
    Commit(Vec<i64>),
    /// Where to resume.
    Positions,
}

/// Reads a topic from its start, again and again.
#[derive(Debug)]
pub(crate) struct Consumer {
    topic: usize,
    /// The first of its partitions.
    first: i32,
    /// It reads one partition, whose leader it follows from node to node, and commits nothing.
    follows_leader: bool,
    with_session: bool,
    /// Session id and the epoch of the next request.
    session: (i32, i32),
    positions: Vec<Position>,
    asked: Asked,
    /// It has begun anew and does not know yet where to go on.
    resumes: bool,
    waits: bool,
    /// The last pass, which began after the last write.
    is_final: bool,
}

#[derive(Clone, Debug, Default)]
struct Position {
    next: i64,
    /// The next request of a session has to name it.
    changed: bool,
    /// The high watermark that was known when the fetch was sent.
    floor: i64,
    /// The greatest high watermark seen on this connection.
    seen: i64,
    at_end: bool,
}

impl Consumer {
    pub(crate) fn new(topic: usize, with_session: bool) -> Self {
        Self {
            topic,
            first: 0,
            follows_leader: false,
            with_session,
            session: (0, 0),
            positions: vec![Position::default(); PARTITIONS as usize],
            asked: Asked::Records,
            resumes: false,
            waits: false,
            is_final: false,
        }
    }

    /// A consumer of one partition.
    pub(crate) fn of(part: Part, with_session: bool) -> Self {
        Self {
            first: part.1,
            follows_leader: true,
            positions: vec![Position::default()],
            ..Self::new(part.0, with_session)
        }
    }

    fn seek_to_start(&mut self) {
        for position in &mut self.positions {
            position.next = 0;
            position.changed = true;
            position.at_end = false;
        }
    }

    fn forget_session(&mut self) {
        self.session = (0, 0);
    }

    /// Nobody else has this one.
    fn group(&self) -> String {
        format!("reader-{}-{}", self.topic, self.with_session)
    }

    fn commit(&mut self, cx: &mut Cx<'_>) -> Ask {
        let positions: Vec<i64> = self.positions.iter().map(|it| it.next).collect();
        let group = self.group();
        cx.history.readers.attempts(&group, &positions);
        let partitions =
            (self.first..)
                .zip(&positions)
                .map(|(index, next)| OffsetCommitRequestPartition {
                    partition_index: index,
                    committed_offset: *next,
                    committed_leader_epoch: -1,
                    committed_metadata: Some("".into()),
                    ..OffsetCommitRequestPartition::default()
                });
        let request = OffsetCommitRequest {
            group_id: group.into(),
            generation_id_or_member_epoch: -1,
            topics: vec![OffsetCommitRequestTopic {
                name: TOPICS[self.topic].0.into(),
                partitions: partitions.collect(),
                ..OffsetCommitRequestTopic::default()
            }],
            ..OffsetCommitRequest::default()
        };
        self.asked = Asked::Commit(positions);
        call(cx, COMMIT, &request)
    }

    fn on_committed(&mut self, body: &[u8], positions: &[i64], cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetCommitResponse<'_>>(body, COMMIT, cx) else {
            return;
        };
        let group = self.group();
        for partition in response.topics.iter().flat_map(|topic| &topic.partitions) {
            let index = partition.partition_index;
            if partition.error_code.is_none() {
                let next = positions[index as usize];
                cx.history.readers.committed(&group, index, next);
            } else {
                self.waits = true;
            }
        }
    }

    fn fetch_positions(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Positions;
        let request = OffsetFetchRequest {
            group_id: self.group().into(),
            topics: Some(vec![OffsetFetchRequestTopic {
                name: TOPICS[self.topic].0.into(),
                partition_indexes: (0..PARTITIONS).collect(),
                ..OffsetFetchRequestTopic::default()
            }]),
            ..OffsetFetchRequest::default()
        };
        call(cx, FETCH_POSITIONS, &request)
    }

    fn on_positions(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetFetchResponse<'_>>(body, FETCH_POSITIONS, cx) else {
            return;
        };
        let partitions: Vec<_> = (response.topics.iter().flat_map(|it| &it.partitions)).collect();
        let has_error = partitions.iter().any(|it| !it.error_code.is_none());
        if has_error || !response.error_code.is_none() {
            self.waits = true;
            return;
        }
        let group = self.group();
        for partition in partitions {
            let (index, offset) = (partition.partition_index, partition.committed_offset);
            let complaint = cx.history.readers.resumes(&group, index, offset);
            cx.history.complain(complaint);
            // What was never committed is read from the start.
            self.positions[index as usize].next = offset.max(0);
        }
        self.resumes = false;
    }

    /// Who follows the leader is none that followers serve (KIP-392).
    fn version(&self) -> i16 {
        match self.follows_leader {
            true => FETCH_OF_LEADERS,
            false => FETCH,
        }
    }

    fn request(&mut self, cx: &mut Cx<'_>) -> Ask {
        self.asked = Asked::Records;
        let is_full = !self.with_session || self.session.1 == 0;
        let max_bytes = 1 + cx.chance.below(6_000) as i32;
        let mut partitions = Vec::new();
        // Each partition is first in its turn, as with real clients.
        let first = cx.chance.below(self.positions.len() as u64) as usize;
        let positions = (self.first..).zip(&mut self.positions);
        let positions = positions.collect::<Vec<_>>();
        let (before, after): (Vec<_>, Vec<_>) =
            (positions.into_iter()).partition(|(index, _)| (*index as usize) < first);
        for (index, position) in after.into_iter().chain(before) {
            position.floor = match self.follows_leader {
                // A leader that has just begun may know less of what is committed than the one before.
                true => position.seen,
                false => cx.history.floor((self.topic, index)),
            };
            if is_full || position.changed {
                position.changed = false;
                partitions.push(FetchPartition {
                    partition: index,
                    current_leader_epoch: -1,
                    last_fetched_epoch: -1,
                    fetch_offset: position.next,
                    log_start_offset: -1,
                    partition_max_bytes: max_bytes,
                    ..FetchPartition::default()
                });
            }
        }
        let topics = vec![FetchTopic {
            topic: TOPICS[self.topic].0.into(),
            partitions,
            ..FetchTopic::default()
        }];
        let request = FetchRequest {
            replica_id: -1,
            max_wait_ms: 400,
            min_bytes: 1,
            max_bytes: 1 + cx.chance.below(12_000) as i32,
            session_id: self.session.0,
            session_epoch: if self.with_session {
                self.session.1
            } else {
                -1
            },
            topics: topics
                .into_iter()
                .filter(|topic| !topic.partitions.is_empty())
                .collect(),
            ..FetchRequest::default()
        };
        call(cx, self.version(), &request)
    }

    fn on_records(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<FetchResponse<'_>>(body, self.version(), cx) else {
            return;
        };
        if !response.error_code.is_none() {
            self.waits = true;
            return self.forget_session();
        }
        if self.with_session {
            self.session = match response.session_id {
                0 => (0, 0),
                id => (id, self.session.1 + 1),
            };
        }
        for topic in &response.responses {
            for data in &topic.partitions {
                self.on_partition(data, cx);
            }
        }
    }

    fn on_partition(&mut self, data: &PartitionData<'_>, cx: &mut Cx<'_>) {
        let part = (self.topic, data.partition_index);
        let slot = (data.partition_index - self.first) as usize;
        let Some(mut position) = self.positions.get(slot).cloned() else {
            return;
        };
        match data.error_code {
            ErrorCode::NONE => {
                cx.history
                    .saw_high_watermark(part, position.floor, data.high_watermark);
                position.seen = position.seen.max(data.high_watermark);
                if let Some(Records::Bytes(bytes)) = &data.records {
                    position.next = read(
                        part,
                        position.next,
                        bytes,
                        data.high_watermark,
                        self.is_final,
                        cx,
                    );
                }
                let end = data.high_watermark.max(cx.history.high_watermark(part));
                // Where the disk has changed records, there may be no way to the end.
                let is_blocked = self.is_final && cx.history.is_harmed(part);
                position.at_end = position.next >= end || is_blocked;
            }
            ErrorCode::OFFSET_OUT_OF_RANGE => {
                if TOPICS[self.topic].1 && !cx.history.is_harmed(part) {
                    let what = format!("{part:?} position {} is out of range", position.next);
                    cx.history.violate("high_watermark_never_regresses", what);
                }
                position.next = 0;
            }
            _ => {
                self.waits = true;
                cx.moves = true;
            }
        }
        position.changed = true;
        self.positions[slot] = position;
    }
}

/// Checks records that were fetched from `next` on; gives the offset after the last.
fn read(
    part: (usize, i32),
    mut next: i64,
    bytes: &[u8],
    high_watermark: i64,
    is_final: bool,
    cx: &mut Cx<'_>,
) -> i64 {
    for batch in BatchIter::new(bytes) {
        match batch {
            Ok(Batch::V2(batch)) if batch.is_valid_crc() => {
                next = read_batch(part, next, &batch, high_watermark, is_final, cx);
            }
            _ if cx.history.is_harmed(part) => return next,
            other => {
                let what = format!(
                    "{part:?} near offset {next}: {:?}",
                    other.map(|_| "bad checksum")
                );
                cx.history.violate("wrong_bytes_are_never_served", what);
                return next;
            }
        }
    }
    next
}

fn read_batch(
    part: (usize, i32),
    mut next: i64,
    batch: &RecordBatch<'_>,
    high_watermark: i64,
    is_final: bool,
    cx: &mut Cx<'_>,
) -> i64 {
    let is_harmed = cx.history.is_harmed(part);
    if batch.last_offset().0 >= high_watermark && !is_harmed {
        let what = format!(
            "{part:?}: offset {} at high watermark {high_watermark}",
            batch.last_offset().0
        );
        cx.history
            .violate("reads_stay_below_the_high_watermark", what);
    }
    if batch.last_offset().0 < next && !is_harmed {
        let what = format!(
            "{part:?}: a batch up to {} at position {next}",
            batch.last_offset().0
        );
        cx.history.violate("offsets_strictly_increase", what);
    }
    let Ok(records) = batch.plain_records() else {
        cx.history.violate(
            "wrong_bytes_are_never_served",
            format!("{part:?} near {next}"),
        );
        return next;
    };
    for record in records {
        let Ok(record) = record else {
            cx.history.violate(
                "wrong_bytes_are_never_served",
                format!("{part:?} near {next}"),
            );
            return next;
        };
        let offset = record.offset.0;
        let value = record.value.and_then(|value| value.first_chunk::<8>());
        cx.history.read(
            part,
            offset,
            value.map(|bytes| u64::from_be_bytes(*bytes)),
            is_final,
        );
        if offset > next && !is_harmed {
            let what = format!("{part:?}: offset {offset} comes at position {next}");
            cx.history.violate("reads_skip_no_offset", what);
        }
        next = next.max(offset + 1);
    }
    next
}

impl Role for Consumer {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.is_done() {
            return Ask::Wait(Duration::from_secs(1));
        }
        if self.resumes {
            return self.fetch_positions(cx);
        }
        if !self.is_final && !self.follows_leader && cx.chance.one_in(15) {
            return self.commit(cx);
        }
        if cx.is_written && !self.is_final {
            self.is_final = true;
            self.seek_to_start();
        } else if !self.is_final && cx.chance.one_in(30) {
            self.seek_to_start();
        }
        // Where the disk has changed records, there may be no way to the end.
        for (index, position) in (self.first..).zip(&mut self.positions) {
            position.at_end |= self.is_final && cx.history.is_harmed((self.topic, index));
        }
        self.request(cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked.clone() {
            Asked::Records => self.on_records(body, cx),
            Asked::Commit(positions) => self.on_committed(body, &positions, cx),
            Asked::Positions => self.on_positions(body, cx),
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        self.forget_session();
        self.positions
            .iter_mut()
            .for_each(|position| position.seen = 0);
    }

    fn restart(&mut self) {
        *self = match self.follows_leader {
            true => Self::of((self.topic, self.first), self.with_session),
            false => Self {
                resumes: true,
                ..Self::new(self.topic, self.with_session)
            },
        };
    }

    fn is_done(&self) -> bool {
        self.is_final && self.positions.iter().all(|position| position.at_end)
    }
}
