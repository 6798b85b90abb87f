// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterShareGroupOffsetsRequest`: API key 91, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AlterShareGroupOffsetsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<AlterShareGroupOffsetsRequestTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterShareGroupOffsetsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 3, |r| {
            AlterShareGroupOffsetsRequestTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
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
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterShareGroupOffsetsRequest<'static> {
        AlterShareGroupOffsetsRequest {
            group_id: owned_str(self.group_id),
            topics: owned_vec(self.topics, AlterShareGroupOffsetsRequestTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterShareGroupOffsetsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsRequestTopic<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<AlterShareGroupOffsetsRequestPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterShareGroupOffsetsRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 13, |r| {
            AlterShareGroupOffsetsRequestPartition::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterShareGroupOffsetsRequestTopic<'static> {
        AlterShareGroupOffsetsRequestTopic {
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterShareGroupOffsetsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsRequestPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AlterShareGroupOffsetsRequestPartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let start_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            start_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.i64(self.start_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    AlterShareGroupOffsetsRequest<'a>,
    "AlterShareGroupOffsetsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for AlterShareGroupOffsetsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterShareGroupOffsets;
    type Response<'r> =
        crate::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse<'r>;
}
