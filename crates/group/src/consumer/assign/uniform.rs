//! `uniform`: balance first, then as few moves as possible.
//!
//! Where all members subscribe to the same topics, the number that each of them gets is known
//! beforehand, and everybody keeps what fits into it. Otherwise the partitions that nobody has go to
//! the subscriber that has the fewest, and then partitions move from those that have many to those
//! that have few: topic by topic first, then along paths of members of which each gives one to the
//! next, until no path makes the balance better. What was dealt just now moves before what a member
//! had.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::TopicId;

use super::super::Partitions;
use super::{PartitionCounts, Subscriber};

/// Most passes over all topics. Where subscriptions overlap without being the same, each pass about
/// halves what is out of balance; two are enough elsewhere.
const MAX_PASSES: usize = 16;

/// Most paths. After the passes little is left to do; beyond it the assignment is as even as it got.
const MAX_PATHS: usize = 1_000;

pub(super) fn assign(members: &[Subscriber<'_>], counts: &PartitionCounts) -> Vec<Partitions> {
    let Some(first) = members.first() else {
        return Vec::new();
    };
    let mut dealing = Dealing::new(members, counts);
    if members.iter().all(|member| member.topics == first.topics) {
        dealing.cut_to_quotas();
    } else {
        dealing.deal_to_least_loaded();
        dealing.balance();
    }
    dealing.targets
}

/// An assignment while it is made. Members are their places in the list.
struct Dealing {
    targets: Vec<Partitions>,
    loads: Vec<usize>,
    subscribers: BTreeMap<TopicId, Vec<usize>>,
    /// Partitions that nobody has.
    free: BTreeMap<TopicId, BTreeSet<i32>>,
    /// What of `targets` the member did not have before.
    dealt: Vec<Partitions>,
}

/// What may move.
#[derive(Clone, Copy)]
enum Movable {
    Dealt,
    Everything,
}

impl Dealing {
    /// Everybody keeps what it has and may have.
    fn new(members: &[Subscriber<'_>], counts: &PartitionCounts) -> Self {
        let mut subscribers: BTreeMap<TopicId, Vec<usize>> = BTreeMap::new();
        let mut free = BTreeMap::new();
        for (place, member) in members.iter().enumerate() {
            for topic in member.topics {
                subscribers.entry(*topic).or_default().push(place);
                free.entry(*topic).or_insert_with(|| {
                    let count = counts.get(topic).copied().unwrap_or(0);
                    (0..count).collect::<BTreeSet<_>>()
                });
            }
        }
        let mut dealing = Self {
            targets: vec![Partitions::new(); members.len()],
            loads: vec![0; members.len()],
            subscribers,
            free,
            dealt: vec![Partitions::new(); members.len()],
        };
        for (place, member) in members.iter().enumerate() {
            for (topic, partitions) in member.target {
                if member.topics.contains(topic) {
                    for partition in partitions {
                        dealing.give(place, *topic, *partition);
                    }
                }
            }
        }
        dealing.dealt.iter_mut().for_each(Partitions::clear);
        dealing
    }

    /// Gives a partition to a member if nobody has it.
    fn give(&mut self, member: usize, topic: TopicId, partition: i32) {
        let free = self.free.get_mut(&topic);
        if free.is_some_and(|free| free.remove(&partition)) {
            for partitions in [&mut self.targets[member], &mut self.dealt[member]] {
                partitions.entry(topic).or_default().insert(partition);
            }
            self.loads[member] += 1;
        }
    }

    fn take(&mut self, member: usize, topic: TopicId, partition: i32) {
        for target in [&mut self.targets[member], &mut self.dealt[member]] {
            if let Some(partitions) = target.get_mut(&topic) {
                partitions.remove(&partition);
                if partitions.is_empty() {
                    target.remove(&topic);
                }
            }
        }
        self.loads[member] -= 1;
        self.free.entry(topic).or_default().insert(partition);
    }

    /// All subscribe to the same: everybody has the quota or one more. The longer quotas go to those
    /// that have the most already.
    fn cut_to_quotas(&mut self) {
        let total =
            self.loads.iter().sum::<usize>() + self.free.values().map(BTreeSet::len).sum::<usize>();
        let (quota, longer) = (total / self.loads.len(), total % self.loads.len());
        let mut order: Vec<usize> = (0..self.loads.len()).collect();
        order.sort_by_key(|member| std::cmp::Reverse(self.loads[*member]));
        let mut quotas = vec![quota; self.loads.len()];
        for member in order.into_iter().take(longer) {
            quotas[member] += 1;
        }
        for (member, quota) in quotas.iter().enumerate() {
            self.cut(member, *quota);
        }
        let free: Vec<(TopicId, i32)> = pairs(&self.free);
        let mut free = free.into_iter();
        for (member, quota) in quotas.into_iter().enumerate() {
            for (topic, partition) in free.by_ref().take(quota - self.loads[member]) {
                self.give(member, topic, partition);
            }
        }
    }

    /// Takes the last of what a member has beyond its quota.
    fn cut(&mut self, member: usize, quota: usize) {
        if self.loads[member] <= quota {
            return;
        }
        for (topic, partition) in pairs(&self.targets[member]).into_iter().skip(quota) {
            self.take(member, topic, partition);
        }
    }

    /// Topics with the most partitions for each subscriber come first: those with few leave room to
    /// even out.
    fn topics_by_weight(&self, counts: impl Fn(TopicId) -> usize) -> Vec<TopicId> {
        let mut topics: Vec<TopicId> = self.subscribers.keys().copied().collect();
        topics.sort_by(|a, b| {
            let of = |topic: &TopicId| (counts(*topic), self.subscribers[topic].len());
            let ((a_count, a_subscribers), (b_count, b_subscribers)) = (of(a), of(b));
            // As a_count / a_subscribers compares to b_count / b_subscribers.
            (b_count * a_subscribers)
                .cmp(&(a_count * b_subscribers))
                .then(a_subscribers.cmp(&b_subscribers))
        });
        topics
    }

    fn loads_of(&self, topic: TopicId) -> BTreeSet<(usize, usize)> {
        self.subscribers[&topic]
            .iter()
            .map(|member| (self.loads[*member], *member))
            .collect()
    }

    fn deal_to_least_loaded(&mut self) {
        let order = self.topics_by_weight(|topic| self.free[&topic].len());
        for topic in order {
            let mut loads = self.loads_of(topic);
            for partition in self.free[&topic].clone() {
                let (load, member) = loads.pop_first().expect("a topic here has a subscriber");
                self.give(member, topic, partition);
                loads.insert((load + 1, member));
            }
        }
    }

    fn balance(&mut self) {
        for movable in [Movable::Dealt, Movable::Everything] {
            self.balance_topics(movable);
            for _ in 0..MAX_PATHS {
                if !self.shift_along_a_path(movable) {
                    break;
                }
            }
        }
    }

    fn balance_topics(&mut self, movable: Movable) {
        let order: Vec<TopicId> = self.subscribers.keys().copied().collect();
        for _ in 0..MAX_PASSES {
            let mut moved = false;
            for topic in &order {
                moved |= self.balance_topic(*topic, movable);
            }
            if !moved {
                return;
            }
        }
    }

    /// What a member gives first.
    fn movable(&self, member: usize, topic: TopicId, movable: Movable) -> Option<i32> {
        let last = |of: &Partitions| of.get(&topic)?.last().copied();
        let dealt = last(&self.dealt[member]);
        match movable {
            Movable::Dealt => dealt,
            Movable::Everything => dealt.or_else(|| last(&self.targets[member])),
        }
    }

    fn hand_over(&mut self, giver: usize, taker: usize, topic: TopicId, movable: Movable) {
        let partition = self.movable(giver, topic, movable);
        let partition = partition.expect("a giver has partitions of the topic");
        self.take(giver, topic, partition);
        self.give(taker, topic, partition);
    }

    /// Lets a member have one partition less and one with two less or fewer have one more, by way of
    /// others; `false` if there is no such path.
    fn shift_along_a_path(&mut self, movable: Movable) -> bool {
        let mut starts: Vec<usize> = (0..self.loads.len()).collect();
        starts.sort_by_key(|member| std::cmp::Reverse(self.loads[*member]));
        // Whoever was reached in vain from a member with more leads nowhere from one with fewer.
        let mut is_reached = vec![false; starts.len()];
        let mut topics_left: BTreeSet<TopicId> = self.subscribers.keys().copied().collect();
        for start in starts {
            if std::mem::replace(&mut is_reached[start], true) {
                continue;
            }
            let mut from: BTreeMap<usize, (usize, TopicId)> = BTreeMap::new();
            let mut queue = VecDeque::from([start]);
            while let Some(giver) = queue.pop_front() {
                let topics: Vec<TopicId> = self.targets[giver].keys().copied().collect();
                for topic in topics {
                    let gives = self.movable(giver, topic, movable).is_some();
                    if !gives || !topics_left.remove(&topic) {
                        continue;
                    }
                    for taker in &self.subscribers[&topic] {
                        if !std::mem::replace(&mut is_reached[*taker], true) {
                            from.insert(*taker, (giver, topic));
                            queue.push_back(*taker);
                        }
                    }
                }
                let waiting = queue.iter().copied();
                let end = waiting.min_by_key(|member| (self.loads[*member], *member));
                if let Some(end) = end.filter(|end| self.loads[*end] + 1 < self.loads[start]) {
                    self.shift(end, &from, movable);
                    return true;
                }
            }
        }
        false
    }

    fn shift(&mut self, end: usize, from: &BTreeMap<usize, (usize, TopicId)>, movable: Movable) {
        let mut taker = end;
        while let Some((giver, topic)) = from.get(&taker) {
            self.hand_over(*giver, taker, *topic, movable);
            taker = *giver;
        }
    }

    /// Moves partitions of one topic from the most to the least loaded of its subscribers; `false` if
    /// no move makes the balance better.
    fn balance_topic(&mut self, topic: TopicId, movable: Movable) -> bool {
        let mut loads = self.loads_of(topic);
        let mut givers: BTreeSet<(usize, usize)> = loads
            .iter()
            .copied()
            .filter(|(_, member)| self.movable(*member, topic, movable).is_some())
            .collect();
        let mut moved = false;
        while let (Some((most, giver)), Some((least, taker))) =
            (givers.last().copied(), loads.first().copied())
            && most > least + 1
        {
            self.hand_over(giver, taker, topic, movable);
            for set in [&mut loads, &mut givers] {
                set.remove(&(most, giver));
                set.remove(&(least, taker));
            }
            loads.extend([(most - 1, giver), (least + 1, taker)]);
            givers.insert((least + 1, taker));
            if self.movable(giver, topic, movable).is_some() {
                givers.insert((most - 1, giver));
            }
            moved = true;
        }
        moved
    }
}

fn pairs(partitions: &Partitions) -> Vec<(TopicId, i32)> {
    let pairs = partitions
        .iter()
        .flat_map(|(topic, partitions)| partitions.iter().map(|partition| (*topic, *partition)));
    pairs.collect()
}
