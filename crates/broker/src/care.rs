//! Which partitions need care, and when: a queue by time and a list of those whose offsets have changed.
//!
//! Partitions to which nothing happens are in neither, so that they cost nothing, however many there are.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::TopicIdPartition;
use parking_lot::Mutex;
use partition::{Due, Partition};

/// The partitions that need care.
#[derive(Debug, Default)]
pub(crate) struct Care {
    queue: Mutex<BTreeMap<(Duration, TopicIdPartition), Arc<Partition>>>,
    changed: Mutex<Vec<Arc<Partition>>>,
}

impl Care {
    /// Takes in what a call on `replica` left to do; gives the time at which it has to be tended, if that is news.
    pub fn on_due(&self, replica: Arc<Partition>, due: Due) -> Option<Duration> {
        if due.note {
            self.changed.lock().push(Arc::clone(&replica));
        }
        let at = due.tend_at?;
        // What was planned for later stays: the partition knows that it was replaced.
        self.queue.lock().insert((at, replica.id()), replica);
        Some(at)
    }

    /// Takes one partition whose time has come, and that time.
    pub fn pop_due(&self, now: Duration) -> Option<(Duration, Arc<Partition>)> {
        let mut queue = self.queue.lock();
        let first = queue.first_entry()?;
        let at = first.key().0;
        (at <= now).then(|| (at, first.remove()))
    }

    /// When the next partition has to be tended.
    pub fn next(&self) -> Option<Duration> {
        self.queue.lock().first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the partitions whose offsets have changed since the last call.
    pub fn take_changed(&self) -> Vec<Arc<Partition>> {
        std::mem::take(&mut *self.changed.lock())
    }
}
