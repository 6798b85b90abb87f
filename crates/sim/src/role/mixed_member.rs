//! A member of a group in which both protocols are spoken: each time it begins it is a consumer of the
//! classic protocol, eager or cooperative, or of the consumer protocol, so that the group changes its
//! kind as the migration policy allows. Where that lets it in with the other protocol only, it speaks that.

use std::borrow::Cow;
use std::time::Duration;

use model::{ErrorCode, TopicId};
use protocol::consumer_group_heartbeat_request::{ConsumerGroupHeartbeatRequest, TopicPartitions};
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use protocol::consumer_protocol_assignment::{
    ConsumerProtocolAssignment, TopicPartition as AssignedTopic,
};
use protocol::consumer_protocol_subscription::{
    ConsumerProtocolSubscription, TopicPartition as OwnedTopic,
};
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::join_group_response::JoinGroupResponse;
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::leave_group_response::LeaveGroupResponse;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::offset_fetch_request::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use protocol::offset_fetch_response::OffsetFetchResponse;
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};
use protocol::sync_group_response::SyncGroupResponse;
use protocol::{Message, Reader};

use super::{Ask, Cx, Role, answer, call};
use crate::history::PARTITIONS;

const GROUP: &str = "mixed";
const TOPIC: &str = "synced";
/// In the history the partitions of this group come after those of the others.
const FIRST: i32 = 2_000;
const FIND: i16 = 2;
const JOIN: i16 = 5;
const SYNC: i16 = 3;
const HEARTBEAT: i16 = 3;
const LEAVE: i16 = 3;
const BEAT: i16 = 1;
const COMMIT: i16 = 9;
const FETCH: i16 = 8;
const JOINS: i32 = 0;
const LEAVES: i32 = -1;
/// The version of the embedded protocol.
const EMBEDDED: i16 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    Nothing,
    Eager,
    Cooperative,
    Consumer,
}

#[derive(Clone, Debug)]
enum State {
    Find,
    Join,
    /// The assignments that the leader hands in.
    Sync(Vec<(String, Vec<u8>)>),
    Steady,
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Group,
    Heartbeat,
    Leave,
    Commit(i32, i64),
    /// The partition, and the offset that was acknowledged for it when the fetch was sent.
    Fetch(i32, i64),
}

/// One member.
#[derive(Debug)]
pub(crate) struct MixedMember {
    number: usize,
    speaks: Speaks,
    state: State,
    asked: Asked,
    asked_at: u64,
    id: String,
    /// Generation or epoch.
    epoch: i32,
    topic: TopicId,
    owned: Vec<i32>,
    waits: bool,
    /// An answer was lost that may have changed what it has: it says everything, to be told everything.
    is_unsure: bool,
    has_committed: bool,
    has_fetched: bool,
    heard: u32,
}

impl MixedMember {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            number,
            speaks: Speaks::Nothing,
            state: State::Find,
            asked: Asked::Group,
            asked_at: 0,
            id: String::new(),
            epoch: JOINS,
            topic: TopicId::ZERO,
            owned: Vec::new(),
            waits: false,
            is_unsure: false,
            has_committed: false,
            has_fetched: false,
            heard: 0,
        }
    }

    /// Joins as a new member, with the protocol that is given.
    fn begin(&mut self, speaks: Speaks, cx: &mut Cx<'_>) {
        self.own(Vec::new(), cx);
        self.speaks = speaks;
        self.epoch = JOINS;
        self.id = match speaks {
            Speaks::Consumer => format!("mixed-{}-{}", self.number, cx.chance.next()),
            _ => String::new(),
        };
        self.state = State::Join;
    }

    fn begin_anew(&mut self, cx: &mut Cx<'_>) {
        let all = [Speaks::Eager, Speaks::Cooperative, Speaks::Consumer];
        let speaks = all[cx.chance.below(3) as usize];
        self.begin(speaks, cx);
    }

    /// Counts on these partitions from here on, and on no others.
    fn own(&mut self, owned: Vec<i32>, cx: &mut Cx<'_>) {
        let mixed = &mut cx.history.mixed;
        for index in self.owned.iter().filter(|index| !owned.contains(index)) {
            mixed.gives_up(self.number, *index);
        }
        for index in owned.iter().filter(|index| !self.owned.contains(index)) {
            mixed.takes(self.number, *index);
        }
        self.owned = owned;
    }

    /// It was told that nothing has changed.
    fn is_confirmed(&mut self, cx: &mut Cx<'_>) {
        for index in &self.owned {
            let complaint = cx.history.mixed.keeps(self.number, *index, self.asked_at);
            cx.history.complain(complaint);
        }
        self.heard += u32::from(cx.is_healed);
    }

    fn on_error(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        self.waits = true;
        cx.heed(error);
        match error {
            ErrorCode::INCONSISTENT_GROUP_PROTOCOL => self.begin(Speaks::Consumer, cx),
            ErrorCode::GROUP_ID_NOT_FOUND if self.speaks == Speaks::Consumer => {
                self.begin(Speaks::Eager, cx);
            }
            ErrorCode::UNKNOWN_MEMBER_ID | ErrorCode::FENCED_MEMBER_EPOCH => {
                self.begin(self.speaks, cx);
            }
            ErrorCode::REBALANCE_IN_PROGRESS | ErrorCode::ILLEGAL_GENERATION
                if self.speaks != Speaks::Consumer =>
            {
                if self.speaks == Speaks::Eager || error == ErrorCode::ILLEGAL_GENERATION {
                    self.own(Vec::new(), cx);
                }
                self.state = State::Join;
            }
            _ => {}
        }
    }

    fn join(&self, cx: &Cx<'_>) -> Ask {
        let owned = OwnedTopic {
            topic: TOPIC.into(),
            partitions: self.owned.clone(),
        };
        let owned = Some(owned).filter(|owned| !owned.partitions.is_empty());
        let subscription = ConsumerProtocolSubscription {
            topics: vec![TOPIC.into()],
            owned_partitions: owned.into_iter().collect(),
            ..ConsumerProtocolSubscription::default()
        };
        let request = JoinGroupRequest {
            group_id: GROUP.into(),
            session_timeout_ms: 6_000,
            rebalance_timeout_ms: 4_000,
            member_id: self.id.as_str().into(),
            protocol_type: "consumer".into(),
            protocols: vec![JoinGroupRequestProtocol {
                name: "naive".into(),
                metadata: Cow::Owned(embedded(&subscription)),
                ..JoinGroupRequestProtocol::default()
            }],
            ..JoinGroupRequest::default()
        };
        call(cx, JOIN, &request)
    }

    fn sync(&self, assignments: &[(String, Vec<u8>)], cx: &Cx<'_>) -> Ask {
        let assignment = |(member, given): &(String, Vec<u8>)| SyncGroupRequestAssignment {
            member_id: member.clone().into(),
            assignment: Cow::Owned(given.clone()),
            ..SyncGroupRequestAssignment::default()
        };
        let request = SyncGroupRequest {
            group_id: GROUP.into(),
            generation_id: self.epoch,
            member_id: self.id.as_str().into(),
            assignments: assignments.iter().map(assignment).collect(),
            ..SyncGroupRequest::default()
        };
        call(cx, SYNC, &request)
    }

    fn heartbeat(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Heartbeat;
        if self.speaks == Speaks::Consumer {
            return self.beat(self.epoch, cx);
        }
        let request = HeartbeatRequest {
            group_id: GROUP.into(),
            generation_id: self.epoch,
            member_id: self.id.as_str().into(),
            ..HeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    fn beat(&self, epoch: i32, cx: &Cx<'_>) -> Ask {
        let is_whole = epoch == JOINS || self.is_unsure;
        let owned = TopicPartitions {
            topic_id: self.topic,
            partitions: self.owned.clone(),
            ..TopicPartitions::default()
        };
        let owned = Some(owned).filter(|owned| !owned.partitions.is_empty());
        let request = ConsumerGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: epoch,
            rebalance_timeout_ms: if is_whole { 4_000 } else { -1 },
            subscribed_topic_names: is_whole.then(|| vec![TOPIC.into()]),
            topic_partitions: Some(owned.into_iter().collect()),
            ..ConsumerGroupHeartbeatRequest::default()
        };
        call(cx, BEAT, &request)
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Leave;
        if self.speaks == Speaks::Consumer {
            return self.beat(LEAVES, cx);
        }
        let request = LeaveGroupRequest {
            group_id: GROUP.into(),
            members: vec![MemberIdentity {
                member_id: self.id.as_str().into(),
                ..MemberIdentity::default()
            }],
            ..LeaveGroupRequest::default()
        };
        call(cx, LEAVE, &request)
    }

    fn commit(&mut self, cx: &mut Cx<'_>) -> Ask {
        let index = self.owned[cx.chance.below(self.owned.len() as u64) as usize];
        let offset = cx.history.next_commit(FIRST + index);
        self.asked = Asked::Commit(index, offset);
        let request = OffsetCommitRequest {
            group_id: GROUP.into(),
            generation_id_or_member_epoch: self.epoch,
            member_id: self.id.as_str().into(),
            topics: vec![OffsetCommitRequestTopic {
                name: TOPIC.into(),
                partitions: vec![OffsetCommitRequestPartition {
                    partition_index: index,
                    committed_offset: offset,
                    committed_leader_epoch: -1,
                    committed_metadata: Some("".into()),
                    ..OffsetCommitRequestPartition::default()
                }],
                ..OffsetCommitRequestTopic::default()
            }],
            ..OffsetCommitRequest::default()
        };
        call(cx, COMMIT, &request)
    }

    fn fetch(&mut self, cx: &mut Cx<'_>) -> Ask {
        let index = cx.chance.below(PARTITIONS as u64) as i32;
        self.asked = Asked::Fetch(index, cx.history.committed_offset(FIRST + index));
        let request = OffsetFetchRequest {
            groups: vec![OffsetFetchRequestGroup {
                group_id: GROUP.into(),
                topics: Some(vec![OffsetFetchRequestTopics {
                    name: TOPIC.into(),
                    partition_indexes: vec![index],
                    ..OffsetFetchRequestTopics::default()
                }]),
                ..OffsetFetchRequestGroup::default()
            }],
            ..OffsetFetchRequest::default()
        };
        call(cx, FETCH, &request)
    }

    fn steady(&mut self, cx: &mut Cx<'_>) -> Ask {
        if cx.is_healed {
            return match (self.has_fetched, self.owned.is_empty()) {
                (false, _) => self.fetch(cx),
                (true, false) if !self.has_committed => self.commit(cx),
                _ => self.heartbeat(cx),
            };
        }
        match cx.chance.below(30) {
            0..=7 if !self.owned.is_empty() => self.commit(cx),
            8..=11 => self.fetch(cx),
            28..=29 => self.leave(cx),
            _ => self.heartbeat(cx),
        }
    }

    fn on_group_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.state {
            State::Find => {
                let response = answer::<FindCoordinatorResponse<'_>>(body, FIND, cx);
                match response.map(|response| response.error_code) {
                    Some(ErrorCode::NONE) => self.begin_anew(cx),
                    _ => self.waits = true,
                }
            }
            State::Join => self.on_joined(body, cx),
            State::Sync(_) => self.on_synced(body, cx),
            State::Steady => {}
        }
    }

    fn on_joined(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<JoinGroupResponse<'_>>(body, JOIN, cx) else {
            return;
        };
        match response.error_code {
            ErrorCode::NONE => {
                self.id = response.member_id.to_string();
                self.epoch = response.generation_id;
                let members = response.members.iter();
                let ids: Vec<String> = members.map(|member| member.member_id.to_string()).collect();
                self.state = State::Sync(shares(ids));
            }
            ErrorCode::MEMBER_ID_REQUIRED => self.id = response.member_id.to_string(),
            error => self.on_error(error, cx),
        }
    }

    fn on_synced(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<SyncGroupResponse<'_>>(body, SYNC, cx) else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        let Some(owned) = read_given(&response.assignment) else {
            let what = format!("an assignment of {:?}", response.assignment);
            return cx.history.violate("answers_can_be_read", what);
        };
        let loses = self.owned.iter().any(|index| !owned.contains(index));
        self.own(owned, cx);
        // A cooperative member joins again once it has given up what it lost.
        self.state = if loses { State::Join } else { State::Steady };
    }

    fn on_heartbeat(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        if self.speaks == Speaks::Consumer {
            return self.on_beat(body, cx);
        }
        let response = answer::<HeartbeatResponse>(body, HEARTBEAT, cx);
        match response.map(|response| response.error_code) {
            Some(ErrorCode::NONE) => {
                self.is_confirmed(cx);
                self.waits = true;
            }
            Some(error) => self.on_error(error, cx),
            None => {}
        }
    }

    fn on_beat(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ConsumerGroupHeartbeatResponse<'_>>(body, BEAT, cx) else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        let same_epoch = self.epoch == response.member_epoch;
        self.is_unsure = false;
        self.epoch = response.member_epoch;
        self.state = State::Steady;
        match response.assignment {
            Some(assignment) => {
                let topics = assignment.topic_partitions;
                self.topic = topics.first().map_or(self.topic, |topic| topic.topic_id);
                let owned = topics.into_iter().flat_map(|topic| topic.partitions);
                self.own(owned.collect(), cx);
            }
            None if same_epoch => self.is_confirmed(cx),
            None => {}
        }
        self.waits = true;
    }

    fn on_left(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let error = match self.speaks {
            Speaks::Consumer => answer::<ConsumerGroupHeartbeatResponse<'_>>(body, BEAT, cx)
                .map(|response| response.error_code),
            _ => answer::<LeaveGroupResponse<'_>>(body, LEAVE, cx).map(|r| r.error_code),
        };
        match error {
            Some(ErrorCode::NONE) => self.begin_anew(cx),
            Some(error) => self.on_error(error, cx),
            None => {}
        }
    }

    fn on_committed(&mut self, body: &[u8], index: i32, offset: i64, cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetCommitResponse<'_>>(body, COMMIT, cx) else {
            return;
        };
        match response.topics[0].partitions[0].error_code {
            ErrorCode::NONE => {
                let asked = self.asked_at;
                cx.history.mixed.commits(self.number, index, asked);
                cx.history.committed(FIRST + index, offset);
                self.has_committed |= cx.is_healed;
            }
            // It learns its epoch with the next heartbeat.
            ErrorCode::STALE_MEMBER_EPOCH => self.waits = true,
            error => self.on_error(error, cx),
        }
    }

    fn on_fetched(&mut self, body: &[u8], index: i32, floor: i64, cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetFetchResponse<'_>>(body, FETCH, cx) else {
            return;
        };
        for group in &response.groups {
            if !group.error_code.is_none() {
                return self.on_error(group.error_code, cx);
            }
            for partition in group.topics.iter().flat_map(|topic| &topic.partitions) {
                if !partition.error_code.is_none() {
                    return self.on_error(partition.error_code, cx);
                }
                let offset = partition.committed_offset;
                cx.history.fetched_commit(FIRST + index, floor, offset);
            }
        }
        self.has_fetched |= cx.is_healed;
    }
}

/// The bytes of one message of the embedded protocol.
fn embedded<'a>(message: &impl Message<'a>) -> Vec<u8> {
    let mut bytes = EMBEDDED.to_be_bytes().to_vec();
    let body = message.to_bytes(EMBEDDED);
    bytes.extend(body.expect("what a role says can be written"));
    bytes
}

/// What the leader gives to each member: the partitions in turn.
fn shares(members: Vec<String>) -> Vec<(String, Vec<u8>)> {
    let count = members.len();
    let shares = members.into_iter().enumerate().map(|(place, member)| {
        let indexes = 0..PARTITIONS;
        let given = AssignedTopic {
            topic: TOPIC.into(),
            partitions: indexes
                .filter(|index| *index as usize % count == place)
                .collect(),
        };
        let assignment = ConsumerProtocolAssignment {
            assigned_partitions: vec![given],
            ..ConsumerProtocolAssignment::default()
        };
        (member, embedded(&assignment))
    });
    shares.collect()
}

fn read_given(bytes: &[u8]) -> Option<Vec<i32>> {
    if bytes.is_empty() {
        return Some(Vec::new());
    }
    let (version, body) = bytes.split_first_chunk::<2>()?;
    let version = i16::from_be_bytes(*version);
    let read = ConsumerProtocolAssignment::decode(&mut Reader::new(body), version).ok()?;
    let topics = read.assigned_partitions.into_iter();
    Some(topics.flat_map(|topic| topic.partitions).collect())
}

impl Role for MixedMember {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        self.asked = Asked::Group;
        self.asked_at = cx.history.mixed.asks();
        match self.state.clone() {
            State::Find => {
                let request = FindCoordinatorRequest {
                    key: GROUP.into(),
                    ..FindCoordinatorRequest::default()
                };
                call(cx, FIND, &request)
            }
            State::Join if self.speaks == Speaks::Consumer => self.heartbeat(cx),
            State::Join => self.join(cx),
            State::Sync(assignments) => self.sync(&assignments, cx),
            State::Steady => self.steady(cx),
        }
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked {
            Asked::Group => self.on_group_answer(body, cx),
            Asked::Heartbeat => self.on_heartbeat(body, cx),
            Asked::Leave => self.on_left(body, cx),
            Asked::Commit(index, offset) => self.on_committed(body, index, offset, cx),
            Asked::Fetch(index, floor) => self.on_fetched(body, index, floor, cx),
        }
    }

    /// Whether a leave whose answer is lost has happened, the next heartbeat will tell.
    fn on_lost(&mut self, was_asked: bool, _cx: &mut Cx<'_>) {
        self.is_unsure |= was_asked;
    }

    /// What it had it does not know any more; the history finds out when somebody else is given it.
    fn restart(&mut self) {
        *self = Self::new(self.number);
    }

    /// Of three members one may have nothing to commit.
    fn is_done(&self) -> bool {
        let has_settled = self.heard >= 3;
        self.has_fetched && (self.has_committed || self.owned.is_empty() && has_settled)
    }
}
