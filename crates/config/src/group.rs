//! What counts for one group, and which of its configurations fit together.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::broker::BrokerConfig;
use crate::definition::Scope;
use crate::error::ConfigError;
use crate::layers::Texts;
use crate::synonyms::{ASSIGNORS_OF_STREAMS_GROUPS, broker_default_of_group};
use crate::table::table;
use crate::value::Value;
use crate::view::FromValue;

/// Where a share group begins with a partition (`share.auto.offset.reset`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetReset {
    /// At its end.
    Latest,
    /// At its start.
    Earliest,
    /// At the first record that is no older.
    Since(Duration),
}

/// The configurations that count for one group: of the consumer protocol (KIP-848), a share group (KIP-932), or a
/// streams group (KIP-1071).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupConfig {
    /// `consumer.session.timeout.ms`
    pub consumer_session_timeout: Duration,
    /// `consumer.heartbeat.interval.ms`
    pub consumer_heartbeat_interval: Duration,
    /// `consumer.assignment.interval.ms`
    pub consumer_assignment_interval: Duration,
    /// `share.session.timeout.ms`
    pub share_session_timeout: Duration,
    /// `share.heartbeat.interval.ms`
    pub share_heartbeat_interval: Duration,
    /// `share.assignment.interval.ms`
    pub share_assignment_interval: Duration,
    /// `share.auto.offset.reset`
    pub share_offset_reset: OffsetReset,
    /// `share.isolation.level`: whether only committed records are read.
    pub share_reads_committed: bool,
    /// `share.record.lock.duration.ms`
    pub share_record_lock: Duration,
    /// `share.delivery.count.limit`
    pub share_delivery_limit: i16,
    /// `share.partition.max.record.locks`
    pub share_max_record_locks: i64,
    /// `share.renew.acknowledge.enable`
    pub share_may_renew: bool,
    /// `streams.session.timeout.ms`
    pub streams_session_timeout: Duration,
    /// `streams.heartbeat.interval.ms`
    pub streams_heartbeat_interval: Duration,
    /// `streams.assignment.interval.ms`
    pub streams_assignment_interval: Duration,
    /// `streams.initial.rebalance.delay.ms`
    pub streams_initial_rebalance_delay: Duration,
    /// `streams.task.offset.interval.ms`
    pub streams_task_offset_interval: Duration,
    /// `streams.acceptable.recovery.lag`
    pub streams_acceptable_recovery_lag: i64,
    /// `streams.num.standby.replicas`
    pub streams_standby_replicas: usize,
    /// `streams.rack.aware.assignment.tags`
    pub streams_rack_aware_tags: Vec<String>,
    /// `errors.deadletterqueue.topic.name`; `None` where nothing is kept of what the group gives up.
    pub dead_letter_topic: Option<String>,
    /// `errors.deadletterqueue.copy.record.enable`
    pub copies_dead_letters: bool,
}

impl GroupConfig {
    /// What counts for a group with `overrides` on a broker with `broker`'s configurations. A value that was set under
    /// other bounds of the broker counts as the nearest that it allows.
    ///
    /// # Errors
    /// When a value is not a time.
    pub fn resolve(broker: &BrokerConfig, overrides: &Texts) -> Result<Self, ConfigError> {
        let value = |name| effective(broker, overrides, name);
        let read = |name| Duration::from_value(name, &value(name)?);
        let text = |name| String::from_value(name, &value(name)?);
        let number = |name| i64::from_value(name, &value(name)?);
        let list = |name| Vec::from_value(name, &value(name)?);
        let truth = |name| bool::from_value(name, &value(name)?);
        Ok(Self {
            consumer_session_timeout: read("consumer.session.timeout.ms")?,
            consumer_heartbeat_interval: read("consumer.heartbeat.interval.ms")?,
            consumer_assignment_interval: read("consumer.assignment.interval.ms")?,
            share_session_timeout: read("share.session.timeout.ms")?,
            share_heartbeat_interval: read("share.heartbeat.interval.ms")?,
            share_assignment_interval: read("share.assignment.interval.ms")?,
            share_offset_reset: offset_reset(&text("share.auto.offset.reset")?),
            share_reads_committed: text("share.isolation.level")? == "read_committed",
            share_record_lock: read("share.record.lock.duration.ms")?,
            share_delivery_limit: number("share.delivery.count.limit")?
                .try_into()
                .unwrap_or(i16::MAX),
            share_max_record_locks: number("share.partition.max.record.locks")?,
            share_may_renew: truth("share.renew.acknowledge.enable")?,
            streams_session_timeout: read("streams.session.timeout.ms")?,
            streams_heartbeat_interval: read("streams.heartbeat.interval.ms")?,
            streams_assignment_interval: read("streams.assignment.interval.ms")?,
            streams_initial_rebalance_delay: read("streams.initial.rebalance.delay.ms")?,
            streams_task_offset_interval: read("streams.task.offset.interval.ms")?,
            streams_acceptable_recovery_lag: number("streams.acceptable.recovery.lag")?,
            streams_standby_replicas: number("streams.num.standby.replicas")?
                .try_into()
                .unwrap_or(0),
            streams_rack_aware_tags: list("streams.rack.aware.assignment.tags")?,
            dead_letter_topic: Some(text("errors.deadletterqueue.topic.name")?)
                .filter(|name| !name.is_empty()),
            copies_dead_letters: truth("errors.deadletterqueue.copy.record.enable")?,
        })
    }
}

/// What the table has let in.
fn offset_reset(text: &str) -> OffsetReset {
    let lower = text.to_lowercase();
    match lower.strip_prefix("by_duration:") {
        Some(duration) => OffsetReset::Since(iso_duration(duration)),
        None if lower == "earliest" => OffsetReset::Earliest,
        None => OffsetReset::Latest,
    }
}

/// An ISO 8601 duration of days, hours, minutes and seconds, in lower case.
fn iso_duration(text: &str) -> Duration {
    let (mut total, mut digits) = (0.0, String::new());
    for symbol in text.chars() {
        let seconds = match symbol {
            'd' => 86_400.0,
            'h' => 3_600.0,
            'm' => 60.0,
            's' => 1.0,
            _ => {
                digits.extend(Some(symbol).filter(|c| c.is_ascii_digit() || *c == '.'));
                continue;
            }
        };
        total += digits.parse::<f64>().unwrap_or(0.0) * seconds;
        digits.clear();
    }
    Duration::try_from_secs_f64(total).unwrap_or(Duration::MAX)
}

fn value(broker: &BrokerConfig, overrides: &Texts, name: &str) -> Result<Value, ConfigError> {
    let row = table(Scope::Group)
        .get(name)
        .expect("the caller names a configuration of the table");
    match (overrides.get(name), broker_default_of_group(name)) {
        (Some(text), _) => row.parse(text),
        (None, Some(broker_name)) => Ok(broker.values().get(&broker_name).clone()),
        (None, None) => Ok(row.default_value()),
    }
}

/// As [`value`], within the broker's bounds.
fn effective(broker: &BrokerConfig, overrides: &Texts, name: &str) -> Result<Value, ConfigError> {
    let value = value(broker, overrides, name)?;
    let Some((_, min, max)) = BOUNDS.iter().find(|(bounded, _, _)| *bounded == name) else {
        return Ok(value);
    };
    let bound = |bound: &Option<&str>| bound.map(|bound| broker.values().get(bound).clone());
    let number = value.as_number();
    let (min, max) = (bound(min), bound(max));
    // Where the bounds cross, the lesser one counts.
    let over = max.filter(|max| max.as_number() < number);
    let under = min.filter(|min| min.as_number() > number);
    Ok(over.or(under).unwrap_or(value))
}

/// A group's configuration, and the broker's that bound it.
pub(crate) const BOUNDS: [(&str, Option<&str>, Option<&str>); 15] = [
    bounded(
        "consumer.heartbeat.interval.ms",
        "group.consumer.min.heartbeat.interval.ms",
        "group.consumer.max.heartbeat.interval.ms",
    ),
    bounded(
        "consumer.session.timeout.ms",
        "group.consumer.min.session.timeout.ms",
        "group.consumer.max.session.timeout.ms",
    ),
    bounded(
        "consumer.assignment.interval.ms",
        "group.consumer.min.assignment.interval.ms",
        "group.consumer.max.assignment.interval.ms",
    ),
    bounded(
        "share.heartbeat.interval.ms",
        "group.share.min.heartbeat.interval.ms",
        "group.share.max.heartbeat.interval.ms",
    ),
    bounded(
        "share.session.timeout.ms",
        "group.share.min.session.timeout.ms",
        "group.share.max.session.timeout.ms",
    ),
    bounded(
        "share.record.lock.duration.ms",
        "group.share.min.record.lock.duration.ms",
        "group.share.max.record.lock.duration.ms",
    ),
    bounded(
        "share.delivery.count.limit",
        "group.share.min.delivery.count.limit",
        "group.share.max.delivery.count.limit",
    ),
    bounded(
        "share.partition.max.record.locks",
        "group.share.min.partition.max.record.locks",
        "group.share.max.partition.max.record.locks",
    ),
    bounded(
        "share.assignment.interval.ms",
        "group.share.min.assignment.interval.ms",
        "group.share.max.assignment.interval.ms",
    ),
    bounded(
        "streams.heartbeat.interval.ms",
        "group.streams.min.heartbeat.interval.ms",
        "group.streams.max.heartbeat.interval.ms",
    ),
    bounded(
        "streams.session.timeout.ms",
        "group.streams.min.session.timeout.ms",
        "group.streams.max.session.timeout.ms",
    ),
    bounded(
        "streams.assignment.interval.ms",
        "group.streams.min.assignment.interval.ms",
        "group.streams.max.assignment.interval.ms",
    ),
    (
        "streams.num.standby.replicas",
        None,
        Some("group.streams.max.standby.replicas"),
    ),
    (
        "streams.task.offset.interval.ms",
        Some("group.streams.min.task.offset.interval.ms"),
        None,
    ),
    (
        "streams.num.warmup.replicas",
        None,
        Some("group.streams.max.warmup.replicas"),
    ),
];

const fn bounded(
    name: &'static str,
    min: &'static str,
    max: &'static str,
) -> (&'static str, Option<&'static str>, Option<&'static str>) {
    (name, Some(min), Some(max))
}

/// Whether a group may have exactly the configurations `new`.
///
/// # Errors
/// In Kafka's words: for a name that does not exist, a null, a value out of range or beyond the
/// broker's bounds, or values that do not fit together.
pub fn validate_group<'a>(
    broker: &BrokerConfig,
    new: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<(), ConfigError> {
    let mut texts = Texts::new();
    let mut nulls = Vec::new();
    for (name, text) in new {
        match text {
            Some(text) => drop(texts.insert(name.to_owned(), text.to_owned())),
            None => nulls.push(name),
        }
    }
    if !nulls.is_empty() {
        return Err(ConfigError::Conflict(format!(
            "Null value not supported for group configs: {}",
            nulls.join(",")
        )));
    }
    for (name, text) in &texts {
        let Some(row) = table(Scope::Group).get(name) else {
            return Err(ConfigError::Conflict(format!(
                "Unknown group config name: {name}"
            )));
        };
        row.parse(text)?;
    }
    check_tags(&texts)?;
    for (name, min, max) in BOUNDS {
        check_bounds(broker, &texts, name, min, max)?;
    }
    check_assignor(broker, &texts)?;
    for kind in ["consumer", "share", "streams"] {
        check_session(broker, &texts, kind)?;
    }
    let dead_letters = texts.get("errors.deadletterqueue.topic.name");
    if dead_letters.is_some_and(|name| name.starts_with("__")) {
        let message = "errors.deadletterqueue.topic.name: DLQ topic name must not start with '__'";
        return Err(ConfigError::Conflict(message.to_owned()));
    }
    Ok(())
}

/// Only what the group sets itself is held to the bounds: what it inherits is the broker's affair.
fn check_bounds(
    broker: &BrokerConfig,
    texts: &Texts,
    name: &str,
    min: Option<&str>,
    max: Option<&str>,
) -> Result<(), ConfigError> {
    let Some(text) = texts.get(name) else {
        return Ok(());
    };
    let row = table(Scope::Group).get(name);
    let number = row
        .expect("bounds are of configurations of the table")
        .parse(text)?
        .as_number();
    let bound = |bound: Option<&str>| broker.values().get(bound?).as_number();
    let (min, max) = (bound(min), bound(max));
    if min.is_none_or(|min| number >= Some(min)) && max.is_none_or(|max| number <= Some(max)) {
        return Ok(());
    }
    Err(ConfigError::Conflict(match (min, max) {
        (Some(min), Some(max)) => format!("{name} must be in the range {min} to {max} inclusive."),
        (Some(min), None) => format!("{name} must be greater than or equal to {min}"),
        (None, Some(max)) => format!("{name} must be less than or equal to {max}"),
        (None, None) => return Ok(()),
    }))
}

fn check_assignor(broker: &BrokerConfig, texts: &Texts) -> Result<(), ConfigError> {
    let Some(name) = texts.get("streams.assignor.name") else {
        return Ok(());
    };
    let known = broker.values().get(ASSIGNORS_OF_STREAMS_GROUPS);
    let known = Vec::<String>::from_value(ASSIGNORS_OF_STREAMS_GROUPS, known)?;
    if known.contains(name) {
        return Ok(());
    }
    Err(ConfigError::Conflict(format!(
        "streams.assignor.name '{name}' is not a registered task assignor. Registered assignors are: [{}].",
        known.join(", ")
    )))
}

fn check_tags(texts: &Texts) -> Result<(), ConfigError> {
    let Some(tags) = texts.get("streams.rack.aware.assignment.tags") else {
        return Ok(());
    };
    let mut seen = BTreeSet::new();
    if tags.trim().is_empty() || tags.trim().split(',').all(|tag| seen.insert(tag.trim())) {
        return Ok(());
    }
    let message = "streams.rack.aware.assignment.tags must not contain duplicate tag keys.";
    Err(ConfigError::Conflict(message.to_owned()))
}

fn check_session(broker: &BrokerConfig, texts: &Texts, kind: &str) -> Result<(), ConfigError> {
    let session = format!("{kind}.session.timeout.ms");
    let heartbeat = format!("{kind}.heartbeat.interval.ms");
    let number = |name: &str| value(broker, texts, name).map(|value| value.as_number());
    if number(&session)? <= number(&heartbeat)? {
        return Err(ConfigError::Conflict(format!(
            "{session} must be greater than {heartbeat}"
        )));
    }
    Ok(())
}

#[cfg(test)]
#[path = "group_tests.rs"]
mod tests;
