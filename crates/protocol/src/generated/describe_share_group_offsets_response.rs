// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeShareGroupOffsetsResponse`: API key 90, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `DescribeShareGroupOffsetsResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeShareGroupOffsetsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Groups`: versions 0+.
    pub groups: Vec<DescribeShareGroupOffsetsResponseGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeShareGroupOffsetsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let groups = r.array(flexible, 6, |r| {
            DescribeShareGroupOffsetsResponseGroup::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsResponse<'static> {
        DescribeShareGroupOffsetsResponse {
            throttle_time_ms: self.throttle_time_ms,
            groups: owned_vec(
                self.groups,
                DescribeShareGroupOffsetsResponseGroup::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeShareGroupOffsetsResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeShareGroupOffsetsResponseGroup<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<DescribeShareGroupOffsetsResponseTopic<'a>>,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeShareGroupOffsetsResponseGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.array(flexible, 19, |r| {
            DescribeShareGroupOffsetsResponseTopic::read(r, version)
        })?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
            error_code,
            error_message,
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
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsResponseGroup<'static> {
        DescribeShareGroupOffsetsResponseGroup {
            group_id: owned_str(self.group_id),
            topics: owned_vec(
                self.topics,
                DescribeShareGroupOffsetsResponseTopic::into_owned,
            ),
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeShareGroupOffsetsResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeShareGroupOffsetsResponseTopic<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeShareGroupOffsetsResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 20, |r| {
            DescribeShareGroupOffsetsResponsePartition::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsResponseTopic<'static> {
        DescribeShareGroupOffsetsResponseTopic {
            topic_name: owned_str(self.topic_name),
            topic_id: self.topic_id,
            partitions: owned_vec(
                self.partitions,
                DescribeShareGroupOffsetsResponsePartition::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeShareGroupOffsetsResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeShareGroupOffsetsResponsePartition<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `StartOffset`: versions 0+.
    pub start_offset: i64,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `Lag`: versions 1+, default -1, ignorable.
    pub lag: i64,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeShareGroupOffsetsResponsePartition<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            start_offset: 0,
            leader_epoch: 0,
            lag: -1,
            error_code: ErrorCode::NONE,
            error_message: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeShareGroupOffsetsResponsePartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let start_offset = r.i64()?;
        let leader_epoch = r.i32()?;
        let lag = if version >= 1 { r.i64()? } else { -1 };
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            start_offset,
            leader_epoch,
            lag,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.i64(self.start_offset);
        s.i32(self.leader_epoch);
        if version >= 1 {
            s.i64(self.lag);
        }
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsResponsePartition<'static> {
        DescribeShareGroupOffsetsResponsePartition {
            partition_index: self.partition_index,
            start_offset: self.start_offset,
            leader_epoch: self.leader_epoch,
            lag: self.lag,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeShareGroupOffsetsResponse<'a>,
    "DescribeShareGroupOffsetsResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for DescribeShareGroupOffsetsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeShareGroupOffsets;
}
