// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `VoteRequest`: API key 52, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `VoteRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct VoteRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `VoterId`: versions 1+, default -1, ignorable.
    pub voter_id: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for VoteRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> VoteRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = r.opt_string(flexible, true)?;
        let voter_id = if version >= 1 { r.i32()? } else { -1 };
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            voter_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        if version >= 1 {
            s.i32(self.voter_id);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> VoteRequest<'static> {
        VoteRequest {
            cluster_id: self.cluster_id.map(owned_str),
            voter_id: self.voter_id,
            topics: owned_vec(self.topics, TopicData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `VoteRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 25, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicData<'static> {
        TopicData {
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `VoteRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ReplicaEpoch`: versions 0+.
    pub replica_epoch: i32,
    /// `ReplicaId`: versions 0+.
    pub replica_id: i32,
    /// `ReplicaDirectoryId`: versions 1+, ignorable.
    pub replica_directory_id: Uuid,
    /// `VoterDirectoryId`: versions 1+, ignorable.
    pub voter_directory_id: Uuid,
    /// `LastOffsetEpoch`: versions 0+.
    pub last_offset_epoch: i32,
    /// `LastOffset`: versions 0+.
    pub last_offset: i64,
    /// `PreVote`: versions 2+.
    pub pre_vote: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let replica_epoch = r.i32()?;
        let replica_id = r.i32()?;
        let replica_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let voter_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let last_offset_epoch = r.i32()?;
        let last_offset = r.i64()?;
        let pre_vote = if version >= 2 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            replica_epoch,
            replica_id,
            replica_directory_id,
            voter_directory_id,
            last_offset_epoch,
            last_offset,
            pre_vote,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.i32(self.replica_epoch);
        s.i32(self.replica_id);
        if version >= 1 {
            s.uuid(self.replica_directory_id);
        }
        if version >= 1 {
            s.uuid(self.voter_directory_id);
        }
        s.i32(self.last_offset_epoch);
        s.i64(self.last_offset);
        if version >= 2 {
            s.bool(self.pre_vote);
        } else if self.pre_vote {
            return Err(EncodeError::not_in_version("PreVote", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(VoteRequest<'a>, "VoteRequest", 0, 2);

impl<'a> crate::Request<'a> for VoteRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Vote;
    type Response<'r> = crate::vote_response::VoteResponse<'r>;
}
