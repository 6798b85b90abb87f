//! Topologies that members may send, whatever they are.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::streams_group_heartbeat_request as request;

use super::{
    Configured, MAX_SUBTOPOLOGIES, MAX_TOPICS, Topology, TopologyError, configure,
    partitions_of_tasks,
};

fn text(name: impl ToString) -> Cow<'static, str> {
    Cow::Owned(name.to_string())
}

fn info(name: &str, partitions: i32) -> request::TopicInfo<'static> {
    request::TopicInfo {
        name: text(name),
        partitions,
        replication_factor: 3,
        topic_configs: vec![request::KeyValue {
            key: text("cleanup.policy"),
            value: text("compact"),
            ..request::KeyValue::default()
        }],
        ..request::TopicInfo::default()
    }
}

/// One that counts words: a repartition topic between its halves, and a store in the second.
fn word_count() -> request::Topology<'static> {
    let reads = request::Subtopology {
        subtopology_id: text("0"),
        source_topics: vec![text("lines")],
        repartition_sink_topics: vec![text("app-words-repartition")],
        ..request::Subtopology::default()
    };
    let counts = request::Subtopology {
        subtopology_id: text("1"),
        repartition_source_topics: vec![info("app-words-repartition", 0)],
        state_changelog_topics: vec![info("app-counts-changelog", 0)],
        ..request::Subtopology::default()
    };
    topology(vec![reads, counts])
}

fn topology(subtopologies: Vec<request::Subtopology<'static>>) -> request::Topology<'static> {
    request::Topology {
        epoch: 7,
        subtopologies,
        ..request::Topology::default()
    }
}

fn configured(topics: &[(&str, i32)]) -> Configured {
    let topics: BTreeMap<&str, i32> = topics.iter().copied().collect();
    let topology = Topology::parse(&word_count()).expect("a topology");
    configure(&topology, |name| topics.get(name).copied()).expect("it can run")
}

#[track_caller]
fn check_refused(subtopologies: Vec<request::Subtopology<'static>>, why: &str) {
    match Topology::parse(&topology(subtopologies)) {
        Err(error) => assert_eq!(error.to_string(), why),
        Ok(topology) => panic!("{topology:?}"),
    }
}

#[test]
fn internal_topics_get_the_partitions_of_the_topics_they_come_from() {
    let missing = configured(&[("lines", 6)]);
    let problem = missing.problem.as_ref().expect("topics are missing");
    assert_eq!(problem.code(), 3);
    let create: Vec<_> = missing.to_create.values().collect();
    let create: Vec<_> = create
        .iter()
        .map(|topic| (&*topic.name, topic.partitions))
        .collect();
    assert_eq!(
        create,
        [("app-counts-changelog", 6), ("app-words-repartition", 6)]
    );
    let topic = &missing.to_create["app-counts-changelog"];
    assert_eq!(topic.replication_factor, Some(3));
    assert_eq!(
        *topic.configs,
        [("cleanup.policy".into(), "compact".into())]
    );

    let all = [
        ("lines", 6),
        ("app-words-repartition", 6),
        ("app-counts-changelog", 6),
    ];
    let ready = configured(&all);
    assert_eq!((ready.problem, ready.to_create.len()), (None, 0));
    let subtopologies = ready.subtopologies.expect("subtopologies");
    assert!(
        subtopologies
            .values()
            .all(|subtopology| subtopology.tasks == 6)
    );
    assert!(!subtopologies["0"].is_stateful() && subtopologies["1"].is_stateful());
}

#[test]
fn a_topology_is_the_same_after_its_record_and_in_any_order() {
    let mut sent = word_count();
    let parsed = Topology::parse(&sent).expect("a topology");
    assert_eq!(Topology::of_record(&parsed.to_record()), parsed);
    sent.subtopologies.reverse();
    assert_eq!(Topology::parse(&sent).expect("a topology"), parsed);
    sent.subtopologies[0].state_changelog_topics[0].name = text("another");
    assert_ne!(Topology::parse(&sent).expect("a topology"), parsed);
    let required: Vec<_> = parsed.required_topics().into_iter().collect();
    assert_eq!(
        required.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["app-counts-changelog", "app-words-repartition", "lines",]
    );
    let shown = parsed.shown().subtopologies.expect("subtopologies");
    assert_eq!(shown[1].state_changelog_topics[0].partitions, 0);
    let ready = configured(&[("lines", 4)]).shown().subtopologies;
    assert_eq!(
        ready.expect("subtopologies")[1].state_changelog_topics[0].partitions,
        4
    );
}

#[test]
fn tasks_read_the_partitions_of_their_number_as_far_as_there_are() {
    let configured = configured(&[
        ("lines", 3),
        ("app-words-repartition", 3),
        ("app-counts-changelog", 3),
    ]);
    let tasks = BTreeMap::from([
        (Arc::from("0"), BTreeSet::from([0, 2])),
        (Arc::from("gone"), BTreeSet::from([0])),
    ]);
    let read = partitions_of_tasks(&tasks, &configured, |_| Some(2));
    assert_eq!(read.len(), 1);
    assert_eq!((&*read[0].topic, &*read[0].partitions), ("lines", &[0][..]));
}

#[test]
fn topologies_that_contradict_themselves_are_refused() {
    let one = |change: fn(&mut request::Subtopology<'static>)| {
        let mut subtopology = word_count().subtopologies.remove(1);
        change(&mut subtopology);
        vec![subtopology]
    };
    check_refused(
        one(|it| it.state_changelog_topics[0].partitions = 2),
        "Changelog topic app-counts-changelog must have an undefined partition count, but it is set to 2.",
    );
    check_refused(
        one(|it| it.repartition_source_topics[0].partitions = -2),
        "Number of partitions must be at least 1.",
    );
    check_refused(
        one(|it| {
            it.repartition_source_topics
                .push(info("app-words-repartition", 0))
        }),
        "Subtopology 1 has topic app-words-repartition twice.",
    );
    check_refused(
        one(|it| it.source_topic_regex.push(text("a.*"))),
        "Regular expressions for source topics are not supported yet.",
    );
    for group in [
        request::CopartitionGroup {
            source_topics: vec![0],
            ..Default::default()
        },
        request::CopartitionGroup {
            source_topic_regex: vec![0],
            ..Default::default()
        },
        request::CopartitionGroup {
            repartition_source_topics: vec![-1],
            ..Default::default()
        },
    ] {
        let mut subtopologies = one(|_| ());
        subtopologies[0].copartition_groups.push(group);
        check_refused(
            subtopologies,
            "A copartition group of subtopology 1 names a topic that it does not have.",
        );
    }
    let twice = word_count().subtopologies.remove(0);
    check_refused(vec![twice.clone(), twice], "Subtopology 0 is there twice.");
}

#[test]
fn limits_hold_at_their_edges() {
    let numbered = |count: usize| {
        let all = (0..count).map(|n| request::Subtopology {
            subtopology_id: text(n),
            ..request::Subtopology::default()
        });
        all.collect::<Vec<_>>()
    };
    assert!(Topology::parse(&topology(numbered(MAX_SUBTOPOLOGIES))).is_ok());
    check_refused(
        numbered(MAX_SUBTOPOLOGIES + 1),
        "The topology has 10001 subtopologies; at most 10000 are allowed.",
    );
    let mut subtopologies = numbered(1);
    subtopologies[0].source_topics = (0..MAX_TOPICS).map(text).collect();
    assert!(Topology::parse(&topology(subtopologies.clone())).is_ok());
    subtopologies[0]
        .repartition_sink_topics
        .push(text("one more"));
    check_refused(
        subtopologies,
        "The topology names 100001 topics; at most 100000 are allowed.",
    );
}

/// A chain in which each subtopology waits for one that comes later, and whose topics are all joined with all others.
#[test]
fn the_work_of_a_hostile_topology_grows_with_its_size_only() {
    let count = MAX_SUBTOPOLOGIES;
    let link = |n: usize| {
        let mut subtopology = request::Subtopology {
            subtopology_id: text(n),
            repartition_sink_topics: vec![text(format!("r{n}"))],
            ..request::Subtopology::default()
        };
        if n == count - 1 {
            subtopology.source_topics.push(text("in"));
        } else {
            subtopology
                .repartition_source_topics
                .push(info(&format!("r{}", n + 1), 0));
            subtopology
                .copartition_groups
                .push(request::CopartitionGroup {
                    repartition_source_topics: vec![0],
                    ..request::CopartitionGroup::default()
                });
        }
        subtopology
    };
    let topology = Topology::parse(&topology((0..count).map(link).collect())).expect("a topology");
    let asked = std::cell::Cell::new(0_usize);
    let configured = configure(&topology, |name| {
        asked.set(asked.get() + 1);
        (name == "in").then_some(5)
    });
    assert_eq!(configured.expect("it can run").to_create.len(), count - 1);
    assert!(asked.get() < 12 * count, "{} questions", asked.get());
}

#[test]
fn topics_that_feed_each_other_only_are_refused() {
    let link = |from: &str, to: &str| request::Subtopology {
        subtopology_id: text(from),
        repartition_source_topics: vec![info(from, 0)],
        repartition_sink_topics: vec![text(to)],
        ..request::Subtopology::default()
    };
    let parsed = Topology::parse(&topology(vec![link("a", "b"), link("b", "a")]));
    let error = configure(&parsed.expect("a topology"), |_| None).expect_err("a loop");
    assert!(
        matches!(&error, TopologyError::Invalid(why) if why.contains("loops")),
        "{error}"
    );
}
