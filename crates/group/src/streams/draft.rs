//! A group while a heartbeat changes it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now, TimestampMs};
use protocol::streams_group_heartbeat_response::{StreamsGroupHeartbeatResponse, TaskIds};
use statemachine::Decision;

use super::assign::{GroupSpec, MemberSpec, SubtopologySpec, assign};
use super::heartbeat::{
    Heard, LEAVES_FOR_A_WHILE, Refused, Result, StreamsLimits, millis, unknown,
};
use super::live::ReportedOffsets;
use super::outcome::Outcome;
use super::reconcile::{Course, reconcile};
use super::request::{Beat, invalid};
use super::tasks::{TaskSet, Tasks};
use super::topology::{Configured, Topology};
use super::{
    StreamsAssignment, StreamsChange, StreamsGroup, StreamsMember, StreamsMetadata,
    member_tombstones,
};
use crate::record::Record;
use crate::turn::Reply;

/// A group while a heartbeat changes it: what is decided here is in `records` too.
pub(super) struct Draft<'l> {
    id: Box<str>,
    pub(super) group: Cow<'l, StreamsGroup>,
    pub(super) records: Vec<Record>,
    /// Whether the group begins with this heartbeat.
    pub(super) is_new: bool,
    /// Of the topics of the topology, as they are.
    pub(super) metadata_hash: i64,
}

impl<'l> Draft<'l> {
    pub(super) fn of(id: &str, group: &'l StreamsGroup) -> Self {
        Self {
            id: Box::from(id),
            metadata_hash: group.metadata.metadata_hash,
            group: Cow::Borrowed(group),
            records: Vec::new(),
            is_new: false,
        }
    }

    pub(super) fn new(id: &str) -> Self {
        Self {
            id: Box::from(id),
            metadata_hash: 0,
            group: Cow::Owned(StreamsGroup::default()),
            records: Vec::new(),
            is_new: true,
        }
    }

    pub(super) fn push(&mut self, change: StreamsChange) {
        self.group.to_mut().replay(&change);
        self.records.push(Record::streams(&self.id, change));
    }

    pub(super) fn member(&self, id: &str) -> &StreamsMember {
        let member = self.group.members.get(id);
        member.expect("a member that is let in is in the draft")
    }

    pub(super) fn check_room(&self, limit: usize, id: &str, beat: &Beat<'_>) -> Result<()> {
        let group = &self.group;
        let instance_id = beat.request.instance_id.as_deref();
        let is_known = group.members.contains_key(id)
            || instance_id.is_some_and(|known| group.statics.contains_key(known));
        if !beat.joins() || is_known || group.members.len() < limit {
            return Ok(());
        }
        Err(Refused(
            ErrorCode::GROUP_MAX_SIZE_REACHED,
            format!("The streams group has reached its maximum capacity of {limit} members."),
        ))
    }

    /// Lets the member in, if it may.
    pub(super) fn admit(&mut self, id: &Arc<str>, beat: &Beat<'_>) -> Result<()> {
        let Some(instance_id) = beat.request.instance_id.as_deref() else {
            return match self.group.members.get(id) {
                Some(member) => check_epoch(&member.current, beat),
                None if beat.joins() => Ok(()),
                None => Err(unknown(&self.id, id)),
            };
        };
        if !beat.joins() {
            let member = self.group.check_static(id, instance_id)?;
            return check_epoch(&member.current, beat);
        }
        let Some(owner) = self.group.statics.get(instance_id).cloned() else {
            return Ok(());
        };
        let before = self.member(&owner).clone();
        if before.current.epoch != LEAVES_FOR_A_WHILE {
            return Err(Refused(
                ErrorCode::UNRELEASED_INSTANCE_ID,
                format!(
                    "Static member {id} with instance id {instance_id} cannot join the group because the instance id is \
                     owned by {owner} member."
                ),
            ));
        }
        self.replace(&owner, id, before);
        Ok(())
    }

    /// A static member is back under a new id, and has what it had.
    fn replace(&mut self, old: &Arc<str>, new: &Arc<str>, before: StreamsMember) {
        let target = self.group.targets.get(old);
        let target = target.map(|target| Tasks::clone(target));
        let ends = member_tombstones(old).into_iter();
        ends.for_each(|change| self.push(change));
        let current = StreamsAssignment {
            epoch: 0,
            previous_epoch: 0,
            ..before.current
        };
        let new = || Arc::clone(new);
        self.push(StreamsChange::Member(new(), Some(before.metadata)));
        self.push(StreamsChange::Target(
            new(),
            Some(target.unwrap_or_default()),
        ));
        self.push(StreamsChange::Current(new(), Some(current)));
    }

    /// Whether tasks may have to be assigned anew.
    pub(super) fn update_metadata(&mut self, id: &Arc<str>, beat: &Beat<'_>) -> bool {
        let known = self.group.members.get(id);
        let known = known.map(|member| Arc::clone(&member.metadata));
        let is_new = known.is_none();
        let known = known.unwrap_or_default();
        let updated = beat.updated(&known);
        if !is_new && *known == updated {
            return false;
        }
        // A static member comes back under another address, to what it had.
        let is_other = beat.request.instance_id.is_none() || !known.is_assigned_as(&updated);
        let change = StreamsChange::Member(Arc::clone(id), Some(Arc::new(updated)));
        self.push(change);
        is_other
    }

    /// The topology of the group, which is the member's if the group has none.
    pub(super) fn update_topology(&mut self, beat: &Beat<'_>) -> Result<Arc<Topology>> {
        let known = self.group.topology.clone();
        let Some(sent) = &beat.request.topology else {
            return known.ok_or_else(|| {
                let message = "The topology is null and the group topology is also null.";
                Refused(ErrorCode::UNKNOWN_SERVER_ERROR, message.to_owned())
            });
        };
        let sent = Topology::parse(sent)?;
        match known {
            None => {
                let topology = Arc::new(sent);
                self.push(StreamsChange::Topology(Some(Arc::clone(&topology))));
                Ok(topology)
            }
            Some(known) if known.epoch > sent.epoch || *known == sent => Ok(known),
            Some(_) => invalid("Topology updates are not supported yet."),
        }
    }

    /// The group has a new epoch if what it rests on has changed, or `bump` says so.
    pub(super) fn renew_epoch(&mut self, configured: &Configured, bump: bool, beat: &Beat<'_>) {
        let known = Arc::clone(&self.group.metadata);
        let topology_epoch = self.group.topology.as_ref().map(|topology| topology.epoch);
        let validated = topology_epoch.filter(|_| configured.problem.is_none());
        let metadata = StreamsMetadata {
            epoch: known.epoch + 1,
            metadata_hash: self.metadata_hash,
            validated_topology_epoch: validated.unwrap_or(-1),
            assignment_configs: beat.limits.assignment_configs(),
            ..*known
        };
        let is_other = metadata.validated_topology_epoch != known.validated_topology_epoch
            || metadata.assignment_configs != known.assignment_configs;
        if bump || is_other {
            self.push(StreamsChange::Group(Some(Arc::new(metadata))));
        }
    }

    /// One step of the member towards the target.
    pub(super) fn reconcile(
        &mut self,
        id: &Arc<str>,
        beat: &Beat<'_>,
        target: &Tasks,
    ) -> Result<Option<StreamsAssignment>> {
        let member = self.member(id);
        let next = reconcile(
            &member.current,
            &Course {
                epoch: self.group.assignment_epoch,
                target,
                owners: &self.group.owners,
                process: &member.metadata.process_id,
                owned: beat.owned().as_ref(),
            },
        );
        let next = next.map_err(|_| {
            Refused(
                ErrorCode::FENCED_MEMBER_EPOCH,
                "The streams group member is in a unknown state. The member must abandon all its tasks and rejoin."
                    .to_owned(),
            )
        })?;
        if let Some(next) = next.clone() {
            self.push(StreamsChange::Current(Arc::clone(id), Some(next)));
        }
        Ok(next)
    }

    pub(super) fn finish(self, id: &Arc<str>, beat: &Beat<'_>, outcome: Outcome) -> Heard {
        let current = &self.member(id).current;
        let is_other = |owned: Tasks| !current.assigned.is_same_as(&owned);
        let has_missed = beat.owned().is_some_and(is_other);
        let is_told = beat.joins() || outcome.has_other_tasks || has_missed;
        let told = |tasks: &TaskSet| is_told.then(|| ids(tasks));
        let int = |duration| i32::try_from(millis(duration)).unwrap_or(i32::MAX);
        let response = StreamsGroupHeartbeatResponse {
            member_id: Cow::Owned(id.to_string()),
            member_epoch: current.epoch,
            heartbeat_interval_ms: int(beat.limits.heartbeat_interval),
            task_offset_interval_ms: int(beat.limits.task_offset_interval),
            acceptable_recovery_lag: beat.limits.acceptable_recovery_lag,
            status: Some(outcome.statuses),
            active_tasks: told(&current.assigned.active_set()),
            standby_tasks: told(&current.assigned.standby),
            warmup_tasks: told(&current.assigned.warmup),
            endpoint_information_epoch: outcome.endpoint_epoch,
            partitions_by_user_endpoint: outcome.endpoints,
            ..StreamsGroupHeartbeatResponse::default()
        };
        Decision::atomically(self.records, Reply::Now(response))
    }
}

fn ids(tasks: &TaskSet) -> Vec<TaskIds<'static>> {
    let tasks = tasks.iter().map(|(id, partitions)| TaskIds {
        subtopology_id: Cow::Owned(id.to_string()),
        partitions: partitions.iter().copied().collect(),
        ..TaskIds::default()
    });
    tasks.collect()
}

/// The member may use the epoch before its own, whose answer may have been lost, if it has nothing that it may not have.
fn check_epoch(current: &StreamsAssignment, beat: &Beat<'_>) -> Result<()> {
    let received = beat.request.member_epoch;
    let has_less = || {
        let owned = beat.owned();
        owned.is_some_and(|owned| current.assigned.contains(&owned))
    };
    let which = if beat.joins() || received == current.epoch {
        return Ok(());
    } else if received > current.epoch {
        "greater"
    } else if received == current.previous_epoch && has_less() {
        return Ok(());
    } else {
        "smaller"
    };
    Err(Refused(
        ErrorCode::FENCED_MEMBER_EPOCH,
        format!(
            "The streams group member has a {which} member epoch ({received}) than the one known by the group coordinator \
             ({}). The member must abandon all its partitions and rejoin.",
            current.epoch
        ),
    ))
}

impl StreamsGroup {
    /// The static member of an instance id, if that is who asks.
    pub(super) fn check_static(&self, id: &str, instance_id: &str) -> Result<&StreamsMember> {
        let Some(owner) = self.statics.get(instance_id) else {
            return Err(Refused(
                ErrorCode::UNKNOWN_MEMBER_ID,
                format!("Instance id {instance_id} is unknown."),
            ));
        };
        if **owner != *id {
            return Err(Refused(
                ErrorCode::FENCED_INSTANCE_ID,
                format!(
                    "Static member {id} with instance id {instance_id} was fenced by member {owner}."
                ),
            ));
        }
        Ok(&self.members[owner])
    }

    pub(super) fn rebalance_timeout(&self, id: &str) -> Duration {
        let member = self.members.get(id);
        let timeout = member.map_or(0, |member| member.metadata.rebalance_timeout_ms);
        Duration::from_millis(u64::try_from(timeout).unwrap_or(0))
    }

    /// Whether enough time has passed since the last target.
    pub(super) fn may_have_target(&self, now: Now, limits: &StreamsLimits) -> bool {
        let interval = millis(limits.assignment_interval);
        let (now, at) = (now.wall.0, self.assigned_at.0);
        // A target from the future was computed before the clock was set back.
        now >= at.saturating_add(interval) || now < at
    }

    /// The records of a target for the group's epoch: nobody has anything while the topology does not fit the cluster.
    pub(super) fn compute_target(
        &self,
        configured: &Configured,
        standby_replicas: usize,
        offsets: &BTreeMap<Arc<str>, ReportedOffsets>,
        at: TimestampMs,
    ) -> Vec<StreamsChange> {
        let nothing = ReportedOffsets::default();
        let active: BTreeMap<&Arc<str>, TaskSet> = self
            .members
            .iter()
            .map(|(id, member)| (id, member.current.assigned.active_set()))
            .collect();
        let members = self.members.iter().map(|(id, member)| {
            let spec = MemberSpec {
                process_id: &member.metadata.process_id,
                active: &active[id],
                standby: &member.current.assigned.standby,
                offsets: &offsets.get(id).unwrap_or(&nothing).has,
            };
            (Arc::clone(id), spec)
        });
        let ready = configured.subtopologies.iter().flatten();
        let ready = ready.filter(|_| configured.problem.is_none());
        let subtopologies = ready.map(|(id, subtopology)| {
            let spec = SubtopologySpec {
                tasks: subtopology.tasks,
                is_stateful: subtopology.is_stateful(),
            };
            (Arc::clone(id), spec)
        });
        let mut targets = assign(&GroupSpec {
            members: members.collect(),
            subtopologies: subtopologies.collect(),
            standby_replicas,
        });
        let changed = self.members.keys().filter_map(|id| {
            let target = targets.remove(id).unwrap_or_default();
            let known = self.targets.get(id);
            let is_new = known.is_none_or(|known| **known != target);
            is_new.then(|| StreamsChange::Target(Arc::clone(id), Some(target)))
        });
        let mut changes: Vec<StreamsChange> = changed.collect();
        let epoch = Some((self.epoch(), at));
        changes.push(StreamsChange::TargetEpoch(epoch));
        changes
    }
}
