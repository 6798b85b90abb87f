// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListOffsetsResponse`: API key 2, versions 1-11, flexible 6-11.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ListOffsetsResponse`, versions 1-11.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListOffsetsResponse<'a> {
    /// `ThrottleTimeMs`: versions 2+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<ListOffsetsTopicResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListOffsetsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let throttle_time_ms = if version >= 2 { r.i32()? } else { 0 };
        let topics = r.array(flexible, 3, |r| ListOffsetsTopicResponse::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        if version >= 2 {
            s.i32(self.throttle_time_ms);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListOffsetsResponse<'static> {
        ListOffsetsResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, ListOffsetsTopicResponse::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListOffsetsResponse`, versions 1-11.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListOffsetsTopicResponse<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<ListOffsetsPartitionResponse>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListOffsetsTopicResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 22, |r| {
            ListOffsetsPartitionResponse::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListOffsetsTopicResponse<'static> {
        ListOffsetsTopicResponse {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListOffsetsResponse`, versions 1-11.
#[derive(Clone, Debug, PartialEq)]
pub struct ListOffsetsPartitionResponse {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Timestamp`: versions 1+, default -1.
    pub timestamp: i64,
    /// `Offset`: versions 1+, default -1.
    pub offset: i64,
    /// `LeaderEpoch`: versions 4+, default -1.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ListOffsetsPartitionResponse {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: ErrorCode::NONE,
            timestamp: -1,
            offset: -1,
            leader_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ListOffsetsPartitionResponse {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let timestamp = r.i64()?;
        let offset = r.i64()?;
        let leader_epoch = if version >= 4 { r.i32()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            timestamp,
            offset,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        s.i64(self.timestamp);
        s.i64(self.offset);
        if version >= 4 {
            s.i32(self.leader_epoch);
        } else if self.leader_epoch != -1 {
            return Err(EncodeError::not_in_version("LeaderEpoch", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(ListOffsetsResponse<'a>, "ListOffsetsResponse", 1, 11);

impl<'a> crate::Response<'a> for ListOffsetsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListOffsets;
}
