//! The care of a replica's log: retention, removals, syncs by time, checkpoints, rest, the end.
//!
//! Nobody looks at all partitions to find those that need something. A partition says when it wants to be looked at
//! ([`Due::tend_at`]) and that its offsets have changed ([`Due::note`]); the owner keeps the one in a queue by time and the
//! other in a list. A log that is closed wants nothing before its oldest records are too old to be kept.

use std::path::PathBuf;
use std::time::Duration;

use model::{ErrorCode, Now, Ticket};

use crate::log_store::LogStore;
use crate::partition::{Due, LogSlot, Logs, Partition, State};

/// A log that nobody has used for so long is closed.
pub(crate) const IDLE: Duration = Duration::from_secs(30);
/// Retention of a log that is closed is thought about again after so long at the latest: the wall clock may be set.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

/// What the care of a log has to be followed by.
#[derive(Debug, Default)]
pub struct Tended {
    /// Files to remove.
    pub removals: Vec<PathBuf>,
    /// A sync is due.
    pub wants_sync: bool,
    /// The log is closed, and has to be opened ([`Partition::begin_open`]) to be tended.
    pub must_open: bool,
}

impl Partition {
    /// Gives the replica up: everybody is answered with `error` from here on.
    pub fn close(&self, error: ErrorCode, wakes: &mut Vec<Ticket>) {
        if error == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION {
            self.set_gone();
        }
        self.lock().go_offline(error, wakes);
    }

    /// Does what is due by time, if it was planned for `planned` ([`Due::tend_at`]) and not for another time since;
    /// [`Partition::take_due`] tells when it wants to be called again. Open logs are looked at for retention every
    /// `log.retention.check.interval.ms`.
    pub fn tend(&self, planned: Duration, logs: Logs<'_>, wakes: &mut Vec<Ticket>) -> Tended {
        let mut guard = self.lock();
        let state = &mut *guard;
        if state.tended_at != Some(planned) {
            return Tended::default();
        }
        state.tended_at = None;
        match state.log {
            LogSlot::Open(_) => state.tend(self, logs, wakes),
            LogSlot::Closed => Tended {
                must_open: true,
                ..Tended::default()
            },
            LogSlot::Opening(_) | LogSlot::Refused { .. } | LogSlot::Gone(_) => Tended::default(),
        }
    }

    /// The log was opened only to be tended: it is, and closed again if nobody has come to use it.
    pub fn tend_and_rest(&self, logs: Logs<'_>, wakes: &mut Vec<Ticket>) -> Tended {
        let mut guard = self.lock();
        let state = &mut *guard;
        let mut tended = Tended::default();
        if matches!(state.log, LogSlot::Open(_)) {
            state.delete_old_segments(self, logs, wakes);
            tended.removals = state.take_removals(logs.now);
            state.try_to_rest(self, logs);
        }
        tended
    }

    /// What the log is kept for may have changed: it wants to be tended now.
    pub fn plan_now(&self, now: Now) -> Due {
        let mut state = self.lock();
        state.checked_at = Duration::ZERO;
        state.plan_to_tend(now.mono);
        state.take_due()
    }

    /// Whether the log is closed, and nobody knows when it wants to be tended.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        let state = self.lock();
        matches!(state.log, LogSlot::Closed)
            && state.tended_at.is_none()
            && state.checked_at.is_zero()
    }

    /// Tells the log directories how far the log is, for the next checkpoint.
    pub fn note_offsets(&self, store: &LogStore) {
        let mut state = self.lock();
        state.is_listed = false;
        if let LogSlot::Open(log) = &state.log {
            store
                .manager()
                .note(&self.name(), log, state.high_watermark);
        }
    }

    /// Bytes of the log; found without opening it, and 0 for one that was never written to or cannot be read.
    #[must_use]
    pub fn disk_size(&self, store: &LogStore) -> u64 {
        if let LogSlot::Open(log) = &self.lock().log {
            return log.size();
        }
        store.manager().size_of(&self.name()).unwrap_or(0)
    }

    /// Syncs and closes the log, for a clean stop. A log that rests is not synced, but its small files are brought up to
    /// date; the answer is then where it ends, and [`storage::disk::Disk::sync_all`] has to follow.
    ///
    /// # Errors
    /// The disk failed; the log will be recovered at the next start.
    pub fn shut_down(&self, logs: Logs<'_>) -> Result<Option<model::Offset>, ErrorCode> {
        let mut state = self.lock();
        let high_watermark = state.high_watermark;
        let fail = |error| logs.store.on_log_error(&self.name(), &error);
        if let Some(rested) = state.rested.take() {
            let written = logs.store.write_rested(&self.name(), &rested);
            return written.map(|()| Some(rested.log_end)).map_err(fail);
        }
        let LogSlot::Open(log) = &mut state.log else {
            return Ok(None);
        };
        if let Err(error) = log.close() {
            logs.store.manager().on_not_closed(&self.name());
            return Err(fail(error));
        }
        logs.store.manager().note(&self.name(), log, high_watermark);
        state.log = LogSlot::Closed;
        Ok(None)
    }
}

impl State {
    fn tend(&mut self, of: &Partition, logs: Logs<'_>, wakes: &mut Vec<Ticket>) -> Tended {
        let now = logs.now;
        let check_interval = self.settings.check_interval;
        if self.checked_at + check_interval <= now.mono || self.checked_at.is_zero() {
            self.delete_old_segments(of, logs, wakes);
        }
        let removals = self.take_removals(now);
        if self.used_at + IDLE <= now.mono && self.try_to_rest(of, logs) {
            return Tended {
                removals,
                ..Tended::default()
            };
        }
        let wants_sync = self.wants_sync(now);
        let (checked_at, used_at) = (self.checked_at, self.used_at);
        let LogSlot::Open(log) = &self.log else {
            return Tended::default();
        };
        // One that could not be put to rest is looked at again when it has been idle for as long again.
        let rest_at = (used_at + IDLE).max(now.mono + IDLE / 2);
        let by_sync = if wants_sync {
            None
        } else {
            log.flush_deadline()
        };
        let next = [
            by_sync,
            log.next_removal(),
            Some(checked_at + check_interval),
        ];
        let next = next.into_iter().flatten().fold(rest_at, Duration::min);
        self.plan_to_tend(next);
        Tended {
            removals,
            wants_sync,
            must_open: false,
        }
    }

    /// Deletes the segments that retention does not keep, and forgets producers that write no more.
    fn delete_old_segments(&mut self, of: &Partition, logs: Logs<'_>, wakes: &mut Vec<Ticket>) {
        self.checked_at = logs.now.mono;
        let high_watermark = self.high_watermark;
        let LogSlot::Open(log) = &mut self.log else {
            return;
        };
        let before = log.log_start_offset();
        if let Err(error) = log.delete_old_segments(logs.now, high_watermark) {
            logs.store.on_log_error(&of.name(), &error);
        }
        log.expire_producers(logs.now);
        if log.log_start_offset() != before {
            self.is_changed = true;
            self.notify(wakes);
        }
    }

    fn take_removals(&mut self, now: Now) -> Vec<PathBuf> {
        match &mut self.log {
            LogSlot::Open(log) => log.take_removals(now, false),
            _ => Vec::new(),
        }
    }

    fn try_to_rest(&mut self, of: &Partition, logs: Logs<'_>) -> bool {
        let LogSlot::Open(log) = &mut self.log else {
            return false;
        };
        let due = log.retention_due(logs.now);
        self.note_cleaning(logs.now);
        self.checked_at = logs.now.mono;
        match self.rest(of, logs.store) {
            Ok(true) => {
                // What was planned for the open log is void: a closed one would be opened for it.
                self.tended_at = None;
                if let Some(due) = due {
                    self.plan_to_tend(logs.now.mono + due.min(LONGEST_WAIT));
                }
                true
            }
            Ok(false) => false,
            Err(error) => {
                logs.store.on_log_error(&of.name(), &error);
                false
            }
        }
    }

    /// The log wants to be tended at `at`, if not earlier.
    pub(crate) fn plan_to_tend(&mut self, at: Duration) {
        if self.tended_at.is_none_or(|planned| at < planned) {
            self.tended_at = Some(at);
            self.tend_is_news = true;
        }
    }

    /// What an append leaves to the care of the log.
    pub(crate) fn due_of_append(&mut self) -> Due {
        self.is_changed = true;
        let deadline = match &self.log {
            LogSlot::Open(log) => log.flush_deadline(),
            _ => None,
        };
        if let Some(deadline) = deadline {
            self.plan_to_tend(deadline);
        }
        self.take_due()
    }

    pub(crate) fn take_due(&mut self) -> Due {
        let note = std::mem::take(&mut self.is_changed) && !self.is_listed;
        self.is_listed |= note;
        let tend_at = std::mem::take(&mut self.tend_is_news).then_some(self.tended_at);
        let mut due = Due {
            note,
            tend_at: tend_at.flatten(),
            ..Due::default()
        };
        self.add_isr_due(&mut due);
        due
    }
}
