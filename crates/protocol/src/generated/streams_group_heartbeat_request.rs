// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupHeartbeatRequest`: API key 88, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupHeartbeatRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `EndpointInformationEpoch`: versions 0+.
    pub endpoint_information_epoch: i32,
    /// `InstanceId`: versions 0+.
    pub instance_id: Option<Str<'a>>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `RebalanceTimeoutMs`: versions 0+, default -1.
    pub rebalance_timeout_ms: i32,
    /// `Topology`: versions 0+.
    pub topology: Option<Topology<'a>>,
    /// `ActiveTasks`: versions 0+.
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// `StandbyTasks`: versions 0+.
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// `WarmupTasks`: versions 0+.
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// `ProcessId`: versions 0+.
    pub process_id: Option<Str<'a>>,
    /// `UserEndpoint`: versions 0+.
    pub user_endpoint: Option<Endpoint<'a>>,
    /// `ClientTags`: versions 0+.
    pub client_tags: Option<Vec<KeyValue<'a>>>,
    /// `TaskOffsets`: versions 0+.
    pub task_offsets: Option<Vec<TaskOffset<'a>>>,
    /// `TaskEndOffsets`: versions 0+.
    pub task_end_offsets: Option<Vec<TaskOffset<'a>>>,
    /// `ShutdownApplication`: versions 0+.
    pub shutdown_application: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for StreamsGroupHeartbeatRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            member_id: Str::default(),
            member_epoch: 0,
            endpoint_information_epoch: 0,
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            topology: None,
            active_tasks: None,
            standby_tasks: None,
            warmup_tasks: None,
            process_id: None,
            user_endpoint: None,
            client_tags: None,
            task_offsets: None,
            task_end_offsets: None,
            shutdown_application: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> StreamsGroupHeartbeatRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let member_id = r.string(flexible)?;
        let member_epoch = r.i32()?;
        let endpoint_information_epoch = r.i32()?;
        let instance_id = r.opt_string(flexible, true)?;
        let rack_id = r.opt_string(flexible, true)?;
        let rebalance_timeout_ms = r.i32()?;
        let topology = if r.struct_marker()? {
            Some(Topology::read(r, version)?)
        } else {
            None
        };
        let active_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks = r.opt_array(flexible, true, 3, |r| TaskIds::read(r, version))?;
        let process_id = r.opt_string(flexible, true)?;
        let user_endpoint = if r.struct_marker()? {
            Some(Endpoint::read(r, version)?)
        } else {
            None
        };
        let client_tags = r.opt_array(flexible, true, 3, |r| KeyValue::read(r, version))?;
        let task_offsets = r.opt_array(flexible, true, 14, |r| TaskOffset::read(r, version))?;
        let task_end_offsets = r.opt_array(flexible, true, 14, |r| TaskOffset::read(r, version))?;
        let shutdown_application = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            member_epoch,
            endpoint_information_epoch,
            instance_id,
            rack_id,
            rebalance_timeout_ms,
            topology,
            active_tasks,
            standby_tasks,
            warmup_tasks,
            process_id,
            user_endpoint,
            client_tags,
            task_offsets,
            task_end_offsets,
            shutdown_application,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.member_id)?;
        s.i32(self.member_epoch);
        s.i32(self.endpoint_information_epoch);
        s.opt_string(flexible, true, self.instance_id.as_deref(), "InstanceId")?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.i32(self.rebalance_timeout_ms);
        s.struct_marker(self.topology.is_some());
        if let Some(x) = &self.topology {
            x.write(s, version)?;
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
        s.opt_string(flexible, true, self.process_id.as_deref(), "ProcessId")?;
        s.struct_marker(self.user_endpoint.is_some());
        if let Some(x) = &self.user_endpoint {
            x.write(s, version)?;
        }
        match &self.client_tags {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "ClientTags")?,
        }
        match &self.task_offsets {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "TaskOffsets")?,
        }
        match &self.task_end_offsets {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "TaskEndOffsets")?,
        }
        s.bool(self.shutdown_application);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupHeartbeatRequest<'static> {
        StreamsGroupHeartbeatRequest {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
            member_epoch: self.member_epoch,
            endpoint_information_epoch: self.endpoint_information_epoch,
            instance_id: self.instance_id.map(owned_str),
            rack_id: self.rack_id.map(owned_str),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            topology: self.topology.map(Topology::into_owned),
            active_tasks: self
                .active_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            standby_tasks: self
                .standby_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            warmup_tasks: self
                .warmup_tasks
                .map(|items| owned_vec(items, TaskIds::into_owned)),
            process_id: self.process_id.map(owned_str),
            user_endpoint: self.user_endpoint.map(Endpoint::into_owned),
            client_tags: self
                .client_tags
                .map(|items| owned_vec(items, KeyValue::into_owned)),
            task_offsets: self
                .task_offsets
                .map(|items| owned_vec(items, TaskOffset::into_owned)),
            task_end_offsets: self
                .task_end_offsets
                .map(|items| owned_vec(items, TaskOffset::into_owned)),
            shutdown_application: self.shutdown_application,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology<'a> {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `Subtopologies`: versions 0+.
    pub subtopologies: Vec<Subtopology<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Topology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let subtopologies = r.array(flexible, 8, |r| Subtopology::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            epoch,
            subtopologies,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.epoch);
        s.len32(flexible, Some(self.subtopologies.len()))?;
        for x in &self.subtopologies {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Topology<'static> {
        Topology {
            epoch: self.epoch,
            subtopologies: owned_vec(self.subtopologies, Subtopology::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subtopology<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<Str<'a>>,
    /// `SourceTopicRegex`: versions 0+.
    pub source_topic_regex: Vec<Str<'a>>,
    /// `StateChangelogTopics`: versions 0+.
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// `RepartitionSinkTopics`: versions 0+.
    pub repartition_sink_topics: Vec<Str<'a>>,
    /// `RepartitionSourceTopics`: versions 0+.
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
    /// `CopartitionGroups`: versions 0+.
    pub copartition_groups: Vec<CopartitionGroup>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Subtopology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let source_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let source_topic_regex = r.array(flexible, 1, |r| r.string(flexible))?;
        let state_changelog_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let repartition_sink_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let repartition_source_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let copartition_groups = r.array(flexible, 4, |r| CopartitionGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            source_topics,
            source_topic_regex,
            state_changelog_topics,
            repartition_sink_topics,
            repartition_source_topics,
            copartition_groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.source_topic_regex.len()))?;
        for x in &self.source_topic_regex {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.state_changelog_topics.len()))?;
        for x in &self.state_changelog_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.repartition_sink_topics.len()))?;
        for x in &self.repartition_sink_topics {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.repartition_source_topics.len()))?;
        for x in &self.repartition_source_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.copartition_groups.len()))?;
        for x in &self.copartition_groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Subtopology<'static> {
        Subtopology {
            subtopology_id: owned_str(self.subtopology_id),
            source_topics: owned_vec(self.source_topics, owned_str),
            source_topic_regex: owned_vec(self.source_topic_regex, owned_str),
            state_changelog_topics: owned_vec(self.state_changelog_topics, TopicInfo::into_owned),
            repartition_sink_topics: owned_vec(self.repartition_sink_topics, owned_str),
            repartition_source_topics: owned_vec(
                self.repartition_source_topics,
                TopicInfo::into_owned,
            ),
            copartition_groups: self.copartition_groups,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CopartitionGroup {
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<i16>,
    /// `SourceTopicRegex`: versions 0+.
    pub source_topic_regex: Vec<i16>,
    /// `RepartitionSourceTopics`: versions 0+.
    pub repartition_source_topics: Vec<i16>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl CopartitionGroup {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let source_topics = r.array(flexible, 2, |r| r.i16())?;
        let source_topic_regex = r.array(flexible, 2, |r| r.i16())?;
        let repartition_source_topics = r.array(flexible, 2, |r| r.i16())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            source_topics,
            source_topic_regex,
            repartition_source_topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.i16(*x);
        }
        s.len32(flexible, Some(self.source_topic_regex.len()))?;
        for x in &self.source_topic_regex {
            s.i16(*x);
        }
        s.len32(flexible, Some(self.repartition_source_topics.len()))?;
        for x in &self.repartition_source_topics {
            s.i16(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyValue<'a> {
    /// `Key`: versions 0+.
    pub key: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> KeyValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let key = r.string(flexible)?;
        let value = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.key)?;
        s.string(flexible, &self.value)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> KeyValue<'static> {
        KeyValue {
            key: owned_str(self.key),
            value: owned_str(self.value),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicInfo<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: i32,
    /// `ReplicationFactor`: versions 0+.
    pub replication_factor: i16,
    /// `TopicConfigs`: versions 0+.
    pub topic_configs: Vec<KeyValue<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicInfo<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let topic_configs = r.array(flexible, 3, |r| KeyValue::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            replication_factor,
            topic_configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i32(self.partitions);
        s.i16(self.replication_factor);
        s.len32(flexible, Some(self.topic_configs.len()))?;
        for x in &self.topic_configs {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicInfo<'static> {
        TopicInfo {
            name: owned_str(self.name),
            partitions: self.partitions,
            replication_factor: self.replication_factor,
            topic_configs: owned_vec(self.topic_configs, KeyValue::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
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

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskOffset<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `Offset`: versions 0+.
    pub offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TaskOffset<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let partition = r.i32()?;
        let offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            partition,
            offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.i32(self.partition);
        s.i64(self.offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TaskOffset<'static> {
        TaskOffset {
            subtopology_id: owned_str(self.subtopology_id),
            partition: self.partition,
            offset: self.offset,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupHeartbeatRequest`, versions 0-1.
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

crate::macros::message!(
    StreamsGroupHeartbeatRequest<'a>,
    "StreamsGroupHeartbeatRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for StreamsGroupHeartbeatRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::StreamsGroupHeartbeat;
    type Response<'r> = crate::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse<'r>;
}
