// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeProducersResponse`: API key 61, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeProducersResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeProducersResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeProducersResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 3, |r| TopicResponse::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeProducersResponse<'static> {
        DescribeProducersResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, TopicResponse::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeProducersResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicResponse<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 9, |r| PartitionResponse::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicResponse<'static> {
        TopicResponse {
            name: owned_str(self.name),
            partitions: owned_vec(self.partitions, PartitionResponse::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeProducersResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionResponse<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `ActiveProducers`: versions 0+.
    pub active_producers: Vec<ProducerState>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let active_producers = r.array(flexible, 37, |r| ProducerState::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            error_message,
            active_producers,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.len32(flexible, Some(self.active_producers.len()))?;
        for x in &self.active_producers {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionResponse<'static> {
        PartitionResponse {
            partition_index: self.partition_index,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            active_producers: self.active_producers,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeProducersResponse`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ProducerState {
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i32,
    /// `LastSequence`: versions 0+, default -1.
    pub last_sequence: i32,
    /// `LastTimestamp`: versions 0+, default -1.
    pub last_timestamp: i64,
    /// `CoordinatorEpoch`: versions 0+.
    pub coordinator_epoch: i32,
    /// `CurrentTxnStartOffset`: versions 0+, default -1.
    pub current_txn_start_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ProducerState {
    fn default() -> Self {
        Self {
            producer_id: 0,
            producer_epoch: 0,
            last_sequence: -1,
            last_timestamp: -1,
            coordinator_epoch: 0,
            current_txn_start_offset: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ProducerState {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let producer_id = r.i64()?;
        let producer_epoch = r.i32()?;
        let last_sequence = r.i32()?;
        let last_timestamp = r.i64()?;
        let coordinator_epoch = r.i32()?;
        let current_txn_start_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            producer_id,
            producer_epoch,
            last_sequence,
            last_timestamp,
            coordinator_epoch,
            current_txn_start_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.producer_id);
        s.i32(self.producer_epoch);
        s.i32(self.last_sequence);
        s.i64(self.last_timestamp);
        s.i32(self.coordinator_epoch);
        s.i64(self.current_txn_start_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    DescribeProducersResponse<'a>,
    "DescribeProducersResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for DescribeProducersResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeProducers;
}
