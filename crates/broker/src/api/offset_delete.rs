//! OffsetDelete, key 47, version 0 (KIP-496).
//!
//! - Topics and partitions that do not exist are refused here, the others are the coordinator's.

use std::borrow::Cow;

use group::{Request, Response};
use model::{ErrorCode, PartitionIndex};
use protocol::offset_delete_request::OffsetDeleteRequest;
use protocol::offset_delete_response::{OffsetDeleteResponsePartition, OffsetDeleteResponseTopic};

use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Finish;

/// Answers for the partitions that do not reach the coordinator.
pub(crate) type RefusedDeletes = Vec<OffsetDeleteResponseTopic<'static>>;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    mut request: OffsetDeleteRequest<'_>,
) -> Handled {
    let mut refused = RefusedDeletes::new();
    let image = broker.image();
    for topic in &mut request.topics {
        let found = image.topics().by_name(&topic.name);
        let exists =
            |index| found.is_some_and(|found| found.partition(PartitionIndex(index)).is_some());
        let missing = topic
            .partitions
            .iter()
            .filter(|p| !exists(p.partition_index));
        let partitions: Vec<_> = missing
            .map(|partition| OffsetDeleteResponsePartition {
                partition_index: partition.partition_index,
                error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            })
            .collect();
        if !partitions.is_empty() {
            let name = Cow::Owned(topic.name.to_string());
            refused.push(OffsetDeleteResponseTopic { name, partitions });
        }
        topic
            .partitions
            .retain(|partition| exists(partition.partition_index));
    }
    request.topics.retain(|topic| !topic.partitions.is_empty());
    let group_id = request.group_id.clone();
    let delete = Request::OffsetDelete(&request);
    group_requests::ask_one(
        broker,
        cx,
        &group_id,
        Finish::OffsetDelete(refused),
        &delete,
    )
}

pub(super) fn finish(
    outgoing: Outgoing,
    refused: RefusedDeletes,
    mut parts: Vec<Response>,
) -> Handled {
    let Some(Response::OffsetDelete(mut response)) = parts.pop() else {
        unreachable!("an OffsetDelete is answered by one")
    };
    if response.error_code.is_none() {
        for topic in refused {
            match response
                .topics
                .iter_mut()
                .find(|known| known.name == topic.name)
            {
                Some(known) => known.partitions.extend(topic.partitions),
                None => response.topics.push(topic),
            }
        }
    }
    outgoing.reply(&response)
}
