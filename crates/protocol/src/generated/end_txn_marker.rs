// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EndTxnMarker`: versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink};

/// `EndTxnMarker` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndTxnMarker {
    /// `CoordinatorEpoch`: versions 0+.
    pub coordinator_epoch: i32,
}

impl EndTxnMarker {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let coordinator_epoch = r.i32()?;
        Ok(Self { coordinator_epoch })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i32(self.coordinator_epoch);
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(EndTxnMarker, "EndTxnMarker", 0, 0);
