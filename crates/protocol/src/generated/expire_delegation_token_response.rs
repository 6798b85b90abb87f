// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ExpireDelegationTokenResponse`: API key 40, versions 1-2, flexible 2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `ExpireDelegationTokenResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExpireDelegationTokenResponse {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ExpiryTimestampMs`: versions 0+.
    pub expiry_timestamp_ms: i64,
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ExpireDelegationTokenResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let expiry_timestamp_ms = r.i64()?;
        let throttle_time_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            expiry_timestamp_ms,
            throttle_time_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.i64(self.expiry_timestamp_ms);
        s.i32(self.throttle_time_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    ExpireDelegationTokenResponse,
    "ExpireDelegationTokenResponse",
    1,
    2
);

impl<'a> crate::Response<'a> for ExpireDelegationTokenResponse {
    const KEY: crate::ApiKey = crate::ApiKey::ExpireDelegationToken;
}
