//! How long a call may take, and how it waits between attempts.

use std::time::{Duration, Instant};

/// The first wait between two attempts.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// A moment by which a call ends, and the waits until then, each twice the one before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempts {
    start: Instant,
    limit: Duration,
    next_wait: Duration,
}

impl Attempts {
    /// Attempts that end after `limit`.
    pub(crate) fn within(limit: Duration) -> Self {
        Self {
            start: Instant::now(),
            limit,
            next_wait: FIRST_WAIT,
        }
    }

    /// What is left of the time.
    pub(crate) fn left(&self) -> Duration {
        self.limit.saturating_sub(self.start.elapsed())
    }

    /// Waits before another attempt; false, at once, when the time would be over by then.
    pub(crate) fn wait(&mut self) -> bool {
        if self.left() <= self.next_wait {
            return false;
        }
        std::thread::sleep(self.next_wait);
        self.next_wait = (self.next_wait * 2).min(LONGEST_WAIT);
        true
    }
}
