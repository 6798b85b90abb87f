//! ConsumerGroupHeartbeat, key 68, versions 0 and 1 (KIP-848). See `group` for what it does.
//!
//! - `UNSUPPORTED_VERSION` while `group.version` is 0 or `group.coordinator.rebalance.protocols` leaves
//!   `consumer` out.

use group::{Caller, ConsumerHeartbeat, GroupLimits, Request};
use metadata::ConfigResourceType;
use model::ErrorCode;
use protocol::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest;
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effective::texts;
use crate::gather::Finish;

/// The name in `group.coordinator.rebalance.protocols`.
const PROTOCOL: &str = "consumer";

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ConsumerGroupHeartbeatRequest<'_>,
) -> Handled {
    if !broker.has_consumer_groups() {
        return cx.reply(&ConsumerGroupHeartbeatResponse {
            error_code: ErrorCode::UNSUPPORTED_VERSION,
            ..Default::default()
        });
    }
    let host = format!("/{}", cx.session.peer);
    let image = broker.image.load_full();
    let beat = Request::ConsumerGroupHeartbeat(ConsumerHeartbeat {
        caller: Caller {
            version: cx.version,
            client_id: cx.client_id,
            client_host: &host,
        },
        random: broker.random.bits(),
        image: &image,
        limits: broker.group_limits(&request.group_id),
        request,
    });
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &beat)
}

impl Broker {
    /// Whether groups of the consumer protocol are allowed in this cluster.
    pub(crate) fn has_consumer_groups(&self) -> bool {
        let protocols = &self.effective.now().broker.groups.protocols;
        self.image().features().level("group.version") > 0
            && protocols
                .iter()
                .any(|name| name.eq_ignore_ascii_case(PROTOCOL))
    }

    /// What holds for one group: its own configurations over those of this broker.
    pub(crate) fn group_limits(&self, group_id: &str) -> GroupLimits {
        let current = self.effective.now();
        let overrides = texts(&self.image(), ConfigResourceType::GROUP, group_id);
        let config = config::GroupConfig::resolve(&current.broker, &overrides);
        // The controller has let these values in; where they do not read, the broker's own count.
        let config =
            config.or_else(|_| config::GroupConfig::resolve(&current.broker, &Default::default()));
        let config = config.expect("the broker's own configurations were read at its start");
        GroupLimits {
            session_timeout: config.consumer_session_timeout,
            heartbeat_interval: config.consumer_heartbeat_interval,
            assignment_interval: config.consumer_assignment_interval,
        }
    }
}
