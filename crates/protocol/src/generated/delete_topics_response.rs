// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteTopicsResponse`: API key 20, versions 1-6, flexible 4-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `DeleteTopicsResponse`, versions 1-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteTopicsResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `Responses`: versions 0+.
    pub responses: Vec<DeletableTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteTopicsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let throttle_time_ms = r.i32()?;
        let responses = r.array(flexible, 4, |r| DeletableTopicResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            responses,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteTopicsResponse<'static> {
        DeleteTopicsResponse {
            throttle_time_ms: self.throttle_time_ms,
            responses: owned_vec(self.responses, DeletableTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteTopicsResponse`, versions 1-6.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletableTopicResult<'a> {
    /// `Name`: versions 0+, null in 6+.
    pub name: Option<Str<'a>>,
    /// `TopicId`: versions 6+, ignorable.
    pub topic_id: Uuid,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 5+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DeletableTopicResult<'_> {
    fn default() -> Self {
        Self {
            name: Some(Str::default()),
            topic_id: Uuid::ZERO,
            error_code: ErrorCode::NONE,
            error_message: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DeletableTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.opt_string(flexible, version >= 6)?;
        let topic_id = if version >= 6 { r.uuid()? } else { Uuid::ZERO };
        let error_code = r.error_code()?;
        let error_message = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.opt_string(flexible, version >= 6, self.name.as_deref(), "Name")?;
        if version >= 6 {
            s.uuid(self.topic_id);
        }
        s.error_code(self.error_code);
        if version >= 5 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeletableTopicResult<'static> {
        DeletableTopicResult {
            name: self.name.map(owned_str),
            topic_id: self.topic_id,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteTopicsResponse<'a>, "DeleteTopicsResponse", 1, 6);

impl<'a> crate::Response<'a> for DeleteTopicsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteTopics;
}
