//! WriteTxnMarkers, key 27, versions 1 and 2.
//!
//! - Ends transactions in partitions that this node leads: for coordinators of other nodes, and for an administrator who ends
//!   a hanging transaction (KIP-664). Answers when the markers are committed.
//! - Partitions are independent: each has its own error. Version 2 says whether the epoch has to be greater (KIP-1228).

use std::borrow::Cow;
use std::sync::Arc;

use model::{ErrorCode, LeaderEpoch, Offset, ProducerEpoch, ProducerId, Ticket};
use partition::{Partition, TxnMarker};
use protocol::write_txn_markers_request::{WritableTxnMarker, WriteTxnMarkersRequest};
use protocol::write_txn_markers_response::{
    WritableTxnMarkerPartitionResult, WritableTxnMarkerResult, WritableTxnMarkerTopicResult,
    WriteTxnMarkersResponse,
};
use transaction::EPOCH_BUMPING;

use super::{Cx, Outgoing};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::parked::Parked;

/// Markers that are written and not committed yet.
#[derive(Debug)]
pub struct ParkedMarkers {
    outgoing: Outgoing,
    response: WriteTxnMarkersResponse<'static>,
    waits: Vec<Wait>,
}

#[derive(Debug)]
struct Wait {
    place: (usize, usize, usize),
    replica: Arc<Partition>,
    epoch: LeaderEpoch,
    end: Offset,
}

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &WriteTxnMarkersRequest<'_>,
) -> Handled {
    let topics = request.markers.iter().flat_map(|marker| &marker.topics);
    let replicas: Vec<_> = topics
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
    let mut parked = ParkedMarkers {
        outgoing: cx.outgoing(),
        response: WriteTxnMarkersResponse::default(),
        waits: Vec::new(),
    };
    for marker in &request.markers {
        parked.write(broker, cx, marker);
    }
    parked.look_again(cx.ticket)
}

/// A coordinator of transactions does not expect of a partition that it is being loaded.
const fn told(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => ErrorCode::NOT_LEADER_OR_FOLLOWER,
        other => other,
    }
}

impl ParkedMarkers {
    fn write(&mut self, broker: &Broker, cx: &mut Cx<'_>, marker: &WritableTxnMarker<'_>) {
        let end = TxnMarker {
            producer_id: ProducerId(marker.producer_id),
            producer_epoch: ProducerEpoch(marker.producer_epoch),
            is_committed: marker.transaction_result,
            coordinator_epoch: marker.coordinator_epoch,
            strict_epoch: i16::from(marker.transaction_version) >= EPOCH_BUMPING,
        };
        let mut topics = Vec::with_capacity(marker.topics.len());
        for topic in &marker.topics {
            let mut partitions = Vec::with_capacity(topic.partition_indexes.len());
            for index in &topic.partition_indexes {
                let written = broker.write_marker(cx.now, (&topic.name, *index), &end, cx.fx);
                let error_code = written.as_ref().err().copied().map(told);
                if let Ok((replica, written)) = written {
                    self.waits.push(Wait {
                        place: (self.response.markers.len(), topics.len(), partitions.len()),
                        replica,
                        epoch: written.epoch,
                        end: written.end,
                    });
                }
                partitions.push(WritableTxnMarkerPartitionResult {
                    partition_index: *index,
                    error_code: error_code.unwrap_or(ErrorCode::NONE),
                    ..Default::default()
                });
            }
            topics.push(WritableTxnMarkerTopicResult {
                name: Cow::Owned(topic.name.to_string()),
                partitions,
                ..Default::default()
            });
        }
        self.response.markers.push(WritableTxnMarkerResult {
            producer_id: marker.producer_id,
            topics,
            ..Default::default()
        });
    }

    /// Answers if everything is committed or has failed by now; else waits on.
    pub(crate) fn look_again(mut self, ticket: Ticket) -> Handled {
        let response = &mut self.response;
        self.waits.retain(|wait| {
            match wait
                .replica
                .acknowledged_or_wait(wait.epoch, wait.end, ticket)
            {
                Ok(acknowledged) => !acknowledged,
                Err(error) => {
                    let (marker, topic, partition) = wait.place;
                    let topic = &mut response.markers[marker].topics[topic];
                    topic.partitions[partition].error_code = error;
                    false
                }
            }
        });
        if self.waits.is_empty() {
            self.outgoing.reply(&self.response)
        } else {
            Handled::Parked(Parked::Markers(self), None)
        }
    }
}
