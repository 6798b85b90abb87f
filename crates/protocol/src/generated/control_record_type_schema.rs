// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ControlRecordTypeSchema`: versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink};

/// `ControlRecordTypeSchema` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlRecordTypeSchema {
    /// `Type`: versions 0+.
    pub type_: i16,
}

impl ControlRecordTypeSchema {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let type_ = r.i16()?;
        Ok(Self { type_ })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i16(self.type_);
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(ControlRecordTypeSchema, "ControlRecordTypeSchema", 0, 0);
