//! AddPartitionsToTxn, key 24, versions 0 to 5.
//!
//! - Adds partitions to a producer's transaction, all or none: `OPERATION_NOT_ATTEMPTED` for those that exist where others
//!   do not.
//! - Before version 2 a fenced producer is told `INVALID_PRODUCER_EPOCH` (KIP-588).
//! - From version 4 on brokers ask for many transactions at once, or only whether the partitions take part (KIP-890). Who does
//!   not come where brokers do is refused with `CLUSTER_AUTHORIZATION_FAILED`.

use std::borrow::Cow;
use std::sync::Arc;

use model::{ErrorCode, PartitionIndex, Ticket};
use parking_lot::Mutex;
use protocol::add_partitions_to_txn_request::{
    AddPartitionsToTxnRequest, AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use protocol::add_partitions_to_txn_response::{
    AddPartitionsToTxnPartitionResult, AddPartitionsToTxnResponse, AddPartitionsToTxnResult,
    AddPartitionsToTxnTopicResult,
};
use transaction::{EPOCH_BUMPING, Partitions, Request, Response};

use super::{Cx, Outgoing, txn_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::txn_waiter::{FENCED, TxnWaiter, understood};

/// The first version that is about several transactions.
const BATCHED: i16 = 4;

/// A request while the answers of coordinators come in.
#[derive(Debug)]
pub(crate) struct AddPartitionsGather {
    pub(crate) ticket: Ticket,
    pub(crate) outgoing: Outgoing,
    results: Vec<AddPartitionsToTxnResult<'static>>,
    missing: usize,
}

impl AddPartitionsGather {
    /// Takes in the answer about one transaction; gives the whole when all are there.
    pub(crate) fn add(
        &mut self,
        place: usize,
        response: &Response,
    ) -> Option<AddPartitionsToTxnResponse<'static>> {
        for topic in &mut self.results[place].topic_results {
            for result in &mut topic.results_by_partition {
                let error = error_of(response, &topic.name, result.partition_index);
                result.partition_error_code = understood(error, self.outgoing, FENCED);
            }
        }
        self.finish_one()
    }

    fn finish_one(&mut self) -> Option<AddPartitionsToTxnResponse<'static>> {
        self.missing -= 1;
        (self.missing == 0).then(|| self.response())
    }

    fn response(&mut self) -> AddPartitionsToTxnResponse<'static> {
        let mut results = std::mem::take(&mut self.results);
        if self.outgoing.version >= BATCHED {
            return AddPartitionsToTxnResponse {
                results_by_transaction: results,
                ..Default::default()
            };
        }
        AddPartitionsToTxnResponse {
            results_by_topic_v3_and_below: results
                .pop()
                .map(|one| one.topic_results)
                .unwrap_or_default(),
            ..Default::default()
        }
    }
}

fn error_of(response: &Response, topic: &str, index: i32) -> ErrorCode {
    match response {
        Response::Added(Ok(())) | Response::Producer(Ok(_)) => ErrorCode::NONE,
        Response::Added(Err(error))
        | Response::Verified(Err(error))
        | Response::Producer(Err(error)) => *error,
        Response::Verified(Ok(missing)) => {
            let is_missing = missing
                .get(topic)
                .is_some_and(|known| known.contains(&index));
            if is_missing {
                ErrorCode::TRANSACTION_ABORTABLE
            } else {
                ErrorCode::NONE
            }
        }
    }
}

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    mut request: AddPartitionsToTxnRequest<'_>,
) -> Handled {
    if cx.version >= BATCHED && !broker.comes_from_brokers(cx.session) {
        return cx.reply(&AddPartitionsToTxnResponse {
            error_code: ErrorCode::CLUSTER_AUTHORIZATION_FAILED,
            ..Default::default()
        });
    }
    if cx.version < BATCHED {
        request.transactions = vec![AddPartitionsToTxnTransaction {
            transactional_id: request.v3_and_below_transactional_id,
            producer_id: request.v3_and_below_producer_id,
            producer_epoch: request.v3_and_below_producer_epoch,
            topics: request.v3_and_below_topics,
            ..Default::default()
        }];
    }
    let gather = Arc::new(Mutex::new(AddPartitionsGather {
        ticket: cx.ticket,
        outgoing: cx.outgoing(),
        results: request.transactions.iter().map(unanswered).collect(),
        // One more than there are, so that an answer comes out only once all were asked.
        missing: request.transactions.len() + 1,
    }));
    for (place, transaction) in request.transactions.iter().enumerate() {
        add(broker, cx, transaction, (&gather, place));
    }
    let whole = gather.lock().finish_one();
    match whole {
        Some(response) => cx.reply(&response),
        None => txn_requests::answered(cx),
    }
}

fn add(
    broker: &Broker,
    cx: &mut Cx<'_>,
    transaction: &AddPartitionsToTxnTransaction<'_>,
    (gather, place): (&Arc<Mutex<AddPartitionsGather>>, usize),
) {
    let id = &transaction.transactional_id;
    let topics = transaction.topics.iter();
    let partitions =
        txn_requests::collect(topics.map(|topic| (&*topic.name, &topic.partitions[..])));
    let producer = txn_requests::producer(transaction.producer_id, transaction.producer_epoch);
    let request = if transaction.verify_only {
        Request::VerifyPartitions {
            id,
            producer,
            partitions: &partitions,
        }
    } else {
        Request::AddPartitions {
            id,
            producer,
            partitions: &partitions,
            client_version: if cx.version >= BATCHED {
                EPOCH_BUMPING
            } else {
                0
            },
        }
    };
    if refuse_unknown(broker, &partitions, gather, place) {
        gather.lock().missing -= 1;
        return;
    }
    let waiter = TxnWaiter::AddPartitions(Arc::clone(gather), place);
    txn_requests::ask(broker, cx, id, waiter, &request);
}

/// Whether there are partitions that do not exist; then nothing is added.
fn refuse_unknown(
    broker: &Broker,
    partitions: &Partitions,
    gather: &Mutex<AddPartitionsGather>,
    place: usize,
) -> bool {
    let image = broker.image();
    let exists = |topic: &str, index: i32| {
        let topic = image.topics().by_name(topic);
        topic.is_some_and(|topic| topic.partition(PartitionIndex(index)).is_some())
    };
    let mut all = partitions
        .iter()
        .flat_map(|(topic, indexes)| indexes.iter().map(move |index| (topic, *index)));
    if all.all(|(topic, index)| exists(topic, index)) {
        return false;
    }
    let mut gather = gather.lock();
    for topic in &mut gather.results[place].topic_results {
        for result in &mut topic.results_by_partition {
            result.partition_error_code = if exists(&topic.name, result.partition_index) {
                ErrorCode::OPERATION_NOT_ATTEMPTED
            } else {
                ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            };
        }
    }
    true
}

fn unanswered(
    transaction: &AddPartitionsToTxnTransaction<'_>,
) -> AddPartitionsToTxnResult<'static> {
    let topic_result = |topic: &AddPartitionsToTxnTopic<'_>| AddPartitionsToTxnTopicResult {
        name: Cow::Owned(topic.name.to_string()),
        results_by_partition: (topic.partitions.iter())
            .map(|index| AddPartitionsToTxnPartitionResult {
                partition_index: *index,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    };
    AddPartitionsToTxnResult {
        transactional_id: Cow::Owned(transaction.transactional_id.to_string()),
        topic_results: transaction.topics.iter().map(topic_result).collect(),
        ..Default::default()
    }
}
