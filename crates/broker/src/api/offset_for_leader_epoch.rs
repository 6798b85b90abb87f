//! OffsetForLeaderEpoch, key 23, versions 2 to 4.
//!
//! - For each partition, the end of the largest epoch not above the one asked for, so that a follower or
//!   consumer finds where its log parts from the leader's (KIP-101, KIP-279, KIP-320).
//! - An epoch that the leader does not know is answered with epoch and offset -1.

use model::{ErrorCode, LeaderEpoch};
use protocol::offset_for_leader_epoch_request::{
    OffsetForLeaderEpochRequest, OffsetForLeaderPartition,
};
use protocol::offset_for_leader_epoch_response::{
    EpochEndOffset, OffsetForLeaderEpochResponse, OffsetForLeaderTopicResult,
};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &OffsetForLeaderEpochRequest<'_>,
) -> Handled {
    let replicas: Vec<_> = (request.topics.iter())
        .flat_map(|topic| {
            topic
                .partitions
                .iter()
                .map(move |asked| (&*topic.topic, asked.partition))
        })
        .filter_map(|(topic, index)| broker.find_partition_by_name(topic, index).ok())
        .collect();
    if let Some(held) = cx.wait_for_logs(broker, replicas.iter()) {
        return held;
    }
    let topics = (request.topics.iter())
        .map(|topic| OffsetForLeaderTopicResult {
            topic: topic.topic.clone(),
            partitions: (topic.partitions.iter())
                .map(|partition| answer(broker, cx, &topic.topic, partition))
                .collect(),
            ..Default::default()
        })
        .collect();
    cx.reply(&OffsetForLeaderEpochResponse {
        topics,
        ..Default::default()
    })
}

fn answer(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    asked: &OffsetForLeaderPartition,
) -> EpochEndOffset {
    let mut answer = EpochEndOffset {
        partition: asked.partition,
        ..Default::default()
    };
    match end_of_epoch(broker, cx, topic, asked) {
        Ok(Some((epoch, end))) => (answer.leader_epoch, answer.end_offset) = (epoch.0, end.0),
        Ok(None) => {}
        Err(error) => answer.error_code = error,
    }
    answer
}

fn end_of_epoch(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    asked: &OffsetForLeaderPartition,
) -> Result<Option<(LeaderEpoch, model::Offset)>, ErrorCode> {
    let partition = broker.find_partition_by_name(topic, asked.partition)?;
    let current = LeaderEpoch::known(asked.current_leader_epoch);
    partition.end_of_epoch(
        broker.logs(cx.now),
        LeaderEpoch(asked.leader_epoch),
        current,
    )
}
