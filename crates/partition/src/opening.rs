//! Opening and closing a replica's log.
//!
//! A log is opened when somebody needs it, and closed when it was idle for long. To open one takes reads from the device, and
//! after a stop that was not clean its bytes are checked; so that is done by an operation that the owner submits, outside the
//! partition's lock, and requests wait for its end.
//!
//! ```text
//!            when_open, begin_open            on_opened
//!   Closed -----------------------> Opening ------------> Open
//!     ^  ^                             |                   |
//!     |  +-- retry_at has passed --- Refused               |
//!     +------------------------- rest ---------------------+
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::{ErrorCode, Now, Ticket};
use storage::errors::LogError;
use storage::log::{Log, Rested};
use storage::log_config::LogConfig;

use crate::log_store::LogStore;
use crate::partition::{LogSlot, Partition, State};

/// A log that could not be opened is not tried again before so long: to find damage may take long.
const RETRY: Duration = Duration::from_secs(1);

/// A request that waits for logs to be opened.
#[derive(Debug)]
pub struct OpenWait {
    ticket: Ticket,
    /// Logs that are not open yet, and one for the asker until it has asked for all.
    left: AtomicUsize,
}

impl OpenWait {
    /// A request that is about to ask for logs.
    #[must_use]
    pub fn new(ticket: Ticket) -> Arc<Self> {
        Arc::new(Self {
            ticket,
            left: AtomicUsize::new(1),
        })
    }

    /// One share less: `true` if it was the last.
    pub fn finish_one(&self) -> bool {
        self.left.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// Whether a log can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It is open, or will not be: the call answers.
    Ready,
    /// It is being opened.
    Waiting,
    /// As `Waiting`, and the caller has to submit the opening.
    MustOpen,
}

/// Why there is no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What requests are answered.
    pub error: ErrorCode,
    /// The log is damaged: it stays closed.
    pub is_damage: bool,
}

impl Partition {
    /// Whether the log can be used at once; if not, `wait` hears when it can.
    pub fn when_open(&self, now: Now, wait: &Arc<OpenWait>) -> Readiness {
        let mut state = self.lock();
        let is_claimed = state.claim_opening(now);
        let LogSlot::Opening(waiting) = &mut state.log else {
            return Readiness::Ready;
        };
        wait.left.fetch_add(1, Ordering::AcqRel);
        waiting.push(Arc::clone(wait));
        match is_claimed {
            true => Readiness::MustOpen,
            false => Readiness::Waiting,
        }
    }

    /// Whether the caller has to submit the opening now; nobody waits for it.
    pub fn begin_open(&self, now: Now) -> bool {
        self.lock().claim_opening(now)
    }

    /// Whether the log is open, or will not be for now.
    #[must_use]
    pub fn is_ready(&self, now: Now) -> bool {
        self.lock().is_ready(now)
    }

    /// Whether the log is closed, and it was not tried in vain to open it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.lock().log, LogSlot::Closed)
    }

    /// The configurations to open the log with.
    #[must_use]
    pub fn log_config(&self) -> Arc<LogConfig> {
        Arc::clone(&self.lock().settings.log)
    }

    /// The opening has ended. `false` if the replica was given up meanwhile: then the log is of no use, and what was made
    /// of it is to be removed.
    pub fn on_opened(
        &self,
        now: Now,
        result: Result<Box<Log>, OpenError>,
        wakes: &mut Vec<Ticket>,
    ) -> bool {
        let mut guard = self.lock();
        let state = &mut *guard;
        if !matches!(state.log, LogSlot::Opening(_)) {
            return false;
        }
        let waiting = match result {
            Ok(log) => {
                let waiting = std::mem::replace(&mut state.log, LogSlot::Open(log));
                state.used_at = now.mono;
                state.on_open(self.me());
                waiting
            }
            // What retrying cannot mend is not tried again, lest it be read again for each request.
            Err(OpenError {
                error,
                is_damage: true,
            }) => std::mem::replace(&mut state.log, LogSlot::Gone(error)),
            Err(OpenError { error, .. }) => {
                let retry_at = now.mono + RETRY;
                std::mem::replace(&mut state.log, LogSlot::Refused { error, retry_at })
            }
        };
        wake(waiting, wakes);
        state.notify_all(wakes);
        true
    }

    /// What is not durable of the log, for [`LogStore::plan`].
    #[must_use]
    pub fn rested(&self) -> Option<Rested> {
        self.lock().rested.as_deref().cloned()
    }
}

impl State {
    /// Whether the log is open, or will not be for now.
    pub(crate) fn is_ready(&self, now: Now) -> bool {
        match self.log {
            LogSlot::Open(_) | LogSlot::Gone(_) => true,
            LogSlot::Refused { retry_at, .. } => retry_at > now.mono,
            LogSlot::Closed | LogSlot::Opening(_) => false,
        }
    }

    fn claim_opening(&mut self, now: Now) -> bool {
        let is_closed = match self.log {
            LogSlot::Closed => true,
            LogSlot::Refused { retry_at, .. } => retry_at <= now.mono,
            LogSlot::Opening(_) | LogSlot::Open(_) | LogSlot::Gone(_) => false,
        };
        if is_closed {
            self.log = LogSlot::Opening(Vec::new());
        }
        is_closed
    }

    /// Closes the log, to be opened again when somebody needs it, unless something needs it to stay open. Nothing is synced.
    pub(crate) fn rest(&mut self, of: &Partition, store: &LogStore) -> Result<bool, LogError> {
        let LogSlot::Open(log) = &mut self.log else {
            return Ok(false);
        };
        let is_settled = self.waits.is_empty()
            && self.lowered.is_none()
            && self.high_watermark == log.log_end_offset();
        if !is_settled || !log.may_rest() {
            return Ok(false);
        }
        let rested = log.rest()?;
        store.manager().note(&of.name(), log, self.high_watermark);
        self.rested = rested.map(Box::new);
        self.log = LogSlot::Closed;
        Ok(true)
    }
}

/// Wakes who waits in a slot for the log to be open.
pub(crate) fn wake(slot: LogSlot, wakes: &mut Vec<Ticket>) {
    if let LogSlot::Opening(waiting) = slot {
        let done = waiting.iter().filter(|wait| wait.finish_one());
        wakes.extend(done.map(|wait| wait.ticket));
    }
}
