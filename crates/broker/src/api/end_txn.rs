//! EndTxn, key 26, versions 0 to 5.
//!
//! - Decides a transaction; the answer does not wait for the markers.
//! - Before version 2 a fenced producer is told `INVALID_PRODUCER_EPOCH` (KIP-588).
//! - Version 5 raises the producer's epoch, and tells the producer to go on with (KIP-890).

use protocol::end_txn_request::EndTxnRequest;
use transaction::{EPOCH_BUMPING, EndTxn, Request};

use super::{Cx, txn_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::txn_waiter::TxnWaiter;

/// The first version that raises the epoch.
const RAISES_EPOCH: i16 = 5;

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &EndTxnRequest<'_>) -> Handled {
    let id = &request.transactional_id;
    let end = Request::EndTxn(EndTxn {
        id,
        producer: txn_requests::producer(request.producer_id, request.producer_epoch),
        commits: request.committed,
        client_version: if cx.version >= RAISES_EPOCH {
            EPOCH_BUMPING
        } else {
            0
        },
    });
    let waiter = TxnWaiter::EndTxn(cx.ticket, cx.outgoing());
    txn_requests::ask(broker, cx, id, waiter, &end);
    txn_requests::answered(cx)
}
