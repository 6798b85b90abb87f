// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SaslAuthenticateRequest`: API key 36, versions 0-2, flexible 2.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};

/// `SaslAuthenticateRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaslAuthenticateRequest<'a> {
    /// `AuthBytes`: versions 0+.
    pub auth_bytes: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> SaslAuthenticateRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let auth_bytes = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            auth_bytes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.bytes(flexible, &self.auth_bytes)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SaslAuthenticateRequest<'static> {
        SaslAuthenticateRequest {
            auth_bytes: owned_bytes(self.auth_bytes),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(SaslAuthenticateRequest<'a>, "SaslAuthenticateRequest", 0, 2);

impl<'a> crate::Request<'a> for SaslAuthenticateRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SaslAuthenticate;
    type Response<'r> = crate::sasl_authenticate_response::SaslAuthenticateResponse<'r>;
}
