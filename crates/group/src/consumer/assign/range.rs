//! `range`: of each topic every subscriber gets neighbouring partitions.
//!
//! Members stand in one order for all topics (static members by instance id, then the others), so
//! topics with the same subscribers and as many partitions are divided alike.

use std::collections::BTreeMap;

use model::TopicId;

use super::super::Partitions;
use super::{PartitionCounts, Subscriber};

pub(super) fn assign(members: &[Subscriber<'_>], counts: &PartitionCounts) -> Vec<Partitions> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    // The sort is stable: dynamic members stay in the order in which they were given.
    order.sort_by_key(|member| {
        let instance_id = members[*member].instance_id;
        (instance_id.is_none(), instance_id)
    });
    let mut subscribers: BTreeMap<TopicId, Vec<usize>> = BTreeMap::new();
    for member in order {
        for topic in members[member].topics {
            subscribers.entry(*topic).or_default().push(member);
        }
    }
    let mut targets = vec![Partitions::new(); members.len()];
    for (topic, subscribers) in subscribers {
        let count = counts.get(&topic).copied().unwrap_or(0);
        for (member, range) in subscribers.iter().zip(ranges(count, subscribers.len())) {
            if !range.is_empty() {
                targets[*member].insert(topic, range.collect());
            }
        }
    }
    targets
}

/// `count` partitions in `parts` ranges, the first of which are one longer where it does not divide.
fn ranges(count: i32, parts: usize) -> impl Iterator<Item = std::ops::Range<i32>> {
    let parts = i32::try_from(parts).expect("a group has fewer members than i32::MAX");
    let (quota, longer) = (count / parts, count % parts);
    let start = move |part: i32| part * quota + part.min(longer);
    (0..parts).map(move |part| start(part)..start(part + 1))
}
