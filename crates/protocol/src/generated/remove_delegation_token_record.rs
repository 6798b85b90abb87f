// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoveDelegationTokenRecord`: record type 26, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `RemoveDelegationTokenRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoveDelegationTokenRecord<'a> {
    /// `TokenId`: versions 0+.
    pub token_id: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RemoveDelegationTokenRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let token_id = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            token_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.token_id)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoveDelegationTokenRecord<'static> {
        RemoveDelegationTokenRecord {
            token_id: owned_str(self.token_id),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    RemoveDelegationTokenRecord<'a>,
    "RemoveDelegationTokenRecord",
    0,
    0
);
