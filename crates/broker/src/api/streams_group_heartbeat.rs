//! StreamsGroupHeartbeat, key 88, versions 0 and 1 (KIP-1071). See `group` for what it does.
//!
//! - `UNSUPPORTED_VERSION` while `streams.version` is 0 or `group.coordinator.rebalance.protocols` leaves `streams` out.
//! - `STREAMS_INVALID_TOPOLOGY` for a topology with topics of the broker's own, or with names that no topic can have.
//! - Internal topics that the topology needs are created through the controller, for a member that may create topics.

use std::collections::BTreeSet;

use config::GroupConfig;
use group::{Caller, Request, StreamsHeartbeat, StreamsLimits, TopicCreation};
use model::ErrorCode;
use protocol::streams_group_heartbeat_request::{StreamsGroupHeartbeatRequest, Topology};
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;

use super::access::{self, Operation, ResourceKind};
use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;
use crate::topics::{is_internal, is_valid_topic_name};

/// The name in `group.coordinator.rebalance.protocols`.
const PROTOCOL: &str = "streams";

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &StreamsGroupHeartbeatRequest<'_>,
) -> Handled {
    if !broker.has_streams_groups() {
        return refused(cx, ErrorCode::UNSUPPORTED_VERSION, None);
    }
    if let Some(topology) = &request.topology {
        if let Err(message) = check_names(topology) {
            return refused(cx, ErrorCode::STREAMS_INVALID_TOPOLOGY, Some(message));
        }
        if !access::is_allowed(cx.session, ResourceKind::Topic, Operation::Describe) {
            return refused(cx, ErrorCode::TOPIC_AUTHORIZATION_FAILED, None);
        }
    }
    if let Some(refused) = group::refused_streams_heartbeat(request) {
        return cx.reply(&refused);
    }
    let host = format!("/{}", cx.session.peer);
    let image = broker.image.load_full();
    let limits = limits(broker.group_config(&request.group_id));
    let refused_topics = broker.refused_topics.at(cx.now);
    let may_create = |kind| access::is_allowed(cx.session, kind, Operation::Create);
    let beat = Request::StreamsGroupHeartbeat(StreamsHeartbeat {
        caller: Caller {
            version: cx.version,
            client_id: cx.client_id,
            client_host: &host,
        },
        image: &image,
        limits: &limits,
        creation: TopicCreation {
            is_allowed: may_create(ResourceKind::Cluster) || may_create(ResourceKind::Topic),
            refused: &refused_topics,
        },
        request,
    });
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &beat)
}

fn refused(cx: &Cx<'_>, error: ErrorCode, message: Option<String>) -> Handled {
    cx.reply(&StreamsGroupHeartbeatResponse {
        error_code: error,
        error_message: message.map(Into::into),
        ..Default::default()
    })
}

fn check_names(topology: &Topology<'_>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let names = topology.subtopologies.iter().flat_map(|subtopology| {
        let internal = subtopology.repartition_source_topics.iter();
        let internal = internal.chain(&subtopology.state_changelog_topics);
        let read_and_written = subtopology.source_topics.iter();
        read_and_written
            .chain(&subtopology.repartition_sink_topics)
            .chain(internal.map(|topic| &topic.name))
    });
    let names: Vec<&str> = names
        .map(|name| &**name)
        .filter(|name| seen.insert(*name))
        .collect();
    let listed = |is_wrong: fn(&str) -> bool| {
        let wrong = names.iter().copied().filter(|name| is_wrong(name));
        wrong.collect::<Vec<_>>().join(",")
    };
    let own = listed(is_internal);
    if !own.is_empty() {
        return Err(format!(
            "Use of Kafka internal topics {own} in a Kafka Streams topology is prohibited."
        ));
    }
    if names.iter().any(|name| is_valid_topic_name(name).is_err()) {
        let wrong = listed(|name| is_valid_topic_name(name).is_err());
        return Err(format!("Topic names {wrong} are not valid topic names."));
    }
    Ok(())
}

fn limits(config: GroupConfig) -> StreamsLimits {
    StreamsLimits {
        session_timeout: config.streams_session_timeout,
        heartbeat_interval: config.streams_heartbeat_interval,
        assignment_interval: config.streams_assignment_interval,
        initial_rebalance_delay: config.streams_initial_rebalance_delay,
        task_offset_interval: config.streams_task_offset_interval,
        acceptable_recovery_lag: config.streams_acceptable_recovery_lag,
        standby_replicas: config.streams_standby_replicas,
        rack_aware_tags: config.streams_rack_aware_tags,
    }
}

impl Broker {
    /// Whether streams groups are allowed in this cluster.
    pub(crate) fn has_streams_groups(&self) -> bool {
        let protocols = &self.effective.now().broker.groups.protocols;
        self.image().features().level("streams.version") > 0
            && protocols
                .iter()
                .any(|name| name.eq_ignore_ascii_case(PROTOCOL))
    }
}
