//! SyncGroup, key 14, versions 0 to 5. The answer waits for the assignment of the group's leader.

use group::Request;
use protocol::sync_group_request::SyncGroupRequest;

use super::{Cx, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &SyncGroupRequest<'_>) -> Handled {
    let image = broker.image.load_full();
    let sync = Request::SyncGroup {
        version: cx.version,
        image: &image,
        request,
    };
    group_requests::ask_one(broker, cx, &request.group_id, Finish::Single, &sync)
}
