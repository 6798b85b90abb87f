// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BrokerRegistrationResponse`: API key 62, versions 0-4, flexible 0-4.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `BrokerRegistrationResponse`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerRegistrationResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `BrokerEpoch`: versions 0+, default -1.
    pub broker_epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BrokerRegistrationResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            broker_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl BrokerRegistrationResponse {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let broker_epoch = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            broker_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.i64(self.broker_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    BrokerRegistrationResponse,
    "BrokerRegistrationResponse",
    0,
    4
);

impl<'a> crate::Response<'a> for BrokerRegistrationResponse {
    const KEY: crate::ApiKey = crate::ApiKey::BrokerRegistration;
}
