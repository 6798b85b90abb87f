//! A member of a classic group: it joins, heartbeats on a thread of its own, commits, and leaves.
//!
//! ```text
//!             join, sync                REBALANCE_IN_PROGRESS
//!   Outside -------------> Member ----------------------------> Outside (member id kept)
//!                            |   UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION
//!                            +----------------------------------> Outside (partitions lost)
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use model::{BrokerId, ErrorCode};
use parking_lot::{Condvar, Mutex};
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::join_group_response::JoinGroupResponse;
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};

use super::assignor::{self, Member, RANGE};
use super::{GroupConfig, Position};
use crate::client::check;
use crate::retry::Attempts;
use crate::{Client, ClientError, Target, TopicPartition};

/// What the members of a consumer group are.
const PROTOCOL_TYPE: &str = "consumer";
/// What a broker may take for a join beyond the rebalance time-out.
const JOIN_GRACE: Duration = Duration::from_secs(5);
/// OffsetCommit with topics by name.
const COMMIT_VERSIONS: RangeInclusive<i16> = 2..=9;
/// LeaveGroup of named members (KIP-345).
const LEAVE_VERSIONS: RangeInclusive<i16> = 3..=i16::MAX;

/// Called when the member must join anew.
pub(crate) type OnRejoin = Box<dyn Fn() + Send>;

/// One member.
pub(crate) struct Membership {
    shared: Arc<Shared>,
    heartbeats: Option<JoinHandle<()>>,
}

struct Shared {
    client: Client,
    config: GroupConfig,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Debug, Default)]
struct State {
    phase: Phase,
    coordinator: Option<BrokerId>,
    member_id: String,
    generation: i32,
}

#[derive(Clone, Debug, Default)]
enum Phase {
    /// It must join. The partitions are its own still, unless `is_lost`.
    #[default]
    Outside,
    /// It has partitions.
    Member,
    /// Another took its place, or the coordinator refuses it.
    Failed(ClientError),
    /// It has left.
    Closed,
}

impl Membership {
    /// A member that has not joined; `on_rejoin` is called when it must join again.
    pub(crate) fn new(client: Client, config: GroupConfig, on_rejoin: OnRejoin) -> Self {
        let shared = Arc::new(Shared {
            client,
            config,
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let beating = Arc::clone(&shared);
        let heartbeats = std::thread::Builder::new()
            .name("heartbeat".to_owned())
            .spawn(move || beating.beat(&on_rejoin))
            .expect("the system has a thread for heartbeats");
        Self {
            shared,
            heartbeats: Some(heartbeats),
        }
    }

    /// Whether it must join before it may go on reading.
    ///
    /// # Errors
    /// When it cannot be a member any more.
    pub(crate) fn must_join(&self) -> Result<bool, ClientError> {
        match &self.shared.state.lock().phase {
            Phase::Failed(error) => Err(error.clone()),
            Phase::Outside => Ok(true),
            Phase::Member | Phase::Closed => Ok(false),
        }
    }

    /// Joins, and waits for the partitions that it gets: as long as the others take to join, at most the
    /// rebalance time-out.
    ///
    /// # Errors
    /// When the coordinator refuses, or cannot be reached until then.
    pub(crate) fn join(
        &self,
        topics: &BTreeSet<String>,
    ) -> Result<BTreeSet<TopicPartition>, ClientError> {
        let mut attempts = Attempts::within(self.shared.config.rebalance_timeout);
        loop {
            let error = match self.shared.join_once(topics) {
                Ok(partitions) => return Ok(partitions),
                Err(error) => error,
            };
            let may_pass = self.shared.on_error(&error) || error.is_retriable();
            let is_at_once = error.code() == Some(ErrorCode::MEMBER_ID_REQUIRED);
            if !may_pass || !(is_at_once || attempts.wait()) {
                return Err(error);
            }
        }
    }

    /// Commits offsets. Refused, when the group has moved on.
    ///
    /// # Errors
    /// The coordinator's refusal, or as [`Client::send`], after retries.
    pub(crate) fn commit(
        &self,
        offsets: &BTreeMap<TopicPartition, Position>,
    ) -> Result<(), ClientError> {
        if offsets.is_empty() {
            return Ok(());
        }
        let state = self.shared.state.lock().clone();
        let result = self.shared.client.retrying(|| {
            let coordinator = self.shared.client.coordinator(&self.shared.config.group)?;
            self.shared.commit_once(coordinator, &state, offsets)
        });
        result.inspect_err(|error| {
            self.shared.on_error(error);
        })
    }

    /// Leaves, so that the others need not wait for the session to end. A static member stays.
    pub(crate) fn leave(&mut self) {
        let before = {
            let mut state = self.shared.state.lock();
            let before = state.clone();
            state.phase = Phase::Closed;
            self.shared.changed.notify_all();
            before
        };
        if let Some(heartbeats) = self.heartbeats.take() {
            // A thread that panicked has said so itself.
            let _ = heartbeats.join();
        }
        let is_static = self.shared.config.instance_id.is_some();
        if let (Some(coordinator), false, false) =
            (before.coordinator, before.member_id.is_empty(), is_static)
        {
            // Left or not, the session ends.
            let _ = self.shared.leave_once(coordinator, &before);
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        if self.heartbeats.is_some() {
            self.leave();
        }
    }
}

impl Shared {
    /// Takes note of an error; true when joining again mends it.
    fn on_error(&self, error: &ClientError) -> bool {
        let mut state = self.state.lock();
        match error.code() {
            Some(ErrorCode::REBALANCE_IN_PROGRESS | ErrorCode::MEMBER_ID_REQUIRED) => {}
            Some(ErrorCode::ILLEGAL_GENERATION) => state.generation = -1,
            Some(ErrorCode::UNKNOWN_MEMBER_ID) => {
                state.generation = -1;
                state.member_id.clear();
            }
            Some(ErrorCode::NOT_COORDINATOR | ErrorCode::COORDINATOR_NOT_AVAILABLE) => {
                state.coordinator = None;
                return true;
            }
            Some(ErrorCode::FENCED_INSTANCE_ID | ErrorCode::GROUP_AUTHORIZATION_FAILED) => {
                state.phase = Phase::Failed(error.clone());
                return false;
            }
            Some(_) => return false,
            None => {
                state.coordinator = None;
                return false;
            }
        }
        if matches!(state.phase, Phase::Member) {
            state.phase = Phase::Outside;
        }
        true
    }

    fn coordinator(&self) -> Result<BrokerId, ClientError> {
        if let Some(known) = self.state.lock().coordinator {
            return Ok(known);
        }
        let found = self.client.coordinator(&self.config.group)?;
        self.state.lock().coordinator = Some(found);
        Ok(found)
    }

    fn join_once(
        &self,
        topics: &BTreeSet<String>,
    ) -> Result<BTreeSet<TopicPartition>, ClientError> {
        let coordinator = self.coordinator()?;
        let config = &self.config;
        let member_id = self.state.lock().member_id.clone();
        let request = JoinGroupRequest {
            group_id: (&config.group).into(),
            session_timeout_ms: millis(config.session_timeout),
            rebalance_timeout_ms: millis(config.rebalance_timeout),
            member_id: member_id.into(),
            group_instance_id: config.instance_id.as_deref().map(Into::into),
            protocol_type: PROTOCOL_TYPE.into(),
            protocols: vec![JoinGroupRequestProtocol {
                name: RANGE.into(),
                metadata: assignor::subscription_bytes(topics)?.into(),
                ..JoinGroupRequestProtocol::default()
            }],
            ..JoinGroupRequest::default()
        };
        let timeout = config.rebalance_timeout + JOIN_GRACE;
        let target = Target::Broker(coordinator);
        let answer = self
            .client
            .send_within(target, 0..=i16::MAX, timeout, &request)?;
        let joined = answer.message()?;
        if joined.error_code == ErrorCode::MEMBER_ID_REQUIRED {
            self.state.lock().member_id = joined.member_id.to_string();
        }
        self.check("join", joined.error_code)?;
        let state = State {
            phase: Phase::Outside,
            coordinator: Some(coordinator),
            member_id: joined.member_id.to_string(),
            generation: joined.generation_id,
        };
        *self.state.lock() = state.clone();
        let partitions = self.sync_once(coordinator, &state, &joined)?;
        self.state.lock().phase = Phase::Member;
        self.changed.notify_all();
        Ok(partitions)
    }

    fn sync_once(
        &self,
        coordinator: BrokerId,
        state: &State,
        joined: &JoinGroupResponse<'_>,
    ) -> Result<BTreeSet<TopicPartition>, ClientError> {
        let request = SyncGroupRequest {
            group_id: (&self.config.group).into(),
            generation_id: state.generation,
            member_id: (&state.member_id).into(),
            group_instance_id: self.config.instance_id.as_deref().map(Into::into),
            protocol_type: Some(PROTOCOL_TYPE.into()),
            protocol_name: joined.protocol_name.clone(),
            assignments: self.assignments(state, joined)?,
            ..SyncGroupRequest::default()
        };
        let timeout = self.config.rebalance_timeout + JOIN_GRACE;
        let target = Target::Broker(coordinator);
        let answer = self
            .client
            .send_within(target, 0..=i16::MAX, timeout, &request)?;
        let synced = answer.message()?;
        self.check("assignment", synced.error_code)?;
        assignor::read_assignment(&synced.assignment).map_err(|source| ClientError::Malformed {
            address: format!("the leader of group '{}'", self.config.group),
            api: "the assignment",
            source,
        })
    }

    /// What the leader says to each member; the others say nothing.
    fn assignments(
        &self,
        state: &State,
        joined: &JoinGroupResponse<'_>,
    ) -> Result<Vec<SyncGroupRequestAssignment<'static>>, ClientError> {
        if joined.leader != state.member_id || joined.skip_assignment {
            return Ok(Vec::new());
        }
        let members = joined.members.iter().map(|member| Member {
            id: member.member_id.to_string(),
            instance_id: member.group_instance_id.as_deref().map(str::to_owned),
            // A member whose subscription cannot be read gets nothing.
            topics: assignor::subscribed_topics(&member.metadata).unwrap_or_default(),
        });
        let members: Vec<_> = members.collect();
        let topics: BTreeSet<&str> = members
            .iter()
            .flat_map(|member| member.topics.iter().map(String::as_str))
            .collect();
        let counts = self.partition_counts(topics)?;
        let assignment = assignor::assign_ranges(&members, &counts);
        let messages = assignment.into_iter().map(|(member_id, partitions)| {
            Ok(SyncGroupRequestAssignment {
                member_id: member_id.into(),
                assignment: assignor::assignment_bytes(&partitions)?.into(),
                ..SyncGroupRequestAssignment::default()
            })
        });
        messages.collect()
    }

    /// How many partitions each topic has that exists.
    fn partition_counts(
        &self,
        topics: BTreeSet<&str>,
    ) -> Result<BTreeMap<String, i32>, ClientError> {
        let mut counts = BTreeMap::new();
        for topic in topics {
            match self.client.topics(&[topic], false) {
                Ok(cluster) => {
                    let partitions = cluster.topics[topic].partitions.len();
                    counts.insert(
                        topic.to_owned(),
                        i32::try_from(partitions).unwrap_or(i32::MAX),
                    );
                }
                Err(ClientError::UnknownTopic(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(counts)
    }

    fn commit_once(
        &self,
        coordinator: BrokerId,
        state: &State,
        offsets: &BTreeMap<TopicPartition, Position>,
    ) -> Result<(), ClientError> {
        let mut topics: Vec<OffsetCommitRequestTopic<'_>> = Vec::new();
        for (tp, position) in offsets {
            if topics.last().is_none_or(|last| last.name != *tp.topic) {
                topics.push(OffsetCommitRequestTopic {
                    name: (&*tp.topic).into(),
                    ..OffsetCommitRequestTopic::default()
                });
            }
            let topic = topics.last_mut().expect("a topic was just added");
            topic.partitions.push(OffsetCommitRequestPartition {
                partition_index: tp.partition,
                committed_offset: position.offset,
                committed_leader_epoch: position.leader_epoch,
                committed_metadata: Some("".into()),
                ..OffsetCommitRequestPartition::default()
            });
        }
        let is_member = !state.member_id.is_empty();
        let request = OffsetCommitRequest {
            group_id: (&self.config.group).into(),
            generation_id_or_member_epoch: if is_member { state.generation } else { -1 },
            member_id: (&state.member_id).into(),
            group_instance_id: self.config.instance_id.as_deref().map(Into::into),
            topics,
            ..OffsetCommitRequest::default()
        };
        let target = Target::Broker(coordinator);
        let answer = self
            .client
            .send_between(target, COMMIT_VERSIONS, &request)?;
        let response = answer.message()?;
        let partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
        for partition in partitions {
            self.check("commit", partition.error_code)?;
        }
        Ok(())
    }

    fn leave_once(&self, coordinator: BrokerId, state: &State) -> Result<(), ClientError> {
        let request = LeaveGroupRequest {
            group_id: (&self.config.group).into(),
            members: vec![MemberIdentity {
                member_id: (&state.member_id).into(),
                reason: Some("the consumer was closed".into()),
                ..MemberIdentity::default()
            }],
            ..LeaveGroupRequest::default()
        };
        let target = Target::Broker(coordinator);
        let answer = self.client.send_between(target, LEAVE_VERSIONS, &request)?;
        let code = answer.message()?.error_code;
        self.check("leave", code)
    }

    /// Heartbeats until the member leaves.
    fn beat(&self, on_rejoin: &OnRejoin) {
        let mut state = self.state.lock();
        while !matches!(state.phase, Phase::Closed) {
            if !matches!(state.phase, Phase::Member) {
                self.changed.wait(&mut state);
                continue;
            }
            let generation = state.generation;
            // Woken early by a change, the loop looks at the phase again.
            if !self
                .changed
                .wait_for(&mut state, self.config.heartbeat_interval)
                .timed_out()
                || !matches!(state.phase, Phase::Member)
                || state.generation != generation
            {
                continue;
            }
            let before = state.clone();
            drop(state);
            if let Err(error) = self.beat_once(&before) {
                self.on_error(&error);
            }
            state = self.state.lock();
            if !matches!(state.phase, Phase::Member | Phase::Closed) {
                on_rejoin();
            }
        }
    }

    fn beat_once(&self, state: &State) -> Result<(), ClientError> {
        let request = HeartbeatRequest {
            group_id: (&self.config.group).into(),
            generation_id: state.generation,
            member_id: (&state.member_id).into(),
            group_instance_id: self.config.instance_id.as_deref().map(Into::into),
            ..HeartbeatRequest::default()
        };
        let answer = self
            .client
            .send(Target::Broker(self.coordinator()?), &request)?;
        let code = answer.message()?.error_code;
        self.check("heartbeat", code)
    }

    fn check(&self, what: &str, code: ErrorCode) -> Result<(), ClientError> {
        check(
            format!("{what} of a member of group '{}'", self.config.group),
            code,
            None,
        )
    }
}

fn millis(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}
