//! The files of kafka-reassign-partitions: which replicas partitions are to have, and which topics are to be moved.

use std::collections::{BTreeMap, BTreeSet};

use client::TopicPartition;
use serde_json::{Value, json};

use super::faults::{Fault, Thrown};

/// A log directory that the broker chooses.
const ANY_LOG_DIR: &str = "any";

/// A replica of a partition; ordered by brokers first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replica {
    /// The broker's id.
    pub broker: i32,
    /// The partition.
    pub partition: TopicPartition,
}

/// The log directory of replicas, by its path.
pub type Dirs = BTreeMap<Replica, String>;
/// The replicas of partitions.
pub type Assignment = BTreeMap<TopicPartition, Vec<i32>>;

/// What such a file asks for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// The replicas of partitions, in the order of the file.
    pub partitions: Vec<(TopicPartition, Vec<i32>)>,
    /// The log directories that replicas are to be in.
    pub dirs: Dirs,
}

fn mapping(message: String) -> Fault {
    Thrown::new(
        "com.fasterxml.jackson.databind.JsonMappingException",
        message,
    )
    .into()
}

fn field<'a>(value: &'a Value, name: &str) -> Result<&'a Value, Fault> {
    value
        .get(name)
        .ok_or_else(|| mapping(format!("No such field exists: `{name}`")))
}

fn number(value: &Value) -> Result<i32, Fault> {
    let number = value.as_i64().and_then(|number| number.try_into().ok());
    number.ok_or_else(|| mapping(format!("Expected `Integer` value, received {value}")))
}

fn word(value: &Value) -> Result<&str, Fault> {
    let text = value.as_str();
    text.ok_or_else(|| mapping(format!("Expected `String` value, received {value}")))
}

fn items<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], Fault> {
    match value.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(mapping(format!("Expected JSON array, received {other}"))),
    }
}

fn expect_version(json: &Value) -> Result<(), Fault> {
    let version = json.get("version").map_or(Ok(1), number)?;
    match version {
        1 => Ok(()),
        other => {
            let message = format!("Not supported version field value {other}");
            Err(Thrown::operation(message).into())
        }
    }
}

/// Reads which replicas partitions are to have.
///
/// # Errors
/// As Kafka's tool words them.
pub fn read(text: &str) -> Result<Wanted, Fault> {
    let json: Value =
        serde_json::from_str(text).map_err(|error| Thrown::operation(error.to_string()))?;
    expect_version(&json)?;
    let mut wanted = Wanted::default();
    for one in items(&json, "partitions")? {
        let tp = TopicPartition::new(
            word(field(one, "topic")?)?,
            number(field(one, "partition")?)?,
        );
        field(one, "replicas")?;
        let replicas: Result<Vec<i32>, Fault> =
            items(one, "replicas")?.iter().map(number).collect();
        let replicas = replicas?;
        let dirs: Result<Vec<&str>, Fault> = items(one, "log_dirs")?.iter().map(word).collect();
        let dirs = dirs?;
        if one.get("log_dirs").is_some() && dirs.len() != replicas.len() {
            let message = format!(
                "Size of replicas list {} is different from size of log dirs list [{}] for partition {tp}",
                list(&replicas),
                dirs.join(", ")
            );
            return Err(Thrown::command_failed(message).into());
        }
        for (broker, dir) in replicas.iter().zip(dirs) {
            if dir != ANY_LOG_DIR {
                let partition = tp.clone();
                let broker = *broker;
                wanted
                    .dirs
                    .insert(Replica { broker, partition }, dir.to_owned());
            }
        }
        wanted.partitions.push((tp, replicas));
    }
    Ok(wanted)
}

/// As Java shows a list.
fn list(ids: &[i32]) -> String {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    format!("[{}]", ids.join(", "))
}

fn duplicates<T: Ord + Clone>(all: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut seen = BTreeSet::new();
    let twice = all.into_iter().filter(|one| !seen.insert(one.clone()));
    twice.collect()
}

fn commas<T: ToString>(all: impl IntoIterator<Item = T>, between: &str) -> String {
    let all: Vec<_> = all.into_iter().map(|one| one.to_string()).collect();
    all.join(between)
}

/// What is to be carried out: every partition once, with at least one replica.
///
/// # Errors
/// As Kafka's tool words them.
pub fn executable(wanted: &Wanted) -> Result<Assignment, Fault> {
    let refused = |message: String| Err(Thrown::command_failed(message).into());
    let partitions = &wanted.partitions;
    if partitions.is_empty() {
        return refused("Partition reassignment list cannot be empty".to_owned());
    }
    if partitions.iter().any(|(_, replicas)| replicas.is_empty()) {
        return refused("Partition replica list cannot be empty".to_owned());
    }
    let twice = duplicates(partitions.iter().map(|(tp, _)| tp.clone()));
    if !twice.is_empty() {
        return refused(format!(
            "Partition reassignment contains duplicate topic partitions: {}",
            commas(twice, ",")
        ));
    }
    let twice = partitions.iter().filter_map(|(tp, replicas)| {
        let twice = duplicates(replicas.iter().copied());
        (!twice.is_empty())
            .then(|| format!("{tp} contains multiple entries for {}", commas(twice, ",")))
    });
    let twice: Vec<_> = twice.collect();
    if !twice.is_empty() {
        return refused(format!(
            "Partition replica lists may not contain duplicate entries: {}",
            twice.join(". ")
        ));
    }
    Ok(partitions.iter().cloned().collect())
}

/// The topics that are to be moved, and the brokers that they are to be moved to.
///
/// # Errors
/// As Kafka's tool words them.
pub fn generation(text: &str, brokers: &str) -> Result<(Vec<i32>, Vec<String>), Fault> {
    let ids: Result<Vec<i32>, Thrown> = brokers
        .split(',')
        .map(|id| id.parse().map_err(|_| Thrown::number_format(id)))
        .collect();
    let ids = ids?;
    let twice = duplicates(ids.iter().copied());
    if !twice.is_empty() {
        let message = format!(
            "Broker list contains duplicate entries: [{}]",
            commas(twice, ", ")
        );
        return Err(Thrown::command_failed(message).into());
    }
    let json: Value = serde_json::from_str(text)
        .map_err(|_| Thrown::operation("The input string is not a valid JSON"))?;
    expect_version(&json)?;
    let mut topics = Vec::new();
    for one in items(&json, "topics")? {
        topics.push(word(field(one, "topic")?)?.to_owned());
    }
    let twice = duplicates(topics.iter().cloned());
    if !twice.is_empty() {
        let message = format!(
            "List of topics to reassign contains duplicate entries: [{}]",
            commas(twice, ", ")
        );
        return Err(Thrown::command_failed(message).into());
    }
    Ok((ids, topics))
}

/// A file that asks for these replicas.
pub fn text(partitions: &Assignment, dirs: &Dirs) -> String {
    let each = partitions.iter().map(|(tp, replicas)| {
        let paths: Vec<_> = replicas
            .iter()
            .map(|broker| {
                let partition = tp.clone();
                let replica = Replica {
                    broker: *broker,
                    partition,
                };
                dirs.get(&replica).map_or(ANY_LOG_DIR, String::as_str)
            })
            .collect();
        format!(
            "{{\"topic\":{},\"partition\":{},\"replicas\":{},\"log_dirs\":{}}}",
            json!(&*tp.topic),
            tp.partition,
            json!(replicas),
            json!(paths)
        )
    });
    let each: Vec<_> = each.collect();
    format!("{{\"version\":1,\"partitions\":[{}]}}", each.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"topic":"t","partition":0,"replicas":[1,2],"log_dirs":["any","/b"]}"#;

    #[test]
    fn a_file_is_written_as_it_was_read() {
        let file = format!("{{\"version\":1,\"partitions\":[{ONE}]}}");
        let wanted = read(&file).expect("well formed");
        let partitions = executable(&wanted).expect("sensible");
        assert_eq!(text(&partitions, &wanted.dirs), file);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_kafkas_words() {
        let check = |file: &str, message: &str| {
            let result = read(file).and_then(|wanted| executable(&wanted));
            assert_eq!(result.expect_err(file).message(), message);
        };
        check("{}", "Partition reassignment list cannot be empty");
        check("{\"version\":2}", "Not supported version field value 2");
        check(
            &format!("{{\"partitions\":[{ONE},{ONE}]}}"),
            "Partition reassignment contains duplicate topic partitions: t-0",
        );
        check(
            r#"{"partitions":[{"topic":"t","partition":0,"replicas":[1,1]}]}"#,
            "Partition replica lists may not contain duplicate entries: t-0 contains multiple entries for 1",
        );
        check(
            r#"{"partitions":[{"topic":"t","partition":0,"replicas":[1],"log_dirs":[]}]}"#,
            "Size of replicas list [1] is different from size of log dirs list [] for partition t-0",
        );
    }

    #[test]
    fn topics_and_brokers_are_named_once() {
        let (brokers, topics) =
            generation(r#"{"topics":[{"topic":"a"}]}"#, "0,1").expect("well formed");
        assert_eq!((brokers, topics), (vec![0, 1], vec!["a".to_owned()]));
        let twice = generation("{}", "1,1").expect_err("twice").message();
        assert_eq!(twice, "Broker list contains duplicate entries: [1]");
    }
}
