//! Election timeouts from a seed.
//!
//! The raft crate draws each timeout from a global generator. Nothing reads it before the next tick, so
//! it is overwritten after every call with one of ours.

use raft::{Raft, StateRole, Storage};

/// Draws a new timeout whenever raft changes its term or role.
#[derive(Debug)]
pub(crate) struct Jitter {
    state: u64,
    drawn_for: Option<(u64, StateRole)>,
    timeout: usize,
}

impl Jitter {
    pub(crate) const fn new(seed: u64) -> Self {
        Self {
            state: seed,
            drawn_for: None,
            timeout: 0,
        }
    }

    /// Replaces what raft drew, with ticks between its election timeout and twice that.
    pub(crate) fn overwrite<T: Storage>(&mut self, raft: &mut Raft<T>) {
        let at = (raft.term, raft.state);
        if self.drawn_for != Some(at) {
            let ticks = raft.election_timeout();
            self.timeout = ticks + (self.next() % (ticks as u64 + 1)) as usize;
            self.drawn_for = Some(at);
        }
        raft.set_randomized_election_timeout(self.timeout);
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
