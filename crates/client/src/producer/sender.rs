//! The thread that sends batches and hears what became of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{BrokerId, ErrorCode, ProducerEpoch, ProducerId};
use protocol::Records;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use records::Codecs;

use super::batch::Identity;
use super::queue::{Outcome, Queue, Shipment, Verdict};
use super::shared::Shared;
use super::{Acks, Delivery, now};
use crate::client::check;
use crate::connection::Connection;
use crate::{Client, ClientError, Cluster, Target, TopicPartition};

/// How long the thread rests at most, so that it notices what has no other messenger.
const LONGEST_REST: Duration = Duration::from_millis(500);
/// The rest after metadata could not say where to send.
const STALE_REST: Duration = Duration::from_millis(100);

/// A request that was sent.
struct Sent {
    connection: Arc<Connection>,
    version: i16,
    deadline: Instant,
    batches: Vec<(TopicPartition, model::Uuid, u64)>,
}

/// The batches that one request to one broker carries.
type Load = Vec<(TopicPartition, model::Uuid, Shipment)>;

/// The sending thread's own.
pub(crate) struct Sender {
    client: Client,
    shared: Arc<Shared>,
    codecs: Codecs,
    requests: BTreeMap<u64, Sent>,
    next_request: u64,
    is_stale: bool,
}

impl Sender {
    pub(crate) fn new(client: Client, shared: Arc<Shared>) -> Self {
        Self {
            client,
            shared,
            codecs: Codecs::new(),
            requests: BTreeMap::new(),
            next_request: 0,
            is_stale: false,
        }
    }

    /// Runs until the producer is closed.
    pub(crate) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        loop {
            let answers = {
                let mut state = shared.state.lock();
                if state.is_closed {
                    return;
                }
                state.is_woken = false;
                std::mem::take(&mut state.answers)
            };
            for (request, answer) in answers {
                self.on_answer(request, answer);
            }
            self.expire();
            if self.is_stale {
                // Without metadata the batches wait, until their time is over.
                self.is_stale = self.client.refresh().is_err();
            }
            self.identify();
            let loads = self.loads();
            for (leader, load) in loads {
                self.send(leader, load);
            }
            self.rest();
        }
    }

    /// Sleeps until there is something to do.
    fn rest(&self) {
        let mut state = self.shared.state.lock();
        if state.is_woken || state.is_closed {
            return;
        }
        let (config, start) = (&self.shared.config, now());
        let longest = start
            + if self.is_stale {
                STALE_REST
            } else {
                LONGEST_REST
            };
        let due = state
            .queues
            .values()
            .filter_map(|queue| queue.due(config, state.flushes > 0));
        let deadlines = self.requests.values().map(|sent| sent.deadline);
        let until = due
            .chain(deadlines)
            .min()
            .map_or(longest, |first| first.min(longest));
        let until = if self.is_stale { longest } else { until };
        if until > start {
            // Time-out or not, there is something to look at.
            let _ = self.shared.work.wait_until(&mut state, until);
        }
    }

    /// The batches that are due, by leader.
    fn loads(&mut self) -> BTreeMap<BrokerId, Load> {
        let cluster = self.client.cluster();
        let config = &self.shared.config;
        let mut loads: BTreeMap<BrokerId, Load> = BTreeMap::new();
        let mut sizes: BTreeMap<BrokerId, usize> = BTreeMap::new();
        let mut state = self.shared.state.lock();
        let is_flushing = state.flushes > 0;
        for (tp, queue) in &mut state.queues {
            let is_due = queue
                .due(config, is_flushing)
                .is_some_and(|due| due <= now());
            if !is_due || (config.is_idempotent() && queue.lacks_identity()) {
                continue;
            }
            let Some((leader, topic_id)) = leader_of(&cluster, tp) else {
                self.is_stale = true;
                continue;
            };
            let size = sizes.entry(leader).or_default();
            if *size >= config.request_bytes {
                continue;
            }
            if let Some(shipment) = queue.ship(&mut self.codecs, config) {
                *size += shipment.bytes.len();
                loads
                    .entry(leader)
                    .or_default()
                    .push((tp.clone(), topic_id, shipment));
            }
        }
        loads
    }

    /// Sends one request to one broker.
    fn send(&mut self, leader: BrokerId, load: Load) {
        let sent = self.submit(leader, &load);
        let config = &self.shared.config;
        if let (Ok(()), Acks::All | Acks::Leader) = (&sent, config.acks) {
            return;
        }
        for (tp, _, shipment) in load {
            let verdict = match &sent {
                Ok(()) => Verdict::Written(None),
                Err(error) => Verdict::Unknown(error.clone()),
            };
            self.on_verdict(&tp, shipment.number, verdict);
        }
    }

    fn submit(&mut self, leader: BrokerId, load: &Load) -> Result<(), ClientError> {
        let config = &self.shared.config;
        let timeout = self.client.config().request_timeout;
        let connection = self.client.connection(Target::Broker(leader))?;
        let version = connection.version::<ProduceRequest<'_>>(&(0..=i16::MAX))?;
        let request = produce_request(config.acks, timeout, load);
        if config.acks == Acks::None {
            return connection.submit_unanswered(version, &request);
        }
        let number = self.next_request;
        self.next_request += 1;
        let shared = Arc::clone(&self.shared);
        let reply = Box::new(move |answer| shared.on_answer(number, answer));
        connection.submit(version, &request, reply)?;
        let batches = load
            .iter()
            .map(|(tp, id, shipment)| (tp.clone(), *id, shipment.number));
        let sent = Sent {
            connection,
            version,
            deadline: now() + timeout,
            batches: batches.collect(),
        };
        self.requests.insert(number, sent);
        Ok(())
    }

    fn on_answer(&mut self, request: u64, answer: Result<Vec<u8>, ClientError>) {
        let Some(sent) = self.requests.remove(&request) else {
            return;
        };
        let verdicts = answer.and_then(|frame| read_verdicts(&sent, frame));
        for (tp, _, number) in sent.batches {
            let verdict = match &verdicts {
                Err(error) => Verdict::Unknown(error.clone()),
                Ok(read) => match read.get(&tp) {
                    Some(Ok(offset)) => Verdict::Written(Some(*offset)),
                    Some(Err(error)) => Verdict::Refused(error.clone()),
                    None => Verdict::Unknown(refused(&tp, ErrorCode::UNKNOWN_SERVER_ERROR, None)),
                },
            };
            self.on_verdict(&tp, number, verdict);
        }
    }

    fn on_verdict(&mut self, tp: &TopicPartition, number: u64, verdict: Verdict) {
        if let Verdict::Refused(error) | Verdict::Unknown(error) = &verdict {
            self.is_stale |= error.is_retriable();
        }
        let config = &self.shared.config;
        let outcome = self
            .shared
            .state
            .lock()
            .on_verdict(tp, number, verdict, config);
        self.report(outcome.map(|outcome| (tp.clone(), outcome)));
    }

    /// Gives up requests and batches whose time is over.
    fn expire(&self) {
        let timeout = self.client.config().request_timeout;
        for sent in self.requests.values().filter(|sent| sent.deadline <= now()) {
            // Every request of that connection gets its answer by this, the late one too.
            sent.connection
                .close(sent.connection.timed_out::<ProduceRequest<'_>>(timeout));
        }
        let config = &self.shared.config;
        let expire = |tp: &TopicPartition, queue: &mut Queue| queue.expire(now(), tp, config);
        let expired = self.shared.state.lock().each(expire);
        self.report(expired);
    }

    /// Gives partitions that lack one a producer id.
    fn identify(&self) {
        if !self.shared.config.is_idempotent() {
            return;
        }
        if !self
            .shared
            .state
            .lock()
            .queues
            .values()
            .any(Queue::awaits_identity)
        {
            return;
        }
        let identity = self.client.retrying(|| init_producer_id(&self.client));
        let abandoned = self.shared.state.lock().each(|_, queue| match &identity {
            _ if !queue.awaits_identity() => Vec::new(),
            Ok(identity) => {
                queue.identify(*identity);
                Vec::new()
            }
            Err(error) => queue.abandon(error),
        });
        self.report(abandoned);
    }

    /// Tells producers, and whoever waits for room or for the end.
    fn report(&self, outcomes: impl IntoIterator<Item = (TopicPartition, Outcome)>) {
        for (tp, outcome) in outcomes {
            for (index, report) in outcome.reports {
                report(outcome.result.clone().map(|base| Delivery {
                    partition: tp.clone(),
                    offset: base.map(|base| base + i64::from(index)),
                }));
            }
            self.shared.state.lock().unreported -= 1;
            self.shared.finished.notify_all();
        }
    }
}

fn leader_of(cluster: &Cluster, tp: &TopicPartition) -> Option<(BrokerId, model::Uuid)> {
    let topic = cluster.topics.get(&tp.topic)?;
    let leader = topic.partitions.get(&tp.partition)?.leader?;
    Some((leader, topic.id))
}

fn produce_request(acks: Acks, timeout: Duration, load: &Load) -> ProduceRequest<'_> {
    let mut topics: Vec<TopicProduceData<'_>> = Vec::new();
    for (tp, topic_id, shipment) in load {
        if topics.last().is_none_or(|last| last.name != *tp.topic) {
            topics.push(TopicProduceData {
                name: (&*tp.topic).into(),
                topic_id: *topic_id,
                ..TopicProduceData::default()
            });
        }
        let topic = topics.last_mut().expect("a topic was just added");
        topic.partition_data.push(PartitionProduceData {
            index: tp.partition,
            records: Some(Records::Bytes((&*shipment.bytes).into())),
            ..PartitionProduceData::default()
        });
    }
    ProduceRequest {
        acks: acks.as_i16(),
        timeout_ms: i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX),
        topic_data: topics,
        ..ProduceRequest::default()
    }
}

type Verdicts = BTreeMap<TopicPartition, Result<i64, ClientError>>;

/// What an answer says of each partition, whose topics it names or, in later versions, gives by id.
fn read_verdicts(sent: &Sent, frame: Vec<u8>) -> Result<Verdicts, ClientError> {
    let answer = sent
        .connection
        .answer::<ProduceRequest<'_>>(frame, sent.version);
    let response = answer.message()?;
    let mut verdicts = BTreeMap::new();
    for topic in &response.responses {
        let is_it = |(tp, id, _): &&(TopicPartition, model::Uuid, u64)| {
            if topic.name.is_empty() {
                *id == topic.topic_id
            } else {
                *tp.topic == *topic.name
            }
        };
        let Some((known, _, _)) = sent.batches.iter().find(is_it) else {
            continue;
        };
        for partition in &topic.partition_responses {
            let tp = TopicPartition {
                topic: Arc::clone(&known.topic),
                partition: partition.index,
            };
            let errors = partition.record_errors.iter();
            let mut of_records =
                errors.filter_map(|error| error.batch_index_error_message.as_deref());
            let message = partition.error_message.as_deref().or(of_records.next());
            let verdict = if partition.error_code.is_none() {
                Ok(partition.base_offset)
            } else {
                Err(refused(&tp, partition.error_code, message))
            };
            verdicts.insert(tp, verdict);
        }
    }
    Ok(verdicts)
}

fn refused(tp: &TopicPartition, code: ErrorCode, message: Option<&str>) -> ClientError {
    ClientError::refused(format!("records for {tp}"), code, message)
}

fn init_producer_id(client: &Client) -> Result<Identity, ClientError> {
    let request = InitProducerIdRequest {
        transactional_id: None,
        transaction_timeout_ms: i32::MAX,
        ..InitProducerIdRequest::default()
    };
    let answer = client.send(Target::Any, &request)?;
    let response = answer.message()?;
    check("producer id", response.error_code, None)?;
    Ok(Identity {
        id: ProducerId(response.producer_id),
        epoch: ProducerEpoch(response.producer_epoch),
    })
}
