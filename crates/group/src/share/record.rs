//! The records of a share group, types 10 to 15, in Kafka's format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::{TimestampMs, TopicId};
use protocol::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey;
use protocol::share_group_current_member_assignment_value::{
    ShareGroupCurrentMemberAssignmentValue, TopicPartitions,
};
use protocol::share_group_member_metadata_value::ShareGroupMemberMetadataValue;
use protocol::share_group_metadata_key::ShareGroupMetadataKey;
use protocol::share_group_metadata_value::ShareGroupMetadataValue;
use protocol::share_group_state_partition_metadata_value::{
    ShareGroupStatePartitionMetadataValue, TopicInfo, TopicPartitionsInfo,
};
use protocol::share_group_target_assignment_member_value::{
    ShareGroupTargetAssignmentMemberValue, TopicPartition,
};
use protocol::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue;
use protocol::{EncodeError, Message, Reader};

use super::{ShareAssignment, ShareMemberMetadata, StatePartitions, StateTopic};
use crate::consumer::Partitions;
use crate::record::{EncodedRecord, MalformedRecord, framed, unframed};

const MEMBER: i16 = 10;
const GROUP: i16 = 11;
const TARGET_EPOCH: i16 = 12;
const TARGET: i16 = 13;
const CURRENT: i16 = 14;
const STATES: i16 = 15;

/// What one record changes in a share group. `None` is a tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareChange {
    /// The group's epoch and the hash of what it subscribes to.
    Group(Option<(i32, i64)>),
    /// What a member says of itself.
    Member(Arc<str>, Option<Arc<ShareMemberMetadata>>),
    /// The group epoch that the target is for, and when it was computed.
    TargetEpoch(Option<(i32, TimestampMs)>),
    /// What a member is to have.
    Target(Arc<str>, Option<Partitions>),
    /// What a member has.
    Current(Arc<str>, Option<ShareAssignment>),
    /// Which states the group has at share coordinators.
    States(Option<Arc<StatePartitions>>),
}

impl ShareChange {
    /// Whether records of this type are about share groups.
    pub(crate) fn is_type(record_type: i16) -> bool {
        matches!(record_type, MEMBER..=STATES)
    }

    /// Whether it takes something away.
    pub(crate) fn is_tombstone(&self) -> bool {
        match self {
            Self::Group(value) => value.is_none(),
            Self::Member(_, value) => value.is_none(),
            Self::TargetEpoch(value) => value.is_none(),
            Self::Target(_, value) => value.is_none(),
            Self::Current(_, value) => value.is_none(),
            Self::States(value) => value.is_none(),
        }
    }

    /// The bytes to append.
    pub(crate) fn encode(&self, group: &str) -> Result<EncodedRecord, EncodeError> {
        // The keys of all records about a group have the same field, those about a member the same two.
        let of_group = |record_type| {
            let key = ShareGroupMetadataKey {
                group_id: Cow::Borrowed(group),
            };
            framed(record_type, &key, 0)
        };
        let of_member = |record_type, member: &str| {
            let key = ShareGroupCurrentMemberAssignmentKey {
                group_id: Cow::Borrowed(group),
                member_id: Cow::Borrowed(member),
            };
            framed(record_type, &key, 0)
        };
        let (key, value) = match self {
            Self::Group(value) => (of_group(GROUP)?, value.map(encode_group)),
            Self::Member(id, value) => {
                let value = value.as_ref().map(|value| encode_member(value));
                (of_member(MEMBER, id)?, value)
            }
            Self::TargetEpoch(value) => (of_group(TARGET_EPOCH)?, value.map(encode_target_epoch)),
            Self::Target(id, value) => (of_member(TARGET, id)?, value.as_ref().map(encode_target)),
            Self::Current(id, value) => {
                (of_member(CURRENT, id)?, value.as_ref().map(encode_current))
            }
            Self::States(value) => {
                let value = value.as_ref().map(|value| encode_states(value));
                (of_group(STATES)?, value)
            }
        };
        let value = value.transpose()?;
        Ok(EncodedRecord { key, value })
    }

    /// Reads a record: the group that it is about, and what it changes.
    pub(crate) fn decode(
        record_type: i16,
        key: &mut Reader<'_>,
        value: Option<&[u8]>,
    ) -> Result<(Box<str>, Self), MalformedRecord> {
        if matches!(record_type, MEMBER | TARGET | CURRENT) {
            let key = ShareGroupCurrentMemberAssignmentKey::decode(key, 0)?;
            let id = Arc::from(&*key.member_id);
            let change = match record_type {
                MEMBER => Self::Member(id, value.map(decode_member).transpose()?.map(Arc::new)),
                TARGET => Self::Target(id, value.map(decode_target).transpose()?),
                _ => Self::Current(id, value.map(decode_current).transpose()?),
            };
            return Ok((Box::from(&*key.group_id), change));
        }
        let key = ShareGroupMetadataKey::decode(key, 0)?;
        let change = match record_type {
            GROUP => Self::Group(value.map(decode_group).transpose()?),
            TARGET_EPOCH => Self::TargetEpoch(value.map(decode_target_epoch).transpose()?),
            _ => Self::States(value.map(decode_states).transpose()?.map(Arc::new)),
        };
        Ok((Box::from(&*key.group_id), change))
    }
}

type Encoded = Result<Vec<u8>, EncodeError>;

fn encode_group((epoch, metadata_hash): (i32, i64)) -> Encoded {
    let message = ShareGroupMetadataValue {
        epoch,
        metadata_hash,
        ..ShareGroupMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_group(bytes: &[u8]) -> Result<(i32, i64), MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupMetadataValue::decode(&mut Reader::new(body), version)?;
    Ok((value.epoch, value.metadata_hash))
}

fn encode_member(value: &ShareMemberMetadata) -> Encoded {
    let topics = value.topics.iter().map(|topic| Cow::Borrowed(&**topic));
    let message = ShareGroupMemberMetadataValue {
        rack_id: value.rack_id.as_deref().map(Cow::Borrowed),
        client_id: Cow::Borrowed(&value.client_id),
        client_host: Cow::Borrowed(&value.client_host),
        subscribed_topic_names: topics.collect(),
        ..ShareGroupMemberMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_member(bytes: &[u8]) -> Result<ShareMemberMetadata, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupMemberMetadataValue::decode(&mut Reader::new(body), version)?;
    let topics = value.subscribed_topic_names.iter();
    Ok(ShareMemberMetadata {
        rack_id: value.rack_id.as_deref().map(Box::from),
        client_id: Box::from(&*value.client_id),
        client_host: Box::from(&*value.client_host),
        topics: topics.map(|topic| Arc::from(&**topic)).collect(),
    })
}

fn encode_target_epoch((assignment_epoch, at): (i32, TimestampMs)) -> Encoded {
    let message = ShareGroupTargetAssignmentMetadataValue {
        assignment_epoch,
        assignment_timestamp: at.0,
        ..ShareGroupTargetAssignmentMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target_epoch(bytes: &[u8]) -> Result<(i32, TimestampMs), MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupTargetAssignmentMetadataValue::decode(&mut Reader::new(body), version)?;
    let at = TimestampMs(value.assignment_timestamp);
    Ok((value.assignment_epoch, at))
}

fn encode_target(target: &Partitions) -> Encoded {
    let topics = target.iter().map(|(topic, partitions)| TopicPartition {
        topic_id: *topic,
        partitions: partitions.iter().copied().collect(),
        ..TopicPartition::default()
    });
    let message = ShareGroupTargetAssignmentMemberValue {
        topic_partitions: topics.collect(),
        ..ShareGroupTargetAssignmentMemberValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target(bytes: &[u8]) -> Result<Partitions, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupTargetAssignmentMemberValue::decode(&mut Reader::new(body), version)?;
    let topics = value.topic_partitions.into_iter();
    let topics = topics.filter(|topic| !topic.partitions.is_empty());
    Ok(topics
        .map(|topic| (topic.topic_id, topic.partitions.into_iter().collect()))
        .collect())
}

fn encode_current(current: &ShareAssignment) -> Encoded {
    let assigned = current.assigned.iter();
    let assigned = assigned.map(|(topic, partitions)| TopicPartitions {
        topic_id: *topic,
        partitions: partitions.iter().copied().collect(),
        ..TopicPartitions::default()
    });
    let message = ShareGroupCurrentMemberAssignmentValue {
        member_epoch: current.epoch,
        previous_member_epoch: current.previous_epoch,
        // Kafka's members of share groups are always stable.
        state: 0,
        assigned_partitions: assigned.collect(),
        ..ShareGroupCurrentMemberAssignmentValue::default()
    };
    framed(0, &message, 0)
}

fn decode_current(bytes: &[u8]) -> Result<ShareAssignment, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupCurrentMemberAssignmentValue::decode(&mut Reader::new(body), version)?;
    let topics = value.assigned_partitions.into_iter();
    let topics = topics.filter(|topic| !topic.partitions.is_empty());
    Ok(ShareAssignment {
        epoch: value.member_epoch,
        previous_epoch: value.previous_member_epoch,
        assigned: topics
            .map(|topic| (topic.topic_id, topic.partitions.into_iter().collect()))
            .collect(),
    })
}

fn encode_states(states: &StatePartitions) -> Encoded {
    let deleting = states.deleting.iter();
    let deleting = deleting.map(|(topic_id, name)| TopicInfo {
        topic_id: *topic_id,
        topic_name: Cow::Borrowed(name),
        ..TopicInfo::default()
    });
    let message = ShareGroupStatePartitionMetadataValue {
        initializing_topics: encode_topics(&states.initializing),
        initialized_topics: encode_topics(&states.initialized),
        deleting_topics: deleting.collect(),
        ..ShareGroupStatePartitionMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn encode_topics(topics: &BTreeMap<TopicId, StateTopic>) -> Vec<TopicPartitionsInfo<'_>> {
    let topics = topics.iter().map(|(topic_id, topic)| TopicPartitionsInfo {
        topic_id: *topic_id,
        topic_name: Cow::Borrowed(&topic.name),
        partitions: topic.partitions.iter().copied().collect(),
        ..TopicPartitionsInfo::default()
    });
    topics.collect()
}

fn decode_states(bytes: &[u8]) -> Result<StatePartitions, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareGroupStatePartitionMetadataValue::decode(&mut Reader::new(body), version)?;
    let deleting = value.deleting_topics.iter();
    Ok(StatePartitions {
        initializing: decode_topics(&value.initializing_topics),
        initialized: decode_topics(&value.initialized_topics),
        deleting: deleting
            .map(|topic| (topic.topic_id, Box::from(&*topic.topic_name)))
            .collect(),
    })
}

fn decode_topics(topics: &[TopicPartitionsInfo<'_>]) -> BTreeMap<TopicId, StateTopic> {
    let topics = topics.iter().map(|topic| {
        let known = StateTopic {
            name: Box::from(&*topic.topic_name),
            partitions: topic.partitions.iter().copied().collect(),
        };
        (topic.topic_id, known)
    });
    topics.collect()
}
