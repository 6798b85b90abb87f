// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `TxnOffsetCommitRequest`: API key 28, versions 0-6, flexible 3-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `TxnOffsetCommitRequest`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnOffsetCommitRequest<'a> {
    /// `TransactionalId`: versions 0+.
    pub transactional_id: Str<'a>,
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `GenerationIdOrMemberEpoch`: versions 3+, default -1.
    pub generation_id_or_member_epoch: i32,
    /// `MemberId`: versions 3+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 3+.
    pub group_instance_id: Option<Str<'a>>,
    /// `Topics`: versions 0+.
    pub topics: Vec<TxnOffsetCommitRequestTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for TxnOffsetCommitRequest<'_> {
    fn default() -> Self {
        Self {
            transactional_id: Str::default(),
            group_id: Str::default(),
            producer_id: 0,
            producer_epoch: 0,
            generation_id_or_member_epoch: -1,
            member_id: Str::default(),
            group_instance_id: None,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> TxnOffsetCommitRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let transactional_id = r.string(flexible)?;
        let group_id = r.string(flexible)?;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let generation_id_or_member_epoch = if version >= 3 { r.i32()? } else { -1 };
        let member_id = if version >= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let group_instance_id = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let topics = r.array(flexible, 3, |r| {
            TxnOffsetCommitRequestTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            group_id,
            producer_id,
            producer_epoch,
            generation_id_or_member_epoch,
            member_id,
            group_instance_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.transactional_id)?;
        s.string(flexible, &self.group_id)?;
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        if version >= 3 {
            s.i32(self.generation_id_or_member_epoch);
        } else if self.generation_id_or_member_epoch != -1 {
            return Err(EncodeError::not_in_version(
                "GenerationIdOrMemberEpoch",
                version,
            ));
        }
        if version >= 3 {
            s.string(flexible, &self.member_id)?;
        } else if !self.member_id.is_empty() {
            return Err(EncodeError::not_in_version("MemberId", version));
        }
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::not_in_version("GroupInstanceId", version));
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TxnOffsetCommitRequest<'static> {
        TxnOffsetCommitRequest {
            transactional_id: owned_str(self.transactional_id),
            group_id: owned_str(self.group_id),
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            generation_id_or_member_epoch: self.generation_id_or_member_epoch,
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            topics: owned_vec(self.topics, TxnOffsetCommitRequestTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `TxnOffsetCommitRequest`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TxnOffsetCommitRequestTopic<'a> {
    /// `Name`: versions 0-5, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 6+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<TxnOffsetCommitRequestPartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TxnOffsetCommitRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = if version <= 5 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 6 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 14, |r| {
            TxnOffsetCommitRequestPartition::read(r, version)
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
    pub fn into_owned(self) -> TxnOffsetCommitRequestTopic<'static> {
        TxnOffsetCommitRequestTopic {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, TxnOffsetCommitRequestPartition::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `TxnOffsetCommitRequest`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct TxnOffsetCommitRequestPartition<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `CommittedOffset`: versions 0+.
    pub committed_offset: i64,
    /// `CommittedLeaderEpoch`: versions 2+, default -1, ignorable.
    pub committed_leader_epoch: i32,
    /// `CommittedMetadata`: versions 0+.
    pub committed_metadata: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for TxnOffsetCommitRequestPartition<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            committed_offset: 0,
            committed_leader_epoch: -1,
            committed_metadata: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> TxnOffsetCommitRequestPartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let partition_index = r.i32()?;
        let committed_offset = r.i64()?;
        let committed_leader_epoch = if version >= 2 { r.i32()? } else { -1 };
        let committed_metadata = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            committed_offset,
            committed_leader_epoch,
            committed_metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.partition_index);
        s.i64(self.committed_offset);
        if version >= 2 {
            s.i32(self.committed_leader_epoch);
        }
        s.opt_string(
            flexible,
            true,
            self.committed_metadata.as_deref(),
            "CommittedMetadata",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TxnOffsetCommitRequestPartition<'static> {
        TxnOffsetCommitRequestPartition {
            partition_index: self.partition_index,
            committed_offset: self.committed_offset,
            committed_leader_epoch: self.committed_leader_epoch,
            committed_metadata: self.committed_metadata.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(TxnOffsetCommitRequest<'a>, "TxnOffsetCommitRequest", 0, 6);

impl<'a> crate::Request<'a> for TxnOffsetCommitRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::TxnOffsetCommit;
    type Response<'r> = crate::txn_offset_commit_response::TxnOffsetCommitResponse<'r>;
}
