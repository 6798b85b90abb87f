//! What members of a streams group were given, and the checkers over that.
//!
//! A task that somebody has is free when the heartbeat is sent that says that it was given up, when the member leaves, or when
//! its process ends. A member whose heartbeats are not answered may be put out of the group without hearing of it; so two
//! members have a task at a time only where both were answered lately.
//!
//! Checkers: one_owner_per_task_per_epoch, no_task_is_active_in_two_places, a_members_epoch_never_goes_back,
//! topology_epochs_never_go_back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::keyed_history::Complaint;

/// Shorter than every timeout after which a member is put out of the group.
const LATELY: Duration = Duration::from_secs(2);

/// A subtopology and a partition.
pub(crate) type Task = (String, i32);

/// Who has a task, and when it asked when it was last told so: the answer may have waited longer than a session lasts.
#[derive(Clone, Debug)]
struct Holder {
    member: String,
    process: String,
    told: Duration,
}

/// What a member is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told<'a> {
    pub(crate) member: &'a str,
    pub(crate) process: &'a str,
    pub(crate) epoch: i32,
    /// When it asked, and when it is answered.
    pub(crate) asked: Duration,
    pub(crate) now: Duration,
}

/// The history of one streams group.
#[derive(Debug, Default)]
pub(crate) struct StreamsHistory {
    owners: BTreeMap<(i32, Task), String>,
    holders: BTreeMap<Task, Holder>,
    epochs: BTreeMap<String, i32>,
    topology_epoch: i32,
    /// Tasks that were given, as a figure of the run.
    pub(crate) given: u64,
}

impl StreamsHistory {
    /// A member was told that these are its active tasks.
    pub(crate) fn told(&mut self, told: Told<'_>, active: &BTreeSet<Task>) -> Option<Complaint> {
        let mut complaint = self.epoch_of(told);
        for task in active {
            complaint = complaint.or_else(|| self.owned(told, task));
            complaint = complaint.or_else(|| self.held(told, task));
            self.given += 1;
            let holder = Holder {
                member: told.member.to_owned(),
                process: told.process.to_owned(),
                told: told.asked,
            };
            self.holders.insert(task.clone(), holder);
        }
        self.gives_up(told.member, active);
        complaint
    }

    fn epoch_of(&mut self, told: Told<'_>) -> Option<Complaint> {
        let known = self.epochs.entry(told.member.to_owned()).or_insert(0);
        let before = std::mem::replace(known, told.epoch);
        (told.epoch < before).then(|| {
            let what = format!("{} is in epoch {} after {before}", told.member, told.epoch);
            ("a_members_epoch_never_goes_back", what)
        })
    }

    fn owned(&mut self, told: Told<'_>, task: &Task) -> Option<Complaint> {
        let owner = self.owners.entry((told.epoch, task.clone()));
        let owner = owner.or_insert_with(|| told.member.to_owned());
        (owner != told.member).then(|| {
            let what = format!(
                "epoch {}, {task:?}: {owner} and {}",
                told.epoch, told.member
            );
            ("one_owner_per_task_per_epoch", what)
        })
    }

    fn held(&self, told: Told<'_>, task: &Task) -> Option<Complaint> {
        let holder = self.holders.get(task)?;
        let is_late = |then: Duration| told.now.saturating_sub(then) > LATELY;
        if holder.member == told.member || is_late(holder.told) || is_late(told.asked) {
            return None;
        }
        let what = format!(
            "{task:?} is given to {} in {}, and {} in {} has it",
            told.member, told.process, holder.member, holder.process
        );
        Some(("no_task_is_active_in_two_places", what))
    }

    /// A member says that it has no more than these.
    pub(crate) fn gives_up(&mut self, member: &str, all_but: &BTreeSet<Task>) {
        self.holders
            .retain(|task, holder| holder.member != member || all_but.contains(task));
    }

    /// A member joins, under an id that may have been in the group before.
    pub(crate) fn joins(&mut self, member: &str) {
        self.gives_up(member, &BTreeSet::new());
        self.epochs.remove(member);
    }

    /// How many tasks have a member that was told so lately.
    pub(crate) fn held_tasks(&self, now: Duration) -> usize {
        let holders = self.holders.values();
        let alive = holders.filter(|holder| now.saturating_sub(holder.told) < LATELY);
        alive.count()
    }

    /// The group was shown.
    pub(crate) fn saw_topology(&mut self, epoch: i32) -> Option<Complaint> {
        let before = self.topology_epoch.max(epoch);
        let before = std::mem::replace(&mut self.topology_epoch, before);
        (epoch < before).then(|| {
            let what = format!("the topology epoch is {epoch} after {before}");
            ("topology_epochs_never_go_back", what)
        })
    }

    /// Groups may be what they were before.
    pub(crate) fn on_power_loss(&mut self) {
        self.owners.clear();
        self.holders.clear();
        self.epochs.clear();
        self.topology_epoch = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(partition: i32) -> Task {
        ("0".to_owned(), partition)
    }

    /// A member is told at a second what it has; the checker that complains.
    fn tell(
        history: &mut StreamsHistory,
        member: &str,
        (epoch, second): (i32, u64),
        partitions: &[i32],
    ) -> Option<&'static str> {
        let now = Duration::from_secs(second);
        let told = Told {
            member,
            process: member,
            epoch,
            asked: now,
            now,
        };
        let active = partitions.iter().map(|partition| task(*partition));
        let complaint = history.told(told, &active.collect());
        complaint.map(|(checker, _)| checker)
    }

    #[test]
    fn a_task_of_two_members_is_found() {
        let mut history = StreamsHistory::default();
        assert_eq!(tell(&mut history, "a", (1, 10), &[0, 1]), None);
        let found = tell(&mut history, "b", (1, 11), &[1]);
        assert_eq!(found, Some("one_owner_per_task_per_epoch"));
        let mut history = StreamsHistory::default();
        assert_eq!(tell(&mut history, "a", (1, 10), &[0, 1]), None);
        let found = tell(&mut history, "b", (2, 11), &[1]);
        assert_eq!(found, Some("no_task_is_active_in_two_places"));
    }

    #[test]
    fn a_task_that_was_given_up_or_whose_member_is_silent_is_free() {
        let mut history = StreamsHistory::default();
        assert_eq!(tell(&mut history, "a", (1, 10), &[0, 1]), None);
        history.gives_up("a", &BTreeSet::from([task(0)]));
        assert_eq!(tell(&mut history, "b", (2, 10), &[1]), None);
        assert_eq!(tell(&mut history, "c", (3, 17), &[0]), None);
        assert_eq!(history.held_tasks(Duration::from_secs(17)), 1);
    }

    #[test]
    fn epochs_that_go_back_are_found() {
        let mut history = StreamsHistory::default();
        assert_eq!(tell(&mut history, "a", (5, 1), &[]), None);
        let found = tell(&mut history, "a", (4, 2), &[]);
        assert_eq!(found, Some("a_members_epoch_never_goes_back"));
        history.joins("a");
        assert_eq!(tell(&mut history, "a", (4, 3), &[]), None);
        assert!(history.saw_topology(2).is_none());
        assert!(history.saw_topology(1).is_some());
    }
}
