// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ReadShareGroupStateResponse`: API key 84, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `ReadShareGroupStateResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadShareGroupStateResponse<'a> {
    /// `Results`: versions 0+.
    pub results: Vec<ReadStateResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReadShareGroupStateResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let results = r.array(flexible, 18, |r| ReadStateResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ReadShareGroupStateResponse<'static> {
        ReadShareGroupStateResponse {
            results: owned_vec(self.results, ReadStateResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ReadShareGroupStateResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadStateResult<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReadStateResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 21, |r| PartitionResult::read(r, version))?;
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

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ReadStateResult<'static> {
        ReadStateResult {
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, PartitionResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ReadShareGroupStateResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionResult<'a> {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `StateEpoch`: versions 0+.
    pub state_epoch: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `StateBatches`: versions 0+.
    pub state_batches: Vec<StateBatch>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let state_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let state_batches = r.array(flexible, 20, |r| StateBatch::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            error_code,
            error_message,
            state_epoch,
            start_offset,
            state_batches,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.i32(self.state_epoch);
        s.i64(self.start_offset);
        s.len32(flexible, Some(self.state_batches.len()))?;
        for x in &self.state_batches {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionResult<'static> {
        PartitionResult {
            partition: self.partition,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            state_epoch: self.state_epoch,
            start_offset: self.start_offset,
            state_batches: self.state_batches,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ReadShareGroupStateResponse`, versions 0.
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
    ReadShareGroupStateResponse<'a>,
    "ReadShareGroupStateResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for ReadShareGroupStateResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ReadShareGroupState;
}
