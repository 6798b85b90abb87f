//! Requests whose transaction waits for the one before it to end: they ask again a little later (KIP-890), so that the producer
//! need not.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::{Now, Ticket};
use parking_lot::Mutex;

/// Requests that ask again. A connection holds one at a time.
#[derive(Debug, Default)]
pub(crate) struct HeldBack {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The request of each connection, and since when it asks.
    since: BTreeMap<u64, (u64, Duration)>,
    due: BTreeSet<(Duration, Ticket)>,
}

impl HeldBack {
    /// When a request is to ask again, if its time, `most`, is not over.
    pub fn ask_again(
        &self,
        now: Now,
        ticket: Ticket,
        (backoff, most): (Duration, Duration),
    ) -> Option<Duration> {
        let mut state = self.state.lock();
        let known = state.since.get(&ticket.connection);
        let known = known.filter(|(request, _)| *request == ticket.request);
        let since = known.map_or(now.mono, |(_, since)| *since);
        if now.mono >= since + most {
            state.since.remove(&ticket.connection);
            return None;
        }
        let at = now.mono + backoff;
        let kept = (ticket.request, since);
        state.since.insert(ticket.connection, kept);
        state.due.insert((at, ticket));
        Some(at)
    }

    /// The connection is gone.
    pub fn forget(&self, connection: u64) {
        self.state.lock().since.remove(&connection);
    }

    /// The requests whose time has come.
    pub fn take_due(&self, now: Now) -> Vec<Ticket> {
        let mut state = self.state.lock();
        let later = state.due.split_off(&(
            now.mono + Duration::from_nanos(1),
            Ticket {
                connection: 0,
                request: 0,
            },
        ));
        let due = std::mem::replace(&mut state.due, later);
        due.into_iter().map(|(_, ticket)| ticket).collect()
    }

    /// When the next one asks again.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.state.lock().due.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use model::TimestampMs;

    use super::*;

    fn at(millis: u64) -> Now {
        Now {
            mono: Duration::from_millis(millis),
            wall: TimestampMs(0),
        }
    }

    #[test]
    fn a_request_asks_again_until_its_time_is_over() {
        let held = HeldBack::default();
        let ticket = |request| Ticket {
            connection: 7,
            request,
        };
        let limits = (Duration::from_millis(20), Duration::from_millis(50));
        let ask = |now, request| held.ask_again(at(now), ticket(request), limits);
        assert_eq!(ask(100, 1), Some(Duration::from_millis(120)));
        assert_eq!(held.take_due(at(119)), []);
        assert_eq!(held.take_due(at(120)), [ticket(1)]);
        assert!(ask(149, 1).is_some());
        assert_eq!(ask(150, 1), None);
        assert!(ask(151, 2).is_some(), "the next request has its own time");
        assert_eq!(held.next_deadline(), Some(Duration::from_millis(169)));
    }
}
