//! How members that speak the classic protocol live in a consumer group: SyncGroup (14), Heartbeat (12)
//! and LeaveGroup (13).
//!
//! ```text
//!           heartbeat: REBALANCE_IN_PROGRESS             joined: has to sync
//!   synced ---------------------------------> to join ----------------------> to sync
//!     ^      a newer target, or partitions to     |  within its                 |  within its
//!     |      give up or to take                   |  rebalance timeout          |  rebalance timeout
//!     |                                           v  or removed                 v  or removed
//!     +-------------------------------------------------------------------------+
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use metadata::Image;
use model::{ErrorCode, Now};
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::leave_group_request::MemberIdentity;
use protocol::sync_group_request::SyncGroupRequest;
use protocol::sync_group_response::SyncGroupResponse;

use super::{ClassicMember, ConsumerGroup, Member, MemberState, embedded};
use crate::GroupCoordinator;
use crate::classic::CONSUMER_PROTOCOL_TYPE;
use crate::record::Record;

impl GroupCoordinator {
    /// A member asks what it may consume: it is what it has, whether or not that is its target.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, also for a member that speaks the consumer protocol; FENCED_INSTANCE_ID,
    /// ILLEGAL_GENERATION, INCONSISTENT_GROUP_PROTOCOL; REBALANCE_IN_PROGRESS where there is a newer
    /// target.
    pub(crate) fn sync_consumer_member(
        &mut self,
        (now, image): (Now, &Image),
        group: &ConsumerGroup,
        request: &SyncGroupRequest<'_>,
    ) -> Result<SyncGroupResponse<'static>, ErrorCode> {
        let instance_id = request.group_instance_id.as_deref();
        let (id, member) = group.find_member(&request.member_id, instance_id)?;
        let classic = member.check_classic(request.generation_id)?;
        classic.check_protocol(request)?;
        let place = (&*request.group_id, id);
        let has_newer = group.assignment_epoch > member.current.epoch;
        if has_newer && member.current.state != MemberState::Unrevoked {
            self.expect_join(now, place, member);
            return Err(ErrorCode::REBALANCE_IN_PROGRESS);
        }
        let Self { live, timers, .. } = self;
        live.stop_sync(timers, place);
        live.set_session(timers, place, now.mono + classic.session_timeout());
        let subscription = classic.protocols.first().map(|(_, bytes)| &**bytes);
        let version = subscription.and_then(embedded::version);
        let version = version.ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
        let assignment = embedded::write_assigned(version, &member.current.assigned, image);
        let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(|t| Cow::Owned(t.to_owned()));
        Ok(SyncGroupResponse {
            protocol_type: owned(&request.protocol_type),
            protocol_name: owned(&request.protocol_name),
            assignment: Cow::Owned(assignment),
            ..SyncGroupResponse::default()
        })
    }

    /// A member is alive.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, also for a member that speaks the consumer protocol; FENCED_INSTANCE_ID,
    /// ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS tells a member, which was heard, to join again: there
    /// is a newer target, it has to give something up, or what it waits for is free.
    pub(crate) fn heartbeat_consumer_member(
        &mut self,
        now: Now,
        group: &ConsumerGroup,
        request: &HeartbeatRequest<'_>,
    ) -> Result<(), ErrorCode> {
        let instance_id = request.group_instance_id.as_deref();
        let (id, member) = group.find_member(&request.member_id, instance_id)?;
        let classic = member.check_classic(request.generation_id)?;
        let place = (&*request.group_id, id);
        let Self { live, timers, .. } = self;
        live.set_session(timers, place, now.mono + classic.session_timeout());
        let has_to_join = member.current.epoch < group.assignment_epoch
            || match member.current.state {
                MemberState::Unrevoked => true,
                MemberState::Unreleased => !group.waits_for_others(id, member),
                MemberState::Stable | MemberState::Unknown => false,
            };
        if !has_to_join {
            return Ok(());
        }
        self.expect_join(now, place, member);
        Err(ErrorCode::REBALANCE_IN_PROGRESS)
    }

    /// Members leave, whatever they speak; an administrator may name a static member by its instance
    /// id alone. Gives the result of each and the records, which hold together or not at all.
    pub(crate) fn leave_consumer_members(
        &mut self,
        (now, image): (Now, &Image),
        (group_id, group): (&str, &ConsumerGroup),
        leaving: &[MemberIdentity<'_>],
    ) -> (Vec<Result<(), ErrorCode>>, Vec<Record>) {
        let mut gone = BTreeSet::new();
        let results = leaving.iter().map(|identity| {
            let instance_id = identity.group_instance_id.as_deref();
            let owner = instance_id.map(|instance_id| group.static_members.get(instance_id));
            let id = match owner {
                Some(owner) if identity.member_id.is_empty() => {
                    owner.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?
                }
                _ => group.find_member(&identity.member_id, instance_id)?.0,
            };
            gone.insert(Arc::clone(id));
            Ok(())
        });
        let results = results.collect();
        let records = self.remove_members(now, image, (group_id, group), &gone);
        (results, records)
    }

    fn expect_join(&mut self, now: Now, place: (&str, &Arc<str>), member: &Member) {
        let deadline = now.mono + member.metadata.rebalance_timeout();
        self.live
            .set_join_if_absent(&mut self.timers, place, deadline);
    }
}

impl ConsumerGroup {
    fn find_member(
        &self,
        id: &str,
        instance_id: Option<&str>,
    ) -> Result<(&Arc<str>, &Member), ErrorCode> {
        if let Some(instance_id) = instance_id {
            match self.static_members.get(instance_id) {
                None => return Err(ErrorCode::UNKNOWN_MEMBER_ID),
                Some(owner) if **owner != *id => return Err(ErrorCode::FENCED_INSTANCE_ID),
                Some(_) => {}
            }
        }
        let member = self.members.get_key_value(id);
        let member = member.map(|(id, member)| (id, &**member));
        member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)
    }

    /// Whether others have something of the member's target.
    fn waits_for_others(&self, id: &Arc<str>, member: &Member) -> bool {
        let target = self.targets.get(id).into_iter().flatten();
        let mut wanted = target.flat_map(|(topic, set)| set.iter().map(|p| (*topic, *p)));
        wanted.any(|(topic, partition)| {
            let assigned = member.current.assigned.get(&topic);
            let has_it = assigned.is_some_and(|assigned| assigned.contains_key(&partition));
            !has_it && self.owners.contains_key(&(topic, partition))
        })
    }
}

impl Member {
    fn check_classic(&self, generation: i32) -> Result<&ClassicMember, ErrorCode> {
        let classic = self.metadata.classic.as_ref();
        let classic = classic.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
        if generation == self.current.epoch {
            Ok(classic)
        } else {
            Err(ErrorCode::ILLEGAL_GENERATION)
        }
    }
}

impl ClassicMember {
    /// The client names the protocol that it was told in the answer to its join: its first.
    fn check_protocol(&self, request: &SyncGroupRequest<'_>) -> Result<(), ErrorCode> {
        let differs = |theirs: Option<&str>, ours: Option<&str>| {
            theirs.is_some_and(|theirs| ours.is_none_or(|ours| theirs != ours))
        };
        let first = self.protocols.first().map(|(name, _)| &**name);
        if differs(
            request.protocol_type.as_deref(),
            Some(CONSUMER_PROTOCOL_TYPE),
        ) || differs(request.protocol_name.as_deref(), first)
        {
            return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
        }
        Ok(())
    }
}
