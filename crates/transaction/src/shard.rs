//! One partition of `__transaction_state`, as its owner sees it.
//!
//! The owner holds the shard under one lock with the right to append to the partition; after every call it takes the answers
//! out, writes the markers that are due without the lock, and says what came of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset, ProducerId, TimestampMs};
use statemachine::{Append, Decision, MAX_PARKED, Refusal, Runtime};

use crate::coordinator::{self, EndTxn, InitProducerId, Producer};
use crate::ending::{Due, Endings, MarkerOutcome};
use crate::logged::Logged;
use crate::record::Record;
use crate::settings::{MAX_PER_ROUND, Settings};
use crate::state::{Partitions, State, Transaction};

/// A request to one shard.
#[derive(Clone, Copy, Debug)]
pub enum Request<'r> {
    /// A producer asks for its id and epoch.
    InitProducerId(InitProducerId<'r>),
    /// A producer adds partitions to its transaction.
    AddPartitions {
        /// The transactional id, not empty.
        id: &'r str,
        /// Who adds.
        producer: Producer,
        /// What is added.
        partitions: &'r Partitions,
        /// The client's transaction version.
        client_version: i16,
    },
    /// A partition's leader asks whether it takes part.
    VerifyPartitions {
        /// The transactional id, not empty.
        id: &'r str,
        /// Whose transaction.
        producer: Producer,
        /// What is asked about.
        partitions: &'r Partitions,
    },
    /// A producer ends its transaction.
    EndTxn(EndTxn<'r>),
}

/// The answer to a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// To InitProducerId and EndTxn: the producer to go on with.
    Producer(Result<Producer, ErrorCode>),
    /// To AddPartitions.
    Added(Result<(), ErrorCode>),
    /// To VerifyPartitions: what does not take part.
    Verified(Result<Partitions, ErrorCode>),
}

impl Response {
    fn fail(&mut self, error: ErrorCode) {
        match self {
            Self::Producer(result) => *result = Err(error),
            Self::Added(result) => *result = Err(error),
            Self::Verified(result) => *result = Err(error),
        }
    }
}

impl Request<'_> {
    /// The answer that this request gets with an error of the whole shard.
    #[must_use]
    pub fn failed(&self, error: ErrorCode) -> Response {
        match self {
            Self::InitProducerId(_) | Self::EndTxn(_) => Response::Producer(Err(error)),
            Self::AddPartitions { .. } => Response::Added(Err(error)),
            Self::VerifyPartitions { .. } => Response::Verified(Err(error)),
        }
    }
}

/// An answer that may be sent, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<W> {
    /// Who waits for it.
    pub waiter: W,
    /// What it is.
    pub response: Response,
}

#[derive(Debug)]
enum Waiter<W> {
    Client(W),
    /// The outcome of a transaction, which is committed when this is released.
    Outcome(Arc<str>),
    Nobody,
}

/// The coordinator of one partition of `__transaction_state`; `W` names who waits for an answer.
#[derive(Debug)]
pub struct Shard<W> {
    runtime: Runtime<Logged, Waiter<W>, Option<Response>>,
    endings: Endings,
    settings: Settings,
    answers: Vec<Answer<W>>,
    /// Open transactions, when they began and when that was first noticed: the wall clock may go back.
    noticed: BTreeMap<Arc<str>, (Option<TimestampMs>, Duration)>,
    /// When timeouts and expiry are looked at next.
    next_abort: Duration,
    next_expiry: Duration,
}

impl<W> Shard<W> {
    /// A shard that does not lead.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            runtime: Runtime::new(),
            endings: Endings::default(),
            settings,
            answers: Vec::new(),
            noticed: BTreeMap::new(),
            next_abort: Duration::ZERO,
            next_expiry: Duration::ZERO,
        }
    }

    /// This node leads the partition: its records follow in [`Self::load`].
    pub fn start_loading(&mut self, epoch: LeaderEpoch) {
        self.stop();
        self.runtime.start_loading(epoch, Logged::default());
    }

    /// A record of the log, while loading. `false` if `epoch` is over.
    pub fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Record) -> bool {
        self.runtime.replay(epoch, offset, record)
    }

    /// All records up to `log_end` were loaded: what was ending goes on when they are committed. `false` if `epoch` is over.
    pub fn activate(
        &mut self,
        now: Now,
        epoch: LeaderEpoch,
        log_end: Offset,
        high_watermark: Offset,
    ) -> bool {
        if !self.runtime.activate(epoch, log_end, high_watermark) {
            return false;
        }
        self.next_abort = now.mono + self.settings.abort_interval;
        self.next_expiry = now.mono + self.settings.expiry_interval;
        let logged = self.runtime.machine().expect("it was activated just now");
        let ending = logged.iter().filter(|(_, known)| known.state.is_ending());
        let ending: Vec<Arc<str>> = ending.map(|(id, _)| Arc::clone(id)).collect();
        for id in ending {
            self.runtime.park(Waiter::Outcome(id), None);
        }
        self.settle();
        true
    }

    /// The leadership is over: everybody who waits is told NOT_COORDINATOR.
    pub fn stop(&mut self) {
        self.runtime.stop_with(|_, response| {
            if let Some(response) = response {
                response.fail(ErrorCode::NOT_COORDINATOR);
            }
        });
        self.endings = Endings::default();
        self.noticed.clear();
        self.settle();
    }

    /// The leader epoch in which the shard is loading or active.
    #[must_use]
    pub fn epoch(&self) -> Option<LeaderEpoch> {
        self.runtime.epoch()
    }

    /// The durable half.
    ///
    /// # Errors
    /// `NOT_COORDINATOR`, `COORDINATOR_LOAD_IN_PROGRESS`.
    pub fn logged(&self) -> Result<&Logged, ErrorCode> {
        self.runtime.machine().map_err(refusal_code)
    }

    /// Whether a partition takes part in the producer's open transaction, as of the last decision, committed or not.
    ///
    /// # Errors
    /// `TRANSACTION_ABORTABLE` if it does not; else those of [`Request::VerifyPartitions`].
    pub fn takes_part(
        &self,
        id: &str,
        producer: Producer,
        (topic, index): (&str, i32),
    ) -> Result<(), ErrorCode> {
        let known = coordinator::find(self.logged()?, id, producer)?;
        if known.state == State::Ongoing && known.holds(topic, index) {
            Ok(())
        } else {
            Err(ErrorCode::TRANSACTION_ABORTABLE)
        }
    }

    /// Handles a request. Its answer comes out of [`Self::take_answers`], after this call or later. `new_ids` gives producer
    /// ids that were never given before.
    pub fn on_request(
        &mut self,
        now: Now,
        waiter: W,
        request: &Request<'_>,
        new_ids: &mut dyn FnMut() -> Option<ProducerId>,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
    ) {
        let Self { settings, .. } = self;
        let settings = settings.clone();
        let failed = |error| Some(request.failed(error));
        self.decide(Waiter::Client(waiter), append, failed, |logged| {
            decide(logged, &settings, now, request, new_ids).map(Some)
        });
    }

    /// Handles what has become due; call it at [`Self::next_deadline`].
    pub fn on_time(
        &mut self,
        now: Now,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
    ) {
        let aborts = self.next_abort <= now.mono;
        let expires = self.next_expiry <= now.mono;
        if aborts {
            self.next_abort = now.mono + self.settings.abort_interval;
        }
        if expires {
            self.next_expiry = now.mono + self.settings.expiry_interval;
        }
        if !aborts && !expires {
            return;
        }
        if aborts {
            self.notice(now.mono);
        }
        let noticed = std::mem::take(&mut self.noticed);
        let is_late = |id: &Arc<str>, known: &Transaction| {
            let since = noticed
                .get(id)
                .map(|(_, since)| now.mono.saturating_sub(*since));
            known.has_timed_out(now.wall) || since.is_some_and(|since| since > known.timeout())
        };
        let expiration = i64::try_from(self.settings.id_expiration.as_millis()).unwrap_or(i64::MAX);
        self.decide(
            Waiter::Nobody,
            append,
            |_| None,
            |logged| {
                let mut records = Vec::new();
                if aborts {
                    let late = logged.ongoing().filter(|(id, known)| is_late(id, known));
                    records.extend(late.take(MAX_PER_ROUND).map(|(id, known)| Record {
                        id: Arc::clone(id),
                        value: Some(Arc::new(known.fenced(now.wall))),
                    }));
                }
                if expires {
                    let idle = logged.iter().filter(|(_, known)| {
                        !known.state.is_ending()
                            && known.state != State::Ongoing
                            && known.updated_at.0.saturating_add(expiration) <= now.wall.0
                    });
                    records.extend(idle.take(MAX_PER_ROUND).map(|(id, _)| Record {
                        id: Arc::clone(id),
                        value: None,
                    }));
                }
                Decision::write(records, None)
            },
        );
        self.noticed = noticed;
    }

    /// Remembers since when transactions have been open.
    fn notice(&mut self, now: Duration) {
        let Ok(logged) = self.runtime.machine() else {
            return;
        };
        let known = std::mem::take(&mut self.noticed);
        let open = logged.ongoing().map(|(id, open)| {
            let same = known.get(id).filter(|(began, _)| *began == open.started_at);
            let since = same.map_or(now, |(_, since)| *since);
            (Arc::clone(id), (open.started_at, since))
        });
        self.noticed = open.collect();
    }

    /// The markers that are to be written; each is answered with [`Self::on_marker`].
    pub fn take_due(&mut self, now: Now) -> Vec<Due> {
        match self.epoch() {
            Some(epoch) => self.endings.take_due(now.mono, epoch),
            None => Vec::new(),
        }
    }

    /// What came of a marker that was due in `epoch`.
    pub fn on_marker(
        &mut self,
        now: Now,
        (epoch, id): (LeaderEpoch, &str),
        partition: &(Box<str>, i32),
        outcome: MarkerOutcome,
    ) {
        if self.epoch() == Some(epoch) {
            self.endings.on_outcome(now, id, partition, outcome);
        }
    }

    /// Transactions whose markers are all written become complete.
    pub fn complete(
        &mut self,
        now: Now,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
    ) {
        let finished = self.endings.finished(now.mono);
        if finished.is_empty() {
            return;
        }
        self.decide(
            Waiter::Nobody,
            append,
            |_| None,
            |logged| {
                let known = finished.iter().filter_map(|id| Some((id, logged.get(id)?)));
                let records = known.map(|(id, known)| Record {
                    id: Arc::clone(id),
                    value: Some(Arc::new(known.completed(now.wall))),
                });
                Decision::write(records.collect(), None)
            },
        );
        let Ok(logged) = self.runtime.machine() else {
            return;
        };
        let is_ending = |id: &Arc<str>| logged.get(id).is_some_and(|known| known.state.is_ending());
        let (refused, complete): (Vec<_>, Vec<_>) = finished.into_iter().partition(is_ending);
        complete.iter().for_each(|id| self.endings.forget(id));
        self.endings.put_off(now, &refused);
    }

    /// Everything below `high_watermark` is committed: answers and outcomes that rest on it may go.
    pub fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.runtime.on_high_watermark(high_watermark);
        self.settle();
    }

    /// When to call [`Self::on_time`] and [`Self::take_due`] next. Ask again after every call.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let logged = self.runtime.machine().ok()?;
        if self.runtime.parked() >= MAX_PARKED {
            return None;
        }
        let abort = logged.ongoing().next().map(|_| self.next_abort);
        let expiry = logged.iter().next().map(|_| self.next_expiry);
        let all = [abort, expiry, self.endings.next_retry()];
        all.into_iter().flatten().min()
    }

    /// The answers that may be sent.
    #[must_use]
    pub fn take_answers(&mut self) -> Vec<Answer<W>> {
        std::mem::take(&mut self.answers)
    }

    fn decide(
        &mut self,
        waiter: Waiter<W>,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
        failed: impl FnOnce(ErrorCode) -> Option<Response>,
        decide: impl FnOnce(&Logged) -> Decision<Record, Option<Response>>,
    ) {
        let mut refused = None;
        let mut prepared = Vec::new();
        let outcome = self.runtime.try_decide(
            waiter,
            |logged| {
                let decision = decide(logged);
                prepared = prepared_by(&decision.records);
                decision
            },
            |records| append(records).map_err(|error| refused = Some(error)).ok(),
        );
        match outcome {
            Ok(()) => {
                for id in prepared {
                    self.runtime.park(Waiter::Outcome(id), None);
                }
            }
            Err((waiter, refusal)) => {
                let error = refused.map_or_else(|| refusal_code(refusal), append_code);
                self.runtime.release(waiter, failed(error));
            }
        }
        self.settle();
    }

    /// Sorts out what may go.
    fn settle(&mut self) {
        for released in self.runtime.take_released() {
            let response = released.outcome.ok().flatten();
            match (released.waiter, response) {
                (Waiter::Client(waiter), Some(response)) => {
                    self.answers.push(Answer { waiter, response });
                }
                (Waiter::Outcome(id), _) => {
                    let logged = self.runtime.machine().ok();
                    let known = logged.and_then(|logged| logged.get(&id));
                    if let Some(known) = known.filter(|known| known.state.is_ending()) {
                        let known = Arc::clone(known);
                        self.endings.begin(id, known);
                    }
                }
                (Waiter::Client(_) | Waiter::Nobody, _) => {}
            }
        }
    }
}

fn prepared_by(records: &[Record]) -> Vec<Arc<str>> {
    let is_ending = |record: &&Record| {
        let value = record.value.as_ref();
        value.is_some_and(|value| value.state.is_ending())
    };
    let prepared = records.iter().filter(is_ending);
    prepared.map(|record| Arc::clone(&record.id)).collect()
}

fn decide(
    logged: &Logged,
    settings: &Settings,
    now: Now,
    request: &Request<'_>,
    new_ids: &mut dyn FnMut() -> Option<ProducerId>,
) -> Decision<Record, Response> {
    match request {
        Request::InitProducerId(request) => {
            coordinator::init_producer_id(logged, settings, now.wall, request, new_ids)
                .map(Response::Producer)
        }
        Request::AddPartitions {
            id,
            producer,
            partitions,
            client_version,
        } => {
            let who = (*id, *producer);
            coordinator::add_partitions(logged, now.wall, who, partitions, *client_version)
                .map(Response::Added)
        }
        Request::VerifyPartitions {
            id,
            producer,
            partitions,
        } => {
            let verified = coordinator::verify_partitions(logged, (*id, *producer), partitions);
            Decision::read(Response::Verified(verified))
        }
        Request::EndTxn(request) => {
            coordinator::end_txn(logged, now.wall, request, new_ids).map(Response::Producer)
        }
    }
}

fn refusal_code(refusal: Refusal) -> ErrorCode {
    match refusal {
        Refusal::NotLeader => ErrorCode::NOT_COORDINATOR,
        Refusal::Loading => ErrorCode::COORDINATOR_LOAD_IN_PROGRESS,
        Refusal::Overloaded | Refusal::AppendFailed => ErrorCode::COORDINATOR_NOT_AVAILABLE,
    }
}

/// What a client is told when a record could not be appended with `error`.
fn append_code(error: ErrorCode) -> ErrorCode {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        | ErrorCode::NOT_ENOUGH_REPLICAS
        | ErrorCode::REQUEST_TIMED_OUT => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        ErrorCode::NOT_LEADER_OR_FOLLOWER | ErrorCode::KAFKA_STORAGE_ERROR => {
            ErrorCode::NOT_COORDINATOR
        }
        _ => ErrorCode::UNKNOWN_SERVER_ERROR,
    }
}
