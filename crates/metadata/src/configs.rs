//! Dynamic configurations: what was set over the protocol, by resource.

use std::fmt;
use std::sync::Arc;

use imbl::OrdMap;

/// Kafka's number of a kind of resource. Kinds that this release does not know are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigResourceType(pub i8);

impl ConfigResourceType {
    /// The name is a topic's.
    pub const TOPIC: Self = Self(2);
    /// The name is a broker id, or empty for the default of all brokers.
    pub const BROKER: Self = Self(4);
    /// The name is a broker id; never kept in metadata, and refused with [`NO_LOGGERS`].
    pub const BROKER_LOGGER: Self = Self(8);
    /// The name is a subscription's (KIP-714).
    pub const CLIENT_METRICS: Self = Self(16);
    /// The name is a group id (KIP-848).
    pub const GROUP: Self = Self(32);

    /// Kafka's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TOPIC => "TOPIC",
            Self::BROKER => "BROKER",
            Self::BROKER_LOGGER => "BROKER_LOGGER",
            Self::CLIENT_METRICS => "CLIENT_METRICS",
            Self::GROUP => "GROUP",
            _ => "UNKNOWN",
        }
    }
}

/// Why loggers of brokers can neither be described nor set.
pub const NO_LOGGERS: &str = "The log levels of a broker cannot be seen or changed while it runs: \
     set the environment variable KALDA_LOG and start it again.";

/// Something that has configurations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigResource {
    /// What it is.
    pub kind: ConfigResourceType,
    /// Which one; empty for the default of a kind.
    pub name: Arc<str>,
}

impl ConfigResource {
    /// A topic.
    #[must_use]
    pub fn topic(name: &str) -> Self {
        Self {
            kind: ConfigResourceType::TOPIC,
            name: name.into(),
        }
    }

    /// All brokers.
    #[must_use]
    pub fn default_broker() -> Self {
        Self {
            kind: ConfigResourceType::BROKER,
            name: "".into(),
        }
    }
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ConfigResource(type={}, name='{}')",
            self.kind.name(),
            self.name
        )
    }
}

/// The configurations of one resource, by name in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceConfigs {
    entries: Arc<Vec<(Box<str>, Box<str>)>>,
}

impl ResourceConfigs {
    /// The value of one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let at = self.find(name).ok()?;
        Some(&self.entries[at].1)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn set(&mut self, name: &str, value: Option<&str>) {
        let found = self.find(name);
        let entries = Arc::make_mut(&mut self.entries);
        match (found, value) {
            (Ok(at), Some(value)) => entries[at].1 = value.into(),
            (Err(at), Some(value)) => {
                entries.reserve_exact(1);
                entries.insert(at, (name.into(), value.into()));
            }
            (Ok(at), None) => drop(entries.remove(at)),
            (Err(_), None) => {}
        }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries
            .binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

/// The configurations of all resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configs {
    /// By kind and name; no empty entries.
    resources: OrdMap<ConfigResourceType, OrdMap<Arc<str>, ResourceConfigs>>,
}

impl Configs {
    /// Those of one resource; `None` if none are set.
    #[must_use]
    pub fn of(&self, kind: ConfigResourceType, name: &str) -> Option<&ResourceConfigs> {
        self.resources.get(&kind)?.get(name)
    }

    /// One value of one resource.
    #[must_use]
    pub fn get(&self, kind: ConfigResourceType, resource: &str, name: &str) -> Option<&str> {
        self.of(kind, resource)?.get(name)
    }

    /// One value of a topic.
    #[must_use]
    pub fn topic(&self, topic: &str, name: &str) -> Option<&str> {
        self.get(ConfigResourceType::TOPIC, topic, name)
    }

    /// All resources of one kind that have configurations.
    pub fn resources(
        &self,
        kind: ConfigResourceType,
    ) -> impl Iterator<Item = (&Arc<str>, &ResourceConfigs)> {
        self.resources.get(&kind).into_iter().flat_map(OrdMap::iter)
    }

    /// All resources that have configurations.
    pub fn iter(&self) -> impl Iterator<Item = (ConfigResource, &ResourceConfigs)> {
        self.resources.iter().flat_map(|(kind, resources)| {
            resources.iter().map(|(name, configs)| {
                (
                    ConfigResource {
                        kind: *kind,
                        name: name.clone(),
                    },
                    configs,
                )
            })
        })
    }

    pub(crate) fn set(
        &mut self,
        kind: ConfigResourceType,
        resource: &str,
        name: &str,
        value: Option<&str>,
    ) {
        let resources = self.resources.entry(kind).or_default();
        if let Some(configs) = resources.get_mut(resource) {
            configs.set(name, value);
            if configs.is_empty() {
                resources.remove(resource);
            }
        } else if value.is_some() {
            let mut configs = ResourceConfigs::default();
            configs.set(name, value);
            resources.insert(resource.into(), configs);
        }
        if resources.is_empty() {
            self.resources.remove(&kind);
        }
    }

    /// Returns whether there were any.
    pub(crate) fn remove(&mut self, kind: ConfigResourceType, resource: &str) -> bool {
        let Some(resources) = self.resources.get_mut(&kind) else {
            return false;
        };
        let removed = resources.remove(resource).is_some();
        if resources.is_empty() {
            self.resources.remove(&kind);
        }
        removed
    }
}
