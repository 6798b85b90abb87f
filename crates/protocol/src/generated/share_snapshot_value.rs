// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareSnapshotValue`: record type 0, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ShareSnapshotValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareSnapshotValue {
    /// `SnapshotEpoch`: versions 0+.
    pub snapshot_epoch: i32,
    /// `StateEpoch`: versions 0+.
    pub state_epoch: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `DeliveryCompleteCount`: versions 0+, tag 0, default -1.
    pub delivery_complete_count: i32,
    /// `CreateTimestamp`: versions 0+.
    pub create_timestamp: i64,
    /// `WriteTimestamp`: versions 0+.
    pub write_timestamp: i64,
    /// `StateBatches`: versions 0+.
    pub state_batches: Vec<StateBatch>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ShareSnapshotValue {
    fn default() -> Self {
        Self {
            snapshot_epoch: 0,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
            create_timestamp: 0,
            write_timestamp: 0,
            state_batches: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ShareSnapshotValue {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let snapshot_epoch = r.i32()?;
        let state_epoch = r.i32()?;
        let leader_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let mut delivery_complete_count = -1;
        let create_timestamp = r.i64()?;
        let write_timestamp = r.i64()?;
        let state_batches = r.array(flexible, 20, |r| StateBatch::read(r, version))?;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => delivery_complete_count = field.i32()?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            snapshot_epoch,
            state_epoch,
            leader_epoch,
            start_offset,
            delivery_complete_count,
            create_timestamp,
            write_timestamp,
            state_batches,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.snapshot_epoch);
        s.i32(self.state_epoch);
        s.i32(self.leader_epoch);
        s.i64(self.start_offset);
        s.i64(self.create_timestamp);
        s.i64(self.write_timestamp);
        s.len32(flexible, Some(self.state_batches.len()))?;
        for x in &self.state_batches {
            x.write(s, version)?;
        }
        let has_0 = self.delivery_complete_count != -1;
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 4)?;
            s.i32(self.delivery_complete_count);
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `ShareSnapshotValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateBatch {
    /// `FirstOffset`: versions 0+.
    pub first_offset: i64,
    /// `LastOffset`: versions 0+.
    pub last_offset: i64,
    /// `DeliveryState`: versions 0+.
    pub delivery_state: i8,
    /// `DeliveryCount`: versions 0+.
    pub delivery_count: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl StateBatch {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let delivery_state = r.i8()?;
        let delivery_count = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            first_offset,
            last_offset,
            delivery_state,
            delivery_count,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.first_offset);
        s.i64(self.last_offset);
        s.i8(self.delivery_state);
        s.i16(self.delivery_count);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(ShareSnapshotValue, "ShareSnapshotValue", 0, 0);
