// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `KRaftVersionRecord`: versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `KRaftVersionRecord` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KRaftVersionRecord {
    /// `Version`: versions 0+.
    pub version: i16,
    /// `KRaftVersion`: versions 0+.
    pub kraft_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl KRaftVersionRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let version_ = r.i16()?;
        let kraft_version = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            version: version_,
            kraft_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i16(self.version);
        s.i16(self.kraft_version);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(KRaftVersionRecord, "KRaftVersionRecord", 0, 0);
