//! JoinGroup (key 11) to a consumer group: a member that speaks the classic protocol joins, or takes
//! the next step towards its target.
//!
//! There is no rebalance of the group, and nobody waits: the answer comes at once, with the member's
//! epoch as its generation and without a leader, so that no client assigns. What it is given it learns
//! by SyncGroup.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use model::{ErrorCode, Uuid};
use protocol::join_group_response::JoinGroupResponse;
use statemachine::Decision;

use super::draft::{Change, Draft, Moment};
use super::embedded::{Subscription, read_subscription};
use super::migration::Downgrade;
use super::{
    ClassicMember, ConsumerChange, ConsumerGroup, Member, MemberMetadata, MigrationPolicy,
};
use crate::GroupCoordinator;
use crate::classic::{CONSUMER_PROTOCOL_TYPE, Joining, join_error};
use crate::coordinator::Undo;
use crate::settings::MAX_GROUP_METADATA_BYTES;
use crate::turn::{Decided, Reply, answer};

type Join = Decided<JoinGroupResponse<'static>>;

impl GroupCoordinator {
    /// A join to a consumer group with members.
    ///
    /// Errors: INCONSISTENT_GROUP_PROTOCOL, also where the migration policy is `disabled`;
    /// GROUP_MAX_SIZE_REACHED, MEMBER_ID_REQUIRED, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID;
    /// UNKNOWN_SERVER_ERROR for a subscription that cannot be read.
    pub(crate) fn join_consumer_group(
        &mut self,
        at: &Moment<'_>,
        group: &ConsumerGroup,
        joining: &Joining<'_>,
    ) -> Join {
        let request = joining.request;
        let refused = |error| {
            answer(join_error(
                joining.caller.version,
                error,
                &request.member_id,
            ))
        };
        let id = joining.consumer_member_id();
        if let Err(error) = self.check_classic_join(group, joining, &id) {
            return refused(error);
        }
        if joining.needs_id() {
            let required = ErrorCode::MEMBER_ID_REQUIRED;
            return answer(join_error(joining.caller.version, required, &id));
        }
        let mut draft = Draft::new(&request.group_id, Cow::Borrowed(group));
        let owner = match draft.admit_classic(&id, joining) {
            Ok(owner) => owner,
            Err(error) => return refused(error),
        };
        let first = request.protocols.first().map(|p| &*p.metadata);
        let Some(subscription) = first.and_then(|bytes| read_subscription(bytes, at.image)) else {
            return refused(ErrorCode::UNKNOWN_SERVER_ERROR);
        };
        let known = draft.group.members.get(&id);
        let known = known.map(|member| Arc::clone(&member.metadata));
        let updated = joining.metadata(&known.unwrap_or_default(), &subscription);
        let Ok(change) = draft.update_metadata(&id, updated) else {
            unreachable!("a classic member has no expression")
        };
        let downgrades =
            owner.is_some_and(|owner| group.may_downgrade_replacing(&self.settings, &owner));
        if downgrades {
            self.join_and_downgrade(at, group, (draft, change), (&id, &subscription), joining)
        } else {
            self.join_and_stay(at, (draft, change), (&id, &subscription), joining)
        }
    }

    fn check_classic_join(
        &self,
        group: &ConsumerGroup,
        joining: &Joining<'_>,
        id: &str,
    ) -> Result<(), ErrorCode> {
        let inconsistent = Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
        if self.settings.migration_policy == MigrationPolicy::Disabled {
            return inconsistent;
        }
        let room = group.check_room(self.settings.consumer_max_size, id, joining.instance_id());
        if room.is_err() || joining.metadata_bytes() > MAX_GROUP_METADATA_BYTES {
            return Err(ErrorCode::GROUP_MAX_SIZE_REACHED);
        }
        let request = joining.request;
        let mut names = request.protocols.iter().map(|protocol| &*protocol.name);
        if request.protocol_type != CONSUMER_PROTOCOL_TYPE
            || !names.any(|name| group.all_classic_support(name))
        {
            return inconsistent;
        }
        Ok(())
    }

    /// The group stays a consumer group: the member takes its next step.
    fn join_and_stay(
        &mut self,
        at: &Moment<'_>,
        (mut draft, change): (Draft<'_>, Change),
        (id, subscription): (&Arc<str>, &Subscription),
        joining: &Joining<'_>,
    ) -> Join {
        let group_id = &*joining.request.group_id;
        let changed = change.is_of_subscription();
        self.advance(&mut draft, group_id, at, changed);
        let next = match draft.reconcile(id, Some(&subscription.owned), changed, at.image) {
            Ok(next) => next,
            Err(refused) => {
                let version = joining.caller.version;
                return answer(join_error(version, refused.0, &joining.request.member_id));
            }
        };
        let epoch = next.as_ref().unwrap_or(&draft.member(id).current).epoch;
        if let Some(next) = next {
            draft.push_last(ConsumerChange::Current(Arc::clone(id), Some(next)));
        }
        self.note_join(at, id, joining);
        self.undo = Undo::Compared {
            group: Arc::from(group_id),
        };
        Decision::atomically(draft.records, Reply::Now(joining.joined(id, epoch)))
    }

    /// With this member nobody speaks the consumer protocol any more: the group becomes a classic one,
    /// stable if the target that the members have is the newest.
    fn join_and_downgrade(
        &mut self,
        at: &Moment<'_>,
        group: &ConsumerGroup,
        (mut draft, change): (Draft<'_>, Change),
        (id, subscription): (&Arc<str>, &Subscription),
        joining: &Joining<'_>,
    ) -> Join {
        draft.renew_epoch(at.image, change.is_of_subscription());
        let rebalances = draft.group.assignment_epoch < draft.group.epoch;
        let mut epoch = draft.member(id).current.epoch;
        if !rebalances {
            let owned = Some(&subscription.owned);
            if let Ok(Some(next)) = draft.reconcile(id, owned, false, at.image) {
                epoch = next.epoch;
            }
        }
        let downgrade = Downgrade {
            group_id: &joining.request.group_id,
            logged: group,
            group: &draft.group,
            leaving: &BTreeSet::new(),
            rebalances,
        };
        match self.downgrade(at.now, at.image, &downgrade) {
            Some(records) => Decision::atomically(records, Reply::Now(joining.joined(id, epoch))),
            None => self.join_and_stay(at, (draft, change), (id, subscription), joining),
        }
    }

    /// The deadlines of a member that has joined: it is to be heard of, and to sync.
    fn note_join(&mut self, at: &Moment<'_>, id: &Arc<str>, joining: &Joining<'_>) {
        let place = (&*joining.request.group_id, id);
        let now = at.now.mono;
        let Self { live, timers, .. } = self;
        live.set_session(
            timers,
            place,
            now + millis(joining.request.session_timeout_ms),
        );
        live.stop_revocation(timers, place.0, id);
        live.set_sync(timers, place, now + millis(joining.rebalance_timeout_ms()));
    }
}

fn millis(timeout_ms: i32) -> std::time::Duration {
    std::time::Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0))
}

impl Draft<'_> {
    /// Lets the member in, if it may; gives the member whose place it takes.
    fn admit_classic(
        &mut self,
        id: &Arc<str>,
        joining: &Joining<'_>,
    ) -> Result<Option<Arc<str>>, ErrorCode> {
        let Some(instance_id) = joining.instance_id() else {
            return Ok(None);
        };
        let is_new = joining.request.member_id.is_empty();
        let owner = self.group.static_members.get(instance_id).cloned();
        match owner {
            None if is_new => Ok(None),
            None => Err(ErrorCode::UNKNOWN_MEMBER_ID),
            Some(owner) if is_new => {
                let before = Member::clone(&self.group.members[&owner]);
                self.replace(&owner, id, before);
                Ok(Some(owner))
            }
            Some(owner) if owner != *id => Err(ErrorCode::FENCED_INSTANCE_ID),
            Some(_) => Ok(None),
        }
    }
}

impl ConsumerGroup {
    /// Whether all members that speak the classic protocol support a protocol.
    fn all_classic_support(&self, name: &str) -> bool {
        let mut classic = self
            .members
            .values()
            .filter_map(|m| m.metadata.classic.as_ref());
        self.classic_count == 0
            || classic.all(|m| m.protocols.iter().any(|(known, _)| **known == *name))
    }
}

impl Joining<'_> {
    /// The member's own id, or a new one: without the name of the client, as those of the consumer
    /// protocol.
    fn consumer_member_id(&self) -> Arc<str> {
        if !self.request.member_id.is_empty() {
            return Arc::from(&*self.request.member_id);
        }
        let bits = self.random;
        let id = Uuid::from_random(bits).unwrap_or(Uuid(bits.to_be_bytes()));
        Arc::from(id.to_string())
    }

    fn metadata(&self, before: &MemberMetadata, subscription: &Subscription) -> MemberMetadata {
        let rack_id = subscription.rack_id.clone();
        let instance_id = self.instance_id().map(Arc::from);
        MemberMetadata {
            instance_id: instance_id.or_else(|| before.instance_id.clone()),
            rack_id: rack_id.or_else(|| before.rack_id.clone()),
            client_id: Box::from(self.caller.client_id),
            client_host: Box::from(self.caller.client_host),
            topics: subscription.topics.clone(),
            regex: None,
            rebalance_timeout_ms: match self.rebalance_timeout_ms() {
                -1 => before.rebalance_timeout_ms,
                timeout => timeout,
            },
            assignor: before.assignor.clone(),
            classic: Some(ClassicMember {
                session_timeout_ms: self.request.session_timeout_ms,
                protocols: self.plain_protocols(),
            }),
        }
    }

    fn joined(&self, id: &str, epoch: i32) -> JoinGroupResponse<'static> {
        let protocol = self.request.protocols.first();
        let protocol = protocol.map(|protocol| Cow::Owned(protocol.name.to_string()));
        JoinGroupResponse {
            generation_id: epoch,
            protocol_type: Some(Cow::Borrowed(CONSUMER_PROTOCOL_TYPE)),
            protocol_name: protocol,
            member_id: Cow::Owned(id.to_owned()),
            ..JoinGroupResponse::default()
        }
    }
}
