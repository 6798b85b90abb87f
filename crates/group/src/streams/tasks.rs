//! Tasks: a task is a partition number of a subtopology, and processes that partition of all topics the subtopology reads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The id of a member of a group.
pub type MemberId = Arc<str>;

/// The id of a subtopology, by which the members of a group know it.
pub type SubtopologyId = Arc<str>;

/// Partitions of subtopologies; no subtopology without partitions.
pub type TaskSet = BTreeMap<SubtopologyId, BTreeSet<i32>>;

/// The tasks of a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// Those it processes.
    pub active: TaskSet,
    /// Those whose state it keeps, to take them over from another.
    pub standby: TaskSet,
    /// Those whose state it restores, to become their owner.
    pub warmup: TaskSet,
}

/// How many tasks there are in `tasks`.
#[cfg(test)]
pub(crate) fn count(tasks: &TaskSet) -> usize {
    tasks.values().map(BTreeSet::len).sum()
}
