//! Which processes have which tasks: a task goes to no member before the others have given it up.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdMap;

use super::member::{HeldTasks, StreamsAssignment, pairs};
use super::tasks::{SubtopologyId, TaskSet};

/// The processes that have one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owner {
    /// Processes it.
    pub(super) active: Option<Arc<str>>,
    /// Keep its state.
    pub(super) standby: BTreeSet<Arc<str>>,
    /// Restore its state.
    pub(super) warmup: BTreeSet<Arc<str>>,
}

/// The tasks that members have or have not given up yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Owners {
    tasks: OrdMap<SubtopologyId, OrdMap<i32, Arc<Owner>>>,
}

impl Owners {
    /// Who has a task.
    pub(super) fn of(&self, id: &str, partition: i32) -> Option<&Owner> {
        self.tasks.get(id)?.get(&partition).map(|owner| &**owner)
    }

    /// A member has something.
    pub(super) fn add(&mut self, current: &StreamsAssignment, process: &Arc<str>) {
        for held in [&current.assigned, &current.revoking] {
            for (id, partition) in active_pairs(held) {
                self.owner(id, partition).active = Some(Arc::clone(process));
            }
            for (id, partition) in pairs(&held.standby) {
                let owner = self.owner(id, partition);
                owner.standby.insert(Arc::clone(process));
            }
            for (id, partition) in pairs(&held.warmup) {
                let owner = self.owner(id, partition);
                owner.warmup.insert(Arc::clone(process));
            }
        }
    }

    /// A member has it no more.
    pub(super) fn remove(&mut self, current: &StreamsAssignment, process: &Arc<str>) {
        for held in [&current.assigned, &current.revoking] {
            for (id, partition) in active_pairs(held) {
                self.change(id, partition, |owner| {
                    // Another process may have got it by now, if the log says so.
                    if owner.active.as_ref() == Some(process) {
                        owner.active = None;
                    }
                });
            }
            self.remove_all(&held.standby, |owner| {
                owner.standby.remove(process);
            });
            self.remove_all(&held.warmup, |owner| {
                owner.warmup.remove(process);
            });
        }
    }

    fn remove_all(&mut self, tasks: &TaskSet, take: impl Fn(&mut Owner)) {
        for (id, partition) in pairs(tasks) {
            self.change(id, partition, &take);
        }
    }

    fn owner(&mut self, id: &SubtopologyId, partition: i32) -> &mut Owner {
        let partitions = self.tasks.entry(Arc::clone(id)).or_default();
        Arc::make_mut(partitions.entry(partition).or_default())
    }

    fn change(&mut self, id: &str, partition: i32, change: impl FnOnce(&mut Owner)) {
        let Some(partitions) = self.tasks.get_mut(id) else {
            return;
        };
        let Some(owner) = partitions.get_mut(&partition) else {
            return;
        };
        change(Arc::make_mut(owner));
        if **owner == Owner::default() {
            partitions.remove(&partition);
        }
        if partitions.is_empty() {
            self.tasks.remove(id);
        }
    }
}

fn active_pairs(held: &HeldTasks) -> impl Iterator<Item = (&SubtopologyId, i32)> {
    held.active
        .iter()
        .flat_map(|(id, partitions)| partitions.keys().map(move |partition| (id, *partition)))
}
