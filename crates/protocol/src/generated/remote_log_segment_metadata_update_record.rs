// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoteLogSegmentMetadataUpdateRecord`: record type 1, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};
use model::Uuid;

/// `RemoteLogSegmentMetadataUpdateRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RemoteLogSegmentMetadataUpdateRecord<'a> {
    /// `RemoteLogSegmentId`: versions 0+.
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `EventTimestampMs`: versions 0+.
    pub event_timestamp_ms: i64,
    /// `CustomMetadata`: versions 0+.
    pub custom_metadata: Option<Bytes<'a>>,
    /// `RemoteLogSegmentState`: versions 0+.
    pub remote_log_segment_state: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> RemoteLogSegmentMetadataUpdateRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let remote_log_segment_id = RemoteLogSegmentIdEntry::read(r, version)?;
        let broker_id = r.i32()?;
        let event_timestamp_ms = r.i64()?;
        let custom_metadata = r.opt_bytes(flexible, true)?;
        let remote_log_segment_state = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            remote_log_segment_id,
            broker_id,
            event_timestamp_ms,
            custom_metadata,
            remote_log_segment_state,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        self.remote_log_segment_id.write(s, version)?;
        s.i32(self.broker_id);
        s.i64(self.event_timestamp_ms);
        s.opt_bytes(
            flexible,
            true,
            self.custom_metadata.as_deref(),
            "CustomMetadata",
        )?;
        s.i8(self.remote_log_segment_state);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoteLogSegmentMetadataUpdateRecord<'static> {
        RemoteLogSegmentMetadataUpdateRecord {
            remote_log_segment_id: self.remote_log_segment_id.into_owned(),
            broker_id: self.broker_id,
            event_timestamp_ms: self.event_timestamp_ms,
            custom_metadata: self.custom_metadata.map(owned_bytes),
            remote_log_segment_state: self.remote_log_segment_state,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RemoteLogSegmentMetadataUpdateRecord`, versions 0.
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

/// Part of `RemoteLogSegmentMetadataUpdateRecord`, versions 0.
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

crate::macros::message!(
    RemoteLogSegmentMetadataUpdateRecord<'a>,
    "RemoteLogSegmentMetadataUpdateRecord",
    0,
    0
);
