// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteRecordsResponse`: API key 21, versions 0-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DeleteRecordsResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<DeleteRecordsTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteRecordsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 3, |r| DeleteRecordsTopicResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteRecordsResponse<'static> {
        DeleteRecordsResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, DeleteRecordsTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteRecordsResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsTopicResult<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<DeleteRecordsPartitionResult>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteRecordsTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 14, |r| {
            DeleteRecordsPartitionResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteRecordsTopicResult<'static> {
        DeleteRecordsTopicResult {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteRecordsResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsPartitionResult {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `LowWatermark`: versions 0+.
    pub low_watermark: i64,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl DeleteRecordsPartitionResult {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let partition_index = r.i32()?;
        let low_watermark = r.i64()?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            low_watermark,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.partition_index);
        s.i64(self.low_watermark);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(DeleteRecordsResponse<'a>, "DeleteRecordsResponse", 0, 2);

impl<'a> crate::Response<'a> for DeleteRecordsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteRecords;
}
