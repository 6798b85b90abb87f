//! How many partitions the internal topics need, from those of the topics that there are.

use std::collections::{BTreeMap, BTreeSet};

use super::{Subtopology, TopologyError};

const LOOPS: &str = "Failed to compute number of partitions for all repartition topics. There may be loops in the \
    topology that cannot be resolved.";
const NEVER_A_SINK: &str = "Failed to compute number of partitions for all repartition topics, because a repartition \
    source topic is never used as a sink topic.";

/// Partition counts by the name of a topic.
pub(super) type Counts<'a> = BTreeMap<&'a str, i32>;

/// The partition counts of all repartition topics: fixed by the topology, or the largest that is known of the topics
/// which the subtopology reads that writes them.
///
/// Subtopologies are taken in rounds, as long as one learns of a topic that it reads; a subtopology decides once, as soon as
/// it knows of any. Work grows with the topics that are named, however the subtopologies depend on each other.
pub(super) fn of_repartition_topics<'a>(
    subtopologies: &[&'a Subtopology],
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Result<Counts<'a>, TopologyError> {
    let mut counts = fixed(subtopologies);
    let readers = readers(subtopologies);
    let mut due: BTreeSet<(usize, usize)> = (0..subtopologies.len()).map(|at| (0, at)).collect();
    let mut has_decided = vec![false; subtopologies.len()];
    while let Some((round, at)) = due.pop_first() {
        if has_decided[at] {
            continue;
        }
        let Some(count) = upstream(subtopologies[at], &counts, partitions_of) else {
            continue;
        };
        has_decided[at] = true;
        for sink in &subtopologies[at].repartition_sink_topics {
            if counts.contains_key(&**sink) {
                continue;
            }
            counts.insert(sink, count);
            for reader in readers.get(&**sink).into_iter().flatten() {
                due.insert((round + usize::from(*reader <= at), *reader));
            }
        }
    }
    check_complete(subtopologies, &counts)?;
    Ok(counts)
}

fn fixed<'a>(subtopologies: &[&'a Subtopology]) -> Counts<'a> {
    let topics = subtopologies
        .iter()
        .flat_map(|subtopology| &subtopology.repartition_source_topics);
    let fixed = topics.filter_map(|topic| Some((&*topic.name, topic.partitions?)));
    fixed.collect()
}

fn readers<'a>(subtopologies: &[&'a Subtopology]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut readers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, subtopology) in subtopologies.iter().enumerate() {
        for topic in &subtopology.repartition_source_topics {
            readers.entry(&topic.name).or_default().push(at);
        }
    }
    readers
}

fn upstream(
    subtopology: &Subtopology,
    counts: &Counts<'_>,
    partitions_of: &impl Fn(&str) -> Option<i32>,
) -> Option<i32> {
    let repartitioned = subtopology.repartition_source_topics.iter();
    let repartitioned = repartitioned.filter_map(|topic| counts.get(&*topic.name).copied());
    let sources = subtopology.source_topics.iter();
    let sources = sources.filter_map(|name| partitions_of(name));
    repartitioned.chain(sources).max()
}

fn check_complete(
    subtopologies: &[&Subtopology],
    counts: &Counts<'_>,
) -> Result<(), TopologyError> {
    let all = || subtopologies.iter();
    let mut sinks = all().flat_map(|subtopology| &subtopology.repartition_sink_topics);
    if sinks.any(|name| !counts.contains_key(&**name)) {
        return Err(TopologyError::Invalid(LOOPS.to_owned()));
    }
    let mut sources = all().flat_map(|subtopology| &subtopology.repartition_source_topics);
    if sources.any(|topic| !counts.contains_key(&*topic.name)) {
        return Err(TopologyError::Invalid(NEVER_A_SINK.to_owned()));
    }
    Ok(())
}
