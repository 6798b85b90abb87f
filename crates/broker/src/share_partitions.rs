//! The share partitions of this node: what each share group does with the partitions that this node leads.
//!
//! A share partition is loaded from its share coordinator when a member first fetches, and dropped when the leadership, the
//! state or the topic is another. It is called under its own lock; its writes are asked for when the lock is free.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use config::{GroupConfig, OffsetReset};
use metadata::ConfigResourceType;
use model::{ErrorCode, LeaderEpoch, Now, Offset, Ticket, TimestampMs, TopicId};
use parking_lot::Mutex;
use partition::{FetchFrom, FetchRead, Isolation, NoRead, OffsetQuery, Partition, Watch};
use share::{
    AcknowledgeBatch, Acquired, Key, Limits, Request, SharePartition, ShareState, Wanted, Write,
};
use storage::disk::FileSlice;

use crate::broker::Broker;
use crate::effective::texts;
use crate::effects::Effects;
use crate::share_fetched::{self, FetchedBatches};
use crate::share_waiter::{Beginning, ShareWaiter};

/// A state that could not be read, or was not begun yet, is read again after this.
const RETRY: Duration = Duration::from_millis(50);

/// Reads in one look that found nothing for the group to see.
const MAX_READS: usize = 16;

/// A partition as one group consumes it.
#[derive(Debug)]
pub(crate) struct ShareReplica {
    key: Key,
    replica: Arc<Partition>,
    epoch: LeaderEpoch,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// Sessions that hear of the next change.
    watchers: Vec<(Arc<Watch>, u32)>,
    /// Who waits for which write.
    writes: BTreeMap<u64, Arc<Acknowledging>>,
    /// What the group's configurations say, as of an image.
    terms: Option<(Option<Offset>, Terms)>,
}

#[derive(Debug)]
enum Phase {
    /// Its state is to be read, not before a time.
    Idle(Duration),
    /// Its state is being read.
    Asked,
    /// Its state was read; where it starts is to be found out.
    Known(Arc<ShareState>),
    Ready(Box<SharePartition>),
    /// It may not write any more.
    Gone,
}

/// What holds for a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Limits of its deliveries.
    pub limits: Limits,
    isolation: Isolation,
    reset: OffsetReset,
}

/// Acknowledgements that are being written.
#[derive(Debug)]
pub(crate) struct Acknowledging {
    ticket: Option<Ticket>,
    result: Mutex<Option<ErrorCode>>,
}

impl Acknowledging {
    /// The outcome, if it is known.
    pub fn result(&self) -> Option<ErrorCode> {
        *self.result.lock()
    }
}

/// What a member fetches of one partition.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FetchWanted {
    /// Most bytes of records.
    pub max_bytes: usize,
    /// Whether one batch is returned even if it is larger.
    pub min_one_batch: bool,
    /// How many records.
    pub wanted: Wanted,
    /// Whether the answer may wait for the device.
    pub may_wait: bool,
    /// Only how many bytes there are is asked.
    pub only_looks: bool,
}

/// What a look at a share partition found.
#[derive(Debug)]
pub(crate) enum Look {
    /// Nothing yet; look again at a change, or at a time.
    Nothing(Option<Duration>),
    /// The log is not open.
    NotOpen,
    /// These bytes have to be brought into memory first.
    Cold(FileSlice),
    /// Kafka's error.
    Refused(ErrorCode),
    /// So many bytes.
    Bytes(usize),
    /// Records that the member has from here on, and the batches that hold them.
    Records(FileSlice, Vec<Acquired>),
}

/// The share partitions of this node, and what has to be begun for groups.
#[derive(Debug, Default)]
pub(crate) struct SharePartitions {
    table: Mutex<BTreeMap<Key, Arc<ShareReplica>>>,
    beginnings: Mutex<Vec<(Duration, Beginning)>>,
    /// Connections that are gone, whose sessions are to be ended.
    ended: Mutex<Vec<u64>>,
}

impl SharePartitions {
    /// When the next one has work, on the clock of `Now::mono`.
    pub fn next_deadline(&self) -> Option<Duration> {
        let replicas = self.all();
        let of_replicas = replicas
            .iter()
            .filter_map(|replica| replica.next_deadline());
        let beginnings = self.beginnings.lock();
        let ended = self.ended.lock().first().map(|_| Duration::ZERO);
        let all = of_replicas.chain(beginnings.iter().map(|(at, _)| *at));
        all.chain(ended).min()
    }

    fn all(&self) -> Vec<Arc<ShareReplica>> {
        self.table.lock().values().cloned().collect()
    }

    /// The state of a group's partition is another: who fetches reads it anew.
    pub fn forget(&self, key: &Key, fx: &mut Effects) {
        let replica = self.table.lock().remove(key);
        if let Some(replica) = replica {
            replica.give_up(fx);
        }
    }

    /// Topics are gone.
    pub fn forget_topics(&self, topics: &BTreeSet<TopicId>, fx: &mut Effects) {
        let keys: Vec<Key> = {
            let table = self.table.lock();
            let gone = table.keys().filter(|key| topics.contains(&key.topic));
            gone.cloned().collect()
        };
        keys.iter().for_each(|key| self.forget(key, fx));
    }

    /// A state is to be begun at a time.
    pub fn begin_later(&self, at: Duration, beginning: Beginning) {
        self.beginnings.lock().push((at, beginning));
    }

    /// The states whose time has come.
    pub fn take_beginnings(&self, now: Now) -> Vec<Beginning> {
        let mut beginnings = self.beginnings.lock();
        let due = beginnings.extract_if(.., |(at, _)| *at <= now.mono);
        due.map(|(_, beginning)| beginning).collect()
    }
}

impl ShareReplica {
    /// The partition.
    pub fn replica(&self) -> &Arc<Partition> {
        &self.replica
    }

    /// A session does not want to hear of changes any more.
    pub fn unwatch(&self, watch: &Arc<Watch>, slot: u32) {
        let mut inner = self.inner.lock();
        let is_it = |(known, of): &(Arc<Watch>, u32)| *of == slot && Arc::ptr_eq(known, watch);
        inner.watchers.retain(|watcher| !is_it(watcher));
        drop(inner);
        self.replica.unwatch(watch, slot);
    }

    /// The share coordinator has read the state.
    pub fn on_loaded(
        &self,
        now: Now,
        state: Result<Option<Arc<ShareState>>, ErrorCode>,
        fx: &mut Effects,
    ) {
        let mut inner = self.inner.lock();
        if !matches!(inner.phase, Phase::Asked) {
            return;
        }
        inner.phase = match state {
            Ok(Some(state)) => Phase::Known(state),
            // The group has not begun yet, or its coordinator is not there.
            Ok(None) | Err(_) => Phase::Idle(now.mono + RETRY),
        };
        inner.notify(fx);
    }

    fn next_deadline(&self) -> Option<Duration> {
        match &self.inner.lock().phase {
            Phase::Ready(partition) => partition.next_deadline(),
            _ => None,
        }
    }

    fn give_up(&self, fx: &mut Effects) {
        let mut inner = self.inner.lock();
        inner.phase = Phase::Gone;
        inner.notify(fx);
    }

    fn is_gone(&self) -> bool {
        matches!(self.inner.lock().phase, Phase::Gone)
    }
}

impl Inner {
    /// Wakes the sessions that watch; they look, and watch again.
    fn notify(&mut self, fx: &mut Effects) {
        for (watch, slot) in self.watchers.drain(..) {
            watch.notify(slot, &mut fx.wakes);
        }
    }

    fn watch(&mut self, watch: &Arc<Watch>, slot: u32) {
        let is_known = |(known, of): &(Arc<Watch>, u32)| *of == slot && Arc::ptr_eq(known, watch);
        if !self.watchers.iter().any(is_known) {
            self.watchers.push((Arc::clone(watch), slot));
        }
    }
}

impl Broker {
    /// The share partition of a group, on this node.
    ///
    /// # Errors
    /// `UNKNOWN_TOPIC_OR_PARTITION`, `UNKNOWN_TOPIC_ID`, `NOT_LEADER_OR_FOLLOWER`.
    pub(crate) fn share_replica(
        &self,
        group: &Arc<str>,
        topic: TopicId,
        partition: i32,
    ) -> Result<Arc<ShareReplica>, ErrorCode> {
        self.find_topic(true, "", topic)?;
        let replica = self.find_partition(topic, partition)?;
        let leader = replica.current_leader();
        let (_, epoch) = leader
            .filter(|(leader, _)| *leader == self.me)
            .ok_or(ErrorCode::NOT_LEADER_OR_FOLLOWER)?;
        let key = Key {
            group: Arc::clone(group),
            topic,
            partition,
        };
        let mut table = self.share_partitions.table.lock();
        if let Some(known) = table.get(&key)
            && known.epoch == epoch
            && Arc::ptr_eq(&known.replica, &replica)
            && !known.is_gone()
        {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(ShareReplica {
            key: key.clone(),
            replica,
            epoch,
            inner: Mutex::new(Inner {
                phase: Phase::Idle(Duration::ZERO),
                watchers: Vec::new(),
                writes: BTreeMap::new(),
                terms: None,
            }),
        });
        table.insert(key, Arc::clone(&new));
        Ok(new)
    }

    /// Looks for records that a member may have.
    pub(crate) fn look_at_share(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        member: &Arc<str>,
        (watch, slot): (&Arc<Watch>, u32),
        wanted: &FetchWanted,
        fx: &mut Effects,
    ) -> Look {
        if let Some(look) = self.load_share(now, share, (watch, slot), fx) {
            return look;
        }
        let mut inner = share.inner.lock();
        let terms = self.share_terms(&mut inner, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            return Look::Nothing(None);
        };
        let look = self.deliver(
            now,
            share,
            partition,
            member,
            (watch, slot),
            (wanted, &terms),
        );
        fx.wake_groups_by(partition.next_deadline());
        look
    }

    /// What keeps the share partition from being used; `None` once it is loaded.
    fn load_share(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        (watch, slot): (&Arc<Watch>, u32),
        fx: &mut Effects,
    ) -> Option<Look> {
        let mut inner = share.inner.lock();
        inner.watch(watch, slot);
        if let Phase::Idle(at) = inner.phase {
            if at > now.mono {
                return Some(Look::Nothing(Some(at)));
            }
            inner.phase = Phase::Asked;
            drop(inner);
            let request = Request::Read {
                key: &share.key,
                leader_epoch: share.epoch.0,
            };
            let waiter = ShareWaiter::Load(Arc::clone(share));
            self.ask_share_state(now, waiter, &share.key, &request, fx);
            inner = share.inner.lock();
            inner.watch(watch, slot);
        }
        let Phase::Known(state) = &inner.phase else {
            return match &inner.phase {
                Phase::Ready(_) => None,
                Phase::Idle(at) => Some(Look::Nothing(Some(*at))),
                Phase::Gone => Some(Look::Refused(ErrorCode::NOT_LEADER_OR_FOLLOWER)),
                Phase::Asked | Phase::Known(_) => Some(Look::Nothing(None)),
            };
        };
        let state = Arc::clone(state);
        let terms = self.share_terms(&mut inner, &share.key.group);
        let start = match state.start {
            Some(start) => start,
            None if !share.replica.is_ready(now) => return Some(Look::NotOpen),
            None => match self.share_start(now, &share.replica, &terms) {
                Ok(start) => start,
                Err(error) => return Some(Look::Refused(error)),
            },
        };
        let mut partition = match SharePartition::load(&state, start, share.epoch.0) {
            Ok(partition) => partition,
            Err(error) => return Some(Look::Refused(error)),
        };
        let announcement = state.start.is_none().then(|| partition.announce());
        inner.phase = Phase::Ready(Box::new(partition));
        drop(inner);
        if let Some(write) = announcement {
            self.write_share(now, share, &write, fx);
        }
        None
    }

    /// Where a group begins with a partition.
    fn share_start(&self, now: Now, replica: &Partition, terms: &Terms) -> Result<i64, ErrorCode> {
        let list = |query| {
            self.with_codecs(|codecs| {
                replica.list_offset(self.logs(now), codecs, query, None, terms.isolation)
            })
        };
        let found = match terms.reset {
            OffsetReset::Latest => None,
            OffsetReset::Earliest => list(OffsetQuery::Earliest)?.offset,
            OffsetReset::Since(age) => {
                let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
                let time = TimestampMs(now.wall.0.saturating_sub(age));
                list(OffsetQuery::Timestamp(time))?.offset
            }
        };
        let found = match found {
            Some(offset) => Some(offset),
            None => list(OffsetQuery::Latest)?.offset,
        };
        Ok(found.map_or(0, |offset| offset.0))
    }

    /// What holds for a group: its own configurations over those of this broker.
    fn share_terms(&self, inner: &mut Inner, group: &str) -> Terms {
        let image = self.image();
        let moment = image.provenance().map(|moment| moment.offset);
        if let Some((of, terms)) = inner.terms
            && of == moment
        {
            return terms;
        }
        let config = self.group_config(group);
        let terms = Terms {
            limits: Limits {
                lock: config.share_record_lock,
                max_deliveries: config.share_delivery_limit,
                max_locks: config.share_max_record_locks,
                may_renew: config.share_may_renew,
            },
            isolation: if config.share_reads_committed {
                Isolation::ReadCommitted
            } else {
                Isolation::ReadUncommitted
            },
            reset: config.share_offset_reset,
        };
        inner.terms = Some((moment, terms));
        terms
    }

    /// The configurations that count for a group.
    pub(crate) fn group_config(&self, group: &str) -> GroupConfig {
        let current = self.effective.now();
        let overrides = texts(&self.image(), ConfigResourceType::GROUP, group);
        let config = GroupConfig::resolve(&current.broker, &overrides);
        // The controller has let these values in; where they do not read, the broker's own count.
        let config = config.or_else(|_| GroupConfig::resolve(&current.broker, &Default::default()));
        config.expect("the broker's own configurations were read at its start")
    }

    fn deliver(
        &self,
        now: Now,
        share: &ShareReplica,
        partition: &mut SharePartition,
        member: &Arc<str>,
        watch: (&Arc<Watch>, u32),
        (wanted, terms): (&FetchWanted, &Terms),
    ) -> Look {
        for _ in 0..MAX_READS {
            if !partition.can_acquire(&terms.limits) {
                return Look::Nothing(None);
            }
            let offset = partition.next_fetch_offset();
            let from = FetchFrom {
                offset: Offset(offset),
                current_leader_epoch: Some(share.epoch),
                last_fetched_epoch: None,
                max_bytes: wanted.max_bytes,
                min_one_batch: wanted.min_one_batch,
                isolation: terms.isolation,
                may_wait: wanted.may_wait,
            };
            let read = match share.replica.read(self.logs(now), &from, Some(watch)) {
                Ok(read) => read,
                Err(NoRead::NotOpen) => return Look::NotOpen,
                Err(NoRead::Cold(slice)) => return Look::Cold(slice),
                Err(NoRead::Refused(ErrorCode::OFFSET_OUT_OF_RANGE)) => {
                    match self.skip_to_log_start(now, share, partition, terms) {
                        Ok(true) => continue,
                        Ok(false) => return Look::Refused(ErrorCode::OFFSET_OUT_OF_RANGE),
                        Err(error) => return Look::Refused(error),
                    }
                }
                Err(NoRead::Refused(error)) => return Look::Refused(error),
            };
            partition.on_log_start(read.log_start_offset.0);
            let batches = match batches_of(&read, offset) {
                Ok(Some(batches)) => batches,
                Ok(None) => return Look::Nothing(None),
                Err(error) => return Look::Refused(error),
            };
            if wanted.only_looks {
                return Look::Bytes(batches.visible_bytes());
            }
            let acquired = partition.acquire(
                now.mono,
                member,
                wanted.wanted,
                batches.all(),
                &terms.limits,
            );
            if let Some(slice) = acquired
                .first()
                .zip(acquired.last())
                .and_then(|(first, last)| batches.slice(first.first, last.last))
            {
                return Look::Records(slice, acquired);
            }
            if partition.next_fetch_offset() <= offset {
                return Look::Nothing(None);
            }
        }
        Look::Nothing(Some(now.mono))
    }

    /// Retention has overtaken the group; whether that is why nothing could be read.
    fn skip_to_log_start(
        &self,
        now: Now,
        share: &ShareReplica,
        partition: &mut SharePartition,
        terms: &Terms,
    ) -> Result<bool, ErrorCode> {
        let earliest = self.with_codecs(|codecs| {
            let query = OffsetQuery::Earliest;
            (share.replica).list_offset(self.logs(now), codecs, query, None, terms.isolation)
        })?;
        let before = partition.next_fetch_offset();
        partition.on_log_start(earliest.offset.map_or(0, |offset| offset.0));
        Ok(partition.next_fetch_offset() > before)
    }

    /// Takes in what a member says of records that it has: the outcome, or what to wait for.
    pub(crate) fn acknowledge_share(
        &self,
        now: Now,
        ticket: Ticket,
        (share, member): (&Arc<ShareReplica>, &str),
        batches: &[AcknowledgeBatch],
        fx: &mut Effects,
    ) -> Result<Option<Arc<Acknowledging>>, ErrorCode> {
        let mut inner = share.inner.lock();
        let terms = self.share_terms(&mut inner, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            return Err(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        };
        let write = partition.acknowledge(now.mono, member, batches, &terms.limits)?;
        let Some(write) = write else {
            return Ok(None);
        };
        let acknowledging = Arc::new(Acknowledging {
            ticket: Some(ticket),
            result: Mutex::new(None),
        });
        inner.writes.insert(write.id, Arc::clone(&acknowledging));
        drop(inner);
        self.write_share(now, share, &write, fx);
        Ok(Some(acknowledging))
    }

    /// What a member had is available again.
    pub(crate) fn release_share(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        member: &str,
        fx: &mut Effects,
    ) {
        let mut inner = share.inner.lock();
        let terms = self.share_terms(&mut inner, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            return;
        };
        let write = partition.release(member, &terms.limits);
        drop(inner);
        if let Some(write) = write {
            self.write_share(now, share, &write, fx);
        }
    }

    fn write_share(&self, now: Now, share: &Arc<ShareReplica>, write: &Write, fx: &mut Effects) {
        let request = Request::Write {
            key: &share.key,
            state_epoch: write.state_epoch,
            leader_epoch: write.leader_epoch,
            start: Some(write.start),
            complete: write.complete,
            batches: &write.batches,
        };
        let waiter = ShareWaiter::Write(Arc::clone(share), write.id);
        self.ask_share_state(now, waiter, &share.key, &request, fx);
    }

    /// A write is committed, or refused.
    pub(crate) fn on_share_written(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        id: u64,
        result: Result<(), ErrorCode>,
        fx: &mut Effects,
    ) {
        let error = result.err().unwrap_or(ErrorCode::NONE);
        let mut inner = share.inner.lock();
        if let Phase::Ready(partition) = &mut inner.phase {
            partition.on_written(now.mono, id, error.is_none());
            fx.wake_groups_by(partition.next_deadline());
        }
        if let Some(acknowledging) = inner.writes.remove(&id) {
            *acknowledging.result.lock() = Some(error);
            fx.wakes.extend(acknowledging.ticket);
        }
        inner.notify(fx);
        drop(inner);
        let is_fenced = matches!(
            error,
            ErrorCode::FENCED_STATE_EPOCH
                | ErrorCode::FENCED_LEADER_EPOCH
                | ErrorCode::INVALID_REQUEST
        );
        if is_fenced {
            // The state is another: whoever fetches next reads it.
            share.give_up(fx);
        }
    }

    /// Members lose what they have had for too long, sessions of connections that are gone end, and what could not be begun
    /// is begun.
    pub(crate) fn share_partitions_on_time(&self, now: Now, fx: &mut Effects) {
        self.begin_share_states_again(now, fx);
        let ended = std::mem::take(&mut *self.share_partitions.ended.lock());
        for connection in ended {
            for session in self.share_sessions.take_of_connection(connection) {
                let replicas = session.state.lock().clear();
                for share in replicas {
                    self.release_share(now, &share, &session.member, fx);
                }
            }
        }
        for share in self.share_partitions.all() {
            let mut inner = share.inner.lock();
            let terms = self.share_terms(&mut inner, &share.key.group);
            let Phase::Ready(partition) = &mut inner.phase else {
                continue;
            };
            let write = partition.on_time(now.mono, &terms.limits);
            drop(inner);
            if let Some(write) = write {
                self.write_share(now, &share, &write, fx);
            }
        }
    }

    /// A connection is gone, with the share sessions on it.
    pub(crate) fn end_share_sessions_of(&self, connection: u64, fx: &mut Effects) {
        if self.share_sessions.has_connection(connection) {
            self.share_partitions.ended.lock().push(connection);
            fx.wake_groups_by(Some(Duration::ZERO));
        }
    }
}

/// The batches that were read; `None` if there are none.
fn batches_of(read: &FetchRead, from: i64) -> Result<Option<FetchedBatches>, ErrorCode> {
    let Some(slice) = &read.slice else {
        return Ok(None);
    };
    let bytes = slice.read().map_err(|_| ErrorCode::KAFKA_STORAGE_ERROR)?;
    let batches = share_fetched::parse(slice.clone(), &bytes, &read.aborted, from);
    Ok(Some(batches).filter(|batches| !batches.all().is_empty()))
}
