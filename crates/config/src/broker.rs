//! What counts on a broker at a moment.

use std::collections::BTreeMap;

use model::BrokerId;

use crate::error::ConfigError;
use crate::layers::{Layers, Texts, Values};
use crate::listeners::{ListenerTexts, Listeners};
use crate::rules;
use crate::topic::TopicConfig;
use crate::value::Value;
use crate::view::FromValue;
use crate::views::{
    GroupCoordinatorConfig, LogConfig, NetworkConfig, OffsetsConfig, QuorumConfig,
    ReplicationConfig, ShareConfig, TopicCreationConfig, TransactionConfig,
};

/// What a node is (`process.roles`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// It serves clients.
    pub broker: bool,
    /// It is a member of the metadata quorum.
    pub controller: bool,
}

/// A voter of the metadata quorum (`controller.quorum.voters`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voter {
    /// Its node id.
    pub id: BrokerId,
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// The configurations that count on a broker. It is a value: a dynamic change makes another.
#[derive(Clone, Debug)]
pub struct BrokerConfig {
    /// `node.id`
    pub node_id: BrokerId,
    /// `process.roles`
    pub roles: Roles,
    /// `broker.rack`
    pub rack: Option<String>,
    /// `log.dirs`, or `log.dir` where that is not set.
    pub log_dirs: Vec<String>,
    /// `metadata.log.dir`, or the first of the log directories.
    pub metadata_log_dir: String,
    /// `listeners`, `advertised.listeners` and what they speak.
    pub listeners: Listeners,
    /// `controller.quorum.voters`
    pub voters: Vec<Voter>,
    /// `controller.quorum.bootstrap.servers`
    pub bootstrap_servers: Vec<String>,
    /// `max.connections.per.ip.overrides`
    pub max_connections_per_ip_overrides: BTreeMap<String, u32>,
    /// Limits of connections and requests.
    pub network: NetworkConfig,
    /// The care of logs.
    pub log: LogConfig,
    /// What new topics get.
    pub topics: TopicCreationConfig,
    /// Limits and times of groups.
    pub groups: GroupCoordinatorConfig,
    /// Committed offsets.
    pub offsets: OffsetsConfig,
    /// Transactions.
    pub transactions: TransactionConfig,
    /// Share groups' records and states.
    pub share: ShareConfig,
    /// How followers fetch.
    pub replication: ReplicationConfig,
    /// The metadata quorum.
    pub quorum: QuorumConfig,
    /// What counts for a topic that sets nothing itself.
    pub topic_defaults: TopicConfig,
    values: Values,
}

/// A dynamic configuration that does not fit the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Whether it is set for this broker; else for all.
    pub is_own: bool,
    /// The configuration.
    pub name: String,
    /// Why it does not fit.
    pub reason: String,
}

impl Misfit {
    fn new(is_own: bool, name: &str, errors: &[ConfigError]) -> Self {
        let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Self {
            is_own,
            name: name.to_owned(),
            reason: reasons.join("; "),
        }
    }
}

impl BrokerConfig {
    /// The configurations that count, given `layers`.
    ///
    /// # Errors
    /// Everything that is missing, out of range, or does not fit together.
    pub fn resolve(layers: Layers<'_>) -> Result<Self, Vec<ConfigError>> {
        let values = Values::resolve(layers)?;
        let config = Self::of(values, layers).map_err(|error| vec![error])?;
        let errors = rules::broken(&config);
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(errors)
        }
    }

    /// As [`Self::resolve`], without the dynamic configurations that do not fit the others: those are told, with why.
    ///
    /// # Errors
    /// Everything that is wrong with the properties file alone.
    pub fn fitting(layers: Layers<'_>) -> Result<(Self, Vec<Misfit>), Vec<ConfigError>> {
        if let Ok(config) = Self::resolve(layers) {
            return Ok((config, Vec::new()));
        }
        let mut config = Self::resolve(Layers::of_given(layers.given))?;
        let (mut all, mut own) = (Texts::new(), Texts::new());
        let of_all = layers.dynamic_default.iter().map(|entry| (false, entry));
        let of_own = layers.dynamic_broker.iter().map(|entry| (true, entry));
        let mut left: Vec<_> = of_all.chain(of_own).collect();
        // One may fit only once another is there: those that do not are tried again as long as any does.
        loop {
            let mut misfits = Vec::new();
            let before = left.len();
            left.retain(|&(is_own, (name, text))| {
                let place = if is_own { &mut own } else { &mut all };
                place.insert(name.clone(), text.clone());
                let resolved = Self::resolve(Layers {
                    given: layers.given,
                    dynamic_default: &all,
                    dynamic_broker: &own,
                });
                match resolved {
                    Ok(resolved) => {
                        config = resolved;
                        false
                    }
                    Err(errors) => {
                        let place = if is_own { &mut own } else { &mut all };
                        place.remove(name);
                        misfits.push(Misfit::new(is_own, name, &errors));
                        true
                    }
                }
            });
            if left.len() == before || left.is_empty() {
                return Ok((config, misfits));
            }
        }
    }

    /// The value of each configuration, for those that have no field.
    #[must_use]
    pub const fn values(&self) -> &Values {
        &self.values
    }

    /// What counts for a topic with `overrides`.
    ///
    /// # Panics
    /// Never: the broker's own values were checked against a topic's ranges.
    #[must_use]
    pub fn topic(&self, overrides: &Texts) -> TopicConfig {
        if overrides.is_empty() {
            return self.topic_defaults.clone();
        }
        TopicConfig::resolve(&self.values, overrides)
            .expect("the broker's defaults make a topic, and unreadable overrides are passed over")
    }

    /// Whether this node is a metadata quorum and a cluster of its own.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.roles.broker
            && self.roles.controller
            && self.voters.iter().all(|voter| voter.id == self.node_id)
    }

    fn of(values: Values, layers: Layers<'_>) -> Result<Self, ConfigError> {
        let roles: Vec<String> = read(&values, "process.roles")?;
        let log_dirs = log_dirs(&values)?;
        let first_log_dir = log_dirs.first().cloned().unwrap_or_default();
        Ok(Self {
            node_id: BrokerId(read(&values, "node.id")?),
            roles: Roles {
                broker: roles.iter().any(|role| role == "broker"),
                controller: roles.iter().any(|role| role == "controller"),
            },
            rack: read(&values, "broker.rack")?,
            metadata_log_dir: read::<Option<String>>(&values, "metadata.log.dir")?
                .unwrap_or(first_log_dir),
            log_dirs,
            listeners: listeners(&values, layers)?,
            voters: voters(&values)?,
            bootstrap_servers: read(&values, "controller.quorum.bootstrap.servers")?,
            max_connections_per_ip_overrides: per_ip_overrides(&values)?,
            network: NetworkConfig::of(&values)?.normalised(),
            log: LogConfig::of(&values)?,
            topics: TopicCreationConfig::of(&values)?,
            groups: GroupCoordinatorConfig::of(&values)?,
            offsets: OffsetsConfig::of(&values)?,
            transactions: TransactionConfig::of(&values)?,
            share: ShareConfig::of(&values)?,
            replication: ReplicationConfig::of(&values)?,
            quorum: QuorumConfig::of(&values)?,
            topic_defaults: TopicConfig::resolve(&values, &Texts::new())?,
            values,
        })
    }
}

fn read<T: FromValue>(values: &Values, name: &str) -> Result<T, ConfigError> {
    T::from_value(name, values.get(name))
}

fn log_dirs(values: &Values) -> Result<Vec<String>, ConfigError> {
    let name = if *values.get("log.dirs") == Value::Null {
        "log.dir"
    } else {
        "log.dirs"
    };
    read(values, name)
}

fn listeners(values: &Values, layers: Layers<'_>) -> Result<Listeners, ConfigError> {
    const MAP: &str = "listener.security.protocol.map";
    let advertised: Option<Vec<String>> = read(values, "advertised.listeners")?;
    let inter_broker_name: Option<String> = read(values, "inter.broker.listener.name")?;
    Listeners::parse(ListenerTexts {
        listeners: &read::<Vec<String>>(values, "listeners")?,
        advertised: advertised.as_deref(),
        protocol_map: &read::<String>(values, MAP)?,
        protocol_map_is_given: layers.is_set(MAP),
        controller_names: &read::<Vec<String>>(values, "controller.listener.names")?,
        inter_broker_name: inter_broker_name.as_deref(),
        inter_broker_protocol: &read::<String>(values, "security.inter.broker.protocol")?,
    })
}

fn voters(values: &Values) -> Result<Vec<Voter>, ConfigError> {
    let texts: Vec<String> = read(values, "controller.quorum.voters")?;
    let read_voter = |text: &String| {
        let (id, address) = text.split_once('@')?;
        let (host, port) = address.rsplit_once(':')?;
        Some(Voter {
            id: BrokerId(id.parse().ok()?),
            host: host.to_owned(),
            port: port.parse().ok()?,
        })
    };
    Ok(texts
        .iter()
        .map(|text| read_voter(text).expect("the table checks voters"))
        .collect())
}

fn per_ip_overrides(values: &Values) -> Result<BTreeMap<String, u32>, ConfigError> {
    const KEY: &str = "max.connections.per.ip.overrides";
    let text: String = read(values, KEY)?;
    let mut overrides = BTreeMap::new();
    for pair in text
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
    {
        let limit = pair
            .rsplit_once(':')
            .and_then(|(host, limit)| Some((host.trim(), limit.trim().parse().ok()?)));
        let (host, limit) = limit.ok_or_else(|| {
            ConfigError::invalid(KEY, &text, format!("`{pair}` is not host:limit"))
        })?;
        overrides.insert(host.to_owned(), limit);
    }
    Ok(overrides)
}

#[cfg(test)]
#[path = "broker_tests.rs"]
mod tests;
