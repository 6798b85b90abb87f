// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `PartitionChangeRecord`: record type 5, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, UnknownTaggedFields,
};
use model::Uuid;

/// `PartitionChangeRecord`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionChangeRecord {
    /// `PartitionId`: versions 0+, default -1.
    pub partition_id: i32,
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Isr`: versions 0+, tag 0.
    pub isr: Option<Vec<i32>>,
    /// `Leader`: versions 0+, tag 1, default -2.
    pub leader: i32,
    /// `Replicas`: versions 0+, tag 2.
    pub replicas: Option<Vec<i32>>,
    /// `RemovingReplicas`: versions 0+, tag 3.
    pub removing_replicas: Option<Vec<i32>>,
    /// `AddingReplicas`: versions 0+, tag 4.
    pub adding_replicas: Option<Vec<i32>>,
    /// `LeaderRecoveryState`: versions 0+, tag 5, default -1.
    pub leader_recovery_state: i8,
    /// `Directories`: versions 1+, tag 8.
    pub directories: Option<Vec<Uuid>>,
    /// `EligibleLeaderReplicas`: versions 2+, tag 6.
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// `LastKnownElr`: versions 2+, tag 7.
    pub last_known_elr: Option<Vec<i32>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionChangeRecord {
    fn default() -> Self {
        Self {
            partition_id: -1,
            topic_id: Uuid::ZERO,
            isr: None,
            leader: -2,
            replicas: None,
            removing_replicas: None,
            adding_replicas: None,
            leader_recovery_state: -1,
            directories: None,
            eligible_leader_replicas: None,
            last_known_elr: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl PartitionChangeRecord {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_id = r.i32()?;
        let topic_id = r.uuid()?;
        let mut isr = None;
        let mut leader = -2;
        let mut replicas = None;
        let mut removing_replicas = None;
        let mut adding_replicas = None;
        let mut leader_recovery_state = -1;
        let mut directories = None;
        let mut eligible_leader_replicas = None;
        let mut last_known_elr = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => isr = field.opt_array(flexible, true, 4, |r| r.i32())?,
                1 => leader = field.i32()?,
                2 => replicas = field.opt_array(flexible, true, 4, |r| r.i32())?,
                3 => removing_replicas = field.opt_array(flexible, true, 4, |r| r.i32())?,
                4 => adding_replicas = field.opt_array(flexible, true, 4, |r| r.i32())?,
                5 => leader_recovery_state = field.i8()?,
                6 if version >= 2 => {
                    eligible_leader_replicas = field.opt_array(flexible, true, 4, |r| r.i32())?
                }
                6 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                7 if version >= 2 => {
                    last_known_elr = field.opt_array(flexible, true, 4, |r| r.i32())?
                }
                7 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                8 if version >= 1 => {
                    directories = field.opt_array(flexible, true, 16, |r| r.uuid())?
                }
                8 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            partition_id,
            topic_id,
            isr,
            leader,
            replicas,
            removing_replicas,
            adding_replicas,
            leader_recovery_state,
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
        if version <= 0 && self.directories.is_some() {
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
        let has_0 = self.isr.is_some();
        let has_1 = self.leader != -2;
        let has_2 = self.replicas.is_some();
        let has_3 = self.removing_replicas.is_some();
        let has_4 = self.adding_replicas.is_some();
        let has_5 = self.leader_recovery_state != -1;
        let has_6 = version >= 2 && self.eligible_leader_replicas.is_some();
        let has_7 = version >= 2 && self.last_known_elr.is_some();
        let has_8 = version >= 1 && self.directories.is_some();
        s.uvarint(
            self.unknown_tagged_fields.len()
                + u32::from(has_0)
                + u32::from(has_1)
                + u32::from(has_2)
                + u32::from(has_3)
                + u32::from(has_4)
                + u32::from(has_5)
                + u32::from(has_6)
                + u32::from(has_7)
                + u32::from(has_8),
        );
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            match &self.isr {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "Isr")?,
            }
            s.tagged_field(0, size.total())?;
            match &self.isr {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "Isr")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(0), Some(1))?;
        if has_1 {
            s.tagged_field(1, 4)?;
            s.i32(self.leader);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(1), Some(2))?;
        if has_2 {
            let mut size = Size::default();
            match &self.replicas {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "Replicas")?,
            }
            s.tagged_field(2, size.total())?;
            match &self.replicas {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "Replicas")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(2), Some(3))?;
        if has_3 {
            let mut size = Size::default();
            match &self.removing_replicas {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "RemovingReplicas")?,
            }
            s.tagged_field(3, size.total())?;
            match &self.removing_replicas {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "RemovingReplicas")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(3), Some(4))?;
        if has_4 {
            let mut size = Size::default();
            match &self.adding_replicas {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.i32(*x);
                    }
                }
                None => size.null(flexible, true, "AddingReplicas")?,
            }
            s.tagged_field(4, size.total())?;
            match &self.adding_replicas {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.i32(*x);
                    }
                }
                None => s.null(flexible, true, "AddingReplicas")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(4), Some(5))?;
        if has_5 {
            s.tagged_field(5, 1)?;
            s.i8(self.leader_recovery_state);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(5), Some(6))?;
        if has_6 {
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
            s.tagged_field(6, size.total())?;
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
            .write_between(s, Some(6), Some(7))?;
        if has_7 {
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
            s.tagged_field(7, size.total())?;
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
        self.unknown_tagged_fields
            .write_between(s, Some(7), Some(8))?;
        if has_8 {
            let mut size = Size::default();
            match &self.directories {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.uuid(*x);
                    }
                }
                None => size.null(flexible, true, "Directories")?,
            }
            s.tagged_field(8, size.total())?;
            match &self.directories {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.uuid(*x);
                    }
                }
                None => s.null(flexible, true, "Directories")?,
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(8), None)?;
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(PartitionChangeRecord, "PartitionChangeRecord", 0, 2);
