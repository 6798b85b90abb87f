// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareSnapshotKey`: record type 0, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};
use model::Uuid;

/// `ShareSnapshotKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareSnapshotKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
    /// `TopicId`: versions 0.
    pub topic_id: Uuid,
    /// `Partition`: versions 0.
    pub partition: i32,
}

impl<'a> ShareSnapshotKey<'a> {
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
    pub fn into_owned(self) -> ShareSnapshotKey<'static> {
        ShareSnapshotKey {
            group_id: owned_str(self.group_id),
            topic_id: self.topic_id,
            partition: self.partition,
        }
    }
}

crate::macros::message!(ShareSnapshotKey<'a>, "ShareSnapshotKey", 0, 0);
