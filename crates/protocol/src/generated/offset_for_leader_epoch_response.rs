// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetForLeaderEpochResponse`: API key 23, versions 2-4, flexible 4.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `OffsetForLeaderEpochResponse`, versions 2-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetForLeaderEpochResponse<'a> {
    /// `ThrottleTimeMs`: versions 2+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetForLeaderTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetForLeaderEpochResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 3, |r| {
            OffsetForLeaderTopicResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetForLeaderEpochResponse<'static> {
        OffsetForLeaderEpochResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, OffsetForLeaderTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetForLeaderEpochResponse`, versions 2-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetForLeaderTopicResult<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<EpochEndOffset>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetForLeaderTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 18, |r| EpochEndOffset::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetForLeaderTopicResult<'static> {
        OffsetForLeaderTopicResult {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetForLeaderEpochResponse`, versions 2-4.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochEndOffset {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `LeaderEpoch`: versions 1+, default -1, ignorable.
    pub leader_epoch: i32,
    /// `EndOffset`: versions 0+, default -1.
    pub end_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            partition: 0,
            leader_epoch: -1,
            end_offset: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl EpochEndOffset {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let error_code = r.error_code()?;
        let partition = r.i32()?;
        let leader_epoch = r.i32()?;
        let end_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            partition,
            leader_epoch,
            end_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.error_code(self.error_code);
        s.i32(self.partition);
        s.i32(self.leader_epoch);
        s.i64(self.end_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    OffsetForLeaderEpochResponse<'a>,
    "OffsetForLeaderEpochResponse",
    2,
    4
);

impl<'a> crate::Response<'a> for OffsetForLeaderEpochResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetForLeaderEpoch;
}
