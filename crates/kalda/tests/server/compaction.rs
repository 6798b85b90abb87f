//! Compaction of a topic by a running server.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use testkit::wait;

use crate::server::{Server, free_address};

/// How long the cleaner may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
const TOPIC: &str = "latest";
const KEYS: usize = 500;
/// With values of this size a round is more than a segment.
const VALUE: usize = 3_000;

/// Lines `key:value` for `kalda produce`; every tenth key is deleted in the last round.
fn round(number: usize, is_last: bool) -> String {
    let mut lines = String::new();
    for key in 0..KEYS {
        let value = match is_last && key % 10 == 0 {
            true => "-".to_owned(),
            false => format!("{number} {}", "v".repeat(VALUE)),
        };
        writeln!(lines, "{key}:{value}").unwrap();
    }
    lines
}

/// The number of the round of each key's newest value, and how many records there are.
fn read(server: &Server, address: &str) -> (BTreeMap<String, String>, usize) {
    let read = ["consume", TOPIC, "--from-beginning", "--until-end", "--key"];
    let said = server.tool(address, &read);
    let mut newest = BTreeMap::new();
    for line in said.lines() {
        let (key, value) = line.split_once('\t').unwrap();
        let round = value.split(' ').next().unwrap();
        newest.insert(key.to_owned(), round.to_owned());
    }
    (newest, said.lines().count())
}

/// Up to where the topic was cleaned.
fn cleaned_up_to(server: &Server) -> Option<u64> {
    let text = std::fs::read_to_string(server.path("cleaner-offset-checkpoint")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("latest 0 "));
    line?.parse().ok()
}

fn wait_until_cleaned(server: &Server, offset: u64) {
    let is_clean = || cleaned_up_to(server).filter(|upto| *upto >= offset);
    let seen = || format!("{:?}: {}", cleaned_up_to(server), server.warned());
    wait::until("a cleaned log", PATIENCE, is_clean, seen).unwrap();
}

#[test]
fn a_compacted_topic_keeps_the_newest_record_of_each_key_through_stops_and_kills() {
    let address = free_address();
    let listener = format!("listeners=PLAINTEXT://{address}");
    let overrides = [&listener, "log.cleaner.backoff.ms=50"];
    let mut server = Server::start(&overrides);
    let create = [
        "topic",
        "create",
        TOPIC,
        "--partitions",
        "1",
        "--config",
        "cleanup.policy=compact",
        "--config",
        "segment.bytes=1048576",
        "--config",
        "min.cleanable.dirty.ratio=0.01",
        "--config",
        "file.delete.delay.ms=1",
    ];
    server.tool(&address, &create);
    let produce = [
        "produce",
        TOPIC,
        "--key-separator",
        ":",
        "--null-value",
        "-",
    ];
    for number in 0..6 {
        server.tool_with(&address, &produce, &round(number, number == 5));
    }
    wait_until_cleaned(&server, 5 * KEYS as u64);
    let check = |server: &Server| {
        let (newest, records) = read(server, &address);
        for key in 0..KEYS {
            let found = newest.get(&key.to_string()).map(String::as_str);
            // The tool writes null for a deletion.
            let expected = if key % 10 == 0 { "null" } else { "5" };
            assert_eq!(found, Some(expected), "key {key}");
        }
        records
    };
    assert!(check(&server) < 3 * KEYS);
    for signal in ["TERM", "KILL"] {
        server.end(signal);
        server.restart(&overrides);
        assert!(check(&server) < 3 * KEYS);
    }
    server.tool_with(&address, &produce, &round(5, true));
    wait_until_cleaned(&server, 6 * KEYS as u64);
    assert!(check(&server) < 3 * KEYS);
    server.end("TERM");
    let names = std::fs::read_dir(server.path("latest-0")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = names
        .filter(|name| name.ends_with(".swap") || name.ends_with(".cleaned"))
        .collect();
    assert_eq!(left, [] as [&str; 0]);
}

#[test]
fn a_cleaner_that_is_switched_off_keeps_every_record() {
    let address = free_address();
    let listener = format!("listeners=PLAINTEXT://{address}");
    let off = "log.cleaner.enable=false";
    let mut server = Server::start(&[&listener, off, "log.cleaner.backoff.ms=1"]);
    let create = [
        "topic",
        "create",
        TOPIC,
        "--partitions",
        "1",
        "--config",
        "cleanup.policy=compact",
        "--config",
        "segment.bytes=1048576",
        "--config",
        "min.cleanable.dirty.ratio=0",
    ];
    server.tool(&address, &create);
    let produce = ["produce", TOPIC, "--key-separator", ":"];
    for number in 0..3 {
        server.tool_with(&address, &produce, &round(number, false));
    }
    assert_eq!(read(&server, &address).1, 3 * KEYS);
    server.end("TERM");
    assert_eq!(cleaned_up_to(&server), None);
}
