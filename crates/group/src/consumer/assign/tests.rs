//! What holds of every assignment, over random groups.

use std::collections::{BTreeMap, BTreeSet};

use model::{TopicId, Uuid};
use proptest::prelude::*;

use super::super::Partitions;
use super::{Assignor, PartitionCounts, Subscriber};

fn topic(number: usize) -> TopicId {
    Uuid::reserved(u8::try_from(number).expect("few topics") + 1)
}

#[derive(Clone, Debug)]
struct Group {
    counts: Vec<i32>,
    /// Whether each member subscribes to each topic.
    subscriptions: Vec<Vec<bool>>,
}

impl Group {
    fn counts(&self) -> PartitionCounts {
        (0..).map(topic).zip(self.counts.iter().copied()).collect()
    }

    fn topics(&self) -> Vec<BTreeSet<TopicId>> {
        let of = |flags: &Vec<bool>| {
            let topics = (0..).map(topic).zip(flags);
            topics
                .filter(|(_, is)| **is)
                .map(|(topic, _)| topic)
                .collect()
        };
        self.subscriptions.iter().map(of).collect()
    }

    fn assign(&self, assignor: Assignor, before: &[Partitions]) -> Vec<Partitions> {
        let nothing = Partitions::new();
        let topics = self.topics();
        let members: Vec<_> = (0..topics.len())
            .map(|member| Subscriber {
                instance_id: None,
                topics: &topics[member],
                target: before.get(member).unwrap_or(&nothing),
            })
            .collect();
        assignor.assign(&members, &self.counts())
    }
}

fn group(same: bool) -> impl Strategy<Value = Group> {
    let counts = prop::collection::vec(0..12_i32, 1..5);
    counts.prop_flat_map(move |counts| {
        let flags = prop::collection::vec(any::<bool>(), counts.len());
        let subscriptions = prop::collection::vec(flags, 1..7).prop_map(move |mut all| {
            if same {
                let first = all[0].clone();
                all.iter_mut().for_each(|flags| flags.clone_from(&first));
            }
            all
        });
        (Just(counts), subscriptions).prop_map(|(counts, subscriptions)| Group {
            counts,
            subscriptions,
        })
    })
}

fn pairs(target: &Partitions) -> impl Iterator<Item = (TopicId, i32)> {
    target
        .iter()
        .flat_map(|(topic, partitions)| partitions.iter().map(|partition| (*topic, *partition)))
}

fn load(target: &Partitions) -> usize {
    pairs(target).count()
}

#[track_caller]
fn check_every_partition_once(group: &Group, targets: &[Partitions]) {
    let topics = group.topics();
    let mut owners = BTreeMap::new();
    for (member, target) in targets.iter().enumerate() {
        for place in pairs(target) {
            assert!(topics[member].contains(&place.0), "{member} has {place:?}");
            assert_eq!(owners.insert(place, member), None, "{place:?} twice");
        }
    }
    let wanted: BTreeSet<_> = topics.iter().flatten().copied().collect();
    let counts = group.counts();
    let total: i32 = wanted.iter().map(|topic| counts[topic]).sum();
    assert_eq!(i32::try_from(owners.len()), Ok(total));
}

/// Moves that were not needed: a partition went from a member that may keep it.
fn moved(group: &Group, before: &[Partitions], after: &[Partitions]) -> usize {
    let topics = group.topics();
    let kept = |member: usize, place: &(TopicId, i32)| {
        after[member]
            .get(&place.0)
            .is_some_and(|partitions| partitions.contains(&place.1))
    };
    let may_keep = |member: usize, place: &(TopicId, i32)| {
        topics[member].contains(&place.0) && group.counts()[&place.0] > place.1
    };
    (0..before.len().min(after.len()))
        .flat_map(|member| pairs(&before[member]).map(move |place| (member, place)))
        .filter(|(member, place)| may_keep(*member, place) && !kept(*member, place))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_partition_has_one_owner_that_subscribes_to_it(group in group(false), before in group(false)) {
        for assignor in Assignor::ALL {
            let before = before.assign(assignor, &[]);
            check_every_partition_once(&group, &group.assign(assignor, &[]));
            check_every_partition_once(&group, &group.assign(assignor, &before));
        }
    }

    #[test]
    fn members_with_the_same_subscription_differ_by_one_partition_at_most(
        group in group(true), before in group(false),
    ) {
        let before = before.assign(Assignor::Uniform, &[]);
        let targets = group.assign(Assignor::Uniform, &before);
        let loads: Vec<usize> = targets.iter().map(load).collect();
        prop_assert!(loads.iter().max() <= loads.iter().min().map(|least| least + 1).as_ref());
    }

    #[test]
    fn no_single_move_would_make_a_uniform_assignment_more_even(group in group(false)) {
        let targets = group.assign(Assignor::Uniform, &[]);
        let topics = group.topics();
        for (giver, target) in targets.iter().enumerate() {
            for topic in target.keys() {
                for taker in (0..targets.len()).filter(|taker| topics[*taker].contains(topic)) {
                    prop_assert!(load(&targets[giver]) <= load(&targets[taker]) + 1);
                }
            }
        }
    }

    #[test]
    fn nothing_moves_in_a_group_that_has_not_changed(group in group(false)) {
        for assignor in Assignor::ALL {
            let before = group.assign(assignor, &[]);
            prop_assert_eq!(&group.assign(assignor, &before), &before);
        }
    }

    #[test]
    fn a_member_that_joins_takes_no_more_than_its_share(group in group(true)) {
        let mut smaller = group.clone();
        smaller.subscriptions.pop();
        let before = smaller.assign(Assignor::Uniform, &[]);
        let after = group.assign(Assignor::Uniform, &before);
        let share = after.last().map_or(0, load);
        prop_assert!(moved(&group, &before, &after) <= share);
    }

    #[test]
    fn when_a_member_leaves_the_others_keep_what_they_have(group in group(true)) {
        let before = group.assign(Assignor::Uniform, &[]);
        let mut smaller = group.clone();
        smaller.subscriptions.pop();
        prop_assert_eq!(moved(&smaller, &before, &smaller.assign(Assignor::Uniform, &before)), 0);
    }
}

#[test]
fn range_divides_topics_of_the_same_size_alike_and_puts_static_members_first() {
    let topics: BTreeSet<_> = [topic(0), topic(1)].into();
    let nothing = Partitions::new();
    let member = |instance_id| Subscriber {
        instance_id,
        topics: &topics,
        target: &nothing,
    };
    let counts = [(topic(0), 3), (topic(1), 3)].into();
    let targets = Assignor::Range.assign(&[member(None), member(Some("i"))], &counts);
    let both = |partitions: &[i32]| -> Partitions {
        let set: BTreeSet<i32> = partitions.iter().copied().collect();
        [(topic(0), set.clone()), (topic(1), set)].into()
    };
    assert_eq!(targets, [both(&[2]), both(&[0, 1])]);
}

#[test]
fn the_assignors_have_kafkas_names() {
    assert_eq!(Assignor::of_name("uniform"), Some(Assignor::Uniform));
    assert_eq!(Assignor::of_name("range"), Some(Assignor::Range));
    assert_eq!(Assignor::of_name("sticky"), None);
}
