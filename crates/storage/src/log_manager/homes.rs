//! Where partitions belong that have no log here: in the directory that was chosen for them, or in one that is away.
//!
//! The metadata name the directory of each replica (KIP-858). A replica whose directory is none of the online ones is not begun
//! anew in another: its records are in that directory, which may be a disk that is not mounted.

use model::{DirectoryId, TopicId};

use super::{DirIndex, LogManager};
use crate::file_names::TopicPartition;

/// Where the log of a partition belongs that is in no directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// It will be begun there.
    In(DirIndex),
    /// It lies in a directory that is not online.
    Away(DirectoryId),
}

impl LogManager {
    /// The metadata say that the log of a partition lies in `told`; called once it is known what belongs to the node
    /// ([`LogManager::match_partitions`]), and at each change. Returns the directory that the metadata have to name instead:
    /// that in which the log was found, or the one chosen for it where they name none.
    pub fn settle_home(
        &mut self,
        partition: &TopicPartition,
        topic_id: TopicId,
        told: DirectoryId,
    ) -> Option<DirectoryId> {
        if let Some(dir) = self.where_found(partition, topic_id, told) {
            self.set_home(partition, None);
            let found = &self.dirs[dir];
            return found.id.filter(|id| found.is_online && *id != told);
        }
        let is_told =
            |dir: &DirIndex| self.dirs[*dir].is_online && self.dirs[*dir].id == Some(told);
        if let Some(dir) = (0..self.dirs.len()).find(is_told) {
            if let Some(missing) = &mut self.missing {
                missing.remove(partition);
            }
            self.set_home(partition, Some((topic_id, Home::In(dir))));
            return None;
        }
        if told != DirectoryId::UNASSIGNED && told != DirectoryId::MIGRATING {
            self.set_home(partition, Some((topic_id, Home::Away(told))));
            return None;
        }
        if self.is_missing(partition, topic_id) {
            return None;
        }
        let dir = match self.homes.get(partition) {
            Some((id, Home::In(dir))) if *id == topic_id => *dir,
            _ => self.pick_dir()?,
        };
        self.set_home(partition, Some((topic_id, Home::In(dir))));
        self.dirs[dir].id
    }

    /// Whether there is nothing to settle for a partition that the metadata have in `told`: there is no other directory.
    #[must_use]
    pub fn is_only_dir(&self, told: DirectoryId) -> bool {
        matches!(&self.dirs[..], [only] if only.is_online && only.id == Some(told))
    }

    /// The directory in which the log of a partition is to be begun: the one that was chosen for it, otherwise any; `None` where
    /// all are offline.
    #[must_use]
    pub fn dir_for(&self, partition: &TopicPartition) -> Option<DirIndex> {
        match self.homes.get(partition) {
            Some((_, Home::In(dir))) => Some(*dir),
            _ => self.pick_dir(),
        }
    }

    /// The id of the directory, not online, in which the log of a partition lies.
    #[must_use]
    pub fn away(&self, partition: &TopicPartition, topic_id: TopicId) -> Option<DirectoryId> {
        match self.homes.get(partition) {
            Some((id, Home::Away(dir))) if *id == topic_id => Some(*dir),
            _ => None,
        }
    }

    /// A partition is deleted: it belongs nowhere.
    pub fn forget_home(&mut self, partition: &TopicPartition, topic_id: TopicId) {
        if self
            .homes
            .get(partition)
            .is_some_and(|(id, _)| *id == topic_id)
        {
            self.set_home(partition, None);
        }
    }

    pub(super) fn set_home(&mut self, partition: &TopicPartition, home: Option<(TopicId, Home)>) {
        let before = match home {
            Some(home) => self.homes.insert(partition.clone(), home),
            None => self.homes.remove(partition),
        };
        if let Some((_, Home::In(dir))) = before {
            self.dirs[dir].expected -= 1;
        }
        if let Some((_, Home::In(dir))) = home {
            self.dirs[dir].expected += 1;
        }
    }

    /// Where the log of this incarnation of a partition was found. Whose a log is that lies elsewhere than told is looked up.
    fn where_found(
        &mut self,
        partition: &TopicPartition,
        topic_id: TopicId,
        told: DirectoryId,
    ) -> Option<DirIndex> {
        let dir = self.partitions.get(partition)?.dir;
        let is_elsewhere = self.dirs[dir].id != Some(told);
        let is_others = is_elsewhere
            && self.dirs[dir].is_online
            && matches!(self.topic_id_in(dir, partition), Ok(Some(found)) if found != topic_id);
        (!is_others).then_some(dir)
    }
}
