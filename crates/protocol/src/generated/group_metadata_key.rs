// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `GroupMetadataKey`: record type 2, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `GroupMetadataKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupMetadataKey<'a> {
    /// `group`: versions 0.
    pub group: Str<'a>,
}

impl<'a> GroupMetadataKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group = r.string(flexible)?;
        Ok(Self { group })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> GroupMetadataKey<'static> {
        GroupMetadataKey {
            group: owned_str(self.group),
        }
    }
}

crate::macros::message!(GroupMetadataKey<'a>, "GroupMetadataKey", 0, 0);
