//! Time as a value: cores never read a clock, they are told.

use std::fmt;
use std::time::Duration;

/// Wall-clock time in milliseconds since the Unix epoch, as record timestamps carry it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct TimestampMs(pub i64);

impl TimestampMs {
    /// `None` for a negative value, with which Kafka's formats write "no timestamp".
    #[must_use]
    pub const fn known(raw: i64) -> Option<Self> {
        if raw < 0 { None } else { Some(Self(raw)) }
    }
}

impl fmt::Display for TimestampMs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The moment at which a core is called.
///
/// `mono` orders events and measures time-outs: it never goes back. `wall` stamps records and
/// decides retention: it may jump, as the clock of a machine does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Time since the node started.
    pub mono: Duration,
    /// The wall clock.
    pub wall: TimestampMs,
}

impl Now {
    /// The moment `by` later, on both clocks.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        let wall_ms = i64::try_from(by.as_millis()).expect("a test or time-out spans milliseconds");
        Self {
            mono: self.mono + by,
            wall: TimestampMs(self.wall.0 + wall_ms),
        }
    }
}
