//! kafka-console-share-consumer: records become lines of standard output, as a member of a share group (KIP-932).

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use client::Client;
use client::share_consumer::{Acknowledge, ShareConfig, ShareConsumer};

use super::client_properties::{self, pairs};
use super::connect::{self, Properties};
use super::console::{line, note};
use super::console_consumer::{FORMATTER, formatter, note_timed_out};
use super::faults::{Fault, thrown};
use super::formatter::Formatter;
use super::options::{BOOTSTRAP_SERVER, Opt, flag, int, text};
use super::parse::Given;
use super::{Script, Shown};
use crate::tools::stop::on_signal;

/// How long one poll waits, so that signals and limits are looked at in between.
const POLL: Duration = Duration::from_millis(250);
/// The group where none is named.
const GROUP: &str = "console-share-consumer";
/// Older names of options, and today's.
const OLDER: [(&str, &str); 2] = [
    ("consumer-property", "command-property"),
    ("consumer-config", "command-config"),
];

/// The options.
pub const OPTIONS: &[Opt] = &[
    text("topic", "topic", "The topic to read."),
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
        "consumer-config",
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
        "How records are shown, key=value, as of kafka-console-consumer.",
    ),
    text(
        "formatter-config",
        "config file",
        "A properties file with how records are shown.",
    ),
    int("max-messages", "num_messages", "End after so many records."),
    int(
        "timeout-ms",
        "timeout_ms",
        "End when no record came for so long.",
    ),
    flag("reject", "Reject what was shown: nobody is given it again."),
    flag(
        "release",
        "Release what was shown: it is delivered once more.",
    ),
    flag(
        "reject-message-on-error",
        "Reject a record that cannot be shown, and go on.",
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
    text("group", "share group id", "The share group to read in."),
    flag("enable-systest-events", "Say when the end is reached."),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-console-share-consumer",
    options: OPTIONS,
    about: "This tool helps to read data from Kafka topics using share groups and outputs it to standard output.",
    about_nothing: "",
    unreadable: Shown::Usage,
    unexpected: Shown::Trace,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    let wanted = Wanted::read(given)?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    note_older(given)?;
    let properties = consumer_properties(given)?;
    let formatter = formatter(given)?;
    let stopped = on_signal();
    let started = start(&servers, &properties, &wanted.topic);
    let (client, config) = started.inspect_err(note_failed)?;
    let consumer = ShareConsumer::new(client, config, vec![wanted.topic.clone()]);
    let (count, read) = Reading {
        consumer,
        wanted: &wanted,
        formatter: &formatter,
        stopped: &stopped,
        count: 0,
    }
    .run();
    note(format!("Processed a total of {count} messages"));
    if given.has("enable-systest-events") {
        line("shutdown_complete")?;
    }
    read.inspect_err(note_failed).map(|()| 0)
}

fn note_failed(fault: &Fault) {
    if let Fault::Thrown(_) = fault {
        note("ERROR Unknown error when running consumer: ");
    }
}

fn start(
    servers: &str,
    properties: &Properties,
    topic: &str,
) -> Result<(Client, ShareConfig), Fault> {
    let client = connect::client(servers, properties)?;
    let config = client_properties::share_consumer(properties)?;
    let found = client.topics(&[topic], true);
    found.map_err(|error| thrown("metadata", &error))?;
    Ok((client, config))
}

fn usage<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Usage(message.into()))
}

/// What is asked for.
struct Wanted {
    topic: String,
    limit: Option<u64>,
    patience: Option<Duration>,
    how: Acknowledge,
    rejects_failed: bool,
}

impl Wanted {
    fn read(given: &Given) -> Result<Self, Fault> {
        let Some(topic) = given.text("topic")? else {
            return usage("--topic is a required argument");
        };
        let how = match (given.has("reject"), given.has("release")) {
            (true, true) => {
                return usage("At most one of --reject and --release may be specified.");
            }
            (true, false) => Acknowledge::Reject,
            (false, true) => Acknowledge::Release,
            (false, false) => Acknowledge::Accept,
        };
        let limit: Option<i32> = given.number("max-messages")?;
        let patience: Option<i32> = given.number("timeout-ms")?;
        let patience = patience.and_then(|ms| u64::try_from(ms).ok());
        Ok(Self {
            topic: topic.to_owned(),
            limit: limit.and_then(|count| u64::try_from(count).ok()),
            patience: patience.map(Duration::from_millis),
            how,
            rejects_failed: given.has("reject-message-on-error"),
        })
    }
}

fn note_older(given: &Given) -> Result<(), Fault> {
    for (older, name) in OLDER {
        if given.has(older) && given.has(name) {
            return usage(format!(
                "Options --{older} and --{name} cannot be specified together."
            ));
        }
    }
    for (older, name) in OLDER {
        if given.has(older) {
            line(format!(
                "Option --{older} is deprecated and will be removed in a future version. Use --{name} instead."
            ))?;
        }
    }
    Ok(())
}

fn consumer_properties(given: &Given) -> Result<Properties, Fault> {
    let mut properties = connect::properties(given, "command-config")?;
    properties.extend(connect::properties(given, "consumer-config")?);
    let mut own = pairs(&given.texts("command-property"));
    own.extend(pairs(&given.texts("consumer-property")));
    let groups = [
        given.text("group")?.map(str::to_owned),
        properties.get("group.id").cloned(),
        own.get("group.id").cloned(),
    ];
    let groups: BTreeSet<_> = groups.into_iter().flatten().collect();
    if groups.len() > 1 {
        let names: Vec<_> = groups.iter().map(|group| format!("'{group}'")).collect();
        return usage(format!(
            "The group ids provided in different places (directly using '--group', via '--consumer-property', or via \
             '--consumer-config') do not match. Detected group ids: {}",
            names.join(", ")
        ));
    }
    properties.extend(own);
    let id = properties.entry("client.id".to_owned());
    id.or_insert_with(|| "console-share-consumer".to_owned());
    let group = groups.into_iter().next();
    let group = group.unwrap_or_else(|| GROUP.to_owned());
    properties.insert("group.id".to_owned(), group);
    Ok(properties)
}

/// A reader at work.
struct Reading<'a> {
    consumer: ShareConsumer,
    wanted: &'a Wanted,
    formatter: &'a Formatter,
    stopped: &'a AtomicBool,
    count: u64,
}

impl Reading<'_> {
    /// Reads until one of the limits; the answer is how many records were shown.
    fn run(mut self) -> (u64, Result<(), Fault>) {
        let read = self.read();
        let closed = self.consumer.close();
        let closed = closed.map_err(|error| thrown("close", &error).into());
        (self.count, read.and(closed))
    }

    fn read(&mut self) -> Result<(), Fault> {
        let mut out = BufWriter::new(io::stdout().lock());
        let mut last = Instant::now();
        while self.is_wanted() {
            let patience = self.wanted.patience;
            let left = patience.map_or(POLL, |patience| patience.saturating_sub(last.elapsed()));
            let records = self.consumer.poll(left.min(POLL));
            let records = records.map_err(|error| thrown("poll", &error))?;
            if records.is_empty() && patience.is_some_and(|patience| last.elapsed() >= patience) {
                note_timed_out();
                break;
            }
            if !records.is_empty() {
                last = Instant::now();
            }
            for record in &records {
                // What is not acknowledged goes to others when the member leaves.
                if !self.is_wanted() {
                    break;
                }
                self.count += 1;
                let delivery = Some(record.delivery_count);
                match self.formatter.write(&mut out, &record.record, delivery) {
                    Err(Fault::Thrown(why)) if self.wanted.rejects_failed => {
                        note(format!(
                            "ERROR Error processing message, rejecting this message: {why}"
                        ));
                        self.consumer.acknowledge(record, Acknowledge::Reject);
                    }
                    result => {
                        result?;
                        self.consumer.acknowledge(record, self.wanted.how);
                    }
                }
            }
            out.flush().map_err(Fault::Output)?;
        }
        Ok(())
    }

    fn is_wanted(&self) -> bool {
        let limit = self.wanted.limit.unwrap_or(u64::MAX);
        self.count < limit && !self.stopped.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Given {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        super::super::parse::parse(OPTIONS, &words).expect("well formed")
    }

    #[test]
    fn a_record_is_rejected_or_released_but_not_both() {
        let how = |words: &[&str]| Wanted::read(&given(words)).map(|wanted| wanted.how);
        assert!(matches!(how(&["--topic", "t"]), Ok(Acknowledge::Accept)));
        let both = how(&["--topic", "t", "--reject", "--release"]);
        assert_eq!(
            both.expect_err("refused").message(),
            "At most one of --reject and --release may be specified."
        );
    }

    #[test]
    fn the_group_is_named_in_one_way() {
        let group = |words: &[&str]| {
            let properties = consumer_properties(&given(words))?;
            Ok::<_, Fault>(properties["group.id"].clone())
        };
        assert_eq!(group(&[]).expect("a default"), GROUP);
        assert_eq!(group(&["--group", "g"]).expect("named"), "g");
        assert!(group(&["--group", "g", "--command-property", "group.id=h"]).is_err());
    }
}
