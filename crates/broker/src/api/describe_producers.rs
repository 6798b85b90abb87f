//! DescribeProducers, key 61, version 0 (KIP-664).
//!
//! - The producers of which a partition's leader remembers something, in the order of their ids.

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::ErrorCode;
use partition::ProducerDescription;
use protocol::describe_producers_request::DescribeProducersRequest;
use protocol::describe_producers_response::{
    DescribeProducersResponse, PartitionResponse, ProducerState, TopicResponse,
};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeProducersRequest<'_>,
) -> Handled {
    let replicas: Vec<_> = (request.topics.iter())
        .flat_map(|topic| {
            topic
                .partition_indexes
                .iter()
                .map(move |index| (&*topic.name, *index))
        })
        .filter_map(|(topic, index)| broker.find_partition_by_name(topic, index).ok())
        .collect();
    if let Some(held) = cx.wait_for_logs(broker, replicas.iter()) {
        return held;
    }
    // What is asked for several times is answered once: an answer may be long.
    let mut seen = BTreeSet::new();
    let topics = (request.topics.iter())
        .map(|topic| TopicResponse {
            name: topic.name.clone(),
            partitions: (topic.partition_indexes.iter())
                .filter(|index| seen.insert((&*topic.name, **index)))
                .map(|index| partition(broker, cx, &topic.name, *index))
                .collect(),
            ..Default::default()
        })
        .collect();
    cx.reply(&DescribeProducersResponse {
        topics,
        ..Default::default()
    })
}

fn partition(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    partition_index: i32,
) -> PartitionResponse<'static> {
    match producers(broker, cx, topic, partition_index) {
        Ok(active_producers) => PartitionResponse {
            partition_index,
            active_producers,
            ..Default::default()
        },
        Err(error_code) => PartitionResponse {
            partition_index,
            error_code,
            error_message: error_code.name().map(Cow::Borrowed),
            ..Default::default()
        },
    }
}

fn producers(
    broker: &Broker,
    cx: &Cx<'_>,
    topic: &str,
    index: i32,
) -> Result<Vec<ProducerState>, ErrorCode> {
    let partition = broker.find_partition_by_name(topic, index)?;
    let active = partition.producers(broker.logs(cx.now))?;
    let describe = |producer: &ProducerDescription| ProducerState {
        producer_id: producer.id.0,
        producer_epoch: i32::from(producer.epoch.0),
        last_sequence: producer.last_sequence.unwrap_or(-1),
        last_timestamp: producer.last_timestamp,
        coordinator_epoch: producer.coordinator_epoch,
        current_txn_start_offset: producer.txn_first_offset.map_or(-1, |offset| offset.0),
        ..Default::default()
    };
    Ok(active.iter().map(describe).collect())
}
