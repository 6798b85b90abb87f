//! DeleteGroups, key 42, versions 0 to 3: removes groups without members, and their offsets.

use std::borrow::Cow;

use group::{Request, Response};
use protocol::delete_groups_request::DeleteGroupsRequest;
use protocol::delete_groups_response::DeleteGroupsResponse;

use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DeleteGroupsRequest<'_>,
) -> Handled {
    let names = request.groups_names.iter().map(Cow::as_ref);
    let by_shard: Vec<_> = broker.groups_by_shard(names).into_values().collect();
    if by_shard.is_empty() {
        return finish(cx.outgoing(), Vec::new());
    }
    let gather = Gather::new(cx.outgoing(), Finish::DeleteGroups, by_shard.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, groups) in (0..).zip(&by_shard) {
            ask.group(part, groups[0], &Request::DeleteGroups(groups));
        }
    })
}

pub(super) fn finish(outgoing: Outgoing, parts: Vec<Response>) -> Handled {
    let mut response = DeleteGroupsResponse::default();
    for part in parts {
        if let Response::DeleteGroups(results) = part {
            response.results.extend(results);
        }
    }
    outgoing.reply(&response)
}
