//! Which of a broker's configurations do not fit together, in Kafka's words where Kafka has some.

use std::time::Duration;

use crate::broker::BrokerConfig;
use crate::error::ConfigError;
use crate::value::Value;

/// Every rule that `config` breaks.
pub(crate) fn broken(config: &BrokerConfig) -> Vec<ConfigError> {
    [identity, quorum, listeners, directories, sizes, replication]
        .into_iter()
        .flat_map(|rules| rules(config))
        .flatten()
        .map(ConfigError::Conflict)
        .collect()
}

fn unless(fits: bool, complaint: impl FnOnce() -> String) -> Option<String> {
    (!fits).then(complaint)
}

fn identity(config: &BrokerConfig) -> Vec<Option<String>> {
    let broker_id = match config.values().get("broker.id") {
        Value::Int(id) if *id >= 0 => *id,
        _ => config.node_id.0,
    };
    vec![
        unless(broker_id == config.node_id.0, || {
            "You must set `node.id` to the same value as `broker.id`.".to_owned()
        }),
        unless(config.roles.broker || config.roles.controller, || {
            "process.roles must name broker, controller, or both".to_owned()
        }),
    ]
}

fn quorum(config: &BrokerConfig) -> Vec<Option<String>> {
    let is_voter = config.voters.iter().any(|voter| voter.id == config.node_id);
    let id = config.node_id;
    let has_quorum = !config.voters.is_empty() || !config.bootstrap_servers.is_empty();
    vec![
        unless(
            !config.roles.controller || config.voters.is_empty() || is_voter,
            || {
                format!(
                    "If process.roles contains the 'controller' role, the node id {id} must be included in \
                 the set of voters controller.quorum.voters"
                )
            },
        ),
        unless(config.roles.controller || !is_voter, || {
            format!(
                "If process.roles contains just the 'broker' role, the node id {id} must not be \
                 included in the set of voters controller.quorum.voters"
            )
        }),
        unless(config.roles.controller || has_quorum, || {
            "If using process.roles, either controller.quorum.bootstrap.servers must contain the set \
             of bootstrap controllers or controller.quorum.voters must contain a parseable set of \
             controllers."
                .to_owned()
        }),
    ]
}

/// A node that is its own quorum needs no controller listener; every other controller does.
fn listeners(config: &BrokerConfig) -> Vec<Option<String>> {
    let listeners = &config.listeners;
    let serves_controller = listeners
        .bound
        .iter()
        .any(|listener| listener.is_controller);
    let serves_clients = listeners.advertised_to_clients().next().is_some();
    let knows = |name: &String| {
        listeners
            .advertised_to_clients()
            .any(|known| known.name == *name)
    };
    let needs_controller = config.roles.controller && !config.is_alone();
    vec![
        unless(!needs_controller || serves_controller, || {
            "controller.listener.names must contain at least one value appearing in the 'listeners' \
             configuration when running the KRaft controller role"
                .to_owned()
        }),
        unless(config.roles.controller || !serves_controller, || {
            "controller.listener.names must not contain a value appearing in the 'listeners' \
             configuration when running KRaft with just the broker role"
                .to_owned()
        }),
        unless(!config.roles.broker || serves_clients, || {
            "There must be at least one broker advertised listener. Perhaps all listeners appear in \
             controller.listener.names?"
                .to_owned()
        }),
        unless(
            !config.roles.broker || !serves_clients || knows(&listeners.inter_broker),
            || {
                let names: Vec<_> = listeners
                    .advertised
                    .iter()
                    .map(|known| known.name.as_str())
                    .collect();
                format!(
                    "inter.broker.listener.name must be a listener name defined in advertised.listeners. \
                 The valid options based on currently configured listeners are {}",
                    names.join(",")
                )
            },
        ),
    ]
}

fn directories(config: &BrokerConfig) -> Vec<Option<String>> {
    let named = config.log_dirs.iter().all(|dir| !dir.is_empty()) && !config.log_dirs.is_empty();
    vec![unless(named, || {
        "At least one log directory must be defined via log.dirs or log.dir.".to_owned()
    })]
}

fn sizes(config: &BrokerConfig) -> Vec<Option<String>> {
    let network = &config.network;
    let request_max = u64::from(network.socket_request_max_bytes);
    let queued = network.queued_max_request_bytes;
    let cleaners = u64::from(config.log.cleaner_threads).max(1);
    vec![
        unless(queued.is_none_or(|bytes| bytes >= request_max), || {
            "queued.max.request.bytes must be larger or equal to socket.request.max.bytes"
                .to_owned()
        }),
        unless(
            network.max_connections_per_ip != Some(0)
                || !config.max_connections_per_ip_overrides.is_empty(),
            || {
                "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides \
                 property is set."
                    .to_owned()
            },
        ),
        unless(
            config.log.cleaner_dedupe_buffer_bytes / cleaners > 1024 * 1024,
            || "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.".to_owned(),
        ),
        unless(
            config.topic_defaults.retention != Some(Duration::ZERO),
            || "log.retention.ms must be unlimited (-1) or, greater than or equal to 1".to_owned(),
        ),
        unless(!config.topic_defaults.segment_time.is_zero(), || {
            "log.roll.ms must be greater than or equal to 1".to_owned()
        }),
    ]
}

fn replication(config: &BrokerConfig) -> Vec<Option<String>> {
    let replication = &config.replication;
    vec![
        unless(
            replication.fetch_wait_max <= replication.socket_timeout,
            || {
                "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent \
             unnecessary socket timeouts"
                .to_owned()
            },
        ),
        unless(
            replication.fetch_wait_max <= replication.lag_time_max,
            || {
                "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms \
             to prevent frequent changes in ISR"
                .to_owned()
            },
        ),
    ]
}
