// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AddPartitionsToTxnRequest`: API key 24, versions 0-5, flexible 3-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AddPartitionsToTxnRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnRequest<'a> {
    /// `Transactions`: versions 4+.
    pub transactions: Vec<AddPartitionsToTxnTransaction<'a>>,
    /// `V3AndBelowTransactionalId`: versions 0-3.
    pub v3_and_below_transactional_id: Str<'a>,
    /// `V3AndBelowProducerId`: versions 0-3.
    pub v3_and_below_producer_id: i64,
    /// `V3AndBelowProducerEpoch`: versions 0-3.
    pub v3_and_below_producer_epoch: i16,
    /// `V3AndBelowTopics`: versions 0-3.
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let transactions = if version >= 4 {
            r.array(flexible, 14, |r| {
                AddPartitionsToTxnTransaction::read(r, version)
            })?
        } else {
            Vec::new()
        };
        let v3_and_below_transactional_id = if version <= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let v3_and_below_producer_id = if version <= 3 { r.i64()? } else { 0 };
        let v3_and_below_producer_epoch = if version <= 3 { r.i16()? } else { 0 };
        let v3_and_below_topics = if version <= 3 {
            r.array(flexible, 3, |r| AddPartitionsToTxnTopic::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactions,
            v3_and_below_transactional_id,
            v3_and_below_producer_id,
            v3_and_below_producer_epoch,
            v3_and_below_topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version >= 4 {
            s.len32(flexible, Some(self.transactions.len()))?;
            for x in &self.transactions {
                x.write(s, version)?;
            }
        } else if !self.transactions.is_empty() {
            return Err(EncodeError::not_in_version("Transactions", version));
        }
        if version <= 3 {
            s.string(flexible, &self.v3_and_below_transactional_id)?;
        } else if !self.v3_and_below_transactional_id.is_empty() {
            return Err(EncodeError::not_in_version(
                "V3AndBelowTransactionalId",
                version,
            ));
        }
        if version <= 3 {
            s.i64(self.v3_and_below_producer_id);
        } else if self.v3_and_below_producer_id != 0 {
            return Err(EncodeError::not_in_version("V3AndBelowProducerId", version));
        }
        if version <= 3 {
            s.i16(self.v3_and_below_producer_epoch);
        } else if self.v3_and_below_producer_epoch != 0 {
            return Err(EncodeError::not_in_version(
                "V3AndBelowProducerEpoch",
                version,
            ));
        }
        if version <= 3 {
            s.len32(flexible, Some(self.v3_and_below_topics.len()))?;
            for x in &self.v3_and_below_topics {
                x.write(s, version)?;
            }
        } else if !self.v3_and_below_topics.is_empty() {
            return Err(EncodeError::not_in_version("V3AndBelowTopics", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnRequest<'static> {
        AddPartitionsToTxnRequest {
            transactions: owned_vec(self.transactions, AddPartitionsToTxnTransaction::into_owned),
            v3_and_below_transactional_id: owned_str(self.v3_and_below_transactional_id),
            v3_and_below_producer_id: self.v3_and_below_producer_id,
            v3_and_below_producer_epoch: self.v3_and_below_producer_epoch,
            v3_and_below_topics: owned_vec(
                self.v3_and_below_topics,
                AddPartitionsToTxnTopic::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddPartitionsToTxnRequest`, versions 4-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnTransaction<'a> {
    /// `TransactionalId`: versions 4+.
    pub transactional_id: Str<'a>,
    /// `ProducerId`: versions 4+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 4+.
    pub producer_epoch: i16,
    /// `VerifyOnly`: versions 4+.
    pub verify_only: bool,
    /// `Topics`: versions 4+.
    pub topics: Vec<AddPartitionsToTxnTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnTransaction<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let transactional_id = r.string(flexible)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let verify_only = r.bool()?;
        let topics = r.array(flexible, 3, |r| AddPartitionsToTxnTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            producer_id,
            producer_epoch,
            verify_only,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.transactional_id)?;
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        s.bool(self.verify_only);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnTransaction<'static> {
        AddPartitionsToTxnTransaction {
            transactional_id: owned_str(self.transactional_id),
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            verify_only: self.verify_only,
            topics: owned_vec(self.topics, AddPartitionsToTxnTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddPartitionsToTxnRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnTopic<'static> {
        AddPartitionsToTxnTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AddPartitionsToTxnRequest<'a>,
    "AddPartitionsToTxnRequest",
    0,
    5
);

impl<'a> crate::Request<'a> for AddPartitionsToTxnRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AddPartitionsToTxn;
    type Response<'r> = crate::add_partitions_to_txn_response::AddPartitionsToTxnResponse<'r>;
}
