// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AssignReplicasToDirsResponse`: API key 73, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::{ErrorCode, Uuid};

/// `AssignReplicasToDirsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssignReplicasToDirsResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Directories`: versions 0+.
    pub directories: Vec<DirectoryData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AssignReplicasToDirsResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let directories = r.array(flexible, 18, |r| DirectoryData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            directories,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.directories.len()))?;
        for x in &self.directories {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `AssignReplicasToDirsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectoryData {
    /// `Id`: versions 0+.
    pub id: Uuid,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl DirectoryData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let id = r.uuid()?;
        let topics = r.array(flexible, 18, |r| TopicData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.id);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `AssignReplicasToDirsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 7, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `AssignReplicasToDirsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
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
        let flexible = true;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    AssignReplicasToDirsResponse,
    "AssignReplicasToDirsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for AssignReplicasToDirsResponse {
    const KEY: crate::ApiKey = crate::ApiKey::AssignReplicasToDirs;
}
