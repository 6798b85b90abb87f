// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupMetadataValue`: record type 3, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ConsumerGroupMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupMetadataValue {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `MetadataHash`: versions 0+, tag 0.
    pub metadata_hash: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ConsumerGroupMetadataValue {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let epoch = r.i32()?;
        let mut metadata_hash = 0;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => metadata_hash = field.i64()?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            epoch,
            metadata_hash,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i32(self.epoch);
        let has_0 = self.metadata_hash != 0;
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 8)?;
            s.i64(self.metadata_hash);
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    ConsumerGroupMetadataValue,
    "ConsumerGroupMetadataValue",
    0,
    0
);
