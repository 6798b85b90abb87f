//! ListOffsets, key 2, versions 1 to 11.
//!
//! - A timestamp of 0 or more asks for the first record at or after it. The special ones: -1 latest
//!   (the high watermark, or the last stable offset for readers of committed records), -2 earliest,
//!   -3 the record with the largest timestamp (version 7, KIP-734), -4 earliest local (8, KIP-405),
//!   -5 latest tiered (9, KIP-1005), -6 earliest pending upload (11). Without tiered storage -4 is the
//!   earliest, and -5 and -6 are unknown (-1).
//! - A broker, which names itself by `ReplicaId`, is told the end of the log as the latest.
//! - A partition named twice is an invalid request.
//! - Version 4 fences by leader epoch, 10 brings a time-out for remote reads.

use std::collections::BTreeSet;

use model::{ErrorCode, LeaderEpoch};
use partition::{Isolation, ListedOffset, OffsetQuery};
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use protocol::list_offsets_response::{
    ListOffsetsPartitionResponse, ListOffsetsResponse, ListOffsetsTopicResponse,
};

use super::{Cx, Place};
use crate::broker::Broker;
use crate::connection::Handled;

const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;
const EARLIEST_PENDING_UPLOAD: i64 = -6;

/// Who asks.
#[derive(Clone, Copy)]
struct Reader {
    isolation: Isolation,
    is_broker: bool,
}

pub(super) fn handle(broker: &Broker, cx: &Cx<'_>, request: &ListOffsetsRequest<'_>) -> Handled {
    let reader = Reader {
        isolation: if request.isolation_level == 1 {
            Isolation::ReadCommitted
        } else {
            Isolation::ReadUncommitted
        },
        is_broker: request.replica_id >= 0 && broker.comes_from_brokers(cx.session),
    };
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
    if cx.place == Place::Connection && asks_for_time(request) {
        // Timestamps are looked for in indexes and records, which may have to be read from the device.
        return Handled::Aside;
    }
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<(&str, i32)> = (request.topics.iter())
        .flat_map(|topic| {
            topic
                .partitions
                .iter()
                .map(|p| (&*topic.name, p.partition_index))
        })
        .filter(|key| !seen.insert(*key))
        .collect();
    let answer_topic = |topic: &ListOffsetsTopic<'_>| ListOffsetsTopicResponse {
        name: topic.name.to_string().into(),
        partitions: (topic.partitions.iter())
            .map(|partition| {
                if twice.contains(&(&*topic.name, partition.partition_index)) {
                    failed(partition.partition_index, ErrorCode::INVALID_REQUEST)
                } else {
                    answer_partition(broker, cx, &topic.name, partition, reader)
                }
            })
            .collect(),
        ..Default::default()
    };
    let topics = request.topics.iter().map(answer_topic).collect();
    cx.reply(&ListOffsetsResponse {
        topics,
        ..Default::default()
    })
}

fn asks_for_time(request: &ListOffsetsRequest<'_>) -> bool {
    let partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
    partitions
        .into_iter()
        .any(|asked| !matches!(asked.timestamp, LATEST | EARLIEST))
}

fn answer_partition(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    asked: &ListOffsetsPartition,
    reader: Reader,
) -> ListOffsetsPartitionResponse {
    match look_up(broker, cx, topic, asked, reader) {
        Ok(found) => ListOffsetsPartitionResponse {
            partition_index: asked.partition_index,
            timestamp: found.timestamp.map_or(-1, |timestamp| timestamp.0),
            offset: found.offset.map_or(-1, |offset| offset.0),
            leader_epoch: found
                .leader_epoch
                .filter(|_| cx.version >= 4)
                .map_or(-1, |epoch| epoch.0),
            ..Default::default()
        },
        Err(error) => failed(asked.partition_index, error),
    }
}

fn look_up(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    asked: &ListOffsetsPartition,
    reader: Reader,
) -> Result<ListedOffset, ErrorCode> {
    let query = match query(asked.timestamp, cx.version)? {
        Some(OffsetQuery::Latest) if reader.is_broker => Some(OffsetQuery::LogEnd),
        query => query,
    };
    let partition = broker.find_partition_by_name(topic, asked.partition_index)?;
    match query {
        Some(query) => broker.with_codecs(|codecs| {
            let epoch = LeaderEpoch::known(asked.current_leader_epoch);
            let logs = broker.logs(cx.now);
            partition.list_offset(logs, codecs, query, epoch, reader.isolation)
        }),
        None => Ok(ListedOffset::default()),
    }
}

/// `None` for what exists only with tiered storage.
fn query(timestamp: i64, version: i16) -> Result<Option<OffsetQuery>, ErrorCode> {
    let since = |first: i16, query| {
        if version >= first {
            Ok(query)
        } else {
            Err(ErrorCode::UNSUPPORTED_VERSION)
        }
    };
    match timestamp {
        LATEST => Ok(Some(OffsetQuery::Latest)),
        EARLIEST => Ok(Some(OffsetQuery::Earliest)),
        MAX_TIMESTAMP => since(7, Some(OffsetQuery::MaxTimestamp)),
        EARLIEST_LOCAL => since(8, Some(OffsetQuery::Earliest)),
        LATEST_TIERED => since(9, None),
        EARLIEST_PENDING_UPLOAD => since(11, None),
        timestamp if timestamp >= 0 => {
            Ok(Some(OffsetQuery::Timestamp(model::TimestampMs(timestamp))))
        }
        _ => Err(ErrorCode::UNSUPPORTED_VERSION),
    }
}

fn failed(partition_index: i32, error_code: ErrorCode) -> ListOffsetsPartitionResponse {
    ListOffsetsPartitionResponse {
        partition_index,
        error_code,
        timestamp: -1,
        offset: -1,
        leader_epoch: -1,
        ..Default::default()
    }
}
