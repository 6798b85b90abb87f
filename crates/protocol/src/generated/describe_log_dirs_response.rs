// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeLogDirsResponse`: API key 35, versions 1-5, flexible 2-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeLogDirsResponse`, versions 1-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeLogDirsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 3+, ignorable.
    pub error_code: ErrorCode,
    /// `Results`: versions 0+.
    pub results: Vec<DescribeLogDirsResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeLogDirsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 3 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let results = r.array(flexible, 5, |r| DescribeLogDirsResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        if version >= 3 {
            s.error_code(self.error_code);
        }
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeLogDirsResponse<'static> {
        DescribeLogDirsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            results: owned_vec(self.results, DescribeLogDirsResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeLogDirsResponse`, versions 1-5.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeLogDirsResult<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `LogDir`: versions 0+.
    pub log_dir: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<DescribeLogDirsTopic<'a>>,
    /// `TotalBytes`: versions 4+, default -1, ignorable.
    pub total_bytes: i64,
    /// `UsableBytes`: versions 4+, default -1, ignorable.
    pub usable_bytes: i64,
    /// `IsCordoned`: versions 5+, ignorable.
    pub is_cordoned: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeLogDirsResult<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            log_dir: Str::default(),
            topics: Vec::new(),
            total_bytes: -1,
            usable_bytes: -1,
            is_cordoned: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeLogDirsResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let log_dir = r.string(flexible)?;
        let topics = r.array(flexible, 3, |r| DescribeLogDirsTopic::read(r, version))?;
        let total_bytes = if version >= 4 { r.i64()? } else { -1 };
        let usable_bytes = if version >= 4 { r.i64()? } else { -1 };
        let is_cordoned = if version >= 5 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            log_dir,
            topics,
            total_bytes,
            usable_bytes,
            is_cordoned,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.string(flexible, &self.log_dir)?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version >= 4 {
            s.i64(self.total_bytes);
        }
        if version >= 4 {
            s.i64(self.usable_bytes);
        }
        if version >= 5 {
            s.bool(self.is_cordoned);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeLogDirsResult<'static> {
        DescribeLogDirsResult {
            error_code: self.error_code,
            log_dir: owned_str(self.log_dir),
            topics: owned_vec(self.topics, DescribeLogDirsTopic::into_owned),
            total_bytes: self.total_bytes,
            usable_bytes: self.usable_bytes,
            is_cordoned: self.is_cordoned,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeLogDirsResponse`, versions 1-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeLogDirsTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<DescribeLogDirsPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeLogDirsTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 21, |r| DescribeLogDirsPartition::read(r, version))?;
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
    pub fn into_owned(self) -> DescribeLogDirsTopic<'static> {
        DescribeLogDirsTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeLogDirsResponse`, versions 1-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeLogDirsPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `PartitionSize`: versions 0+.
    pub partition_size: i64,
    /// `OffsetLag`: versions 0+.
    pub offset_lag: i64,
    /// `IsFutureKey`: versions 0+.
    pub is_future_key: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl DescribeLogDirsPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let partition_index = r.i32()?;
        let partition_size = r.i64()?;
        let offset_lag = r.i64()?;
        let is_future_key = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            partition_size,
            offset_lag,
            is_future_key,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.partition_index);
        s.i64(self.partition_size);
        s.i64(self.offset_lag);
        s.bool(self.is_future_key);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(DescribeLogDirsResponse<'a>, "DescribeLogDirsResponse", 1, 5);

impl<'a> crate::Response<'a> for DescribeLogDirsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeLogDirs;
}
