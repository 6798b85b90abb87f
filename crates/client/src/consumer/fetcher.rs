//! Fetches ahead of the reader, one request to each leader at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use model::{BrokerId, ErrorCode, Uuid};
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::PartitionData;
use records::Codecs;

use super::chunk::{Chunk, read_chunk};
use super::{ConsumerConfig, ConsumerRecord, Event, Position, Start};
use crate::connection::Connection;
use crate::error::is_retriable;
use crate::{Client, ClientError, Target, TopicPartition};

/// A partition with so many records waiting is not fetched.
const MAX_WAITING_RECORDS: usize = 10_000;
/// The rest after an error that may pass.
const RETRY_AFTER: Duration = Duration::from_millis(100);
/// How long a poll rests at most before it looks at its requests again.
const LONGEST_REST: Duration = Duration::from_millis(500);

/// A partition that is read.
struct Assigned {
    /// How far records were handed out.
    position: Position,
    /// Where the next fetch begins.
    fetch_offset: i64,
    chunks: VecDeque<Chunk>,
    is_in_flight: bool,
    /// When the error began that lasts still.
    failing_since: Option<Instant>,
}

impl Assigned {
    fn waiting(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.records.len()).sum()
    }
}

/// A request that was sent.
struct Sent {
    connection: Arc<Connection>,
    leader: BrokerId,
    version: i16,
    deadline: Instant,
    partitions: Vec<(TopicPartition, Uuid, i64)>,
}

/// Knows the partitions and what was fetched of them.
pub(crate) struct Fetcher {
    client: Client,
    config: ConsumerConfig,
    events: Sender<Event>,
    codecs: Codecs,
    assigned: BTreeMap<TopicPartition, Assigned>,
    requests: BTreeMap<u64, Sent>,
    next_request: u64,
    next_turn: Option<TopicPartition>,
    lost: BTreeMap<TopicPartition, Start>,
    retry_at: Option<Instant>,
    failure: Option<ClientError>,
}

impl Fetcher {
    pub(crate) fn new(client: Client, config: ConsumerConfig, events: Sender<Event>) -> Self {
        Self {
            client,
            config,
            events,
            codecs: Codecs::new(),
            assigned: BTreeMap::new(),
            requests: BTreeMap::new(),
            next_request: 0,
            next_turn: None,
            lost: BTreeMap::new(),
            retry_at: None,
            failure: None,
        }
    }

    /// Reads `tp` from `position` on.
    pub(crate) fn assign(&mut self, tp: TopicPartition, position: Position) {
        let assigned = Assigned {
            position,
            fetch_offset: position.offset,
            chunks: VecDeque::new(),
            is_in_flight: false,
            failing_since: None,
        };
        self.assigned.insert(tp, assigned);
    }

    /// Reads nothing more of partitions that are not in `partitions`.
    pub(crate) fn retain(&mut self, partitions: &BTreeSet<TopicPartition>) {
        self.assigned.retain(|tp, _| partitions.contains(tp));
        self.lost.retain(|tp, _| partitions.contains(tp));
    }

    /// Reads nothing.
    pub(crate) fn clear(&mut self) {
        self.assigned.clear();
        self.lost.clear();
    }

    pub(crate) fn positions(&self) -> BTreeMap<TopicPartition, Position> {
        let positions = self.assigned.iter();
        positions
            .map(|(tp, assigned)| (tp.clone(), assigned.position))
            .collect()
    }

    /// Partitions whose offset is gone, with where to begin anew.
    pub(crate) fn take_lost(&mut self) -> BTreeMap<TopicPartition, Start> {
        std::mem::take(&mut self.lost)
    }

    /// How long there is nothing to do but wait for answers.
    pub(crate) fn rest(&self) -> Duration {
        let now = Instant::now();
        let deadlines = self.requests.values().map(|sent| sent.deadline);
        let first = deadlines.chain(self.retry_at).min();
        let rest = first.map_or(LONGEST_REST, |first| first.saturating_duration_since(now));
        rest.clamp(Duration::from_millis(1), LONGEST_REST)
    }

    /// At most `limit` records, of one partition after the other in turn.
    ///
    /// # Errors
    /// What a fetch met that will not pass.
    pub(crate) fn take(&mut self, limit: usize) -> Result<Vec<ConsumerRecord>, ClientError> {
        let mut records = Vec::new();
        let mut order: VecDeque<_> = self.assigned.keys().cloned().collect();
        let turn = self.next_turn.take();
        let first = order
            .iter()
            .position(|tp| Some(tp) >= turn.as_ref())
            .unwrap_or(0);
        order.rotate_left(first);
        for tp in order {
            if records.len() >= limit {
                self.next_turn = Some(tp);
                break;
            }
            if let Some(assigned) = self.assigned.get_mut(&tp) {
                take_of(assigned, limit, &mut records);
            }
        }
        match self.failure.take() {
            Some(error) if records.is_empty() => Err(error),
            failure => {
                self.failure = failure;
                Ok(records)
            }
        }
    }

    /// Asks every leader that is not asked already.
    ///
    /// # Errors
    /// When a topic is gone.
    pub(crate) fn send_fetches(&mut self) -> Result<(), ClientError> {
        self.expire();
        if let Some(when) = self.retry_at {
            if when > Instant::now() {
                return Ok(());
            }
            self.retry_at = None;
            if self.client.refresh().is_err() {
                self.rest_a_moment();
                return Ok(());
            }
        }
        for (leader, partitions) in self.due() {
            if let Err(error) = self.send(leader, &partitions) {
                for (tp, _, _) in &partitions {
                    self.on_failure(tp, &error);
                }
            }
        }
        Ok(())
    }

    /// The partitions to ask for, by leader.
    fn due(&mut self) -> BTreeMap<BrokerId, Vec<(TopicPartition, Uuid, i64)>> {
        let busy: BTreeSet<_> = self.requests.values().map(|sent| sent.leader).collect();
        let cluster = self.client.cluster();
        let mut due: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut leaderless = Vec::new();
        for (tp, assigned) in &self.assigned {
            if assigned.is_in_flight || assigned.waiting() >= MAX_WAITING_RECORDS {
                continue;
            }
            match self.client.leader(&tp.topic, tp.partition) {
                Ok((leader, _)) if busy.contains(&leader) => {}
                Ok((leader, _)) => {
                    let id = cluster
                        .topics
                        .get(&tp.topic)
                        .map_or(Uuid::ZERO, |topic| topic.id);
                    due.entry(leader)
                        .or_default()
                        .push((tp.clone(), id, assigned.fetch_offset));
                }
                Err(error) => leaderless.push((tp.clone(), error)),
            }
        }
        for (tp, error) in leaderless {
            self.on_failure(&tp, &error);
        }
        due
    }

    fn send(
        &mut self,
        leader: BrokerId,
        partitions: &[(TopicPartition, Uuid, i64)],
    ) -> Result<(), ClientError> {
        let connection = self.client.connection(Target::Broker(leader))?;
        let version = connection.version::<FetchRequest<'_>>(&(0..=i16::MAX))?;
        let request = self.request(partitions);
        let number = self.next_request;
        self.next_request += 1;
        let events = self.events.clone();
        // The receiver is gone only when the consumer is.
        let reply = Box::new(move |answer| drop(events.send(Event::Fetched(number, answer))));
        connection.submit(version, &request, reply)?;
        for (tp, _, _) in partitions {
            if let Some(assigned) = self.assigned.get_mut(tp) {
                assigned.is_in_flight = true;
            }
        }
        let sent = Sent {
            connection,
            leader,
            version,
            deadline: Instant::now()
                + self.config.fetch_wait
                + self.client.config().request_timeout,
            partitions: partitions.to_vec(),
        };
        self.requests.insert(number, sent);
        Ok(())
    }

    fn request<'a>(&self, partitions: &'a [(TopicPartition, Uuid, i64)]) -> FetchRequest<'a> {
        let mut topics: Vec<FetchTopic<'a>> = Vec::new();
        for (tp, topic_id, offset) in partitions {
            if topics.last().is_none_or(|last| last.topic != *tp.topic) {
                topics.push(FetchTopic {
                    topic: (&*tp.topic).into(),
                    topic_id: *topic_id,
                    ..FetchTopic::default()
                });
            }
            let topic = topics.last_mut().expect("a topic was just added");
            topic.partitions.push(FetchPartition {
                partition: tp.partition,
                fetch_offset: *offset,
                partition_max_bytes: self.config.partition_fetch_bytes,
                ..FetchPartition::default()
            });
        }
        FetchRequest {
            max_wait_ms: i32::try_from(self.config.fetch_wait.as_millis()).unwrap_or(i32::MAX),
            min_bytes: 1,
            max_bytes: self.config.fetch_bytes,
            isolation_level: i8::from(self.config.read_committed),
            topics,
            ..FetchRequest::default()
        }
    }

    /// Takes in what a fetch brought.
    pub(crate) fn on_answer(&mut self, request: u64, answer: Result<Vec<u8>, ClientError>) {
        let Some(sent) = self.requests.remove(&request) else {
            return;
        };
        for (tp, _, _) in &sent.partitions {
            if let Some(assigned) = self.assigned.get_mut(tp) {
                assigned.is_in_flight = false;
            }
        }
        if let Err(error) = answer.and_then(|frame| self.read(&sent, frame)) {
            for (tp, _, _) in &sent.partitions {
                self.on_failure(tp, &error);
            }
        }
    }

    fn read(&mut self, sent: &Sent, frame: Vec<u8>) -> Result<(), ClientError> {
        let answer = sent
            .connection
            .answer::<FetchRequest<'_>>(frame, sent.version);
        let response = answer.message()?;
        crate::client::check("fetch", response.error_code, None)?;
        for topic in &response.responses {
            for data in &topic.partitions {
                let asked = sent.partitions.iter().find(|(tp, id, _)| {
                    let is_topic = if topic.topic.is_empty() {
                        *id == topic.topic_id
                    } else {
                        *tp.topic == *topic.topic
                    };
                    is_topic && tp.partition == data.partition_index
                });
                if let Some((tp, _, offset)) = asked {
                    self.on_partition(tp, *offset, data);
                }
            }
        }
        Ok(())
    }

    fn on_partition(&mut self, tp: &TopicPartition, asked: i64, data: &PartitionData<'_>) {
        let Some(assigned) = self.assigned.get_mut(tp) else {
            return;
        };
        if assigned.fetch_offset != asked {
            return;
        }
        if data.error_code == ErrorCode::OFFSET_OUT_OF_RANGE {
            match self.config.reset {
                Some(spec) => {
                    self.lost.insert(tp.clone(), Start::Spec(spec));
                    self.assigned.remove(tp);
                }
                None => self.failure = Some(out_of_range(tp)),
            }
            return;
        }
        if !data.error_code.is_none() {
            let error = ClientError::refused(format!("fetch of {tp}"), data.error_code, None);
            self.on_failure(tp, &error);
            return;
        }
        assigned.failing_since = None;
        let bytes = data
            .records
            .as_ref()
            .and_then(|records| records.bytes())
            .unwrap_or_default();
        let aborted = data.aborted_transactions.as_deref().unwrap_or_default();
        match read_chunk(tp, bytes, asked, aborted, &mut self.codecs) {
            Ok(chunk) => {
                assigned.fetch_offset = chunk.next_offset;
                assigned.chunks.push_back(chunk);
            }
            Err(source) => {
                self.failure = Some(ClientError::Records {
                    partition: tp.to_string(),
                    offset: asked,
                    source,
                });
            }
        }
    }

    /// Rests, or gives up what fails for longer than a call may take.
    fn on_failure(&mut self, tp: &TopicPartition, error: &ClientError) {
        let patience = self.client.config().api_timeout;
        let Some(assigned) = self.assigned.get_mut(tp) else {
            return;
        };
        let since = *assigned.failing_since.get_or_insert_with(Instant::now);
        let may_pass = error.is_retriable() || error.code().is_some_and(is_retriable);
        if may_pass && since.elapsed() < patience {
            return self.rest_a_moment();
        }
        self.failure = Some(match error.code() {
            Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION | ErrorCode::UNKNOWN_TOPIC_ID) => {
                ClientError::UnknownTopic(tp.topic.to_string())
            }
            _ => error.clone(),
        });
    }

    fn rest_a_moment(&mut self) {
        self.retry_at = Some(Instant::now() + RETRY_AFTER);
    }

    fn expire(&self) {
        let now = Instant::now();
        for sent in self.requests.values().filter(|sent| sent.deadline <= now) {
            let waited = self.config.fetch_wait + self.client.config().request_timeout;
            // Every request of that connection gets its answer by this, the late one too.
            sent.connection
                .close(sent.connection.timed_out::<FetchRequest<'_>>(waited));
        }
    }
}

/// Hands records out, and moves the position behind them.
fn take_of(assigned: &mut Assigned, limit: usize, records: &mut Vec<ConsumerRecord>) {
    while let Some(chunk) = assigned.chunks.front_mut() {
        while records.len() < limit
            && let Some(record) = chunk.records.pop_front()
        {
            assigned.position = Position {
                offset: record.offset + 1,
                leader_epoch: chunk.leader_epoch,
            };
            records.push(record);
        }
        if !chunk.records.is_empty() {
            return;
        }
        assigned.position.offset = chunk.next_offset;
        assigned.chunks.pop_front();
    }
}

/// The position of a partition is gone, and nothing says where to begin anew.
pub(crate) fn out_of_range(tp: &TopicPartition) -> ClientError {
    let message = Some("no such offset, and no reset to the earliest or the latest is allowed");
    ClientError::refused(
        format!("position of {tp}"),
        ErrorCode::OFFSET_OUT_OF_RANGE,
        message,
    )
}
