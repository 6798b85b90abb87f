//! What the share coordinator decides: requests in, records and answers out.

use std::sync::Arc;

use model::{ErrorCode, TimestampMs};
use statemachine::Decision;

use crate::batches::combine;
use crate::logged::Logged;
use crate::record::{Record, Value};
use crate::state::{Key, ShareState, StateBatch};

/// A request to one shard, about one group and partition; both the partition and its topic exist.
#[derive(Clone, Debug)]
pub enum Request<'r> {
    /// A group begins with a partition, or anew at another offset.
    Initialize {
        /// Which.
        key: &'r Key,
        /// Writes of earlier ones are refused from here on.
        state_epoch: i32,
        /// `None` where the leader is to find out.
        start: Option<i64>,
        /// Whether a state that is there stays: the request may have been carried out before.
        keeps: bool,
    },
    /// The leader of the partition takes over.
    Read {
        /// Which.
        key: &'r Key,
        /// The leader's epoch; -1 for one that does not write.
        leader_epoch: i32,
    },
    /// Somebody wants to know how far the group has come.
    ReadSummary {
        /// Which.
        key: &'r Key,
    },
    /// The leader has news.
    Write {
        /// Which.
        key: &'r Key,
        /// The epoch that the leader read; -1 for any.
        state_epoch: i32,
        /// The leader's epoch; -1 for any.
        leader_epoch: i32,
        /// `None` if it is the same.
        start: Option<i64>,
        /// `None` if it is not known.
        complete: Option<i32>,
        /// What has changed.
        batches: &'r [StateBatch],
    },
    /// The group is done with the partition.
    Delete {
        /// Which.
        key: &'r Key,
    },
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// To Initialize, Write and Delete.
    Done(Result<(), ErrorCode>),
    /// To Read and ReadSummary; `None` for what was never begun.
    State(Result<Option<Arc<ShareState>>, ErrorCode>),
}

impl Response {
    pub(crate) fn fail(&mut self, error: ErrorCode) {
        match self {
            Self::Done(result) => *result = Err(error),
            Self::State(result) => *result = Err(error),
        }
    }
}

impl Request<'_> {
    /// The answer that this request gets with an error of the whole shard.
    #[must_use]
    pub fn failed(&self, error: ErrorCode) -> Response {
        match self {
            Self::Read { .. } | Self::ReadSummary { .. } => Response::State(Err(error)),
            _ => Response::Done(Err(error)),
        }
    }
}

/// How a request is decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    pub(crate) now: TimestampMs,
    /// Updates after which a snapshot is written.
    pub(crate) updates_per_snapshot: u32,
}

pub(crate) fn decide(
    logged: &Logged,
    turn: Turn,
    request: &Request<'_>,
) -> Decision<Record, Response> {
    match request {
        Request::Initialize {
            key, keeps: true, ..
        } if logged.get(key).is_some() => Decision::read(Response::Done(Ok(()))),
        Request::Initialize {
            key,
            state_epoch,
            start,
            ..
        } => initialize(logged, turn, key, *state_epoch, *start),
        Request::Read { key, leader_epoch } => read(logged, turn, key, *leader_epoch),
        Request::ReadSummary { key } => {
            Decision::read(Response::State(Ok(logged.get(key).cloned())))
        }
        Request::Write {
            key,
            state_epoch,
            leader_epoch,
            batches,
            ..
        } => match check(logged, key, (*state_epoch, *leader_epoch)) {
            Ok(_) if !batches.iter().all(StateBatch::is_sound) => {
                Decision::read(Response::Done(Err(ErrorCode::INVALID_REQUEST)))
            }
            Err(error) => Decision::read(Response::Done(Err(error))),
            Ok(state) => {
                let record = written(logged, turn, state, request);
                Decision::write(vec![record], Response::Done(Ok(())))
            }
        },
        Request::Delete { key } => {
            let gone = logged.get(key).map(|_| Record {
                key: (*key).clone(),
                value: Value::Gone,
            });
            Decision::write(gone.into_iter().collect(), Response::Done(Ok(())))
        }
    }
}

fn initialize(
    logged: &Logged,
    turn: Turn,
    key: &Key,
    state_epoch: i32,
    start: Option<i64>,
) -> Decision<Record, Response> {
    let known = logged.get(key);
    if known.is_some_and(|known| known.state_epoch > state_epoch) {
        return Decision::read(Response::Done(Err(ErrorCode::FENCED_STATE_EPOCH)));
    }
    let state = ShareState {
        snapshot_epoch: known.map_or(0, |known| known.snapshot_epoch + 1),
        state_epoch,
        leader_epoch: known.map_or(-1, |known| known.leader_epoch),
        start,
        complete: start.map(|_| 0),
        created_at: turn.now,
        written_at: turn.now,
        batches: Vec::new(),
    };
    let record = snapshot(key, state);
    Decision::write(vec![record], Response::Done(Ok(())))
}

/// A leader of a new epoch is noted, so that the one before it cannot write any more.
fn read(logged: &Logged, turn: Turn, key: &Key, leader_epoch: i32) -> Decision<Record, Response> {
    let Some(state) = logged.get(key) else {
        return Decision::read(Response::State(Ok(None)));
    };
    if leader_epoch >= 0 && state.leader_epoch > leader_epoch {
        return Decision::read(Response::State(Err(ErrorCode::FENCED_LEADER_EPOCH)));
    }
    let response = Response::State(Ok(Some(Arc::clone(state))));
    if leader_epoch < 0 || state.leader_epoch == leader_epoch {
        return Decision::read(response);
    }
    let write = Request::Write {
        key,
        state_epoch: state.state_epoch,
        leader_epoch,
        start: None,
        complete: None,
        batches: &[],
    };
    Decision::write(vec![written(logged, turn, state, &write)], response)
}

fn check<'l>(
    logged: &'l Logged,
    key: &Key,
    (state_epoch, leader_epoch): (i32, i32),
) -> Result<&'l Arc<ShareState>, ErrorCode> {
    // Kafka's answer to a write before the state was begun.
    let state = logged.get(key).ok_or(ErrorCode::INVALID_REQUEST)?;
    if leader_epoch >= 0 && state.leader_epoch > leader_epoch {
        return Err(ErrorCode::FENCED_LEADER_EPOCH);
    }
    if state_epoch >= 0 && state.state_epoch > state_epoch {
        return Err(ErrorCode::FENCED_STATE_EPOCH);
    }
    Ok(state)
}

/// The record of a write: an update, or a snapshot where that was due.
fn written(logged: &Logged, turn: Turn, state: &ShareState, write: &Request<'_>) -> Record {
    let Request::Write {
        key,
        state_epoch,
        leader_epoch,
        start,
        complete,
        batches,
    } = write
    else {
        unreachable!("only writes are written")
    };
    let leader_epoch = Some(*leader_epoch).filter(|epoch| *epoch >= 0);
    // Writes may overtake one another on their way here; what is done with stays so.
    let start = start.map(|start| state.start.map_or(start, |known| known.max(start)));
    let updates = logged.entry(key).map_or(0, |entry| entry.updates);
    // A newer state epoch has no place in an update.
    if updates < turn.updates_per_snapshot && *state_epoch <= state.state_epoch {
        let value = Value::Update {
            snapshot_epoch: state.snapshot_epoch,
            leader_epoch,
            start,
            complete: *complete,
            batches: combine(&[], batches, start),
        };
        let key = (*key).clone();
        return Record { key, value };
    }
    let start = start.or(state.start);
    let state = ShareState {
        snapshot_epoch: state.snapshot_epoch + 1,
        state_epoch: state.state_epoch.max(*state_epoch),
        leader_epoch: leader_epoch.unwrap_or(state.leader_epoch),
        start,
        complete: complete.or(state.complete),
        created_at: state.created_at,
        written_at: turn.now,
        batches: combine(&state.batches, batches, start),
    };
    snapshot(key, state)
}

/// The same state once more, so that what lies before is not needed.
pub(crate) fn renewed(key: &Key, state: &ShareState, now: TimestampMs) -> Record {
    let state = ShareState {
        snapshot_epoch: state.snapshot_epoch + 1,
        written_at: now,
        ..state.clone()
    };
    snapshot(key, state)
}

fn snapshot(key: &Key, state: ShareState) -> Record {
    let value = Value::Snapshot(Arc::new(state));
    let key = key.clone();
    Record { key, value }
}
