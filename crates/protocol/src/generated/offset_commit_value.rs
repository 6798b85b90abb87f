// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetCommitValue`: record type 1, versions 0-4, flexible 4.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `OffsetCommitValue`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetCommitValue<'a> {
    /// `offset`: versions 0+.
    pub offset: i64,
    /// `leaderEpoch`: versions 3+, default -1, ignorable.
    pub leader_epoch: i32,
    /// `metadata`: versions 0+.
    pub metadata: Str<'a>,
    /// `commitTimestamp`: versions 0+.
    pub commit_timestamp: i64,
    /// `expireTimestamp`: versions 1, default -1, ignorable.
    pub expire_timestamp: i64,
    /// `topicId`: versions 4+, tag 0, ignorable.
    pub topic_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetCommitValue<'_> {
    fn default() -> Self {
        Self {
            offset: 0,
            leader_epoch: -1,
            metadata: Str::default(),
            commit_timestamp: 0,
            expire_timestamp: -1,
            topic_id: Uuid::ZERO,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetCommitValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let offset = r.i64()?;
        let leader_epoch = if version >= 3 { r.i32()? } else { -1 };
        let metadata = r.string(flexible)?;
        let commit_timestamp = r.i64()?;
        let expire_timestamp = if version == 1 { r.i64()? } else { -1 };
        let mut topic_id = Uuid::ZERO;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => topic_id = field.uuid()?,

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            offset,
            leader_epoch,
            metadata,
            commit_timestamp,
            expire_timestamp,
            topic_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i64(self.offset);
        if version >= 3 {
            s.i32(self.leader_epoch);
        }
        s.string(flexible, &self.metadata)?;
        s.i64(self.commit_timestamp);
        if version == 1 {
            s.i64(self.expire_timestamp);
        }
        if flexible {
            let has_0 = self.topic_id != Uuid::ZERO;
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                s.tagged_field(0, 16)?;
                s.uuid(self.topic_id);
            }
            self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetCommitValue<'static> {
        OffsetCommitValue {
            offset: self.offset,
            leader_epoch: self.leader_epoch,
            metadata: owned_str(self.metadata),
            commit_timestamp: self.commit_timestamp,
            expire_timestamp: self.expire_timestamp,
            topic_id: self.topic_id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(OffsetCommitValue<'a>, "OffsetCommitValue", 0, 4);
