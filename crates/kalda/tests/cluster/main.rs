//! Three processes that are one cluster.

mod command;
mod trio;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;
use trio::{Trio, command};

#[test]
fn three_nodes_are_one_cluster_and_lose_no_topic_when_their_controller_is_killed() {
    let mut trio = Trio::start();
    for node in 1..=3 {
        trio.create(node, &format!("through-{node}"));
    }
    let view = trio
        .quorum(&trio.address(1))
        .expect("any node tells of the quorum");
    assert_eq!(
        view.voters.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let leader = trio.leader(1);
    trio.end(leader, "KILL");
    let other = leader % 3 + 1;
    trio.create(other, "after-the-kill");
    let next = trio.leader(other);
    assert_ne!(next, leader);
    trio.until("the killed broker is fenced", |trio| {
        trio.brokers(other).len() == 2
    });
    trio.launch(leader);
    let all = ["after-the-kill", "through-1", "through-2", "through-3"];
    trio.until("it is back and knows all", |trio| {
        trio.topics(leader) == all && trio.brokers(other).len() == 3
    });

    for node in 1..=3 {
        trio.end(node, "TERM");
    }
    for node in 1..=3 {
        trio.launch(node);
    }
    for node in 1..=3 {
        trio.until("all is there again", |trio| {
            trio.topics(node) == all && trio.brokers(node) == [1, 2, 3]
        });
    }
}

#[test]
fn a_controller_that_stops_hands_the_quorum_over() {
    let mut trio = Trio::start();
    trio.create(1, "before");
    let leader = trio.leader(1);
    let before = trio.quorum(&trio.address(leader)).unwrap();
    let took = trio.end(leader, "TERM");
    let other = leader % 3 + 1;
    let next = trio.leader(other);
    assert_ne!(next, leader);
    let after = trio.quorum(&trio.address(other)).unwrap();
    assert_eq!(
        after.epoch,
        before.epoch + 1,
        "one election, without a wait"
    );
    assert!(took.as_secs() < 10, "{took:?}");
    assert_eq!(
        trio.brokers(other).len(),
        2,
        "it is gone at once, not after its session"
    );
}

#[test]
fn the_listener_of_controllers_answers_what_controllers_are_asked() {
    let trio = Trio::start();
    let leader = trio.leader(1);
    let view = trio
        .quorum(&trio.controller_address(leader))
        .expect("the leader tells");
    assert_eq!(view.leader as usize, leader);
    trio.until("all voters have all", |trio| {
        let view = trio.quorum(&trio.controller_address(leader));
        view.is_some_and(|view| {
            view.voters
                .iter()
                .all(|(_, end)| *end >= view.high_watermark)
        })
    });
    let other = leader % 3 + 1;
    assert!(
        trio.quorum(&trio.controller_address(other)).is_none(),
        "others do not"
    );
}

#[test]
fn one_of_several_voters_does_not_format_itself() {
    let trio = Trio::unformatted();
    let file = trio.file(1).display().to_string();
    let output = command(&["server", &file]).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("kalda storage format"), "{said}");
}

#[test]
fn a_node_of_another_cluster_is_refused_by_name() {
    let mut trio = Trio::formatted();
    for node in [1, 2] {
        trio.launch(node);
    }
    trio.until("two of three serve", |trio| trio.brokers(1) == [1, 2]);
    let meta = trio.data(3).join("meta.properties");
    let text = std::fs::read_to_string(&meta).unwrap();
    let lines = text
        .lines()
        .map(|line| match line.starts_with("cluster.id=") {
            true => "cluster.id=another".to_owned(),
            false => line.to_owned(),
        });
    std::fs::write(&meta, lines.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    trio.launch(3);
    trio.until("the stranger is told", |trio| {
        trio.log(3).contains("INCONSISTENT_CLUSTER_ID")
    });
    assert_eq!(trio.brokers(1), [1, 2]);
    trio.create(2, "without-it");
}

#[test]
fn brokers_without_a_vote_follow_a_controller_that_serves_no_clients() {
    let mut trio = Trio::start_with_roles(["controller", "broker", "broker"]);
    for node in [2, 3] {
        trio.until("both brokers serve", |trio| trio.brokers(node) == [2, 3]);
    }
    trio.create(2, "through-a-broker");
    trio.until("the other knows", |trio| {
        trio.topics(3) == ["through-a-broker"]
    });
    trio.until("both are observers that have all", |trio| {
        let Some(view) = trio.quorum(&trio.controller_address(1)) else {
            return false;
        };
        let ids: Vec<_> = view.observers.iter().map(|(id, _)| *id).collect();
        ids == [2, 3]
            && view
                .observers
                .iter()
                .all(|(_, end)| *end >= view.high_watermark)
    });
    trio.end(3, "KILL");
    trio.create(2, "meanwhile");
    trio.launch(3);
    trio.until("it has caught up", |trio| {
        trio.topics(3) == ["meanwhile", "through-a-broker"] && trio.brokers(2) == [2, 3]
    });

    trio.end(1, "KILL");
    trio.launch(1);
    trio.create(3, "after-the-controller");
    let took = trio.end(2, "TERM");
    assert!(took.as_secs() < 10, "{took:?}");
    trio.until("a broker that stops is gone at once", |trio| {
        trio.brokers(3) == [3]
    });
}

#[test]
fn what_a_killed_leader_acknowledged_is_there_once() {
    const RECORDS: usize = 20_000;
    let mut trio = Trio::start();
    let options = ["-p", "3", "-r", "3", "-c", "min.insync.replicas=2"];
    let create = [&["topic", "create", "orders"][..], &options].concat();
    assert!(trio.tool(1, &create).status.success());
    let addresses: Vec<_> = (1..=3).map(|node| trio.address(node)).collect();
    let mut producer = command(&["produce", "orders", "--request-timeout-ms", "60000"])
        .args(["-b", &addresses.join(",")])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = producer.stdin.take().unwrap();
    for record in 0..RECORDS {
        writeln!(lines, "{record}").unwrap();
        if record == RECORDS / 2 {
            // Each node leads one of the three partitions.
            trio.end(2, "KILL");
        }
    }
    drop(lines);
    let said = producer.wait_with_output().unwrap();
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let count = RECORDS.to_string();
    let consume = [
        "consume",
        "orders",
        "--from-beginning",
        "--max-messages",
        &count,
    ];
    let read = String::from_utf8(trio.tool(3, &consume).stdout).unwrap();
    let read: BTreeSet<usize> = read.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(read, (0..RECORDS).collect());
    trio.launch(2);
    trio.until("the killed node is in sync again", |trio| {
        let shown = trio.tool(1, &["topic", "describe", "orders", "--output", "json"]);
        let shown: Value = serde_json::from_slice(&shown.stdout).unwrap_or_default();
        let partitions = shown[0]["partitions"].as_array().cloned();
        let isr = |one: &Value| one["isr"].as_array().map(Vec::len);
        partitions.is_some_and(|all| all.iter().all(|one| isr(one) == Some(3)))
    });
}
