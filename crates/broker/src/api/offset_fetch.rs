//! OffsetFetch, key 9, versions 1 to 10.
//!
//! - Version 8 asks for several groups at once; one that is asked for several times for
//!   everything is answered once. Version 10 names topics by id: one that is not there is
//!   answered with `UNKNOWN_TOPIC_ID` for each partition.
//! - Null topics (version 2) ask for everything that a group has committed.

use std::borrow::Cow;

use group::{OffsetFetchParts, Request, Response, offset_fetch_response};
use model::ErrorCode;
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestGroup};
use protocol::offset_fetch_response::OffsetFetchResponseGroup;

use super::distinct::distinct;
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

/// The first version that names topics by id.
const BY_ID: i16 = 10;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: OffsetFetchRequest<'_>) -> Handled {
    let mut parts = OffsetFetchParts::of(cx.version, request);
    if cx.version >= BY_ID {
        for group in &mut parts.groups {
            name_topics(broker, group);
        }
    }
    let (version, require_stable) = (cx.version, parts.require_stable);
    if parts.groups.is_empty() {
        return finish(cx.outgoing(), Vec::new());
    }
    // An answer is as long as the list of topics, unless there is none.
    let asked: Vec<_> = parts.groups.iter().enumerate().collect();
    let groups = distinct(&asked, |(place, group)| {
        (&*group.group_id, group.topics.as_ref().map(|_| *place))
    });
    let groups: Vec<_> = groups.map(|(_, group)| *group).collect();
    let gather = Gather::new(cx.outgoing(), Finish::OffsetFetch, groups.len());
    group_requests::gathered(broker, cx, gather, |ask| {
        for (part, group) in (0..).zip(groups) {
            let fetch = Request::OffsetFetch {
                version,
                group,
                require_stable,
            };
            ask.group(part, &group.group_id, &fetch);
        }
    })
}

/// Gives topics that are named by id their names; those that are not there keep an empty name, and
/// the coordinator finds no offsets for them.
fn name_topics(broker: &Broker, group: &mut OffsetFetchRequestGroup<'_>) {
    let image = broker.image();
    for topic in group.topics.iter_mut().flatten() {
        if let Some(found) = image.topics().get(topic.topic_id) {
            topic.name = Cow::Owned(found.name.to_string());
        }
    }
}

pub(super) fn finish(outgoing: Outgoing, parts: Vec<Response>) -> Handled {
    let groups = parts.into_iter().filter_map(|part| match part {
        Response::OffsetFetch(group) => Some(group),
        _ => None,
    });
    let mut groups: Vec<OffsetFetchResponseGroup<'static>> = groups.collect();
    if outgoing.version >= BY_ID {
        let topics = groups.iter_mut().flat_map(|group| &mut group.topics);
        for topic in topics.filter(|topic| topic.name.is_empty()) {
            for partition in &mut topic.partitions {
                partition.error_code = ErrorCode::UNKNOWN_TOPIC_ID;
            }
        }
    }
    outgoing.reply(&offset_fetch_response(outgoing.version, groups))
}
