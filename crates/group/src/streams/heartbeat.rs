//! StreamsGroupHeartbeat (key 88): members join, learn which tasks they are to run, and leave.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now};
use protocol::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest;
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;

use super::draft::Draft;
use super::member::{StreamsAssignment, StreamsMemberState};
use super::outcome::{ASSIGNMENT_DELAYED, Outcome};
use super::request::{Beat, check_tasks, offsets, tasks_of, validate};
use super::tasks::Tasks;
use super::topology::{Configured, InternalTopic, Topology, TopologyError, configure};
use crate::GroupCoordinator;
use crate::consumer::metadata_hash;
use crate::coordinator::{Found, Undo};
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::request::StreamsHeartbeat;
use crate::timers::Alarm;
use crate::turn::{Decided, answer};

/// The member epoch of one that joins.
pub(super) const JOINS: i32 = 0;
/// The member epoch of one that leaves.
pub(super) const LEAVES: i32 = -1;
/// The member epoch of a static member that leaves and will be back.
pub(super) const LEAVES_FOR_A_WHILE: i32 = -2;

/// Why a heartbeat is refused.
pub(super) struct Refused(pub(super) ErrorCode, pub(super) String);

impl From<TopologyError> for Refused {
    fn from(error: TopologyError) -> Self {
        let code = match error {
            TopologyError::Unsupported(_) => ErrorCode::INVALID_REQUEST,
            TopologyError::Invalid(_) => ErrorCode::STREAMS_INVALID_TOPOLOGY,
        };
        Self(code, error.to_string())
    }
}

pub(super) type Result<T> = std::result::Result<T, Refused>;

/// What holds for one group: its own configurations over those of the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamsLimits {
    /// `streams.session.timeout.ms`
    pub session_timeout: Duration,
    /// `streams.heartbeat.interval.ms`
    pub heartbeat_interval: Duration,
    /// `streams.assignment.interval.ms`: the least time between two targets.
    pub assignment_interval: Duration,
    /// `streams.initial.rebalance.delay.ms`: how long the first target of an empty group waits for more members.
    pub initial_rebalance_delay: Duration,
    /// `streams.task.offset.interval.ms`: how often members report how far their state has come.
    pub task_offset_interval: Duration,
    /// `streams.acceptable.recovery.lag`: with how many records to restore a task counts as warm.
    pub acceptable_recovery_lag: i64,
    /// `streams.num.standby.replicas`
    pub standby_replicas: usize,
    /// `streams.rack.aware.assignment.tags`
    pub rack_aware_tags: Vec<String>,
}

impl StreamsLimits {
    /// The configurations by which tasks are assigned, as the group's record has them.
    pub(super) fn assignment_configs(&self) -> BTreeMap<Box<str>, Box<str>> {
        let replicas = self.standby_replicas.to_string();
        let mut configs =
            BTreeMap::from([(Box::from("num.standby.replicas"), replicas.into_boxed_str())]);
        if !self.rack_aware_tags.is_empty() {
            let tags = self.rack_aware_tags.join(",");
            configs.insert(
                Box::from("rack.aware.assignment.tags"),
                tags.into_boxed_str(),
            );
        }
        configs
    }
}

/// Whether the internal topics that a group lacks can be created.
#[derive(Clone, Copy, Debug)]
pub struct TopicCreation<'r> {
    /// Whether the member may have topics created.
    pub is_allowed: bool,
    /// Topics that the controller has refused of late, and why.
    pub refused: &'r BTreeMap<String, String>,
}

/// An answer that says no.
pub(crate) fn heartbeat_error(
    error: ErrorCode,
    message: Option<String>,
) -> StreamsGroupHeartbeatResponse<'static> {
    StreamsGroupHeartbeatResponse {
        error_code: error,
        error_message: message.map(Cow::Owned),
        ..StreamsGroupHeartbeatResponse::default()
    }
}

/// What is wrong with a heartbeat in itself, if anything: every broker says so, the group's coordinator or not.
#[must_use]
pub fn refused_streams_heartbeat(
    request: &StreamsGroupHeartbeatRequest<'_>,
) -> Option<StreamsGroupHeartbeatResponse<'static>> {
    let Refused(error, message) = validate(request).err()?;
    Some(heartbeat_error(error, Some(message)))
}

pub(super) type Heard = Decided<StreamsGroupHeartbeatResponse<'static>>;

impl GroupCoordinator {
    /// StreamsGroupHeartbeat (key 88, versions 0 and 1): a member is alive, joins or leaves (KIP-1071).
    ///
    /// - Epoch 0 joins, with the topology, and makes the group if need be; -1 leaves, and -2 says of a static member that it
    ///   will be back. Fields that are null have not changed.
    /// - All members run one topology; who comes with an older one is told so, and who comes with another is refused.
    /// - The answer has the member's epoch, and its tasks where they are new or it joins; how the topology fits the cluster's
    ///   topics, as statuses; and where other members are reached, if the member does not know the newest.
    /// - Internal topics that are missing come out of [`crate::Shard::take_internal_topics`]: the owner creates them.
    /// - A member that is not heard of in time, or does not give up in time what it loses, is removed.
    ///
    /// Errors: INVALID_REQUEST, STREAMS_INVALID_TOPOLOGY, GROUP_ID_NOT_FOUND, GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID,
    /// FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID, FENCED_INSTANCE_ID.
    ///
    /// Unlike Apache Kafka, a member that says that it has other tasks than it was given is told again: an answer may have been
    /// lost.
    pub fn streams_group_heartbeat(
        &mut self,
        now: Now,
        logged: &Logged,
        heartbeat: &StreamsHeartbeat<'_>,
    ) -> Heard {
        self.undo = Undo::Nothing;
        let beat = Beat {
            now,
            caller: heartbeat.caller,
            image: heartbeat.image,
            limits: heartbeat.limits,
            creation: heartbeat.creation,
            request: heartbeat.request,
        };
        let decided = validate(beat.request).and_then(|()| {
            if matches!(beat.request.member_epoch, LEAVES | LEAVES_FOR_A_WHILE) {
                self.leave_streams_group(logged, &beat)
            } else {
                self.streams_beat(logged, &beat)
            }
        });
        decided.unwrap_or_else(|Refused(error, message)| {
            self.forget_unborn(logged, &beat.request.group_id);
            answer(heartbeat_error(error, Some(message)))
        })
    }

    /// Nothing is left of a group that would have begun with a heartbeat which is refused.
    fn forget_unborn(&mut self, logged: &Logged, group_id: &str) {
        let known = logged.group(group_id);
        if matches!(
            known,
            None | Some(LoggedGroup::Simple | LoggedGroup::Classic(_))
        ) {
            let Self { live, timers, .. } = self;
            live.forget_group(timers, group_id);
        }
    }

    fn streams_beat(&mut self, logged: &Logged, beat: &Beat<'_>) -> Result<Heard> {
        let id: Arc<str> = Arc::from(&*beat.request.member_id);
        let mut draft = self.streams_draft(logged, beat)?;
        draft.check_room(self.settings.streams_max_size, &id, beat)?;
        let was_empty = draft.group.is_empty();
        draft.admit(&id, beat)?;
        let before = draft.group.members.get(&id).cloned();
        let mut outcome = Outcome {
            before: before.unwrap_or_default(),
            ..Outcome::default()
        };
        let mut bump = draft.update_metadata(&id, beat);
        outcome.note_stale(&draft, &id);
        let is_first = draft.group.topology.is_none();
        let topology = draft.update_topology(beat)?;
        let configured = self.configured(&mut draft, &topology, is_first, &mut bump, beat)?;
        check_tasks(&configured, beat)?;
        self.report_offsets(&configured, &id, beat)?;
        draft.renew_epoch(&configured, bump, beat);
        self.undo = Undo::Compared {
            group: Arc::from(&*beat.request.group_id),
        };
        if was_empty {
            self.delay_first_target(beat);
        }
        let target = self.streams_target(&mut draft, &configured, &mut outcome, &id, beat);
        let next = draft.reconcile(&id, beat, &target)?;
        self.note_streams(beat, &id, &draft, next.as_ref());
        self.note_endpoints(&mut outcome, &draft, &configured, &id, beat);
        let missing = outcome.note_topics(&configured, &beat.creation);
        self.internal_topics
            .extend(missing.map(|topic| (topic, beat.limits.heartbeat_interval)));
        outcome.note_shutdown(self.shutdown_asked_by(&draft, &id, beat));
        outcome.note_tags(&draft, &id, beat);
        Ok(draft.finish(&id, beat, outcome))
    }

    /// Internal topics that groups lack, each with the time between two heartbeats of its group, since the last call.
    pub fn take_internal_topics(&mut self) -> Vec<(InternalTopic, Duration)> {
        std::mem::take(&mut self.internal_topics)
    }

    /// The group as it is, or a new one in the place of one that has no members.
    fn streams_draft<'l>(&mut self, logged: &'l Logged, beat: &Beat<'_>) -> Result<Draft<'l>> {
        let id = &*beat.request.group_id;
        if let Some(LoggedGroup::Streams(group)) = logged.group(id) {
            return Ok(Draft::of(id, group));
        }
        let mut draft = Draft::new(id);
        match self.find(beat.now, logged, id) {
            Found::Missing if beat.joins() => return Ok(draft),
            Found::Missing => return Err(not_found(format!("Streams group {id} not found."))),
            Found::Classic(group, _) if beat.joins() && group.is_empty() => {}
            Found::Simple if beat.joins() => {}
            _ => return Err(no_streams_group(id)),
        }
        self.drop_classic(id);
        draft.records.push(Record::classic_tombstone(id));
        Ok(draft)
    }

    /// The topology as it fits the cluster, looked at anew if it is new or the cluster has changed.
    fn configured(
        &mut self,
        draft: &mut Draft<'_>,
        topology: &Arc<Topology>,
        is_first: bool,
        bump: &mut bool,
        beat: &Beat<'_>,
    ) -> Result<Arc<Configured>> {
        let live = self.live.group(&beat.request.group_id);
        let moment = beat.image.provenance().map(|moment| moment.offset);
        let known = live.streams.configured.clone().filter(|_| !is_first);
        if let Some(known) = known.clone().filter(|_| live.seen == moment) {
            return Ok(known);
        }
        live.seen = moment;
        let hash = metadata_hash::of_topics(beat.image, &topology.required_topics());
        let is_other = hash != draft.group.metadata.metadata_hash;
        draft.metadata_hash = hash;
        *bump |= is_other;
        if let Some(known) = known.filter(|_| !is_other) {
            return Ok(known);
        }
        let configured = Arc::new(configure(topology, |name| {
            let topic = beat.image.topics().by_name(name)?;
            Some(i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX))
        })?);
        live.streams.configured = Some(Arc::clone(&configured));
        Ok(configured)
    }

    fn report_offsets(
        &mut self,
        configured: &Configured,
        id: &Arc<str>,
        beat: &Beat<'_>,
    ) -> Result<()> {
        let request = beat.request;
        let is_known = |id: &str, partition| {
            let tasks = tasks_of(configured, id);
            tasks.is_some_and(|tasks| (0..tasks).contains(&partition))
        };
        let read = |reported: &Option<Vec<_>>| {
            let reported = reported.as_deref();
            reported
                .map(|reported| offsets(reported, is_known))
                .transpose()
        };
        let (has, ends) = (
            read(&request.task_offsets)?,
            read(&request.task_end_offsets)?,
        );
        if has.is_none() && ends.is_none() {
            return Ok(());
        }
        let live = &mut self.live.group(&request.group_id).streams;
        let known = live.offsets.entry(Arc::clone(id)).or_default();
        has.into_iter().for_each(|has| known.has = has);
        ends.into_iter().for_each(|ends| known.ends = ends);
        Ok(())
    }

    /// The first target of an empty group waits for more members.
    fn delay_first_target(&mut self, beat: &Beat<'_>) {
        let Self { live, timers, .. } = self;
        let delay = beat.limits.initial_rebalance_delay;
        let group_id = &*beat.request.group_id;
        let live = &mut live.group(group_id).streams;
        if delay.is_zero() || live.initial_delay.is_some() {
            return;
        }
        let timer = timers.create(Alarm::FirstTarget {
            group: Arc::from(group_id),
        });
        timers.set(timer, beat.now.mono + delay);
        live.initial_delay = Some(timer);
    }

    /// What the member is to have: computes a target if the group needs one and may have it.
    fn streams_target(
        &mut self,
        draft: &mut Draft<'_>,
        configured: &Configured,
        outcome: &mut Outcome,
        id: &Arc<str>,
        beat: &Beat<'_>,
    ) -> Arc<Tasks> {
        let live = &self.live.group(&beat.request.group_id).streams;
        if live.initial_delay.is_some() {
            outcome.push(
                ASSIGNMENT_DELAYED,
                "Assignment delayed due to the configured initial rebalance delay.",
            );
            return Arc::default();
        }
        if draft.group.assignment_epoch < draft.group.epoch() {
            if draft.group.may_have_target(beat.now, beat.limits) {
                let replicas = beat.limits.standby_replicas;
                let offsets = &live.offsets;
                let changes =
                    draft
                        .group
                        .compute_target(configured, replicas, offsets, beat.now.wall);
                changes.into_iter().for_each(|change| draft.push(change));
            } else {
                outcome.push(
                    ASSIGNMENT_DELAYED,
                    "Assignment delayed due to the configured assignment interval.",
                );
            }
        }
        draft.group.targets.get(id).cloned().unwrap_or_default()
    }

    /// The deadlines of a member that was heard of.
    fn note_streams(
        &mut self,
        beat: &Beat<'_>,
        id: &Arc<str>,
        draft: &Draft<'_>,
        next: Option<&StreamsAssignment>,
    ) {
        let Self { live, timers, .. } = self;
        let group = &*beat.request.group_id;
        live.set_session(timers, (group, id), beat.session_deadline());
        let Some(next) = next else {
            return;
        };
        if next.state == StreamsMemberState::Unrevoked {
            let timeout = draft.group.rebalance_timeout(id);
            let deadline = beat.now.mono + timeout;
            live.set_revocation(timers, (group, id), (next.epoch, deadline));
        } else {
            live.stop_revocation(timers, group, id);
        }
    }

    /// Who asks all to end: this member does, or another has.
    fn shutdown_asked_by(
        &mut self,
        draft: &Draft<'_>,
        id: &Arc<str>,
        beat: &Beat<'_>,
    ) -> Option<&Arc<str>> {
        let live = &mut self.live.group(&beat.request.group_id).streams;
        if draft.is_new {
            live.shutdown = None;
        }
        if beat.request.shutdown_application && live.shutdown.is_none() {
            live.shutdown = Some(Arc::clone(id));
        }
        live.shutdown.as_ref()
    }

    fn note_endpoints(
        &mut self,
        outcome: &mut Outcome,
        draft: &Draft<'_>,
        configured: &Configured,
        id: &Arc<str>,
        beat: &Beat<'_>,
    ) {
        let live = &mut self.live.group(&beat.request.group_id).streams;
        if draft.is_new {
            live.endpoint_epoch = 0;
        }
        let member = draft.member(id);
        let is_moved = outcome.before.metadata.endpoint != member.metadata.endpoint;
        outcome.has_other_tasks = outcome.before.current.assigned != member.current.assigned;
        let has_endpoint = member.metadata.endpoint.is_some();
        if is_moved || (outcome.has_other_tasks && has_endpoint) {
            live.endpoint_epoch += 1;
        }
        outcome.endpoint_epoch = live.endpoint_epoch;
        if live.endpoint_epoch != beat.request.endpoint_information_epoch {
            let told = draft.group.endpoints(configured, beat.image);
            outcome.endpoints = Some(told);
        }
        if draft.is_new {
            // As in Apache Kafka, whose groups count from their second heartbeat on.
            (live.endpoint_epoch, outcome.endpoint_epoch) = (0, 0);
        }
    }
}

pub(super) fn not_found(message: String) -> Refused {
    Refused(ErrorCode::GROUP_ID_NOT_FOUND, message)
}

pub(super) fn no_streams_group(group_id: &str) -> Refused {
    not_found(format!("Group {group_id} is not a streams group."))
}

pub(super) fn unknown(group_id: &str, id: &str) -> Refused {
    Refused(
        ErrorCode::UNKNOWN_MEMBER_ID,
        format!("Member {id} is not a member of group {group_id}."),
    )
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
