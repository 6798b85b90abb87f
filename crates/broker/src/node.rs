//! A whole node: formats and opens its directories, starts, stops.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{BrokerConfig, ConfigError, Listener, Listeners, Texts};
use model::{BrokerId, DirectoryId, Now, Offset, Uuid};
use partition::LogStore;
use quorum::{Endpoint, Observer, Quorum, Voter};
use storage::disk::{DirLock, Disk, DiskOp};
use storage::file_names::TopicPartition;
use storage::log_manager::{DirIndex, LogManager, StartError, StartReport};
use storage::meta_properties::MetaProperties;
use storage::open_files::OpenFiles;
use thiserror::Error;

use crate::broker::Broker;
use crate::controller_host::{BOOTSTRAP_FILE, ControllerHost, Lifecycle, Member};
use crate::directories::{check_formatted, format};
use crate::effective::Effective;
use crate::effects::Effects;
use crate::random::Random;

/// The directory of the metadata log within `metadata.log.dir`.
pub(crate) const METADATA_DIR: &str = "__cluster_metadata-0";
/// The file by whose lock a directory is claimed.
const LOCK_FILE: &str = ".lock";
/// Where Kafka's own files put the controller's listener.
const CONTROLLER_PORT: u16 = 9093;
/// Turns in which a quorum of one comes to serve: elected, made a cluster, registered, unfenced.
const START_TURNS: usize = 8;

/// What a node is made of.
#[derive(Debug)]
pub struct NodeParams {
    /// The properties file and `--override`, as checked by `config`.
    pub given: Texts,
    /// The listeners that clients are told of, with real hosts and ports.
    pub advertised: Vec<Listener>,
    /// Where the data is.
    pub disk: Arc<dyn Disk>,
    /// Decides every random number; different at each start.
    pub seed: [u8; 32],
    /// Files of logs that may be open at once.
    pub open_files: usize,
    /// The moment of the start.
    pub now: Now,
}

/// Why a node does not start.
#[derive(Debug, Error)]
pub enum OpenError {
    /// A configuration is refused.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Config(Vec<ConfigError>),
    /// The log directories cannot be used.
    #[error(transparent)]
    Directories(#[from] StartError),
    /// A directory holds something, but is not formatted.
    #[error(
        "{} holds files but no meta.properties: it is no data directory. Name an empty directory in \
         log.dirs, or restore meta.properties",
        .0.display()
    )]
    NotADataDirectory(PathBuf),
    /// The directories do not belong together.
    #[error("{} belongs to cluster {found}, and another directory to cluster {expected}", path.display())]
    MixedClusters {
        /// The directory.
        path: PathBuf,
        /// Its cluster.
        found: String,
        /// The other's.
        expected: String,
    },
    /// The file that says what a directory is cannot be read.
    #[error(
        "{}: {error}. Restore the file, or name another directory in log.dirs",
        path.display()
    )]
    Meta {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: std::io::Error,
    },
    /// A directory cannot be read or written.
    #[error("{}: {error}; is it a directory that this user may write to?", path.display())]
    Disk {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The metadata log cannot be used.
    #[error(transparent)]
    Quorum(#[from] quorum::Failure),
    /// The metadata log or its newest snapshot cannot be understood.
    #[error("{0}")]
    Metadata(String),
    /// A newer release has raised a feature.
    #[error(
        "the cluster has the feature {name} at level {level}, and this release knows it up to {max}: start a \
         release that has {name} {level}"
    )]
    NewerFeature {
        /// The feature.
        name: String,
        /// Its level.
        level: i16,
        /// The highest level known here.
        max: i16,
    },
    /// The directories of a node of a cluster of several are empty: only an operator knows whether they ought to be.
    #[error(
        "{} is not formatted. Nodes of a cluster of several are formatted with the same id: draw one with `kalda storage \
         random-uuid`, and run `kalda storage format --cluster-id ID --config FILE` for each node. A voter whose directory was lost must \
         not come back empty under its old id while the others have data",
        .0.display()
    )]
    NotFormatted(PathBuf),
}

/// What the start found, for the operator.
#[derive(Debug)]
pub struct StartSummary {
    /// The cluster's id.
    pub cluster_id: String,
    /// Whether the directories were formatted just now.
    pub is_new: bool,
    /// What was found in the log directories.
    pub directories: StartReport,
    /// Partitions in the log directories.
    pub partitions: usize,
}

/// A node that is open.
#[derive(Debug)]
pub struct Node {
    broker: Arc<Broker>,
    host: ControllerHost,
}

impl Node {
    /// Formats the directories if they are empty and the node is a cluster of its own, locks and opens them, and brings a quorum
    /// of one to serve. Any other node serves once it has found the others.
    ///
    /// # Errors
    /// What keeps the node from starting; nothing is left locked.
    pub fn open(params: NodeParams, fx: &mut Effects) -> Result<(Self, StartSummary), OpenError> {
        let config = resolve(&params.given)?;
        let random = Random::new(params.seed);
        let me = config.node_id;
        let effective = Effective::new(me, params.given).map_err(OpenError::Config)?;
        let config = effective.now();
        let config = &config.broker;
        let paths: Vec<PathBuf> = config.log_dirs.iter().map(PathBuf::from).collect();
        let metadata_dir = PathBuf::from(&config.metadata_log_dir);
        let mut all = paths.clone();
        if !all.contains(&metadata_dir) {
            all.push(metadata_dir.clone());
        }
        if config.voters.len() > 1 || !config.roles.controller {
            check_formatted(&*params.disk, &all)?;
        }
        let (cluster_id, is_new) = format(&*params.disk, &all, &metadata_dir, me, &random)?;
        let lock = match paths.contains(&metadata_dir) {
            true => None,
            false => Some(claim(&*params.disk, &metadata_dir, (me, &cluster_id))?),
        };
        let files = Arc::new(OpenFiles::new(Arc::clone(&params.disk), params.open_files));
        let (manager, directories) = LogManager::start(files, &paths, me, &cluster_id)?;
        report_failed(&directories, fx);
        for path in &directories.to_delete {
            params.disk.submit(DiskOp::Delete(vec![path.clone()]), 0);
        }
        let ids: Vec<DirectoryId> = manager.dirs().iter().filter_map(|dir| dir.id()).collect();
        let partitions = manager.partitions().count();
        let quorum = open_member(config, me, &params.disk, random.bits64(), params.now)?;
        let settings = controller::Settings::new(effective.given().clone(), &cluster_id)
            .map_err(OpenError::Config)?;
        let lifecycle = Lifecycle::new(
            config,
            params.advertised,
            Uuid(random.bits().to_be_bytes()),
            ids,
            directories.previous_epoch,
        );
        let summary = StartSummary {
            cluster_id: cluster_id.clone(),
            is_new,
            directories,
            partitions,
        };
        let store = LogStore::new(manager);
        let disk = Arc::clone(&params.disk);
        let broker = Broker::new(me, cluster_id, effective, store, params.disk, random);
        let broker = Arc::new(broker);
        let host =
            ControllerHost::new(Arc::clone(&broker), disk, quorum, settings, lifecycle, lock);
        host.publish_voters();
        let mut node = Self { broker, host };
        node.start(params.now, fx);
        if let Some(failure) = node.host.failure() {
            return Err(OpenError::Metadata(failure.to_owned()));
        }
        check_features(&node.broker)?;
        Ok((node, summary))
    }

    fn start(&mut self, now: Now, fx: &mut Effects) {
        for _ in 0..START_TURNS {
            self.host.turn(now, fx);
            if self.host.is_serving() {
                break;
            }
        }
        if self.broker.assignments.is_due() {
            self.host.turn(now, fx);
        }
    }

    /// The parts for the shell's threads.
    #[must_use]
    pub fn split(self) -> (Arc<Broker>, ControllerHost) {
        (self.broker, self.host)
    }

    /// Puts the parts together again.
    #[must_use]
    pub fn join(broker: Arc<Broker>, host: ControllerHost) -> Self {
        Self { broker, host }
    }

    /// The broker.
    #[must_use]
    pub fn broker(&self) -> &Arc<Broker> {
        &self.broker
    }

    /// The log directories that have failed since the start or at it. What they hold is unavailable until the node is
    /// started again.
    #[must_use]
    pub fn offline_directories(&self) -> Vec<PathBuf> {
        let manager = self.broker.store.manager();
        let failed = manager.dirs().iter().filter(|dir| !dir.is_online());
        failed.map(|dir| dir.path().to_owned()).collect()
    }

    /// The controller's side.
    pub fn host_mut(&mut self) -> &mut ControllerHost {
        &mut self.host
    }

    /// Stops cleanly: syncs and closes every log, writes the checkpoints and the mark of a clean stop.
    /// Gives what went wrong; what did is repaired by the next start.
    pub fn close(self, now: Now) -> Vec<String> {
        let mut faults = Vec::new();
        let mut resting = Vec::new();
        for replica in self.broker.partitions.all() {
            match replica.shut_down(self.broker.logs(now)) {
                Ok(None) => {}
                Ok(Some(log_end)) => resting.push((replica.name(), log_end)),
                Err(_) => faults.push(format!("{} was not closed cleanly", replica.name())),
            }
        }
        self.sync_resting(&resting);
        let mut manager = self.broker.store.manager();
        for dir in manager.finish(self.host.broker_epoch()) {
            let path = manager.dirs()[dir].path().display().to_string();
            faults.push(format!(
                "{path} was not stopped cleanly: the next start checks its logs"
            ));
        }
        drop(manager);
        faults.extend(
            self.broker
                .store
                .take_notes()
                .iter()
                .map(ToString::to_string),
        );
        if let Err(failure) = self.host.close() {
            faults.push(format!(
                "the metadata log was not closed cleanly: {failure}"
            ));
        }
        faults
    }
}

impl Node {
    /// Syncs what logs that rest have left in the page cache: all that is in their log directories at once.
    fn sync_resting(&self, resting: &[(TopicPartition, Offset)]) {
        let mut manager = self.broker.store.manager();
        let dir_of = |name| manager.get(name).map(|known| known.dir);
        let dirs: BTreeSet<DirIndex> = resting
            .iter()
            .filter_map(|(name, _)| dir_of(name))
            .collect();
        let disk = Arc::clone(manager.files().disk());
        for dir in dirs {
            let path = manager.dirs()[dir].path().to_owned();
            if disk.sync_all(&path).is_err() {
                manager.on_unsynced(dir);
                continue;
            }
            for (name, log_end) in resting {
                if manager.get(name).is_some_and(|known| known.dir == dir) {
                    manager.on_synced(name, *log_end);
                }
            }
        }
    }
}

fn report_failed(directories: &StartReport, fx: &mut Effects) {
    let failed = directories.failed.iter().map(|fault| {
        format!(
            "log directory {} is offline: {}; the partitions in it are unavailable. Repair the disk and restart",
            fault.path.display(),
            fault.source
        )
    });
    fx.reports.extend(failed);
}

fn resolve(given: &Texts) -> Result<BrokerConfig, OpenError> {
    let layers = config::Layers::of_given(given);
    BrokerConfig::resolve(layers).map_err(OpenError::Config)
}

/// Opens what the node is to the metadata quorum.
fn open_member(
    config: &BrokerConfig,
    me: BrokerId,
    disk: &Arc<dyn Disk>,
    seed: u64,
    now: Now,
) -> Result<Member, OpenError> {
    let directory_id = directory_id(&**disk, Path::new(&config.metadata_log_dir))?;
    if config.roles.controller {
        let quorum = open_quorum(config, (me, directory_id), disk, seed, now)?;
        return Ok(Member::Voter(Box::new(quorum)));
    }
    let dir = Path::new(&config.metadata_log_dir).join(METADATA_DIR);
    let quorum = quorum_config(config, (me, directory_id), Vec::new());
    let observer = Observer::open(quorum, Arc::clone(disk), &dir, now)?;
    Ok(Member::Observer(Box::new(observer)))
}

fn quorum_config(
    config: &BrokerConfig,
    (me, directory_id): (BrokerId, DirectoryId),
    voters: Vec<Voter>,
) -> quorum::Config {
    let settings = &config.quorum;
    quorum::Config {
        directory_id,
        election_timeout: settings.election_timeout,
        snapshot_after_bytes: settings.snapshot_after_bytes,
        snapshot_after: Some(settings.snapshot_interval).filter(|interval| !interval.is_zero()),
        retention_bytes: settings.max_retention_bytes,
        retention: settings.max_retention,
        segment_bytes: settings.log_segment_bytes,
        ..quorum::Config::new(me, voters)
    }
}

fn open_quorum(
    config: &BrokerConfig,
    (me, directory_id): (BrokerId, DirectoryId),
    disk: &Arc<dyn Disk>,
    seed: u64,
    now: Now,
) -> Result<Quorum, OpenError> {
    let dir = Path::new(&config.metadata_log_dir).join(METADATA_DIR);
    let older = Path::new(&config.metadata_log_dir).join(BOOTSTRAP_FILE);
    let fail = |error| OpenError::Disk {
        path: older.clone(),
        error,
    };
    let is_formatted = disk.exists(&older).map_err(fail)? || quorum::is_formatted(&**disk, &dir)?;
    if config.voters.is_empty() && !is_formatted {
        let voter = Voter {
            directory_id,
            endpoints: vec![controller_endpoint(&config.listeners)],
            ..Voter::of_id(me)
        };
        let records = controller::encoded_bootstrap_records(metadata::features::BOOTSTRAP);
        let records = records.iter().map(Vec::as_slice);
        quorum::format(disk, &dir, Some(&[voter]), records)?;
    }
    let mut voters: Vec<Voter> = (config.voters.iter())
        .map(|voter| Voter::of_id(voter.id))
        .collect();
    if voters.is_empty() {
        voters.push(Voter::of_id(me));
    }
    let quorum = quorum_config(config, (me, directory_id), voters);
    Ok(Quorum::open(quorum, Arc::clone(disk), &dir, seed, now)?)
}

/// Locks a metadata directory that is none of the log directories, and sees that it is this node's.
fn claim(
    disk: &dyn Disk,
    path: &Path,
    (node_id, cluster_id): (BrokerId, &str),
) -> Result<DirLock, OpenError> {
    let fail = |error| OpenError::Disk {
        path: path.to_owned(),
        error,
    };
    let lock = match disk.lock(&path.join(LOCK_FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            return Err(StartError::InUse(path.to_owned()).into());
        }
        lock => lock.map_err(fail)?,
    };
    match MetaProperties::read(disk, path).map_err(fail)? {
        Some(meta) if meta.node_id == node_id && meta.cluster_id == cluster_id => Ok(lock),
        Some(found) => Err(StartError::Foreign {
            path: path.to_owned(),
            found,
            node_id,
            cluster_id: cluster_id.to_owned(),
        }
        .into()),
        None => Err(StartError::NotFormatted(path.to_owned()).into()),
    }
}

/// The id of a log directory; all zeroes where it was formatted before it got one.
fn directory_id(disk: &dyn Disk, path: &Path) -> Result<DirectoryId, OpenError> {
    let meta = MetaProperties::read(disk, path).map_err(|error| OpenError::Disk {
        path: path.to_owned(),
        error,
    })?;
    let id = meta.and_then(|meta| meta.directory_id);
    Ok(id.unwrap_or(DirectoryId::ZERO))
}

/// Where other controllers would find this one. Apache Kafka wants to know it of every voter.
pub(crate) fn controller_endpoint(listeners: &Listeners) -> Endpoint {
    let all = listeners.advertised.iter().chain(&listeners.bound);
    let found = all
        .filter(|listener| listener.is_controller)
        .find(|listener| listener.host.is_some());
    let name = listeners.controller_names.first();
    Endpoint {
        name: name.map_or_else(|| "CONTROLLER".to_owned(), Clone::clone),
        host: found
            .and_then(|listener| listener.host.clone())
            .unwrap_or_else(|| "localhost".to_owned()),
        port: found.map_or(CONTROLLER_PORT, |listener| listener.port),
    }
}

/// A cluster whose features are above what is known here has records and rules that are not.
fn check_features(broker: &Broker) -> Result<(), OpenError> {
    for (name, level) in broker.image().features().iter() {
        let max = metadata::features::supported(name).map_or(0, |range| range.max);
        if level > max {
            let name = name.to_owned();
            return Err(OpenError::NewerFeature { name, level, max });
        }
    }
    Ok(())
}
