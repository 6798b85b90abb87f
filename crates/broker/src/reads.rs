//! Cold reads: bytes that are brought into memory on an IO thread, and who waits for them.
//!
//! Two kinds of waiters: a request that cannot say yet what it answers, which is woken when all that it asked for is there;
//! and a connection whose next bytes to send are not in memory, which sends nothing meanwhile. No other connection of the
//! same thread waits with them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use model::Ticket;
use parking_lot::Mutex;
use storage::disk::{Disk, DiskDone, DiskFile, DiskOp, FileSlice};

use crate::effects::Effects;

/// Tokens of cold reads have this bit, so that the ends of other operations are told apart.
const READ_TOKEN: u64 = 1 << 62;

/// The cold reads in flight.
#[derive(Debug)]
pub(crate) struct ColdReads {
    disk: Arc<dyn Disk>,
    next_token: AtomicU64,
    in_flight: Mutex<BTreeMap<u64, InFlight>>,
}

#[derive(Debug)]
struct InFlight {
    file: Arc<dyn DiskFile>,
    waiter: Waiter,
}

#[derive(Debug)]
enum Waiter {
    /// A request, and how many of its reads have not ended.
    Request(Ticket, Arc<AtomicUsize>),
    /// The number of a connection that is sending.
    Connection(u64),
    /// The bytes will be asked for soon.
    Nobody,
}

impl ColdReads {
    /// None yet.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            next_token: AtomicU64::new(READ_TOKEN),
            in_flight: Mutex::default(),
        }
    }

    /// Whether `token` is that of a cold read.
    pub fn is_read(token: u64) -> bool {
        token & READ_TOKEN != 0
    }

    /// Brings in what a request needs before it can be answered; `ticket` is woken once.
    pub fn start_for_request(&self, slices: Vec<FileSlice>, ticket: Ticket) {
        let left = Arc::new(AtomicUsize::new(slices.len()));
        for slice in slices {
            self.submit(slice, Waiter::Request(ticket, Arc::clone(&left)));
        }
    }

    /// Brings in what a connection sends next.
    pub fn start_for_sending(&self, slice: FileSlice, connection: u64) {
        self.submit(slice, Waiter::Connection(connection));
    }

    /// Brings in what will be asked for soon.
    pub fn start(&self, slices: Vec<FileSlice>) {
        for slice in slices {
            self.submit(slice, Waiter::Nobody);
        }
    }

    /// Takes in the end of a read and tells who waits.
    ///
    /// # Errors
    /// The file that the disk failed to read: its log directory has to go offline.
    pub fn on_done(&self, done: &DiskDone, fx: &mut Effects) -> Result<(), PathBuf> {
        let Some(ended) = self.in_flight.lock().remove(&done.token) else {
            return Ok(());
        };
        match ended.waiter {
            Waiter::Request(ticket, left) => {
                if left.fetch_sub(1, Ordering::AcqRel) == 1 {
                    fx.wakes.push(ticket);
                }
            }
            Waiter::Connection(connection) => {
                fx.reads_ended.push((connection, done.result.is_ok()));
            }
            Waiter::Nobody => {}
        }
        match done.result {
            Ok(()) => Ok(()),
            Err(_) => Err(ended.file.path().to_owned()),
        }
    }

    fn submit(&self, slice: FileSlice, waiter: Waiter) {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        let file = Arc::clone(&slice.file);
        self.in_flight
            .lock()
            .insert(token, InFlight { file, waiter });
        self.disk.submit(DiskOp::ReadCold(slice), token);
    }
}
