// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AllocateProducerIdsResponse`: API key 67, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `AllocateProducerIdsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AllocateProducerIdsResponse {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ProducerIdStart`: versions 0+.
    pub producer_id_start: i64,
    /// `ProducerIdLen`: versions 0+.
    pub producer_id_len: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AllocateProducerIdsResponse {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let producer_id_start = r.i64()?;
        let producer_id_len = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            producer_id_start,
            producer_id_len,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.i64(self.producer_id_start);
        s.i32(self.producer_id_len);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    AllocateProducerIdsResponse,
    "AllocateProducerIdsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for AllocateProducerIdsResponse {
    const KEY: crate::ApiKey = crate::ApiKey::AllocateProducerIds;
}
