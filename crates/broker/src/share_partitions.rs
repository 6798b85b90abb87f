//! The share partitions of this node: what each share group does with the partitions that this node leads.
//!
//! A share partition is loaded from its share coordinator when a member first fetches, and dropped when the leadership, the
//! state or the topic is another. It is called under its own lock; its writes are asked for when the lock is free.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Now, Ticket, TopicId};
use parking_lot::Mutex;
use partition::{Partition, Watch};
use share::{AcknowledgeBatch, Key, Request, SharePartition, ShareState, Write};

use crate::broker::Broker;
use crate::effects::Effects;
use crate::share_delivery::{FetchWanted, Look};
use crate::share_terms::CachedTerms;
use crate::share_waiter::{Beginning, ShareWaiter, told};

/// A state that could not be read, or was not begun yet, is read again after this.
const RETRY: Duration = Duration::from_millis(50);

/// A partition as one group consumes it.
#[derive(Debug)]
pub(crate) struct ShareReplica {
    key: Key,
    replica: Arc<Partition>,
    epoch: LeaderEpoch,
    /// Whether the phase is `Gone`, for those who do not want to wait for the lock.
    is_gone: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// Sessions that hear of the next change.
    watchers: Vec<(Arc<Watch>, u32)>,
    /// Who waits for which write.
    writes: BTreeMap<u64, Arc<Acknowledging>>,
    terms: CachedTerms,
    /// When its deadline is looked at, on the clock of `Now::mono`.
    planned: Option<Duration>,
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

/// The share partitions of this node, and what has to be begun for groups.
#[derive(Debug, Default)]
pub(crate) struct SharePartitions {
    table: Mutex<BTreeMap<Key, Arc<ShareReplica>>>,
    beginnings: Mutex<Vec<(Duration, Beginning)>>,
    /// Those in which members lose records at a time, or have an earlier deadline than they had.
    deadlines: Mutex<BTreeMap<(Duration, u64), Arc<ShareReplica>>>,
    last_deadline: AtomicU64,
    /// Connections that are gone, whose sessions are to be ended.
    ended: Mutex<Vec<u64>>,
}

impl SharePartitions {
    /// When the next one has work, on the clock of `Now::mono`.
    pub fn next_deadline(&self) -> Option<Duration> {
        let deadline = self
            .deadlines
            .lock()
            .first_key_value()
            .map(|((at, _), _)| *at);
        let beginnings = self.beginnings.lock();
        let ended = self.ended.lock().first().map(|_| Duration::ZERO);
        let all = deadline
            .into_iter()
            .chain(beginnings.iter().map(|(at, _)| *at));
        all.chain(ended).min()
    }

    /// Members lose records of a share partition at `deadline`. Only what comes before the one that is planned is planned: with
    /// that one the next is asked for.
    fn plan(
        &self,
        share: &Arc<ShareReplica>,
        planned: &mut Option<Duration>,
        deadline: Option<Duration>,
        fx: &mut Effects,
    ) {
        let Some(at) = deadline.filter(|at| planned.is_none_or(|planned| *at < planned)) else {
            return;
        };
        *planned = Some(at);
        let number = self.last_deadline.fetch_add(1, Ordering::Relaxed);
        let mut deadlines = self.deadlines.lock();
        deadlines.insert((at, number), Arc::clone(share));
        fx.wake_groups_by(Some(at));
    }

    /// A share partition whose deadline has passed.
    fn take_due(&self, now: Now) -> Option<(Duration, Arc<ShareReplica>)> {
        let mut deadlines = self.deadlines.lock();
        let first = deadlines.first_entry()?;
        let at = first.key().0;
        (at <= now.mono).then(|| (at, first.remove()))
    }

    /// The state of a group's partition is another: who fetches reads it anew.
    pub fn forget(&self, key: &Key, fx: &mut Effects) {
        let replica = self.table.lock().get(key).cloned();
        if let Some(replica) = replica {
            self.drop_replica(&replica, fx);
        }
    }

    fn drop_replica(&self, replica: &Arc<ShareReplica>, fx: &mut Effects) {
        // Before it makes room for another, which loads what this one has written.
        replica.give_up(fx);
        let mut table = self.table.lock();
        let known = table.get(&replica.key);
        if known.is_some_and(|known| Arc::ptr_eq(known, replica)) {
            table.remove(&replica.key);
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
    /// Whose state it is.
    pub fn key(&self) -> &Key {
        &self.key
    }

    fn is_of(&self, replica: &Arc<Partition>, epoch: LeaderEpoch) -> bool {
        self.epoch == epoch && Arc::ptr_eq(&self.replica, replica) && !self.is_gone()
    }

    /// Whether another has taken its place, or will.
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

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

    fn give_up(&self, fx: &mut Effects) {
        let mut inner = self.inner.lock();
        inner.phase = Phase::Gone;
        self.is_gone.store(true, Ordering::Release);
        inner.notify(fx);
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
        let (replica, epoch) = self.led_partition(topic, partition)?;
        let key = Key {
            group: Arc::clone(group),
            topic,
            partition,
        };
        let mut table = self.share_partitions.table.lock();
        if let Some(known) = table.get(&key).filter(|known| known.is_of(&replica, epoch)) {
            return Ok(Arc::clone(known));
        }
        let new = Arc::new(ShareReplica {
            key: key.clone(),
            replica,
            epoch,
            is_gone: AtomicBool::new(false),
            inner: Mutex::new(Inner {
                phase: Phase::Idle(Duration::ZERO),
                watchers: Vec::new(),
                writes: BTreeMap::new(),
                terms: CachedTerms::default(),
                planned: None,
            }),
        });
        table.insert(key, Arc::clone(&new));
        Ok(new)
    }

    /// As [`Self::share_replica`], if some member has fetched from it.
    ///
    /// # Errors
    /// `UNKNOWN_TOPIC_OR_PARTITION` where none has; else as there.
    pub(crate) fn fetched_share_replica(
        &self,
        group: &Arc<str>,
        topic: TopicId,
        partition: i32,
    ) -> Result<Arc<ShareReplica>, ErrorCode> {
        let (replica, epoch) = self.led_partition(topic, partition)?;
        let key = Key {
            group: Arc::clone(group),
            topic,
            partition,
        };
        let known = self.share_partitions.table.lock().get(&key).cloned();
        let known = known.filter(|known| known.is_of(&replica, epoch));
        known.ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
    }

    /// A partition that this node leads, and since which epoch.
    fn led_partition(
        &self,
        topic: TopicId,
        partition: i32,
    ) -> Result<(Arc<Partition>, LeaderEpoch), ErrorCode> {
        self.find_topic(true, "", topic)?;
        let replica = self.find_partition(topic, partition)?;
        let leader = replica.current_leader();
        let (_, epoch) = leader
            .filter(|(leader, _)| *leader == self.me)
            .ok_or(ErrorCode::NOT_LEADER_OR_FOLLOWER)?;
        Ok((replica, epoch))
    }

    /// A session does not fetch from a share partition any more. Clients name groups as they like: what none of them uses is not
    /// kept.
    pub(crate) fn let_go_of_share(&self, share: &Arc<ShareReplica>, fx: &mut Effects) {
        let inner = share.inner.lock();
        let is_unused = !matches!(inner.phase, Phase::Ready(_)) && inner.watchers.is_empty();
        drop(inner);
        if is_unused {
            self.share_partitions.drop_replica(share, fx);
        }
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
        let mut locked = share.inner.lock();
        let inner = &mut *locked;
        let terms = self.share_terms(&mut inner.terms, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            return Look::Nothing(None);
        };
        let place = (&*share.replica, &mut **partition);
        let look = self.deliver(now, place, member, (watch, slot), (wanted, &terms));
        let deadline = partition.next_deadline();
        self.share_partitions
            .plan(share, &mut inner.planned, deadline, fx);
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
        let terms = self.share_terms(&mut inner.terms, &share.key.group);
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
        let dead_letters = partition.take_dead_letters();
        inner.phase = Phase::Ready(Box::new(partition));
        drop(inner);
        self.keep_dead_letters(now, share, dead_letters, &terms.limits, fx);
        if let Some(write) = announcement {
            self.write_share(now, share, &write, fx);
        }
        None
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
        let terms = self.share_terms(&mut inner.terms, &share.key.group);
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
        let terms = self.share_terms(&mut inner.terms, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            drop(inner);
            self.let_go_of_share(share, fx);
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
        let mut error = result.err().unwrap_or(ErrorCode::NONE);
        let mut locked = share.inner.lock();
        let inner = &mut *locked;
        match &mut inner.phase {
            Phase::Ready(partition) => {
                partition.on_written(now.mono, id, error.is_none());
                let deadline = partition.next_deadline();
                let letters = partition.take_dead_letters();
                self.share_partitions
                    .plan(share, &mut inner.planned, deadline, fx);
                if !letters.is_empty() {
                    let terms = self.share_terms(&mut inner.terms, &share.key.group);
                    self.keep_dead_letters(now, share, letters, &terms.limits, fx);
                }
            }
            // Another may have read the state before this was written: the records may come again.
            _ if error.is_none() => error = ErrorCode::NOT_LEADER_OR_FOLLOWER,
            _ => {}
        }
        if let Some(acknowledging) = inner.writes.remove(&id) {
            *acknowledging.result.lock() = Some(told(error));
            fx.wakes.extend(acknowledging.ticket);
        }
        inner.notify(fx);
        drop(locked);
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

    /// Records that the group gave up are in its dead letter queue, or were tried in vain.
    pub(crate) fn on_dead_letters(
        &self,
        now: Now,
        share: &Arc<ShareReplica>,
        (first, last): (i64, i64),
        fx: &mut Effects,
    ) {
        let mut inner = share.inner.lock();
        let Phase::Ready(partition) = &mut inner.phase else {
            return;
        };
        let write = partition.on_dead_letters(first, last);
        inner.notify(fx);
        drop(inner);
        if let Some(write) = write {
            self.write_share(now, share, &write, fx);
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
        while let Some((at, share)) = self.share_partitions.take_due(now) {
            self.share_partition_on_time(now, at, &share, fx);
        }
    }

    /// Members lose what they have had for too long of one share partition.
    fn share_partition_on_time(
        &self,
        now: Now,
        at: Duration,
        share: &Arc<ShareReplica>,
        fx: &mut Effects,
    ) {
        let mut locked = share.inner.lock();
        let inner = &mut *locked;
        if inner.planned != Some(at) {
            return;
        }
        inner.planned = None;
        let terms = self.share_terms(&mut inner.terms, &share.key.group);
        let Phase::Ready(partition) = &mut inner.phase else {
            return;
        };
        let write = partition.on_time(now.mono, &terms.limits);
        let deadline = partition.next_deadline();
        self.share_partitions
            .plan(share, &mut inner.planned, deadline, fx);
        drop(locked);
        if let Some(write) = write {
            self.write_share(now, share, &write, fx);
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
