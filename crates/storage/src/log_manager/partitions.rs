//! Creating, opening and removing the directories of partitions.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{DirectoryId, TopicId};

use super::{DirIndex, KnownPartition, LogManager};
use crate::file_names::{PartitionDir, TopicPartition, is_topic_name};
use crate::log::LogOptions;
use crate::log_config::LogConfig;
use crate::partition_metadata::{read_topic_id, write_topic_id};

/// Why a partition's directory cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PartitionError {
    /// There is none.
    #[error("there is no log of {0} here")]
    Unknown(TopicPartition),
    /// There is one already.
    #[error("there is a log of {0} already")]
    Exists(TopicPartition),
    /// Its name could lead out of the log directory.
    #[error("{0:?} is no topic name")]
    Name(Box<str>),
    /// The log directory is offline.
    #[error("{} is offline", .0.display())]
    Offline(PathBuf),
    /// It was not found at the start, while a log directory was offline.
    #[error(
        "the log of {0} is in no log directory that can be used, so it may be in one that is offline: repair that one \
         and restart"
    )]
    Missing(TopicPartition),
    /// It lies in a log directory that is not online, as the metadata say.
    #[error(
        "the log of {partition} is in the log directory with directory.id={directory}, which is none of those that are \
         online: see that its disk is mounted and that log.dirs names it, and restart; or delete the topic, with what \
         it holds there, and create it again"
    )]
    Away {
        /// The partition.
        partition: TopicPartition,
        /// The id of the directory.
        directory: DirectoryId,
    },
    /// The directory on disk is another incarnation's: the topic was deleted and created again.
    #[error("the log of {partition} is of topic id {found}, not {wanted}")]
    OtherIncarnation {
        /// The partition.
        partition: TopicPartition,
        /// On disk.
        found: TopicId,
        /// Asked for.
        wanted: TopicId,
    },
    /// The disk failed: the log directory goes offline.
    #[error("{}: {source}", path.display())]
    Disk {
        /// The directory.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
}

impl LogManager {
    /// The directory for a new partition: of those that are online the one with the fewest; `None` where all are offline.
    #[must_use]
    pub fn pick_dir(&self) -> Option<DirIndex> {
        let online = (0..self.dirs.len()).filter(|dir| self.dirs[*dir].is_online);
        online.min_by_key(|dir| self.dirs[*dir].count + self.dirs[*dir].expected)
    }

    /// Creates the directory of a new partition. It becomes durable with the first sync of its log. What lies in its place, because
    /// a deletion did not reach it, is set aside.
    ///
    /// # Errors
    /// [`PartitionError`].
    pub fn create_partition(
        &mut self,
        partition: &TopicPartition,
        topic_id: TopicId,
        dir: DirIndex,
    ) -> Result<(), PartitionError> {
        if self.partitions.contains_key(partition) {
            return Err(PartitionError::Exists(partition.clone()));
        }
        if !is_topic_name(&partition.topic) {
            return Err(PartitionError::Name(partition.topic.clone()));
        }
        if self.is_missing(partition, topic_id) {
            return Err(PartitionError::Missing(partition.clone()));
        }
        if let Some(directory) = self.away(partition, topic_id) {
            let partition = partition.clone();
            return Err(PartitionError::Away {
                partition,
                directory,
            });
        }
        self.check_online(dir)?;
        let path = self.path_in(dir, partition);
        let fail = |source| PartitionError::Disk {
            path: path.clone(),
            source,
        };
        if self.dirs[dir].stale.contains(partition) {
            // The recovery point of the former incarnation must not vouch for the new one.
            self.write_checkpoints(dir).map_err(fail)?;
        }
        if self.disk().exists(&path).map_err(fail)? {
            let aside = PartitionDir::stray_name(partition, u128::from_be_bytes(topic_id.0));
            (self.disk().rename(&path, &self.dirs[dir].path.join(aside))).map_err(fail)?;
        }
        self.disk().create_dir_all(&path).map_err(fail)?;
        write_topic_id(self.disk(), &path, topic_id).map_err(fail)?;
        self.partitions
            .insert(partition.clone(), KnownPartition::new(dir));
        self.dirs[dir].count += 1;
        self.set_home(partition, None);
        Ok(())
    }

    /// How to open the log of a partition. Where its directory names another topic id, it is refused; one that names none
    /// (from before there were ids, or lost in a crash) is taken as this one's.
    ///
    /// # Errors
    /// [`PartitionError`].
    pub fn log_options(
        &self,
        partition: &TopicPartition,
        topic_id: TopicId,
        config: Arc<LogConfig>,
    ) -> Result<LogOptions, PartitionError> {
        let known = self.known(partition)?;
        self.check_online(known.dir)?;
        let path = self.path_in(known.dir, partition);
        let fail = |source| PartitionError::Disk {
            path: path.clone(),
            source,
        };
        if !self.names_topic(partition, &path, topic_id)? {
            write_topic_id(self.disk(), &path, topic_id).map_err(fail)?;
        }
        Ok(LogOptions {
            path,
            files: Arc::clone(&self.files),
            config,
            recovery_point: known.recovery_point,
            log_start: known.log_start,
            cleaned: known.cleaned,
            is_clean: !known.needs_recovery,
            seed: seed_of(partition),
        })
    }

    /// Whether the directory of a partition tells whose it is. *Errors*: it is another topic's of the same name.
    fn names_topic(
        &self,
        partition: &TopicPartition,
        path: &Path,
        wanted: TopicId,
    ) -> Result<bool, PartitionError> {
        let found = read_topic_id(self.disk(), path).map_err(|source| PartitionError::Disk {
            path: path.to_owned(),
            source,
        })?;
        match found {
            Some(found) if found != wanted => Err(PartitionError::OtherIncarnation {
                partition: partition.clone(),
                found,
                wanted,
            }),
            found => Ok(found.is_some()),
        }
    }

    /// Takes a partition of the topic `topic_id` away: its directory is renamed, and removed by the operation that the caller
    /// submits after `file.delete.delay.ms` for the path returned. `mark` tells incarnations apart (a random number). A directory
    /// that names another topic id is refused; one that names none is taken as this one's.
    ///
    /// A start that comes across a deletion in the history of the metadata asks [`LogManager::delete_once_matched`] instead.
    ///
    /// # Errors
    /// [`PartitionError`].
    pub fn delete_partition(
        &mut self,
        partition: &TopicPartition,
        topic_id: TopicId,
        mark: u128,
    ) -> Result<PathBuf, PartitionError> {
        let path = self.path_of(partition);
        let path = path.ok_or_else(|| PartitionError::Unknown(partition.clone()))?;
        self.names_topic(partition, &path, topic_id)?;
        self.rename_away(partition, &PartitionDir::delete_name(partition, mark))
    }

    /// Sets a directory aside that does not belong to this broker any more; it is kept for the operator. Returns where it is.
    ///
    /// # Errors
    /// [`PartitionError`].
    pub fn set_aside(
        &mut self,
        partition: &TopicPartition,
        mark: u128,
    ) -> Result<PathBuf, PartitionError> {
        self.rename_away(partition, &PartitionDir::stray_name(partition, mark))
    }

    fn rename_away(
        &mut self,
        partition: &TopicPartition,
        name: &str,
    ) -> Result<PathBuf, PartitionError> {
        let dir = self.known(partition)?.dir;
        self.check_online(dir)?;
        let path = self.path_in(dir, partition);
        let to = self.dirs[dir].path.join(name);
        let fail = |source| PartitionError::Disk {
            path: path.clone(),
            source,
        };
        self.disk().rename(&path, &to).map_err(fail)?;
        self.partitions.remove(partition);
        self.dirs[dir].count -= 1;
        self.dirs[dir].stale.insert(partition.clone());
        Ok(to)
    }

    fn known(&self, partition: &TopicPartition) -> Result<&KnownPartition, PartitionError> {
        self.partitions
            .get(partition)
            .ok_or_else(|| PartitionError::Unknown(partition.clone()))
    }

    fn check_online(&self, dir: DirIndex) -> Result<(), PartitionError> {
        let dir = &self.dirs[dir];
        if dir.is_online {
            Ok(())
        } else {
            Err(PartitionError::Offline(dir.path.clone()))
        }
    }

    fn path_in(&self, dir: DirIndex, partition: &TopicPartition) -> PathBuf {
        Path::new(&self.dirs[dir].path).join(partition.to_string())
    }
}

/// A number that is the partition's own and the same at every start (FNV-1a).
fn seed_of(partition: &TopicPartition) -> u64 {
    let bytes = partition
        .topic
        .bytes()
        .chain(partition.partition.0.to_be_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}
