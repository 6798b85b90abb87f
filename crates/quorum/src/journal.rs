//! The journal of one voter: raft's entries, term and vote in one file, synced before anybody is told.
//!
//! The file is a run of [`crate::frame`]s. Entries are only appended; an entry with an index that is
//! there already replaces it and all behind it. When a snapshot has made the front superfluous, the
//! file is written anew beside the old one and renamed over it.
//!
//! A crash may leave a torn tail, which is cut at the next start. Damage below a point that was synced
//! is reported with file and position and never repaired here: the votes and entries in it were
//! promised to other voters.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use raft::eraftpb::{Entry, HardState};
use storage::disk::{Disk, DiskFile, OpenMode};

use crate::error::Failure;
use crate::frame::{self, Base, Frame};

/// The name of the file. It begins with no offset and ends in none of Kafka's suffixes, so that
/// Apache Kafka leaves it alone.
pub const FILE_NAME: &str = "quorum-journal";
const NEW_FILE_NAME: &str = "quorum-journal.new";
/// A journal larger than this is not read; snapshots keep it far below.
const MAX_BYTES: u64 = 8 << 30;

/// What the journal says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Contents {
    pub(crate) base: Base,
    pub(crate) hard_state: HardState,
    /// Without gap, from the index after the base.
    pub(crate) entries: Vec<Entry>,
}

/// The open file.
#[derive(Debug)]
pub(crate) struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    file: Arc<dyn DiskFile>,
    end: u64,
    durable: u64,
    /// The file's name is not durable yet.
    is_new: bool,
    scratch: Vec<u8>,
}

impl Journal {
    /// Opens the journal in `dir` and cuts a torn tail. `None` if there is none, or a crash has left
    /// nothing of it. What a crash has left unsynced counts: sync it before anybody is told.
    ///
    /// # Errors
    /// [`Failure::Corrupt`] for damage in what was synced.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
    ) -> Result<Option<(Self, Contents)>, Failure> {
        let path = dir.join(FILE_NAME);
        if !disk.exists(&path).map_err(Failure::disk(&path))? {
            return Ok(None);
        }
        let bytes = Bytes::from(
            disk.read_file(&path, MAX_BYTES)
                .map_err(Failure::disk(&path))?,
        );
        let Some((contents, end)) = read_all(&bytes, &path)? else {
            return Ok(None);
        };
        let file = disk
            .open(&path, OpenMode::Write)
            .map_err(Failure::disk(&path))?;
        if end < bytes.len() {
            file.truncate(end as u64).map_err(Failure::disk(&path))?;
        }
        let (end, dir) = (end as u64, dir.to_owned());
        let journal = Self {
            disk,
            dir,
            file,
            end,
            durable: 0,
            is_new: true,
            scratch: Vec::new(),
        };
        Ok(Some((journal, contents)))
    }

    /// A journal that begins at `base`. Durable once what [`Journal::to_sync`] names is synced.
    pub(crate) fn create(disk: Arc<dyn Disk>, dir: &Path, base: &Base) -> Result<Self, Failure> {
        let path = dir.join(FILE_NAME);
        let file = disk
            .open(&path, OpenMode::Truncate)
            .map_err(Failure::disk(&path))?;
        let dir = dir.to_owned();
        let (end, durable, scratch) = (0, 0, Vec::new());
        let mut journal = Self {
            disk,
            dir,
            file,
            end,
            durable,
            is_new: true,
            scratch,
        };
        journal.append(&[Frame::Base(base.clone())])?;
        Ok(journal)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.join(FILE_NAME)
    }

    /// Where the next frame goes.
    pub(crate) const fn end(&self) -> u64 {
        self.end
    }

    /// Writes frames into the page cache, with one call.
    pub(crate) fn append(&mut self, frames: &[Frame]) -> Result<(), Failure> {
        self.scratch.clear();
        for frame in frames {
            frame.write(&mut self.scratch, self.end, self.durable);
        }
        let written = self.file.write_at(&[IoSlice::new(&self.scratch)], self.end);
        written.map_err(Failure::disk(self.path()))?;
        self.end += self.scratch.len() as u64;
        Ok(())
    }

    /// The file to sync, and its directory if the name is new.
    pub(crate) fn to_sync(&self) -> (Arc<dyn DiskFile>, Option<PathBuf>) {
        (
            Arc::clone(&self.file),
            self.is_new.then(|| self.dir.clone()),
        )
    }

    /// What was below `end` when a sync was asked for is durable.
    pub(crate) fn on_synced(&mut self, end: u64) {
        self.durable = self.durable.max(end.min(self.end));
        self.is_new = false;
    }

    /// Syncs at once: for start and stop.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        self.file.sync().map_err(Failure::disk(self.path()))?;
        if self.is_new {
            self.disk
                .sync_dir(&self.dir)
                .map_err(Failure::disk(&self.dir))?;
        }
        self.on_synced(self.end);
        Ok(())
    }

    /// Replaces everything by `contents`, durably. A crash leaves the old journal or the new one.
    pub(crate) fn rewrite(&mut self, contents: &Contents) -> Result<(), Failure> {
        let new = self.dir.join(NEW_FILE_NAME);
        let file = self
            .disk
            .open(&new, OpenMode::Truncate)
            .map_err(Failure::disk(&new))?;
        self.scratch.clear();
        Frame::Base(contents.base.clone()).write(&mut self.scratch, 0, 0);
        Frame::HardState(contents.hard_state.clone()).write(&mut self.scratch, 0, 0);
        for entry in &contents.entries {
            Frame::Entry(entry.clone()).write(&mut self.scratch, 0, 0);
        }
        // The name appears only after a sync, so the mark is true wherever it is seen.
        let durable = self.scratch.len() as u64;
        Frame::Mark.write(&mut self.scratch, 0, durable);
        file.write_at(&[IoSlice::new(&self.scratch)], 0)
            .map_err(Failure::disk(&new))?;
        file.sync().map_err(Failure::disk(&new))?;
        self.disk
            .rename(&new, &self.path())
            .map_err(Failure::disk(&new))?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(Failure::disk(&self.dir))?;
        self.end = self.scratch.len() as u64;
        (self.file, self.durable, self.is_new) = (file, self.end, false);
        self.scratch = Vec::new();
        Ok(())
    }
}

/// All that is whole, and where that ends; `None` if not even the first frame is.
fn read_all(bytes: &Bytes, path: &Path) -> Result<Option<(Contents, usize)>, Failure> {
    let corrupt = |position: usize, problem| Failure::Corrupt {
        path: path.to_owned(),
        position: position as u64,
        problem,
    };
    let mut contents = Contents::default();
    let mut at = 0;
    while let Some((frame, _, next)) = Frame::read(bytes, at) {
        if (at == 0) != matches!(frame, Frame::Base(_)) {
            return Err(corrupt(
                at,
                "a journal has its base at the start and nowhere else",
            ));
        }
        contents
            .replay(frame)
            .map_err(|problem| corrupt(at, problem))?;
        at = next;
    }
    if at < bytes.len() && frame::is_proven_durable(bytes, at) {
        return Err(corrupt(at, "a frame that was synced is damaged"));
    }
    Ok((at > 0).then_some((contents, at)))
}

impl Contents {
    fn replay(&mut self, frame: Frame) -> Result<(), &'static str> {
        match frame {
            Frame::Base(base) => {
                *self = Self {
                    base,
                    ..Self::default()
                }
            }
            Frame::HardState(state) => self.hard_state = state,
            Frame::Entry(entry) => {
                let at = entry.index.checked_sub(self.base.index + 1);
                let at = at.ok_or("an entry below the base of the journal")? as usize;
                if at > self.entries.len() {
                    return Err("an entry is missing before this one");
                }
                self.entries.truncate(at);
                self.entries.push(entry);
            }
            Frame::Mark => {}
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
