//! ShareFetch, key 78, versions 1 and 2 (KIP-932).
//!
//! - A member of a share group fetches from the partitions of its share session, and has what it is given for the lock
//!   duration; the answer tells which records of the batches those are, and how often each was delivered.
//! - Waits until there is something to give, or an error to tell, or `max_wait_ms` is over.
//! - Acknowledgements may come along; the answer waits until they are written.
//! - Sessions are named by group and member: epoch 0 begins one, and brings no acknowledgements; -1 ends it.
//! - Version 2 chooses between whole batches and an exact number of records (KIP-1206), and renews (KIP-1222): a request that
//!   renews fetches nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now, Ticket, TopicId};
use partition::{Partition, Watch};
use protocol::Records;
use protocol::share_fetch_request::ShareFetchRequest;
use protocol::share_fetch_response::{
    AcquiredRecords, PartitionData, ShareFetchResponse, ShareFetchableTopicResponse,
};
use share::{AcquireMode, Acquired, Wanted};
use storage::disk::FileSlice;

use super::share_requests::{Acknowledgements, end_session, said_in_fetch};
use super::{Cx, Outgoing};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::parked::Parked;
use crate::share_delivery::{FetchWanted, Look};
use crate::share_partitions::ShareReplica;
use crate::share_session::{FINAL_EPOCH, INITIAL_EPOCH, SessionState, ShareSession};

/// After so many looks that met bytes not in memory a look waits for the device itself.
const MAX_COLD_LOOKS: u8 = 16;

/// With this a member gets at most as many records as it asks for.
const RECORD_LIMIT: i8 = 1;

/// A ShareFetch that waits.
#[derive(Debug)]
pub struct ParkedShareFetch {
    outgoing: Outgoing,
    session: Arc<ShareSession>,
    acknowledgements: Acknowledgements,
    /// What it fetches, unless it ends the session or renews.
    wants: Option<Wants>,
    due: Duration,
    lock_ms: i32,
    cold_looks: u8,
}

#[derive(Clone, Copy, Debug)]
struct Wants {
    min_bytes: usize,
    max_bytes: usize,
    max_records: i64,
    batch_size: i64,
    mode: AcquireMode,
}

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &ShareFetchRequest<'_>) -> Handled {
    let session = match session_of(broker, cx, request) {
        Ok(session) => session,
        Err(error_code) => {
            return cx.reply(&ShareFetchResponse {
                error_code,
                ..Default::default()
            });
        }
    };
    let forgotten = update(&mut session.state.lock(), request);
    for share in forgotten {
        broker.let_go_of_share(&share, cx.fx);
    }
    let said = (
        &*session,
        said_in_fetch(&request.topics),
        request.is_renew_ack,
    );
    let acknowledgements = Acknowledgements::take_in(broker, cx.now, cx.ticket, said, cx.fx);
    let is_final = request.share_session_epoch == FINAL_EPOCH;
    if is_final {
        end_session(broker, cx.now, &session, cx.fx);
    }
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let lock = broker.group_config(&session.group).share_record_lock;
    let parked = ParkedShareFetch {
        outgoing: cx.outgoing(),
        session,
        acknowledgements,
        wants: (!is_final && !request.is_renew_ack).then(|| wants(broker, request)),
        due: cx.now.mono + wait,
        lock_ms: i32::try_from(lock.as_millis()).unwrap_or(i32::MAX),
        cold_looks: 0,
    };
    parked.look_again(broker, cx.now, cx.ticket, cx.fx)
}

fn wants(broker: &Broker, request: &ShareFetchRequest<'_>) -> Wants {
    let most = broker.effective.now().broker.network.fetch_max_bytes as usize;
    Wants {
        min_bytes: usize::try_from(request.min_bytes).unwrap_or(0),
        max_bytes: usize::try_from(request.max_bytes).unwrap_or(0).min(most),
        max_records: i64::from(request.max_records).max(1),
        batch_size: i64::from(request.batch_size).max(1),
        mode: if request.share_acquire_mode == RECORD_LIMIT {
            AcquireMode::RecordLimit
        } else {
            AcquireMode::BatchOptimized
        },
    }
}

fn session_of(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ShareFetchRequest<'_>,
) -> Result<Arc<ShareSession>, ErrorCode> {
    if !broker.has_share_groups() {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    let (group, member) = (request.group_id.as_deref(), request.member_id.as_deref());
    let (group, member) = group.zip(member).ok_or(ErrorCode::INVALID_REQUEST)?;
    if group.is_empty() || member.is_empty() {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    let fetches = request.max_bytes != 0
        || request.min_bytes != 0
        || request.max_records != 0
        || request.max_wait_ms != 0;
    if request.is_renew_ack && fetches {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    let sessions = &broker.share_sessions;
    match request.share_session_epoch {
        INITIAL_EPOCH => {
            let mut partitions = request.topics.iter().flat_map(|topic| &topic.partitions);
            if partitions.any(|partition| !partition.acknowledgement_batches.is_empty()) {
                return Err(ErrorCode::INVALID_REQUEST);
            }
            let (session, before) = sessions.create(group, member, cx.session.connection)?;
            for share in before {
                broker.let_go_of_share(&share, cx.fx);
            }
            Ok(session)
        }
        FINAL_EPOCH => sessions.end(group, member),
        epoch => sessions.continued(group, member, epoch),
    }
}

/// Takes in which partitions the session fetches; gives those that it does not any more.
fn update(state: &mut SessionState, request: &ShareFetchRequest<'_>) -> Vec<Arc<ShareReplica>> {
    if request.share_session_epoch == FINAL_EPOCH {
        return Vec::new();
    }
    for topic in &request.topics {
        for partition in &topic.partitions {
            state.want(topic.topic_id, partition.partition_index);
        }
    }
    state.check_some();
    let mut forgotten = Vec::new();
    for topic in &request.forgotten_topics_data {
        let partitions = topic.partitions.iter();
        forgotten.extend(partitions.filter_map(|index| state.forget(topic.topic_id, *index)));
    }
    forgotten
}

impl ParkedShareFetch {
    /// Answers if there is something to tell, or the time is over; parks otherwise.
    pub(crate) fn look_again(
        mut self,
        broker: &Broker,
        now: Now,
        ticket: Ticket,
        fx: &mut Effects,
    ) -> Handled {
        if !self.acknowledgements.are_known() {
            return Handled::Parked(Parked::ShareFetch(self), None);
        }
        let Some(wants) = self.wants else {
            return self.answer(Found::default());
        };
        let session = Arc::clone(&self.session);
        let is_over = self.due <= now.mono;
        let mut state = session.state.lock();
        loop {
            let round = state.take_round(now.mono);
            let mut pass = Pass {
                broker,
                now,
                wants,
                member: &session.member,
                may_wait: self.cold_looks >= MAX_COLD_LOOKS,
                found: Found::default(),
                cold: Vec::new(),
                closed: Vec::new(),
            };
            let place = (&*session, &mut *state);
            if wants.min_bytes <= 1 || is_over || pass.has_bytes(place, &round, fx) {
                pass.look((&session, &mut state), &round, fx);
            }
            let Pass {
                found,
                cold,
                closed,
                ..
            } = pass;
            if found.is_news() || (is_over && cold.is_empty()) {
                state.watch.stop_waiting();
                drop(state);
                broker.reads.start(cold);
                return self.answer(found);
            }
            let again_at = state.next_look();
            let deadline = again_at.map_or(self.due, |at| at.min(self.due));
            if !cold.is_empty() {
                drop(state);
                broker.reads.start_for_request(cold, ticket);
                self.cold_looks += 1;
                return Handled::Parked(Parked::ShareFetch(self), Some(deadline));
            }
            for replica in closed {
                broker.openings.open(now, &replica);
            }
            if state.watch.wait(ticket) {
                drop(state);
                return Handled::Parked(Parked::ShareFetch(self), Some(deadline));
            }
        }
    }

    /// The node stops: nothing is given out any more.
    pub(crate) fn stop(self) -> Handled {
        self.cancel_wait();
        self.answer(Found::default())
    }

    /// Nobody waits for the answer any more.
    pub(crate) fn cancel_wait(&self) {
        self.session.state.lock().watch.stop_waiting();
    }

    fn answer(self, found: Found) -> Handled {
        let mut partitions = found.partitions;
        for (place, error) in self.acknowledgements.outcomes() {
            let data = partitions.entry(place).or_insert_with(|| empty(place.1));
            data.acknowledge_error_code = error;
        }
        let mut responses: Vec<ShareFetchableTopicResponse<'static>> = Vec::new();
        let mut slices = Vec::new();
        let mut found_slices = found.slices;
        for (place, data) in partitions {
            slices.extend(found_slices.remove(&place));
            let (topic_id, _) = place;
            match responses
                .last_mut()
                .filter(|last| last.topic_id == topic_id)
            {
                Some(last) => last.partitions.push(data),
                None => responses.push(ShareFetchableTopicResponse {
                    topic_id,
                    partitions: vec![data],
                    ..Default::default()
                }),
            }
        }
        let response = ShareFetchResponse {
            acquisition_lock_timeout_ms: self.lock_ms,
            responses,
            ..Default::default()
        };
        self.outgoing.reply_with_files(&response, &slices)
    }
}

/// What is answered.
#[derive(Default)]
struct Found {
    partitions: BTreeMap<(TopicId, i32), PartitionData<'static>>,
    slices: BTreeMap<(TopicId, i32), FileSlice>,
    bytes: usize,
    records: i64,
}

impl Found {
    fn is_news(&self) -> bool {
        !self.partitions.is_empty()
    }
}

fn empty(partition_index: i32) -> PartitionData<'static> {
    PartitionData {
        partition_index,
        records: Some(Records::Bytes(Cow::Borrowed(&[]))),
        ..Default::default()
    }
}

/// One look at the partitions of a session.
struct Pass<'a> {
    broker: &'a Broker,
    now: Now,
    wants: Wants,
    member: &'a Arc<str>,
    may_wait: bool,
    found: Found,
    /// What has to be read from the device before the look can go on.
    cold: Vec<FileSlice>,
    /// Partitions whose logs are not open; they tell the session when they are.
    closed: Vec<Arc<Partition>>,
}

impl Pass<'_> {
    /// Whether there are as many bytes as the member wants to be told of at least.
    fn has_bytes(
        &mut self,
        (session, state): (&ShareSession, &mut SessionState),
        round: &[u32],
        fx: &mut Effects,
    ) -> bool {
        let mut bytes = 0;
        for slot in round {
            let wanted = self.wants.min_bytes - bytes;
            match self.look_at((session, state), *slot, Some(wanted), fx) {
                Look::Bytes(some) => bytes += some,
                Look::Refused(_) => return true,
                other => self.note(other, *slot, state),
            }
            if bytes >= self.wants.min_bytes {
                return true;
            }
        }
        false
    }

    fn look(
        &mut self,
        (session, state): (&ShareSession, &mut SessionState),
        round: &[u32],
        fx: &mut Effects,
    ) {
        for slot in round {
            if self.found.bytes >= self.wants.max_bytes && self.found.is_news()
                || self.found.records >= self.wants.max_records
            {
                break;
            }
            let look = self.look_at((session, state), *slot, None, fx);
            let Some(place) = state.place_mut(*slot) else {
                continue;
            };
            let place = (place.topic, place.partition);
            match look {
                Look::Records(slice, acquired) => {
                    self.give(place, slice, &acquired);
                    state.on_given(*slot);
                }
                Look::Refused(error) => {
                    let data = PartitionData {
                        error_code: error,
                        ..empty(place.1)
                    };
                    self.found.partitions.insert(place, data);
                }
                other => self.note(other, *slot, state),
            }
        }
    }

    fn look_at(
        &self,
        (session, state): (&ShareSession, &mut SessionState),
        slot: u32,
        only_looks: Option<usize>,
        fx: &mut Effects,
    ) -> Look {
        let watch: Arc<Watch> = Arc::clone(&state.watch);
        let Some(place) = state.place_mut(slot) else {
            return Look::Nothing(None);
        };
        let found = (self.broker).share_replica(&session.group, place.topic, place.partition);
        let share = match found {
            Ok(share) => share,
            Err(error) => return Look::Refused(error),
        };
        let before = place.replica.replace(Arc::clone(&share));
        if let Some(before) = before.filter(|before| !Arc::ptr_eq(before, &share)) {
            before.unwatch(&watch, slot);
        }
        let wanted = FetchWanted {
            max_bytes: self.wants.max_bytes.saturating_sub(self.found.bytes),
            min_one_batch: self.found.bytes == 0,
            wanted: Wanted {
                max_records: self.wants.max_records - self.found.records,
                batch_size: self.wants.batch_size,
                mode: self.wants.mode,
            },
            may_wait: self.may_wait,
            only_looks,
        };
        self.broker
            .look_at_share(self.now, &share, self.member, (&watch, slot), &wanted, fx)
    }

    fn note(&mut self, look: Look, slot: u32, state: &mut SessionState) {
        match look {
            Look::Nothing(at) => state.rest(slot, at),
            Look::NotOpen => {
                let replica = state.place_mut(slot).and_then(|p| p.replica.as_ref());
                self.closed
                    .extend(replica.map(|share| Arc::clone(share.replica())));
            }
            Look::Cold(slice) => self.cold.push(slice),
            Look::Refused(_) | Look::Bytes(_) | Look::Records(..) => {}
        }
    }

    fn give(&mut self, place: (TopicId, i32), slice: FileSlice, acquired: &[Acquired]) {
        let count: i64 = acquired.iter().map(|a| a.last - a.first + 1).sum();
        self.found.records += count;
        self.found.bytes += slice.len as usize;
        let acquired = acquired.iter().map(|acquired| AcquiredRecords {
            first_offset: acquired.first,
            last_offset: acquired.last,
            delivery_count: acquired.deliveries,
            ..Default::default()
        });
        let data = PartitionData {
            records: Some(Records::Region { len: slice.len }),
            acquired_records: acquired.collect(),
            ..empty(place.1)
        };
        self.found.partitions.insert(place, data);
        self.found.slices.insert(place, slice);
    }
}
