// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteTopicsRequest`: API key 20, versions 1-6, flexible 4-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `DeleteTopicsRequest`, versions 1-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteTopicsRequest<'a> {
    /// `Topics`: versions 6+.
    pub topics: Vec<DeleteTopicState<'a>>,
    /// `TopicNames`: versions 0-5, ignorable.
    pub topic_names: Vec<Str<'a>>,
    /// `TimeoutMs`: versions 0+.
    pub timeout_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteTopicsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let topics = if version >= 6 {
            r.array(flexible, 18, |r| DeleteTopicState::read(r, version))?
        } else {
            Vec::new()
        };
        let topic_names = if version <= 5 {
            r.array(flexible, 1, |r| r.string(flexible))?
        } else {
            Vec::new()
        };
        let timeout_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            topic_names,
            timeout_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if version >= 6 {
            s.len32(flexible, Some(self.topics.len()))?;
            for x in &self.topics {
                x.write(s, version)?;
            }
        } else if !self.topics.is_empty() {
            return Err(EncodeError::not_in_version("Topics", version));
        }
        if version <= 5 {
            s.len32(flexible, Some(self.topic_names.len()))?;
            for x in &self.topic_names {
                s.string(flexible, x)?;
            }
        }
        s.i32(self.timeout_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteTopicsRequest<'static> {
        DeleteTopicsRequest {
            topics: owned_vec(self.topics, DeleteTopicState::into_owned),
            topic_names: owned_vec(self.topic_names, owned_str),
            timeout_ms: self.timeout_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteTopicsRequest`, versions 6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteTopicState<'a> {
    /// `Name`: versions 6+.
    pub name: Option<Str<'a>>,
    /// `TopicId`: versions 6+.
    pub topic_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteTopicState<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.opt_string(flexible, true)?;
        let topic_id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.name.as_deref(), "Name")?;
        s.uuid(self.topic_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteTopicState<'static> {
        DeleteTopicState {
            name: self.name.map(owned_str),
            topic_id: self.topic_id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteTopicsRequest<'a>, "DeleteTopicsRequest", 1, 6);

impl<'a> crate::Request<'a> for DeleteTopicsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteTopics;
    type Response<'r> = crate::delete_topics_response::DeleteTopicsResponse<'r>;
}
