// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `TransactionLogValue`: record type 0, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `TransactionLogValue`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct TransactionLogValue<'a> {
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `PreviousProducerId`: versions 1+, tag 0, default -1.
    pub previous_producer_id: i64,
    /// `NextProducerId`: versions 1+, tag 1, default -1.
    pub next_producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `NextProducerEpoch`: versions 1+, tag 3, default -1.
    pub next_producer_epoch: i16,
    /// `TransactionTimeoutMs`: versions 0+.
    pub transaction_timeout_ms: i32,
    /// `TransactionStatus`: versions 0+.
    pub transaction_status: i8,
    /// `TransactionPartitions`: versions 0+.
    pub transaction_partitions: Option<Vec<PartitionsSchema<'a>>>,
    /// `TransactionLastUpdateTimestampMs`: versions 0+.
    pub transaction_last_update_timestamp_ms: i64,
    /// `TransactionStartTimestampMs`: versions 0+.
    pub transaction_start_timestamp_ms: i64,
    /// `ClientTransactionVersion`: versions 1+, tag 2.
    pub client_transaction_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for TransactionLogValue<'_> {
    fn default() -> Self {
        Self {
            producer_id: 0,
            previous_producer_id: -1,
            next_producer_id: -1,
            producer_epoch: 0,
            next_producer_epoch: -1,
            transaction_timeout_ms: 0,
            transaction_status: 0,
            transaction_partitions: Some(Vec::new()),
            transaction_last_update_timestamp_ms: 0,
            transaction_start_timestamp_ms: 0,
            client_transaction_version: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> TransactionLogValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let producer_id = r.i64()?;
        let mut previous_producer_id = -1;
        let mut next_producer_id = -1;
        let producer_epoch = r.i16()?;
        let mut next_producer_epoch = -1;
        let transaction_timeout_ms = r.i32()?;
        let transaction_status = r.i8()?;
        let transaction_partitions =
            r.opt_array(flexible, true, 3, |r| PartitionsSchema::read(r, version))?;
        let transaction_last_update_timestamp_ms = r.i64()?;
        let transaction_start_timestamp_ms = r.i64()?;
        let mut client_transaction_version = 0;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => previous_producer_id = field.i64()?,
                    1 => next_producer_id = field.i64()?,
                    2 => client_transaction_version = field.i16()?,
                    3 => next_producer_epoch = field.i16()?,

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            producer_id,
            previous_producer_id,
            next_producer_id,
            producer_epoch,
            next_producer_epoch,
            transaction_timeout_ms,
            transaction_status,
            transaction_partitions,
            transaction_last_update_timestamp_ms,
            transaction_start_timestamp_ms,
            client_transaction_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i64(self.producer_id);
        if version <= 0 && self.previous_producer_id != -1 {
            return Err(EncodeError::not_in_version("PreviousProducerId", version));
        }
        if version <= 0 && self.next_producer_id != -1 {
            return Err(EncodeError::not_in_version("NextProducerId", version));
        }
        s.i16(self.producer_epoch);
        if version <= 0 && self.next_producer_epoch != -1 {
            return Err(EncodeError::not_in_version("NextProducerEpoch", version));
        }
        s.i32(self.transaction_timeout_ms);
        s.i8(self.transaction_status);
        match &self.transaction_partitions {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "TransactionPartitions")?,
        }
        s.i64(self.transaction_last_update_timestamp_ms);
        s.i64(self.transaction_start_timestamp_ms);
        if version <= 0 && self.client_transaction_version != 0 {
            return Err(EncodeError::not_in_version(
                "ClientTransactionVersion",
                version,
            ));
        }
        if flexible {
            let has_0 = self.previous_producer_id != -1;
            let has_1 = self.next_producer_id != -1;
            let has_2 = self.client_transaction_version != 0;
            let has_3 = self.next_producer_epoch != -1;
            s.uvarint(
                self.unknown_tagged_fields.len()
                    + u32::from(has_0)
                    + u32::from(has_1)
                    + u32::from(has_2)
                    + u32::from(has_3),
            );
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                s.tagged_field(0, 8)?;
                s.i64(self.previous_producer_id);
            }
            self.unknown_tagged_fields
                .write_between(s, Some(0), Some(1))?;
            if has_1 {
                s.tagged_field(1, 8)?;
                s.i64(self.next_producer_id);
            }
            self.unknown_tagged_fields
                .write_between(s, Some(1), Some(2))?;
            if has_2 {
                s.tagged_field(2, 2)?;
                s.i16(self.client_transaction_version);
            }
            self.unknown_tagged_fields
                .write_between(s, Some(2), Some(3))?;
            if has_3 {
                s.tagged_field(3, 2)?;
                s.i16(self.next_producer_epoch);
            }
            self.unknown_tagged_fields.write_between(s, Some(3), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TransactionLogValue<'static> {
        TransactionLogValue {
            producer_id: self.producer_id,
            previous_producer_id: self.previous_producer_id,
            next_producer_id: self.next_producer_id,
            producer_epoch: self.producer_epoch,
            next_producer_epoch: self.next_producer_epoch,
            transaction_timeout_ms: self.transaction_timeout_ms,
            transaction_status: self.transaction_status,
            transaction_partitions: self
                .transaction_partitions
                .map(|items| owned_vec(items, PartitionsSchema::into_owned)),
            transaction_last_update_timestamp_ms: self.transaction_last_update_timestamp_ms,
            transaction_start_timestamp_ms: self.transaction_start_timestamp_ms,
            client_transaction_version: self.client_transaction_version,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `TransactionLogValue`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionsSchema<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `PartitionIds`: versions 0+.
    pub partition_ids: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionsSchema<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let topic = r.string(flexible)?;
        let partition_ids = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partition_ids,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partition_ids.len()))?;
        for x in &self.partition_ids {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionsSchema<'static> {
        PartitionsSchema {
            topic: owned_str(self.topic),
            partition_ids: self.partition_ids,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(TransactionLogValue<'a>, "TransactionLogValue", 0, 1);
