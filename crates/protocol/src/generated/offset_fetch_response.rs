// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetFetchResponse`: API key 9, versions 1-10, flexible 6-10.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `OffsetFetchResponse`, versions 1-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchResponse<'a> {
    /// `ThrottleTimeMs`: versions 3+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0-7.
    pub topics: Vec<OffsetFetchResponseTopic<'a>>,
    /// `ErrorCode`: versions 2-7, ignorable.
    pub error_code: ErrorCode,
    /// `Groups`: versions 8+.
    pub groups: Vec<OffsetFetchResponseGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let throttle_time_ms = if version >= 3 { r.i32()? } else { 0 };
        let topics = if version <= 7 {
            r.array(flexible, 3, |r| OffsetFetchResponseTopic::read(r, version))?
        } else {
            Vec::new()
        };
        let error_code = if (2..=7).contains(&version) {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let groups = if version >= 8 {
            r.array(flexible, 5, |r| OffsetFetchResponseGroup::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            error_code,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        if version >= 3 {
            s.i32(self.throttle_time_ms);
        }
        if version <= 7 {
            s.len32(flexible, Some(self.topics.len()))?;
            for x in &self.topics {
                x.write(s, version)?;
            }
        } else if !self.topics.is_empty() {
            return Err(EncodeError::not_in_version("Topics", version));
        }
        if (2..=7).contains(&version) {
            s.error_code(self.error_code);
        }
        if version >= 8 {
            s.len32(flexible, Some(self.groups.len()))?;
            for x in &self.groups {
                x.write(s, version)?;
            }
        } else if !self.groups.is_empty() {
            return Err(EncodeError::not_in_version("Groups", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponse<'static> {
        OffsetFetchResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, OffsetFetchResponseTopic::into_owned),
            error_code: self.error_code,
            groups: owned_vec(self.groups, OffsetFetchResponseGroup::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchResponse`, versions 1-7.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchResponseTopic<'a> {
    /// `Name`: versions 0-7.
    pub name: Str<'a>,
    /// `Partitions`: versions 0-7.
    pub partitions: Vec<OffsetFetchResponsePartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 16, |r| {
            OffsetFetchResponsePartition::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponseTopic<'static> {
        OffsetFetchResponseTopic {
            name: owned_str(self.name),
            partitions: owned_vec(self.partitions, OffsetFetchResponsePartition::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchResponse`, versions 1-7.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchResponsePartition<'a> {
    /// `PartitionIndex`: versions 0-7.
    pub partition_index: i32,
    /// `CommittedOffset`: versions 0-7.
    pub committed_offset: i64,
    /// `CommittedLeaderEpoch`: versions 5-7, default -1, ignorable.
    pub committed_leader_epoch: i32,
    /// `Metadata`: versions 0-7.
    pub metadata: Option<Str<'a>>,
    /// `ErrorCode`: versions 0-7.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetFetchResponsePartition<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(Str::default()),
            error_code: ErrorCode::NONE,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetFetchResponsePartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = if version >= 5 { r.i32()? } else { -1 };
        let metadata = r.opt_string(flexible, true)?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            committed_offset,
            committed_leader_epoch,
            metadata,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.i32(self.partition_index);
        s.i64(self.committed_offset);
        if version >= 5 {
            s.i32(self.committed_leader_epoch);
        }
        s.opt_string(flexible, true, self.metadata.as_deref(), "Metadata")?;
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponsePartition<'static> {
        OffsetFetchResponsePartition {
            partition_index: self.partition_index,
            committed_offset: self.committed_offset,
            committed_leader_epoch: self.committed_leader_epoch,
            metadata: self.metadata.map(owned_str),
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchResponse`, versions 8-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchResponseGroup<'a> {
    /// `GroupId`: versions 8+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 8+.
    pub topics: Vec<OffsetFetchResponseTopics<'a>>,
    /// `ErrorCode`: versions 8+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchResponseGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 3, |r| OffsetFetchResponseTopics::read(r, version))?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponseGroup<'static> {
        OffsetFetchResponseGroup {
            group_id: owned_str(self.group_id),
            topics: owned_vec(self.topics, OffsetFetchResponseTopics::into_owned),
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchResponse`, versions 8-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchResponseTopics<'a> {
    /// `Name`: versions 8-9, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 8+.
    pub partitions: Vec<OffsetFetchResponsePartitions<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchResponseTopics<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = if version <= 9 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 20, |r| {
            OffsetFetchResponsePartitions::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        if version <= 9 {
            s.string(flexible, &self.name)?;
        }
        if version >= 10 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponseTopics<'static> {
        OffsetFetchResponseTopics {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, OffsetFetchResponsePartitions::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchResponse`, versions 8-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchResponsePartitions<'a> {
    /// `PartitionIndex`: versions 8+.
    pub partition_index: i32,
    /// `CommittedOffset`: versions 8+.
    pub committed_offset: i64,
    /// `CommittedLeaderEpoch`: versions 8+, default -1, ignorable.
    pub committed_leader_epoch: i32,
    /// `Metadata`: versions 8+.
    pub metadata: Option<Str<'a>>,
    /// `ErrorCode`: versions 8+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetFetchResponsePartitions<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            metadata: Some(Str::default()),
            error_code: ErrorCode::NONE,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetFetchResponsePartitions<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = r.i32()?;
        let metadata = r.opt_string(flexible, true)?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            committed_offset,
            committed_leader_epoch,
            metadata,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.i64(self.committed_offset);
        s.i32(self.committed_leader_epoch);
        s.opt_string(flexible, true, self.metadata.as_deref(), "Metadata")?;
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchResponsePartitions<'static> {
        OffsetFetchResponsePartitions {
            partition_index: self.partition_index,
            committed_offset: self.committed_offset,
            committed_leader_epoch: self.committed_leader_epoch,
            metadata: self.metadata.map(owned_str),
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(OffsetFetchResponse<'a>, "OffsetFetchResponse", 1, 10);

impl<'a> crate::Response<'a> for OffsetFetchResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetFetch;
}
