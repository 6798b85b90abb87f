//! Starting: locking the directories, learning whose they are and what is in them.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{BrokerEpoch, BrokerId, DirectoryId, Offset};

use super::{DirIndex, KnownPartition, LogDir, LogManager};
use crate::checkpoint::{CheckpointKind, CheckpointLine, MAX_FILE_LEN, parse_checkpoint};
use crate::clean_shutdown::LastStop;
use crate::disk::{DirLock, Disk};
use crate::file_names::{PartitionDir, TopicPartition};
use crate::meta_properties::MetaProperties;
use crate::open_files::OpenFiles;

const LOCK_FILE: &str = ".lock";
/// The topic whose log is the quorum's.
const METADATA_TOPIC: &str = "__cluster_metadata";

/// Why a node cannot start on its log directories.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process, of Apache Kafka perhaps, runs on it.
    #[error("{} is in use by another process: stop that one first", .0.display())]
    InUse(PathBuf),
    /// It has no `meta.properties`.
    #[error("{} is not formatted", .0.display())]
    NotFormatted(PathBuf),
    /// It is another node's or another cluster's.
    #[error(
        "{} belongs to node {} of cluster {}, and this is node {node_id} of cluster {cluster_id}: \
         check log.dirs and node.id",
        path.display(), found.node_id, found.cluster_id
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// Whose it is.
        found: MetaProperties,
        /// This node.
        node_id: BrokerId,
        /// This cluster.
        cluster_id: String,
    },
    /// Two directories have the same id: one is a copy of the other.
    #[error("{} and {} have the same directory.id: one is a copy of the other", .0.display(), .1.display())]
    SameId(PathBuf, PathBuf),
    /// No directory can be used.
    #[error("no log directory can be used: {0}")]
    AllFailed(DirFault),
}

/// A log directory that failed at the start and is offline.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct DirFault {
    /// The directory.
    pub path: PathBuf,
    /// The operating system's error.
    pub source: io::Error,
}

/// What a start has found.
#[derive(Debug, Default)]
pub struct StartReport {
    /// Directories that are offline.
    pub failed: Vec<DirFault>,
    /// Every directory was stopped cleanly.
    pub is_clean: bool,
    /// The broker epoch that all directories agree on, of the last clean stop (KIP-966).
    pub previous_epoch: Option<BrokerEpoch>,
    /// Directories of deleted partitions, to be submitted as [`crate::disk::DiskOp::Delete`].
    pub to_delete: Vec<PathBuf>,
    /// Partitions found in two log directories; the second is left out.
    pub doubles: Vec<PathBuf>,
    /// Directories that are no partition's.
    pub unknown: Vec<PathBuf>,
    /// Checkpoint files that could not be read, and the line at fault: their offsets count as 0 and logs are
    /// checked as after a crash.
    pub damaged: Vec<(PathBuf, usize)>,
}

/// One directory as it was found.
struct Found {
    dir: LogDir,
    stop: LastStop,
    partitions: Vec<(TopicPartition, KnownPartition)>,
}

impl LogManager {
    /// Locks and reads the directories `paths`, which are formatted for this node and cluster. Directories that the disk
    /// fails are reported and offline.
    ///
    /// The mark of the last clean stop is removed: from here on the directories count as in use.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn start(
        files: Arc<OpenFiles>,
        paths: &[PathBuf],
        node_id: BrokerId,
        cluster_id: &str,
    ) -> Result<(Self, StartReport), StartError> {
        let mut report = StartReport {
            is_clean: true,
            ..StartReport::default()
        };
        let mut manager = Self {
            files,
            dirs: Vec::new(),
            partitions: BTreeMap::new(),
            doubles: Vec::new(),
            deleted_early: Vec::new(),
            missing: None,
            homes: BTreeMap::new(),
        };
        let mut epochs = BTreeSet::new();
        for path in paths {
            let lock = take_lock(manager.disk(), path)?;
            let opened = match lock {
                Ok(lock) => manager.open_dir(path, lock, (node_id, cluster_id), &mut report)?,
                Err(e) => Err(e),
            };
            match opened {
                Ok(found) => {
                    report.is_clean &= found.stop.is_clean;
                    epochs.insert(found.stop.broker_epoch);
                    manager.add_dir(found, &mut report)?;
                }
                Err(source) => {
                    manager.dirs.push(LogDir::offline(path));
                    report.failed.push(DirFault {
                        path: path.clone(),
                        source,
                    });
                }
            }
        }
        if manager.dirs.iter().all(|dir| !dir.is_online)
            && let Some(fault) = report.failed.pop()
        {
            return Err(StartError::AllFailed(fault));
        }
        report.previous_epoch = if epochs.len() == 1 {
            epochs.pop_first().flatten()
        } else {
            None
        };
        Ok((manager, report))
    }

    fn open_dir(
        &self,
        path: &Path,
        lock: DirLock,
        (node_id, cluster_id): (BrokerId, &str),
        report: &mut StartReport,
    ) -> Result<io::Result<Found>, StartError> {
        let meta = match MetaProperties::read(self.disk(), path) {
            Ok(Some(meta)) => meta,
            Ok(None) => return Err(StartError::NotFormatted(path.to_owned())),
            Err(e) => return Ok(Err(e)),
        };
        if meta.node_id != node_id || meta.cluster_id != cluster_id {
            return Err(StartError::Foreign {
                path: path.to_owned(),
                found: meta,
                node_id,
                cluster_id: cluster_id.to_owned(),
            });
        }
        Ok(self.read_dir(path, lock, meta.directory_id, report))
    }

    fn read_dir(
        &self,
        path: &Path,
        lock: DirLock,
        id: Option<DirectoryId>,
        report: &mut StartReport,
    ) -> io::Result<Found> {
        let disk = self.disk();
        let stop = LastStop::read(disk, path)?;
        let mut partitions = self.list(path, report)?;
        let is_readable = read_checkpoints(disk, path, &mut partitions, report)?;
        for (_, known) in &mut partitions {
            known.needs_recovery = !stop.is_clean || !is_readable;
        }
        LastStop::forget(disk, path)?;
        let dir = LogDir {
            path: path.to_owned(),
            id,
            is_online: true,
            _lock: Some(lock),
            count: 0,
            expected: 0,
            stale: BTreeSet::new(),
            checkpoints: Arc::default(),
        };
        Ok(Found {
            dir,
            stop,
            partitions,
        })
    }

    /// The partitions of a directory, in order.
    fn list(
        &self,
        path: &Path,
        report: &mut StartReport,
    ) -> io::Result<Vec<(TopicPartition, KnownPartition)>> {
        let mut found = Vec::new();
        for entry in self
            .disk()
            .read_dir(path)?
            .into_iter()
            .filter(|entry| entry.is_dir)
        {
            match PartitionDir::parse(&entry.name) {
                Some(PartitionDir::Live(tp)) if &*tp.topic == METADATA_TOPIC => {}
                Some(PartitionDir::Live(tp)) => {
                    found.push((tp, KnownPartition::new(self.dirs.len())))
                }
                Some(PartitionDir::Deleting) => report.to_delete.push(path.join(entry.name)),
                Some(PartitionDir::Future(_) | PartitionDir::Stray) => {}
                None => report.unknown.push(path.join(entry.name)),
            }
        }
        found.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    fn add_dir(&mut self, found: Found, report: &mut StartReport) -> Result<(), StartError> {
        let same = |dir: &&LogDir| dir.id.is_some() && dir.id == found.dir.id;
        if let Some(other) = self.dirs.iter().find(same) {
            return Err(StartError::SameId(other.path.clone(), found.dir.path));
        }
        let mut dir = found.dir;
        if self.partitions.is_empty() {
            dir.count = found.partitions.len();
            self.partitions = found.partitions.into_iter().collect();
        } else {
            for (partition, known) in found.partitions {
                match self.partitions.entry(partition) {
                    Entry::Occupied(double) => {
                        report.doubles.push(dir.path.join(double.key().to_string()));
                        self.doubles.push((double.key().clone(), known));
                    }
                    Entry::Vacant(place) => {
                        place.insert(known);
                        dir.count += 1;
                    }
                }
            }
        }
        self.dirs.push(dir);
        Ok(())
    }
}

impl LogDir {
    fn offline(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            id: None,
            is_online: false,
            _lock: None,
            count: 0,
            expected: 0,
            stale: BTreeSet::new(),
            checkpoints: Arc::default(),
        }
    }
}

impl KnownPartition {
    pub(super) const fn new(dir: DirIndex) -> Self {
        Self {
            dir,
            recovery_point: Offset::ZERO,
            log_start: Offset::ZERO,
            high_watermark: Offset::ZERO,
            cleaned: None,
            needs_recovery: false,
        }
    }

    fn set(&mut self, kind: CheckpointKind, offset: Offset) {
        match kind {
            CheckpointKind::RecoveryPoint => self.recovery_point = offset,
            CheckpointKind::LogStart => self.log_start = offset,
            CheckpointKind::HighWatermark => self.high_watermark = offset,
            CheckpointKind::Cleaner => self.cleaned = Some(offset),
        }
    }
}

/// The lock of a directory; the inner error is the disk's.
fn take_lock(disk: &dyn Disk, path: &Path) -> Result<io::Result<DirLock>, StartError> {
    let lock = disk
        .create_dir_all(path)
        .and_then(|()| disk.lock(&path.join(LOCK_FILE)));
    match lock {
        Err(e) if e.kind() == io::ErrorKind::WouldBlock => Err(StartError::InUse(path.to_owned())),
        other => Ok(other),
    }
}

/// Fills in what the checkpoint files say. Whether the recovery points could be read.
fn read_checkpoints(
    disk: &dyn Disk,
    path: &Path,
    partitions: &mut [(TopicPartition, KnownPartition)],
    report: &mut StartReport,
) -> io::Result<bool> {
    let mut is_readable = true;
    for kind in CheckpointKind::ALL {
        let file = path.join(kind.file_name());
        let bytes = match disk.read_file(&file, MAX_FILE_LEN) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other?,
        };
        let text = String::from_utf8_lossy(&bytes);
        match parse_checkpoint(&text) {
            Ok(lines) => join(partitions, lines, kind),
            Err(fault) => {
                is_readable = false;
                report.damaged.push((file, fault.line));
            }
        }
    }
    Ok(is_readable)
}

/// Both sides in order, so that one pass suffices.
fn join(
    partitions: &mut [(TopicPartition, KnownPartition)],
    mut lines: Vec<CheckpointLine<'_>>,
    kind: CheckpointKind,
) {
    lines.sort_unstable();
    let mut partitions = partitions.iter_mut().peekable();
    for line in lines {
        let place = (line.topic, line.partition);
        while partitions
            .next_if(|(tp, _)| (&*tp.topic, tp.partition) < place)
            .is_some()
        {}
        if let Some((tp, known)) = partitions.peek_mut()
            && (&*tp.topic, tp.partition) == place
        {
            known.set(kind, line.offset);
        }
    }
}
