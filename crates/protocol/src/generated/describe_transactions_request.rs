// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeTransactionsRequest`: API key 65, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeTransactionsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeTransactionsRequest<'a> {
    /// `TransactionalIds`: versions 0+.
    pub transactional_ids: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeTransactionsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let transactional_ids = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_ids,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.transactional_ids.len()))?;
        for x in &self.transactional_ids {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeTransactionsRequest<'static> {
        DescribeTransactionsRequest {
            transactional_ids: owned_vec(self.transactional_ids, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeTransactionsRequest<'a>,
    "DescribeTransactionsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DescribeTransactionsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeTransactions;
    type Response<'r> = crate::describe_transactions_response::DescribeTransactionsResponse<'r>;
}
