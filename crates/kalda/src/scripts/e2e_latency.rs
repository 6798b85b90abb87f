//! kafka-e2e-latency: how long a record takes from being sent to being read.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use client::admin::NewTopic;
use client::consumer::{Consumer, ConsumerRecord, Start};
use client::producer::{DeliveryReport, Producer, ProducerRecord};
use client::{Client, ClientError, OffsetSpec, TopicPartition};

use super::client_properties;
use super::connect::{self, Properties};
use super::console::line;
use super::faults::{Fault, Thrown, thrown};
use super::options::{Kind, Opt, Takes, int, text};
use super::parse::Given;
use super::{Script, Shown};

/// How long a record is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a latency is printed.
const PRINTED: usize = 1000;

const fn optional(mut option: Opt) -> Opt {
    option.takes = Takes::Maybe(Kind::Int);
    option.default = Some("0");
    option
}

/// The options.
pub const OPTIONS: &[Opt] = &[
    text(
        "bootstrap-server",
        "bootstrap-server",
        "Brokers to ask first.",
    ),
    text("topic", "topic-name", "The topic to write to and read."),
    int("num-records", "count", "How many records are sent."),
    text(
        "producer-acks",
        "producer-acks",
        "Who must have a record: 1 or all.",
    ),
    int("record-size", "bytes", "How many bytes a value has."),
    optional(int(
        "record-key-size",
        "bytes",
        "How many bytes a key has; without it there is none.",
    )),
    optional(int(
        "record-header-key-size",
        "bytes",
        "How many bytes the key of a header has.",
    )),
    optional(int(
        "record-header-size",
        "bytes",
        "How many bytes the value of a header has; -1 for null.",
    )),
    optional(int(
        "num-headers",
        "count",
        "How many headers a record has.",
    )),
    text(
        "command-config",
        "config-file",
        "A properties file with configurations of the clients.",
    )
    .maybe(),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-e2e-latency",
    options: OPTIONS,
    about: "This tool measures end-to-end latency in Kafka by sending messages and timing their reception.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Message,
    run,
};

/// The names of the arguments that older releases took by their places.
const PLACES: [&str; 6] = [
    "--bootstrap-server",
    "--topic",
    "--num-records",
    "--producer-acks",
    "--record-size",
    "--command-config",
];

/// Arguments by name, where they are given by their places as older releases took them.
///
/// # Errors
/// When there are too few or too many.
pub fn named(arguments: &[String]) -> Result<Vec<String>, Fault> {
    let is_named = arguments.iter().any(|word| {
        PLACES[..5].contains(&word.as_str()) || ["--help", "--version"].contains(&word.as_str())
    });
    if arguments.is_empty() || is_named {
        return Ok(arguments.to_vec());
    }
    if arguments.len() != 5 && arguments.len() != 6 {
        return Err(Fault::Message(format!(
            "Invalid number of arguments. Expected 5 or 6 positional arguments, but got {}. Usage: bootstrap-server topic \
             num-records producer-acks record-size [optional] command-config",
            arguments.len()
        )));
    }
    line(
        "WARNING: Positional argument usage is deprecated and will be removed in Apache Kafka 5.0. Please use named arguments \
         instead: --bootstrap-server, --topic, --num-records, --producer-acks, --record-size, --command-config",
    )?;
    let pairs = PLACES.iter().zip(arguments);
    Ok(pairs
        .flat_map(|(name, value)| [(*name).to_owned(), value.clone()])
        .collect())
}

/// What a record is made of.
struct Shape {
    key: usize,
    value: usize,
    headers: usize,
    header_key: usize,
    header_value: Option<usize>,
}

fn run(given: &Given) -> Result<u8, Fault> {
    given.require(&[
        "bootstrap-server",
        "topic",
        "num-records",
        "producer-acks",
        "record-size",
    ])?;
    let count = check(given)?;
    let shape = shape(given)?;
    let servers = given.text("bootstrap-server")?.unwrap_or_default();
    let mut properties = connect::properties(given, "command-config")?;
    let client = connect::client(servers, &properties)?;
    let topic = given.text("topic")?.unwrap_or_default();
    let partitions = partitions(&client, topic)?;
    let mut consumer = consumer(&client, &properties, &partitions)?;
    let acks = given.text("producer-acks")?.unwrap_or_default();
    properties.insert("acks".to_owned(), acks.to_owned());
    properties.insert("linger.ms".to_owned(), "0".to_owned());
    let producer = Producer::new(client, client_properties::producer(&properties)?);
    let mut latencies = Vec::new();
    for at in 0..count {
        let latency = once(&producer, &mut consumer, topic, &shape, at)?;
        if at % PRINTED == 0 {
            line(format!(
                "{at}\t{:?}",
                latency.as_nanos() as f64 / 1_000_000.0
            ))?;
        }
        latencies.push(latency);
    }
    summary(latencies)?;
    Ok(0)
}

fn check(given: &Given) -> Result<usize, Fault> {
    let usage = |message: &str| Err(Fault::Usage(message.to_owned()));
    let acks = given.text("producer-acks")?.unwrap_or_default();
    if !["1", "all"].contains(&acks) {
        return usage(
            "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
        );
    }
    let count: i32 = given.number("num-records")?.unwrap_or_default();
    if count <= 0 {
        return usage("Value for --num-records must be a positive integer.");
    }
    let at_least = |name: &str, least: i32, what: &str| match given.number::<i32>(name)? {
        Some(number) if number < least => Err(Fault::Usage(format!(
            "Value for --{name} must be a {what}."
        ))),
        _ => Ok(()),
    };
    at_least("record-size", 0, "non-negative integer")?;
    at_least("record-key-size", 0, "non-negative integer")?;
    at_least("record-header-key-size", 0, "non-negative integer")?;
    at_least(
        "record-header-size",
        -1,
        "non-negative integer or -1 for null header value",
    )?;
    at_least("num-headers", 0, "non-negative integer")?;
    Ok(count.unsigned_abs() as usize)
}

fn shape(given: &Given) -> Result<Shape, Fault> {
    let size = |name: &str| Ok::<_, Fault>(given.number::<i32>(name)?.unwrap_or_default());
    Ok(Shape {
        key: size("record-key-size")?.unsigned_abs() as usize,
        value: size("record-size")?.unsigned_abs() as usize,
        headers: size("num-headers")?.unsigned_abs() as usize,
        header_key: size("record-header-key-size")?.unsigned_abs() as usize,
        header_value: usize::try_from(size("record-header-size")?).ok(),
    })
}

/// The partitions of the topic, which is made where it is missing.
fn partitions(client: &Client, topic: &str) -> Result<Vec<TopicPartition>, Fault> {
    if let Err(ClientError::UnknownTopic(_)) = client.topics(&[topic], false) {
        line(format!(
            "Topic \"{topic}\" does not exist. Will create topic with 1 partition(s) and replication factor = 1"
        ))?;
        let new = NewTopic {
            name: topic.to_owned(),
            partitions: Some(1),
            replication_factor: Some(1),
            ..NewTopic::default()
        };
        if let Err(error) = client.create_topic(&new, false) {
            line(format!("Creation of topic {topic} failed"))?;
            let inner = thrown("createTopics", &error).in_execution();
            return Err(Thrown::runtime(inner.to_string()).into());
        }
    }
    let cluster = client
        .topics(&[topic], false)
        .map_err(|error| thrown("metadata", &error))?;
    let indexes = cluster.topics[topic].partitions.keys();
    Ok(indexes
        .map(|index| TopicPartition::new(topic, *index))
        .collect())
}

/// A consumer that stands at the end of the partitions.
fn consumer(
    client: &Client,
    properties: &Properties,
    partitions: &[TopicPartition],
) -> Result<Consumer, Fault> {
    let mut config = client_properties::consumer(properties)?;
    config.group = None;
    let wanted: Vec<_> = partitions
        .iter()
        .map(|tp| (tp.clone(), OffsetSpec::Latest))
        .collect();
    let ends = client
        .offsets(&wanted)
        .map_err(|error| thrown("listOffsets", &error))?;
    let mut consumer = Consumer::new(client.clone(), config);
    consumer.assign(ends.into_iter().map(|(tp, offset)| (tp, Start::At(offset))));
    // The first fetch is under way before the first record is sent.
    consumer
        .poll(Duration::ZERO)
        .map_err(|error| thrown("poll", &error))?;
    Ok(consumer)
}

/// Bytes that are all one letter, another for each record.
fn bytes(length: usize, at: usize) -> Vec<u8> {
    vec![b'A' + (at % 26) as u8; length]
}

fn once(
    producer: &Producer,
    consumer: &mut Consumer,
    topic: &str,
    shape: &Shape,
    at: usize,
) -> Result<Duration, Fault> {
    let (key, value) = (bytes(shape.key, at), bytes(shape.value, at));
    let header_key = String::from_utf8_lossy(&bytes(shape.header_key, at)).into_owned();
    let header_value = shape.header_value.map(|length| bytes(length, at));
    let headers = vec![(header_key.as_str(), header_value.as_deref()); shape.headers];
    let record = ProducerRecord {
        topic,
        key: (shape.key > 0).then_some(&key),
        value: Some(&value),
        headers: &headers,
        ..ProducerRecord::default()
    };
    let began = Instant::now();
    let (sender, receiver) = mpsc::sync_channel(1);
    // The receiver waits until it has an answer.
    let report: DeliveryReport = Box::new(move |result| drop(sender.send(result.map(|_| ()))));
    let sent = producer.send(&record, Some(report));
    let acknowledged = sent.and_then(|()| receiver.recv().unwrap_or(Err(ClientError::Closed)));
    acknowledged.map_err(|error| thrown("produce", &error).in_execution())?;
    let read = consumer
        .poll(PATIENCE)
        .map_err(|error| thrown("poll", &error))?;
    let latency = began.elapsed();
    validate(&read, &key, &value)?;
    Ok(latency)
}

fn validate(read: &[ConsumerRecord], key: &[u8], value: &[u8]) -> Result<(), Fault> {
    let fail = |message: String| Err(Thrown::runtime(message).into());
    let Some(record) = read.first() else {
        return fail("poll() timed out before finding a result (timeout:[60000ms])".to_owned());
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let got = record.value.as_deref().unwrap_or_default();
    if got != value {
        let (got, sent) = (text(got), text(value));
        return fail(format!(
            "The message value read [{got}] did not match the message value sent [{sent}]"
        ));
    }
    let got = record.key.as_deref().unwrap_or_default();
    if got != key {
        let (got, sent) = (text(got), text(key));
        return fail(format!(
            "The message key read [{got}] did not match the message key sent [{sent}]"
        ));
    }
    match read.len() {
        1 => Ok(()),
        count => fail(format!(
            "Only one result was expected during this test. We found [{count}]"
        )),
    }
}

fn summary(mut latencies: Vec<Duration>) -> Result<(), Fault> {
    let count = latencies.len();
    let total: Duration = latencies.iter().sum();
    line(format!(
        "Avg latency: {:.4} ms",
        total.as_secs_f64() * 1000.0 / count as f64
    ))?;
    latencies.sort_unstable();
    let at = |part: f64| latencies[((part * count as f64) as usize).min(count - 1)].as_millis();
    line(format!(
        "Percentiles: 50th = {}, 99th = {}, 99.9th = {}",
        at(0.5),
        at(0.99),
        at(0.999)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_by_their_places_get_names() {
        let words = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let given = named(&words(&["h:1", "t", "10", "all", "20"])).expect("five");
        assert_eq!(
            given[..4],
            words(&["--bootstrap-server", "h:1", "--topic", "t"])
        );
        assert!(named(&words(&["h:1", "t"])).is_err());
        assert_eq!(
            named(&words(&["--topic", "t"])).expect("named"),
            words(&["--topic", "t"])
        );
    }
}
