//! The records of `__consumer_offsets`, in Kafka's format.
//!
//! ```text
//! key    int16 type (0, 1 offset; 2 classic group; 3.. other kinds), fields
//! value  int16 version, fields; null deletes what the key names
//! ```
//!
//! A record is owned and cheap to copy: subscriptions and assignments are shared with the group that
//! wrote it.

use std::borrow::Cow;
use std::sync::Arc;

use model::{ProducerId, TimestampMs, TopicId};
use protocol::group_metadata_key::GroupMetadataKey;
use protocol::group_metadata_value::{GroupMetadataValue, MemberMetadata};
use protocol::legacy_offset_commit_value::LegacyOffsetCommitValue;
use protocol::offset_commit_key::OffsetCommitKey;
use protocol::offset_commit_value::OffsetCommitValue;
use protocol::{DecodeError, EncodeError, Message, Reader, Writer};

use crate::consumer::ConsumerChange;
use crate::share::ShareChange;
use crate::streams::StreamsChange;

/// One record of a shard's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A group committed an offset, or the offset is forgotten.
    Offset {
        /// The group.
        group: Box<str>,
        /// Name of the topic.
        topic: Box<str>,
        /// The partition.
        partition: i32,
        /// `None` forgets it.
        value: Option<CommittedOffset>,
        /// The producer in whose transaction this lies; it holds when the transaction commits.
        transaction: Option<ProducerId>,
    },
    /// A classic group agreed on a generation, or is gone.
    Classic {
        /// The group.
        group: Box<str>,
        /// `None` removes it.
        value: Option<Arc<ClassicValue>>,
    },
    /// Something of a consumer group changed.
    Consumer {
        /// The group.
        group: Box<str>,
        /// What.
        change: ConsumerChange,
    },
    /// Something of a share group changed.
    Share {
        /// The group.
        group: Box<str>,
        /// What.
        change: ShareChange,
    },
    /// Something of a streams group changed.
    Streams {
        /// The group.
        group: Box<str>,
        /// What.
        change: StreamsChange,
    },
    /// A control batch: the transaction of a producer has ended.
    TransactionEnd {
        /// The producer.
        producer: ProducerId,
        /// Whether it committed; otherwise it aborted.
        committed: bool,
    },
}

/// A committed offset as it is logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedOffset {
    /// The next offset to consume.
    pub offset: i64,
    /// Leader epoch of the last record consumed, if the client knew it (KIP-320).
    pub leader_epoch: Option<i32>,
    /// The client's own text.
    pub metadata: Box<str>,
    /// When it was committed.
    pub committed_at: TimestampMs,
    /// From requests before version 5, which could set a retention.
    pub expires_at: Option<TimestampMs>,
    /// Zero where it was not known.
    pub topic_id: TopicId,
}

/// A classic group as it is logged: a generation and what its members were assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassicValue {
    /// Empty for a group that never had members.
    pub protocol_type: Box<str>,
    /// Counts the rebalances.
    pub generation: i32,
    /// The protocol elected; `None` without members.
    pub protocol: Option<Box<str>>,
    /// Member id of the leader.
    pub leader: Option<Arc<str>>,
    /// When the group entered its state; `None` in records older than version 2.
    pub since: Option<TimestampMs>,
    /// The members.
    pub members: Vec<MemberValue>,
}

/// A member of a classic group as it is logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberValue {
    /// The id that the coordinator gave.
    pub id: Arc<str>,
    /// `group.instance.id` of a static member (KIP-345).
    pub instance_id: Option<Arc<str>>,
    /// From the request's header.
    pub client_id: Arc<str>,
    /// Address of the client.
    pub client_host: Arc<str>,
    /// In milliseconds.
    pub rebalance_timeout_ms: i32,
    /// In milliseconds.
    pub session_timeout_ms: i32,
    /// The member's bytes for the protocol elected.
    pub subscription: Arc<[u8]>,
    /// The leader's bytes for the member.
    pub assignment: Arc<[u8]>,
}

/// A record as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedRecord {
    /// Names what the record is about: only the last record of a key counts.
    pub key: Vec<u8>,
    /// `None` deletes it.
    pub value: Option<Vec<u8>>,
}

/// A key or value that is not what its type and version say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRecord {
    /// Bytes that do not fit their version.
    #[error("a record of __consumer_offsets is malformed: {0}")]
    Bytes(#[from] DecodeError),
    /// Not even a type or version.
    #[error("a record of __consumer_offsets is too short to have a type or version")]
    TooShort,
}

const LEGACY_OFFSET: i16 = 0;
const OFFSET: i16 = 1;
const CLASSIC: i16 = 2;

/// Offsets with a retention of their own are written as Kafka writes them: in the one version that
/// carries it.
const OFFSET_WITH_EXPIRY: i16 = 1;
const OFFSET_VALUE: i16 = 4;
const CLASSIC_VALUE: i16 = 3;

impl Record {
    /// Forgets an offset.
    pub(crate) fn offset_tombstone(group: &str, topic: &str, partition: i32) -> Self {
        Self::Offset {
            group: Box::from(group),
            topic: Box::from(topic),
            partition,
            value: None,
            transaction: None,
        }
    }

    /// Removes a classic group.
    pub(crate) fn classic_tombstone(group: &str) -> Self {
        Self::Classic {
            group: Box::from(group),
            value: None,
        }
    }

    /// Changes something of a consumer group.
    pub(crate) fn consumer(group: &str, change: ConsumerChange) -> Self {
        Self::Consumer {
            group: Box::from(group),
            change,
        }
    }

    /// Changes something of a share group.
    pub(crate) fn share(group: &str, change: ShareChange) -> Self {
        Self::Share {
            group: Box::from(group),
            change,
        }
    }

    /// Changes something of a streams group.
    pub(crate) fn streams(group: &str, change: StreamsChange) -> Self {
        Self::Streams {
            group: Box::from(group),
            change,
        }
    }

    /// The bytes to append; `None` for control batches, which nobody here writes.
    ///
    /// # Errors
    /// When a text is longer than the format allows.
    pub fn encode(&self) -> Result<Option<EncodedRecord>, EncodeError> {
        match self {
            Self::Offset {
                group,
                topic,
                partition,
                value,
                ..
            } => {
                let key = OffsetCommitKey {
                    group: Cow::Borrowed(group),
                    topic: Cow::Borrowed(topic),
                    partition: *partition,
                };
                let value = value.as_ref().map(encode_offset).transpose()?;
                Ok(Some(EncodedRecord {
                    key: framed(OFFSET, &key, 0)?,
                    value,
                }))
            }
            Self::Classic { group, value } => {
                let key = GroupMetadataKey {
                    group: Cow::Borrowed(group),
                };
                let value = value
                    .as_ref()
                    .map(|value| encode_classic(value))
                    .transpose()?;
                Ok(Some(EncodedRecord {
                    key: framed(CLASSIC, &key, 0)?,
                    value,
                }))
            }
            Self::Consumer { group, change } => change.encode(group).map(Some),
            Self::Share { group, change } => change.encode(group).map(Some),
            Self::Streams { group, change } => change.encode(group).map(Some),
            Self::TransactionEnd { .. } => Ok(None),
        }
    }

    /// Reads a record of the log; `transaction` is the producer of its batch if that is
    /// transactional. `None` for records that say nothing to this coordinator: they stay in the log
    /// as they are.
    ///
    /// # Errors
    /// When the bytes are not what their type and version say.
    pub fn decode(
        key: &[u8],
        value: Option<&[u8]>,
        transaction: Option<ProducerId>,
    ) -> Result<Option<Self>, MalformedRecord> {
        let (kind, key) = unframed(key)?;
        let mut key = Reader::new(key);
        match kind {
            LEGACY_OFFSET | OFFSET => {
                let key = OffsetCommitKey::decode(&mut key, 0)?;
                let value = value.map(|value| decode_offset(kind, value)).transpose()?;
                Ok(Some(Self::Offset {
                    group: Box::from(&*key.group),
                    topic: Box::from(&*key.topic),
                    partition: key.partition,
                    value,
                    transaction,
                }))
            }
            CLASSIC => {
                let key = GroupMetadataKey::decode(&mut key, 0)?;
                let value = value.map(decode_classic).transpose()?.map(Arc::new);
                Ok(Some(Self::Classic {
                    group: Box::from(&*key.group),
                    value,
                }))
            }
            other if ConsumerChange::is_type(other) => {
                let decoded = ConsumerChange::decode(other, &mut key, value)?;
                Ok(decoded.map(|(group, change)| Self::Consumer { group, change }))
            }
            other if ShareChange::is_type(other) => {
                let (group, change) = ShareChange::decode(other, &mut key, value)?;
                Ok(Some(Self::Share { group, change }))
            }
            other if StreamsChange::is_type(other) => {
                let (group, change) = StreamsChange::decode(other, &mut key, value)?;
                Ok(Some(Self::Streams { group, change }))
            }
            _ => Ok(None),
        }
    }
}

pub(crate) fn framed<'a>(
    prefix: i16,
    message: &impl Message<'a>,
    version: i16,
) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::reusing(prefix.to_be_bytes().to_vec());
    writer.reserve(message.size(version)?);
    message.encode(&mut writer, version)?;
    Ok(writer.into_parts().0)
}

pub(crate) fn unframed(bytes: &[u8]) -> Result<(i16, &[u8]), MalformedRecord> {
    let (prefix, rest) = bytes
        .split_first_chunk::<2>()
        .ok_or(MalformedRecord::TooShort)?;
    Ok((i16::from_be_bytes(*prefix), rest))
}

fn encode_offset(value: &CommittedOffset) -> Result<Vec<u8>, EncodeError> {
    let version = if value.expires_at.is_some() {
        OFFSET_WITH_EXPIRY
    } else {
        OFFSET_VALUE
    };
    let message = OffsetCommitValue {
        offset: value.offset,
        leader_epoch: value.leader_epoch.unwrap_or(-1),
        metadata: Cow::Borrowed(&value.metadata),
        commit_timestamp: value.committed_at.0,
        expire_timestamp: value.expires_at.map_or(-1, |at| at.0),
        topic_id: value.topic_id,
        ..OffsetCommitValue::default()
    };
    framed(version, &message, version)
}

fn decode_offset(key_type: i16, bytes: &[u8]) -> Result<CommittedOffset, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let mut body = Reader::new(body);
    if key_type == LEGACY_OFFSET {
        let value = LegacyOffsetCommitValue::decode(&mut body, version)?;
        return Ok(CommittedOffset {
            offset: value.offset,
            leader_epoch: None,
            metadata: Box::from(&*value.metadata),
            committed_at: TimestampMs(value.commit_timestamp),
            expires_at: None,
            topic_id: TopicId::ZERO,
        });
    }
    let value = OffsetCommitValue::decode(&mut body, version)?;
    Ok(CommittedOffset {
        offset: value.offset,
        leader_epoch: Some(value.leader_epoch).filter(|epoch| *epoch >= 0),
        metadata: Box::from(&*value.metadata),
        committed_at: TimestampMs(value.commit_timestamp),
        expires_at: TimestampMs::known(value.expire_timestamp),
        topic_id: value.topic_id,
    })
}

fn encode_classic(value: &ClassicValue) -> Result<Vec<u8>, EncodeError> {
    let members = value.members.iter().map(|member| MemberMetadata {
        member_id: Cow::Borrowed(&member.id),
        group_instance_id: member.instance_id.as_deref().map(Cow::Borrowed),
        client_id: Cow::Borrowed(&member.client_id),
        client_host: Cow::Borrowed(&member.client_host),
        rebalance_timeout: member.rebalance_timeout_ms,
        session_timeout: member.session_timeout_ms,
        subscription: Cow::Borrowed(&member.subscription),
        assignment: Cow::Borrowed(&member.assignment),
        ..MemberMetadata::default()
    });
    let message = GroupMetadataValue {
        protocol_type: Cow::Borrowed(&value.protocol_type),
        generation: value.generation,
        protocol: value.protocol.as_deref().map(Cow::Borrowed),
        leader: value.leader.as_deref().map(Cow::Borrowed),
        current_state_timestamp: value.since.map_or(-1, |at| at.0),
        members: members.collect(),
        ..GroupMetadataValue::default()
    };
    framed(CLASSIC_VALUE, &message, CLASSIC_VALUE)
}

fn decode_classic(bytes: &[u8]) -> Result<ClassicValue, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = GroupMetadataValue::decode(&mut Reader::new(body), version)?;
    let members = value.members.iter().map(|member| MemberValue {
        id: Arc::from(&*member.member_id),
        instance_id: member.group_instance_id.as_deref().map(Arc::from),
        client_id: Arc::from(&*member.client_id),
        client_host: Arc::from(&*member.client_host),
        rebalance_timeout_ms: match member.rebalance_timeout {
            -1 => member.session_timeout,
            timeout => timeout,
        },
        session_timeout_ms: member.session_timeout,
        subscription: Arc::from(&*member.subscription),
        assignment: Arc::from(&*member.assignment),
    });
    Ok(ClassicValue {
        protocol_type: Box::from(&*value.protocol_type),
        generation: value.generation,
        protocol: value.protocol.as_deref().map(Box::from),
        leader: value.leader.as_deref().map(Arc::from),
        since: TimestampMs::known(value.current_state_timestamp),
        members: members.collect(),
    })
}
