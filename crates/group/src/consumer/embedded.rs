//! What members of the classic protocol say to each other in bytes that the coordinator carries: the
//! consumer embedded protocol, subscriptions and assignments of versions 0 to 3.
//!
//! A version that is newer than the newest is read as the newest, as clients do; one below 0 is
//! unreadable.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use metadata::Image;
use protocol::consumer_protocol_assignment::{
    ConsumerProtocolAssignment, TopicPartition as AssignedTopic,
};
use protocol::consumer_protocol_subscription::ConsumerProtocolSubscription;
use protocol::{Message, Reader};

use super::{Assigned, Partitions};
use crate::record::framed;

const NEWEST: i16 = 3;

/// What a classic member wants, and what it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subscription {
    pub(super) topics: BTreeSet<Arc<str>>,
    pub(super) rack_id: Option<Box<str>>,
    /// What it still has; nothing if it gives everything up before it joins (eager).
    pub(super) owned: Partitions,
}

/// Why an assignment cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// It cannot be read.
    Malformed,
    /// An assignor of the user's has put data into it, which would be lost.
    HasUserData,
}

/// The version in front of the bytes.
pub(super) fn version(bytes: &[u8]) -> Option<i16> {
    let (version, _) = bytes.split_first_chunk::<2>()?;
    let version = i16::from_be_bytes(*version);
    (version >= 0).then_some(version.min(NEWEST))
}

/// Reads a subscription; topics that do not exist are not owned.
pub(super) fn read_subscription(bytes: &[u8], image: &Image) -> Option<Subscription> {
    let version = version(bytes)?;
    let mut body = Reader::new(&bytes[2..]);
    let read = ConsumerProtocolSubscription::decode(&mut body, version).ok()?;
    let mut owned = Partitions::new();
    for topic in &read.owned_partitions {
        if let Some(known) = image.topics().by_name(&topic.topic)
            && !topic.partitions.is_empty()
        {
            let partitions = owned.entry(known.id).or_default();
            partitions.extend(topic.partitions.iter().copied());
        }
    }
    let rack_id = read.rack_id.as_deref().filter(|rack| !rack.is_empty());
    Some(Subscription {
        topics: read
            .topics
            .iter()
            .map(|topic| Arc::from(&**topic))
            .collect(),
        rack_id: rack_id.map(Box::from),
        owned,
    })
}

/// Reads an assignment; of none it is empty. Topics that do not exist are left out.
pub(super) fn read_assignment(bytes: &[u8], image: &Image) -> Result<Partitions, Unusable> {
    let mut assigned = Partitions::new();
    if bytes.is_empty() {
        return Ok(assigned);
    }
    let version = version(bytes).ok_or(Unusable::Malformed)?;
    let mut body = Reader::new(&bytes[2..]);
    let read = ConsumerProtocolAssignment::decode(&mut body, version);
    let read = read.map_err(|_| Unusable::Malformed)?;
    if read.user_data.as_ref().is_some_and(|data| !data.is_empty()) {
        return Err(Unusable::HasUserData);
    }
    for topic in &read.assigned_partitions {
        if let Some(known) = image.topics().by_name(&topic.topic)
            && !topic.partitions.is_empty()
        {
            let partitions = assigned.entry(known.id).or_default();
            partitions.extend(topic.partitions.iter().copied());
        }
    }
    Ok(assigned)
}

/// Writes what a target gives, for a member whose subscription has `version`.
pub(super) fn write_target(version: i16, target: &Partitions, image: &Image) -> Vec<u8> {
    let topics = target.iter();
    write(
        version,
        image,
        topics.map(|(topic, partitions)| (*topic, partitions.iter().copied().collect())),
    )
}

/// Writes what a member has, for one whose subscription has `version`.
pub(super) fn write_assigned(version: i16, assigned: &Assigned, image: &Image) -> Vec<u8> {
    let topics = assigned.iter();
    write(
        version,
        image,
        topics.map(|(topic, partitions)| (*topic, partitions.keys().copied().collect())),
    )
}

fn write(
    version: i16,
    image: &Image,
    topics: impl Iterator<Item = (model::TopicId, Vec<i32>)>,
) -> Vec<u8> {
    let named = topics.filter_map(|(id, partitions)| {
        Some(AssignedTopic {
            topic: Cow::Borrowed(&image.topics().get(id)?.name),
            partitions,
        })
    });
    let message = ConsumerProtocolAssignment {
        assigned_partitions: named.collect(),
        ..ConsumerProtocolAssignment::default()
    };
    framed(version, &message, version).expect("names and partitions of existing topics fit")
}
