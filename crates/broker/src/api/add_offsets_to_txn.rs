//! AddOffsetsToTxn, key 25, versions 0 to 4.
//!
//! - Adds the partition of `__consumer_offsets` that keeps a group's offsets to a transaction.
//! - Before version 2 a fenced producer is told `INVALID_PRODUCER_EPOCH` (KIP-588).

use protocol::add_offsets_to_txn_request::AddOffsetsToTxnRequest;
use transaction::Request;

use super::{Cx, txn_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::topics::CONSUMER_OFFSETS;
use crate::txn_waiter::TxnWaiter;
use model::ErrorCode;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &AddOffsetsToTxnRequest<'_>,
) -> Handled {
    let id = &request.transactional_id;
    let index = broker.group_partition(&request.group_id);
    let indexes = [index.unwrap_or(-1)];
    let partitions = txn_requests::collect(std::iter::once((CONSUMER_OFFSETS, &indexes[..])));
    let add = Request::AddPartitions {
        id,
        producer: txn_requests::producer(request.producer_id, request.producer_epoch),
        partitions: &partitions,
        client_version: 0,
    };
    let waiter = TxnWaiter::AddOffsets(cx.ticket, cx.outgoing());
    if index.is_ok() {
        txn_requests::ask(broker, cx, id, waiter, &add);
    } else {
        waiter.answer(add.failed(ErrorCode::COORDINATOR_NOT_AVAILABLE), cx.fx);
    }
    txn_requests::answered(cx)
}
