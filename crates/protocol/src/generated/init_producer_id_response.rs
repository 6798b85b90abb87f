// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `InitProducerIdResponse`: API key 22, versions 0-6, flexible 2-6.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::ErrorCode;

/// `InitProducerIdResponse`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct InitProducerIdResponse {
    /// `ThrottleTimeMs`: versions 0+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ProducerId`: versions 0+, default -1.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `OngoingTxnProducerId`: versions 6+, default -1.
    pub ongoing_txn_producer_id: i64,
    /// `OngoingTxnProducerEpoch`: versions 6+, default -1.
    pub ongoing_txn_producer_epoch: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for InitProducerIdResponse {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            producer_id: -1,
            producer_epoch: 0,
            ongoing_txn_producer_id: -1,
            ongoing_txn_producer_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl InitProducerIdResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let ongoing_txn_producer_id = if version >= 6 { r.i64()? } else { -1 };
        let ongoing_txn_producer_epoch = if version >= 6 { r.i16()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            producer_id,
            producer_epoch,
            ongoing_txn_producer_id,
            ongoing_txn_producer_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        if version >= 6 {
            s.i64(self.ongoing_txn_producer_id);
        } else if self.ongoing_txn_producer_id != -1 {
            return Err(EncodeError::not_in_version("OngoingTxnProducerId", version));
        }
        if version >= 6 {
            s.i16(self.ongoing_txn_producer_epoch);
        } else if self.ongoing_txn_producer_epoch != -1 {
            return Err(EncodeError::not_in_version(
                "OngoingTxnProducerEpoch",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(InitProducerIdResponse, "InitProducerIdResponse", 0, 6);

impl<'a> crate::Response<'a> for InitProducerIdResponse {
    const KEY: crate::ApiKey = crate::ApiKey::InitProducerId;
}
