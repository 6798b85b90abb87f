// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `VoterMessageData`: versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};

/// `VoterMessageData` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VoterMessageData<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Str<'a>,
    /// `FromNode`: versions 0+.
    pub from_node: i32,
    /// `ToNode`: versions 0+.
    pub to_node: i32,
    /// `Message`: versions 0+.
    pub message: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> VoterMessageData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = r.string(flexible)?;
        let from_node = r.i32()?;
        let to_node = r.i32()?;
        let message = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            from_node,
            to_node,
            message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.cluster_id)?;
        s.i32(self.from_node);
        s.i32(self.to_node);
        s.bytes(flexible, &self.message)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> VoterMessageData<'static> {
        VoterMessageData {
            cluster_id: owned_str(self.cluster_id),
            from_node: self.from_node,
            to_node: self.to_node,
            message: owned_bytes(self.message),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(VoterMessageData<'a>, "VoterMessageData", 0, 0);
