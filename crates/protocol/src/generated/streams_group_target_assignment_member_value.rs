// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupTargetAssignmentMemberValue`: record type 21, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupTargetAssignmentMemberValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupTargetAssignmentMemberValue<'a> {
    /// `ActiveTasks`: versions 0+.
    pub active_tasks: Vec<TaskIds<'a>>,
    /// `StandbyTasks`: versions 0+.
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// `WarmupTasks`: versions 0+.
    pub warmup_tasks: Vec<TaskIds<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupTargetAssignmentMemberValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let active_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            active_tasks,
            standby_tasks,
            warmup_tasks,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
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
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupTargetAssignmentMemberValue<'static> {
        StreamsGroupTargetAssignmentMemberValue {
            active_tasks: owned_vec(self.active_tasks, TaskIds::into_owned),
            standby_tasks: owned_vec(self.standby_tasks, TaskIds::into_owned),
            warmup_tasks: owned_vec(self.warmup_tasks, TaskIds::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTargetAssignmentMemberValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskIds<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TaskIds<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TaskIds<'static> {
        TaskIds {
            subtopology_id: owned_str(self.subtopology_id),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupTargetAssignmentMemberValue<'a>,
    "StreamsGroupTargetAssignmentMemberValue",
    0,
    0
);
