//! Control records: transaction markers (KIP-98) and the metadata log's own (KIP-595, KIP-630, KIP-853).
//!
//! The key of every control record is an int16 version, 0, and an int16 type; the type says what the value
//! is. A reader skips types it does not know.

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};

use crate::batch::RecordBatch;
use crate::builder::{BatchBuilder, NewRecord};
use crate::malformed::{Malformed, Problem};

/// The version of control record keys and of transaction markers.
const VERSION: i16 = 0;
const KEY_SIZE: usize = 4;
const MARKER_SIZE: usize = 6;

/// What a control record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ControlType {
    /// The producer's transaction was aborted; the value is an EndTxnMarker.
    Abort,
    /// The producer's transaction was committed; the value is an EndTxnMarker.
    Commit,
    /// The first record of a leader of the metadata log; the value is a LeaderChangeMessage.
    LeaderChange,
    /// The first record of a snapshot; the value is a SnapshotHeaderRecord.
    SnapshotHeader,
    /// The last record of a snapshot; the value is a SnapshotFooterRecord.
    SnapshotFooter,
    /// The version of the quorum's protocol; the value is a KRaftVersionRecord.
    KRaftVersion,
    /// The voters; the value is a VotersRecord.
    KRaftVoters,
}

impl ControlType {
    const ALL: [Self; 7] = [
        Self::Abort,
        Self::Commit,
        Self::LeaderChange,
        Self::SnapshotHeader,
        Self::SnapshotFooter,
        Self::KRaftVersion,
        Self::KRaftVoters,
    ];

    /// The number in the key.
    #[must_use]
    pub const fn id(self) -> i16 {
        self as i16
    }

    /// The key of a control record of this type.
    #[must_use]
    pub fn key(self) -> [u8; KEY_SIZE] {
        let mut key = [0; KEY_SIZE];
        key[..2].copy_from_slice(&VERSION.to_be_bytes());
        key[2..].copy_from_slice(&self.id().to_be_bytes());
        key
    }

    /// The type that a control record's `key` says; `None` for a type that this release does not know, which a
    /// reader skips.
    ///
    /// # Errors
    /// When the key is too short or its version is negative.
    pub fn from_key(key: Option<&[u8]>) -> Result<Option<Self>, Malformed> {
        let Some(key) = key.and_then(|key| key.first_chunk::<KEY_SIZE>()) else {
            return Err(Problem::ControlKey.at(0));
        };
        if i16::from_be_bytes([key[0], key[1]]) < 0 {
            return Err(Problem::ControlKey.at(0));
        }
        let id = i16::from_be_bytes([key[2], key[3]]);
        Ok(Self::ALL.into_iter().find(|known| known.id() == id))
    }
}

/// How a transaction ended (EndTxnMarker), as its marker in a partition says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndTransaction {
    /// Committed, or else aborted.
    pub is_committed: bool,
    /// The epoch of the coordinator that decided; fences older coordinators.
    pub coordinator_epoch: i32,
}

impl EndTransaction {
    /// What the only record of a marker batch says; `None` when the batch is another control batch.
    ///
    /// # Errors
    /// When the record or its value is malformed.
    pub fn read(batch: &RecordBatch<'_>) -> Result<Option<Self>, Malformed> {
        let Some(record) = batch.plain_records()?.next().transpose()? else {
            return Ok(None);
        };
        let is_committed = match ControlType::from_key(record.key)? {
            Some(ControlType::Commit) => true,
            Some(ControlType::Abort) => false,
            _ => return Ok(None),
        };
        let Some(value) = record
            .value
            .and_then(|value| value.first_chunk::<MARKER_SIZE>())
        else {
            return Err(Problem::ControlKey.at(0));
        };
        let coordinator_epoch = i32::from_be_bytes([value[2], value[3], value[4], value[5]]);
        Ok(Some(Self {
            is_committed,
            coordinator_epoch,
        }))
    }

    /// The marker batch that ends the producer's transaction in a partition.
    #[must_use]
    pub fn batch(self, id: ProducerId, epoch: ProducerEpoch, now: TimestampMs) -> Vec<u8> {
        let kind = if self.is_committed {
            ControlType::Commit
        } else {
            ControlType::Abort
        };
        let mut value = [0; MARKER_SIZE];
        value[..2].copy_from_slice(&VERSION.to_be_bytes());
        value[2..].copy_from_slice(&self.coordinator_epoch.to_be_bytes());
        let mut builder = BatchBuilder::new()
            .producer_without_sequence(id, epoch)
            .transactional()
            .control();
        builder.append(&NewRecord::new(now, Some(&kind.key()), Some(&value)));
        builder.finish()
    }
}

impl RecordBatch<'_> {
    /// The type of a control batch's first record; `None` for a batch of ordinary records, an empty batch,
    /// or a type that this release does not know.
    ///
    /// # Errors
    /// When the first record is malformed. Control batches are never compressed.
    pub fn control_type(&self) -> Result<Option<ControlType>, Malformed> {
        if !self.is_control() {
            return Ok(None);
        }
        match self.plain_records()?.next().transpose()? {
            Some(record) => ControlType::from_key(record.key),
            None => Ok(None),
        }
    }
}

/// A batch of one control record of the metadata log, or of several that belong together.
///
/// `values` are the encoded messages that go with each type.
#[must_use]
pub fn control_batch(
    base_offset: Offset,
    epoch: LeaderEpoch,
    now: TimestampMs,
    values: &[(ControlType, &[u8])],
) -> Vec<u8> {
    let mut builder = BatchBuilder::new()
        .base_offset(base_offset)
        .leader_epoch(epoch)
        .control();
    for (kind, value) in values {
        builder.append(&NewRecord::new(now, Some(&kind.key()), Some(value)));
    }
    builder.finish()
}
