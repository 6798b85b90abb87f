// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UnregisterControllerRecord`: record type 29, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `UnregisterControllerRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnregisterControllerRecord {
    /// `ControllerId`: versions 0+.
    pub controller_id: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl UnregisterControllerRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let controller_id = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            controller_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.controller_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    UnregisterControllerRecord,
    "UnregisterControllerRecord",
    0,
    0
);
