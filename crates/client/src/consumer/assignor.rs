//! The range assignor, and the bytes by which members tell each other (Kafka's embedded consumer protocol).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::consumer_protocol_assignment::{self, ConsumerProtocolAssignment};
use protocol::consumer_protocol_subscription::ConsumerProtocolSubscription;
use protocol::{DecodeError, EncodeError, Message, Reader, Writer};

use crate::TopicPartition;

/// The name under which members agree on it.
pub(crate) const RANGE: &str = "range";
/// The version in which this crate writes.
const VERSION: i16 = 3;

/// A member that shares in the topics it subscribed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) instance_id: Option<String>,
    pub(crate) topics: BTreeSet<String>,
}

/// Shares out the partitions of each topic among its subscribers: ranges of numbers, the first members one
/// more where it does not come out even. Static members come first, by instance id, then the others by
/// member id.
pub(crate) fn assign_ranges(
    members: &[Member],
    partition_counts: &BTreeMap<String, i32>,
) -> BTreeMap<String, BTreeSet<TopicPartition>> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|member| {
        let instance = member.instance_id.as_deref();
        (instance.is_none(), instance.unwrap_or(&member.id))
    });
    let nothing = members
        .iter()
        .map(|member| (member.id.clone(), BTreeSet::new()));
    let mut assignment: BTreeMap<_, _> = nothing.collect();
    for (topic, count) in partition_counts {
        let topic: Arc<str> = topic.as_str().into();
        let subscribers = members
            .iter()
            .filter(|member| member.topics.contains(&*topic));
        let subscribers: Vec<_> = subscribers.collect();
        let Ok(sharers) = i32::try_from(subscribers.len()) else {
            continue;
        };
        let mut next = 0;
        for (rank, member) in (0..sharers).zip(subscribers) {
            let share = count / sharers + i32::from(rank < count % sharers);
            let range = (next..next + share).map(|partition| TopicPartition {
                topic: Arc::clone(&topic),
                partition,
            });
            assignment
                .entry(member.id.clone())
                .or_default()
                .extend(range);
            next += share;
        }
    }
    assignment
}

/// What a member says when it joins.
pub(crate) fn subscription_bytes(topics: &BTreeSet<String>) -> Result<Vec<u8>, EncodeError> {
    let subscription = ConsumerProtocolSubscription {
        topics: topics.iter().map(Into::into).collect(),
        ..ConsumerProtocolSubscription::default()
    };
    versioned(&subscription)
}

/// The topics that a member subscribed to.
pub(crate) fn subscribed_topics(bytes: &[u8]) -> Result<BTreeSet<String>, DecodeError> {
    let mut reader = Reader::new(bytes);
    let version = version_of(&mut reader)?;
    let subscription = ConsumerProtocolSubscription::decode(&mut reader, version)?;
    Ok(subscription.topics.into_iter().map(Into::into).collect())
}

/// What the leader of a group says to a member.
pub(crate) fn assignment_bytes(
    partitions: &BTreeSet<TopicPartition>,
) -> Result<Vec<u8>, EncodeError> {
    let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for tp in partitions {
        by_topic.entry(&tp.topic).or_default().push(tp.partition);
    }
    let topics = by_topic.into_iter();
    let assigned = topics.map(
        |(topic, partitions)| consumer_protocol_assignment::TopicPartition {
            topic: topic.into(),
            partitions,
        },
    );
    versioned(&ConsumerProtocolAssignment {
        assigned_partitions: assigned.collect(),
        user_data: None,
    })
}

/// The partitions that a member got.
pub(crate) fn read_assignment(bytes: &[u8]) -> Result<BTreeSet<TopicPartition>, DecodeError> {
    if bytes.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut reader = Reader::new(bytes);
    let version = version_of(&mut reader)?;
    let assignment = ConsumerProtocolAssignment::decode(&mut reader, version)?;
    let topics = assignment.assigned_partitions.iter();
    let all = topics.flat_map(|topic| {
        let numbers = topic.partitions.iter();
        numbers.map(|partition| TopicPartition::new(&topic.topic, *partition))
    });
    Ok(all.collect())
}

/// A newer version says the same, with more behind it.
fn version_of(reader: &mut Reader<'_>) -> Result<i16, DecodeError> {
    Ok(reader.i16()?.min(VERSION))
}

fn versioned<'a>(message: &impl Message<'a>) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = VERSION.to_be_bytes().to_vec();
    let mut writer = Writer::new();
    writer.reserve(message.size(VERSION)?);
    message.encode(&mut writer, VERSION)?;
    bytes.extend_from_slice(writer.bytes());
    Ok(bytes)
}

#[cfg(test)]
#[path = "assignor_tests.rs"]
mod tests;
