// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupTargetAssignmentMetadataKey`: record type 20, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `StreamsGroupTargetAssignmentMetadataKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupTargetAssignmentMetadataKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
}

impl<'a> StreamsGroupTargetAssignmentMetadataKey<'a> {
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
    pub fn into_owned(self) -> StreamsGroupTargetAssignmentMetadataKey<'static> {
        StreamsGroupTargetAssignmentMetadataKey {
            group_id: owned_str(self.group_id),
        }
    }
}

crate::macros::message!(
    StreamsGroupTargetAssignmentMetadataKey<'a>,
    "StreamsGroupTargetAssignmentMetadataKey",
    0,
    0
);
