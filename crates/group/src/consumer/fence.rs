//! How members of a consumer group go: they leave, or are late with something.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use metadata::Image;
use model::{Now, TimestampMs};
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use statemachine::Decision;

use super::heartbeat::{Beat, LEAVES_FOR_A_WHILE, Result, not_found, unknown};
use super::live::Overdue;
use super::migration::Downgrade;
use super::{
    Assigned, ConsumerChange, ConsumerGroup, CurrentAssignment, Member, MemberState,
    member_tombstones,
};
use crate::GroupCoordinator;
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::turn::{Decided, Reply};

/// Members that are late with something, by their groups.
pub(crate) type Late = BTreeMap<Arc<str>, BTreeMap<Arc<str>, Overdue>>;

impl GroupCoordinator {
    /// A member says that it leaves, for good or for a while.
    pub(super) fn leave_consumer_group(
        &mut self,
        logged: &Logged,
        beat: &Beat<'_>,
    ) -> Result<Decided<ConsumerGroupHeartbeatResponse<'static>>> {
        let (group_id, request) = (&*beat.request.group_id, beat.request);
        let group = match logged.group(group_id) {
            Some(LoggedGroup::Consumer(group)) => group,
            Some(_) => {
                return Err(not_found(format!(
                    "Group {group_id} is not a consumer group."
                )));
            }
            None => return Err(not_found(format!("Group {group_id} not found."))),
        };
        let id = beat.member_id();
        let member = match request.instance_id.as_deref() {
            Some(instance_id) => group.check_static(&id, instance_id)?,
            None => group
                .members
                .get(&*id)
                .ok_or_else(|| unknown(group_id, &id))?,
        };
        let records = if request.member_epoch == LEAVES_FOR_A_WHILE {
            self.live.stop_revocation(&mut self.timers, group_id, &id);
            let away = Some(away(member));
            vec![Record::consumer(
                group_id,
                ConsumerChange::Current(Arc::clone(&id), away),
            )]
        } else {
            let leaving = BTreeSet::from([Arc::clone(&id)]);
            self.remove_members(beat.at.now, beat.at.image, (group_id, group), &leaving)
        };
        let response = ConsumerGroupHeartbeatResponse {
            member_id: Some(Cow::Owned(id.to_string())),
            member_epoch: request.member_epoch,
            ..ConsumerGroupHeartbeatResponse::default()
        };
        Ok(Decision::atomically(records, Reply::Now(response)))
    }

    /// Removes members. Where those that stay all speak the classic protocol, the group becomes a
    /// classic one: the records hold together or not at all.
    pub(super) fn remove_members(
        &mut self,
        now: Now,
        image: &Image,
        (group_id, group): (&str, &ConsumerGroup),
        leaving: &BTreeSet<Arc<str>>,
    ) -> Vec<Record> {
        if leaving.is_empty() {
            return Vec::new();
        }
        if group.may_downgrade(&self.settings, leaving) {
            let downgrade = Downgrade {
                group_id,
                logged: group,
                group,
                leaving,
                rebalances: true,
            };
            if let Some(records) = self.downgrade(now, image, &downgrade) {
                return records;
            }
        }
        self.live.group(group_id).seen = None;
        for id in leaving {
            self.live.stop_revocation(&mut self.timers, group_id, id);
        }
        let changes = group.fence(leaving).into_iter();
        changes
            .map(|change| Record::consumer(group_id, change))
            .collect()
    }

    /// Whether a member whose deadline has passed is to go.
    pub(crate) fn is_late(
        &mut self,
        now: Now,
        logged: &Logged,
        (group_id, id): (&str, &Arc<str>),
        overdue: Overdue,
    ) -> bool {
        let group = match logged.group(group_id) {
            Some(LoggedGroup::Consumer(group)) => Some(group),
            _ => None,
        };
        let Self {
            live,
            timers,
            settings,
            ..
        } = self;
        let Some(member) = group.and_then(|group| group.members.get(id)) else {
            live.forget_member(timers, group_id, id);
            return false;
        };
        let current = &member.current;
        let has_to_give_up = current.state == MemberState::Unrevoked
            && live.revokes_in(group_id, id) == Some(current.epoch);
        if overdue == Overdue::Revocation && !has_to_give_up {
            return false;
        }
        // Ends the timers once the member is gone, and tries again if the log refuses.
        live.set_session(
            timers,
            (group_id, id),
            now.mono + settings.consumer_session_timeout,
        );
        true
    }

    /// Removes members that are late. Whether the records hold together or not at all: those of a group
    /// that may become a classic one do, so that such a group waits where there are records of others.
    pub(crate) fn remove_late(
        &mut self,
        (now, image): (Now, &Image),
        logged: &Logged,
        late: Late,
        records: &mut Vec<Record>,
    ) -> bool {
        let mut is_atomic = false;
        for (group_id, members) in late {
            let Some(LoggedGroup::Consumer(group)) = logged.group(&group_id) else {
                continue;
            };
            let wants_atomic = group.has_classic_members();
            if is_atomic || (wants_atomic && !records.is_empty()) {
                for (id, overdue) in &members {
                    let Self { live, timers, .. } = self;
                    live.put_off(timers, (&group_id, id), (*overdue, now.mono));
                }
                continue;
            }
            let leaving = members.into_keys().collect();
            records.extend(self.remove_members(now, image, (&group_id, group), &leaving));
            is_atomic = wants_atomic;
        }
        is_atomic
    }
}

/// A static member that will be back. What it has counts as given at the beginning of its next life.
fn away(member: &Member) -> CurrentAssignment {
    let mut assigned = member.current.assigned.clone();
    let epochs = assigned.values_mut().flat_map(|topic| topic.values_mut());
    epochs.for_each(|epoch| *epoch = 0);
    CurrentAssignment {
        epoch: LEAVES_FOR_A_WHILE,
        assigned,
        revoking: Assigned::new(),
        ..member.current.clone()
    }
}

impl ConsumerGroup {
    /// Whether members of both protocols, or of the classic one alone, are in the group.
    pub(crate) fn has_classic_members(&self) -> bool {
        self.classic_count > 0
    }

    /// The records that remove members: their group has a new epoch, whose target gives their
    /// partitions to others. The epoch comes first, so that none of them is without effect if the rest
    /// is lost.
    fn fence(&self, leaving: &BTreeSet<Arc<str>>) -> Vec<ConsumerChange> {
        let epoch = self.epoch + 1;
        let mut changes = vec![ConsumerChange::Group(Some((epoch, self.metadata_hash)))];
        changes.extend(leaving.iter().flat_map(member_tombstones));
        changes.extend(self.unused_regexes(leaving));
        if self.members.len() == leaving.len() {
            // The next member does not wait for the interval between two targets.
            let target = Some((epoch, TimestampMs(0)));
            changes.push(ConsumerChange::TargetEpoch(target));
        }
        changes
    }

    /// The ends of expressions that only those have who leave.
    fn unused_regexes(&self, leaving: &BTreeSet<Arc<str>>) -> Vec<ConsumerChange> {
        let mut leave: BTreeMap<&Arc<str>, usize> = BTreeMap::new();
        let of_leaving = leaving.iter().filter_map(|id| self.members.get(id));
        for regex in of_leaving.filter_map(|member| member.metadata.regex.as_ref()) {
            *leave.entry(regex).or_default() += 1;
        }
        let unused = leave.into_iter().filter(|(regex, count)| {
            self.regexes.contains_key(*regex) && self.regex_subscribers.get(*regex) == Some(count)
        });
        let unused = unused.map(|(regex, _)| regex);
        unused
            .map(|regex| ConsumerChange::Regex(Arc::clone(regex), None))
            .collect()
    }
}
