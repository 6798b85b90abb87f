use super::*;
use crate::value::Value;

const SCOPES: [Scope; 6] = [
    Scope::Broker,
    Scope::Topic,
    Scope::Group,
    Scope::ClientMetrics,
    Scope::ClientQuota,
    Scope::IpQuota,
];

#[test]
fn every_configuration_of_kafka_4_4_is_there() {
    let counts = SCOPES.map(|scope| table(scope).iter().count());
    assert_eq!(counts, [382, 38, 27, 3, 4, 1]);
}

#[test]
fn every_default_is_a_value_of_its_type() {
    for row in SCOPES.iter().flat_map(|scope| table(*scope).iter()) {
        if let DefaultValue::Text(text) = row.default {
            Value::parse(row.name, text, row.kind).expect("the default has the type of its row");
        }
    }
}

#[test]
fn every_default_lies_in_its_range() {
    for row in SCOPES.iter().flat_map(|scope| table(*scope).iter()) {
        if let DefaultValue::Text(text) = row.default {
            row.parse(text)
                .expect("the default lies in the range of its row");
        }
    }
}

#[test]
fn no_name_stands_twice_and_every_row_is_documented() {
    for scope in SCOPES {
        let rows: Vec<_> = table(scope).iter().collect();
        assert!(
            rows.windows(2).all(|pair| pair[0].name < pair[1].name),
            "{scope:?}"
        );
        assert!(rows.iter().all(|row| row.doc.ends_with('.')), "{scope:?}");
    }
}

#[track_caller]
fn check(scope: Scope, name: &str, text: &str, expected: Result<&str, &str>) {
    let row = table(scope)
        .get(name)
        .expect("the test names a configuration of the table");
    let shown = row
        .parse(text)
        .map(|value| value.to_message())
        .map_err(|error| error.to_string());
    assert_eq!(shown.as_deref().map_err(String::as_str), expected);
}

#[test]
fn ranges_are_refused_in_kafkas_words() {
    let topic = |name, text, expected| check(Scope::Topic, name, text, expected);
    topic(
        "segment.bytes",
        "1048575",
        Err(
            "Invalid value 1048575 for configuration segment.bytes: Value must be at least 1048576",
        ),
    );
    topic("segment.bytes", "1048576", Ok("1048576"));
    topic(
        "min.cleanable.dirty.ratio",
        "1.5",
        Err(
            "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1",
        ),
    );
    topic(
        "compression.gzip.level",
        "0",
        Err(
            "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1",
        ),
    );
    topic("compression.gzip.level", "-1", Ok("-1"));
    topic(
        "retention.ms",
        "-2",
        Err("Invalid value -2 for configuration retention.ms: Value must be at least -1"),
    );
}

#[test]
fn words_are_refused_in_kafkas_words() {
    let topic = |name, text, expected| check(Scope::Topic, name, text, expected);
    topic(
        "compression.type",
        "gz",
        Err(
            "Invalid value gz for configuration compression.type: String must be one of: \
             uncompressed, zstd, lz4, snappy, gzip, producer",
        ),
    );
    topic(
        "cleanup.policy",
        "delete,shrink",
        Err(
            "Invalid value shrink for configuration cleanup.policy: String must be one of: compact, delete",
        ),
    );
    topic(
        "cleanup.policy",
        "compact, delete,compact",
        Ok("[compact, delete]"),
    );
    topic("cleanup.policy", "", Ok("[]"));
    topic(
        "cleanup.policy",
        "compact,",
        Err("Configuration 'cleanup.policy' values must not be empty."),
    );
    check(
        Scope::Broker,
        "group.consumer.migration.policy",
        "DISABLED",
        Ok("DISABLED"),
    );
}

#[test]
fn throttled_replicas_are_pairs_or_a_star() {
    let name = "leader.replication.throttled.replicas";
    check(Scope::Topic, name, "0:1,1:2", Ok("[0:1, 1:2]"));
    check(Scope::Topic, name, "*", Ok("[*]"));
    check(Scope::Topic, name, "", Ok("[]"));
    check(
        Scope::Topic,
        name,
        "0:1,x",
        Err(
            "Invalid value [0:1, x] for configuration leader.replication.throttled.replicas: \
             leader.replication.throttled.replicas must be the literal '*' or a list of replicas in \
             the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...",
        ),
    );
}

#[test]
fn an_offset_reset_may_be_a_duration() {
    let row = table(Scope::Group)
        .get("share.auto.offset.reset")
        .expect("of the table");
    for good in [
        "latest",
        "earliest",
        "by_duration:PT1H",
        "by_duration:P1DT2H3M4.5S",
        "by_duration:p3d",
    ] {
        assert!(row.parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "none",
        "by_duration:",
        "by_duration:P",
        "by_duration:PT",
        "by_duration:-PT1H",
        "by_duration:PT1S1H",
    ] {
        assert!(row.parse(bad).is_err(), "{bad}");
    }
}
