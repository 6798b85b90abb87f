//! How a topology is shown: StreamsGroupDescribe (key 89).

use std::borrow::Cow;
use std::sync::Arc;

use protocol::streams_group_describe_response as shown;

use super::{Configured, ConfiguredSubtopology, InternalTopic, Subtopology, TopicInfo, Topology};

impl Topology {
    /// It as its members described it.
    pub(crate) fn shown(&self) -> shown::Topology<'static> {
        let mut subtopologies: Vec<_> = self.subtopologies.iter().map(of_described).collect();
        subtopologies.sort_by(|one, other| one.subtopology_id.cmp(&other.subtopology_id));
        topology(self.epoch, subtopologies)
    }
}

impl Configured {
    /// It with the counts that follow from the topics that there are; no subtopologies where they could not be configured.
    pub(crate) fn shown(&self) -> shown::Topology<'static> {
        let subtopologies = self.subtopologies.iter().flatten();
        let subtopologies = subtopologies.map(|(id, subtopology)| of_configured(id, subtopology));
        topology(self.epoch, subtopologies.collect())
    }
}

fn topology(
    epoch: i32,
    subtopologies: Vec<shown::Subtopology<'static>>,
) -> shown::Topology<'static> {
    shown::Topology {
        epoch,
        subtopologies: Some(subtopologies),
        ..shown::Topology::default()
    }
}

fn of_described(from: &Subtopology) -> shown::Subtopology<'static> {
    let topics = |topics: &[TopicInfo]| {
        let topics = topics.iter().map(|topic| {
            topic_info(
                &topic.name,
                topic.partitions.unwrap_or(0),
                topic.replication_factor,
                &topic.configs,
            )
        });
        sorted(topics.collect())
    };
    shown::Subtopology {
        subtopology_id: owned(&from.id),
        source_topics: names(from.source_topics.iter()),
        repartition_sink_topics: names(from.repartition_sink_topics.iter()),
        state_changelog_topics: topics(&from.state_changelog_topics),
        repartition_source_topics: topics(&from.repartition_source_topics),
        ..shown::Subtopology::default()
    }
}

fn of_configured(id: &str, from: &ConfiguredSubtopology) -> shown::Subtopology<'static> {
    let topic = |topic: &InternalTopic| {
        topic_info(
            &topic.name,
            topic.partitions,
            topic.replication_factor,
            &topic.configs,
        )
    };
    shown::Subtopology {
        subtopology_id: owned(id),
        source_topics: names(from.source_topics.iter()),
        repartition_sink_topics: names(from.repartition_sink_topics.iter()),
        state_changelog_topics: from.state_changelog_topics.values().map(topic).collect(),
        repartition_source_topics: from.repartition_source_topics.values().map(topic).collect(),
        ..shown::Subtopology::default()
    }
}

fn topic_info(
    name: &str,
    partitions: i32,
    replication_factor: Option<i16>,
    configs: &[(Box<str>, Box<str>)],
) -> shown::TopicInfo<'static> {
    let configs = configs.iter().map(|(key, value)| shown::KeyValue {
        key: owned(key),
        value: owned(value),
        ..shown::KeyValue::default()
    });
    shown::TopicInfo {
        name: owned(name),
        partitions,
        replication_factor: replication_factor.unwrap_or(0),
        topic_configs: configs.collect(),
        ..shown::TopicInfo::default()
    }
}

fn sorted(mut topics: Vec<shown::TopicInfo<'static>>) -> Vec<shown::TopicInfo<'static>> {
    topics.sort_by(|one, other| one.name.cmp(&other.name));
    topics
}

fn names<'a>(names: impl Iterator<Item = &'a Arc<str>>) -> Vec<Cow<'static, str>> {
    let mut names: Vec<Cow<'static, str>> = names.map(|name| owned(name)).collect();
    names.sort_unstable();
    names
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}
