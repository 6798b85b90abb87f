// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupCurrentMemberAssignmentValue`: record type 8, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Size, UnknownTaggedFields};
use model::Uuid;

/// `ConsumerGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `PreviousMemberEpoch`: versions 0+.
    pub previous_member_epoch: i32,
    /// `State`: versions 0+.
    pub state: i8,
    /// `AssignedPartitions`: versions 0+.
    pub assigned_partitions: Vec<TopicPartitions>,
    /// `PartitionsPendingRevocation`: versions 0+.
    pub partitions_pending_revocation: Vec<TopicPartitions>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ConsumerGroupCurrentMemberAssignmentValue {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let assigned_partitions = r.array(flexible, 18, |r| TopicPartitions::read(r, version))?;
        let partitions_pending_revocation =
            r.array(flexible, 18, |r| TopicPartitions::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_epoch,
            previous_member_epoch,
            state,
            assigned_partitions,
            partitions_pending_revocation,
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
        s.len32(flexible, Some(self.partitions_pending_revocation.len()))?;
        for x in &self.partitions_pending_revocation {
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

/// Part of `ConsumerGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicPartitions {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// `AssignmentEpochs`: versions 0+, tag 0.
    pub assignment_epochs: Option<Vec<i32>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for TopicPartitions {
    fn default() -> Self {
        Self {
            topic_id: Uuid::ZERO,
            partitions: Vec::new(),
            assignment_epochs: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl TopicPartitions {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let mut assignment_epochs = Some(Vec::new());
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => assignment_epochs = field.opt_array(flexible, true, 4, |r| r.i32())?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            topic_id,
            partitions,
            assignment_epochs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        let has_0 = self
            .assignment_epochs
            .as_ref()
            .is_none_or(|x| !x.is_empty());
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            match &self.assignment_epochs {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "AssignmentEpochs")?,
            }
            s.tagged_field(0, size.total())?;
            match &self.assignment_epochs {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "AssignmentEpochs")?,
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }
}

crate::macros::message!(
    ConsumerGroupCurrentMemberAssignmentValue,
    "ConsumerGroupCurrentMemberAssignmentValue",
    0,
    0
);
