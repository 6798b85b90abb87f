//! How a streams group is shown: StreamsGroupDescribe (key 89).

use std::borrow::Cow;

use model::ErrorCode;
use protocol::streams_group_describe_response::{
    Assignment, DescribedGroup, Endpoint, KeyValue, Member, TaskIds, TaskOffset,
};

use super::assign::TaskOffsets;
use super::live::{LiveStreams, ReportedOffsets};
use super::tasks::{TaskSet, Tasks};
use super::{ASSIGNOR, StreamsGroup, StreamsMember};
use crate::GroupCoordinator;
use crate::logged::{Logged, LoggedGroup};

/// A group that cannot be shown.
pub(crate) fn describe_error(
    group_id: &str,
    error: ErrorCode,
    message: Option<String>,
) -> DescribedGroup<'static> {
    DescribedGroup {
        group_id: owned(group_id),
        error_code: error,
        error_message: message.map(Cow::Owned),
        ..DescribedGroup::default()
    }
}

impl GroupCoordinator {
    /// StreamsGroupDescribe (key 89, versions 0 and 1), one group of it: epochs, state, topology, and members with what they
    /// have and are to have.
    ///
    /// - Internal topics are shown with the partitions that they need, once that is known.
    /// - Version 1 has the name of the assignor (KIP-1071).
    /// - The caller adds the operations that the client may do, and whether there is a description of the topology.
    ///
    /// Errors: INVALID_GROUP_ID; GROUP_ID_NOT_FOUND, also for a group of another kind.
    #[must_use]
    pub fn streams_group_describe(
        &self,
        logged: &Logged,
        group_id: &str,
    ) -> DescribedGroup<'static> {
        if group_id.is_empty() {
            return describe_error(group_id, ErrorCode::INVALID_GROUP_ID, None);
        }
        let message = match logged.group(group_id) {
            Some(LoggedGroup::Streams(group)) => {
                let nothing = LiveStreams::default();
                let live = self.live.known(group_id);
                let live = live.map_or(&nothing, |live| &live.streams);
                return group.described(group_id, live);
            }
            Some(_) => format!("Group {group_id} is not a streams group."),
            None => format!("Group {group_id} not found."),
        };
        describe_error(group_id, ErrorCode::GROUP_ID_NOT_FOUND, Some(message))
    }
}

impl StreamsGroup {
    fn described(&self, group_id: &str, live: &LiveStreams) -> DescribedGroup<'static> {
        let configured = live.configured.as_deref();
        let ready = configured.filter(|configured| configured.problem.is_none());
        let topology = match ready {
            Some(configured) => Some(configured.shown()),
            None => self.topology.as_ref().map(|topology| topology.shown()),
        };
        let (nothing, no_target) = (ReportedOffsets::default(), Tasks::default());
        let members = self.members.iter().map(|(id, member)| {
            let target = self.targets.get(id).map_or(&no_target, |target| target);
            let offsets = live.offsets.get(id).unwrap_or(&nothing);
            described_member(id, member, target, offsets)
        });
        DescribedGroup {
            group_id: owned(group_id),
            group_state: Cow::Borrowed(self.state()),
            group_epoch: self.epoch(),
            assignment_epoch: self.assignment_epoch,
            topology,
            members: members.collect(),
            assignor_name: Some(Cow::Borrowed(ASSIGNOR)),
            ..DescribedGroup::default()
        }
    }
}

fn described_member(
    id: &str,
    member: &StreamsMember,
    target: &Tasks,
    offsets: &ReportedOffsets,
) -> Member<'static> {
    let (metadata, current) = (&member.metadata, &member.current);
    let has = Tasks {
        active: current.assigned.active_set(),
        standby: current.assigned.standby.clone(),
        warmup: current.assigned.warmup.clone(),
    };
    let tags = metadata.client_tags.iter().map(|(key, value)| KeyValue {
        key: owned(key),
        value: owned(value),
        ..KeyValue::default()
    });
    let endpoint = metadata.endpoint.as_ref().map(|endpoint| Endpoint {
        host: owned(&endpoint.host),
        port: endpoint.port,
        ..Endpoint::default()
    });
    Member {
        member_id: owned(id),
        member_epoch: current.epoch,
        instance_id: metadata.instance_id.as_deref().map(owned),
        rack_id: metadata.rack_id.as_deref().map(owned),
        client_id: owned(&metadata.client_id),
        client_host: owned(&metadata.client_host),
        topology_epoch: metadata.topology_epoch,
        process_id: owned(&metadata.process_id),
        user_endpoint: endpoint,
        client_tags: tags.collect(),
        task_offsets: described_offsets(&offsets.has),
        task_end_offsets: described_offsets(&offsets.ends),
        assignment: assignment(&has),
        target_assignment: assignment(target),
        ..Member::default()
    }
}

fn described_offsets(offsets: &TaskOffsets) -> Vec<TaskOffset<'static>> {
    let tasks = offsets.iter().flat_map(|(id, partitions)| {
        let partitions = partitions.iter();
        partitions.map(move |(partition, offset)| TaskOffset {
            subtopology_id: owned(id),
            partition: *partition,
            offset: *offset,
            ..TaskOffset::default()
        })
    });
    tasks.collect()
}

fn assignment(tasks: &Tasks) -> Assignment<'static> {
    Assignment {
        active_tasks: ids(&tasks.active),
        standby_tasks: ids(&tasks.standby),
        warmup_tasks: ids(&tasks.warmup),
        ..Assignment::default()
    }
}

fn ids(tasks: &TaskSet) -> Vec<TaskIds<'static>> {
    let tasks = tasks.iter().map(|(id, partitions)| TaskIds {
        subtopology_id: owned(id),
        partitions: partitions.iter().copied().collect(),
        ..TaskIds::default()
    });
    tasks.collect()
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}
