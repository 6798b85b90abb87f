//! Classic groups: the clients agree on protocols and one of them assigns (JoinGroup, SyncGroup).
//!
//! ```text
//!                      a member joins                    all have joined, or time is up
//!    +-------+ ------------------------> +-----------+ ---------------------> +------------+
//!    | Empty |                           | Preparing |                        | Completing |
//!    +-------+ <------------------------ +-----------+ <--------------------- +------------+
//!        ^      time is up, no members     ^       member joins, leaves, fails    |
//!        |                                 |                                      | the leader syncs:
//!        | (an Empty group without         | member joins, leaves, fails,         | record written
//!        |  offsets is removed)            | leader joins again                   v
//!                                          +------------------------------- +--------+
//!                                                                           | Stable |
//!                                                                           +--------+
//! ```
//!
//! What is durable and what is not: as in Apache Kafka, a classic group lives in memory and a
//! GroupMetadata record is written when there is something to agree on: a generation with its
//! assignment, a static member that came back under a new id, a group that became empty. Members
//! that are joining, ids given out, parked requests, protocols that were not elected and deadlines
//! are soft: they end with the shard. After loading, a group is what its last record says, and every
//! member gets a whole session timeout to be heard of.

mod answers;
mod convert;
mod describe;
mod heartbeat;
mod join;
mod leave;
mod members;
mod offsets;
mod rebalance;
mod restore;
mod static_member;
mod subscription;
mod sync;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, TimestampMs};

use crate::timers::{Alarm, TimerId, Timers};
use crate::turn::Turn;

pub(crate) use answers::{join_error, sync_error};
pub(crate) use convert::Migrant;
pub(crate) use join::Joining;
use members::{Member, Members, Parked, Protocol};
pub(crate) use offsets::Committer;
pub(crate) use restore::empty_record;
pub(crate) use static_member::Replaced;

/// The protocol type of consumers; producers of other types (Connect, schema registries) have theirs.
pub(crate) const CONSUMER_PROTOCOL_TYPE: &str = "consumer";

/// Where a group is in its rebalance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No members; it may have offsets.
    Empty,
    /// Members join.
    Preparing(Wait),
    /// All have joined; the leader assigns. The `unsynced` have not asked for their assignment.
    Completing { unsynced: BTreeSet<Arc<str>> },
    /// Everybody has an assignment. The `unsynced` have not asked for theirs.
    Stable { unsynced: BTreeSet<Arc<str>> },
}

/// What a group waits for while its members join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The group was empty: more members may come within `group.initial.rebalance.delay.ms`, which
    /// starts over when one does, up to the rebalance timeout.
    ForMore {
        delay: Duration,
        remaining: Duration,
        new_member: bool,
    },
    /// All members of the last generation have to join again, within the rebalance timeout.
    ForAll,
}

impl Phase {
    /// Kafka's name of the state.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Preparing(_) => "PreparingRebalance",
            Self::Completing { .. } => "CompletingRebalance",
            Self::Stable { .. } => "Stable",
        }
    }
}

/// One classic group; also the owner of offsets that were committed without any group ("simple").
#[derive(Debug)]
pub(crate) struct ClassicGroup {
    id: Arc<str>,
    phase: Phase,
    /// When the phase was entered; `None` in records older than version 2.
    since: Option<TimestampMs>,
    generation: i32,
    /// `None` for a group that has never had members.
    protocol_type: Option<Box<str>>,
    /// The protocol elected for this generation.
    protocol: Option<Box<str>>,
    leader: Option<Arc<str>>,
    members: Members,
    /// Ids given out to clients that have not joined with them yet, and until when they are good.
    pending: BTreeMap<Arc<str>, TimerId>,
    /// What the members of this generation are subscribed to, if the coordinator can tell.
    subscribed: Option<BTreeSet<Box<str>>>,
    /// Ends the wait for joins or for syncs.
    rebalance: TimerId,
}

impl ClassicGroup {
    /// A group without members.
    pub(crate) fn new(id: Arc<str>, since: Option<TimestampMs>, timers: &mut Timers) -> Self {
        let rebalance = timers.create(Alarm::Rebalance {
            group: Arc::clone(&id),
        });
        Self {
            id,
            phase: Phase::Empty,
            since,
            generation: 0,
            protocol_type: None,
            protocol: None,
            leader: None,
            members: Members::default(),
            pending: BTreeMap::new(),
            subscribed: None,
            rebalance,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.phase == Phase::Empty
    }

    /// Whether a client was given an id and may still join with it.
    pub(crate) fn has_pending_members(&self) -> bool {
        !self.pending.is_empty()
    }

    pub(crate) fn phase(&self) -> &Phase {
        &self.phase
    }

    pub(crate) fn protocol_type(&self) -> &str {
        self.protocol_type.as_deref().unwrap_or("")
    }

    /// Ends the group and its timers.
    pub(crate) fn drop_timers(self, timers: &mut Timers) {
        timers.remove(self.rebalance);
        for member in self.members.iter() {
            timers.remove(member.session);
        }
        for session in self.pending.values() {
            timers.remove(*session);
        }
    }

    /// Ends the group's time on this node: whoever waits is sent to the new coordinator.
    pub(crate) fn fail_parked(&mut self, error: ErrorCode, turn: &mut Turn<'_>) {
        for id in self.members.ids() {
            self.answer_parked(&id, error, turn);
        }
    }

    fn is_leader(&self, member_id: &str) -> bool {
        self.leader.as_deref() == Some(member_id)
    }

    fn enter(&mut self, phase: Phase, turn: &Turn<'_>) {
        self.phase = phase;
        self.since = Some(turn.now.wall);
    }

    /// The member was heard of: it has another session timeout.
    fn renew_session(&self, member_id: &str, turn: &mut Turn<'_>) {
        if let Some(member) = self.members.get(member_id) {
            let timeout =
                Duration::from_millis(u64::try_from(member.session_timeout_ms).unwrap_or(0));
            turn.timers.set(member.session, turn.now.mono + timeout);
        }
    }

    /// Whether the request comes from a member.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, and FENCED_INSTANCE_ID where the instance has a newer member (KIP-345).
    fn validate_member(&self, member_id: &str, instance_id: Option<&str>) -> Result<(), ErrorCode> {
        if let Some(instance_id) = instance_id {
            match self.members.static_member(instance_id) {
                None => return Err(ErrorCode::UNKNOWN_MEMBER_ID),
                Some(owner) if &*owner.id != member_id => {
                    return Err(ErrorCode::FENCED_INSTANCE_ID);
                }
                Some(_) => {}
            }
        }
        if self.members.contains(member_id) {
            Ok(())
        } else {
            Err(ErrorCode::UNKNOWN_MEMBER_ID)
        }
    }

    /// Takes a member, or an id given out, from the group. What it waits for fails with
    /// UNKNOWN_MEMBER_ID, so that a client that is alive joins anew.
    fn remove_member(&mut self, member_id: &str, turn: &mut Turn<'_>) {
        self.answer_parked(member_id, ErrorCode::UNKNOWN_MEMBER_ID, turn);
        if let Some(member) = self.members.remove(member_id) {
            turn.timers.remove(member.session);
        }
        if self.is_leader(member_id) {
            self.leader = self.members.iter().next().map(|m| Arc::clone(&m.id));
        }
        if let Some(session) = self.pending.remove(member_id) {
            turn.timers.remove(session);
        }
        if let Phase::Completing { unsynced } | Phase::Stable { unsynced } = &mut self.phase {
            unsynced.remove(member_id);
        }
    }
}
