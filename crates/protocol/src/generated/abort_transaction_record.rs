// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AbortTransactionRecord`: record type 25, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str,
};

/// `AbortTransactionRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AbortTransactionRecord<'a> {
    /// `Reason`: versions 0+, tag 0.
    pub reason: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AbortTransactionRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let mut reason = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => reason = field.opt_string(flexible, true)?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            reason,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        let has_0 = self.reason.is_some();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.opt_string(flexible, true, self.reason.as_deref(), "Reason")?;
            s.tagged_field(0, size.total())?;
            s.opt_string(flexible, true, self.reason.as_deref(), "Reason")?;
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AbortTransactionRecord<'static> {
        AbortTransactionRecord {
            reason: self.reason.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(AbortTransactionRecord<'a>, "AbortTransactionRecord", 0, 0);
