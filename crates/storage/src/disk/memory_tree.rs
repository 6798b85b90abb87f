//! The files and directories of a disk in memory, and what of them a crash would leave.
//!
//! The current state is kept whole; what is not yet durable is kept as the means to undo it, one
//! step per write or directory change, numbered over the whole disk. A sync forgets the steps up to
//! where it began; a crash undoes some of the last.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path};
use std::sync::Arc;

use parking_lot::Mutex;

use super::DirEntry;
use super::memory_fault::{Chance, CrashReport};

const PAGE: u64 = 4096;

pub(super) type Ino = u64;
pub(super) type FileCell = Arc<Mutex<FileState>>;

/// The bytes of a file and how to undo what was not synced.
#[derive(Debug, Default)]
pub(super) struct FileState {
    pub(super) data: Vec<u8>,
    undo: Vec<Undo>,
    /// What a cold read has brought into memory last.
    pub(super) brought_in: Option<(u64, u64)>,
    /// A sync has failed: what it should have covered can never become durable.
    poisoned: bool,
}

#[derive(Debug)]
struct Undo {
    /// Which change of the disk it was.
    change: u64,
    /// Where the change began.
    pos: u64,
    /// What was there before, as far as the file then went.
    overwritten: Vec<u8>,
    /// How long the file was.
    old_len: u64,
    /// How many bytes were written (0 for a change of length).
    written: u64,
}

impl FileState {
    pub(super) fn len(&self) -> u64 {
        self.data.len() as u64
    }

    pub(super) fn write(&mut self, bytes: &[u8], pos: u64, change: u64) {
        let (at, end) = (pos as usize, pos as usize + bytes.len());
        let old_len = self.len();
        let overwritten = self
            .data
            .get(at..end.min(self.data.len()))
            .unwrap_or(&[])
            .to_vec();
        self.undo.push(Undo {
            change,
            pos,
            overwritten,
            old_len,
            written: bytes.len() as u64,
        });
        if self.data.len() < end {
            self.data.resize(end, 0);
        }
        self.data[at..end].copy_from_slice(bytes);
    }

    pub(super) fn set_len(&mut self, len: u64, change: u64) {
        let old_len = self.len();
        let overwritten = self.data.get(len as usize..).unwrap_or(&[]).to_vec();
        let pos = len.min(old_len);
        self.undo.push(Undo {
            change,
            pos,
            overwritten,
            old_len,
            written: 0,
        });
        self.data.resize(len as usize, 0);
    }

    /// Makes all changes before the given one durable.
    pub(super) fn sync(&mut self, before: u64) {
        if !self.poisoned {
            self.undo.retain(|undo| undo.change >= before);
        }
    }

    /// The data of this file is lost for good, although it can still be read.
    pub(super) fn fail_sync(&mut self) {
        self.poisoned |= !self.undo.is_empty();
    }

    fn crash(&mut self, chance: &mut Chance, holes: bool, report: &mut CrashReport) {
        let durable = (holes && chance.per_mille(500)).then(|| self.durable());
        let first_change = self
            .undo
            .iter()
            .map(|undo| undo.pos.min(undo.old_len))
            .min();
        let keep = if self.poisoned {
            0
        } else {
            chance.up_to(self.undo.len() as u64) as usize
        };
        while self.undo.len() > keep {
            let undo = self.undo.pop().expect("the loop counts what is there");
            let may_tear = self.undo.len() == keep && undo.written > 1 && !self.poisoned;
            let kept = if may_tear {
                chance.up_to(undo.written - 1)
            } else {
                0
            };
            undo_one(&mut self.data, &undo, kept);
            report.torn_writes += u64::from(kept > 0);
            report.lost_writes += u64::from(kept == 0);
        }
        if let (Some(durable), Some(first)) = (durable, first_change) {
            self.lose_page(&durable, first, chance, report);
        }
        self.undo.clear();
        self.poisoned = false;
    }

    /// What the device holds for certain.
    fn durable(&self) -> Vec<u8> {
        let mut data = self.data.clone();
        for undo in self.undo.iter().rev() {
            undo_one(&mut data, undo, 0);
        }
        data
    }

    /// One of the pages that were written to since the last sync did not reach the device: it holds what it held then, and zeros
    /// beyond.
    fn lose_page(
        &mut self,
        durable: &[u8],
        first_change: u64,
        chance: &mut Chance,
        report: &mut CrashReport,
    ) {
        let end = self.len();
        if first_change >= end {
            return;
        }
        let (first, last) = (first_change / PAGE, (end - 1) / PAGE);
        let page = ((first + chance.up_to(last - first)) * PAGE) as usize;
        let lost = &mut self.data[page..end.min(page as u64 + PAGE) as usize];
        let known = durable.get(page..).unwrap_or(&[]);
        let mut held = vec![0; lost.len()];
        let count = known.len().min(held.len());
        held[..count].copy_from_slice(&known[..count]);
        report.holes += u64::from(held != lost);
        lost.copy_from_slice(&held);
    }
}

fn undo_one(data: &mut Vec<u8>, undo: &Undo, kept: u64) {
    let at = undo.pos as usize;
    let torn = data.get(at..at + kept as usize).unwrap_or(&[]).to_vec();
    data.resize(undo.old_len as usize, 0);
    data[at..at + undo.overwritten.len()].copy_from_slice(&undo.overwritten);
    if data.len() < at + torn.len() {
        data.resize(at + torn.len(), 0);
    }
    data[at..at + torn.len()].copy_from_slice(&torn);
}

#[derive(Debug)]
enum Node {
    File(FileCell),
    Dir(Dir),
}

/// Names, and what each stood for before a change.
type Before = Vec<(String, Option<Ino>)>;

#[derive(Debug, Default)]
struct Dir {
    entries: BTreeMap<String, Ino>,
    /// Per change, which it was, and the entries as they were before.
    undo: Vec<(u64, Before)>,
}

impl Dir {
    fn change(&mut self, number: u64, changes: &[(&str, Option<Ino>)]) {
        let mut undo = Vec::new();
        for (name, ino) in changes {
            undo.push(((*name).to_owned(), self.entries.get(*name).copied()));
            self.set(name, *ino);
        }
        self.undo.push((number, undo));
    }

    fn set(&mut self, name: &str, ino: Option<Ino>) {
        match ino {
            Some(ino) => self.entries.insert(name.to_owned(), ino),
            None => self.entries.remove(name),
        };
    }

    fn crash(&mut self, chance: &mut Chance, report: &mut CrashReport) {
        let keep = chance.up_to(self.undo.len() as u64) as usize;
        while self.undo.len() > keep {
            let (_, undo) = self.undo.pop().unwrap_or_default();
            for (name, before) in undo.into_iter().rev() {
                self.set(&name, before);
            }
            report.lost_entries += 1;
        }
        self.undo.clear();
    }
}

/// Directories and files by inode; 0 is the root.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<Ino, Node>,
    next: Ino,
}

impl Tree {
    pub(super) fn new() -> Self {
        Self {
            nodes: BTreeMap::from([(0, Node::Dir(Dir::default()))]),
            next: 1,
        }
    }

    fn dir(&mut self, ino: Ino) -> io::Result<&mut Dir> {
        match self.nodes.get_mut(&ino) {
            Some(Node::Dir(dir)) => Ok(dir),
            Some(Node::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub(super) fn find(&mut self, path: &Path) -> io::Result<Ino> {
        let mut at = 0;
        for name in names(path) {
            at = *self
                .dir(at)?
                .entries
                .get(name)
                .ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    /// The directory that holds `path`, and the last name.
    fn parent<'p>(&mut self, path: &'p Path) -> io::Result<(Ino, &'p str)> {
        let name = names(path).last().ok_or(io::ErrorKind::InvalidInput)?;
        let parent = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
        Ok((self.find(parent)?, name))
    }

    fn add(&mut self, node: Node) -> Ino {
        self.next += 1;
        self.nodes.insert(self.next, node);
        self.next
    }

    pub(super) fn create_dir_all(&mut self, path: &Path, number: u64) -> io::Result<()> {
        let mut at = 0;
        for name in names(path) {
            at = match self.dir(at)?.entries.get(name) {
                Some(ino) => *ino,
                None => {
                    let ino = self.add(Node::Dir(Dir::default()));
                    self.dir(at)?.change(number, &[(name, Some(ino))]);
                    ino
                }
            };
        }
        self.dir(at).map(drop)
    }

    pub(super) fn create_file(&mut self, path: &Path, number: u64) -> io::Result<(Ino, FileCell)> {
        let (parent, name) = self.parent(path)?;
        self.dir(parent)?;
        let cell = FileCell::default();
        let ino = self.add(Node::File(Arc::clone(&cell)));
        self.dir(parent)?.change(number, &[(name, Some(ino))]);
        Ok((ino, cell))
    }

    pub(super) fn file(&mut self, path: &Path) -> io::Result<(Ino, FileCell)> {
        let ino = self.find(path)?;
        match &self.nodes[&ino] {
            Node::File(cell) => Ok((ino, Arc::clone(cell))),
            Node::Dir(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub(super) fn list(&mut self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let ino = self.find(path)?;
        let entries = self.dir(ino)?.entries.clone();
        let is_dir = |ino: &Ino| matches!(self.nodes.get(ino), Some(Node::Dir(_)));
        Ok(entries
            .iter()
            .map(|(n, i)| DirEntry {
                name: n.clone(),
                is_dir: is_dir(i),
            })
            .collect())
    }

    pub(super) fn rename(&mut self, from: &Path, to: &Path, number: u64) -> io::Result<()> {
        let (from_dir, from_name) = self.parent(from)?;
        let (to_dir, to_name) = self.parent(to)?;
        let ino = *self
            .dir(from_dir)?
            .entries
            .get(from_name)
            .ok_or(io::ErrorKind::NotFound)?;
        if from_dir == to_dir {
            self.dir(to_dir)?
                .change(number, &[(from_name, None), (to_name, Some(ino))]);
        } else {
            self.dir(to_dir)?.change(number, &[(to_name, Some(ino))]);
            self.dir(from_dir)?.change(number, &[(from_name, None)]);
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &Path, number: u64) -> io::Result<()> {
        let (parent, name) = self.parent(path)?;
        self.dir(parent)?.change(number, &[(name, None)]);
        Ok(())
    }

    /// Makes all changes of a directory before the given one durable.
    pub(super) fn sync_dir(&mut self, path: &Path, before: u64) -> io::Result<()> {
        let ino = self.find(path)?;
        let dir = self.dir(ino)?;
        let mut frees = false;
        dir.undo.retain(|(number, undo)| {
            let is_later = *number >= before;
            frees |= !is_later && undo.iter().any(|(_, before)| before.is_some());
            is_later
        });
        if frees {
            self.drop_unreachable();
        }
        Ok(())
    }

    /// Forgets nodes that neither the current tree nor an undo step names.
    fn drop_unreachable(&mut self) {
        let reachable = self.reachable(true);
        self.nodes.retain(|ino, _| reachable.contains(ino));
    }

    fn reachable(&self, by_undo_as_well: bool) -> BTreeSet<Ino> {
        let mut reachable = BTreeSet::new();
        let mut todo = vec![0];
        while let Some(ino) = todo.pop() {
            if reachable.insert(ino)
                && let Some(Node::Dir(dir)) = self.nodes.get(&ino)
            {
                todo.extend(dir.entries.values());
                if by_undo_as_well {
                    let undo = dir.undo.iter().flat_map(|(_, undo)| undo);
                    todo.extend(undo.filter_map(|(_, before)| *before));
                }
            }
        }
        reachable
    }

    pub(super) fn crash(&mut self, chance: &mut Chance, holes: bool) -> CrashReport {
        let mut report = CrashReport::default();
        for node in self.nodes.values_mut() {
            match node {
                // Who still holds the file belongs to the crashed process: it gets a copy to be stale with.
                Node::File(cell) => {
                    let mut state = std::mem::take(&mut *cell.lock());
                    state.crash(chance, holes, &mut report);
                    *cell = Arc::new(Mutex::new(state));
                }
                Node::Dir(dir) => dir.crash(chance, &mut report),
            }
        }
        self.drop_unreachable();
        report
    }

    /// Bytes in all files that have a name.
    pub(super) fn used(&self) -> u64 {
        let len = |ino| match self.nodes.get(&ino) {
            Some(Node::File(cell)) => cell.lock().len(),
            _ => 0,
        };
        self.reachable(false).into_iter().map(len).sum()
    }
}

fn names(path: &Path) -> impl DoubleEndedIterator<Item = &str> {
    path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    })
}
