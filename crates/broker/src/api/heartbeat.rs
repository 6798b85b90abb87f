//! Heartbeat, key 12, versions 0 to 4.

use group::Request;
use protocol::heartbeat_request::HeartbeatRequest;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &HeartbeatRequest<'_>) -> Handled {
    let heartbeat = Request::Heartbeat(request);
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &heartbeat)
}
