// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareAcknowledgeRequest`: API key 79, versions 1-2, flexible 1-2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `ShareAcknowledgeRequest`, versions 1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareAcknowledgeRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Option<Str<'a>>,
    /// `MemberId`: versions 0+.
    pub member_id: Option<Str<'a>>,
    /// `ShareSessionEpoch`: versions 0+.
    pub share_session_epoch: i32,
    /// `IsRenewAck`: versions 2+.
    pub is_renew_ack: bool,
    /// `Topics`: versions 0+.
    pub topics: Vec<AcknowledgeTopic>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ShareAcknowledgeRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: None,
            member_id: Some(Str::default()),
            share_session_epoch: 0,
            is_renew_ack: false,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ShareAcknowledgeRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.opt_string(flexible, true)?;
        let member_id = r.opt_string(flexible, true)?;
        let share_session_epoch = r.i32()?;
        let is_renew_ack = if version >= 2 { r.bool()? } else { false };
        let topics = r.array(flexible, 18, |r| AcknowledgeTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            share_session_epoch,
            is_renew_ack,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.group_id.as_deref(), "GroupId")?;
        s.opt_string(flexible, true, self.member_id.as_deref(), "MemberId")?;
        s.i32(self.share_session_epoch);
        if version >= 2 {
            s.bool(self.is_renew_ack);
        } else if self.is_renew_ack {
            return Err(EncodeError::not_in_version("IsRenewAck", version));
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareAcknowledgeRequest<'static> {
        ShareAcknowledgeRequest {
            group_id: self.group_id.map(owned_str),
            member_id: self.member_id.map(owned_str),
            share_session_epoch: self.share_session_epoch,
            is_renew_ack: self.is_renew_ack,
            topics: self.topics,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareAcknowledgeRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcknowledgeTopic {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<AcknowledgePartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AcknowledgeTopic {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 6, |r| AcknowledgePartition::read(r, version))?;
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
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareAcknowledgeRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcknowledgePartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `AcknowledgementBatches`: versions 0+.
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AcknowledgePartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let acknowledgement_batches =
            r.array(flexible, 18, |r| AcknowledgementBatch::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            acknowledgement_batches,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.len32(flexible, Some(self.acknowledgement_batches.len()))?;
        for x in &self.acknowledgement_batches {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareAcknowledgeRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcknowledgementBatch {
    /// `FirstOffset`: versions 0+.
    pub first_offset: i64,
    /// `LastOffset`: versions 0+.
    pub last_offset: i64,
    /// `AcknowledgeTypes`: versions 0+.
    pub acknowledge_types: Vec<i8>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AcknowledgementBatch {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let acknowledge_types = r.array(flexible, 1, |r| r.i8())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            first_offset,
            last_offset,
            acknowledge_types,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.first_offset);
        s.i64(self.last_offset);
        s.len32(flexible, Some(self.acknowledge_types.len()))?;
        for x in &self.acknowledge_types {
            s.i8(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(ShareAcknowledgeRequest<'a>, "ShareAcknowledgeRequest", 1, 2);

impl<'a> crate::Request<'a> for ShareAcknowledgeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareAcknowledge;
    type Response<'r> = crate::share_acknowledge_response::ShareAcknowledgeResponse<'r>;
}
