//! Consumer groups: the coordinator assigns, and members take over what they are given (KIP-848).
//!
//! ```text
//!                 subscriptions or topics change          target computed
//!   group epoch  ------------------------------> +1  ------------------------> assignment epoch
//!                                                                                   |
//!   member epoch <------------------------------------------------------------------+
//!                   each member by itself: gives up what it loses, then takes what is free
//!
//!    +-------+  join   +-----------+  target  +-------------+  all there  +--------+
//!    | Empty | ------> | Assigning | -------> | Reconciling | ----------> | Stable |
//!    +-------+         +-----------+          +-------------+             +--------+
//! ```
//!
//! All of it is durable: a group is what its records say. Soft are deadlines, and which image of the
//! cluster the group has been compared with ([`live`]). Members that speak the classic protocol take part
//! by the requests that they know ([`classic_member`], [`migration`]). A heartbeat that changes nothing looks two
//! members up and writes nothing.

pub(crate) mod assign;
mod classic_join;
mod classic_member;
mod describe;
mod draft;
mod embedded;
mod fence;
mod heartbeat;
mod live;
mod lookup;
mod member;
pub(crate) mod metadata_hash;
mod migration;
mod offsets;
mod re2;
mod reconcile;
mod record;
mod regex;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use model::{TimestampMs, TopicId};

pub use assign::Assignor;
pub(crate) use describe::describe_error;
pub use draft::Moment;
pub(crate) use fence::Late;
pub use heartbeat::GroupLimits;
pub(crate) use heartbeat::heartbeat_error;
pub(crate) use live::{LiveGroups, Overdue};
pub use lookup::{LookedUp, Lookup};
pub use member::{Assigned, ClassicMember, CurrentAssignment, MemberMetadata, MemberState};
pub use migration::MigrationPolicy;
pub use record::{ConsumerChange, ResolvedRegex};
pub use regex::NamePattern;

/// Partitions of topics; no topic without partitions.
pub type Partitions = BTreeMap<TopicId, BTreeSet<i32>>;

/// A member as its records say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) metadata: Arc<MemberMetadata>,
    pub(crate) current: CurrentAssignment,
}

/// One consumer group.
///
/// Cloning shares everything: a heartbeat is decided on a copy, and must not cost more in a large group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConsumerGroup {
    epoch: i32,
    /// Of the topics subscribed to, as they were when the epoch began.
    metadata_hash: i64,
    /// The group epoch that the target was computed for.
    assignment_epoch: i32,
    assigned_at: TimestampMs,
    members: OrdMap<Arc<str>, Arc<Member>>,
    targets: OrdMap<Arc<str>, Partitions>,
    /// Static members by instance id.
    static_members: OrdMap<Arc<str>, Arc<str>>,
    /// Who has a partition, or has not given it up yet.
    owners: OrdMap<(TopicId, i32), Arc<str>>,
    regexes: OrdMap<Arc<str>, Arc<ResolvedRegex>>,
    /// How many members subscribe to each expression, looked up or not.
    regex_subscribers: OrdMap<Arc<str>, usize>,
    /// How many members speak the classic protocol.
    classic_count: usize,
}

impl ConsumerGroup {
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Kafka's name of the state.
    pub(crate) fn state(&self) -> &'static str {
        if self.members.is_empty() {
            "Empty"
        } else if self.epoch > self.assignment_epoch {
            "Assigning"
        } else if self.members.values().all(|member| {
            member.current.state == MemberState::Stable
                && member.current.epoch == self.assignment_epoch
        }) {
            "Stable"
        } else {
            "Reconciling"
        }
    }

    /// Whether somebody subscribes to the topic.
    pub(crate) fn is_subscribed_to(&self, topic: &str) -> bool {
        let mut members = self.members.values();
        members.any(|member| self.subscribes(&member.metadata, topic))
    }

    /// Applies one record.
    pub(crate) fn replay(&mut self, change: &ConsumerChange) {
        match change {
            ConsumerChange::Group(None) => *self = Self::default(),
            ConsumerChange::Group(Some((epoch, hash))) => {
                self.epoch = *epoch;
                self.metadata_hash = *hash;
            }
            ConsumerChange::TopicsTold => {}
            ConsumerChange::Member(id, Some(metadata)) => self.set_metadata(id, metadata),
            ConsumerChange::Member(id, None) => self.remove_member(id),
            ConsumerChange::TargetEpoch(target) => {
                (self.assignment_epoch, self.assigned_at) = target.unwrap_or_default();
            }
            ConsumerChange::Target(id, Some(target)) => {
                self.targets.insert(Arc::clone(id), target.clone());
            }
            ConsumerChange::Target(id, None) => {
                self.targets.remove(id);
            }
            ConsumerChange::Current(id, Some(current)) => self.set_current(id, current.clone()),
            ConsumerChange::Current(id, None) if self.members.contains_key(id) => {
                self.set_current(id, CurrentAssignment::default());
            }
            ConsumerChange::Current(_, None) => {}
            ConsumerChange::Regex(regex, Some(resolved)) => {
                self.regexes.insert(Arc::clone(regex), Arc::clone(resolved));
            }
            ConsumerChange::Regex(regex, None) => {
                self.regexes.remove(regex);
            }
        }
    }

    fn set_metadata(&mut self, id: &Arc<str>, metadata: &Arc<MemberMetadata>) {
        if let Some(instance_id) = &metadata.instance_id {
            self.static_members
                .insert(Arc::clone(instance_id), Arc::clone(id));
        }
        let member = self.members.entry(Arc::clone(id)).or_default();
        let member = Arc::make_mut(member);
        let before = std::mem::replace(&mut member.metadata, Arc::clone(metadata));
        self.uncount(&before);
        self.classic_count += usize::from(metadata.classic.is_some());
        if let Some(regex) = &metadata.regex {
            *self.regex_subscribers.entry(Arc::clone(regex)).or_default() += 1;
        }
    }

    fn uncount(&mut self, metadata: &MemberMetadata) {
        self.classic_count -= usize::from(metadata.classic.is_some());
        let Some(regex) = &metadata.regex else {
            return;
        };
        let count = self.regex_subscribers.get_mut(regex);
        let count = count.expect("it was counted when the member was set");
        *count -= 1;
        if *count == 0 {
            self.regex_subscribers.remove(regex);
        }
    }

    fn set_current(&mut self, id: &Arc<str>, current: CurrentAssignment) {
        self.disown(id);
        for place in current.places() {
            self.owners.insert(place, Arc::clone(id));
        }
        let member = self.members.entry(Arc::clone(id)).or_default();
        Arc::make_mut(member).current = current;
    }

    fn disown(&mut self, id: &Arc<str>) {
        let Some(member) = self.members.get(id) else {
            return;
        };
        for place in member.current.places() {
            if self.owners.get(&place) == Some(id) {
                self.owners.remove(&place);
            }
        }
    }

    fn remove_member(&mut self, id: &Arc<str>) {
        self.disown(id);
        let Some(member) = self.members.remove(id) else {
            return;
        };
        self.uncount(&member.metadata);
        if let Some(instance_id) = &member.metadata.instance_id
            && self.static_members.get(instance_id) == Some(id)
        {
            self.static_members.remove(instance_id);
        }
    }

    /// The tombstones that end the group, which may have members.
    pub(crate) fn tombstones(&self) -> Vec<ConsumerChange> {
        let of_members = self.members.keys().flat_map(member_tombstones);
        let of_targets = self.targets.keys();
        let of_targets = of_targets.filter(|id| !self.members.contains_key(*id));
        of_members
            .chain(of_targets.map(|id| ConsumerChange::Target(Arc::clone(id), None)))
            .chain(
                self.regexes
                    .keys()
                    .map(|r| ConsumerChange::Regex(Arc::clone(r), None)),
            )
            .chain([
                ConsumerChange::TargetEpoch(None),
                ConsumerChange::TopicsTold,
                ConsumerChange::Group(None),
            ])
            .collect()
    }
}

/// The tombstones that end a member.
fn member_tombstones(id: &Arc<str>) -> [ConsumerChange; 3] {
    [
        ConsumerChange::Current(Arc::clone(id), None),
        ConsumerChange::Target(Arc::clone(id), None),
        ConsumerChange::Member(Arc::clone(id), None),
    ]
}
