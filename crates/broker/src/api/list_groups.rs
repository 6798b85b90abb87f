//! ListGroups, key 16, versions 0 to 5: the groups that this broker coordinates.
//!
//! - Version 4 filters by state, version 5 by type (KIP-518, KIP-848).

use group::{Request, Response};
use protocol::list_groups_request::ListGroupsRequest;
use protocol::list_groups_response::ListGroupsResponse;

use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &ListGroupsRequest<'_>) -> Handled {
    let shards: Vec<i32> = broker
        .groups
        .all()
        .iter()
        .map(|shard| shard.index())
        .collect();
    if shards.is_empty() {
        return finish(cx.outgoing(), Vec::new());
    }
    let gather = Gather::new(cx.outgoing(), Finish::ListGroups, shards.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, shard) in (0..).zip(shards) {
            ask.shard(part, shard, &Request::ListGroups(request));
        }
    })
}

pub(super) fn finish(outgoing: Outgoing, parts: Vec<Response>) -> Handled {
    let mut response = ListGroupsResponse::default();
    for part in parts {
        match part {
            Response::ListGroups(Ok(groups)) => response.groups.extend(groups),
            Response::ListGroups(Err(error)) => response.error_code = error,
            _ => {}
        }
    }
    outgoing.reply(&response)
}
