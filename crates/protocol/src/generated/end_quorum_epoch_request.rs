// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `EndQuorumEpochRequest`: API key 54, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `EndQuorumEpochRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndQuorumEpochRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// `LeaderEndpoints`: versions 1+, ignorable.
    pub leader_endpoints: Vec<LeaderEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> EndQuorumEpochRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let cluster_id = r.opt_string(flexible, true)?;
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let leader_endpoints = if version >= 1 {
            r.array(flexible, 5, |r| LeaderEndpoint::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            topics,
            leader_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version >= 1 {
            s.len32(flexible, Some(self.leader_endpoints.len()))?;
            for x in &self.leader_endpoints {
                x.write(s, version)?;
            }
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EndQuorumEpochRequest<'static> {
        EndQuorumEpochRequest {
            cluster_id: self.cluster_id.map(owned_str),
            topics: owned_vec(self.topics, TopicData::into_owned),
            leader_endpoints: owned_vec(self.leader_endpoints, LeaderEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `EndQuorumEpochRequest`, versions 0-1.
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
        let flexible = version >= 1;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 14, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
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

/// Part of `EndQuorumEpochRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `PreferredSuccessors`: versions 0, ignorable.
    pub preferred_successors: Vec<i32>,
    /// `PreferredCandidates`: versions 1+, ignorable.
    pub preferred_candidates: Vec<ReplicaInfo>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let partition_index = r.i32()?;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let preferred_successors = if version <= 0 {
            r.array(flexible, 4, |r| r.i32())?
        } else {
            Vec::new()
        };
        let preferred_candidates = if version >= 1 {
            r.array(flexible, 21, |r| ReplicaInfo::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            leader_id,
            leader_epoch,
            preferred_successors,
            preferred_candidates,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.partition_index);
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        if version <= 0 {
            s.len32(flexible, Some(self.preferred_successors.len()))?;
            for x in &self.preferred_successors {
                s.i32(*x);
            }
        }
        if version >= 1 {
            s.len32(flexible, Some(self.preferred_candidates.len()))?;
            for x in &self.preferred_candidates {
                x.write(s, version)?;
            }
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `EndQuorumEpochRequest`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicaInfo {
    /// `CandidateId`: versions 1+.
    pub candidate_id: i32,
    /// `CandidateDirectoryId`: versions 1+.
    pub candidate_directory_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ReplicaInfo {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let candidate_id = r.i32()?;
        let candidate_directory_id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            candidate_id,
            candidate_directory_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.candidate_id);
        s.uuid(self.candidate_directory_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `EndQuorumEpochRequest`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaderEndpoint<'a> {
    /// `Name`: versions 1+.
    pub name: Str<'a>,
    /// `Host`: versions 1+.
    pub host: Str<'a>,
    /// `Port`: versions 1+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> LeaderEndpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> LeaderEndpoint<'static> {
        LeaderEndpoint {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(EndQuorumEpochRequest<'a>, "EndQuorumEpochRequest", 0, 1);

impl<'a> crate::Request<'a> for EndQuorumEpochRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::EndQuorumEpoch;
    type Response<'r> = crate::end_quorum_epoch_response::EndQuorumEpochResponse<'r>;
}
