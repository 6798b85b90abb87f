// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareFetchResponse`: API key 78, versions 1-2, flexible 1-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Records, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareFetchResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `AcquisitionLockTimeoutMs`: versions 1+.
    pub acquisition_lock_timeout_ms: i32,
    /// `Responses`: versions 0+.
    pub responses: Vec<ShareFetchableTopicResponse<'a>>,
    /// `NodeEndpoints`: versions 0+.
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareFetchResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let acquisition_lock_timeout_ms = r.i32()?;
        let responses = r.array(flexible, 18, |r| {
            ShareFetchableTopicResponse::read(r, version)
        })?;
        let node_endpoints = r.array(flexible, 11, |r| NodeEndpoint::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            acquisition_lock_timeout_ms,
            responses,
            node_endpoints,
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
        s.i32(self.acquisition_lock_timeout_ms);
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.node_endpoints.len()))?;
        for x in &self.node_endpoints {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareFetchResponse<'static> {
        ShareFetchResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            acquisition_lock_timeout_ms: self.acquisition_lock_timeout_ms,
            responses: owned_vec(self.responses, ShareFetchableTopicResponse::into_owned),
            node_endpoints: owned_vec(self.node_endpoints, NodeEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareFetchableTopicResponse<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareFetchableTopicResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 22, |r| PartitionData::read(r, version))?;
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

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareFetchableTopicResponse<'static> {
        ShareFetchableTopicResponse {
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, PartitionData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `AcknowledgeErrorCode`: versions 0+.
    pub acknowledge_error_code: ErrorCode,
    /// `AcknowledgeErrorMessage`: versions 0+.
    pub acknowledge_error_message: Option<Str<'a>>,
    /// `CurrentLeader`: versions 0+.
    pub current_leader: LeaderIdAndEpoch,
    /// `Records`: versions 0+, null in 0.
    pub records: Option<Records<'a>>,
    /// `AcquiredRecords`: versions 0+.
    pub acquired_records: Vec<AcquiredRecords>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let acknowledge_error_code = r.error_code()?;
        let acknowledge_error_message = r.opt_string(flexible, true)?;
        let current_leader = LeaderIdAndEpoch::read(r, version)?;
        let records = r.opt_records(flexible, false)?;
        let acquired_records = r.array(flexible, 19, |r| AcquiredRecords::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            error_message,
            acknowledge_error_code,
            acknowledge_error_message,
            current_leader,
            records,
            acquired_records,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.error_code(self.acknowledge_error_code);
        s.opt_string(
            flexible,
            true,
            self.acknowledge_error_message.as_deref(),
            "AcknowledgeErrorMessage",
        )?;
        self.current_leader.write(s, version)?;
        s.opt_records(flexible, false, self.records.as_ref(), "Records")?;
        s.len32(flexible, Some(self.acquired_records.len()))?;
        for x in &self.acquired_records {
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
            acknowledge_error_code: self.acknowledge_error_code,
            acknowledge_error_message: self.acknowledge_error_message.map(owned_str),
            current_leader: self.current_leader,
            records: self.records.map(Records::into_owned),
            acquired_records: self.acquired_records,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaderIdAndEpoch {
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl LeaderIdAndEpoch {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            leader_id,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AcquiredRecords {
    /// `FirstOffset`: versions 0+.
    pub first_offset: i64,
    /// `LastOffset`: versions 0+.
    pub last_offset: i64,
    /// `DeliveryCount`: versions 0+.
    pub delivery_count: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AcquiredRecords {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let first_offset = r.i64()?;
        let last_offset = r.i64()?;
        let delivery_count = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            first_offset,
            last_offset,
            delivery_count,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.first_offset);
        s.i64(self.last_offset);
        s.i16(self.delivery_count);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ShareFetchResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeEndpoint<'a> {
    /// `NodeId`: versions 0+.
    pub node_id: i32,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: i32,
    /// `Rack`: versions 0+.
    pub rack: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> NodeEndpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let rack = r.opt_string(flexible, true)?;
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
        let flexible = true;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> NodeEndpoint<'static> {
        NodeEndpoint {
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            rack: self.rack.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ShareFetchResponse<'a>, "ShareFetchResponse", 1, 2);

impl<'a> crate::Response<'a> for ShareFetchResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareFetch;
}
