//! Reading records as a member of a share group (KIP-932): they are acquired, handed out, and acknowledged one by one.
//!
//! A poll does all of the work: it heartbeats, fetches from one leader after the other and takes acknowledgements along. Who does
//! not poll for as long as the group's session lasts is no member any more, and its records go to others.
//!
//! ```text
//!            heartbeat with epoch 0               UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH
//!   Outside ------------------------> Member ------------------------------------------> Outside (acquired records are lost)
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{BrokerId, ErrorCode, Uuid};
use protocol::share_acknowledge_request::{
    AcknowledgePartition, AcknowledgeTopic, AcknowledgementBatch as FinalBatch,
    ShareAcknowledgeRequest,
};
use protocol::share_fetch_request::{
    AcknowledgementBatch, FetchPartition, FetchTopic, ForgottenTopic, ShareFetchRequest,
};
use protocol::share_fetch_response::{PartitionData, ShareFetchResponse};
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use records::Codecs;

use crate::client::check;
use crate::consumer::ConsumerRecord;
use crate::consumer::chunk::read_chunk;
use crate::{Client, ClientError, Target, TopicPartition};

/// The rest where there is nobody to fetch from.
const REST: Duration = Duration::from_millis(50);
/// How often a member heartbeats that has no partitions: groups assign them some time after it joins.
const ASK_FOR_PARTITIONS: Duration = Duration::from_millis(500);
/// The epoch of the request that ends a session, and of the heartbeat that leaves a group.
const LAST_EPOCH: i32 = -1;
/// What is said of an offset that has no record.
const GAP: i8 = 0;

/// What becomes of a record that was handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledge {
    /// It was processed.
    Accept,
    /// It is to be delivered again.
    Release,
    /// It cannot be processed, and is not delivered again.
    Reject,
}

impl Acknowledge {
    const fn code(self) -> i8 {
        match self {
            Self::Accept => 1,
            Self::Release => 2,
            Self::Reject => 3,
        }
    }
}

/// How a member of a share group reads.
#[derive(Clone, Debug)]
pub struct ShareConfig {
    /// The group, `group.id`.
    pub group: String,
    /// The member's id, which no other has.
    pub member_id: String,
    /// The bytes that one fetch brings, `fetch.max.bytes`.
    pub fetch_bytes: i32,
    /// How long the leaders wait for records before they answer, `fetch.max.wait.ms`.
    pub fetch_wait: Duration,
    /// How many records one fetch acquires, `max.poll.records`.
    pub poll_records: i32,
}

impl ShareConfig {
    /// Kafka's defaults for a member of `group`.
    #[must_use]
    pub fn new(group: impl Into<String>, member_id: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            member_id: member_id.into(),
            fetch_bytes: 50 << 20,
            fetch_wait: Duration::from_millis(500),
            poll_records: 500,
        }
    }
}

/// A record that was acquired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRecord {
    /// The record.
    pub record: ConsumerRecord,
    /// How often it was delivered, this time included.
    pub delivery_count: i16,
    topic_id: Uuid,
}

/// A partition as the protocol names it here.
type Place = (Uuid, i32);
/// By partition and offset what is said of a record.
type Acknowledgements = BTreeMap<Place, BTreeMap<i64, i8>>;

/// A share session with a leader.
#[derive(Debug, Default)]
struct Session {
    epoch: i32,
    partitions: BTreeSet<Place>,
}

/// A member of a share group.
pub struct ShareConsumer {
    client: Client,
    config: ShareConfig,
    topics: Vec<String>,
    epoch: i32,
    next_heartbeat: Instant,
    assigned: BTreeSet<Place>,
    sessions: BTreeMap<BrokerId, Session>,
    acknowledged: Acknowledgements,
}

impl ShareConsumer {
    /// A member that reads `topics`; it joins with the first poll.
    #[must_use]
    pub fn new(client: Client, config: ShareConfig, topics: Vec<String>) -> Self {
        Self {
            client,
            config,
            topics,
            epoch: 0,
            next_heartbeat: Instant::now(),
            assigned: BTreeSet::new(),
            sessions: BTreeMap::new(),
            acknowledged: BTreeMap::new(),
        }
    }

    /// The next records; none when `timeout` is over. Acknowledgements so far go with the requests.
    ///
    /// # Errors
    /// When the group or a topic refuses the member for good, or records cannot be read.
    pub fn poll(&mut self, timeout: Duration) -> Result<Vec<ShareRecord>, ClientError> {
        let deadline = Instant::now() + timeout;
        loop {
            self.maybe_heartbeat()?;
            let leaders = self.by_leader();
            let left = deadline.saturating_duration_since(Instant::now());
            let count = u32::try_from(leaders.len()).unwrap_or(1).max(1);
            let wait = self.config.fetch_wait.min(left) / count;
            if leaders.is_empty() {
                std::thread::sleep(REST.min(left));
            }
            let mut records = Vec::new();
            for (leader, places) in leaders {
                match self.fetch(leader, places, wait, &mut records) {
                    Err(error) if error.is_retriable() => self.look_anew(),
                    result => result?,
                }
            }
            if !records.is_empty() || Instant::now() >= deadline {
                return Ok(records);
            }
        }
    }

    /// Says what became of a record; it is sent with the next poll, or when the member leaves.
    pub fn acknowledge(&mut self, record: &ShareRecord, how: Acknowledge) {
        let place = (record.topic_id, record.record.partition.partition);
        let offsets = self.acknowledged.entry(place).or_default();
        offsets.insert(record.record.offset, how.code());
    }

    /// Sends what is acknowledged and leaves the group; what is not acknowledged goes to others.
    ///
    /// # Errors
    /// When acknowledgements cannot be sent; the group is left anyhow.
    pub fn close(mut self) -> Result<(), ClientError> {
        let mut result = Ok(());
        for (leader, places) in self.by_leader() {
            let is_open = self.sessions.get(&leader).is_some_and(|s| s.epoch > 0);
            if is_open {
                result = result.and(self.end_session(leader, &places));
            }
        }
        if self.epoch > 0 {
            self.epoch = LAST_EPOCH;
            // Who does not hear of it sees the session end.
            let _ = self.heartbeat();
        }
        result
    }

    fn maybe_heartbeat(&mut self) -> Result<(), ClientError> {
        if Instant::now() < self.next_heartbeat {
            return Ok(());
        }
        match self.heartbeat() {
            Err(error) if error.is_retriable() => {
                self.next_heartbeat = Instant::now() + REST;
                // The next heartbeat meets the same error if the metadata cannot be had.
                let _ = self.client.refresh();
                Ok(())
            }
            Err(error) if is_fenced(&error) => {
                self.epoch = 0;
                self.assigned.clear();
                self.sessions.clear();
                self.acknowledged.clear();
                Ok(())
            }
            result => result,
        }
    }

    fn heartbeat(&mut self) -> Result<(), ClientError> {
        let names = self.topics.iter().map(|name| name.as_str().into());
        let request = ShareGroupHeartbeatRequest {
            group_id: self.config.group.as_str().into(),
            member_id: self.config.member_id.as_str().into(),
            member_epoch: self.epoch,
            subscribed_topic_names: (self.epoch == 0).then(|| names.collect()),
            ..ShareGroupHeartbeatRequest::default()
        };
        let coordinator = self.client.coordinator(&self.config.group)?;
        let answer = self.client.send(Target::Broker(coordinator), &request)?;
        let response = answer.message()?;
        let what = format!("share group '{}'", self.config.group);
        let message = response.error_message.as_deref();
        check(what, response.error_code, message)?;
        self.epoch = response.member_epoch;
        if let Some(assignment) = &response.assignment {
            let topics = assignment.topic_partitions.iter();
            let places = topics.flat_map(|topic| {
                let partitions = topic.partitions.iter();
                partitions.map(|partition| (topic.topic_id, *partition))
            });
            self.assigned = places.collect();
        }
        let interval = u64::try_from(response.heartbeat_interval_ms).unwrap_or_default();
        let interval = Duration::from_millis(interval);
        self.next_heartbeat = Instant::now()
            + match self.assigned.is_empty() {
                true => interval.min(ASK_FOR_PARTITIONS),
                false => interval,
            };
        Ok(())
    }

    /// The topic of this id, as far as it is known.
    fn name_of(&self, id: Uuid) -> Option<Arc<str>> {
        let cluster = self.client.cluster();
        let mut topics = cluster.topics.iter();
        let found = topics.find(|(_, topic)| topic.id == id);
        found.map(|(name, _)| Arc::clone(name))
    }

    /// The assigned partitions by their leaders. Those whose leader is not known are left out, and asked for.
    fn by_leader(&mut self) -> BTreeMap<BrokerId, BTreeSet<Place>> {
        let mut leaders: BTreeMap<BrokerId, BTreeSet<Place>> = BTreeMap::new();
        let mut is_unknown = false;
        for place in &self.assigned {
            let name = self.name_of(place.0);
            let leader = name.and_then(|name| self.client.leader(&name, place.1).ok());
            match leader {
                Some((leader, _)) => drop(leaders.entry(leader).or_default().insert(*place)),
                None => is_unknown = true,
            }
        }
        if is_unknown {
            let names: Vec<_> = self.topics.iter().map(String::as_str).collect();
            // It is asked again with the next poll.
            let _ = self.client.topics(&names, false);
        }
        leaders
    }

    /// A session is lost: its leader lets others have what was acquired in it.
    fn look_anew(&mut self) {
        std::thread::sleep(REST);
        // The next fetch meets the same error if the metadata cannot be had.
        let _ = self.client.refresh();
    }

    fn fetch(
        &mut self,
        leader: BrokerId,
        places: BTreeSet<Place>,
        wait: Duration,
        into: &mut Vec<ShareRecord>,
    ) -> Result<(), ClientError> {
        let mut session = self.sessions.remove(&leader).unwrap_or_default();
        let acknowledged = take(&mut self.acknowledged, &places, session.epoch == 0);
        let request = ShareFetchRequest {
            group_id: Some(self.config.group.as_str().into()),
            member_id: Some(self.config.member_id.as_str().into()),
            share_session_epoch: session.epoch,
            max_wait_ms: i32::try_from(wait.as_millis()).unwrap_or(i32::MAX),
            min_bytes: 1,
            max_bytes: self.config.fetch_bytes,
            max_records: self.config.poll_records,
            batch_size: self.config.poll_records,
            topics: fetch_topics(&places, &session.partitions, &acknowledged),
            forgotten_topics_data: forgotten(session.partitions.difference(&places)),
            ..ShareFetchRequest::default()
        };
        let timeout = wait + self.client.config().request_timeout;
        let target = Target::Broker(leader);
        let answer = self
            .client
            .send_within(target, 0..=i16::MAX, timeout, &request)?;
        let response = answer.message()?;
        match response.error_code {
            // It begins anew; what was acquired goes to others.
            ErrorCode::SHARE_SESSION_NOT_FOUND | ErrorCode::INVALID_SHARE_SESSION_EPOCH => {
                self.acknowledged.retain(|place, _| !places.contains(place));
                return Ok(());
            }
            code => check("share fetch", code, response.error_message.as_deref())?,
        }
        session.epoch = session.epoch.checked_add(1).unwrap_or(1);
        session.partitions = places;
        let gaps = self.take_records(&response, into)?;
        self.sessions.insert(leader, session);
        for ((topic, partition), offset) in gaps {
            let offsets = self.acknowledged.entry((topic, partition)).or_default();
            offsets.insert(offset, GAP);
        }
        Ok(())
    }

    /// Takes the acquired records; the answer is which offsets have none.
    fn take_records(
        &self,
        response: &ShareFetchResponse<'_>,
        into: &mut Vec<ShareRecord>,
    ) -> Result<Vec<(Place, i64)>, ClientError> {
        let mut gaps = Vec::new();
        for topic in &response.responses {
            let Some(name) = self.name_of(topic.topic_id) else {
                continue;
            };
            for data in &topic.partitions {
                let tp = TopicPartition {
                    topic: Arc::clone(&name),
                    partition: data.partition_index,
                };
                let message = data.error_message.as_deref();
                check(format!("share fetch of {tp}"), data.error_code, message)?;
                // A record whose acknowledgement was refused is delivered again.
                let missing = acquired(topic.topic_id, &tp, data, into)?;
                let place = (topic.topic_id, tp.partition);
                gaps.extend(missing.into_iter().map(|offset| (place, offset)));
            }
        }
        Ok(gaps)
    }

    fn end_session(
        &mut self,
        leader: BrokerId,
        places: &BTreeSet<Place>,
    ) -> Result<(), ClientError> {
        let acknowledged = take(&mut self.acknowledged, places, false);
        let mut topics: BTreeMap<Uuid, Vec<AcknowledgePartition>> = BTreeMap::new();
        for ((topic, partition_index), offsets) in &acknowledged {
            let batches = runs(offsets).into_iter().map(|run| FinalBatch {
                first_offset: run.first,
                last_offset: run.last,
                acknowledge_types: vec![run.how],
                ..FinalBatch::default()
            });
            topics
                .entry(*topic)
                .or_default()
                .push(AcknowledgePartition {
                    partition_index: *partition_index,
                    acknowledgement_batches: batches.collect(),
                    ..AcknowledgePartition::default()
                });
        }
        let topics = topics
            .into_iter()
            .map(|(topic_id, partitions)| AcknowledgeTopic {
                topic_id,
                partitions,
                ..AcknowledgeTopic::default()
            });
        let request = ShareAcknowledgeRequest {
            group_id: Some(self.config.group.as_str().into()),
            member_id: Some(self.config.member_id.as_str().into()),
            share_session_epoch: LAST_EPOCH,
            topics: topics.collect(),
            ..ShareAcknowledgeRequest::default()
        };
        let answer = self.client.send(Target::Broker(leader), &request)?;
        let response = answer.message()?;
        let message = response.error_message.as_deref();
        check("acknowledgement", response.error_code, message)?;
        for topic in &response.responses {
            for partition in &topic.partitions {
                let message = partition.error_message.as_deref();
                check("acknowledgement", partition.error_code, message)?;
            }
        }
        Ok(())
    }
}

/// Takes the acquired records of a partition; the answer is which offsets have none: those of markers of transactions, and what
/// compaction took out.
fn acquired(
    topic_id: Uuid,
    tp: &TopicPartition,
    data: &PartitionData<'_>,
    into: &mut Vec<ShareRecord>,
) -> Result<Vec<i64>, ClientError> {
    let ranges = data.acquired_records.iter();
    let ranges: Vec<_> = ranges
        .map(|range| (range.first_offset..=range.last_offset, range.delivery_count))
        .collect();
    let Some(first) = ranges.iter().map(|(range, _)| *range.start()).min() else {
        return Ok(Vec::new());
    };
    let bytes = data.records.as_ref().and_then(|records| records.bytes());
    let mut codecs = Codecs::new();
    let chunk =
        read_chunk(tp, bytes.unwrap_or_default(), first, &[], &mut codecs).map_err(|source| {
            ClientError::Records {
                partition: tp.to_string(),
                offset: first,
                source,
            }
        })?;
    let records = chunk.records.into_iter();
    let mut found: BTreeMap<_, _> = records.map(|record| (record.offset, record)).collect();
    let mut gaps = Vec::new();
    for (range, delivery_count) in ranges {
        for offset in range {
            match found.remove(&offset) {
                Some(record) => into.push(ShareRecord {
                    record,
                    delivery_count,
                    topic_id,
                }),
                None => gaps.push(offset),
            }
        }
    }
    Ok(gaps)
}

fn is_fenced(error: &ClientError) -> bool {
    let fenced = [ErrorCode::UNKNOWN_MEMBER_ID, ErrorCode::FENCED_MEMBER_EPOCH];
    error.code().is_some_and(|code| fenced.contains(&code))
}

/// Takes out what is said of records of these partitions; nothing is said in a session that begins.
fn take(from: &mut Acknowledgements, places: &BTreeSet<Place>, begins: bool) -> Acknowledgements {
    let mut taken = Acknowledgements::new();
    from.retain(|place, offsets| {
        let is_taken = places.contains(place);
        if is_taken && !begins {
            taken.insert(*place, std::mem::take(offsets));
        }
        !is_taken
    });
    taken
}

/// What a fetch names: partitions that are new to the session, and those of which something is said.
fn fetch_topics(
    places: &BTreeSet<Place>,
    known: &BTreeSet<Place>,
    acknowledged: &Acknowledgements,
) -> Vec<FetchTopic> {
    let named = places
        .iter()
        .filter(|place| !known.contains(place) || acknowledged.contains_key(place));
    let mut topics: BTreeMap<Uuid, Vec<FetchPartition>> = BTreeMap::new();
    for place in named {
        let batches = acknowledged.get(place).map(runs).unwrap_or_default();
        let batches = batches.into_iter().map(|run| AcknowledgementBatch {
            first_offset: run.first,
            last_offset: run.last,
            acknowledge_types: vec![run.how],
            ..AcknowledgementBatch::default()
        });
        topics.entry(place.0).or_default().push(FetchPartition {
            partition_index: place.1,
            acknowledgement_batches: batches.collect(),
            ..FetchPartition::default()
        });
    }
    let topics = topics.into_iter().map(|(topic_id, partitions)| FetchTopic {
        topic_id,
        partitions,
        ..FetchTopic::default()
    });
    topics.collect()
}

fn forgotten<'a>(places: impl Iterator<Item = &'a Place>) -> Vec<ForgottenTopic> {
    let mut topics: BTreeMap<Uuid, Vec<i32>> = BTreeMap::new();
    for (topic, partition) in places {
        topics.entry(*topic).or_default().push(*partition);
    }
    let topics = topics
        .into_iter()
        .map(|(topic_id, partitions)| ForgottenTopic {
            topic_id,
            partitions,
            ..ForgottenTopic::default()
        });
    topics.collect()
}

/// Offsets in a row of which the same is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: i64,
    last: i64,
    how: i8,
}

fn runs(offsets: &BTreeMap<i64, i8>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (offset, how) in offsets {
        match runs.last_mut() {
            Some(run) if run.last + 1 == *offset && run.how == *how => run.last = *offset,
            _ => runs.push(Run {
                first: *offset,
                last: *offset,
                how: *how,
            }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = (Uuid([1; 16]), 0);

    #[test]
    fn offsets_in_a_row_are_acknowledged_together() {
        let offsets = BTreeMap::from([(3, 1), (4, 1), (5, 2), (7, 2)]);
        let run = |first, last, how| Run { first, last, how };
        assert_eq!(runs(&offsets), [run(3, 4, 1), run(5, 5, 2), run(7, 7, 2)]);
    }

    #[test]
    fn a_fetch_names_what_is_new_and_what_is_acknowledged() {
        let other = (PLACE.0, 1);
        let places = BTreeSet::from([PLACE, other]);
        let said = Acknowledgements::from([(PLACE, BTreeMap::from([(3, 1)]))]);
        let count = |topics: Vec<FetchTopic>| {
            let topics = topics.iter();
            topics.map(|topic| topic.partitions.len()).sum::<usize>()
        };
        assert_eq!(count(fetch_topics(&places, &BTreeSet::new(), &said)), 2);
        assert_eq!(count(fetch_topics(&places, &places, &said)), 1);
        assert_eq!(count(fetch_topics(&places, &places, &BTreeMap::new())), 0);
    }

    #[test]
    fn a_session_that_begins_says_nothing_of_records_of_an_older_one() {
        let places = BTreeSet::from([PLACE]);
        let said = || Acknowledgements::from([(PLACE, BTreeMap::from([(3, 1)]))]);
        let mut kept = said();
        assert_eq!(take(&mut kept, &places, false), said());
        let mut lost = said();
        assert!(take(&mut lost, &places, true).is_empty() && lost.is_empty());
    }
}
