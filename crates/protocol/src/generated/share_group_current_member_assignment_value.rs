// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupCurrentMemberAssignmentValue`: record type 14, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `ShareGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupCurrentMemberAssignmentValue {
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `PreviousMemberEpoch`: versions 0+.
    pub previous_member_epoch: i32,
    /// `State`: versions 0+.
    pub state: i8,
    /// `AssignedPartitions`: versions 0+.
    pub assigned_partitions: Vec<TopicPartitions>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ShareGroupCurrentMemberAssignmentValue {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let assigned_partitions = r.array(flexible, 18, |r| TopicPartitions::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_epoch,
            previous_member_epoch,
            state,
            assigned_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.member_epoch);
        s.i32(self.previous_member_epoch);
        s.i8(self.state);
        s.len32(flexible, Some(self.assigned_partitions.len()))?;
        for x in &self.assigned_partitions {
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

/// Part of `ShareGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitions {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicPartitions {
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
    ShareGroupCurrentMemberAssignmentValue,
    "ShareGroupCurrentMemberAssignmentValue",
    0,
    0
);
