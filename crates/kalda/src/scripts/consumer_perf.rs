//! kafka-consumer-perf-test: how fast records are read.

use std::time::{Duration, Instant, SystemTime};

use client::Client;
use client::consumer::Consumer;

use super::client_properties::{self, pairs};
use super::connect::{self, Properties};
use super::console::{line, note};
use super::date_time;
use super::faults::{Fault, Thrown, thrown};
use super::options::{
    BOOTSTRAP_SERVER, BROKER_LIST, COMMAND_CONFIG, Kind, Opt, Takes, ZOOKEEPER, flag, int, long,
    old, text,
};
use super::parse::Given;
use super::topic_filter::TopicFilter;
use super::{Script, Shown};

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(100);

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text("topic", "topic", "The topic to read."),
    text(
        "include",
        "Java regex (String)",
        "An expression for the topics to read.",
    ),
    text(
        "group",
        "gid",
        "The group to read in; one of its own where none is named.",
    ),
    int(
        "fetch-size",
        "size",
        "How many bytes of a partition one request brings.",
    )
    .or("1048576"),
    text(
        "command-property",
        "prop1=val1",
        "A configuration of the consumer, key=value.",
    ),
    flag(
        "from-latest",
        "Begin at the end where the group has committed nothing.",
    ),
    int("socket-buffer-size", "size", "The socket's buffer.").or("2097152"),
    text(
        "consumer.config",
        "config file",
        "The older name of --command-config.",
    ),
    COMMAND_CONFIG,
    flag(
        "print-metrics",
        "Print what the consumer counted; this one counts nothing else.",
    ),
    flag("show-detailed-stats", "Print a line for each interval."),
    long("timeout", "milliseconds", "How long no record may come.")
        .maybe()
        .or("10000"),
    long("messages", "count", "The older name of --num-records."),
    long("num-records", "count", "How many records are read."),
    long(
        "reporting-interval",
        "interval_ms",
        "How often progress is printed.",
    )
    .or("5000"),
    text("date-format", "date format", "How times are written.").or("yyyy-MM-dd HH:mm:ss:SSS"),
    flag("hide-header", "Leave out the line of headings."),
    BROKER_LIST,
    ZOOKEEPER,
    old("threads", Takes::Value(Kind::Int), "one thread reads"),
    old(
        "num-fetch-threads",
        Takes::Value(Kind::Int),
        "one thread fetches",
    ),
    old("new-consumer", Takes::Nothing, "there is one consumer"),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-consumer-perf-test",
    options: OPTIONS,
    about: "This tool is used to verify the consumer performance.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    if given.has("topic") == given.has("include") {
        let message = "Exactly one of the following arguments is required: [topic], [include]";
        return Err(Fault::Usage(message.to_owned()));
    }
    if given.has("messages") == given.has("num-records") {
        let message =
            "Exactly one of the following arguments is required: [messages], [num-records]";
        return Err(Fault::Usage(message.to_owned()));
    }
    given.exclude("consumer.config", &["command-config"])?;
    for (older, name) in [
        ("messages", "num-records"),
        ("consumer.config", "command-config"),
    ] {
        if given.has(older) {
            line(format!(
                "Warning: --{older} is deprecated. Use --{name} instead."
            ))?;
        }
    }
    if given.has("print-metrics") {
        note("--print-metrics: this consumer counts nothing that the summary does not say");
    }
    let servers = match given.text("broker-list")? {
        Some(old) => old.to_owned(),
        None => connect::bootstrap(given, "bootstrap-server")?,
    };
    let properties = properties(given)?;
    if !given.has("hide-header") {
        header(given.has("show-detailed-stats"))?;
    }
    let client = connect::client(&servers, &properties)?;
    let mut measure = Measure::new(given)?;
    let mut consumer = Consumer::new(client.clone(), client_properties::consumer(&properties)?);
    subscribe(&client, given, &mut consumer)?;
    let read = measure.read(&mut consumer);
    let closed = consumer.close().map_err(|error| thrown("close", &error));
    read?;
    closed?;
    if !given.has("show-detailed-stats") {
        line(measure.total())?;
    }
    Ok(0)
}

fn properties(given: &Given) -> Result<Properties, Fault> {
    let mut properties = connect::properties(given, "command-config")?;
    properties.extend(connect::properties(given, "consumer.config")?);
    properties.extend(pairs(&given.texts("command-property")));
    let mut set = |key: &str, value: String| drop(properties.insert(key.to_owned(), value));
    let group = given.text("group")?.map(str::to_owned);
    set("group.id", group.unwrap_or_else(random_group));
    given.number::<i32>("socket-buffer-size")?;
    let size: i32 = given.number("fetch-size")?.unwrap_or(1 << 20);
    set("max.partition.fetch.bytes", size.to_string());
    let reset = if given.has("from-latest") {
        "latest"
    } else {
        "earliest"
    };
    set("auto.offset.reset", reset.to_owned());
    let id = properties.entry("client.id".to_owned());
    id.or_insert_with(|| "perf-consumer-client".to_owned());
    Ok(properties)
}

/// A group for one run, as Kafka names it.
fn random_group() -> String {
    let mut bytes = [0; 4];
    // Without randomness the process id tells groups apart.
    let number = match getrandom::fill(&mut bytes) {
        Ok(()) => u32::from_be_bytes(bytes),
        Err(_) => std::process::id(),
    };
    format!("perf-consumer-{}", number % 100_000)
}

fn subscribe(client: &Client, given: &Given, consumer: &mut Consumer) -> Result<(), Fault> {
    let fault = |error| thrown("metadata", &error);
    if let Some(topic) = given.text("topic")? {
        client.topics(&[topic], true).map_err(fault)?;
        consumer.subscribe([topic.to_owned()]);
        return Ok(());
    }
    let include = TopicFilter::new(given.text("include")?.unwrap_or_default())?;
    let cluster = client.all_topics().map_err(fault)?;
    let topics = cluster
        .topics
        .keys()
        .filter(|topic| include.allows(topic, true));
    consumer.subscribe(topics.map(ToString::to_string).collect::<Vec<_>>());
    Ok(())
}

fn header(detailed: bool) -> Result<(), Fault> {
    let first = if detailed {
        "time, threadId"
    } else {
        "start.time, end.time"
    };
    line(format!(
        "{first}, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, \
         fetch.MB.sec, fetch.nMsg.sec"
    ))
}

/// What is measured, and how far it has come.
struct Measure {
    wanted: u64,
    patience: Duration,
    interval: Duration,
    detailed: bool,
    date_format: String,
    began: Instant,
    began_ms: i64,
    ended_ms: i64,
    joined: Option<Duration>,
    records: u64,
    bytes: u64,
    reported: Reported,
}

/// How far it had come when a line was printed.
struct Reported {
    at: Instant,
    records: u64,
    bytes: u64,
    join_ms: u64,
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// A time in milliseconds.
pub fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Bytes in units of 2^20.
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

impl Measure {
    fn new(given: &Given) -> Result<Self, Fault> {
        let older: Option<u64> = given.number("messages")?;
        let interval: i64 = given.number("reporting-interval")?.unwrap_or(5000);
        if interval <= 0 {
            let message = "Reporting interval must be greater than 0.";
            return Err(Thrown::illegal_argument(message).into());
        }
        let timeout: i64 = given.number("timeout")?.unwrap_or(10_000);
        Ok(Self {
            wanted: older.or(given.number("num-records")?).unwrap_or_default(),
            patience: Duration::from_millis(timeout.max(0).unsigned_abs()),
            interval: Duration::from_millis(interval.unsigned_abs()),
            detailed: given.has("show-detailed-stats"),
            date_format: given.text("date-format")?.unwrap_or_default().to_owned(),
            began: Instant::now(),
            began_ms: now_ms(),
            ended_ms: now_ms(),
            joined: None,
            records: 0,
            bytes: 0,
            reported: Reported {
                at: Instant::now(),
                records: 0,
                bytes: 0,
                join_ms: 0,
            },
        })
    }

    fn read(&mut self, consumer: &mut Consumer) -> Result<(), Fault> {
        let mut last = Instant::now();
        while self.records < self.wanted && last.elapsed() <= self.patience {
            let records = consumer
                .poll(POLL)
                .map_err(|error| thrown("poll", &error))?;
            if self.joined.is_none() && !consumer.positions().is_empty() {
                self.joined = Some(self.began.elapsed());
                self.reported.join_ms = ms(self.began.elapsed());
            }
            if !records.is_empty() {
                last = Instant::now();
            }
            for record in &records {
                self.records += 1;
                let parts = [&record.key, &record.value].into_iter().flatten();
                self.bytes += parts.map(|part| part.len() as u64).sum::<u64>();
            }
            if !records.is_empty() && self.reported.at.elapsed() >= self.interval {
                self.report()?;
            }
        }
        self.ended_ms = now_ms();
        if self.records < self.wanted {
            line(format!(
                "WARNING: Exiting before consuming the expected number of records: timeout ({} ms) exceeded. You can use the \
                 --timeout option to increase the timeout.",
                ms(self.patience)
            ))?;
        }
        Ok(())
    }

    /// A line on what came since the last one.
    fn report(&mut self) -> Result<(), Fault> {
        if self.detailed {
            let elapsed = ms(self.reported.at.elapsed());
            let fetch = elapsed.saturating_sub(self.reported.join_ms);
            let (bytes, records) = (
                self.bytes - self.reported.bytes,
                self.records - self.reported.records,
            );
            let rate = |amount: f64, ms: u64| match ms {
                0 => 0.0,
                ms => 1000.0 * amount / ms as f64,
            };
            line(format!(
                "{}, 0, {:.4}, {:.4}, {}, {:.4}, {}, {fetch}, {:.4}, {:.4}",
                date_time::format(&self.date_format, now_ms()),
                megabytes(self.bytes),
                rate(megabytes(bytes), elapsed),
                self.records,
                rate(records as f64, elapsed),
                self.reported.join_ms,
                rate(megabytes(bytes), fetch),
                rate(records as f64, fetch)
            ))?;
        }
        self.reported = Reported {
            at: Instant::now(),
            records: self.records,
            bytes: self.bytes,
            join_ms: 0,
        };
        Ok(())
    }

    /// The line on the whole.
    fn total(&self) -> String {
        let elapsed = (self.ended_ms - self.began_ms).max(0).unsigned_abs();
        let join = self.joined.map_or(0, ms);
        let fetch = elapsed.saturating_sub(join);
        let rate = |amount: f64, ms: u64| 1000.0 * amount / ms.max(1) as f64;
        let megabytes = megabytes(self.bytes);
        format!(
            "{}, {}, {megabytes:.4}, {:.4}, {}, {:.4}, {join}, {fetch}, {:.4}, {:.4}",
            date_time::format(&self.date_format, self.began_ms),
            date_time::format(&self.date_format, self.ended_ms),
            rate(megabytes, elapsed),
            self.records,
            rate(self.records as f64, elapsed),
            rate(megabytes, fetch),
            rate(self.records as f64, fetch)
        )
    }
}
