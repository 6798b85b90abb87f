// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BeginQuorumEpochRequest`: API key 53, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `BeginQuorumEpochRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct BeginQuorumEpochRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `VoterId`: versions 1+, default -1, ignorable.
    pub voter_id: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// `LeaderEndpoints`: versions 1+, ignorable.
    pub leader_endpoints: Vec<LeaderEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BeginQuorumEpochRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            voter_id: -1,
            topics: Vec::new(),
            leader_endpoints: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> BeginQuorumEpochRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let cluster_id = r.opt_string(flexible, true)?;
        let voter_id = if version >= 1 { r.i32()? } else { -1 };
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let leader_endpoints = if version >= 1 {
            r.array(flexible, 5, |r| LeaderEndpoint::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            voter_id,
            topics,
            leader_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        if version >= 1 {
            s.i32(self.voter_id);
        }
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
    pub fn into_owned(self) -> BeginQuorumEpochRequest<'static> {
        BeginQuorumEpochRequest {
            cluster_id: self.cluster_id.map(owned_str),
            voter_id: self.voter_id,
            topics: owned_vec(self.topics, TopicData::into_owned),
            leader_endpoints: owned_vec(self.leader_endpoints, LeaderEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `BeginQuorumEpochRequest`, versions 0-1.
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
        let partitions = r.array(flexible, 12, |r| PartitionData::read(r, version))?;
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

/// Part of `BeginQuorumEpochRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `VoterDirectoryId`: versions 1+, ignorable.
    pub voter_directory_id: Uuid,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let partition_index = r.i32()?;
        let voter_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            voter_directory_id,
            leader_id,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.partition_index);
        if version >= 1 {
            s.uuid(self.voter_directory_id);
        }
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `BeginQuorumEpochRequest`, versions 1.
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

crate::macros::message!(BeginQuorumEpochRequest<'a>, "BeginQuorumEpochRequest", 0, 1);

impl<'a> crate::Request<'a> for BeginQuorumEpochRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::BeginQuorumEpoch;
    type Response<'r> = crate::begin_quorum_epoch_response::BeginQuorumEpochResponse<'r>;
}
