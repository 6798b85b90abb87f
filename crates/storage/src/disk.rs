//! The disk as the cores see it: files and directories behind a trait, so that the simulator can
//! supply one that crashes.
//!
//! Two kinds of calls:
//!
//! * *at once*: what is answered from the page cache or happens only at start and stop;
//! * *submitted*: what can take as long as the device likes (sync, cold read, deletion, a job).
//!   [`Disk::submit`] returns immediately; the end is a [`DiskDone`] that the shell (or the
//!   simulator, which delays, reorders and fails it) delivers as an input.
//!
//! Never here: Kafka's formats. Called by every module of this crate and by `quorum`.

mod io_pool;
mod memory;
mod memory_fault;
mod memory_submit;
mod memory_tree;
mod real;

use std::fmt;
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use memory::MemDisk;
pub use memory_fault::{CrashReport, FaultCounts, MemFaults};
pub use real::RealDisk;

use crate::errors::is_failure;
use crate::log_manager::CheckpointWrite;

/// Ends of submitted operations are told apart by the number that the submitter chose.
pub type Token = u64;

/// A file system, or the part of one, that a node keeps its data in.
///
/// Errors are the operating system's: `ErrorKind::StorageFull` for a full disk, and anything else
/// on a sync means that the data must be taken as lost (see [`DiskFile::sync`]).
pub trait Disk: Send + Sync + fmt::Debug {
    /// Creates `path` and what is missing above it. Durable after [`Disk::sync_dir`] of each parent.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;

    /// The entries of a directory, in the order of their names. Costs no call per entry.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;

    /// Whether there is a file or directory of this name.
    fn exists(&self, path: &Path) -> io::Result<bool>;

    /// The length of a file in bytes, without opening it. *Errors*: `NotFound`.
    fn file_len(&self, path: &Path) -> io::Result<u64>;

    /// Opens a file. *Errors*: `NotFound`, or `AlreadyExists` for [`OpenMode::CreateNew`].
    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>>;

    /// Renames a file or directory, replacing a file that is there. Open files stay usable.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file. It lives on for those who have it open. *Errors*: `NotFound`.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a directory and what is in it. *Errors*: `NotFound`.
    fn remove_dir_all(&self, path: &Path) -> io::Result<()>;

    /// Makes creations, renames and removals in this directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;

    /// Makes everything below `path` durable that was written by now: at a stop, in place of a sync for each file.
    fn sync_all(&self, path: &Path) -> io::Result<()>;

    /// The whole of a file. *Errors*: `FileTooLarge` above `limit` bytes, before anything is read.
    fn read_file(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// Replaces a file so that after a crash it holds the old or the new content, never a mixture:
    /// `path.tmp` is written and synced, renamed over `path`, and the directory synced.
    fn write_file_atomically(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(".tmp");
        let tmp = PathBuf::from(name);
        let file = self.open(&tmp, OpenMode::Truncate)?;
        file.write_at(&[IoSlice::new(content)], 0)?;
        file.sync()?;
        self.rename(&tmp, path)?;
        self.sync_dir(path.parent().unwrap_or_else(|| Path::new(".")))
    }

    /// Locks the file `path` with an fcntl record lock, the kind that Java's `FileChannel.tryLock`
    /// takes and sees; released on drop. *Errors*: `WouldBlock` when another process (or this one)
    /// holds it.
    fn lock(&self, path: &Path) -> io::Result<DirLock>;

    /// Size and free bytes of the file system that holds `path`.
    fn usage(&self, path: &Path) -> io::Result<Usage>;

    /// Starts `op`; its [`DiskDone`] carries `token`. Operations end in any order.
    fn submit(&self, op: DiskOp, token: Token);
}

/// An open file. Every call is positional, so one handle serves many readers at once.
pub trait DiskFile: Send + Sync + fmt::Debug {
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Whether the file has no bytes.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Fills `buf` from `pos` as far as the file goes; returns how much that was.
    fn read_at(&self, buf: &mut [u8], pos: u64) -> io::Result<usize>;

    /// As [`DiskFile::read_at`], but `None` when that would wait for the device.
    fn read_if_cached(&self, buf: &mut [u8], pos: u64) -> io::Result<Option<usize>>;

    /// Whether the bytes can probably be read without waiting for the device. Looks at samples, so
    /// it may be wrong; a wrong answer costs time only.
    fn is_resident(&self, pos: u64, len: u64) -> bool;

    /// Brings bytes into memory, waiting for the device: what [`DiskOp::ReadCold`] does on an IO thread. It may be that
    /// they are gone again before somebody looks, if memory is short.
    fn bring_in(&self, pos: u64, len: u64) -> io::Result<()>;

    /// The name under which it was opened; it may have another by now.
    fn path(&self) -> &Path;

    /// Writes all parts one after another from `pos` into the page cache. *Errors*: any part of
    /// the bytes may have been written; `StorageFull` when the disk is full.
    fn write_at(&self, parts: &[IoSlice<'_>], pos: u64) -> io::Result<()>;

    /// Cuts (or extends with zeros) to `len` bytes.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Reserves blocks so that the file is at least `len` bytes long, the new ones zero.
    fn preallocate(&self, len: u64) -> io::Result<()>;

    /// Makes the file's bytes and length durable (fdatasync), at once: for start and stop; else submit [`DiskOp::Sync`].
    ///
    /// After an error the kernel may have dropped the dirty pages: a second sync that succeeds
    /// proves nothing. So a failure is final, and the log directory goes offline.
    fn sync(&self) -> io::Result<()>;

    /// The descriptor, for sendfile; `None` where there is none (in memory).
    fn raw_fd(&self) -> Option<BorrowedFd<'_>>;
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// An existing file, to read.
    Read,
    /// An existing file, to read and write.
    Write,
    /// To read and write; created when missing.
    Create,
    /// To read and write; must not exist.
    CreateNew,
    /// To read and write; created, or emptied.
    Truncate,
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirEntry {
    /// The last component; a name that is not UTF-8 is left out of a listing.
    pub name: String,
    /// Whether it is a directory.
    pub is_dir: bool,
}

/// Space on a file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Size of the file system.
    pub total: u64,
    /// What this process may still write.
    pub usable: u64,
}

/// Holds a lock for as long as it lives.
pub struct DirLock {
    _guard: Box<dyn Send + Sync>,
}

impl DirLock {
    /// A lock that `guard` releases when it is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self {
            _guard: Box::new(guard),
        }
    }
}

impl fmt::Debug for DirLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirLock")
    }
}

/// An operation that may take as long as the device likes.
pub enum DiskOp {
    /// Syncs files, writes small ones, then syncs directories; the first failure ends it.
    Sync {
        /// Each file's bytes and length.
        files: Vec<Arc<dyn DiskFile>>,
        /// Files to replace atomically once those are durable.
        writes: Vec<(PathBuf, Vec<u8>)>,
        /// Raised when a full disk, or a lack of descriptors, refuses one of the writes: that is no reason to give the synced data up.
        /// Without it the operation fails.
        refused: Option<Arc<AtomicBool>>,
        /// Directories whose new names must survive as well.
        dirs: Vec<PathBuf>,
    },
    /// Replaces the checkpoint files of a log directory.
    Checkpoint(CheckpointWrite),
    /// Brings bytes into memory that are probably not there, so that who asks again need not wait. They are not
    /// handed over: sendfile(2) sends them from the page cache.
    ReadCold(FileSlice),
    /// Removes files and directories (with what is in them); missing ones are fine.
    Delete(Vec<PathBuf>),
    /// Work of this crate that reads or writes much: recovery, opening a log, compaction.
    Job(Job),
    /// Work that somebody waits for and that seldom waits for the device: it goes before deletions and other jobs.
    Urgent(Job),
}

/// Work to run on an IO thread (inline in the simulator).
pub type Job = Box<dyn FnOnce() -> io::Result<()> + Send>;

impl fmt::Debug for DiskOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sync {
                files,
                writes,
                dirs,
                ..
            } => {
                let written: Vec<_> = writes.iter().map(|(path, _)| path).collect();
                write!(f, "Sync({files:?}, {written:?}, {dirs:?})")
            }
            Self::Checkpoint(write) => write!(f, "{write:?}"),
            Self::ReadCold(slice) => write!(f, "ReadCold({slice:?})"),
            Self::Delete(paths) => write!(f, "Delete({paths:?})"),
            Self::Job(_) => f.write_str("Job"),
            Self::Urgent(_) => f.write_str("Urgent"),
        }
    }
}

/// The end of a submitted operation.
#[derive(Debug)]
pub struct DiskDone {
    /// As given to [`Disk::submit`].
    pub token: Token,
    /// What came of it.
    pub result: io::Result<()>,
}

/// Carries out `op` where the caller stands: what an IO thread does, and what the simulator does
/// when it lets a submitted operation end.
///
/// # Errors
/// The operating system's.
pub fn run_op(disk: &dyn Disk, op: DiskOp) -> io::Result<()> {
    match op {
        DiskOp::Sync {
            files,
            writes,
            refused,
            dirs,
        } => {
            files.iter().try_for_each(|file| file.sync())?;
            for (path, content) in &writes {
                match (disk.write_file_atomically(path, content), &refused) {
                    (Err(e), Some(refused)) if !is_failure(&e) => {
                        refused.store(true, Ordering::Release);
                    }
                    (other, _) => other?,
                }
            }
            dirs.iter().try_for_each(|dir| disk.sync_dir(dir))?;
        }
        DiskOp::Checkpoint(write) => write.run(disk)?,
        DiskOp::ReadCold(slice) => slice.file.bring_in(slice.position, u64::from(slice.len))?,
        DiskOp::Delete(paths) => paths.iter().try_for_each(|path| delete(disk, path))?,
        DiskOp::Job(job) | DiskOp::Urgent(job) => job()?,
    }
    Ok(())
}

fn delete(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let removed = match disk.remove_file(path) {
        Err(e) if e.kind() == io::ErrorKind::IsADirectory => disk.remove_dir_all(path),
        other => other,
    };
    match removed {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A range of an open file: what a read of the log returns, for sendfile to send.
#[derive(Clone)]
pub struct FileSlice {
    /// The file; it stays readable after it was renamed or removed.
    pub file: Arc<dyn DiskFile>,
    /// First byte.
    pub position: u64,
    /// Number of bytes.
    pub len: u32,
}

impl FileSlice {
    /// The bytes; fewer than `len` where the file ends.
    ///
    /// # Errors
    /// The operating system's.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut buf = vec![0; self.len as usize];
        let n = self.file.read_at(&mut buf, self.position)?;
        buf.truncate(n);
        Ok(buf)
    }

    /// The first `len` bytes of it, or all.
    #[must_use]
    pub fn head(&self, len: u32) -> Self {
        Self {
            file: Arc::clone(&self.file),
            position: self.position,
            len: self.len.min(len),
        }
    }

    /// Whether the bytes can probably be sent without waiting for the device.
    #[must_use]
    pub fn is_resident(&self) -> bool {
        self.file.is_resident(self.position, u64::from(self.len))
    }
}

impl fmt::Debug for FileSlice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}[{}..+{}]", self.file, self.position, self.len)
    }
}

#[cfg(test)]
#[path = "disk/disk_tests.rs"]
mod tests;
