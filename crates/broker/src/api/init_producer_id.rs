//! InitProducerId, key 22, versions 0 to 5.
//!
//! - Without a transactional id: a producer id that was never given out before, with epoch 0 (KIP-98), from
//!   the block that the controller gave this broker.
//! - With a transactional id: what its coordinator says. An open transaction is aborted first:
//!   `CONCURRENT_TRANSACTIONS`, and the client asks again.
//! - From version 3 on a client names the producer that it goes on from (KIP-360).
//! - Before version 4 a fenced producer is told `INVALID_PRODUCER_EPOCH` (KIP-588).

use model::ErrorCode;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use transaction::{InitProducerId, Request};

use super::{Cx, txn_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::txn_waiter::TxnWaiter;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &InitProducerIdRequest<'_>,
) -> Handled {
    let held = (request.producer_id, request.producer_epoch);
    let expected = match held {
        (-1, -1) => None,
        (-1, _) | (_, -1) => return failed(cx, ErrorCode::INVALID_REQUEST),
        (id, epoch) => Some(txn_requests::producer(id, epoch)),
    };
    if let Some(id) = request.transactional_id.as_deref() {
        let init = Request::InitProducerId(InitProducerId {
            id,
            timeout_ms: request.transaction_timeout_ms,
            expected,
        });
        let waiter = TxnWaiter::InitProducerId(cx.ticket, cx.outgoing());
        txn_requests::ask(broker, cx, id, waiter, &init);
        return txn_requests::answered(cx);
    }
    match broker.next_producer_id(cx.fx) {
        Some(id) => cx.reply(&InitProducerIdResponse {
            producer_id: id.0,
            ..Default::default()
        }),
        // The next block is on its way: the client asks again.
        None => failed(cx, ErrorCode::COORDINATOR_LOAD_IN_PROGRESS),
    }
}

fn failed(cx: &Cx<'_>, error_code: ErrorCode) -> Handled {
    cx.reply(&InitProducerIdResponse {
        error_code,
        producer_id: -1,
        producer_epoch: -1,
        ..Default::default()
    })
}
