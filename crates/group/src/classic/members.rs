//! The members of a classic group and the counts that are kept about them.
//!
//! Owns the invariants between the members, the index of static members, the number of members that
//! wait in a join, and how many members support each protocol. It never decides anything: that is
//! the business of the modules beside it.

use std::collections::BTreeMap;
use std::collections::btree_map::Values;
use std::sync::Arc;

use crate::timers::TimerId;
use crate::turn::Waiter;

/// One way to assign partitions that a member can follow, with its subscription for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Protocol {
    /// Name of the assignor.
    pub(crate) name: Box<str>,
    /// The member's subscription: bytes between the clients.
    pub(crate) metadata: Arc<[u8]>,
}

/// A request that waits for the other members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parked {
    /// A JoinGroup of this version.
    Join { waiter: Waiter, version: i16 },
    /// A SyncGroup.
    Sync { waiter: Waiter },
}

/// A member of a classic group.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) id: Arc<str>,
    /// `group.instance.id` of a static member (KIP-345).
    pub(crate) instance_id: Option<Arc<str>>,
    pub(crate) client_id: Arc<str>,
    pub(crate) client_host: Arc<str>,
    /// As the client sent it; a negative value counts as 0.
    pub(crate) rebalance_timeout_ms: i32,
    pub(crate) session_timeout_ms: i32,
    /// In the member's order of preference, no name twice.
    pub(crate) protocols: Vec<Protocol>,
    pub(crate) assignment: Arc<[u8]>,
    /// The request of this member that waits, if one does.
    pub(crate) parked: Option<Parked>,
    /// Whether the member has not taken part in a generation: it does not heartbeat yet, so that its
    /// deadline counts even while it waits in a join.
    pub(crate) is_new: bool,
    pub(crate) session: TimerId,
}

impl Member {
    /// Whether a JoinGroup of this member waits.
    pub(crate) fn awaits_join(&self) -> bool {
        matches!(self.parked, Some(Parked::Join { .. }))
    }

    /// Whether the member counts as alive although its deadline has passed: a client whose request
    /// waits here cannot heartbeat.
    pub(crate) fn has_satisfied_heartbeat(&self) -> bool {
        !self.is_new && self.parked.is_some()
    }

    /// The member's subscription for a protocol; empty where it does not support it.
    pub(crate) fn metadata(&self, protocol: &str) -> Arc<[u8]> {
        self.protocols
            .iter()
            .find(|p| &*p.name == protocol)
            .map_or_else(|| Arc::from([]), |p| Arc::clone(&p.metadata))
    }

    fn metadata_bytes(&self) -> usize {
        self.protocols
            .iter()
            .map(|p| p.name.len() + p.metadata.len())
            .sum()
    }
}

/// All members of one group, in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Members {
    by_id: BTreeMap<Arc<str>, Member>,
    /// Instance id to member id.
    statics: BTreeMap<Arc<str>, Arc<str>>,
    /// How many members support each protocol.
    support: BTreeMap<Box<str>, usize>,
    /// How many members wait in a join.
    joined: usize,
    metadata_bytes: usize,
}

impl Members {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// How many members wait in a join.
    pub(crate) fn joined(&self) -> usize {
        self.joined
    }

    /// Bytes of all subscriptions.
    pub(crate) fn metadata_bytes(&self) -> usize {
        self.metadata_bytes
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Member> {
        self.by_id.get(id)
    }

    pub(crate) fn iter(&self) -> Values<'_, Arc<str>, Member> {
        self.by_id.values()
    }

    pub(crate) fn ids(&self) -> Vec<Arc<str>> {
        self.by_id.keys().cloned().collect()
    }

    /// The member that has this instance id.
    pub(crate) fn static_member(&self, instance_id: &str) -> Option<&Member> {
        self.statics
            .get(instance_id)
            .and_then(|id| self.by_id.get(id))
    }

    /// Adds a member whose id and instance id are not there yet.
    pub(crate) fn insert(&mut self, member: Member) {
        if let Some(instance_id) = &member.instance_id {
            let before = self
                .statics
                .insert(Arc::clone(instance_id), Arc::clone(&member.id));
            assert!(before.is_none(), "an instance id belongs to one member");
        }
        self.count(&member);
        let before = self.by_id.insert(Arc::clone(&member.id), member);
        assert!(before.is_none(), "a member is added once");
    }

    /// Takes a member out.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Member> {
        let member = self.by_id.remove(id)?;
        self.uncount(&member);
        if let Some(instance_id) = &member.instance_id {
            self.statics.remove(instance_id);
        }
        Some(member)
    }

    /// Changes a member under `change`, keeping the counts.
    pub(crate) fn update<R>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Member) -> R,
    ) -> Option<R> {
        let mut member = self.by_id.remove(id)?;
        self.uncount(&member);
        let result = change(&mut member);
        self.count(&member);
        self.by_id.insert(Arc::clone(&member.id), member);
        Some(result)
    }

    /// Changes what no count depends on.
    pub(crate) fn set_assignment(&mut self, id: &str, assignment: Arc<[u8]>) {
        if let Some(member) = self.by_id.get_mut(id) {
            member.assignment = assignment;
        }
    }

    /// Marks that the member has taken part in a generation.
    pub(crate) fn set_settled(&mut self, id: &str) {
        if let Some(member) = self.by_id.get_mut(id) {
            member.is_new = false;
        }
    }

    /// Lets a request of the member wait; gives back the one that it replaces.
    pub(crate) fn park(&mut self, id: &str, request: Parked) -> Option<Parked> {
        let member = self.by_id.get_mut(id)?;
        let before = member.parked.replace(request);
        self.joined += usize::from(matches!(request, Parked::Join { .. }));
        self.joined -= usize::from(matches!(before, Some(Parked::Join { .. })));
        before
    }

    /// Takes the request of the member that waits.
    pub(crate) fn unpark(&mut self, id: &str) -> Option<Parked> {
        let before = self.by_id.get_mut(id)?.parked.take();
        self.joined -= usize::from(matches!(before, Some(Parked::Join { .. })));
        before
    }

    /// Whether every member supports one of the named protocols.
    pub(crate) fn any_supported_by_all<'n>(
        &self,
        mut names: impl Iterator<Item = &'n str>,
    ) -> bool {
        names.any(|name| self.support.get(name).copied().unwrap_or(0) == self.len())
    }

    /// The protocol with the most votes among those that all members support; each member votes for
    /// the first that it named. `None` without members, or if they have nothing in common.
    pub(crate) fn elect_protocol(&self) -> Option<Box<str>> {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for member in self.iter() {
            let vote = member
                .protocols
                .iter()
                .map(|p| &*p.name)
                .find(|name| self.support.get(*name).copied() == Some(self.len()))?;
            *votes.entry(vote).or_default() += 1;
        }
        let most = votes.values().max()?;
        votes
            .iter()
            .find(|(_, count)| *count == most)
            .map(|(name, _)| Box::from(*name))
    }

    /// The longest rebalance timeout, in milliseconds, not negative.
    pub(crate) fn rebalance_timeout_ms(&self) -> u64 {
        let longest = self
            .iter()
            .map(|m| m.rebalance_timeout_ms)
            .max()
            .unwrap_or(0);
        u64::try_from(longest).unwrap_or(0)
    }

    fn count(&mut self, member: &Member) {
        for protocol in &member.protocols {
            *self.support.entry(protocol.name.clone()).or_default() += 1;
        }
        self.joined += usize::from(member.awaits_join());
        self.metadata_bytes += member.metadata_bytes();
    }

    fn uncount(&mut self, member: &Member) {
        for protocol in &member.protocols {
            let count = self
                .support
                .get_mut(&protocol.name)
                .expect("it was counted when added");
            *count -= 1;
            if *count == 0 {
                self.support.remove(&protocol.name);
            }
        }
        self.joined -= usize::from(member.awaits_join());
        self.metadata_bytes -= member.metadata_bytes();
    }
}
