// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AddOffsetsToTxnRequest`: API key 25, versions 0-4, flexible 3-4.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `AddOffsetsToTxnRequest`, versions 0-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddOffsetsToTxnRequest<'a> {
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Str<'a>,
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddOffsetsToTxnRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let transactional_id = r.string(flexible)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let group_id = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            producer_id,
            producer_epoch,
            group_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.transactional_id)?;
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        s.string(flexible, &self.group_id)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddOffsetsToTxnRequest<'static> {
        AddOffsetsToTxnRequest {
            transactional_id: owned_str(self.transactional_id),
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            group_id: owned_str(self.group_id),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(AddOffsetsToTxnRequest<'a>, "AddOffsetsToTxnRequest", 0, 4);

impl<'a> crate::Request<'a> for AddOffsetsToTxnRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AddOffsetsToTxn;
    type Response<'r> = crate::add_offsets_to_txn_response::AddOffsetsToTxnResponse;
}
