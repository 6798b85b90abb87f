// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConfigRecord`: record type 4, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `ConfigRecord`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigRecord<'a> {
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ConfigRecord<'_> {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Str::default(),
            name: Str::default(),
            value: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ConfigRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type,
            resource_name,
            name,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConfigRecord<'static> {
        ConfigRecord {
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ConfigRecord<'a>, "ConfigRecord", 0, 0);
