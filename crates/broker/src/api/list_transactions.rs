//! ListTransactions, key 66, versions 0 to 2 (KIP-664).
//!
//! - The transactional ids that this node coordinates, by states, producer ids, from version 1 on how long they are open
//!   (KIP-994), from version 2 on a pattern in the syntax of RE2 that the whole id has to match (KIP-1152).
//! - States that do not exist are named in the answer; if none of those asked for exists, nothing is listed.

use std::borrow::Cow;

use group::NamePattern;
use model::{ErrorCode, TimestampMs};
use protocol::list_transactions_request::ListTransactionsRequest;
use protocol::list_transactions_response::{ListTransactionsResponse, TransactionState};
use transaction::{State, Transaction};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &ListTransactionsRequest<'_>,
) -> Handled {
    let asked = request.state_filters.iter();
    let states: Vec<State> = asked.filter_map(|name| State::from_name(name)).collect();
    let unknown = request.state_filters.iter();
    let unknown = unknown.filter(|name| State::from_name(name).is_none());
    let mut response = ListTransactionsResponse {
        unknown_state_filters: unknown.map(|name| Cow::Owned(name.to_string())).collect(),
        ..Default::default()
    };
    let Ok(pattern) = pattern(request) else {
        response.error_code = ErrorCode::INVALID_REGULAR_EXPRESSION;
        return cx.reply(&response);
    };
    if states.is_empty() && !request.state_filters.is_empty() {
        return cx.reply(&response);
    }
    for shard in broker.transactions.all() {
        let listed = shard.look(|logged| {
            let all = logged.iter();
            let all = all.filter(|(id, _)| pattern.as_ref().is_none_or(|p| p.matches(id)));
            let meant = all.filter(|(_, known)| is_meant(request, &states, known, cx.now.wall));
            meant
                .map(|(id, known)| listed(id, known))
                .collect::<Vec<_>>()
        });
        match listed {
            Ok(listed) => response.transaction_states.extend(listed),
            Err(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS) => {
                let error_code = ErrorCode::COORDINATOR_LOAD_IN_PROGRESS;
                return cx.reply(&ListTransactionsResponse {
                    error_code,
                    ..Default::default()
                });
            }
            Err(_) => {}
        }
    }
    cx.reply(&response)
}

/// What the ids have to match, if anything; one that is empty stands for none.
fn pattern(request: &ListTransactionsRequest<'_>) -> Result<Option<NamePattern>, String> {
    let asked = request.transactional_id_pattern.as_deref();
    let asked = asked.filter(|text| !text.is_empty());
    asked.map(NamePattern::parse).transpose()
}

fn is_meant(
    request: &ListTransactionsRequest<'_>,
    states: &[State],
    known: &Transaction,
    now: TimestampMs,
) -> bool {
    let producers = &request.producer_id_filters;
    let is_long_open = request.duration_filter < 0
        || known
            .started_at
            .is_some_and(|at| now.0.saturating_sub(at.0) > request.duration_filter);
    (states.is_empty() || states.contains(&known.state))
        && (producers.is_empty() || producers.contains(&known.producer_id.0))
        && is_long_open
}

fn listed(id: &str, known: &Transaction) -> TransactionState<'static> {
    TransactionState {
        transactional_id: Cow::Owned(id.to_owned()),
        producer_id: known.producer_id.0,
        transaction_state: Cow::Borrowed(known.state.name()),
        ..Default::default()
    }
}
