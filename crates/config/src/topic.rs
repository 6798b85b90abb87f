//! What counts for one topic, and which of its configurations fit together.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::broker::BrokerConfig;
use crate::definition::{ConfigDef, Scope};
use crate::error::ConfigError;
use crate::layers::{Texts, Values};
use crate::synonyms::broker_defaults_of;
use crate::table::table;
use crate::value::Value;
use crate::view::FromValue;

/// In which codec the broker stores batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompressionType {
    /// As the producer sent them.
    Producer,
    /// Not compressed.
    Uncompressed,
    /// gzip at this level; -1 is the codec's own default.
    Gzip(i32),
    /// snappy.
    Snappy,
    /// lz4 at this level.
    Lz4(i32),
    /// zstd at this level.
    Zstd(i32),
}

/// Whose clock stamps a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampType {
    /// The producer's.
    CreateTime,
    /// The broker's.
    LogAppendTime,
}

/// The configurations that count for one topic. The names are Kafka's without dots; `None` is
/// "without limit".
#[derive(Clone, Debug, PartialEq)]
pub struct TopicConfig {
    /// `cleanup.policy` contains `delete`.
    pub delete: bool,
    /// `cleanup.policy` contains `compact`.
    pub compact: bool,
    /// `compression.type`, with the level of its codec.
    pub compression: CompressionType,
    /// `delete.retention.ms`
    pub delete_retention: Duration,
    /// `errors.deadletterqueue.group.enable`
    pub keeps_dead_letters: bool,
    /// `file.delete.delay.ms`
    pub file_delete_delay: Duration,
    /// `flush.messages`; `None` leaves it to replication.
    pub flush_messages: Option<u64>,
    /// `flush.ms`; `None` leaves it to the operating system.
    pub flush_interval: Option<Duration>,
    /// `index.interval.bytes`
    pub index_interval_bytes: u32,
    /// `max.compaction.lag.ms`
    pub max_compaction_lag: Option<Duration>,
    /// `max.decompressed.message.bytes`
    pub max_decompressed_message_bytes: u32,
    /// `max.message.bytes`
    pub max_message_bytes: u32,
    /// `message.timestamp.after.max.ms`
    pub message_timestamp_after_max: Option<Duration>,
    /// `message.timestamp.before.max.ms`
    pub message_timestamp_before_max: Option<Duration>,
    /// `message.timestamp.type`
    pub message_timestamp_type: TimestampType,
    /// `min.cleanable.dirty.ratio`
    pub min_cleanable_dirty_ratio: f64,
    /// `min.compaction.lag.ms`
    pub min_compaction_lag: Duration,
    /// `min.insync.replicas`
    pub min_insync_replicas: u32,
    /// `preallocate`
    pub preallocate: bool,
    /// `remote.storage.enable`
    pub remote_storage: bool,
    /// `retention.bytes`, of each partition.
    pub retention_bytes: Option<u64>,
    /// `retention.ms`
    pub retention: Option<Duration>,
    /// `segment.bytes`, or `internal.segment.bytes` where that is set.
    pub segment_bytes: u32,
    /// `segment.index.bytes`
    pub segment_index_bytes: u32,
    /// `segment.jitter.ms`
    pub segment_jitter: Duration,
    /// `segment.ms`, without regard to compaction.
    pub segment_time: Duration,
    /// `unclean.leader.election.enable`
    pub unclean_leader_election: bool,
}

impl TopicConfig {
    /// What counts for a topic with `overrides` on a broker with `broker`'s values. An override that
    /// does not parse is passed over: it was valid for whoever wrote it.
    ///
    /// # Errors
    /// When a value of the broker does not fit a topic.
    pub fn resolve(broker: &Values, overrides: &Texts) -> Result<Self, ConfigError> {
        let values = TopicValues::resolve(broker, |row| {
            overrides
                .get(row.name)
                .and_then(|text| row.parse(text).ok())
                .map(Ok)
        })?;
        Self::of(&values)
    }

    /// After how long the log rolls: a compacted topic may not wait longer than its records may stay
    /// uncompacted.
    #[must_use]
    pub fn roll_after(&self) -> Duration {
        match self.max_compaction_lag {
            Some(lag) if self.compact && !lag.is_zero() => self.segment_time.min(lag),
            _ => self.segment_time,
        }
    }

    fn of(values: &TopicValues) -> Result<Self, ConfigError> {
        let policies: Vec<String> = values.read("cleanup.policy")?;
        let segment_bytes: Option<u32> = values.read("internal.segment.bytes")?;
        Ok(Self {
            delete: policies.iter().any(|policy| policy == "delete"),
            compact: policies.iter().any(|policy| policy == "compact"),
            compression: compression(values)?,
            delete_retention: values.read("delete.retention.ms")?,
            keeps_dead_letters: values.read("errors.deadletterqueue.group.enable")?,
            file_delete_delay: values.read("file.delete.delay.ms")?,
            flush_messages: values.read("flush.messages")?,
            flush_interval: values.read("flush.ms")?,
            index_interval_bytes: values.read("index.interval.bytes")?,
            max_compaction_lag: values.read("max.compaction.lag.ms")?,
            max_decompressed_message_bytes: values.read("max.decompressed.message.bytes")?,
            max_message_bytes: values.read("max.message.bytes")?,
            message_timestamp_after_max: values.read("message.timestamp.after.max.ms")?,
            message_timestamp_before_max: values.read("message.timestamp.before.max.ms")?,
            message_timestamp_type: timestamp_type(values)?,
            min_cleanable_dirty_ratio: values.read("min.cleanable.dirty.ratio")?,
            min_compaction_lag: values.read("min.compaction.lag.ms")?,
            min_insync_replicas: values.read("min.insync.replicas")?,
            preallocate: values.read("preallocate")?,
            remote_storage: values.read("remote.storage.enable")?,
            retention_bytes: values.read("retention.bytes")?,
            retention: values.read("retention.ms")?,
            segment_bytes: segment_bytes.map_or_else(|| values.read("segment.bytes"), Ok)?,
            segment_index_bytes: values.read("segment.index.bytes")?,
            segment_jitter: values.read("segment.jitter.ms")?,
            segment_time: values.read("segment.ms")?,
            unclean_leader_election: values.read("unclean.leader.election.enable")?,
        })
    }
}

fn compression(values: &TopicValues) -> Result<CompressionType, ConfigError> {
    let name: String = values.read("compression.type")?;
    Ok(match name.as_str() {
        "uncompressed" => CompressionType::Uncompressed,
        "gzip" => CompressionType::Gzip(values.read("compression.gzip.level")?),
        "snappy" => CompressionType::Snappy,
        "lz4" => CompressionType::Lz4(values.read("compression.lz4.level")?),
        "zstd" => CompressionType::Zstd(values.read("compression.zstd.level")?),
        _ => CompressionType::Producer,
    })
}

fn timestamp_type(values: &TopicValues) -> Result<TimestampType, ConfigError> {
    let name: String = values.read("message.timestamp.type")?;
    Ok(if name == "LogAppendTime" {
        TimestampType::LogAppendTime
    } else {
        TimestampType::CreateTime
    })
}

/// The value that counts of each of a topic's configurations.
pub(crate) struct TopicValues {
    by_name: BTreeMap<&'static str, Value>,
}

impl TopicValues {
    /// `own` gives the value that the topic itself sets.
    pub(crate) fn resolve(
        broker: &Values,
        own: impl Fn(&ConfigDef) -> Option<Result<Value, ConfigError>>,
    ) -> Result<Self, ConfigError> {
        let mut by_name = BTreeMap::new();
        for row in table(Scope::Topic).iter() {
            let value = own(row).unwrap_or_else(|| Ok(inherited(broker, row)))?;
            by_name.insert(row.name, value);
        }
        Ok(Self { by_name })
    }

    pub(crate) fn get(&self, name: &str) -> &Value {
        &self.by_name[name]
    }

    fn read<T: FromValue>(&self, name: &str) -> Result<T, ConfigError> {
        T::from_value(name, self.get(name))
    }
}

/// What the broker's configurations make of a topic that does not set `row` itself.
fn inherited(broker: &Values, row: &ConfigDef) -> Value {
    for default in broker_defaults_of(row.name) {
        match broker.get(default.name) {
            Value::Null => {}
            Value::Int(value) if default.factor != 1 => {
                return Value::Long(i64::from(*value).saturating_mul(default.factor).max(-1));
            }
            Value::Long(value) if row.name == "retention.ms" => {
                return Value::Long((*value).max(-1));
            }
            value => return value.clone(),
        }
    }
    row.default_value()
}

/// Whether a topic may have exactly the configurations `new`, where it had `old`.
///
/// # Errors
/// In Kafka's words: for a name that does not exist, a null, a value out of range, or values that do not
/// fit together.
pub fn validate_topic<'a>(
    broker: &BrokerConfig,
    old: &Texts,
    new: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<(), ConfigError> {
    let mut texts = BTreeMap::new();
    let mut nulls = Vec::new();
    for (name, text) in new {
        match text {
            Some(text) => drop(texts.insert(name, text)),
            None => nulls.push(name),
        }
    }
    if !nulls.is_empty() {
        return Err(ConfigError::Conflict(format!(
            "Null value not supported for topic configs: {}",
            nulls.join(",")
        )));
    }
    if let Some(name) = texts
        .keys()
        .find(|name| table(Scope::Topic).get(name).is_none())
    {
        return Err(ConfigError::Conflict(format!(
            "Unknown topic config name: {name}"
        )));
    }
    let values = TopicValues::resolve(broker.values(), |row| {
        texts.get(row.name).map(|text| row.parse(text))
    })?;
    check_compaction_lags(&values)?;
    let remote_before = old.get("remote.storage.enable").map(String::as_str) == Some("true");
    let remote_system =
        *broker.values().get("remote.log.storage.system.enable") == Value::Boolean(true);
    check_remote(&values, remote_before, remote_system)
}

fn long(values: &TopicValues, name: &str) -> i64 {
    match values.get(name) {
        Value::Long(value) => *value,
        other => unreachable!("{name} is of type LONG, not {other:?}"),
    }
}

fn is_true(values: &TopicValues, name: &str) -> bool {
    *values.get(name) == Value::Boolean(true)
}

fn check_compaction_lags(values: &TopicValues) -> Result<(), ConfigError> {
    let (min, max) = (
        long(values, "min.compaction.lag.ms"),
        long(values, "max.compaction.lag.ms"),
    );
    if min > max {
        return Err(ConfigError::Conflict(format!(
            "conflict topic config setting min.compaction.lag.ms ({min}) > max.compaction.lag.ms ({max})"
        )));
    }
    Ok(())
}

/// The rules of tiered storage (KIP-405, KIP-950).
fn check_remote(values: &TopicValues, before: bool, system: bool) -> Result<(), ConfigError> {
    if !is_true(values, "remote.storage.enable") {
        if before && !is_true(values, "remote.log.delete.on.disable") {
            return Err(ConfigError::Conflict(
                "It is invalid to disable remote storage without deleting remote data. If you want to \
                 keep the remote data and turn to read only, please set \
                 `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable \
                 remote storage and delete all remote data, please set \
                 `remote.storage.enable=false,remote.log.delete.on.disable=true`."
                    .to_owned(),
            ));
        }
        return Ok(());
    }
    if !system {
        return Err(ConfigError::Conflict(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with \
             remote log storage."
                .to_owned(),
        ));
    }
    if *values.get("cleanup.policy") != Value::List(vec!["delete".to_owned()]) {
        return Err(ConfigError::Conflict(
            "Remote log storage only supports topics with cleanup.policy=delete".to_owned(),
        ));
    }
    check_local_retention(values, "retention.bytes", "local.retention.bytes")?;
    check_local_retention(values, "retention.ms", "local.retention.ms")
}

/// -1 is without limit, and -2 as local retention is the topic's own.
fn check_local_retention(values: &TopicValues, all: &str, local: &str) -> Result<(), ConfigError> {
    let (all_value, local_value) = (long(values, all), long(values, local));
    if local_value == -2 {
        return Ok(());
    }
    if is_true(values, "remote.log.copy.disable") && local_value != all_value {
        return Err(ConfigError::Conflict(format!(
            "When `remote.log.copy.disable` is set to true, the `{local}` and `{all}` must be set to the \
             identical value because there will be no more logs copied to the remote storage."
        )));
    }
    if all_value == -1 {
        return Ok(());
    }
    let refuse = |reason: String| {
        Err(ConfigError::invalid(
            local,
            &local_value.to_string(),
            reason,
        ))
    };
    if local_value == -1 {
        return refuse(format!(
            "Value must not be -1 as {all} value is set as {all_value}."
        ));
    }
    if local_value > all_value {
        return refuse(format!(
            "Value must not be more than {all} property value: {all_value}"
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "topic_tests.rs"]
mod tests;
