// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoveAccessControlEntryRecord`: record type 19, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `RemoveAccessControlEntryRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoveAccessControlEntryRecord {
    /// `Id`: versions 0+.
    pub id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl RemoveAccessControlEntryRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    RemoveAccessControlEntryRecord,
    "RemoveAccessControlEntryRecord",
    0,
    0
);
