//! TxnOffsetCommit, key 28, versions 0 to 6.
//!
//! - Commits offsets within a producer's transaction: they hold when it commits, and are unstable until then (KIP-447).
//! - The offsets are taken only if the transaction's coordinator knows of the group's partition (KIP-890); from version 5 on
//!   committing adds it.
//! - Topics and partitions that do not exist are refused here. Version 6 names topics by id.

use model::{ErrorCode, ProducerId};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_request::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_response::{
    TxnOffsetCommitResponse, TxnOffsetCommitResponsePartition, TxnOffsetCommitResponseTopic,
};

use super::{Cx, Outgoing, group_requests, offset_commit, txn_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};
use crate::taking_part::{Participant, Participation, Understands};
use crate::topics::CONSUMER_OFFSETS;
use group::{Request, Response};

/// The first version that names topics by id.
const BY_ID: i16 = 6;
/// The first version that has `TRANSACTION_ABORTABLE` (KIP-890).
const ABORTABLE: i16 = 4;
/// The first version whose clients do not add the group's partition themselves (KIP-890).
const ADDING: i16 = 5;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: TxnOffsetCommitRequest<'_>,
) -> Handled {
    let producer = txn_requests::producer(request.producer_id, request.producer_epoch);
    let group_id = request.group_id.clone();
    let mut commit = OffsetCommitRequest {
        group_id: request.group_id,
        generation_id_or_member_epoch: request.generation_id_or_member_epoch,
        member_id: request.member_id,
        group_instance_id: request.group_instance_id,
        topics: request.topics.into_iter().map(topic).collect(),
        ..Default::default()
    };
    let mut refused = offset_commit::RefusedCommits::new();
    let by_id = cx.version >= BY_ID;
    (commit.topics)
        .retain_mut(|topic| offset_commit::keep_known(broker, by_id, topic, &mut refused));
    let ask_for = Request::TxnOffsetCommit {
        version: cx.version,
        producer: ProducerId(request.producer_id),
        request: &commit,
    };
    let participant = Participant {
        id: &request.transactional_id,
        producer,
        understands: match cx.version {
            ADDING.. => Understands::Adding,
            ABORTABLE.. => Understands::Abortable,
            _ => Understands::Nothing,
        },
    };
    let place = broker.group_partition(&group_id).map(Some);
    let is_asked = participant.understands == Understands::Adding || broker.verifies_partitions();
    let within = match place.map(|place| place.filter(|_| is_asked)) {
        Ok(Some(index)) => {
            let indexes = [index];
            let partitions =
                txn_requests::collect(std::iter::once((CONSUMER_OFFSETS, &indexes[..])));
            match participant.ask(broker, (cx.now, cx.ticket), &partitions, cx.fx) {
                Participation::Known(consent) => Ok(Some((consent, index))),
                Participation::Later => return Handled::Held(cx.frame.into()),
                Participation::Refused(error) => Err(error),
            }
        }
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    let gather = Gather::new(cx.outgoing(), Finish::TxnOffsetCommit(refused), 1);
    group_requests::gathered(broker, cx, gather, |ask| {
        let within =
            within.map(|within| within.map(|(consent, index)| (participant, consent, index)));
        ask.in_transaction(&group_id, &ask_for, producer, within.map_err(told));
    })
}

/// Kafka's group coordinator puts what its log refuses so.
pub(super) const fn told(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::NOT_ENOUGH_REPLICAS => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        other => other,
    }
}

fn topic(topic: TxnOffsetCommitRequestTopic<'_>) -> OffsetCommitRequestTopic<'_> {
    let partitions = topic.partitions.into_iter();
    let partition = |asked: TxnOffsetCommitRequestPartition<'_>| OffsetCommitRequestPartition {
        partition_index: asked.partition_index,
        committed_offset: asked.committed_offset,
        committed_leader_epoch: asked.committed_leader_epoch,
        committed_metadata: asked
            .committed_metadata
            .map(|text| text.into_owned().into()),
        ..Default::default()
    };
    OffsetCommitRequestTopic {
        name: topic.name,
        topic_id: topic.topic_id,
        partitions: partitions.map(partition).collect(),
        ..Default::default()
    }
}

pub(super) fn finish(
    outgoing: Outgoing,
    refused: offset_commit::RefusedCommits,
    parts: Vec<Response>,
) -> Handled {
    let merged = offset_commit::merge(refused, parts);
    let topics = merged.topics.into_iter();
    let topics = topics.map(|topic| TxnOffsetCommitResponseTopic {
        name: topic.name,
        topic_id: topic.topic_id,
        partitions: (topic.partitions.iter())
            .map(|partition| TxnOffsetCommitResponsePartition {
                partition_index: partition.partition_index,
                error_code: partition.error_code,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    });
    outgoing.reply(&TxnOffsetCommitResponse {
        topics: topics.collect(),
        ..Default::default()
    })
}
