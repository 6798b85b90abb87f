//! Topics, configurations, and what is told of brokers and features.

use super::{Script, Step, View, step};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const CONFIGS: &str = "kafka.admin.ConfigCommand";

/// The scripts of this module.
pub fn scripts() -> Vec<Script> {
    vec![
        ("kafka-topics", topics()),
        ("kafka-configs", configs()),
        ("kafka-features", features()),
        ("kafka-metadata-quorum", quorum()),
        ("kafka-broker-api-versions", api_versions()),
        ("kafka-log-dirs", log_dirs()),
        ("kafka-reassign-partitions", reassignments()),
        ("kafka-cluster", cluster()),
    ]
}

fn topic(name: &str, arguments: &str, view: View) -> Step {
    step(
        name,
        TOPICS,
        &format!("--bootstrap-server {{b}} {arguments}"),
        view,
    )
}

fn topics() -> Vec<Step> {
    let create = "--create --topic tool-topics";
    vec![
        topic(
            "create",
            &format!("{create} --partitions 3 --replication-factor 1"),
            View::Lines,
        ),
        topic(
            "create again",
            &format!("{create} --partitions 3"),
            View::Lines,
        ),
        topic(
            "create if absent",
            &format!("{create} --if-not-exists"),
            View::Lines,
        ),
        topic(
            "create with a config",
            &format!("{create}-c --config retention.ms=1000 --config cleanup.policy=compact"),
            View::Lines,
        ),
        topic(
            "create with a wrong config",
            &format!("{create}-w --config retention.ms=abc"),
            View::Lines,
        ),
        topic(
            "create with an unknown config",
            &format!("{create}-w --config no.such=1"),
            View::Lines,
        ),
        topic("create with defaults", &format!("{create}-d"), View::Lines),
        topic(
            "create by hand",
            &format!("{create}-m --replica-assignment 0,0"),
            View::Lines,
        ),
        topic(
            "create at an unknown broker",
            &format!("{create}-x --replica-assignment 5"),
            View::Lines,
        ),
        topic(
            "create with two replicas",
            &format!("{create}-x --replication-factor 2"),
            View::Lines,
        ),
        topic(
            "create with a name that collides",
            &format!("{create}.c"),
            View::Lines,
        ),
        topic(
            "create with a bad name",
            "--create --topic no/name",
            View::Lines,
        ),
        topic("list", "--list", View::With("tool-topics")),
        topic("list one", "--list --topic tool-topics-c", View::Rows),
        topic(
            "list without internal",
            "--list --exclude-internal",
            View::With("tool-topics"),
        ),
        topic("describe", "--describe --topic tool-topics", View::Lines),
        topic(
            "describe with configs",
            "--describe --topic tool-topics-c",
            View::Lines,
        ),
        topic(
            "describe defaults",
            "--describe --topic tool-topics-d",
            View::Lines,
        ),
        topic(
            "describe overrides",
            "--describe --topics-with-overrides --topic tool-topics.*",
            View::Rows,
        ),
        topic(
            "under replicated",
            "--describe --under-replicated-partitions --topic tool-topics",
            View::Rows,
        ),
        topic(
            "unavailable",
            "--describe --unavailable-partitions --topic tool-topics",
            View::Rows,
        ),
        topic(
            "at min isr",
            "--describe --at-min-isr-partitions --topic tool-topics",
            View::Rows,
        ),
        topic(
            "more partitions",
            "--alter --topic tool-topics --partitions 5",
            View::Lines,
        ),
        topic(
            "fewer partitions",
            "--alter --topic tool-topics --partitions 2",
            View::Lines,
        ),
        topic(
            "describe more partitions",
            "--describe --topic tool-topics",
            View::Lines,
        ),
        topic(
            "describe an absent topic",
            "--describe --topic tool-absent",
            View::Lines,
        ),
        topic(
            "alter an absent topic",
            "--alter --topic tool-absent --partitions 5",
            View::Lines,
        ),
        topic(
            "delete an absent topic",
            "--delete --topic tool-absent",
            View::Lines,
        ),
        topic(
            "delete if there",
            "--delete --topic tool-absent --if-exists",
            View::Lines,
        ),
        topic("delete", "--delete --topic tool-topics", View::Lines),
        topic("list at last", "--list", View::With("tool-topics")),
    ]
}

fn config(name: &str, arguments: &str, view: View) -> Step {
    step(
        name,
        CONFIGS,
        &format!("--bootstrap-server {{b}} {arguments}"),
        view,
    )
}

fn configs() -> Vec<Step> {
    let of_topic = "--entity-type topics --entity-name tool-configs";
    let of_broker = "--entity-type brokers --entity-name 0";
    let of_all = "--entity-type brokers --entity-default";
    vec![
        topic("create", "--create --topic tool-configs", View::Lines),
        config(
            "describe none",
            &format!("{of_topic} --describe"),
            View::Rows,
        ),
        config(
            "add",
            &format!(
                "{of_topic} --alter --add-config retention.ms=5000,cleanup.policy=[compact,delete]"
            ),
            View::Lines,
        ),
        config("describe", &format!("{of_topic} --describe"), View::Rows),
        config(
            "describe all",
            &format!("{of_topic} --describe --all"),
            View::Each("="),
        ),
        config(
            "remove",
            &format!("{of_topic} --alter --delete-config retention.ms"),
            View::Lines,
        ),
        config(
            "describe after removal",
            &format!("{of_topic} --describe"),
            View::Rows,
        ),
        config(
            "remove what is not there",
            &format!("{of_topic} --alter --delete-config retention.ms"),
            View::Lines,
        ),
        config(
            "unknown key",
            &format!("{of_topic} --alter --add-config no.such=1"),
            View::Lines,
        ),
        config(
            "wrong value",
            &format!("{of_topic} --alter --add-config retention.ms=abc"),
            View::Lines,
        ),
        config(
            "absent topic",
            "--entity-type topics --entity-name tool-absent --describe",
            View::Lines,
        ),
        config(
            "describe broker",
            &format!("{of_broker} --describe"),
            View::Rows,
        ),
        config(
            "describe broker, all",
            &format!("{of_broker} --describe --all"),
            View::Each("="),
        ),
        config(
            "alter broker",
            &format!("{of_broker} --alter --add-config log.cleaner.backoff.ms=15001"),
            View::Lines,
        ),
        config(
            "describe altered broker",
            &format!("{of_broker} --describe"),
            View::Rows,
        ),
        config(
            "alter all brokers",
            &format!("{of_all} --alter --add-config log.cleaner.backoff.ms=15002"),
            View::Lines,
        ),
        config(
            "describe all brokers",
            &format!("{of_all} --describe"),
            View::Rows,
        ),
        config(
            "describe broker over all",
            &format!("{of_broker} --describe"),
            View::Rows,
        ),
        config(
            "restore broker",
            &format!("{of_broker} --alter --delete-config log.cleaner.backoff.ms"),
            View::Lines,
        ),
        config(
            "restore all brokers",
            &format!("{of_all} --alter --delete-config log.cleaner.backoff.ms"),
            View::Lines,
        ),
        config(
            "read-only broker key",
            &format!("{of_broker} --alter --add-config node.id=5"),
            View::Lines,
        ),
        config(
            "group",
            "--entity-type groups --entity-name tool-group --alter --add-config consumer.heartbeat.interval.ms=6000",
            View::Lines,
        ),
        config(
            "describe group",
            "--entity-type groups --entity-name tool-group --describe",
            View::Rows,
        ),
        config(
            "client metrics",
            "--entity-type client-metrics --entity-name tool-metrics --alter --add-config interval.ms=2000",
            View::Lines,
        ),
        config(
            "describe client metrics",
            "--entity-type client-metrics --entity-name tool-metrics --describe",
            View::Rows,
        ),
    ]
}

fn features() -> Vec<Step> {
    let main = "org.apache.kafka.tools.FeatureCommand";
    vec![
        step(
            "describe",
            main,
            "--bootstrap-server {b} describe",
            View::Each("Feature"),
        ),
        step(
            "unknown feature",
            main,
            "--bootstrap-server {b} upgrade --feature no.such=1",
            View::Lines,
        ),
        step(
            "too high",
            main,
            "--bootstrap-server {b} upgrade --feature kraft.version=9",
            View::Lines,
        ),
        step(
            "dry run",
            main,
            "--bootstrap-server {b} upgrade --metadata 4.3-IV0 --dry-run",
            View::Lines,
        ),
    ]
}

fn quorum() -> Vec<Step> {
    let main = "org.apache.kafka.tools.MetadataQuorumCommand";
    vec![
        step(
            "status",
            main,
            "--bootstrap-server {b} describe --status",
            View::With("LeaderId"),
        ),
        step(
            "voters",
            main,
            "--bootstrap-server {b} describe --status",
            View::With("Current"),
        ),
        step(
            "fields",
            main,
            "--bootstrap-server {b} describe --status",
            View::Each("Max"),
        ),
        step(
            "replication",
            main,
            "--bootstrap-server {b} describe --replication",
            View::Measured,
        ),
    ]
}

fn api_versions() -> Vec<Step> {
    vec![step(
        "versions",
        "org.apache.kafka.tools.BrokerApiVersionsCommand",
        "--bootstrap-server {b}",
        View::Each(":"),
    )]
}

fn log_dirs() -> Vec<Step> {
    let main = "org.apache.kafka.tools.LogDirsCommand";
    vec![
        topic(
            "create",
            "--create --topic tool-log-dirs --partitions 2",
            View::Lines,
        ),
        // The logs are there once they tell their offsets.
        step(
            "offsets",
            "org.apache.kafka.tools.GetOffsetShell",
            "--bootstrap-server {b} --topic tool-log-dirs",
            View::Lines,
        ),
        step(
            "describe",
            main,
            "--bootstrap-server {b} --describe --topic-list tool-log-dirs",
            View::Lines,
        ),
        step(
            "one broker",
            main,
            "--bootstrap-server {b} --describe --broker-list 0 --topic-list tool-log-dirs",
            View::Lines,
        ),
        step(
            "absent broker",
            main,
            "--bootstrap-server {b} --describe --broker-list 7",
            View::Lines,
        ),
    ]
}

fn reassignments() -> Vec<Step> {
    let main = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
    vec![step(
        "list",
        main,
        "--bootstrap-server {b} --list",
        View::Lines,
    )]
}

fn cluster() -> Vec<Step> {
    let main = "org.apache.kafka.tools.ClusterTool";
    vec![
        step(
            "cluster id",
            main,
            "cluster-id --bootstrap-server {b}",
            View::Lines,
        ),
        step(
            "endpoints",
            main,
            "list-endpoints --bootstrap-server {b}",
            View::Lines,
        ),
    ]
}
