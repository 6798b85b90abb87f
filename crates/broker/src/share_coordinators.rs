//! The share coordinators of this node: one shard per partition of `__share_group_state` that it leads.
//!
//! Who waits for an answer may be a share partition of this node. Records that no snapshot needs are deleted.
//!
//! Locks are taken in this order: a share partition's, a share coordinator's, a partition's.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use config::BrokerConfig;
use model::{BrokerId, ErrorCode, LeaderEpoch, Now, Offset, PartitionIndex, TopicId};
use share::{Answer, Key, Record, Request, Settings, Shard};

use crate::broker::Broker;
use crate::coordination::Wanted;
use crate::coordinator_log::{self, Unreadable};
use crate::coordinators::{AppendTo, Coordinator, CoordinatorShard, Coordinators};
use crate::effects::Effects;
use crate::share_waiter::ShareWaiter;
use crate::topics::SHARE_GROUP_STATE;

/// The state machine of a share coordinator of this node.
type State = Shard<ShareWaiter>;
/// One coordinator and the partition that it writes.
pub(crate) type ShareShard = Coordinator<State>;
/// The coordinators of this node.
pub(crate) type ShareCoordinators = Coordinators<State>;

/// Who keeps a state.
#[derive(Clone, Debug)]
pub(crate) enum StateCoordinator {
    /// A shard of this node.
    Here(Arc<ShareShard>),
    /// Another node.
    At(BrokerId),
}

/// What the configuration says of share coordinators.
pub(crate) fn settings(config: &BrokerConfig) -> Settings {
    Settings {
        updates_per_snapshot: config.share.updates_per_snapshot,
        write_timeout: config.share.write_timeout,
        prune_interval: config.share.prune_interval,
        cold_interval: config.share.cold_interval,
    }
}

impl CoordinatorShard for State {
    type Settings = Settings;
    type Record = Record;
    type Answer = Answer<ShareWaiter>;
    const CONNECTION: u64 = u64::MAX - 2;

    fn new(settings: Settings) -> Self {
        Self::new(settings)
    }

    fn epoch(&self) -> Option<LeaderEpoch> {
        self.epoch()
    }

    fn start_loading(&mut self, _now: Now, epoch: LeaderEpoch) {
        self.start_loading(epoch);
    }

    fn read(
        bytes: &[u8],
        into: &mut Vec<(Offset, Record)>,
        _unreadable: &mut Unreadable,
    ) -> Result<Option<Offset>, String> {
        coordinator_log::read_share_states(bytes, into)
    }

    fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Record) {
        self.load(epoch, offset, record);
    }

    fn activate(&mut self, now: Now, epoch: LeaderEpoch, end: Offset, high_watermark: Offset) {
        self.activate(now, epoch, end, high_watermark);
    }

    fn stop(&mut self, _now: Now) {
        self.stop();
    }

    fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.on_high_watermark(high_watermark);
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.next_deadline()
    }

    fn take_answers(&mut self) -> Vec<Answer<ShareWaiter>> {
        self.take_answers()
    }
}

impl Broker {
    /// Asks the share coordinator of a group's partition, on whichever node; the answer goes to the waiter, here or later. No lock
    /// of a share partition may be held.
    pub(crate) fn ask_share_state(
        &self,
        now: Now,
        waiter: ShareWaiter,
        key: &Key,
        request: &Request<'_>,
        fx: &mut Effects,
    ) {
        let coordinator = self.share_coordinator(key, fx);
        // Where there is none yet, the first question of a cluster has its topic made, and waits for it.
        let is_here = matches!(coordinator, Ok(StateCoordinator::Here(_)));
        if !is_here || self.share_state_asks.waits_for(key) {
            self.ask_share_state_elsewhere(now, waiter, key, Wanted::of(request), fx);
        } else {
            self.ask_share_state_here(now, waiter, key, request, fx);
        }
    }

    /// As [`Self::ask_share_state`], of a coordinator on this node only.
    pub(crate) fn ask_share_state_here(
        &self,
        now: Now,
        waiter: ShareWaiter,
        key: &Key,
        request: &Request<'_>,
        fx: &mut Effects,
    ) {
        let error = match self.share_coordinator(key, fx) {
            Ok(StateCoordinator::Here(shard)) => {
                return self.call_share_shard(now, &shard, fx, |locked, append| {
                    locked.on_request(now, waiter, request, append);
                });
            }
            Ok(StateCoordinator::At(_)) => ErrorCode::NOT_COORDINATOR,
            Err(error) => error,
        };
        self.answer_share(now, waiter, request.failed(error), fx);
    }

    /// The coordinator of a group's partition.
    ///
    /// # Errors
    /// `COORDINATOR_NOT_AVAILABLE` while the topic, or `NOT_COORDINATOR` while a coordinator, is not there.
    pub(crate) fn share_coordinator(
        &self,
        key: &Key,
        fx: &mut Effects,
    ) -> Result<StateCoordinator, ErrorCode> {
        let image = self.image();
        let Some(topic) = image.topics().by_name(SHARE_GROUP_STATE) else {
            self.inbox.create_topics([SHARE_GROUP_STATE], fx);
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let count =
            i32::try_from(topic.partitions.len()).expect("partitions are numbered with i32");
        let index = group::coordinator_partition(&key.coordinator_key(), count);
        if let Some(shard) = self.share_coordinators.shard(index) {
            return Ok(StateCoordinator::Here(shard));
        }
        let partition = topic.partition(PartitionIndex(index));
        let leader = partition.and_then(|partition| partition.leader);
        let elsewhere = leader.filter(|leader| *leader != self.me);
        elsewhere
            .map(StateCoordinator::At)
            .ok_or(ErrorCode::NOT_COORDINATOR)
    }

    /// Handles the deadlines of a shard that have passed.
    pub(crate) fn share_states_on_time(&self, now: Now, shard: &ShareShard, fx: &mut Effects) {
        if shard.is_due(now) {
            self.call_share_shard(now, shard, fx, |locked, append| locked.on_time(now, append));
            self.prune_share_states(now, shard, fx);
        }
    }

    /// Records of a shard are committed.
    pub(crate) fn share_states_on_committed(&self, now: Now, shard: &ShareShard, fx: &mut Effects) {
        let answers = shard.on_committed(fx);
        self.answer_shares(now, answers, fx);
        self.prune_share_states(now, shard, fx);
    }

    /// Sends answers on their way. No lock of a share partition or coordinator may be held.
    pub(crate) fn answer_shares(
        &self,
        now: Now,
        answers: Vec<Answer<ShareWaiter>>,
        fx: &mut Effects,
    ) {
        for Answer { waiter, response } in answers {
            self.answer_share(now, waiter, response, fx);
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
            let locked = shard.lock();
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
        let partition = shard.partition();
        let prune = shard.lock().take_prune(partition.high_watermark());
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
        act: impl FnOnce(&mut State, &mut AppendTo<'_, State>),
    ) {
        let encode = |records: &[Record]| coordinator_log::share_batch(now, records);
        let answers = shard.act(self.logs(now), fx, encode, act);
        self.answer_shares(now, answers, fx);
    }
}
