// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `LegacyOffsetCommitKey`: record type 0, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `LegacyOffsetCommitKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegacyOffsetCommitKey<'a> {
    /// `group`: versions 0.
    pub group: Str<'a>,
    /// `topic`: versions 0.
    pub topic: Str<'a>,
    /// `partition`: versions 0.
    pub partition: i32,
}

impl<'a> LegacyOffsetCommitKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group = r.string(flexible)?;
        let topic = r.string(flexible)?;
        let partition = r.i32()?;
        Ok(Self {
            group,
            topic,
            partition,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group)?;
        s.string(flexible, &self.topic)?;
        s.i32(self.partition);
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> LegacyOffsetCommitKey<'static> {
        LegacyOffsetCommitKey {
            group: owned_str(self.group),
            topic: owned_str(self.topic),
            partition: self.partition,
        }
    }
}

crate::macros::message!(LegacyOffsetCommitKey<'a>, "LegacyOffsetCommitKey", 0, 0);
