// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupDescribeResponse`: API key 89, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupDescribeResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Groups`: versions 0+.
    pub groups: Vec<DescribedGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupDescribeResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let groups = r.array(flexible, 20, |r| DescribedGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupDescribeResponse<'static> {
        StreamsGroupDescribeResponse {
            throttle_time_ms: self.throttle_time_ms,
            groups: owned_vec(self.groups, DescribedGroup::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GroupState`: versions 0+.
    pub group_state: Str<'a>,
    /// `GroupEpoch`: versions 0+.
    pub group_epoch: i32,
    /// `AssignmentEpoch`: versions 0+.
    pub assignment_epoch: i32,
    /// `Topology`: versions 0+.
    pub topology: Option<Topology<'a>>,
    /// `Members`: versions 0+.
    pub members: Vec<Member<'a>>,
    /// `AuthorizedOperations`: versions 0+, default -2147483648.
    pub authorized_operations: i32,
    /// `TopologyDescription`: versions 1+.
    pub topology_description: Option<TopologyDescription<'a>>,
    /// `TopologyDescriptionStatus`: versions 1+.
    pub topology_description_status: i8,
    /// `AssignorName`: versions 1+, ignorable.
    pub assignor_name: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribedGroup<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: None,
            group_id: Str::default(),
            group_state: Str::default(),
            group_epoch: 0,
            assignment_epoch: 0,
            topology: None,
            members: Vec::new(),
            authorized_operations: -2147483648,
            topology_description: None,
            topology_description_status: 0,
            assignor_name: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribedGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let group_id = r.string(flexible)?;
        let group_state = r.string(flexible)?;
        let group_epoch = r.i32()?;
        let assignment_epoch = r.i32()?;
        let topology = if r.struct_marker()? {
            Some(Topology::read(r, version)?)
        } else {
            None
        };
        let members = r.array(flexible, 28, |r| Member::read(r, version))?;
        let authorized_operations = r.i32()?;
        let topology_description = if version >= 1 {
            if r.struct_marker()? {
                Some(TopologyDescription::read(r, version)?)
            } else {
                None
            }
        } else {
            None
        };
        let topology_description_status = if version >= 1 { r.i8()? } else { 0 };
        let assignor_name = if version >= 1 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            group_epoch,
            assignment_epoch,
            topology,
            members,
            authorized_operations,
            topology_description,
            topology_description_status,
            assignor_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.group_state)?;
        s.i32(self.group_epoch);
        s.i32(self.assignment_epoch);
        s.struct_marker(self.topology.is_some());
        if let Some(x) = &self.topology {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.members.len()))?;
        for x in &self.members {
            x.write(s, version)?;
        }
        s.i32(self.authorized_operations);
        if version >= 1 {
            s.struct_marker(self.topology_description.is_some());
            if let Some(x) = &self.topology_description {
                x.write(s, version)?;
            }
        } else if self.topology_description.is_some() {
            return Err(EncodeError::not_in_version("TopologyDescription", version));
        }
        if version >= 1 {
            s.i8(self.topology_description_status);
        } else if self.topology_description_status != 0 {
            return Err(EncodeError::not_in_version(
                "TopologyDescriptionStatus",
                version,
            ));
        }
        if version >= 1 {
            s.opt_string(
                flexible,
                true,
                self.assignor_name.as_deref(),
                "AssignorName",
            )?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedGroup<'static> {
        DescribedGroup {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            group_id: owned_str(self.group_id),
            group_state: owned_str(self.group_state),
            group_epoch: self.group_epoch,
            assignment_epoch: self.assignment_epoch,
            topology: self.topology.map(Topology::into_owned),
            members: owned_vec(self.members, Member::into_owned),
            authorized_operations: self.authorized_operations,
            topology_description: self
                .topology_description
                .map(TopologyDescription::into_owned),
            topology_description_status: self.topology_description_status,
            assignor_name: self.assignor_name.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology<'a> {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `Subtopologies`: versions 0+.
    pub subtopologies: Option<Vec<Subtopology<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Topology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let subtopologies = r.opt_array(flexible, true, 6, |r| Subtopology::read(r, version))?;
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
        match &self.subtopologies {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Subtopologies")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Topology<'static> {
        Topology {
            epoch: self.epoch,
            subtopologies: self
                .subtopologies
                .map(|items| owned_vec(items, Subtopology::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subtopology<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<Str<'a>>,
    /// `RepartitionSinkTopics`: versions 0+.
    pub repartition_sink_topics: Vec<Str<'a>>,
    /// `StateChangelogTopics`: versions 0+.
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// `RepartitionSourceTopics`: versions 0+.
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Subtopology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let source_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let repartition_sink_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let state_changelog_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let repartition_source_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            source_topics,
            repartition_sink_topics,
            state_changelog_topics,
            repartition_source_topics,
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
        s.len32(flexible, Some(self.repartition_sink_topics.len()))?;
        for x in &self.repartition_sink_topics {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.state_changelog_topics.len()))?;
        for x in &self.state_changelog_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.repartition_source_topics.len()))?;
        for x in &self.repartition_source_topics {
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
            repartition_sink_topics: owned_vec(self.repartition_sink_topics, owned_str),
            state_changelog_topics: owned_vec(self.state_changelog_topics, TopicInfo::into_owned),
            repartition_source_topics: owned_vec(
                self.repartition_source_topics,
                TopicInfo::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member<'a> {
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `InstanceId`: versions 0+.
    pub instance_id: Option<Str<'a>>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `TopologyEpoch`: versions 0+.
    pub topology_epoch: i32,
    /// `ProcessId`: versions 0+.
    pub process_id: Str<'a>,
    /// `UserEndpoint`: versions 0+.
    pub user_endpoint: Option<Endpoint<'a>>,
    /// `ClientTags`: versions 0+.
    pub client_tags: Vec<KeyValue<'a>>,
    /// `TaskOffsets`: versions 0+.
    pub task_offsets: Vec<TaskOffset<'a>>,
    /// `TaskEndOffsets`: versions 0+.
    pub task_end_offsets: Vec<TaskOffset<'a>>,
    /// `Assignment`: versions 0+.
    pub assignment: Assignment<'a>,
    /// `TargetAssignment`: versions 0+.
    pub target_assignment: Assignment<'a>,
    /// `IsClassic`: versions 0+.
    pub is_classic: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Member<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let member_id = r.string(flexible)?;
        let member_epoch = r.i32()?;
        let instance_id = r.opt_string(flexible, true)?;
        let rack_id = r.opt_string(flexible, true)?;
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let topology_epoch = r.i32()?;
        let process_id = r.string(flexible)?;
        let user_endpoint = if r.struct_marker()? {
            Some(Endpoint::read(r, version)?)
        } else {
            None
        };
        let client_tags = r.array(flexible, 3, |r| KeyValue::read(r, version))?;
        let task_offsets = r.array(flexible, 14, |r| TaskOffset::read(r, version))?;
        let task_end_offsets = r.array(flexible, 14, |r| TaskOffset::read(r, version))?;
        let assignment = Assignment::read(r, version)?;
        let target_assignment = Assignment::read(r, version)?;
        let is_classic = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            member_epoch,
            instance_id,
            rack_id,
            client_id,
            client_host,
            topology_epoch,
            process_id,
            user_endpoint,
            client_tags,
            task_offsets,
            task_end_offsets,
            assignment,
            target_assignment,
            is_classic,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.member_id)?;
        s.i32(self.member_epoch);
        s.opt_string(flexible, true, self.instance_id.as_deref(), "InstanceId")?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.i32(self.topology_epoch);
        s.string(flexible, &self.process_id)?;
        s.struct_marker(self.user_endpoint.is_some());
        if let Some(x) = &self.user_endpoint {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.client_tags.len()))?;
        for x in &self.client_tags {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.task_offsets.len()))?;
        for x in &self.task_offsets {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.task_end_offsets.len()))?;
        for x in &self.task_end_offsets {
            x.write(s, version)?;
        }
        self.assignment.write(s, version)?;
        self.target_assignment.write(s, version)?;
        s.bool(self.is_classic);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Member<'static> {
        Member {
            member_id: owned_str(self.member_id),
            member_epoch: self.member_epoch,
            instance_id: self.instance_id.map(owned_str),
            rack_id: self.rack_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            topology_epoch: self.topology_epoch,
            process_id: owned_str(self.process_id),
            user_endpoint: self.user_endpoint.map(Endpoint::into_owned),
            client_tags: owned_vec(self.client_tags, KeyValue::into_owned),
            task_offsets: owned_vec(self.task_offsets, TaskOffset::into_owned),
            task_end_offsets: owned_vec(self.task_end_offsets, TaskOffset::into_owned),
            assignment: self.assignment.into_owned(),
            target_assignment: self.target_assignment.into_owned(),
            is_classic: self.is_classic,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
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

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
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

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment<'a> {
    /// `ActiveTasks`: versions 0+.
    pub active_tasks: Vec<TaskIds<'a>>,
    /// `StandbyTasks`: versions 0+.
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// `WarmupTasks`: versions 0+.
    pub warmup_tasks: Vec<TaskIds<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Assignment<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let active_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let standby_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let warmup_tasks = r.array(flexible, 3, |r| TaskIds::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            active_tasks,
            standby_tasks,
            warmup_tasks,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.active_tasks.len()))?;
        for x in &self.active_tasks {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.standby_tasks.len()))?;
        for x in &self.standby_tasks {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.warmup_tasks.len()))?;
        for x in &self.warmup_tasks {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Assignment<'static> {
        Assignment {
            active_tasks: owned_vec(self.active_tasks, TaskIds::into_owned),
            standby_tasks: owned_vec(self.standby_tasks, TaskIds::into_owned),
            warmup_tasks: owned_vec(self.warmup_tasks, TaskIds::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
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

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
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

/// Part of `StreamsGroupDescribeResponse`, versions 0-1.
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

/// Part of `StreamsGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescription<'a> {
    /// `Subtopologies`: versions 1+.
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// `GlobalStores`: versions 1+.
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescription<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopologies = r.array(flexible, 3, |r| {
            TopologyDescriptionSubtopology::read(r, version)
        })?;
        let global_stores = r.array(flexible, 15, |r| {
            TopologyDescriptionGlobalStore::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopologies,
            global_stores,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.subtopologies.len()))?;
        for x in &self.subtopologies {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.global_stores.len()))?;
        for x in &self.global_stores {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescription<'static> {
        TopologyDescription {
            subtopologies: owned_vec(
                self.subtopologies,
                TopologyDescriptionSubtopology::into_owned,
            ),
            global_stores: owned_vec(
                self.global_stores,
                TopologyDescriptionGlobalStore::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionSubtopology<'a> {
    /// `SubtopologyId`: versions 1+.
    pub subtopology_id: Str<'a>,
    /// `Nodes`: versions 1+.
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionSubtopology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let nodes = r.array(flexible, 7, |r| TopologyDescriptionNode::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            nodes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.nodes.len()))?;
        for x in &self.nodes {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionSubtopology<'static> {
        TopologyDescriptionSubtopology {
            subtopology_id: owned_str(self.subtopology_id),
            nodes: owned_vec(self.nodes, TopologyDescriptionNode::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionNode<'a> {
    /// `Name`: versions 1+.
    pub name: Str<'a>,
    /// `NodeType`: versions 1+.
    pub node_type: i8,
    /// `SourceTopics`: versions 1+.
    pub source_topics: Vec<Str<'a>>,
    /// `SinkTopic`: versions 1+.
    pub sink_topic: Option<Str<'a>>,
    /// `Stores`: versions 1+.
    pub stores: Vec<Str<'a>>,
    /// `Successors`: versions 1+.
    pub successors: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionNode<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let node_type = r.i8()?;
        let source_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let sink_topic = r.opt_string(flexible, true)?;
        let stores = r.array(flexible, 1, |r| r.string(flexible))?;
        let successors = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            node_type,
            source_topics,
            sink_topic,
            stores,
            successors,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.node_type);
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.string(flexible, x)?;
        }
        s.opt_string(flexible, true, self.sink_topic.as_deref(), "SinkTopic")?;
        s.len32(flexible, Some(self.stores.len()))?;
        for x in &self.stores {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.successors.len()))?;
        for x in &self.successors {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionNode<'static> {
        TopologyDescriptionNode {
            name: owned_str(self.name),
            node_type: self.node_type,
            source_topics: owned_vec(self.source_topics, owned_str),
            sink_topic: self.sink_topic.map(owned_str),
            stores: owned_vec(self.stores, owned_str),
            successors: owned_vec(self.successors, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// `Source`: versions 1+.
    pub source: TopologyDescriptionNode<'a>,
    /// `Processor`: versions 1+.
    pub processor: TopologyDescriptionNode<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionGlobalStore<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let source = TopologyDescriptionNode::read(r, version)?;
        let processor = TopologyDescriptionNode::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            source,
            processor,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        self.source.write(s, version)?;
        self.processor.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionGlobalStore<'static> {
        TopologyDescriptionGlobalStore {
            source: self.source.into_owned(),
            processor: self.processor.into_owned(),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupDescribeResponse<'a>,
    "StreamsGroupDescribeResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for StreamsGroupDescribeResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::StreamsGroupDescribe;
}
