// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupTargetAssignmentMetadataValue`: record type 6, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ConsumerGroupTargetAssignmentMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupTargetAssignmentMetadataValue {
    /// `AssignmentEpoch`: versions 0+.
    pub assignment_epoch: i32,
    /// `AssignmentTimestamp`: versions 0+, tag 0, ignorable.
    pub assignment_timestamp: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ConsumerGroupTargetAssignmentMetadataValue {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let assignment_epoch = r.i32()?;
        let mut assignment_timestamp = 0;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => assignment_timestamp = field.i64()?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            assignment_epoch,
            assignment_timestamp,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i32(self.assignment_epoch);
        let has_0 = self.assignment_timestamp != 0;
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 8)?;
            s.i64(self.assignment_timestamp);
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
    ConsumerGroupTargetAssignmentMetadataValue,
    "ConsumerGroupTargetAssignmentMetadataValue",
    0,
    0
);
