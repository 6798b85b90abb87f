//! What is recorded of a member.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::TopicId;

use super::Partitions;

/// Partitions of topics, each with the member epoch in which it was given (KIP-1251).
pub type Assigned = BTreeMap<TopicId, BTreeMap<i32, i32>>;

/// What a member has said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberMetadata {
    /// `group.instance.id` of a static member.
    pub instance_id: Option<Arc<str>>,
    /// Where it runs.
    pub rack_id: Option<Box<str>>,
    /// From the request's header.
    pub client_id: Box<str>,
    /// Address of the client.
    pub client_host: Box<str>,
    /// The topics that it names.
    pub topics: BTreeSet<Arc<str>>,
    /// The expression that names topics.
    pub regex: Option<Arc<str>>,
    /// In milliseconds.
    pub rebalance_timeout_ms: i32,
    /// The assignor that it votes for.
    pub assignor: Option<Box<str>>,
    /// Of a member that speaks the classic protocol.
    pub classic: Option<ClassicMember>,
}

impl Default for MemberMetadata {
    fn default() -> Self {
        Self {
            instance_id: None,
            rack_id: None,
            client_id: Box::default(),
            client_host: Box::default(),
            topics: BTreeSet::new(),
            regex: None,
            rebalance_timeout_ms: -1,
            assignor: None,
            classic: None,
        }
    }
}

/// A member that speaks the classic protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassicMember {
    /// In milliseconds.
    pub session_timeout_ms: i32,
    /// Names and subscriptions of the protocols that it supports.
    pub protocols: Vec<(Box<str>, Box<[u8]>)>,
}

/// How far a member has come on its way to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MemberState {
    /// It has what the target of its epoch gives it.
    #[default]
    Stable,
    /// It has to give partitions up first.
    Unrevoked,
    /// It waits for partitions that others have not given up.
    Unreleased,
    /// Something that this release does not know.
    Unknown,
}

/// What a member has, and what it has to give up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentAssignment {
    /// The member epoch; -2 for a static member that is away.
    pub epoch: i32,
    /// The epoch before, which a member may still use that has not heard of this one.
    pub previous_epoch: i32,
    /// How far it has come.
    pub state: MemberState,
    /// What it may consume.
    pub assigned: Assigned,
    /// What it has to give up.
    pub revoking: Assigned,
}

impl Default for CurrentAssignment {
    /// A member that has just joined.
    fn default() -> Self {
        Self {
            epoch: 0,
            previous_epoch: -1,
            state: MemberState::Stable,
            assigned: Assigned::new(),
            revoking: Assigned::new(),
        }
    }
}

impl CurrentAssignment {
    /// Everything that is not free for others.
    pub(crate) fn places(&self) -> impl Iterator<Item = (TopicId, i32)> {
        let topics = self.assigned.iter().chain(&self.revoking);
        topics.flat_map(|(topic, partitions)| partitions.keys().map(|p| (*topic, *p)))
    }

    /// Whether everything in `owned` is assigned.
    pub(crate) fn contains(&self, owned: &Partitions) -> bool {
        owned.iter().all(|(topic, partitions)| {
            let assigned = self.assigned.get(topic);
            partitions
                .iter()
                .all(|p| assigned.is_some_and(|assigned| assigned.contains_key(p)))
        })
    }
}
