// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `TxnOffsetCommitResponse`: API key 28, versions 0-6, flexible 3-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `TxnOffsetCommitResponse`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TxnOffsetCommitResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<TxnOffsetCommitResponseTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TxnOffsetCommitResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 3, |r| {
            TxnOffsetCommitResponseTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TxnOffsetCommitResponse<'static> {
        TxnOffsetCommitResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, TxnOffsetCommitResponseTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `TxnOffsetCommitResponse`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TxnOffsetCommitResponseTopic<'a> {
    /// `Name`: versions 0-5, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 6+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<TxnOffsetCommitResponsePartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TxnOffsetCommitResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = if version <= 5 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 6 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 6, |r| {
            TxnOffsetCommitResponsePartition::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version <= 5 {
            s.string(flexible, &self.name)?;
        }
        if version >= 6 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TxnOffsetCommitResponseTopic<'static> {
        TxnOffsetCommitResponseTopic {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `TxnOffsetCommitResponse`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TxnOffsetCommitResponsePartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TxnOffsetCommitResponsePartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(TxnOffsetCommitResponse<'a>, "TxnOffsetCommitResponse", 0, 6);

impl<'a> crate::Response<'a> for TxnOffsetCommitResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::TxnOffsetCommit;
}
