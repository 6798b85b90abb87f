//! `kalda consume` without a group.

use serde_json::json;

use crate::kalda::{Node, said, unique};

/// A topic of two partitions with the records a and c in the first, b in the second.
fn filled() -> (Node, String) {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic, "--partitions", "2"]);
    node.ok_with(
        &["produce", &topic, "--partition", "0", "--key", "k"],
        "a\nc\n",
    );
    node.ok_with(&["produce", &topic, "--partition", "1"], "b\n");
    (node, topic)
}

#[test]
fn a_partition_is_read_from_an_offset() {
    let (node, topic) = filled();
    let read = [
        "consume",
        &topic,
        "--partition",
        "0",
        "--offset",
        "1",
        "--until-end",
    ];
    assert_eq!(node.ok(&read), "c\n");
}

#[test]
fn reading_ends_at_the_wanted_number_of_records() {
    let (node, topic) = filled();
    let read = [
        "consume",
        &topic,
        "--partition",
        "0",
        "--from-beginning",
        "--max-messages",
        "1",
    ];
    assert_eq!(node.ok(&read), "a\n");
}

#[test]
fn reading_ends_when_nothing_comes_any_more() {
    let (node, topic) = filled();
    let read = [
        "consume",
        &topic,
        "--from-beginning",
        "--timeout-ms",
        "1000",
    ];
    let mut lines: Vec<_> = node.ok(&read).lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["a", "b", "c"]);
}

#[test]
fn json_says_everything_of_a_record() {
    let (node, topic) = filled();
    let read = [
        "consume",
        &topic,
        "--partition",
        "0",
        "--offset",
        "1",
        "--until-end",
    ];
    let mut record = node.json(&read);
    assert!(
        record["timestamp"]
            .as_i64()
            .is_some_and(|time| time > 1_600_000_000_000),
        "{record}"
    );
    record["timestamp"] = json!(0);
    let expected = json!({
        "topic": topic, "partition": 0, "offset": 1, "timestamp": 0,
        "key": "k", "value": "c", "headers": [],
    });
    assert_eq!(record, expected);
}

#[test]
fn reading_begins_at_a_time() {
    let (node, topic) = filled();
    let first = [
        "consume",
        &topic,
        "--partition",
        "0",
        "--offset",
        "1",
        "--until-end",
    ];
    let time = node.json(&first)["timestamp"].to_string();
    let read = [
        "consume",
        &topic,
        "--partition",
        "0",
        "--from-time",
        &time,
        "--until-end",
    ];
    assert!(node.ok(&read).ends_with("c\n"));
    let read = [
        "consume",
        &topic,
        "--from-time",
        "99999999999999",
        "--until-end",
    ];
    assert_eq!(node.ok(&read), "");
}

#[test]
fn a_consumer_that_waits_gets_what_comes() {
    let (node, topic) = filled();
    let read = [
        "consume",
        &topic,
        "--partition",
        "1",
        "--offset",
        "1",
        "--max-messages",
        "1",
    ];
    let consumer = node.spawn(&read);
    node.ok_with(&["produce", &topic, "--partition", "1"], "late\n");
    let said = said(consumer.wait_with_output().expect("it ends"));
    assert_eq!((said.code, said.out.as_str()), (0, "late\n"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let (node, topic) = filled();
    let error = node.fails(&["consume", &unique("gone"), "--from-beginning"], "");
    assert!(error.contains("does not exist"), "{error}");
    let error = node.fails(
        &["consume", &topic, "--partition", "5", "--from-beginning"],
        "",
    );
    assert!(
        error.contains("has no partition 5: it has 2, numbered from 0"),
        "{error}"
    );
    let error = node.fails(
        &["consume", &topic, "--partition", "0", "--offset", "77"],
        "",
    );
    assert!(error.contains("OFFSET_OUT_OF_RANGE"), "{error}");
}
