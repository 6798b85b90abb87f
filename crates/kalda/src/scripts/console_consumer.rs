//! kafka-console-consumer: records become lines of standard output.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use client::consumer::{Consumer, ConsumerConfig, Start};
use client::{Client, OffsetSpec, TopicPartition};

use super::client_properties::{self, pairs};
use super::connect::{self, Properties};
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::formatter::Formatter;
use super::options::{BOOTSTRAP_SERVER, Kind, Opt, Takes, ZOOKEEPER, flag, int, long, old, text};
use super::parse::Given;
use super::topic_filter::TopicFilter;
use super::{Script, Shown};
use crate::tools::stop::on_signal;

/// How long one poll waits, so that signals and limits are looked at in between.
const POLL: Duration = Duration::from_millis(100);
/// How often topics are looked for that an expression names.
const LOOK_FOR_TOPICS: Duration = Duration::from_secs(30);
/// What shows records where nothing else is said.
pub const FORMATTER: &str = "org.apache.kafka.tools.consumer.DefaultMessageFormatter";

/// The options.
pub const OPTIONS: &[Opt] = &[
    text("topic", "topic", "The topic to read."),
    text(
        "include",
        "Java regex (String)",
        "An expression for the topics to read.",
    ),
    int(
        "partition",
        "partition",
        "The partition to read, from its end unless --offset says where.",
    ),
    text(
        "offset",
        "consume offset",
        "Where to begin: an offset, earliest or latest.",
    )
    .or("latest"),
    text(
        "consumer-property",
        "consumer_prop",
        "The older name of --command-property.",
    ),
    text(
        "command-property",
        "consumer_prop",
        "A configuration of the consumer, key=value.",
    ),
    text(
        "consumer.config",
        "config file",
        "The older name of --command-config.",
    ),
    text(
        "command-config",
        "config file",
        "A properties file with configurations of the consumer.",
    ),
    text(
        "formatter",
        "class",
        "What shows records: Kafka's default, no-op or logging formatter.",
    )
    .or(FORMATTER),
    text(
        "property",
        "prop",
        "The older name of --formatter-property.",
    ),
    text(
        "formatter-property",
        "prop",
        "How records are shown, key=value: print.timestamp, print.key, print.offset, print.partition, print.headers, \
         print.value, key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer.",
    ),
    text(
        "formatter-config",
        "config file",
        "A properties file with how records are shown.",
    ),
    flag(
        "from-beginning",
        "Begin with the oldest record where the group has committed nothing.",
    ),
    int("max-messages", "num_messages", "End after so many records."),
    long(
        "timeout-ms",
        "timeout_ms",
        "End when no record came for so long.",
    ),
    flag(
        "skip-message-on-error",
        "Go on with the next record where one cannot be shown.",
    ),
    BOOTSTRAP_SERVER,
    text(
        "key-deserializer",
        "deserializer for keys",
        "The class that reads keys.",
    ),
    text(
        "value-deserializer",
        "deserializer for values",
        "The class that reads values.",
    ),
    flag("enable-systest-events", "Say when the end is reached."),
    text(
        "isolation-level",
        "",
        "read_committed leaves out records of open and aborted transactions.",
    )
    .or("read_uncommitted"),
    text("group", "consumer group id", "The group to read in."),
    ZOOKEEPER,
    old(
        "whitelist",
        Takes::Value(Kind::Text),
        "it is called --include",
    ),
    old("new-consumer", Takes::Nothing, "there is one consumer"),
    old(
        "delete-consumer-offsets",
        Takes::Nothing,
        "kafka-consumer-groups --delete-offsets deletes offsets",
    ),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-console-consumer",
    options: OPTIONS,
    about: "This tool helps to read data from Kafka topics and outputs it to standard output.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Trace,
    run,
};

/// What is asked for.
struct Wanted {
    topic: Option<String>,
    include: Option<TopicFilter>,
    partition: Option<i32>,
    start: Start,
    limit: Option<u64>,
    patience: Option<Duration>,
    skips: bool,
}

fn run(given: &Given) -> Result<u8, Fault> {
    let wanted = wanted(given)?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    note_older(given)?;
    let properties = consumer_properties(given, &wanted)?;
    let formatter = formatter(given)?;
    let (client, config) = configured(&servers, &properties).inspect_err(|fault| {
        if let Fault::Thrown(_) = fault {
            note("ERROR Unknown error when running consumer: ");
        }
    })?;
    let stopped = on_signal();
    let (count, read) = Reading::new(&client, config, &wanted, &formatter, &stopped).run();
    note(format!("Processed a total of {count} messages"));
    if given.has("enable-systest-events") {
        line("shutdown_complete")?;
    }
    read.map(|()| 0)
}

fn configured(servers: &str, properties: &Properties) -> Result<(Client, ConsumerConfig), Fault> {
    let client = connect::client(servers, properties)?;
    Ok((client, client_properties::consumer(properties)?))
}

fn usage<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Usage(message.into()))
}

fn wanted(given: &Given) -> Result<Wanted, Fault> {
    let include = match given.text("whitelist")? {
        Some(old) => Some(old),
        None => given.text("include")?,
    };
    let topic = given.text("topic")?;
    if topic.is_some() == include.is_some() {
        return usage("Exactly one of the following arguments is required: [topic], [include]");
    }
    let partition: Option<i32> = given.number("partition")?;
    match partition {
        Some(_) if topic.is_none() => {
            return usage("The topic is required when partition is specified.");
        }
        Some(_) if given.has("from-beginning") && given.has("offset") => {
            return usage("Options from-beginning and offset cannot be specified together.");
        }
        None if given.has("offset") => {
            return usage("The partition is required when offset is specified.");
        }
        _ => {}
    }
    let timeout: Option<i64> = given.number("timeout-ms")?;
    let timeout = timeout.and_then(|ms| u64::try_from(ms).ok());
    let limit: Option<i32> = given.number("max-messages")?;
    Ok(Wanted {
        topic: topic.map(str::to_owned),
        include: include.map(TopicFilter::new).transpose()?,
        partition,
        start: start(given)?,
        limit: limit.and_then(|count| u64::try_from(count).ok()),
        patience: timeout.map(Duration::from_millis),
        skips: given.has("skip-message-on-error"),
    })
}

fn start(given: &Given) -> Result<Start, Fault> {
    if !given.has("offset") {
        let beginning = given.has("from-beginning");
        let spec = if beginning {
            OffsetSpec::Earliest
        } else {
            OffsetSpec::Latest
        };
        return Ok(Start::Spec(spec));
    }
    let text = given.text("offset")?.unwrap_or_default();
    match (text.to_lowercase().as_str(), text.parse::<i64>()) {
        ("earliest", _) => Ok(Start::Spec(OffsetSpec::Earliest)),
        ("latest", _) => Ok(Start::Spec(OffsetSpec::Latest)),
        (_, Ok(offset)) if offset >= 0 => Ok(Start::At(offset)),
        _ => usage(format!(
            "The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long."
        )),
    }
}

fn note_older(given: &Given) -> Result<(), Fault> {
    for (older, name) in [
        ("consumer-property", "command-property"),
        ("consumer.config", "command-config"),
    ] {
        if given.has(older) && given.has(name) {
            return usage(format!(
                "Options --{older} and --{name} cannot be specified together."
            ));
        }
    }
    for (older, name) in [
        ("consumer-property", "command-property"),
        ("consumer.config", "command-config"),
    ] {
        if given.has(older) {
            line(format!(
                "Option --{older} is deprecated and will be removed in a future version. Use --{name} instead."
            ))?;
        }
    }
    Ok(())
}

fn consumer_properties(given: &Given, wanted: &Wanted) -> Result<Properties, Fault> {
    let mut file = connect::properties(given, "command-config")?;
    file.extend(connect::properties(given, "consumer.config")?);
    let mut own = pairs(&given.texts("command-property"));
    own.extend(pairs(&given.texts("consumer-property")));
    let groups: BTreeSet<_> = [
        given.text("group")?.map(str::to_owned),
        file.get("group.id").cloned(),
        own.get("group.id").cloned(),
    ]
    .into_iter()
    .flatten()
    .collect();
    if groups.len() > 1 {
        let names: Vec<_> = groups.iter().map(|group| format!("'{group}'")).collect();
        return usage(format!(
            "The group ids provided in different places (directly using '--group', via '--consumer-property', or via \
             '--consumer.config') do not match. Detected group ids: {}",
            names.join(", ")
        ));
    }
    if !groups.is_empty() && wanted.partition.is_some() {
        return usage("Options group and partition cannot be specified together.");
    }
    let mut properties = file;
    properties.extend(own);
    set_reset(given, &mut properties)?;
    let mut set = |key: &str, value: String| {
        properties.entry(key.to_owned()).or_insert(value);
    };
    set("client.id", "console-consumer".to_owned());
    set(
        "isolation.level",
        given
            .text("isolation-level")?
            .unwrap_or_default()
            .to_owned(),
    );
    if groups.is_empty() {
        set("enable.auto.commit", "false".to_owned());
    }
    if given.has("isolation-level") {
        let level = given.text("isolation-level")?.unwrap_or_default();
        properties.insert("isolation.level".to_owned(), level.to_owned());
    }
    let group = groups.into_iter().next().unwrap_or_else(random_group);
    properties.insert("group.id".to_owned(), group);
    Ok(properties)
}

fn set_reset(given: &Given, properties: &mut Properties) -> Result<(), Fault> {
    let beginning = given.has("from-beginning");
    match properties.get("auto.offset.reset") {
        Some(reset) if beginning && reset != "earliest" => Err(Fault::Message(format!(
            "Can't simultaneously specify --from-beginning and 'auto.offset.reset={reset}', please remove one option"
        ))),
        Some(_) => Ok(()),
        None => {
            let reset = if beginning { "earliest" } else { "latest" };
            properties.insert("auto.offset.reset".to_owned(), reset.to_owned());
            Ok(())
        }
    }
}

/// A group for one run, as Kafka names it.
fn random_group() -> String {
    let mut bytes = [0; 4];
    // Without randomness the process id tells groups apart.
    let number = match getrandom::fill(&mut bytes) {
        Ok(()) => u32::from_be_bytes(bytes),
        Err(_) => std::process::id(),
    };
    format!("console-consumer-{}", number % 100_000)
}

/// What shows records, as options say.
///
/// # Errors
/// When there is no such formatter, or options exclude each other.
pub fn formatter(given: &Given) -> Result<Formatter, Fault> {
    if given.has("property") && given.has("formatter-property") {
        return usage("Options --property and --formatter-property cannot be specified together.");
    }
    if given.has("property") {
        line(
            "Option --property is deprecated and will be removed in a future version. Use --formatter-property instead.",
        )?;
    }
    let mut properties = connect::properties(given, "formatter-config")?;
    for (option, key) in [
        ("key-deserializer", "key.deserializer"),
        ("value-deserializer", "value.deserializer"),
    ] {
        if let Some(class) = given.text(option)?.filter(|class| !class.is_empty()) {
            properties.insert(key.to_owned(), class.to_owned());
        }
    }
    properties.extend(pairs(&given.texts("formatter-property")));
    properties.extend(pairs(&given.texts("property")));
    Formatter::new(given.text("formatter")?.unwrap_or(FORMATTER), &properties)
}

/// A reader at work.
struct Reading<'a> {
    client: &'a Client,
    consumer: Consumer,
    /// How many records one poll brings at most.
    polled: usize,
    topics: Topics,
    wanted: &'a Wanted,
    formatter: &'a Formatter,
    stopped: &'a AtomicBool,
    count: u64,
}

impl<'a> Reading<'a> {
    fn new(
        client: &'a Client,
        mut config: ConsumerConfig,
        wanted: &'a Wanted,
        formatter: &'a Formatter,
        stopped: &'a AtomicBool,
    ) -> Self {
        if wanted.partition.is_some() {
            config.group = None;
        }
        Self {
            client,
            polled: config.poll_records,
            consumer: Consumer::new(client.clone(), config),
            topics: Topics::default(),
            wanted,
            formatter,
            stopped,
            count: 0,
        }
    }

    /// Reads until one of the limits; the answer is how many records were shown.
    fn run(mut self) -> (u64, Result<(), Fault>) {
        let taken = self
            .topics
            .take(self.client, self.wanted, &mut self.consumer);
        let read = taken.and_then(|()| self.read());
        // What was shown is committed, even where showing it ended the command.
        let closed = self.consumer.close();
        let closed = closed.map_err(|error| thrown("close", &error).into());
        (self.count, read.and(closed))
    }

    fn read(&mut self) -> Result<(), Fault> {
        let mut out = BufWriter::new(io::stdout().lock());
        let mut last = Instant::now();
        let limit = self.wanted.limit.unwrap_or(u64::MAX);
        while self.count < limit && !self.stopped.load(Ordering::Relaxed) {
            self.topics
                .look(self.client, self.wanted, &mut self.consumer)?;
            let patience = self.wanted.patience;
            let left = patience.map_or(POLL, |patience| patience.saturating_sub(last.elapsed()));
            // No more than are wanted: what is handed out counts as processed.
            self.consumer.limit_poll(
                usize::try_from(limit - self.count)
                    .unwrap_or(usize::MAX)
                    .min(self.polled),
            );
            let records = self
                .consumer
                .poll(left.min(POLL))
                .map_err(|error| thrown("poll", &error))?;
            if records.is_empty() && patience.is_some_and(|patience| last.elapsed() >= patience) {
                note_timed_out();
                break;
            }
            if !records.is_empty() {
                last = Instant::now();
            }
            for record in &records {
                self.count += 1;
                match self.formatter.write(&mut out, record, None) {
                    Err(Fault::Thrown(why)) if self.wanted.skips => skip(&why),
                    result => result?,
                }
            }
            out.flush().map_err(Fault::Output)?;
        }
        Ok(())
    }
}

/// The topics that are read.
#[derive(Default)]
struct Topics {
    names: BTreeSet<String>,
    looked: Option<Instant>,
}

impl Topics {
    /// Subscribes to what is asked for, as far as it is there.
    fn take(
        &mut self,
        client: &Client,
        wanted: &Wanted,
        consumer: &mut Consumer,
    ) -> Result<(), Fault> {
        if let (Some(topic), Some(partition)) = (&wanted.topic, wanted.partition) {
            consumer.assign([(TopicPartition::new(topic, partition), wanted.start)]);
            return Ok(());
        }
        if let Some(topic) = &wanted.topic {
            client
                .topics(&[topic], true)
                .map_err(|error| thrown("metadata", &error))?;
            consumer.subscribe([topic.clone()]);
            return Ok(());
        }
        self.look(client, wanted, consumer)
    }

    /// Looks for topics that an expression names.
    fn look(
        &mut self,
        client: &Client,
        wanted: &Wanted,
        consumer: &mut Consumer,
    ) -> Result<(), Fault> {
        let Some(include) = &wanted.include else {
            return Ok(());
        };
        if self
            .looked
            .is_some_and(|looked| looked.elapsed() < LOOK_FOR_TOPICS)
        {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        let cluster = client
            .all_topics()
            .map_err(|error| thrown("metadata", &error))?;
        let names = cluster
            .topics
            .keys()
            .filter(|name| include.allows(name, true));
        let names: BTreeSet<_> = names.map(ToString::to_string).collect();
        if names != self.names && !names.is_empty() {
            consumer.subscribe(names.clone());
            self.names = names;
        }
        Ok(())
    }
}

/// Says that no record came in time.
pub fn note_timed_out() {
    note("ERROR Error processing message, terminating consumer process: ");
    note("org.apache.kafka.common.errors.TimeoutException");
}

fn skip(why: &Thrown) {
    note(format!(
        "ERROR Error processing message, skipping this message: {why}"
    ));
}
