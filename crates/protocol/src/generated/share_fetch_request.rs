// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareFetchRequest`: API key 78, versions 1-2, flexible 1-2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `ShareFetchRequest`, versions 1-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareFetchRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Option<Str<'a>>,
    /// `MemberId`: versions 0+.
    pub member_id: Option<Str<'a>>,
    /// `ShareSessionEpoch`: versions 0+.
    pub share_session_epoch: i32,
    /// `MaxWaitMs`: versions 0+.
    pub max_wait_ms: i32,
    /// `MinBytes`: versions 0+.
    pub min_bytes: i32,
    /// `MaxBytes`: versions 0+, default 2147483647.
    pub max_bytes: i32,
    /// `MaxRecords`: versions 1+.
    pub max_records: i32,
    /// `BatchSize`: versions 1+.
    pub batch_size: i32,
    /// `ShareAcquireMode`: versions 2+, ignorable.
    pub share_acquire_mode: i8,
    /// `IsRenewAck`: versions 2+.
    pub is_renew_ack: bool,
    /// `Topics`: versions 0+.
    pub topics: Vec<FetchTopic>,
    /// `ForgottenTopicsData`: versions 0+.
    pub forgotten_topics_data: Vec<ForgottenTopic>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ShareFetchRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: None,
            member_id: Some(Str::default()),
            share_session_epoch: 0,
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: 2147483647,
            max_records: 0,
            batch_size: 0,
            share_acquire_mode: 0,
            is_renew_ack: false,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ShareFetchRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.opt_string(flexible, true)?;
        let member_id = r.opt_string(flexible, true)?;
        let share_session_epoch = r.i32()?;
        let max_wait_ms = r.i32()?;
        let min_bytes = r.i32()?;
        let max_bytes = r.i32()?;
        let max_records = r.i32()?;
        let batch_size = r.i32()?;
        let share_acquire_mode = if version >= 2 { r.i8()? } else { 0 };
        let is_renew_ack = if version >= 2 { r.bool()? } else { false };
        let topics = r.array(flexible, 18, |r| FetchTopic::read(r, version))?;
        let forgotten_topics_data = r.array(flexible, 18, |r| ForgottenTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            share_session_epoch,
            max_wait_ms,
            min_bytes,
            max_bytes,
            max_records,
            batch_size,
            share_acquire_mode,
            is_renew_ack,
            topics,
            forgotten_topics_data,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.group_id.as_deref(), "GroupId")?;
        s.opt_string(flexible, true, self.member_id.as_deref(), "MemberId")?;
        s.i32(self.share_session_epoch);
        s.i32(self.max_wait_ms);
        s.i32(self.min_bytes);
        s.i32(self.max_bytes);
        s.i32(self.max_records);
        s.i32(self.batch_size);
        if version >= 2 {
            s.i8(self.share_acquire_mode);
        }
        if version >= 2 {
            s.bool(self.is_renew_ack);
        } else if self.is_renew_ack {
            return Err(EncodeError::not_in_version("IsRenewAck", version));
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.forgotten_topics_data.len()))?;
        for x in &self.forgotten_topics_data {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareFetchRequest<'static> {
        ShareFetchRequest {
            group_id: self.group_id.map(owned_str),
            member_id: self.member_id.map(owned_str),
            share_session_epoch: self.share_session_epoch,
            max_wait_ms: self.max_wait_ms,
            min_bytes: self.min_bytes,
            max_bytes: self.max_bytes,
            max_records: self.max_records,
            batch_size: self.batch_size,
            share_acquire_mode: self.share_acquire_mode,
            is_renew_ack: self.is_renew_ack,
            topics: self.topics,
            forgotten_topics_data: self.forgotten_topics_data,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareFetchRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchTopic {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<FetchPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl FetchTopic {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 6, |r| FetchPartition::read(r, version))?;
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

/// Part of `ShareFetchRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `PartitionMaxBytes`: versions 0.
    pub partition_max_bytes: i32,
    /// `AcknowledgementBatches`: versions 0+.
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl FetchPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let partition_max_bytes = 0;
        let acknowledgement_batches =
            r.array(flexible, 18, |r| AcknowledgementBatch::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            partition_max_bytes,
            acknowledgement_batches,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        if self.partition_max_bytes != 0 {
            return Err(EncodeError::not_in_version("PartitionMaxBytes", version));
        }
        s.len32(flexible, Some(self.acknowledgement_batches.len()))?;
        for x in &self.acknowledgement_batches {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareFetchRequest`, versions 1-2.
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

/// Part of `ShareFetchRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForgottenTopic {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ForgottenTopic {
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

crate::macros::message!(ShareFetchRequest<'a>, "ShareFetchRequest", 1, 2);

impl<'a> crate::Request<'a> for ShareFetchRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareFetch;
    type Response<'r> = crate::share_fetch_response::ShareFetchResponse<'r>;
}
