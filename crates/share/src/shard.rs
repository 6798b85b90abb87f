//! One partition of `__share_group_state`, as its owner sees it.
//!
//! The owner holds the shard under one lock with the right to append to the partition, and takes the answers out after
//! every call. [`Shard::take_prune`] tells it which records it may delete.

use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset};
use statemachine::{Append, Decision, MAX_PARKED, Refusal, Runtime};

use crate::coordinator::{Request, Response, Turn, decide, renewed};
use crate::logged::Logged;
use crate::record::Record;

/// Most snapshots that are renewed at once, so that they fit into a batch.
const MAX_RENEWED: usize = 100;

/// What the operator sets: `share.coordinator.*` as values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `share.coordinator.snapshot.update.records.per.snapshot`.
    pub updates_per_snapshot: u32,
    /// `share.coordinator.write.timeout.ms`: how long an answer waits for what it rests on to be committed.
    pub write_timeout: Duration,
    /// `share.coordinator.state.topic.prune.interval.ms`.
    pub prune_interval: Duration,
    /// `share.coordinator.cold.partition.snapshot.interval.ms`: a snapshot so old is renewed if it keeps others from
    /// being pruned.
    pub cold_interval: Duration,
}

impl Default for Settings {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            updates_per_snapshot: 500,
            write_timeout: Duration::from_secs(5),
            prune_interval: Duration::from_secs(300),
            cold_interval: Duration::from_secs(300),
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

/// Who waits, and until when on the clock of `Now::mono`.
#[derive(Debug)]
struct Waiting<W> {
    /// Nobody, for what nobody asked.
    waiter: Option<W>,
    until: Duration,
}

/// The share coordinator of one partition of `__share_group_state`; `W` names who waits for an answer.
#[derive(Debug)]
pub struct Shard<W> {
    runtime: Runtime<Logged, Waiting<W>, Option<Response>>,
    settings: Settings,
    answers: Vec<Answer<W>>,
    next_prune: Duration,
    next_renewal: Duration,
    /// Records below are deleted, or about to be.
    pruned: Offset,
    /// Records below may be deleted when those up to an end are committed, among them the snapshots that take their place.
    prune: Option<(Offset, Offset)>,
}

impl<W> Shard<W> {
    /// A shard that does not lead.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            runtime: Runtime::new(),
            settings,
            answers: Vec::new(),
            next_prune: Duration::ZERO,
            next_renewal: Duration::ZERO,
            pruned: Offset::ZERO,
            prune: None,
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

    /// All records up to `log_end` were loaded. `false` if `epoch` is over.
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
        self.next_prune = now.mono + self.settings.prune_interval;
        self.next_renewal = now.mono + self.settings.cold_interval;
        true
    }

    /// The leadership is over: everybody who waits is told NOT_COORDINATOR.
    pub fn stop(&mut self) {
        self.runtime.stop_with(|_, response| {
            if let Some(response) = response {
                response.fail(ErrorCode::NOT_COORDINATOR);
            }
        });
        self.prune = None;
        self.pruned = Offset::ZERO;
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

    /// Handles a request. Its answer comes out of [`Self::take_answers`], after this call or later.
    pub fn on_request(
        &mut self,
        now: Now,
        waiter: W,
        request: &Request<'_>,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
    ) {
        let turn = Turn {
            now: now.wall,
            updates_per_snapshot: self.settings.updates_per_snapshot,
        };
        let failed = |error| Some(request.failed(error));
        self.decide(now, Some(waiter), append, failed, |logged| {
            decide(logged, turn, request).map(Some)
        });
    }

    /// Handles what has become due; call it at [`Self::next_deadline`].
    pub fn on_time(
        &mut self,
        now: Now,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
    ) {
        self.give_up(now);
        if self.runtime.parked() < MAX_PARKED && self.next_renewal <= now.mono {
            self.next_renewal = now.mono + self.settings.cold_interval;
            let interval = self.settings.cold_interval;
            self.decide(
                now,
                None,
                append,
                |_| None,
                |logged| renew(logged, now, interval),
            );
        }
        if self.runtime.parked() < MAX_PARKED && self.next_prune <= now.mono {
            self.next_prune = now.mono + self.settings.prune_interval;
            let logged = self.runtime.machine().ok();
            let prune = logged.map(|logged| (logged.needed_from(), logged.end()));
            self.prune = prune.filter(|(needed, _)| *needed > self.pruned);
        }
    }

    /// The offset below which records may be deleted, once those that take their place are committed.
    pub fn take_prune(&mut self, high_watermark: Offset) -> Option<Offset> {
        let (prune, _) = self.prune.take_if(|(_, end)| *end <= high_watermark)?;
        self.pruned = prune;
        Some(prune)
    }

    /// Everything below `high_watermark` is committed: answers that rest on it may go.
    pub fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.runtime.on_high_watermark(high_watermark);
        self.settle();
    }

    /// When to call [`Self::on_time`] next. Ask again after every call.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let logged = self.runtime.machine().ok()?;
        let has_work = self.runtime.parked() < MAX_PARKED && logged.end() > self.pruned;
        let work = has_work.then(|| self.next_prune.min(self.next_renewal));
        let waits = self.runtime.first_parked().map(|waiting| waiting.until);
        work.into_iter().chain(waits).min()
    }

    /// The answers that may be sent.
    #[must_use]
    pub fn take_answers(&mut self) -> Vec<Answer<W>> {
        std::mem::take(&mut self.answers)
    }

    /// Answers that have waited too long; what they rest on may be committed later.
    fn give_up(&mut self, now: Now) {
        while let Some((waiting, response)) =
            self.runtime.give_up_if(|waiting| waiting.until <= now.mono)
        {
            if let (Some(waiter), Some(mut response)) = (waiting.waiter, response) {
                response.fail(append_code(ErrorCode::REQUEST_TIMED_OUT));
                self.answers.push(Answer { waiter, response });
            }
        }
    }

    fn decide(
        &mut self,
        now: Now,
        waiter: Option<W>,
        append: impl FnOnce(Append<'_, Record>) -> Result<Offset, ErrorCode>,
        failed: impl FnOnce(ErrorCode) -> Option<Response>,
        decide: impl FnOnce(&Logged) -> Decision<Record, Option<Response>>,
    ) {
        let mut refused = None;
        let until = now.mono + self.settings.write_timeout;
        let waiter = Waiting { waiter, until };
        let outcome = self.runtime.try_decide(waiter, decide, |records| {
            append(records).map_err(|error| refused = Some(error)).ok()
        });
        if let Err((waiter, refusal)) = outcome {
            let error = refused.map_or_else(|| refusal_code(refusal), append_code);
            self.runtime.release(waiter, failed(error));
        }
        self.settle();
    }

    fn settle(&mut self) {
        for released in self.runtime.take_released() {
            let response = released.outcome.ok().flatten();
            if let (Some(waiter), Some(response)) = (released.waiter.waiter, response) {
                self.answers.push(Answer { waiter, response });
            }
        }
    }
}

/// Old snapshots are written anew where most of what lies between them and the end is not needed.
fn renew(logged: &Logged, now: Now, interval: Duration) -> Decision<Record, Option<Response>> {
    let span = logged.end().0 - logged.needed_from().0;
    let worth = i64::try_from(2 * logged.len()).unwrap_or(i64::MAX);
    if span <= worth {
        return Decision::read(None);
    }
    let interval = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
    let is_cold = |at: i64| at.saturating_add(interval) <= now.wall.0;
    let cold = logged
        .iter()
        .filter(|(_, entry)| is_cold(entry.state.written_at.0))
        .take(MAX_RENEWED);
    let records = cold.map(|(key, entry)| renewed(key, &entry.state, now.wall));
    Decision::write(records.collect(), None)
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
