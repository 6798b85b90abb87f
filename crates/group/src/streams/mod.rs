//! Streams groups: members that share the tasks of a topology (KIP-1071).
//!
//! ```text
//!                 members, topology or topics change          target computed
//!   group epoch  ----------------------------------> +1 ------------------------> assignment epoch
//!                                                                                      |
//!   member epoch <--------------------------------------------------------------------+
//!                 once the member has given up what it loses; the rest comes as others give it up
//! ```
//!
//! A topology is what all members run: subtopologies with the topics that they read and the internal topics that they need. Its
//! tasks, one per subtopology and partition, can be assigned once all these topics are there and fit together. A task is active
//! at one member at a time, and at one member of a process in any role.
//!
//! What ends with the leadership, such as the topology as it fits the topics of the cluster, is in [`live`].

pub(crate) mod assign;
mod describe;
mod draft;
mod endpoints;
mod heartbeat;
mod leave;
pub(crate) mod live;
mod member;
mod offsets;
mod outcome;
mod owners;
mod reconcile;
mod record;
#[cfg(test)]
mod record_tests;
mod request;
mod tasks;
pub(crate) mod topology;

use std::sync::Arc;

use imbl::OrdMap;
use model::TimestampMs;

pub(crate) use describe::describe_error;
pub(crate) use heartbeat::heartbeat_error;
pub use heartbeat::{StreamsLimits, TopicCreation, refused_streams_heartbeat};
pub use member::{
    Dated, Endpoint, HeldTasks, StreamsAssignment, StreamsMemberMetadata, StreamsMemberState,
};
pub use record::{StreamsChange, StreamsMetadata};
pub use tasks::{SubtopologyId, TaskSet, Tasks};
pub use topology::{InternalTopic, Topology};

use owners::Owners;

/// The only assignor of streams groups.
pub const ASSIGNOR: &str = "sticky";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StreamsMember {
    pub(crate) metadata: Arc<StreamsMemberMetadata>,
    pub(crate) current: StreamsAssignment,
}

/// One streams group.
///
/// Cloning shares everything: a heartbeat is decided on a copy, and must not cost more in a large group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamsGroup {
    metadata: Arc<StreamsMetadata>,
    topology: Option<Arc<Topology>>,
    /// The group epoch that the target was computed for.
    assignment_epoch: i32,
    assigned_at: TimestampMs,
    members: OrdMap<Arc<str>, Arc<StreamsMember>>,
    /// Ids of static members by their instance ids.
    statics: OrdMap<Arc<str>, Arc<str>>,
    targets: OrdMap<Arc<str>, Arc<Tasks>>,
    owners: Owners,
}

impl Default for StreamsGroup {
    fn default() -> Self {
        Self {
            metadata: Arc::default(),
            topology: None,
            assignment_epoch: 1,
            assigned_at: TimestampMs(0),
            members: OrdMap::new(),
            statics: OrdMap::new(),
            targets: OrdMap::new(),
            owners: Owners::default(),
        }
    }
}

impl StreamsGroup {
    /// Whether it has no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The group's epoch.
    #[must_use]
    pub fn epoch(&self) -> i32 {
        self.metadata.epoch
    }

    /// What all members run, once the first has joined.
    #[must_use]
    pub fn topology(&self) -> Option<&Topology> {
        self.topology.as_deref()
    }

    /// Every member with what it has.
    pub fn assignments(&self) -> impl Iterator<Item = (&Arc<str>, &StreamsAssignment)> {
        let members = self.members.iter();
        members.map(|(id, member)| (id, &member.current))
    }

    /// Kafka's name of the state.
    pub(crate) fn state(&self) -> &'static str {
        let is_reconciled = |member: &Arc<StreamsMember>| {
            let current = &member.current;
            current.state == StreamsMemberState::Stable && current.epoch == self.assignment_epoch
        };
        let topology_epoch = self.topology.as_ref().map(|topology| topology.epoch);
        if self.members.is_empty() {
            "Empty"
        } else if topology_epoch != Some(self.metadata.validated_topology_epoch) {
            "NotReady"
        } else if self.epoch() > self.assignment_epoch {
            "Assigning"
        } else if self.members.values().all(is_reconciled) {
            "Stable"
        } else {
            "Reconciling"
        }
    }

    /// Whether a member reads a topic.
    pub(crate) fn is_subscribed_to(&self, topic: &str) -> bool {
        !self.members.is_empty() && self.subtopology_of(topic).is_some()
    }

    /// The subtopology that reads a topic.
    fn subtopology_of(&self, topic: &str) -> Option<&SubtopologyId> {
        let mut subtopologies = self.topology.as_ref()?.subtopologies.iter();
        let reads = |name: &Arc<str>| **name == *topic;
        let subtopology = subtopologies.find(|one| one.all_sources().any(reads))?;
        Some(&subtopology.id)
    }

    /// Applies one record.
    pub(crate) fn replay(&mut self, change: &StreamsChange) {
        match change {
            StreamsChange::Group(None) => *self = Self::default(),
            StreamsChange::Group(Some(metadata)) => self.metadata = Arc::clone(metadata),
            StreamsChange::Topology(topology) => self.topology.clone_from(topology),
            StreamsChange::TargetEpoch(target) => {
                (self.assignment_epoch, self.assigned_at) = target.unwrap_or((-1, TimestampMs(0)));
            }
            StreamsChange::Target(id, Some(target)) => {
                self.targets
                    .insert(Arc::clone(id), Arc::new(target.clone()));
            }
            StreamsChange::Target(id, None) => drop(self.targets.remove(id)),
            StreamsChange::Member(id, Some(metadata)) => self.change_member(id, |member| {
                member.metadata = Arc::clone(metadata);
            }),
            StreamsChange::Current(id, Some(current)) => self.change_member(id, |member| {
                member.current = current.clone();
            }),
            StreamsChange::Current(id, None) if self.members.contains_key(id) => {
                self.change_member(id, |member| member.current = StreamsAssignment::gone());
            }
            StreamsChange::Current(_, None) => {}
            StreamsChange::Member(id, None) => self.remove_member(id),
        }
    }

    fn change_member(&mut self, id: &Arc<str>, change: impl FnOnce(&mut StreamsMember)) {
        let member = self.members.entry(Arc::clone(id)).or_default();
        let member = Arc::make_mut(member);
        let process = &member.metadata.process_id;
        self.owners.remove(&member.current, process);
        let instance_id = member.metadata.instance_id.as_ref();
        if let Some(instance_id) = instance_id.filter(|known| self.statics.get(*known) == Some(id))
        {
            self.statics.remove(instance_id);
        }
        change(member);
        let metadata = &member.metadata;
        self.owners.add(&member.current, &metadata.process_id);
        if let Some(instance_id) = &metadata.instance_id {
            self.statics.insert(Arc::clone(instance_id), Arc::clone(id));
        }
    }

    fn remove_member(&mut self, id: &Arc<str>) {
        let Some(member) = self.members.remove(id) else {
            return;
        };
        let metadata = &member.metadata;
        self.owners.remove(&member.current, &metadata.process_id);
        let instance_id = metadata.instance_id.as_ref();
        if let Some(instance_id) = instance_id.filter(|known| self.statics.get(*known) == Some(id))
        {
            self.statics.remove(instance_id);
        }
    }

    /// The tombstones that end the group, which may have members.
    pub(crate) fn tombstones(&self) -> Vec<StreamsChange> {
        let of_members = self.members.keys().flat_map(member_tombstones);
        let of_targets = self.targets.keys();
        let of_targets = of_targets.filter(|id| !self.members.contains_key(*id));
        of_members
            .chain(of_targets.map(|id| StreamsChange::Target(Arc::clone(id), None)))
            .chain([
                StreamsChange::TargetEpoch(None),
                StreamsChange::Group(None),
                StreamsChange::Topology(None),
            ])
            .collect()
    }

    /// What the group rests on, with another epoch.
    fn metadata_in(&self, epoch: i32) -> StreamsMetadata {
        StreamsMetadata {
            epoch,
            ..StreamsMetadata::clone(&self.metadata)
        }
    }
}

/// The tombstones that end a member.
fn member_tombstones(id: &Arc<str>) -> [StreamsChange; 3] {
    [
        StreamsChange::Current(Arc::clone(id), None),
        StreamsChange::Target(Arc::clone(id), None),
        StreamsChange::Member(Arc::clone(id), None),
    ]
}
