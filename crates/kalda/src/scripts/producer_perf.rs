//! kafka-producer-perf-test: how fast records are written, and how long each takes.

use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::producer::{DeliveryReport, Producer, ProducerRecord};

use super::args::{Arg, Given, Parser, Takes, flag, value};
use super::client_properties;
use super::connect::{self, Properties};
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::{ArgScript, Refusal, Shown};

/// Of how many records the latency is kept; of more, each is one of several.
const SAMPLES: u64 = 500_000;

const ARGS: &[Arg] = &[
    value(
        &["--bootstrap-server"],
        Takes::Text,
        "BOOTSTRAP-SERVER",
        "Brokers to ask first.",
    ),
    value(&["--topic"], Takes::Text, "TOPIC", "The topic to write to.").needed(),
    value(
        &["--num-records"],
        Takes::Number("long"),
        "NUM-RECORDS",
        "How many records are written.",
    )
    .needed(),
    value(
        &["--record-size"],
        Takes::Number("int"),
        "RECORD-SIZE",
        "How many bytes a record has.",
    )
    .in_group(1),
    value(
        &["--payload-file"],
        Takes::Text,
        "PAYLOAD-FILE",
        "A file whose parts are the records.",
    )
    .in_group(1),
    flag(&["--payload-monotonic"], "Records are the numbers from 0.").in_group(1),
    value(
        &["--payload-delimiter"],
        Takes::Text,
        "PAYLOAD-DELIMITER",
        "What separates the parts of the file; the end of a line.",
    ),
    value(
        &["--throughput"],
        Takes::Fraction,
        "THROUGHPUT",
        "How many records a second at most; -1 for as many as can be.",
    )
    .needed(),
    value(
        &["--producer-props"],
        Takes::Several,
        "PROP-NAME=PROP-VALUE",
        "The older name of --command-property.",
    ),
    value(
        &["--command-property"],
        Takes::Several,
        "PROP-NAME=PROP-VALUE",
        "Configurations of the producer.",
    ),
    value(
        &["--producer.config"],
        Takes::Text,
        "CONFIG-FILE",
        "The older name of --command-config.",
    ),
    value(
        &["--command-config"],
        Takes::Text,
        "CONFIG-FILE",
        "A properties file with configurations of the producer.",
    ),
    flag(
        &["--print-metrics"],
        "Print what the producer counted; this one counts nothing else.",
    ),
    value(
        &["--transactional-id"],
        Takes::Text,
        "TRANSACTIONAL-ID",
        "Write in transactions of this id.",
    ),
    value(
        &["--transaction-duration-ms"],
        Takes::Number("long"),
        "TRANSACTION-DURATION",
        "How long a transaction lasts.",
    ),
    value(
        &["--warmup-records"],
        Takes::Number("long"),
        "WARMUP-RECORDS",
        "How many records at the start do not count in a second total.",
    ),
    value(
        &["--reporting-interval"],
        Takes::Number("long"),
        "INTERVAL-MS",
        "How often progress is printed; 5000.",
    ),
];

/// The script.
pub const SCRIPT: ArgScript = ArgScript {
    parser: Parser {
        name: "kafka-producer-perf-test",
        about: "Measures how fast records are written, and how long each takes to be acknowledged.",
        args: ARGS,
        required_groups: &[1],
        commands: &[],
        command_value: "",
    },
    refusal: Refusal::Usage,
    unexpected: Shown::Uncaught,
    run,
};

/// What is measured.
struct Plan {
    records: u64,
    warmup: u64,
    size: Option<usize>,
    payloads: Vec<Vec<u8>>,
    throughput: f64,
    interval: Duration,
}

fn run(given: &Given) -> Result<u8, Fault> {
    let plan = plan(given)?;
    let properties = properties(given)?;
    let transactional = ["transactional-id", "transaction-duration-ms"];
    if transactional.iter().any(|name| given.has(name))
        || properties.contains_key("transactional.id")
    {
        return Err(Fault::Message(
            "transactions are not written by this script yet: leave --transactional-id, --transaction-duration-ms and \
             transactional.id away, or use Apache Kafka's kafka-producer-perf-test"
                .to_owned(),
        ));
    }
    if given.has("print-metrics") {
        note("--print-metrics: this producer counts nothing that the summary does not say");
    }
    let servers = match given.text("bootstrap-server") {
        Some(servers) => servers.to_owned(),
        None => properties
            .get("bootstrap.servers")
            .cloned()
            .unwrap_or_default(),
    };
    let client = connect::client(&servers, &properties)?;
    let producer = Producer::new(client, client_properties::producer(&properties)?);
    write(&producer, given.text("topic").unwrap_or_default(), &plan)?;
    Ok(0)
}

fn refuse<T>(message: &str) -> Result<T, Fault> {
    Err(Fault::Usage(message.to_owned()))
}

fn plan(given: &Given) -> Result<Plan, Fault> {
    let records: i64 = given.number("num-records").unwrap_or_default();
    if records <= 0 {
        return refuse("--num-records should be greater than zero.");
    }
    let warmup = given.number::<i64>("warmup-records").unwrap_or(0).max(0);
    if warmup >= records {
        return refuse(
            "The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.",
        );
    }
    let size: Option<i32> = given.number("record-size");
    if size.is_some_and(|size| size <= 0) {
        return refuse("--record-size should be greater than zero.");
    }
    check_configurations(given)?;
    let interval: i64 = given.number("reporting-interval").unwrap_or(5000);
    if interval <= 0 {
        return refuse("--reporting-interval should be greater than zero.");
    }
    let interval = Duration::from_millis(interval.unsigned_abs());
    Ok(Plan {
        records: records.unsigned_abs(),
        warmup: warmup.unsigned_abs(),
        size: size.map(|size| size.unsigned_abs() as usize),
        payloads: payloads(given)?,
        throughput: given.number("throughput").unwrap_or(-1.0),
        interval,
    })
}

fn check_configurations(given: &Given) -> Result<(), Fault> {
    let any = [
        "bootstrap-server",
        "command-property",
        "producer-props",
        "producer.config",
        "command-config",
    ];
    if !any.iter().any(|name| given.has(name)) {
        return refuse(
            "At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config \
             must be specified.",
        );
    }
    if given.has("command-property") && given.has("producer-props") {
        return refuse("--command-property and --producer-props cannot be specified together.");
    }
    if given.has("command-config") && given.has("producer.config") {
        return refuse("--command-config and --producer.config cannot be specified together.");
    }
    if given
        .number("transaction-duration-ms")
        .is_some_and(|ms: i64| ms <= 0)
    {
        return refuse("--transaction-duration-ms should be greater than zero.");
    }
    Ok(())
}

fn payloads(given: &Given) -> Result<Vec<Vec<u8>>, Fault> {
    let Some(file) = given.text("payload-file") else {
        return Ok(Vec::new());
    };
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.into());
    line(format!("Reading payloads from: {}", absolute.display()))?;
    let text = fs::read_to_string(file).unwrap_or_default();
    if text.is_empty() {
        return Err(Thrown::illegal_argument("File does not exist or empty file provided.").into());
    }
    let delimiter = match given.text("payload-delimiter") {
        None | Some("\\n") => "\n",
        Some(delimiter) => delimiter,
    };
    let mut parts: Vec<_> = text
        .split(delimiter)
        .map(|part| part.as_bytes().to_vec())
        .collect();
    if parts.last().is_some_and(Vec::is_empty) {
        parts.pop();
    }
    line(format!("Number of records read: {}", parts.len()))?;
    Ok(parts)
}

fn properties(given: &Given) -> Result<Properties, Fault> {
    for (older, name) in [
        ("producer-props", "command-property"),
        ("producer.config", "command-config"),
    ] {
        if given.has(older) {
            line(format!(
                "Option --{older} has been deprecated and will be removed in a future version. Use --{name} instead."
            ))?;
        }
    }
    let file = given
        .text("command-config")
        .or(given.text("producer.config"));
    let mut properties = file.map(connect::load).transpose()?.unwrap_or_default();
    let mut pairs = given.texts("command-property");
    pairs.extend(given.texts("producer-props"));
    for pair in pairs {
        let parts: Vec<_> = pair.split('=').collect();
        let [name, value] = parts[..] else {
            return Err(Thrown::illegal_argument(format!("Invalid property: {pair}")).into());
        };
        properties.insert(name.to_owned(), value.to_owned());
    }
    let id = properties.entry("client.id".to_owned());
    id.or_insert_with(|| "perf-producer-client".to_owned());
    Ok(properties)
}

fn write(producer: &Producer, topic: &str, plan: &Plan) -> Result<(), Fault> {
    if plan.warmup > 0 {
        line(format!(
            "Warmup first {} records. Steady state results will print after the complete test summary.",
            plan.warmup
        ))?;
    }
    let all = Arc::new(Mutex::new(Stats::new(plan.records, plan.interval, false)));
    let mut steady: Option<Arc<Mutex<Stats>>> = None;
    let mut random = Random(1);
    let mut payload = vec![0; plan.size.unwrap_or_default()];
    let mut throttle = Throttle::new(plan.throughput);
    for at in 0..plan.records {
        fill(&mut payload, plan, &mut random, at);
        if plan.warmup > 0 && at == plan.warmup {
            lock(&all).is_silent = true;
            let rest = Stats::new(plan.records - plan.warmup, plan.interval, true);
            steady = Some(Arc::new(Mutex::new(rest)));
        }
        let record = ProducerRecord {
            topic,
            value: Some(&payload),
            ..ProducerRecord::default()
        };
        let report = report(&all, steady.as_ref(), payload.len());
        if let Err(error) = producer.send(&record, Some(report)) {
            note(thrown("produce", &error).to_string());
        }
        throttle.maybe_wait(at);
    }
    producer.flush();
    line(lock(&all).total())?;
    match steady {
        Some(steady) => line(lock(&steady).total()),
        None => Ok(()),
    }
}

fn fill(payload: &mut Vec<u8>, plan: &Plan, random: &mut Random, at: u64) {
    if !plan.payloads.is_empty() {
        let part = random.next() as usize % plan.payloads.len();
        payload.clone_from(&plan.payloads[part]);
    } else if plan.size.is_some() {
        payload
            .iter_mut()
            .for_each(|byte| *byte = b'A' + (random.next() % 26) as u8);
    } else {
        *payload = at.to_string().into_bytes();
    }
}

fn report(
    all: &Arc<Mutex<Stats>>,
    steady: Option<&Arc<Mutex<Stats>>>,
    bytes: usize,
) -> DeliveryReport {
    let stats: Vec<_> = [Some(all), steady]
        .into_iter()
        .flatten()
        .map(Arc::clone)
        .collect();
    let sent = Instant::now();
    Box::new(move |result| match result {
        Ok(_) => stats
            .iter()
            .for_each(|stats| lock(stats).record(sent.elapsed(), bytes)),
        Err(error) => note(thrown("produce", &error).to_string()),
    })
}

fn lock(stats: &Mutex<Stats>) -> std::sync::MutexGuard<'_, Stats> {
    stats.lock().unwrap_or_else(PoisonError::into_inner)
}

/// xorshift: payloads need no more.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }
}

/// Keeps to a number of records a second.
struct Throttle {
    began: Instant,
    target: f64,
    deficit: f64,
}

impl Throttle {
    fn new(target: f64) -> Self {
        Self {
            began: Instant::now(),
            target,
            deficit: 0.0,
        }
    }

    fn maybe_wait(&mut self, sent: u64) {
        let elapsed = self.began.elapsed().as_secs_f64();
        if self.target <= 0.0 || sent as f64 / elapsed.max(1e-3) <= self.target {
            return;
        }
        self.deficit += 1.0 / self.target;
        // Shorter waits are longer than they say.
        if self.deficit >= 2e-3 {
            std::thread::sleep(Duration::from_secs_f64(self.deficit));
            self.deficit = 0.0;
        }
    }
}

/// What was measured so far.
struct Stats {
    began: Instant,
    interval: Duration,
    is_steady: bool,
    /// Progress is not printed.
    is_silent: bool,
    sampling: u64,
    latencies: Vec<u64>,
    count: u64,
    bytes: u64,
    total_ms: u64,
    max_ms: u64,
    window: Window,
}

/// What was measured since progress was printed.
struct Window {
    began: Instant,
    count: u64,
    bytes: u64,
    total_ms: u64,
    max_ms: u64,
}

impl Window {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            count: 0,
            bytes: 0,
            total_ms: 0,
            max_ms: 0,
        }
    }
}

/// Records and megabytes a second.
fn rates(count: u64, bytes: u64, elapsed: Duration) -> (f64, f64) {
    let ms = (elapsed.as_millis() as f64).max(1.0);
    let each = |amount: u64| 1000.0 * amount as f64 / ms;
    (each(count), each(bytes) / (1024.0 * 1024.0))
}

impl Stats {
    fn new(records: u64, interval: Duration, is_steady: bool) -> Self {
        Self {
            began: Instant::now(),
            interval,
            is_steady,
            is_silent: false,
            sampling: records / records.clamp(1, SAMPLES),
            latencies: Vec::new(),
            count: 0,
            bytes: 0,
            total_ms: 0,
            max_ms: 0,
            window: Window::new(),
        }
    }

    fn record(&mut self, latency: Duration, bytes: usize) {
        let ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        if self.count.is_multiple_of(self.sampling.max(1)) {
            self.latencies.push(ms);
        }
        self.count += 1;
        self.bytes += bytes as u64;
        self.total_ms += ms;
        self.max_ms = self.max_ms.max(ms);
        let window = &mut self.window;
        window.count += 1;
        window.bytes += bytes as u64;
        window.total_ms += ms;
        window.max_ms = window.max_ms.max(ms);
        if window.began.elapsed() >= self.interval {
            self.print_window();
            self.window = Window::new();
        }
    }

    fn print_window(&self) {
        let window = &self.window;
        let (records, megabytes) = rates(window.count, window.bytes, window.began.elapsed());
        let steady = match self.is_steady && self.count == window.count {
            true => "In steady state.\n",
            false => "",
        };
        let text = format!(
            "{steady}{} records sent, {records:.1} records/sec ({megabytes:.2} MB/sec), {:.1} ms avg latency, {:.1} ms max latency.",
            window.count,
            window.total_ms as f64 / window.count as f64,
            window.max_ms as f64
        );
        if !self.is_silent {
            // The end of the test says it too, where standard output is gone.
            let _ = line(text);
        }
    }

    fn total(&mut self) -> String {
        let (records, megabytes) = rates(self.count, self.bytes, self.began.elapsed());
        self.latencies.sort_unstable();
        let at = |part: f64| {
            let place = (part * self.latencies.len() as f64) as usize;
            self.latencies.get(place).copied().unwrap_or_default()
        };
        format!(
            "{}{} records sent, {records:.6} records/sec ({megabytes:.2} MB/sec), {:.2} ms avg latency, {:.2} ms max latency, \
             {} ms 50th, {} ms 95th, {} ms 99th, {} ms 99.9th.",
            self.count,
            if self.is_steady { " steady state" } else { "" },
            self.total_ms as f64 / self.count.max(1) as f64,
            self.max_ms as f64,
            at(0.5),
            at(0.95),
            at(0.99),
            at(0.999)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_has_percentiles_of_what_was_measured() {
        let mut stats = Stats::new(100, Duration::from_secs(60), false);
        for ms in 1..=100 {
            stats.record(Duration::from_millis(ms), 10);
        }
        let total = stats.total();
        assert!(total.starts_with("100 records sent, "), "{total}");
        let end = "50.50 ms avg latency, 100.00 ms max latency, 51 ms 50th, 96 ms 95th, 100 ms 99th, 100 ms 99.9th.";
        assert!(total.ends_with(end), "{total}");
    }

    #[test]
    fn of_many_records_only_some_are_kept() {
        let mut stats = Stats::new(SAMPLES * 4, Duration::from_secs(60), false);
        (0..8).for_each(|_| stats.record(Duration::ZERO, 1));
        assert_eq!(stats.latencies.len(), 2);
    }
}
