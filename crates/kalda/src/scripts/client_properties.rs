//! Producers and consumers as Kafka's properties configure them.

use std::collections::BTreeSet;
use std::time::Duration;

use client::OffsetSpec;
use client::consumer::{ConsumerConfig, GroupConfig};
use client::producer::{Acks, ProducerConfig};
use client::share_consumer::ShareConfig;
use model::Uuid;
use records::Compression;

use super::connect::{CONFIG_EXCEPTION, Properties, milliseconds, number};
use super::console::note;
use super::faults::{Fault, Thrown};

/// What every client reads.
const COMMON: [&str; 5] = [
    "bootstrap.servers",
    "client.id",
    "request.timeout.ms",
    "default.api.timeout.ms",
    "security.protocol",
];
/// What a producer reads.
const PRODUCER: [&str; 12] = [
    "acks",
    "compression.type",
    "linger.ms",
    "batch.size",
    "buffer.memory",
    "max.request.size",
    "max.in.flight.requests.per.connection",
    "delivery.timeout.ms",
    "enable.idempotence",
    "retries",
    "max.block.ms",
    "transactional.id",
];
/// What a consumer reads.
const CONSUMER: [&str; 13] = [
    "group.id",
    "group.instance.id",
    "auto.offset.reset",
    "enable.auto.commit",
    "auto.commit.interval.ms",
    "isolation.level",
    "max.poll.records",
    "max.poll.interval.ms",
    "fetch.max.bytes",
    "fetch.max.wait.ms",
    "max.partition.fetch.bytes",
    "session.timeout.ms",
    "heartbeat.interval.ms",
];
/// What a member of a share group reads.
const SHARE_CONSUMER: [&str; 6] = [
    "group.id",
    "max.poll.records",
    "fetch.max.bytes",
    "fetch.max.wait.ms",
    "share.acknowledgement.mode",
    "share.acquire.mode",
];
/// Without effect on what is read and written: serialization is the scripts' own, sockets and metadata are the client's.
const WITHOUT_EFFECT: [&str; 10] = [
    "key.serializer",
    "value.serializer",
    "key.deserializer",
    "value.deserializer",
    "retry.backoff.ms",
    "send.buffer.bytes",
    "receive.buffer.bytes",
    "metadata.max.age.ms",
    "fetch.min.bytes",
    "check.crcs",
];

/// Splits `key=value` texts; without a value it is empty.
pub fn pairs(texts: &[&str]) -> Properties {
    let split = |text: &&str| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), value.to_owned()),
        None => ((*text).to_owned(), String::new()),
    };
    texts.iter().map(split).collect()
}

/// Says which properties the client does not know.
fn note_unused(properties: &Properties, known: &[&str]) {
    let is_known =
        |key: &str| COMMON.contains(&key) || known.contains(&key) || WITHOUT_EFFECT.contains(&key);
    let unused: BTreeSet<_> = properties.keys().filter(|key| !is_known(key)).collect();
    for key in unused {
        note(format!(
            "{key} is not a configuration that this client knows: it is without effect"
        ));
    }
}

fn refused(name: &str, value: &str, reason: &str) -> Fault {
    let message = format!("Invalid value {value} for configuration {name}: {reason}");
    Thrown::new(CONFIG_EXCEPTION, message).into()
}

fn boolean(properties: &Properties, name: &str) -> Result<Option<bool>, Fault> {
    let Some(text) = properties.get(name) else {
        return Ok(None);
    };
    match text.trim().to_lowercase().as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(refused(
            name,
            text,
            "Expected value to be either true or false",
        )),
    }
}

/// How a producer with these properties sends.
///
/// # Errors
/// As Kafka's producer refuses its configurations.
pub fn producer(properties: &Properties) -> Result<ProducerConfig, Fault> {
    note_unused(properties, &PRODUCER);
    let mut config = ProducerConfig {
        linger: Duration::from_millis(5),
        batch_bytes: 16384,
        ..ProducerConfig::default()
    };
    if let Some(acks) = properties.get("acks") {
        config.acks = match acks.trim() {
            "0" => Acks::None,
            "1" => Acks::Leader,
            "-1" | "all" => Acks::All,
            _ => {
                return Err(refused(
                    "acks",
                    acks,
                    "String must be one of: all, -1, 0, 1",
                ));
            }
        };
    }
    if let Some(codec) = properties.get("compression.type") {
        config.compression = compression(codec)?;
    }
    config.linger = milliseconds(properties, "linger.ms")?.unwrap_or(config.linger);
    let bytes = |name: &str, default: usize| {
        let given: Option<usize> = number(properties, name, "INT")?;
        // A batch of no bytes holds one record.
        Ok::<_, Fault>(given.map_or(default, |bytes| bytes.max(1)))
    };
    config.batch_bytes = bytes("batch.size", config.batch_bytes)?;
    config.request_bytes = bytes("max.request.size", config.request_bytes)?;
    config.buffer_bytes = bytes("buffer.memory", config.buffer_bytes)?;
    config.max_in_flight = bytes(
        "max.in.flight.requests.per.connection",
        config.max_in_flight,
    )?;
    config.delivery_timeout =
        milliseconds(properties, "delivery.timeout.ms")?.unwrap_or(config.delivery_timeout);
    config.retries = number(properties, "retries", "INT")?.is_none_or(|retries: u32| retries > 0);
    match boolean(properties, "enable.idempotence")? {
        Some(true) if config.acks != Acks::All => {
            let message = "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.";
            return Err(Thrown::new(CONFIG_EXCEPTION, message).into());
        }
        given => config.idempotent = given.unwrap_or(true),
    }
    Ok(config)
}

/// A codec by its name.
///
/// # Errors
/// As Kafka refuses one that it does not know.
pub fn compression(codec: &str) -> Result<Compression, Fault> {
    Ok(match codec {
        "none" => Compression::None,
        "gzip" => Compression::Gzip,
        "snappy" => Compression::Snappy,
        "lz4" => Compression::Lz4,
        "zstd" => Compression::Zstd,
        _ => {
            let reason = "String must be one of: none, gzip, snappy, lz4, zstd";
            return Err(refused("compression.type", codec, reason));
        }
    })
}

/// How a consumer with these properties reads; without `group.id` it is in no group.
///
/// # Errors
/// As Kafka's consumer refuses its configurations.
pub fn consumer(properties: &Properties) -> Result<ConsumerConfig, Fault> {
    note_unused(properties, &CONSUMER);
    let mut config = ConsumerConfig {
        group: group(properties)?,
        ..ConsumerConfig::default()
    };
    if let Some(reset) = properties.get("auto.offset.reset") {
        config.reset = match reset.trim().to_lowercase().as_str() {
            "earliest" => Some(OffsetSpec::Earliest),
            "latest" => Some(OffsetSpec::Latest),
            "none" => None,
            _ => {
                let reason = "Invalid value `".to_owned()
                    + reset
                    + "` for configuration auto.offset.reset. The value must be \
                    either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS>'";
                return Err(refused("auto.offset.reset", reset, &reason));
            }
        };
    }
    if let Some(level) = properties.get("isolation.level") {
        config.read_committed = match level.to_lowercase().as_str() {
            "read_committed" => true,
            "read_uncommitted" => false,
            _ => {
                let reason = "String must be one of: read_committed, read_uncommitted";
                return Err(refused("isolation.level", level, reason));
            }
        };
    }
    let given = |name: &str| number::<i32>(properties, name, "INT");
    config.fetch_bytes = given("fetch.max.bytes")?.unwrap_or(config.fetch_bytes);
    config.partition_fetch_bytes =
        given("max.partition.fetch.bytes")?.unwrap_or(config.partition_fetch_bytes);
    config.fetch_wait = milliseconds(properties, "fetch.max.wait.ms")?.unwrap_or(config.fetch_wait);
    let records: Option<usize> = number(properties, "max.poll.records", "INT")?;
    config.poll_records = records.unwrap_or(config.poll_records).max(1);
    Ok(config)
}

/// How a member of a share group with these properties reads.
///
/// # Errors
/// As Kafka's share consumer refuses its configurations.
pub fn share_consumer(properties: &Properties) -> Result<ShareConfig, Fault> {
    note_unused(properties, &SHARE_CONSUMER);
    let group = properties.get("group.id").cloned().unwrap_or_default();
    let mut id = Uuid::ZERO;
    getrandom::fill(&mut id.0).map_err(|error| Fault::Message(error.to_string()))?;
    let mut config = ShareConfig::new(group, id.to_string());
    let given = |name: &str| number::<i32>(properties, name, "INT");
    config.fetch_bytes = given("fetch.max.bytes")?.unwrap_or(config.fetch_bytes);
    config.fetch_wait = milliseconds(properties, "fetch.max.wait.ms")?.unwrap_or(config.fetch_wait);
    let records = given("max.poll.records")?.unwrap_or(config.poll_records);
    config.poll_records = records.max(1);
    Ok(config)
}

fn group(properties: &Properties) -> Result<Option<GroupConfig>, Fault> {
    let Some(id) = properties.get("group.id") else {
        return Ok(None);
    };
    if properties
        .get("group.protocol")
        .is_some_and(|protocol| !protocol.eq_ignore_ascii_case("classic"))
    {
        note("group.protocol: this client knows the classic protocol alone, and uses it");
    }
    let mut group = GroupConfig::new(id);
    group.instance_id = properties.get("group.instance.id").cloned();
    let time =
        |name: &str, default| Ok::<_, Fault>(milliseconds(properties, name)?.unwrap_or(default));
    group.session_timeout = time("session.timeout.ms", group.session_timeout)?;
    group.heartbeat_interval = time("heartbeat.interval.ms", group.heartbeat_interval)?;
    group.rebalance_timeout = time("max.poll.interval.ms", group.rebalance_timeout)?;
    let interval = time("auto.commit.interval.ms", Duration::from_secs(5))?;
    let commits = boolean(properties, "enable.auto.commit")?.unwrap_or(true);
    group.auto_commit = commits.then_some(interval);
    Ok(Some(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_producer_is_configured_by_kafkas_names() {
        let config = producer(&pairs(&[
            "acks=1",
            "compression.type=lz4",
            "linger.ms=7",
            "batch.size=0",
        ]));
        let config = config.expect("well formed");
        assert_eq!(
            (config.acks, config.compression),
            (Acks::Leader, Compression::Lz4)
        );
        assert_eq!(
            (config.linger, config.batch_bytes),
            (Duration::from_millis(7), 1)
        );
    }

    #[test]
    fn what_kafka_refuses_is_refused_in_its_words() {
        let message = |texts: &[&str]| producer(&pairs(texts)).expect_err("refused").message();
        assert_eq!(
            message(&["linger.ms=soon"]),
            "Invalid value soon for configuration linger.ms: Not a number of type INT"
        );
        assert!(
            message(&["acks=1", "enable.idempotence=true"]).starts_with("Must set acks to all")
        );
        assert!(consumer(&pairs(&["isolation.level=x"])).is_err());
    }

    #[test]
    fn a_consumer_without_group_is_in_none() {
        assert_eq!(
            consumer(&pairs(&[]))
                .expect("well formed")
                .group
                .map(|group| group.group),
            None
        );
        let alone =
            consumer(&pairs(&["group.id=g", "enable.auto.commit=false"])).expect("well formed");
        assert_eq!(alone.group.expect("a group").auto_commit, None);
    }
}
