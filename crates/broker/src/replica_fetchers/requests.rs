//! The requests of fetchers, and what their answers say.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use config::ReplicationConfig;
use model::{
    BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Offset, PartitionIndex, TopicId,
    TopicIdPartition,
};
use protocol::fetch_request::{
    FetchPartition, FetchRequest, FetchTopic, ForgottenTopic, ReplicaState,
};
use protocol::fetch_response::{FetchResponse, PartitionData};
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use protocol::list_offsets_response::ListOffsetsResponse;
use protocol::{DecodeError, Message, Reader};

use super::fetcher::{Edge, Fetcher, ToAsk};

/// The version of Fetch that followers send: the first in which the leader's answers name the topics by id and tell new leaders'
/// addresses.
pub(super) const FETCH_VERSION: i16 = 17;
/// The version of ListOffsets that followers send.
pub(super) const LIST_VERSION: i16 = 9;
const LATEST: i64 = -1;
const EARLIEST: i64 = -2;

/// Writes a fetch.
pub(super) fn fetch(
    (me, epoch): (BrokerId, BrokerEpoch),
    config: &ReplicationConfig,
    asks: &ToAsk,
) -> FetchRequest<'static> {
    let max_bytes = |bytes: u32| i32::try_from(bytes).unwrap_or(i32::MAX);
    let partition_max_bytes = max_bytes(config.fetch_max_bytes);
    let mut wanted: BTreeMap<TopicId, Vec<FetchPartition>> = BTreeMap::new();
    for (id, epoch, position) in &asks.wanted {
        wanted.entry(id.topic_id).or_default().push(FetchPartition {
            partition: id.partition.0,
            current_leader_epoch: epoch.0,
            fetch_offset: position.offset.0,
            last_fetched_epoch: position.last_epoch.map_or(-1, |epoch| epoch.0),
            log_start_offset: position.log_start.0,
            partition_max_bytes,
            ..FetchPartition::default()
        });
    }
    let mut forgotten: BTreeMap<TopicId, Vec<i32>> = BTreeMap::new();
    for id in &asks.forgotten {
        forgotten
            .entry(id.topic_id)
            .or_default()
            .push(id.partition.0);
    }
    FetchRequest {
        replica_state: ReplicaState {
            replica_id: me.0,
            replica_epoch: epoch.0,
            ..ReplicaState::default()
        },
        max_wait_ms: i32::try_from(config.fetch_wait_max.as_millis()).unwrap_or(i32::MAX),
        min_bytes: max_bytes(config.fetch_min_bytes),
        max_bytes: max_bytes(config.fetch_response_max_bytes),
        session_id: asks.session.0,
        session_epoch: asks.session.1,
        topics: (wanted.into_iter())
            .map(|(topic_id, partitions)| FetchTopic {
                topic_id,
                partitions,
                ..FetchTopic::default()
            })
            .collect(),
        forgotten_topics_data: (forgotten.into_iter())
            .map(|(topic_id, partitions)| ForgottenTopic {
                topic_id,
                partitions,
                ..ForgottenTopic::default()
            })
            .collect(),
        ..FetchRequest::default()
    }
}

/// What a leader has answered to a fetch.
#[derive(Debug)]
pub(super) struct FetchAnswer {
    pub error: ErrorCode,
    pub session: i32,
    pub partitions: Vec<(TopicIdPartition, Answered)>,
}

/// What it has answered about a partition.
#[derive(Debug)]
pub(super) enum Answered {
    Error(ErrorCode),
    Diverging(LeaderEpoch, Offset),
    Records {
        records: Bytes,
        high_watermark: Offset,
        log_start: Offset,
    },
}

/// Reads the answer to a fetch.
///
/// # Errors
/// It is none.
pub(super) fn read_fetch(body: &Bytes) -> Result<FetchAnswer, DecodeError> {
    let mut reader = Reader::new(body);
    let response = FetchResponse::decode(&mut reader, FETCH_VERSION)?;
    let partitions = response.responses.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| {
            let id = TopicIdPartition {
                topic_id: topic.topic_id,
                partition: PartitionIndex(partition.partition_index),
            };
            (id, answered(body, partition))
        })
    });
    Ok(FetchAnswer {
        error: response.error_code,
        session: response.session_id,
        partitions: partitions.collect(),
    })
}

fn answered(body: &Bytes, partition: &PartitionData<'_>) -> Answered {
    if !partition.error_code.is_none() {
        return Answered::Error(partition.error_code);
    }
    let diverging = &partition.diverging_epoch;
    if let Some(end) = Offset::known(diverging.end_offset) {
        return Answered::Diverging(LeaderEpoch(diverging.epoch), end);
    }
    let records = partition
        .records
        .as_ref()
        .and_then(|records| records.bytes());
    Answered::Records {
        records: records.map_or_else(Bytes::new, |records| body.slice_ref(records)),
        high_watermark: Offset(partition.high_watermark.max(0)),
        log_start: Offset(partition.log_start_offset.max(0)),
    }
}

/// Writes a question about an edge of the leader's logs.
pub(super) fn list(
    me: BrokerId,
    fetcher: &Fetcher,
    edge: Edge,
    ids: &[TopicIdPartition],
    timeout: Duration,
) -> ListOffsetsRequest<'static> {
    let mut topics: BTreeMap<String, Vec<ListOffsetsPartition>> = BTreeMap::new();
    for id in ids {
        let Some(followed) = fetcher.get(*id) else {
            continue;
        };
        let name = followed.partition.topic_name().to_owned();
        topics.entry(name).or_default().push(ListOffsetsPartition {
            partition_index: id.partition.0,
            current_leader_epoch: followed.epoch.0,
            timestamp: match edge {
                Edge::End => LATEST,
                Edge::Start => EARLIEST,
            },
            ..ListOffsetsPartition::default()
        });
    }
    ListOffsetsRequest {
        replica_id: me.0,
        topics: (topics.into_iter())
            .map(|(name, partitions)| ListOffsetsTopic {
                name: name.into(),
                partitions,
                ..ListOffsetsTopic::default()
            })
            .collect(),
        timeout_ms: i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX),
        ..ListOffsetsRequest::default()
    }
}

/// Offsets by topic and partition.
pub(super) type Listed = BTreeMap<(String, i32), Result<Offset, ErrorCode>>;

/// Reads the answer to [`list`]: topics by name, and an offset or an error of each partition.
///
/// # Errors
/// It is none.
pub(super) fn read_list(body: &Bytes) -> Result<Listed, DecodeError> {
    let mut reader = Reader::new(body);
    let response = ListOffsetsResponse::decode(&mut reader, LIST_VERSION)?;
    let partitions = response.topics.iter().flat_map(|topic| {
        topic.partitions.iter().map(|partition| {
            let key = (topic.name.to_string(), partition.partition_index);
            let offset = match Offset::known(partition.offset) {
                _ if !partition.error_code.is_none() => Err(partition.error_code),
                Some(offset) => Ok(offset),
                None => Err(ErrorCode::OFFSET_NOT_AVAILABLE),
            };
            (key, offset)
        })
    });
    Ok(partitions.collect())
}
