// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ResponseHeader`: versions 0-1, flexible 1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ResponseHeader` with every field of versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseHeader {
    /// `CorrelationId`: versions 0+.
    pub correlation_id: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ResponseHeader {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let correlation_id = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            correlation_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.correlation_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(ResponseHeader, "ResponseHeader", 0, 1);
