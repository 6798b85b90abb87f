//! Transactions that are decided: which markers are still to be written.
//!
//! Soft: made anew from the log when a coordinator starts, so that a marker may be written twice, and is never forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{LeaderEpoch, Now, ProducerEpoch, ProducerId};

use crate::settings::MARKER_RETRY;
use crate::state::{State, Transaction};

type TopicPartition = (Box<str>, i32);

/// Markers to write for one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The transactional id.
    pub id: Arc<str>,
    /// The coordinator's epoch, which goes into the markers.
    pub epoch: LeaderEpoch,
    /// The producer.
    pub producer_id: ProducerId,
    /// The epoch that the markers carry.
    pub producer_epoch: ProducerEpoch,
    /// Committed, or else aborted.
    pub commits: bool,
    /// Whether the markers' epoch is greater than any that the producer has written with.
    pub bumps_epoch: bool,
    /// Where.
    pub partitions: Vec<TopicPartition>,
}

/// What came of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOutcome {
    /// The partition has it for good, or will never want it.
    Done,
    /// It may be written later.
    Retry,
}

#[derive(Debug)]
struct Ending {
    transaction: Arc<Transaction>,
    waiting: BTreeSet<TopicPartition>,
    in_flight: BTreeSet<TopicPartition>,
    retry_at: Option<Duration>,
}

/// The transactions of a shard that are ending. What is due is found without a look at those that are not.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    by_id: BTreeMap<Arc<str>, Ending>,
    /// Those with markers to write, by when: at zero where nothing has failed.
    to_write: BTreeSet<(Duration, Arc<str>)>,
    /// Those whose markers are all written, likewise.
    to_complete: BTreeSet<(Duration, Arc<str>)>,
}

impl Endings {
    /// The outcome of a transaction is committed: its markers may be written.
    pub(crate) fn begin(&mut self, id: Arc<str>, transaction: Arc<Transaction>) {
        let topics = transaction.partitions.iter();
        let waiting = topics
            .flat_map(|(topic, ids)| ids.iter().map(move |index| (topic.clone(), *index)))
            .collect();
        let ending = Ending {
            transaction,
            waiting,
            in_flight: BTreeSet::new(),
            retry_at: None,
        };
        self.change(&id, |known| *known = Some(ending));
    }

    /// What is to be written at `now`; each is in flight until [`Self::on_outcome`].
    pub(crate) fn take_due(&mut self, now: Duration, epoch: LeaderEpoch) -> Vec<Due> {
        let ids: Vec<Arc<str>> = due(&self.to_write, now).collect();
        let mut taken = Vec::with_capacity(ids.len());
        for id in ids {
            self.change(&id, |ending| {
                taken.extend(
                    ending
                        .as_mut()
                        .map(|ending| ending.take_due(Arc::clone(&id), epoch)),
                );
            });
        }
        taken
    }

    /// What came of a marker that was in flight.
    pub(crate) fn on_outcome(
        &mut self,
        now: Now,
        id: &str,
        partition: &TopicPartition,
        outcome: MarkerOutcome,
    ) {
        let Some((id, _)) = self.by_id.get_key_value(id) else {
            return;
        };
        let id = Arc::clone(id);
        self.change(&id, |ending| {
            let Some(ending) = ending else {
                return;
            };
            if let Some(partition) = ending.in_flight.take(partition)
                && outcome == MarkerOutcome::Retry
            {
                ending.waiting.insert(partition);
                ending.retry_at = Some(now.mono + MARKER_RETRY);
            }
        });
    }

    /// Those whose markers are all written.
    pub(crate) fn finished(&self, now: Duration) -> Vec<Arc<str>> {
        due(&self.to_complete, now).collect()
    }

    /// The log says that they are complete.
    pub(crate) fn forget(&mut self, id: &Arc<str>) {
        self.change(id, |ending| *ending = None);
    }

    /// The log did not take that they are complete: it is tried again.
    pub(crate) fn put_off(&mut self, now: Now, ids: &[Arc<str>]) {
        for id in ids {
            self.change(id, |ending| {
                if let Some(ending) = ending {
                    ending.retry_at = Some(now.mono + MARKER_RETRY);
                }
            });
        }
    }

    /// When something is to be tried again.
    pub(crate) fn next_retry(&self) -> Option<Duration> {
        let first = (Duration::from_nanos(1), Arc::from(""));
        let retries = [&self.to_write, &self.to_complete]
            .map(|set| set.range(&first..).next().map(|(at, _)| *at));
        retries.into_iter().flatten().min()
    }

    /// Changes one, and lists it where it belongs then.
    fn change(&mut self, id: &Arc<str>, change: impl FnOnce(&mut Option<Ending>)) {
        let mut ending = self.by_id.remove(id);
        if let Some(at) = ending.as_ref().map(Ending::at) {
            let place = (at, Arc::clone(id));
            self.to_write.remove(&place);
            self.to_complete.remove(&place);
        }
        change(&mut ending);
        let Some(ending) = ending else {
            return;
        };
        let place = (ending.at(), Arc::clone(id));
        if !ending.waiting.is_empty() {
            self.to_write.insert(place);
        } else if ending.in_flight.is_empty() {
            self.to_complete.insert(place);
        }
        self.by_id.insert(Arc::clone(id), ending);
    }
}

impl Ending {
    fn at(&self) -> Duration {
        self.retry_at.unwrap_or(Duration::ZERO)
    }

    fn take_due(&mut self, id: Arc<str>, epoch: LeaderEpoch) -> Due {
        let waiting = std::mem::take(&mut self.waiting);
        self.retry_at = None;
        self.in_flight.extend(waiting.iter().cloned());
        let transaction = &self.transaction;
        Due {
            id,
            epoch,
            producer_id: transaction.producer_id,
            producer_epoch: transaction.producer_epoch,
            commits: transaction.state == State::PrepareCommit,
            bumps_epoch: transaction.bumps_epoch(),
            partitions: waiting.into_iter().collect(),
        }
    }
}

fn due(set: &BTreeSet<(Duration, Arc<str>)>, now: Duration) -> impl Iterator<Item = Arc<str>> {
    let due = set.iter().take_while(move |(at, _)| *at <= now);
    due.map(|(_, id)| Arc::clone(id))
}
