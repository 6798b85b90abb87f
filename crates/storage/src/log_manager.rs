//! The log directories of a node and the partitions in them.
//!
//! Of each partition the manager knows its directory and the offsets that the checkpoint files say; the log itself is
//! opened when it is first needed ([`LogManager::log_options`]). So a start after a clean stop reads one listing and
//! three files per log directory, whatever the number of partitions. The logs belong to the caller, who tells
//! their offsets back ([`LogManager::note`]) for the next checkpoint. One of several directories may fail; the others go on.

mod checkpoint_write;
mod checkpoints;
mod elsewhere;
mod homes;
mod partitions;
mod start;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{BrokerEpoch, DirectoryId, Offset, TopicId};

use crate::disk::{DirLock, Disk};
use crate::file_names::TopicPartition;
use crate::open_files::OpenFiles;
use checkpoint_write::CheckpointOrder;
use homes::Home;

pub use checkpoint_write::CheckpointWrite;
pub use checkpoints::Checkpoint;
pub use partitions::PartitionError;
pub use start::{DirFault, StartError, StartReport};

/// The number of a log directory: its place in `log.dirs`.
pub type DirIndex = usize;

/// The log directories of a node.
#[derive(Debug)]
pub struct LogManager {
    files: Arc<OpenFiles>,
    dirs: Vec<LogDir>,
    partitions: BTreeMap<TopicPartition, KnownPartition>,
    /// Found a second time, in another directory.
    doubles: Vec<(TopicPartition, KnownPartition)>,
    /// Deleted before it was known what belongs to the node.
    deleted_early: Vec<(TopicPartition, TopicId)>,
    /// Not found at the start, while a directory was offline; `None` until it is known what belongs to the node.
    missing: Option<BTreeMap<TopicPartition, TopicId>>,
    /// Of partitions without a log here; nothing while there is only one directory and it has them all.
    homes: BTreeMap<TopicPartition, (TopicId, Home)>,
}

/// One log directory.
#[derive(Debug)]
pub struct LogDir {
    path: PathBuf,
    id: Option<DirectoryId>,
    is_online: bool,
    /// Held for as long as the node runs.
    _lock: Option<DirLock>,
    /// Partitions in it.
    count: usize,
    /// Partitions that are to be begun in it.
    expected: usize,
    /// Deleted since the recovery points were last written: the file still speaks of a former incarnation.
    stale: BTreeSet<TopicPartition>,
    checkpoints: Arc<CheckpointOrder>,
}

/// What is known of a partition without opening its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownPartition {
    /// Its log directory.
    pub dir: DirIndex,
    /// Below this offset everything is synced.
    pub recovery_point: Offset,
    /// The first offset that may be read.
    pub log_start: Offset,
    /// The high watermark.
    pub high_watermark: Offset,
    /// Up to here compaction has gone, where it has.
    pub cleaned: Option<Offset>,
    /// The last stop was not clean and the log has not been opened since.
    pub needs_recovery: bool,
}

impl LogDir {
    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its id, by which the controller knows it (KIP-858).
    #[must_use]
    pub const fn id(&self) -> Option<DirectoryId> {
        self.id
    }

    /// Whether it has not failed.
    #[must_use]
    pub const fn is_online(&self) -> bool {
        self.is_online
    }

    /// How many partitions it holds.
    #[must_use]
    pub const fn partition_count(&self) -> usize {
        self.count
    }
}

impl LogManager {
    /// The log directories, in the order of `log.dirs`.
    #[must_use]
    pub fn dirs(&self) -> &[LogDir] {
        &self.dirs
    }

    /// The disk and its open files.
    #[must_use]
    pub const fn files(&self) -> &Arc<OpenFiles> {
        &self.files
    }

    fn disk(&self) -> &dyn Disk {
        &**self.files.disk()
    }

    /// All partitions, in order.
    pub fn partitions(&self) -> impl Iterator<Item = (&TopicPartition, &KnownPartition)> {
        self.partitions.iter()
    }

    /// What is known of a partition.
    #[must_use]
    pub fn get(&self, partition: &TopicPartition) -> Option<&KnownPartition> {
        self.partitions.get(partition)
    }

    /// Where a partition's files are.
    #[must_use]
    pub fn path_of(&self, partition: &TopicPartition) -> Option<PathBuf> {
        let known = self.partitions.get(partition)?;
        Some(self.dirs[known.dir].path.join(partition.to_string()))
    }

    /// Everything that a partition's log holds up to `log_end` was synced.
    pub fn on_synced(&mut self, partition: &TopicPartition, log_end: Offset) {
        if let Some(known) = self.partitions.get_mut(partition) {
            known.recovery_point = log_end;
        }
    }

    /// What was written to a log directory could not be synced: its logs are checked at the next start.
    pub fn on_unsynced(&mut self, dir: DirIndex) {
        for known in self.partitions.values_mut() {
            known.needs_recovery |= known.dir == dir;
        }
    }

    /// Bytes in the segments of a partition, found without opening its log.
    ///
    /// # Errors
    /// The disk's; `NotFound` for an unknown partition.
    pub fn size_of(&self, partition: &TopicPartition) -> std::io::Result<u64> {
        let known = self
            .partitions
            .get(partition)
            .ok_or(std::io::ErrorKind::NotFound)?;
        let path = self.dirs[known.dir].path.join(partition.to_string());
        let mut size = 0;
        for entry in self.disk().read_dir(&path)? {
            if entry.name.ends_with(".log") {
                size += self.disk().file_len(&path.join(entry.name))?;
            }
        }
        Ok(size)
    }

    /// Partitions whose logs must be recovered and have not been opened, at most `limit`: to be opened one after another
    /// while the node already serves.
    #[must_use]
    pub fn unrecovered(&self, limit: usize) -> Vec<TopicPartition> {
        let waiting = self
            .partitions
            .iter()
            .filter(|(_, known)| self.is_waiting(known));
        waiting
            .take(limit)
            .map(|(partition, _)| partition.clone())
            .collect()
    }

    fn is_waiting(&self, known: &KnownPartition) -> bool {
        known.needs_recovery && self.dirs[known.dir].is_online
    }

    /// A log directory has failed: nothing is written to it any more. Returns the partitions that are lost with it; the caller takes
    /// their logs offline.
    pub fn set_offline(&mut self, dir: DirIndex) -> Vec<TopicPartition> {
        self.dirs[dir].is_online = false;
        let lost = self.partitions.iter().filter(|(_, known)| known.dir == dir);
        lost.map(|(partition, _)| partition.clone()).collect()
    }

    /// The log directory that holds the path `path`.
    #[must_use]
    pub fn dir_of(&self, path: &Path) -> Option<DirIndex> {
        self.dirs.iter().position(|dir| path.starts_with(&dir.path))
    }

    /// Ends the node cleanly: every log was closed and its offsets noted. Writes the checkpoints, and the mark of a clean
    /// stop into each directory that has no log left to recover. Returns the directories that did not get it.
    pub fn finish(&mut self, epoch: Option<BrokerEpoch>) -> Vec<DirIndex> {
        let mut unclean = Vec::new();
        for dir in 0..self.dirs.len() {
            let waits = |known: &KnownPartition| known.dir == dir && known.needs_recovery;
            let is_ready = self.dirs[dir].is_online && !self.partitions.values().any(waits);
            let written = self.write_checkpoints(dir).is_ok();
            if !(is_ready && written && self.mark_clean(dir, epoch).is_ok()) {
                unclean.push(dir);
            }
        }
        unclean
    }

    fn mark_clean(&self, dir: DirIndex, epoch: Option<BrokerEpoch>) -> std::io::Result<()> {
        crate::clean_shutdown::LastStop::write(self.disk(), &self.dirs[dir].path, epoch)
    }
}

#[cfg(test)]
mod tests;
