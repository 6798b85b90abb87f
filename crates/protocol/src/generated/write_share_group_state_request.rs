// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `WriteShareGroupStateRequest`: API key 85, versions 0-1, flexible 0-1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `WriteShareGroupStateRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteShareGroupStateRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<WriteStateData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WriteShareGroupStateRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 18, |r| WriteStateData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> WriteShareGroupStateRequest<'static> {
        WriteShareGroupStateRequest {
            group_id: owned_str(self.group_id),
            topics: self.topics,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteShareGroupStateRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteStateData {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl WriteStateData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 22, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `WriteShareGroupStateRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionData {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `StateEpoch`: versions 0+.
    pub state_epoch: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `DeliveryCompleteCount`: versions 1+, default -1, ignorable.
    pub delivery_complete_count: i32,
    /// `StateBatches`: versions 0+.
    pub state_batches: Vec<StateBatch>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionData {
    fn default() -> Self {
        Self {
            partition: 0,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
            state_batches: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let state_epoch = r.i32()?;
        let leader_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let delivery_complete_count = if version >= 1 { r.i32()? } else { -1 };
        let state_batches = r.array(flexible, 20, |r| StateBatch::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            state_epoch,
            leader_epoch,
            start_offset,
            delivery_complete_count,
            state_batches,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition);
        s.i32(self.state_epoch);
        s.i32(self.leader_epoch);
        s.i64(self.start_offset);
        if version >= 1 {
            s.i32(self.delivery_complete_count);
        }
        s.len32(flexible, Some(self.state_batches.len()))?;
        for x in &self.state_batches {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `WriteShareGroupStateRequest`, versions 0-1.
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

crate::macros::message!(
    WriteShareGroupStateRequest<'a>,
    "WriteShareGroupStateRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for WriteShareGroupStateRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::WriteShareGroupState;
    type Response<'r> = crate::write_share_group_state_response::WriteShareGroupStateResponse<'r>;
}
