//! A server under attack: its process, its memory, and a client that works while it is attacked.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use model::{ErrorCode, TopicId};
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::FetchResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use records::{BatchBuilder, BatchIter, Codecs, NewRecord};
use testkit::broker::{Broker, Kind};

use crate::wire::Wire;

/// The topic of the bystander.
const BYSTANDER: &str = "bystander";
/// The longest that the bystander may have to wait for one answer: bounded, on a machine that others use too.
const BYSTANDER_PATIENCE: Duration = Duration::from_secs(8);

/// A running server, or the cluster that the environment names.
pub struct Node {
    address: SocketAddr,
    broker: Option<Broker>,
}

impl Node {
    /// Starts a server with these properties.
    ///
    /// With `KALDA_TEST_BOOTSTRAP_SERVER` set it is that cluster instead, Apache Kafka for instance, whose answers can be
    /// compared; its memory is not looked at.
    pub fn start(properties: &[(&str, &str)]) -> Self {
        if let Ok(address) = std::env::var("KALDA_TEST_BOOTSTRAP_SERVER") {
            let address = address.parse().expect("an address and a port");
            let broker = None;
            return Self { address, broker };
        }
        let kind = Kind::Kalda {
            binary: PathBuf::from(env!("CARGO_BIN_EXE_kalda")),
        };
        let broker = Broker::start(kind, properties).expect("the server starts");
        Self {
            address: broker.address(),
            broker: Some(broker),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A new connection.
    pub fn connect(&self) -> Wire {
        Wire::connect(self.address())
    }

    /// The process, its files, its restarts.
    pub fn broker(&mut self) -> &mut Broker {
        self.broker.as_mut().expect("a server of this test")
    }

    /// What the server has said so far.
    pub fn written(&self) -> String {
        self.broker
            .as_ref()
            .map(Broker::written)
            .unwrap_or_default()
    }

    /// Memory in use, in KiB.
    pub fn resident_kib(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory that was in use since [`Self::forget_peak`], in KiB.
    fn peak_kib(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn forget_peak(&self) {
        if let Some(broker) = &self.broker {
            let path = format!("/proc/{}/clear_refs", broker.process_id());
            std::fs::write(path, "5").expect("the peak can be forgotten");
        }
    }

    fn status(&self, name: &str) -> u64 {
        let Some(broker) = &self.broker else {
            return 0;
        };
        let path = format!("/proc/{}/status", broker.process_id());
        let text = std::fs::read_to_string(path).expect("the server runs");
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        number
            .and_then(|number| number.trim().parse().ok())
            .expect("/proc tells the memory of a process")
    }

    /// Lets `attack` do its worst while a bystander produces and consumes.
    ///
    /// Afterwards: the server lives; its memory has grown by no more than `bound_mib`, at any time; the bystander
    /// never waited long; and every record that it was told is there can be read.
    #[track_caller]
    pub fn withstands(&mut self, bound_mib: u64, attack: impl FnOnce(&mut Self)) {
        let bystander = Bystander::start(self.address());
        let before = self.resident_kib();
        self.forget_peak();
        attack(self);
        if let Some(broker) = &mut self.broker {
            assert!(broker.alive(), "the server lives: {}", broker.written());
        }
        let peak = self.peak_kib();
        let seen = bystander.finish(self);
        if let Some(broker) = &mut self.broker {
            assert!(broker.alive(), "the server lives: {}", broker.written());
        }
        let grown = peak.saturating_sub(before);
        assert!(
            grown <= bound_mib << 10,
            "memory has grown by {grown} KiB, more than {bound_mib} MiB"
        );
        assert!(
            seen.longest <= BYSTANDER_PATIENCE,
            "the bystander waited for {:?}",
            seen.longest
        );
        assert!(seen.acknowledged > 0, "the bystander got on");
    }
}

/// What the bystander saw.
struct Seen {
    acknowledged: usize,
    longest: Duration,
}

/// A client that minds its own business: it produces a record, reads it back, and so on.
struct Bystander {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<(usize, Duration)>,
}

impl Bystander {
    fn start(address: SocketAddr) -> Self {
        let mut wire = Wire::connect(address);
        create_topic(&mut wire, BYSTANDER, 1, &[]);
        let first = next_offset(&mut wire, BYSTANDER);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let (mut acknowledged, mut longest) = (0, Duration::ZERO);
            // At least once also during an attack that is over at once.
            while !stopped.load(Ordering::Acquire) || acknowledged == 0 {
                let began = Instant::now();
                let value = format!("bystander {acknowledged}");
                let (error, offset) =
                    produce(&mut wire, BYSTANDER, 0, -1, &batch(value.as_bytes()));
                assert!(error.is_none(), "the bystander is refused: {error:?}");
                longest = longest.max(began.elapsed());
                let began = Instant::now();
                let read = fetch(&mut wire, BYSTANDER, 0, offset);
                assert_eq!(read, [value.into_bytes()], "what was acknowledged is read");
                longest = longest.max(began.elapsed());
                assert_eq!(offset, first + acknowledged as i64, "nothing is lost");
                acknowledged += 1;
            }
            (acknowledged, longest)
        });
        Self { stop, thread }
    }

    /// Ends it and reads all that it wrote again, on a new connection.
    #[track_caller]
    fn finish(self, node: &Node) -> Seen {
        self.stop.store(true, Ordering::Release);
        let (acknowledged, longest) = match self.thread.join() {
            Ok(seen) => seen,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let mut wire = node.connect();
        let mut count = 0;
        loop {
            let read = fetch(&mut wire, BYSTANDER, 0, count as i64);
            if read.is_empty() {
                break;
            }
            count += read.len();
        }
        assert!(
            count >= acknowledged,
            "{acknowledged} acknowledged, {count} read"
        );
        Seen {
            acknowledged,
            longest,
        }
    }
}

/// One batch with one record.
pub fn batch(value: &[u8]) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    builder.append(&NewRecord::new(now(), None, Some(value)));
    builder.finish()
}

/// The present, for timestamps.
pub fn now() -> model::TimestampMs {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    model::TimestampMs(i64::try_from(millis).unwrap_or(0))
}

/// Creates a topic unless it is there.
#[track_caller]
pub fn create_topic(wire: &mut Wire, name: &str, partitions: i32, configs: &[(&str, &str)]) {
    let request = CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: name.into(),
            num_partitions: partitions,
            replication_factor: 1,
            configs: (configs.iter())
                .map(|(name, value)| CreatableTopicConfig {
                    name: (*name).into(),
                    value: Some((*value).into()),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }],
        timeout_ms: 10_000,
        ..Default::default()
    };
    let error = wire.ask(7, &request, |answer: &CreateTopicsResponse<'_>| {
        answer.topics[0].error_code
    });
    assert!(
        error.is_none() || error == ErrorCode::TOPIC_ALREADY_EXISTS,
        "{name}: {error:?}"
    );
    // The answer comes when the topic is decided; its leader takes it over in the same moment or the next.
    let deadline = Instant::now() + crate::wire::PATIENCE;
    while fetch_answer(wire, name, 0, 0).0 == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION {
        assert!(Instant::now() < deadline, "{name} is led");
    }
}

/// Produces a batch; gives the error and the offset.
pub fn produce(
    wire: &mut Wire,
    topic: &str,
    partition: i32,
    acks: i16,
    batch: &[u8],
) -> (ErrorCode, i64) {
    produce_at(wire, 12, topic, partition, acks, batch)
}

/// The same, at a version that names topics.
pub fn produce_at(
    wire: &mut Wire,
    version: i16,
    topic: &str,
    partition: i32,
    acks: i16,
    batch: &[u8],
) -> (ErrorCode, i64) {
    let request = produce_request(topic, partition, acks, batch);
    wire.ask(version, &request, |answer: &ProduceResponse<'_>| {
        let partition = &answer.responses[0].partition_responses[0];
        (partition.error_code, partition.base_offset)
    })
}

/// A request that produces one batch.
pub fn produce_request<'a>(
    topic: &'a str,
    index: i32,
    acks: i16,
    batch: &'a [u8],
) -> ProduceRequest<'a> {
    ProduceRequest {
        acks,
        timeout_ms: 10_000,
        topic_data: vec![TopicProduceData {
            name: topic.into(),
            topic_id: TopicId::ZERO,
            partition_data: vec![PartitionProduceData {
                index,
                records: Some(batch.into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

/// A request that fetches from one partition.
pub fn fetch_request(topic: &str, partition: i32, offset: i64) -> FetchRequest<'_> {
    FetchRequest {
        max_wait_ms: 0,
        min_bytes: 1,
        max_bytes: 8 << 20,
        session_epoch: -1,
        topics: vec![FetchTopic {
            topic: topic.into(),
            partitions: vec![FetchPartition {
                partition,
                fetch_offset: offset,
                partition_max_bytes: 8 << 20,
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn fetch_answer(
    wire: &mut Wire,
    topic: &str,
    partition: i32,
    offset: i64,
) -> (ErrorCode, Vec<u8>, i64) {
    let request = fetch_request(topic, partition, offset);
    wire.ask(12, &request, in_partition)
}

/// Error, batches and high watermark of the one partition that was fetched.
fn in_partition(answer: &FetchResponse<'_>) -> (ErrorCode, Vec<u8>, i64) {
    assert!(answer.error_code.is_none(), "{:?}", answer.error_code);
    let partition = &answer.responses[0].partitions[0];
    let records = partition.records.as_ref();
    let bytes = records
        .and_then(protocol::Records::bytes)
        .unwrap_or_default();
    (
        partition.error_code,
        bytes.to_vec(),
        partition.high_watermark,
    )
}

/// The error of a fetch.
pub fn fetch_error(wire: &mut Wire, topic: &str, partition: i32, offset: i64) -> ErrorCode {
    fetch_answer(wire, topic, partition, offset).0
}

/// The batches of a fetch, or why there are none: an error, or the end of the connection where a segment turns out to
/// be shorter than what was promised of it.
pub fn try_fetch(
    wire: &mut Wire,
    topic: &str,
    partition: i32,
    offset: i64,
) -> Result<Vec<u8>, String> {
    let request = fetch_request(topic, partition, offset);
    match wire.try_ask(12, &request, in_partition) {
        Ok((error, bytes, _)) if error.is_none() => Ok(bytes),
        Ok((error, _, _)) => Err(format!("{error:?}")),
        Err(back) => Err(format!("{back:?}")),
    }
}

/// Where the next record will be.
pub fn next_offset(wire: &mut Wire, topic: &str) -> i64 {
    fetch_answer(wire, topic, 0, 0).2
}

/// The values from `offset` on, as far as one fetch gives them.
#[track_caller]
pub fn fetch(wire: &mut Wire, topic: &str, partition: i32, offset: i64) -> Vec<Vec<u8>> {
    let (error, bytes, _) = fetch_answer(wire, topic, partition, offset);
    assert!(
        error.is_none(),
        "{topic}-{partition} at {offset}: {error:?}"
    );
    let mut codecs = Codecs::new();
    let mut values = Vec::new();
    for batch in BatchIter::new(&bytes) {
        let batch = batch.expect("what is served is whole");
        let records = batch
            .records(&mut codecs, 200 << 20)
            .expect("it is readable");
        for record in records {
            let record = record.expect("every record");
            if record.offset.0 >= offset {
                values.push(record.value.unwrap_or_default().to_vec());
            }
        }
    }
    values
}
