// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `InitializeShareGroupStateRequest`: API key 83, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `InitializeShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InitializeShareGroupStateRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<InitializeStateData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> InitializeShareGroupStateRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 18, |r| InitializeStateData::read(r, version))?;
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
    pub fn into_owned(self) -> InitializeShareGroupStateRequest<'static> {
        InitializeShareGroupStateRequest {
            group_id: owned_str(self.group_id),
            topics: self.topics,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `InitializeShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InitializeStateData {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl InitializeStateData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 17, |r| PartitionData::read(r, version))?;
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

/// Part of `InitializeShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `StateEpoch`: versions 0+.
    pub state_epoch: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let state_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            state_epoch,
            start_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition);
        s.i32(self.state_epoch);
        s.i64(self.start_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    InitializeShareGroupStateRequest<'a>,
    "InitializeShareGroupStateRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for InitializeShareGroupStateRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::InitializeShareGroupState;
    type Response<'r> =
        crate::initialize_share_group_state_response::InitializeShareGroupStateResponse<'r>;
}
