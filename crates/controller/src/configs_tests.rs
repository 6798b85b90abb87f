//! Configurations are altered.

use model::ErrorCode;
use protocol::alter_configs_request as legacy;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};

use crate::fixture::Cluster;

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const LOGGER: i8 = 8;
const CLIENT_METRICS: i8 = 16;
const GROUP: i8 = 32;
const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;

type Change = (&'static str, i8, Option<&'static str>);

fn resource(kind: i8, name: &'static str, changes: &[Change]) -> AlterConfigsResource<'static> {
    let config = |(name, operation, value): &Change| AlterableConfig {
        name: (*name).into(),
        config_operation: *operation,
        value: value.map(Into::into),
        ..AlterableConfig::default()
    };
    AlterConfigsResource {
        resource_type: kind,
        resource_name: name.into(),
        configs: changes.iter().map(config).collect(),
        ..AlterConfigsResource::default()
    }
}

fn alter(cluster: &mut Cluster, resources: Vec<AlterConfigsResource<'static>>) -> Vec<String> {
    let request = IncrementalAlterConfigsRequest {
        resources,
        ..Default::default()
    };
    let decided = cluster.controller.incremental_alter_configs(&request);
    let responses = cluster.commit(decided).responses.into_iter();
    responses
        .map(|r| match r.error_message {
            Some(message) => format!("{} {message}", r.error_code),
            None => r.error_code.to_string(),
        })
        .collect()
}

#[track_caller]
fn check(cluster: &mut Cluster, kind: i8, name: &'static str, change: Change, expected: &str) {
    assert_eq!(
        alter(cluster, vec![resource(kind, name, &[change])]),
        [expected]
    );
    assert_eq!(cluster.last.is_empty(), expected != "NONE");
}

fn value(cluster: &Cluster, kind: i8, resource: &str, name: &str) -> Option<String> {
    let kind = metadata::ConfigResourceType(kind);
    cluster
        .controller
        .image()
        .configs()
        .get(kind, resource, name)
        .map(str::to_owned)
}

fn cluster_with_topic() -> Cluster {
    let mut cluster = Cluster::of(1);
    cluster.assign("t", &[&[0]]);
    cluster
}

#[test]
fn single_configs_are_set_and_deleted() {
    let mut cluster = cluster_with_topic();
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("retention.ms", SET, Some("5")),
        "NONE",
    );
    assert_eq!(
        value(&cluster, TOPIC, "t", "retention.ms").as_deref(),
        Some("5")
    );
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("retention.ms", DELETE, None),
        "NONE",
    );
    assert_eq!(value(&cluster, TOPIC, "t", "retention.ms"), None);
    assert_eq!(
        alter(
            &mut cluster,
            vec![resource(TOPIC, "t", &[("retention.ms", DELETE, None)])]
        ),
        ["NONE"]
    );
    assert_eq!(cluster.last, []);
}

#[test]
fn lists_grow_and_shrink_from_their_default() {
    let mut cluster = cluster_with_topic();
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("cleanup.policy", APPEND, Some("compact")),
        "NONE",
    );
    assert_eq!(
        value(&cluster, TOPIC, "t", "cleanup.policy").as_deref(),
        Some("delete,compact")
    );
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("cleanup.policy", SUBTRACT, Some("delete")),
        "NONE",
    );
    assert_eq!(
        value(&cluster, TOPIC, "t", "cleanup.policy").as_deref(),
        Some("compact")
    );
    let message = "INVALID_CONFIG Can't APPEND to key retention.ms because its type is not LIST.";
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("retention.ms", APPEND, Some("5")),
        message,
    );
}

#[test]
fn what_a_topic_may_not_have_is_refused() {
    let mut cluster = cluster_with_topic();
    let mut refuse = |name, config, value, expected: &str| {
        check(
            &mut cluster,
            TOPIC,
            name,
            (config, SET, Some(value)),
            expected,
        );
    };
    refuse(
        "t",
        "no.such",
        "1",
        "INVALID_CONFIG Unknown topic config name: no.such",
    );
    refuse(
        "t",
        "min.insync.replicas",
        "0",
        "INVALID_CONFIG Invalid value 0 for configuration min.insync.replicas: Value must be at least 1",
    );
    refuse(
        "u",
        "retention.ms",
        "1",
        "UNKNOWN_TOPIC_OR_PARTITION The topic 'u' does not exist.",
    );
    refuse(
        "",
        "retention.ms",
        "1",
        "INVALID_REQUEST Default topic resources are not allowed.",
    );
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut cluster = cluster_with_topic();
    let message = "INVALID_REQUEST Null value not supported for : retention.ms";
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("retention.ms", SET, None),
        message,
    );
    check(
        &mut cluster,
        99,
        "t",
        ("x", SET, Some("1")),
        "INVALID_REQUEST Unknown resource type 99",
    );
    let level = ("root", SET, Some("DEBUG"));
    let refused = format!("INVALID_REQUEST {}", metadata::NO_LOGGERS);
    check(&mut cluster, LOGGER, "1", level, &refused);
    let change = ("retention.ms", SET, Some("1"));
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("x", 7, Some("1")),
        "INVALID_REQUEST Unknown operations type 7",
    );
    let twice = alter(&mut cluster, vec![resource(TOPIC, "t", &[change, change])]);
    assert_eq!(
        twice,
        ["INVALID_REQUEST Error due to duplicate config keys"]
    );
    let resources = vec![
        resource(TOPIC, "t", &[change]),
        resource(TOPIC, "t", &[change]),
    ];
    let message = "INVALID_REQUEST Each resource must appear at most once.";
    assert_eq!(alter(&mut cluster, resources), [message, message]);
    assert_eq!(cluster.last, []);
}

#[test]
fn one_resource_fails_and_the_other_succeeds() {
    let mut cluster = cluster_with_topic();
    let good = resource(TOPIC, "t", &[("retention.ms", SET, Some("5"))]);
    let bad = resource(TOPIC, "t2", &[("retention.ms", SET, Some("5"))]);
    let told = alter(&mut cluster, vec![bad, good]);
    assert_eq!(
        told,
        [
            "UNKNOWN_TOPIC_OR_PARTITION The topic 't2' does not exist.",
            "NONE"
        ]
    );
    assert_eq!(cluster.kinds(), ["Config"]);
}

#[test]
fn validating_writes_nothing() {
    let mut cluster = cluster_with_topic();
    let request = IncrementalAlterConfigsRequest {
        resources: vec![resource(TOPIC, "t", &[("retention.ms", SET, Some("5"))])],
        validate_only: true,
        ..Default::default()
    };
    let decided = cluster.controller.incremental_alter_configs(&request);
    assert_eq!(
        cluster.commit(decided).responses[0].error_code,
        ErrorCode::NONE
    );
    assert_eq!(cluster.last, []);
}

#[test]
fn configs_of_brokers_groups_and_client_metrics_are_kept_too() {
    let mut cluster = cluster_with_topic();
    check(
        &mut cluster,
        BROKER,
        "0",
        ("log.cleaner.threads", SET, Some("2")),
        "NONE",
    );
    check(
        &mut cluster,
        BROKER,
        "",
        ("log.cleaner.threads", SET, Some("3")),
        "NONE",
    );
    check(
        &mut cluster,
        BROKER,
        "",
        ("log.cleaner.threads", SET, Some("3")),
        "NONE",
    );
    check(
        &mut cluster,
        GROUP,
        "g",
        ("consumer.session.timeout.ms", SET, Some("45001")),
        "NONE",
    );
    check(
        &mut cluster,
        CLIENT_METRICS,
        "m",
        ("interval.ms", SET, Some("1000")),
        "NONE",
    );
    let message = "BROKER_ID_NOT_REGISTERED No node with id 9 found.";
    check(
        &mut cluster,
        BROKER,
        "9",
        ("log.cleaner.threads", SET, Some("2")),
        message,
    );
    let message = "INVALID_REQUEST Unable to parse broker name as a base 10 number.";
    check(
        &mut cluster,
        BROKER,
        "x",
        ("log.cleaner.threads", SET, Some("2")),
        message,
    );
    let message = "INVALID_REQUEST Default group resources are not allowed.";
    check(
        &mut cluster,
        GROUP,
        "",
        ("consumer.session.timeout.ms", SET, Some("45001")),
        message,
    );
}

#[test]
fn min_insync_replicas_is_the_clusters_while_eligible_leaders_are_kept() {
    let mut cluster = cluster_with_topic();
    let message =
        "INVALID_CONFIG Broker-level min.insync.replicas cannot be altered while ELR is enabled.";
    check(
        &mut cluster,
        BROKER,
        "0",
        ("min.insync.replicas", SET, Some("2")),
        message,
    );
    let message =
        "INVALID_CONFIG Cluster-level min.insync.replicas cannot be removed while ELR is enabled.";
    check(
        &mut cluster,
        BROKER,
        "",
        ("min.insync.replicas", DELETE, None),
        message,
    );
    check(
        &mut cluster,
        BROKER,
        "",
        ("min.insync.replicas", SET, Some("2")),
        "NONE",
    );
    assert_eq!(cluster.kinds(), ["Config", "ClearElr"]);
}

#[test]
fn the_old_request_replaces_all_configs_of_a_resource() {
    let mut cluster = cluster_with_topic();
    check(
        &mut cluster,
        TOPIC,
        "t",
        ("retention.ms", SET, Some("5")),
        "NONE",
    );
    let config = legacy::AlterableConfig {
        name: "segment.ms".into(),
        value: Some("6".into()),
        ..Default::default()
    };
    let resource = legacy::AlterConfigsResource {
        resource_type: TOPIC,
        resource_name: "t".into(),
        configs: vec![config],
        ..Default::default()
    };
    let request = legacy::AlterConfigsRequest {
        resources: vec![resource],
        ..Default::default()
    };
    let decided = cluster.controller.alter_configs(&request);
    assert_eq!(
        cluster.commit(decided).responses[0].error_code,
        ErrorCode::NONE
    );
    assert_eq!(value(&cluster, TOPIC, "t", "retention.ms"), None);
    assert_eq!(
        value(&cluster, TOPIC, "t", "segment.ms").as_deref(),
        Some("6")
    );
}

#[test]
fn what_does_not_fit_the_other_configurations_of_a_broker_is_refused() {
    let mut cluster = cluster_with_topic();
    let mut ask = |name, config, value| {
        let change = [(config, 0, Some(value))];
        let answers = alter(&mut cluster, vec![resource(BROKER, name, &change)]);
        answers[0].clone()
    };
    let cases = [
        ("100", "max.connections.per.ip.overrides", "nonsense"),
        ("", "max.connections.per.ip.overrides", "nonsense"),
        ("100", "log.cleaner.dedupe.buffer.size", "1000"),
        ("100", "listeners", "SSL://:9092"),
    ];
    for (name, config, value) in cases {
        let answer = ask(name, config, value);
        assert!(answer.starts_with("INVALID_REQUEST"), "{config}: {answer}");
    }
    assert_eq!(ask("", "message.max.bytes", "9000"), "NONE");
    assert_eq!(
        ask("100", "max.connections.per.ip.overrides", "h:5"),
        "NONE"
    );
}
