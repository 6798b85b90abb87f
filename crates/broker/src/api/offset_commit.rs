//! OffsetCommit, key 8, versions 2 to 10.
//!
//! - Topics and partitions that do not exist are refused here, the others are the coordinator's.
//! - Version 10 names topics by id: `UNKNOWN_TOPIC_ID` for one that is not there.

use std::borrow::Cow;

use group::{Request, Response};
use model::{ErrorCode, PartitionIndex};
use protocol::offset_commit_request::{OffsetCommitRequest, OffsetCommitRequestTopic};
use protocol::offset_commit_response::{
    OffsetCommitResponse, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};

use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

/// The first version that names topics by id.
const BY_ID: i16 = 10;

/// Answers for the partitions that do not reach the coordinator.
pub(crate) type RefusedCommits = Vec<OffsetCommitResponseTopic<'static>>;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    mut request: OffsetCommitRequest<'_>,
) -> Handled {
    let mut refused = RefusedCommits::new();
    let by_id = cx.version >= BY_ID;
    request
        .topics
        .retain_mut(|topic| keep_known(broker, by_id, topic, &mut refused));
    let group_id = request.group_id.clone();
    let commit = Request::OffsetCommit {
        version: cx.version,
        request: &request,
    };
    group_requests::ask_one(
        broker,
        cx,
        &group_id,
        Finish::OffsetCommit(refused),
        &commit,
    )
}

/// Leaves in `topic` what exists; `false` if nothing is left.
pub(super) fn keep_known(
    broker: &Broker,
    by_id: bool,
    topic: &mut OffsetCommitRequestTopic<'_>,
    refused: &mut RefusedCommits,
) -> bool {
    let image = broker.image();
    let found = if by_id {
        image.topics().get(topic.topic_id)
    } else {
        image.topics().by_name(&topic.name)
    };
    let unknown = if by_id {
        ErrorCode::UNKNOWN_TOPIC_ID
    } else {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
    };
    let mut missing = Vec::new();
    topic.partitions.retain(|partition| {
        let index = PartitionIndex(partition.partition_index);
        let error = match found {
            None => Some(unknown),
            Some(found) if found.partition(index).is_none() => {
                Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
            }
            Some(_) => None,
        };
        missing.extend(error.map(|error_code| OffsetCommitResponsePartition {
            partition_index: index.0,
            error_code,
            ..Default::default()
        }));
        error.is_none()
    });
    if !missing.is_empty() {
        refused.push(OffsetCommitResponseTopic {
            name: Cow::Owned(topic.name.to_string()),
            topic_id: topic.topic_id,
            partitions: missing,
            ..Default::default()
        });
    }
    if let Some(found) = found {
        topic.name = Cow::Owned(found.name.to_string());
        topic.topic_id = found.id;
    }
    !topic.partitions.is_empty()
}

pub(super) fn finish(outgoing: Outgoing, refused: RefusedCommits, parts: Vec<Response>) -> Handled {
    outgoing.reply(&merge(refused, parts))
}

/// Puts together what the coordinator says and what was refused before.
pub(super) fn merge(
    refused: RefusedCommits,
    parts: Vec<Response>,
) -> OffsetCommitResponse<'static> {
    let mut response = OffsetCommitResponse::default();
    for part in parts {
        let Response::OffsetCommit(part) = part else {
            continue;
        };
        response = part;
    }
    for topic in refused {
        let same = |known: &&mut OffsetCommitResponseTopic<'_>| {
            known.name == topic.name && known.topic_id == topic.topic_id
        };
        match response.topics.iter_mut().find(same) {
            Some(known) => known.partitions.extend(topic.partitions),
            None => response.topics.push(topic),
        }
    }
    response
}
