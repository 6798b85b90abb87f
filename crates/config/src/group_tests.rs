use super::*;
use crate::layers::Layers;

fn broker() -> BrokerConfig {
    let given = Texts::from(
        [
            ("node.id", "1"),
            ("process.roles", "broker,controller"),
            ("controller.listener.names", "CONTROLLER"),
            ("log.dirs", "/d"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    BrokerConfig::resolve(Layers::of_given(&given)).expect("the test's broker is well configured")
}

#[track_caller]
fn check(pairs: &[(&str, Option<&str>)], expected: Result<(), &str>) {
    let seen = validate_group(&broker(), pairs.iter().copied()).map_err(|error| error.to_string());
    assert_eq!(seen, expected.map_err(str::to_owned));
}

#[test]
fn values_within_the_brokers_bounds_are_accepted() {
    check(&[], Ok(()));
    check(&[("consumer.session.timeout.ms", Some("45000"))], Ok(()));
    check(&[("share.isolation.level", Some("read_committed"))], Ok(()));
}

#[test]
fn values_beyond_the_brokers_bounds_are_refused() {
    check(
        &[("consumer.session.timeout.ms", Some("60001"))],
        Err("consumer.session.timeout.ms must be in the range 45000 to 60000 inclusive."),
    );
    check(
        &[("consumer.heartbeat.interval.ms", Some("4999"))],
        Err("consumer.heartbeat.interval.ms must be in the range 5000 to 15000 inclusive."),
    );
    check(
        &[("streams.num.standby.replicas", Some("3"))],
        Err("streams.num.standby.replicas must be less than or equal to 2"),
    );
    check(
        &[("streams.task.offset.interval.ms", Some("14999"))],
        Err("streams.task.offset.interval.ms must be greater than or equal to 15000"),
    );
}

#[test]
fn a_streams_group_has_an_assignor_that_there_is_and_no_tag_twice() {
    check(&[("streams.assignor.name", Some("sticky"))], Ok(()));
    check(
        &[("streams.assignor.name", Some("other"))],
        Err(
            "streams.assignor.name 'other' is not a registered task assignor. Registered assignors are: [sticky].",
        ),
    );
    check(&[("streams.rack.aware.assignment.tags", Some(""))], Ok(()));
    check(
        &[("streams.rack.aware.assignment.tags", Some("a, b"))],
        Ok(()),
    );
    check(
        &[("streams.rack.aware.assignment.tags", Some("a,b, a"))],
        Err("streams.rack.aware.assignment.tags must not contain duplicate tag keys."),
    );
}

#[test]
fn values_that_were_set_under_other_bounds_count_as_the_nearest() {
    for (text, expected) in [("2", 2), ("7", 7), ("10", 10), ("25", 10)] {
        let overrides = Texts::from([("share.delivery.count.limit".to_owned(), text.to_owned())]);
        let config = GroupConfig::resolve(&broker(), &overrides).expect("it is valid");
        assert_eq!(config.share_delivery_limit, expected, "{text}");
    }
    let overrides = Texts::from([
        ("share.session.timeout.ms".to_owned(), "1".to_owned()),
        (
            "consumer.session.timeout.ms".to_owned(),
            "3600000".to_owned(),
        ),
    ]);
    let config = GroupConfig::resolve(&broker(), &overrides).expect("it is valid");
    assert_eq!(config.share_session_timeout, Duration::from_secs(45));
    assert_eq!(config.consumer_session_timeout, Duration::from_secs(60));
}

#[test]
fn names_that_do_not_exist_and_nulls_are_refused() {
    check(&[("foo", Some("1"))], Err("Unknown group config name: foo"));
    check(
        &[("share.isolation.level", None)],
        Err("Null value not supported for group configs: share.isolation.level"),
    );
}

#[test]
fn a_share_group_begins_where_its_text_says() {
    for (text, expected) in [
        ("latest", OffsetReset::Latest),
        ("earliest", OffsetReset::Earliest),
        (
            "by_duration:PT1H",
            OffsetReset::Since(Duration::from_secs(3_600)),
        ),
        (
            "by_duration:P1DT2H3M4.5S",
            OffsetReset::Since(Duration::from_millis(93_784_500)),
        ),
    ] {
        let overrides = Texts::from([("share.auto.offset.reset".to_owned(), text.to_owned())]);
        let config = GroupConfig::resolve(&broker(), &overrides).expect("it is valid");
        assert_eq!(config.share_offset_reset, expected, "{text}");
    }
}

#[test]
fn a_share_group_inherits_the_brokers_limits() {
    let config = GroupConfig::resolve(&broker(), &Texts::new()).expect("the defaults are valid");
    assert_eq!(config.share_record_lock, Duration::from_secs(30));
    assert_eq!(config.share_delivery_limit, 5);
    assert_eq!(config.share_max_record_locks, 2_000);
    assert!(config.share_may_renew && !config.share_reads_committed);
}

#[test]
fn a_group_inherits_the_brokers_times() {
    let overrides = Texts::from([("consumer.session.timeout.ms".to_owned(), "50000".to_owned())]);
    let config = GroupConfig::resolve(&broker(), &overrides).expect("the values are times");
    assert_eq!(config.consumer_session_timeout, Duration::from_secs(50));
    assert_eq!(config.consumer_heartbeat_interval, Duration::from_secs(5));
}

#[test]
fn a_dead_letter_queue_is_no_internal_topic() {
    let name = "errors.deadletterqueue.topic.name";
    let message = "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'";
    let refused = validate_group(&broker(), [(name, Some("__dlq"))]);
    assert_eq!(refused.unwrap_err().to_string(), message);
    validate_group(&broker(), [(name, Some(""))]).expect("none is allowed");
    let config = |topic: &str| {
        let overrides = Texts::from([(name.to_owned(), topic.to_owned())]);
        GroupConfig::resolve(&broker(), &overrides).expect("it is valid")
    };
    assert_eq!(config("").dead_letter_topic, None);
    assert_eq!(config("dlq.a").dead_letter_topic.as_deref(), Some("dlq.a"));
}
