//! JoinGroup (key 11): a client becomes a member, or takes part in the next generation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use model::ErrorCode;
use protocol::join_group_request::JoinGroupRequest;
use protocol::join_group_response::JoinGroupResponse;

use super::answers::join_error;
use super::{ClassicGroup, Member, Parked, Phase, Protocol, Wait};
use crate::member_id;
use crate::settings::{MAX_GROUP_METADATA_BYTES, MAX_PENDING_MEMBERS, NEW_MEMBER_JOIN_TIMEOUT};
use crate::timers::Alarm;
use crate::turn::{Caller, Reply, Turn, Waiter};

/// From this version on a new dynamic member is given its id before it joins (KIP-394).
const REQUIRES_MEMBER_ID: i16 = 4;

/// One JoinGroup request and what came with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joining<'r> {
    pub(crate) waiter: Waiter,
    pub(crate) caller: Caller<'r>,
    /// Becomes part of the id of a new member.
    pub(crate) random: u128,
    pub(crate) request: &'r JoinGroupRequest<'r>,
}

impl Joining<'_> {
    fn parked(&self) -> Parked {
        Parked::Join {
            waiter: self.waiter,
            version: self.caller.version,
        }
    }

    pub(crate) fn instance_id(&self) -> Option<&str> {
        self.request.group_instance_id.as_deref()
    }

    /// Version 0 has one timeout for both.
    pub(crate) fn rebalance_timeout_ms(&self) -> i32 {
        match self.caller.version {
            0 => self.request.session_timeout_ms,
            _ => self.request.rebalance_timeout_ms,
        }
    }

    /// The protocols, copied out of the frame; of two with one name the first counts.
    fn protocols(&self) -> Vec<Protocol> {
        let mut names = BTreeSet::new();
        self.request
            .protocols
            .iter()
            .filter(|p| names.insert(&*p.name))
            .map(|p| Protocol {
                name: Box::from(&*p.name),
                metadata: Arc::from(&*p.metadata),
            })
            .collect()
    }

    /// Whether a new dynamic member has to be given an id first.
    pub(crate) fn needs_id(&self) -> bool {
        self.request.member_id.is_empty()
            && self.instance_id().is_none()
            && self.caller.version >= REQUIRES_MEMBER_ID
    }

    /// The protocols as a member of a consumer group keeps them; of two with one name the first counts.
    pub(crate) fn plain_protocols(&self) -> Vec<(Box<str>, Box<[u8]>)> {
        let protocols = self.protocols().into_iter();
        protocols
            .map(|protocol| (protocol.name, Box::from(&*protocol.metadata)))
            .collect()
    }

    pub(crate) fn metadata_bytes(&self) -> usize {
        self.request
            .protocols
            .iter()
            .map(|p| p.name.len() + p.metadata.len())
            .sum()
    }

    fn refuse(&self, error: ErrorCode, member_id: &str) -> JoinReply {
        Reply::Now(join_error(self.caller.version, error, member_id))
    }

    fn new_member_id(&self) -> Arc<str> {
        let prefix = self.instance_id().unwrap_or(self.caller.client_id);
        Arc::from(member_id::generate(prefix, self.random))
    }

    /// Whether a group that does not exist could begin with this member.
    pub(crate) fn may_found_group(&self) -> bool {
        !self.request.protocol_type.is_empty() && !self.request.protocols.is_empty()
    }
}

type JoinReply = Reply<JoinGroupResponse<'static>>;

impl ClassicGroup {
    /// Handles a join of a new or a known member.
    pub(crate) fn join(&mut self, joining: &Joining<'_>, turn: &mut Turn<'_>) -> JoinReply {
        let request = joining.request;
        if !self.has_room_for(joining, turn) {
            if self.members.contains(&request.member_id) {
                self.remove_member(&request.member_id, turn);
                self.after_leave(turn);
            }
            return joining.refuse(ErrorCode::GROUP_MAX_SIZE_REACHED, "");
        }
        if !self.supports_protocols(joining) {
            return joining.refuse(ErrorCode::INCONSISTENT_GROUP_PROTOCOL, &request.member_id);
        }
        if request.member_id.is_empty() {
            self.join_unknown(joining, turn)
        } else if joining.instance_id().is_none()
            && let Some(session) = self.pending.remove(&*request.member_id)
        {
            turn.timers.remove(session);
            self.add_member(Arc::from(&*request.member_id), joining, turn)
        } else {
            self.join_known(joining, turn)
        }
    }

    /// Whether the group takes the member in. While members join, those that have joined count and
    /// not those that were there, so that a group above its limit loses the last that come back.
    fn has_room_for(&self, joining: &Joining<'_>, turn: &Turn<'_>) -> bool {
        let member = self.members.get(&joining.request.member_id);
        let replaced: usize =
            member.map_or(0, |m| m.protocols.iter().map(|p| p.metadata.len()).sum());
        let bytes = self.members.metadata_bytes() - replaced + joining.metadata_bytes();
        let limit = turn.settings.max_group_size;
        bytes <= MAX_GROUP_METADATA_BYTES
            && match &self.phase {
                Phase::Empty => true,
                Phase::Preparing(_) => {
                    member.is_some_and(Member::awaits_join) || self.members.joined() < limit
                }
                Phase::Completing { .. } | Phase::Stable { .. } => {
                    member.is_some() || self.members.len() < limit
                }
            }
    }

    fn supports_protocols(&self, joining: &Joining<'_>) -> bool {
        if self.phase == Phase::Empty {
            return joining.may_found_group();
        }
        self.protocol_type() == joining.request.protocol_type
            && self
                .members
                .any_supported_by_all(joining.request.protocols.iter().map(|p| &*p.name))
    }

    fn join_unknown(&mut self, joining: &Joining<'_>, turn: &mut Turn<'_>) -> JoinReply {
        let new_id = joining.new_member_id();
        if let Some(instance_id) = joining.instance_id() {
            return match self.members.static_member(instance_id) {
                Some(existing) => {
                    let old_id = Arc::clone(&existing.id);
                    self.replace_static_member(&old_id, new_id, joining, turn)
                }
                None => self.add_member(new_id, joining, turn),
            };
        }
        if joining.caller.version < REQUIRES_MEMBER_ID {
            return self.add_member(new_id, joining, turn);
        }
        if self.pending.len() >= MAX_PENDING_MEMBERS {
            return joining.refuse(ErrorCode::GROUP_MAX_SIZE_REACHED, "");
        }
        let reply = joining.refuse(ErrorCode::MEMBER_ID_REQUIRED, &new_id);
        self.give_out_id(new_id, joining.request.session_timeout_ms, turn);
        reply
    }

    /// Remembers an id for one session timeout: who knows it may join.
    fn give_out_id(&mut self, id: Arc<str>, session_timeout_ms: i32, turn: &mut Turn<'_>) {
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&id),
        };
        let session = turn.timers.create(alarm);
        let timeout = Duration::from_millis(u64::try_from(session_timeout_ms).unwrap_or(0));
        turn.timers.set(session, turn.now.mono + timeout);
        self.pending.insert(id, session);
    }

    fn join_known(&mut self, joining: &Joining<'_>, turn: &mut Turn<'_>) -> JoinReply {
        let id = &*joining.request.member_id;
        if let Err(error) = self.validate_member(id, joining.instance_id()) {
            return joining.refuse(error, id);
        }
        let same = self
            .members
            .get(id)
            .is_some_and(|m| m.protocols == joining.protocols());
        let rejoins = match &self.phase {
            // No member is in an empty group.
            Phase::Empty => return joining.refuse(ErrorCode::UNKNOWN_MEMBER_ID, id),
            Phase::Preparing(_) => true,
            // The same subscription: the client has not seen the answer.
            Phase::Completing { .. } => !same,
            // The leader may know of a change that no subscription shows: new partitions.
            Phase::Stable { .. } => !same || self.is_leader(id),
        };
        if !rejoins {
            return Reply::Now(self.join_answer(id, joining.caller.version));
        }
        self.update_member(id, joining, turn);
        self.rebalance_or_complete_join(turn);
        Reply::Parked
    }

    /// Takes over what the member says of itself, and lets its join wait.
    pub(super) fn update_member(&mut self, id: &str, joining: &Joining<'_>, turn: &mut Turn<'_>) {
        self.members.update(id, |member| {
            member.protocols = joining.protocols();
            member.rebalance_timeout_ms = joining.rebalance_timeout_ms();
            member.session_timeout_ms = joining.request.session_timeout_ms;
        });
        self.park(id, joining.parked(), turn);
    }

    fn add_member(
        &mut self,
        id: Arc<str>,
        joining: &Joining<'_>,
        turn: &mut Turn<'_>,
    ) -> JoinReply {
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&id),
        };
        let session = turn.timers.create(alarm);
        turn.timers
            .set(session, turn.now.mono + NEW_MEMBER_JOIN_TIMEOUT);
        if self.members.is_empty() {
            self.protocol_type = Some(Box::from(&*joining.request.protocol_type));
        }
        self.leader.get_or_insert_with(|| Arc::clone(&id));
        self.members.insert(Member {
            id: Arc::clone(&id),
            instance_id: joining.instance_id().map(Arc::from),
            client_id: Arc::from(joining.caller.client_id),
            client_host: Arc::from(joining.caller.client_host),
            rebalance_timeout_ms: joining.rebalance_timeout_ms(),
            session_timeout_ms: joining.request.session_timeout_ms,
            protocols: joining.protocols(),
            assignment: Arc::from([]),
            parked: None,
            is_new: true,
            session,
        });
        self.park(&id, joining.parked(), turn);
        if let Phase::Preparing(Wait::ForMore { new_member, .. }) = &mut self.phase {
            *new_member = true;
        }
        self.rebalance_or_complete_join(turn);
        Reply::Parked
    }
}
