//! A member of the consumer group: joins, gets partitions, commits offsets, leaves.

use std::borrow::Cow;
use std::time::Duration;

use model::ErrorCode;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::join_group_response::JoinGroupResponse;
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};
use protocol::offset_fetch_response::OffsetFetchResponse;
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};
use protocol::sync_group_response::SyncGroupResponse;

use super::{Ask, Cx, Role, answer, call};

const GROUP: &str = "group";
/// The group's offsets are of this topic, whose partitions it shares out.
const TOPIC: &str = "synced";
/// Partitions that the group shares out; offsets can be committed for partitions that do not exist yet.
const SHARED: i32 = 2;
const FIND: i16 = 2;
const JOIN: i16 = 5;
const SYNC: i16 = 3;
const HEARTBEAT: i16 = 3;
const LEAVE: i16 = 3;
const COMMIT: i16 = 7;
const FETCH: i16 = 5;

#[derive(Clone, Debug)]
enum State {
    Find,
    Join,
    /// The assignments that the leader hands in.
    Sync(Vec<(String, Vec<u8>)>),
    Steady,
}

#[derive(Clone, Debug)]
enum Asked {
    Group,
    Heartbeat,
    Leave,
    Commit(i32, i64),
    /// The offset that was acknowledged for each partition when the fetch was sent.
    Fetch(Vec<i64>),
}

/// One member.
#[derive(Debug)]
pub(crate) struct Member {
    state: State,
    asked: Asked,
    id: String,
    generation: i32,
    owned: Vec<i32>,
    waits: bool,
    /// What the group has committed is asked for before anything else, as by a client that has just begun.
    knows_offsets: bool,
    has_committed: bool,
    has_fetched: bool,
}

impl Member {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Find,
            asked: Asked::Group,
            id: String::new(),
            generation: -1,
            owned: Vec::new(),
            waits: false,
            knows_offsets: false,
            has_committed: false,
            has_fetched: false,
        }
    }

    fn on_error(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        self.waits = true;
        cx.heed(error);
        match error {
            ErrorCode::UNKNOWN_MEMBER_ID | ErrorCode::FENCED_INSTANCE_ID => {
                self.id.clear();
                self.state = State::Join;
            }
            ErrorCode::REBALANCE_IN_PROGRESS | ErrorCode::ILLEGAL_GENERATION => {
                self.state = State::Join;
            }
            _ => {}
        }
    }

    fn join(&self, cx: &Cx<'_>) -> Ask {
        let request = JoinGroupRequest {
            group_id: GROUP.into(),
            session_timeout_ms: 6_000,
            rebalance_timeout_ms: 4_000,
            member_id: self.id.as_str().into(),
            protocol_type: "sim".into(),
            protocols: vec![JoinGroupRequestProtocol {
                name: "range".into(),
                metadata: Cow::Borrowed(b"all"),
                ..JoinGroupRequestProtocol::default()
            }],
            ..JoinGroupRequest::default()
        };
        call(cx, JOIN, &request)
    }

    fn sync(&self, assignments: &[(String, Vec<u8>)], cx: &Cx<'_>) -> Ask {
        let assignment = |(member, partitions): &(String, Vec<u8>)| SyncGroupRequestAssignment {
            member_id: member.clone().into(),
            assignment: Cow::Owned(partitions.clone()),
            ..SyncGroupRequestAssignment::default()
        };
        let request = SyncGroupRequest {
            group_id: GROUP.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            assignments: assignments.iter().map(assignment).collect(),
            ..SyncGroupRequest::default()
        };
        call(cx, SYNC, &request)
    }

    fn steady(&mut self, cx: &mut Cx<'_>) -> Ask {
        let choice = match cx.is_healed {
            true if self.has_fetched && self.has_committed => 0,
            true if self.has_fetched && !self.owned.is_empty() => 5,
            true => {
                // A member without partitions has nothing to commit.
                self.has_committed |= self.owned.is_empty();
                8
            }
            false => cx.chance.below(30),
        };
        match choice {
            _ if !self.knows_offsets => self.fetch(cx),
            5..=7 | 10..=16 if !self.owned.is_empty() => self.commit(cx),
            8 | 17..=24 => self.fetch(cx),
            29 if !cx.is_healed => self.leave(cx),
            _ => self.heartbeat(cx),
        }
    }

    fn heartbeat(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Heartbeat;
        let request = HeartbeatRequest {
            group_id: GROUP.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            ..HeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Leave;
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
        let offset = cx.history.next_commit(index);
        self.asked = Asked::Commit(index, offset);
        let request = OffsetCommitRequest {
            group_id: GROUP.into(),
            generation_id_or_member_epoch: self.generation,
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

    fn fetch(&mut self, cx: &Cx<'_>) -> Ask {
        let floors = (0..SHARED).map(|index| cx.history.committed_offset(index));
        self.asked = Asked::Fetch(floors.collect());
        let request = OffsetFetchRequest {
            group_id: GROUP.into(),
            topics: Some(vec![OffsetFetchRequestTopic {
                name: TOPIC.into(),
                partition_indexes: (0..SHARED).collect(),
                ..OffsetFetchRequestTopic::default()
            }]),
            ..OffsetFetchRequest::default()
        };
        call(cx, FETCH, &request)
    }

    fn on_group_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.state.clone() {
            State::Find => {
                let response = answer::<FindCoordinatorResponse<'_>>(body, FIND, cx);
                match response.map(|response| response.error_code) {
                    Some(ErrorCode::NONE) => self.state = State::Join,
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
                self.generation = response.generation_id;
                let mut shares: Vec<(String, Vec<u8>)> = (response.members.iter())
                    .map(|member| (member.member_id.to_string(), Vec::new()))
                    .collect();
                for index in 0..SHARED as usize {
                    let count = shares.len().max(1);
                    if let Some((_, share)) = shares.get_mut(index % count) {
                        share.push(index as u8);
                    }
                }
                self.state = State::Sync(shares);
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
        self.owned = response
            .assignment
            .iter()
            .map(|index| i32::from(*index))
            .collect();
        for index in &self.owned {
            cx.history.owns(self.generation, *index, &self.id);
        }
        self.state = State::Steady;
    }

    fn on_committed(&mut self, body: &[u8], index: i32, offset: i64, cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetCommitResponse<'_>>(body, COMMIT, cx) else {
            return;
        };
        match response.topics[0].partitions[0].error_code {
            ErrorCode::NONE => {
                cx.history.committed(index, offset);
                self.has_committed |= cx.is_healed;
            }
            error => self.on_error(error, cx),
        }
    }

    fn on_fetched(&mut self, body: &[u8], floors: &[i64], cx: &mut Cx<'_>) {
        let Some(response) = answer::<OffsetFetchResponse<'_>>(body, FETCH, cx) else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        for partition in response.topics.iter().flat_map(|topic| &topic.partitions) {
            let index = partition.partition_index;
            if !partition.error_code.is_none() {
                return self.on_error(partition.error_code, cx);
            }
            cx.history
                .fetched_commit(index, floors[index as usize], partition.committed_offset);
        }
        self.knows_offsets = true;
        self.has_fetched |= cx.is_healed;
    }
}

impl Role for Member {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        self.asked = Asked::Group;
        match self.state.clone() {
            State::Find => {
                let key = GROUP.into();
                call(
                    cx,
                    FIND,
                    &FindCoordinatorRequest {
                        key,
                        ..FindCoordinatorRequest::default()
                    },
                )
            }
            State::Join => self.join(cx),
            State::Sync(assignments) => self.sync(&assignments, cx),
            State::Steady => self.steady(cx),
        }
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked.clone() {
            Asked::Group => self.on_group_answer(body, cx),
            Asked::Heartbeat => {
                if let Some(response) = answer::<HeartbeatResponse>(body, HEARTBEAT, cx)
                    && !response.error_code.is_none()
                {
                    self.on_error(response.error_code, cx);
                }
            }
            Asked::Leave => {
                self.id.clear();
                self.state = State::Join;
            }
            Asked::Commit(index, offset) => self.on_committed(body, index, offset, cx),
            Asked::Fetch(floors) => self.on_fetched(body, &floors, cx),
        }
    }

    fn on_lost(&mut self, was_asked: bool, _cx: &mut Cx<'_>) {
        if was_asked && matches!(self.asked, Asked::Leave) {
            self.id.clear();
            self.state = State::Join;
        }
    }

    fn restart(&mut self) {
        *self = Self::new();
    }

    fn is_done(&self) -> bool {
        self.has_committed && self.has_fetched
    }
}
