//! ShareGroupHeartbeat, key 76, version 1 (KIP-932). See `group` for what it does.
//!
//! - `UNSUPPORTED_VERSION` while `share.version` is 0.

use group::{Caller, GroupLimits, Request, ShareHeartbeat};
use model::ErrorCode;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ShareGroupHeartbeatRequest<'_>,
) -> Handled {
    if !broker.has_share_groups() {
        return cx.reply(&ShareGroupHeartbeatResponse {
            error_code: ErrorCode::UNSUPPORTED_VERSION,
            ..Default::default()
        });
    }
    let host = format!("/{}", cx.session.peer);
    let image = broker.image.load_full();
    let config = broker.group_config(&request.group_id);
    let beat = Request::ShareGroupHeartbeat(ShareHeartbeat {
        caller: Caller {
            version: cx.version,
            client_id: cx.client_id,
            client_host: &host,
        },
        image: &image,
        limits: GroupLimits {
            session_timeout: config.share_session_timeout,
            heartbeat_interval: config.share_heartbeat_interval,
            assignment_interval: config.share_assignment_interval,
        },
        request,
    });
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &beat)
}

impl Broker {
    /// Whether share groups are allowed in this cluster.
    pub(crate) fn has_share_groups(&self) -> bool {
        self.image().features().level("share.version") > 0
    }
}
