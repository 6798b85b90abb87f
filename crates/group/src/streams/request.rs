//! What may be asked of a streams group, and reading it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now};
use protocol::streams_group_heartbeat_request::{
    StreamsGroupHeartbeatRequest, TaskIds, TaskOffset, Topology as SentTopology,
};

use super::assign::TaskOffsets;
use super::heartbeat::{JOINS, LEAVES_FOR_A_WHILE, Refused, Result, StreamsLimits, TopicCreation};
use super::member::{Endpoint, StreamsMemberMetadata};
use super::tasks::{TaskSet, Tasks};
use super::topology::Configured;
use crate::turn::Caller;

/// One heartbeat and what came with it.
#[derive(Clone, Copy)]
pub(super) struct Beat<'a> {
    pub(super) now: Now,
    pub(super) caller: Caller<'a>,
    pub(super) image: &'a metadata::Image,
    pub(super) limits: &'a StreamsLimits,
    pub(super) creation: TopicCreation<'a>,
    pub(super) request: &'a StreamsGroupHeartbeatRequest<'a>,
}

impl Beat<'_> {
    pub(super) fn joins(&self) -> bool {
        self.request.member_epoch == JOINS
    }

    pub(super) fn session_deadline(&self) -> Duration {
        self.now.mono + self.limits.session_timeout
    }

    /// What the member says that it has, if it does.
    pub(super) fn owned(&self) -> Option<Tasks> {
        let request = self.request;
        Some(Tasks {
            active: set(request.active_tasks.as_deref()?),
            standby: set(request.standby_tasks.as_deref()?),
            warmup: set(request.warmup_tasks.as_deref()?),
        })
    }

    /// What the member is, after what it says and was before.
    pub(super) fn updated(&self, before: &StreamsMemberMetadata) -> StreamsMemberMetadata {
        let request = self.request;
        let endpoint = request.user_endpoint.as_ref().map(|endpoint| Endpoint {
            host: Box::from(&*endpoint.host),
            port: endpoint.port,
        });
        let kept = before.endpoint.clone().filter(|_| !self.joins());
        let instance_id = request.instance_id.as_deref().map(Arc::from);
        let rack_id = request.rack_id.as_deref().map(Box::from);
        let process_id = request.process_id.as_deref().map(Arc::from);
        let topology = request.topology.as_ref();
        StreamsMemberMetadata {
            instance_id: instance_id.or_else(|| before.instance_id.clone()),
            rack_id: rack_id.or_else(|| before.rack_id.clone()),
            client_id: Box::from(self.caller.client_id),
            client_host: Box::from(self.caller.client_host),
            rebalance_timeout_ms: match request.rebalance_timeout_ms {
                -1 => before.rebalance_timeout_ms,
                timeout => timeout,
            },
            topology_epoch: topology.map_or(before.topology_epoch, |topology| topology.epoch),
            process_id: process_id.unwrap_or_else(|| Arc::clone(&before.process_id)),
            endpoint: endpoint.or(kept),
            client_tags: match &request.client_tags {
                None => before.client_tags.clone(),
                Some(tags) => {
                    let tags = tags.iter();
                    tags.map(|tag| (Box::from(&*tag.key), Box::from(&*tag.value)))
                        .collect()
                }
            },
        }
    }
}

/// What is wrong with a request in itself, whatever its group is.
pub(super) fn validate(request: &StreamsGroupHeartbeatRequest<'_>) -> Result<()> {
    let topology = request.topology.as_ref();
    let mut subtopologies = topology.iter().flat_map(|topology| &topology.subtopologies);
    if subtopologies.any(|subtopology| !subtopology.source_topic_regex.is_empty()) {
        return invalid("Regular expressions for source topics are not supported yet.");
    }
    let is_blank = |text: &str| text.trim().is_empty();
    let is_set_blank = |text: Option<&str>| text.is_some_and(is_blank);
    if is_blank(&request.member_id) {
        return invalid("MemberId can't be empty.");
    }
    if is_blank(&request.group_id) {
        return invalid("GroupId can't be empty.");
    }
    if is_set_blank(request.instance_id.as_deref()) {
        return invalid("InstanceId can't be empty.");
    }
    if is_set_blank(request.rack_id.as_deref()) {
        return invalid("RackId can't be empty.");
    }
    validate_epoch(request)?;
    validate_tasks(request)?;
    if request.member_epoch != JOINS && topology.is_some() {
        return invalid("Topology can only be provided when (re-)joining.");
    }
    Ok(())
}

fn validate_epoch(request: &StreamsGroupHeartbeatRequest<'_>) -> Result<()> {
    match request.member_epoch {
        JOINS => validate_join(request),
        LEAVES_FOR_A_WHILE if request.instance_id.is_none() => invalid("InstanceId can't be null."),
        epoch if epoch < LEAVES_FOR_A_WHILE => invalid(&format!(
            "MemberEpoch is {epoch}, but must be greater than or equal to -2."
        )),
        _ => Ok(()),
    }
}

fn validate_join(request: &StreamsGroupHeartbeatRequest<'_>) -> Result<()> {
    if request.rebalance_timeout_ms == -1 {
        return invalid("RebalanceTimeoutMs must be provided in first request.");
    }
    let owned = [
        ("ActiveTasks", &request.active_tasks),
        ("StandbyTasks", &request.standby_tasks),
        ("WarmupTasks", &request.warmup_tasks),
    ];
    for (name, tasks) in owned {
        if tasks.as_ref().is_none_or(|tasks| !tasks.is_empty()) {
            return invalid(&format!("{name} must be empty when (re-)joining."));
        }
    }
    let Some(topology) = &request.topology else {
        return invalid("Topology must be non-null when (re-)joining.");
    };
    validate_changelogs(topology)
}

fn validate_tasks(request: &StreamsGroupHeartbeatRequest<'_>) -> Result<()> {
    let tasks = [
        &request.active_tasks,
        &request.standby_tasks,
        &request.warmup_tasks,
    ];
    let said = tasks.iter().filter(|tasks| tasks.is_some()).count();
    if said == 0 || said == tasks.len() {
        return Ok(());
    }
    invalid("If one task-type is non-null, all must be non-null.")
}

fn validate_changelogs(topology: &SentTopology<'_>) -> Result<()> {
    let subtopologies = topology.subtopologies.iter();
    let changelogs = subtopologies.flat_map(|subtopology| &subtopology.state_changelog_topics);
    match changelogs.into_iter().find(|topic| topic.partitions != 0) {
        None => Ok(()),
        Some(topic) => Err(Refused(
            ErrorCode::STREAMS_INVALID_TOPOLOGY,
            format!(
                "Changelog topic {} must have an undefined partition count, but it is set to {}.",
                topic.name, topic.partitions
            ),
        )),
    }
}

pub(super) fn invalid<T>(message: &str) -> Result<T> {
    Err(Refused(ErrorCode::INVALID_REQUEST, message.to_owned()))
}

fn set(tasks: &[TaskIds<'_>]) -> TaskSet {
    let mut set = TaskSet::new();
    for ids in tasks.iter().filter(|ids| !ids.partitions.is_empty()) {
        let partitions = set.entry(Arc::from(&*ids.subtopology_id)).or_default();
        partitions.extend(&ids.partitions);
    }
    set
}

/// Reads offsets of tasks: of those that `is_known`, so that nothing piles up that nobody has.
pub(super) fn offsets(
    reported: &[TaskOffset<'_>],
    is_known: impl Fn(&str, i32) -> bool,
) -> Result<TaskOffsets> {
    let mut offsets = TaskOffsets::new();
    for task in reported {
        let (id, partition) = (&*task.subtopology_id, task.partition);
        if !is_known(id, partition) {
            continue;
        }
        let of_subtopology: &mut BTreeMap<i32, i64> = offsets.entry(Arc::from(id)).or_default();
        if of_subtopology.insert(partition, task.offset).is_some() {
            return invalid(&format!(
                "Task offsets contain a duplicate entry for subtopology {id} and partition {partition}."
            ));
        }
    }
    Ok(offsets)
}

/// A member has no tasks that its topology does not have.
pub(super) fn check_tasks(configured: &Configured, beat: &Beat<'_>) -> Result<()> {
    if configured.problem.is_some() {
        return Ok(());
    }
    let request = beat.request;
    let roles = [
        &request.active_tasks,
        &request.standby_tasks,
        &request.warmup_tasks,
    ];
    for ids in roles.into_iter().flatten().flatten() {
        let id = &*ids.subtopology_id;
        let Some(tasks) = tasks_of(configured, id) else {
            return invalid(&format!("Subtopology {id} does not exist in the topology."));
        };
        let mut partitions = ids.partitions.iter();
        if let Some(partition) = partitions.find(|partition| !(0..tasks).contains(*partition)) {
            return invalid(&format!(
                "Task {partition} for subtopology {id} is invalid. Number of tasks for this subtopology: {tasks}"
            ));
        }
    }
    Ok(())
}

/// How many tasks a subtopology has.
pub(super) fn tasks_of(configured: &Configured, id: &str) -> Option<i32> {
    let subtopologies = configured.subtopologies.as_ref()?;
    Some(subtopologies.get(id)?.tasks)
}
