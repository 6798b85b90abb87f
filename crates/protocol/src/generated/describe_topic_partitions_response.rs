// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeTopicPartitionsResponse`: API key 75, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `DescribeTopicPartitionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeTopicPartitionsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<DescribeTopicPartitionsResponseTopic<'a>>,
    /// `NextCursor`: versions 0+.
    pub next_cursor: Option<Cursor<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeTopicPartitionsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 26, |r| {
            DescribeTopicPartitionsResponseTopic::read(r, version)
        })?;
        let next_cursor = if r.struct_marker()? {
            Some(Cursor::read(r, version)?)
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            next_cursor,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.struct_marker(self.next_cursor.is_some());
        if let Some(x) = &self.next_cursor {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeTopicPartitionsResponse<'static> {
        DescribeTopicPartitionsResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(
                self.topics,
                DescribeTopicPartitionsResponseTopic::into_owned,
            ),
            next_cursor: self.next_cursor.map(Cursor::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTopicPartitionsResponse`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeTopicPartitionsResponseTopic<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Name`: versions 0+.
    pub name: Option<Str<'a>>,
    /// `TopicId`: versions 0+, ignorable.
    pub topic_id: Uuid,
    /// `IsInternal`: versions 0+, ignorable.
    pub is_internal: bool,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
    /// `TopicAuthorizedOperations`: versions 0+, default -2147483648.
    pub topic_authorized_operations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeTopicPartitionsResponseTopic<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            name: Some(Str::default()),
            topic_id: Uuid::ZERO,
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: -2147483648,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeTopicPartitionsResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let name = r.opt_string(flexible, true)?;
        let topic_id = r.uuid()?;
        let is_internal = r.bool()?;
        let partitions = r.array(flexible, 20, |r| {
            DescribeTopicPartitionsResponsePartition::read(r, version)
        })?;
        let topic_authorized_operations = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            name,
            topic_id,
            is_internal,
            partitions,
            topic_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.opt_string(flexible, true, self.name.as_deref(), "Name")?;
        s.uuid(self.topic_id);
        s.bool(self.is_internal);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        s.i32(self.topic_authorized_operations);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeTopicPartitionsResponseTopic<'static> {
        DescribeTopicPartitionsResponseTopic {
            error_code: self.error_code,
            name: self.name.map(owned_str),
            topic_id: self.topic_id,
            is_internal: self.is_internal,
            partitions: self.partitions,
            topic_authorized_operations: self.topic_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTopicPartitionsResponse`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeTopicPartitionsResponsePartition {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+, default -1, ignorable.
    pub leader_epoch: i32,
    /// `ReplicaNodes`: versions 0+.
    pub replica_nodes: Vec<i32>,
    /// `IsrNodes`: versions 0+.
    pub isr_nodes: Vec<i32>,
    /// `EligibleLeaderReplicas`: versions 0+.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// `LastKnownElr`: versions 0+.
    pub last_known_elr: Option<Vec<i32>>,
    /// `OfflineReplicas`: versions 0+, ignorable.
    pub offline_replicas: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeTopicPartitionsResponsePartition {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            offline_replicas: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl DescribeTopicPartitionsResponsePartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let partition_index = r.i32()?;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let replica_nodes = r.array(flexible, 4, |r| r.i32())?;
        let isr_nodes = r.array(flexible, 4, |r| r.i32())?;
        let eligible_leader_replicas = r.opt_array(flexible, true, 4, |r| r.i32())?;
        let last_known_elr = r.opt_array(flexible, true, 4, |r| r.i32())?;
        let offline_replicas = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            partition_index,
            leader_id,
            leader_epoch,
            replica_nodes,
            isr_nodes,
            eligible_leader_replicas,
            last_known_elr,
            offline_replicas,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.i32(self.partition_index);
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        s.len32(flexible, Some(self.replica_nodes.len()))?;
        for x in &self.replica_nodes {
            s.i32(*x);
        }
        s.len32(flexible, Some(self.isr_nodes.len()))?;
        for x in &self.isr_nodes {
            s.i32(*x);
        }
        match &self.eligible_leader_replicas {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.i32(*x);
                }
            }
            None => s.null(flexible, true, "EligibleLeaderReplicas")?,
        }
        match &self.last_known_elr {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.i32(*x);
                }
            }
            None => s.null(flexible, true, "LastKnownElr")?,
        }
        s.len32(flexible, Some(self.offline_replicas.len()))?;
        for x in &self.offline_replicas {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `DescribeTopicPartitionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cursor<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Cursor<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partition_index = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partition_index,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.i32(self.partition_index);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Cursor<'static> {
        Cursor {
            topic_name: owned_str(self.topic_name),
            partition_index: self.partition_index,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeTopicPartitionsResponse<'a>,
    "DescribeTopicPartitionsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for DescribeTopicPartitionsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeTopicPartitions;
}
