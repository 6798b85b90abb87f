//! Who has which partition, as the members themselves see it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What all members note on.
pub struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// The partitions of each member that lives.
    owned: BTreeMap<usize, BTreeSet<i32>>,
    /// Since when a partition that had an owner has none.
    given_up: BTreeMap<i32, Instant>,
    partitions: usize,
    moved: usize,
    paused: Duration,
    failed: Option<String>,
    is_closed: bool,
}

impl State {
    /// Whether each partition has an owner, and none of `members` has more than its share.
    fn is_settled(&self, members: usize) -> bool {
        let share = self.partitions / members..=self.partitions.div_ceil(members);
        let owned: usize = self.owned.values().map(BTreeSet::len).sum();
        let all_have_their_share = self.owned.values().all(|own| share.contains(&own.len()));
        self.owned.len() == members && owned == self.partitions && all_have_their_share
    }
}

impl Board {
    pub fn new(partitions: usize) -> Self {
        Self {
            state: Mutex::new(State {
                owned: BTreeMap::new(),
                given_up: BTreeMap::new(),
                partitions,
                moved: 0,
                paused: Duration::ZERO,
                failed: None,
                is_closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// A member has these partitions from now on; whether that is a change.
    pub fn note(&self, member: usize, partitions: BTreeSet<i32>) {
        let now = Instant::now();
        let mut state = self.lock();
        let before = state
            .owned
            .insert(member, partitions.clone())
            .unwrap_or_default();
        for lost in before.difference(&partitions) {
            state.given_up.insert(*lost, now);
        }
        for gained in partitions.difference(&before) {
            if let Some(since) = state.given_up.remove(gained) {
                state.moved += 1;
                state.paused += now - since;
            }
        }
        self.changed.notify_all();
    }

    /// A member cannot go on, so that the group will not settle.
    pub fn fail(&self, error: String) {
        self.lock().failed.get_or_insert(error);
        self.changed.notify_all();
    }

    /// Members leave.
    pub fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    /// Sleeps until `at`, or until the board is closed; whether it is open.
    pub fn sleep_until(&self, at: Instant) -> bool {
        let mut state = self.lock();
        while !state.is_closed {
            let left = at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            drop(state);
            // No condition variable: what other members note wakes nobody.
            std::thread::sleep(left);
            state = self.lock();
        }
        false
    }

    /// Waits until each of so many members has its share.
    ///
    /// # Errors
    /// A member failed, or `patience` is over.
    pub fn await_settled(&self, members: usize, patience: Duration) -> Result<(), String> {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        while !state.is_settled(members) {
            if let Some(error) = &state.failed {
                return Err(error.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let owned: usize = state.owned.values().map(BTreeSet::len).sum();
                let joined = state.owned.len();
                return Err(format!(
                    "{joined} members have {owned} partitions after {patience:?}"
                ));
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Counts moves from now on.
    pub fn forget_moves(&self) {
        let mut state = self.lock();
        (state.moved, state.paused) = (0, Duration::ZERO);
    }

    /// How many partitions went from one member to another, and for how long they had no owner, together.
    pub fn moves(&self) -> (usize, Duration) {
        let state = self.lock();
        (state.moved, state.paused)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
