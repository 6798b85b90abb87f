//! The transaction coordinators of this node: one shard per partition of `__transaction_state` that it leads.
//!
//! As with groups a shard is called under its own lock, on the thread of whoever asks. Markers are written without that lock:
//! to a partition, or through the group coordinator that keeps the offsets of the transaction, or by another node that leads it
//! (`coordination`). What is not committed at once
//! is reported by the partition with a ticket of this module.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use config::BrokerConfig;
use model::{BrokerId, ErrorCode, LeaderEpoch, Now, Offset, PartitionIndex, Ticket};
use partition::{OwnAppend, Partition, TxnMarker};
use transaction::{Answer, Logged, MarkerOutcome, Producer, Record, Request, Shard};

use crate::broker::Broker;
use crate::coordination::MarkersOf;
use crate::coordinator_log::{self, Unreadable};
use crate::coordinators::{AppendTo, Coordinator, CoordinatorShard, Coordinators, note_append};
use crate::effects::Effects;
use crate::topics::{CONSUMER_OFFSETS, TRANSACTION_STATE};
use crate::txn_waiter::TxnWaiter;

/// From this level of `transaction.version` on records have the fields of KIP-890.
const FLEXIBLE_RECORDS: i16 = 1;

/// One coordinator and the partition that it writes.
pub(crate) type TxnShard = Coordinator<TxnState>;
/// The coordinators of this node.
pub(crate) type Transactions = Coordinators<TxnState>;

/// Who coordinates a transactional id.
#[derive(Clone, Debug)]
pub(crate) enum TxnCoordinator {
    /// A shard of this node.
    Here(Arc<TxnShard>),
    /// Another node.
    At(BrokerId),
}

/// The state machine, and the markers that it waits for.
#[derive(Debug)]
pub(crate) struct TxnState {
    shard: Shard<TxnWaiter>,
    uncommitted: Vec<Uncommitted>,
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

/// What the configuration says of transactions.
pub(crate) fn settings(config: &BrokerConfig) -> transaction::Settings {
    transaction::Settings {
        max_timeout: config.transactions.max_timeout,
        abort_interval: config.transactions.abort_interval,
        id_expiration: config.transactions.id_expiration,
        expiry_interval: config.transactions.expiry_interval,
    }
}

impl CoordinatorShard for TxnState {
    type Settings = transaction::Settings;
    type Record = Record;
    type Answer = Answer<TxnWaiter>;
    const CONNECTION: u64 = u64::MAX - 1;

    fn new(settings: transaction::Settings) -> Self {
        Self {
            shard: Shard::new(settings),
            uncommitted: Vec::new(),
        }
    }

    fn epoch(&self) -> Option<LeaderEpoch> {
        self.shard.epoch()
    }

    fn start_loading(&mut self, _now: Now, epoch: LeaderEpoch) {
        self.shard.start_loading(epoch);
    }

    fn read(
        bytes: &[u8],
        into: &mut Vec<(Offset, Record)>,
        _unreadable: &mut Unreadable,
    ) -> Result<Option<Offset>, String> {
        coordinator_log::read_transactions(bytes, into)
    }

    fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Record) {
        self.shard.load(epoch, offset, record);
    }

    fn activate(&mut self, now: Now, epoch: LeaderEpoch, end: Offset, high_watermark: Offset) {
        self.shard.activate(now, epoch, end, high_watermark);
    }

    fn stop(&mut self, _now: Now) {
        self.shard.stop();
    }

    fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.shard.on_high_watermark(high_watermark);
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.shard.next_deadline()
    }

    fn take_answers(&mut self) -> Vec<Answer<TxnWaiter>> {
        self.shard.take_answers()
    }
}

impl TxnState {
    /// Whether each marker that is not committed yet is by now; those that are not wake `ticket`.
    fn settle_uncommitted(&mut self, now: Now, ticket: Ticket) {
        let shard = &mut self.shard;
        self.uncommitted.retain(|marker| {
            let replica = &marker.replica;
            let outcome = match replica.acknowledged_or_wait(marker.epoch, marker.end, ticket) {
                Ok(false) => return true,
                Ok(true) => MarkerOutcome::Done,
                Err(_) => MarkerOutcome::Retry,
            };
            let place = (marker.coordinator_epoch, &*marker.id);
            shard.on_marker(now, place, &marker.place, outcome);
            false
        });
    }
}

impl TxnShard {
    /// Looks at what the log says.
    ///
    /// # Errors
    /// `NOT_COORDINATOR`, `COORDINATOR_LOAD_IN_PROGRESS`.
    pub fn look<T>(&self, look: impl FnOnce(&Logged) -> T) -> Result<T, ErrorCode> {
        self.lock().shard.logged().map(look)
    }

    /// Takes in what came of markers of one transaction that were written for the coordinator of `epoch`.
    pub fn on_markers<'p>(
        &self,
        now: Now,
        (epoch, id): (LeaderEpoch, &str),
        outcomes: impl Iterator<Item = (&'p (Box<str>, i32), MarkerOutcome)>,
    ) {
        let mut state = self.lock();
        for (place, outcome) in outcomes {
            state.shard.on_marker(now, (epoch, id), place, outcome);
        }
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
        let state = self.lock();
        state.shard.takes_part(id, producer, place)?;
        let done = act();
        drop(state);
        Ok(done)
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
        if shard.is_due(now) {
            self.call_transactions(now, shard, fx, |locked, append| locked.on_time(now, append));
            self.write_markers(now, shard, fx);
        }
    }

    /// Something that a shard waits for is committed: its own records, or a marker.
    pub(crate) fn transactions_on_committed(&self, now: Now, shard: &TxnShard, fx: &mut Effects) {
        TxnWaiter::answer_all(shard.on_committed(fx), fx);
        shard.lock().settle_uncommitted(now, shard.ticket());
        self.write_markers(now, shard, fx);
    }

    fn call_transactions(
        &self,
        now: Now,
        shard: &TxnShard,
        fx: &mut Effects,
        act: impl FnOnce(&mut Shard<TxnWaiter>, &mut AppendTo<'_, TxnState>),
    ) {
        let level = self
            .image()
            .features()
            .level(metadata::features::TRANSACTION_VERSION);
        let is_flexible = level >= FLEXIBLE_RECORDS;
        let encode =
            |records: &[Record]| coordinator_log::transaction_batch(now, records, is_flexible);
        let answers = shard.act(self.logs(now), fx, encode, |state, append| {
            act(&mut state.shard, append);
        });
        TxnWaiter::answer_all(answers, fx);
    }

    /// Writes the markers that are due, or has their leaders write them, and completes the transactions that have all of theirs.
    pub(crate) fn write_markers(&self, now: Now, shard: &TxnShard, fx: &mut Effects) {
        let mut elsewhere = BTreeMap::new();
        loop {
            let due = shard.lock().shard.take_due(now);
            if due.is_empty() {
                break;
            }
            for due in &due {
                self.write_markers_of(now, shard, due, &mut elsewhere, fx);
            }
        }
        self.call_transactions(now, shard, fx, |locked, append| {
            locked.complete(now, append)
        });
        self.send_markers(now, elsewhere, fx);
    }

    fn write_markers_of(
        &self,
        now: Now,
        shard: &TxnShard,
        due: &transaction::Due,
        elsewhere: &mut BTreeMap<BrokerId, Vec<MarkersOf>>,
        fx: &mut Effects,
    ) {
        let marker = TxnMarker {
            producer_id: due.producer_id,
            producer_epoch: due.producer_epoch,
            is_committed: due.commits,
            coordinator_epoch: due.epoch.0,
            strict_epoch: due.bumps_epoch,
        };
        let mut by_node: BTreeMap<BrokerId, Vec<(Box<str>, i32)>> = BTreeMap::new();
        for place in &due.partitions {
            let written = match self.marker_leader(&place.0, place.1) {
                Ok(leader) if leader == self.me => {
                    self.write_marker(now, (&place.0, place.1), &marker, fx)
                }
                Ok(leader) => {
                    by_node.entry(leader).or_default().push(place.clone());
                    continue;
                }
                Err(error) => Err(error),
            };
            match written {
                Ok((replica, written)) => shard.lock().uncommitted.push(Uncommitted {
                    coordinator_epoch: due.epoch,
                    id: Arc::clone(&due.id),
                    place: place.clone(),
                    replica,
                    epoch: written.epoch,
                    end: written.end,
                }),
                Err(error) => {
                    let outcome = std::iter::once((place, outcome_of(error)));
                    shard.on_markers(now, (due.epoch, &due.id), outcome);
                }
            }
        }
        for (node, places) in by_node {
            elsewhere.entry(node).or_default().push(MarkersOf {
                shard: shard.index(),
                epoch: due.epoch,
                id: Arc::clone(&due.id),
                marker,
                places,
            });
        }
        shard.lock().settle_uncommitted(now, shard.ticket());
    }

    /// Who leads a partition that takes part in a transaction.
    fn marker_leader(&self, topic: &str, index: i32) -> Result<BrokerId, ErrorCode> {
        let image = self.image();
        let topic = image.topics().by_name(topic);
        let partition = topic.and_then(|topic| topic.partition(PartitionIndex(index)));
        let partition = partition.ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        partition.leader.ok_or(ErrorCode::LEADER_NOT_AVAILABLE)
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

    /// Who coordinates a transactional id, on this node.
    ///
    /// # Errors
    /// `NOT_COORDINATOR` while the topic, or the coordinator on this node, is not there.
    pub(crate) fn txn_shard(&self, id: &str) -> Result<Arc<TxnShard>, ErrorCode> {
        match self.txn_coordinator(id)? {
            TxnCoordinator::Here(shard) => Ok(shard),
            TxnCoordinator::At(_) => Err(ErrorCode::NOT_COORDINATOR),
        }
    }

    /// Who coordinates a transactional id: the leader of its partition of `__transaction_state`.
    ///
    /// # Errors
    /// `NOT_COORDINATOR` while nobody does.
    pub(crate) fn txn_coordinator(&self, id: &str) -> Result<TxnCoordinator, ErrorCode> {
        let image = self.image();
        let topic = image.topics().by_name(TRANSACTION_STATE);
        let count = topic.map_or(0, |topic| topic.partitions.len());
        let count = i32::try_from(count).expect("partitions are numbered with i32");
        if count == 0 {
            return Err(ErrorCode::NOT_COORDINATOR);
        }
        let index = group::coordinator_partition(id, count);
        if let Some(shard) = self.transactions.shard(index) {
            return Ok(TxnCoordinator::Here(shard));
        }
        let partition = topic.and_then(|topic| topic.partition(PartitionIndex(index)));
        let leader = partition.and_then(|partition| partition.leader);
        let elsewhere = leader.filter(|leader| *leader != self.me);
        elsewhere
            .map(TxnCoordinator::At)
            .ok_or(ErrorCode::NOT_COORDINATOR)
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
