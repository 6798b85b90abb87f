// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterShareGroupOffsetsResponse`: API key 91, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `AlterShareGroupOffsetsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `Responses`: versions 0+.
    pub responses: Vec<AlterShareGroupOffsetsResponseTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterShareGroupOffsetsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let responses = r.array(flexible, 19, |r| {
            AlterShareGroupOffsetsResponseTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            responses,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterShareGroupOffsetsResponse<'static> {
        AlterShareGroupOffsetsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            responses: owned_vec(
                self.responses,
                AlterShareGroupOffsetsResponseTopic::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterShareGroupOffsetsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsResponseTopic<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<AlterShareGroupOffsetsResponsePartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterShareGroupOffsetsResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 8, |r| {
            AlterShareGroupOffsetsResponsePartition::read(r, version)
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
    pub fn into_owned(self) -> AlterShareGroupOffsetsResponseTopic<'static> {
        AlterShareGroupOffsetsResponseTopic {
            topic_name: owned_str(self.topic_name),
            topic_id: self.topic_id,
            partitions: owned_vec(
                self.partitions,
                AlterShareGroupOffsetsResponsePartition::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterShareGroupOffsetsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterShareGroupOffsetsResponsePartition<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterShareGroupOffsetsResponsePartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            error_message,
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
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterShareGroupOffsetsResponsePartition<'static> {
        AlterShareGroupOffsetsResponsePartition {
            partition_index: self.partition_index,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AlterShareGroupOffsetsResponse<'a>,
    "AlterShareGroupOffsetsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for AlterShareGroupOffsetsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterShareGroupOffsets;
}
