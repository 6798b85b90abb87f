// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupHeartbeatResponse`: API key 76, versions 1, flexible 1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::{ErrorCode, Uuid};

/// `ShareGroupHeartbeatResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupHeartbeatResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `MemberId`: versions 0+.
    pub member_id: Option<Str<'a>>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `HeartbeatIntervalMs`: versions 0+.
    pub heartbeat_interval_ms: i32,
    /// `Assignment`: versions 0+.
    pub assignment: Option<Assignment>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareGroupHeartbeatResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let member_id = r.opt_string(flexible, true)?;
        let member_epoch = r.i32()?;
        let heartbeat_interval_ms = r.i32()?;
        let assignment = if r.struct_marker()? {
            Some(Assignment::read(r, version)?)
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            member_id,
            member_epoch,
            heartbeat_interval_ms,
            assignment,
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
        s.opt_string(flexible, true, self.member_id.as_deref(), "MemberId")?;
        s.i32(self.member_epoch);
        s.i32(self.heartbeat_interval_ms);
        s.struct_marker(self.assignment.is_some());
        if let Some(x) = &self.assignment {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupHeartbeatResponse<'static> {
        ShareGroupHeartbeatResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            member_id: self.member_id.map(owned_str),
            member_epoch: self.member_epoch,
            heartbeat_interval_ms: self.heartbeat_interval_ms,
            assignment: self.assignment,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupHeartbeatResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment {
    /// `TopicPartitions`: versions 0+.
    pub topic_partitions: Vec<TopicPartitions>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Assignment {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_partitions = r.array(flexible, 18, |r| TopicPartitions::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topic_partitions.len()))?;
        for x in &self.topic_partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareGroupHeartbeatResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitions {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicPartitions {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
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
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    ShareGroupHeartbeatResponse<'a>,
    "ShareGroupHeartbeatResponse",
    1,
    1
);

impl<'a> crate::Response<'a> for ShareGroupHeartbeatResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareGroupHeartbeat;
}
