//! Where a node listens and what it tells clients to connect to.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use crate::error::ConfigError;

/// What is spoken on a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityProtocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without encryption.
    SaslPlaintext,
    /// SASL inside TLS.
    SaslSsl,
}

impl SecurityProtocol {
    const ALL: [Self; 4] = [
        Self::Plaintext,
        Self::Ssl,
        Self::SaslPlaintext,
        Self::SaslSsl,
    ];

    /// Kafka's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    /// The number in registration records.
    #[must_use]
    pub const fn wire_id(self) -> i16 {
        match self {
            Self::Plaintext => 0,
            Self::Ssl => 1,
            Self::SaslPlaintext => 2,
            Self::SaslSsl => 3,
        }
    }

    fn of(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for SecurityProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One address of the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Its name, in capitals.
    pub name: String,
    /// What is spoken there.
    pub protocol: SecurityProtocol,
    /// The host or address; `None` is every address of the machine.
    pub host: Option<String>,
    /// The port; 0 lets the operating system choose one.
    pub port: u16,
    /// It serves the controller, not clients.
    pub is_controller: bool,
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_deref().unwrap_or("");
        if host.contains(':') {
            write!(f, "{}://[{host}]:{}", self.name, self.port)
        } else {
            write!(f, "{}://{host}:{}", self.name, self.port)
        }
    }
}

/// All addresses of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listeners {
    /// Where it listens, in the order given.
    pub bound: Vec<Listener>,
    /// What others are told to connect to, the controller's listeners included. A host of `None` stands for the name of the
    /// machine, a port of 0 for the one that was bound.
    pub advertised: Vec<Listener>,
    /// The name of the listener on which brokers talk to each other.
    pub inter_broker: String,
    /// The names of the controller's listeners, in capitals.
    pub controller_names: Vec<String>,
}

/// The texts that [`Listeners::parse`] makes sense of.
#[derive(Clone, Copy, Debug)]
pub struct ListenerTexts<'a> {
    /// `listeners`.
    pub listeners: &'a [String],
    /// `advertised.listeners`, where it is set.
    pub advertised: Option<&'a [String]>,
    /// `listener.security.protocol.map`.
    pub protocol_map: &'a str,
    /// That map was set by somebody; otherwise a controller's listener speaks PLAINTEXT.
    pub protocol_map_is_given: bool,
    /// `controller.listener.names`.
    pub controller_names: &'a [String],
    /// `inter.broker.listener.name`, where it is set.
    pub inter_broker_name: Option<&'a str>,
    /// `security.inter.broker.protocol`.
    pub inter_broker_protocol: &'a str,
}

impl Listeners {
    /// The listeners that `texts` describe.
    ///
    /// # Errors
    /// When an address cannot be read, a name has no protocol, or names or ports are not distinct.
    pub fn parse(texts: ListenerTexts<'_>) -> Result<Self, ConfigError> {
        let controller_names: Vec<_> = texts
            .controller_names
            .iter()
            .map(|name| name.to_uppercase())
            .collect();
        let protocols = protocols(&texts, &controller_names)?;
        let read = |key, entry: &String| read_listener(key, entry, &protocols, &controller_names);
        let bound: Vec<_> = texts
            .listeners
            .iter()
            .map(|entry| read("listeners", entry))
            .collect::<Result<_, _>>()?;
        check_names_are_distinct("listeners", &bound)?;
        check_ports_are_distinct(&bound)?;
        let advertised: Vec<_> = match texts.advertised {
            Some(entries) => entries
                .iter()
                .map(|entry| read("advertised.listeners", entry))
                .collect::<Result<_, _>>()?,
            None => bound
                .iter()
                .filter(|listener| !listener.is_controller)
                .cloned()
                .collect(),
        };
        check_names_are_distinct("advertised.listeners", &advertised)?;
        check_advertised(&advertised, &bound)?;
        let inter_broker = match texts.inter_broker_name {
            Some(name) => name.to_uppercase(),
            None => texts.inter_broker_protocol.to_uppercase(),
        };
        Ok(Self {
            bound,
            advertised,
            inter_broker,
            controller_names,
        })
    }

    /// What clients and brokers are told to connect to, without the controller's listeners.
    pub fn advertised_to_clients(&self) -> impl Iterator<Item = &Listener> {
        self.advertised
            .iter()
            .filter(|listener| !listener.is_controller)
    }

    /// The first listener whose protocol is not there yet.
    ///
    /// # Errors
    /// Names the listener, the protocol and the remedy.
    pub fn check_protocols_exist(&self) -> Result<(), ConfigError> {
        match self
            .bound
            .iter()
            .find(|listener| listener.protocol != SecurityProtocol::Plaintext)
        {
            None => Ok(()),
            Some(listener) => Err(ConfigError::Conflict(format!(
                "listener {listener} speaks {}, which this release does not: map {} to PLAINTEXT in \
                 listener.security.protocol.map, or take it out of listeners",
                listener.protocol, listener.name
            ))),
        }
    }
}

type Protocols = BTreeMap<String, SecurityProtocol>;

fn protocols(
    texts: &ListenerTexts<'_>,
    controller_names: &[String],
) -> Result<Protocols, ConfigError> {
    const KEY: &str = "listener.security.protocol.map";
    let mut protocols = Protocols::new();
    for pair in texts
        .protocol_map
        .split(',')
        .map(str::trim)
        .filter(|pair| !pair.is_empty())
    {
        let (name, protocol) = pair.rsplit_once(':').ok_or_else(|| {
            ConfigError::invalid(
                KEY,
                texts.protocol_map,
                format!("`{pair}` is not NAME:PROTOCOL"),
            )
        })?;
        let protocol = SecurityProtocol::of(protocol.trim()).ok_or_else(|| {
            ConfigError::Conflict(format!(
                "Invalid security protocol `{protocol}` defined in {KEY}"
            ))
        })?;
        protocols.insert(name.trim().to_uppercase(), protocol);
    }
    let is_secure = |name: &str| {
        SecurityProtocol::of(name).is_some_and(|named| named != SecurityProtocol::Plaintext)
    };
    let some_is_secure = controller_names.iter().any(|name| is_secure(name))
        || texts
            .listeners
            .iter()
            .any(|entry| is_secure(entry.split_once(':').map_or(entry, |(name, _)| name)));
    if !texts.protocol_map_is_given && !some_is_secure {
        for name in controller_names {
            protocols.insert(name.clone(), SecurityProtocol::Plaintext);
        }
    }
    Ok(protocols)
}

fn read_listener(
    key: &'static str,
    entry: &str,
    protocols: &Protocols,
    controller_names: &[String],
) -> Result<Listener, ConfigError> {
    let unreadable = || {
        ConfigError::invalid(
            key,
            entry,
            "a listener is written NAME://host:port, for example PLAINTEXT://localhost:9092; an IPv6 \
             address stands in brackets",
        )
    };
    let (name, address) = entry.trim().rsplit_once("://").ok_or_else(unreadable)?;
    let (host, port) = address.rsplit_once(':').ok_or_else(unreadable)?;
    let port = port.parse().map_err(|_| unreadable())?;
    let host = host.strip_prefix('[').unwrap_or(host);
    let host = host.strip_suffix(']').unwrap_or(host);
    let fits = |symbol: char| symbol.is_ascii_alphanumeric() || "-%._:".contains(symbol);
    if name.is_empty() || !host.chars().all(fits) {
        return Err(unreadable());
    }
    let name = name.to_uppercase();
    let protocol = *protocols.get(&name).ok_or_else(|| {
        ConfigError::Conflict(format!(
            "No security protocol defined for listener {name}: add {name}:PLAINTEXT to \
             listener.security.protocol.map"
        ))
    })?;
    let is_controller = controller_names.contains(&name);
    let host = (!host.is_empty()).then(|| host.to_owned());
    Ok(Listener {
        name,
        protocol,
        host,
        port,
        is_controller,
    })
}

fn check_names_are_distinct(key: &str, listeners: &[Listener]) -> Result<(), ConfigError> {
    for (at, listener) in listeners.iter().enumerate() {
        if listeners[..at]
            .iter()
            .any(|earlier| earlier.name == listener.name)
        {
            return Err(ConfigError::Conflict(format!(
                "Each listener must have a different name, {key}: {}",
                shown(listeners)
            )));
        }
    }
    Ok(())
}

/// One port serves two listeners only where one is IPv4 and the other IPv6.
fn check_ports_are_distinct(listeners: &[Listener]) -> Result<(), ConfigError> {
    for (at, listener) in listeners.iter().enumerate() {
        let sharing: Vec<_> = listeners[..at]
            .iter()
            .filter(|earlier| earlier.port == listener.port && listener.port != 0)
            .collect();
        let may_share = match sharing[..] {
            [] => true,
            [earlier] => are_both_families(earlier, listener),
            _ => false,
        };
        if !may_share {
            return Err(ConfigError::Conflict(format!(
                "Each listener must have a different port unless exactly one listener has an IPv4 \
                 address and the other IPv6 address, listeners: {}, port: {}",
                shown(listeners),
                listener.port
            )));
        }
    }
    Ok(())
}

fn are_both_families(left: &Listener, right: &Listener) -> bool {
    let family = |listener: &Listener| {
        listener
            .host
            .as_deref()?
            .parse::<IpAddr>()
            .ok()
            .map(|address| address.is_ipv4())
    };
    matches!((family(left), family(right)), (Some(left), Some(right)) if left != right)
}

fn check_advertised(advertised: &[Listener], bound: &[Listener]) -> Result<(), ConfigError> {
    if advertised
        .iter()
        .any(|listener| listener.host.as_deref() == Some("0.0.0.0"))
    {
        return Err(ConfigError::Conflict(
            "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP \
             address."
                .to_owned(),
        ));
    }
    let stranger = advertised
        .iter()
        .find(|listener| bound.iter().all(|bound| bound.name != listener.name));
    match stranger {
        None => Ok(()),
        Some(_) => Err(ConfigError::Conflict(format!(
            "advertised.listeners listener names must be equal to or a subset of the ones defined in \
             listeners. Found {}. The valid options based on the current configuration are {}",
            names(advertised),
            names(bound)
        ))),
    }
}

fn names(listeners: &[Listener]) -> String {
    listeners
        .iter()
        .map(|listener| listener.name.as_str())
        .collect::<Vec<_>>()
        .join(",")
}

fn shown(listeners: &[Listener]) -> String {
    listeners
        .iter()
        .map(Listener::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

#[cfg(test)]
#[path = "listeners_tests.rs"]
mod tests;
