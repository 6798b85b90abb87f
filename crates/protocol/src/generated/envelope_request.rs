// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EnvelopeRequest`: API key 58, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};

/// `EnvelopeRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvelopeRequest<'a> {
    /// `RequestData`: versions 0+.
    pub request_data: Bytes<'a>,
    /// `RequestPrincipal`: versions 0+.
    pub request_principal: Option<Bytes<'a>>,
    /// `ClientHostAddress`: versions 0+.
    pub client_host_address: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EnvelopeRequest<'_> {
    fn default() -> Self {
        Self {
            request_data: Bytes::default(),
            request_principal: Some(Bytes::default()),
            client_host_address: Bytes::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> EnvelopeRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let request_data = r.bytes(flexible)?;
        let request_principal = r.opt_bytes(flexible, true)?;
        let client_host_address = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            request_data,
            request_principal,
            client_host_address,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.bytes(flexible, &self.request_data)?;
        s.opt_bytes(
            flexible,
            true,
            self.request_principal.as_deref(),
            "RequestPrincipal",
        )?;
        s.bytes(flexible, &self.client_host_address)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EnvelopeRequest<'static> {
        EnvelopeRequest {
            request_data: owned_bytes(self.request_data),
            request_principal: self.request_principal.map(owned_bytes),
            client_host_address: owned_bytes(self.client_host_address),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(EnvelopeRequest<'a>, "EnvelopeRequest", 0, 0);

impl<'a> crate::Request<'a> for EnvelopeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Envelope;
    type Response<'r> = crate::envelope_response::EnvelopeResponse<'r>;
}
