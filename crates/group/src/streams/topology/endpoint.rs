//! Which partitions of which topics the tasks of a member read: what other members of the application are told, so that they
//! ask it for its state.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Configured, TopicName};
use crate::streams::tasks::TaskSet;

/// Partitions of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicPartitions {
    /// The topic.
    pub(crate) topic: TopicName,
    /// Its partitions, ascending.
    pub(crate) partitions: Vec<i32>,
}

/// The partitions that `tasks` read. A topic with fewer partitions than its subtopology has tasks is left out of some of them.
pub(crate) fn partitions_of_tasks(
    tasks: &TaskSet,
    configured: &Configured,
    partitions_of: impl Fn(&str) -> Option<i32>,
) -> Vec<TopicPartitions> {
    let mut read = Vec::new();
    for (id, tasks) in tasks {
        let subtopologies = configured.subtopologies.as_ref();
        let Some(subtopology) = subtopologies.and_then(|all| all.get(id)) else {
            continue;
        };
        let sources = subtopology.source_topics.iter();
        let topics: BTreeSet<&TopicName> = sources
            .chain(subtopology.repartition_source_topics.keys())
            .collect();
        for topic in topics {
            let count = partitions_of(topic).unwrap_or(0);
            let partitions: Vec<i32> = tasks.range(..count).copied().collect();
            if !partitions.is_empty() {
                read.push(TopicPartitions {
                    topic: Arc::clone(topic),
                    partitions,
                });
            }
        }
    }
    read
}
