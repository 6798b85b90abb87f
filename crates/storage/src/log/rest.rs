//! Letting an idle log go, and taking it up again.
//!
//! An open log costs memory and descriptors. One that nobody has used for a while is put down in its files, unsynced, and
//! opened anew when somebody needs it, as after a clean stop: what is in the page cache is whole as long as this process
//! lives. What only memory knows and no file may hold yet is handed to the owner as [`Rested`].

use std::io::IoSlice;

use model::Offset;

use super::Log;
use crate::directory::Directory;
use crate::disk::{Disk, OpenMode};
use crate::errors::LogError;
use crate::leader_epochs::{self, LeaderEpochs};

/// What a log that rests has not made durable.
#[derive(Clone, Debug)]
pub struct Rested {
    /// Where the log ends.
    pub log_end: Offset,
    /// The epochs, where their file is behind.
    epochs: Option<LeaderEpochs>,
}

impl Rested {
    /// Brings the partition's small files in `path` up to date, unsynced: before a stop that syncs everything.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&self, disk: &dyn Disk, path: &std::path::Path) -> std::io::Result<()> {
        let Some(epochs) = &self.epochs else {
            return Ok(());
        };
        let file = disk.open(&path.join(leader_epochs::FILE_NAME), OpenMode::Truncate)?;
        file.write_at(&[IoSlice::new(epochs.to_text().as_bytes())], 0)
    }

    pub(super) fn into_epochs(self) -> Option<LeaderEpochs> {
        self.epochs
    }
}

impl Log {
    /// Whether nothing is under way that needs the log open.
    #[must_use]
    pub fn may_rest(&self) -> bool {
        let is_at_work = self.is_syncing() || self.is_being_cleaned;
        !self.offline && !is_at_work && self.removals.is_empty()
    }

    /// Completes indexes and producer state in the page cache and closes the files: the log is to be dropped then. Gives what a
    /// later [`super::RecoveryPlan`] has to be told, if anything is not durable.
    ///
    /// # Errors
    /// The disk failed: the log directory goes offline.
    pub fn rest(&mut self) -> Result<Option<Rested>, LogError> {
        let dir = self.dir.clone();
        let fail = |e| LogError::disk(&dir.path, e);
        self.active_mut().finish(&dir).map_err(fail)?;
        self.note_snapshot(self.log_end);
        for (path, content) in self.sync.take_writes() {
            write_plainly(&dir, &path, &content).map_err(fail)?;
        }
        self.segments.iter().for_each(|segment| segment.close());
        let is_durable = self.sync.recovery_point == self.log_end
            && !self.sync.has_leftovers()
            && !self.has_new_indexes
            && !self.epochs.is_dirty();
        let is_behind = self.epochs.is_dirty();
        Ok((!is_durable).then(|| Rested {
            log_end: self.log_end,
            epochs: is_behind.then(|| self.epochs.clone()),
        }))
    }
}

/// A snapshot that a full disk refuses is no loss: the state is found again in the log.
fn write_plainly(dir: &Directory, path: &std::path::Path, content: &[u8]) -> std::io::Result<()> {
    let written = dir
        .disk()
        .open(path, OpenMode::Truncate)
        .and_then(|file| file.write_at(&[IoSlice::new(content)], 0));
    match written {
        Err(e) if e.kind() == std::io::ErrorKind::StorageFull => dir.remove(path),
        other => other,
    }
}
