//! Limits of connections, for the shell.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use config::BrokerConfig;

/// Read by the shell at each accept and each read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// `socket.request.max.bytes`.
    pub max_request_bytes: i32,
    /// `max.connections`.
    pub max_connections: usize,
    /// `max.connections.per.ip`.
    max_connections_per_ip: usize,
    /// `max.connections.per.ip.overrides`.
    max_connections_overrides: BTreeMap<IpAddr, usize>,
    /// Those of them that name hosts.
    named_overrides: BTreeMap<String, usize>,
    /// `connections.max.idle.ms`; `None` without limit.
    pub max_idle: Option<Duration>,
    /// `queued.max.request.bytes`: bytes of requests that did not arrive whole, over all
    /// connections; `None` without limit.
    pub queued_max_request_bytes: Option<u64>,
}

impl SocketLimits {
    pub(crate) fn of(config: &BrokerConfig) -> Self {
        let count = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit as usize);
        let overrides = (config.max_connections_per_ip_overrides.iter())
            .map(|(host, limit)| (host, host.parse::<IpAddr>(), *limit as usize));
        let network = &config.network;
        Self {
            max_request_bytes: i32::try_from(network.socket_request_max_bytes).unwrap_or(i32::MAX),
            max_connections: count(network.max_connections),
            max_connections_per_ip: count(network.max_connections_per_ip),
            max_connections_overrides: (overrides.clone())
                .filter_map(|(_, address, limit)| Some((address.ok()?.to_canonical(), limit)))
                .collect(),
            named_overrides: overrides
                .filter(|(_, address, _)| address.is_err())
                .map(|(host, _, limit)| (host.clone(), limit))
                .collect(),
            max_idle: network.connections_max_idle,
            queued_max_request_bytes: network.queued_max_request_bytes,
        }
    }

    /// The overrides of `max.connections.per.ip` for hosts by name, which the shell has to look up.
    #[must_use]
    pub fn named_overrides(&self) -> &BTreeMap<String, usize> {
        &self.named_overrides
    }

    /// How many connections may come from `address`, but for [`Self::named_overrides`].
    #[must_use]
    pub fn max_connections_from(&self, address: IpAddr) -> usize {
        self.max_connections_overrides
            .get(&address)
            .copied()
            .unwrap_or(self.max_connections_per_ip)
    }
}
