// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RequestHeader`: versions 1-2, flexible 2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `RequestHeader` with every field of versions 1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestHeader<'a> {
    /// `RequestApiKey`: versions 0+.
    pub request_api_key: i16,
    /// `RequestApiVersion`: versions 0+.
    pub request_api_version: i16,
    /// `CorrelationId`: versions 0+.
    pub correlation_id: i32,
    /// `ClientId`: versions 1+.
    pub client_id: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for RequestHeader<'_> {
    fn default() -> Self {
        Self {
            request_api_key: 0,
            request_api_version: 0,
            correlation_id: 0,
            client_id: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> RequestHeader<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let request_api_key = r.i16()?;
        let request_api_version = r.i16()?;
        let correlation_id = r.i32()?;
        let client_id = r.opt_string(false, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            request_api_key,
            request_api_version,
            correlation_id,
            client_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i16(self.request_api_key);
        s.i16(self.request_api_version);
        s.i32(self.correlation_id);
        s.opt_string(false, true, self.client_id.as_deref(), "ClientId")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RequestHeader<'static> {
        RequestHeader {
            request_api_key: self.request_api_key,
            request_api_version: self.request_api_version,
            correlation_id: self.correlation_id,
            client_id: self.client_id.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(RequestHeader<'a>, "RequestHeader", 1, 2);
