//! The server as a process: what it says at its start, what it refuses, how it stops.

mod compaction;
mod server;

use server::{Server, free_address, refusal};

#[test]
fn a_start_says_whose_it_is_where_it_listens_and_where_its_data_is() {
    let mut server = Server::start(&[]);
    let said = server.said();
    let directory = server.directory();
    let lines = [
        "cluster id    ",
        "listening on  PLAINTEXT://",
        &format!("data in       {directory}"),
        "durability    page cache",
        "open files    ",
        "recovered     nothing: the directories were empty",
    ];
    for line in lines {
        assert!(said.contains(line), "no `{line}` in {said}");
    }
    server.end("TERM");
}

#[test]
fn a_class_of_durability_that_is_asked_for_is_named() {
    let mut server = Server::start(&["log.flush.interval.messages=1"]);
    let said = server.said();
    assert!(
        said.contains("durability    flush.messages=1: acknowledged records survive loss of power"),
        "{said}"
    );
    server.end("TERM");
}

#[test]
fn either_signal_stops_it_cleanly_and_the_next_start_has_nothing_to_recover() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&[]);
        server.end(signal);
        assert!(server.path(".kafka_cleanshutdown").exists(), "{signal}");
        server.restart(&[]);
        let said = server.said();
        assert!(said.contains("were closed cleanly"), "{signal}: {said}");
        server.end("TERM");
    }
}

#[test]
fn after_a_kill_the_start_says_that_logs_are_checked() {
    let mut server = Server::start(&[]);
    server.end("KILL");
    assert!(!server.path(".kafka_cleanshutdown").exists());
    server.restart(&[]);
    let said = server.said();
    assert!(said.contains("the last stop was not clean"), "{said}");
    server.end("TERM");
}

#[test]
fn keys_that_are_unknown_or_without_effect_are_named_and_the_node_starts() {
    let mut server = Server::start(&[
        "num.partition=3",
        "num.io.threads=9",
        "quota.window.num=5",
        "listener.name.plaintext.max.connections=1",
    ]);
    let warnings = server.warned();
    for warning in [
        "num.partition is not a configuration of Kafka 4.4 and is ignored; is num.partitions meant?",
        "num.io.threads has no effect: it tunes what Kalda does not have",
        "quota.window.num has no effect yet",
        "listener.name.plaintext.max.connections has no effect yet",
    ] {
        assert!(warnings.contains(warning), "no `{warning}` in {warnings}");
    }
    server.end("TERM");
}

#[test]
fn several_listeners_are_served_and_each_is_told_to_its_own_clients() {
    let (inside, outside) = (free_address(), free_address());
    let mut server = Server::start(&[
        &format!("listeners=INSIDE://{inside},OUTSIDE://{outside}"),
        "listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
        "inter.broker.listener.name=INSIDE",
    ]);
    for address in [&inside, &outside] {
        let cluster = server.tool(address, &["cluster"]);
        assert!(cluster.contains(address.as_str()), "{cluster}");
    }
    server.end("TERM");
}

#[test]
fn the_listener_of_the_controller_is_none_of_clients_wherever_it_stands() {
    let (controller, clients) = (free_address(), free_address());
    let listeners = [
        format!("listeners=CONTROLLER://{controller},PLAINTEXT://{clients}"),
        format!("listeners=PLAINTEXT://{clients},CONTROLLER://{controller}"),
    ];
    for listeners in &listeners {
        let mut server = Server::start(&[listeners, "controller.listener.names=CONTROLLER"]);
        let said = server.said();
        assert!(
            said.contains(&format!("CONTROLLER://{controller}")),
            "{said}"
        );
        let cluster = server.tool(&clients, &["cluster"]);
        assert!(cluster.contains(&clients), "{listeners}: {cluster}");
        assert!(!cluster.contains(&controller), "{listeners}: {cluster}");
        server.tool_with(&clients, &["produce", "t"], "a record\n");
        server.end("TERM");
    }
}

#[test]
fn a_start_tells_the_address_that_is_bound_and_the_one_that_clients_are_told() {
    let port = free_address().rsplit_once(':').unwrap().1.to_owned();
    let mut server = Server::start(&[
        &format!("listeners=PLAINTEXT://0.0.0.0:{port}"),
        &format!("advertised.listeners=PLAINTEXT://localhost:{port}"),
    ]);
    let said = server.said();
    let lines = [
        format!("listening on  PLAINTEXT://0.0.0.0:{port}"),
        format!("advertised as PLAINTEXT://localhost:{port}"),
    ];
    for line in &lines {
        assert!(said.contains(line), "no `{line}` in {said}");
    }
    server.end("TERM");
}

#[test]
fn a_node_with_one_role_does_not_format_itself() {
    let said = refusal(&[
        "process.roles=broker",
        "controller.quorum.voters=7@localhost:9093",
    ]);
    assert!(said.contains("is not formatted"), "{said}");
    assert!(said.contains("kalda storage format"), "{said}");
}

#[test]
fn a_protocol_that_is_not_there_yet_is_refused_by_name() {
    for protocol in ["SSL", "SASL_PLAINTEXT", "SASL_SSL"] {
        let map = format!("listener.security.protocol.map=OUT:{protocol},CONTROLLER:PLAINTEXT");
        let said = refusal(&[
            "listeners=OUT://localhost:0",
            "inter.broker.listener.name=OUT",
            &map,
        ]);
        let expected = format!("OUT://localhost:0 speaks {protocol}, which this release does not");
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn access_control_that_is_asked_for_and_not_there_is_an_error_that_nobody_overlooks() {
    let mut server = Server::start(&["authorizer.class.name=x.Authorizer"]);
    let said = server.warned();
    assert!(
        said.contains("ERROR") && said.contains("EVERY CLIENT MAY DO EVERYTHING"),
        "{said}"
    );
    server.end("TERM");
    let mut server = Server::start(&["authorizer.class.name="]);
    assert!(!server.warned().contains("EVERY CLIENT"));
    server.end("TERM");
}

#[test]
fn a_directory_of_another_cluster_or_node_is_refused() {
    let mut server = Server::start(&[]);
    server.end("TERM");
    let said = server.refused(&["node.id=7"]);
    assert!(said.contains("belongs to node 1 of cluster"), "{said}");
    let mut other = Server::start(&[]);
    other.end("TERM");
    let both = format!("log.dirs={},{}", server.directory(), other.directory());
    let said = server.refused(&[&both]);
    assert!(said.contains("and another directory to cluster"), "{said}");
}

#[test]
fn a_directory_that_holds_something_else_is_refused() {
    let mut server = Server::start(&[]);
    server.end("TERM");
    std::fs::remove_file(server.path("meta.properties")).unwrap();
    let said = server.refused(&[]);
    assert!(
        said.contains("holds files but no meta.properties"),
        "{said}"
    );
}

#[test]
fn a_directory_in_use_is_refused_by_a_second_node() {
    let mut server = Server::start(&[]);
    let said = server.refused(&[]);
    assert!(said.contains("is in use by another process"), "{said}");
    server.end("TERM");
}

#[test]
fn a_metadata_directory_of_its_own_is_formatted_and_locked_like_the_others() {
    let metadata = tempfile::tempdir().unwrap();
    let apart = format!("metadata.log.dir={}", metadata.path().display());
    let mut server = Server::start(&[&apart]);
    assert!(metadata.path().join("meta.properties").exists());
    assert!(metadata.path().join("__cluster_metadata-0").exists());
    assert!(!server.path("__cluster_metadata-0").exists());
    let elsewhere = tempfile::tempdir().unwrap();
    let data = format!("log.dirs={}", elsewhere.path().display());
    let said = server.refused(&[&apart, &data]);
    assert!(said.contains("is in use by another process"), "{said}");
    server.end("TERM");
    server.restart(&[&apart]);
    server.end("TERM");
}

#[test]
fn every_wrong_value_is_named_at_once() {
    let said = refusal(&["num.partitions=0", "log.retention.ms=x"]);
    assert!(
        said.contains("Invalid value 0 for configuration num.partitions")
            && said.contains("Invalid value x for configuration log.retention.ms"),
        "{said}"
    );
}
