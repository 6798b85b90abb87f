//! The soft half of consumer and share groups: deadlines, and what a group was compared with last.
//!
//! A member's timers outlive it by one session timeout at most: they find it gone and end then. So
//! nothing has to be taken back when the log refuses the records that end a member.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::Offset;

use crate::timers::{Alarm, TimerId, Timers};

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
    pub(crate) resolved: Option<(Offset, Duration)>,
    /// When share coordinators were last asked to begin states, on the clock of `Now::mono`.
    pub(crate) asked_at: Option<Duration>,
    members: BTreeMap<Arc<str>, LiveMember>,
}

#[derive(Debug)]
struct LiveMember {
    session: TimerId,
    revocation: TimerId,
    /// The member epoch in which it has to give partitions up.
    revokes_in: i32,
}

impl LiveGroups {
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
            timers.remove(member.session);
            timers.remove(member.revocation);
        }
        if group.members.is_empty() {
            self.groups.remove(group_id);
        }
    }

    fn member(&mut self, timers: &mut Timers, group_id: &str, id: &Arc<str>) -> &mut LiveMember {
        let group = self.group(group_id);
        group.members.entry(Arc::clone(id)).or_insert_with(|| {
            let (group, member) = (Arc::<str>::from(group_id), Arc::clone(id));
            let session = Alarm::ConsumerSession {
                group: Arc::clone(&group),
                member: Arc::clone(&member),
            };
            LiveMember {
                session: timers.create(session),
                revocation: timers.create(Alarm::ConsumerRevocation { group, member }),
                revokes_in: 0,
            }
        })
    }
}
