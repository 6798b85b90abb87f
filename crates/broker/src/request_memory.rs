//! `queued.max.request.bytes`: memory for requests that did not arrive whole or wait for their turn, over all connections.
//!
//! A request that begins to arrive takes its whole size, if anything is left; then it may go on to its end. When nothing is
//! left, connections that are not in the middle of a request are not read until something is given back. So the memory is
//! bounded by the limit and one request of each thread that reads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::effects::Effects;

/// What is taken and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct RequestMemory {
    taken: AtomicU64,
    /// Numbers of connections that are not read.
    waiting: Mutex<Vec<u64>>,
    has_waiting: AtomicBool,
}

impl RequestMemory {
    /// Whether a connection may be read that holds nothing; if not, it is among [`Effects::readable`] when it may.
    pub fn has_room(&self, limit: Option<u64>, connection: u64) -> bool {
        let Some(limit) = limit else { return true };
        let has_room = || self.taken.load(Ordering::SeqCst) < limit;
        if has_room() {
            return true;
        }
        let mut waiting = self.waiting.lock();
        self.has_waiting.store(true, Ordering::SeqCst);
        // It may have been given back before it was known that somebody waits.
        if has_room() {
            return true;
        }
        waiting.push(connection);
        false
    }

    /// A connection holds `after` bytes where it held `before`.
    pub fn change(&self, before: u64, after: u64, fx: &mut Effects) {
        if after >= before {
            self.taken.fetch_add(after - before, Ordering::SeqCst);
            return;
        }
        self.taken.fetch_sub(before - after, Ordering::SeqCst);
        if self.has_waiting.swap(false, Ordering::SeqCst) {
            fx.readable.append(&mut self.waiting.lock());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_finds_no_room_is_read_again_when_some_is_given_back() {
        let memory = RequestMemory::default();
        let mut fx = Effects::default();
        assert!(memory.has_room(Some(10), 1));
        memory.change(0, 30, &mut fx);
        assert!(
            !memory.has_room(Some(10), 2),
            "a request may exceed the limit, the next waits"
        );
        assert!(memory.has_room(None, 2), "without a limit nobody waits");
        memory.change(30, 20, &mut fx);
        assert_eq!(fx.readable, [2], "who waits looks again");
        assert!(!memory.has_room(Some(10), 2));
        memory.change(20, 0, &mut fx);
        assert_eq!(fx.readable, [2, 2]);
        assert!(memory.has_room(Some(10), 2));
    }
}
