//! A bounded number of open files: partitions and segments that nobody touches cost no descriptor.
//!
//! Each file that a log may need has a [`FileSlot`], open or not. When more than the limit are open,
//! the one not used for longest (by the clock algorithm: roughly) is closed and opened again when
//! needed. Who holds a handle, a fetch that is being sent for instance, keeps it usable.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::disk::{Disk, DiskFile, OpenMode};

/// The disk, and which of its files are open.
#[derive(Debug)]
pub struct OpenFiles {
    disk: Arc<dyn Disk>,
    limit: usize,
    /// Slots that were opened, the next candidate for closing in front.
    ring: Mutex<VecDeque<Arc<Slot>>>,
    /// How long the ring may grow before closed slots are taken out of it.
    sweep_at: Mutex<usize>,
}

/// The ring is not swept while it is shorter.
const SWEEP_LEAST: usize = 64;

/// A file that may be open.
pub(crate) type FileSlot = Arc<Slot>;

#[derive(Default)]
pub(crate) struct Slot {
    file: Mutex<Option<Arc<dyn DiskFile>>>,
    used: AtomicBool,
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.file.lock().is_some() {
            "open"
        } else {
            "closed"
        })
    }
}

impl OpenFiles {
    /// Files of `disk`, of which at most `limit` (at least one) stay open.
    #[must_use]
    pub fn new(disk: Arc<dyn Disk>, limit: usize) -> Self {
        Self {
            disk,
            limit: limit.max(1),
            ring: Mutex::default(),
            sweep_at: Mutex::new(SWEEP_LEAST),
        }
    }

    /// The disk.
    #[must_use]
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// How many files are open (or were, and are about to be forgotten).
    #[must_use]
    pub fn open_count(&self) -> usize {
        self.ring.lock().len()
    }

    /// The file of `slot`, opened if need be.
    pub(crate) fn get(
        &self,
        slot: &FileSlot,
        path: impl FnOnce() -> PathBuf,
    ) -> io::Result<Arc<dyn DiskFile>> {
        slot.used.store(true, Ordering::Relaxed);
        let mut held = slot.file.lock();
        if let Some(file) = &*held {
            return Ok(Arc::clone(file));
        }
        let file = self.disk.open(&path(), OpenMode::Write)?;
        *held = Some(Arc::clone(&file));
        drop(held);
        self.note_open(slot);
        Ok(file)
    }

    /// Creates a file and the slot that holds it open.
    pub(crate) fn create(&self, path: &Path, mode: OpenMode) -> io::Result<FileSlot> {
        let file = self.disk.open(path, mode)?;
        let slot = Slot {
            file: Mutex::new(Some(file)),
            used: AtomicBool::new(true),
        };
        let slot = Arc::new(slot);
        self.note_open(&slot);
        Ok(slot)
    }

    fn note_open(&self, slot: &FileSlot) {
        let mut ring = self.ring.lock();
        ring.push_back(Arc::clone(slot));
        if ring.len() >= *self.sweep_at.lock() {
            // Slots that were closed otherwise, with their logs, are forgotten now and then.
            ring.retain(|slot| slot.file.try_lock().is_none_or(|file| file.is_some()));
            let left = ring.len();
            ring.shrink_to(left * 2);
            *self.sweep_at.lock() = left * 2 + SWEEP_LEAST;
        }
        // Twice round: the first round may do no more than take the marks of use away.
        let mut steps = ring.len() * 2;
        while ring.len() > self.limit && steps > 0 {
            steps -= 1;
            let Some(candidate) = ring.pop_front() else {
                break;
            };
            if !candidate.try_close() {
                ring.push_back(candidate);
            }
        }
    }
}

impl Slot {
    /// Closes the file for good or until it is asked for again.
    pub(crate) fn close(&self) {
        *self.file.lock() = None;
    }

    /// Closes it unless it was used since the last time; whether it is closed then.
    fn try_close(&self) -> bool {
        if self.used.swap(false, Ordering::Relaxed) {
            return false;
        }
        // Somebody who is opening it at this moment holds the lock: then it is in use.
        match self.file.try_lock() {
            Some(mut file) => {
                *file = None;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemDisk;

    #[test]
    fn slots_of_closed_logs_are_forgotten() {
        let files = OpenFiles::new(Arc::new(MemDisk::new(0)), 1 << 20);
        for i in 0..10_000 {
            let path = PathBuf::from(format!("/{i}"));
            let slot = files.create(&path, OpenMode::CreateNew).unwrap();
            slot.close();
        }
        assert!(files.open_count() <= SWEEP_LEAST, "{}", files.open_count());
    }

    #[test]
    fn no_more_files_stay_open_than_the_limit() {
        let disk = MemDisk::new(0);
        let files = OpenFiles::new(Arc::new(disk), 3);
        let path = |i: usize| PathBuf::from(format!("/{i}"));
        let slots: Vec<_> = (0..10)
            .map(|i| files.create(&path(i), OpenMode::CreateNew).unwrap())
            .collect();
        assert_eq!(files.open_count(), 3);
        let open = || slots.iter().filter(|s| s.file.lock().is_some()).count();
        assert_eq!(open(), 3);
        for (i, slot) in slots.iter().enumerate() {
            assert_eq!(files.get(slot, || path(i)).unwrap().len().unwrap(), 0);
            assert!(open() <= 3);
        }
    }
}
