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

/// The transactions of a shard that are ending.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    by_id: BTreeMap<Arc<str>, Ending>,
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
        self.by_id.insert(id, ending);
    }

    /// What is to be written at `now`; each is in flight until [`Self::on_outcome`].
    pub(crate) fn take_due(&mut self, now: Duration, epoch: LeaderEpoch) -> Vec<Due> {
        let is_due = |ending: &&mut Ending| {
            !ending.waiting.is_empty() && ending.retry_at.is_none_or(|at| at <= now)
        };
        let endings = self.by_id.iter_mut();
        let due = endings.filter(|(_, ending)| is_due(ending));
        due.map(|(id, ending)| {
            let waiting = std::mem::take(&mut ending.waiting);
            ending.retry_at = None;
            ending.in_flight.extend(waiting.iter().cloned());
            let transaction = &ending.transaction;
            Due {
                id: Arc::clone(id),
                epoch,
                producer_id: transaction.producer_id,
                producer_epoch: transaction.producer_epoch,
                commits: transaction.state == State::PrepareCommit,
                bumps_epoch: transaction.bumps_epoch(),
                partitions: waiting.into_iter().collect(),
            }
        })
        .collect()
    }

    /// What came of a marker that was in flight.
    pub(crate) fn on_outcome(
        &mut self,
        now: Now,
        id: &str,
        partition: &TopicPartition,
        outcome: MarkerOutcome,
    ) {
        let Some(ending) = self.by_id.get_mut(id) else {
            return;
        };
        if let Some(partition) = ending.in_flight.take(partition)
            && outcome == MarkerOutcome::Retry
        {
            ending.waiting.insert(partition);
            ending.retry_at = Some(now.mono + MARKER_RETRY);
        }
    }

    /// Those whose markers are all written.
    pub(crate) fn finished(&self, now: Duration) -> Vec<Arc<str>> {
        let is_finished = |ending: &Ending| {
            ending.waiting.is_empty()
                && ending.in_flight.is_empty()
                && ending.retry_at.is_none_or(|at| at <= now)
        };
        let finished = self.by_id.iter().filter(|(_, ending)| is_finished(ending));
        finished.map(|(id, _)| Arc::clone(id)).collect()
    }

    /// The log says that they are complete.
    pub(crate) fn forget(&mut self, id: &str) {
        self.by_id.remove(id);
    }

    /// The log did not take that they are complete: it is tried again.
    pub(crate) fn put_off(&mut self, now: Now, ids: &[Arc<str>]) {
        for id in ids {
            if let Some(ending) = self.by_id.get_mut(id) {
                ending.retry_at = Some(now.mono + MARKER_RETRY);
            }
        }
    }

    /// When something is to be tried again.
    pub(crate) fn next_retry(&self) -> Option<Duration> {
        self.by_id
            .values()
            .filter_map(|ending| ending.retry_at)
            .min()
    }
}
