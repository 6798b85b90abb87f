// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupMetadataValue`: record type 11, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ShareGroupMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupMetadataValue {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `MetadataHash`: versions 0+.
    pub metadata_hash: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ShareGroupMetadataValue {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let metadata_hash = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            epoch,
            metadata_hash,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.epoch);
        s.i64(self.metadata_hash);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(ShareGroupMetadataValue, "ShareGroupMetadataValue", 0, 0);
