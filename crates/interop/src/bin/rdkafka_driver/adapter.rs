//! The client library, with the settings of the suite.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier,
    TopicReplication,
};
use rdkafka::client::{ClientContext, DefaultClientContext};
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{DeliveryResult, Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::{Value, json};

use crate::report::{Outcome, told};

/// How long one call may take.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A record to be produced.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// Key, null where absent.
    pub key: Option<Vec<u8>>,
    /// Value, null where absent.
    pub value: Option<Vec<u8>>,
    /// Partition; the key decides where absent.
    pub partition: Option<i32>,
    /// Create time in ms.
    pub timestamp: Option<i64>,
    /// Headers.
    pub headers: Vec<(&'static str, Option<Vec<u8>>)>,
}

/// A record that was consumed.
#[derive(Clone, Debug)]
pub struct Got {
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
    /// Key.
    pub key: Option<Vec<u8>>,
    /// Value.
    pub value: Option<Vec<u8>>,
    /// Headers.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
    /// Timestamp in ms.
    pub timestamp: Option<i64>,
}

/// A topic to be created.
#[derive(Clone, Debug)]
pub struct Topic<'a> {
    /// Its name.
    pub name: &'a str,
    /// Partitions, -1 for the broker's default.
    pub partitions: i32,
    /// Replicas, -1 for the broker's default.
    pub replicas: i32,
    /// Configurations.
    pub configs: &'a [(&'a str, &'a str)],
    /// Replicas by hand.
    pub assignment: Option<&'a [&'a [i32]]>,
    /// Only validated.
    pub validate: bool,
}

/// Settings of a client on top of the suite's.
pub type Settings<'a> = &'a [(&'a str, &'a str)];

/// One broker and the names of one run.
pub struct Session {
    bootstrap: String,
    prefix: String,
    admin: AdminClient<DefaultClientContext>,
    watcher: BaseConsumer,
    runtime: tokio::runtime::Runtime,
}

/// Keeps what became of each record.
#[derive(Default)]
pub struct Deliveries(Mutex<Vec<Result<i64, String>>>);

impl Deliveries {
    /// What became of the records since it was last asked.
    fn take(&self) -> Vec<Result<i64, String>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let kept = match result {
            Ok(message) => Ok(message.offset()),
            Err((error, _)) => Err(told(error)),
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(kept);
    }
}

/// Waits until something holds.
pub fn wait(what: &str, mut holds: impl FnMut() -> bool) -> Outcome<()> {
    let deadline = Instant::now() + LIMIT;
    while !holds() {
        if Instant::now() > deadline {
            return Err(format!("in time: {what}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

impl Session {
    /// Clients for a broker.
    pub fn new(bootstrap: &str, prefix: &str) -> Self {
        let config = base(bootstrap);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            admin: config.create().expect("the settings are valid"),
            watcher: config.create().expect("the settings are valid"),
            runtime: runtime.expect("a runtime without threads can be built"),
            bootstrap: bootstrap.to_owned(),
            prefix: prefix.to_owned(),
        }
    }

    /// The name of a topic or group of this run.
    pub fn name(&self, suffix: &str) -> String {
        format!("{}-{suffix}", self.prefix)
    }

    /// The broker's address and the prefix of names.
    pub fn arguments(&self) -> [&str; 2] {
        [&self.bootstrap, &self.prefix]
    }

    /// Creates a topic.
    pub fn create(&self, topic: &Topic<'_>) -> Outcome<&'static str> {
        let replication = match topic.assignment {
            Some(assignment) => TopicReplication::Variable(assignment),
            None => TopicReplication::Fixed(topic.replicas),
        };
        let partitions = topic
            .assignment
            .map_or(topic.partitions, |a| i32::try_from(a.len()).unwrap_or(0));
        let mut new = NewTopic::new(topic.name, partitions, replication);
        for (key, value) in topic.configs {
            new = new.set(key, value);
        }
        let options = options().validate_only(topic.validate);
        let made = self
            .runtime
            .block_on(self.admin.create_topics([&new], &options))
            .map_err(told)?;
        first(made.into_iter().map(|r| r.map_err(|(_, code)| told(code))))
    }

    /// Creates a topic and waits for its leaders.
    pub fn topic(&self, suffix: &str, partitions: i32, configs: Settings<'_>) -> Outcome<String> {
        let name = self.name(suffix);
        let topic = Topic {
            name: &name,
            partitions,
            replicas: 1,
            configs,
            assignment: None,
            validate: false,
        };
        self.create(&topic)?;
        wait("leaders", || self.led(&name))?;
        Ok(name)
    }

    /// Whether all partitions have a leader.
    pub fn led(&self, name: &str) -> bool {
        self.describe(name).is_ok_and(|shape| {
            shape.as_array().is_some_and(|all| {
                !all.is_empty()
                    && all
                        .iter()
                        .all(|p| p[1].as_i64().is_some_and(|leader| leader >= 0))
            })
        })
    }

    /// Partition, leader, count of replicas and of in-sync replicas of each partition.
    pub fn describe(&self, name: &str) -> Outcome<Value> {
        let found = self
            .watcher
            .fetch_metadata(Some(name), LIMIT)
            .map_err(told)?;
        let topic = found.topics().first().ok_or("no topic in the answer")?;
        if let Some(error) = topic.error() {
            return Err(format!("{error:?}"));
        }
        let shape = |p: &rdkafka::metadata::MetadataPartition| {
            (p.id(), p.leader(), p.replicas().len(), p.isr().len())
        };
        let mut partitions: Vec<_> = topic.partitions().iter().map(shape).collect();
        partitions.sort_unstable();
        Ok(json!(partitions))
    }

    /// The names of all topics.
    pub fn topics(&self) -> Outcome<Vec<String>> {
        let found = self.watcher.fetch_metadata(None, LIMIT).map_err(told)?;
        Ok(found.topics().iter().map(|t| t.name().to_owned()).collect())
    }

    /// Deletes a topic.
    pub fn delete(&self, name: &str) -> Outcome<&'static str> {
        let done = self
            .runtime
            .block_on(self.admin.delete_topics(&[name], &options()))
            .map_err(told)?;
        first(done.into_iter().map(|r| r.map_err(|(_, code)| told(code))))
    }

    /// Produces records and gives their offsets, sorted; the first error where one fails.
    pub fn produce(
        &self,
        topic: &str,
        records: &[Out],
        settings: Settings<'_>,
    ) -> Outcome<Vec<i64>> {
        deliver(&self.producer(settings)?, topic, records)
    }

    /// A producer that keeps what became of its records.
    pub fn producer(&self, settings: Settings<'_>) -> Outcome<BaseProducer<Deliveries>> {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.bootstrap)
            .set("linger.ms", "5")
            .set("message.timeout.ms", "20000");
        config.set_log_level(RDKafkaLogLevel::Emerg);
        settings.iter().for_each(|(key, value)| {
            config.set(*key, *value);
        });
        config
            .create_with_context(Deliveries::default())
            .map_err(told)
    }

    /// A consumer that begins at the earliest offset and commits nothing by itself.
    pub fn consumer(&self, settings: Settings<'_>) -> Outcome<BaseConsumer> {
        let mut config = base(&self.bootstrap);
        settings.iter().for_each(|(key, value)| {
            config.set(*key, *value);
        });
        config.create().map_err(told)
    }

    /// Reads records of a topic from the beginning.
    pub fn read(&self, topic: &str, partitions: i32, count: usize) -> Outcome<Vec<Got>> {
        let places: Vec<_> = (0..partitions).map(|p| (topic, p, 0)).collect();
        let consumer = self.consumer(&[])?;
        assign(&consumer, &places)?;
        poll(&consumer, count)
    }

    /// Low and high watermark.
    pub fn bounds(&self, topic: &str) -> Outcome<(i64, i64)> {
        self.watcher.fetch_watermarks(topic, 0, LIMIT).map_err(told)
    }

    /// The first offset at or after a time.
    pub fn offset_at(&self, topic: &str, ms: i64) -> Outcome<i64> {
        let mut times = TopicPartitionList::new();
        times
            .add_partition_offset(topic, 0, Offset::Offset(ms))
            .map_err(told)?;
        let found = self.watcher.offsets_for_times(times, LIMIT).map_err(told)?;
        Ok(found.elements()[0].offset().to_raw().unwrap_or(i64::MIN))
    }

    /// The configurations of a topic.
    pub fn configs(&self, topic: &str) -> Outcome<Vec<(String, String)>> {
        let resource = ResourceSpecifier::Topic(topic);
        let found = self
            .runtime
            .block_on(self.admin.describe_configs([&resource], &options()))
            .map_err(told)?;
        let resource = found
            .into_iter()
            .next()
            .ok_or("no resource in the answer")?
            .map_err(told)?;
        let mut configs: Vec<_> = resource
            .entries
            .iter()
            .map(|e| {
                let flags = [e.is_read_only, e.is_default, e.is_sensitive];
                (
                    e.name.clone(),
                    format!("{:?} {:?} {flags:?}", e.value, e.source),
                )
            })
            .collect();
        configs.sort();
        Ok(configs)
    }

    /// Sets the configurations of a topic.
    pub fn alter(&self, topic: &str, key: &str, value: &str) -> Outcome<&'static str> {
        let change = AlterConfig::new(ResourceSpecifier::Topic(topic)).set(key, value);
        let done = self
            .runtime
            .block_on(self.admin.alter_configs([&change], &options()))
            .map_err(told)?;
        first(done.into_iter().map(|r| r.map_err(|(_, code)| told(code))))
    }

    /// Raises the number of partitions.
    pub fn partitions(&self, topic: &str, count: usize) -> Outcome<&'static str> {
        let new = NewPartitions::new(topic, count);
        let done = self
            .runtime
            .block_on(self.admin.create_partitions([&new], &options()))
            .map_err(told)?;
        first(done.into_iter().map(|r| r.map_err(|(_, code)| told(code))))
    }

    /// Deletes records before an offset and gives the low watermark.
    pub fn delete_records(&self, topic: &str, before: i64) -> Outcome<i64> {
        let mut places = TopicPartitionList::new();
        let offset = if before < 0 {
            Offset::End
        } else {
            Offset::Offset(before)
        };
        places
            .add_partition_offset(topic, 0, offset)
            .map_err(told)?;
        let done = self
            .runtime
            .block_on(self.admin.delete_records(&places, &options()))
            .map_err(told)?;
        let element = &done.elements()[0];
        element.error().map_err(told)?;
        Ok(element.offset().to_raw().unwrap_or(i64::MIN))
    }

    /// Groups of this run, or one group, with their members.
    pub fn groups(&self, group: Option<&str>) -> Outcome<Vec<String>> {
        let found = self.watcher.fetch_group_list(group, LIMIT).map_err(told)?;
        let mine = found
            .groups()
            .iter()
            .filter(|g| g.name().starts_with(&self.prefix));
        let mut shown: Vec<_> = mine
            .map(|g| {
                let members: Vec<_> = g
                    .members()
                    .iter()
                    .map(|m| format!("{} {}", m.client_id(), m.client_host()))
                    .collect();
                format!(
                    "{} {} {} {} {members:?}",
                    g.name(),
                    g.state(),
                    g.protocol_type(),
                    g.protocol()
                )
            })
            .collect();
        shown.sort();
        Ok(shown)
    }

    /// Deletes a group.
    pub fn delete_group(&self, group: &str) -> Outcome<&'static str> {
        let done = self
            .runtime
            .block_on(self.admin.delete_groups(&[group], &options()))
            .map_err(told)?;
        first(done.into_iter().map(|r| r.map_err(|(_, code)| told(code))))
    }

    /// Brokers and the length of the cluster id.
    pub fn cluster(&self) -> Outcome<Value> {
        let found = self.watcher.fetch_metadata(None, LIMIT).map_err(told)?;
        let brokers: Vec<_> = found.brokers().iter().map(|b| (b.id(), b.host())).collect();
        let id = self
            .watcher
            .client()
            .fetch_cluster_id(LIMIT)
            .map(|id| id.len());
        Ok(json!([brokers, id]))
    }
}

fn base(bootstrap: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap)
        .set("group.id", "none")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "100")
        .set_log_level(RDKafkaLogLevel::Emerg);
    config
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(LIMIT))
}

fn first<T>(mut results: impl Iterator<Item = Outcome<T>>) -> Outcome<&'static str> {
    results
        .next()
        .unwrap_or_else(|| Err("an empty answer".to_owned()))
        .map(|_| "done")
}

/// Produces records and gives their offsets, sorted; the first error where one fails.
pub fn deliver(
    producer: &BaseProducer<Deliveries>,
    topic: &str,
    records: &[Out],
) -> Outcome<Vec<i64>> {
    for out in records {
        send(producer, topic, out)?;
    }
    producer.flush(LIMIT).map_err(told)?;
    let kept = producer.context().take();
    let mut offsets = kept.into_iter().collect::<Result<Vec<_>, _>>()?;
    offsets.sort_unstable();
    Ok(offsets)
}

fn send(producer: &BaseProducer<Deliveries>, topic: &str, out: &Out) -> Outcome<()> {
    let mut record = BaseRecord::<[u8], [u8]>::to(topic);
    record.key = out.key.as_deref();
    record.payload = out.value.as_deref();
    record.partition = out.partition;
    record.timestamp = out.timestamp;
    if !out.headers.is_empty() {
        let headers = out
            .headers
            .iter()
            .fold(OwnedHeaders::new(), |headers, (key, value)| {
                headers.insert(Header {
                    key,
                    value: value.as_ref(),
                })
            });
        record.headers = Some(headers);
    }
    producer.send(record).map_err(|(error, _)| told(error))
}

/// Assigns partitions with the offsets at which to begin.
pub fn assign(consumer: &BaseConsumer, places: &[(&str, i32, i64)]) -> Outcome<()> {
    let mut list = TopicPartitionList::new();
    for (topic, partition, offset) in places {
        list.add_partition_offset(topic, *partition, Offset::Offset(*offset))
            .map_err(told)?;
    }
    consumer.assign(&list).map_err(told)
}

/// Polls until so many records are there.
pub fn poll(consumer: &BaseConsumer, count: usize) -> Outcome<Vec<Got>> {
    let (mut got, deadline) = (Vec::new(), Instant::now() + LIMIT);
    while got.len() < count {
        if Instant::now() > deadline {
            return Err(format!("records in time: {} of {count}", got.len()));
        }
        if let Some(message) = consumer.poll(Duration::from_millis(200)) {
            got.push(taken(&message.map_err(told)?));
        }
    }
    Ok(got)
}

fn taken(message: &impl Message) -> Got {
    let header = |h: Header<'_, &[u8]>| (h.key.to_owned(), h.value.map(<[u8]>::to_vec));
    Got {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: message
            .headers()
            .into_iter()
            .flat_map(|hs| hs.iter().map(header))
            .collect(),
        timestamp: message.timestamp().to_millis(),
    }
}
