//! DescribeGroups, key 15, versions 0 to 6.
//!
//! - A group that is asked for several times is answered once.
//! - Version 3 adds the operations that the client may use, version 6 says `GROUP_ID_NOT_FOUND` where
//!   earlier ones show a dead group (KIP-1043).

use group::{Request, Response};
use protocol::describe_groups_request::DescribeGroupsRequest;
use protocol::describe_groups_response::DescribeGroupsResponse;

use super::access::ResourceKind;
use super::distinct::distinct;
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DescribeGroupsRequest<'_>,
) -> Handled {
    if request.groups.is_empty() {
        return finish(cx.outgoing(), false, Vec::new());
    }
    let version = cx.version;
    let groups: Vec<_> = distinct(&request.groups, |group_id| &**group_id).collect();
    let finish = Finish::DescribeGroups(request.include_authorized_operations);
    let gather = Gather::new(cx.outgoing(), finish, groups.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, group_id) in (0..).zip(groups) {
            ask.group(
                part,
                group_id,
                &Request::DescribeGroup { version, group_id },
            );
        }
    })
}

pub(super) fn finish(outgoing: Outgoing, with_operations: bool, parts: Vec<Response>) -> Handled {
    let groups = parts.into_iter().filter_map(|part| match part {
        Response::DescribeGroup(mut group) => {
            if with_operations && group.error_code.is_none() {
                group.authorized_operations = ResourceKind::Group.authorized_operations();
            }
            Some(group)
        }
        _ => None,
    });
    outgoing.reply(&DescribeGroupsResponse {
        groups: groups.collect(),
        ..Default::default()
    })
}
