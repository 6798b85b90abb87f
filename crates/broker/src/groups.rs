//! The group coordinators of this node: one shard per partition of `__consumer_offsets` that it leads.
//!
//! Answers leave through [`Effects::group_answers`].

use std::time::Duration;

use config::BrokerConfig;
use group::{
    Answer, Assignor, DeletedTopic, Logged, LookedUp, MigrationPolicy, Record, Request, Shard,
    ShareStep, Waiter,
};
use metadata::Image;
use model::{ErrorCode, LeaderEpoch, Now, Offset};
use partition::{Logs, OwnAppend, TxnMarker, VerificationGuard};
use transaction::Producer;

use crate::coordinator_log::{self, Unreadable};
use crate::coordinators::{AppendTo, Coordinator, CoordinatorShard, Coordinators};
use crate::effects::Effects;

/// One coordinator and the partition that it writes.
pub(crate) type GroupShard = Coordinator<Shard>;
/// The coordinators of this node.
pub(crate) type Groups = Coordinators<Shard>;

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
        share_max_size: config.groups.share_max_size as usize,
        share_session_timeout: config.groups.share_session_timeout,
        share_initialize_retry: config.groups.share_initialize_retry,
        streams_max_size: config.groups.streams_max_size as usize,
        streams_session_timeout: config.groups.streams_session_timeout,
        max_offset_metadata: config.offsets.metadata_max_bytes,
        offsets_retention: config.offsets.retention,
        retention_check_interval: config.offsets.retention_check_interval,
    }
}

impl CoordinatorShard for Shard {
    type Settings = group::Settings;
    type Record = Record;
    type Answer = Answer;
    const CONNECTION: u64 = u64::MAX;

    fn new(settings: group::Settings) -> Self {
        Self::new(settings)
    }

    fn epoch(&self) -> Option<LeaderEpoch> {
        self.epoch()
    }

    fn start_loading(&mut self, now: Now, epoch: LeaderEpoch) {
        self.start_loading(now, epoch);
    }

    fn read(
        bytes: &[u8],
        into: &mut Vec<(Offset, Record)>,
        unreadable: &mut Unreadable,
    ) -> Result<Option<Offset>, String> {
        coordinator_log::read(bytes, into, unreadable)
    }

    fn load(&mut self, epoch: LeaderEpoch, offset: Offset, record: &Record) {
        self.load(epoch, offset, record);
    }

    fn activate(&mut self, now: Now, epoch: LeaderEpoch, end: Offset, high_watermark: Offset) {
        self.activate(now, epoch, end, high_watermark);
    }

    fn stop(&mut self, now: Now) {
        self.stop(now);
    }

    fn on_high_watermark(&mut self, high_watermark: Offset) {
        self.on_high_watermark(high_watermark);
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.next_deadline()
    }

    fn take_answers(&mut self) -> Vec<Answer> {
        self.take_answers()
    }
}

impl GroupShard {
    /// Lets the shard handle a request; answers go to `fx`.
    pub fn request(&self, logs: Logs<'_>, waiter: Waiter, request: &Request<'_>, fx: &mut Effects) {
        self.call(logs, fx, |shard, append| {
            shard.on_request(logs.now, waiter, request, append)
        });
    }

    /// As [`Self::request`], for what a producer commits within its transaction: the records are a batch of that producer. `false`
    /// if a transaction of it has ended here since the verification of `guard` began: nothing is done then.
    pub fn transactional_request(
        &self,
        logs: Logs<'_>,
        waiter: Waiter,
        (request, producer): (&Request<'_>, Producer),
        guard: Option<&VerificationGuard>,
        fx: &mut Effects,
    ) -> bool {
        let mut is_taken = false;
        self.call_as(logs, Some(producer), fx, |shard, append| {
            // Transactions end under the lock of the shard, which is held here.
            is_taken = guard.is_none_or(|guard| self.partition().holds(guard));
            if is_taken {
                shard.on_request(logs.now, waiter, request, append);
            }
        });
        is_taken
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
        let mut shard = self.lock();
        let epoch = shard.logged().and_then(|_| shard.epoch());
        let epoch = epoch.ok_or(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS)?;
        let partition = self.partition();
        let appended = partition.append_marker(logs, marker, &mut fx.wakes)?;
        let end = Record::TransactionEnd {
            producer: marker.producer_id,
            committed: marker.is_committed,
        };
        shard.load(epoch, appended.base_offset, &end);
        let committed = partition.commit_or_wait(appended.end, self.ticket());
        shard.on_high_watermark(committed);
        fx.group_answers.extend(shard.take_answers());
        Ok(appended)
    }

    /// Takes in a step in the account of a share group's states that nobody waits for.
    pub fn share_step(&self, logs: Logs<'_>, group: &str, step: &ShareStep<'_>, fx: &mut Effects) {
        self.call(logs, fx, |shard, append| {
            shard.on_share_step(logs.now, group, step, append);
        });
    }

    /// Looks at what the log says, if the shard is active.
    pub fn look<T>(&self, look: impl FnOnce(&Logged) -> T) -> Option<T> {
        self.lock().logged().map(look)
    }

    /// Handles the shard's deadlines if one has passed.
    pub fn on_time(&self, logs: Logs<'_>, image: &Image, fx: &mut Effects) {
        if self.is_due(logs.now) {
            self.call(logs, fx, |shard, append| {
                shard.on_time(logs.now, image, append)
            });
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

    /// Records of the shard are committed, or it was loaded.
    pub fn group_committed(&self, fx: &mut Effects) {
        let answers = self.on_committed(fx);
        fx.share_work.extend(self.lock().take_share_work());
        fx.group_answers.extend(answers);
    }

    fn call(
        &self,
        logs: Logs<'_>,
        fx: &mut Effects,
        act: impl FnOnce(&mut Shard, &mut AppendTo<'_, Shard>),
    ) {
        self.call_as(logs, None, fx, act);
    }

    fn call_as(
        &self,
        logs: Logs<'_>,
        producer: Option<Producer>,
        fx: &mut Effects,
        act: impl FnOnce(&mut Shard, &mut AppendTo<'_, Shard>),
    ) {
        let encode = |records: &[Record]| coordinator_log::batch(logs.now, records, producer);
        let (mut work, mut lookups, mut topics) = (Vec::new(), Vec::new(), Vec::new());
        let answers = self.act(logs, fx, encode, |shard, append| {
            act(shard, append);
            work = shard.take_share_work();
            lookups = shard.take_lookups();
            topics = shard.take_internal_topics();
        });
        fx.internal_topics.extend(topics);
        fx.share_work.extend(work);
        let lookups = lookups.into_iter();
        fx.lookups
            .extend(lookups.map(|lookup| (self.index(), lookup)));
        fx.group_answers.extend(answers);
    }
}
