//! Tells a fetch which of its partitions have something new.
//!
//! A fetch session watches each of its partitions once, for as long as it lives. A partition that
//! changes puts itself on the session's list, so that a fetch costs what changed and not what is
//! watched.

use std::sync::Arc;

use model::{BrokerId, Ticket};
use parking_lot::Mutex;

use crate::partition::{State, Told, Watcher};

/// The list of changed partitions of one fetch session.
#[derive(Debug, Default)]
pub struct Watch {
    state: Mutex<WatchState>,
}

#[derive(Debug, Default)]
struct WatchState {
    /// Slots of changed partitions, in the order of their changes.
    changed: Vec<u32>,
    /// Slots of partitions with news that no fetch is woken for.
    quiet: Vec<u32>,
    /// The fetch that waits for a change.
    waiting: Option<Ticket>,
}

impl Watch {
    /// Puts a partition on the list and wakes the fetch that waits.
    pub fn notify(&self, slot: u32, wakes: &mut Vec<Ticket>) {
        let mut state = self.state.lock();
        state.changed.push(slot);
        wakes.extend(state.waiting.take());
    }

    /// Puts a partition on the list, for the next fetch that is answered for another reason.
    pub fn note(&self, slot: u32) {
        self.state.lock().quiet.push(slot);
    }

    /// Moves the list to the end of `into`.
    pub fn take_changed(&self, into: &mut Vec<u32>) {
        let mut state = self.state.lock();
        into.append(&mut state.changed);
        into.append(&mut state.quiet);
    }

    /// Lets `ticket` be woken by the next change; `false` if there is one already that it is woken for.
    pub fn wait(&self, ticket: Ticket) -> bool {
        let mut state = self.state.lock();
        if !state.changed.is_empty() {
            return false;
        }
        state.waiting = Some(ticket);
        true
    }

    /// Nobody waits any more.
    pub fn stop_waiting(&self) {
        self.state.lock().waiting = None;
    }
}

impl State {
    /// What may be read has changed: tells the sessions that watch, each once until it looks. Followers are not woken for
    /// it: they have the records, and hear of the rest with the next.
    pub(crate) fn notify(&mut self, wakes: &mut Vec<Ticket>) {
        for watcher in &mut self.watchers {
            watcher.tell(wakes);
        }
        let followers = self.replica_watchers.iter_mut();
        for watcher in followers.filter(|watcher| watcher.told == Told::No) {
            watcher.told = Told::Quietly;
            watcher.watch.note(watcher.slot);
        }
    }

    /// There is something for followers.
    pub(crate) fn notify_replicas(&mut self, wakes: &mut Vec<Ticket>) {
        for watcher in &mut self.replica_watchers {
            watcher.tell(wakes);
        }
    }

    /// Everybody has to look again.
    pub(crate) fn notify_all(&mut self, wakes: &mut Vec<Ticket>) {
        self.notify(wakes);
        self.notify_replicas(wakes);
    }

    /// The session looks now, and wants to hear of the next change.
    pub(crate) fn watch(&mut self, watch: &Arc<Watch>, slot: u32, follower: Option<BrokerId>) {
        let watchers = match follower {
            Some(_) => &mut self.replica_watchers,
            None => &mut self.watchers,
        };
        let same = |w: &&mut Watcher| w.slot == slot && Arc::ptr_eq(&w.watch, watch);
        if follower.is_some() {
            // A session of its own that it has lost says nothing of it any more.
            watchers.retain(|w| w.follower != follower || Arc::ptr_eq(&w.watch, watch));
        }
        match watchers.iter_mut().find(same) {
            Some(watcher) => watcher.told = Told::No,
            None => {
                let watch = Arc::clone(watch);
                watchers.push(Watcher {
                    follower,
                    watch,
                    slot,
                    told: Told::No,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FETCH: Ticket = Ticket {
        connection: 1,
        request: 2,
    };

    #[test]
    fn a_change_wakes_the_fetch_that_waits_once() {
        let watch = Watch::default();
        assert!(watch.wait(FETCH));
        let mut wakes = Vec::new();
        watch.notify(7, &mut wakes);
        watch.notify(8, &mut wakes);
        assert_eq!(wakes, [FETCH]);
        let mut changed = Vec::new();
        watch.take_changed(&mut changed);
        assert_eq!(changed, [7, 8]);
    }

    #[test]
    fn a_quiet_change_wakes_nobody_and_is_found_at_the_next_look() {
        let watch = Watch::default();
        assert!(watch.wait(FETCH));
        watch.note(3);
        assert!(watch.wait(FETCH));
        let mut changed = Vec::new();
        watch.take_changed(&mut changed);
        assert_eq!(changed, [3]);
    }

    #[test]
    fn a_fetch_does_not_wait_for_a_change_that_has_happened() {
        let watch = Watch::default();
        watch.notify(7, &mut Vec::new());
        assert!(!watch.wait(FETCH));
    }
}
