// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RenewDelegationTokenRequest`: API key 39, versions 1-2, flexible 2.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};

/// `RenewDelegationTokenRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RenewDelegationTokenRequest<'a> {
    /// `Hmac`: versions 0+.
    pub hmac: Bytes<'a>,
    /// `RenewPeriodMs`: versions 0+.
    pub renew_period_ms: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RenewDelegationTokenRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let hmac = r.bytes(flexible)?;
        let renew_period_ms = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            hmac,
            renew_period_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.bytes(flexible, &self.hmac)?;
        s.i64(self.renew_period_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RenewDelegationTokenRequest<'static> {
        RenewDelegationTokenRequest {
            hmac: owned_bytes(self.hmac),
            renew_period_ms: self.renew_period_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    RenewDelegationTokenRequest<'a>,
    "RenewDelegationTokenRequest",
    1,
    2
);

impl<'a> crate::Request<'a> for RenewDelegationTokenRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::RenewDelegationToken;
    type Response<'r> = crate::renew_delegation_token_response::RenewDelegationTokenResponse;
}
