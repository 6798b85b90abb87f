// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListTransactionsResponse`: API key 66, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ListTransactionsResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListTransactionsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `UnknownStateFilters`: versions 0+.
    pub unknown_state_filters: Vec<Str<'a>>,
    /// `TransactionStates`: versions 0+.
    pub transaction_states: Vec<TransactionState<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListTransactionsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let unknown_state_filters = r.array(flexible, 1, |r| r.string(flexible))?;
        let transaction_states = r.array(flexible, 11, |r| TransactionState::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            unknown_state_filters,
            transaction_states,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.unknown_state_filters.len()))?;
        for x in &self.unknown_state_filters {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.transaction_states.len()))?;
        for x in &self.transaction_states {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListTransactionsResponse<'static> {
        ListTransactionsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            unknown_state_filters: owned_vec(self.unknown_state_filters, owned_str),
            transaction_states: owned_vec(self.transaction_states, TransactionState::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListTransactionsResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransactionState<'a> {
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Str<'a>,
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `TransactionState`: versions 0+.
    pub transaction_state: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TransactionState<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let transactional_id = r.string(flexible)?;
        let producer_id = r.i64()?;
        let transaction_state = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            producer_id,
            transaction_state,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.transactional_id)?;
        s.i64(self.producer_id);
        s.string(flexible, &self.transaction_state)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TransactionState<'static> {
        TransactionState {
            transactional_id: owned_str(self.transactional_id),
            producer_id: self.producer_id,
            transaction_state: owned_str(self.transaction_state),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ListTransactionsResponse<'a>,
    "ListTransactionsResponse",
    0,
    2
);

impl<'a> crate::Response<'a> for ListTransactionsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListTransactions;
}
