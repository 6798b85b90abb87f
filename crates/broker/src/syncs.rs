//! Group commit: the syncs in flight and the partitions that wait for them.
//!
//! A partition has one sync in flight at a time. What is appended meanwhile shares the next one.
//! Different partitions are synced in parallel, as far as the disk's IO threads go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{ErrorCode, Now};
use parking_lot::Mutex;
use partition::{Due, Partition};
use storage::disk::{Disk, DiskDone};
use storage::log::{SyncTarget, SyncTicket};

use crate::effects::Effects;

/// Tokens of syncs have this bit, so that the ends of other operations are told apart.
const SYNC_TOKEN: u64 = 1 << 63;

/// The syncs in flight.
#[derive(Debug)]
pub struct Syncs {
    disk: Arc<dyn Disk>,
    next_token: AtomicU64,
    in_flight: Mutex<BTreeMap<u64, (Arc<Partition>, SyncTicket)>>,
}

impl Syncs {
    /// No syncs yet.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            next_token: AtomicU64::new(SYNC_TOKEN),
            in_flight: Mutex::default(),
        }
    }

    /// Submits the sync of what a partition has not synced, unless one is in flight.
    pub fn start(&self, partition: Arc<Partition>) {
        if let Some(job) = partition.begin_sync() {
            self.submit(partition, job);
        }
    }

    /// Whether `token` is that of a sync.
    #[must_use]
    pub fn is_sync(token: u64) -> bool {
        token & SYNC_TOKEN != 0
    }

    /// Takes in the end of a sync; who waits for its records is woken.
    ///
    /// # Errors
    /// The partition whose sync failed: its log directory has to go offline.
    pub fn on_done(
        &self,
        now: Now,
        done: &DiskDone,
        fx: &mut Effects,
    ) -> Result<(), (Arc<Partition>, ErrorCode)> {
        let Some((partition, ticket)) = self.in_flight.lock().remove(&done.token) else {
            return Ok(());
        };
        let synced = partition.on_synced(now, ticket, done.result.is_ok(), &mut fx.wakes);
        let due = partition.take_due();
        if due != Due::default() {
            fx.dues.push((Arc::clone(&partition), due));
        }
        match synced {
            Ok(Some(next)) => self.submit(partition, next),
            Ok(None) => {}
            Err(error) => return Err((partition, error)),
        }
        Ok(())
    }

    fn submit(&self, partition: Arc<Partition>, target: SyncTarget) {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        self.in_flight
            .lock()
            .insert(token, (partition, target.ticket));
        self.disk.submit(target.op, token);
    }
}
