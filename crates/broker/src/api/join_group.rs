//! JoinGroup, key 11, versions 0 to 9. See `group` for what it does; the answer waits for the other
//! members.

use group::{Caller, Request};
use protocol::join_group_request::JoinGroupRequest;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &JoinGroupRequest<'_>) -> Handled {
    let host = format!("/{}", cx.session.peer);
    let caller = Caller {
        version: cx.version,
        client_id: cx.client_id,
        client_host: &host,
    };
    let random = broker.random.bits();
    let image = broker.image.load_full();
    let join = Request::JoinGroup {
        caller,
        random,
        image: &image,
        limits: broker.group_limits(&request.group_id),
        request,
    };
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &join)
}
