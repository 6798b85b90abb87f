//! The checkpoint files: what a start needs to know of each partition.

use std::io;
use std::path::PathBuf;

use model::Offset;

use super::{CheckpointWrite, DirIndex, KnownPartition, LogManager};
use crate::checkpoint::{CheckpointKind, format_checkpoint};
use crate::disk::DiskOp;
use crate::file_names::TopicPartition;
use crate::log::Log;
use crate::planted::{PlantedBug, is_planted};

/// Which files a checkpoint writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checkpoint {
    /// `replication-offset-checkpoint`.
    HighWatermarks,
    /// That, the recovery points, the log start offsets and what compaction has done.
    Whole,
}

impl LogManager {
    /// Takes over the offsets of an open log for the next checkpoint. Returns whether the partition is known.
    pub fn note(&mut self, partition: &TopicPartition, log: &Log, high_watermark: Offset) -> bool {
        let Some(known) = self.partitions.get_mut(partition) else {
            return false;
        };
        known.recovery_point = log.recovery_point();
        if is_planted(PlantedBug::CheckpointAheadOfData) {
            known.recovery_point = log.log_end_offset();
        }
        known.log_start = log.log_start_offset();
        known.cleaned = log.cleaned_offset();
        known.high_watermark = high_watermark;
        true
    }

    /// The log of `partition` was opened (and so recovered).
    pub fn on_opened(&mut self, partition: &TopicPartition) {
        if let Some(known) = self.partitions.get_mut(partition) {
            known.needs_recovery = false;
        }
    }

    /// The log of `partition` could not be closed: the next start has to recover it.
    pub fn on_not_closed(&mut self, partition: &TopicPartition) {
        if let Some(known) = self.partitions.get_mut(partition) {
            known.needs_recovery = true;
        }
    }

    /// Writes the files of `dir`, at once and durably.
    ///
    /// # Errors
    /// The disk's: the directory goes offline.
    pub fn write_checkpoints(&mut self, dir: DirIndex) -> io::Result<()> {
        if !self.dirs[dir].is_online {
            return Err(io::Error::other("the log directory is offline"));
        }
        self.checkpoint(dir, Checkpoint::Whole).run(self.disk())?;
        self.dirs[dir].stale.clear();
        Ok(())
    }

    /// The same as an operation to submit, for the periodic checkpoint; `None` for a directory that is offline.
    ///
    /// A full disk (`StorageFull`) refuses it like any write; the next checkpoint tries again.
    ///
    /// A checkpoint that is overtaken by a later one writes nothing.
    #[must_use]
    pub fn checkpoint_op(&self, dir: DirIndex, what: Checkpoint) -> Option<DiskOp> {
        let is_online = self.dirs[dir].is_online;
        is_online.then(|| DiskOp::Checkpoint(self.checkpoint(dir, what)))
    }

    fn checkpoint(&self, dir: DirIndex, what: Checkpoint) -> CheckpointWrite {
        let files = self.checkpoint_files(dir, what);
        CheckpointWrite::new(&self.dirs[dir].checkpoints, files)
    }

    fn checkpoint_files(&self, dir: DirIndex, what: Checkpoint) -> Vec<(PathBuf, Vec<u8>)> {
        let path = &self.dirs[dir].path;
        let here: Vec<(&TopicPartition, &KnownPartition)> = self
            .partitions
            .iter()
            .filter(|(_, known)| known.dir == dir)
            .collect();
        let file = |kind: CheckpointKind, offset: fn(&KnownPartition) -> Offset| {
            let entries = here.iter().map(|(tp, known)| (*tp, offset(known)));
            (
                path.join(kind.file_name()),
                format_checkpoint(entries).into_bytes(),
            )
        };
        let mut files = vec![file(CheckpointKind::HighWatermark, |known| {
            known.high_watermark
        })];
        if what == Checkpoint::HighWatermarks {
            return files;
        }
        files.push(file(CheckpointKind::RecoveryPoint, |known| {
            known.recovery_point
        }));
        files.push(file(CheckpointKind::LogStart, |known| known.log_start));
        let cleaned: Vec<_> = here
            .iter()
            .filter_map(|(tp, known)| Some((*tp, known.cleaned?)))
            .collect();
        // Written even if it is empty: an entry that is left of a deleted topic would speak of the next one of its name.
        let content = format_checkpoint(cleaned.into_iter()).into_bytes();
        files.push((path.join(CheckpointKind::Cleaner.file_name()), content));
        files
    }
}
