//! Share groups: members that share the records of the partitions they are given (KIP-932).
//!
//! ```text
//!                 subscriptions or topics change          target computed
//!   group epoch  ------------------------------> +1  ------------------------> assignment epoch
//!                                                                                   |
//!   member epoch <-----------------------------------------------------------------+
//!                        with the member's next heartbeat: nothing has to be given up first
//!
//!   a partition's state at the share coordinator:
//!   (none) --subscribed--> initializing --begun--> initialized --offsets deleted--> deleting --> (none)
//! ```
//!
//! A partition may have several members, and a member gives nothing up before others get it: what a record is doing is
//! known by the leader of its partition. This coordinator only keeps account of which states were begun; what has to be
//! asked of share coordinators comes out of [`crate::Shard::take_share_work`].

mod assign;
mod describe;
mod heartbeat;
mod record;
mod steps;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{TimestampMs, TopicId};

pub(crate) use describe::describe_error;
pub(crate) use heartbeat::{LateSharers, heartbeat_error};
pub use record::ShareChange;
pub use steps::{ShareStep, ShareWork};

use crate::consumer::Partitions;

/// The only assignor of share groups.
pub const ASSIGNOR: &str = "simple";

/// What a member has said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareMemberMetadata {
    /// Where it runs.
    pub rack_id: Option<Box<str>>,
    /// From the request's header.
    pub client_id: Box<str>,
    /// Address of the client.
    pub client_host: Box<str>,
    /// The topics that it names.
    pub topics: BTreeSet<Arc<str>>,
}

/// What a member has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareAssignment {
    /// The member epoch.
    pub epoch: i32,
    /// The epoch before, which a member may still use that has not heard of this one.
    pub previous_epoch: i32,
    /// What it consumes.
    pub assigned: Partitions,
}

/// Which states of partitions the group has at share coordinators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatePartitions {
    /// About to be begun.
    pub initializing: BTreeMap<TopicId, StateTopic>,
    /// Begun.
    pub initialized: BTreeMap<TopicId, StateTopic>,
    /// About to be deleted, with their names.
    pub deleting: BTreeMap<TopicId, Box<str>>,
}

/// A topic and some of its partitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StateTopic {
    /// Its name.
    pub name: Box<str>,
    /// The partitions.
    pub partitions: BTreeSet<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShareMember {
    pub(crate) metadata: Arc<ShareMemberMetadata>,
    pub(crate) current: ShareAssignment,
}

/// The epoch of a group that has not begun, as in Apache Kafka: the first member finds the next one.
const NO_EPOCH: i32 = 1;

/// One share group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareGroup {
    epoch: i32,
    /// Of the topics subscribed to, as they were when the epoch began.
    metadata_hash: i64,
    /// The group epoch that the target was computed for.
    assignment_epoch: i32,
    assigned_at: TimestampMs,
    members: BTreeMap<Arc<str>, ShareMember>,
    targets: BTreeMap<Arc<str>, Partitions>,
    states: Arc<StatePartitions>,
}

impl StatePartitions {
    /// Whether a partition's state is begun or about to be.
    #[must_use]
    pub fn knows(&self, topic: TopicId, partition: i32) -> bool {
        [&self.initializing, &self.initialized]
            .iter()
            .any(|topics| {
                let topic = topics.get(&topic);
                topic.is_some_and(|topic| topic.partitions.contains(&partition))
            })
    }

    /// Partitions whose states are begun or about to be, topic by topic.
    #[must_use]
    pub fn all(&self) -> BTreeMap<TopicId, StateTopic> {
        let mut all = self.initialized.clone();
        for (id, topic) in &self.initializing {
            let known = all.entry(*id).or_insert_with(|| StateTopic {
                name: topic.name.clone(),
                partitions: BTreeSet::new(),
            });
            known.partitions.extend(&topic.partitions);
        }
        all
    }
}

impl Default for ShareGroup {
    fn default() -> Self {
        Self {
            epoch: NO_EPOCH,
            metadata_hash: 0,
            assignment_epoch: NO_EPOCH,
            assigned_at: TimestampMs(0),
            members: BTreeMap::new(),
            targets: BTreeMap::new(),
            states: Arc::default(),
        }
    }
}

impl ShareGroup {
    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The group's epoch.
    #[must_use]
    pub fn epoch(&self) -> i32 {
        self.epoch
    }

    /// Which states it has at share coordinators.
    #[must_use]
    pub fn states(&self) -> &Arc<StatePartitions> {
        &self.states
    }

    /// Kafka's name of the state.
    pub(crate) fn state(&self) -> &'static str {
        if self.members.is_empty() {
            "Empty"
        } else {
            "Stable"
        }
    }

    pub(crate) fn member_ids(&self) -> impl Iterator<Item = &Arc<str>> {
        self.members.keys()
    }

    /// The names of all topics that members subscribe to, there or not.
    pub(crate) fn subscribed_topics(&self) -> BTreeSet<Arc<str>> {
        let topics = self.members.values();
        topics
            .flat_map(|member| &member.metadata.topics)
            .cloned()
            .collect()
    }

    /// Applies one record.
    pub(crate) fn replay(&mut self, change: &ShareChange) {
        match change {
            ShareChange::Group(None) => *self = Self::default(),
            ShareChange::Group(Some((epoch, hash))) => {
                self.epoch = *epoch;
                self.metadata_hash = *hash;
            }
            ShareChange::Member(id, Some(metadata)) => {
                self.members.entry(Arc::clone(id)).or_default().metadata = Arc::clone(metadata);
            }
            ShareChange::Member(id, None) => drop(self.members.remove(id)),
            ShareChange::TargetEpoch(target) => {
                (self.assignment_epoch, self.assigned_at) = target.unwrap_or_default();
            }
            ShareChange::Target(id, Some(target)) => {
                self.targets.insert(Arc::clone(id), target.clone());
            }
            ShareChange::Target(id, None) => drop(self.targets.remove(id)),
            ShareChange::Current(id, Some(current)) => {
                self.members.entry(Arc::clone(id)).or_default().current = current.clone();
            }
            ShareChange::Current(id, None) => {
                if let Some(member) = self.members.get_mut(id) {
                    member.current = ShareAssignment::default();
                }
            }
            ShareChange::States(states) => {
                self.states = states.clone().unwrap_or_default();
            }
        }
    }

    /// The tombstones that end the group, which may have members.
    pub(crate) fn tombstones(&self) -> Vec<ShareChange> {
        let of_members = self.members.keys().flat_map(member_tombstones);
        let of_targets = self.targets.keys();
        let of_targets = of_targets.filter(|id| !self.members.contains_key(*id));
        of_members
            .chain(of_targets.map(|id| ShareChange::Target(Arc::clone(id), None)))
            .chain([
                ShareChange::TargetEpoch(None),
                ShareChange::States(None),
                ShareChange::Group(None),
            ])
            .collect()
    }
}

/// The tombstones that end a member.
fn member_tombstones(id: &Arc<str>) -> [ShareChange; 3] {
    [
        ShareChange::Current(Arc::clone(id), None),
        ShareChange::Target(Arc::clone(id), None),
        ShareChange::Member(Arc::clone(id), None),
    ]
}
