// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `InitProducerIdRequest`: API key 22, versions 0-6, flexible 2-6.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `InitProducerIdRequest`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct InitProducerIdRequest<'a> {
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Option<Str<'a>>,
    /// `TransactionTimeoutMs`: versions 0+.
    pub transaction_timeout_ms: i32,
    /// `ProducerId`: versions 3+, default -1.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 3+, default -1.
    pub producer_epoch: i16,
    /// `Enable2Pc`: versions 6+.
    pub enable2_pc: bool,
    /// `KeepPreparedTxn`: versions 6+.
    pub keep_prepared_txn: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for InitProducerIdRequest<'_> {
    fn default() -> Self {
        Self {
            transactional_id: Some(Str::default()),
            transaction_timeout_ms: 0,
            producer_id: -1,
            producer_epoch: -1,
            enable2_pc: false,
            keep_prepared_txn: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> InitProducerIdRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let transactional_id = r.opt_string(flexible, true)?;
        let transaction_timeout_ms = r.i32()?;
        let producer_id = if version >= 3 { r.i64()? } else { -1 };
        let producer_epoch = if version >= 3 { r.i16()? } else { -1 };
        let enable2_pc = if version >= 6 { r.bool()? } else { false };
        let keep_prepared_txn = if version >= 6 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            transaction_timeout_ms,
            producer_id,
            producer_epoch,
            enable2_pc,
            keep_prepared_txn,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.opt_string(
            flexible,
            true,
            self.transactional_id.as_deref(),
            "TransactionalId",
        )?;
        s.i32(self.transaction_timeout_ms);
        if version >= 3 {
            s.i64(self.producer_id);
        } else if self.producer_id != -1 {
            return Err(EncodeError::not_in_version("ProducerId", version));
        }
        if version >= 3 {
            s.i16(self.producer_epoch);
        } else if self.producer_epoch != -1 {
            return Err(EncodeError::not_in_version("ProducerEpoch", version));
        }
        if version >= 6 {
            s.bool(self.enable2_pc);
        } else if self.enable2_pc {
            return Err(EncodeError::not_in_version("Enable2Pc", version));
        }
        if version >= 6 {
            s.bool(self.keep_prepared_txn);
        } else if self.keep_prepared_txn {
            return Err(EncodeError::not_in_version("KeepPreparedTxn", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> InitProducerIdRequest<'static> {
        InitProducerIdRequest {
            transactional_id: self.transactional_id.map(owned_str),
            transaction_timeout_ms: self.transaction_timeout_ms,
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            enable2_pc: self.enable2_pc,
            keep_prepared_txn: self.keep_prepared_txn,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(InitProducerIdRequest<'a>, "InitProducerIdRequest", 0, 6);

impl<'a> crate::Request<'a> for InitProducerIdRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::InitProducerId;
    type Response<'r> = crate::init_producer_id_response::InitProducerIdResponse;
}
