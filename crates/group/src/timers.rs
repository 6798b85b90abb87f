//! Deadlines of one shard.
//!
//! A deadline is pushed back far more often than it passes (every heartbeat does it), so pushing
//! back only notes the new time: the entry in the queue stays where it is and is queued again when
//! its old time comes. Setting and firing cost O(log n) at most, pushing back O(1).
//!
//! ```text
//!            queued           deadline
//!  -----------|------------------|---------->  time
//!             ^ looked at here   ^ fires here
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use slab::Slab;

use crate::consumer::Overdue;

/// What has to be looked at when a deadline has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// A member was not heard of for its session timeout.
    Session { group: Arc<str>, member: Arc<str> },
    /// A phase of a classic group's rebalance has lasted long enough.
    Rebalance { group: Arc<str> },
    /// A member of a consumer group is late with something.
    ConsumerMember {
        group: Arc<str>,
        member: Arc<str>,
        overdue: Overdue,
    },
    /// The first target of a streams group has waited for more members.
    FirstTarget { group: Arc<str> },
    /// Expired offsets and empty groups are due for removal.
    Expiry,
    /// Offsets of deleted topics are left to forget.
    DeletedTopics,
}

/// Names one timer; whoever holds it removes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimerId(usize);

#[derive(Debug)]
struct Timer {
    alarm: Alarm,
    /// `None` while the timer does not run.
    deadline: Option<Duration>,
    /// Where the timer stands in the queue: never after the deadline.
    queued: Option<Duration>,
}

/// The timers of a shard.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    timers: Slab<Timer>,
    queue: BTreeSet<(Duration, usize)>,
}

impl Timers {
    /// A timer that does not run yet.
    pub(crate) fn create(&mut self, alarm: Alarm) -> TimerId {
        TimerId(self.timers.insert(Timer {
            alarm,
            deadline: None,
            queued: None,
        }))
    }

    /// Lets the timer fire at `deadline`, and not at an earlier setting.
    pub(crate) fn set(&mut self, id: TimerId, deadline: Duration) {
        let timer = &mut self.timers[id.0];
        timer.deadline = Some(deadline);
        if timer.queued.is_some_and(|queued| queued <= deadline) {
            return;
        }
        if let Some(queued) = timer.queued.replace(deadline) {
            self.queue.remove(&(queued, id.0));
        }
        self.queue.insert((deadline, id.0));
    }

    /// Whether the timer runs.
    pub(crate) fn is_set(&self, id: TimerId) -> bool {
        self.timers[id.0].deadline.is_some()
    }

    /// Stops the timer; it can be set again.
    pub(crate) fn stop(&mut self, id: TimerId) {
        self.timers[id.0].deadline = None;
    }

    /// Forgets the timer.
    pub(crate) fn remove(&mut self, id: TimerId) {
        let timer = self.timers.remove(id.0);
        if let Some(queued) = timer.queued {
            self.queue.remove(&(queued, id.0));
        }
    }

    /// When to call [`Self::pop_due`] next: at or before the first deadline.
    pub(crate) fn next_deadline(&self) -> Option<Duration> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// The first timer that has fired by `now`, which thereby stops.
    pub(crate) fn pop_due(&mut self, now: Duration) -> Option<Alarm> {
        while let Some(&(at, id)) = self.queue.first().filter(|(at, _)| *at <= now) {
            self.queue.remove(&(at, id));
            let timer = &mut self.timers[id];
            timer.queued = None;
            match timer.deadline {
                Some(deadline) if deadline <= now => {
                    timer.deadline = None;
                    return Some(timer.alarm.clone());
                }
                Some(deadline) => {
                    timer.queued = Some(deadline);
                    self.queue.insert((deadline, id));
                }
                None => {}
            }
        }
        None
    }

    /// How many timers there are, running or not.
    pub(crate) fn len(&self) -> usize {
        self.timers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn group(name: &str) -> Alarm {
        Alarm::Rebalance { group: name.into() }
    }

    /// Applies `steps` of (timer, deadline) to two timers and says which fire at which second.
    fn check(steps: &[(usize, Option<u64>)], fired: &[(u64, &str)]) {
        let mut timers = Timers::default();
        let ids = [timers.create(group("a")), timers.create(group("b"))];
        for (which, deadline) in steps {
            match deadline {
                Some(secs) => timers.set(ids[*which], at(*secs)),
                None => timers.stop(ids[*which]),
            }
        }
        let mut seen = Vec::new();
        for secs in 0..100 {
            while let Some(alarm) = timers.pop_due(at(secs)) {
                let Alarm::Rebalance { group } = alarm else {
                    panic!("no other alarm was set")
                };
                seen.push((secs, group.to_string()));
            }
        }
        let expected: Vec<_> = fired
            .iter()
            .map(|(s, name)| (*s, (*name).to_owned()))
            .collect();
        assert_eq!(seen, expected);
        assert_eq!(timers.next_deadline(), None);
        ids.into_iter().for_each(|id| timers.remove(id));
        assert_eq!(timers.len(), 0);
    }

    #[test]
    fn timers_fire_once_and_in_order() {
        check(&[(0, Some(20)), (1, Some(10))], &[(10, "b"), (20, "a")]);
    }

    #[test]
    fn a_deadline_pushed_back_does_not_fire_early() {
        check(&[(0, Some(10)), (0, Some(30))], &[(30, "a")]);
    }

    #[test]
    fn a_deadline_drawn_nearer_fires_at_the_nearer_time_only() {
        check(&[(0, Some(30)), (0, Some(10))], &[(10, "a")]);
    }

    #[test]
    fn a_stopped_timer_does_not_fire_and_can_be_set_again() {
        check(&[(0, Some(10)), (0, None)], &[]);
        check(&[(0, Some(10)), (0, None), (0, Some(5))], &[(5, "a")]);
        check(&[(0, Some(10)), (0, None), (0, Some(50))], &[(50, "a")]);
    }

    #[test]
    fn a_removed_timer_leaves_nothing_in_the_queue() {
        let mut timers = Timers::default();
        let id = timers.create(group("a"));
        timers.set(id, at(10));
        timers.remove(id);
        assert_eq!(timers.next_deadline(), None);
        assert_eq!(timers.pop_due(at(20)), None);
    }
}
