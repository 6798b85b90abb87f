// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ProducerSnapshot`: versions 1, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink};

/// `ProducerSnapshot` with every field of versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProducerSnapshot {
    /// `Crc`: versions 1.
    pub crc: u32,
    /// `ProducerEntries`: versions 1.
    pub producer_entries: Vec<ProducerEntry>,
}

impl ProducerSnapshot {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let crc = r.u32()?;
        let producer_entries = r.array(flexible, 46, |r| ProducerEntry::read(r, version))?;
        Ok(Self {
            crc,
            producer_entries,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.u32(self.crc);
        s.len32(flexible, Some(self.producer_entries.len()))?;
        for x in &self.producer_entries {
            x.write(s, version)?;
        }
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `ProducerSnapshot`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProducerEntry {
    /// `ProducerId`: versions 1.
    pub producer_id: i64,
    /// `Epoch`: versions 1.
    pub epoch: i16,
    /// `LastSequence`: versions 1.
    pub last_sequence: i32,
    /// `LastOffset`: versions 1.
    pub last_offset: i64,
    /// `OffsetDelta`: versions 1.
    pub offset_delta: i32,
    /// `Timestamp`: versions 1.
    pub timestamp: i64,
    /// `CoordinatorEpoch`: versions 1.
    pub coordinator_epoch: i32,
    /// `CurrentTxnFirstOffset`: versions 1.
    pub current_txn_first_offset: i64,
}

impl ProducerEntry {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let producer_id = r.i64()?;
        let epoch = r.i16()?;
        let last_sequence = r.i32()?;
        let last_offset = r.i64()?;
        let offset_delta = r.i32()?;
        let timestamp = r.i64()?;
        let coordinator_epoch = r.i32()?;
        let current_txn_first_offset = r.i64()?;
        Ok(Self {
            producer_id,
            epoch,
            last_sequence,
            last_offset,
            offset_delta,
            timestamp,
            coordinator_epoch,
            current_txn_first_offset,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i64(self.producer_id);
        s.i16(self.epoch);
        s.i32(self.last_sequence);
        s.i64(self.last_offset);
        s.i32(self.offset_delta);
        s.i64(self.timestamp);
        s.i32(self.coordinator_epoch);
        s.i64(self.current_txn_first_offset);
        Ok(())
    }
}

crate::macros::message!(ProducerSnapshot, "ProducerSnapshot", 1, 1);
