//! What members of the story's streams group ask.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use protocol::streams_group_heartbeat_request::{
    Endpoint, StreamsGroupHeartbeatRequest, Subtopology, TaskIds, TaskOffset, TopicInfo, Topology,
};

use super::{GROUP, Story};
use crate::{Caller, InternalTopic, Request, StreamsHeartbeat, StreamsLimits, TopicCreation};

/// A subtopology: its id, the topics that it reads, and those that keep its state.
pub(crate) type Part<'r> = (&'r str, &'r [&'r str], &'r [&'r str]);

/// A member of a streams group; the fields that a test does not name have not changed.
#[derive(Clone, Debug)]
pub(crate) struct StreamsBeat<'r> {
    pub(crate) id: &'r str,
    pub(crate) epoch: i32,
    pub(crate) instance: Option<&'r str>,
    pub(crate) process: Option<&'r str>,
    pub(crate) topology: Option<(i32, &'r [Part<'r>])>,
    /// What it has, as `subtopology_partition`, standby tasks with `~`.
    pub(crate) owned: Option<&'r [&'r str]>,
    pub(crate) endpoint: Option<u16>,
    pub(crate) endpoint_epoch: i32,
    pub(crate) shutdown: bool,
    pub(crate) rebalance_ms: i32,
    pub(crate) offsets: &'r [(&'r str, i32, i64)],
}

/// A member that joins from a process of its own.
pub(crate) fn runs<'r>(id: &'r str, parts: &'r [Part<'r>]) -> StreamsBeat<'r> {
    StreamsBeat {
        process: Some(id),
        topology: Some((0, parts)),
        owned: Some(&[]),
        rebalance_ms: 60_000,
        ..lives(id, 0)
    }
}

/// A member that is alive.
pub(crate) fn lives(id: &str, epoch: i32) -> StreamsBeat<'_> {
    StreamsBeat {
        id,
        epoch,
        instance: None,
        process: None,
        topology: None,
        owned: None,
        endpoint: None,
        endpoint_epoch: 0,
        shutdown: false,
        rebalance_ms: -1,
        offsets: &[],
    }
}

/// No delays, and no standby tasks.
pub(crate) fn limits() -> StreamsLimits {
    StreamsLimits {
        session_timeout: Duration::from_secs(45),
        heartbeat_interval: Duration::from_secs(5),
        assignment_interval: Duration::ZERO,
        initial_rebalance_delay: Duration::ZERO,
        task_offset_interval: Duration::from_secs(60),
        acceptable_recovery_lag: 10_000,
        standby_replicas: 0,
        rack_aware_tags: Vec::new(),
    }
}

fn topology<'r>(epoch: i32, parts: &[Part<'r>]) -> Topology<'r> {
    let parts = parts.iter().map(|(id, sources, changelogs)| {
        let changelogs = changelogs.iter().map(|name| TopicInfo {
            name: Cow::Borrowed(*name),
            ..TopicInfo::default()
        });
        Subtopology {
            subtopology_id: Cow::Borrowed(*id),
            source_topics: sources.iter().map(|name| Cow::Borrowed(*name)).collect(),
            state_changelog_topics: changelogs.collect(),
            ..Subtopology::default()
        }
    });
    Topology {
        epoch,
        subtopologies: parts.collect(),
        ..Topology::default()
    }
}

fn tasks<'r>(owned: &[&'r str], is_standby: bool) -> Vec<TaskIds<'r>> {
    let mut ids: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for task in owned
        .iter()
        .filter(|task| task.starts_with('~') == is_standby)
    {
        let task = task.trim_start_matches('~');
        let (id, partition) = task.split_once('_').expect("subtopology_partition");
        let partition = partition.parse().expect("a number");
        ids.entry(id).or_default().push(partition);
    }
    let ids = ids.into_iter().map(|(id, partitions)| TaskIds {
        subtopology_id: Cow::Borrowed(id),
        partitions,
        ..TaskIds::default()
    });
    ids.collect()
}

impl Story {
    /// A heartbeat of a member of the streams group.
    pub(crate) fn run(&mut self, beat: &StreamsBeat<'_>) {
        let owned = |is_standby| beat.owned.map(|owned| tasks(owned, is_standby));
        let offsets = beat
            .offsets
            .iter()
            .map(|(id, partition, offset)| TaskOffset {
                subtopology_id: Cow::Borrowed(*id),
                partition: *partition,
                offset: *offset,
                ..TaskOffset::default()
            });
        let request = StreamsGroupHeartbeatRequest {
            group_id: GROUP.into(),
            member_id: beat.id.into(),
            member_epoch: beat.epoch,
            endpoint_information_epoch: beat.endpoint_epoch,
            instance_id: beat.instance.map(Into::into),
            rebalance_timeout_ms: beat.rebalance_ms,
            topology: beat.topology.map(|(epoch, parts)| topology(epoch, parts)),
            active_tasks: owned(false),
            standby_tasks: owned(true),
            warmup_tasks: beat.owned.map(|_| Vec::new()),
            process_id: beat.process.map(Into::into),
            user_endpoint: beat.endpoint.map(|port| Endpoint {
                host: "h".into(),
                port,
                ..Endpoint::default()
            }),
            task_offsets: (!beat.offsets.is_empty()).then(|| offsets.collect()),
            shutdown_application: beat.shutdown,
            ..StreamsGroupHeartbeatRequest::default()
        };
        let (image, limits) = (self.image.clone(), self.streams_limits.clone());
        let refused = self.refused_topics.clone();
        self.request(
            beat.id,
            &Request::StreamsGroupHeartbeat(StreamsHeartbeat {
                caller: Caller {
                    version: 1,
                    client_id: "c",
                    client_host: "/h",
                },
                image: &image,
                limits: &limits,
                creation: TopicCreation {
                    is_allowed: true,
                    refused: &refused,
                },
                request: &request,
            }),
        );
    }

    /// Shows the streams group.
    pub(crate) fn describe_runners(&mut self) {
        self.describe_runners_of(GROUP);
    }

    pub(crate) fn describe_runners_of(&mut self, group_id: &str) {
        self.request("admin", &Request::StreamsGroupDescribe { group_id });
    }

    /// The topics that have to be created.
    pub(crate) fn take_internal_topics(&mut self) -> Vec<InternalTopic> {
        let topics = self.shard.take_internal_topics().into_iter();
        topics.map(|(topic, _)| topic).collect()
    }
}
