//! The records of a consumer group, types 3 to 8 and 16, in Kafka's format.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use model::TimestampMs;
use protocol::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey;
use protocol::consumer_group_current_member_assignment_value::{
    ConsumerGroupCurrentMemberAssignmentValue, TopicPartitions,
};
use protocol::consumer_group_member_metadata_value::{
    ClassicMemberMetadata, ClassicProtocol, ConsumerGroupMemberMetadataValue,
};
use protocol::consumer_group_metadata_key::ConsumerGroupMetadataKey;
use protocol::consumer_group_metadata_value::ConsumerGroupMetadataValue;
use protocol::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey;
use protocol::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue;
use protocol::consumer_group_target_assignment_member_value::{
    ConsumerGroupTargetAssignmentMemberValue, TopicPartition,
};
use protocol::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue;
use protocol::{EncodeError, Message, Reader};

use super::{Assigned, ClassicMember, CurrentAssignment, MemberMetadata, MemberState, Partitions};
use crate::record::{EncodedRecord, MalformedRecord, framed, unframed};

const GROUP: i16 = 3;
const PARTITION_METADATA: i16 = 4;
const MEMBER: i16 = 5;
const TARGET_EPOCH: i16 = 6;
const TARGET: i16 = 7;
const CURRENT: i16 = 8;
const REGEX: i16 = 16;

/// What one record changes in a consumer group. `None` is a tombstone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsumerChange {
    /// The group's epoch and the hash of what it subscribes to.
    Group(Option<(i32, i64)>),
    /// What releases before 4.1 kept of the topics: nothing here needs it, and it goes with the group.
    TopicsTold,
    /// What a member says of itself.
    Member(Arc<str>, Option<Arc<MemberMetadata>>),
    /// The group epoch that the target is for, and when it was computed.
    TargetEpoch(Option<(i32, TimestampMs)>),
    /// What a member is to have.
    Target(Arc<str>, Option<Partitions>),
    /// What a member has.
    Current(Arc<str>, Option<CurrentAssignment>),
    /// The topics that an expression names.
    Regex(Arc<str>, Option<Arc<ResolvedRegex>>),
}

/// The topics whose names match an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedRegex {
    /// Their names.
    pub topics: BTreeSet<Arc<str>>,
    /// The offset of the metadata log that they were looked up at.
    pub version: i64,
    /// When.
    pub at: TimestampMs,
}

impl ConsumerChange {
    /// Whether records of this type are about consumer groups.
    pub(crate) fn is_type(record_type: i16) -> bool {
        matches!(record_type, GROUP..=CURRENT | REGEX)
    }

    /// Whether it takes something away.
    pub(crate) fn is_tombstone(&self) -> bool {
        match self {
            Self::Group(value) => value.is_none(),
            Self::TopicsTold => true,
            Self::Member(_, value) => value.is_none(),
            Self::TargetEpoch(value) => value.is_none(),
            Self::Target(_, value) => value.is_none(),
            Self::Current(_, value) => value.is_none(),
            Self::Regex(_, value) => value.is_none(),
        }
    }

    /// The bytes to append.
    pub(crate) fn encode(&self, group: &str) -> Result<EncodedRecord, EncodeError> {
        let of_group = |record_type| {
            let key = ConsumerGroupMetadataKey {
                group_id: Cow::Borrowed(group),
            };
            framed(record_type, &key, 0)
        };
        // The keys of all records about a member have the same fields.
        let of_member = |record_type, member: &str| {
            let key = ConsumerGroupCurrentMemberAssignmentKey {
                group_id: Cow::Borrowed(group),
                member_id: Cow::Borrowed(member),
            };
            framed(record_type, &key, 0)
        };
        let (key, value) = match self {
            Self::Group(value) => (of_group(GROUP)?, value.map(encode_group)),
            Self::TopicsTold => (of_group(PARTITION_METADATA)?, None),
            Self::Member(id, value) => (
                of_member(MEMBER, id)?,
                value.as_ref().map(|value| encode_member(value)),
            ),
            Self::TargetEpoch(value) => (of_group(TARGET_EPOCH)?, value.map(encode_target_epoch)),
            Self::Target(id, value) => (of_member(TARGET, id)?, value.as_ref().map(encode_target)),
            Self::Current(id, value) => {
                (of_member(CURRENT, id)?, value.as_ref().map(encode_current))
            }
            Self::Regex(regex, value) => {
                let key = ConsumerGroupRegularExpressionKey {
                    group_id: Cow::Borrowed(group),
                    regular_expression: Cow::Borrowed(regex),
                };
                (
                    framed(REGEX, &key, 0)?,
                    value.as_ref().map(|value| encode_regex(value)),
                )
            }
        };
        let value = value.transpose()?;
        Ok(EncodedRecord { key, value })
    }

    /// Reads a record: the group that it is about, and what it changes. `None` for what has no
    /// meaning any more.
    pub(crate) fn decode(
        record_type: i16,
        key: &mut Reader<'_>,
        value: Option<&[u8]>,
    ) -> Result<Option<(Box<str>, Self)>, MalformedRecord> {
        if matches!(record_type, MEMBER | TARGET | CURRENT) {
            let key = ConsumerGroupCurrentMemberAssignmentKey::decode(key, 0)?;
            let (group, id) = (Box::from(&*key.group_id), Arc::from(&*key.member_id));
            let change = match record_type {
                MEMBER => Self::Member(id, value.map(decode_member).transpose()?.map(Arc::new)),
                TARGET => Self::Target(id, value.map(decode_target).transpose()?),
                _ => Self::Current(id, value.map(decode_current).transpose()?),
            };
            return Ok(Some((group, change)));
        }
        if record_type == REGEX {
            let key = ConsumerGroupRegularExpressionKey::decode(key, 0)?;
            let value = value.map(decode_regex).transpose()?.map(Arc::new);
            let regex = Arc::from(&*key.regular_expression);
            return Ok(Some((Box::from(&*key.group_id), Self::Regex(regex, value))));
        }
        let key = ConsumerGroupMetadataKey::decode(key, 0)?;
        let change = match record_type {
            GROUP => Self::Group(value.map(decode_group).transpose()?),
            TARGET_EPOCH => Self::TargetEpoch(value.map(decode_target_epoch).transpose()?),
            _ if value.is_none() => Self::TopicsTold,
            _ => return Ok(None),
        };
        Ok(Some((Box::from(&*key.group_id), change)))
    }
}

type Encoded = Result<Vec<u8>, EncodeError>;

fn owned(text: &str) -> Box<str> {
    Box::from(text)
}

fn encode_group((epoch, metadata_hash): (i32, i64)) -> Encoded {
    let message = ConsumerGroupMetadataValue {
        epoch,
        metadata_hash,
        ..ConsumerGroupMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_group(bytes: &[u8]) -> Result<(i32, i64), MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ConsumerGroupMetadataValue::decode(&mut Reader::new(body), version)?;
    Ok((value.epoch, value.metadata_hash))
}

fn encode_member(value: &MemberMetadata) -> Encoded {
    let classic = value.classic.as_ref().map(|classic| {
        let protocols = classic
            .protocols
            .iter()
            .map(|(name, metadata)| ClassicProtocol {
                name: Cow::Borrowed(&**name),
                metadata: Cow::Borrowed(&**metadata),
                ..ClassicProtocol::default()
            });
        ClassicMemberMetadata {
            session_timeout_ms: classic.session_timeout_ms,
            supported_protocols: protocols.collect(),
            ..ClassicMemberMetadata::default()
        }
    });
    let topics = value.topics.iter().map(|topic| Cow::Borrowed(&**topic));
    let message = ConsumerGroupMemberMetadataValue {
        instance_id: value.instance_id.as_deref().map(Cow::Borrowed),
        rack_id: value.rack_id.as_deref().map(Cow::Borrowed),
        client_id: Cow::Borrowed(&value.client_id),
        client_host: Cow::Borrowed(&value.client_host),
        subscribed_topic_names: topics.collect(),
        // Kafka writes an empty one for none.
        subscribed_topic_regex: Some(Cow::Borrowed(value.regex.as_deref().unwrap_or(""))),
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        server_assignor: value.assignor.as_deref().map(Cow::Borrowed),
        classic_member_metadata: classic,
        ..ConsumerGroupMemberMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_member(bytes: &[u8]) -> Result<MemberMetadata, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ConsumerGroupMemberMetadataValue::decode(&mut Reader::new(body), version)?;
    let topics = value.subscribed_topic_names.iter();
    // A record without the field is one of a member that does not speak the classic protocol.
    let classic = value.classic_member_metadata.as_ref();
    let classic = classic.filter(|classic| **classic != ClassicMemberMetadata::default());
    Ok(MemberMetadata {
        instance_id: value.instance_id.as_deref().map(Arc::from),
        rack_id: value.rack_id.as_deref().map(owned),
        client_id: owned(&value.client_id),
        client_host: owned(&value.client_host),
        topics: topics.map(|topic| Arc::from(&**topic)).collect(),
        regex: value
            .subscribed_topic_regex
            .as_deref()
            .filter(|regex| !regex.is_empty())
            .map(Arc::from),
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        assignor: value.server_assignor.as_deref().map(owned),
        classic: classic.map(|classic| ClassicMember {
            session_timeout_ms: classic.session_timeout_ms,
            protocols: classic
                .supported_protocols
                .iter()
                .map(|protocol| (owned(&protocol.name), Box::from(&*protocol.metadata)))
                .collect(),
        }),
    })
}

fn encode_target_epoch((assignment_epoch, at): (i32, TimestampMs)) -> Encoded {
    let message = ConsumerGroupTargetAssignmentMetadataValue {
        assignment_epoch,
        assignment_timestamp: at.0,
        ..ConsumerGroupTargetAssignmentMetadataValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target_epoch(bytes: &[u8]) -> Result<(i32, TimestampMs), MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value =
        ConsumerGroupTargetAssignmentMetadataValue::decode(&mut Reader::new(body), version)?;
    Ok((
        value.assignment_epoch,
        TimestampMs(value.assignment_timestamp),
    ))
}

fn encode_target(target: &Partitions) -> Encoded {
    let topics = target.iter().map(|(topic, partitions)| TopicPartition {
        topic_id: *topic,
        partitions: partitions.iter().copied().collect(),
        ..TopicPartition::default()
    });
    let message = ConsumerGroupTargetAssignmentMemberValue {
        topic_partitions: topics.collect(),
        ..ConsumerGroupTargetAssignmentMemberValue::default()
    };
    framed(0, &message, 0)
}

fn decode_target(bytes: &[u8]) -> Result<Partitions, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ConsumerGroupTargetAssignmentMemberValue::decode(&mut Reader::new(body), version)?;
    let topics = value.topic_partitions.into_iter();
    let topics = topics.filter(|topic| !topic.partitions.is_empty());
    Ok(topics
        .map(|topic| (topic.topic_id, topic.partitions.into_iter().collect()))
        .collect())
}

const STABLE: i8 = 0;
const UNREVOKED: i8 = 1;
const UNRELEASED: i8 = 2;
const UNKNOWN: i8 = 127;

fn encode_current(current: &CurrentAssignment) -> Encoded {
    let message = ConsumerGroupCurrentMemberAssignmentValue {
        member_epoch: current.epoch,
        previous_member_epoch: current.previous_epoch,
        state: match current.state {
            MemberState::Stable => STABLE,
            MemberState::Unrevoked => UNREVOKED,
            MemberState::Unreleased => UNRELEASED,
            MemberState::Unknown => UNKNOWN,
        },
        assigned_partitions: encode_assigned(&current.assigned),
        partitions_pending_revocation: encode_assigned(&current.revoking),
        ..ConsumerGroupCurrentMemberAssignmentValue::default()
    };
    framed(0, &message, 0)
}

fn encode_assigned(assigned: &Assigned) -> Vec<TopicPartitions> {
    let topics = assigned.iter().map(|(topic, partitions)| TopicPartitions {
        topic_id: *topic,
        partitions: partitions.keys().copied().collect(),
        assignment_epochs: Some(partitions.values().copied().collect()),
        ..TopicPartitions::default()
    });
    topics.collect()
}

fn decode_current(bytes: &[u8]) -> Result<CurrentAssignment, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ConsumerGroupCurrentMemberAssignmentValue::decode(&mut Reader::new(body), version)?;
    let epoch = value.member_epoch;
    Ok(CurrentAssignment {
        epoch,
        previous_epoch: value.previous_member_epoch,
        state: match value.state {
            STABLE => MemberState::Stable,
            UNREVOKED => MemberState::Unrevoked,
            UNRELEASED => MemberState::Unreleased,
            _ => MemberState::Unknown,
        },
        assigned: decode_assigned(value.assigned_partitions, epoch),
        revoking: decode_assigned(value.partitions_pending_revocation, epoch),
    })
}

/// Releases before 4.3 kept no epoch for a partition: only the member's own counts for those.
fn decode_assigned(topics: Vec<TopicPartitions>, member_epoch: i32) -> Assigned {
    let mut assigned = Assigned::new();
    for topic in topics {
        let epochs = topic.assignment_epochs.unwrap_or_default();
        let epochs = epochs.into_iter().chain(std::iter::repeat(member_epoch));
        if !topic.partitions.is_empty() {
            let partitions = topic.partitions.into_iter().zip(epochs);
            assigned.insert(topic.topic_id, partitions.collect());
        }
    }
    assigned
}

fn encode_regex(value: &ResolvedRegex) -> Encoded {
    let topics = value.topics.iter().map(|topic| Cow::Borrowed(&**topic));
    let message = ConsumerGroupRegularExpressionValue {
        topics: topics.collect(),
        version: value.version,
        timestamp: value.at.0,
        ..ConsumerGroupRegularExpressionValue::default()
    };
    framed(0, &message, 0)
}

fn decode_regex(bytes: &[u8]) -> Result<ResolvedRegex, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ConsumerGroupRegularExpressionValue::decode(&mut Reader::new(body), version)?;
    Ok(ResolvedRegex {
        topics: value
            .topics
            .iter()
            .map(|topic| Arc::from(&**topic))
            .collect(),
        version: value.version,
        at: TimestampMs(value.timestamp),
    })
}
