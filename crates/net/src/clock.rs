//! The one place where the server reads clocks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use model::{Now, TimestampMs};

/// Reads the time for the cores.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock whose monotonic side starts at zero.
    #[must_use]
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    /// What `Now::mono` is now.
    #[must_use]
    pub fn mono(&self) -> Duration {
        self.start.elapsed()
    }

    /// The present moment. A wall clock before 1970 reads as 1970.
    #[must_use]
    pub fn now(&self) -> Now {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        let wall_ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Now {
            mono: self.start.elapsed(),
            wall: TimestampMs(wall_ms),
        }
    }
}
