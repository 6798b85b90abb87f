//! Random groups, and what the assignors of Apache Kafka 4.4.0 gave their members
//! (`judge/Assignments.java` wrote them down).

use std::cell::Cell;
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

fn load(target: &Partitions) -> usize {
    target.values().map(BTreeSet::len).sum()
}

/// The smaller, the more even: the sum of the squares of what each member has.
fn unevenness(targets: &[Partitions]) -> usize {
    targets.iter().map(|target| load(target).pow(2)).sum()
}

/// How much the members keep of what they had.
fn kept(members: &[Member], targets: &[Partitions]) -> usize {
    let both = members.iter().zip(targets);
    both.flat_map(|(member, target)| {
        let topics = member.had.iter();
        topics.map(|(topic, had)| {
            target
                .get(topic)
                .map_or(0, |now| now.intersection(had).count())
        })
    })
    .sum()
}

/// Calls `check` with the members of each group, what this assignor gives them and what Kafka's gave.
fn compare(assignor: Assignor, check: impl Fn(&str, &[Member], &[Partitions], &[Partitions])) {
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
        check(
            line,
            &members,
            &assignor.assign(&subscribers, &counts),
            &kafkas,
        );
    }
}

#[test]
fn range_gives_what_kafkas_gives() {
    compare(Assignor::Range, |line, _, ours, kafkas| {
        assert_eq!(ours, kafkas, "{line}");
    });
}

#[test]
fn uniform_is_as_even_as_kafkas() {
    compare(Assignor::Uniform, |line, _, ours, kafkas| {
        assert!(unevenness(ours) <= unevenness(kafkas), "{line}\n{ours:?}");
    });
}

#[test]
fn members_keep_nearly_as_much_of_what_they_had_as_with_kafkas_uniform() {
    let (all_ours, all_kafkas) = (Cell::new(0), Cell::new(0));
    compare(Assignor::Uniform, |_, members, ours, kafkas| {
        all_ours.set(all_ours.get() + kept(members, ours));
        all_kafkas.set(all_kafkas.get() + kept(members, kafkas));
    });
    let (ours, kafkas) = (all_ours.get(), all_kafkas.get());
    assert!(ours * 100 >= kafkas * 99, "{ours} for {kafkas}");
}
