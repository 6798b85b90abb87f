// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EnvelopeResponse`: API key 58, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};
use model::ErrorCode;

/// `EnvelopeResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnvelopeResponse<'a> {
    /// `ResponseData`: versions 0+.
    pub response_data: Option<Bytes<'a>>,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> EnvelopeResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let response_data = r.opt_bytes(flexible, true)?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            response_data,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_bytes(
            flexible,
            true,
            self.response_data.as_deref(),
            "ResponseData",
        )?;
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EnvelopeResponse<'static> {
        EnvelopeResponse {
            response_data: self.response_data.map(owned_bytes),
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(EnvelopeResponse<'a>, "EnvelopeResponse", 0, 0);

impl<'a> crate::Response<'a> for EnvelopeResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Envelope;
}
