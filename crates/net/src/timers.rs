//! Deadlines of the connections of one worker.

use std::collections::BTreeSet;
use std::time::Duration;

/// An ordered set of (deadline, connection key); each connection has one deadline at most.
#[derive(Debug, Default)]
pub struct Timers {
    queue: BTreeSet<(Duration, usize)>,
}

impl Timers {
    /// Moves the deadline of `key` from `old` to `new`.
    pub fn reset(&mut self, key: usize, old: Option<Duration>, new: Option<Duration>) {
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.queue.remove(&(old, key));
        }
        if let Some(new) = new {
            self.queue.insert((new, key));
        }
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next(&self) -> Option<Duration> {
        self.queue.first().map(|(deadline, _)| *deadline)
    }

    /// Takes out one connection whose deadline has come.
    pub fn pop_due(&mut self, now: Duration) -> Option<usize> {
        let (deadline, key) = *self.queue.first()?;
        (deadline <= now).then(|| {
            self.queue.pop_first();
            key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn deadlines_come_due_in_order_and_once() {
        let mut timers = Timers::default();
        timers.reset(1, None, Some(ms(30)));
        timers.reset(2, None, Some(ms(10)));
        timers.reset(1, Some(ms(30)), Some(ms(20)));
        assert_eq!(timers.next(), Some(ms(10)));
        assert_eq!(timers.pop_due(ms(5)), None);
        assert_eq!(timers.pop_due(ms(25)), Some(2));
        assert_eq!(timers.pop_due(ms(25)), Some(1));
        assert_eq!(timers.next(), None);
    }
}
