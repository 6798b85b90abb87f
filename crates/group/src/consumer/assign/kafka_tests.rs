//! Random groups, and what the assignors of Apache Kafka 4.4.0 gave their members
//! (`judge/Assignments.java` wrote them down).

use std::collections::BTreeSet;

use model::{TopicId, Uuid};

use super::super::Partitions;
use super::{Assignor, PartitionCounts, Subscriber};

fn topic(number: &str) -> TopicId {
    Uuid::reserved(number.parse::<u8>().expect("a number") + 1)
}

fn partitions(text: &str) -> Partitions {
    let mut partitions = Partitions::new();
    for place in text.split(',').filter(|place| !place.is_empty()) {
        let (number, partition) = place.split_once('-').expect("a topic and a partition");
        let partition = partition.parse().expect("a number");
        partitions
            .entry(topic(number))
            .or_default()
            .insert(partition);
    }
    partitions
}

#[derive(Debug)]
struct Member {
    instance_id: Option<String>,
    topics: BTreeSet<TopicId>,
    had: Partitions,
}

fn member(text: &str) -> Member {
    let mut parts = text.split(':');
    let mut next = || parts.next().expect("three parts");
    let instance_id = next();
    Member {
        instance_id: Some(instance_id.to_owned()).filter(|id| !id.is_empty()),
        topics: next().split(',').map(topic).collect(),
        had: partitions(next()),
    }
}

/// Calls `check` with each group, what this assignor gives them and what Kafka's gave.
fn compare(assignor: Assignor, check: impl Fn(&str, &[Partitions], &[Partitions])) {
    for line in include_str!("kafka.txt").lines() {
        let parts: Vec<&str> = line.split('|').collect();
        let [counts, members, uniform, range] = parts[..] else {
            panic!("{line}")
        };
        let counts: PartitionCounts = counts
            .split(',')
            .zip(1..)
            .map(|(count, number)| (Uuid::reserved(number), count.parse().expect("a number")))
            .collect();
        let members: Vec<Member> = members.split(';').map(member).collect();
        let subscribers: Vec<_> = members
            .iter()
            .map(|member| Subscriber {
                instance_id: member.instance_id.as_deref(),
                topics: &member.topics,
                target: &member.had,
            })
            .collect();
        let kafkas = match assignor {
            Assignor::Uniform => uniform,
            Assignor::Range => range,
        };
        let kafkas: Vec<Partitions> = kafkas.split(';').map(partitions).collect();
        check(line, &assignor.assign(&subscribers, &counts), &kafkas);
    }
}

#[test]
fn range_gives_what_kafkas_gives() {
    compare(Assignor::Range, |line, ours, kafkas| {
        assert_eq!(ours, kafkas, "{line}");
    });
}
