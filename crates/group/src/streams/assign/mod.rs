//! The assignor `sticky`: who is to run which task (KIP-1071).
//!
//! A pure function of the members with what they had, and the tasks of each subtopology. Every task is active at exactly
//! one member; a stateful one is standby at as many other processes as are asked for and as there are. Tasks stay where they
//! were as long as no member has more than its share. The order of the ids decides between equals, so that the same group
//! has the same target on every node.

mod process;
mod quota;
mod sticky;

#[cfg(test)]
mod kafka_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::tasks::{MemberId, SubtopologyId, TaskSet, Tasks};

/// A member as the assignor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemberSpec<'a> {
    /// The process it runs in, which can hold a task once only.
    pub(crate) process_id: &'a str,
    /// The active tasks of its last target.
    pub(crate) active: &'a TaskSet,
    /// The standby tasks of its last target.
    pub(crate) standby: &'a TaskSet,
    /// How far the state has come that it says it has on its disk, by task.
    pub(crate) offsets: &'a TaskOffsets,
}

/// Offsets that a member has reported, by task.
pub(crate) type TaskOffsets = BTreeMap<SubtopologyId, BTreeMap<i32, i64>>;

/// A subtopology as the assignor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SubtopologySpec {
    /// Its tasks are numbered from 0 up to this.
    pub(crate) tasks: i32,
    /// Whether its tasks have state, so that there is something to keep on standby.
    pub(crate) is_stateful: bool,
}

/// A group as the assignor sees it.
#[derive(Clone, Debug)]
pub(crate) struct GroupSpec<'a> {
    /// Its members.
    pub(crate) members: BTreeMap<MemberId, MemberSpec<'a>>,
    /// What its members run.
    pub(crate) subtopologies: BTreeMap<SubtopologyId, SubtopologySpec>,
    /// How many processes are to keep the state of a task, besides the one where it is active.
    pub(crate) standby_replicas: usize,
}

/// The target of each member.
pub(crate) fn assign(group: &GroupSpec<'_>) -> BTreeMap<MemberId, Tasks> {
    if group.members.is_empty() {
        return BTreeMap::new();
    }
    sticky::Sticky::new(group).carry_out()
}
