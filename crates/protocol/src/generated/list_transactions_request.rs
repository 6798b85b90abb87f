// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListTransactionsRequest`: API key 66, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ListTransactionsRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ListTransactionsRequest<'a> {
    /// `StateFilters`: versions 0+.
    pub state_filters: Vec<Str<'a>>,
    /// `ProducerIdFilters`: versions 0+.
    pub producer_id_filters: Vec<i64>,
    /// `DurationFilter`: versions 1+, default -1.
    pub duration_filter: i64,
    /// `TransactionalIdPattern`: versions 2+.
    pub transactional_id_pattern: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ListTransactionsRequest<'_> {
    fn default() -> Self {
        Self {
            state_filters: Vec::new(),
            producer_id_filters: Vec::new(),
            duration_filter: -1,
            transactional_id_pattern: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ListTransactionsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let state_filters = r.array(flexible, 1, |r| r.string(flexible))?;
        let producer_id_filters = r.array(flexible, 8, |r| r.i64())?;
        let duration_filter = if version >= 1 { r.i64()? } else { -1 };
        let transactional_id_pattern = if version >= 2 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            state_filters,
            producer_id_filters,
            duration_filter,
            transactional_id_pattern,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.state_filters.len()))?;
        for x in &self.state_filters {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.producer_id_filters.len()))?;
        for x in &self.producer_id_filters {
            s.i64(*x);
        }
        if version >= 1 {
            s.i64(self.duration_filter);
        } else if self.duration_filter != -1 {
            return Err(EncodeError::not_in_version("DurationFilter", version));
        }
        if version >= 2 {
            s.opt_string(
                flexible,
                true,
                self.transactional_id_pattern.as_deref(),
                "TransactionalIdPattern",
            )?;
        } else if self.transactional_id_pattern.is_some() {
            return Err(EncodeError::not_in_version(
                "TransactionalIdPattern",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListTransactionsRequest<'static> {
        ListTransactionsRequest {
            state_filters: owned_vec(self.state_filters, owned_str),
            producer_id_filters: self.producer_id_filters,
            duration_filter: self.duration_filter,
            transactional_id_pattern: self.transactional_id_pattern.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ListTransactionsRequest<'a>, "ListTransactionsRequest", 0, 2);

impl<'a> crate::Request<'a> for ListTransactionsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListTransactions;
    type Response<'r> = crate::list_transactions_response::ListTransactionsResponse<'r>;
}
