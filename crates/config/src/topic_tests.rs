use super::*;
use crate::layers::Layers;

fn broker(pairs: &[(&str, &str)]) -> BrokerConfig {
    let mut given = texts(&[
        ("node.id", "1"),
        ("process.roles", "broker,controller"),
        ("controller.listener.names", "CONTROLLER"),
        ("log.dirs", "/d"),
    ]);
    given.extend(texts(pairs));
    BrokerConfig::resolve(Layers::of_given(&given)).expect("the test's broker is well configured")
}

fn texts(pairs: &[(&str, &str)]) -> Texts {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn resolve(broker_pairs: &[(&str, &str)], overrides: &[(&str, &str)]) -> TopicConfig {
    broker(broker_pairs).topic(&texts(overrides))
}

#[track_caller]
fn check(pairs: &[(&str, Option<&str>)], expected: Result<(), &str>) {
    let seen = validate_topic(&broker(&[]), &Texts::new(), pairs.iter().copied());
    let seen = seen.map_err(|error| error.to_string());
    assert_eq!(seen, expected.map_err(str::to_owned));
}

#[test]
fn defaults_are_kafkas() {
    let topic = resolve(&[], &[]);
    assert!(topic.delete && !topic.compact);
    assert_eq!(topic.compression, CompressionType::Producer);
    assert_eq!(topic.segment_bytes, 1 << 30);
    assert_eq!(topic.segment_time, Duration::from_secs(7 * 24 * 3600));
    assert_eq!(topic.flush_messages, None);
    assert_eq!(topic.flush_interval, None);
    assert_eq!(topic.retention_bytes, None);
    assert_eq!(topic.max_compaction_lag, None);
    assert_eq!(
        topic.message_timestamp_after_max,
        Some(Duration::from_secs(3600))
    );
    assert_eq!(topic.message_timestamp_before_max, None);
    assert_eq!(topic.min_insync_replicas, 1);
}

#[test]
fn a_topics_own_value_counts_more_than_the_brokers() {
    let on_broker = [("message.max.bytes", "1000"), ("compression.type", "zstd")];
    assert_eq!(resolve(&on_broker, &[]).max_message_bytes, 1000);
    assert_eq!(
        resolve(&on_broker, &[("max.message.bytes", "2000")]).max_message_bytes,
        2000
    );
    assert_eq!(
        resolve(&on_broker, &[]).compression,
        CompressionType::Zstd(3)
    );
    assert_eq!(
        resolve(&on_broker, &[("compression.zstd.level", "9")]).compression,
        CompressionType::Zstd(9)
    );
}

#[test]
fn the_finest_unit_that_the_broker_sets_counts() {
    let hours = ("log.retention.hours", "2");
    let minutes = ("log.retention.minutes", "3");
    let millis = ("log.retention.ms", "4");
    assert_eq!(
        resolve(&[hours], &[]).retention,
        Some(Duration::from_secs(7200))
    );
    assert_eq!(
        resolve(&[hours, minutes], &[]).retention,
        Some(Duration::from_secs(180))
    );
    assert_eq!(
        resolve(&[hours, minutes, millis], &[]).retention,
        Some(Duration::from_millis(4))
    );
    assert_eq!(
        resolve(&[("log.retention.hours", "-1")], &[]).retention,
        None
    );
    assert_eq!(
        resolve(&[("log.roll.hours", "1")], &[]).segment_time,
        Duration::from_secs(3600)
    );
}

#[test]
fn a_flush_is_due_where_the_topic_says_so() {
    let topic = resolve(&[], &[("flush.messages", "1"), ("flush.ms", "5")]);
    assert_eq!(topic.flush_messages, Some(1));
    assert_eq!(topic.flush_interval, Some(Duration::from_millis(5)));
}

#[test]
fn a_compacted_log_rolls_before_its_compaction_lag() {
    let topic = resolve(
        &[],
        &[
            ("cleanup.policy", "compact"),
            ("max.compaction.lag.ms", "10"),
        ],
    );
    assert_eq!(topic.roll_after(), Duration::from_millis(10));
    assert_eq!(
        resolve(&[], &[("max.compaction.lag.ms", "10")])
            .roll_after()
            .as_secs(),
        604_800
    );
}

#[test]
fn overrides_that_do_not_parse_are_passed_over() {
    assert_eq!(resolve(&[], &[("retention.ms", "soon")]), resolve(&[], &[]));
}

#[test]
fn names_that_do_not_exist_and_nulls_are_refused() {
    check(&[("retention.ms", Some("1"))], Ok(()));
    check(&[("foo", Some("1"))], Err("Unknown topic config name: foo"));
    check(
        &[("retention.ms", None), ("segment.ms", None)],
        Err("Null value not supported for topic configs: retention.ms,segment.ms"),
    );
    check(
        &[("segment.bytes", Some("10"))],
        Err("Invalid value 10 for configuration segment.bytes: Value must be at least 1048576"),
    );
}

#[test]
fn compaction_lags_do_not_cross() {
    check(
        &[
            ("min.compaction.lag.ms", Some("5")),
            ("max.compaction.lag.ms", Some("5")),
        ],
        Ok(()),
    );
    check(
        &[
            ("min.compaction.lag.ms", Some("6")),
            ("max.compaction.lag.ms", Some("5")),
        ],
        Err("conflict topic config setting min.compaction.lag.ms (6) > max.compaction.lag.ms (5)"),
    );
}

#[test]
fn remote_storage_needs_a_broker_that_has_it() {
    check(
        &[("remote.storage.enable", Some("true"))],
        Err(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with \
             remote log storage.",
        ),
    );
}

#[test]
fn local_retention_is_no_longer_than_all_of_it() {
    let tiered = broker(&[("remote.log.storage.system.enable", "true")]);
    let check = |local: &str, expected: Result<(), &str>| {
        let pairs = [
            ("remote.storage.enable", Some("true")),
            ("retention.ms", Some("1000")),
            ("local.retention.ms", Some(local)),
        ];
        let seen = validate_topic(&tiered, &Texts::new(), pairs).map_err(|error| error.to_string());
        assert_eq!(seen, expected.map_err(str::to_owned));
    };
    check("1000", Ok(()));
    check("-2", Ok(()));
    check(
        "1001",
        Err(
            "Invalid value 1001 for configuration local.retention.ms: Value must not be more than \
             retention.ms property value: 1000",
        ),
    );
    check(
        "-1",
        Err(
            "Invalid value -1 for configuration local.retention.ms: Value must not be -1 as \
             retention.ms value is set as 1000.",
        ),
    );
}

#[test]
fn remote_storage_is_not_switched_off_without_a_word_about_its_data() {
    let old = texts(&[("remote.storage.enable", "true")]);
    let off = [("remote.storage.enable", Some("false"))];
    let error = validate_topic(&broker(&[]), &old, off).expect_err("the data would be lost");
    assert!(
        error
            .to_string()
            .starts_with("It is invalid to disable remote storage")
    );
    let off = [
        ("remote.storage.enable", Some("false")),
        ("remote.log.delete.on.disable", Some("true")),
    ];
    assert_eq!(validate_topic(&broker(&[]), &old, off), Ok(()));
}
