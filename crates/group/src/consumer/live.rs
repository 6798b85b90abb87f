//! The soft half of consumer, share and streams groups: deadlines, and what a group was compared with last.
//!
//! A member's timers outlive it by one session timeout at most: they find it gone and end then. So
//! nothing has to be taken back when the log refuses the records that end a member. A member that
//! speaks the classic protocol has two more, while it has to join again and while it has to sync.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::Offset;

use crate::streams::live::LiveStreams;
use crate::timers::{Alarm, TimerId, Timers};

/// What a member is late with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// It was not heard of for its session timeout.
    Session,
    /// It has not given up what it had to.
    Revocation,
    /// A member that speaks the classic protocol was told to join again.
    Join,
    /// A member that speaks the classic protocol has joined, and was to ask for its assignment.
    Sync,
}

/// The groups of a shard.
#[derive(Debug, Default)]
pub(crate) struct LiveGroups {
    groups: BTreeMap<Arc<str>, LiveGroup>,
}

#[derive(Debug, Default)]
pub(crate) struct LiveGroup {
    /// The image of the cluster whose topics the group's epoch takes in.
    pub(crate) seen: Option<Offset>,
    /// The image in which expressions were looked up, and when, on the clock of `Now::mono`.
    pub(crate) looked_up: Option<(Option<Offset>, Duration)>,
    /// They are being looked up, or wait for it.
    pub(crate) is_looking_up: bool,
    /// When share coordinators were last asked to begin states, on the clock of `Now::mono`.
    pub(crate) asked_at: Option<Duration>,
    /// What goes on in a streams group.
    pub(crate) streams: LiveStreams,
    members: BTreeMap<Arc<str>, LiveMember>,
}

#[derive(Debug)]
struct LiveMember {
    session: TimerId,
    revocation: TimerId,
    join: Option<TimerId>,
    sync: Option<TimerId>,
    /// The member epoch in which it has to give partitions up.
    revokes_in: i32,
}

impl LiveGroups {
    /// In how many groups something goes on.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// What goes on in a group, if anything does.
    pub(crate) fn known(&self, id: &str) -> Option<&LiveGroup> {
        self.groups.get(id)
    }

    pub(crate) fn group(&mut self, id: &str) -> &mut LiveGroup {
        if !self.groups.contains_key(id) {
            self.groups.insert(Arc::from(id), LiveGroup::default());
        }
        self.groups.get_mut(id).expect("it is there")
    }

    /// The member is there until `deadline` at least.
    pub(crate) fn set_session(
        &mut self,
        timers: &mut Timers,
        (group, id): (&str, &Arc<str>),
        deadline: Duration,
    ) {
        let member = self.member(timers, group, id);
        timers.set(member.session, deadline);
    }

    /// The member has to have given up what it loses in `epoch` by `deadline`.
    pub(crate) fn set_revocation(
        &mut self,
        timers: &mut Timers,
        (group, id): (&str, &Arc<str>),
        (epoch, deadline): (i32, Duration),
    ) {
        let member = self.member(timers, group, id);
        member.revokes_in = epoch;
        timers.set(member.revocation, deadline);
    }

    /// The member has nothing to give up.
    pub(crate) fn stop_revocation(&mut self, timers: &mut Timers, group: &str, id: &str) {
        let group = self.groups.get(group);
        if let Some(member) = group.and_then(|group| group.members.get(id)) {
            timers.stop(member.revocation);
        }
    }

    /// The member has to join again by `deadline`, or by the time that was set before.
    pub(crate) fn set_join_if_absent(
        &mut self,
        timers: &mut Timers,
        place: (&str, &Arc<str>),
        deadline: Duration,
    ) {
        let join = self.classic_timer(timers, place, Overdue::Join);
        if !timers.is_set(join) {
            timers.set(join, deadline);
        }
    }

    /// The member, which has joined, has to sync by `deadline`.
    pub(crate) fn set_sync(
        &mut self,
        timers: &mut Timers,
        place: (&str, &Arc<str>),
        deadline: Duration,
    ) {
        self.stop_classic(timers, place, Overdue::Join);
        let sync = self.classic_timer(timers, place, Overdue::Sync);
        timers.set(sync, deadline);
    }

    /// The member has synced.
    pub(crate) fn stop_sync(&mut self, timers: &mut Timers, place: (&str, &Arc<str>)) {
        self.stop_classic(timers, place, Overdue::Sync);
    }

    fn stop_classic(
        &mut self,
        timers: &mut Timers,
        (group, id): (&str, &Arc<str>),
        which: Overdue,
    ) {
        let group = self.groups.get(group);
        if let Some(member) = group.and_then(|group| group.members.get(id)) {
            let timer = match which {
                Overdue::Join => member.join,
                _ => member.sync,
            };
            timer.into_iter().for_each(|timer| timers.stop(timer));
        }
    }

    fn classic_timer(
        &mut self,
        timers: &mut Timers,
        (group, id): (&str, &Arc<str>),
        overdue: Overdue,
    ) -> TimerId {
        let member = self.member(timers, group, id);
        let place = match overdue {
            Overdue::Join => &mut member.join,
            _ => &mut member.sync,
        };
        *place.get_or_insert_with(|| timers.create(alarm(group, id, overdue)))
    }

    /// What the member is late with is looked at again at `at`.
    pub(crate) fn put_off(
        &mut self,
        timers: &mut Timers,
        (group, id): (&str, &Arc<str>),
        (overdue, at): (Overdue, Duration),
    ) {
        let timer = match overdue {
            Overdue::Session => self.member(timers, group, id).session,
            Overdue::Revocation => self.member(timers, group, id).revocation,
            Overdue::Join | Overdue::Sync => self.classic_timer(timers, (group, id), overdue),
        };
        timers.set(timer, at);
    }

    /// The epoch for which the revocation timer of a member was set.
    pub(crate) fn revokes_in(&self, group: &str, id: &str) -> Option<i32> {
        let member = self.groups.get(group)?.members.get(id)?;
        Some(member.revokes_in)
    }

    /// The member is gone.
    pub(crate) fn forget_member(&mut self, timers: &mut Timers, group_id: &str, id: &str) {
        let Some(group) = self.groups.get_mut(group_id) else {
            return;
        };
        if let Some(member) = group.members.remove(id) {
            member.remove(timers);
        }
        if group.members.is_empty() {
            self.forget_group(timers, group_id);
        }
    }

    /// The group is gone, or of another kind.
    pub(crate) fn forget_group(&mut self, timers: &mut Timers, id: &str) {
        let group = self.groups.remove(id).unwrap_or_default();
        group.members.into_values().for_each(|m| m.remove(timers));
        let delay = group.streams.initial_delay;
        delay.into_iter().for_each(|timer| timers.remove(timer));
    }

    fn member(&mut self, timers: &mut Timers, group_id: &str, id: &Arc<str>) -> &mut LiveMember {
        let group = self.group(group_id);
        group.members.entry(Arc::clone(id)).or_insert_with(|| {
            let revocation = alarm(group_id, id, Overdue::Revocation);
            LiveMember {
                session: timers.create(alarm(group_id, id, Overdue::Session)),
                revocation: timers.create(revocation),
                join: None,
                sync: None,
                revokes_in: 0,
            }
        })
    }
}

impl LiveMember {
    fn remove(self, timers: &mut Timers) {
        let of_classic = self.join.into_iter().chain(self.sync);
        let all = [self.session, self.revocation]
            .into_iter()
            .chain(of_classic);
        all.for_each(|timer| timers.remove(timer));
    }
}

fn alarm(group: &str, member: &Arc<str>, overdue: Overdue) -> Alarm {
    Alarm::ConsumerMember {
        group: Arc::from(group),
        member: Arc::clone(member),
        overdue,
    }
}
