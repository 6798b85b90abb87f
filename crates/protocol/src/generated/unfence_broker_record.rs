// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UnfenceBrokerRecord`: record type 8, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `UnfenceBrokerRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnfenceBrokerRecord {
    /// `Id`: versions 0+.
    pub id: i32,
    /// `Epoch`: versions 0+.
    pub epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl UnfenceBrokerRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let id = r.i32()?;
        let epoch = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            id,
            epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.id);
        s.i64(self.epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(UnfenceBrokerRecord, "UnfenceBrokerRecord", 0, 0);
