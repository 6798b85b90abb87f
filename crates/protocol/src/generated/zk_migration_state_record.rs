// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ZkMigrationStateRecord`: record type 21, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ZkMigrationStateRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ZkMigrationStateRecord {
    /// `ZkMigrationState`: versions 0+.
    pub zk_migration_state: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ZkMigrationStateRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let zk_migration_state = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            zk_migration_state,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i8(self.zk_migration_state);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(ZkMigrationStateRecord, "ZkMigrationStateRecord", 0, 0);
