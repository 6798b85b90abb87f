// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetDeleteResponse`: API key 47, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str, owned_vec};
use model::ErrorCode;

/// `OffsetDeleteResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ThrottleTimeMs`: versions 0+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetDeleteResponseTopic<'a>>,
}

impl<'a> OffsetDeleteResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let error_code = r.error_code()?;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 6, |r| OffsetDeleteResponseTopic::read(r, version))?;
        Ok(Self {
            error_code,
            throttle_time_ms,
            topics,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.error_code(self.error_code);
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetDeleteResponse<'static> {
        OffsetDeleteResponse {
            error_code: self.error_code,
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, OffsetDeleteResponseTopic::into_owned),
        }
    }
}

/// Part of `OffsetDeleteResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteResponseTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<OffsetDeleteResponsePartition>,
}

impl<'a> OffsetDeleteResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 6, |r| {
            OffsetDeleteResponsePartition::read(r, version)
        })?;
        Ok(Self { name, partitions })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetDeleteResponseTopic<'static> {
        OffsetDeleteResponseTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
        }
    }
}

/// Part of `OffsetDeleteResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetDeleteResponsePartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
}

impl OffsetDeleteResponsePartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        Ok(Self {
            partition_index,
            error_code,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        Ok(())
    }
}

crate::macros::message!(OffsetDeleteResponse<'a>, "OffsetDeleteResponse", 0, 0);

impl<'a> crate::Response<'a> for OffsetDeleteResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetDelete;
}
