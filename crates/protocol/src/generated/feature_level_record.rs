// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FeatureLevelRecord`: record type 12, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `FeatureLevelRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureLevelRecord<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `FeatureLevel`: versions 0+.
    pub feature_level: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FeatureLevelRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let feature_level = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            feature_level,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i16(self.feature_level);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FeatureLevelRecord<'static> {
        FeatureLevelRecord {
            name: owned_str(self.name),
            feature_level: self.feature_level,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FeatureLevelRecord<'a>, "FeatureLevelRecord", 0, 0);
