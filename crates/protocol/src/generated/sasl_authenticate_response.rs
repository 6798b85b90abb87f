// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SaslAuthenticateResponse`: API key 36, versions 0-2, flexible 2.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};
use model::ErrorCode;

/// `SaslAuthenticateResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct SaslAuthenticateResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `AuthBytes`: versions 0+.
    pub auth_bytes: Bytes<'a>,
    /// `SessionLifetimeMs`: versions 1+, ignorable.
    pub session_lifetime_ms: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for SaslAuthenticateResponse<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            auth_bytes: Bytes::default(),
            session_lifetime_ms: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> SaslAuthenticateResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let auth_bytes = r.bytes(flexible)?;
        let session_lifetime_ms = if version >= 1 { r.i64()? } else { 0 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            auth_bytes,
            session_lifetime_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.bytes(flexible, &self.auth_bytes)?;
        if version >= 1 {
            s.i64(self.session_lifetime_ms);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SaslAuthenticateResponse<'static> {
        SaslAuthenticateResponse {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            auth_bytes: owned_bytes(self.auth_bytes),
            session_lifetime_ms: self.session_lifetime_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    SaslAuthenticateResponse<'a>,
    "SaslAuthenticateResponse",
    0,
    2
);

impl<'a> crate::Response<'a> for SaslAuthenticateResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SaslAuthenticate;
}
