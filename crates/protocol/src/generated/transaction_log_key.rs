// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `TransactionLogKey`: record type 0, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `TransactionLogKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TransactionLogKey<'a> {
    /// `TransactionalId`: versions 0.
    pub transactional_id: Str<'a>,
}

impl<'a> TransactionLogKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let transactional_id = r.string(flexible)?;
        Ok(Self { transactional_id })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.transactional_id)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TransactionLogKey<'static> {
        TransactionLogKey {
            transactional_id: owned_str(self.transactional_id),
        }
    }
}

crate::macros::message!(TransactionLogKey<'a>, "TransactionLogKey", 0, 0);
