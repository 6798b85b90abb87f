//! Vote, BeginQuorumEpoch, EndQuorumEpoch, keys 52 to 54: the elections of Apache Kafka's controllers.
//!
//! - Voters are all Kalda or all Apache Kafka: their logs are the same, their elections are not (docs/decisions/0005). All three
//!   are refused with `INCONSISTENT_VOTER_SET`, and the operator is told once of each node.

use model::{BrokerId, ErrorCode};
use protocol::begin_quorum_epoch_request::BeginQuorumEpochRequest;
use protocol::begin_quorum_epoch_response::BeginQuorumEpochResponse;
use protocol::end_quorum_epoch_request::EndQuorumEpochRequest;
use protocol::end_quorum_epoch_response::EndQuorumEpochResponse;
use protocol::vote_request::VoteRequest;
use protocol::vote_response::VoteResponse;

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

const REFUSED: ErrorCode = ErrorCode::INCONSISTENT_VOTER_SET;
/// Nodes of which the operator was told, at most.
const MAX_TOLD: usize = 100;

pub(super) fn vote(broker: &Broker, cx: &mut Cx<'_>, request: &VoteRequest<'_>) -> Handled {
    let partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
    tell(broker, cx, partitions.map(|partition| partition.replica_id));
    cx.reply(&VoteResponse {
        error_code: REFUSED,
        ..Default::default()
    })
}

pub(super) fn begin(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &BeginQuorumEpochRequest<'_>,
) -> Handled {
    let partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
    tell(broker, cx, partitions.map(|partition| partition.leader_id));
    cx.reply(&BeginQuorumEpochResponse {
        error_code: REFUSED,
        ..Default::default()
    })
}

pub(super) fn end(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &EndQuorumEpochRequest<'_>,
) -> Handled {
    let partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
    tell(broker, cx, partitions.map(|partition| partition.leader_id));
    cx.reply(&EndQuorumEpochResponse {
        error_code: REFUSED,
        ..Default::default()
    })
}

fn tell(broker: &Broker, cx: &mut Cx<'_>, nodes: impl Iterator<Item = i32>) {
    let mut told = broker.foreign_voters.lock();
    for node in nodes.map(BrokerId) {
        if told.len() < MAX_TOLD && told.insert(node) {
            let peer = cx.session.peer;
            cx.fx.reports.push(format!(
                "node {node} at {peer} takes part in elections of the metadata quorum as Apache Kafka does, and is refused: \
                 voters are all Kalda or all Apache Kafka. Stop one kind, copy its metadata directory, and start the other"
            ));
        }
    }
}
