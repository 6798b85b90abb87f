//! What is wrong with a metadata record.

use model::{BrokerEpoch, BrokerId, Offset, TopicId, Uuid};
use protocol::{DecodeError, DecodeErrorKind};

/// The bytes of a record of `__cluster_metadata` that this release cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A newer release wrote it, at a `metadata.version` above the highest known here.
    #[error(
        "the metadata record at offset {offset} has type {key} version {version}, which this release \
         does not know: a newer release wrote it, and is needed to read it"
    )]
    Unknown {
        /// Where it is.
        offset: Offset,
        /// Its type.
        key: u32,
        /// Its version.
        version: u32,
    },
    /// Its bytes are not a record.
    #[error("the metadata record at offset {offset} cannot be read: {source}")]
    Malformed {
        /// Where it is.
        offset: Offset,
        /// What is wrong.
        source: DecodeError,
    },
}

impl RecordError {
    pub(crate) fn new(offset: Offset, key: u32, version: u32, source: DecodeError) -> Self {
        match source.kind {
            DecodeErrorKind::UnknownType(_) | DecodeErrorKind::UnsupportedVersion(_) => {
                Self::Unknown {
                    offset,
                    key,
                    version,
                }
            }
            _ => Self::Malformed { offset, source },
        }
    }
}

/// A record that does not fit the image before it: the log is not one that a controller wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It names a topic id that does not exist.
    #[error("no topic has the id {0}")]
    UnknownTopicId(TopicId),
    /// It names a topic that does not exist.
    #[error("no topic has the name {0}")]
    UnknownTopicName(String),
    /// It creates a topic whose name or id is taken.
    #[error(
        "topic {name} cannot be created: its name or id belongs to the topic with id {existing}"
    )]
    TopicExists {
        /// The new name.
        name: String,
        /// Whose it is.
        existing: TopicId,
    },
    /// It changes a partition that does not exist.
    #[error("partition {partition} of the topic with id {topic_id} does not exist")]
    UnknownPartition {
        /// The topic.
        topic_id: TopicId,
        /// The number in the record.
        partition: i32,
    },
    /// It creates a partition whose number is negative or far beyond those that exist.
    #[error(
        "partition {partition} of the topic with id {topic_id} cannot come after {count} others"
    )]
    PartitionOutOfOrder {
        /// The topic.
        topic_id: TopicId,
        /// The number in the record.
        partition: i32,
        /// The partitions that exist.
        count: usize,
    },
    /// It names a broker that is not registered.
    #[error("broker {0} is not registered")]
    UnknownBroker(BrokerId),
    /// It speaks of another incarnation of a broker.
    #[error("broker {broker} is registered with epoch {registered}, not {epoch}")]
    WrongBrokerEpoch {
        /// The broker.
        broker: BrokerId,
        /// The epoch in the record.
        epoch: BrokerEpoch,
        /// The epoch in the image.
        registered: BrokerEpoch,
    },
    /// It removes an ACL that does not exist.
    #[error("no ACL has the id {0}")]
    UnknownAcl(Uuid),
    /// It sets a `metadata.version` that this release does not know.
    #[error(
        "the cluster has metadata.version {0}, and this release knows {min} to {max} ({newest}): start a release \
         that has metadata.version {0}",
        newest = crate::features::metadata_version_name(crate::features::METADATA_VERSION_LATEST).unwrap_or(""),
        min = crate::features::METADATA_VERSION_MIN,
        max = crate::features::METADATA_VERSION_LATEST
    )]
    UnsupportedMetadataVersion(i16),
    /// It begins a metadata transaction inside another.
    #[error("a metadata transaction begins inside another one")]
    NestedTransaction,
    /// It ends or aborts a metadata transaction that did not begin.
    #[error("a metadata transaction ends that did not begin")]
    NoTransaction,
}
