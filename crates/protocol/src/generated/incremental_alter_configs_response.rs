// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `IncrementalAlterConfigsResponse`: API key 44, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `IncrementalAlterConfigsResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IncrementalAlterConfigsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Responses`: versions 0+.
    pub responses: Vec<AlterConfigsResourceResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> IncrementalAlterConfigsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let throttle_time_ms = r.i32()?;
        let responses = r.array(flexible, 6, |r| {
            AlterConfigsResourceResponse::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            responses,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> IncrementalAlterConfigsResponse<'static> {
        IncrementalAlterConfigsResponse {
            throttle_time_ms: self.throttle_time_ms,
            responses: owned_vec(self.responses, AlterConfigsResourceResponse::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `IncrementalAlterConfigsResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterConfigsResourceResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AlterConfigsResourceResponse<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            resource_type: 0,
            resource_name: Str::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AlterConfigsResourceResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            resource_type,
            resource_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterConfigsResourceResponse<'static> {
        AlterConfigsResourceResponse {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    IncrementalAlterConfigsResponse<'a>,
    "IncrementalAlterConfigsResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for IncrementalAlterConfigsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::IncrementalAlterConfigs;
}
