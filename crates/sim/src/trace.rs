//! What happened in a run: a fingerprint always, the lines if somebody wants them.

use std::fmt;
use std::time::Duration;

/// The trace of a run.
#[derive(Debug)]
pub(crate) struct Trace {
    fingerprint: u64,
    lines: Option<Vec<String>>,
}

impl Trace {
    pub(crate) fn new(with_lines: bool) -> Self {
        Self {
            fingerprint: 0xcbf2_9ce4_8422_2325,
            lines: with_lines.then(Vec::new),
        }
    }

    /// Takes bytes into the fingerprint.
    pub(crate) fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.fingerprint = (self.fingerprint ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Notes one event.
    pub(crate) fn note(&mut self, at: Duration, event: fmt::Arguments<'_>) {
        self.mix(&at.as_nanos().to_le_bytes());
        if let Some(lines) = &mut self.lines {
            lines.push(format!("{:>12.6} {event}", at.as_secs_f64()));
        }
    }

    pub(crate) fn finish(self) -> (u64, Vec<String>) {
        (self.fingerprint, self.lines.unwrap_or_default())
    }
}
