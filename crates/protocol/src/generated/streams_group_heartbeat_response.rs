// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupHeartbeatResponse`: API key 88, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupHeartbeatResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `HeartbeatIntervalMs`: versions 0+.
    pub heartbeat_interval_ms: i32,
    /// `AcceptableRecoveryLagLegacy`: versions 0.
    pub acceptable_recovery_lag_legacy: i32,
    /// `TaskOffsetIntervalMs`: versions 0+.
    pub task_offset_interval_ms: i32,
    /// `AcceptableRecoveryLag`: versions 1+, default -1, ignorable.
    pub acceptable_recovery_lag: i64,
    /// `Status`: versions 0+.
    pub status: Option<Vec<Status<'a>>>,
    /// `ActiveTasks`: versions 0+.
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// `StandbyTasks`: versions 0+.
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// `WarmupTasks`: versions 0+.
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// `TopologyDescriptionRequired`: versions 1+.
    pub topology_description_required: bool,
    /// `EndpointInformationEpoch`: versions 0+.
    pub endpoint_information_epoch: i32,
    /// `PartitionsByUserEndpoint`: versions 0+.
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for StreamsGroupHeartbeatResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            error_message: None,
            member_id: Str::default(),
            member_epoch: 0,
            heartbeat_interval_ms: 0,
            acceptable_recovery_lag_legacy: 0,
            task_offset_interval_ms: 0,
            acceptable_recovery_lag: -1,
            status: Some(Vec::new()),
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            topology_description_required: false,
            endpoint_information_epoch: 0,
            partitions_by_user_endpoint: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> StreamsGroupHeartbeatResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let member_id = r.string(flexible)?;
        let member_epoch = r.i32()?;
        let heartbeat_interval_ms = r.i32()?;
        let acceptable_recovery_lag_legacy = if version <= 0 { r.i32()? } else { 0 };
        let task_offset_interval_ms = r.i32()?;
        let acceptable_recovery_lag = if version >= 1 { r.i64()? } else { -1 };
        let status = r.opt_array(flexible, true, 3, |r| Status::read(r, version))?;
        let active_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let topology_description_required = if version >= 1 { r.bool()? } else { false };
        let endpoint_information_epoch = r.i32()?;
        let partitions_by_user_endpoint = r.opt_array(flexible, true, 7, |r| {
            EndpointToPartitions::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            member_id,
            member_epoch,
            heartbeat_interval_ms,
            acceptable_recovery_lag_legacy,
            task_offset_interval_ms,
            acceptable_recovery_lag,
            status,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            topology_description_required,
            endpoint_information_epoch,
            partitions_by_user_endpoint,
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
        s.string(flexible, &self.member_id)?;
        s.i32(self.member_epoch);
        s.i32(self.heartbeat_interval_ms);
        if version <= 0 {
            s.i32(self.acceptable_recovery_lag_legacy);
        } else if self.acceptable_recovery_lag_legacy != 0 {
            return Err(EncodeError::not_in_version(
                "AcceptableRecoveryLagLegacy",
                version,
            ));
        }
        s.i32(self.task_offset_interval_ms);
        if version >= 1 {
            s.i64(self.acceptable_recovery_lag);
        }
        match &self.status {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Status")?,
        }
        match &self.active_tasks {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "ActiveTasks")?,
        }
        match &self.standby_tasks {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "StandbyTasks")?,
        }
        match &self.warmup_tasks {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "WarmupTasks")?,
        }
        if version >= 1 {
            s.bool(self.topology_description_required);
        } else if self.topology_description_required {
            return Err(EncodeError::not_in_version(
                "TopologyDescriptionRequired",
                version,
            ));
        }
        s.i32(self.endpoint_information_epoch);
        match &self.partitions_by_user_endpoint {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "PartitionsByUserEndpoint")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupHeartbeatResponse<'static> {
        StreamsGroupHeartbeatResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            member_id: owned_str(self.member_id),
            member_epoch: self.member_epoch,
            heartbeat_interval_ms: self.heartbeat_interval_ms,
            acceptable_recovery_lag_legacy: self.acceptable_recovery_lag_legacy,
            task_offset_interval_ms: self.task_offset_interval_ms,
            acceptable_recovery_lag: self.acceptable_recovery_lag,
            status: self
                .status
                .map(|items| owned_vec(items, Status::into_owned)),
            active_tasks: self
                .active_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            standby_tasks: self
                .standby_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            warmup_tasks: self
                .warmup_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            topology_description_required: self.topology_description_required,
            endpoint_information_epoch: self.endpoint_information_epoch,
            partitions_by_user_endpoint: self
                .partitions_by_user_endpoint
                .map(|items| owned_vec(items, EndpointToPartitions::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EndpointToPartitions<'a> {
    /// `UserEndpoint`: versions 0+.
    pub user_endpoint: Endpoint<'a>,
    /// `ActivePartitions`: versions 0+.
    pub active_partitions: Vec<TopicPartition<'a>>,
    /// `StandbyPartitions`: versions 0+.
    pub standby_partitions: Vec<TopicPartition<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> EndpointToPartitions<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let user_endpoint = Endpoint::read(r, version)?;
        let active_partitions = r.array(flexible, 3, |r| TopicPartition::read(r, version))?;
        let standby_partitions = r.array(flexible, 3, |r| TopicPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            user_endpoint,
            active_partitions,
            standby_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        self.user_endpoint.write(s, version)?;
        s.len32(flexible, Some(self.active_partitions.len()))?;
        for x in &self.active_partitions {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.standby_partitions.len()))?;
        for x in &self.standby_partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EndpointToPartitions<'static> {
        EndpointToPartitions {
            user_endpoint: self.user_endpoint.into_owned(),
            active_partitions: owned_vec(self.active_partitions, TopicPartition::into_owned),
            standby_partitions: owned_vec(self.standby_partitions, TopicPartition::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status<'a> {
    /// `StatusCode`: versions 0+.
    pub status_code: i8,
    /// `StatusDetail`: versions 0+.
    pub status_detail: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Status<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let status_code = r.i8()?;
        let status_detail = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            status_code,
            status_detail,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i8(self.status_code);
        s.string(flexible, &self.status_detail)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Status<'static> {
        Status {
            status_code: self.status_code,
            status_detail: owned_str(self.status_detail),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartition<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicPartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicPartition<'static> {
        TopicPartition {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskIds<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TaskIds<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TaskIds<'static> {
        TaskIds {
            subtopology_id: owned_str(self.subtopology_id),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint<'a> {
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Endpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Endpoint<'static> {
        Endpoint {
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupHeartbeatResponse<'a>,
    "StreamsGroupHeartbeatResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for StreamsGroupHeartbeatResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::StreamsGroupHeartbeat;
}
