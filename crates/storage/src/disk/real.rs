//! The operating system's files (Linux).

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut};
use std::num::NonZeroU64;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use rustix::fs::{Advice, FallocateFlags, FlockOperation};
use rustix::io::{Errno, ReadWriteFlags};

use super::io_pool::IoPool;
use super::{DirEntry, DirLock, Disk, DiskDone, DiskFile, DiskOp, OpenMode, Token, Usage};

/// Residency is probed once per this many bytes: the kernel's default read-ahead window.
const PROBE_STEP: u64 = 128 * 1024;
/// Bytes that are copied at once, to nowhere, to bring them into memory: they stay in the processor's cache.
const BRING_IN_CHUNK: usize = 64 * 1024;

/// The operating system's files, with IO threads for what is submitted.
pub struct RealDisk {
    pool: Option<IoPool>,
}

impl RealDisk {
    /// A disk whose submitted operations run on `io_threads` threads (at least one); each end is
    /// told to `on_done`, on that thread. Dropping the disk finishes what was submitted.
    pub fn new(io_threads: usize, on_done: impl Fn(DiskDone) + Send + Sync + 'static) -> Self {
        Self {
            pool: Some(IoPool::new(io_threads, Box::new(on_done))),
        }
    }

    /// A disk without threads, for tools that look into files: nothing may be submitted to it.
    #[must_use]
    pub const fn at_once() -> Self {
        Self { pool: None }
    }
}

impl fmt::Debug for RealDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RealDisk")
    }
}

impl Disk for RealDisk {
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(DirEntry {
                    name,
                    is_dir: entry.file_type()?.is_dir(),
                });
            }
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        path.try_exists()
    }

    fn file_len(&self, path: &Path) -> io::Result<u64> {
        Ok(std::fs::metadata(path)?.len())
    }

    fn open(&self, path: &Path, mode: OpenMode) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = File::options();
        options.read(true);
        match mode {
            OpenMode::Read => &mut options,
            OpenMode::Write => options.write(true),
            OpenMode::Create => options.write(true).create(true).truncate(false),
            OpenMode::CreateNew => options.write(true).create_new(true),
            OpenMode::Truncate => options.write(true).create(true).truncate(true),
        };
        Ok(Arc::new(RealFile {
            file: options.open(path)?,
            path: path.into(),
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir_all(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        Ok(rustix::fs::fsync(File::open(path)?)?)
    }

    fn sync_all(&self, path: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(path)?)?)
    }

    fn read_file(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        if len > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut buf = vec![0; usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?];
        let n = read_fully(&file, &mut buf, 0)?;
        buf.truncate(n);
        Ok(buf)
    }

    fn lock(&self, path: &Path) -> io::Result<DirLock> {
        HeldLock::take(path).map(DirLock::new)
    }

    fn usage(&self, path: &Path) -> io::Result<Usage> {
        let stat = rustix::fs::statvfs(path)?;
        let block = stat.f_frsize;
        Ok(Usage {
            total: stat.f_blocks * block,
            usable: stat.f_bavail * block,
        })
    }

    fn submit(&self, op: DiskOp, token: Token) {
        let pool = self
            .pool
            .as_ref()
            .expect("nothing is submitted to a disk without IO threads");
        pool.submit(op, token);
    }
}

struct RealFile {
    file: File,
    path: Box<Path>,
}

impl fmt::Debug for RealFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())
    }
}

impl DiskFile for RealFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, buf: &mut [u8], pos: u64) -> io::Result<usize> {
        read_fully(&self.file, buf, pos)
    }

    fn read_if_cached(&self, buf: &mut [u8], pos: u64) -> io::Result<Option<usize>> {
        let mut done = 0;
        while done < buf.len() {
            match read_nowait(&self.file, &mut buf[done..], pos + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(None),
                Err(Errno::OPNOTSUPP) => return self.read_at(buf, pos).map(Some),
                Err(e) => return Err(e.into()),
            }
        }
        Ok(Some(done))
    }

    fn is_resident(&self, pos: u64, len: u64) -> bool {
        let last = (pos + len).saturating_sub(1).max(pos);
        let steps = (pos..last).step_by(PROBE_STEP as usize);
        steps.chain([last]).all(|at| {
            // Where the file system cannot tell (an old tmpfs), it is taken as memory.
            !matches!(read_nowait(&self.file, &mut [0], at), Err(Errno::AGAIN))
        })
    }

    fn bring_in(&self, pos: u64, len: u64) -> io::Result<()> {
        // The device is told of the whole stretch, and of as much behind it: whoever reads on finds that on its way.
        let ahead = NonZeroU64::new(len.saturating_mul(2));
        if let Err(e) = rustix::fs::fadvise(&self.file, pos, ahead, Advice::WillNeed)
            && e != Errno::OPNOTSUPP
        {
            return Err(e.into());
        }
        let mut buf = vec![0; BRING_IN_CHUNK.min(len as usize)];
        let mut done = 0;
        while done < len {
            let wanted = buf.len().min((len - done) as usize);
            match read_fully(&self.file, &mut buf[..wanted], pos + done)? {
                0 => break,
                read => done += read as u64,
            }
        }
        Ok(())
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn write_at(&self, parts: &[IoSlice<'_>], pos: u64) -> io::Result<()> {
        let total: usize = parts.iter().map(|part| part.len()).sum();
        let written = match rustix::io::pwritev(&self.file, parts, pos) {
            Ok(n) => n,
            Err(Errno::INTR) => 0,
            Err(e) => return Err(e.into()),
        };
        if written == total {
            Ok(())
        } else {
            write_rest(&self.file, parts, pos, written)
        }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn preallocate(&self, len: u64) -> io::Result<()> {
        match rustix::fs::fallocate(&self.file, FallocateFlags::empty(), 0, len) {
            Err(Errno::OPNOTSUPP) if self.len()? < len => self.truncate(len),
            Err(Errno::OPNOTSUPP) => Ok(()),
            other => Ok(other?),
        }
    }

    fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fdatasync(&self.file)?)
    }

    fn raw_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.file.as_fd())
    }
}

fn read_nowait(file: &File, buf: &mut [u8], pos: u64) -> Result<usize, Errno> {
    rustix::io::preadv2(
        file,
        &mut [IoSliceMut::new(buf)],
        pos,
        ReadWriteFlags::NOWAIT,
    )
}

fn read_fully(file: &File, buf: &mut [u8], pos: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match rustix::io::pread(file, &mut buf[done..], pos + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(done)
}

/// Writes what a short write left over: near a full disk and on signals only.
fn write_rest(file: &File, parts: &[IoSlice<'_>], pos: u64, mut skip: usize) -> io::Result<()> {
    let mut at = pos + skip as u64;
    for part in parts {
        let mut rest = &part[skip.min(part.len())..];
        skip -= skip.min(part.len());
        while !rest.is_empty() {
            match rustix::io::pwrite(file, rest, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    rest = &rest[n..];
                    at += n as u64;
                }
                Err(Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
    }
    Ok(())
}

/// Device and inode of each file that this process has locked: record locks do not exclude their
/// own process, and are lost when *any* descriptor of the file is closed.
static LOCKED: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

struct HeldLock {
    file: Option<File>,
    identity: (u64, u64),
}

impl HeldLock {
    fn take(path: &Path) -> io::Result<Self> {
        let mut locked = LOCKED.lock();
        if let Ok(found) = std::fs::metadata(path)
            && locked.contains(&(found.dev(), found.ino()))
        {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::ACCESS | Errno::AGAIN) => return Err(io::ErrorKind::WouldBlock.into()),
            other => other?,
        }
        let meta = file.metadata()?;
        let identity = (meta.dev(), meta.ino());
        locked.insert(identity);
        Ok(Self {
            file: Some(file),
            identity,
        })
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let mut locked = LOCKED.lock();
        // Closed before anybody else of this process may lock: closing releases every lock on it.
        self.file = None;
        locked.remove(&self.identity);
    }
}
