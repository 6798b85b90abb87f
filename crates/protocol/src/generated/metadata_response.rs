// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `MetadataResponse`: API key 3, versions 0-13, flexible 9-13.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `MetadataResponse`, versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponse<'a> {
    /// `ThrottleTimeMs`: versions 3+, ignorable.
    pub throttle_time_ms: i32,
    /// `Brokers`: versions 0+.
    pub brokers: Vec<MetadataResponseBroker<'a>>,
    /// `ClusterId`: versions 2+, ignorable.
    pub cluster_id: Option<Str<'a>>,
    /// `ControllerId`: versions 1+, default -1, ignorable.
    pub controller_id: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<MetadataResponseTopic<'a>>,
    /// `ClusterAuthorizedOperations`: versions 8-10, default -2147483648.
    pub cluster_authorized_operations: i32,
    /// `ErrorCode`: versions 13+, ignorable.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MetadataResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            brokers: Vec::new(),
            cluster_id: None,
            controller_id: -1,
            topics: Vec::new(),
            cluster_authorized_operations: -2147483648,
            error_code: ErrorCode::NONE,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MetadataResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let throttle_time_ms = if version >= 3 { r.i32()? } else { 0 };
        let brokers = r.array(flexible, 10, |r| MetadataResponseBroker::read(r, version))?;
        let cluster_id = if version >= 2 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let controller_id = if version >= 1 { r.i32()? } else { -1 };
        let topics = r.array(flexible, 8, |r| MetadataResponseTopic::read(r, version))?;
        let cluster_authorized_operations = if (8..=10).contains(&version) {
            r.i32()?
        } else {
            -2147483648
        };
        let error_code = if version >= 13 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            brokers,
            cluster_id,
            controller_id,
            topics,
            cluster_authorized_operations,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version >= 3 {
            s.i32(self.throttle_time_ms);
        }
        s.len32(flexible, Some(self.brokers.len()))?;
        for x in &self.brokers {
            x.write(s, version)?;
        }
        if version >= 2 {
            s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        }
        if version >= 1 {
            s.i32(self.controller_id);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if (8..=10).contains(&version) {
            s.i32(self.cluster_authorized_operations);
        } else if self.cluster_authorized_operations != -2147483648 {
            return Err(EncodeError::not_in_version(
                "ClusterAuthorizedOperations",
                version,
            ));
        }
        if version >= 13 {
            s.error_code(self.error_code);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MetadataResponse<'static> {
        MetadataResponse {
            throttle_time_ms: self.throttle_time_ms,
            brokers: owned_vec(self.brokers, MetadataResponseBroker::into_owned),
            cluster_id: self.cluster_id.map(owned_str),
            controller_id: self.controller_id,
            topics: owned_vec(self.topics, MetadataResponseTopic::into_owned),
            cluster_authorized_operations: self.cluster_authorized_operations,
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `MetadataResponse`, versions 0-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataResponseBroker<'a> {
    /// `NodeId`: versions 0+.
    pub node_id: i32,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: i32,
    /// `Rack`: versions 1+, ignorable.
    pub rack: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> MetadataResponseBroker<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let rack = if version >= 1 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            node_id,
            host,
            port,
            rack,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        if version >= 1 {
            s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MetadataResponseBroker<'static> {
        MetadataResponseBroker {
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            rack: self.rack.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `MetadataResponse`, versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponseTopic<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Name`: versions 0+, null in 12+.
    pub name: Option<Str<'a>>,
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `IsInternal`: versions 1+, ignorable.
    pub is_internal: bool,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<MetadataResponsePartition>,
    /// `TopicAuthorizedOperations`: versions 8+, default -2147483648.
    pub topic_authorized_operations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MetadataResponseTopic<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            name: Some(Str::default()),
            topic_id: Uuid::ZERO,
            is_internal: false,
            partitions: Vec::new(),
            topic_authorized_operations: -2147483648,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MetadataResponseTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let error_code = r.error_code()?;
        let name = r.opt_string(flexible, version >= 12)?;
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let is_internal = if version >= 1 { r.bool()? } else { false };
        let partitions = r.array(flexible, 18, |r| {
            MetadataResponsePartition::read(r, version)
        })?;
        let topic_authorized_operations = if version >= 8 { r.i32()? } else { -2147483648 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            name,
            topic_id,
            is_internal,
            partitions,
            topic_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.error_code(self.error_code);
        s.opt_string(flexible, version >= 12, self.name.as_deref(), "Name")?;
        if version >= 10 {
            s.uuid(self.topic_id);
        }
        if version >= 1 {
            s.bool(self.is_internal);
        }
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        if version >= 8 {
            s.i32(self.topic_authorized_operations);
        } else if self.topic_authorized_operations != -2147483648 {
            return Err(EncodeError::not_in_version(
                "TopicAuthorizedOperations",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MetadataResponseTopic<'static> {
        MetadataResponseTopic {
            error_code: self.error_code,
            name: self.name.map(owned_str),
            topic_id: self.topic_id,
            is_internal: self.is_internal,
            partitions: self.partitions,
            topic_authorized_operations: self.topic_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `MetadataResponse`, versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataResponsePartition {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 7+, default -1, ignorable.
    pub leader_epoch: i32,
    /// `ReplicaNodes`: versions 0+.
    pub replica_nodes: Vec<i32>,
    /// `IsrNodes`: versions 0+.
    pub isr_nodes: Vec<i32>,
    /// `OfflineReplicas`: versions 5+, ignorable.
    pub offline_replicas: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MetadataResponsePartition {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            partition_index: 0,
            leader_id: 0,
            leader_epoch: -1,
            replica_nodes: Vec::new(),
            isr_nodes: Vec::new(),
            offline_replicas: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl MetadataResponsePartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let error_code = r.error_code()?;
        let partition_index = r.i32()?;
        let leader_id = r.i32()?;
        let leader_epoch = if version >= 7 { r.i32()? } else { -1 };
        let replica_nodes = r.array(flexible, 4, |r| r.i32())?;
        let isr_nodes = r.array(flexible, 4, |r| r.i32())?;
        let offline_replicas = if version >= 5 {
            r.array(flexible, 4, |r| r.i32())?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            partition_index,
            leader_id,
            leader_epoch,
            replica_nodes,
            isr_nodes,
            offline_replicas,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.error_code(self.error_code);
        s.i32(self.partition_index);
        s.i32(self.leader_id);
        if version >= 7 {
            s.i32(self.leader_epoch);
        }
        s.len32(flexible, Some(self.replica_nodes.len()))?;
        for x in &self.replica_nodes {
            s.i32(*x);
        }
        s.len32(flexible, Some(self.isr_nodes.len()))?;
        for x in &self.isr_nodes {
            s.i32(*x);
        }
        if version >= 5 {
            s.len32(flexible, Some(self.offline_replicas.len()))?;
            for x in &self.offline_replicas {
                s.i32(*x);
            }
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(MetadataResponse<'a>, "MetadataResponse", 0, 13);

impl<'a> crate::Response<'a> for MetadataResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Metadata;
}
