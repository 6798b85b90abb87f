// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EndTxnRequest`: API key 26, versions 0-5, flexible 3-5.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `EndTxnRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndTxnRequest<'a> {
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Str<'a>,
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `Committed`: versions 0+.
    pub committed: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> EndTxnRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let transactional_id = r.string(flexible)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let committed = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            producer_id,
            producer_epoch,
            committed,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.transactional_id)?;
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        s.bool(self.committed);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EndTxnRequest<'static> {
        EndTxnRequest {
            transactional_id: owned_str(self.transactional_id),
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            committed: self.committed,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(EndTxnRequest<'a>, "EndTxnRequest", 0, 5);

impl<'a> crate::Request<'a> for EndTxnRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::EndTxn;
    type Response<'r> = crate::end_txn_response::EndTxnResponse;
}
