//! The transaction coordinators of this node: one shard per partition of `__transaction_state` that it leads.
//!
//! As with groups a shard is called under its own lock, on the thread of whoever asks. Markers are written without that lock:
//! to a partition, or through the group coordinator that keeps the offsets of the transaction. What is not committed at once
//! is reported by the partition with a ticket of this module.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use config::BrokerConfig;
use model::{ErrorCode, LeaderEpoch, Now, Offset, Ticket};
use parking_lot::{Mutex, RwLock};
use partition::{Due, Logs, OwnAppend, Partition, TxnMarker};
use statemachine::Append;
use transaction::{Logged, MarkerOutcome, Producer, Record, Request, Shard};

use crate::broker::Broker;
use crate::coordinator_log;
use crate::effects::Effects;
use crate::topics::{CONSUMER_OFFSETS, TRANSACTION_STATE};
use crate::txn_waiter::TxnWaiter;

/// The "connection" of tickets that name a shard, by the number of its partition.
pub(crate) const TXN_CONNECTION: u64 = u64::MAX - 1;

/// Bytes of the log that are read at once while a shard is loaded.
const LOAD_CHUNK_BYTES: u32 = 5 << 20;

/// From this level of `transaction.version` on records have the fields of KIP-890.
const FLEXIBLE_RECORDS: i16 = 1;

/// One coordinator and the partition that it writes.
#[derive(Debug)]
pub(crate) struct TxnShard {
    index: i32,
    partition: Arc<Partition>,
    shard: Mutex<Shard<TxnWaiter>>,
    uncommitted: Mutex<Vec<Uncommitted>>,
}

/// A marker that is in its log and not committed yet.
#[derive(Debug)]
struct Uncommitted {
    coordinator_epoch: LeaderEpoch,
    id: Arc<str>,
    place: (Box<str>, i32),
    replica: Arc<Partition>,
    epoch: LeaderEpoch,
    end: Offset,
}

/// The coordinators of this node.
#[derive(Debug)]
pub(crate) struct Transactions {
    shards: RwLock<BTreeMap<i32, Arc<TxnShard>>>,
    settings: transaction::Settings,
}

/// What the configuration says of transactions.
pub(crate) fn settings(config: &BrokerConfig) -> transaction::Settings {
    transaction::Settings {
        max_timeout: config.transactions.max_timeout,
        abort_interval: config.transactions.abort_interval,
        id_expiration: config.transactions.id_expiration,
        expiry_interval: config.transactions.expiry_interval,
    }
}

impl Transactions {
    /// No coordinators yet.
    pub fn new(settings: transaction::Settings) -> Self {
        Self {
            shards: RwLock::default(),
            settings,
        }
    }

    /// The coordinator of one partition of `__transaction_state`.
    pub fn shard(&self, index: i32) -> Option<Arc<TxnShard>> {
        self.shards.read().get(&index).cloned()
    }

    /// All coordinators.
    pub fn all(&self) -> Vec<Arc<TxnShard>> {
        self.shards.read().values().cloned().collect()
    }

    /// This node leads a partition of `__transaction_state` in `epoch`: its shard has to be loaded.
    ///
    /// `None` if it is loaded or being loaded in this epoch already.
    pub fn lead(
        &self,
        index: i32,
        partition: &Arc<Partition>,
        epoch: LeaderEpoch,
    ) -> Option<Arc<TxnShard>> {
        let mut shards = self.shards.write();
        let entry = shards.entry(index).or_insert_with(|| {
            Arc::new(TxnShard {
                index,
                partition: Arc::clone(partition),
                shard: Mutex::new(Shard::new(self.settings.clone())),
                uncommitted: Mutex::default(),
            })
        });
        let entry = Arc::clone(entry);
        drop(shards);
        entry.begin(epoch).then_some(entry)
    }

    /// This node does not lead the partition any more.
    pub fn resign(&self, index: i32, fx: &mut Effects) {
        if let Some(shard) = self.shards.write().remove(&index) {
            let mut locked = shard.shard.lock();
            locked.stop();
            let answers = locked.take_answers();
            drop(locked);
            TxnWaiter::answer_all(answers, fx);
        }
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

impl TxnShard {
    /// Its partition of `__transaction_state`.
    pub fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    /// What its wake-ups are addressed to.
    pub fn ticket(&self) -> Ticket {
        Ticket {
            connection: TXN_CONNECTION,
            request: self.index as u64,
        }
    }

    /// Looks at what the log says.
    ///
    /// # Errors
    /// `NOT_COORDINATOR`, `COORDINATOR_LOAD_IN_PROGRESS`.
    pub fn look<T>(&self, look: impl FnOnce(&Logged) -> T) -> Result<T, ErrorCode> {
        self.shard.lock().logged().map(look)
    }

    /// Acts while the coordinator decides nothing, if the partition takes part in the producer's open transaction.
    ///
    /// # Errors
    /// Those of [`Shard::takes_part`].
    pub fn while_taking_part<T>(
        &self,
        id: &str,
        producer: Producer,
        place: (&str, i32),
        act: impl FnOnce() -> T,
    ) -> Result<T, ErrorCode> {
        let shard = self.shard.lock();
        shard.takes_part(id, producer, place)?;
        let done = act();
        drop(shard);
        Ok(done)
    }

    /// Starts loading, unless that was done for this epoch.
    fn begin(&self, epoch: LeaderEpoch) -> bool {
        let mut shard = self.shard.lock();
        let is_new = shard.epoch() != Some(epoch);
        if is_new {
            shard.start_loading(epoch);
        }
        is_new
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
            let next = coordinator_log::read_transactions(&slice.read()?, &mut records);
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
        drop(shard);
        // What was loaded may not be committed yet, and what was ending goes on then.
        self.partition.commit_or_wait(end, self.ticket());
        fx.wakes.push(self.ticket());
        Ok(())
    }

    /// The log is known to be empty: requests are answered from here on.
    pub fn activate_empty(&self, now: Now, epoch: LeaderEpoch) {
        let mut shard = self.shard.lock();
        shard.activate(now, epoch, Offset::ZERO, Offset::ZERO);
    }

    /// Whether each marker that is not committed yet is by now.
    fn settle_uncommitted(&self, now: Now) {
        let mut settled = Vec::new();
        self.uncommitted.lock().retain(|marker| {
            let Uncommitted { replica, .. } = marker;
            let outcome =
                match replica.acknowledged_or_wait(marker.epoch, marker.end, self.ticket()) {
                    Ok(false) => return true,
                    Ok(true) => MarkerOutcome::Done,
                    Err(_) => MarkerOutcome::Retry,
                };
            let id = Arc::clone(&marker.id);
            settled.push((marker.coordinator_epoch, id, marker.place.clone(), outcome));
            false
        });
        let mut shard = self.shard.lock();
        for (epoch, id, place, outcome) in settled {
            shard.on_marker(now, (epoch, &id), &place, outcome);
        }
    }
}

impl Broker {
    /// Lets a shard handle a request; the answer goes to the waiter, here or later.
    pub(crate) fn ask_transactions(
        &self,
        now: Now,
        shard: &TxnShard,
        waiter: TxnWaiter,
        request: &Request<'_>,
        fx: &mut Effects,
    ) {
        let mut for_ids = Effects::default();
        let mut new_ids = || self.next_producer_id(&mut for_ids);
        self.call_transactions(now, shard, fx, |locked, append| {
            locked.on_request(now, waiter, request, &mut new_ids, append);
        });
        fx.controller |= for_ids.controller;
        self.write_markers(now, shard, fx);
    }

    /// Handles the deadlines of a shard that have passed.
    pub(crate) fn transactions_on_time(&self, now: Now, shard: &TxnShard, fx: &mut Effects) {
        let deadline = shard.shard.lock().next_deadline();
        if deadline.is_some_and(|deadline| deadline <= now.mono) {
            self.call_transactions(now, shard, fx, |locked, append| locked.on_time(now, append));
            self.write_markers(now, shard, fx);
        }
    }

    /// Something that a shard waits for is committed: its own records, or a marker.
    pub(crate) fn transactions_on_committed(&self, now: Now, shard: &TxnShard, fx: &mut Effects) {
        self.call_transactions(now, shard, fx, |locked, _| {
            locked.on_high_watermark(shard.partition.high_watermark());
        });
        shard.settle_uncommitted(now);
        self.write_markers(now, shard, fx);
    }

    fn call_transactions(
        &self,
        now: Now,
        shard: &TxnShard,
        fx: &mut Effects,
        act: impl FnOnce(
            &mut Shard<TxnWaiter>,
            &mut dyn FnMut(Append<'_, Record>) -> Result<Offset, ErrorCode>,
        ),
    ) {
        let level = self
            .image()
            .features()
            .level(metadata::features::TRANSACTION_VERSION);
        let is_flexible = level >= FLEXIBLE_RECORDS;
        let logs = self.logs(now);
        let mut locked = shard.shard.lock();
        let mut end = None;
        let mut append = |append: Append<'_, Record>| {
            let batch = coordinator_log::transaction_batch(now, append.records, is_flexible)?;
            let (epoch, wakes) = (append.epoch, &mut fx.wakes);
            let appended = shard.partition.append_own(logs, epoch, &batch, wakes)?;
            end = Some(appended.end);
            note_append(&shard.partition, &appended, fx);
            Ok(appended.base_offset)
        };
        act(&mut locked, &mut append);
        if let Some(end) = end {
            locked.on_high_watermark(shard.partition.commit_or_wait(end, shard.ticket()));
        }
        let answers = locked.take_answers();
        fx.wake_groups_by(locked.next_deadline());
        drop(locked);
        TxnWaiter::answer_all(answers, fx);
    }

    /// Writes the markers that are due, and completes the transactions that have all of theirs.
    fn write_markers(&self, now: Now, shard: &TxnShard, fx: &mut Effects) {
        loop {
            let due = shard.shard.lock().take_due(now);
            if due.is_empty() {
                break;
            }
            for due in &due {
                self.write_markers_of(now, shard, due, fx);
            }
        }
        self.call_transactions(now, shard, fx, |locked, append| {
            locked.complete(now, append)
        });
    }

    fn write_markers_of(
        &self,
        now: Now,
        shard: &TxnShard,
        due: &transaction::Due,
        fx: &mut Effects,
    ) {
        let marker = TxnMarker {
            producer_id: due.producer_id,
            producer_epoch: due.producer_epoch,
            is_committed: due.commits,
            coordinator_epoch: due.epoch.0,
            strict_epoch: due.bumps_epoch,
        };
        for place in &due.partitions {
            match self.write_marker(now, (&place.0, place.1), &marker, fx) {
                Ok((replica, written)) => shard.uncommitted.lock().push(Uncommitted {
                    coordinator_epoch: due.epoch,
                    id: Arc::clone(&due.id),
                    place: place.clone(),
                    replica,
                    epoch: written.epoch,
                    end: written.end,
                }),
                Err(error) => {
                    let outcome = outcome_of(error);
                    let mut locked = shard.shard.lock();
                    locked.on_marker(now, (due.epoch, &due.id), place, outcome);
                }
            }
        }
        shard.settle_uncommitted(now);
    }

    /// Writes a marker to a partition that this node leads.
    ///
    /// # Errors
    /// Those of [`Partition::append_marker`], and why there is no such partition; `COORDINATOR_LOAD_IN_PROGRESS` while the
    /// group coordinator of the partition is loaded.
    pub(crate) fn write_marker(
        &self,
        now: Now,
        (topic, index): (&str, i32),
        marker: &TxnMarker,
        fx: &mut Effects,
    ) -> Result<(Arc<Partition>, OwnAppend), ErrorCode> {
        let replica = self.find_partition_by_name(topic, index)?;
        let logs = self.logs(now);
        let appended = if topic == CONSUMER_OFFSETS {
            let shard = self.groups.shard(index);
            let shard = shard.ok_or(ErrorCode::NOT_LEADER_OR_FOLLOWER)?;
            shard.end_transaction(logs, marker, fx)?
        } else {
            replica.append_marker(logs, marker, &mut fx.wakes)?
        };
        note_append(&replica, &appended, fx);
        Ok((replica, appended))
    }

    /// The partition of `__transaction_state` whose leader coordinates a transactional id.
    ///
    /// # Errors
    /// `NOT_COORDINATOR` while the topic, or the coordinator on this node, is not there.
    pub(crate) fn txn_shard(&self, id: &str) -> Result<Arc<TxnShard>, ErrorCode> {
        let image = self.image();
        let topic = image.topics().by_name(TRANSACTION_STATE);
        let count = topic.map_or(0, |topic| topic.partitions.len());
        let count = i32::try_from(count).expect("partitions are numbered with i32");
        if count == 0 {
            return Err(ErrorCode::NOT_COORDINATOR);
        }
        let index = group::coordinator_partition(id, count);
        self.transactions
            .shard(index)
            .ok_or(ErrorCode::NOT_COORDINATOR)
    }
}

/// What follows of an append of the node's own.
fn note_append(partition: &Arc<Partition>, appended: &OwnAppend, fx: &mut Effects) {
    if appended.wants_sync {
        fx.unsynced.push(Arc::clone(partition));
    }
    if appended.due != Due::default() {
        fx.dues.push((Arc::clone(partition), appended.due));
    }
}

/// A deleted topic needs no marker, and a newer epoch has seen to it already; everything else passes.
fn outcome_of(error: ErrorCode) -> MarkerOutcome {
    match error {
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        | ErrorCode::INVALID_PRODUCER_EPOCH
        | ErrorCode::TRANSACTION_COORDINATOR_FENCED => MarkerOutcome::Done,
        _ => MarkerOutcome::Retry,
    }
}
