//! Loading coordinators of groups, transactions and share groups' states: their logs are read on an IO thread, and read again where that failed.
//!
//! A shard whose log cannot be read answers `COORDINATOR_LOAD_IN_PROGRESS`; a disk that fails or is
//! full for a while must not leave it so for good.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use model::{LeaderEpoch, Now, PartitionIndex, Ticket};
use parking_lot::Mutex;
use partition::{Logs, Partition};
use storage::disk::{DiskDone, DiskOp};

use crate::broker::Broker;
use crate::effects::Effects;
use crate::groups::GroupShard;
use crate::share_coordinators::ShareShard;
use crate::transactions::TxnShard;

/// How long after a failure the log is read again.
const RETRY: Duration = Duration::from_secs(1);

/// A coordinator, and the leader epoch in which it is loaded.
type Wanted = (Coordinator, LeaderEpoch);

/// A coordinator of any kind.
#[derive(Clone, Debug)]
enum Coordinator {
    Group(Arc<GroupShard>),
    Transaction(Arc<TxnShard>),
    Share(Arc<ShareShard>),
}

impl Coordinator {
    fn ticket(&self) -> Ticket {
        match self {
            Self::Group(shard) => shard.ticket(),
            Self::Transaction(shard) => shard.ticket(),
            Self::Share(shard) => shard.ticket(),
        }
    }

    fn partition(&self) -> &Arc<Partition> {
        match self {
            Self::Group(shard) => shard.partition(),
            Self::Transaction(shard) => shard.partition(),
            Self::Share(shard) => shard.partition(),
        }
    }

    fn load(&self, logs: Logs<'_>, epoch: LeaderEpoch) -> io::Result<()> {
        match self {
            Self::Group(shard) => shard.load(logs, epoch),
            Self::Transaction(shard) => shard.load(logs, epoch),
            Self::Share(shard) => shard.load(logs, epoch),
        }
    }

    fn activate(&self, logs: Logs<'_>, epoch: LeaderEpoch, fx: &mut Effects) -> io::Result<()> {
        match self {
            Self::Group(shard) => shard.activate(logs, epoch, fx),
            Self::Transaction(shard) => shard.activate(logs, epoch, fx),
            Self::Share(shard) => shard.activate(logs, epoch, fx),
        }
    }

    fn begin_again(&self, now: Now, epoch: LeaderEpoch) -> bool {
        match self {
            Self::Group(shard) => shard.begin_again(now, epoch),
            Self::Transaction(shard) => shard.begin_again(epoch),
            Self::Share(shard) => shard.begin_again(epoch),
        }
    }
}

/// Coordinators that are not loaded yet.
#[derive(Debug, Default)]
pub(crate) struct GroupLoading {
    /// Those whose logs are being opened first, by their tickets.
    opening: Mutex<BTreeMap<Ticket, Wanted>>,
    /// By the token of the job that reads the log.
    reading: Mutex<BTreeMap<u64, Wanted>>,
    /// Those that have failed, and when they are tried again, on the clock of `Now::mono`.
    failed: Mutex<Vec<(Duration, Wanted)>>,
}

impl GroupLoading {
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
    /// This node leads a partition of `__consumer_offsets`: loads its groups.
    pub(crate) fn lead_groups(
        &self,
        now: Now,
        index: PartitionIndex,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
        fx: &mut Effects,
    ) {
        let Some(shard) = self.groups.lead(now, index.0, partition, epoch) else {
            return;
        };
        let manager = self.store.manager();
        // It may lie in a log directory that is offline, and then it is not empty.
        let is_empty = manager.get(&partition.name()).is_none() && !manager.has_offline_dir();
        drop(manager);
        if is_empty {
            shard.activate_empty(now, epoch, fx);
        } else {
            self.open_and_read_groups(now, (Coordinator::Group(shard), epoch));
        }
    }

    /// This node leads a partition of `__transaction_state`: loads its transactions.
    pub(crate) fn lead_transactions(
        &self,
        now: Now,
        index: PartitionIndex,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) {
        let Some(shard) = self.transactions.lead(index.0, partition, epoch) else {
            return;
        };
        let manager = self.store.manager();
        // It may lie in a log directory that is offline, and then it is not empty.
        let is_empty = manager.get(&partition.name()).is_none() && !manager.has_offline_dir();
        drop(manager);
        if is_empty {
            shard.activate_empty(now, epoch);
        } else {
            self.open_and_read_groups(now, (Coordinator::Transaction(shard), epoch));
        }
    }

    /// This node leads a partition of `__share_group_state`: loads the states in it.
    pub(crate) fn lead_share_states(
        &self,
        now: Now,
        index: PartitionIndex,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) {
        let Some(shard) = self.share_coordinators.lead(index.0, partition, epoch) else {
            return;
        };
        let manager = self.store.manager();
        // It may lie in a log directory that is offline, and then it is not empty.
        let is_empty = manager.get(&partition.name()).is_none() && !manager.has_offline_dir();
        drop(manager);
        if is_empty {
            shard.activate_empty(now, epoch);
        } else {
            self.open_and_read_groups(now, (Coordinator::Share(shard), epoch));
        }
    }

    fn open_and_read_groups(&self, now: Now, (shard, epoch): Wanted) {
        let ticket = shard.ticket();
        let replica = Arc::clone(shard.partition());
        self.loading.opening.lock().insert(ticket, (shard, epoch));
        let replicas = std::iter::once(&replica);
        if !self.openings.must_wait(now, replicas, ticket) {
            self.read_groups_of_opened(now, ticket);
        }
    }

    /// Reads the log of a coordinator that has been opened, if that is what it waits for.
    pub(crate) fn read_groups_of_opened(&self, now: Now, ticket: Ticket) -> bool {
        let wanted = self.loading.opening.lock().remove(&ticket);
        let is_wanted = wanted.is_some();
        if let Some(wanted) = wanted {
            self.read_groups(now, wanted);
        }
        is_wanted
    }

    /// Takes in the end of an operation, if it is a job that read the log of a coordinator.
    pub(crate) fn on_groups_read(&self, now: Now, done: DiskDone, fx: &mut Effects) {
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
    pub(crate) fn read_groups_again(&self, now: Now) {
        for (shard, epoch) in self.loading.take_due(now) {
            if shard.begin_again(now, epoch) {
                self.open_and_read_groups(now, (shard, epoch));
            }
        }
    }

    fn read_groups(&self, now: Now, (shard, epoch): Wanted) {
        let token = self.next_token();
        let job = {
            let (store, shard) = (Arc::clone(&self.store), shard.clone());
            move || shard.load(Logs { store: &store, now }, epoch)
        };
        self.loading.reading.lock().insert(token, (shard, epoch));
        self.disk.submit(DiskOp::Job(Box::new(job)), token);
    }
}
