//! Which configurations stand for each other: a topic's for a broker's, and a broker's with other units.

/// A broker's configuration that gives a topic its default, and what its unit is in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokerDefault {
    /// The broker's configuration.
    pub name: &'static str,
    /// What to multiply its value by.
    pub factor: i64,
}

const fn plain(name: &'static str) -> BrokerDefault {
    BrokerDefault { name, factor: 1 }
}

const fn minutes(name: &'static str) -> BrokerDefault {
    BrokerDefault {
        name,
        factor: 60_000,
    }
}

const fn hours(name: &'static str) -> BrokerDefault {
    BrokerDefault {
        name,
        factor: 3_600_000,
    }
}

/// Topic configuration, and the broker's in order of precedence; sorted by the former.
static TOPIC_DEFAULTS: [(&str, &[BrokerDefault]); 31] = [
    ("cleanup.policy", &[plain("log.cleanup.policy")]),
    ("compression.gzip.level", &[plain("compression.gzip.level")]),
    ("compression.lz4.level", &[plain("compression.lz4.level")]),
    ("compression.type", &[plain("compression.type")]),
    ("compression.zstd.level", &[plain("compression.zstd.level")]),
    (
        "delete.retention.ms",
        &[plain("log.cleaner.delete.retention.ms")],
    ),
    (
        "file.delete.delay.ms",
        &[plain("log.segment.delete.delay.ms")],
    ),
    ("flush.messages", &[plain("log.flush.interval.messages")]),
    (
        "flush.ms",
        &[
            plain("log.flush.interval.ms"),
            plain("log.flush.scheduler.interval.ms"),
        ],
    ),
    ("index.interval.bytes", &[plain("log.index.interval.bytes")]),
    (
        "local.retention.bytes",
        &[plain("log.local.retention.bytes")],
    ),
    ("local.retention.ms", &[plain("log.local.retention.ms")]),
    (
        "max.compaction.lag.ms",
        &[plain("log.cleaner.max.compaction.lag.ms")],
    ),
    (
        "max.decompressed.message.bytes",
        &[plain("max.decompressed.message.bytes")],
    ),
    ("max.message.bytes", &[plain("message.max.bytes")]),
    (
        "message.timestamp.after.max.ms",
        &[plain("log.message.timestamp.after.max.ms")],
    ),
    (
        "message.timestamp.before.max.ms",
        &[plain("log.message.timestamp.before.max.ms")],
    ),
    (
        "message.timestamp.type",
        &[plain("log.message.timestamp.type")],
    ),
    (
        "min.cleanable.dirty.ratio",
        &[plain("log.cleaner.min.cleanable.ratio")],
    ),
    (
        "min.compaction.lag.ms",
        &[plain("log.cleaner.min.compaction.lag.ms")],
    ),
    ("min.insync.replicas", &[plain("min.insync.replicas")]),
    ("preallocate", &[plain("log.preallocate")]),
    (
        "remote.copy.lag.bytes",
        &[plain("log.remote.copy.lag.bytes")],
    ),
    ("remote.copy.lag.ms", &[plain("log.remote.copy.lag.ms")]),
    ("retention.bytes", &[plain("log.retention.bytes")]),
    (
        "retention.ms",
        &[
            plain("log.retention.ms"),
            minutes("log.retention.minutes"),
            hours("log.retention.hours"),
        ],
    ),
    ("segment.bytes", &[plain("log.segment.bytes")]),
    ("segment.index.bytes", &[plain("log.index.size.max.bytes")]),
    (
        "segment.jitter.ms",
        &[plain("log.roll.jitter.ms"), hours("log.roll.jitter.hours")],
    ),
    (
        "segment.ms",
        &[plain("log.roll.ms"), hours("log.roll.hours")],
    ),
    (
        "unclean.leader.election.enable",
        &[plain("unclean.leader.election.enable")],
    ),
];

/// The broker's configurations that give a topic's its default, the first that is set deciding;
/// none for those that only a topic has.
#[must_use]
pub fn broker_defaults_of(topic_config: &str) -> &'static [BrokerDefault] {
    TOPIC_DEFAULTS
        .iter()
        .find(|(name, _)| *name == topic_config)
        .map_or(&[], |(_, defaults)| defaults)
}

/// The configurations of a broker that mean the same as `name` in other units, itself included, in
/// order of precedence. For a listener's override, the configuration that it overrides follows.
#[must_use]
pub fn broker_synonyms(name: &str) -> Vec<&str> {
    let group = TOPIC_DEFAULTS
        .iter()
        .map(|(_, defaults)| *defaults)
        .find(|defaults| defaults.len() > 1 && defaults.iter().any(|default| default.name == name));
    // The scheduler's interval is only the default of the other one, not another name for it.
    match group {
        Some(defaults) if name != "log.flush.scheduler.interval.ms" => {
            defaults.iter().map(|default| default.name).collect()
        }
        _ => match listener_override(name) {
            Some(base) => vec![name, base],
            None => vec![name],
        },
    }
}

/// The configuration that `listener.name.{listener}.…` overrides for one listener.
#[must_use]
pub fn listener_override(name: &str) -> Option<&str> {
    const BY_MECHANISM: [&str; 5] = [
        "sasl.jaas.config",
        "sasl.login.callback.handler.class",
        "sasl.login.class",
        "sasl.server.callback.handler.class",
        "connections.max.reauth.ms",
    ];
    let (_, base) = name.strip_prefix("listener.name.")?.split_once('.')?;
    Some(
        BY_MECHANISM
            .into_iter()
            .find(|config| base.ends_with(config))
            .unwrap_or(base),
    )
}

/// The broker's list of assignors, of which a streams group takes the first unless it names one.
pub(crate) const ASSIGNORS_OF_STREAMS_GROUPS: &str = "group.streams.assignors";

/// The broker's configuration that gives a group's its default; `None` for those that only a group has.
#[must_use]
pub fn broker_default_of_group(group_config: &str) -> Option<String> {
    if group_config == "streams.assignor.name" {
        return Some(ASSIGNORS_OF_STREAMS_GROUPS.to_owned());
    }
    let name = format!("group.{group_config}");
    crate::table(crate::Scope::Broker).get(&name).map(|_| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scope, table};

    #[test]
    fn both_sides_of_every_synonym_are_in_the_table() {
        for (topic, defaults) in &TOPIC_DEFAULTS {
            assert!(table(Scope::Topic).get(topic).is_some(), "{topic}");
            for default in *defaults {
                assert!(
                    table(Scope::Broker).get(default.name).is_some(),
                    "{}",
                    default.name
                );
            }
        }
    }

    #[test]
    fn a_brokers_units_are_synonyms_of_each_other() {
        let all = [
            "log.retention.ms",
            "log.retention.minutes",
            "log.retention.hours",
        ];
        assert_eq!(broker_synonyms("log.retention.hours"), all);
        assert_eq!(broker_synonyms("log.retention.ms"), all);
        assert_eq!(
            broker_synonyms("log.flush.interval.ms"),
            ["log.flush.interval.ms", "log.flush.scheduler.interval.ms"]
        );
        assert_eq!(broker_synonyms("log.flush.scheduler.interval.ms").len(), 1);
        assert_eq!(broker_synonyms("node.id"), ["node.id"]);
    }

    #[test]
    fn a_listeners_override_ends_in_what_it_overrides() {
        assert_eq!(
            listener_override("listener.name.internal.ssl.key.password"),
            Some("ssl.key.password")
        );
        assert_eq!(
            listener_override("listener.name.client.plain.sasl.jaas.config"),
            Some("sasl.jaas.config")
        );
        assert_eq!(listener_override("listeners"), None);
    }

    #[test]
    fn a_groups_defaults_are_the_brokers() {
        assert_eq!(
            broker_default_of_group("consumer.session.timeout.ms").as_deref(),
            Some("group.consumer.session.timeout.ms")
        );
        assert_eq!(broker_default_of_group("share.isolation.level"), None);
    }
}
