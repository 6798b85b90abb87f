//! `kalda produce`.

use std::io::Write as _;
use std::process::Command;

use crate::kalda::{Node, said, unique, until};

/// Produces with `options`, and reads everything back as text with `columns`.
fn check(options: &[&str], input: &str, columns: &[&str], expected: &str) {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    node.ok_with(&[&["produce", &topic], options].concat(), input);
    let read = ["consume", &topic, "--from-beginning", "--until-end"];
    assert_eq!(node.ok(&[&read, columns].concat()), expected);
}

#[test]
fn each_line_is_a_record() {
    check(&[], "one\ntwo\r\n\nfour", &[], "one\ntwo\n\nfour\n");
}

#[test]
fn keys_are_split_off_and_headers_added() {
    let options = ["--key-separator", ":", "--header", "a=1", "--header", "b=2"];
    check(
        &options,
        "k:v:w\n:\n",
        &["--key", "--headers"],
        "a=1,b=2\tk\tv:w\na=1,b=2\t\t\n",
    );
}

#[test]
fn a_tombstone_is_written_where_a_value_stands_for_null() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let produce = [
        "produce",
        &topic,
        "--key-separator",
        "\\t",
        "--null-value",
        "-",
    ];
    node.ok_with(&produce, "k\t-\n");
    let record = node.json(&["consume", &topic, "--from-beginning", "--until-end"]);
    assert_eq!(
        (&record["key"], &record["value"]),
        (&"k".into(), &serde_json::Value::Null)
    );
}

#[test]
fn every_codec_and_every_acks_arrives() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let mut expected = String::new();
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        for acks in ["1", "all"] {
            let line = format!("{codec} {acks}\n");
            let options = ["--compression", codec, "--acks", acks];
            node.ok_with(&[&["produce", &topic][..], &options].concat(), &line);
            expected.push_str(&line);
        }
    }
    let read = ["consume", &topic, "--from-beginning", "--until-end"];
    assert_eq!(node.ok(&read), expected);
    node.ok_with(&["produce", &topic, "--acks", "0"], "unheard\n");
    let read = [
        "consume",
        &topic,
        "--offset",
        "10",
        "--max-messages",
        "1",
        "--timeout-ms",
        "20000",
    ];
    assert_eq!(node.ok(&read), "unheard\n");
}

#[test]
fn keys_are_placed_where_kafkas_own_clients_place_them() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic, "--partitions", "7"]);
    node.ok_with(
        &["produce", &topic, "--key-separator", ":"],
        "21:a\nfoobar:b\nabc:c\n",
    );
    let read = [
        "consume",
        &topic,
        "--from-beginning",
        "--until-end",
        "--place",
        "--key",
    ];
    let mut lines: Vec<_> = node.ok(&read).lines().map(str::to_owned).collect();
    lines.sort();
    // murmur2 of the keys, its sign bit cleared, modulo 7.
    let place = |hash: i32| (hash & 0x7fff_ffff) % 7;
    let mut expected = [
        format!("{}\t0\t21\ta", place(-973_932_308)),
        format!("{}\t0\tfoobar\tb", place(-790_332_482)),
        format!("{}\t0\tabc\tc", place(479_470_107)),
    ];
    expected.sort();
    assert_eq!(lines, expected);
}

#[test]
fn many_lines_keep_their_order() {
    let lines: String = (0..50_000).map(|number| format!("{number}\n")).collect();
    check(&["--compression", "lz4"], &lines, &[], &lines);
}

#[test]
fn a_file_is_read_and_a_missing_one_is_named() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("lines");
    std::fs::write(&file, "from a file\n").expect("written");
    node.ok(&["produce", &topic, "--file", file.to_str().expect("text")]);
    let read = ["consume", &topic, "--from-beginning", "--until-end"];
    assert_eq!(node.ok(&read), "from a file\n");
    let error = node.fails(&["produce", &topic, "--file", "/no/such/file"], "");
    assert!(error.contains("cannot read /no/such/file"), "{error}");
}

#[test]
fn a_topic_is_made_by_the_first_record_where_the_cluster_allows_that() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok_with(&["produce", &topic], "first\n");
    let read = ["consume", &topic, "--from-beginning", "--until-end"];
    assert_eq!(node.ok(&read), "first\n");
}

#[test]
fn what_is_wrong_with_the_input_is_said() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let error = node.fails(
        &["produce", &topic, "--key-separator", ":"],
        "a:1\nno key\n",
    );
    assert!(
        error.contains("line 2 of standard input has no ':'"),
        "{error}"
    );
    let written = format!("1 record acknowledged by '{topic}'");
    assert!(error.contains(&written), "{error}");
    let error = node.fails(&["produce", &topic, "--partition", "7"], "x\n");
    assert!(error.contains("has no partition 7: it has 1"), "{error}");
    let error = node.fails(&["produce", &topic], &"x".repeat(2_000_000));
    assert!(
        error.contains("MESSAGE_TOO_LARGE") && error.contains("max.message.bytes"),
        "{error}"
    );
}

#[test]
fn a_signal_ends_it_while_the_input_stays_open_and_loses_no_whole_line() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let mut producer = node.spawn(&["produce", &topic]);
    let mut input = producer.stdin.take().expect("it is piped");
    input.write_all(b"one\ntwo\nhal").expect("it reads");
    let read = ["consume", &topic, "--from-beginning", "--until-end"];
    until("both lines are written", || node.ok(&read) == "one\ntwo\n");
    let told = Command::new("kill")
        .args(["-TERM", &producer.id().to_string()])
        .status();
    assert!(told.expect("kill runs").success());
    let said = said(producer.wait_with_output().expect("it ends"));
    drop(input);
    let written = format!("2 records acknowledged by '{topic}'");
    assert!(
        said.code == 0 && said.err.contains(&written),
        "{}",
        said.err
    );
    assert_eq!(node.ok(&read), "one\ntwo\n");
}

#[test]
fn a_batch_may_wait_for_longer_than_an_answer_may() {
    let (node, topic) = (Node::start(), unique("t"));
    node.ok(&["topic", "create", &topic]);
    let options = ["--linger-ms", "2500", "--request-timeout-ms", "2000"];
    let mut producer = node.spawn(&[&["produce", &topic][..], &options].concat());
    let mut input = producer.stdin.take().expect("it is piped");
    input.write_all(b"one\n").expect("it reads");
    let read = ["consume", &topic, "--from-beginning", "--max-messages", "1"];
    assert_eq!(node.ok(&read), "one\n");
    drop(input);
    let said = said(producer.wait_with_output().expect("it ends"));
    assert_eq!(said.code, 0, "{}", said.err);
}
