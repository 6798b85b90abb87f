// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteShareGroupOffsetsRequest`: API key 92, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DeleteShareGroupOffsetsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteShareGroupOffsetsRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<DeleteShareGroupOffsetsRequestTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteShareGroupOffsetsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 2, |r| {
            DeleteShareGroupOffsetsRequestTopic::read(r, version)
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
    pub fn into_owned(self) -> DeleteShareGroupOffsetsRequest<'static> {
        DeleteShareGroupOffsetsRequest {
            group_id: owned_str(self.group_id),
            topics: owned_vec(self.topics, DeleteShareGroupOffsetsRequestTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteShareGroupOffsetsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteShareGroupOffsetsRequestTopic<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteShareGroupOffsetsRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteShareGroupOffsetsRequestTopic<'static> {
        DeleteShareGroupOffsetsRequestTopic {
            topic_name: owned_str(self.topic_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DeleteShareGroupOffsetsRequest<'a>,
    "DeleteShareGroupOffsetsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DeleteShareGroupOffsetsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteShareGroupOffsets;
    type Response<'r> =
        crate::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse<'r>;
}
