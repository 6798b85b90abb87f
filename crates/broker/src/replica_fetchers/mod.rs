//! Copies of partitions that other nodes lead (KIP-227, KIP-595).
//!
//! ```text
//!   image -> follow, leave -> Fetcher -> ask: Fetch, ListOffsets -> leader
//!                               ^                                      |
//!                               +-- on IO thread: append, cut <- on_fetch_answer
//! ```
//!
//! One fetcher, connection and fetch session for each leader and each of `num.replica.fetchers`. Nothing here looks at a
//! partition in which nothing happens: the leader answers with those that have news, and a request names those that have moved.
//! Appends are made on an IO thread, so that a disk that is slow holds up no client's connection.

mod apply;
mod fetcher;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, ErrorCode, LeaderEpoch, Now, Offset, Ticket, TopicIdPartition};
use parking_lot::Mutex;
use partition::{FetchPosition, NoReplication, Partition, Replicated};
use storage::disk::DiskDone;

use crate::asks::{Ask, AskRequest, AskToken, Lane, Unanswered};
use crate::broker::Broker;
use crate::effects::Effects;
use apply::{Done, Item, Outcome, Work};
use fetcher::{Edge, Fetcher, Stage, Step};
use requests::Answered;

/// The "connection" of tickets that name partitions of fetchers.
pub(crate) const CONNECTION: u64 = u64::MAX - 3;
/// Tokens of jobs have this bit, so that the ends of other operations are told apart.
const JOB_TOKEN: u64 = 1 << 58;

/// The fetchers of this node.
#[derive(Debug, Default)]
pub(crate) struct ReplicaFetchers {
    table: Mutex<Table>,
    jobs: Mutex<BTreeMap<u64, Job>>,
}

/// What is done of a fetcher's answers, by the token of the job.
type Job = (u32, Arc<Mutex<Outcome>>, Vec<TopicIdPartition>);

#[derive(Debug, Default)]
struct Table {
    /// By their ids. They are as many as there are leaders, times `num.replica.fetchers`.
    fetchers: Vec<Arc<Mutex<Fetcher>>>,
    by_leader: BTreeMap<(BrokerId, u16), u32>,
    /// Which fetcher a partition is with.
    assigned: BTreeMap<TopicIdPartition, u32>,
    /// Fetchers whose partitions have changed in this turn.
    touched: BTreeSet<u32>,
    next_number: u64,
}

impl Table {
    fn of_leader(&mut self, leader: BrokerId, lane: u16) -> u32 {
        let next = u32::try_from(self.fetchers.len()).expect("leaders are numbered with i32");
        let id = *self.by_leader.entry((leader, lane)).or_insert(next);
        if id == next {
            let fetcher = Fetcher::new(id, leader, lane);
            self.fetchers.push(Arc::new(Mutex::new(fetcher)));
        }
        id
    }
}

impl ReplicaFetchers {
    /// Whether `token` is that of a job of a fetcher.
    pub fn is_job(token: u64) -> bool {
        token & JOB_TOKEN != 0
    }

    fn fetcher(&self, id: u32) -> Option<Arc<Mutex<Fetcher>>> {
        self.table.lock().fetchers.get(id as usize).cloned()
    }

    fn all(&self) -> Vec<Arc<Mutex<Fetcher>>> {
        self.table.lock().fetchers.clone()
    }

    fn next_number(&self) -> u64 {
        let mut table = self.table.lock();
        table.next_number += 1;
        table.next_number
    }

    /// The partition is copied from `leader`, who leads in `epoch`; `lanes` is `num.replica.fetchers`.
    pub fn follow(
        &self,
        partition: &Arc<Partition>,
        leader: BrokerId,
        epoch: LeaderEpoch,
        lanes: u32,
    ) {
        let id = partition.id();
        let mut table = self.table.lock();
        let fetcher = table.of_leader(leader, lane_of(id, lanes));
        table.touched.insert(fetcher);
        let before = table.assigned.insert(id, fetcher);
        let before = before.filter(|before| *before != fetcher);
        let before = before.map(|before| (before, Arc::clone(&table.fetchers[before as usize])));
        let after = Arc::clone(&table.fetchers[fetcher as usize]);
        if let Some((before, _)) = &before {
            table.touched.insert(*before);
        }
        drop(table);
        if let Some((_, before)) = before {
            before.lock().leave(id);
        }
        after.lock().follow(partition, epoch);
    }

    /// The partition is not copied from anybody.
    pub fn leave(&self, id: TopicIdPartition) {
        let mut table = self.table.lock();
        let Some(fetcher) = table.assigned.remove(&id) else {
            return;
        };
        table.touched.insert(fetcher);
        let fetcher = Arc::clone(&table.fetchers[fetcher as usize]);
        drop(table);
        fetcher.lock().leave(id);
    }

    /// When a fetcher has something to do at the latest.
    pub fn next_deadline(&self) -> Option<Duration> {
        let all = self.all();
        let deadlines = all.iter().map(|fetcher| fetcher.lock().next_deadline());
        deadlines.flatten().min()
    }

    fn ticket(fetcher: u32, slot: u32) -> Ticket {
        Ticket {
            connection: CONNECTION,
            request: (u64::from(fetcher) << 32) | u64::from(slot),
        }
    }
}

/// The fetcher of its leader that a partition is with.
fn lane_of(id: TopicIdPartition, lanes: u32) -> u16 {
    // Topic ids are random, and the numbers of a topic's partitions follow one another.
    let mixed = u32::from(id.topic_id.0[15]).wrapping_add(id.partition.0.unsigned_abs());
    u16::try_from(mixed % lanes.max(1)).unwrap_or(0)
}

impl Broker {
    /// Lets those fetchers go on whose partitions have changed.
    pub(crate) fn go_on_fetching(&self, now: Now, fx: &mut Effects) {
        let touched = std::mem::take(&mut self.fetchers.table.lock().touched);
        for id in touched {
            if let Some(fetcher) = self.fetchers.fetcher(id) {
                self.pump(now, &mut fetcher.lock(), fx);
            }
        }
    }

    /// Lets those fetchers go on whose time has come.
    pub(crate) fn fetchers_on_time(&self, now: Now, fx: &mut Effects) {
        for fetcher in self.fetchers.all() {
            let mut fetcher = fetcher.lock();
            if fetcher.next_deadline().is_some_and(|at| at <= now.mono) {
                fetcher.on_time(now);
                self.pump(now, &mut fetcher, fx);
            }
        }
    }

    /// What a partition of a fetcher has waited for has happened, or may have.
    pub(crate) fn wake_fetcher(&self, now: Now, ticket: Ticket, fx: &mut Effects) {
        let (id, slot) = ((ticket.request >> 32) as u32, ticket.request as u32);
        let Some(fetcher) = self.fetchers.fetcher(id) else {
            return;
        };
        let mut fetcher = fetcher.lock();
        let Some(id) = fetcher.of_slot(slot) else {
            return;
        };
        let Some(followed) = fetcher.get(id) else {
            return;
        };
        match followed.step {
            Step::Unknown | Step::Checkpointing => fetcher.go(id, Step::Unknown),
            Step::Syncing(position) => {
                let step = when_synced(&followed.partition, position, ticket);
                fetcher.go(id, step);
            }
            Step::Ready(_) | Step::Paused(_) | Step::Outside(_) => {}
        }
        self.pump(now, &mut fetcher, fx);
    }

    /// Asks for what there is to ask for, if nothing is waited for.
    fn pump(&self, now: Now, fetcher: &mut Fetcher, fx: &mut Effects) {
        let Some(epoch) = self.own_epoch() else {
            return;
        };
        self.learn_positions(now, fetcher, fx);
        if fetcher.may_ask() {
            let replication = &self.effective.now().broker.replication;
            if let Some((edge, ids)) = fetcher.outside() {
                let timeout = replication.socket_timeout;
                let request = requests::list(self.me, fetcher, edge, &ids, timeout);
                let number = self.fetchers.next_number();
                fetcher.stage = Stage::Listing(number, edge);
                self.ask(now, fetcher, number, &request, requests::LIST_VERSION, fx);
            } else if let Some(asks) = fetcher.next_fetch() {
                let request = requests::fetch((self.me, epoch), replication, &asks);
                let number = self.fetchers.next_number();
                fetcher.stage = Stage::Fetching(number);
                self.ask(now, fetcher, number, &request, requests::FETCH_VERSION, fx);
            }
        }
        fx.wake_by(fetcher.next_deadline());
    }

    fn ask<'a>(
        &self,
        now: Now,
        fetcher: &mut Fetcher,
        number: u64,
        request: &impl protocol::Request<'a>,
        version: i16,
        fx: &mut Effects,
    ) {
        let replication = &self.effective.now().broker.replication;
        let framed = AskRequest::new(request, version, &format!("broker-{}-fetcher", self.me));
        let (Some(to), Ok(request)) = (self.peer(fetcher.leader), framed) else {
            let at = fetcher.failed(now, replication.fetch_backoff);
            return fx.wake_by(Some(at));
        };
        fx.asks.push(Ask {
            to,
            lane: Lane::Replication(fetcher.lane),
            token: AskToken::Fetcher(fetcher.id, number),
            deadline: now.mono + replication.fetch_wait_max + replication.socket_timeout,
            request,
        });
    }

    /// Learns from where partitions go on whose logs are open, and opens the others.
    fn learn_positions(&self, now: Now, fetcher: &mut Fetcher, fx: &mut Effects) {
        for id in fetcher.unknown() {
            let Some(followed) = fetcher.get(id) else {
                continue;
            };
            let (partition, epoch) = (Arc::clone(&followed.partition), followed.epoch);
            let ticket = ReplicaFetchers::ticket(fetcher.id, followed.slot);
            if partition.is_closed() && self.is_never_written(&partition) {
                fetcher.go(id, Step::Ready(FetchPosition::default()));
                continue;
            }
            if (self.openings).must_wait(now, std::iter::once(&partition), ticket) {
                fetcher.wait_for_log(id);
                continue;
            }
            match partition.fetch_position(self.logs(now), epoch) {
                Ok(stands) => self.go_on(fetcher, id, stands, fx),
                // The image has, or will have, another leader.
                Err(NoReplication::Overtaken) => fetcher.wait_for_log(id),
                Err(_) => self.pause(now, fetcher, id),
            }
        }
    }

    /// Whether nothing of a partition is on this node's disks.
    fn is_never_written(&self, partition: &Partition) -> bool {
        let manager = self.store.manager();
        manager.is_matched()
            && !manager.has_offline_dir()
            && manager.get(&partition.name()).is_none()
    }

    fn pause(&self, now: Now, fetcher: &mut Fetcher, id: TopicIdPartition) {
        let longest = self.effective.now().broker.replication.fetch_backoff;
        fetcher.pause(now, id, longest);
    }

    /// A leader has answered a fetcher, or has not.
    pub(crate) fn on_fetcher_answer(
        &self,
        now: Now,
        (fetcher, number): (u32, u64),
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        let Some(fetcher) = self.fetchers.fetcher(fetcher) else {
            return;
        };
        let mut fetcher = fetcher.lock();
        let items = match (fetcher.stage, answer) {
            (Stage::Fetching(asked), Ok(body)) if asked == number => {
                self.on_fetched(now, &mut fetcher, &body)
            }
            (Stage::Listing(asked, edge), Ok(body)) if asked == number => {
                self.on_listed(now, &mut fetcher, edge, &body)
            }
            (Stage::Fetching(asked) | Stage::Listing(asked, _), Err(_)) if asked == number => None,
            _ => return,
        };
        match items {
            Some(items) => {
                fetcher.answered();
                self.apply(now, &mut fetcher, items);
            }
            None => {
                let longest = self.effective.now().broker.replication.fetch_backoff;
                fetcher.failed(now, longest);
            }
        }
        self.pump(now, &mut fetcher, fx);
    }

    /// Takes in the answer to a fetch; `None` if it says that another request has to follow later.
    fn on_fetched(&self, now: Now, fetcher: &mut Fetcher, body: &Bytes) -> Option<Vec<Item>> {
        let answer = requests::read_fetch(body).ok()?;
        if !answer.error.is_none() {
            return None;
        }
        let mut items = Vec::new();
        for (id, answered) in answer.partitions {
            let Some((epoch, offset)) = fetcher.asked(id) else {
                continue;
            };
            let work = match answered {
                Answered::Error(error) => {
                    self.on_partition_error(now, fetcher, (id, epoch), error);
                    continue;
                }
                Answered::Diverging(common, end) => Work::CutToCommon(common, end),
                Answered::Records {
                    records,
                    high_watermark,
                    log_start,
                } => Work::Take {
                    offset,
                    records,
                    high_watermark,
                    log_start,
                },
            };
            items.extend(item(fetcher, id, epoch, work));
        }
        fetcher.on_session(answer.session);
        Some(items)
    }

    fn on_partition_error(
        &self,
        now: Now,
        fetcher: &mut Fetcher,
        (id, epoch): (TopicIdPartition, LeaderEpoch),
        error: ErrorCode,
    ) {
        if fetcher
            .get(id)
            .is_none_or(|followed| followed.epoch != epoch)
        {
            return;
        }
        match error {
            ErrorCode::OFFSET_OUT_OF_RANGE => fetcher.go(id, Step::Outside(None)),
            _ => self.pause(now, fetcher, id),
        }
    }

    /// Takes in the answer about edges of logs.
    fn on_listed(
        &self,
        now: Now,
        fetcher: &mut Fetcher,
        edge: Edge,
        body: &Bytes,
    ) -> Option<Vec<Item>> {
        let offsets = requests::read_list(body).ok()?;
        let (_, ids) = fetcher.outside()?;
        let mut items = Vec::new();
        for id in ids {
            let Some(followed) = fetcher.get(id) else {
                continue;
            };
            let (partition, epoch) = (Arc::clone(&followed.partition), followed.epoch);
            let key = (partition.topic_name().to_owned(), id.partition.0);
            let Some(Ok(offset)) = offsets.get(&key).copied() else {
                self.pause(now, fetcher, id);
                continue;
            };
            let position = partition.fetch_position(self.logs(now), epoch);
            let end = position.map_or(Offset::ZERO, |stands| stands.position.offset);
            match edge {
                Edge::End if offset < end => {
                    items.extend(item(fetcher, id, epoch, Work::CutTo(offset)));
                }
                Edge::End => fetcher.go(id, Step::Outside(Some(offset))),
                Edge::Start => items.extend(item(fetcher, id, epoch, Work::StartAt(offset))),
            }
        }
        Some(items)
    }

    /// Has the partitions take over what was answered.
    fn apply(&self, now: Now, fetcher: &mut Fetcher, items: Vec<Item>) {
        if items.is_empty() {
            return;
        }
        fetcher.stage = Stage::Applying;
        let ids = items.iter().map(|item| item.id).collect();
        let (op, outcome) = apply::job(&self.store, now, items);
        let token = JOB_TOKEN | self.fetchers.next_number();
        let job = (fetcher.id, outcome, ids);
        self.fetchers.jobs.lock().insert(token, job);
        self.disk.submit(op, token);
    }

    /// Partitions have taken over what was answered.
    pub(crate) fn on_applied(&self, now: Now, done: &DiskDone, fx: &mut Effects) {
        let Some((id, outcome, ids)) = self.fetchers.jobs.lock().remove(&done.token) else {
            return;
        };
        let Some(fetcher) = self.fetchers.fetcher(id) else {
            return;
        };
        let mut fetcher = fetcher.lock();
        let outcome = std::mem::take(&mut *outcome.lock());
        fx.wakes.extend(outcome.wakes);
        if done.result.is_err() {
            // Nothing was done, or nobody knows how much.
            ids.into_iter()
                .for_each(|id| self.pause(now, &mut fetcher, id));
        }
        for done in outcome.done {
            self.take_in(now, &mut fetcher, &done, fx);
        }
        fetcher.answered();
        self.pump(now, &mut fetcher, fx);
    }

    fn take_in(&self, now: Now, fetcher: &mut Fetcher, done: &Done, fx: &mut Effects) {
        let id = done.id;
        let Some(followed) = fetcher.get(id) else {
            return;
        };
        let (partition, slot) = (Arc::clone(&followed.partition), followed.slot);
        let is_current = followed.epoch == done.epoch;
        let ticket = ReplicaFetchers::ticket(fetcher.id, slot);
        match done.result {
            Ok(stands) if is_current => {
                fetcher.succeeded(id);
                self.go_on(fetcher, id, stands, fx);
            }
            Ok(stands) => look_after(&partition, stands, fx),
            _ if !is_current => {}
            Err(NoReplication::Overtaken) => fetcher.go(id, Step::Unknown),
            Err(NoReplication::MustCheckpoint(number)) => {
                self.checkpoint_before_cut(now, fetcher, (id, &partition), number, ticket);
            }
            Err(NoReplication::Failed(error)) => {
                if fetcher
                    .get(id)
                    .is_some_and(|followed| followed.step != Step::Unknown)
                    && error != ErrorCode::KAFKA_STORAGE_ERROR
                {
                    let (leader, name) = (fetcher.leader, partition.name());
                    fx.reports.push(format!(
                        "{name}: what broker {leader} sends of it cannot be taken over ({error}); it is asked again"
                    ));
                }
                self.pause(now, fetcher, id);
            }
        }
    }

    /// The partition goes on from where it stands, once that is synced if it has to be.
    fn go_on(
        &self,
        fetcher: &mut Fetcher,
        id: TopicIdPartition,
        stands: Replicated,
        fx: &mut Effects,
    ) {
        let Some(followed) = fetcher.get(id) else {
            return;
        };
        let ticket = ReplicaFetchers::ticket(fetcher.id, followed.slot);
        look_after(&followed.partition, stands, fx);
        let step = match stands.must_sync {
            true => when_synced(&followed.partition, stands.position, ticket),
            false => Step::Ready(stands.position),
        };
        fetcher.go(id, step);
    }

    fn checkpoint_before_cut(
        &self,
        now: Now,
        fetcher: &mut Fetcher,
        (id, partition): (TopicIdPartition, &Arc<Partition>),
        number: u64,
        ticket: Ticket,
    ) {
        let dir = self
            .store
            .manager()
            .get(&partition.name())
            .map(|known| known.dir);
        match dir {
            // A disk that is full does not write it at once.
            Some(dir) if fetcher.begin_checkpoint(id) => {
                let waiter = (Arc::clone(partition), number, ticket);
                self.checkpoints.start_for(&self.store, dir, waiter);
            }
            _ => self.pause(now, fetcher, id),
        }
    }
}

/// What the care of a log has to know, and a sync that is due.
fn look_after(partition: &Arc<Partition>, stands: Replicated, fx: &mut Effects) {
    if stands.wants_sync {
        fx.unsynced.push(Arc::clone(partition));
    }
    fx.dues.push((Arc::clone(partition), stands.due));
}

/// The leader hears of what is synced only. `ticket` is woken when that is so.
fn when_synced(partition: &Partition, position: FetchPosition, ticket: Ticket) -> Step {
    match partition.wait_for_sync(position.offset, ticket) {
        Ok(true) => Step::Syncing(position),
        Ok(false) => Step::Ready(position),
        Err(_) => Step::Unknown,
    }
}

fn item(fetcher: &Fetcher, id: TopicIdPartition, epoch: LeaderEpoch, work: Work) -> Option<Item> {
    let followed = fetcher.get(id)?;
    Some(Item {
        id,
        partition: Arc::clone(&followed.partition),
        epoch,
        work,
    })
}

#[cfg(test)]
mod tests;
