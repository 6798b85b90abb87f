//! Random groups, and what the assignor of Apache Kafka 4.4.0 gave their members (`judge/TaskAssignments.java` wrote them
//! down).
//!
//! Among processes with as much to do, Kafka takes the one that the order of its hash tables puts first; so members may be
//! given other tasks there, but not more evenly, and they keep no more of what they had.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::tasks::{TaskSet, Tasks, count};
use super::{GroupSpec, MemberSpec, SubtopologySpec, TaskOffsets, assign};

fn parts(text: &str, by: char) -> impl Iterator<Item = &str> {
    text.split(by).filter(|part| !part.is_empty())
}

fn task(text: &str) -> (Arc<str>, i32) {
    let (subtopology, partition) = text.split_once('-').expect("a subtopology and a partition");
    (
        Arc::from(subtopology),
        partition.parse().expect("a partition"),
    )
}

fn tasks(text: &str) -> TaskSet {
    let mut tasks = TaskSet::new();
    for (subtopology, partition) in parts(text, ',').map(task) {
        tasks.entry(subtopology).or_default().insert(partition);
    }
    tasks
}

fn offsets(text: &str) -> TaskOffsets {
    let mut offsets = TaskOffsets::new();
    for text in parts(text, ',') {
        let (at, offset) = text.split_once('=').expect("a task and an offset");
        let (subtopology, partition) = task(at);
        let offset = offset.parse().expect("an offset");
        offsets
            .entry(subtopology)
            .or_default()
            .insert(partition, offset);
    }
    offsets
}

struct Member {
    process: String,
    had: Tasks,
    offsets: TaskOffsets,
}

fn member(text: &str) -> Member {
    let mut parts = text.split(':');
    let mut next = || parts.next().expect("four parts");
    Member {
        process: next().to_owned(),
        had: Tasks {
            active: tasks(next()),
            standby: tasks(next()),
            warmup: TaskSet::new(),
        },
        offsets: offsets(next()),
    }
}

fn target(text: &str) -> Tasks {
    let (active, standby) = text.split_once(':').expect("active and standby tasks");
    Tasks {
        active: tasks(active),
        standby: tasks(standby),
        warmup: TaskSet::new(),
    }
}

fn subtopologies(text: &str) -> BTreeMap<Arc<str>, SubtopologySpec> {
    let specs = text.split(',').zip(0..).map(|(text, number)| {
        let spec = SubtopologySpec {
            tasks: text.trim_end_matches('s').parse().expect("a number"),
            is_stateful: text.ends_with('s'),
        };
        (Arc::from(number.to_string()), spec)
    });
    specs.collect()
}

/// Calls `check` with the members of each group, what they are given here and what Kafka gave them.
fn compare(mut check: impl FnMut(&str, &[Member], &[Tasks], &[Tasks])) {
    for line in include_str!("kafka.txt").lines() {
        let parts: Vec<&str> = line.split('|').collect();
        let [specs, standbys, members, targets] = parts[..] else {
            panic!("{line}")
        };
        let members: Vec<Member> = members.split(';').map(member).collect();
        let specs_of_members = members.iter().zip(0..).map(|(member, number)| {
            let spec = MemberSpec {
                process_id: &member.process,
                active: &member.had.active,
                standby: &member.had.standby,
                offsets: &member.offsets,
            };
            (Arc::from(format!("m{number:02}")), spec)
        });
        let group = GroupSpec {
            members: specs_of_members.collect(),
            subtopologies: subtopologies(specs),
            standby_replicas: standbys.parse().expect("a number"),
        };
        let ours: Vec<Tasks> = assign(&group).into_values().collect();
        let kafkas: Vec<Tasks> = targets.split(';').map(target).collect();
        check(line, &members, &ours, &kafkas);
    }
}

/// The smaller, the more even: for members or for processes, the sum of the squares of what each has.
fn unevenness(targets: &[Tasks], of: impl Fn(&Tasks) -> usize) -> usize {
    targets.iter().map(|target| of(target).pow(2)).sum()
}

fn all(tasks: &Tasks) -> usize {
    count(&tasks.active) + count(&tasks.standby)
}

fn kept(before: &TaskSet, after: &TaskSet) -> usize {
    let both = before
        .iter()
        .filter_map(|(id, had)| Some((had, after.get(id)?)));
    both.map(|(had, has)| had.intersection(has).count()).sum()
}

#[test]
fn as_many_tasks_are_given_as_by_kafkas() {
    compare(|line, _, ours, kafkas| {
        let kinds: [fn(&Tasks) -> &TaskSet; 2] = [|tasks| &tasks.active, |tasks| &tasks.standby];
        for kind in kinds {
            let sum = |targets: &[Tasks]| {
                targets
                    .iter()
                    .map(|tasks| count(kind(tasks)))
                    .sum::<usize>()
            };
            assert_eq!(sum(ours), sum(kafkas), "{line}\n{ours:?}");
        }
    });
}

#[test]
fn groups_of_one_process_and_of_one_member_get_what_kafkas_gives() {
    let mut compared = 0;
    compare(|line, members, ours, kafkas| {
        if members.len() == 1 {
            assert_eq!(ours, kafkas, "{line}");
            compared += 1;
        }
    });
    assert!(compared > 20, "{compared}");
}

#[test]
fn groups_are_as_even_and_move_as_little_as_with_kafkas() {
    let (mut even, mut moved, mut same) = ((0, 0), (0, 0), 0);
    compare(|_, members, ours, kafkas| {
        even.0 += unevenness(ours, all);
        even.1 += unevenness(kafkas, all);
        for (member, (ours, kafkas)) in members.iter().zip(ours.iter().zip(kafkas)) {
            moved.0 += kept(&member.had.active, &ours.active);
            moved.0 += kept(&member.had.standby, &ours.standby);
            moved.1 += kept(&member.had.active, &kafkas.active);
            moved.1 += kept(&member.had.standby, &kafkas.standby);
        }
        same += usize::from(ours == kafkas);
    });
    assert!(even.0 * 1000 <= even.1 * 1002, "{even:?}");
    assert!(moved.0 * 1000 >= moved.1 * 998, "{moved:?}");
    assert!(same > 150, "{same} of 400 groups are as with Kafka's");
}

#[test]
fn no_task_is_twice_in_a_process() {
    compare(|line, members, ours, _| {
        let mut seen = BTreeSet::new();
        for (member, target) in members.iter().zip(ours) {
            let tasks = target.active.iter().chain(&target.standby);
            for (id, partition) in tasks.flat_map(|(id, set)| set.iter().map(move |p| (id, *p))) {
                let is_new = seen.insert((member.process.clone(), id.clone(), partition));
                assert!(is_new, "{id}-{partition} of {line}");
            }
        }
    });
}
