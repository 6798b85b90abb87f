// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoteLogSegmentMetadataRecord`: record type 0, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};
use model::Uuid;

/// `RemoteLogSegmentMetadataRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoteLogSegmentMetadataRecord<'a> {
    /// `RemoteLogSegmentId`: versions 0+.
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
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

impl<'a> RemoteLogSegmentMetadataRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let remote_log_segment_id = RemoteLogSegmentIdEntry::read(r, version)?;
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
            remote_log_segment_id,
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
        self.remote_log_segment_id.write(s, version)?;
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
    pub fn into_owned(self) -> RemoteLogSegmentMetadataRecord<'static> {
        RemoteLogSegmentMetadataRecord {
            remote_log_segment_id: self.remote_log_segment_id.into_owned(),
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

/// Part of `RemoteLogSegmentMetadataRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoteLogSegmentIdEntry<'a> {
    /// `TopicIdPartition`: versions 0+.
    pub topic_id_partition: TopicIdPartitionEntry<'a>,
    /// `Id`: versions 0+.
    pub id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RemoteLogSegmentIdEntry<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id_partition = TopicIdPartitionEntry::read(r, version)?;
        let id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id_partition,
            id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        self.topic_id_partition.write(s, version)?;
        s.uuid(self.id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoteLogSegmentIdEntry<'static> {
        RemoteLogSegmentIdEntry {
            topic_id_partition: self.topic_id_partition.into_owned(),
            id: self.id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RemoteLogSegmentMetadataRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicIdPartitionEntry<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Id`: versions 0+.
    pub id: Uuid,
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicIdPartitionEntry<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let id = r.uuid()?;
        let partition = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            id,
            partition,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.uuid(self.id);
        s.i32(self.partition);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicIdPartitionEntry<'static> {
        TopicIdPartitionEntry {
            name: owned_str(self.name),
            id: self.id,
            partition: self.partition,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RemoteLogSegmentMetadataRecord`, versions 0.
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
    RemoteLogSegmentMetadataRecord<'a>,
    "RemoteLogSegmentMetadataRecord",
    0,
    0
);
