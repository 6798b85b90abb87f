//! Writes of the checkpoint files of one log directory, which may run on several threads: one of all files replaces all that earlier ones
//! say.
//!
//! A write that was put together before another and comes after it does nothing. Else the recovery point of a partition that was
//! deleted meanwhile would be back, and vouch for the next one of its name; and two at once would rename one temporary file.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use crate::checkpoint::CheckpointKind;
use crate::disk::Disk;

/// The order of a directory's writes.
#[derive(Debug, Default)]
pub(super) struct CheckpointOrder {
    drawn: AtomicU64,
    /// The number of the newest write of all files that has ended. Held while files are written.
    written: Mutex<u64>,
}

/// What is to be written.
#[derive(Debug)]
pub struct CheckpointWrite {
    order: Arc<CheckpointOrder>,
    number: u64,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl CheckpointWrite {
    /// The newest of `order`: `files` are put together from what holds now.
    pub(super) fn new(order: &Arc<CheckpointOrder>, files: Vec<(PathBuf, Vec<u8>)>) -> Self {
        Self {
            order: Arc::clone(order),
            number: order.drawn.fetch_add(1, Ordering::Relaxed) + 1,
            files,
        }
    }

    /// Replaces the files durably, one after another, unless a newer write has.
    ///
    /// # Errors
    /// The disk's.
    pub fn run(&self, disk: &dyn Disk) -> io::Result<()> {
        let mut written = self.order.written.lock();
        if *written > self.number {
            return Ok(());
        }
        for (path, content) in &self.files {
            disk.write_file_atomically(path, content)?;
        }
        if self.has_recovery_points() {
            *written = self.number;
        }
        Ok(())
    }

    /// Whether it writes recovery points.
    #[must_use]
    pub fn has_recovery_points(&self) -> bool {
        let name = CheckpointKind::RecoveryPoint.file_name();
        self.files.iter().any(|(path, _)| path.ends_with(name))
    }
}
