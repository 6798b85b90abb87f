//! ConsumerGroupDescribe, key 69, versions 0 and 1 (KIP-848).
//!
//! - A group that is asked for several times is answered once.
//! - `UNSUPPORTED_VERSION` for each group while `group.version` is 0 or the protocol is switched off.

use std::borrow::Cow;

use group::{Request, Response};
use model::ErrorCode;
use protocol::consumer_group_describe_request::ConsumerGroupDescribeRequest;
use protocol::consumer_group_describe_response::{ConsumerGroupDescribeResponse, DescribedGroup};

use super::access::ResourceKind;
use super::distinct::distinct;
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ConsumerGroupDescribeRequest<'_>,
) -> Handled {
    let version = cx.version;
    let ids: Vec<_> = distinct(&request.group_ids, |group_id| &**group_id).collect();
    if ids.is_empty() || !broker.has_consumer_groups() {
        let refused = ids.into_iter().map(|id| DescribedGroup {
            group_id: Cow::Borrowed(&**id),
            error_code: ErrorCode::UNSUPPORTED_VERSION,
            ..Default::default()
        });
        return cx.reply(&ConsumerGroupDescribeResponse {
            groups: refused.collect(),
            ..Default::default()
        });
    }
    let image = broker.image.load_full();
    let finish = Finish::ConsumerGroupDescribe(request.include_authorized_operations);
    let gather = Gather::new(cx.outgoing(), finish, ids.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, group_id) in (0..).zip(ids) {
            let describe = Request::ConsumerGroupDescribe {
                version,
                image: &image,
                group_id,
            };
            ask.group(part, group_id, &describe);
        }
    })
}

pub(super) fn finish(outgoing: Outgoing, with_operations: bool, parts: Vec<Response>) -> Handled {
    let groups = parts.into_iter().filter_map(|part| match part {
        Response::ConsumerGroupDescribe(mut group) => {
            if with_operations && group.error_code.is_none() {
                group.authorized_operations = ResourceKind::Group.authorized_operations();
            }
            Some(group)
        }
        _ => None,
    });
    outgoing.reply(&ConsumerGroupDescribeResponse {
        groups: groups.collect(),
        ..Default::default()
    })
}
