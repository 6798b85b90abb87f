//! The processes of a group with their members, ordered by what they have to do.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::MemberSpec;

/// Tasks for each member, compared as fractions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    tasks: u64,
    members: u64,
}

impl Ord for Load {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.tasks * other.members).cmp(&(other.tasks * self.members))
    }
}

impl PartialOrd for Load {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Load {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Load {}

/// A process: its members by how much they have.
#[derive(Clone, Debug, Default)]
struct Process {
    tasks: u64,
    by_count: BTreeSet<(usize, usize)>,
}

impl Process {
    fn load(&self) -> Load {
        Load {
            tasks: self.tasks,
            members: self.by_count.len() as u64,
        }
    }
}

/// All processes. Members and processes are numbered in the order of their ids.
#[derive(Debug)]
pub(super) struct Processes {
    processes: Vec<Process>,
    by_load: BTreeSet<(Load, usize)>,
    /// Of each member: its process and how many tasks it has.
    members: Vec<(usize, usize)>,
}

impl Processes {
    pub(super) fn new<'a>(specs: impl Iterator<Item = &'a MemberSpec<'a>> + Clone) -> Self {
        let ids: BTreeSet<&str> = specs.clone().map(|spec| spec.process_id).collect();
        let numbers: BTreeMap<&str, usize> = ids.into_iter().zip(0..).collect();
        let members: Vec<(usize, usize)> =
            specs.map(|spec| (numbers[spec.process_id], 0)).collect();
        let mut processes = vec![Process::default(); numbers.len()];
        for (member, (process, _)) in members.iter().enumerate() {
            processes[*process].by_count.insert((0, member));
        }
        let by_load = processes.iter().enumerate();
        let by_load = by_load.map(|(at, process)| (process.load(), at)).collect();
        Self {
            processes,
            by_load,
            members,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.processes.len()
    }

    pub(super) fn process_of(&self, member: usize) -> usize {
        self.members[member].0
    }

    pub(super) fn count_of(&self, member: usize) -> usize {
        self.members[member].1
    }

    pub(super) fn load_around(&self, member: usize) -> Load {
        self.processes[self.process_of(member)].load()
    }

    /// Of the process that has least to do, but for `without`, the member that has least to do.
    pub(super) fn least_loaded(&self, without: &[usize]) -> Option<usize> {
        let mut processes = self.by_load.iter().map(|(_, process)| *process);
        let process = processes.find(|process| !without.contains(process))?;
        let (_, member) = self.processes[process].by_count.first()?;
        Some(*member)
    }

    /// The member has one task more; how many it has by now.
    pub(super) fn add(&mut self, member: usize) -> usize {
        let (at, had) = self.members[member];
        let process = &mut self.processes[at];
        self.by_load.remove(&(process.load(), at));
        process.by_count.remove(&(had, member));
        process.tasks += 1;
        process.by_count.insert((had + 1, member));
        self.by_load.insert((process.load(), at));
        self.members[member].1 = had + 1;
        had + 1
    }
}
