//! A disk in memory that can crash: for the simulator and for tests.
//!
//! It is stricter than most file systems, as POSIX allows: a new file's name survives a crash only
//! once its directory was synced, whatever happened to the file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::memory_fault::{Chance, CrashReport, FaultCounts, MemFaults};
use super::memory_tree::{FileCell, Ino, Tree};
use super::{DirEntry, DirLock, Disk, DiskFile, DiskOp, OpenMode, Token, Usage};

/// Size that is reported where no capacity was set.
const UNLIMITED: u64 = 1 << 50;
const EBADF: i32 = 9;
pub(super) const EIO: i32 = 5;

/// A file system in memory; clones are the same disk.
#[derive(Clone)]
pub struct MemDisk {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) state: Mutex<State>,
    pub(super) submitted: Mutex<Vec<(Token, DiskOp)>>,
    /// Counts the processes that have used this disk: handles of an earlier one are dead.
    generation: AtomicU64,
}

pub(super) struct State {
    tree: Tree,
    pub(super) faults: MemFaults,
    counts: FaultCounts,
    chance: Chance,
    used: u64,
    locked: BTreeSet<PathBuf>,
    offline: BTreeSet<PathBuf>,
    /// The number of the next change.
    next_change: u64,
    /// For submitted syncs, the first change that is not theirs.
    pub(super) marks: BTreeMap<Token, u64>,
    /// While a submitted sync is carried out, its mark.
    pub(super) mark: Option<u64>,
    /// So many more changes, and the machine stops.
    stop_in: Option<u64>,
    has_stopped: bool,
}

impl MemDisk {
    /// An empty disk; `seed` decides when faults of chance fire.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let state = State {
            tree: Tree::new(),
            faults: MemFaults::default(),
            counts: FaultCounts::default(),
            chance: Chance::new(seed),
            used: 0,
            locked: BTreeSet::new(),
            offline: BTreeSet::new(),
            next_change: 0,
            marks: BTreeMap::new(),
            mark: None,
            stop_in: None,
            has_stopped: false,
        };
        let shared = Shared {
            state: Mutex::new(state),
            submitted: Mutex::default(),
            generation: AtomicU64::new(0),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Replaces the faults to inject from here on.
    pub fn set_faults(&self, faults: MemFaults) {
        self.shared.state.lock().faults = faults;
    }

    /// The faults that are injected.
    #[must_use]
    pub fn faults(&self) -> MemFaults {
        self.shared.state.lock().faults.clone()
    }

    /// How often each fault has fired since the disk was made.
    #[must_use]
    pub fn counts(&self) -> FaultCounts {
        self.shared.state.lock().counts
    }

    /// Every call on `path` and below fails (`EIO`) from here on, as with a device that is gone; or heals again.
    pub fn set_offline(&self, path: &Path, offline: bool) {
        let mut state = self.shared.state.lock();
        if offline {
            state.offline.insert(path.to_owned());
        } else {
            state.offline.remove(path);
        }
    }

    /// Loss of power: of each file, unsynced writes from a point on are lost (the first of them may
    /// be torn); of each directory, unsynced changes from a point on. `seed` chooses the points.
    /// Locks are released, submitted operations are gone, open handles are dead.
    pub fn crash(&self, seed: u64) -> CrashReport {
        self.restart();
        let mut state = self.shared.state.lock();
        let holes = state.faults.holes;
        let report = state.tree.crash(&mut Chance::new(seed), holes);
        state.used = state.tree.used();
        state.counts.crashes += 1;
        state.counts.lost_writes += report.lost_writes;
        state.counts.torn_writes += report.torn_writes;
        state.counts.holes += report.holes;
        state.counts.lost_entries += report.lost_entries;
        report
    }

    /// End of the process alone (kill -9): the page cache survives; the rest as in a crash.
    pub fn restart(&self) {
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        self.shared.submitted.lock().clear();
        let mut state = self.shared.state.lock();
        state.locked.clear();
        state.marks.clear();
        (state.stop_in, state.has_stopped) = (None, false);
    }

    /// After so many more changes the machine stops in the middle of one: every call fails until
    /// [`MemDisk::crash`] or [`MemDisk::restart`].
    pub fn stop_in(&self, changes: u64) {
        self.shared.state.lock().stop_in = Some(changes);
    }

    /// Takes back what [`MemDisk::stop_in`] wanted, if it has not happened.
    pub fn do_not_stop(&self) {
        self.shared.state.lock().stop_in = None;
    }

    /// Whether the machine has stopped as [`MemDisk::stop_in`] wanted.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.shared.state.lock().has_stopped
    }

    /// What is in a directory, whatever goes wrong with it; nothing where there is none.
    #[must_use]
    pub fn list(&self, dir: &Path) -> Vec<DirEntry> {
        let mut state = self.shared.state.lock();
        state.tree.list(dir).unwrap_or_default()
    }

    /// Flips one bit of one of the files below `dir` that `choose` accepts (by name); says where.
    pub fn flip_bit(
        &self,
        seed: u64,
        dir: &Path,
        choose: impl Fn(&str) -> bool,
    ) -> Option<(PathBuf, u64)> {
        let mut state = self.shared.state.lock();
        let mut found = Vec::new();
        let mut todo = vec![dir.to_owned()];
        while let Some(dir) = todo.pop() {
            for entry in state.tree.list(&dir).ok()? {
                let path = dir.join(&entry.name);
                if entry.is_dir {
                    todo.push(path);
                } else if choose(&entry.name) {
                    found.push(path);
                }
            }
        }
        found.retain(|path| {
            state
                .tree
                .file(path)
                .is_ok_and(|(_, cell)| cell.lock().len() > 0)
        });
        let mut chance = Chance::new(seed);
        let path = found
            .get(chance.up_to((found.len() as u64).checked_sub(1)?) as usize)?
            .clone();
        let (_, cell) = state.tree.file(&path).ok()?;
        let mut file = cell.lock();
        let bit = chance.up_to(file.len() * 8 - 1);
        file.data[(bit / 8) as usize] ^= 1 << (bit % 8);
        state.counts.bit_flips += 1;
        Some((path, bit / 8))
    }

    fn state(&self, path: &Path) -> io::Result<parking_lot::MutexGuard<'_, State>> {
        let mut state = self.shared.state.lock();
        state.check_online(path)?;
        Ok(state)
    }
}

impl State {
    fn check_online(&mut self, path: &Path) -> io::Result<()> {
        if self.has_stopped {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        if self.offline.iter().any(|dir| path.starts_with(dir)) {
            self.counts.offline += 1;
            return Err(io::Error::from_raw_os_error(EIO));
        }
        Ok(())
    }

    /// The number of a change that is about to be made. *Errors*: the machine stops in the middle of it.
    fn begin_change(&mut self) -> io::Result<u64> {
        if let Some(left) = &mut self.stop_in {
            if *left == 0 {
                self.has_stopped = true;
                self.counts.stops += 1;
                return Err(io::Error::from_raw_os_error(EIO));
            }
            *left -= 1;
        }
        Ok(self.count_change())
    }

    fn count_change(&mut self) -> u64 {
        self.next_change += 1;
        self.next_change - 1
    }

    /// The first change that a sync leaves out.
    fn sync_end(&self) -> u64 {
        self.mark.unwrap_or(self.next_change)
    }

    fn read_fails(&mut self) -> bool {
        let chance = self.faults.read_failures_per_mille;
        let fails = self.chance.per_mille(chance);
        self.counts.failed_reads += u64::from(fails);
        fails
    }

    fn is_cold(&mut self) -> bool {
        let chance = self.faults.cold_per_mille;
        let is_cold = self.chance.per_mille(chance);
        self.counts.cold += u64::from(is_cold);
        is_cold
    }

    /// How many of `wanted` more bytes fit.
    fn room(&self, wanted: u64) -> u64 {
        self.faults
            .capacity
            .map_or(wanted, |c| c.saturating_sub(self.used).min(wanted))
    }

    fn sync_fails(&mut self) -> bool {
        let chance = self.faults.sync_failures_per_mille;
        let fails = self.faults.failing_syncs > 0 || self.chance.per_mille(chance);
        self.faults.failing_syncs = self.faults.failing_syncs.saturating_sub(1);
        self.counts.failed_syncs += u64::from(fails);
        fails
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let change = self.begin_change()?;
        self.tree.remove(path, change)?;
        self.used = self.tree.used();
        Ok(())
    }
}

impl fmt::Debug for MemDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemDisk")
    }
}

impl Disk for MemDisk {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state(path)?;
        let change = state.begin_change()?;
        state.tree.create_dir_all(path, change)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.state(path)?.tree.list(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        Ok(self.state(path)?.tree.find(path).is_ok())
    }

    fn file_len(&self, path: &Path) -> io::Result<u64> {
        let (_, cell) = self.state(path)?.tree.file(path)?;
        Ok(cell.lock().len())
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.state(path)?;
        let (ino, cell) = match (state.tree.file(path), mode) {
            (Ok(_), OpenMode::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Ok(found), _) => found,
            (Err(e), OpenMode::Create | OpenMode::CreateNew | OpenMode::Truncate)
                if e.kind() == io::ErrorKind::NotFound =>
            {
                let change = state.begin_change()?;
                state.tree.create_file(path, change)?
            }
            (Err(e), _) => return Err(e),
        };
        if mode == OpenMode::Truncate && cell.lock().len() > 0 {
            let change = state.begin_change()?;
            cell.lock().set_len(0, change);
            state.used = state.tree.used();
        }
        let shared = Arc::clone(&self.shared);
        let generation = shared.generation.load(Ordering::SeqCst);
        Ok(Arc::new(MemFile {
            shared,
            cell,
            ino,
            generation,
            path: path.into(),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state(from)?;
        let change = state.begin_change()?;
        state.tree.rename(from, to, change)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state(path)?;
        state.tree.file(path)?;
        state.remove(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state(path)?;
        state.tree.list(path)?;
        state.remove(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state(path)?;
        let before = state.sync_end();
        state.begin_change()?;
        if state.sync_fails() {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        state.tree.sync_dir(path, before)
    }

    fn sync_all(&self, path: &Path) -> io::Result<()> {
        for entry in self.read_dir(path)? {
            let path = path.join(&entry.name);
            if entry.is_dir {
                self.sync_all(&path)?;
            } else {
                self.open(&path, OpenMode::Read)?.sync()?;
            }
        }
        self.sync_dir(path)
    }

    fn read_file(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let mut state = self.state(path)?;
        let (_, cell) = state.tree.file(path)?;
        if state.read_fails() {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        let file = cell.lock();
        if file.len() > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(file.data.clone())
    }

    fn lock(&self, path: &Path) -> io::Result<DirLock> {
        self.open(path, OpenMode::Create)?;
        let generation = self.shared.generation.load(Ordering::SeqCst);
        if !self.state(path)?.locked.insert(path.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let shared = Arc::clone(&self.shared);
        Ok(DirLock::new(HeldLock {
            shared,
            path: path.to_owned(),
            generation,
        }))
    }

    fn usage(&self, path: &Path) -> io::Result<Usage> {
        let state = self.state(path)?;
        let total = state.faults.capacity.unwrap_or(UNLIMITED);
        Ok(Usage {
            total,
            usable: total.saturating_sub(state.used),
        })
    }

    fn submit(&self, op: DiskOp, token: Token) {
        if matches!(op, DiskOp::Sync { .. }) {
            let mut state = self.shared.state.lock();
            let mark = state.next_change;
            state.marks.insert(token, mark);
        }
        self.shared.submitted.lock().push((token, op));
    }
}

struct HeldLock {
    shared: Arc<Shared>,
    path: PathBuf,
    generation: u64,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        if self.shared.generation.load(Ordering::SeqCst) == self.generation {
            self.shared.state.lock().locked.remove(&self.path);
        }
    }
}

struct MemFile {
    shared: Arc<Shared>,
    cell: FileCell,
    ino: Ino,
    generation: u64,
    path: Box<Path>,
}

impl MemFile {
    fn state(&self) -> io::Result<parking_lot::MutexGuard<'_, State>> {
        if self.shared.generation.load(Ordering::SeqCst) != self.generation {
            return Err(io::Error::from_raw_os_error(EBADF));
        }
        let mut state = self.shared.state.lock();
        state.check_online(&self.path)?;
        Ok(state)
    }

    fn resize(&self, len: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let mut file = self.cell.lock();
        let growth = len.saturating_sub(file.len());
        if state.room(growth) < growth {
            state.counts.full += 1;
            return Err(io::ErrorKind::StorageFull.into());
        }
        let change = state.begin_change()?;
        state.used = (state.used + len).saturating_sub(file.len());
        file.set_len(len, change);
        Ok(())
    }
}

impl fmt::Debug for MemFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (inode {})", self.path.display(), self.ino)
    }
}

impl DiskFile for MemFile {
    fn len(&self) -> io::Result<u64> {
        drop(self.state()?);
        Ok(self.cell.lock().len())
    }

    fn read_at(&self, buf: &mut [u8], pos: u64) -> io::Result<usize> {
        let mut state = self.state()?;
        if state.read_fails() {
            return Err(io::Error::from_raw_os_error(EIO));
        }
        let file = self.cell.lock();
        let rest = usize::try_from(pos)
            .ok()
            .and_then(|pos| file.data.get(pos..))
            .unwrap_or(&[]);
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }

    fn read_if_cached(&self, buf: &mut [u8], pos: u64) -> io::Result<Option<usize>> {
        if self.is_resident(pos, buf.len() as u64) {
            self.read_at(buf, pos).map(Some)
        } else {
            Ok(None)
        }
    }

    fn is_resident(&self, pos: u64, len: u64) -> bool {
        let mut state = self.shared.state.lock();
        let is_there = |(from, to): (u64, u64)| from <= pos && pos + len <= to;
        if self.cell.lock().brought_in.is_some_and(is_there) {
            return true;
        }
        !state.is_cold()
    }

    fn bring_in(&self, pos: u64, len: u64) -> io::Result<()> {
        let mut buf = vec![0; len as usize];
        self.read_at(&mut buf, pos)?;
        self.cell.lock().brought_in = Some((pos, pos + len));
        Ok(())
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn write_at(&self, parts: &[IoSlice<'_>], pos: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let mut file = self.cell.lock();
        let mut bytes = Vec::new();
        parts.iter().for_each(|part| bytes.extend_from_slice(part));
        let growth = (pos + bytes.len() as u64).saturating_sub(file.len());
        let short = growth - state.room(growth);
        bytes.truncate(bytes.len().saturating_sub(short as usize));
        let begun = state.begin_change();
        if begun.is_err() {
            // Part of the bytes are written when the machine stops.
            let written = state.chance.up_to(bytes.len() as u64) as usize;
            bytes.truncate(written);
        }
        let old_len = file.len();
        if !bytes.is_empty() {
            let change = begun.as_ref().map_or_else(|_| state.count_change(), |n| *n);
            file.write(&bytes, pos, change);
        }
        state.used += file.len() - old_len;
        begun?;
        if short > 0 {
            state.counts.full += 1;
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.resize(len)
    }

    fn preallocate(&self, len: u64) -> io::Result<()> {
        if self.len()? < len {
            self.resize(len)
        } else {
            Ok(())
        }
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state()?;
        let before = state.sync_end();
        state.begin_change()?;
        let mut file = self.cell.lock();
        if state.sync_fails() {
            file.fail_sync();
            return Err(io::Error::from_raw_os_error(EIO));
        }
        file.sync(before);
        Ok(())
    }

    fn raw_fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}
