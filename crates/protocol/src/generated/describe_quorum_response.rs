// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeQuorumResponse`: API key 55, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `DescribeQuorumResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeQuorumResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 2+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// `Nodes`: versions 2+.
    pub nodes: Vec<Node<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeQuorumResponse<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            topics: Vec::new(),
            nodes: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeQuorumResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let error_message = if version >= 2 {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let nodes = if version >= 2 {
            r.array(flexible, 6, |r| Node::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            topics,
            nodes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        if version >= 2 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version >= 2 {
            s.len32(flexible, Some(self.nodes.len()))?;
            for x in &self.nodes {
                x.write(s, version)?;
            }
        } else if !self.nodes.is_empty() {
            return Err(EncodeError::not_in_version("Nodes", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeQuorumResponse<'static> {
        DescribeQuorumResponse {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            topics: owned_vec(self.topics, TopicData::into_owned),
            nodes: owned_vec(self.nodes, Node::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData<'a>>,
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
            partitions: owned_vec(self.partitions, PartitionData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionData<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 2+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `HighWatermark`: versions 0+.
    pub high_watermark: i64,
    /// `CurrentVoters`: versions 0+.
    pub current_voters: Vec<ReplicaState>,
    /// `Observers`: versions 0+.
    pub observers: Vec<ReplicaState>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionData<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            leader_id: 0,
            leader_epoch: 0,
            high_watermark: 0,
            current_voters: Vec::new(),
            observers: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> PartitionData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = if version >= 2 {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let high_watermark = r.i64()?;
        let current_voters = r.array(flexible, 13, |r| ReplicaState::read(r, version))?;
        let observers = r.array(flexible, 13, |r| ReplicaState::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            error_message,
            leader_id,
            leader_epoch,
            high_watermark,
            current_voters,
            observers,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        if version >= 2 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        s.i64(self.high_watermark);
        s.len32(flexible, Some(self.current_voters.len()))?;
        for x in &self.current_voters {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.observers.len()))?;
        for x in &self.observers {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionData<'static> {
        PartitionData {
            partition_index: self.partition_index,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            leader_id: self.leader_id,
            leader_epoch: self.leader_epoch,
            high_watermark: self.high_watermark,
            current_voters: self.current_voters,
            observers: self.observers,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumResponse`, versions 2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node<'a> {
    /// `NodeId`: versions 2+.
    pub node_id: i32,
    /// `Listeners`: versions 2+.
    pub listeners: Vec<Listener<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Node<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let node_id = r.i32()?;
        let listeners = r.array(flexible, 5, |r| Listener::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            node_id,
            listeners,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.node_id);
        s.len32(flexible, Some(self.listeners.len()))?;
        for x in &self.listeners {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Node<'static> {
        Node {
            node_id: self.node_id,
            listeners: owned_vec(self.listeners, Listener::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumResponse`, versions 2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listener<'a> {
    /// `Name`: versions 2+.
    pub name: Str<'a>,
    /// `Host`: versions 2+.
    pub host: Str<'a>,
    /// `Port`: versions 2+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Listener<'a> {
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
    pub fn into_owned(self) -> Listener<'static> {
        Listener {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaState {
    /// `ReplicaId`: versions 0+.
    pub replica_id: i32,
    /// `ReplicaDirectoryId`: versions 2+.
    pub replica_directory_id: Uuid,
    /// `LogEndOffset`: versions 0+.
    pub log_end_offset: i64,
    /// `LastFetchTimestamp`: versions 1+, default -1, ignorable.
    pub last_fetch_timestamp: i64,
    /// `LastCaughtUpTimestamp`: versions 1+, default -1, ignorable.
    pub last_caught_up_timestamp: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: 0,
            replica_directory_id: Uuid::ZERO,
            log_end_offset: 0,
            last_fetch_timestamp: -1,
            last_caught_up_timestamp: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ReplicaState {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let replica_id = r.i32()?;
        let replica_directory_id = if version >= 2 { r.uuid()? } else { Uuid::ZERO };
        let log_end_offset = r.i64()?;
        let last_fetch_timestamp = if version >= 1 { r.i64()? } else { -1 };
        let last_caught_up_timestamp = if version >= 1 { r.i64()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            replica_id,
            replica_directory_id,
            log_end_offset,
            last_fetch_timestamp,
            last_caught_up_timestamp,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.replica_id);
        if version >= 2 {
            s.uuid(self.replica_directory_id);
        } else if self.replica_directory_id != Uuid::ZERO {
            return Err(EncodeError::not_in_version("ReplicaDirectoryId", version));
        }
        s.i64(self.log_end_offset);
        if version >= 1 {
            s.i64(self.last_fetch_timestamp);
        }
        if version >= 1 {
            s.i64(self.last_caught_up_timestamp);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(DescribeQuorumResponse<'a>, "DescribeQuorumResponse", 0, 2);

impl<'a> crate::Response<'a> for DescribeQuorumResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeQuorum;
}
