// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetDeleteRequest`: API key 47, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str, owned_vec};

/// `OffsetDeleteRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetDeleteRequestTopic<'a>>,
}

impl<'a> OffsetDeleteRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 6, |r| OffsetDeleteRequestTopic::read(r, version))?;
        Ok(Self { group_id, topics })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group_id)?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetDeleteRequest<'static> {
        OffsetDeleteRequest {
            group_id: owned_str(self.group_id),
            topics: owned_vec(self.topics, OffsetDeleteRequestTopic::into_owned),
        }
    }
}

/// Part of `OffsetDeleteRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteRequestTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<OffsetDeleteRequestPartition>,
}

impl<'a> OffsetDeleteRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| {
            OffsetDeleteRequestPartition::read(r, version)
        })?;
        Ok(Self { name, partitions })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetDeleteRequestTopic<'static> {
        OffsetDeleteRequestTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
        }
    }
}

/// Part of `OffsetDeleteRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteRequestPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
}

impl OffsetDeleteRequestPartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        Ok(Self { partition_index })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i32(self.partition_index);
        Ok(())
    }
}

crate::macros::message!(OffsetDeleteRequest<'a>, "OffsetDeleteRequest", 0, 0);

impl<'a> crate::Request<'a> for OffsetDeleteRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetDelete;
    type Response<'r> = crate::offset_delete_response::OffsetDeleteResponse<'r>;
}
