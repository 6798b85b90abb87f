// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BrokerHeartbeatResponse`: API key 63, versions 0-2, flexible 0-2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `BrokerHeartbeatResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerHeartbeatResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `IsCaughtUp`: versions 0+.
    pub is_caught_up: bool,
    /// `IsFenced`: versions 0+, default true.
    pub is_fenced: bool,
    /// `ShouldShutDown`: versions 0+.
    pub should_shut_down: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BrokerHeartbeatResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            is_caught_up: false,
            is_fenced: true,
            should_shut_down: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl BrokerHeartbeatResponse {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let is_caught_up = r.bool()?;
        let is_fenced = r.bool()?;
        let should_shut_down = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            is_caught_up,
            is_fenced,
            should_shut_down,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.bool(self.is_caught_up);
        s.bool(self.is_fenced);
        s.bool(self.should_shut_down);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(BrokerHeartbeatResponse, "BrokerHeartbeatResponse", 0, 2);

impl<'a> crate::Response<'a> for BrokerHeartbeatResponse {
    const KEY: crate::ApiKey = crate::ApiKey::BrokerHeartbeat;
}
