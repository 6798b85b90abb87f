//! The load itself: producers and consumers, each on a thread of its own that sleeps until there is something to do.

pub mod consume;
pub mod consumer;
pub mod produce;
pub mod producer;
mod waiter;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// The moments of a run, in nanoseconds since `epoch`.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// What nanoseconds count from.
    pub epoch: Instant,
    /// When sending begins.
    pub begin: u64,
    /// When what is measured begins; what was before warms up.
    pub from: u64,
    /// When sending ends.
    pub until: u64,
}

impl Window {
    /// A window that begins in a moment.
    #[must_use]
    pub fn new(warm_up: Duration, measured: Duration) -> Self {
        let begin = 20_000_000;
        let from = begin + nanos(warm_up);
        Self {
            epoch: Instant::now(),
            begin,
            from,
            until: from + nanos(measured),
        }
    }

    /// The same window, which begins now.
    #[must_use]
    pub fn begun_now(self) -> Self {
        let epoch = Instant::now() - Duration::from_nanos(self.begin);
        Self { epoch, ..self }
    }

    /// Nanoseconds since the epoch.
    #[must_use]
    pub fn now(&self) -> u64 {
        nanos(self.epoch.elapsed())
    }

    /// Whether what was meant for `at` counts.
    #[must_use]
    pub const fn counts(&self, at: u64) -> bool {
        at >= self.from && at < self.until
    }

    /// Sleeps until `at`.
    pub fn sleep_until(&self, at: u64) {
        std::thread::sleep(Duration::from_nanos(at.saturating_sub(self.now())));
    }

    /// Seconds that are measured.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        (self.until - self.from) as f64 / 1e9
    }
}

/// A duration in nanoseconds.
#[must_use]
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// A histogram of nanoseconds up to two minutes.
#[must_use]
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_max(120_000_000_000, 3)
        .expect("three digits up to two minutes are possible")
}

/// What producers tell consumers: how many records there are to be read, once that is known.
#[derive(Debug, Default)]
pub struct Goal {
    records: AtomicU64,
    known: AtomicBool,
}

impl Goal {
    /// Adds what a producer had acknowledged.
    pub fn add(&self, records: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
    }

    /// No more will be added.
    pub fn finish(&self) {
        self.known.store(true, Ordering::Release);
    }

    /// The number of records, once it is final.
    #[must_use]
    pub fn final_count(&self) -> Option<u64> {
        self.known
            .load(Ordering::Acquire)
            .then(|| self.records.load(Ordering::Relaxed))
    }
}
