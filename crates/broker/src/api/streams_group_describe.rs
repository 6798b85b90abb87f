//! StreamsGroupDescribe, key 89, versions 0 and 1 (KIP-1071).
//!
//! - A group that is asked for several times is answered once.
//! - `UNSUPPORTED_VERSION` for each group while `streams.version` is 0 or `group.coordinator.rebalance.protocols` leaves `streams` out.
//! - A description of the topology that is asked for (version 1) is never there: only a plugin of Apache Kafka keeps any.

use std::borrow::Cow;

use group::{Request, Response};
use model::ErrorCode;
use protocol::streams_group_describe_request::StreamsGroupDescribeRequest;
use protocol::streams_group_describe_response::{DescribedGroup, StreamsGroupDescribeResponse};

use super::access::ResourceKind;
use super::distinct::distinct;
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

/// No description of the topology is kept.
const NOT_STORED: i8 = 1;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &StreamsGroupDescribeRequest<'_>,
) -> Handled {
    let ids: Vec<_> = distinct(&request.group_ids, |group_id| &**group_id).collect();
    if ids.is_empty() || !broker.has_streams_groups() {
        let refused = ids.into_iter().map(|id| DescribedGroup {
            group_id: Cow::Borrowed(&**id),
            error_code: ErrorCode::UNSUPPORTED_VERSION,
            ..Default::default()
        });
        return cx.reply(&StreamsGroupDescribeResponse {
            groups: refused.collect(),
            ..Default::default()
        });
    }
    let finish = Finish::StreamsGroupDescribe {
        with_operations: request.include_authorized_operations,
        with_description: request.include_topology_description,
    };
    let gather = Gather::new(cx.outgoing(), finish, ids.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, group_id) in (0..).zip(ids) {
            let describe = Request::StreamsGroupDescribe { group_id };
            ask.group(part, group_id, &describe);
        }
    })
}

pub(super) fn finish(
    outgoing: Outgoing,
    (with_operations, with_description): (bool, bool),
    parts: Vec<Response>,
) -> Handled {
    let groups = parts.into_iter().filter_map(|part| match part {
        Response::StreamsGroupDescribe(mut group) => {
            if with_operations && group.error_code.is_none() {
                group.authorized_operations = ResourceKind::Group.authorized_operations();
            }
            if with_description && group.error_code.is_none() {
                group.topology_description_status = NOT_STORED;
            }
            Some(group)
        }
        _ => None,
    });
    outgoing.reply(&StreamsGroupDescribeResponse {
        groups: groups.collect(),
        ..Default::default()
    })
}
