//! LeaveGroup, key 13, versions 0 to 5. Version 3 lets several members leave at once.

use group::Request;
use protocol::leave_group_request::LeaveGroupRequest;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &LeaveGroupRequest<'_>) -> Handled {
    let image = broker.image.load_full();
    let leave = Request::LeaveGroup {
        version: cx.version,
        image: &image,
        request,
    };
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &leave)
}
