//! kafka-get-offsets: where partitions begin and end, and which offset stands at a time.

use client::{Client, OffsetSpec, TopicPartition};
use regex::Regex;

use super::connect;
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::options::{BROKER_LIST, COMMAND_CONFIG, Kind, Opt, Takes, flag, old, text};
use super::parse::Given;
use super::topic_filter::{TopicFilter, is_internal};
use super::{Script, Shown};

const ABOUT: &str = "An interactive shell for getting topic-partition offsets.";

/// The options.
pub const OPTIONS: &[Opt] = &[
    text(
        "bootstrap-server",
        "HOST1:PORT1,...,HOST3:PORT3",
        "Brokers to ask first. Without it, KALDA_BOOTSTRAP_SERVER or localhost:9092.",
    ),
    text(
        "topic-partitions",
        "topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3",
        "Partitions: an expression for topics, and behind a colon a number, or a range whose end does not count.",
    ),
    text("topic", "topic", "The topic, or an expression; without it all of them."),
    text("partitions", "partition ids", "Numbers of partitions, separated by commas."),
    text(
        "time",
        "<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / \
         -6 or earliest-pending-upload",
        "Which offset: of the first record that is not older than a time in milliseconds since 1970, or by name.",
    )
    .or("latest"),
    COMMAND_CONFIG,
    flag("exclude-internal-topics", "Leave out topics that Kafka keeps for itself."),
    BROKER_LIST,
    old("offsets", Takes::Value(Kind::Int), "there is one offset for each partition"),
    old("max-wait-ms", Takes::Value(Kind::Int), "nothing is waited for"),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-get-offsets",
    options: OPTIONS,
    about: ABOUT,
    about_nothing: "",
    unreadable: Shown::Terse("Error occurred: "),
    unexpected: Shown::Terse("Error occurred: "),
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    let servers = match given.text("broker-list")? {
        Some(old) => old.to_owned(),
        None => connect::bootstrap(given, "bootstrap-server")?,
    };
    connect::validate(&servers)?;
    let by_rule = given.has("topic-partitions");
    if by_rule && (given.has("topic") || given.has("partitions")) {
        return Err(terse(
            "--topic-partitions cannot be used with --topic or --partitions",
        ));
    }
    let spec = spec(given.text("time")?.unwrap_or("latest"))?;
    let rules = match given.text("topic-partitions")? {
        Some(rules) => rules.split(',').map(rule).collect::<Result<Vec<_>, _>>()?,
        None => vec![Rule {
            topics: TopicFilter::new(given.text("topic")?.unwrap_or(".*"))?,
            partitions: partitions(given.text("partitions")?.unwrap_or_default())?,
        }],
    };
    let client = connect::admin(&servers, &connect::properties(given, "command-config")?)?;
    let mut found = matching(&client, &rules, given.has("exclude-internal-topics"))?;
    if found.is_empty() {
        return Err(terse(
            "Could not match any topic-partitions with the specified filters",
        ));
    }
    // As texts: t-10 comes before t-2.
    found.sort_by_cached_key(ToString::to_string);
    show(&client, &found, spec)
}

fn terse(message: impl Into<String>) -> Fault {
    Thrown::new("org.apache.kafka.tools.TerseException", message).into()
}

fn show(client: &Client, found: &[TopicPartition], spec: OffsetSpec) -> Result<u8, Fault> {
    let wanted: Vec<_> = found.iter().map(|tp| (tp.clone(), spec)).collect();
    let mut offsets = client
        .offsets_each(&wanted)
        .map_err(|error| thrown("listOffsets", &error))?;
    let mut lines = Vec::new();
    for tp in found {
        match offsets.remove(tp) {
            None | Some(Ok(-1)) => {}
            Some(Ok(offset)) => lines.push(format!("{}:{}:{offset}", tp.topic, tp.partition)),
            Some(Err(error)) => note(format!(
                "Skip getting offsets for topic-partition {tp} due to error: {}",
                thrown("listOffsets", &error)
            )),
        }
    }
    for text in lines {
        line(text)?;
    }
    Ok(0)
}

fn spec(time: &str) -> Result<OffsetSpec, Fault> {
    Ok(match time {
        "earliest" | "-2" => OffsetSpec::Earliest,
        "latest" | "-1" => OffsetSpec::Latest,
        "max-timestamp" | "-3" => OffsetSpec::MaxTimestamp,
        "earliest-local" | "-4" => OffsetSpec::EarliestLocal,
        "latest-tiered" | "-5" => OffsetSpec::LatestTiered,
        "earliest-pending-upload" | "-6" => OffsetSpec::EarliestPendingUpload,
        number => OffsetSpec::AtTime(number.parse().map_err(|_| {
            terse(format!(
                "Malformed time argument {time}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or \
                 earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp"
            ))
        })?),
    })
}

/// Which partitions are meant.
struct Rule {
    topics: TopicFilter,
    partitions: Partitions,
}

enum Partitions {
    /// From the first, up to but without the second.
    Range(i64, i64),
    /// These.
    These(Vec<i32>),
}

impl Partitions {
    fn allow(&self, partition: i32) -> bool {
        match self {
            Self::Range(from, to) => (*from..*to).contains(&i64::from(partition)),
            Self::These(numbers) => numbers.contains(&partition),
        }
    }
}

/// Reads `1,2`; nothing stands for all.
fn partitions(text: &str) -> Result<Partitions, Fault> {
    if text.is_empty() {
        return Ok(Partitions::Range(0, i64::MAX));
    }
    let numbers: Result<_, _> = text.split(',').map(str::parse).collect();
    numbers.map(Partitions::These).map_err(|_| {
        terse(format!(
            "--partitions expects a comma separated list of numeric partition ids, but received: {text}"
        ))
    })
}

/// Reads `topic:3`, `topic:2-5`, `topic:2-`, `topic:-5`, `topic`.
fn rule(text: &str) -> Result<Rule, Fault> {
    let shape = Regex::new("^([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?$")
        .expect("the expression is fixed and valid");
    let Some(parts) = shape.captures(text) else {
        let inner = terse(format!("Invalid rule specification: {text}"));
        let Fault::Thrown(inner) = inner else {
            return Err(inner);
        };
        return Err(Thrown::runtime(inner.to_string()).into());
    };
    let part = |at: usize| {
        parts
            .get(at)
            .map(|part| part.as_str())
            .filter(|part| !part.is_empty())
    };
    let number = |at: usize, absent: i64| match part(at) {
        None => Ok(absent),
        Some(digits) => digits
            .parse::<i32>()
            .map(i64::from)
            .map_err(|_| Fault::from(Thrown::number_format(digits))),
    };
    let partitions = match part(2) {
        Some(_) => {
            let only = number(2, 0)?;
            Partitions::Range(only, only + 1)
        }
        None => Partitions::Range(number(3, 0)?, number(4, i64::from(i32::MAX))?),
    };
    Ok(Rule {
        topics: TopicFilter::new(part(1).unwrap_or(".*"))?,
        partitions,
    })
}

fn matching(
    client: &Client,
    rules: &[Rule],
    exclude_internal: bool,
) -> Result<Vec<TopicPartition>, Fault> {
    let cluster = client
        .all_topics()
        .map_err(|error| thrown("listTopics", &error))?;
    let mut found = Vec::new();
    for (name, topic) in &cluster.topics {
        if exclude_internal && is_internal(name) {
            continue;
        }
        let is_meant = |index: &i32| {
            let mut rules = rules.iter();
            rules.any(|rule| rule.topics.allows(name, false) && rule.partitions.allow(*index))
        };
        let indexes = topic.partitions.keys().copied().filter(is_meant);
        found.extend(indexes.map(|index| TopicPartition::new(name, index)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, allowed: &[i32], refused: &[i32]) {
        let rule = rule(text).expect("well formed");
        for partition in allowed {
            assert!(rule.partitions.allow(*partition), "{text} {partition}");
        }
        for partition in refused {
            assert!(!rule.partitions.allow(*partition), "{text} {partition}");
        }
    }

    #[test]
    fn rules_name_one_partition_or_a_range_without_its_end() {
        check("t", &[0, 99], &[]);
        check("t:1", &[1], &[0, 2]);
        check("t:1-3", &[1, 2], &[0, 3]);
        check(":2-", &[2, 9], &[1]);
        check("t:-3", &[0, 2], &[3]);
    }

    #[test]
    fn what_is_no_rule_and_no_time_is_refused() {
        assert_eq!(
            rule("t:x").err().map(|fault| fault.message()).as_deref(),
            Some("org.apache.kafka.tools.TerseException: Invalid rule specification: t:x")
        );
        let message = spec("soon").expect_err("no time").message();
        assert!(
            message.starts_with("Malformed time argument soon. "),
            "{message}"
        );
    }
}
