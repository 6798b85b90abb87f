//! Loading coordinators: their logs are read on an IO thread, and read again where that failed.
//!
//! A shard whose log cannot be read answers `COORDINATOR_LOAD_IN_PROGRESS`; a disk that fails or is
//! full for a while must not leave it so for good.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{LeaderEpoch, Now, PartitionIndex, Ticket};
use parking_lot::Mutex;
use partition::{Logs, Partition};
use storage::disk::{DiskDone, DiskOp};

use crate::broker::Broker;
use crate::coordinators::{CoordinatorShard, Coordinators, Loadable};
use crate::effects::Effects;

/// How long after a failure the log is read again.
const RETRY: Duration = Duration::from_secs(1);

/// A coordinator, and the leader epoch in which it is loaded.
type Wanted = (Arc<dyn Loadable>, LeaderEpoch);

/// Coordinators that are not loaded yet.
#[derive(Debug, Default)]
pub(crate) struct CoordinatorLoading {
    /// Those whose logs are being opened first, by their tickets.
    opening: Mutex<BTreeMap<Ticket, Wanted>>,
    /// By the token of the job that reads the log.
    reading: Mutex<BTreeMap<u64, Wanted>>,
    /// Those that have failed, and when they are tried again, on the clock of `Now::mono`.
    failed: Mutex<Vec<(Duration, Wanted)>>,
}

impl CoordinatorLoading {
    /// When the next one is tried again.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.failed.lock().iter().map(|(at, _)| *at).min()
    }

    fn take_due(&self, now: Now) -> Vec<Wanted> {
        let mut failed = self.failed.lock();
        let (due, later) = failed.drain(..).partition(|(at, _)| *at <= now.mono);
        *failed = later;
        let due: Vec<(Duration, Wanted)> = due;
        due.into_iter().map(|(_, wanted)| wanted).collect()
    }
}

impl Broker {
    /// This node leads a partition in which coordinators are kept: loads the one in it.
    pub(crate) fn lead_coordinator<S: CoordinatorShard>(
        &self,
        now: Now,
        coordinators: &Coordinators<S>,
        (index, partition): (PartitionIndex, &Arc<Partition>),
        epoch: LeaderEpoch,
        fx: &mut Effects,
    ) {
        let Some(shard) = coordinators.lead(now, index.0, partition, epoch) else {
            return;
        };
        let manager = self.store.manager();
        // It may lie in a log directory that is offline, and then it is not empty.
        let is_empty = manager.get(&partition.name()).is_none() && !manager.has_offline_dir();
        drop(manager);
        if is_empty {
            shard.activate_empty(now, epoch, fx);
        } else {
            self.open_and_read_coordinator(now, (shard, epoch));
        }
    }

    fn open_and_read_coordinator(&self, now: Now, (shard, epoch): Wanted) {
        let ticket = shard.ticket();
        let replica = Arc::clone(shard.partition());
        self.loading.opening.lock().insert(ticket, (shard, epoch));
        let replicas = std::iter::once(&replica);
        if !self.openings.must_wait(now, replicas, ticket) {
            self.read_opened_coordinator(now, ticket);
        }
    }

    /// Reads the log of a coordinator that has been opened, if that is what it waits for.
    pub(crate) fn read_opened_coordinator(&self, now: Now, ticket: Ticket) -> bool {
        let wanted = self.loading.opening.lock().remove(&ticket);
        let is_wanted = wanted.is_some();
        if let Some(wanted) = wanted {
            self.read_coordinator(now, wanted);
        }
        is_wanted
    }

    /// Takes in the end of an operation, if it is a job that read the log of a coordinator.
    pub(crate) fn on_coordinator_read(&self, now: Now, done: DiskDone, fx: &mut Effects) {
        let Some((shard, epoch)) = self.loading.reading.lock().remove(&done.token) else {
            return;
        };
        let loaded = done
            .result
            .and_then(|_| shard.activate(self.logs(now), epoch, fx));
        if let Err(error) = loaded {
            fx.reports.push(format!(
                "the coordinator of {} cannot be loaded: {error}; it is tried again",
                shard.partition().name()
            ));
            let at = now.mono + RETRY;
            self.loading.failed.lock().push((at, (shard, epoch)));
            fx.wake_groups_by(Some(at));
        }
    }

    /// Reads again what could not be read, if the leadership still holds.
    pub(crate) fn read_coordinators_again(&self, now: Now) {
        for (shard, epoch) in self.loading.take_due(now) {
            if shard.begin_again(now, epoch) {
                self.open_and_read_coordinator(now, (shard, epoch));
            }
        }
    }

    fn read_coordinator(&self, now: Now, (shard, epoch): Wanted) {
        let token = self.next_token();
        let job = {
            let (store, shard) = (Arc::clone(&self.store), shard.clone());
            move || shard.load(Logs { store: &store, now }, epoch)
        };
        self.loading.reading.lock().insert(token, (shard, epoch));
        self.disk.submit(DiskOp::Job(Box::new(job)), token);
    }
}
