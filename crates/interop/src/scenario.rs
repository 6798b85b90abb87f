//! The scenarios that every client library goes through, and what a driver reports of one.

use serde_json::Value;

/// Every scenario with what it shows, in the order of the table's columns.
pub const SCENARIOS: [(&str, &str); 25] = [
    (
        "create",
        "topics created, validated, refused, deleted and created anew",
    ),
    ("autocreate", "a topic created by its first use"),
    (
        "defaults",
        "-1 partitions and replicas taken from the broker",
    ),
    ("compress", "every codec, written and read"),
    ("snappy", "raw and xerial snappy read; own snappy written"),
    (
        "keys",
        "partitions chosen by key, offsets, empty and absent keys",
    ),
    ("headers", "record headers, repeated, empty and null"),
    (
        "tombstones",
        "null values, and keys demanded where a topic is compacted",
    ),
    ("large", "records larger than the limits of a fetch"),
    ("acks", "acks 0, 1 and all"),
    ("idempotence", "idempotent producing"),
    ("group", "members that join, leave and crash"),
    ("commit", "offsets committed, resumed from and kept"),
    (
        "transactions",
        "transactions that commit, abort, are fenced, time out and are ended by an administrator",
    ),
    (
        "streams",
        "a Kafka Streams application that processes exactly once, loses its state, grows, fails and shrinks",
    ),
    (
        "streamsgroup",
        "streams groups request by request: members, topologies and internal topics, whatever a library would send",
    ),
    (
        "share",
        "records shared by the members of a share group: accepted, released, given up",
    ),
    ("seektime", "offsets found by time"),
    (
        "longpoll",
        "a fetch that waits, woken by a record and by its deadline",
    ),
    (
        "admin",
        "clusters, topics, configurations, offsets and groups described and changed",
    ),
    ("node0", "a broker whose node id is 0"),
    (
        "retention",
        "records past their retention seen to be deleted",
    ),
    (
        "badconfig",
        "wrong topic configurations refused at creation",
    ),
    ("errors", "the errors that a user meets"),
    (
        "flush",
        "flush.messages=1 seen to sync in a system-call trace",
    ),
];

/// Scenarios of what only Apache Kafka's own client library has.
const JAVA_ALONE: [&str; 3] = ["share", "streams", "streamsgroup"];

/// Whether a client has what a scenario is about.
#[must_use]
pub fn is_offered(client: &str, scenario: &str) -> bool {
    client == "java" || !JAVA_ALONE.contains(&scenario)
}

/// What one scenario saw at one broker.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Named values, in the order of the driver.
    pub observations: Vec<(String, Value)>,
    /// Why the scenario broke off, when it did.
    pub error: Option<String>,
    /// How long it took.
    pub ms: u64,
}

/// Reads a driver's line; `None` when it is something else that the client printed.
#[must_use]
pub fn parse(line: &str) -> Option<(String, Seen)> {
    let value: Value = serde_json::from_str(line.strip_prefix("@")?).ok()?;
    let scenario = value.get("scenario")?.as_str()?.to_owned();
    let observations = value.get("observations")?.as_object()?;
    let seen = Seen {
        observations: observations
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
        error: value
            .get("error")
            .and_then(Value::as_str)
            .map(str::to_owned),
        ms: value.get("ms").and_then(Value::as_u64).unwrap_or(0),
    };
    Some((scenario, seen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_driver_is_read_in_its_order() {
        let line = r#"@{"scenario":"keys","observations":{"b":1,"a":[2]},"error":null,"ms":7}"#;
        let (scenario, seen) = parse(line).unwrap();
        let names: Vec<_> = seen.observations.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!(
            (scenario.as_str(), names, seen.ms),
            ("keys", vec!["b", "a"], 7)
        );
    }

    #[test]
    fn what_a_client_prints_besides_is_passed_over() {
        assert!(parse("WARN something").is_none());
        assert!(parse(r#"{"scenario":"keys"}"#).is_none());
    }
}
