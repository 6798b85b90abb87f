// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupMetadataKey`: record type 11, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `ShareGroupMetadataKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupMetadataKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
}

impl<'a> ShareGroupMetadataKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group_id = r.string(flexible)?;
        Ok(Self { group_id })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group_id)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupMetadataKey<'static> {
        ShareGroupMetadataKey {
            group_id: owned_str(self.group_id),
        }
    }
}

crate::macros::message!(ShareGroupMetadataKey<'a>, "ShareGroupMetadataKey", 0, 0);
