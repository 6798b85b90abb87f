//! DescribeTransactions, key 65, version 0 (KIP-664).
//!
//! - What the coordinator knows of transactional ids; `TRANSACTIONAL_ID_NOT_FOUND` for those that it does not know.

use std::borrow::Cow;

use model::ErrorCode;
use protocol::describe_transactions_request::DescribeTransactionsRequest;
use protocol::describe_transactions_response::{
    DescribeTransactionsResponse, TopicData, TransactionState,
};
use transaction::Transaction;

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeTransactionsRequest<'_>,
) -> Handled {
    let ids = request.transactional_ids.iter();
    let states = ids.map(|id| match find(broker, id) {
        Ok(transaction) => described(id, &transaction),
        Err(error_code) => TransactionState {
            error_code,
            transactional_id: Cow::Owned(id.to_string()),
            ..Default::default()
        },
    });
    cx.reply(&DescribeTransactionsResponse {
        transaction_states: states.collect(),
        ..Default::default()
    })
}

fn find(broker: &Broker, id: &str) -> Result<std::sync::Arc<Transaction>, ErrorCode> {
    if id.is_empty() {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    let shard = broker.txn_shard(id)?;
    let known = shard.look(|logged| logged.get(id).cloned())?;
    known.ok_or(ErrorCode::TRANSACTIONAL_ID_NOT_FOUND)
}

fn described(id: &str, transaction: &Transaction) -> TransactionState<'static> {
    let topics = transaction.partitions.iter().map(|(topic, ids)| TopicData {
        topic: Cow::Owned(topic.to_string()),
        partitions: ids.iter().copied().collect(),
        ..Default::default()
    });
    TransactionState {
        transactional_id: Cow::Owned(id.to_owned()),
        transaction_state: Cow::Borrowed(transaction.state.name()),
        transaction_timeout_ms: transaction.timeout_ms,
        transaction_start_time_ms: transaction.started_at.map_or(-1, |at| at.0),
        producer_id: transaction.producer_id.0,
        producer_epoch: transaction.producer_epoch.0,
        topics: topics.collect(),
        ..Default::default()
    }
}
