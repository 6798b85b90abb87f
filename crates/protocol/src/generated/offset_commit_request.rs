// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetCommitRequest`: API key 8, versions 2-10, flexible 8-10.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `OffsetCommitRequest`, versions 2-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetCommitRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GenerationIdOrMemberEpoch`: versions 1+, default -1, ignorable.
    pub generation_id_or_member_epoch: i32,
    /// `MemberId`: versions 1+, ignorable.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 7+.
    pub group_instance_id: Option<Str<'a>>,
    /// `RetentionTimeMs`: versions 2-4, default -1, ignorable.
    pub retention_time_ms: i64,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetCommitRequestTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetCommitRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            generation_id_or_member_epoch: -1,
            member_id: Str::default(),
            group_instance_id: None,
            retention_time_ms: -1,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetCommitRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let group_id = r.string(flexible)?;
        let generation_id_or_member_epoch = r.i32()?;
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 7 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let retention_time_ms = if version <= 4 { r.i64()? } else { -1 };
        let topics = r.array(flexible, 3, |r| OffsetCommitRequestTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            generation_id_or_member_epoch,
            member_id,
            group_instance_id,
            retention_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 8;
        s.string(flexible, &self.group_id)?;
        s.i32(self.generation_id_or_member_epoch);
        s.string(flexible, &self.member_id)?;
        if version >= 7 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::not_in_version("GroupInstanceId", version));
        }
        if version <= 4 {
            s.i64(self.retention_time_ms);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetCommitRequest<'static> {
        OffsetCommitRequest {
            group_id: owned_str(self.group_id),
            generation_id_or_member_epoch: self.generation_id_or_member_epoch,
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            retention_time_ms: self.retention_time_ms,
            topics: owned_vec(self.topics, OffsetCommitRequestTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetCommitRequest`, versions 2-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetCommitRequestTopic<'a> {
    /// `Name`: versions 0-9, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<OffsetCommitRequestPartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetCommitRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let name = if version <= 9 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 14, |r| {
            OffsetCommitRequestPartition::read(r, version)
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
        let flexible = version >= 8;
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
    pub fn into_owned(self) -> OffsetCommitRequestTopic<'static> {
        OffsetCommitRequestTopic {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, OffsetCommitRequestPartition::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetCommitRequest`, versions 2-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetCommitRequestPartition<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `CommittedOffset`: versions 0+.
    pub committed_offset: i64,
    /// `CommittedLeaderEpoch`: versions 6+, default -1, ignorable.
    pub committed_leader_epoch: i32,
    /// `CommittedMetadata`: versions 0+.
    pub committed_metadata: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetCommitRequestPartition<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            committed_metadata: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetCommitRequestPartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = if version >= 6 { r.i32()? } else { -1 };
        let committed_metadata = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            committed_offset,
            committed_leader_epoch,
            committed_metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 8;
        s.i32(self.partition_index);
        s.i64(self.committed_offset);
        if version >= 6 {
            s.i32(self.committed_leader_epoch);
        }
        s.opt_string(
            flexible,
            true,
            self.committed_metadata.as_deref(),
            "CommittedMetadata",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetCommitRequestPartition<'static> {
        OffsetCommitRequestPartition {
            partition_index: self.partition_index,
            committed_offset: self.committed_offset,
            committed_leader_epoch: self.committed_leader_epoch,
            committed_metadata: self.committed_metadata.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(OffsetCommitRequest<'a>, "OffsetCommitRequest", 2, 10);

impl<'a> crate::Request<'a> for OffsetCommitRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetCommit;
    type Response<'r> = crate::offset_commit_response::OffsetCommitResponse<'r>;
}
