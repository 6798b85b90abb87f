//! Fetch, key 1, versions 4 to 18.
//!
//! - Returns record batches from the fetch offset on, as slices of segment files; at least one batch
//!   where there is one, however large (KIP-74).
//! - Consumers see records below the high watermark, or below the last stable offset when they read
//!   committed; with `flush.messages=1` nothing that was not synced.
//! - Waits until `min_bytes` are there, an error or a change has to be told, or `max_wait_ms` is over.
//! - Sessions (KIP-227, version 7): only partitions with news are answered. Version 12 detects
//!   diverging logs, 13 names topics by id.
//! - With the rack-aware `replica.selector.class` a consumer is told to fetch from a follower in its rack, which serves what it
//!   knows to be committed (KIP-392, version 11).
//! - Followers see records up to the log's end, and what they fetch from tells how far they are. They name themselves: up to
//!   version 14 in `ReplicaId`, from 15 on in `ReplicaState` with their broker epoch (KIP-903). One that is no broker of the
//!   cluster, or comes on another listener than that of brokers, is refused with `CLUSTER_AUTHORIZATION_FAILED`; of an earlier
//!   incarnation, with `STALE_BROKER_EPOCH`.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerEpoch, BrokerId, ErrorCode, LeaderEpoch, Now, Offset, Ticket, TopicId};
use partition::{FetchFrom, FetchRead, Isolation, NoRead, Partition, ReplicaFetch};
use protocol::Records;
use protocol::fetch_request::FetchRequest;
use protocol::fetch_response::{
    AbortedTransaction, EpochEndOffset, FetchResponse, FetchableTopicResponse, LeaderIdAndEpoch,
    PartitionData,
};
use storage::disk::FileSlice;

use super::{Cx, Outgoing};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::fetch_session::{
    FINAL_EPOCH, FetchSession, INITIAL_EPOCH, Part, SessionState, TopicRef, Wanted,
};
use crate::parked::Parked;

/// A fetch that waits for data.
#[derive(Debug)]
pub struct ParkedFetch {
    outgoing: Outgoing,
    session: Arc<FetchSession>,
    follower: Option<Follower>,
    nearness: Option<Nearness>,
    limits: Limits,
    full: bool,
    /// How often it has waited for the device.
    cold_looks: u8,
    /// When its client wants an answer.
    due: Duration,
    /// How long it waits at least for logs to be opened.
    opens_until: Duration,
}

/// The first version whose consumers fetch from followers, and say in which rack they are (KIP-392).
const BY_RACK: i16 = 11;

/// A log that is not open yet is waited for at least so long, also by a fetch that does not want to wait.
const OPEN_PATIENCE: Duration = Duration::from_secs(1);

/// After so many looks that met bytes not in memory (they were brought in, and gone again before the next look), a
/// look waits for the device itself: a fetch comes to its end however short memory is.
const MAX_COLD_LOOKS: u8 = 16;

/// The broker that fetches as a follower.
#[derive(Clone, Copy, Debug)]
struct Follower {
    id: BrokerId,
    epoch: Option<BrokerEpoch>,
}

/// A consumer that may be served by followers (KIP-392), and the rack that it is in, if it says so.
#[derive(Clone, Debug)]
struct Nearness {
    rack: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    min_bytes: usize,
    max_bytes: usize,
    isolation: Isolation,
}

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &FetchRequest<'_>) -> Handled {
    let found = follower_of(broker, cx, request)
        .and_then(|follower| Ok((session_of(broker, cx, request, follower)?, follower)));
    let (session, follower) = match found {
        Ok(found) => found,
        Err(error) => {
            return cx.reply(&FetchResponse {
                error_code: error,
                ..Default::default()
            });
        }
    };
    let full = request.session_epoch == INITIAL_EPOCH || request.session_epoch == FINAL_EPOCH;
    update(&mut session.state.lock(), request, cx.version);
    let isolation = if request.isolation_level == 1 {
        Isolation::ReadCommitted
    } else {
        Isolation::ReadUncommitted
    };
    let limits = Limits {
        min_bytes: usize::try_from(request.min_bytes).unwrap_or(0),
        max_bytes: usize::try_from(request.max_bytes)
            .unwrap_or(0)
            .min(broker.effective.now().broker.network.fetch_max_bytes as usize),
        isolation,
    };
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let parked = ParkedFetch {
        outgoing: cx.outgoing(),
        session,
        follower,
        nearness: nearness(cx.version, request, follower),
        limits,
        full,
        cold_looks: 0,
        due: cx.now.mono + wait,
        opens_until: cx.now.mono + OPEN_PATIENCE,
    };
    let deadline = Some(parked.due);
    parked.look_again(broker, (cx.now, cx.ticket), deadline, wait.is_zero(), cx.fx)
}

fn session_of(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &FetchRequest<'_>,
    follower: Option<Follower>,
) -> Result<Arc<FetchSession>, ErrorCode> {
    let follower = follower.map(|follower| follower.id);
    let sessions = broker.fetch_sessions();
    match (request.session_id, request.session_epoch) {
        (id, FINAL_EPOCH) => {
            sessions.end(id);
            Ok(FetchSession::temporary(follower))
        }
        (id, INITIAL_EPOCH) => {
            sessions.end(id);
            let created = sessions.create(cx.now.mono, follower);
            created.state.lock().epoch = 1;
            Ok(created)
        }
        session => sessions.continued(cx.now.mono, session, follower),
    }
}

fn nearness(
    version: i16,
    request: &FetchRequest<'_>,
    follower: Option<Follower>,
) -> Option<Nearness> {
    let is_consumer = follower.is_none() && version >= BY_RACK;
    is_consumer.then(|| Nearness {
        rack: Some(&*request.rack_id)
            .filter(|rack| !rack.is_empty())
            .map(Box::from),
    })
}

/// The follower that fetches, if it is one.
fn follower_of(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &FetchRequest<'_>,
) -> Result<Option<Follower>, ErrorCode> {
    let state = &request.replica_state;
    let named = [request.replica_id, state.replica_id];
    let Some(id) = named.into_iter().find_map(BrokerId::known) else {
        return Ok(None);
    };
    let image = broker.image();
    let registered = image
        .broker(id)
        .filter(|_| broker.comes_from_brokers(cx.session));
    let registered = registered.ok_or(ErrorCode::CLUSTER_AUTHORIZATION_FAILED)?;
    let epoch = (state.replica_epoch >= 0).then_some(BrokerEpoch(state.replica_epoch));
    if epoch.is_some_and(|epoch| epoch < registered.epoch) {
        return Err(ErrorCode::STALE_BROKER_EPOCH);
    }
    Ok(Some(Follower { id, epoch }))
}

fn update(state: &mut SessionState, request: &FetchRequest<'_>, version: i16) {
    let topic_ref = |name: &str, id: TopicId| {
        if version >= 13 {
            TopicRef::Id(id)
        } else {
            TopicRef::Name(name.into())
        }
    };
    for topic in &request.topics {
        let key = topic_ref(&topic.topic, topic.topic_id);
        for partition in &topic.partitions {
            let wanted = Wanted {
                fetch_offset: partition.fetch_offset,
                max_bytes: partition.partition_max_bytes,
                current_leader_epoch: partition.current_leader_epoch,
                last_fetched_epoch: partition.last_fetched_epoch,
                log_start_offset: partition.log_start_offset,
            };
            state.want(key.clone(), partition.partition, wanted);
        }
    }
    for topic in &request.forgotten_topics_data {
        let key = topic_ref(&topic.topic, topic.topic_id);
        for partition in &topic.partitions {
            state.forget(key.clone(), *partition);
        }
    }
}

impl ParkedFetch {
    /// Answers if there is enough to tell, or if `now_or_never`; parks until `deadline` otherwise, or until what is not
    /// in memory was read: that is waited for even beyond the deadline, for it is there.
    pub(crate) fn look_again(
        mut self,
        broker: &Broker,
        (now, ticket): (Now, Ticket),
        deadline: Option<Duration>,
        now_or_never: bool,
        fx: &mut Effects,
    ) -> Handled {
        let session = Arc::clone(&self.session);
        let now_or_never = now_or_never || self.due <= now.mono;
        // What is only not open yet is no reason to refuse a fetch that does not want to wait.
        let is_last = now_or_never && self.opens_until <= now.mono;
        let mut state = session.state.lock();
        loop {
            let mut pass = Pass::new(&self, now, is_last);
            pass.look(broker, &mut state, fx);
            let cold = std::mem::take(&mut pass.cold);
            let closed = std::mem::take(&mut pass.closed);
            // An answer to a full fetch names every partition, or clients refuse it.
            let waits_for_logs = self.full && !closed.is_empty() && !is_last;
            let is_whole = !self.full || (cold.is_empty() && !waits_for_logs);
            let is_over = now_or_never && cold.is_empty() && !waits_for_logs;
            if (pass.is_enough() && is_whole) || is_over || state.len() == 0 {
                state.watch.stop_waiting();
                broker.reads.start(cold);
                let answer = pass.answer(self.session.id, &mut state);
                drop(state);
                return self
                    .outgoing
                    .reply_with_files(&answer.response, &answer.slices);
            }
            pass.keep_for_later(&mut state);
            if !cold.is_empty() {
                drop(state);
                broker.reads.start_for_request(cold, ticket);
                self.cold_looks += 1;
                return Handled::Parked(Parked::Fetch(self), deadline);
            }
            if waits_for_logs {
                drop(state);
                if broker.openings.must_wait(now, closed.iter(), ticket) {
                    let until = self.due.max(self.opens_until);
                    return Handled::Parked(Parked::Fetch(self), Some(until));
                }
                state = session.state.lock();
                continue;
            }
            if state.watch.wait(ticket) {
                drop(state);
                return Handled::Parked(Parked::Fetch(self), deadline);
            }
        }
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn cancel(self) {
        self.session.state.lock().watch.stop_waiting();
    }
}

/// One look at the partitions that may have news.
struct Pass<'a> {
    fetch: &'a ParkedFetch,
    now: Now,
    bytes: usize,
    news: bool,
    found: Vec<Found>,
    slices: Vec<FileSlice>,
    /// What has to be read from the device before the look can go on.
    cold: Vec<FileSlice>,
    /// Partitions whose logs are not open; they tell the session when they are.
    closed: Vec<Arc<Partition>>,
    /// Nothing is waited for any more.
    is_last: bool,
    /// Slots that there was no room for: they come first in the next fetch, so that a partition with
    /// more data than fits does not keep the others from their turn.
    unreached: Vec<u32>,
    /// Slots with data or errors, which stay listed until the client moves on.
    later: Vec<u32>,
}

struct Found {
    slot: u32,
    data: PartitionData<'static>,
    topic: TopicRef,
    told: Option<(i64, i64)>,
}

struct Answer {
    response: FetchResponse<'static>,
    slices: Vec<FileSlice>,
}

impl<'a> Pass<'a> {
    fn new(fetch: &'a ParkedFetch, now: Now, is_last: bool) -> Self {
        Self {
            fetch,
            now,
            bytes: 0,
            news: false,
            found: Vec::new(),
            slices: Vec::new(),
            cold: Vec::new(),
            closed: Vec::new(),
            is_last,
            unreached: Vec::new(),
            later: Vec::new(),
        }
    }

    fn look(&mut self, broker: &Broker, state: &mut SessionState, fx: &mut Effects) {
        let watch = Arc::clone(&state.watch);
        for slot in state.take_listed() {
            let is_full = self.bytes >= self.fetch.limits.max_bytes && !self.fetch.full;
            if is_full {
                self.unreached.push(slot);
            }
            // How far a follower is counts though there is no room for what it lacks.
            let tells =
                |part: &&mut Part| !is_full || (self.fetch.follower.is_some() && part.is_new);
            if let Some(part) = state.part_mut(slot).filter(tells) {
                self.look_at(broker, slot, part, &watch, fx);
            }
        }
    }

    fn look_at(
        &mut self,
        broker: &Broker,
        slot: u32,
        part: &mut Part,
        watch: &Arc<partition::Watch>,
        fx: &mut Effects,
    ) {
        let preferred = self.preferred(broker, part);
        let (data, told) = match self.read(broker, slot, part, (watch, preferred), fx) {
            Ok(read) => {
                let told = Some((read.high_watermark.0, read.log_start_offset.0));
                let has_moved = part.told != told || preferred.is_some();
                let news = read.slice.is_some() || read.diverging.is_some() || has_moved;
                if !news && !self.fetch.full {
                    return;
                }
                if read.slice.is_some() {
                    self.later.push(slot);
                }
                let mut data = self.success(part.index, read);
                if let Some(preferred) = preferred {
                    self.news = true;
                    data.preferred_read_replica = preferred.0;
                }
                (data, told)
            }
            Err(NoRead::Cold(slice)) => {
                self.cold.push(slice);
                return self.later.push(slot);
            }
            Err(NoRead::NotOpen) if !(self.is_last && self.fetch.full) => {
                if let Some(partition) = &part.partition {
                    broker.openings.open(self.now, partition);
                    self.closed.push(Arc::clone(partition));
                }
                if self.fetch.full {
                    self.later.push(slot);
                }
                return;
            }
            Err(refused) => {
                let error = match refused {
                    NoRead::Refused(error) => error,
                    // It takes long to open: the client is to come again.
                    _ => ErrorCode::NOT_LEADER_OR_FOLLOWER,
                };
                self.news = true;
                self.later.push(slot);
                (failure(part, error, self.fetch.outgoing.version), None)
            }
        };
        self.found.push(Found {
            slot,
            data,
            topic: part.topic.clone(),
            told,
        });
    }

    /// The replica from which the consumer had better fetch.
    fn preferred(&self, broker: &Broker, part: &mut Part) -> Option<BrokerId> {
        let rack = self.fetch.nearness.as_ref()?.rack.as_deref()?;
        let offset = Offset(part.wanted.fetch_offset);
        broker.preferred_replica(&*broker.partition_of(part).ok()?, rack, offset)
    }

    fn read(
        &self,
        broker: &Broker,
        slot: u32,
        part: &mut Part,
        (watch, preferred): (&Arc<partition::Watch>, Option<BrokerId>),
        fx: &mut Effects,
    ) -> Result<FetchRead, NoRead> {
        let partition = broker.partition_of(part)?;
        let room = self.fetch.limits.max_bytes.saturating_sub(self.bytes);
        let wanted = usize::try_from(part.wanted.max_bytes).unwrap_or(0);
        let from = FetchFrom {
            offset: Offset(part.wanted.fetch_offset),
            current_leader_epoch: LeaderEpoch::known(part.wanted.current_leader_epoch),
            last_fetched_epoch: LeaderEpoch::known(part.wanted.last_fetched_epoch),
            // The records come from the other replica.
            max_bytes: if preferred.is_some() {
                0
            } else {
                wanted.min(room)
            },
            min_one_batch: self.bytes == 0 && preferred.is_none(),
            isolation: self.fetch.limits.isolation,
            may_wait: self.fetch.cold_looks >= MAX_COLD_LOOKS,
            may_follow: self.fetch.nearness.is_some(),
        };
        let watch = Some((watch, slot));
        let Some(follower) = self.fetch.follower else {
            return partition.read(broker.logs(self.now), &from, watch);
        };
        let replica = ReplicaFetch {
            id: follower.id,
            broker_epoch: follower.epoch,
            log_start: Offset::known(part.wanted.log_start_offset),
            is_new: part.is_new,
        };
        let logs = broker.logs(self.now);
        let read = partition.read_as_replica(logs, &from, &replica, watch, &mut fx.wakes);
        broker.on_due(self.now, &partition, partition.take_due(), fx);
        part.is_new &= matches!(read, Err(NoRead::Cold(_) | NoRead::NotOpen));
        read
    }

    fn success(&mut self, index: i32, read: FetchRead) -> PartitionData<'static> {
        let aborted = match self.fetch.limits.isolation {
            Isolation::ReadUncommitted => None,
            Isolation::ReadCommitted => Some(aborted(&read)),
        };
        let mut data = PartitionData {
            partition_index: index,
            high_watermark: read.high_watermark.0,
            last_stable_offset: read.last_stable_offset.0,
            log_start_offset: read.log_start_offset.0,
            aborted_transactions: aborted,
            preferred_read_replica: -1,
            ..Default::default()
        };
        if let Some((epoch, end_offset)) = read.diverging {
            self.news = true;
            data.diverging_epoch = EpochEndOffset {
                epoch: epoch.0,
                end_offset: end_offset.0,
                ..Default::default()
            };
        }
        data.records = Some(match read.slice {
            Some(slice) => {
                self.bytes += slice.len as usize;
                let region = Records::Region { len: slice.len };
                self.slices.push(slice);
                region
            }
            None => Records::Bytes(Cow::Borrowed(&[])),
        });
        data
    }

    fn is_enough(&self) -> bool {
        self.news || self.bytes >= self.fetch.limits.min_bytes
    }

    /// What was found is found again when the fetch is woken.
    fn keep_for_later(self, state: &mut SessionState) {
        for slot in self
            .unreached
            .into_iter()
            .chain(self.later)
            .chain(self.found.into_iter().map(|found| found.slot))
        {
            state.list(slot);
        }
    }

    fn answer(self, session_id: i32, state: &mut SessionState) -> Answer {
        for slot in self.unreached.into_iter().chain(self.later) {
            state.list(slot);
        }
        let mut responses: Vec<FetchableTopicResponse<'static>> = Vec::new();
        let mut last: Option<TopicRef> = None;
        for found in self.found {
            if let Some(part) = state.part_mut(found.slot) {
                part.told = found.told;
            }
            if last.as_ref() != Some(&found.topic) {
                responses.push(topic_response(&found.topic));
                last = Some(found.topic);
            }
            let response = responses
                .last_mut()
                .expect("the topic's response was just added");
            response.partitions.push(found.data);
        }
        let response = FetchResponse {
            session_id,
            responses,
            ..Default::default()
        };
        Answer {
            response,
            slices: self.slices,
        }
    }
}

fn topic_response(topic: &TopicRef) -> FetchableTopicResponse<'static> {
    let mut response = FetchableTopicResponse::default();
    match topic {
        TopicRef::Name(name) => response.topic = Cow::Owned(name.to_string()),
        TopicRef::Id(id) => response.topic_id = *id,
    }
    response
}

fn aborted(read: &FetchRead) -> Vec<AbortedTransaction> {
    (read.aborted.iter())
        .map(|(producer_id, first_offset)| AbortedTransaction {
            producer_id: producer_id.0,
            first_offset: first_offset.0,
            ..Default::default()
        })
        .collect()
}

fn failure(part: &Part, error_code: ErrorCode, version: i16) -> PartitionData<'static> {
    let mut data = PartitionData {
        partition_index: part.index,
        error_code,
        high_watermark: -1,
        records: Some(Records::Bytes(Cow::Borrowed(&[]))),
        ..Default::default()
    };
    let leader = part
        .partition
        .as_ref()
        .and_then(|partition| partition.current_leader());
    if let Some((leader, epoch)) = leader.filter(|_| version >= 12) {
        data.current_leader = LeaderIdAndEpoch {
            leader_id: leader.0,
            leader_epoch: epoch.0,
            ..Default::default()
        };
    }
    data
}
