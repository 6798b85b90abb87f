// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteShareGroupStateRequest`: API key 86, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `DeleteShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteShareGroupStateRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<DeleteStateData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteShareGroupStateRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 18, |r| DeleteStateData::read(r, version))?;
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
    pub fn into_owned(self) -> DeleteShareGroupStateRequest<'static> {
        DeleteShareGroupStateRequest {
            group_id: owned_str(self.group_id),
            topics: self.topics,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteStateData {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl DeleteStateData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 5, |r| PartitionData::read(r, version))?;
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

/// Part of `DeleteShareGroupStateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    DeleteShareGroupStateRequest<'a>,
    "DeleteShareGroupStateRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DeleteShareGroupStateRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteShareGroupState;
    type Response<'r> = crate::delete_share_group_state_response::DeleteShareGroupStateResponse<'r>;
}
