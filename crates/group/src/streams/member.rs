//! What is recorded of a member.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tasks::{SubtopologyId, TaskSet, Tasks};

/// Active tasks, each with the member epoch in which it was given.
pub type Dated = BTreeMap<SubtopologyId, BTreeMap<i32, i32>>;

/// Where other members reach the state of a member: `application.server`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The host.
    pub host: Box<str>,
    /// The port.
    pub port: u16,
}

/// What a member has said of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamsMemberMetadata {
    /// `group.instance.id` of a static member.
    pub instance_id: Option<Arc<str>>,
    /// Where it runs.
    pub rack_id: Option<Box<str>>,
    /// From the request's header.
    pub client_id: Box<str>,
    /// Address of the client.
    pub client_host: Box<str>,
    /// In milliseconds.
    pub rebalance_timeout_ms: i32,
    /// The epoch of the topology that it runs.
    pub topology_epoch: i32,
    /// The process in which it runs: members of one process share the state on its disk.
    pub process_id: Arc<str>,
    /// Where its state is asked for.
    pub endpoint: Option<Endpoint>,
    /// By which standby tasks are spread.
    pub client_tags: BTreeMap<Box<str>, Box<str>>,
}

impl Default for StreamsMemberMetadata {
    fn default() -> Self {
        Self {
            instance_id: None,
            rack_id: None,
            client_id: Box::default(),
            client_host: Box::default(),
            rebalance_timeout_ms: -1,
            topology_epoch: -1,
            process_id: Arc::from(""),
            endpoint: None,
            client_tags: BTreeMap::new(),
        }
    }
}

impl StreamsMemberMetadata {
    /// Whether tasks may have to be assigned anew when the member becomes `new`.
    pub(super) fn is_assigned_as(&self, new: &Self) -> bool {
        self.topology_epoch == new.topology_epoch
            && self.rack_id == new.rack_id
            && self.client_tags == new.client_tags
            && self.process_id == new.process_id
    }
}

/// How far a member has come on its way to the target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamsMemberState {
    /// It has what the target of its epoch gives it.
    #[default]
    Stable,
    /// It has to give tasks up first.
    Unrevoked,
    /// It waits for tasks that others have not given up.
    Unreleased,
    /// Something that this release does not know.
    Unknown,
}

/// Tasks that a member has, or has to give up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldTasks {
    /// Those that it processes.
    pub active: Dated,
    /// Those whose state it keeps.
    pub standby: TaskSet,
    /// Those whose state it restores.
    pub warmup: TaskSet,
}

impl HeldTasks {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.active.is_empty() && self.standby.is_empty() && self.warmup.is_empty()
    }

    /// Whether everything in `owned` is among them, each in its role.
    pub(super) fn contains(&self, owned: &Tasks) -> bool {
        let has_active = |id: &SubtopologyId, partition: &i32| {
            let known = self.active.get(id);
            known.is_some_and(|known| known.contains_key(partition))
        };
        pairs(&owned.active).all(|(id, partition)| has_active(id, &partition))
            && is_subset(&owned.standby, &self.standby)
            && is_subset(&owned.warmup, &self.warmup)
    }

    /// Whether they are what is in `owned`.
    pub(super) fn is_same_as(&self, owned: &Tasks) -> bool {
        self.standby == owned.standby
            && self.warmup == owned.warmup
            && self.active_set() == owned.active
    }

    /// Whether one of them is in `owned`, in its role.
    pub(super) fn overlaps(&self, owned: &Tasks) -> bool {
        let active = self.active.iter().any(|(id, partitions)| {
            let owned = owned.active.get(id);
            owned.is_some_and(|owned| partitions.keys().any(|partition| owned.contains(partition)))
        });
        active
            || intersects(&self.standby, &owned.standby)
            || intersects(&self.warmup, &owned.warmup)
    }

    /// The active tasks without their epochs.
    pub(super) fn active_set(&self) -> TaskSet {
        let active = self.active.iter();
        active
            .map(|(id, partitions)| (Arc::clone(id), partitions.keys().copied().collect()))
            .collect()
    }

    /// The same tasks, as if given before the first epoch: so a static member comes back to them.
    pub(super) fn undated(&self) -> Self {
        let mut undated = self.clone();
        let epochs = undated.active.values_mut().flat_map(BTreeMap::values_mut);
        epochs.for_each(|epoch| *epoch = 0);
        undated
    }
}

/// The tasks of a set, one by one.
pub(super) fn pairs(tasks: &TaskSet) -> impl Iterator<Item = (&SubtopologyId, i32)> {
    tasks
        .iter()
        .flat_map(|(id, partitions)| partitions.iter().map(move |partition| (id, *partition)))
}

/// Whether a set has a task.
pub(super) fn has(tasks: &TaskSet, id: &str, partition: i32) -> bool {
    tasks.get(id).is_some_and(|set| set.contains(&partition))
}

/// Takes a task out of a set.
pub(super) fn take(tasks: &mut TaskSet, id: &str, partition: i32) -> bool {
    let Some(set) = tasks.get_mut(id) else {
        return false;
    };
    let was_there = set.remove(&partition);
    if set.is_empty() {
        tasks.remove(id);
    }
    was_there
}

/// Puts a task into a set.
pub(super) fn put(tasks: &mut TaskSet, id: &SubtopologyId, partition: i32) {
    let set = tasks.entry(Arc::clone(id)).or_default();
    set.insert(partition);
}

fn is_subset(some: &TaskSet, all: &TaskSet) -> bool {
    pairs(some).all(|(id, partition)| has(all, id, partition))
}

fn intersects(one: &TaskSet, other: &TaskSet) -> bool {
    one.iter()
        .any(|(id, set)| other.get(id).is_some_and(|other| !set.is_disjoint(other)))
}

/// What a member has, and what it has to give up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamsAssignment {
    /// The member epoch; -2 for a static member that is away.
    pub epoch: i32,
    /// The epoch before, which a member may still use that has not heard of this one.
    pub previous_epoch: i32,
    /// How far it has come.
    pub state: StreamsMemberState,
    /// What it has.
    pub assigned: HeldTasks,
    /// What it has to give up.
    pub revoking: HeldTasks,
}

impl StreamsAssignment {
    /// What is left of a member between the records that end it.
    pub(super) fn gone() -> Self {
        Self {
            epoch: -1,
            previous_epoch: -1,
            ..Self::default()
        }
    }
}
