//! DeleteRecords, key 21, versions 0 to 2.
//!
//! - Moves a partition's log start offset up; -1 means the high watermark. Whole segments below it are
//!   deleted later.
//! - `OFFSET_OUT_OF_RANGE` above the high watermark or below 0; `POLICY_VIOLATION` where the cleanup
//!   policy does not delete (KIP-107); `INVALID_TOPIC_EXCEPTION` of an internal topic.

use model::{ErrorCode, Offset};
use protocol::delete_records_request::{DeleteRecordsPartition, DeleteRecordsRequest};
use protocol::delete_records_response::{
    DeleteRecordsPartitionResult, DeleteRecordsResponse, DeleteRecordsTopicResult,
};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

const HIGH_WATERMARK: i64 = -1;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DeleteRecordsRequest<'_>,
) -> Handled {
    let replicas: Vec<_> = (request.topics.iter())
        .flat_map(|topic| {
            topic
                .partitions
                .iter()
                .map(move |asked| (&*topic.name, asked.partition_index))
        })
        .filter_map(|(topic, index)| broker.find_partition_by_name(topic, index).ok())
        .collect();
    if let Some(held) = cx.wait_for_logs(broker, replicas.iter()) {
        return held;
    }
    let mut topics = Vec::with_capacity(request.topics.len());
    for topic in &request.topics {
        let partitions = topic
            .partitions
            .iter()
            .map(|asked| answer(broker, cx, &topic.name, asked));
        topics.push(DeleteRecordsTopicResult {
            name: topic.name.clone(),
            partitions: partitions.collect(),
            ..Default::default()
        });
    }
    cx.reply(&DeleteRecordsResponse {
        topics,
        ..Default::default()
    })
}

fn answer(
    broker: &Broker,
    cx: &mut Cx<'_>,
    topic: &str,
    asked: &DeleteRecordsPartition,
) -> DeleteRecordsPartitionResult {
    let (low_watermark, error_code) = match delete(broker, cx, topic, asked) {
        Ok(low_watermark) => (low_watermark.0, ErrorCode::NONE),
        Err(error) => (-1, error),
    };
    DeleteRecordsPartitionResult {
        partition_index: asked.partition_index,
        low_watermark,
        error_code,
        ..Default::default()
    }
}

fn delete(
    broker: &Broker,
    cx: &mut Cx<'_>,
    topic: &str,
    asked: &DeleteRecordsPartition,
) -> Result<Offset, ErrorCode> {
    let partition = broker.find_partition_by_name(topic, asked.partition_index)?;
    if crate::topics::is_internal(topic) {
        return Err(ErrorCode::INVALID_TOPIC_EXCEPTION);
    }
    let before = match asked.offset {
        HIGH_WATERMARK => None,
        offset => Some(Offset::known(offset).ok_or(ErrorCode::OFFSET_OUT_OF_RANGE)?),
    };
    let start = partition.delete_records(broker.logs(cx.now), before, &mut cx.fx.wakes);
    broker.on_due(cx.now, &partition, partition.take_due(), cx.fx);
    start
}
