//! One member's way from what it has to what it is to have.
//!
//! A member gives up first: while it has partitions to give up it stays in its epoch. Then it goes to
//! the epoch of the target and gets of the rest what nobody else has; what others have not given up
//! yet comes with a later heartbeat.

use std::collections::{BTreeMap, BTreeSet};

use model::TopicId;

use super::{Assigned, CurrentAssignment, MemberState, Partitions};

/// The target that a member moves to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) epoch: i32,
    pub(crate) partitions: &'a Partitions,
}

/// The member is in a state that nobody knows: it has to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MustRejoin;

/// What is known of the member and of the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a, F, S> {
    /// What the member says that it has, if it does.
    pub(crate) owned: Option<&'a Partitions>,
    /// Whether no other member has a partition.
    pub(crate) is_free: F,
    /// Whether the member subscribes to a topic: of others it keeps nothing.
    pub(crate) subscribes: S,
    /// Whether its subscription is a new one, which counts before the target knows of it.
    pub(crate) has_changed: bool,
}

/// The next step of a member; `None` while there is none.
pub(crate) fn reconcile(
    current: &CurrentAssignment,
    target: Target<'_>,
    standing: &Standing<'_, impl Fn(TopicId, i32) -> bool, impl Fn(TopicId) -> bool>,
) -> Result<Option<CurrentAssignment>, MustRejoin> {
    let owned = standing.owned;
    let epoch = match current.state {
        MemberState::Stable if current.epoch == target.epoch => {
            return Ok(strip(current, standing));
        }
        MemberState::Unrevoked if has_some_of(owned, &current.revoking) => {
            return Ok(strip(current, standing));
        }
        MemberState::Stable | MemberState::Unreleased | MemberState::Unrevoked => current.epoch,
        MemberState::Unknown if owned.is_none_or(|owned| !owned.is_empty()) => {
            return Err(MustRejoin);
        }
        MemberState::Unknown => target.epoch,
    };
    let next = step(current, epoch, target, standing);
    Ok(Some(next).filter(|next| {
        // Waiting on for the same partitions is no step.
        next.state != current.state
            || next.epoch != current.epoch
            || next.assigned != current.assigned
            || next.revoking != current.revoking
    }))
}

/// Takes topics from the member to which it does not subscribe any more, where that is new.
fn strip(
    current: &CurrentAssignment,
    standing: &Standing<'_, impl Fn(TopicId, i32) -> bool, impl Fn(TopicId) -> bool>,
) -> Option<CurrentAssignment> {
    if !standing.has_changed {
        return None;
    }
    let topics = current.assigned.clone().into_iter();
    let (assigned, lost): (Assigned, Assigned) =
        topics.partition(|(topic, _)| (standing.subscribes)(*topic));
    if lost.is_empty() {
        return None;
    }
    let mut revoking = current.revoking.clone();
    for (topic, partitions) in lost {
        revoking.entry(topic).or_default().extend(partitions);
    }
    let stripped = CurrentAssignment {
        previous_epoch: current.epoch,
        assigned,
        ..current.clone()
    };
    if has_some_of(standing.owned, &revoking) {
        return Some(CurrentAssignment {
            state: MemberState::Unrevoked,
            revoking,
            ..stripped
        });
    }
    Some(stripped)
}

fn step(
    current: &CurrentAssignment,
    epoch: i32,
    target: Target<'_>,
    standing: &Standing<'_, impl Fn(TopicId, i32) -> bool, impl Fn(TopicId) -> bool>,
) -> CurrentAssignment {
    let wanted = target.partitions.iter();
    let wanted: BTreeMap<_, _> = wanted
        .filter(|(topic, _)| (standing.subscribes)(**topic))
        .collect();
    let (mut assigned, revoking) = split(&current.assigned, &wanted);
    if has_some_of(standing.owned, &revoking) {
        return CurrentAssignment {
            epoch,
            previous_epoch: current.epoch,
            state: MemberState::Unrevoked,
            assigned,
            revoking,
        };
    }
    let mut state = MemberState::Stable;
    for (topic, partitions) in wanted {
        for partition in partitions {
            let has_it = assigned
                .get(topic)
                .is_some_and(|assigned| assigned.contains_key(partition));
            if has_it {
                continue;
            }
            if (standing.is_free)(*topic, *partition) {
                assigned
                    .entry(*topic)
                    .or_default()
                    .insert(*partition, target.epoch);
            } else {
                state = MemberState::Unreleased;
            }
        }
    }
    CurrentAssignment {
        epoch: target.epoch,
        previous_epoch: current.epoch,
        state,
        assigned,
        revoking: Assigned::new(),
    }
}

/// What of `assigned` the target leaves, and what it takes.
fn split(assigned: &Assigned, target: &BTreeMap<&TopicId, &BTreeSet<i32>>) -> (Assigned, Assigned) {
    let (mut kept, mut lost) = (Assigned::new(), Assigned::new());
    for (topic, partitions) in assigned {
        let wanted = target.get(topic);
        let (keep, lose): (BTreeMap<i32, i32>, _) = partitions
            .iter()
            .map(|(partition, epoch)| (*partition, *epoch))
            .partition(|(partition, _)| wanted.is_some_and(|wanted| wanted.contains(partition)));
        if !keep.is_empty() {
            kept.insert(*topic, keep);
        }
        if !lose.is_empty() {
            lost.insert(*topic, lose);
        }
    }
    (kept, lost)
}

/// A member that does not say what it has may have everything.
fn has_some_of(owned: Option<&Partitions>, some: &Assigned) -> bool {
    let Some(owned) = owned else {
        return !some.is_empty();
    };
    some.iter().any(|(topic, partitions)| {
        let owned = owned.get(topic);
        owned.is_some_and(|owned| partitions.keys().any(|partition| owned.contains(partition)))
    })
}
