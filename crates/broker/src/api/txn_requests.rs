//! What the APIs of transaction coordinators have in common.

use model::{ErrorCode, ProducerEpoch, ProducerId};
use transaction::{Partitions, Producer, Request};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;
use crate::parked::Parked;
use crate::txn_waiter::TxnWaiter;

/// The producer that a request names.
pub(super) const fn producer(id: i64, epoch: i16) -> Producer {
    Producer {
        id: ProducerId(id),
        epoch: ProducerEpoch(epoch),
    }
}

/// Asks the coordinator of `id`; the answer is found by [`answered`].
pub(super) fn ask(
    broker: &Broker,
    cx: &mut Cx<'_>,
    id: &str,
    waiter: TxnWaiter,
    request: &Request<'_>,
) {
    let shard = if id.is_empty() {
        Err(ErrorCode::INVALID_REQUEST)
    } else {
        broker.txn_shard(id)
    };
    match shard {
        Ok(shard) => broker.ask_transactions(cx.now, &shard, waiter, request, cx.fx),
        Err(error) => waiter.answer(request.failed(error), cx.fx),
    }
}

/// The answer to the request at hand, if it is there already.
pub(super) fn answered(cx: &mut Cx<'_>) -> Handled {
    let ticket = cx.ticket;
    let own = cx.fx.replies.iter().position(|(to, _)| *to == ticket);
    match own {
        Some(at) => Handled::Reply(cx.fx.replies.remove(at).1),
        None => Handled::Parked(Parked::Awaiting, None),
    }
}

/// Collects partitions.
pub(super) fn collect<'t>(topics: impl Iterator<Item = (&'t str, &'t [i32])>) -> Partitions {
    let mut partitions = Partitions::new();
    for (topic, indexes) in topics {
        let known = partitions.entry(Box::from(topic)).or_default();
        known.extend(indexes);
    }
    partitions
}
