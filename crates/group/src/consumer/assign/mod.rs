//! The assignors: who is to consume which partition (KIP-848).
//!
//! Pure functions of the members with their subscriptions, the partition counts of the topics, and
//! the target that held before. Each partition of a topic that somebody subscribes to goes to exactly
//! one of its subscribers. The order of `members` decides between equals, so that the same group has
//! the same target on every node.

mod range;
mod uniform;

#[cfg(test)]
mod kafka_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use model::TopicId;

use super::Partitions;

/// A member as an assignor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subscriber<'a> {
    /// Of a static member, which keeps its place when it comes back under another id.
    pub(crate) instance_id: Option<&'a str>,
    /// The topics it subscribes to, all of which have a partition count.
    pub(crate) topics: &'a BTreeSet<TopicId>,
    /// What it was to consume before.
    pub(crate) target: &'a Partitions,
}

/// How many partitions the topics have that somebody subscribes to.
pub(crate) type PartitionCounts = BTreeMap<TopicId, i32>;

/// An assignor of the coordinator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignor {
    /// As many partitions for each as possible, with as few moves as possible.
    Uniform,
    /// Neighbouring partitions; the same numbers of topics that have the same subscribers and as
    /// many partitions.
    Range,
}

impl Assignor {
    /// All there are, the default first.
    pub const ALL: [Self; 2] = [Self::Uniform, Self::Range];

    /// The name that clients and configurations use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Range => "range",
        }
    }

    /// The assignor of a name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// The target of each member, in the order of `members`.
    pub(crate) fn assign(
        self,
        members: &[Subscriber<'_>],
        counts: &PartitionCounts,
    ) -> Vec<Partitions> {
        match self {
            Self::Uniform => uniform::assign(members, counts),
            Self::Range => range::assign(members, counts),
        }
    }
}
