//! A member of a streams group (KIP-1071): runs the tasks that it is given, gives up what is taken back, leaves, or ends and
//! begins anew while its last heartbeats still come.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::ErrorCode;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::streams_group_describe_request::StreamsGroupDescribeRequest;
use protocol::streams_group_describe_response::StreamsGroupDescribeResponse;
use protocol::streams_group_heartbeat_request::{
    CopartitionGroup, StreamsGroupHeartbeatRequest, Subtopology, TaskIds, TopicInfo, Topology,
};
use protocol::streams_group_heartbeat_response::{self as told, StreamsGroupHeartbeatResponse};

use super::{Ask, Cx, Role, answer, call};
use crate::streams_history::{Task, Told};

const GROUP: &str = "streamers";
const TOPIC: &str = "synced";
const AGAIN: &str = "streamers-again";
const STORE: &str = "streamers-store";
/// Two subtopologies of two partitions each.
const TASKS: usize = 4;
const TOPOLOGY_EPOCH: i32 = 1;
const FIND: i16 = 2;
const HEARTBEAT: i16 = 1;
const DESCRIBE: i16 = 1;
const JOINS: i32 = 0;
const LEAVES: i32 = -1;

#[derive(Clone, Copy, Debug)]
enum Asked {
    Group,
    /// When it was sent.
    Heartbeat(Duration),
    Leave,
    Zombie,
    Describe,
}

/// One member.
#[derive(Debug)]
pub(crate) struct StreamsMember {
    asked: Asked,
    has_found: bool,
    number: usize,
    incarnation: u32,
    id: String,
    process: String,
    epoch: i32,
    active: BTreeSet<Task>,
    standby: BTreeSet<Task>,
    /// The id and epoch that its process had before it ended.
    zombie: Option<(String, i32)>,
    waits: bool,
    is_done: bool,
}

impl StreamsMember {
    pub(crate) fn new(number: usize) -> Self {
        let mut member = Self {
            asked: Asked::Group,
            has_found: false,
            number,
            incarnation: 0,
            id: String::new(),
            process: String::new(),
            epoch: JOINS,
            active: BTreeSet::new(),
            standby: BTreeSet::new(),
            zombie: None,
            waits: false,
            is_done: false,
        };
        member.name();
        member
    }

    /// The first two members are threads of one process, as long as both live.
    fn name(&mut self) {
        self.id = format!("streamer-{}-{}", self.number, self.incarnation);
        self.process = match self.incarnation {
            0 => format!("process-{}", self.number.max(1)),
            _ => format!("process-{}-{}", self.number, self.incarnation),
        };
    }

    fn begin_anew(&mut self, cx: &mut Cx<'_>) {
        self.epoch = JOINS;
        self.active.clear();
        self.standby.clear();
        cx.history.streams.joins(&self.id);
    }

    /// The process ends, and another one takes its place.
    fn forget_all(&mut self) {
        if self.epoch > JOINS {
            self.zombie = Some((self.id.clone(), self.epoch));
        }
        self.incarnation += 1;
        self.name();
        self.epoch = JOINS;
        self.active.clear();
        self.standby.clear();
    }

    fn on_error(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        self.waits = true;
        cx.heed(error);
        match error {
            ErrorCode::UNKNOWN_MEMBER_ID
            | ErrorCode::FENCED_MEMBER_EPOCH
            | ErrorCode::GROUP_ID_NOT_FOUND => self.begin_anew(cx),
            ErrorCode::STREAMS_INVALID_TOPOLOGY | ErrorCode::INVALID_REQUEST => {
                let what = format!("{} is refused: {error:?}", self.id);
                cx.history.violate("a_valid_topology_is_accepted", what);
            }
            _ => {}
        }
    }

    fn heartbeat(&mut self, cx: &mut Cx<'_>) -> Ask {
        self.asked = Asked::Heartbeat(cx.now.mono);
        let joins = self.epoch == JOINS;
        if joins {
            cx.history.streams.joins(&self.id);
        }
        cx.history.streams.gives_up(&self.id, &self.active);
        let request = StreamsGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: self.epoch,
            rebalance_timeout_ms: if joins { 4_000 } else { -1 },
            topology: joins.then(topology),
            active_tasks: Some(task_ids(&self.active)),
            standby_tasks: Some(task_ids(&self.standby)),
            warmup_tasks: Some(Vec::new()),
            process_id: joins.then(|| self.process.as_str().into()),
            client_tags: joins.then(Vec::new),
            ..StreamsGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    fn leave(&mut self, cx: &mut Cx<'_>) -> Ask {
        self.asked = Asked::Leave;
        cx.history.streams.gives_up(&self.id, &BTreeSet::new());
        let request = StreamsGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: self.id.as_str().into(),
            member_epoch: LEAVES,
            ..StreamsGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    /// A heartbeat of a process that has ended: it has no tasks, whatever the coordinator thinks.
    fn haunt(&mut self, (id, epoch): (String, i32), cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Zombie;
        let request = StreamsGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: id.into(),
            member_epoch: epoch,
            ..StreamsGroupHeartbeatRequest::default()
        };
        call(cx, HEARTBEAT, &request)
    }

    fn describe(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::Describe;
        let request = StreamsGroupDescribeRequest {
            group_ids: vec![GROUP.into()],
            ..StreamsGroupDescribeRequest::default()
        };
        call(cx, DESCRIBE, &request)
    }

    fn steady(&mut self, cx: &mut Cx<'_>) -> Ask {
        if cx.is_healed {
            return self.heartbeat(cx);
        }
        match cx.chance.below(40) {
            0 => self.leave(cx),
            1 => {
                cx.history.streams.gives_up(&self.id, &BTreeSet::new());
                self.forget_all();
                self.heartbeat(cx)
            }
            2..=4 => self.describe(cx),
            5..=12 if self.zombie.is_some() => {
                let zombie = self
                    .zombie
                    .take_if(|_| cx.chance.one_in(4))
                    .or(self.zombie.clone());
                self.haunt(zombie.unwrap_or_default(), cx)
            }
            _ => self.heartbeat(cx),
        }
    }

    fn on_heartbeat(&mut self, body: &[u8], asked: Duration, cx: &mut Cx<'_>) {
        let response = answer::<StreamsGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
        let Some(response) = response else {
            return;
        };
        self.waits = true;
        if !response.error_code.is_none() {
            return self.on_error(response.error_code, cx);
        }
        self.epoch = response.member_epoch;
        if let Some(active) = &response.active_tasks {
            self.active = tasks(active);
        }
        if let Some(standby) = &response.standby_tasks {
            self.standby = tasks(standby);
        }
        let told = Told {
            member: &self.id,
            process: &self.process,
            epoch: self.epoch,
            asked,
            now: cx.now.mono,
        };
        let complaint = cx.history.streams.told(told, &self.active);
        cx.history.complain(complaint);
        self.is_done |= cx.is_healed && cx.history.streams.held_tasks(cx.now.mono) == TASKS;
    }

    fn on_described(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let response = answer::<StreamsGroupDescribeResponse<'_>>(body, DESCRIBE, cx);
        let Some(response) = response else {
            return;
        };
        for group in response.groups {
            if let Some(topology) = group.topology.filter(|_| group.error_code.is_none()) {
                let complaint = cx.history.streams.saw_topology(topology.epoch);
                cx.history.complain(complaint);
            }
        }
    }
}

/// Records are written to a repartition topic, and from there into a store.
fn topology() -> Topology<'static> {
    let internal = |name: &'static str| TopicInfo {
        name: name.into(),
        ..TopicInfo::default()
    };
    let first = Subtopology {
        subtopology_id: "0".into(),
        source_topics: vec![TOPIC.into()],
        repartition_sink_topics: vec![AGAIN.into()],
        ..Subtopology::default()
    };
    let second = Subtopology {
        subtopology_id: "1".into(),
        repartition_source_topics: vec![internal(AGAIN)],
        state_changelog_topics: vec![internal(STORE)],
        copartition_groups: vec![CopartitionGroup {
            repartition_source_topics: vec![0],
            ..CopartitionGroup::default()
        }],
        ..Subtopology::default()
    };
    Topology {
        epoch: TOPOLOGY_EPOCH,
        subtopologies: vec![first, second],
        ..Topology::default()
    }
}

fn task_ids(tasks: &BTreeSet<Task>) -> Vec<TaskIds<'static>> {
    let mut ids: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for (subtopology, partition) in tasks {
        ids.entry(subtopology).or_default().push(*partition);
    }
    let ids = ids.into_iter().map(|(subtopology, partitions)| TaskIds {
        subtopology_id: subtopology.to_owned().into(),
        partitions,
        ..TaskIds::default()
    });
    ids.collect()
}

fn tasks(ids: &[told::TaskIds<'_>]) -> BTreeSet<Task> {
    let tasks = ids.iter().flat_map(|ids| {
        let partitions = ids.partitions.iter();
        partitions.map(|partition| (ids.subtopology_id.to_string(), *partition))
    });
    tasks.collect()
}

impl Role for StreamsMember {
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
            Asked::Heartbeat(asked) => self.on_heartbeat(body, asked, cx),
            Asked::Leave => {
                let response = answer::<StreamsGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
                match response.map(|response| response.error_code) {
                    Some(ErrorCode::NONE) => self.begin_anew(cx),
                    Some(error) => self.on_error(error, cx),
                    None => {}
                }
            }
            Asked::Zombie => {
                answer::<StreamsGroupHeartbeatResponse<'_>>(body, HEARTBEAT, cx);
            }
            Asked::Describe => self.on_described(body, cx),
        }
    }

    /// The next heartbeat says the same once more; whether a leave has happened, it will tell.
    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {}

    fn restart(&mut self) {
        self.forget_all();
        self.has_found = false;
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
