// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareUpdateKey`: record type 1, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};
use model::Uuid;

/// `ShareUpdateKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareUpdateKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
    /// `TopicId`: versions 0.
    pub topic_id: Uuid,
    /// `Partition`: versions 0.
    pub partition: i32,
}

impl<'a> ShareUpdateKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group_id = r.string(flexible)?;
        let topic_id = r.uuid()?;
        let partition = r.i32()?;
        Ok(Self {
            group_id,
            topic_id,
            partition,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group_id)?;
        s.uuid(self.topic_id);
        s.i32(self.partition);
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareUpdateKey<'static> {
        ShareUpdateKey {
            group_id: owned_str(self.group_id),
            topic_id: self.topic_id,
            partition: self.partition,
        }
    }
}

crate::macros::message!(ShareUpdateKey<'a>, "ShareUpdateKey", 0, 0);
