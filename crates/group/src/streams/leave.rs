//! How members of a streams group go: they leave, or are late with something; and what begins when a group is loaded.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Now, TimestampMs};
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;
use statemachine::Decision;

use super::heartbeat::{Heard, LEAVES_FOR_A_WHILE, Result, no_streams_group, not_found, unknown};
use super::member::{HeldTasks, StreamsAssignment, StreamsMemberState};
use super::request::Beat;
use super::{StreamsChange, StreamsGroup, StreamsMember, member_tombstones};
use crate::GroupCoordinator;
use crate::consumer::Overdue;
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::turn::Reply;

impl GroupCoordinator {
    /// A member says that it leaves, for good or for a while.
    pub(super) fn leave_streams_group(
        &mut self,
        logged: &Logged,
        beat: &Beat<'_>,
    ) -> Result<Heard> {
        let (group_id, request) = (&*beat.request.group_id, beat.request);
        let group = match logged.group(group_id) {
            Some(LoggedGroup::Streams(group)) => group,
            Some(_) => return Err(no_streams_group(group_id)),
            None => return Err(not_found(format!("Group {group_id} not found."))),
        };
        let id: Arc<str> = Arc::from(&*request.member_id);
        let member = match request.instance_id.as_deref() {
            Some(instance_id) => group.check_static(&id, instance_id)?,
            None => {
                let member = group.members.get(&id);
                member.ok_or_else(|| unknown(group_id, &id))?
            }
        };
        if request.shutdown_application {
            let shutdown = &mut self.live.group(group_id).streams.shutdown;
            shutdown.get_or_insert_with(|| Arc::clone(&id));
        }
        let changes = if request.member_epoch == LEAVES_FOR_A_WHILE {
            self.live.stop_revocation(&mut self.timers, group_id, &id);
            let away = StreamsChange::Current(Arc::clone(&id), Some(away(member)));
            vec![away]
        } else {
            self.remove_streams_members(group_id, group, &BTreeSet::from([Arc::clone(&id)]))
        };
        let records = changes.into_iter();
        let records = records.map(|change| Record::streams(group_id, change));
        let response = StreamsGroupHeartbeatResponse {
            member_id: Cow::Owned(id.to_string()),
            member_epoch: request.member_epoch,
            status: Some(Vec::new()),
            ..StreamsGroupHeartbeatResponse::default()
        };
        Ok(Decision::atomically(
            records.collect(),
            Reply::Now(response),
        ))
    }

    fn remove_streams_members(
        &mut self,
        group_id: &str,
        group: &StreamsGroup,
        leaving: &BTreeSet<Arc<str>>,
    ) -> Vec<StreamsChange> {
        for id in leaving {
            self.live.stop_revocation(&mut self.timers, group_id, id);
            let live = &mut self.live.group(group_id).streams;
            live.offsets.remove(id);
        }
        if group.members.len() == leaving.len() {
            self.live.group(group_id).streams.shutdown = None;
        }
        group.without(leaving)
    }

    /// The members of a group that was loaded have a whole session timeout to be heard of.
    pub(crate) fn on_streams_group_loaded(&mut self, now: Now, id: &str, group: &StreamsGroup) {
        let session = now.mono + self.settings.streams_session_timeout;
        for (member_id, member) in &group.members {
            let Self { live, timers, .. } = self;
            live.set_session(timers, (id, member_id), session);
            let current = &member.current;
            if current.state == StreamsMemberState::Unrevoked {
                let deadline = now.mono + group.rebalance_timeout(member_id);
                live.set_revocation(timers, (id, member_id), (current.epoch, deadline));
            }
        }
    }

    /// Whether a member whose deadline has passed is to go: it was not heard of for its session timeout, or has not given up
    /// what it had to.
    pub(crate) fn is_streams_member_late(
        &mut self,
        now: Now,
        group: &StreamsGroup,
        (group_id, id): (&str, &Arc<str>),
        overdue: Overdue,
    ) -> bool {
        let Self {
            live,
            timers,
            settings,
            ..
        } = self;
        let Some(member) = group.members.get(id) else {
            live.forget_member(timers, group_id, id);
            return false;
        };
        let current = &member.current;
        let has_to_give_up = current.state == StreamsMemberState::Unrevoked
            && live.revokes_in(group_id, id) == Some(current.epoch);
        if overdue == Overdue::Revocation && !has_to_give_up {
            return false;
        }
        // Ends the timers once the member is gone, and tries again if the log refuses.
        let again = now.mono + settings.streams_session_timeout;
        live.set_session(timers, (group_id, id), again);
        true
    }

    /// The records that remove members of a streams group which are late.
    pub(crate) fn remove_late_streams_members(
        &mut self,
        logged: &Logged,
        group_id: &str,
        leaving: &BTreeSet<Arc<str>>,
    ) -> Vec<Record> {
        let Some(LoggedGroup::Streams(group)) = logged.group(group_id) else {
            return Vec::new();
        };
        let changes = self.remove_streams_members(group_id, group, leaving);
        let changes = changes.into_iter();
        changes
            .map(|change| Record::streams(group_id, change))
            .collect()
    }

    /// An empty group has waited long enough for more members: the first target, by the configurations that its epoch rests on.
    pub(crate) fn on_first_target_alarm(
        &mut self,
        now: Now,
        logged: &Logged,
        group_id: &str,
    ) -> Vec<Record> {
        let Self { live, timers, .. } = self;
        let live = &mut live.group(group_id).streams;
        live.initial_delay
            .take()
            .into_iter()
            .for_each(|timer| timers.remove(timer));
        let Some(LoggedGroup::Streams(group)) = logged.group(group_id) else {
            return Vec::new();
        };
        let Some(configured) = live.configured.as_deref() else {
            return Vec::new();
        };
        if group.is_empty() || group.epoch() <= group.assignment_epoch {
            return Vec::new();
        }
        let configs = &group.metadata.assignment_configs;
        let replicas = configs.get("num.standby.replicas");
        let replicas = replicas.and_then(|text| text.parse().ok()).unwrap_or(0);
        let changes = group.compute_target(configured, replicas, &live.offsets, now.wall);
        let changes = changes.into_iter();
        changes
            .map(|change| Record::streams(group_id, change))
            .collect()
    }
}

/// A static member that will be back. What it has counts as given at the beginning of its next life.
fn away(member: &StreamsMember) -> StreamsAssignment {
    StreamsAssignment {
        epoch: LEAVES_FOR_A_WHILE,
        assigned: member.current.assigned.undated(),
        revoking: HeldTasks::default(),
        ..member.current.clone()
    }
}

impl StreamsGroup {
    /// The records that remove members. The epoch comes first, so that none of them is without effect if the rest is lost.
    fn without(&self, leaving: &BTreeSet<Arc<str>>) -> Vec<StreamsChange> {
        let epoch = self.epoch() + 1;
        let metadata = Arc::new(self.metadata_in(epoch));
        let mut changes = vec![StreamsChange::Group(Some(metadata))];
        changes.extend(leaving.iter().flat_map(member_tombstones));
        if self.members.len() == leaving.len() {
            // The next member does not wait for the interval between two targets.
            let target = Some((epoch, TimestampMs(0)));
            changes.push(StreamsChange::TargetEpoch(target));
        }
        changes
    }
}
