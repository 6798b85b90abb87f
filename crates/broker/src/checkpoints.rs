//! The checkpoint files in flight: one write at a time for each log directory, so that a later one is not overtaken by an earlier.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use partition::LogStore;
use storage::disk::{Disk, DiskDone};
use storage::errors::is_failure;
use storage::log_manager::{Checkpoint, DirIndex};

/// Tokens of checkpoints have this bit, so that the ends of other operations are told apart.
const CHECKPOINT_TOKEN: u64 = 1 << 60;

/// The checkpoints in flight.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    disk: Arc<dyn Disk>,
    next_token: AtomicU64,
    in_flight: Mutex<BTreeMap<DirIndex, InFlight>>,
}

#[derive(Debug)]
struct InFlight {
    token: u64,
    /// To be written when the present write has ended.
    next: Option<Checkpoint>,
}

impl Checkpoints {
    /// None yet.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            next_token: AtomicU64::new(CHECKPOINT_TOKEN),
            in_flight: Mutex::default(),
        }
    }

    /// Whether `token` is that of a checkpoint.
    pub fn is_checkpoint(token: u64) -> bool {
        token & CHECKPOINT_TOKEN != 0
    }

    /// Writes what the log directories know of their partitions, as soon as no earlier write is under way.
    pub fn start(&self, store: &LogStore, what: Checkpoint) {
        let dirs = store.manager().dirs().len();
        for dir in 0..dirs {
            self.start_dir(store, dir, what);
        }
    }

    /// Takes in the end of a write.
    ///
    /// # Errors
    /// The log directory that the disk failed: it has to go offline. A full disk is no failure; the next checkpoint tries
    /// again.
    pub fn on_done(&self, store: &LogStore, done: &DiskDone) -> Result<(), PathBuf> {
        let mut in_flight = self.in_flight.lock();
        let Some(dir) = in_flight
            .iter()
            .find(|(_, write)| write.token == done.token)
            .map(|(dir, _)| *dir)
        else {
            return Ok(());
        };
        let next = in_flight.remove(&dir).and_then(|write| write.next);
        drop(in_flight);
        if let Err(error) = &done.result
            && is_failure(error)
        {
            return Err(store.manager().dirs()[dir].path().to_owned());
        }
        if let Some(what) = next {
            self.start_dir(store, dir, what);
        }
        Ok(())
    }

    fn start_dir(&self, store: &LogStore, dir: DirIndex, what: Checkpoint) {
        let mut in_flight = self.in_flight.lock();
        if let Some(write) = in_flight.get_mut(&dir) {
            write.next = write.next.max(Some(what));
            return;
        }
        let Some(op) = store.manager().checkpoint_op(dir, what) else {
            return;
        };
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        in_flight.insert(dir, InFlight { token, next: None });
        drop(in_flight);
        self.disk.submit(op, token);
    }
}
