// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `PartitionRecord`: record type 3, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, UnknownTaggedFields,
};
use model::Uuid;

/// `PartitionRecord`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionRecord {
    /// `PartitionId`: versions 0+, default -1.
    pub partition_id: i32,
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Replicas`: versions 0+.
    pub replicas: Vec<i32>,
    /// `Isr`: versions 0+.
    pub isr: Vec<i32>,
    /// `RemovingReplicas`: versions 0+.
    pub removing_replicas: Vec<i32>,
    /// `AddingReplicas`: versions 0+.
    pub adding_replicas: Vec<i32>,
    /// `Leader`: versions 0+, default -1.
    pub leader: i32,
    /// `LeaderRecoveryState`: versions 0+, tag 0.
    pub leader_recovery_state: i8,
    /// `LeaderEpoch`: versions 0+, default -1.
    pub leader_epoch: i32,
    /// `PartitionEpoch`: versions 0+, default -1.
    pub partition_epoch: i32,
    /// `Directories`: versions 1+.
    pub directories: Vec<Uuid>,
    /// `EligibleLeaderReplicas`: versions 2+, tag 1.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// `LastKnownElr`: versions 2+, tag 2.
    pub last_known_elr: Option<Vec<i32>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            replicas: Vec::new(),
            isr: Vec::new(),
            removing_replicas: Vec::new(),
            adding_replicas: Vec::new(),
            leader: -1,
            leader_recovery_state: 0,
            leader_epoch: -1,
            partition_epoch: -1,
            directories: Vec::new(),
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl PartitionRecord {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_id = r.i32()?;
        let topic_id = r.uuid()?;
        let replicas = r.array(flexible, 4, |r| r.i32())?;
        let isr = r.array(flexible, 4, |r| r.i32())?;
        let removing_replicas = r.array(flexible, 4, |r| r.i32())?;
        let adding_replicas = r.array(flexible, 4, |r| r.i32())?;
        let leader = r.i32()?;
        let mut leader_recovery_state = 0;
        let leader_epoch = r.i32()?;
        let partition_epoch = r.i32()?;
        let directories = if version >= 1 {
            r.array(flexible, 16, |r| r.uuid())?
        } else {
            Vec::new()
        };
        let mut eligible_leader_replicas = None;
        let mut last_known_elr = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => leader_recovery_state = field.i8()?,
                1 if version >= 2 => {
                    eligible_leader_replicas = field.opt_array(flexible, true, 4, |r| r.i32())?
                }
                1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                2 if version >= 2 => {
                    last_known_elr = field.opt_array(flexible, true, 4, |r| r.i32())?
                }
                2 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            partition_id,
            topic_id,
            replicas,
            isr,
            removing_replicas,
            adding_replicas,
            leader,
            leader_recovery_state,
            leader_epoch,
            partition_epoch,
            directories,
            eligible_leader_replicas,
            last_known_elr,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_id);
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.replicas.len()))?;
        for x in &self.replicas {
            s.i32(*x);
        }
        s.len32(flexible, Some(self.isr.len()))?;
        for x in &self.isr {
            s.i32(*x);
        }
        s.len32(flexible, Some(self.removing_replicas.len()))?;
        for x in &self.removing_replicas {
            s.i32(*x);
        }
        s.len32(flexible, Some(self.adding_replicas.len()))?;
        for x in &self.adding_replicas {
            s.i32(*x);
        }
        s.i32(self.leader);
        s.i32(self.leader_epoch);
        s.i32(self.partition_epoch);
        if version >= 1 {
            s.len32(flexible, Some(self.directories.len()))?;
            for x in &self.directories {
                s.uuid(*x);
            }
        } else if !self.directories.is_empty() {
            return Err(EncodeError::not_in_version("Directories", version));
        }
        if version <= 1 && self.eligible_leader_replicas.is_some() {
            return Err(EncodeError::not_in_version(
                "EligibleLeaderReplicas",
                version,
            ));
        }
        if version <= 1 && self.last_known_elr.is_some() {
            return Err(EncodeError::not_in_version("LastKnownElr", version));
        }
        let has_0 = self.leader_recovery_state != 0;
        let has_1 = version >= 2 && self.eligible_leader_replicas.is_some();
        let has_2 = version >= 2 && self.last_known_elr.is_some();
        s.uvarint(
            self.unknown_tagged_fields.len()
                + u32::from(has_0)
                + u32::from(has_1)
                + u32::from(has_2),
        );
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 1)?;
            s.i8(self.leader_recovery_state);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(0), Some(1))?;
        if has_1 {
            let mut size = Size::default();
            match &self.eligible_leader_replicas {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "EligibleLeaderReplicas")?,
            }
            s.tagged_field(1, size.total())?;
            match &self.eligible_leader_replicas {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "EligibleLeaderReplicas")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(1), Some(2))?;
        if has_2 {
            let mut size = Size::default();
            match &self.last_known_elr {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "LastKnownElr")?,
            }
            s.tagged_field(2, size.total())?;
            match &self.last_known_elr {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "LastKnownElr")?,
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(2), None)?;
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(PartitionRecord, "PartitionRecord", 0, 2);
