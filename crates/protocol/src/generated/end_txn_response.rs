// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EndTxnResponse`: API key 26, versions 0-5, flexible 3-5.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `EndTxnResponse`, versions 0-5.
#[derive(Clone, Debug, PartialEq)]
pub struct EndTxnResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ProducerId`: versions 5+, default -1, ignorable.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 5+, default -1, ignorable.
    pub producer_epoch: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EndTxnResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            producer_id: -1,
            producer_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl EndTxnResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let producer_id = if version >= 5 { r.i64()? } else { -1 };
        let producer_epoch = if version >= 5 { r.i16()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            producer_id,
            producer_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        if version >= 5 {
            s.i64(self.producer_id);
        }
        if version >= 5 {
            s.i16(self.producer_epoch);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(EndTxnResponse, "EndTxnResponse", 0, 5);

impl<'a> crate::Response<'a> for EndTxnResponse {
    const KEY: crate::ApiKey = crate::ApiKey::EndTxn;
}
