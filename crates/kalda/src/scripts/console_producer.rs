//! kafka-console-producer: lines of standard input become records.

use std::io::{self, BufRead, IsTerminal, Read};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use client::ClientError;
use client::producer::{DeliveryReport, Producer, ProducerRecord};
use model::ErrorCode;

use super::client_properties::{self, pairs};
use super::connect::{self, Properties};
use super::console::{line, note, print};
use super::faults::{Fault, thrown};
use super::line_reader::{LineReader, Parsed};
use super::options::{BOOTSTRAP_SERVER, BROKER_LIST, Kind, Opt, Takes, flag, int, long, old, text};
use super::parse::Given;
use super::{Script, Shown};

/// The longest line that is read: far above what brokers take by default.
const MAX_LINE_BYTES: u64 = 128 << 20;
/// The reader of lines, by its name in Java.
const LINE_READER: &str = "org.apache.kafka.tools.LineMessageReader";
/// What it was called in older releases.
const OLD_LINE_READER: &str = "kafka.tools.ConsoleProducer$LineMessageReader";

/// The options.
pub const OPTIONS: &[Opt] = &[
    text("topic", "topic", "The topic to write to."),
    BOOTSTRAP_SERVER,
    flag(
        "sync",
        "Wait for each record to be acknowledged before the next is sent.",
    ),
    text(
        "compression-codec",
        "compression-codec",
        "none, gzip, snappy, lz4 or zstd; gzip where no codec is named.",
    )
    .maybe(),
    int(
        "batch-size",
        "size",
        "How many bytes a batch has before it is sent: batch.size.",
    )
    .or("16384"),
    int(
        "message-send-max-retries",
        "",
        "How often a batch is sent again: retries.",
    )
    .or("3"),
    long(
        "retry-backoff-ms",
        "",
        "How long is waited before it is sent again: retry.backoff.ms.",
    )
    .or("100"),
    long(
        "timeout",
        "timeout_ms",
        "How long a batch waits to be filled: linger.ms.",
    )
    .or("1000"),
    text(
        "request-required-acks",
        "request required acks",
        "Who must have a record: acks.",
    )
    .or("-1"),
    int(
        "request-timeout-ms",
        "request timeout ms",
        "How long a request may take: request.timeout.ms.",
    )
    .or("1500"),
    long(
        "metadata-expiry-ms",
        "metadata expiration interval",
        "When metadata is asked for anew: metadata.max.age.ms.",
    )
    .or("300000"),
    long(
        "max-block-ms",
        "max block on send",
        "How long sending may wait for room: max.block.ms.",
    )
    .or("60000"),
    long(
        "max-memory-bytes",
        "total memory in bytes",
        "The memory for records not acknowledged yet: buffer.memory.",
    )
    .or("33554432"),
    int(
        "max-partition-memory-bytes",
        "memory in bytes per partition",
        "The older name of --batch-size.",
    )
    .or("16384"),
    text(
        "line-reader",
        "reader_class",
        "The class that reads lines; there is this one.",
    )
    .or(LINE_READER),
    int(
        "socket-buffer-size",
        "size",
        "The socket's buffer: send.buffer.bytes.",
    )
    .or("102400"),
    text("property", "prop", "The older name of --reader-property."),
    text(
        "reader-property",
        "prop",
        "How lines are read, key=value: parse.key, parse.headers, key.separator, headers.delimiter, headers.separator, \
         headers.key.separator, null.marker, ignore.error.",
    ),
    text(
        "reader-config",
        "config file",
        "A properties file with how lines are read.",
    ),
    text(
        "producer-property",
        "producer_prop",
        "The older name of --command-property.",
    ),
    text(
        "command-property",
        "producer_prop",
        "A configuration of the producer, key=value.",
    ),
    text(
        "producer.config",
        "config file",
        "The older name of --command-config.",
    ),
    text(
        "command-config",
        "config file",
        "A properties file with configurations of the producer.",
    ),
    BROKER_LIST,
    old("new-producer", Takes::Nothing, "there is one producer"),
    old(
        "queue-size",
        Takes::Value(Kind::Int),
        "--max-memory-bytes bounds what waits to be sent",
    ),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-console-producer",
    options: OPTIONS,
    about: "This tool helps to read data from standard input and publish it to Kafka.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Trace,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    given.require(&["topic"])?;
    check(given)?;
    let servers = match given.text("broker-list")? {
        Some(old) => old.to_owned(),
        None => connect::bootstrap(given, "bootstrap-server")?,
    };
    connect::validate(&servers)?;
    let reader = LineReader::new(&reader_properties(given)?)?;
    let properties = producer_properties(given)?;
    let client = connect::client(&servers, &properties)?;
    let config = client_properties::producer(&properties)?;
    let producer = Producer::new(client, config);
    let topic = given.text("topic")?.unwrap_or_default();
    let sent = send_lines(&producer, topic, reader, given.has("sync"));
    producer.close();
    sent.map(|()| 0)
}

fn check(given: &Given) -> Result<(), Fault> {
    let pairs = [
        ("command-config", "producer.config"),
        ("command-property", "producer-property"),
        ("reader-property", "property"),
    ];
    for (name, older) in pairs {
        if given.has(name) && given.has(older) {
            let message = format!("Options --{name} and --{older} cannot be specified together.");
            return Err(Fault::Usage(message));
        }
    }
    for (older, name, until) in [
        ("producer-property", "command-property", "a future version"),
        ("producer.config", "command-config", "a future version"),
        ("property", "reader-property", "a future version"),
        (
            "max-partition-memory-bytes",
            "batch-size",
            "Apache Kafka 5.0",
        ),
    ] {
        if given.has(older) {
            line(format!(
                "Warning: --{older} is deprecated and will be removed in {until}. Use --{name} instead."
            ))?;
        }
    }
    let reader = given.text("line-reader")?.unwrap_or(LINE_READER);
    if ![LINE_READER, OLD_LINE_READER].contains(&reader) {
        return Err(Fault::Thrown(super::faults::Thrown::new(
            "java.lang.ClassNotFoundException",
            reader,
        )));
    }
    Ok(())
}

fn reader_properties(given: &Given) -> Result<Properties, Fault> {
    let mut properties = connect::properties(given, "reader-config")?;
    properties.extend(pairs(&given.texts("reader-property")));
    properties.extend(pairs(&given.texts("property")));
    Ok(properties)
}

fn producer_properties(given: &Given) -> Result<Properties, Fault> {
    let mut properties = connect::properties(given, "command-config")?;
    properties.extend(connect::properties(given, "producer.config")?);
    properties.extend(pairs(&given.texts("command-property")));
    properties.extend(pairs(&given.texts("producer-property")));
    let codec = match given.text("compression-codec")? {
        Some(codec) if !codec.is_empty() => codec,
        _ if given.has("compression-codec") => "gzip",
        _ => "none",
    };
    properties.insert("compression.type".to_owned(), codec.to_owned());
    let id = "client.id".to_owned();
    properties
        .entry(id)
        .or_insert_with(|| "console-producer".to_owned());
    for (key, option) in [
        ("linger.ms", "timeout"),
        ("acks", "request-required-acks"),
        ("request.timeout.ms", "request-timeout-ms"),
        ("retries", "message-send-max-retries"),
        ("retry.backoff.ms", "retry-backoff-ms"),
        ("send.buffer.bytes", "socket-buffer-size"),
        ("buffer.memory", "max-memory-bytes"),
        ("batch.size", "batch-size"),
        ("batch.size", "max-partition-memory-bytes"),
        ("metadata.max.age.ms", "metadata-expiry-ms"),
        ("max.block.ms", "max-block-ms"),
    ] {
        // Refuses a text that is no number.
        if option != "request-required-acks" {
            given.number::<i64>(option)?;
        }
        if let Some(value) = given.text(option)?
            && (given.has(option) || !properties.contains_key(key))
        {
            properties.insert(key.to_owned(), value.to_owned());
        }
    }
    // How long sending may wait is how long any call of the client may take.
    if let Some(ms) = properties.get("max.block.ms").cloned() {
        properties.insert("default.api.timeout.ms".to_owned(), ms);
    }
    Ok(properties)
}

fn send_lines(
    producer: &Producer,
    topic: &str,
    mut reader: LineReader,
    sync: bool,
) -> Result<(), Fault> {
    let prompt = io::stdin().is_terminal() && io::stdout().is_terminal();
    let mut input = io::stdin().lock();
    loop {
        if prompt {
            print(">")?;
        }
        let Some(text) = read_line(&mut input)? else {
            return Ok(());
        };
        let record = reader.read(&text)?;
        send(producer, topic, &record, sync)?;
    }
}

/// A line without its end; none at the end of the input.
fn read_line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, Fault> {
    let mut text = Vec::new();
    let mut bounded = input.take(MAX_LINE_BYTES);
    bounded
        .read_until(b'\n', &mut text)
        .map_err(|error| Fault::Message(error.to_string()))?;
    if text.is_empty() {
        return Ok(None);
    }
    if text.ends_with(b"\n") {
        text.pop();
        if text.ends_with(b"\r") {
            text.pop();
        }
    }
    Ok(Some(text))
}

fn send(producer: &Producer, topic: &str, record: &Parsed, sync: bool) -> Result<(), Fault> {
    let headers: Vec<_> = record
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_deref()))
        .collect();
    let next = ProducerRecord {
        topic,
        key: record.key.as_deref(),
        value: record.value.as_deref(),
        headers: &headers,
        ..ProducerRecord::default()
    };
    if !sync {
        let what = describe(topic, record);
        let report: DeliveryReport = Box::new(move |result| {
            if let Err(error) = result {
                complain(&what, &error);
            }
        });
        if let Err(error) = producer.send(&next, Some(report)) {
            complain(&describe(topic, record), &error);
        }
        return Ok(());
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    let sender = Arc::new(Mutex::new(Some(sender)));
    let report: DeliveryReport = Box::new(move |result| {
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // The receiver waits until it has an answer.
            let _ = sender.send(result.map(|_| ()));
        }
    });
    let sent = producer.send(&next, Some(report));
    producer.flush();
    let result = sent.and_then(|()| receiver.recv().unwrap_or(Err(ClientError::Closed)));
    result.map_err(|error| thrown("produce", &error).in_execution().into())
}

fn describe(topic: &str, record: &Parsed) -> String {
    let bytes = |bytes: &Option<Vec<u8>>| match bytes {
        Some(bytes) => format!("{} bytes", bytes.len()),
        None => "null".to_owned(),
    };
    format!(
        "Error when sending message to topic {topic} with key: {}, value: {} with error:",
        bytes(&record.key),
        bytes(&record.value)
    )
}

fn complain(what: &str, error: &ClientError) {
    let why = match error {
        ClientError::UnknownTopic(topic) => {
            let message = format!("Topic {topic} not present in metadata after 60000 ms.");
            super::faults::Thrown::of_code(ErrorCode::REQUEST_TIMED_OUT, Some(&message))
        }
        other => thrown("produce", other),
    };
    note(format!("{what} {why}"));
}
