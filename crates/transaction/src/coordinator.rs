//! What is decided about a transactional id: pure functions of what the log says.

use std::sync::Arc;

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use statemachine::Decision;

use crate::logged::Logged;
use crate::record::Record;
use crate::settings::Settings;
use crate::state::{EPOCH_BUMPING, LAST_EPOCH, Partitions, State, Transaction};

/// A producer, as a client names it or is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Producer {
    /// Its id.
    pub id: ProducerId,
    /// Its epoch.
    pub epoch: ProducerEpoch,
}

/// InitProducerId with a transactional id.
#[derive(Clone, Copy, Debug)]
pub struct InitProducerId<'r> {
    /// The transactional id, not empty.
    pub id: &'r str,
    /// How long transactions may be open.
    pub timeout_ms: i32,
    /// What the client holds already (KIP-360).
    pub expected: Option<Producer>,
}

/// EndTxn.
#[derive(Clone, Copy, Debug)]
pub struct EndTxn<'r> {
    /// The transactional id, not empty.
    pub id: &'r str,
    /// Who ends it.
    pub producer: Producer,
    /// Commit, or else abort.
    pub commits: bool,
    /// The client's transaction version: with 2 the epoch goes up.
    pub client_version: i16,
}

type Decided<T> = Decision<Record, Result<T, ErrorCode>>;
/// Gives producer ids that were never given before; `None` while there are none.
type NewIds<'a> = &'a mut dyn FnMut() -> Option<ProducerId>;

fn write<T>(id: &str, transaction: Transaction, response: T) -> Decided<T> {
    let record = Record {
        id: Arc::from(id),
        value: Some(Arc::new(transaction)),
    };
    Decision::write(vec![record], Ok(response))
}

fn refuse<T>(error: ErrorCode) -> Decided<T> {
    Decision::read(Err(error))
}

/// Gives the transactional id to a new incarnation of its producer, which fences those before.
///
/// - An open transaction is aborted first: `CONCURRENT_TRANSACTIONS`, and the client asks again.
/// - The epoch goes up; where it cannot, there is a new producer id.
/// - A client that holds a producer and goes on after an error keeps its id (KIP-360), unless it is fenced.
///
/// Errors: `INVALID_TRANSACTION_TIMEOUT`, `PRODUCER_FENCED`, `COORDINATOR_LOAD_IN_PROGRESS` while there are no producer ids.
pub(crate) fn init_producer_id(
    logged: &Logged,
    settings: &Settings,
    now: TimestampMs,
    request: &InitProducerId<'_>,
    new_ids: NewIds<'_>,
) -> Decided<Producer> {
    let timeout = u128::try_from(request.timeout_ms).unwrap_or(0);
    if timeout == 0 || timeout > settings.max_timeout.as_millis() {
        return refuse(ErrorCode::INVALID_TRANSACTION_TIMEOUT);
    }
    let known = logged.get(request.id);
    if let Some(known) = known
        && let Err(error) = may_init(known, request.expected)
    {
        return refuse(error);
    }
    if let Some(known) = known.filter(|known| known.state == State::Ongoing) {
        return write(request.id, known.fenced(now), ())
            .map(|_| Err(ErrorCode::CONCURRENT_TRANSACTIONS));
    }
    match initialised(known.map(|known| &**known), now, request, new_ids) {
        Ok(next) => {
            let producer = Producer {
                id: next.producer_id,
                epoch: next.producer_epoch,
            };
            write(request.id, next, producer)
        }
        Err(error) => refuse(error),
    }
}

fn may_init(known: &Transaction, expected: Option<Producer>) -> Result<(), ErrorCode> {
    let is_meant = |expected: Producer| {
        let is_before = known.previous_producer_id == Some(expected.id);
        expected.id == known.producer_id || (is_before && expected.epoch >= LAST_EPOCH)
    };
    if !expected.is_none_or(is_meant) {
        return Err(ErrorCode::PRODUCER_FENCED);
    }
    if known.state.is_ending() {
        return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
    }
    Ok(())
}

fn initialised(
    known: Option<&Transaction>,
    now: TimestampMs,
    request: &InitProducerId<'_>,
    new_ids: NewIds<'_>,
) -> Result<Transaction, ErrorCode> {
    let mut fresh = || new_ids().ok_or(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS);
    let (producer_id, producer_epoch, last_epoch) = match (known, request.expected) {
        (None, _) => (fresh()?, ProducerEpoch(0), None),
        (Some(known), expected)
            if known.epoch_is_exhausted()
                && expected.is_none_or(|expected| expected.epoch == known.producer_epoch) =>
        {
            let last = expected.map(|_| known.producer_epoch);
            (fresh()?, ProducerEpoch(0), last)
        }
        (Some(known), None) => (known.producer_id, known.bumped_epoch(), None),
        (Some(known), Some(expected)) if expected.epoch == known.producer_epoch => {
            let last = Some(known.producer_epoch);
            (known.producer_id, known.bumped_epoch(), last)
        }
        (Some(known), Some(expected)) if Some(expected.epoch) == known.last_epoch => {
            (known.producer_id, known.producer_epoch, known.last_epoch)
        }
        _ => return Err(ErrorCode::PRODUCER_FENCED),
    };
    Ok(Transaction {
        producer_id,
        previous_producer_id: Some(known.map_or(producer_id, |known| known.producer_id)),
        next_producer_id: None,
        producer_epoch,
        last_epoch,
        timeout_ms: request.timeout_ms,
        state: State::Empty,
        partitions: Partitions::new(),
        started_at: None,
        updated_at: now,
        client_version: known.map_or(0, |known| known.client_version),
    })
}

/// The transaction of a producer that may go on with it.
pub(crate) fn find<'l>(
    logged: &'l Logged,
    id: &str,
    producer: Producer,
) -> Result<&'l Transaction, ErrorCode> {
    let known = logged
        .get(id)
        .ok_or(ErrorCode::INVALID_PRODUCER_ID_MAPPING)?;
    if known.producer_id != producer.id {
        return Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    }
    if known.producer_epoch != producer.epoch {
        return Err(ErrorCode::PRODUCER_FENCED);
    }
    if known.state.is_ending() {
        return Err(ErrorCode::CONCURRENT_TRANSACTIONS);
    }
    Ok(known)
}

/// Adds partitions to the producer's transaction, which begins with the first.
///
/// Errors: `INVALID_PRODUCER_ID_MAPPING`, `PRODUCER_FENCED`, `CONCURRENT_TRANSACTIONS` while the one before ends.
pub(crate) fn add_partitions(
    logged: &Logged,
    now: TimestampMs,
    (id, producer): (&str, Producer),
    partitions: &Partitions,
    client_version: i16,
) -> Decided<()> {
    let known = match find(logged, id, producer) {
        Ok(known) => known,
        Err(error) => return refuse(error),
    };
    let has_all = partitions
        .iter()
        .all(|(topic, ids)| ids.iter().all(|index| known.holds(topic, *index)));
    if known.state == State::Ongoing && has_all {
        return Decision::read(Ok(()));
    }
    let mut next = known.to(State::Ongoing, now);
    if known.state != State::Ongoing {
        next.started_at = Some(now);
    }
    for (topic, ids) in partitions {
        let known = next.partitions.entry(topic.clone()).or_default();
        known.extend(ids);
    }
    next.client_version = client_version;
    write(id, next, ())
}

/// Whether each partition takes part in the producer's transaction: `TRANSACTION_ABORTABLE` for those that do not.
///
/// Errors: those of [`add_partitions`].
pub(crate) fn verify_partitions(
    logged: &Logged,
    (id, producer): (&str, Producer),
    partitions: &Partitions,
) -> Result<Partitions, ErrorCode> {
    let known = find(logged, id, producer)?;
    let mut missing = Partitions::new();
    for (topic, ids) in partitions {
        let not_held = |index: &i32| known.state != State::Ongoing || !known.holds(topic, *index);
        let absent: std::collections::BTreeSet<i32> =
            ids.iter().copied().filter(not_held).collect();
        if !absent.is_empty() {
            missing.insert(topic.clone(), absent);
        }
    }
    Ok(missing)
}

/// Decides the producer's transaction; the answer is what the client goes on with.
///
/// - What is asked again is answered as before: without raised epochs by the state, with them by the epoch (KIP-890).
/// - With raised epochs an abort may come although nothing was added, since the client cannot know.
/// - Where the epoch is used up the client is told a new producer id.
///
/// Errors: `INVALID_PRODUCER_ID_MAPPING`, `PRODUCER_FENCED`, `INVALID_TXN_STATE`, `CONCURRENT_TRANSACTIONS` while it ends.
pub(crate) fn end_txn(
    logged: &Logged,
    now: TimestampMs,
    request: &EndTxn<'_>,
    new_ids: NewIds<'_>,
) -> Decided<Producer> {
    let Some(known) = logged.get(request.id) else {
        return refuse(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    };
    let is_same = match judge_producer(known, request) {
        Ok(is_retry) => is_retry,
        Err(error) => return refuse(error),
    };
    let current = Producer {
        id: known.producer_id,
        epoch: known.producer_epoch,
    };
    let bumps = request.client_version >= EPOCH_BUMPING;
    match (known.state, request.commits) {
        (State::Ongoing, _) => prepare(known, now, request, new_ids),
        (State::CompleteCommit, true) | (State::CompleteAbort, false) if is_same => {
            Decision::read(Ok(current))
        }
        (State::PrepareCommit, true) | (State::PrepareAbort, false) => {
            refuse(ErrorCode::CONCURRENT_TRANSACTIONS)
        }
        (State::CompleteCommit | State::CompleteAbort, false) if bumps && !is_same => {
            prepare(known, now, request, new_ids)
        }
        (State::Empty, false) if bumps => prepare(known, now, request, new_ids),
        _ => refuse(ErrorCode::INVALID_TXN_STATE),
    }
}

/// Whether the request repeats one that was carried out.
fn judge_producer(known: &Transaction, request: &EndTxn<'_>) -> Result<bool, ErrorCode> {
    let producer = request.producer;
    let is_current = producer.epoch == known.producer_epoch;
    if request.client_version < EPOCH_BUMPING {
        return match (producer.id == known.producer_id, is_current) {
            (false, _) => Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING),
            (true, false) => Err(ErrorCode::PRODUCER_FENCED),
            (true, true) => Ok(true),
        };
    }
    let after_overflow = known.previous_producer_id == Some(producer.id)
        && known.producer_id != producer.id
        && producer.epoch == LAST_EPOCH
        && known.producer_epoch == ProducerEpoch(0);
    if producer.id != known.producer_id && !after_overflow {
        return Err(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    }
    let after_bump = i32::from(known.producer_epoch.0) == i32::from(producer.epoch.0) + 1;
    let is_valid = match known.state {
        State::PrepareCommit | State::PrepareAbort => after_bump,
        State::CompleteCommit | State::CompleteAbort => after_bump || after_overflow || is_current,
        _ => is_current,
    };
    if is_valid {
        Ok(after_bump || after_overflow)
    } else {
        Err(ErrorCode::PRODUCER_FENCED)
    }
}

fn prepare(
    known: &Transaction,
    now: TimestampMs,
    request: &EndTxn<'_>,
    new_ids: NewIds<'_>,
) -> Decided<Producer> {
    let state = if request.commits {
        State::PrepareCommit
    } else {
        State::PrepareAbort
    };
    let mut next = known.to(state, now);
    next.client_version = request.client_version;
    if known.state != State::Ongoing {
        next.started_at = Some(now);
        next.partitions.clear();
    }
    if next.bumps_epoch() {
        if known.epoch_is_exhausted() {
            next.next_producer_id = new_ids();
            if next.next_producer_id.is_none() {
                return refuse(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS);
            }
        }
        next.producer_epoch = known.bumped_epoch();
        next.last_epoch = Some(known.producer_epoch);
    }
    let told = match next.next_producer_id {
        Some(id) => Producer {
            id,
            epoch: ProducerEpoch(0),
        },
        None => Producer {
            id: next.producer_id,
            epoch: next.producer_epoch,
        },
    };
    write(request.id, next, told)
}
