//! The checkpoint files in flight: one write at a time for each log directory, so that a later one is not overtaken by an earlier.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::Ticket;
use parking_lot::Mutex;
use partition::{LogStore, Partition};
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
    /// Who waits for it.
    waiters: Vec<Waiter>,
    /// To be written when the present write has ended.
    next: Option<Checkpoint>,
    /// Who waits for that.
    next_waiters: Vec<Waiter>,
}

/// A partition whose recovery point was lowered, the number of that, and who goes on once a checkpoint says so.
pub(crate) type Waiter = (Arc<Partition>, u64, Ticket);

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
            self.start_dir(store, dir, what, Vec::new());
        }
    }

    /// Writes all that is known of the partitions of a log directory, for somebody who waits for it.
    pub fn start_for(&self, store: &LogStore, dir: DirIndex, waiter: Waiter) {
        self.start_dir(store, dir, Checkpoint::Whole, vec![waiter]);
    }

    /// Takes in the end of a write; who waits for it is woken, and asks again if it has failed.
    ///
    /// # Errors
    /// The log directory that the disk failed: it has to go offline. A full disk is no failure; the next checkpoint tries
    /// again.
    pub fn on_done(
        &self,
        store: &LogStore,
        done: &DiskDone,
        wakes: &mut Vec<Ticket>,
    ) -> Result<(), PathBuf> {
        let mut in_flight = self.in_flight.lock();
        let Some(dir) = in_flight
            .iter()
            .find(|(_, write)| write.token == done.token)
            .map(|(dir, _)| *dir)
        else {
            return Ok(());
        };
        let Some(ended) = in_flight.remove(&dir) else {
            return Ok(());
        };
        drop(in_flight);
        for (partition, number, ticket) in ended.waiters {
            if done.result.is_ok() {
                partition.on_lowering_durable(number);
            }
            wakes.push(ticket);
        }
        if let Err(error) = &done.result
            && is_failure(error)
        {
            return Err(store.manager().dirs()[dir].path().to_owned());
        }
        if let Some(what) = ended.next {
            self.start_dir(store, dir, what, ended.next_waiters);
        }
        Ok(())
    }

    fn start_dir(&self, store: &LogStore, dir: DirIndex, what: Checkpoint, waiters: Vec<Waiter>) {
        let mut in_flight = self.in_flight.lock();
        if let Some(write) = in_flight.get_mut(&dir) {
            // What is under way was put together before.
            write.next = write.next.max(Some(what));
            write.next_waiters.extend(waiters);
            return;
        }
        let Some(op) = store.manager().checkpoint_op(dir, what) else {
            return;
        };
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        let write = InFlight {
            token,
            waiters,
            next: None,
            next_waiters: Vec::new(),
        };
        in_flight.insert(dir, write);
        drop(in_flight);
        self.disk.submit(op, token);
    }
}
