//! `kalda topic`, `kalda cluster`, and what all tools say when something is wrong.

use serde_json::json;

use crate::kalda::{Node, free_address, run, unique};

#[test]
fn a_topic_is_made_listed_described_and_deleted() {
    let (node, topic) = (Node::start(), unique("orders"));
    let topic = topic.as_str();
    let retention = "retention.ms=86400000";
    let made = node.ok(&[
        "topic",
        "create",
        topic,
        "--partitions",
        "3",
        "--config",
        retention,
    ]);
    assert_eq!(made, format!("made topic '{topic}'\n"));
    let listed = node.json(&["topic", "list"]);
    let of_topic = |row: &&serde_json::Value| row["name"] == topic;
    let row = listed
        .as_array()
        .expect("a list")
        .iter()
        .find(of_topic)
        .expect("it is listed");
    assert_eq!(
        (&row["partitions"], &row["replication_factor"]),
        (&json!(3), &json!(1))
    );
    let described = node.json(&["topic", "describe", topic]);
    assert_eq!(
        described[0]["configs"],
        json!({ "retention.ms": "86400000" })
    );
    assert_eq!(described[0]["id"], row["id"]);
    let partition = &described[0]["partitions"][2];
    assert_eq!(
        (&partition["partition"], &partition["end_offset"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(partition["isr"], partition["replicas"]);
    assert_eq!(
        node.ok(&["topic", "delete", topic]),
        format!("deleted topic '{topic}'\n")
    );
    let error = node.fails(&["topic", "describe", topic], "");
    assert!(
        error.contains(&format!("topic '{topic}' does not exist")),
        "{error}"
    );
    assert!(
        error.contains(&format!("kalda topic create {topic}")),
        "{error}"
    );
}

#[test]
fn a_table_names_its_columns() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let listed = node.ok(&["topic", "list"]);
    assert!(listed.starts_with("NAME"), "{listed}");
    assert!(
        listed.lines().any(|line| line.starts_with(&topic)),
        "{listed}"
    );
    let described = node.ok(&["topic", "describe", &topic]);
    assert!(
        described.contains("PARTITION  LEADER  REPLICAS  ISR"),
        "{described}"
    );
}

#[test]
fn what_the_cluster_refuses_is_said_with_kafkas_code() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let check = |arguments: &[&str], code: &str| {
        let error = node.fails(&[&["topic", "create"], arguments].concat(), "");
        assert!(
            error.starts_with("error: ") && error.contains(code),
            "{error}"
        );
    };
    check(&[&topic], "TOPIC_ALREADY_EXISTS");
    check(
        &[&unique("u"), "--config", "no.such.thing=1"],
        "INVALID_CONFIG",
    );
    check(
        &[&unique("u"), "--replication-factor", "9"],
        "INVALID_REPLICATION_FACTOR",
    );
    check(&["no good name"], "INVALID_TOPIC_EXCEPTION");
    node.ok(&["topic", "create", &topic, "--if-not-exists"]);
    let error = node.fails(&["topic", "delete", &unique("gone")], "");
    assert!(error.contains("does not exist"), "{error}");
    node.ok(&["topic", "delete", &unique("gone"), "--if-exists"]);
}

#[test]
fn all_that_are_named_are_deleted_although_one_is_not_there() {
    let node = Node::start();
    let (first, gone, last) = (unique("a"), unique("gone"), unique("b"));
    for name in [&first, &last] {
        node.ok(&["topic", "create", name]);
    }
    let said = node.run(&["topic", "delete", &first, &gone, &last], "");
    let deleted = format!("deleted topic '{first}'\ndeleted topic '{last}'\n");
    assert_eq!((said.code, said.out), (1, deleted));
    let missing = format!("topic '{gone}' does not exist");
    assert!(said.err.contains(&missing), "{}", said.err);
}

#[test]
fn validating_makes_no_topic() {
    let (node, topic) = (Node::start(), unique("t"));
    let said = node.ok(&["topic", "create", &topic, "--validate-only"]);
    assert_eq!(said, format!("topic '{topic}' could be made\n"));
    node.fails(&["topic", "describe", &topic], "");
}

#[test]
fn the_cluster_is_described() {
    let node = Node::start();
    let cluster = node.json(&["cluster"]);
    assert_eq!(cluster["brokers"].as_array().expect("a list").len(), 1);
    assert!(
        cluster["cluster_id"]
            .as_str()
            .is_some_and(|id| id.len() == 22),
        "{cluster}"
    );
    let text = node.ok(&["cluster"]);
    assert!(text.contains("BROKER  ADDRESS"), "{text}");
}

#[test]
fn without_a_broker_every_tool_names_the_address_and_the_remedy() {
    let address = free_address();
    let tools: [&[&str]; 8] = [
        &["produce", "t"],
        &["topic", "describe"],
        &["topic", "delete", "t"],
        &["topic", "list"],
        &["cluster"],
        &["group", "list"],
        &["consume", "t"],
        &["topic", "create", "t"],
    ];
    for tool in tools {
        let options = [
            "--bootstrap-server",
            &address,
            "--request-timeout-ms",
            "200",
        ];
        let said = run(&[tool, &options].concat());
        assert_eq!(said.code, 1, "{tool:?}");
        let expected = format!("error: no broker answers at {address} within 200 ms");
        assert!(said.err.starts_with(&expected), "{}", said.err);
        assert!(said.err.contains("`kalda server`"), "{}", said.err);
    }
}

#[test]
fn wrong_usage_has_exit_code_2() {
    let check = |arguments: &[&str]| assert_eq!(run(arguments).code, 2, "{arguments:?}");
    check(&["topic"]);
    check(&["topic", "create"]);
    check(&["topic", "create", "t", "--partitions", "0"]);
    check(&["topic", "create", "t", "--config", "novalue"]);
    check(&["consume", "t", "--group", "g", "--offset", "1"]);
    check(&["consume", "t", "--offset", "-1"]);
    check(&["produce", "t", "--acks", "2"]);
    check(&["no-such-tool"]);
}

#[test]
fn help_shows_examples_for_every_tool() {
    let tools: [&[&str]; 7] = [
        &["topic", "create"],
        &["topic", "list"],
        &["produce"],
        &["consume"],
        &["group", "list"],
        &["group", "describe"],
        &["cluster"],
    ];
    for tool in tools {
        let said = run(&[tool, &["--help"]].concat());
        assert_eq!(said.code, 0);
        let example = format!("kalda {}", tool.join(" "));
        assert!(
            said.out.contains("Examples:") && said.out.contains(&example),
            "{}",
            said.out
        );
        assert!(said.out.contains("--bootstrap-server"), "{}", said.out);
    }
}

#[test]
fn an_address_that_is_none_is_refused() {
    let said = run(&["topic", "list", "--bootstrap-server", "http://localhost"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("host:port"), "{}", said.err);
}
