//! Random topologies, and what Apache Kafka 4.4.0 made of them (`judge/Topologies.java` wrote them down).

use std::borrow::Cow;
use std::collections::BTreeMap;

use protocol::streams_group_heartbeat_request as request;

use super::{Configured, InternalTopic, Topology, TopologyError, configure};

fn parts(text: &str, by: char) -> Vec<&str> {
    text.split(by).filter(|part| !part.is_empty()).collect()
}

fn counts(text: &str) -> Vec<(&str, i32)> {
    let counts = parts(text, ',').into_iter().map(|part| {
        let (name, count) = part.split_once('=').expect("a name and a count");
        (name, count.parse().expect("a number"))
    });
    counts.collect()
}

fn names(text: &str) -> Vec<Cow<'_, str>> {
    parts(text, ',').into_iter().map(Cow::Borrowed).collect()
}

fn infos(text: &str) -> Vec<request::TopicInfo<'_>> {
    let infos = counts(text)
        .into_iter()
        .map(|(name, partitions)| request::TopicInfo {
            name: Cow::Borrowed(name),
            partitions,
            ..request::TopicInfo::default()
        });
    infos.collect()
}

fn group(text: &str) -> request::CopartitionGroup {
    let (sources, repartitioned) = text.split_once('-').expect("two lists of places");
    let places = |text| {
        let places = parts(text, ',').into_iter();
        places
            .map(|place| place.parse().expect("a place"))
            .collect()
    };
    request::CopartitionGroup {
        source_topics: places(sources),
        repartition_source_topics: places(repartitioned),
        ..request::CopartitionGroup::default()
    }
}

fn subtopology(text: &str) -> request::Subtopology<'_> {
    let mut fields = text.split(':');
    let mut next = || fields.next().expect("six fields");
    request::Subtopology {
        subtopology_id: Cow::Borrowed(next()),
        source_topics: names(next()),
        repartition_sink_topics: names(next()),
        repartition_source_topics: infos(next()),
        state_changelog_topics: infos(next()),
        copartition_groups: parts(next(), '/').into_iter().map(group).collect(),
        ..request::Subtopology::default()
    }
}

/// The result as the judge writes it.
fn result(configured: Result<Configured, TopologyError>) -> String {
    let configured = match configured {
        Ok(configured) => configured,
        Err(error) => return format!("StreamsInvalidTopologyException {error}"),
    };
    let status = configured.problem.as_ref();
    let status = status.map(|problem| format!("{} {}", problem.code(), problem.detail()));
    let tasks = configured.subtopologies.iter().flatten();
    let tasks: Vec<String> = tasks.map(|(id, of)| format!("{id}={}", of.tasks)).collect();
    let topics = configured.to_create.values();
    let topics = topics.map(
        |InternalTopic {
             name, partitions, ..
         }| format!("{name}={partitions}"),
    );
    let topics: Vec<String> = topics.collect();
    format!(
        "{}|{}|{}",
        status.unwrap_or_default(),
        tasks.join(","),
        topics.join(",")
    )
}

/// Where the order of Kafka's hash tables decides: which topics a status names, and in which order.
fn without_choice(result: &str) -> String {
    for text in [
        "3 Internal topics are missing: ",
        "2 Existing topic ",
        "2 Number of partitions [",
    ] {
        if let Some(rest) = result.strip_prefix(text) {
            let (_, rest) = rest.split_once('|').expect("a result");
            return format!("{text}|{rest}");
        }
    }
    result.to_owned()
}

#[test]
fn topologies_are_configured_as_by_apache_kafka() {
    let (mut lines, mut same) = (0, 0);
    for line in include_str!("kafka.txt").lines() {
        let (topics, rest) = line.split_once('|').expect("topics");
        let (subtopologies, kafkas) = rest.split_once('|').expect("subtopologies");
        let topology = request::Topology {
            epoch: 1,
            subtopologies: subtopologies.split(';').map(subtopology).collect(),
            ..request::Topology::default()
        };
        let topics: BTreeMap<&str, i32> = counts(topics).into_iter().collect();
        let configured = Topology::parse(&topology)
            .and_then(|topology| configure(&topology, |name| topics.get(name).copied()));
        let ours = result(configured);
        assert_eq!(without_choice(&ours), without_choice(kafkas), "{line}");
        lines += 1;
        same += usize::from(ours == kafkas);
    }
    assert!(
        same * 100 >= lines * 85,
        "{same} of {lines} answers are Kafka's to the letter"
    );
}
