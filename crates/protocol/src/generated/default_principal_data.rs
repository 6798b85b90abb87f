// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DefaultPrincipalData`: versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `DefaultPrincipalData` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DefaultPrincipalData<'a> {
    /// `Type`: versions 0+.
    pub type_: Str<'a>,
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `TokenAuthenticated`: versions 0+.
    pub token_authenticated: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DefaultPrincipalData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let type_ = r.string(flexible)?;
        let name = r.string(flexible)?;
        let token_authenticated = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            type_,
            name,
            token_authenticated,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.type_)?;
        s.string(flexible, &self.name)?;
        s.bool(self.token_authenticated);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DefaultPrincipalData<'static> {
        DefaultPrincipalData {
            type_: owned_str(self.type_),
            name: owned_str(self.name),
            token_authenticated: self.token_authenticated,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DefaultPrincipalData<'a>, "DefaultPrincipalData", 0, 0);
