//! kafka-share-consumer-perf-test: how fast members of a share group read (KIP-932).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use client::share_consumer::{Acknowledge, ShareConsumer};

use super::client_properties::{self, pairs};
use super::connect::{self, Properties};
use super::console::{line, note};
use super::consumer_perf::{megabytes, ms, now_ms};
use super::date_time;
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt, flag, int, long, text};
use super::parse::Given;
use super::{Script, Shown};

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(100);
/// How many members one command may have.
const MAX_MEMBERS: u32 = 1000;

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text("topic", "topic", "The topic to read."),
    text("group", "gid", "The share group to read in.").or("perf-share-consumer"),
    int("fetch-size", "size", "How many bytes one request brings.").or("1048576"),
    text(
        "command-property",
        "prop1=val1",
        "A configuration of the consumer, key=value.",
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
        "Print what the consumers counted; these count nothing else.",
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
    int("threads", "count", "How many members read.").or("1"),
    flag("show-consumer-stats", "Print a line for each member."),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-share-consumer-perf-test",
    options: OPTIONS,
    about: "This tool is used to verify the share consumer performance.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    check(given)?;
    if given.has("print-metrics") {
        note("--print-metrics: these consumers count nothing that the summary does not say");
    }
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let test = Arc::new(Test::read(given)?);
    let properties = properties(given)?;
    if !given.has("hide-header") {
        line(
            "start.time, end.time, data.consumed.in.MB, MB.sec, nMsg.sec, data.consumed.in.nMsg, fetch.time.ms",
        )?;
    }
    let members = members(given, &servers, &properties, &test)?;
    let began_ms = now_ms();
    let threads: Vec<_> = members
        .into_iter()
        .map(|member| std::thread::spawn(move || member.read()))
        .collect();
    let ended: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
    let mut span = Span {
        began_ms,
        ended_ms: now_ms(),
        bytes: 0,
        records: 0,
    };
    for (number, ended) in (1..).zip(ended) {
        let failed = || Thrown::runtime("the thread of a member has failed");
        let (id, bytes, records) = ended.map_err(|_| failed())??;
        (span.bytes, span.records) = (span.bytes + bytes, span.records + records);
        if given.has("show-consumer-stats") {
            let own = Span {
                bytes,
                records,
                ..span
            };
            let figures = own.figures(&test.date_format);
            line(format!(
                "Share consumer {number} having client id {id} consumption metrics- {figures}"
            ))?;
        }
    }
    if span.records < test.wanted {
        line(format!(
            "WARNING: Exiting before consuming the expected number of records: timeout ({} ms) exceeded. You can use the \
             --timeout option to increase the timeout.",
            ms(test.patience)
        ))?;
    }
    line(span.figures(&test.date_format)).map(|()| 0)
}

fn check(given: &Given) -> Result<(), Fault> {
    given.require(&["topic"])?;
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
    Ok(())
}

fn properties(given: &Given) -> Result<Properties, Fault> {
    let mut properties = connect::properties(given, "command-config")?;
    properties.extend(connect::properties(given, "consumer.config")?);
    properties.extend(pairs(&given.texts("command-property")));
    given.number::<i32>("socket-buffer-size")?;
    let size: i32 = given.number("fetch-size")?.unwrap_or(1 << 20);
    let group = given.text("group")?.unwrap_or_default().to_owned();
    properties.insert("group.id".to_owned(), group);
    properties.insert("fetch.max.bytes".to_owned(), size.to_string());
    let id = properties.entry("client.id".to_owned());
    id.or_insert_with(|| "perf-share-consumer-client".to_owned());
    Ok(properties)
}

/// What all members do together.
struct Test {
    wanted: u64,
    patience: Duration,
    interval: Duration,
    detailed: bool,
    date_format: String,
    /// The records of all members so far.
    records: AtomicU64,
}

impl Test {
    fn read(given: &Given) -> Result<Self, Fault> {
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
            records: AtomicU64::new(0),
        })
    }
}

/// What was read in a time.
#[derive(Clone, Copy)]
struct Span {
    began_ms: i64,
    ended_ms: i64,
    bytes: u64,
    records: u64,
}

impl Span {
    fn figures(&self, date_format: &str) -> String {
        let elapsed = (self.ended_ms - self.began_ms).max(0).unsigned_abs();
        let rate = |amount: f64| 1000.0 * amount / elapsed.max(1) as f64;
        let megabytes = megabytes(self.bytes);
        format!(
            "{}, {}, {megabytes:.4}, {:.4}, {:.4}, {}, {elapsed}",
            date_time::format(date_format, self.began_ms),
            date_time::format(date_format, self.ended_ms),
            rate(megabytes),
            rate(self.records as f64),
            self.records
        )
    }
}

/// One of those who read.
struct Member {
    number: u32,
    client_id: String,
    consumer: ShareConsumer,
    test: Arc<Test>,
}

fn members(
    given: &Given,
    servers: &str,
    properties: &Properties,
    test: &Arc<Test>,
) -> Result<Vec<Member>, Fault> {
    let count: u32 = given.number("threads")?.unwrap_or(1);
    if count > MAX_MEMBERS {
        return Err(Fault::Message(format!(
            "--threads {count} is more than {MAX_MEMBERS}: start the command several times"
        )));
    }
    let topic = given.text("topic")?.unwrap_or_default();
    let mut members = Vec::new();
    for number in 1..=count {
        let mut own = properties.clone();
        let id = own.entry("client.id".to_owned()).or_default();
        if count > 1 {
            id.push_str(&format!("-{number}"));
        }
        let client_id = id.clone();
        let client = connect::client(servers, &own)?;
        let found = client.topics(&[topic], true);
        found.map_err(|error| thrown("metadata", &error))?;
        let config = client_properties::share_consumer(&own)?;
        members.push(Member {
            number,
            client_id,
            consumer: ShareConsumer::new(client, config, vec![topic.to_owned()]),
            test: Arc::clone(test),
        });
    }
    Ok(members)
}

impl Member {
    /// Reads until all members together have what is wanted; the answer is the client's id, and the bytes and records of this one.
    fn read(mut self) -> Result<(String, u64, u64), Fault> {
        let mut last = Instant::now();
        let mut span = Span {
            began_ms: now_ms(),
            ended_ms: 0,
            bytes: 0,
            records: 0,
        };
        let mut reported = span;
        let test = Arc::clone(&self.test);
        while test.records.load(Ordering::Relaxed) < test.wanted && last.elapsed() <= test.patience
        {
            let records = self.consumer.poll(POLL);
            let records = records.map_err(|error| thrown("poll", &error))?;
            if records.is_empty() {
                continue;
            }
            last = Instant::now();
            for record in &records {
                let parts = [&record.record.key, &record.record.value];
                let parts = parts.into_iter().flatten().map(|part| part.len() as u64);
                span.bytes += parts.sum::<u64>();
                self.consumer.acknowledge(record, Acknowledge::Accept);
            }
            let count = u64::try_from(records.len()).unwrap_or_default();
            span.records += count;
            test.records.fetch_add(count, Ordering::Relaxed);
            span.ended_ms = now_ms();
            self.maybe_report(&span, &mut reported)?;
        }
        let closed = self.consumer.close();
        closed.map_err(|error| thrown("close", &error))?;
        Ok((self.client_id, span.bytes, span.records))
    }

    fn maybe_report(&self, span: &Span, reported: &mut Span) -> Result<(), Fault> {
        let elapsed = (span.ended_ms - reported.began_ms).max(0).unsigned_abs();
        if elapsed < ms(self.test.interval) {
            return Ok(());
        }
        if self.test.detailed {
            let rate = |amount: f64| 1000.0 * amount / elapsed.max(1) as f64;
            let format = &self.test.date_format;
            line(format!(
                "{}, {}, {:.4}, {:.4}, {:.4}, {}, {elapsed} for share consumer {}",
                date_time::format(format, reported.began_ms),
                date_time::format(format, span.ended_ms),
                megabytes(span.bytes),
                rate(megabytes(span.bytes - reported.bytes)),
                rate((span.records - reported.records) as f64),
                span.records,
                self.number
            ))?;
        }
        *reported = Span {
            began_ms: span.ended_ms,
            ..*span
        };
        Ok(())
    }
}
