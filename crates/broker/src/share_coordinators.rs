//! The share coordinators of this node: one shard per partition of `__share_group_state` that it leads.
//!
//! As with groups a shard is called under its own lock, on the thread of whoever asks; answers leave when the lock is free,
//! because who waits may be a share partition of this node. What is not committed at once is reported by the partition with
//! a ticket of this module. Records that no snapshot needs are deleted.
//!
//! Locks are taken in this order: a share partition's, a share coordinator's, a partition's.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use config::BrokerConfig;
use model::{ErrorCode, LeaderEpoch, Now, Offset, Ticket, TopicId};
use parking_lot::{Mutex, RwLock};
use partition::{Due, Logs, Partition};
use share::{Key, Record, Request, Settings, Shard};
use statemachine::Append;

use crate::broker::Broker;
use crate::coordinator_log;
use crate::effects::Effects;
use crate::share_waiter::ShareWaiter;
use crate::topics::SHARE_GROUP_STATE;

/// The "connection" of tickets that name a shard, by the number of its partition.
pub(crate) const SHARE_CONNECTION: u64 = u64::MAX - 2;

/// Bytes of the log that are read at once while a shard is loaded.
const LOAD_CHUNK_BYTES: u32 = 5 << 20;

/// One coordinator and the partition that it writes.
#[derive(Debug)]
pub(crate) struct ShareShard {
    index: i32,
    partition: Arc<Partition>,
    shard: Mutex<Shard<ShareWaiter>>,
}

/// The coordinators of this node.
#[derive(Debug)]
pub(crate) struct ShareCoordinators {
    shards: RwLock<BTreeMap<i32, Arc<ShareShard>>>,
    settings: Settings,
}

/// What the configuration says of share coordinators.
pub(crate) fn settings(config: &BrokerConfig) -> Settings {
    Settings {
        updates_per_snapshot: config.share.updates_per_snapshot,
        prune_interval: config.share.prune_interval,
        cold_interval: config.share.cold_interval,
    }
}

impl ShareCoordinators {
    /// No coordinators yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            shards: RwLock::default(),
            settings,
        }
    }

    /// The coordinator of one partition of `__share_group_state`.
    pub fn shard(&self, index: i32) -> Option<Arc<ShareShard>> {
        self.shards.read().get(&index).cloned()
    }

    /// All coordinators.
    pub fn all(&self) -> Vec<Arc<ShareShard>> {
        self.shards.read().values().cloned().collect()
    }

    /// This node leads a partition of `__share_group_state` in `epoch`: its shard has to be loaded.
    ///
    /// `None` if it is loaded or being loaded in this epoch already.
    pub fn lead(
        &self,
        index: i32,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) -> Option<Arc<ShareShard>> {
        let mut shards = self.shards.write();
        let entry = shards.entry(index).or_insert_with(|| {
            Arc::new(ShareShard {
                index,
                partition: Arc::clone(partition),
                shard: Mutex::new(Shard::new(self.settings.clone())),
            })
        });
        let entry = Arc::clone(entry);
        drop(shards);
        let mut shard = entry.shard.lock();
        let is_new = shard.epoch() != Some(epoch);
        if is_new {
            shard.start_loading(epoch);
        }
        drop(shard);
        is_new.then_some(entry)
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

impl ShareShard {
    /// Its partition of `__share_group_state`.
    pub fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    /// What its wake-ups are addressed to.
    pub fn ticket(&self) -> Ticket {
        Ticket {
            connection: SHARE_CONNECTION,
            request: self.index as u64,
        }
    }

    /// The log could not be read: begins anew. `false` if the leadership of `epoch` is over.
    pub fn begin_again(&self, epoch: LeaderEpoch) -> bool {
        let mut shard = self.shard.lock();
        let is_wanted = shard.epoch() == Some(epoch);
        if is_wanted {
            shard.start_loading(epoch);
        }
        is_wanted
    }

    /// Reads the partition's log into the shard, on an IO thread.
    ///
    /// # Errors
    /// The log cannot be read, or it holds what is no record of a coordinator.
    pub fn load(&self, logs: Logs<'_>, epoch: LeaderEpoch) -> io::Result<()> {
        let mut from = Offset::ZERO;
        loop {
            let slice = self.partition.read_own(logs, from, LOAD_CHUNK_BYTES);
            let Some(slice) = slice.map_err(|error| io::Error::other(error.to_string()))? else {
                return Ok(());
            };
            let mut records = Vec::new();
            let next = coordinator_log::read_share_states(&slice.read()?, &mut records);
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

    /// The log was loaded: requests are answered from here on.
    ///
    /// # Errors
    /// The log cannot be used any more.
    pub fn activate(&self, logs: Logs<'_>, epoch: LeaderEpoch, fx: &mut Effects) -> io::Result<()> {
        let ends = self.partition.ends(logs);
        let (end, high_watermark) = ends.map_err(|error| io::Error::other(error.to_string()))?;
        let mut shard = self.shard.lock();
        shard.activate(logs.now, epoch, end, high_watermark);
        fx.wake_groups_by(shard.next_deadline());
        drop(shard);
        // What was loaded may not be committed yet, and nobody has asked to hear of it.
        self.partition.commit_or_wait(end, self.ticket());
        fx.wakes.push(self.ticket());
        Ok(())
    }

    /// The log is known to be empty: requests are answered from here on.
    pub fn activate_empty(&self, now: Now, epoch: LeaderEpoch) {
        let mut shard = self.shard.lock();
        shard.activate(now, epoch, Offset::ZERO, Offset::ZERO);
    }
}

impl Broker {
    /// Asks the share coordinator of a group's partition; the answer goes to the waiter, here or later. No lock of a share
    /// partition may be held.
    pub(crate) fn ask_share_state(
        &self,
        now: Now,
        waiter: ShareWaiter,
        key: &Key,
        request: &Request<'_>,
        fx: &mut Effects,
    ) {
        match self.share_shard(key, fx) {
            Ok(shard) => self.call_share_shard(now, &shard, fx, |locked, append| {
                locked.on_request(now, waiter, request, append);
            }),
            Err(error) => self.answer_share(now, waiter, request.failed(error), fx),
        }
    }

    /// The coordinator of a group's partition.
    ///
    /// # Errors
    /// `COORDINATOR_NOT_AVAILABLE` while the topic, or `NOT_COORDINATOR` while the coordinator on this node, is not there.
    fn share_shard(&self, key: &Key, fx: &mut Effects) -> Result<Arc<ShareShard>, ErrorCode> {
        let image = self.image();
        let Some(topic) = image.topics().by_name(SHARE_GROUP_STATE) else {
            self.inbox.create_topics([SHARE_GROUP_STATE], fx);
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let count =
            i32::try_from(topic.partitions.len()).expect("partitions are numbered with i32");
        let index = group::coordinator_partition(&key.coordinator_key(), count);
        let shard = self.share_coordinators.shard(index);
        shard.ok_or(ErrorCode::NOT_COORDINATOR)
    }

    /// Handles the deadlines of a shard that have passed.
    pub(crate) fn share_states_on_time(&self, now: Now, shard: &ShareShard, fx: &mut Effects) {
        let deadline = shard.shard.lock().next_deadline();
        if deadline.is_some_and(|deadline| deadline <= now.mono) {
            self.call_share_shard(now, shard, fx, |locked, append| locked.on_time(now, append));
            self.prune_share_states(now, shard, fx);
        }
    }

    /// Records of a shard are committed.
    pub(crate) fn share_states_on_committed(&self, now: Now, shard: &ShareShard, fx: &mut Effects) {
        self.call_share_shard(now, shard, fx, |locked, _| {
            locked.on_high_watermark(shard.partition.high_watermark());
        });
        self.prune_share_states(now, shard, fx);
    }

    /// This node does not lead the partition any more.
    pub(crate) fn resign_share_states(&self, now: Now, index: i32, fx: &mut Effects) {
        let shard = self.share_coordinators.shards.write().remove(&index);
        let Some(shard) = shard else {
            return;
        };
        let mut locked = shard.shard.lock();
        locked.stop();
        let answers = locked.take_answers();
        drop(locked);
        for answer in answers {
            self.answer_share(now, answer.waiter, answer.response, fx);
        }
    }

    /// The states of topics that were deleted are of no use.
    pub(crate) fn forget_share_states(
        &self,
        now: Now,
        topics: &BTreeSet<TopicId>,
        fx: &mut Effects,
    ) {
        for shard in self.share_coordinators.all() {
            let locked = shard.shard.lock();
            let gone = locked.logged().map(|logged| {
                let keys = logged.keys().filter(|key| topics.contains(&key.topic));
                keys.cloned().collect::<Vec<Key>>()
            });
            drop(locked);
            for key in gone.unwrap_or_default() {
                let request = Request::Delete { key: &key };
                self.call_share_shard(now, &shard, fx, |locked, append| {
                    locked.on_request(now, ShareWaiter::Nobody, &request, append);
                });
            }
        }
    }

    fn prune_share_states(&self, now: Now, shard: &ShareShard, fx: &mut Effects) {
        let partition = &shard.partition;
        let prune = shard.shard.lock().take_prune(partition.high_watermark());
        if let Some(offset) = prune {
            if let Err(error) =
                partition.delete_records(self.logs(now), Some(offset), &mut fx.wakes)
            {
                fx.reports.push(format!(
                    "share states below {offset} of {} stay in the log: {error}; they are deleted with later ones",
                    partition.name()
                ));
            }
            fx.dues.push((Arc::clone(partition), partition.take_due()));
        }
    }

    fn call_share_shard(
        &self,
        now: Now,
        shard: &ShareShard,
        fx: &mut Effects,
        act: impl FnOnce(
            &mut Shard<ShareWaiter>,
            &mut dyn FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode>,
        ),
    ) {
        let logs = self.logs(now);
        let mut locked = shard.shard.lock();
        let mut end = None;
        let mut append = |append: Append<'_, Record>| {
            let batch = coordinator_log::share_batch(now, append.records)?;
            let (epoch, wakes) = (append.epoch, &mut fx.wakes);
            let appended = shard.partition.append_own(logs, epoch, &batch, wakes)?;
            end = Some(appended.end);
            if appended.wants_sync {
                fx.unsynced.push(Arc::clone(&shard.partition));
            }
            if appended.due != Due::default() {
                fx.dues.push((Arc::clone(&shard.partition), appended.due));
            }
            Ok(appended.base_offset)
        };
        act(&mut locked, &mut append);
        if let Some(end) = end {
            locked.on_high_watermark(shard.partition.commit_or_wait(end, shard.ticket()));
        }
        let answers = locked.take_answers();
        fx.wake_groups_by(locked.next_deadline());
        drop(locked);
        for answer in answers {
            self.answer_share(now, answer.waiter, answer.response, fx);
        }
    }
}
