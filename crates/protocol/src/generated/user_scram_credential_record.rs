// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UserScramCredentialRecord`: record type 11, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};

/// `UserScramCredentialRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserScramCredentialRecord<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Mechanism`: versions 0+.
    pub mechanism: i8,
    /// `Salt`: versions 0+.
    pub salt: Bytes<'a>,
    /// `StoredKey`: versions 0+.
    pub stored_key: Bytes<'a>,
    /// `ServerKey`: versions 0+.
    pub server_key: Bytes<'a>,
    /// `Iterations`: versions 0+.
    pub iterations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> UserScramCredentialRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let mechanism = r.i8()?;
        let salt = r.bytes(flexible)?;
        let stored_key = r.bytes(flexible)?;
        let server_key = r.bytes(flexible)?;
        let iterations = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            mechanism,
            salt,
            stored_key,
            server_key,
            iterations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.mechanism);
        s.bytes(flexible, &self.salt)?;
        s.bytes(flexible, &self.stored_key)?;
        s.bytes(flexible, &self.server_key)?;
        s.i32(self.iterations);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UserScramCredentialRecord<'static> {
        UserScramCredentialRecord {
            name: owned_str(self.name),
            mechanism: self.mechanism,
            salt: owned_bytes(self.salt),
            stored_key: owned_bytes(self.stored_key),
            server_key: owned_bytes(self.server_key),
            iterations: self.iterations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    UserScramCredentialRecord<'a>,
    "UserScramCredentialRecord",
    0,
    0
);
