//! `uniform`: balance first, then as few moves as possible.
//!
//! Where all members subscribe to the same topics, the number that each of them gets is known
//! beforehand, and everybody keeps what fits into it. Otherwise the partitions that nobody has go to
//! the subscriber that has the fewest, and then partitions move from those that have many to those
//! that have few, topic by topic, until no move of one partition makes the balance better.

use std::collections::{BTreeMap, BTreeSet};

use model::TopicId;

use super::super::Partitions;
use super::{PartitionCounts, Subscriber};

/// Most passes over all topics. Where subscriptions overlap without being the same, each pass about
/// halves what is out of balance; two are enough elsewhere.
const MAX_PASSES: usize = 16;

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
        dealing
    }

    /// Gives a partition to a member if nobody has it.
    fn give(&mut self, member: usize, topic: TopicId, partition: i32) {
        let free = self.free.get_mut(&topic);
        if free.is_some_and(|free| free.remove(&partition)) {
            self.targets[member]
                .entry(topic)
                .or_default()
                .insert(partition);
            self.loads[member] += 1;
        }
    }

    fn take(&mut self, member: usize, topic: TopicId, partition: i32) {
        let target = &mut self.targets[member];
        if let Some(partitions) = target.get_mut(&topic) {
            partitions.remove(&partition);
            if partitions.is_empty() {
                target.remove(&topic);
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
        let order: Vec<TopicId> = self.subscribers.keys().copied().collect();
        for _ in 0..MAX_PASSES {
            let mut moved = false;
            for topic in &order {
                moved |= self.balance_topic(*topic);
            }
            if !moved {
                return;
            }
        }
    }

    /// Moves partitions of one topic from the most to the least loaded of its subscribers; `false` if
    /// no move makes the balance better.
    fn balance_topic(&mut self, topic: TopicId) -> bool {
        let mut loads = self.loads_of(topic);
        let has_some = |targets: &[Partitions], member: usize| targets[member].contains_key(&topic);
        let mut givers: BTreeSet<(usize, usize)> = loads
            .iter()
            .copied()
            .filter(|(_, member)| has_some(&self.targets, *member))
            .collect();
        let mut moved = false;
        while let (Some((most, giver)), Some((least, taker))) =
            (givers.last().copied(), loads.first().copied())
            && most > least + 1
        {
            let last = self.targets[giver][&topic].last().copied();
            let partition = last.expect("a giver has partitions of the topic");
            self.take(giver, topic, partition);
            self.give(taker, topic, partition);
            for set in [&mut loads, &mut givers] {
                set.remove(&(most, giver));
                set.remove(&(least, taker));
            }
            loads.extend([(most - 1, giver), (least + 1, taker)]);
            givers.insert((least + 1, taker));
            if has_some(&self.targets, giver) {
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
