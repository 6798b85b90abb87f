//! What a topology means for the topics that there are: how many tasks its subtopologies have, and which internal topics are
//! missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::partitions::{Counts, of_repartition_topics};
use super::{Subtopology, TopicInfo, TopicName, Topology, TopologyError, copartition};
use crate::streams::tasks::SubtopologyId;

/// How many topics a status lists by their names.
const MAX_NAMED: usize = 3;

/// A topology with the counts that follow from the topics that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Configured {
    /// The epoch of the topology.
    pub(crate) epoch: i32,
    /// Its subtopologies; nothing where they could not be configured.
    pub(crate) subtopologies: Option<BTreeMap<SubtopologyId, ConfiguredSubtopology>>,
    /// The internal topics that are not there, by their names.
    pub(crate) to_create: BTreeMap<TopicName, InternalTopic>,
    /// Why the group cannot run it.
    pub(crate) problem: Option<Problem>,
}

/// A subtopology with its tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfiguredSubtopology {
    /// How many tasks it has: as many as the largest topic that it reads has partitions.
    pub(crate) tasks: i32,
    /// The topics of the user that it reads.
    pub(crate) source_topics: BTreeSet<TopicName>,
    /// The internal topics that it reads.
    pub(crate) repartition_source_topics: BTreeMap<TopicName, InternalTopic>,
    /// The internal topics that it writes for others.
    pub(crate) repartition_sink_topics: BTreeSet<TopicName>,
    /// The topics that keep its state.
    pub(crate) state_changelog_topics: BTreeMap<TopicName, InternalTopic>,
}

impl ConfiguredSubtopology {
    /// Whether its tasks have state.
    pub(crate) fn is_stateful(&self) -> bool {
        !self.state_changelog_topics.is_empty()
    }
}

/// An internal topic as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalTopic {
    /// Its name.
    pub name: TopicName,
    /// Its partitions.
    pub partitions: i32,
    /// Its replication factor, if it is not to be the broker's default.
    pub replication_factor: Option<i16>,
    /// Its configurations.
    pub configs: Vec<(Box<str>, Box<str>)>,
}

/// Why a topology cannot run on the topics that there are; a status of the answers to heartbeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Topics of the user are not there.
    MissingSources(String),
    /// Topics have other partition counts than they need to.
    WronglyPartitioned(String),
    /// Internal topics are not there yet.
    MissingInternal(String),
}

impl Problem {
    /// The status code.
    pub(crate) fn code(&self) -> i8 {
        match self {
            Self::MissingSources(_) => 1,
            Self::WronglyPartitioned(_) => 2,
            Self::MissingInternal(_) => 3,
        }
    }

    /// The status detail.
    pub(crate) fn detail(&self) -> &str {
        match self {
            Self::MissingSources(text)
            | Self::WronglyPartitioned(text)
            | Self::MissingInternal(text) => text,
        }
    }
}

enum Failure {
    Problem(Problem),
    Error(TopologyError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<TopologyError> for Failure {
    fn from(error: TopologyError) -> Self {
        Self::Error(error)
    }
}

/// Configures `topology` for the topics of which `partitions_of` tells the partition counts.
///
/// Errors: STREAMS_INVALID_TOPOLOGY where no topics could make it run.
pub(crate) fn configure(
    topology: &Topology,
    partitions_of: impl Fn(&str) -> Option<i32>,
) -> Result<Configured, TopologyError> {
    match try_configure(topology, &partitions_of) {
        Ok(configured) => Ok(configured),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Problem(problem)) => Ok(Configured {
            epoch: topology.epoch,
            problem: Some(problem),
            ..Configured::default()
        }),
    }
}

fn try_configure(
    topology: &Topology,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<Configured, Failure> {
    check_source_topics(topology, partitions_of)?;
    let in_order = topology.in_order();
    let mut counts = of_repartition_topics(&in_order, partitions_of)?;
    copartition::enforce(&in_order, &mut counts, partitions_of)?;
    let mut tasks = BTreeMap::new();
    for subtopology in &in_order {
        tasks.insert(
            &*subtopology.id,
            count_tasks(subtopology, &counts, partitions_of)?,
        );
    }
    for subtopology in &in_order {
        for topic in &subtopology.state_changelog_topics {
            counts.insert(&topic.name, tasks[&*subtopology.id]);
        }
    }
    let subtopologies: BTreeMap<_, _> = in_order
        .iter()
        .map(|subtopology| {
            let tasks = tasks[&*subtopology.id];
            (
                Arc::clone(&subtopology.id),
                configured(subtopology, tasks, &counts),
            )
        })
        .collect();
    let to_create = missing_internal_topics(&subtopologies, partitions_of)?;
    let problem = (!to_create.is_empty()).then(|| {
        Problem::MissingInternal(format!(
            "Internal topics are missing: {}",
            summary(to_create.keys())
        ))
    });
    Ok(Configured {
        epoch: topology.epoch,
        subtopologies: Some(subtopologies),
        to_create,
        problem,
    })
}

fn check_source_topics(
    topology: &Topology,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<(), Problem> {
    let topics = topology.subtopologies.iter();
    let topics = topics.flat_map(|subtopology| &subtopology.source_topics);
    let missing = topics.filter(|name| partitions_of(name).is_none());
    let missing: BTreeSet<&TopicName> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Problem::MissingSources(format!(
        "Source topics {} are missing.",
        summary(missing.into_iter())
    )))
}

fn summary<'a>(names: impl ExactSizeIterator<Item = &'a TopicName>) -> String {
    let more = names.len().saturating_sub(MAX_NAMED);
    let named: Vec<&str> = names.take(MAX_NAMED).map(|name| &**name).collect();
    let more = if more > 0 {
        format!(" and {more} additional topics")
    } else {
        String::new()
    };
    named.join(", ") + &more
}

fn count_tasks(
    subtopology: &Subtopology,
    counts: &Counts<'_>,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<i32, TopologyError> {
    let sources = subtopology.all_sources();
    let sources = sources.filter_map(|name| copartition::count(name, counts, partitions_of));
    sources.max().ok_or_else(|| {
        TopologyError::Invalid(format!(
            "No source topics found for subtopology {}",
            subtopology.id
        ))
    })
}

fn configured(subtopology: &Subtopology, tasks: i32, counts: &Counts<'_>) -> ConfiguredSubtopology {
    let internal = |topic: &TopicInfo| {
        let decided = counts.get(&*topic.name).copied().unwrap_or(tasks);
        let topic = InternalTopic {
            name: Arc::clone(&topic.name),
            partitions: topic.partitions.unwrap_or(decided),
            replication_factor: topic.replication_factor,
            configs: topic.configs.clone(),
        };
        (Arc::clone(&topic.name), topic)
    };
    ConfiguredSubtopology {
        tasks,
        source_topics: subtopology.source_topics.iter().cloned().collect(),
        repartition_source_topics: subtopology
            .repartition_source_topics
            .iter()
            .map(internal)
            .collect(),
        repartition_sink_topics: subtopology
            .repartition_sink_topics
            .iter()
            .cloned()
            .collect(),
        state_changelog_topics: subtopology
            .state_changelog_topics
            .iter()
            .map(internal)
            .collect(),
    }
}

fn missing_internal_topics(
    subtopologies: &BTreeMap<SubtopologyId, ConfiguredSubtopology>,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<BTreeMap<TopicName, InternalTopic>, Problem> {
    let wanted: BTreeMap<&TopicName, &InternalTopic> = subtopologies
        .values()
        .flat_map(|subtopology| {
            let repartitioned = subtopology.repartition_source_topics.iter();
            repartitioned.chain(&subtopology.state_changelog_topics)
        })
        .collect();
    let mut missing = BTreeMap::new();
    for (name, topic) in wanted {
        match partitions_of(name) {
            None => {
                missing.insert(Arc::clone(name), topic.clone());
            }
            Some(found) if found != topic.partitions => {
                return Err(Problem::WronglyPartitioned(format!(
                    "Existing topic {name} has different number of partitions: expected {}, found {found}",
                    topic.partitions
                )));
            }
            Some(_) => {}
        }
    }
    Ok(missing)
}
