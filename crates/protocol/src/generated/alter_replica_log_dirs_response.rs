// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterReplicaLogDirsResponse`: API key 34, versions 1-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `AlterReplicaLogDirsResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDirsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Results`: versions 0+.
    pub results: Vec<AlterReplicaLogDirTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterReplicaLogDirsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let results = r.array(flexible, 3, |r| {
            AlterReplicaLogDirTopicResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterReplicaLogDirsResponse<'static> {
        AlterReplicaLogDirsResponse {
            throttle_time_ms: self.throttle_time_ms,
            results: owned_vec(self.results, AlterReplicaLogDirTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterReplicaLogDirsResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDirTopicResult<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<AlterReplicaLogDirPartitionResult>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterReplicaLogDirTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 6, |r| {
            AlterReplicaLogDirPartitionResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterReplicaLogDirTopicResult<'static> {
        AlterReplicaLogDirTopicResult {
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterReplicaLogDirsResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDirPartitionResult {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AlterReplicaLogDirPartitionResult {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
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
        let flexible = version >= 2;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    AlterReplicaLogDirsResponse<'a>,
    "AlterReplicaLogDirsResponse",
    1,
    2
);

impl<'a> crate::Response<'a> for AlterReplicaLogDirsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterReplicaLogDirs;
}
