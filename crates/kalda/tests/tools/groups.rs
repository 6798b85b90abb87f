//! `kalda consume --group` and `kalda group`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};

use serde_json::{Value, json};

use crate::kalda::{Node, said, unique, until};

/// A topic of two partitions with 20 records in each.
fn filled() -> (Node, String, String) {
    let (node, topic, group) = (Node::start(), unique("t"), unique("g"));
    node.ok(&["topic", "create", &topic, "--partitions", "2"]);
    for partition in ["0", "1"] {
        let lines: String = (0..20)
            .map(|number| format!("{partition}-{number}\n"))
            .collect();
        node.ok_with(&["produce", &topic, "--partition", partition], &lines);
    }
    (node, topic, group)
}

/// The committed offsets and lags, by partition.
fn progress(described: &Value) -> Vec<(Value, Value)> {
    let rows = described["partitions"].as_array().expect("a list").iter();
    rows.map(|row| (row["committed_offset"].clone(), row["lag"].clone()))
        .collect()
}

/// Tells a tool to end, as Ctrl-C does, and waits for what it says.
fn interrupt(child: Child) -> crate::kalda::Said {
    let id = child.id().to_string();
    let told = Command::new("kill")
        .args(["-INT", &id])
        .status()
        .expect("kill exists");
    assert!(told.success());
    said(child.wait_with_output().expect("it ends"))
}

#[test]
fn a_group_goes_on_where_it_stopped() {
    let (node, topic, group) = filled();
    let consume = [
        "consume",
        &topic,
        "--group",
        &group,
        "--from-beginning",
        "--max-messages",
    ];
    let mut seen = Vec::new();
    for count in ["7", "30", "3"] {
        let read = node.ok(&[&consume[..], &[count]].concat());
        seen.extend(read.lines().map(str::to_owned));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 40, "every record came once");
    let described = node.json(&["group", "describe", &group]);
    assert_eq!(described["state"], "Empty");
    assert_eq!(
        progress(&described),
        [(json!(20), json!(0)), (json!(20), json!(0))]
    );
}

#[test]
fn a_group_without_offsets_begins_at_the_end_unless_told_otherwise() {
    let (node, topic, group) = filled();
    let consumer = node.spawn(&["consume", &topic, "--group", &group, "--max-messages", "1"]);
    until("the member has both partitions", || {
        let described = node.run(&["group", "describe", &group, "--output", "json"], "");
        described.out.matches("\"member\": \"").count() == 2
    });
    node.ok_with(&["produce", &topic, "--partition", "1"], "new\n");
    let said = said(consumer.wait_with_output().expect("it ends"));
    assert_eq!((said.code, said.out.as_str()), (0, "new\n"));
}

#[test]
fn two_members_share_the_partitions_and_an_interrupted_one_commits_and_leaves() {
    let (node, topic, group) = filled();
    let consume = ["consume", &topic, "--group", &group, "--from-beginning"];
    let mut first = node.spawn(&consume);
    let mut lines = BufReader::new(first.stdout.take().expect("it is piped")).lines();
    for _ in 0..40 {
        lines.next().expect("a line").expect("text");
    }
    let second = node.spawn(&consume);
    let members = |described: &Value| {
        let rows = described["members"].as_array().expect("a list").iter();
        rows.map(|member| member["partitions"].as_i64().unwrap_or(-1))
            .collect::<Vec<_>>()
    };
    until("each has one partition", || {
        members(&node.json(&["group", "describe", &group])) == [1, 1]
    });
    assert_eq!(interrupt(first).code, 0);
    until("the other has both", || {
        members(&node.json(&["group", "describe", &group])) == [2]
    });
    let said = interrupt(second);
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, ""),
        "the first had read and committed all"
    );
    let described = node.json(&["group", "describe", &group]);
    assert_eq!(described["state"], "Empty");
    assert_eq!(
        progress(&described),
        [(json!(20), json!(0)), (json!(20), json!(0))]
    );
}

#[test]
fn groups_are_listed_described_and_deleted() {
    let (node, topic, group) = filled();
    let consume = ["consume", &topic, "--group", &group, "--from-beginning"];
    node.ok(&[&consume[..], &["--max-messages", "5"]].concat());
    let listed = node.json(&["group", "list"]);
    let expected = json!({
        "group": group, "type": "classic", "state": "Empty", "protocol_type": "consumer",
    });
    assert!(
        listed.as_array().expect("a list").contains(&expected),
        "{listed}"
    );
    let text = node.ok(&["group", "describe", &group]);
    assert!(
        text.contains("TOPIC") && text.contains("lag       35"),
        "{text}"
    );
    assert_eq!(
        node.ok(&["group", "delete", &group]),
        format!("deleted group '{group}'\n")
    );
    let error = node.fails(&["group", "describe", &group], "");
    assert!(error.contains("GROUP_ID_NOT_FOUND"), "{error}");
}
