// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AddOffsetsToTxnResponse`: API key 25, versions 0-4, flexible 3-4.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `AddOffsetsToTxnResponse`, versions 0-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddOffsetsToTxnResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AddOffsetsToTxnResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(AddOffsetsToTxnResponse, "AddOffsetsToTxnResponse", 0, 4);

impl<'a> crate::Response<'a> for AddOffsetsToTxnResponse {
    const KEY: crate::ApiKey = crate::ApiKey::AddOffsetsToTxn;
}
