// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `LegacyOffsetCommitValue`: record type 0, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `LegacyOffsetCommitValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegacyOffsetCommitValue<'a> {
    /// `offset`: versions 0.
    pub offset: i64,
    /// `metadata`: versions 0.
    pub metadata: Str<'a>,
    /// `commitTimestamp`: versions 0.
    pub commit_timestamp: i64,
}

impl<'a> LegacyOffsetCommitValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let offset = r.i64()?;
        let metadata = r.string(flexible)?;
        let commit_timestamp = r.i64()?;
        Ok(Self {
            offset,
            metadata,
            commit_timestamp,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.i64(self.offset);
        s.string(flexible, &self.metadata)?;
        s.i64(self.commit_timestamp);
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> LegacyOffsetCommitValue<'static> {
        LegacyOffsetCommitValue {
            offset: self.offset,
            metadata: owned_str(self.metadata),
            commit_timestamp: self.commit_timestamp,
        }
    }
}

crate::macros::message!(LegacyOffsetCommitValue<'a>, "LegacyOffsetCommitValue", 0, 0);
