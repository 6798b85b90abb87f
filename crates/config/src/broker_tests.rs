use std::time::Duration;

use super::*;

fn texts(pairs: &[(&str, &str)]) -> Texts {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

const IDENTITY: [(&str, &str); 4] = [
    ("node.id", "0"),
    ("process.roles", "broker,controller"),
    ("controller.listener.names", "CONTROLLER"),
    ("log.dirs", "/d"),
];

fn given(pairs: &[(&str, &str)]) -> Texts {
    let mut all = texts(&IDENTITY);
    all.extend(texts(pairs));
    all
}

fn resolve(pairs: &[(&str, &str)]) -> Result<BrokerConfig, Vec<ConfigError>> {
    BrokerConfig::resolve(Layers::of_given(&given(pairs)))
}

#[track_caller]
fn check_refused(pairs: &[(&str, &str)], part: &str) {
    let errors = resolve(pairs).expect_err("the values are refused");
    assert!(
        errors.iter().any(|error| error.to_string().contains(part)),
        "{errors:?}"
    );
}

#[test]
fn kafkas_defaults_count_where_nothing_is_set() {
    let config = resolve(&[]).expect("the defaults fit together");
    assert_eq!(config.node_id, BrokerId(0));
    assert_eq!(config.network.socket_request_max_bytes, 104_857_600);
    assert_eq!(config.network.max_connections, None);
    assert_eq!(
        config.network.connections_max_idle,
        Some(Duration::from_secs(600))
    );
    assert_eq!(config.network.queued_max_request_bytes, None);
    assert_eq!(
        config.groups.initial_rebalance_delay,
        Duration::from_secs(3)
    );
    assert_eq!(config.offsets.retention, Duration::from_secs(7 * 24 * 3600));
    assert_eq!(
        config.topic_defaults.retention,
        Some(Duration::from_secs(7 * 24 * 3600))
    );
}

#[test]
fn required_configurations_are_all_named() {
    let errors =
        BrokerConfig::resolve(Layers::of_given(&Texts::new())).expect_err("nothing is set");
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "Missing required configuration \"controller.listener.names\" which has no default value.",
            "Missing required configuration \"node.id\" which has no default value.",
            "Missing required configuration \"process.roles\" which has no default value.",
        ]
    );
}

#[test]
fn dynamic_values_count_more_than_static_ones() {
    let given = given(&[("log.retention.ms", "1000"), ("message.max.bytes", "1")]);
    let all = texts(&[("log.retention.ms", "2000"), ("message.max.bytes", "2")]);
    let one = texts(&[
        ("log.retention.ms", "3000"),
        ("message.max.bytes", "no number"),
    ]);
    let layers = Layers {
        given: &given,
        dynamic_default: &all,
        dynamic_broker: &one,
    };
    let config = BrokerConfig::resolve(layers).expect("the values fit");
    assert_eq!(
        config.topic_defaults.retention,
        Some(Duration::from_secs(3))
    );
    assert_eq!(config.topic_defaults.max_message_bytes, 2);
}

#[test]
fn limits_of_single_addresses_are_read() {
    let config = resolve(&[
        ("max.connections.per.ip", "0"),
        (
            "max.connections.per.ip.overrides",
            "host:100, 127.0.0.1:200",
        ),
    ])
    .expect("the values fit");
    assert_eq!(config.network.max_connections_per_ip, Some(0));
    assert_eq!(config.max_connections_per_ip_overrides["127.0.0.1"], 200);
    check_refused(
        &[("max.connections.per.ip.overrides", "host")],
        "`host` is not host:limit",
    );
    check_refused(
        &[("max.connections.per.ip", "0")],
        "max.connections.per.ip can be set to zero only",
    );
}

#[test]
fn no_bytes_of_requests_are_as_many_as_one_likes() {
    let config = resolve(&[("queued.max.request.bytes", "0")]).expect("0 is no limit");
    assert_eq!(config.network.queued_max_request_bytes, None);
}

#[test]
fn roles_and_voters_fit_together() {
    check_refused(&[("process.roles", "")], "process.roles must name broker");
    check_refused(
        &[("process.roles", "broker,king")],
        "String must be one of: broker, controller",
    );
    check_refused(
        &[("controller.quorum.voters", "5@h:1")],
        "the node id 0 must be included",
    );
    check_refused(&[("controller.quorum.voters", "0@h")], "1@localhost:9093");
    check_refused(
        &[("process.roles", "broker")],
        "either controller.quorum.bootstrap.servers must contain",
    );
    check_refused(
        &[
            ("process.roles", "controller"),
            ("controller.quorum.voters", "0@h:1,1@i:1"),
        ],
        "controller.listener.names must contain at least one value appearing",
    );
}

#[test]
fn brokers_talk_on_a_listener_that_is_advertised() {
    let map = (
        "listener.security.protocol.map",
        "A:PLAINTEXT,CONTROLLER:PLAINTEXT",
    );
    check_refused(
        &[("listeners", "A://:1"), map],
        "inter.broker.listener.name must be",
    );
    let config = resolve(&[
        ("listeners", "A://:1"),
        map,
        ("inter.broker.listener.name", "a"),
    ]);
    assert_eq!(
        config.expect("the listener exists").listeners.inter_broker,
        "A"
    );
}

#[test]
fn negative_times_are_refused_where_they_mean_nothing() {
    check_refused(&[("request.timeout.ms", "-1")], "Value must be at least 0");
    check_refused(
        &[("log.retention.ms", "0")],
        "log.retention.ms must be unlimited (-1)",
    );
}

#[test]
fn of_dynamic_configurations_those_that_fit_count() {
    let given = given(&[]);
    let all = texts(&[("message.max.bytes", "9000"), ("log.retention.ms", "5")]);
    let own = texts(&[("max.connections.per.ip.overrides", "nonsense")]);
    let layers = Layers {
        given: &given,
        dynamic_default: &all,
        dynamic_broker: &own,
    };
    let (config, misfits) = BrokerConfig::fitting(layers).expect("the file fits");
    assert_eq!(config.topic_defaults.max_message_bytes, 9000);
    let names: Vec<_> = misfits
        .iter()
        .map(|m| (m.is_own, m.name.as_str()))
        .collect();
    assert_eq!(names, [(true, "max.connections.per.ip.overrides")]);
}
