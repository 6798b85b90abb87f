//! kafka-delete-records: records deleted from the start of partitions.

use std::collections::BTreeMap;

use client::TopicPartition;
use model::ErrorCode;
use serde_json::Value;

use super::connect;
use super::console::line;
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt, text};
use super::parse::Given;
use super::{Script, Shown};

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text(
        "offset-json-file",
        "Offset json file path",
        "The partitions and the offset before which records go: \
         {\"partitions\": [{\"topic\": \"t\", \"partition\": 1, \"offset\": 1}], \"version\": 1}",
    ),
    COMMAND_CONFIG,
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-delete-records",
    options: OPTIONS,
    about: "This tool helps to delete records of the given partitions down to the specified offset.",
    about_nothing: "",
    unreadable: Shown::Message,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    given.require(&["offset-json-file"])?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let client = connect::admin(&servers, &connect::properties(given, "command-config")?)?;
    let file = given.text("offset-json-file")?.unwrap_or_default();
    let wanted = read(&connect::read_file(file)?)?;
    line("Executing records delete operation")?;
    line("Records delete operation completed:")?;
    for (tp, offset) in wanted {
        match client.delete_records(&tp, offset) {
            Ok(start) => line(format!("partition: {tp}\tlow_watermark: {start}"))?,
            Err(error) => {
                let why = match error.code() {
                    Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION) => timed_out(),
                    _ => thrown("deleteRecords", &error),
                };
                line(format!("partition: {tp}\terror: {why}"))?;
            }
        }
    }
    Ok(0)
}

/// What Kafka's client says of a topic that is not there: it asks for it until its time is over.
fn timed_out() -> Thrown {
    Thrown::of_code(
        ErrorCode::REQUEST_TIMED_OUT,
        Some("Call(callName=deleteRecords(api=METADATA)) timed out"),
    )
}

/// Reads the partitions and their offsets.
fn read(text: &str) -> Result<Vec<(TopicPartition, i64)>, Fault> {
    let json: Value = serde_json::from_str(text)
        .map_err(|_| Thrown::operation("The input string is not a valid JSON"))?;
    if let Some(version) = json.get("version").filter(|version| **version != 1) {
        let message = format!("Not supported version field value {version}");
        return Err(Thrown::operation(message).into());
    }
    let partitions = json.get("partitions").and_then(Value::as_array);
    let partitions = partitions.ok_or_else(|| Thrown::operation("Missing partitions field"))?;
    let mut wanted: BTreeMap<TopicPartition, Vec<i64>> = BTreeMap::new();
    for partition in partitions {
        let field = |name: &str| {
            partition.get(name).ok_or_else(|| {
                let class = "com.fasterxml.jackson.databind.JsonMappingException";
                Thrown::new(class, format!("No such field exists: `{name}`"))
            })
        };
        let topic = field("topic")?.as_str().unwrap_or_default();
        let index = field("partition")?.as_i64().unwrap_or_default();
        let offset = field("offset")?.as_i64().unwrap_or_default();
        let tp = TopicPartition::new(topic, i32::try_from(index).unwrap_or(i32::MAX));
        wanted.entry(tp).or_default().push(offset);
    }
    let twice: Vec<_> = wanted
        .iter()
        .filter(|(_, offsets)| offsets.len() > 1)
        .map(|(tp, _)| tp.to_string())
        .collect();
    if !twice.is_empty() {
        let message = "Offset json file contains duplicate topic partitions";
        return Err(Thrown::command_failed(format!("{message}: {}", twice.join(","))).into());
    }
    let wanted = wanted.into_iter();
    Ok(wanted.map(|(tp, offsets)| (tp, offsets[0])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_partitions_and_offsets() {
        let text = r#"{"partitions":[{"topic":"t","partition":1,"offset":-1}],"version":1}"#;
        assert_eq!(
            read(text).expect("well formed"),
            [(TopicPartition::new("t", 1), -1)]
        );
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_kafkas_words() {
        let check = |text: &str, message: &str| {
            assert_eq!(read(text).expect_err(text).message(), message);
        };
        check("{", "The input string is not a valid JSON");
        check("{}", "Missing partitions field");
        check("{\"version\":2}", "Not supported version field value 2");
        let one = r#"{"topic":"t","partition":1,"offset":1}"#;
        check(
            &format!("{{\"partitions\":[{one},{one}]}}"),
            "Offset json file contains duplicate topic partitions: t-1",
        );
    }
}
