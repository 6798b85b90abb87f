// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AbortedTxn`: versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink};

/// `AbortedTxn` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AbortedTxn {
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `FirstOffset`: versions 0+.
    pub first_offset: i64,
    /// `LastOffset`: versions 0+.
    pub last_offset: i64,
    /// `LastStableOffset`: versions 0+.
    pub last_stable_offset: i64,
}

impl AbortedTxn {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let producer_id = r.i64()?;
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let last_stable_offset = r.i64()?;
        Ok(Self {
            producer_id,
            first_offset,
            last_offset,
            last_stable_offset,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i64(self.producer_id);
        s.i64(self.first_offset);
        s.i64(self.last_offset);
        s.i64(self.last_stable_offset);
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(AbortedTxn, "AbortedTxn", 0, 0);
