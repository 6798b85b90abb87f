// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetCommitResponse`: API key 8, versions 2-10, flexible 8-10.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `OffsetCommitResponse`, versions 2-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetCommitResponse<'a> {
    /// `ThrottleTimeMs`: versions 3+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetCommitResponseTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetCommitResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let throttle_time_ms = if version >= 3 { r.i32()? } else { 0 };
        let topics = r.array(flexible, 3, |r| OffsetCommitResponseTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 8;
        if version >= 3 {
            s.i32(self.throttle_time_ms);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetCommitResponse<'static> {
        OffsetCommitResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, OffsetCommitResponseTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetCommitResponse`, versions 2-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetCommitResponseTopic<'a> {
    /// `Name`: versions 0-9, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<OffsetCommitResponsePartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetCommitResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let name = if version <= 9 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 6, |r| {
            OffsetCommitResponsePartition::read(r, version)
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
    pub fn into_owned(self) -> OffsetCommitResponseTopic<'static> {
        OffsetCommitResponseTopic {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetCommitResponse`, versions 2-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetCommitResponsePartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl OffsetCommitResponsePartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 8;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 8;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(OffsetCommitResponse<'a>, "OffsetCommitResponse", 2, 10);

impl<'a> crate::Response<'a> for OffsetCommitResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetCommit;
}
