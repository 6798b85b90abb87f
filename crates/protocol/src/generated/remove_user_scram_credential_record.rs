// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoveUserScramCredentialRecord`: record type 22, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `RemoveUserScramCredentialRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoveUserScramCredentialRecord<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Mechanism`: versions 0+.
    pub mechanism: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RemoveUserScramCredentialRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let mechanism = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            mechanism,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.mechanism);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoveUserScramCredentialRecord<'static> {
        RemoveUserScramCredentialRecord {
            name: owned_str(self.name),
            mechanism: self.mechanism,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    RemoveUserScramCredentialRecord<'a>,
    "RemoveUserScramCredentialRecord",
    0,
    0
);
