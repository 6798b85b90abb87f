//! The group coordinators of this node: one shard per partition of `__consumer_offsets` that it leads.
//!
//! A shard is called under its own lock, on the thread of whoever asks, and appends to its partition
//! from there. Its answers leave through [`Effects::group_answers`]. What is not committed at once
//! (replication, `flush.messages=1`) is reported by the partition with a ticket of this module.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use config::BrokerConfig;
use group::{Assignor, DeletedTopic, LookedUp, MigrationPolicy, Record, Request, Shard, Waiter};
use metadata::Image;
use model::{ErrorCode, LeaderEpoch, Now, Offset, Ticket};
use parking_lot::{Mutex, RwLock};
use partition::{Due, Logs, OwnAppend, Partition, TxnMarker};
use statemachine::Append;
use transaction::Producer;

use crate::coordinator_log::{self, Unreadable};
use crate::effects::Effects;

/// The "connection" of tickets that name a shard, by the number of its partition.
pub(crate) const SHARD_CONNECTION: u64 = u64::MAX;

/// Bytes of the log that are read at once while a shard is loaded.
const LOAD_CHUNK_BYTES: u32 = 5 << 20;

/// One coordinator and the partition that it writes.
#[derive(Debug)]
pub(crate) struct GroupShard {
    index: i32,
    partition: Arc<Partition>,
    shard: Mutex<Shard>,
    /// What was passed over since it began to load.
    unreadable: Mutex<Unreadable>,
}

/// The coordinators of this node.
#[derive(Debug)]
pub(crate) struct Groups {
    shards: RwLock<BTreeMap<i32, Arc<GroupShard>>>,
    settings: group::Settings,
}

/// What the configuration says of groups.
pub(crate) fn settings(config: &BrokerConfig) -> group::Settings {
    let millis = |time: Duration| i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    group::Settings {
        min_session_timeout_ms: millis(config.groups.min_session_timeout),
        max_session_timeout_ms: millis(config.groups.max_session_timeout),
        initial_rebalance_delay: config.groups.initial_rebalance_delay,
        max_group_size: config.groups.max_size as usize,
        consumer_max_size: config.groups.consumer_max_size as usize,
        assignors: config
            .groups
            .consumer_assignors
            .iter()
            .filter_map(|name| Assignor::of_name(name))
            .collect(),
        migration_policy: MigrationPolicy::of_name(&config.groups.consumer_migration_policy)
            .expect("the table of configurations lets in no other name"),
        consumer_session_timeout: config.groups.consumer_session_timeout,
        max_offset_metadata: config.offsets.metadata_max_bytes,
        offsets_retention: config.offsets.retention,
        retention_check_interval: config.offsets.retention_check_interval,
    }
}

impl Groups {
    /// No coordinators yet.
    pub fn new(settings: group::Settings) -> Self {
        Self {
            shards: RwLock::default(),
            settings,
        }
    }

    /// The coordinator of one partition of `__consumer_offsets`.
    pub fn shard(&self, index: i32) -> Option<Arc<GroupShard>> {
        self.shards.read().get(&index).cloned()
    }

    /// All coordinators.
    pub fn all(&self) -> Vec<Arc<GroupShard>> {
        self.shards.read().values().cloned().collect()
    }

    /// This node leads a partition of `__consumer_offsets` in `epoch`: its shard has to be loaded.
    ///
    /// `None` if it is loaded or being loaded in this epoch already.
    pub fn lead(
        &self,
        now: Now,
        index: i32,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) -> Option<Arc<GroupShard>> {
        let mut shards = self.shards.write();
        let entry = shards.entry(index).or_insert_with(|| {
            let shard = Mutex::new(Shard::new(self.settings.clone()));
            Arc::new(GroupShard {
                index,
                partition: Arc::clone(partition),
                shard,
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

    /// This node does not lead the partition any more.
    pub fn resign(&self, now: Now, index: i32, fx: &mut Effects) {
        if let Some(shard) = self.shards.write().remove(&index) {
            let mut locked = shard.shard.lock();
            locked.stop(now);
            fx.group_answers.extend(locked.take_answers());
        }
    }

    /// When the next shard has work, on the clock of `Now::mono`.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.shards
            .read()
            .values()
            .filter_map(|shard| shard.shard.lock().next_deadline())
            .min()
    }
}

impl GroupShard {
    /// Lets the shard handle a request; answers go to `fx`.
    pub fn request(&self, logs: Logs<'_>, waiter: Waiter, request: &Request<'_>, fx: &mut Effects) {
        self.call(logs, fx, |shard, append| {
            shard.on_request(logs.now, waiter, request, append)
        });
    }

    /// As [`Self::request`], for what a producer commits within its transaction: the records are a batch of that producer.
    pub fn transactional_request(
        &self,
        logs: Logs<'_>,
        waiter: Waiter,
        (request, producer): (&Request<'_>, Producer),
        fx: &mut Effects,
    ) {
        self.call_as(logs, Some(producer), fx, |shard, append| {
            shard.on_request(logs.now, waiter, request, append)
        });
    }

    /// Writes the end of a transaction in which offsets may have been committed: they hold, or are dropped.
    ///
    /// # Errors
    /// `COORDINATOR_LOAD_IN_PROGRESS`, and those of [`Partition::append_marker`].
    pub fn end_transaction(
        &self,
        logs: Logs<'_>,
        marker: &TxnMarker,
        fx: &mut Effects,
    ) -> Result<OwnAppend, ErrorCode> {
        let mut shard = self.shard.lock();
        let epoch = shard.logged().and_then(|_| shard.epoch());
        let epoch = epoch.ok_or(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS)?;
        let appended = self.partition.append_marker(logs, marker, &mut fx.wakes)?;
        let end = Record::TransactionEnd {
            producer: marker.producer_id,
            committed: marker.is_committed,
        };
        shard.load(epoch, appended.base_offset, &end);
        let committed = self.partition.commit_or_wait(appended.end, self.ticket());
        shard.on_high_watermark(committed);
        fx.group_answers.extend(shard.take_answers());
        Ok(appended)
    }

    /// Handles the shard's deadlines if one has passed.
    pub fn on_time(&self, logs: Logs<'_>, image: &Image, fx: &mut Effects) {
        let now = logs.now;
        if self
            .shard
            .lock()
            .next_deadline()
            .is_some_and(|deadline| deadline <= now.mono)
        {
            self.call(logs, fx, |shard, append| shard.on_time(now, image, append));
        }
    }

    /// Takes over what expressions name.
    pub fn on_looked_up(
        &self,
        logs: Logs<'_>,
        image: &Image,
        looked_up: &LookedUp,
        fx: &mut Effects,
    ) {
        self.call(logs, fx, |shard, append| {
            shard.on_looked_up(logs.now, image, looked_up, append)
        });
    }

    /// Forgets the offsets of deleted topics.
    pub fn on_topics_deleted(
        &self,
        logs: Logs<'_>,
        deleted: &[DeletedTopic<'_>],
        fx: &mut Effects,
    ) {
        self.call(logs, fx, |shard, append| {
            shard.on_topics_deleted(logs.now, deleted, append)
        });
    }

    /// The partition's high watermark has moved.
    pub fn on_committed(&self, fx: &mut Effects) {
        let mut shard = self.shard.lock();
        shard.on_high_watermark(self.partition.high_watermark());
        fx.group_answers.extend(shard.take_answers());
        // With a backlog of answers the shard had no deadlines.
        fx.wake_by(shard.next_deadline());
    }

    /// The log could not be read: begins anew. `false` if the leadership of `epoch` is over.
    pub fn begin_again(&self, now: Now, epoch: LeaderEpoch) -> bool {
        let mut shard = self.shard.lock();
        let is_wanted = shard.epoch() == Some(epoch);
        if is_wanted {
            shard.start_loading(now, epoch);
        }
        is_wanted
    }

    /// Reads the partition's log into the shard. Takes as long as the device does, so it runs on an
    /// IO thread; the shard answers `COORDINATOR_LOAD_IN_PROGRESS` meanwhile.
    ///
    /// # Errors
    /// The log cannot be read, or it holds what is no batch.
    pub fn load(&self, logs: Logs<'_>, epoch: LeaderEpoch) -> io::Result<()> {
        let mut from = Offset::ZERO;
        let mut unreadable = Unreadable::default();
        loop {
            let slice = self.partition.read_own(logs, from, LOAD_CHUNK_BYTES);
            let Some(slice) = slice.map_err(|error| io::Error::other(error.to_string()))? else {
                *self.unreadable.lock() = unreadable;
                return Ok(());
            };
            let mut records = Vec::new();
            let next = coordinator_log::read(&slice.read()?, &mut records, &mut unreadable);
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

    /// The log was loaded: requests are answered from here on, each when what it rests on is committed.
    ///
    /// # Errors
    /// The log cannot be used any more.
    pub fn activate(&self, logs: Logs<'_>, epoch: LeaderEpoch, fx: &mut Effects) -> io::Result<()> {
        let ends = self.partition.ends(logs);
        let (end, high_watermark) = ends.map_err(|error| io::Error::other(error.to_string()))?;
        let mut shard = self.shard.lock();
        shard.activate(logs.now, epoch, end, high_watermark);
        // What was loaded may not be committed yet, and nobody has asked to hear of it.
        shard.on_high_watermark(self.partition.commit_or_wait(end, self.ticket()));
        fx.group_answers.extend(shard.take_answers());
        fx.wake_groups_by(shard.next_deadline());
        let passed_over = std::mem::take(&mut *self.unreadable.lock());
        fx.reports
            .extend(passed_over.report(&self.partition.name()));
        Ok(())
    }

    /// Its partition of `__consumer_offsets`.
    pub fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    /// What its wake-ups are addressed to.
    pub fn ticket(&self) -> Ticket {
        Ticket {
            connection: SHARD_CONNECTION,
            request: self.index as u64,
        }
    }

    /// The log is known to be empty: requests are answered from here on.
    pub fn activate_empty(&self, now: Now, epoch: LeaderEpoch, fx: &mut Effects) {
        let mut shard = self.shard.lock();
        shard.activate(now, epoch, Offset::ZERO, Offset::ZERO);
        fx.wake_groups_by(shard.next_deadline());
    }

    /// Number of its partition of `__consumer_offsets`.
    pub fn index(&self) -> i32 {
        self.index
    }

    fn call(
        &self,
        logs: Logs<'_>,
        fx: &mut Effects,
        act: impl FnOnce(&mut Shard, &mut dyn FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode>),
    ) {
        self.call_as(logs, None, fx, act);
    }

    fn call_as(
        &self,
        logs: Logs<'_>,
        producer: Option<Producer>,
        fx: &mut Effects,
        act: impl FnOnce(&mut Shard, &mut dyn FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode>),
    ) {
        let mut shard = self.shard.lock();
        let mut end = None;
        let mut append = |append: Append<'_, Record>| {
            let batch = coordinator_log::batch(logs.now, append.records, producer)?;
            let appended = self
                .partition
                .append_own(logs, append.epoch, &batch, &mut fx.wakes)?;
            end = Some(appended.end);
            if appended.wants_sync {
                fx.unsynced.push(Arc::clone(&self.partition));
            }
            if appended.due != Due::default() {
                fx.dues.push((Arc::clone(&self.partition), appended.due));
            }
            Ok(appended.base_offset)
        };
        act(&mut shard, &mut append);
        let lookups = shard.take_lookups().into_iter();
        fx.lookups
            .extend(lookups.map(|lookup| (self.index, lookup)));
        if let Some(end) = end {
            shard.on_high_watermark(self.partition.commit_or_wait(end, self.ticket()));
        }
        fx.group_answers.extend(shard.take_answers());
        fx.wake_groups_by(shard.next_deadline());
    }
}
