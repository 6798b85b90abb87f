//! Formats the directories of a node before its first start, as Apache Kafka's storage tool does.
//!
//! A node that is a whole cluster of its own formats itself when it starts. Nodes that are to form one cluster cannot: they
//! have to agree on its id first, and a quorum without `controller.quorum.voters` on who votes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::BrokerConfig;
use metadata::features;
use model::{BrokerId, DirectoryId};
use quorum::{Endpoint, Voter};
use storage::disk::Disk;
use storage::meta_properties::MetaProperties;
use thiserror::Error;

use crate::directories::{Place, look_at, new_id};
use crate::node::{METADATA_DIR, OpenError, controller_endpoint};
use crate::random::Random;

/// What a node is formatted for.
#[derive(Clone, Debug)]
pub struct Format {
    /// The same for every node of the cluster.
    pub cluster_id: String,
    /// Who votes in the metadata quorum at first.
    pub controllers: InitialControllers,
    /// The level of `metadata.version`.
    pub metadata_version: i16,
    /// Features at other levels than the metadata version brings with it; 0 for none.
    pub levels: Vec<(String, i16)>,
    /// Directories that are formatted already are left as they are, rather than refused.
    pub ignore_formatted: bool,
    /// Decides the ids of directories.
    pub seed: [u8; 32],
}

/// The first voters of a metadata quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InitialControllers {
    /// Those of `controller.quorum.voters`; a node that is no controller need not know them.
    Configured,
    /// This node alone (`--standalone`).
    Standalone,
    /// It learns of them from those that are there (`--no-initial-controllers`).
    Unknown,
    /// These (`--initial-controllers`).
    These(Vec<InitialController>),
}

/// One of `--initial-controllers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InitialController {
    /// Its node id.
    pub id: BrokerId,
    /// Where it listens for other controllers.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The id that its metadata directory is given.
    pub directory: DirectoryId,
}

/// Why nothing was formatted, or not everything.
#[derive(Debug, Error)]
pub enum FormatError {
    /// A directory is formatted already.
    #[error(
        "Log directory {} is already formatted. Use --ignore-formatted to ignore this directory and format the others.",
        .0.display()
    )]
    AlreadyFormatted(PathBuf),
    /// A directory belongs to another cluster or node.
    #[error(
        "Invalid cluster.id or node.id in: {}/meta.properties. Expected {cluster_id} and {node_id}, but read {} and {}",
        path.display(), found.cluster_id, found.node_id
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// What it says.
        found: MetaProperties,
        /// The cluster that it was to belong to.
        cluster_id: String,
        /// The node that it was to belong to.
        node_id: BrokerId,
    },
    /// A controller has to know how its quorum begins.
    #[error(
        "Because controller.quorum.voters is not set on this controller, you must specify one of the following: \
         --standalone, --initial-controllers, or --no-initial-controllers."
    )]
    NoControllers,
    /// Static and dynamic voters exclude each other.
    #[error(
        "You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. If \
         you want to use dynamic quorum, please remove controller.quorum.voters and specify \
         controller.quorum.bootstrap.servers instead."
    )]
    TwoQuorums,
    /// Only controllers vote.
    #[error("You can only use --standalone on a controller.")]
    NoController,
    /// A controller that is to vote is not among those that do.
    #[error("--initial-controllers does not name this node, {0}: give every node the same list")]
    NotAmong(BrokerId),
    /// A feature that nobody knows, or not at this level.
    #[error("Unsupported feature: {name}={level}. Supported features are: {}", known.join(", "))]
    Feature {
        /// The feature.
        name: String,
        /// The level.
        level: i16,
        /// The features and their ranges.
        known: Vec<String>,
    },
    /// `kraft.version` follows from how the voters are named.
    #[error("kraft.version is {0} here: it is 0 with controller.quorum.voters and 1 without")]
    KraftVersion(i16),
    /// A directory cannot be used.
    #[error(transparent)]
    Directory(#[from] OpenError),
    /// The metadata directory cannot be written.
    #[error(transparent)]
    Quorum(#[from] quorum::Failure),
}

/// One directory that was formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formatted {
    /// Its path.
    pub path: PathBuf,
    /// What Kafka's tool calls it.
    pub kind: &'static str,
}

/// Formats the directories that `config` names and that are not formatted yet; gives those, the metadata directory first.
///
/// # Errors
/// [`FormatError`]. Nothing was written where the request itself is wrong or a directory is formatted already.
pub fn format_directories(
    disk: &Arc<dyn Disk>,
    config: &BrokerConfig,
    format: &Format,
) -> Result<Vec<Formatted>, FormatError> {
    let random = Random::new(format.seed);
    let metadata_dir = PathBuf::from(&config.metadata_log_dir);
    let voters = first_voters(config, format, &random)?;
    let levels = levels(config, format)?;
    let empty = empty_directories(&**disk, config, format)?;
    let mut formatted = Vec::with_capacity(empty.len());
    for path in empty {
        let is_metadata = path == metadata_dir;
        if is_metadata && config.roles.controller {
            let dir = path.join(METADATA_DIR);
            let levels = levels.iter().map(|(name, level)| (name.as_str(), *level));
            let records = controller::encoded_bootstrap_records(levels);
            let voters = voters
                .as_deref()
                .filter(|_| format.controllers != InitialControllers::Unknown);
            quorum::format(disk, &dir, voters, records.iter().map(Vec::as_slice))?;
        }
        let own = voters
            .iter()
            .flatten()
            .find(|voter| voter.id == config.node_id);
        let given = own.map(|voter| voter.directory_id).filter(|_| is_metadata);
        let meta = MetaProperties {
            cluster_id: format.cluster_id.clone(),
            node_id: config.node_id,
            directory_id: Some(given.unwrap_or_else(|| new_id(&random))),
        };
        meta.write(&**disk, &path)
            .map_err(|error| OpenError::Disk {
                path: path.clone(),
                error,
            })?;
        let kind = match (is_metadata, &voters) {
            (false, _) => "data directory",
            (true, Some(_)) => "dynamic metadata voter directory",
            (true, None) => "metadata directory",
        };
        formatted.push(Formatted { path, kind });
    }
    Ok(formatted)
}

/// The voters that the metadata directory is to know; `None` where it is not told.
fn first_voters(
    config: &BrokerConfig,
    format: &Format,
    random: &Random,
) -> Result<Option<Vec<Voter>>, FormatError> {
    let is_static = !config.voters.is_empty();
    match &format.controllers {
        InitialControllers::Configured if config.roles.controller && !is_static => {
            Err(FormatError::NoControllers)
        }
        InitialControllers::Configured => Ok(None),
        _ if is_static => Err(FormatError::TwoQuorums),
        InitialControllers::Unknown => Ok(None),
        InitialControllers::Standalone if !config.roles.controller => {
            Err(FormatError::NoController)
        }
        InitialControllers::Standalone => Ok(Some(vec![Voter {
            directory_id: new_id(random),
            endpoints: vec![controller_endpoint(&config.listeners)],
            ..Voter::of_id(config.node_id)
        }])),
        InitialControllers::These(these) => {
            let is_named = these.iter().any(|one| one.id == config.node_id);
            if config.roles.controller && !is_named {
                return Err(FormatError::NotAmong(config.node_id));
            }
            let name = controller_endpoint(&config.listeners).name;
            Ok(Some(these.iter().map(|one| one.voter(&name)).collect()))
        }
    }
}

impl InitialController {
    fn voter(&self, listener: &str) -> Voter {
        Voter {
            directory_id: self.directory,
            endpoints: vec![Endpoint {
                name: listener.to_owned(),
                host: self.host.clone(),
                port: self.port,
            }],
            ..Voter::of_id(self.id)
        }
    }
}

/// `metadata.version` first, then the other features by name; none at level 0.
fn levels(config: &BrokerConfig, format: &Format) -> Result<Vec<(String, i16)>, FormatError> {
    let defaults = features::bootstrap_at(format.metadata_version).into_iter();
    let mut levels: std::collections::BTreeMap<String, i16> = defaults
        .map(|(name, level)| (name.to_owned(), level))
        .collect();
    for (name, level) in &format.levels {
        let is_known =
            features::supported(name).is_some_and(|range| (range.min..=range.max).contains(level));
        if !is_known || name == features::METADATA_VERSION {
            return Err(unknown_feature(name, *level));
        }
        if name == features::KRAFT_VERSION {
            let here = i16::from(config.voters.is_empty());
            if *level != here {
                return Err(FormatError::KraftVersion(here));
            }
            continue;
        }
        levels.insert(name.clone(), *level);
    }
    let first = (
        features::METADATA_VERSION.to_owned(),
        format.metadata_version,
    );
    let others = levels.into_iter().filter(|(_, level)| *level != 0);
    Ok(std::iter::once(first).chain(others).collect())
}

fn unknown_feature(name: &str, level: i16) -> FormatError {
    let settable = features::SUPPORTED
        .iter()
        .filter(|(name, _)| *name != features::METADATA_VERSION);
    FormatError::Feature {
        name: name.to_owned(),
        level,
        known: settable
            .map(|(name, range)| format!("{name} {}-{}", range.min, range.max))
            .collect(),
    }
}

/// The directories that are to be formatted, the metadata directory first.
fn empty_directories(
    disk: &dyn Disk,
    config: &BrokerConfig,
    format: &Format,
) -> Result<Vec<PathBuf>, FormatError> {
    let mut paths = vec![PathBuf::from(&config.metadata_log_dir)];
    for path in &config.log_dirs {
        if !paths.iter().any(|known| known == Path::new(path)) {
            paths.push(PathBuf::from(path));
        }
    }
    let mut empty = Vec::new();
    for path in paths {
        match look_at(disk, &path)? {
            Place::Empty => empty.push(path),
            Place::Failed(error) => return Err(error.into()),
            Place::Formatted(found)
                if found.cluster_id != format.cluster_id || found.node_id != config.node_id =>
            {
                return Err(FormatError::Foreign {
                    path,
                    found,
                    cluster_id: format.cluster_id.clone(),
                    node_id: config.node_id,
                });
            }
            Place::Formatted(_) if format.ignore_formatted => {}
            Place::Formatted(_) => return Err(FormatError::AlreadyFormatted(path)),
        }
    }
    Ok(empty)
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
