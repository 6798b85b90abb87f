// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `TopicRecord`: record type 2, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `TopicRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicRecord<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let topic_id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.uuid(self.topic_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicRecord<'static> {
        TopicRecord {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(TopicRecord<'a>, "TopicRecord", 0, 0);
