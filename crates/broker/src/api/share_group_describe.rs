//! ShareGroupDescribe, key 77, version 1 (KIP-932).
//!
//! - A group that is asked for several times is answered once.
//! - `UNSUPPORTED_VERSION` for each group while `share.version` is 0.

use std::borrow::Cow;

use group::{Request, Response};
use model::ErrorCode;
use protocol::share_group_describe_request::ShareGroupDescribeRequest;
use protocol::share_group_describe_response::{DescribedGroup, ShareGroupDescribeResponse};

use super::access::ResourceKind;
use super::distinct::distinct;
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ShareGroupDescribeRequest<'_>,
) -> Handled {
    let ids: Vec<_> = distinct(&request.group_ids, |group_id| &**group_id).collect();
    if ids.is_empty() || !broker.has_share_groups() {
        let refused = ids.into_iter().map(|id| DescribedGroup {
            group_id: Cow::Borrowed(&**id),
            error_code: ErrorCode::UNSUPPORTED_VERSION,
            ..Default::default()
        });
        return cx.reply(&ShareGroupDescribeResponse {
            groups: refused.collect(),
            ..Default::default()
        });
    }
    let image = broker.image.load_full();
    let finish = Finish::ShareGroupDescribe(request.include_authorized_operations);
    let gather = Gather::new(cx.outgoing(), finish, ids.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, group_id) in (0..).zip(ids) {
            let describe = Request::ShareGroupDescribe {
                image: &image,
                group_id,
            };
            ask.group(part, group_id, &describe);
        }
    })
}

pub(super) fn finish(outgoing: Outgoing, with_operations: bool, parts: Vec<Response>) -> Handled {
    let groups = parts.into_iter().filter_map(|part| match part {
        Response::ShareGroupDescribe(mut group) => {
            if with_operations && group.error_code.is_none() {
                group.authorized_operations = ResourceKind::Group.authorized_operations();
            }
            Some(group)
        }
        _ => None,
    });
    outgoing.reply(&ShareGroupDescribeResponse {
        groups: groups.collect(),
        ..Default::default()
    })
}
