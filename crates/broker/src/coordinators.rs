//! Coordinators of one kind on this node: one shard per partition that it leads of the topic in which they are kept.
//!
//! A shard is called under its own lock, on the thread of whoever asks, and appends to its partition from there. What is not
//! committed at once (replication, `flush.messages=1`) is reported by the partition with a ticket that names the shard. Its
//! answers are given to the caller, who hands them on when the lock is free. See `coordinator_loading` for how a shard begins.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Offset, Ticket};
use parking_lot::{Mutex, MutexGuard, RwLock};
use partition::{Due, Logs, OwnAppend, Partition};
use statemachine::Append;

use crate::coordinator_log::Unreadable;
use crate::effects::Effects;

/// The "connections" of tickets that name shards by the numbers of their partitions, or what fetchers of replicas and dead letters
/// wait for, are this one and those above.
pub(crate) const LOWEST_CONNECTION: u64 = u64::MAX - 4;

/// Bytes of the log that are read at once while a shard is loaded.
const LOAD_CHUNK_BYTES: u32 = 5 << 20;

/// The state machine of a coordinator.
pub(crate) trait CoordinatorShard: Debug + Send + 'static {
    /// What the operator sets.
    type Settings: Clone + Debug + Send + Sync;
    /// What its log consists of.
    type Record;
    /// An answer, with who waits for it.
    type Answer;
    /// The "connection" of tickets that name a shard of this kind.
    const CONNECTION: u64;

    /// A shard that does not lead.
    fn new(settings: Self::Settings) -> Self;
    /// The leader epoch in which it is loading or active.
    fn epoch(&self) -> Option<LeaderEpoch>;
    /// This node leads the partition.
    fn start_loading(&mut self, now: Now, epoch: LeaderEpoch);
    /// Reads the whole batches in `bytes`; gives the offset after the last of them, or `None` if there is none.
    fn read(
        bytes: &[u8],
        into: &mut Vec<(Offset, Self::Record)>,
        unreadable: &mut Unreadable,
    ) -> Result<Option<Offset>, String>;
    /// Takes in a record of the log.
    fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Self::Record);
    /// All records up to `end` were loaded.
    fn activate(&mut self, now: Now, epoch: LeaderEpoch, end: Offset, high_watermark: Offset);
    /// The leadership is over.
    fn stop(&mut self, now: Now);
    /// Everything below `high_watermark` is committed.
    fn on_high_watermark(&mut self, high_watermark: Offset);
    /// When it has work.
    fn next_deadline(&self) -> Option<Duration>;
    /// The answers that may be sent.
    fn take_answers(&mut self) -> Vec<Self::Answer>;
}

/// How a shard appends to its partition.
pub(crate) type AppendTo<'a, S> =
    dyn FnMut(Append<'_, <S as CoordinatorShard>::Record>) -> Result<Offset, ErrorCode> + 'a;

/// One coordinator and the partition that it writes.
#[derive(Debug)]
pub(crate) struct Coordinator<S> {
    index: i32,
    partition: Arc<Partition>,
    shard: Mutex<S>,
    /// What was passed over since it began to load.
    unreadable: Mutex<Unreadable>,
}

/// The coordinators of this node.
#[derive(Debug)]
pub(crate) struct Coordinators<S: CoordinatorShard> {
    shards: RwLock<BTreeMap<i32, Arc<Coordinator<S>>>>,
    settings: S::Settings,
}

impl<S: CoordinatorShard> Coordinators<S> {
    /// No coordinators yet.
    pub fn new(settings: S::Settings) -> Self {
        Self {
            shards: RwLock::default(),
            settings,
        }
    }

    /// The coordinator of one partition.
    pub fn shard(&self, index: i32) -> Option<Arc<Coordinator<S>>> {
        self.shards.read().get(&index).cloned()
    }

    /// All coordinators.
    pub fn all(&self) -> Vec<Arc<Coordinator<S>>> {
        self.shards.read().values().cloned().collect()
    }

    /// This node leads a partition in `epoch`: its shard has to be loaded.
    ///
    /// `None` if it is loaded or being loaded in this epoch already.
    pub fn lead(
        &self,
        now: Now,
        index: i32,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) -> Option<Arc<Coordinator<S>>> {
        let mut shards = self.shards.write();
        let entry = shards.entry(index).or_insert_with(|| {
            Arc::new(Coordinator {
                index,
                partition: Arc::clone(partition),
                shard: Mutex::new(S::new(self.settings.clone())),
                unreadable: Mutex::default(),
            })
        });
        let entry = Arc::clone(entry);
        drop(shards);
        let mut shard = entry.shard.lock();
        if shard.epoch() == Some(epoch) {
            return None;
        }
        shard.start_loading(now, epoch);
        drop(shard);
        Some(entry)
    }

    /// This node does not lead the partition any more; gives what those who wait are told.
    #[must_use]
    pub fn resign(&self, now: Now, index: i32) -> Vec<S::Answer> {
        let Some(shard) = self.shards.write().remove(&index) else {
            return Vec::new();
        };
        let mut shard = shard.shard.lock();
        shard.stop(now);
        shard.take_answers()
    }

    /// When the next shard has work, on the clock of `Now::mono`.
    pub fn next_deadline(&self) -> Option<Duration> {
        let shards = self.shards.read();
        let deadlines = shards
            .values()
            .map(|shard| shard.shard.lock().next_deadline());
        deadlines.flatten().min()
    }
}

impl<S: CoordinatorShard> Coordinator<S> {
    /// Number of its partition.
    pub fn index(&self) -> i32 {
        self.index
    }

    /// Its partition.
    pub fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    /// What its wake-ups are addressed to.
    pub fn ticket(&self) -> Ticket {
        Ticket {
            connection: S::CONNECTION,
            request: self.index as u64,
        }
    }

    /// The shard, for as long as nothing is appended.
    pub fn lock(&self) -> MutexGuard<'_, S> {
        self.shard.lock()
    }

    /// Whether a deadline of the shard has passed.
    pub fn is_due(&self, now: Now) -> bool {
        let deadline = self.shard.lock().next_deadline();
        deadline.is_some_and(|deadline| deadline <= now.mono)
    }

    /// Lets the shard act; what it decides is appended as one batch that `encode` makes. Gives the answers that may be sent.
    #[must_use]
    pub fn act(
        &self,
        logs: Logs<'_>,
        fx: &mut Effects,
        encode: impl Fn(&[S::Record]) -> Result<Vec<u8>, ErrorCode>,
        act: impl FnOnce(&mut S, &mut AppendTo<'_, S>),
    ) -> Vec<S::Answer> {
        let mut shard = self.shard.lock();
        let mut end = None;
        let mut append = |append: Append<'_, S::Record>| {
            let batch = encode(append.records)?;
            let (epoch, wakes) = (append.epoch, &mut fx.wakes);
            let appended = self.partition.append_own(logs, epoch, &batch, wakes)?;
            end = Some(appended.end);
            note_append(&self.partition, &appended, fx);
            Ok(appended.base_offset)
        };
        act(&mut shard, &mut append);
        if let Some(end) = end {
            shard.on_high_watermark(self.partition.commit_or_wait(end, self.ticket()));
        }
        fx.wake_groups_by(shard.next_deadline());
        shard.take_answers()
    }

    /// The partition's high watermark has moved; gives the answers that may be sent.
    #[must_use]
    pub fn on_committed(&self, fx: &mut Effects) -> Vec<S::Answer> {
        let mut shard = self.shard.lock();
        shard.on_high_watermark(self.partition.high_watermark());
        // With a backlog of answers the shard had no deadlines.
        fx.wake_groups_by(shard.next_deadline());
        shard.take_answers()
    }
}

/// What follows of an append of the node's own.
pub(crate) fn note_append(partition: &Arc<Partition>, appended: &OwnAppend, fx: &mut Effects) {
    if appended.wants_sync {
        fx.unsynced.push(Arc::clone(partition));
    }
    if appended.due != Due::default() {
        fx.dues.push((Arc::clone(partition), appended.due));
    }
}

/// A coordinator of any kind, as it is loaded.
pub(crate) trait Loadable: Debug + Send + Sync {
    /// What its wake-ups are addressed to.
    fn ticket(&self) -> Ticket;
    /// Its partition.
    fn partition(&self) -> &Arc<Partition>;
    /// Reads the partition's log into the shard. Takes as long as the device does, so it runs on an IO thread; the shard
    /// answers `COORDINATOR_LOAD_IN_PROGRESS` meanwhile.
    ///
    /// # Errors
    /// The log cannot be read, or it holds what is no batch, or no record of this coordinator.
    fn load(&self, logs: Logs<'_>, epoch: LeaderEpoch) -> io::Result<()>;
    /// The log could not be read: begins anew. `false` if the leadership of `epoch` is over.
    fn begin_again(&self, now: Now, epoch: LeaderEpoch) -> bool;
    /// The log was loaded: requests are answered from here on, each when what it rests on is committed.
    ///
    /// # Errors
    /// The log cannot be used any more.
    fn activate(&self, logs: Logs<'_>, epoch: LeaderEpoch, fx: &mut Effects) -> io::Result<()>;
    /// The log is known to be empty: requests are answered from here on.
    fn activate_empty(&self, now: Now, epoch: LeaderEpoch, fx: &mut Effects);
}

impl<S: CoordinatorShard> Loadable for Coordinator<S> {
    fn ticket(&self) -> Ticket {
        self.ticket()
    }

    fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    fn load(&self, logs: Logs<'_>, epoch: LeaderEpoch) -> io::Result<()> {
        let mut from = Offset::ZERO;
        let mut unreadable = Unreadable::default();
        loop {
            let slice = self.partition.read_own(logs, from, LOAD_CHUNK_BYTES);
            let Some(slice) = slice.map_err(|error| io::Error::other(error.to_string()))? else {
                *self.unreadable.lock() = unreadable;
                return Ok(());
            };
            let mut records = Vec::new();
            let next = S::read(&slice.read()?, &mut records, &mut unreadable);
            let Some(next) = next.map_err(io::Error::other)? else {
                return Err(io::Error::other("a batch is cut off"));
            };
            let mut shard = self.shard.lock();
            for (offset, record) in &records {
                shard.load(epoch, *offset, record);
            }
            from = next;
        }
    }

    fn begin_again(&self, now: Now, epoch: LeaderEpoch) -> bool {
        let mut shard = self.shard.lock();
        let is_wanted = shard.epoch() == Some(epoch);
        if is_wanted {
            shard.start_loading(now, epoch);
        }
        is_wanted
    }

    fn activate(&self, logs: Logs<'_>, epoch: LeaderEpoch, fx: &mut Effects) -> io::Result<()> {
        let ends = self.partition.ends(logs);
        let (end, high_watermark) = ends.map_err(|error| io::Error::other(error.to_string()))?;
        let mut shard = self.shard.lock();
        shard.activate(logs.now, epoch, end, high_watermark);
        fx.wake_groups_by(shard.next_deadline());
        drop(shard);
        // What was loaded may not be committed yet, nobody has asked to hear of it, and there may be work to go on with.
        self.partition.commit_or_wait(end, self.ticket());
        fx.wakes.push(self.ticket());
        let passed_over = std::mem::take(&mut *self.unreadable.lock());
        fx.reports
            .extend(passed_over.report(&self.partition.name()));
        Ok(())
    }

    fn activate_empty(&self, now: Now, epoch: LeaderEpoch, fx: &mut Effects) {
        let mut shard = self.shard.lock();
        shard.activate(now, epoch, Offset::ZERO, Offset::ZERO);
        fx.wake_groups_by(shard.next_deadline());
    }
}
