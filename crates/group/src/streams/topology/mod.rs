//! The topology of a Kafka Streams application, as its members describe it: which topics each subtopology reads and writes,
//! which of them the application makes itself, and which must have as many partitions as each other (KIP-1071).
//!
//! ```text
//!   source topics        +-------------+   repartition    +-------------+
//!  --------------------> |subtopology 0| ---------------> |subtopology 1| --> ...
//!   of the user          +-------------+      topic       +-------------+
//!                               |                                |
//!                               v changelog topics               v
//! ```
//!
//! [`Topology`] is what the records of a group hold; [`configure()`] finds out what it means for the topics that are there.
//! Never here: the names of topics as such, which the broker checks with the right to use them.

mod configure;
mod copartition;
mod endpoint;
mod partitions;
mod record;
mod show;

#[cfg(test)]
mod kafka_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

pub use configure::InternalTopic;
pub(crate) use configure::{Configured, configure};
pub(crate) use endpoint::partitions_of_tasks;

use configure::{ConfiguredSubtopology, Problem};

use super::tasks::SubtopologyId;

/// How many subtopologies a topology may have.
pub(crate) const MAX_SUBTOPOLOGIES: usize = 10_000;

/// How many names of topics and members of copartition groups there may be in a topology.
pub(crate) const MAX_TOPICS: usize = 100_000;

/// The name of a topic.
pub type TopicName = Arc<str>;

/// A topology that cannot be used, whatever topics there are.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum TopologyError {
    /// It asks for what the coordinator does not do: INVALID_REQUEST.
    #[error("{0}")]
    Unsupported(&'static str),
    /// It contradicts itself: STREAMS_INVALID_TOPOLOGY.
    #[error("{0}")]
    Invalid(String),
}

/// What the members of a group run.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    /// Grows with every change of it.
    pub epoch: i32,
    /// In the order in which the member named them.
    pub subtopologies: Vec<Subtopology>,
}

/// A part of a topology that is connected to others by topics only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subtopology {
    /// Its id.
    pub id: SubtopologyId,
    /// The topics of the user that it reads.
    pub source_topics: Vec<TopicName>,
    /// Expressions for such; none in a topology that was accepted, but a record may have them.
    pub source_topic_regex: Vec<Box<str>>,
    /// The topics that keep its state.
    pub state_changelog_topics: Vec<TopicInfo>,
    /// The internal topics that it writes for others.
    pub repartition_sink_topics: Vec<TopicName>,
    /// The internal topics that it reads.
    pub repartition_source_topics: Vec<TopicInfo>,
    /// Which of the topics it reads must have as many partitions as each other.
    pub copartition_groups: Vec<CopartitionGroup>,
}

/// An internal topic that a subtopology asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    /// Its name.
    pub name: TopicName,
    /// How many partitions it is to have; unknown where they follow from other topics.
    pub partitions: Option<i32>,
    /// Its replication factor, if it is not to be the broker's default.
    pub replication_factor: Option<i16>,
    /// Its configurations.
    pub configs: Vec<(Box<str>, Box<str>)>,
}

/// Places in the lists of topics of a subtopology.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopartitionGroup {
    /// In its source topics.
    pub source_topics: Vec<i16>,
    /// In its expressions for source topics.
    pub source_topic_regex: Vec<i16>,
    /// In the repartition topics that it reads.
    pub repartition_source_topics: Vec<i16>,
}

impl Topology {
    /// All topics that it reads or keeps its state in; changes of them change what the group has to do.
    pub(crate) fn required_topics(&self) -> BTreeSet<TopicName> {
        let topics = self.subtopologies.iter().flat_map(|subtopology| {
            let changelogs = subtopology.state_changelog_topics.iter();
            let sources = subtopology.all_sources().cloned();
            sources.chain(changelogs.map(|topic| Arc::clone(&topic.name)))
        });
        topics.collect()
    }

    /// Its subtopologies by what their ids count, as ids are numbers in practice; where one decides for others, the first does.
    fn in_order(&self) -> Vec<&Subtopology> {
        let mut all: Vec<&Subtopology> = self.subtopologies.iter().collect();
        all.sort_by_key(|subtopology| (subtopology.id.len(), &subtopology.id));
        all
    }
}

/// The order of the subtopologies means nothing.
impl PartialEq for Topology {
    fn eq(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.in_order() == other.in_order()
    }
}

impl Eq for Topology {}

impl Subtopology {
    /// The topics of the user and the repartition topics that it reads.
    pub(crate) fn all_sources(&self) -> impl Iterator<Item = &TopicName> {
        let repartitioned = self.repartition_source_topics.iter();
        let repartitioned = repartitioned.map(|topic| &topic.name);
        self.source_topics.iter().chain(repartitioned)
    }

    /// The names of the topics of a copartition group; every place in it was checked when it was read.
    fn copartitioned<'a>(&'a self, group: &'a CopartitionGroup) -> BTreeSet<&'a str> {
        let place = |at: &i16| usize::try_from(*at).ok();
        let sources = group.source_topics.iter();
        let sources = sources.filter_map(|at| self.source_topics.get(place(at)?).map(|t| &**t));
        let topics = group.repartition_source_topics.iter();
        let topics = topics.filter_map(|at| self.repartition_source_topics.get(place(at)?));
        sources.chain(topics.map(|topic| &*topic.name)).collect()
    }
}
