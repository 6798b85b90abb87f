//! A member of a group of the consumer protocol (KIP-848): has what the coordinator gives it, gives up
//! what that takes back, commits offsets, leaves.

use std::time::Duration;

use model::{ErrorCode, TopicId};
use protocol::consumer_group_heartbeat_request::{ConsumerGroupHeartbeatRequest, TopicPartitions};
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::offset_fetch_request::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use protocol::offset_fetch_response::OffsetFetchResponse;

use super::{Ask, Cx, Role, answer, call};

const GROUP: &str = "epochs";
const TOPIC: &str = "synced";
/// Names the same topic.
const EXPRESSION: &str = "[r-t]ync(ed|t)";
/// In the history the partitions of this group come after those of the other one.
const FIRST: i32 = 1_000;
const FIND: i16 = 2;
const HEARTBEAT: i16 = 1;
const COMMIT: i16 = 9;
const FETCH: i16 = 8;
const JOINS: i32 = 0;
const LEAVES: i32 = -1;

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
pub(crate) struct EpochMember {
    asked: Asked,
    has_found: bool,
    /// Whether it subscribes by an expression, which is looked up aside.
    by_expression: bool,
    id: String,
    epoch: i32,
    topic: TopicId,
    owned: Vec<i32>,
    waits: bool,
    has_committed: bool,
    has_fetched: bool,
    heard: u32,
}

impl EpochMember {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            asked: Asked::Group,
            has_found: false,
            by_expression: number.is_multiple_of(2),
            id: format!("member-{number}"),
            epoch: JOINS,
            topic: TopicId::ZERO,
            owned: Vec::new(),
            waits: false,
            has_committed: false,
            has_fetched: false,
            heard: 0,
        }
    }

    fn on_error(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        self.waits = true;
        cx.heed(error);
        let is_out = [
            ErrorCode::UNKNOWN_MEMBER_ID,
            ErrorCode::FENCED_MEMBER_EPOCH,
            ErrorCode::GROUP_ID_NOT_FOUND,
        ];
        if is_out.contains(&error) {
            self.begin_anew();
        }
    }

    fn begin_anew(&mut self) {
        self.epoch = JOINS;
        self.owned.clear();
    }

    fn heartbeat(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Heartbeat;
        let joins = self.epoch == JOINS;
        let owned = TopicPartitions {
            topic_id: self.topic,
            partitions: self.owned.clone(),
            ..TopicPartitions::default()
        };
        let owned = Some(owned).filter(|owned| !owned.partitions.is_empty());
        let request = ConsumerGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: self.epoch,
            rebalance_timeout_ms: if joins { 4_000 } else { -1 },
            subscribed_topic_names: joins.then(|| match self.by_expression {
                true => Vec::new(),
                false => vec![TOPIC.into()],
            }),
            subscribed_topic_regex: (joins && self.by_expression).then(|| EXPRESSION.into()),
            topic_partitions: Some(owned.into_iter().collect()),
            ..ConsumerGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Leave;
        let request = ConsumerGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: LEAVES,
            ..ConsumerGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
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
        let index = cx.chance.below(2) as i32;
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
                // Others may have all partitions; what it owns comes with a heartbeat.
                _ => self.heartbeat(cx),
            };
        }
        match cx.chance.below(30) {
            0..=7 if !self.owned.is_empty() => self.commit(cx),
            8..=12 => self.fetch(cx),
            29 => self.leave(cx),
            _ => self.heartbeat(cx),
        }
    }

    fn on_heartbeat(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ConsumerGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx)
        else {
            return;
        };
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        self.epoch = response.member_epoch;
        if let Some(assignment) = response.assignment {
            self.owned.clear();
            for topic in assignment.topic_partitions {
                self.topic = topic.topic_id;
                self.owned.extend(topic.partitions);
            }
        }
        for index in &self.owned {
            cx.history.owns(self.epoch, FIRST + *index, &self.id);
        }
        self.heard += u32::from(cx.is_healed);
        self.waits = true;
    }

    fn on_left(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let response = answer::<ConsumerGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
        match response.map(|response| response.error_code) {
            Some(ErrorCode::NONE) => self.begin_anew(),
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
                cx.history.committed(FIRST + index, offset);
                self.has_committed |= cx.is_healed;
            }
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

impl Role for EpochMember {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.has_found && self.epoch == JOINS {
            return self.heartbeat(cx);
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
        match self.asked {
            Asked::Group => {
                let response = answer::<FindCoordinatorResponse<'_>>(body, FIND, cx);
                let error = response.map(|response| response.error_code);
                self.has_found = error == Some(ErrorCode::NONE);
                self.waits = !self.has_found;
            }
            Asked::Heartbeat => self.on_heartbeat(body, cx),
            Asked::Leave => self.on_left(body, cx),
            Asked::Commit(index, offset) => self.on_committed(body, index, offset, cx),
            Asked::Fetch(index, floor) => self.on_fetched(body, index, floor, cx),
        }
    }

    /// Whether a leave whose answer is lost has happened, the next heartbeat will tell.
    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {}

    /// It comes back under its id.
    fn restart(&mut self) {
        *self = Self {
            id: std::mem::take(&mut self.id),
            by_expression: self.by_expression,
            ..Self::new(0)
        };
    }

    /// Two partitions are shared out, so one of three members may have nothing to commit; a member that
    /// has partitions has committed, and a group that has settled gives each of them to somebody.
    fn is_done(&self) -> bool {
        let has_settled = self.heard >= 3;
        self.has_fetched && (self.has_committed || self.owned.is_empty() && has_settled)
    }
}
