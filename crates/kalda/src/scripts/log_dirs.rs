//! kafka-log-dirs: how much space replicas take in the log directories of brokers.

use std::collections::BTreeSet;
use std::fmt::Write;

use client::admin::LogDir;
use model::BrokerId;
use serde_json::json;

use super::connect;
use super::console::line;
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt, flag, text};
use super::parse::Given;
use super::{Script, Shown};

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    COMMAND_CONFIG,
    flag("describe", "Show the log directories."),
    text(
        "topic-list",
        "Topic list",
        "Only these topics, separated by commas.",
    )
    .or(""),
    text(
        "broker-list",
        "Broker list",
        "Only these brokers, separated by commas.",
    )
    .or(""),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-log-dirs",
    options: OPTIONS,
    about: "This tool helps to query log directory usage on the specified brokers.",
    about_nothing: "",
    unreadable: Shown::Message,
    unexpected: Shown::Message,
    run,
};

fn list(text: Option<&str>) -> Vec<&str> {
    let parts = text.unwrap_or_default().split(',');
    parts.filter(|part| !part.is_empty()).collect()
}

fn joined(ids: &BTreeSet<i32>) -> String {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    ids.join(",")
}

fn run(given: &Given) -> Result<u8, Fault> {
    given.require(&["describe"])?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let client = connect::admin(&servers, &connect::properties(given, "command-config")?)?;
    let topics = list(given.text("topic-list")?);
    let cluster = client
        .refresh()
        .map_err(|error| thrown("listNodes", &error).in_execution())?;
    let all: BTreeSet<i32> = cluster.nodes.keys().map(|id| id.0).collect();
    let mut wanted = BTreeSet::new();
    for id in list(given.text("broker-list")?) {
        wanted.insert(id.parse().map_err(|_| Thrown::number_format(id))?);
    }
    let absent: BTreeSet<i32> = wanted.difference(&all).copied().collect();
    if !absent.is_empty() {
        return Err(Fault::Message(format!(
            "ERROR: The given brokers do not exist from --broker-list: {}. Current existent brokers: {}",
            joined(&absent),
            joined(&all)
        )));
    }
    let asked = if wanted.is_empty() { all } else { wanted };
    line("Querying brokers for log directories information")?;
    let mut brokers = Vec::new();
    for id in &asked {
        let dirs = client
            .describe_log_dirs(BrokerId(*id))
            .map_err(|error| thrown("describeLogDirs", &error).in_execution())?;
        brokers.push(broker(*id, &dirs, &topics));
    }
    line(format!(
        "Received log directory information from brokers {}",
        joined(&asked)
    ))?;
    line(format!(
        "{{\"brokers\":[{}],\"version\":1}}",
        brokers.join(",")
    ))?;
    Ok(0)
}

/// JSON with its fields in the order of Kafka's.
fn broker(id: i32, dirs: &[LogDir], topics: &[&str]) -> String {
    let dirs: Vec<_> = dirs.iter().map(|dir| log_dir(dir, topics)).collect();
    format!("{{\"broker\":{id},\"logDirs\":[{}]}}", dirs.join(","))
}

fn log_dir(dir: &LogDir, topics: &[&str]) -> String {
    let mut partitions = String::new();
    for replica in &dir.replicas {
        if !topics.is_empty() && !topics.contains(&&*replica.partition.topic) {
            continue;
        }
        let comma = if partitions.is_empty() { "" } else { "," };
        let _infallible = write!(
            partitions,
            "{comma}{{\"partition\":{},\"size\":{},\"offsetLag\":{},\"isFuture\":{}}}",
            json!(replica.partition.to_string()),
            replica.bytes,
            replica.offset_lag,
            replica.is_future
        );
    }
    let error = match dir.error.is_none() {
        true => json!(null),
        false => json!(Thrown::of_code(dir.error, None).class),
    };
    format!(
        "{{\"partitions\":[{partitions}],\"error\":{error},\"logDir\":{}}}",
        json!(dir.path)
    )
}

#[cfg(test)]
mod tests {
    use client::TopicPartition;
    use client::admin::LogDirReplica;
    use model::ErrorCode;

    use super::*;

    #[test]
    fn directories_are_shown_as_json_with_the_topics_that_are_asked_for() {
        let replica = |topic: &str| LogDirReplica {
            partition: TopicPartition::new(topic, 0),
            bytes: 5,
            offset_lag: 0,
            is_future: false,
        };
        let dir = LogDir {
            path: "/d".to_owned(),
            error: ErrorCode::NONE,
            replicas: vec![replica("a"), replica("b")],
        };
        let partition = r#"{"partition":"b-0","size":5,"offsetLag":0,"isFuture":false}"#;
        let expected = format!(r#"{{"partitions":[{partition}],"error":null,"logDir":"/d"}}"#);
        assert_eq!(log_dir(&dir, &["b"]), expected);
    }
}
