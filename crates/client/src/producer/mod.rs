//! Sending records: batches, placement, retries without duplicates.

mod batch;
mod partitioner;
mod queue;
mod sender;
mod shared;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use model::TimestampMs;
use records::{BatchBuilder, Compression, NewRecord};

pub use partitioner::{murmur2, partition_of_key};

use crate::{Client, ClientError, TopicPartition};
use sender::Sender;
use shared::Shared;

/// Whose acknowledgement a record needs, `acks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acks {
    /// Nobody's: what is lost is not noticed.
    None,
    /// The leader's.
    Leader,
    /// That of all replicas in sync.
    All,
}

impl Acks {
    /// The number of the protocol.
    #[must_use]
    pub const fn as_i16(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Leader => 1,
            Self::All => -1,
        }
    }
}

/// How a producer sends.
#[derive(Clone, Debug)]
pub struct ProducerConfig {
    /// Whose acknowledgement is waited for.
    pub acks: Acks,
    /// The codec of batches.
    pub compression: Compression,
    /// How long a batch waits to be filled, `linger.ms`.
    pub linger: Duration,
    /// The size, uncompressed, at which a batch is full, `batch.size`.
    pub batch_bytes: usize,
    /// The bytes of batches that one request carries, a single batch excepted, `max.request.size`.
    pub request_bytes: usize,
    /// The memory for records that are not acknowledged, `buffer.memory`; at the bound, sending waits.
    pub buffer_bytes: usize,
    /// The batches of one partition that may be in flight; at most 5 where `idempotent`.
    pub max_in_flight: usize,
    /// How long a record may take from being taken in to being acknowledged, `delivery.timeout.ms`.
    pub delivery_timeout: Duration,
    /// Whether batches are sent again after errors that may pass.
    pub retries: bool,
    /// Whether the broker recognises a batch that it has already (KIP-98). Needs `Acks::All` and `retries`;
    /// is without effect elsewhere.
    pub idempotent: bool,
    /// Whether topics that do not exist are made, where the cluster allows it.
    pub create_topics: bool,
}

impl Default for ProducerConfig {
    fn default() -> Self {
        Self {
            acks: Acks::All,
            compression: Compression::None,
            linger: Duration::from_millis(5),
            batch_bytes: 64 << 10,
            request_bytes: 1 << 20,
            buffer_bytes: 32 << 20,
            max_in_flight: 5,
            delivery_timeout: Duration::from_secs(120),
            retries: true,
            idempotent: true,
            create_topics: true,
        }
    }
}

impl ProducerConfig {
    /// Whether the broker is to recognise what it has already.
    pub(crate) fn is_idempotent(&self) -> bool {
        self.idempotent && self.retries && self.acks == Acks::All
    }
}

/// A record to send.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProducerRecord<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The partition; absent, the key decides, or for a record without a key the producer.
    pub partition: Option<i32>,
    /// When it was created; absent, now.
    pub timestamp: Option<TimestampMs>,
    /// The key.
    pub key: Option<&'a [u8]>,
    /// The value; absent, a tombstone.
    pub value: Option<&'a [u8]>,
    /// The headers, in order.
    pub headers: &'a [(&'a str, Option<&'a [u8]>)],
}

/// Where an acknowledged record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its partition.
    pub partition: TopicPartition,
    /// Its offset; absent with `Acks::None`, and where the broker had the batch already and no longer knows
    /// where.
    pub offset: Option<i64>,
}

/// Is told what became of a record. It runs on the sending thread and must not block.
pub type DeliveryReport = Box<dyn FnOnce(Result<Delivery, ClientError>) + Send>;

/// Sends records in the background.
///
/// Records of one partition are written in the order in which they were sent, and once, where the producer
/// is idempotent.
pub struct Producer {
    client: Client,
    shared: Arc<Shared>,
    sender: Option<JoinHandle<()>>,
    start: usize,
}

impl Producer {
    /// A producer with a thread that sends.
    ///
    /// # Panics
    /// When the system has no thread left.
    #[must_use]
    pub fn new(client: Client, config: ProducerConfig) -> Self {
        let shared = Arc::new(Shared::new(config));
        let sender = Sender::new(client.clone(), Arc::clone(&shared));
        let sender = std::thread::Builder::new()
            .name("producer".to_owned())
            .spawn(move || sender.run())
            .expect("the system has a thread for the producer");
        let random = RandomState::new().hash_one(SystemTime::now());
        Self {
            client,
            shared,
            sender: Some(sender),
            start: random as usize >> 1,
        }
    }

    /// Takes a record in; `report` is told what becomes of it. Waits while the producer's memory is full.
    ///
    /// # Errors
    /// When the topic or partition does not exist, or there is no room within the client's `api_timeout`;
    /// then `report` is not called.
    pub fn send(
        &self,
        record: &ProducerRecord<'_>,
        report: Option<DeliveryReport>,
    ) -> Result<(), ClientError> {
        let timestamp = record.timestamp.unwrap_or_else(now_ms);
        let encoded = NewRecord {
            timestamp: Some(timestamp),
            key: record.key,
            value: record.value,
            headers: record.headers,
        };
        let partition = self.place(record, &encoded)?;
        self.shared.append(
            partition,
            &encoded,
            report,
            self.client.config().api_timeout,
        )
    }

    /// Waits until every record that was sent is acknowledged or given up.
    pub fn flush(&self) {
        self.shared.flush();
    }

    /// Flushes and ends.
    pub fn close(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.shared.flush();
        self.shared.close();
        if let Some(sender) = self.sender.take() {
            // A sending thread that panicked has said so itself.
            let _ = sender.join();
        }
    }

    fn place(
        &self,
        record: &ProducerRecord<'_>,
        encoded: &NewRecord<'_>,
    ) -> Result<TopicPartition, ClientError> {
        let create = self.shared.config.create_topics;
        let cluster = self.client.with_topic(record.topic, create)?;
        let found = cluster.topics.get_key_value(record.topic);
        let (name, topic) = found.expect("a call for a topic that succeeds brings it");
        let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
        let partition = match (record.partition, record.key) {
            (Some(partition), _) => partition,
            (None, Some(key)) => partition_of_key(key, count.max(1)),
            (None, None) => {
                let led = topic
                    .partitions
                    .iter()
                    .filter(|(_, state)| state.leader.is_some());
                let led: Vec<i32> = led.map(|(number, _)| *number).collect();
                let size = BatchBuilder::size_bound(encoded);
                self.shared.place(name, &led, size, self.start).unwrap_or(0)
            }
        };
        if !topic.partitions.contains_key(&partition) {
            return Err(ClientError::UnknownPartition {
                topic: record.topic.to_owned(),
                partition,
                count: topic.partitions.len(),
            });
        }
        Ok(TopicPartition {
            topic: Arc::clone(name),
            partition,
        })
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        self.end();
    }
}

/// The wall clock.
fn now_ms() -> TimestampMs {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    TimestampMs(since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }))
}

/// The monotonic clock.
fn now() -> Instant {
    Instant::now()
}
