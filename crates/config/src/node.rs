//! What a node starts with: the properties file, `--override`, and what Kalda assumes where both are silent.

use std::collections::BTreeMap;
use std::fmt;

use crate::broker::BrokerConfig;
use crate::definition::{DefaultValue, Effect, Scope};
use crate::error::ConfigError;
use crate::layers::{Layers, Texts};
use crate::properties::{self, PropertiesError};
use crate::removed;
use crate::synonyms::listener_override;
use crate::table::table;

/// What somebody gave.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The properties file, as its name and its bytes.
    pub file: Option<(&'a str, &'a [u8])>,
    /// `--override key=value`, in their order; they count more than the file.
    pub overrides: &'a [String],
    /// Where the data goes when nobody says it.
    pub data_directory: &'a str,
}

/// Where a given value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the properties file.
    File {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// On the command line.
    Override,
    /// Nobody gave it: Kalda assumes it.
    Assumed,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Override => f.write_str("--override"),
            Self::Assumed => f.write_str("assumed"),
        }
    }
}

/// Something that an operator should know, and the node starts nevertheless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A key that no release of Kafka has.
    Unknown {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// A key that is spelled nearly so.
        similar: Option<&'static str>,
    },
    /// A key that 4.4 does not have any more.
    Removed {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
        /// What to do instead.
        remedy: &'static str,
    },
    /// A key whose feature is not there yet.
    NotYet {
        /// The key.
        key: String,
        /// Where it stands.
        origin: Origin,
    },
    /// A key that tunes what Kalda does not have.
    NotNeeded {
        /// The key.
        key: &'static str,
        /// Where it stands.
        origin: Origin,
    },
    /// A value that Kalda takes because nobody gave one.
    Assumed {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// A log directory that the system may empty.
    TemporaryDirectory {
        /// The directory.
        directory: String,
        /// Where it stands.
        origin: Origin,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown {
                key,
                origin,
                similar: None,
            } => {
                write!(
                    f,
                    "{origin}: {key} is not a configuration of Kafka 4.4 and is ignored"
                )
            }
            Self::Unknown {
                key,
                origin,
                similar: Some(similar),
            } => write!(
                f,
                "{origin}: {key} is not a configuration of Kafka 4.4 and is ignored; is {similar} meant?"
            ),
            Self::Removed {
                key,
                origin,
                remedy,
            } => {
                write!(
                    f,
                    "{origin}: {key} does not exist any more and is ignored: {remedy}"
                )
            }
            Self::NotYet { key, origin } => write!(f, "{origin}: {key} has no effect yet"),
            Self::NotNeeded { key, origin } => {
                write!(
                    f,
                    "{origin}: {key} has no effect: it tunes what Kalda does not have"
                )
            }
            Self::Assumed { key, value } => write!(f, "{key} is not set: {value} is assumed"),
            Self::TemporaryDirectory { directory, origin } => write!(
                f,
                "{origin}: {directory} is a temporary directory, which the system may empty: set log.dirs \
                 to another"
            ),
        }
    }
}

/// One reason why a node does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] PropertiesError),
    /// An override is not a key and a value.
    #[error("--override wants key=value, not `{0}`")]
    Override(String),
    /// A value, or a combination of values, is refused.
    #[error("{}{error}", origin.as_ref().map(|origin| format!("{origin}: ")).unwrap_or_default())]
    Value {
        /// Where the value stands, where one value is to blame.
        origin: Option<Origin>,
        /// Why.
        error: ConfigError,
    },
}

/// Every reason why a node does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Refusal(pub Vec<Problem>);

/// What a node starts with. It was resolved once without error.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    given: Texts,
    origins: BTreeMap<String, Origin>,
    notes: Vec<Note>,
}

impl NodeConfig {
    /// Reads what was given.
    ///
    /// # Errors
    /// Everything that keeps the node from starting, at once.
    pub fn load(input: Input<'_>) -> Result<Self, Refusal> {
        let mut node = Self {
            given: Texts::new(),
            origins: BTreeMap::new(),
            notes: Vec::new(),
        };
        if let Some((file, bytes)) = input.file {
            node.take_file(file, bytes)
                .map_err(|problem| Refusal(vec![problem]))?;
        }
        node.take_overrides(input.overrides)
            .map_err(|problem| Refusal(vec![problem]))?;
        node.drop_removed();
        node.note_unknown();
        node.note_without_effect();
        node.note_temporary_directories();
        node.assume_identity(input.file.is_some(), input.data_directory);
        node.assume_socket_buffers();
        if node.is_alone() {
            node.assume_single_replicas();
        }
        node.check()?;
        Ok(node)
    }

    /// The static configurations, as the lowest of the [`Layers`].
    #[must_use]
    pub const fn given(&self) -> &Texts {
        &self.given
    }

    /// What an operator should know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Where the value of `key` stands; `None` where nobody gave or assumed one.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(key)
    }

    /// What counts before the node knows any dynamic configuration.
    ///
    /// # Panics
    /// Never: `load` resolved the same values.
    #[must_use]
    pub fn broker(&self) -> BrokerConfig {
        BrokerConfig::resolve(Layers::of_given(&self.given))
            .expect("the same values were resolved when they were loaded")
    }

    fn take_file(&mut self, file: &str, bytes: &[u8]) -> Result<(), Problem> {
        for (key, given) in properties::parse(file, bytes)? {
            let origin = Origin::File {
                file: file.to_owned(),
                line: given.line,
            };
            self.set(key, given.value, origin);
        }
        Ok(())
    }

    fn take_overrides(&mut self, overrides: &[String]) -> Result<(), Problem> {
        for text in overrides {
            let pair = text
                .split_once('=')
                .filter(|(key, _)| !key.trim().is_empty());
            let (key, value) = pair.ok_or_else(|| Problem::Override(text.clone()))?;
            self.set(key.trim().to_owned(), value.to_owned(), Origin::Override);
        }
        Ok(())
    }

    fn set(&mut self, key: String, value: String, origin: Origin) {
        self.origins.insert(key.clone(), origin);
        self.given.insert(key, value);
    }

    fn has(&self, key: &str) -> bool {
        self.given.contains_key(key)
    }

    /// The keys that somebody gave, and where.
    fn by_origin(&self) -> Vec<(String, Origin)> {
        self.origins
            .iter()
            .map(|(key, origin)| (key.clone(), origin.clone()))
            .collect()
    }

    fn drop_removed(&mut self) {
        for (key, origin) in self.by_origin() {
            if let Some(remedy) = removed::remedy(&key) {
                self.given.remove(&key);
                self.origins.remove(&key);
                self.notes.push(Note::Removed {
                    key,
                    origin,
                    remedy,
                });
            }
        }
    }

    fn note_unknown(&mut self) {
        for (key, origin) in self.by_origin() {
            if !is_known(&key) {
                let similar = most_similar(&key);
                self.notes.push(Note::Unknown {
                    key,
                    origin,
                    similar,
                });
            }
        }
    }

    fn note_without_effect(&mut self) {
        for (key, origin) in self.by_origin() {
            let base = listener_override(&key).unwrap_or(&key);
            let Some(row) = table(Scope::Broker).get(base) else {
                if is_of_plugin(base) {
                    self.notes.push(Note::NotYet { key, origin });
                }
                continue;
            };
            match row.effect {
                // No listener has a value of its own yet: that of all of them counts.
                Effect::Effective if base == key => {}
                Effect::Effective | Effect::NotYet => self.notes.push(Note::NotYet { key, origin }),
                Effect::ByDesign => self.notes.push(Note::NotNeeded {
                    key: row.name,
                    origin,
                }),
            }
        }
    }

    fn note_temporary_directories(&mut self) {
        for key in ["log.dirs", "log.dir", "metadata.log.dir"] {
            let (Some(text), Some(origin)) = (self.given.get(key), self.origins.get(key)) else {
                continue;
            };
            for directory in text
                .split(',')
                .map(str::trim)
                .filter(|dir| is_temporary(dir))
            {
                self.notes.push(Note::TemporaryDirectory {
                    directory: directory.to_owned(),
                    origin: origin.clone(),
                });
            }
        }
    }

    /// Without a file the node is for this machine alone; with one, an absent `listeners` means
    /// what it means to Kafka.
    fn assume_identity(&mut self, has_file: bool, data_directory: &str) {
        match (
            self.given.get("node.id").cloned(),
            self.given.get("broker.id").cloned(),
        ) {
            (None, Some(id)) => self.set("node.id".to_owned(), id, Origin::Assumed),
            (None, None) => self.assume("node.id", "1", has_file),
            (Some(_), _) => {}
        }
        // Each of the two names shows what the other was given.
        if let (Some(id), false) = (self.given.get("node.id").cloned(), self.has("broker.id")) {
            self.set("broker.id".to_owned(), id, Origin::Assumed);
        }
        if !self.has("process.roles") {
            self.assume("process.roles", "broker,controller", has_file);
        }
        if !self.has("controller.listener.names") {
            self.assume("controller.listener.names", "CONTROLLER", false);
        }
        if !self.has("listeners") && !has_file {
            self.assume("listeners", "PLAINTEXT://localhost:9092", false);
        }
        if !self.has("log.dirs") && !self.has("log.dir") {
            self.assume("log.dirs", data_directory, has_file);
        }
    }

    /// A fixed size turns the kernel's own tuning of a connection off, which costs most of the speed of a fetch.
    fn assume_socket_buffers(&mut self) {
        for key in ["socket.send.buffer.bytes", "socket.receive.buffer.bytes"] {
            if !self.has(key) {
                self.assume(key, "-1", false);
            }
        }
    }

    fn assume(&mut self, key: &str, value: &str, is_worth_a_note: bool) {
        if is_worth_a_note {
            self.notes.push(Note::Assumed {
                key: key.to_owned(),
                value: value.to_owned(),
            });
        }
        self.set(key.to_owned(), value.to_owned(), Origin::Assumed);
    }

    /// Whether this node is plainly a cluster of its own: both roles, and nobody else is named.
    fn is_alone(&self) -> bool {
        let list = |key: &str| {
            let text = self.given.get(key).map_or("", String::as_str);
            text.split(',')
                .map(str::trim)
                .filter(|element| !element.is_empty())
                .collect::<Vec<_>>()
        };
        let roles = list("process.roles");
        let own = format!("{}@", self.given.get("node.id").map_or("", |id| id.trim()));
        roles.contains(&"broker")
            && roles.contains(&"controller")
            && list("controller.quorum.voters")
                .iter()
                .all(|voter| voter.starts_with(&own))
            && list("controller.quorum.bootstrap.servers")
                .iter()
                .all(|server| is_loopback(server))
    }

    /// Kafka's defaults of 3 and 2 could never be met by one node.
    fn assume_single_replicas(&mut self) {
        for key in [
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor",
            "transaction.state.log.min.isr",
            "share.coordinator.state.topic.replication.factor",
            "share.coordinator.state.topic.min.isr",
        ] {
            if !self.has(key) {
                self.assume(key, "1", false);
            }
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        let config = BrokerConfig::resolve(Layers::of_given(&self.given)).map_err(|errors| {
            Refusal(
                errors
                    .into_iter()
                    .map(|error| self.located(error))
                    .collect(),
            )
        })?;
        config.listeners.check_protocols_exist().map_err(|error| {
            Refusal(vec![Problem::Value {
                origin: None,
                error,
            }])
        })
    }

    fn located(&self, error: ConfigError) -> Problem {
        let origin = match &error {
            ConfigError::Invalid { name, .. } => self.origins.get(name).cloned(),
            _ => None,
        };
        Problem::Value { origin, error }
    }
}

/// Where the data goes when nobody says it: `$XDG_DATA_HOME/kalda`, or `~/.local/share/kalda`, as
/// other programs of a user keep what must last. Not the working directory, which would make the
/// data depend on where the command was typed. Without a home, or with one below a temporary
/// directory, `/var/lib/kalda`, as a service keeps it.
#[must_use]
pub fn default_data_directory(xdg_data_home: Option<&str>, home: Option<&str>) -> String {
    let usable = |directory: &&str| directory.starts_with('/') && !is_temporary(directory);
    if let Some(directory) = xdg_data_home.filter(usable) {
        return format!("{}/kalda", directory.trim_end_matches('/'));
    }
    match home.filter(usable).map(|home| home.trim_end_matches('/')) {
        Some(home) if !home.is_empty() => format!("{home}/.local/share/kalda"),
        _ => "/var/lib/kalda".to_owned(),
    }
}

fn is_temporary(directory: &str) -> bool {
    ["/tmp", "/var/tmp", "/dev/shm", "/run"]
        .iter()
        .any(|temporary| {
            directory
                .strip_prefix(temporary)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

fn is_loopback(address: &str) -> bool {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "::1"
}

/// A key of the table, an override of one for a listener, or one that is handed to a plugin.
fn is_known(key: &str) -> bool {
    let base = listener_override(key).unwrap_or(key);
    let row = table(Scope::Broker).get(base);
    row.is_some_and(|row| !row.dynamic_only) || is_of_plugin(base)
}

/// Whether a class that other keys name reads the key: a provider, a manager of remote logs, Kafka's own authorizer.
fn is_of_plugin(key: &str) -> bool {
    const PREFIXES: [&str; 3] = ["config.providers.", "rlmm.config.", "rsm.config."];
    const OF_AUTHORIZER: [&str; 2] = ["allow.everyone.if.no.acl.found", "super.users"];
    OF_AUTHORIZER.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

/// The key of the table that differs from `key` in at most two letters.
fn most_similar(key: &str) -> Option<&'static str> {
    const MOST_EDITS: usize = 2;
    table(Scope::Broker)
        .iter()
        .filter(|row| row.name.len().abs_diff(key.len()) <= MOST_EDITS)
        .filter(|row| row.default != DefaultValue::Null || !row.internal)
        .map(|row| (edits(row.name, key), row.name))
        .filter(|(edits, _)| *edits <= MOST_EDITS)
        .min()
        .map(|(_, name)| name)
}

/// How many letters have to be put in, left out or exchanged to make one of the other.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, symbol) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in right.iter().enumerate() {
            let exchanged = diagonal + usize::from(symbol != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
