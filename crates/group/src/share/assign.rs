//! The assignor `simple`: every partition has members, and as many as the others; every member has partitions, and as many
//! as the others; and as little as possible moves.
//!
//! Where all members subscribe to the same topics, all partitions are shared out together; else each topic by itself among
//! those who subscribe to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::TopicId;

use crate::consumer::Partitions;

/// A member as the assignor sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharer<'a> {
    /// The topics it subscribes to, all of which have a partition count.
    pub(crate) topics: &'a BTreeSet<TopicId>,
    /// What it was to consume before.
    pub(crate) target: &'a Partitions,
}

type Place = (TopicId, i32);

/// The target of each member, in the order of `members`.
pub(crate) fn assign(members: &[Sharer<'_>], counts: &BTreeMap<TopicId, i32>) -> Vec<Partitions> {
    let mut targets = vec![Partitions::new(); members.len()];
    let Some(first) = members.first() else {
        return targets;
    };
    if members.iter().all(|member| member.topics == first.topics) {
        let everybody: Vec<usize> = (0..members.len()).collect();
        let places = places(first.topics.iter(), counts);
        Share::new(members, &everybody, &places).carry_out(&mut targets);
        return targets;
    }
    let topics: BTreeSet<&TopicId> = members.iter().flat_map(|member| member.topics).collect();
    for topic in topics {
        let subscribers = (0..members.len()).filter(|at| members[*at].topics.contains(topic));
        let subscribers: Vec<usize> = subscribers.collect();
        let places = places(std::iter::once(topic), counts);
        Share::new(members, &subscribers, &places).carry_out(&mut targets);
    }
    targets
}

fn places<'t>(
    topics: impl Iterator<Item = &'t TopicId>,
    counts: &BTreeMap<TopicId, i32>,
) -> Vec<Place> {
    let counts = topics.map(|topic| (*topic, counts.get(topic).copied().unwrap_or(0)));
    counts
        .flat_map(|(topic, count)| (0..count).map(move |partition| (topic, partition)))
        .collect()
}

/// Some partitions, shared out among some members.
struct Share<'a> {
    members: &'a [usize],
    places: &'a [Place],
    /// How many members each partition is to have.
    sharing: usize,
    /// How many partitions each member is to have.
    wanted: Vec<usize>,
    has: Vec<BTreeSet<Place>>,
    sharers: BTreeMap<Place, BTreeSet<usize>>,
}

impl<'a> Share<'a> {
    fn new(all: &[Sharer<'_>], members: &'a [usize], places: &'a [Place]) -> Self {
        let sharing = members.len().div_ceil(places.len().max(1));
        let total = sharing * places.len();
        let upto = |n: usize| (total * n).div_ceil(members.len().max(1));
        let known: BTreeSet<&Place> = places.iter().collect();
        let had = |member: &usize| -> BTreeSet<Place> {
            let target = all[*member].target.iter();
            let had = target.flat_map(|(topic, set)| set.iter().map(|p| (*topic, *p)));
            had.filter(|place| known.contains(place)).collect()
        };
        let has: Vec<BTreeSet<Place>> = members.iter().map(had).collect();
        let mut sharers: BTreeMap<Place, BTreeSet<usize>> = places
            .iter()
            .map(|place| (*place, BTreeSet::new()))
            .collect();
        for (at, had) in has.iter().enumerate() {
            for place in had {
                sharers.entry(*place).or_default().insert(at);
            }
        }
        Self {
            members,
            places,
            sharing,
            wanted: (0..members.len()).map(|n| upto(n + 1) - upto(n)).collect(),
            has,
            sharers,
        }
    }

    fn carry_out(mut self, targets: &mut [Partitions]) {
        self.take_from_shared_too_often();
        self.take_from_filled_too_much();
        self.give();
        self.leave_none_out();
        for (member, has) in self.members.iter().zip(self.has) {
            for (topic, partition) in has {
                targets[*member].entry(topic).or_default().insert(partition);
            }
        }
    }

    fn has_too_many(&self, member: usize) -> bool {
        self.has[member].len() > self.wanted[member]
    }

    fn take(&mut self, member: usize, place: Place) {
        self.has[member].remove(&place);
        if let Some(sharers) = self.sharers.get_mut(&place) {
            sharers.remove(&member);
        }
    }

    /// First from those who have too many partitions anyway.
    fn take_from_shared_too_often(&mut self) {
        for place in self.places {
            while self.sharers[place].len() > self.sharing {
                let sharers = &self.sharers[place];
                let filled = sharers.iter().find(|member| self.has_too_many(**member));
                let from = filled.or(sharers.last()).copied();
                self.take(from.expect("it has sharers"), *place);
            }
        }
    }

    fn take_from_filled_too_much(&mut self) {
        for member in 0..self.members.len() {
            while self.has_too_many(member) {
                let last = self.has[member].last().copied();
                self.take(member, last.expect("it has some"));
            }
        }
    }

    fn give(&mut self) {
        let unfilled = (0..self.members.len()).filter(|at| self.has[*at].len() < self.wanted[*at]);
        let mut unfilled: VecDeque<usize> = unfilled.collect();
        for place in self.places {
            let mut passed = VecDeque::new();
            while self.sharers[place].len() < self.sharing {
                let Some(member) = unfilled.pop_front() else {
                    break;
                };
                if self.sharers[place].contains(&member) {
                    passed.push_back(member);
                    continue;
                }
                self.has[member].insert(*place);
                self.sharers.entry(*place).or_default().insert(member);
                if self.has[member].len() < self.wanted[member] {
                    passed.push_back(member);
                }
            }
            passed.append(&mut unfilled);
            unfilled = passed;
        }
    }

    /// A partition that nobody has goes to who has least; a member that has none shares what is shared least.
    fn leave_none_out(&mut self) {
        for place in self.places {
            if !self.sharers[place].is_empty() {
                continue;
            }
            if let Some(member) = (0..self.members.len()).min_by_key(|at| self.has[*at].len()) {
                self.has[member].insert(*place);
                self.sharers.entry(*place).or_default().insert(member);
            }
        }
        for member in 0..self.members.len() {
            if self.has[member].is_empty()
                && let Some(place) = self.places.iter().min_by_key(|at| self.sharers[*at].len())
            {
                self.has[member].insert(*place);
                self.sharers.entry(*place).or_default().insert(member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(n: u8) -> TopicId {
        TopicId::reserved(n)
    }

    fn counts(of: &[(u8, i32)]) -> BTreeMap<TopicId, i32> {
        of.iter().map(|(n, count)| (topic(*n), *count)).collect()
    }

    fn run(
        subscriptions: &[BTreeSet<TopicId>],
        before: &[Partitions],
        counts: &BTreeMap<TopicId, i32>,
    ) -> Vec<Partitions> {
        let members: Vec<Sharer<'_>> = subscriptions
            .iter()
            .zip(before)
            .map(|(topics, target)| Sharer { topics, target })
            .collect();
        assign(&members, counts)
    }

    fn size(target: &Partitions) -> usize {
        target.values().map(BTreeSet::len).sum()
    }

    #[track_caller]
    fn check_balance(targets: &[Partitions], counts: &BTreeMap<TopicId, i32>) {
        let sizes: Vec<usize> = targets.iter().map(size).collect();
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        assert!(most - least <= 1, "members have {sizes:?}");
        for (topic, count) in counts {
            for partition in 0..*count {
                let has = |target: &&Partitions| {
                    target
                        .get(topic)
                        .is_some_and(|set| set.contains(&partition))
                };
                let sharers = targets.iter().filter(has).count();
                assert!(sharers > 0, "nobody has {topic}-{partition}");
            }
        }
    }

    #[test]
    fn all_have_as_much_whoever_comes_and_goes() {
        for partitions in [1, 2, 3, 7, 16] {
            let counts = counts(&[(1, partitions), (2, 2)]);
            let topics: BTreeSet<TopicId> = counts.keys().copied().collect();
            let mut before: Vec<Partitions> = Vec::new();
            for members in [1_usize, 2, 3, 5, 9, 40, 12, 4, 2, 1] {
                before.resize(members, Partitions::new());
                let subscriptions = vec![topics.clone(); members];
                let after = run(&subscriptions, &before, &counts);
                check_balance(&after, &counts);
                assert_eq!(
                    run(&subscriptions, &after, &counts),
                    after,
                    "nothing moves without need"
                );
                before = after;
            }
        }
    }

    #[test]
    fn one_more_member_moves_only_what_it_gets() {
        let counts = counts(&[(1, 12)]);
        let topics: BTreeSet<TopicId> = counts.keys().copied().collect();
        let before = run(
            &vec![topics.clone(); 3],
            &vec![Partitions::new(); 3],
            &counts,
        );
        let mut joined = before.clone();
        joined.push(Partitions::new());
        let after = run(&vec![topics; 4], &joined, &counts);
        check_balance(&after, &counts);
        for (before, after) in before.iter().zip(&after) {
            let kept = after
                .values()
                .flatten()
                .all(|p| before[&topic(1)].contains(p));
            assert!(kept, "{before:?} became {after:?}");
        }
    }

    #[test]
    fn members_have_only_what_they_subscribe_to() {
        let counts = counts(&[(1, 3), (2, 5)]);
        let subscriptions = [
            BTreeSet::from([topic(1)]),
            BTreeSet::from([topic(2)]),
            BTreeSet::from([topic(1), topic(2)]),
        ];
        let after = run(&subscriptions, &vec![Partitions::new(); 3], &counts);
        for (topics, target) in subscriptions.iter().zip(&after) {
            assert!(target.keys().all(|topic| topics.contains(topic)));
        }
        assert_eq!(after.iter().map(size).sum::<usize>(), 8);
    }

    #[test]
    fn nobody_gets_anything_of_topics_without_partitions() {
        let none = run(&[BTreeSet::new()], &[Partitions::new()], &counts(&[]));
        assert_eq!(none, [Partitions::new()]);
    }
}
