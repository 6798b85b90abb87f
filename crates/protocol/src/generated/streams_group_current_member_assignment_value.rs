// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupCurrentMemberAssignmentValue`: record type 22, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupCurrentMemberAssignmentValue<'a> {
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `PreviousMemberEpoch`: versions 0+.
    pub previous_member_epoch: i32,
    /// `State`: versions 0+.
    pub state: i8,
    /// `ActiveTasks`: versions 0+.
    pub active_tasks: Vec<TaskIds<'a>>,
    /// `StandbyTasks`: versions 0+.
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// `WarmupTasks`: versions 0+.
    pub warmup_tasks: Vec<TaskIds<'a>>,
    /// `ActiveTasksPendingRevocation`: versions 0+.
    pub active_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// `StandbyTasksPendingRevocation`: versions 0+.
    pub standby_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// `WarmupTasksPendingRevocation`: versions 0+.
    pub warmup_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupCurrentMemberAssignmentValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let member_epoch = r.i32()?;
        let previous_member_epoch = r.i32()?;
        let state = r.i8()?;
        let active_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let active_tasks_pending_revocation =
            r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks_pending_revocation =
            r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks_pending_revocation =
            r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_epoch,
            previous_member_epoch,
            state,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            active_tasks_pending_revocation,
            standby_tasks_pending_revocation,
            warmup_tasks_pending_revocation,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.member_epoch);
        s.i32(self.previous_member_epoch);
        s.i8(self.state);
        s.len32(flexible, Some(self.active_tasks.len()))?;
        for x in &self.active_tasks {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.standby_tasks.len()))?;
        for x in &self.standby_tasks {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.warmup_tasks.len()))?;
        for x in &self.warmup_tasks {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.active_tasks_pending_revocation.len()))?;
        for x in &self.active_tasks_pending_revocation {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.standby_tasks_pending_revocation.len()))?;
        for x in &self.standby_tasks_pending_revocation {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.warmup_tasks_pending_revocation.len()))?;
        for x in &self.warmup_tasks_pending_revocation {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupCurrentMemberAssignmentValue<'static> {
        StreamsGroupCurrentMemberAssignmentValue {
            member_epoch: self.member_epoch,
            previous_member_epoch: self.previous_member_epoch,
            state: self.state,
            active_tasks: owned_vec(self.active_tasks, TaskIds::into_owned),
            standby_tasks: owned_vec(self.standby_tasks, TaskIds::into_owned),
            warmup_tasks: owned_vec(self.warmup_tasks, TaskIds::into_owned),
            active_tasks_pending_revocation: owned_vec(
                self.active_tasks_pending_revocation,
                TaskIds::into_owned,
            ),
            standby_tasks_pending_revocation: owned_vec(
                self.standby_tasks_pending_revocation,
                TaskIds::into_owned,
            ),
            warmup_tasks_pending_revocation: owned_vec(
                self.warmup_tasks_pending_revocation,
                TaskIds::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupCurrentMemberAssignmentValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskIds<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// `AssignmentEpochs`: versions 0+, tag 0.
    pub assignment_epochs: Option<Vec<i32>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for TaskIds<'_> {
    fn default() -> Self {
        Self {
            subtopology_id: Str::default(),
            partitions: Vec::new(),
            assignment_epochs: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> TaskIds<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
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
            subtopology_id,
            partitions,
            assignment_epochs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
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

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TaskIds<'static> {
        TaskIds {
            subtopology_id: owned_str(self.subtopology_id),
            partitions: self.partitions,
            assignment_epochs: self.assignment_epochs,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupCurrentMemberAssignmentValue<'a>,
    "StreamsGroupCurrentMemberAssignmentValue",
    0,
    0
);
