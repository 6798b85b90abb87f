//! The snapshots in a metadata directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::TimestampMs;
use storage::disk::Disk;

use crate::error::Failure;
use crate::snapshot::{FinishedSnapshot, SnapshotId, SnapshotReader, Summary};

/// Finished snapshots, oldest first.
#[derive(Debug)]
pub(crate) struct SnapshotFiles {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    files: Vec<SnapshotFile>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SnapshotFile {
    pub(crate) id: SnapshotId,
    pub(crate) size: u64,
    pub(crate) timestamp: TimestampMs,
}

impl SnapshotFiles {
    /// Lists the directory and removes what a crash has left half done.
    pub(crate) fn open(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, Failure> {
        let mut ids = Vec::new();
        for entry in disk.read_dir(dir).map_err(Failure::disk(dir))? {
            let name = entry.name.as_str();
            if name.ends_with(".checkpoint.part") || name.ends_with(".checkpoint.deleted") {
                let path = dir.join(name);
                disk.remove_file(&path).map_err(Failure::disk(&path))?;
            } else if let Some(id) = name.strip_suffix(".checkpoint").and_then(SnapshotId::parse) {
                ids.push(id);
            }
        }
        ids.sort_unstable();
        let mut files = Vec::new();
        for id in ids {
            let Summary {
                size, timestamp, ..
            } = SnapshotReader::open(&*disk, dir, id)?.header()?;
            files.push(SnapshotFile {
                id,
                size,
                timestamp,
            });
        }
        Ok(Self {
            disk,
            dir: dir.to_owned(),
            files,
        })
    }

    pub(crate) fn newest(&self) -> Option<&SnapshotFile> {
        self.files.last()
    }

    pub(crate) fn all(&self) -> &[SnapshotFile] {
        &self.files
    }

    /// Gives a finished snapshot its name, durably.
    pub(crate) fn publish(&mut self, finished: FinishedSnapshot) -> Result<(), Failure> {
        let FinishedSnapshot {
            id,
            size,
            timestamp,
        } = finished;
        let part = id.part_path(&self.dir);
        self.disk
            .rename(&part, &id.path(&self.dir))
            .map_err(Failure::disk(&part))?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(Failure::disk(&self.dir))?;
        self.files.retain(|file| file.id != id);
        self.files.push(SnapshotFile {
            id,
            size,
            timestamp,
        });
        self.files.sort_unstable_by_key(|file| file.id);
        Ok(())
    }

    /// Removes those that `is_of_use` does not want.
    pub(crate) fn retain(&mut self, is_of_use: impl Fn(SnapshotId) -> bool) -> Result<(), Failure> {
        for file in &self.files {
            if !is_of_use(file.id) {
                let path = file.id.path(&self.dir);
                self.disk.remove_file(&path).map_err(Failure::disk(&path))?;
            }
        }
        self.files.retain(|file| is_of_use(file.id));
        Ok(())
    }

    /// Forgets a partial file, if it is there.
    pub(crate) fn discard_part(&self, id: SnapshotId) {
        // One that stays is removed at the next start.
        let _ = self.disk.remove_file(&id.part_path(&self.dir));
    }
}
