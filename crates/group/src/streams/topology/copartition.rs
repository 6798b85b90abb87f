//! Topics that are joined must have as many partitions as each other.

use std::collections::{BTreeMap, BTreeSet};

use super::partitions::Counts;
use super::{Problem, Subtopology};

/// How many topics a text about a topology lists.
const MAX_LISTED: usize = 100;

/// Makes the counts of the repartition topics in each copartition group those of its other topics; or, where there are no
/// others, those of the topics that the topology fixes, or the largest of them.
pub(super) fn enforce<'a>(
    subtopologies: &[&'a Subtopology],
    counts: &mut Counts<'a>,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<(), Problem> {
    let repartitioned = || {
        let all = subtopologies.iter();
        all.flat_map(|subtopology| &subtopology.repartition_source_topics)
    };
    let all: BTreeSet<&str> = repartitioned().map(|topic| &*topic.name).collect();
    let fixed = repartitioned().filter(|topic| topic.partitions.is_some());
    let fixed: BTreeSet<&str> = fixed.map(|topic| &*topic.name).collect();
    let fixed_counts = || {
        fixed
            .iter()
            .filter_map(|name| count(name, counts, partitions_of))
    };
    // A fixed count stays what it is, or else the topology is refused.
    let of_fixed = (fixed_counts().min(), fixed_counts().max());
    for subtopology in subtopologies {
        for group in &subtopology.copartition_groups {
            let names = subtopology.copartitioned(group);
            if names.is_empty() {
                continue;
            }
            let known = |name: &&'a str| Some((*name, count(name, counts, partitions_of)?));
            let (inner, outer): (Counts<'a>, Counts<'a>) = names
                .iter()
                .filter_map(known)
                .partition(|(name, _)| all.contains(name));
            let decided = if !outer.is_empty() {
                same(&outer)?
            } else if let (Some(least), Some(most)) = of_fixed {
                if least != most {
                    return Err(differ(&inner));
                }
                most
            } else {
                inner.values().copied().max().unwrap_or(0)
            };
            for (name, had) in inner {
                if fixed.contains(name) && had != decided {
                    return Err(Problem::WronglyPartitioned(format!(
                        "Number of partitions [{had}] of repartition topic [{name}] doesn't match number of \
                         partitions [{decided}] of the source topic."
                    )));
                }
                counts.insert(name, decided);
            }
        }
    }
    Ok(())
}

/// What a topic has, or else what was decided for it.
pub(super) fn count(
    name: &str,
    counts: &Counts<'_>,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Option<i32> {
    partitions_of(name).or_else(|| counts.get(name).copied())
}

fn same(counts: &Counts<'_>) -> Result<i32, Problem> {
    let mut values = counts.values().copied();
    let first = values.next().unwrap_or(0);
    if values.any(|count| count != first) {
        return Err(differ(counts));
    }
    Ok(first)
}

fn differ(counts: &BTreeMap<&str, i32>) -> Problem {
    let mut listed: Vec<String> = counts
        .iter()
        .take(MAX_LISTED)
        .map(|(name, count)| format!("{name}={count}"))
        .collect();
    if counts.len() > MAX_LISTED {
        listed.push("...".to_owned());
    }
    Problem::WronglyPartitioned(format!(
        "Following topics do not have the same number of partitions: [{{{}}}]",
        listed.join(", ")
    ))
}
