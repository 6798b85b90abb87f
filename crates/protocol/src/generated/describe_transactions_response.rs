// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeTransactionsResponse`: API key 65, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeTransactionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeTransactionsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `TransactionStates`: versions 0+.
    pub transaction_states: Vec<TransactionState<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeTransactionsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let transaction_states = r.array(flexible, 28, |r| TransactionState::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            transaction_states,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.transaction_states.len()))?;
        for x in &self.transaction_states {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeTransactionsResponse<'static> {
        DescribeTransactionsResponse {
            throttle_time_ms: self.throttle_time_ms,
            transaction_states: owned_vec(self.transaction_states, TransactionState::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTransactionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransactionState<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Str<'a>,
    /// `TransactionState`: versions 0+.
    pub transaction_state: Str<'a>,
    /// `TransactionTimeoutMs`: versions 0+.
    pub transaction_timeout_ms: i32,
    /// `TransactionStartTimeMs`: versions 0+.
    pub transaction_start_time_ms: i64,
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TransactionState<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let transactional_id = r.string(flexible)?;
        let transaction_state = r.string(flexible)?;
        let transaction_timeout_ms = r.i32()?;
        let transaction_start_time_ms = r.i64()?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            transactional_id,
            transaction_state,
            transaction_timeout_ms,
            transaction_start_time_ms,
            producer_id,
            producer_epoch,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.string(flexible, &self.transactional_id)?;
        s.string(flexible, &self.transaction_state)?;
        s.i32(self.transaction_timeout_ms);
        s.i64(self.transaction_start_time_ms);
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TransactionState<'static> {
        TransactionState {
            error_code: self.error_code,
            transactional_id: owned_str(self.transactional_id),
            transaction_state: owned_str(self.transaction_state),
            transaction_timeout_ms: self.transaction_timeout_ms,
            transaction_start_time_ms: self.transaction_start_time_ms,
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            topics: owned_vec(self.topics, TopicData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTransactionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicData<'static> {
        TopicData {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeTransactionsResponse<'a>,
    "DescribeTransactionsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for DescribeTransactionsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeTransactions;
}
