// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupTargetAssignmentMemberValue`: record type 7, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `ConsumerGroupTargetAssignmentMemberValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupTargetAssignmentMemberValue {
    /// `TopicPartitions`: versions 0+.
    pub topic_partitions: Vec<TopicPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ConsumerGroupTargetAssignmentMemberValue {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_partitions = r.array(flexible, 18, |r| TopicPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topic_partitions.len()))?;
        for x in &self.topic_partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `ConsumerGroupTargetAssignmentMemberValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartition {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicPartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    ConsumerGroupTargetAssignmentMemberValue,
    "ConsumerGroupTargetAssignmentMemberValue",
    0,
    0
);
