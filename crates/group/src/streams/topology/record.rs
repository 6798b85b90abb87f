//! A topology in a heartbeat and in the log. What comes in a heartbeat is checked; what is in the log was.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::streams_group_heartbeat_request as request;
use protocol::streams_group_topology_value as record;

use super::{
    CopartitionGroup, MAX_SUBTOPOLOGIES, MAX_TOPICS, Subtopology, TopicInfo, Topology,
    TopologyError,
};

impl Topology {
    /// The topology of a heartbeat.
    ///
    /// Errors: INVALID_REQUEST for expressions, STREAMS_INVALID_TOPOLOGY where it contradicts itself or passes a limit.
    pub(crate) fn parse(topology: &request::Topology<'_>) -> Result<Self, TopologyError> {
        check_limits(topology)?;
        if topology.epoch < 0 {
            return invalid("Topology epoch must be non-negative.".to_owned());
        }
        let mut ids = BTreeSet::new();
        for subtopology in &topology.subtopologies {
            if !subtopology.source_topic_regex.is_empty() {
                return Err(TopologyError::Unsupported(
                    "Regular expressions for source topics are not supported yet.",
                ));
            }
            if !ids.insert(&*subtopology.subtopology_id) {
                return invalid(format!(
                    "Subtopology {} is there twice.",
                    subtopology.subtopology_id
                ));
            }
            check(subtopology)?;
        }
        Ok(Self {
            epoch: topology.epoch,
            subtopologies: topology.subtopologies.iter().map(of_request).collect(),
        })
    }

    /// The topology of a record.
    pub(crate) fn of_record(value: &record::StreamsGroupTopologyValue<'_>) -> Self {
        Self {
            epoch: value.epoch,
            subtopologies: value.subtopologies.iter().map(of_record).collect(),
        }
    }

    /// The record of it.
    pub(crate) fn to_record(&self) -> record::StreamsGroupTopologyValue<'static> {
        record::StreamsGroupTopologyValue {
            epoch: self.epoch,
            subtopologies: self.subtopologies.iter().map(to_record).collect(),
            ..record::StreamsGroupTopologyValue::default()
        }
    }
}

fn invalid<T>(text: String) -> Result<T, TopologyError> {
    Err(TopologyError::Invalid(text))
}

fn check_limits(topology: &request::Topology<'_>) -> Result<(), TopologyError> {
    let subtopologies = topology.subtopologies.len();
    if subtopologies > MAX_SUBTOPOLOGIES {
        return invalid(format!(
            "The topology has {subtopologies} subtopologies; at most {MAX_SUBTOPOLOGIES} are allowed."
        ));
    }
    let topics: usize = topology.subtopologies.iter().map(count_topics).sum();
    if topics > MAX_TOPICS {
        return invalid(format!(
            "The topology names {topics} topics; at most {MAX_TOPICS} are allowed."
        ));
    }
    Ok(())
}

fn count_topics(subtopology: &request::Subtopology<'_>) -> usize {
    let groups = subtopology.copartition_groups.iter().map(|group| {
        1 + group.source_topics.len()
            + group.source_topic_regex.len()
            + group.repartition_source_topics.len()
    });
    subtopology.source_topics.len()
        + subtopology.state_changelog_topics.len()
        + subtopology.repartition_sink_topics.len()
        + subtopology.repartition_source_topics.len()
        + groups.sum::<usize>()
}

fn check(subtopology: &request::Subtopology<'_>) -> Result<(), TopologyError> {
    for topic in &subtopology.state_changelog_topics {
        if topic.partitions != 0 {
            return invalid(format!(
                "Changelog topic {} must have an undefined partition count, but it is set to {}.",
                topic.name, topic.partitions
            ));
        }
    }
    for topics in [
        &subtopology.state_changelog_topics,
        &subtopology.repartition_source_topics,
    ] {
        check_internal(&subtopology.subtopology_id, topics)?;
    }
    check_groups(subtopology)
}

fn check_internal(id: &str, topics: &[request::TopicInfo<'_>]) -> Result<(), TopologyError> {
    let mut names = BTreeSet::new();
    for topic in topics {
        if topic.partitions < 0 {
            return invalid("Number of partitions must be at least 1.".to_owned());
        }
        if !names.insert(&*topic.name) {
            return invalid(format!("Subtopology {id} has topic {} twice.", topic.name));
        }
        let keys: BTreeSet<&str> = topic.topic_configs.iter().map(|kv| &*kv.key).collect();
        if keys.len() < topic.topic_configs.len() {
            return invalid(format!("Topic {} has a configuration twice.", topic.name));
        }
    }
    Ok(())
}

fn check_groups(subtopology: &request::Subtopology<'_>) -> Result<(), TopologyError> {
    let sources = subtopology.source_topics.len();
    let repartitioned = subtopology.repartition_source_topics.len();
    for group in &subtopology.copartition_groups {
        let is_within = |places: &[i16], len: usize| {
            let mut places = places.iter();
            places.all(|at| usize::try_from(*at).is_ok_and(|at| at < len))
        };
        if !is_within(&group.source_topics, sources)
            || !is_within(&group.source_topic_regex, 0)
            || !is_within(&group.repartition_source_topics, repartitioned)
        {
            return invalid(format!(
                "A copartition group of subtopology {} names a topic that it does not have.",
                subtopology.subtopology_id
            ));
        }
    }
    Ok(())
}

fn arcs(names: &[Cow<'_, str>]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::from(&**name)).collect()
}

fn boxes(names: &[Cow<'_, str>]) -> Vec<Box<str>> {
    names.iter().map(|name| Box::from(&**name)).collect()
}

fn of_request(from: &request::Subtopology<'_>) -> Subtopology {
    let topic = |topic: &request::TopicInfo<'_>| {
        let configs = topic.topic_configs.iter();
        let configs = configs.map(|kv| (Box::from(&*kv.key), Box::from(&*kv.value)));
        info(
            &topic.name,
            topic.partitions,
            topic.replication_factor,
            configs.collect(),
        )
    };
    let group = |group: &request::CopartitionGroup| CopartitionGroup {
        source_topics: group.source_topics.clone(),
        source_topic_regex: group.source_topic_regex.clone(),
        repartition_source_topics: group.repartition_source_topics.clone(),
    };
    Subtopology {
        id: Arc::from(&*from.subtopology_id),
        source_topics: arcs(&from.source_topics),
        source_topic_regex: boxes(&from.source_topic_regex),
        state_changelog_topics: from.state_changelog_topics.iter().map(topic).collect(),
        repartition_sink_topics: arcs(&from.repartition_sink_topics),
        repartition_source_topics: from.repartition_source_topics.iter().map(topic).collect(),
        copartition_groups: from.copartition_groups.iter().map(group).collect(),
    }
}

fn of_record(from: &record::Subtopology<'_>) -> Subtopology {
    let topic = |topic: &record::TopicInfo<'_>| {
        let configs = topic.topic_configs.iter();
        let configs = configs.map(|kv| (Box::from(&*kv.key), Box::from(&*kv.value)));
        info(
            &topic.name,
            topic.partitions,
            topic.replication_factor,
            configs.collect(),
        )
    };
    let group = |group: &record::CopartitionGroup| CopartitionGroup {
        source_topics: group.source_topics.clone(),
        source_topic_regex: group.source_topic_regex.clone(),
        repartition_source_topics: group.repartition_source_topics.clone(),
    };
    Subtopology {
        id: Arc::from(&*from.subtopology_id),
        source_topics: arcs(&from.source_topics),
        source_topic_regex: boxes(&from.source_topic_regex),
        state_changelog_topics: from.state_changelog_topics.iter().map(topic).collect(),
        repartition_sink_topics: arcs(&from.repartition_sink_topics),
        repartition_source_topics: from.repartition_source_topics.iter().map(topic).collect(),
        copartition_groups: from.copartition_groups.iter().map(group).collect(),
    }
}

fn info(
    name: &str,
    partitions: i32,
    replication_factor: i16,
    configs: Vec<(Box<str>, Box<str>)>,
) -> TopicInfo {
    TopicInfo {
        name: Arc::from(name),
        partitions: Some(partitions).filter(|count| *count != 0),
        replication_factor: Some(replication_factor).filter(|factor| *factor != 0),
        configs,
    }
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn to_record(from: &Subtopology) -> record::Subtopology<'static> {
    let names = |names: &[Arc<str>]| names.iter().map(|name| owned(name)).collect();
    let topics = |topics: &[TopicInfo]| topics.iter().map(topic_to_record).collect();
    let group = |group: &CopartitionGroup| record::CopartitionGroup {
        source_topics: group.source_topics.clone(),
        source_topic_regex: group.source_topic_regex.clone(),
        repartition_source_topics: group.repartition_source_topics.clone(),
        ..record::CopartitionGroup::default()
    };
    let regexes = from.source_topic_regex.iter();
    record::Subtopology {
        subtopology_id: owned(&from.id),
        source_topics: names(&from.source_topics),
        source_topic_regex: regexes.map(|regex| owned(regex)).collect(),
        state_changelog_topics: topics(&from.state_changelog_topics),
        repartition_sink_topics: names(&from.repartition_sink_topics),
        repartition_source_topics: topics(&from.repartition_source_topics),
        copartition_groups: from.copartition_groups.iter().map(group).collect(),
        ..record::Subtopology::default()
    }
}

fn topic_to_record(from: &TopicInfo) -> record::TopicInfo<'static> {
    let configs = from.configs.iter().map(|(key, value)| record::TopicConfig {
        key: owned(key),
        value: owned(value),
        ..record::TopicConfig::default()
    });
    record::TopicInfo {
        name: owned(&from.name),
        partitions: from.partitions.unwrap_or(0),
        replication_factor: from.replication_factor.unwrap_or(0),
        topic_configs: configs.collect(),
        ..record::TopicInfo::default()
    }
}
