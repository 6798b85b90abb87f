//! How operations that were submitted to a disk in memory end: when and as its owner wants.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::memory::{EIO, MemDisk};
use super::{DiskDone, DiskFile, DiskOp, DiskOutput, Token, run_op};

impl MemDisk {
    /// What was submitted since the last call. Whoever drains decides when and in which order each
    /// ends, by [`MemDisk::complete`] or [`MemDisk::fail`].
    #[must_use]
    pub fn take_submitted(&self) -> Vec<(Token, DiskOp)> {
        std::mem::take(&mut *self.shared.submitted.lock())
    }

    /// Carries out a submitted operation. A sync makes durable what was there when it was submitted,
    /// and nothing of what came since.
    #[must_use]
    pub fn complete(&self, token: Token, op: DiskOp) -> DiskDone {
        let mark = self.shared.state.lock().marks.remove(&token);
        let result = match op {
            DiskOp::Sync {
                files,
                writes,
                refused,
                dirs,
            } => self.complete_sync((files, dirs), (writes, refused), mark),
            other => run_op(self, other),
        };
        DiskDone { token, result }
    }

    /// The files, the small files that are written behind them, and the directories.
    fn complete_sync(
        &self,
        (files, dirs): (Vec<Arc<dyn DiskFile>>, Vec<PathBuf>),
        (writes, refused): (Vec<(PathBuf, Vec<u8>)>, Option<Arc<AtomicBool>>),
        mark: Option<u64>,
    ) -> io::Result<DiskOutput> {
        let part = |files, writes, refused, dirs| DiskOp::Sync {
            files,
            writes,
            refused,
            dirs,
        };
        self.with_mark(mark, part(files, Vec::new(), None, Vec::new()))?;
        self.with_mark(None, part(Vec::new(), writes, refused, Vec::new()))?;
        self.with_mark(mark, part(Vec::new(), Vec::new(), None, dirs))
    }

    fn with_mark(&self, mark: Option<u64>, op: DiskOp) -> io::Result<DiskOutput> {
        self.shared.state.lock().mark = mark;
        let result = run_op(self, op);
        self.shared.state.lock().mark = None;
        result
    }

    /// Lets a submitted operation fail without carrying it out; a failed sync loses its data.
    #[must_use]
    pub fn fail(&self, token: Token, op: &DiskOp) -> DiskDone {
        if let DiskOp::Sync { files, .. } = op {
            let mut state = self.shared.state.lock();
            let before = state.faults.failing_syncs;
            state.faults.failing_syncs = u32::MAX;
            drop(state);
            for file in files {
                // The error is the one that is reported below.
                let _ = file.sync();
            }
            self.shared.state.lock().faults.failing_syncs = before;
        }
        DiskDone {
            token,
            result: Err(io::Error::from_raw_os_error(EIO)),
        }
    }
}
