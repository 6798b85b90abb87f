//! The steps of the assignor, in the order in which tasks find their members.
//!
//! 1. active: who had it, who had it on standby or has its state, then who has least to do;
//! 2. standby: who had it, active or standby, then who has least to do.
//!
//! In the first of each, tasks are taken partition by partition, since members mostly have neighbouring partitions; those
//! that are left over go out subtopology by subtopology, which gives the members of a new group such neighbours.
//! A task is a number here: subtopologies in the order of their ids, the partitions of each one after the other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::process::Processes;
use super::quota::Quota;
use super::{GroupSpec, MemberSpec};
use crate::streams::tasks::{MemberId, SubtopologyId, TaskSet, Tasks};

/// A member that has the state of a task.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    member: usize,
    was_standby: bool,
    offset: i64,
}

/// An assignment that is being made.
#[derive(Debug)]
pub(super) struct Sticky<'a> {
    group: &'a GroupSpec<'a>,
    /// Subtopology and partition of each task.
    tasks: Vec<(&'a SubtopologyId, i32)>,
    /// The first task of each subtopology and how many follow it.
    places: BTreeMap<&'a SubtopologyId, (usize, usize)>,
    prev_active: Vec<Option<usize>>,
    candidates: Vec<Vec<Candidate>>,
    processes: Processes,
    /// The processes that have each task; hardly more than there are standbys.
    holders: Vec<Vec<usize>>,
    active_quota: Quota,
    total_quota: Quota,
    targets: Vec<Tasks>,
}

impl<'a> Sticky<'a> {
    pub(super) fn new(group: &'a GroupSpec<'a>) -> Self {
        let mut tasks = Vec::new();
        let mut places = BTreeMap::new();
        let mut total = 0;
        for (id, subtopology) in &group.subtopologies {
            let first = tasks.len();
            tasks.extend((0..subtopology.tasks).map(|partition| (id, partition)));
            let count = tasks.len() - first;
            places.insert(id, (first, count));
            let standbys = if subtopology.is_stateful {
                group.standby_replicas
            } else {
                0
            };
            total += count * (1 + standbys);
        }
        let members = group.members.len();
        let mut sticky = Self {
            group,
            prev_active: vec![None; tasks.len()],
            candidates: vec![Vec::new(); tasks.len()],
            processes: Processes::new(group.members.values()),
            holders: vec![Vec::new(); tasks.len()],
            active_quota: Quota::new(tasks.len(), members),
            total_quota: Quota::new(total, members),
            targets: vec![Tasks::default(); members],
            tasks,
            places,
        };
        for (member, spec) in group.members.values().enumerate() {
            sticky.remember(member, spec);
        }
        for candidates in &mut sticky.candidates {
            candidates.sort_by_key(|at| (!at.was_standby, Reverse(at.offset)));
        }
        sticky
    }

    pub(super) fn carry_out(mut self) -> BTreeMap<MemberId, Tasks> {
        self.assign_active();
        if self.group.standby_replicas > 0 {
            self.assign_standby();
        }
        let ids = self.group.members.keys().cloned();
        ids.zip(self.targets).collect()
    }

    fn number(&self, subtopology: &SubtopologyId, partition: i32) -> Option<usize> {
        let (first, count) = self.places.get(subtopology)?;
        let at = usize::try_from(partition).ok()?;
        (at < *count).then_some(first + at)
    }

    fn remember(&mut self, member: usize, spec: &MemberSpec<'_>) {
        for task in self.numbers(spec.active) {
            self.prev_active[task] = Some(member);
        }
        let offset_of = |subtopology, partition| {
            let offsets = spec.offsets.get(subtopology)?;
            offsets.get(&partition).copied()
        };
        for task in self.numbers(spec.standby) {
            let (subtopology, partition) = self.tasks[task];
            self.candidates[task].push(Candidate {
                member,
                was_standby: true,
                offset: offset_of(subtopology, partition).unwrap_or(0),
            });
        }
        for (subtopology, offsets) in spec.offsets {
            let standby = spec.standby.get(subtopology);
            for (partition, offset) in offsets {
                if standby.is_some_and(|standby| standby.contains(partition)) {
                    continue;
                }
                if let Some(task) = self.number(subtopology, *partition) {
                    self.candidates[task].push(Candidate {
                        member,
                        was_standby: false,
                        offset: *offset,
                    });
                }
            }
        }
    }

    fn numbers(&self, tasks: &TaskSet) -> Vec<usize> {
        let tasks = tasks.iter();
        let tasks = tasks.flat_map(|(id, partitions)| partitions.iter().map(move |p| (id, *p)));
        tasks
            .filter_map(|(id, partition)| self.number(id, partition))
            .collect()
    }

    fn assign_active(&mut self) {
        let mut left: Vec<usize> = (0..self.tasks.len()).collect();
        left.sort_by_key(|task| self.tasks[*task].1);
        left.retain(|task| !self.give_active_back(*task));
        left.retain(|task| !self.make_active(*task));
        left.sort_unstable();
        for task in left {
            let member = self.processes.least_loaded(&[]);
            self.give_active(task, member.expect("the group has members"));
        }
    }

    fn give_active_back(&mut self, task: usize) -> bool {
        let member = self.prev_active[task].filter(|member| self.may_have_active(*member));
        if let Some(member) = member {
            self.give_active(task, member);
        }
        member.is_some()
    }

    fn make_active(&mut self, task: usize) -> bool {
        let member = self.least_loaded_candidate(task);
        let member = member.filter(|member| self.may_have_active(*member));
        if let Some(member) = member {
            self.give_active(task, member);
        }
        member.is_some()
    }

    fn may_have_active(&self, member: usize) -> bool {
        self.active_quota.allows(self.processes.count_of(member))
    }

    fn give_active(&mut self, task: usize, member: usize) {
        let has = self.processes.add(member);
        self.holders[task].push(self.processes.process_of(member));
        self.active_quota.on_given(has);
        self.total_quota.on_given(has);
        let (subtopology, partition) = self.tasks[task];
        insert(&mut self.targets[member].active, subtopology, partition);
    }

    fn assign_standby(&mut self) {
        let subtopologies = &self.group.subtopologies;
        let mut tasks: Vec<usize> = (0..self.tasks.len())
            .filter(|task| subtopologies[self.tasks[*task].0].is_stateful)
            .collect();
        tasks.sort_by_key(|task| Reverse((self.tasks[*task].1, *task)));
        // More standbys than other processes find no place.
        let replicas = self.group.standby_replicas.min(self.processes.len());
        let mut left = Vec::new();
        for task in tasks {
            let given = (0..replicas).take_while(|_| self.give_standby_back(task));
            let given = given.count();
            left.push((task, replicas - given));
        }
        left.sort_unstable_by_key(|(task, _)| Reverse(*task));
        for (task, replicas) in left {
            for _ in 0..replicas {
                let Some(member) = self.processes.least_loaded(&self.holders[task]) else {
                    break;
                };
                self.give_standby(task, member);
            }
        }
    }

    /// To who had it active, or else to one that had it on standby.
    fn give_standby_back(&mut self, task: usize) -> bool {
        let free = |member: &usize| !self.is_at_process_of(task, *member);
        let prev = self.prev_active[task].filter(free);
        let prev = prev.filter(|member| self.may_have_any(*member));
        let member = prev.or_else(|| {
            let member = self.least_loaded_candidate(task);
            member.filter(|member| self.may_have_any(*member))
        });
        if let Some(member) = member {
            self.give_standby(task, member);
        }
        member.is_some()
    }

    fn may_have_any(&self, member: usize) -> bool {
        self.total_quota.allows(self.processes.count_of(member))
    }

    fn give_standby(&mut self, task: usize, member: usize) {
        let has = self.processes.add(member);
        self.holders[task].push(self.processes.process_of(member));
        self.total_quota.on_given(has);
        let (subtopology, partition) = self.tasks[task];
        insert(&mut self.targets[member].standby, subtopology, partition);
    }

    fn is_at_process_of(&self, task: usize, member: usize) -> bool {
        self.holders[task].contains(&self.processes.process_of(member))
    }

    /// Of those with the state of a task, one whose process and which itself have less to do than the one before it.
    fn least_loaded_candidate(&self, task: usize) -> Option<usize> {
        let mut least = None;
        for candidate in &self.candidates[task] {
            let member = candidate.member;
            if self.is_at_process_of(task, member) {
                continue;
            }
            let (load, count) = (
                self.processes.load_around(member),
                self.processes.count_of(member),
            );
            if least.is_none_or(|(_, than, least)| load < than && count < least) {
                least = Some((member, load, count));
            }
        }
        least.map(|(member, _, _)| member)
    }
}

fn insert(tasks: &mut TaskSet, subtopology: &SubtopologyId, partition: i32) {
    match tasks.get_mut(subtopology) {
        Some(partitions) => {
            partitions.insert(partition);
        }
        None => {
            let partitions = BTreeSet::from([partition]);
            tasks.insert(SubtopologyId::clone(subtopology), partitions);
        }
    }
}
