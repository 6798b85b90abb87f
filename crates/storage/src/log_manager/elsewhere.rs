//! Partitions that lie where they are not looked for: in a log directory that is offline, or in two at once.
//!
//! A directory that fails takes its partitions away from the node, and gives them back when it is healed. In between, a
//! partition of it must not begin anew in another directory, and a topic may be deleted and created again under its name.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use model::TopicId;

use super::{DirIndex, KnownPartition, LogManager};
use crate::file_names::{PartitionDir, TopicPartition};
use crate::partition_metadata::read_topic_id;

impl LogManager {
    /// Whether every directory is online, every partition was found once and none was deleted so far: then
    /// [`LogManager::match_partitions`] has nothing to look for.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.doubles.is_empty() && self.deleted_early.is_empty() && !self.has_offline_dir()
    }

    /// Whether it is known what belongs to the node ([`LogManager::match_partitions`]).
    #[must_use]
    pub const fn is_matched(&self) -> bool {
        self.missing.is_some()
    }

    /// A start goes through the history of the metadata and comes across the deletion of a partition. What lies under its name
    /// may be a later topic's; which it is, is told by [`LogManager::match_partitions`].
    pub fn delete_once_matched(&mut self, partition: TopicPartition, topic_id: TopicId) {
        self.deleted_early.push((partition, topic_id));
    }

    /// Tells what partitions are this node's, with the ids of their topics; once, when they are known.
    ///
    /// - Of one that was found in two directories the log of its topic's id is kept, and the other set aside for the operator
    ///   (`mark` is a random number). Where the ids do not tell them apart, the first one stays and the other is left alone.
    /// - One that was deleted in the history that the start has gone through is taken away if it is still there. Where its
    ///   directory names no topic id, it was never synced, and a crash came; if there is a partition of that name again, it may
    ///   be either one's, and is set aside.
    /// - One that was found nowhere while a directory is offline is refused until the next start. Before this call, every
    ///   unknown one is.
    /// - A directory that cannot be read goes offline.
    ///
    /// Returns the directories to remove.
    pub fn match_partitions(
        &mut self,
        ours: &BTreeMap<TopicPartition, TopicId>,
        mark: u128,
    ) -> Vec<PathBuf> {
        for (partition, double) in std::mem::take(&mut self.doubles) {
            if let Some(topic_id) = ours.get(&partition) {
                self.settle_double(&partition, double, *topic_id, mark);
            }
        }
        let mut removed = Vec::new();
        for (partition, topic_id) in std::mem::take(&mut self.deleted_early) {
            let Some(dir) = self.partitions.get(&partition).map(|known| known.dir) else {
                continue;
            };
            let Some(found) = self.topic_id_or_fail(dir, &partition) else {
                continue;
            };
            match found {
                Some(found) if found != topic_id => {}
                None if ours.contains_key(&partition) => {
                    // Where that fails, opening the log does.
                    let _ = self.set_aside(&partition, mark);
                }
                _ => removed.extend(self.delete_partition(&partition, topic_id, mark).ok()),
            }
        }
        let is_lost = |partition: &&TopicPartition| !self.partitions.contains_key(partition);
        let ours = ours.iter().filter(|(partition, _)| is_lost(partition));
        self.missing = match self.has_offline_dir() {
            true => Some(ours.map(|(name, id)| (name.clone(), *id)).collect()),
            false => Some(BTreeMap::new()),
        };
        removed
    }

    /// Whether the log of a partition may lie in a directory that is offline since the start. Another incarnation of its topic
    /// begins anew.
    pub(super) fn is_missing(&self, partition: &TopicPartition, topic_id: TopicId) -> bool {
        match &self.missing {
            Some(missing) => missing.get(partition) == Some(&topic_id),
            None => self.has_offline_dir(),
        }
    }

    /// Whether a log directory is offline.
    #[must_use]
    pub fn has_offline_dir(&self) -> bool {
        self.dirs.iter().any(|dir| !dir.is_online)
    }

    fn settle_double(
        &mut self,
        partition: &TopicPartition,
        double: KnownPartition,
        wanted: TopicId,
        mark: u128,
    ) {
        let Some(first) = self.partitions.get(partition).map(|known| known.dir) else {
            return self.replace(partition, double);
        };
        let mut is_wanted = |dir| {
            let found = self.topic_id_or_fail(dir, partition)?;
            Some(found == Some(wanted))
        };
        let other = match (is_wanted(first), is_wanted(double.dir)) {
            (Some(true), Some(false)) => double.dir,
            (Some(false), Some(true)) => {
                self.replace(partition, double);
                first
            }
            // The one that may be wanted is refused with its directory, and the other not taken for it.
            (Some(false), None) | (None, Some(true)) => return self.replace(partition, double),
            _ => return,
        };
        let name = PartitionDir::stray_name(partition, mark);
        let dir = &self.dirs[other].path;
        // One that cannot be renamed is found again by the next start.
        let _ = self
            .disk()
            .rename(&dir.join(partition.to_string()), &dir.join(name));
    }

    /// As [`LogManager::topic_id_in`]; `None` where the disk fails, which takes the directory offline.
    fn topic_id_or_fail(
        &mut self,
        dir: DirIndex,
        partition: &TopicPartition,
    ) -> Option<Option<TopicId>> {
        let found = self.topic_id_in(dir, partition).ok();
        self.dirs[dir].is_online &= found.is_some();
        found
    }

    /// The topic id that a partition's directory names; `None` if it names none.
    pub(super) fn topic_id_in(
        &self,
        dir: DirIndex,
        partition: &TopicPartition,
    ) -> io::Result<Option<TopicId>> {
        let path = self.dirs[dir].path.join(partition.to_string());
        read_topic_id(self.disk(), &path)
    }

    fn replace(&mut self, partition: &TopicPartition, by: KnownPartition) {
        self.dirs[by.dir].count += 1;
        if let Some(old) = self.partitions.insert(partition.clone(), by) {
            self.dirs[old.dir].count -= 1;
            self.dirs[old.dir].stale.insert(partition.clone());
        }
    }
}
