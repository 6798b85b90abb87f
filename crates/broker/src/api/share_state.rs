//! The APIs of share coordinators, which other nodes ask (KIP-932): InitializeShareGroupState (key 83, version 0),
//! ReadShareGroupState (84, version 0), WriteShareGroupState (85, versions 0 and 1), DeleteShareGroupState (86, version 0),
//! ReadShareGroupStateSummary (87, versions 0 and 1).
//!
//! - Each partition is answered by itself: `UNKNOWN_TOPIC_OR_PARTITION`, `FENCED_STATE_EPOCH`, `FENCED_LEADER_EPOCH`,
//!   `INVALID_REQUEST` for what was never begun, and the errors of a coordinator that is not here.
//! - Only brokers of the cluster may ask: who does not come where they do gets `CLUSTER_AUTHORIZATION_FAILED`.
//! - Version 1 tells how many records from the start on are done with (KIP-1226).

use model::{ErrorCode, TopicId};
use protocol::ApiKey;
use protocol::delete_share_group_state_request::DeleteShareGroupStateRequest;
use protocol::delete_share_group_state_response::{
    self as deleted, DeleteShareGroupStateResponse, DeleteStateResult,
};
use protocol::initialize_share_group_state_request::InitializeShareGroupStateRequest;
use protocol::initialize_share_group_state_response::{
    self as initialized, InitializeShareGroupStateResponse, InitializeStateResult,
};
use protocol::read_share_group_state_request::ReadShareGroupStateRequest;
use protocol::read_share_group_state_response::{
    self as read, ReadShareGroupStateResponse, ReadStateResult,
};
use protocol::read_share_group_state_summary_request::ReadShareGroupStateSummaryRequest;
use protocol::read_share_group_state_summary_response::{
    self as summary, ReadShareGroupStateSummaryResponse, ReadStateSummaryResult,
};
use protocol::write_share_group_state_request::WriteShareGroupStateRequest;
use protocol::write_share_group_state_response::{
    self as written, WriteShareGroupStateResponse, WriteStateResult,
};
use share::{Request, Response, ShareState, StateBatch};

use super::share_job::{Part, ShareJob, answered};
use super::{Cx, Outgoing};
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn initialize(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &InitializeShareGroupStateRequest<'_>,
) -> Handled {
    let topics = request.topics.iter();
    let asked: Vec<_> = topics
        .flat_map(|topic| topic.partitions.iter().map(move |p| (topic.topic_id, p)))
        .collect();
    let places = asked.iter().map(|(topic, p)| (*topic, p.partition));
    let job = ShareJob::of_broker(broker, cx, &request.group_id, places);
    let keys = job.keys();
    job.ask((broker, cx.now), cx.fx, &keys, |at, key| {
        Request::Initialize {
            key,
            state_epoch: asked[at].1.state_epoch,
            start: known(asked[at].1.start_offset),
            keeps: false,
        }
    });
    answered(cx)
}

pub(super) fn read(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ReadShareGroupStateRequest<'_>,
) -> Handled {
    let topics = request.topics.iter();
    let asked: Vec<_> = topics
        .flat_map(|topic| topic.partitions.iter().map(move |p| (topic.topic_id, p)))
        .collect();
    let places = asked.iter().map(|(topic, p)| (*topic, p.partition));
    let job = ShareJob::of_broker(broker, cx, &request.group_id, places);
    let keys = job.keys();
    job.ask((broker, cx.now), cx.fx, &keys, |at, key| Request::Read {
        key,
        leader_epoch: asked[at].1.leader_epoch,
    });
    answered(cx)
}

pub(super) fn read_summary(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ReadShareGroupStateSummaryRequest<'_>,
) -> Handled {
    let topics = request.topics.iter();
    let places = topics.flat_map(|topic| {
        topic
            .partitions
            .iter()
            .map(move |p| (topic.topic_id, p.partition))
    });
    let job = ShareJob::of_broker(broker, cx, &request.group_id, places);
    let keys = job.keys();
    job.ask((broker, cx.now), cx.fx, &keys, |_, key| {
        Request::ReadSummary { key }
    });
    answered(cx)
}

pub(super) fn write(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &WriteShareGroupStateRequest<'_>,
) -> Handled {
    let topics = request.topics.iter();
    let asked: Vec<_> = topics
        .flat_map(|topic| topic.partitions.iter().map(move |p| (topic.topic_id, p)))
        .collect();
    let batches = asked.iter().map(|(_, p)| {
        let batches = p.state_batches.iter().map(|batch| StateBatch {
            first: batch.first_offset,
            last: batch.last_offset,
            state: batch.delivery_state,
            deliveries: batch.delivery_count,
        });
        batches.collect::<Vec<StateBatch>>()
    });
    let batches: Vec<_> = batches.collect();
    let places = asked.iter().map(|(topic, p)| (*topic, p.partition));
    let job = ShareJob::of_broker(broker, cx, &request.group_id, places);
    let keys = job.keys();
    job.ask((broker, cx.now), cx.fx, &keys, |at, key| Request::Write {
        key,
        state_epoch: asked[at].1.state_epoch,
        leader_epoch: asked[at].1.leader_epoch,
        start: known(asked[at].1.start_offset),
        complete: Some(asked[at].1.delivery_complete_count).filter(|count| *count >= 0),
        batches: &batches[at],
    });
    answered(cx)
}

pub(super) fn delete(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DeleteShareGroupStateRequest<'_>,
) -> Handled {
    let topics = request.topics.iter();
    let places = topics.flat_map(|topic| {
        topic
            .partitions
            .iter()
            .map(move |p| (topic.topic_id, p.partition))
    });
    let job = ShareJob::of_broker(broker, cx, &request.group_id, places);
    let keys = job.keys();
    job.ask((broker, cx.now), cx.fx, &keys, |_, key| Request::Delete {
        key,
    });
    answered(cx)
}

/// Kafka writes -1 for what is not there.
fn known(offset: i64) -> Option<i64> {
    Some(offset).filter(|offset| *offset >= 0)
}

/// The answer, put together from the parts.
pub(super) fn reply(outgoing: Outgoing, parts: &[Part]) -> Handled {
    match outgoing.key {
        ApiKey::InitializeShareGroupState => outgoing.reply(&InitializeShareGroupStateResponse {
            results: by_topic(parts)
                .map(|(topic_id, parts)| InitializeStateResult {
                    topic_id,
                    partitions: parts
                        .iter()
                        .map(|part| initialized::PartitionResult {
                            partition: part.partition,
                            error_code: part.error(),
                            ..Default::default()
                        })
                        .collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }),
        ApiKey::ReadShareGroupState | ApiKey::ReadShareGroupStateSummary => {
            reply_with_states(outgoing, parts)
        }
        ApiKey::WriteShareGroupState => outgoing.reply(&WriteShareGroupStateResponse {
            results: by_topic(parts)
                .map(|(topic_id, parts)| WriteStateResult {
                    topic_id,
                    partitions: parts
                        .iter()
                        .map(|part| written::PartitionResult {
                            partition: part.partition,
                            error_code: part.error(),
                            ..Default::default()
                        })
                        .collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }),
        _ => outgoing.reply(&DeleteShareGroupStateResponse {
            results: by_topic(parts)
                .map(|(topic_id, parts)| DeleteStateResult {
                    topic_id,
                    partitions: parts
                        .iter()
                        .map(|part| deleted::PartitionResult {
                            partition: part.partition,
                            error_code: part.error(),
                            ..Default::default()
                        })
                        .collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }),
    }
}

fn reply_with_states(outgoing: Outgoing, parts: &[Part]) -> Handled {
    match outgoing.key {
        ApiKey::ReadShareGroupState => outgoing.reply(&ReadShareGroupStateResponse {
            results: by_topic(parts)
                .map(|(topic_id, parts)| ReadStateResult {
                    topic_id,
                    partitions: parts.iter().map(read_result).collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }),
        _ => outgoing.reply(&ReadShareGroupStateSummaryResponse {
            results: by_topic(parts)
                .map(|(topic_id, parts)| ReadStateSummaryResult {
                    topic_id,
                    partitions: parts.iter().map(summary_result).collect(),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }),
    }
}

fn by_topic(parts: &[Part]) -> impl Iterator<Item = (TopicId, &[Part])> {
    let chunks = parts.chunk_by(|a, b| a.topic == b.topic);
    chunks.map(|chunk| (chunk[0].topic, chunk))
}

fn state_of(part: &Part) -> Option<&ShareState> {
    match &part.response {
        Some(Response::State(Ok(state))) => state.as_deref(),
        _ => None,
    }
}

fn read_result(part: &Part) -> read::PartitionResult<'static> {
    let mut error = part.error();
    let state = state_of(part);
    if error.is_none() && state.is_none() {
        error = ErrorCode::INVALID_REQUEST;
    }
    let batches = state.into_iter().flat_map(|state| &state.batches);
    read::PartitionResult {
        partition: part.partition,
        error_code: error,
        state_epoch: state.map_or(0, |state| state.state_epoch),
        start_offset: state.and_then(|state| state.start).unwrap_or(-1),
        state_batches: batches
            .map(|batch| read::StateBatch {
                first_offset: batch.first,
                last_offset: batch.last,
                delivery_state: batch.state,
                delivery_count: batch.deliveries,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

fn summary_result(part: &Part) -> summary::PartitionResult<'static> {
    let state = state_of(part);
    summary::PartitionResult {
        partition: part.partition,
        error_code: part.error(),
        state_epoch: state.map_or(0, |state| state.state_epoch),
        leader_epoch: state.map_or(0, |state| state.leader_epoch),
        start_offset: state.and_then(|state| state.start).unwrap_or(-1),
        delivery_complete_count: state.and_then(|state| state.complete).unwrap_or(-1),
        ..Default::default()
    }
}
