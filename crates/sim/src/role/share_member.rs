//! A member of a share group (KIP-932): has records for a time, accepts, releases and rejects them, leaves, or forgets all.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{ErrorCode, TopicId};
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};
use protocol::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::share_acknowledge_request::{self as acknowledge, ShareAcknowledgeRequest};
use protocol::share_acknowledge_response::ShareAcknowledgeResponse;
use protocol::share_fetch_request::{self as fetch, ShareFetchRequest};
use protocol::share_fetch_response::ShareFetchResponse;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;

use super::{Ask, Cx, Role, answer, call};
use crate::share_history::SHARED;

const GROUP: &str = "sharers";
const FIND: i16 = 2;
const HEARTBEAT: i16 = 1;
const FETCH: i16 = 2;
const ACKNOWLEDGE: i16 = 2;
const DESCRIBE: i16 = 1;
const JOINS: i32 = 0;
const LEAVES: i32 = -1;
const NEW_SESSION: i32 = 0;
const LAST_OF_SESSION: i32 = -1;
/// The index of the topic among those whose records are checked.
const PART: usize = 0;

/// What is said of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accept = 1,
    Release = 2,
    Reject = 3,
}

/// Of a partition, records with their counts and what is said of them.
type Said = BTreeMap<i32, Vec<(i64, i16, Verdict)>>;

#[derive(Clone, Debug)]
enum Asked {
    Group,
    Heartbeat,
    Leave,
    /// When it was sent, and what it said.
    Fetch(u64, Said),
    Acknowledge(Said, bool),
    Offsets,
}

/// One member.
#[derive(Debug)]
pub(crate) struct ShareMember {
    asked: Asked,
    has_found: bool,
    id: String,
    incarnation: u32,
    number: usize,
    epoch: i32,
    session: i32,
    topic: TopicId,
    assigned: Vec<i32>,
    /// Partitions that the session does not know of yet.
    is_session_current: bool,
    /// Records that it has, with their counts.
    held: BTreeMap<(i32, i64), i16>,
    beats: u32,
    /// An answer was lost: the next heartbeat says everything, and is told everything.
    is_unsure: bool,
    waits: bool,
    is_done: bool,
}

impl ShareMember {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            asked: Asked::Group,
            has_found: false,
            id: format!("sharer-{number}-0"),
            incarnation: 0,
            number,
            epoch: JOINS,
            session: NEW_SESSION,
            topic: TopicId::ZERO,
            assigned: Vec::new(),
            is_session_current: false,
            held: BTreeMap::new(),
            beats: 0,
            is_unsure: false,
            waits: false,
            is_done: false,
        }
    }

    fn begin_session_anew(&mut self) {
        self.session = NEW_SESSION;
        self.is_session_current = false;
        // It may still have them, but does not know that any more.
        self.held.clear();
    }

    fn begin_anew(&mut self) {
        self.epoch = JOINS;
        self.assigned.clear();
        self.begin_session_anew();
    }

    /// The process ends, and another one takes its place.
    fn forget_all(&mut self) {
        self.incarnation += 1;
        self.id = format!("sharer-{}-{}", self.number, self.incarnation);
        self.begin_anew();
    }

    fn on_error(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        self.waits = true;
        cx.heed(error);
        match error {
            ErrorCode::UNKNOWN_MEMBER_ID
            | ErrorCode::FENCED_MEMBER_EPOCH
            | ErrorCode::GROUP_ID_NOT_FOUND => self.begin_anew(),
            ErrorCode::SHARE_SESSION_NOT_FOUND | ErrorCode::INVALID_SHARE_SESSION_EPOCH => {
                self.begin_session_anew();
            }
            _ => {}
        }
    }

    fn heartbeat(&mut self, cx: &Cx<'_>, epoch: i32) -> Ask {
        self.asked = if epoch == LEAVES {
            Asked::Leave
        } else {
            Asked::Heartbeat
        };
        let request = ShareGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: epoch,
            subscribed_topic_names: (epoch == JOINS || self.is_unsure).then(|| vec![SHARED.into()]),
            ..ShareGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    /// Says something of some of the records that it has; of all, for good, when everything is healed.
    fn judge(&mut self, cx: &mut Cx<'_>) -> Said {
        let mut said = Said::new();
        for ((partition, offset), count) in std::mem::take(&mut self.held) {
            let verdict = match cx.chance.below(10) {
                _ if cx.is_healed => Verdict::Accept,
                0..=5 => Verdict::Accept,
                6 => Verdict::Release,
                7 => Verdict::Reject,
                _ => {
                    self.held.insert((partition, offset), count);
                    continue;
                }
            };
            let of_partition = said.entry(partition).or_default();
            of_partition.push((offset, count, verdict));
        }
        said
    }

    fn next_session(&mut self) -> i32 {
        let epoch = self.session;
        self.session += 1;
        epoch
    }

    fn fetch(&mut self, cx: &mut Cx<'_>) -> Ask {
        let begins = self.session == NEW_SESSION;
        let says = !begins && cx.chance.one_in(2);
        let said = if says { self.judge(cx) } else { Said::new() };
        let mut partitions: BTreeMap<i32, Vec<fetch::AcknowledgementBatch>> = BTreeMap::new();
        if !self.is_session_current {
            partitions.extend(
                self.assigned
                    .iter()
                    .map(|partition| (*partition, Vec::new())),
            );
        }
        self.is_session_current = true;
        for (partition, verdicts) in &said {
            let batches = verdicts
                .iter()
                .map(|(offset, _, verdict)| fetch::AcknowledgementBatch {
                    first_offset: *offset,
                    last_offset: *offset,
                    acknowledge_types: vec![*verdict as i8],
                    ..fetch::AcknowledgementBatch::default()
                });
            partitions.entry(*partition).or_default().extend(batches);
        }
        let partitions = partitions.into_iter();
        let topic = fetch::FetchTopic {
            topic_id: self.topic,
            partitions: partitions
                .map(
                    |(partition_index, acknowledgement_batches)| fetch::FetchPartition {
                        partition_index,
                        acknowledgement_batches,
                        ..fetch::FetchPartition::default()
                    },
                )
                .collect(),
            ..fetch::FetchTopic::default()
        };
        let request = ShareFetchRequest {
            group_id: Some(GROUP.into()),
            member_id: Some(self.id.clone().into()),
            share_session_epoch: self.next_session(),
            max_wait_ms: 200,
            min_bytes: if cx.chance.one_in(4) { 500 } else { 1 },
            max_bytes: 10_000,
            max_records: 1 + cx.chance.below(30) as i32,
            batch_size: 10,
            share_acquire_mode: cx.chance.below(2) as i8,
            topics: vec![topic],
            ..ShareFetchRequest::default()
        };
        self.asked = Asked::Fetch(cx.history.shares.now(), said);
        call(cx, FETCH, &request)
    }

    fn acknowledge(&mut self, cx: &mut Cx<'_>, ends: bool) -> Ask {
        let said = self.judge(cx);
        let partitions = said.iter().map(|(partition, verdicts)| {
            let batches =
                verdicts
                    .iter()
                    .map(|(offset, _, verdict)| acknowledge::AcknowledgementBatch {
                        first_offset: *offset,
                        last_offset: *offset,
                        acknowledge_types: vec![*verdict as i8],
                        ..acknowledge::AcknowledgementBatch::default()
                    });
            acknowledge::AcknowledgePartition {
                partition_index: *partition,
                acknowledgement_batches: batches.collect(),
                ..acknowledge::AcknowledgePartition::default()
            }
        });
        let topic = acknowledge::AcknowledgeTopic {
            topic_id: self.topic,
            partitions: partitions.collect(),
            ..acknowledge::AcknowledgeTopic::default()
        };
        let epoch = if ends {
            LAST_OF_SESSION
        } else {
            self.next_session()
        };
        let request = ShareAcknowledgeRequest {
            group_id: Some(GROUP.into()),
            member_id: Some(self.id.clone().into()),
            share_session_epoch: epoch,
            topics: vec![topic],
            ..ShareAcknowledgeRequest::default()
        };
        self.asked = Asked::Acknowledge(said, ends);
        call(cx, ACKNOWLEDGE, &request)
    }

    fn offsets(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Offsets;
        let request = DescribeShareGroupOffsetsRequest {
            groups: vec![DescribeShareGroupOffsetsRequestGroup {
                group_id: GROUP.into(),
                topics: None,
                ..DescribeShareGroupOffsetsRequestGroup::default()
            }],
            ..DescribeShareGroupOffsetsRequest::default()
        };
        call(cx, DESCRIBE, &request)
    }

    fn steady(&mut self, cx: &mut Cx<'_>) -> Ask {
        self.beats += 1;
        if self.beats.is_multiple_of(5) || self.assigned.is_empty() {
            return self.heartbeat(cx, self.epoch);
        }
        let has_session = self.session != NEW_SESSION;
        if cx.is_healed {
            return match self.beats % 5 {
                1 if has_session && !self.held.is_empty() => self.acknowledge(cx, false),
                2 if cx.is_written => self.offsets(cx),
                _ => self.fetch(cx),
            };
        }
        match cx.chance.below(40) {
            0..=9 if has_session && !self.held.is_empty() => self.acknowledge(cx, false),
            10 if has_session => self.acknowledge(cx, true),
            11 => self.heartbeat(cx, LEAVES),
            12 => {
                self.forget_all();
                self.heartbeat(cx, JOINS)
            }
            13 => self.offsets(cx),
            _ => self.fetch(cx),
        }
    }

    fn on_heartbeat(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let response = answer::<ShareGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
        let Some(response) = response else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        self.epoch = response.member_epoch;
        self.is_unsure = false;
        if let Some(assignment) = response.assignment {
            self.assigned.clear();
            for topic in assignment.topic_partitions {
                self.topic = topic.topic_id;
                self.assigned.extend(topic.partitions);
            }
            // What it does not have any more stays in its session: somebody has to look after what it holds.
            self.is_session_current = false;
        }
        self.waits = true;
    }

    /// The outcomes of what was said, by partition.
    fn note(cx: &mut Cx<'_>, said: &Said, outcomes: &BTreeMap<i32, ErrorCode>) {
        for (partition, verdicts) in said {
            if outcomes.get(partition) != Some(&ErrorCode::NONE) {
                continue;
            }
            for (offset, count, verdict) in verdicts {
                let place = (*partition, *offset);
                match verdict {
                    Verdict::Accept | Verdict::Reject => cx.history.shares.done(place),
                    Verdict::Release => cx.history.shares.released(place, *count),
                }
            }
        }
    }

    fn on_fetched(&mut self, body: &[u8], (asked, said): (u64, &Said), cx: &mut Cx<'_>) {
        let Some(response) = answer::<ShareFetchResponse<'_>>(body, FETCH, cx) else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        let mut outcomes = BTreeMap::new();
        let mut given = Vec::new();
        for partition in response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions)
        {
            let index = partition.partition_index;
            outcomes.insert(index, partition.acknowledge_error_code);
            if !partition.error_code.is_none() {
                self.waits = true;
                if cx.chance.one_in(2) {
                    cx.heed(partition.error_code);
                }
            }
            for acquired in &partition.acquired_records {
                let offsets = acquired.first_offset..=acquired.last_offset;
                given.extend(offsets.map(|offset| ((index, offset), acquired.delivery_count)));
            }
        }
        Self::note(cx, said, &outcomes);
        self.waits |= given.is_empty();
        let stops = cx.history.stops;
        for (place, count) in given {
            if !cx.history.is_harmed((PART, place.0)) {
                let complaint = cx.history.shares.given(place, (asked, stops), count);
                cx.history.complain(complaint);
            }
            self.held.insert(place, count);
        }
    }

    fn on_acknowledged(&mut self, body: &[u8], said: &Said, ends: bool, cx: &mut Cx<'_>) {
        let response = answer::<ShareAcknowledgeResponse<'_>>(body, ACKNOWLEDGE, cx);
        let Some(response) = response else {
            return;
        };
        if ends {
            self.begin_session_anew();
        }
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        let outcomes =
            partitions.map(|partition| (partition.partition_index, partition.error_code));
        Self::note(cx, said, &outcomes.collect());
    }

    /// Everything that was written is done with, or nothing came since the group began.
    fn on_offsets(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let response = answer::<DescribeShareGroupOffsetsResponse<'_>>(body, DESCRIBE, cx);
        let Some(response) = response else {
            return;
        };
        self.waits = true;
        let Some(group) = response.groups.first() else {
            return;
        };
        if !group.error_code.is_none() {
            return cx.heed(group.error_code);
        }
        let mut partitions = group.topics.iter().flat_map(|topic| &topic.partitions);
        let is_over = partitions.all(|partition| {
            let is_read = partition.error_code.is_none()
                && (partition.lag == 0 || partition.start_offset == -1);
            is_read || cx.history.is_harmed((PART, partition.partition_index))
        });
        self.is_done |= cx.is_healed && cx.is_written && is_over && !group.topics.is_empty();
    }
}

impl Role for ShareMember {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.has_found && self.epoch == JOINS {
            return self.heartbeat(cx, JOINS);
        }
        if self.has_found {
            return self.steady(cx);
        }
        self.asked = Asked::Group;
        let request = FindCoordinatorRequest {
            key: GROUP.into(),
            ..FindCoordinatorRequest::default()
        };
        call(cx, FIND, &request)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match std::mem::replace(&mut self.asked, Asked::Group) {
            Asked::Group => {
                let response = answer::<FindCoordinatorResponse<'_>>(body, FIND, cx);
                let error = response.map(|response| response.error_code);
                self.has_found = error == Some(ErrorCode::NONE);
                self.waits = !self.has_found;
            }
            Asked::Heartbeat => self.on_heartbeat(body, cx),
            Asked::Leave => {
                let response = answer::<ShareGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
                match response.map(|response| response.error_code) {
                    Some(ErrorCode::NONE) => self.begin_anew(),
                    Some(error) => self.on_error(error, cx),
                    None => {}
                }
            }
            Asked::Fetch(at, said) => self.on_fetched(body, (at, &said), cx),
            Asked::Acknowledge(said, ends) => self.on_acknowledged(body, &said, ends, cx),
            Asked::Offsets => self.on_offsets(body, cx),
        }
    }

    /// Its session ends with the connection.
    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        self.is_unsure = true;
        self.begin_session_anew();
    }

    fn restart(&mut self) {
        self.forget_all();
        self.has_found = false;
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
