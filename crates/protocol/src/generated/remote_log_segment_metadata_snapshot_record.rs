// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoteLogSegmentMetadataSnapshotRecord`: record type 3, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};
use model::Uuid;

/// `RemoteLogSegmentMetadataSnapshotRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoteLogSegmentMetadataSnapshotRecord<'a> {
    /// `SegmentId`: versions 0+.
    pub segment_id: Uuid,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `EndOffset`: versions 0+.
    pub end_offset: i64,
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `MaxTimestampMs`: versions 0+.
    pub max_timestamp_ms: i64,
    /// `EventTimestampMs`: versions 0+.
    pub event_timestamp_ms: i64,
    /// `SegmentLeaderEpochs`: versions 0+.
    pub segment_leader_epochs: Vec<SegmentLeaderEpochEntry>,
    /// `SegmentSizeInBytes`: versions 0+.
    pub segment_size_in_bytes: i32,
    /// `CustomMetadata`: versions 0+.
    pub custom_metadata: Option<Bytes<'a>>,
    /// `RemoteLogSegmentState`: versions 0+.
    pub remote_log_segment_state: i8,
    /// `TxnIndexEmpty`: versions 0+, tag 0.
    pub txn_index_empty: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RemoteLogSegmentMetadataSnapshotRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let segment_id = r.uuid()?;
        let start_offset = r.i64()?;
        let end_offset = r.i64()?;
        let broker_id = r.i32()?;
        let max_timestamp_ms = r.i64()?;
        let event_timestamp_ms = r.i64()?;
        let segment_leader_epochs =
            r.array(flexible, 13, |r| SegmentLeaderEpochEntry::read(r, version))?;
        let segment_size_in_bytes = r.i32()?;
        let custom_metadata = r.opt_bytes(flexible, true)?;
        let remote_log_segment_state = r.i8()?;
        let mut txn_index_empty = false;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => txn_index_empty = field.bool()?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            segment_id,
            start_offset,
            end_offset,
            broker_id,
            max_timestamp_ms,
            event_timestamp_ms,
            segment_leader_epochs,
            segment_size_in_bytes,
            custom_metadata,
            remote_log_segment_state,
            txn_index_empty,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.segment_id);
        s.i64(self.start_offset);
        s.i64(self.end_offset);
        s.i32(self.broker_id);
        s.i64(self.max_timestamp_ms);
        s.i64(self.event_timestamp_ms);
        s.len32(flexible, Some(self.segment_leader_epochs.len()))?;
        for x in &self.segment_leader_epochs {
            x.write(s, version)?;
        }
        s.i32(self.segment_size_in_bytes);
        s.opt_bytes(
            flexible,
            true,
            self.custom_metadata.as_deref(),
            "CustomMetadata",
        )?;
        s.i8(self.remote_log_segment_state);
        let has_0 = self.txn_index_empty;
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 1)?;
            s.bool(self.txn_index_empty);
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoteLogSegmentMetadataSnapshotRecord<'static> {
        RemoteLogSegmentMetadataSnapshotRecord {
            segment_id: self.segment_id,
            start_offset: self.start_offset,
            end_offset: self.end_offset,
            broker_id: self.broker_id,
            max_timestamp_ms: self.max_timestamp_ms,
            event_timestamp_ms: self.event_timestamp_ms,
            segment_leader_epochs: self.segment_leader_epochs,
            segment_size_in_bytes: self.segment_size_in_bytes,
            custom_metadata: self.custom_metadata.map(owned_bytes),
            remote_log_segment_state: self.remote_log_segment_state,
            txn_index_empty: self.txn_index_empty,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RemoteLogSegmentMetadataSnapshotRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SegmentLeaderEpochEntry {
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `Offset`: versions 0+.
    pub offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl SegmentLeaderEpochEntry {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let leader_epoch = r.i32()?;
        let offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            leader_epoch,
            offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.leader_epoch);
        s.i64(self.offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    RemoteLogSegmentMetadataSnapshotRecord<'a>,
    "RemoteLogSegmentMetadataSnapshotRecord",
    0,
    0
);
