// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ReadShareGroupStateSummaryResponse`: API key 87, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `ReadShareGroupStateSummaryResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadShareGroupStateSummaryResponse<'a> {
    /// `Results`: versions 0+.
    pub results: Vec<ReadStateSummaryResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReadShareGroupStateSummaryResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let results = r.array(flexible, 18, |r| ReadStateSummaryResult::read(r, version))?;
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
    pub fn into_owned(self) -> ReadShareGroupStateSummaryResponse<'static> {
        ReadShareGroupStateSummaryResponse {
            results: owned_vec(self.results, ReadStateSummaryResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ReadShareGroupStateSummaryResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadStateSummaryResult<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReadStateSummaryResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 24, |r| PartitionResult::read(r, version))?;
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
    pub fn into_owned(self) -> ReadStateSummaryResult<'static> {
        ReadStateSummaryResult {
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, PartitionResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ReadShareGroupStateSummaryResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionResult<'a> {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `StateEpoch`: versions 0+.
    pub state_epoch: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `DeliveryCompleteCount`: versions 1+, default -1, ignorable.
    pub delivery_complete_count: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionResult<'_> {
    fn default() -> Self {
        Self {
            partition: 0,
            error_code: ErrorCode::NONE,
            error_message: None,
            state_epoch: 0,
            leader_epoch: 0,
            start_offset: 0,
            delivery_complete_count: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> PartitionResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let state_epoch = r.i32()?;
        let leader_epoch = r.i32()?;
        let start_offset = r.i64()?;
        let delivery_complete_count = if version >= 1 { r.i32()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            error_code,
            error_message,
            state_epoch,
            leader_epoch,
            start_offset,
            delivery_complete_count,
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
        s.i32(self.leader_epoch);
        s.i64(self.start_offset);
        if version >= 1 {
            s.i32(self.delivery_complete_count);
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
            leader_epoch: self.leader_epoch,
            start_offset: self.start_offset,
            delivery_complete_count: self.delivery_complete_count,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ReadShareGroupStateSummaryResponse<'a>,
    "ReadShareGroupStateSummaryResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for ReadShareGroupStateSummaryResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ReadShareGroupStateSummary;
}
