// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ClearElrRecord`: record type 28, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `ClearElrRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClearElrRecord<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ClearElrRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ClearElrRecord<'static> {
        ClearElrRecord {
            topic_name: owned_str(self.topic_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ClearElrRecord<'a>, "ClearElrRecord", 0, 0);
