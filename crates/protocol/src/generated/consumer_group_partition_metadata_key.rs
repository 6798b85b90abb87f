// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupPartitionMetadataKey`: record type 4, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `ConsumerGroupPartitionMetadataKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupPartitionMetadataKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
}

impl<'a> ConsumerGroupPartitionMetadataKey<'a> {
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
    pub fn into_owned(self) -> ConsumerGroupPartitionMetadataKey<'static> {
        ConsumerGroupPartitionMetadataKey {
            group_id: owned_str(self.group_id),
        }
    }
}

crate::macros::message!(
    ConsumerGroupPartitionMetadataKey<'a>,
    "ConsumerGroupPartitionMetadataKey",
    0,
    0
);
