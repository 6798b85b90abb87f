//! One member's way from what it has to what it is to have.
//!
//! A member gives up first: while it has tasks to give up it stays in its epoch. Then it goes to the epoch of the target and
//! gets of the rest what is free: an active task while no process has it, and a task in any role while no other member of its
//! process has it, since the two would share one directory on the disk.
//!
//! A task that only changes its role within the member is not taken from it in between, so that it keeps its state.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::member::{
    Dated, HeldTasks, StreamsAssignment, StreamsMemberState as State, has, pairs, put, take,
};
use super::owners::Owners;
use super::tasks::{SubtopologyId, TaskSet, Tasks};

/// The member is in a state that nobody knows: it has to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MustRejoin;

/// Where a member goes, and what stands in its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course<'a> {
    /// The epoch of the target.
    pub(super) epoch: i32,
    /// What the member is to have.
    pub(super) target: &'a Tasks,
    /// Who has what.
    pub(super) owners: &'a Owners,
    /// The process of the member.
    pub(super) process: &'a Arc<str>,
    /// What the member says that it has, if it does.
    pub(super) owned: Option<&'a Tasks>,
}

/// The next step of a member; `None` while there is none.
pub(super) fn reconcile(
    current: &StreamsAssignment,
    course: &Course<'_>,
) -> Result<Option<StreamsAssignment>, MustRejoin> {
    let epoch = match current.state {
        State::Stable if current.epoch == course.epoch => return Ok(None),
        State::Stable | State::Unreleased => current.epoch,
        State::Unrevoked if course.has_not_released(&current.revoking) => return Ok(None),
        State::Unrevoked => current.epoch + 1,
        State::Unknown if course.owned != Some(&Tasks::default()) => return Err(MustRejoin),
        State::Unknown => course.epoch,
    };
    let next = course.step(current, epoch);
    Ok(Some(next).filter(|next| {
        // Waiting on for the same tasks is no step.
        next.state != current.state
            || next.epoch != current.epoch
            || next.assigned != current.assigned
            || next.revoking != current.revoking
    }))
}

/// What becomes of the tasks of one role.
#[derive(Debug, Default)]
struct Split {
    kept: TaskSet,
    lost: TaskSet,
    won: TaskSet,
    /// Some of the target has not been released by others.
    waits: bool,
}

/// As [`Split`], of active tasks.
#[derive(Debug, Default)]
struct ActiveSplit {
    kept: Dated,
    lost: Dated,
    won: TaskSet,
    waits: bool,
}

impl Course<'_> {
    /// A member that does not say what it has may have everything.
    fn has_not_released(&self, revoking: &HeldTasks) -> bool {
        self.owned.is_none_or(|owned| revoking.overlaps(owned))
    }

    fn step(&self, current: &StreamsAssignment, epoch: i32) -> StreamsAssignment {
        let held = &current.assigned;
        let mut active = self.split_active(held);
        let mut standby = split(&held.standby, &self.target.standby, |id, partition| {
            self.is_unreleased_standby(held, id, partition)
        });
        let mut warmup = split(&held.warmup, &self.target.warmup, |id, partition| {
            self.is_unreleased_warmup(held, id, partition)
        });
        // What was active becomes a standby at once: nobody else of the process has it.
        for (id, partition) in pairs(&held.active_set()) {
            if take(&mut standby.won, id, partition) {
                put(&mut standby.kept, id, partition);
            }
        }
        convert(&held.standby, &mut standby.lost, &mut warmup);
        convert(&held.warmup, &mut warmup.lost, &mut standby);
        self.spare_promoted(&held.standby, &mut standby.lost);
        self.spare_promoted(&held.warmup, &mut warmup.lost);
        let revoking = HeldTasks {
            active: std::mem::take(&mut active.lost),
            standby: std::mem::take(&mut standby.lost),
            warmup: std::mem::take(&mut warmup.lost),
        };
        let gives_up = !revoking.is_empty() && self.has_not_released(&revoking);
        let granted = if gives_up { None } else { Some(&active.won) };
        self.keep_until_granted(&held.standby, granted, &mut standby.kept);
        self.keep_until_granted(&held.warmup, granted, &mut warmup.kept);
        let waits = active.waits || standby.waits || warmup.waits;
        let mut next = StreamsAssignment {
            epoch,
            previous_epoch: current.epoch,
            state: State::Unrevoked,
            assigned: HeldTasks {
                active: active.kept,
                standby: standby.kept,
                warmup: warmup.kept,
            },
            revoking,
        };
        if gives_up {
            return next;
        }
        next.epoch = self.epoch;
        next.state = if waits {
            State::Unreleased
        } else {
            State::Stable
        };
        next.revoking = HeldTasks::default();
        for (id, partition) in pairs(&active.won) {
            let partitions = next.assigned.active.entry(Arc::clone(id)).or_default();
            partitions.insert(partition, self.epoch);
        }
        for (id, partition) in pairs(&standby.won) {
            put(&mut next.assigned.standby, id, partition);
        }
        for (id, partition) in pairs(&warmup.won) {
            put(&mut next.assigned.warmup, id, partition);
        }
        next
    }

    fn split_active(&self, held: &HeldTasks) -> ActiveSplit {
        let mut split = ActiveSplit::default();
        let wanted = &self.target.active;
        for (id, partitions) in &held.active {
            for (partition, epoch) in partitions {
                let is_wanted = has(wanted, id, *partition);
                let into = if is_wanted {
                    &mut split.kept
                } else {
                    &mut split.lost
                };
                let partitions: &mut BTreeMap<i32, i32> = into.entry(Arc::clone(id)).or_default();
                partitions.insert(*partition, *epoch);
            }
        }
        for (id, partition) in pairs(wanted) {
            let known = held.active.get(id);
            if known.is_some_and(|known| known.contains_key(&partition)) {
                continue;
            }
            if self.is_unreleased_active(held, id, partition) {
                split.waits = true;
            } else {
                put(&mut split.won, id, partition);
            }
        }
        split
    }

    fn is_unreleased_active(&self, held: &HeldTasks, id: &SubtopologyId, partition: i32) -> bool {
        let Some(owner) = self.owners.of(id, partition) else {
            return false;
        };
        owner.active.is_some()
            || (owner.standby.contains(self.process) && !has(&held.standby, id, partition))
            || (owner.warmup.contains(self.process) && !has(&held.warmup, id, partition))
    }

    fn is_unreleased_standby(&self, held: &HeldTasks, id: &SubtopologyId, partition: i32) -> bool {
        let Some(owner) = self.owners.of(id, partition) else {
            return false;
        };
        let own_active = held.active.get(id);
        let is_own = own_active.is_some_and(|own| own.contains_key(&partition));
        (owner.active.as_ref() == Some(self.process) && !is_own)
            || owner.standby.contains(self.process)
            || (owner.warmup.contains(self.process) && !has(&held.warmup, id, partition))
    }

    fn is_unreleased_warmup(&self, held: &HeldTasks, id: &SubtopologyId, partition: i32) -> bool {
        let Some(owner) = self.owners.of(id, partition) else {
            return false;
        };
        owner.active.as_ref() == Some(self.process)
            || (owner.standby.contains(self.process) && !has(&held.standby, id, partition))
            || owner.warmup.contains(self.process)
    }

    /// A standby that is to become active here need not be given up first.
    fn spare_promoted(&self, held: &TaskSet, lost: &mut TaskSet) {
        for (id, partition) in pairs(held) {
            if has(&self.target.active, id, partition) {
                take(lost, id, partition);
            }
        }
    }

    /// A standby that is to become active stays one until then.
    fn keep_until_granted(&self, held: &TaskSet, granted: Option<&TaskSet>, kept: &mut TaskSet) {
        for (id, partition) in pairs(held) {
            let is_granted = granted.is_some_and(|granted| has(granted, id, partition));
            if has(&self.target.active, id, partition) && !is_granted {
                put(kept, id, partition);
            }
        }
    }
}

fn split(
    held: &TaskSet,
    target: &TaskSet,
    is_unreleased: impl Fn(&SubtopologyId, i32) -> bool,
) -> Split {
    let mut split = Split::default();
    for (id, partition) in pairs(held) {
        let is_wanted = has(target, id, partition);
        let into = if is_wanted {
            &mut split.kept
        } else {
            &mut split.lost
        };
        put(into, id, partition);
    }
    for (id, partition) in pairs(target) {
        if has(held, id, partition) {
            continue;
        }
        if is_unreleased(id, partition) {
            split.waits = true;
        } else {
            put(&mut split.won, id, partition);
        }
    }
    split
}

/// What is lost in one role and won in the other is neither given up nor waited for.
fn convert(held: &TaskSet, lost: &mut TaskSet, into: &mut Split) {
    for (id, partition) in pairs(held) {
        if take(&mut into.won, id, partition) {
            put(&mut into.kept, id, partition);
            take(lost, id, partition);
        }
    }
}
