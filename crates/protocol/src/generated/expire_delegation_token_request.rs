// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ExpireDelegationTokenRequest`: API key 40, versions 1-2, flexible 2.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};

/// `ExpireDelegationTokenRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExpireDelegationTokenRequest<'a> {
    /// `Hmac`: versions 0+.
    pub hmac: Bytes<'a>,
    /// `ExpiryTimePeriodMs`: versions 0+.
    pub expiry_time_period_ms: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ExpireDelegationTokenRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let hmac = r.bytes(flexible)?;
        let expiry_time_period_ms = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            hmac,
            expiry_time_period_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.bytes(flexible, &self.hmac)?;
        s.i64(self.expiry_time_period_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ExpireDelegationTokenRequest<'static> {
        ExpireDelegationTokenRequest {
            hmac: owned_bytes(self.hmac),
            expiry_time_period_ms: self.expiry_time_period_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ExpireDelegationTokenRequest<'a>,
    "ExpireDelegationTokenRequest",
    1,
    2
);

impl<'a> crate::Request<'a> for ExpireDelegationTokenRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ExpireDelegationToken;
    type Response<'r> = crate::expire_delegation_token_response::ExpireDelegationTokenResponse;
}
