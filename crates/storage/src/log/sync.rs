//! Making the log durable, with group commit.
//!
//! One sync of a log is under way at a time. It covers everything appended before it began, so it
//! serves all that wait for it; what comes meanwhile waits for the next. Its files are those from
//! the segment of the recovery point on, oldest first, and of so many segments that the descriptors
//! of the process suffice: the next one takes the others.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::{Now, Offset};

use super::Log;
use crate::disk::{DiskFile, DiskOp, OpenMode, run_op};
use crate::errors::LogError;
use crate::leader_epochs;
use crate::partition_metadata;
use crate::planted::{PlantedBug, is_planted};
use crate::segment::Segment;

/// Segments of one sync at most. Each keeps up to four files open until the sync has ended.
const MOST_SEGMENTS: usize = 64;

/// What is synced and what is not.
#[derive(Debug)]
pub(super) struct SyncState {
    pub(super) recovery_point: Offset,
    /// When the oldest record that is not synced was appended.
    oldest: Option<Duration>,
    under_way: Option<SyncTicket>,
    /// Counts truncations: a sync that began before one says nothing about what came after.
    generation: u32,
    left: Leftovers,
    /// What the sync that is under way covers of them.
    in_flight: Leftovers,
    /// Raised when a full disk did not take the small files.
    refused: Arc<AtomicBool>,
}

/// What is to become durable beside the batches.
#[derive(Debug, Default)]
struct Leftovers {
    /// Names in the partition's directory are not durable, or bytes that were cut off are not durably gone.
    names: bool,
    /// Nor is the directory's own name.
    own_name: bool,
    /// Segments that were finished, and their indexes.
    finished: Option<Bases>,
    /// Small files to write once the data before them is durable.
    writes: Vec<(PathBuf, Vec<u8>)>,
}

/// The segments whose base offsets lie in this range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bases {
    first: Offset,
    last: Offset,
}

impl Bases {
    fn and(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }

    fn contains(self, base: Offset) -> bool {
        self.first <= base && base <= self.last
    }

    /// Those from `base` on.
    fn from(self, base: Offset) -> Option<Self> {
        (base <= self.last).then_some(Self {
            first: self.first.max(base),
            ..self
        })
    }
}

/// The files of a sync.
#[derive(Default)]
struct Files {
    files: Vec<Arc<dyn DiskFile>>,
    /// The base of the first segment that has to wait for the next sync.
    rest: Option<Offset>,
}

impl Leftovers {
    const fn is_empty(&self) -> bool {
        !self.names && self.finished.is_none() && self.writes.is_empty()
    }

    fn add_finished(&mut self, bases: Bases) {
        self.finished = Some(self.finished.map_or(bases, |others| others.and(bases)));
    }

    /// Takes what a sync of all segments before `rest` covers: all, or the names and these segments.
    fn take(&mut self, rest: Option<Offset>) -> Self {
        let mut all = std::mem::take(self);
        if let Some(base) = rest {
            self.finished = all.finished.and_then(|bases| bases.from(base));
            self.writes = std::mem::take(&mut all.writes);
        }
        all
    }

    /// With what came later.
    fn and(mut self, mut later: Self) -> Self {
        self.names |= later.names;
        self.own_name |= later.own_name;
        if let Some(bases) = later.finished {
            self.add_finished(bases);
        }
        self.writes.append(&mut later.writes);
        self
    }

    fn dirs(&self, path: &Path) -> Vec<PathBuf> {
        let mut dirs = Vec::new();
        if self.names {
            dirs.push(path.to_path_buf());
        }
        if self.own_name {
            dirs.extend(path.parent().map(PathBuf::from));
        }
        dirs
    }
}

/// A sync that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncTicket {
    generation: u32,
    upto: Offset,
}

/// A sync to submit.
#[derive(Debug)]
pub struct SyncTarget {
    /// The operation for [`crate::disk::Disk::submit`].
    pub op: DiskOp,
    /// For [`Log::finish_sync`].
    pub ticket: SyncTicket,
}

/// What the end of a sync means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Everything below this offset is durable.
    Synced(Offset),
    /// The log was truncated meanwhile; what it holds needs another sync.
    Superseded,
    /// The data may be lost: the log directory goes offline. A sync is never tried again.
    Failed,
}

impl SyncState {
    pub(super) fn new(recovery_point: Offset, names: bool, own_name: bool) -> Self {
        Self {
            recovery_point,
            oldest: None,
            under_way: None,
            generation: 0,
            left: Leftovers {
                names,
                own_name,
                ..Leftovers::default()
            },
            in_flight: Leftovers::default(),
            refused: Arc::default(),
        }
    }

    /// Another number after each time that the log was cut.
    pub(super) const fn generation(&self) -> u32 {
        self.generation
    }

    pub(super) fn on_append(&mut self, now: Now) {
        self.oldest.get_or_insert(now.mono);
    }

    pub(super) fn on_new_name(&mut self) {
        self.left.names = true;
    }

    /// Something that is not a record must become durable before a stop is a clean one.
    pub(super) fn on_leftover(&mut self) {
        self.left.names = true;
    }

    /// The segment of this base offset was finished, in this life of the log or an earlier one.
    pub(super) fn on_finished(&mut self, base: Offset) {
        self.left.add_finished(Bases {
            first: base,
            last: base,
        });
    }

    pub(super) fn add_write(&mut self, path: PathBuf, content: Vec<u8>) {
        self.left.writes.push((path, content));
    }

    /// Takes the small files that wait for a sync.
    pub(super) fn take_writes(&mut self) -> Vec<(PathBuf, Vec<u8>)> {
        if !self.left.writes.is_empty() {
            self.left.names = true;
        }
        std::mem::take(&mut self.left.writes)
    }

    /// Something beside the batches waits for a sync.
    pub(super) const fn has_leftovers(&self) -> bool {
        self.under_way.is_some() || !self.left.is_empty()
    }

    /// Forgets the sync that is under way: its end will not be heard, and the next sync covers what it was to cover.
    pub(super) fn abandon(&mut self) {
        self.under_way = None;
        let in_flight = std::mem::take(&mut self.in_flight);
        self.left = in_flight.and(std::mem::take(&mut self.left));
    }

    /// What lies from `offset` on is not to count as durable, though a sync that has begun covers it.
    pub(super) fn on_lowered(&mut self, offset: Offset) {
        self.generation += 1;
        self.recovery_point = self.recovery_point.min(offset);
    }

    /// The log ends at `log_end`, and what is written from there on is new.
    pub(super) fn on_truncate(&mut self, log_end: Offset) {
        self.on_lowered(log_end);
        self.left.writes.clear();
        self.in_flight.writes.clear();
        self.left.names = true;
    }
}

impl Log {
    /// Everything below is durable.
    #[must_use]
    pub const fn recovery_point(&self) -> Offset {
        self.sync.recovery_point
    }

    /// Whether a sync is due by `flush.messages` or `flush.ms`.
    #[must_use]
    pub fn needs_sync(&self, now: Now) -> bool {
        let unsynced = self.log_end.since(self.sync.recovery_point).unsigned_abs();
        let by_count = self
            .config
            .flush_messages
            .is_some_and(|limit| unsynced >= limit.max(1));
        unsynced > 0 && (by_count || self.flush_deadline().is_some_and(|due| due <= now.mono))
    }

    /// Whether a finished segment is not yet synced: the owner begins a sync that nobody waits for, so that what a crash makes
    /// the next start check stays small.
    #[must_use]
    pub const fn wants_background_sync(&self) -> bool {
        self.sync.left.finished.is_some() && self.sync.under_way.is_none() && !self.offline
    }

    /// The log had been put down before everything was synced: that may be so of the indexes of all segments from the recovery point's
    /// on, and of the one before it, which may have been finished after the sync that reached its end.
    pub(super) fn note_unsynced_indexes(&mut self) {
        let first = self.segments[self.segment_of(self.sync.recovery_point.plus(-1))].base();
        let last = self.active().base();
        self.sync.left.add_finished(Bases { first, last });
    }

    /// When a sync falls due by `flush.ms`.
    #[must_use]
    pub fn flush_deadline(&self) -> Option<Duration> {
        Some(self.sync.oldest?.saturating_add(self.config.flush_ms?))
    }

    /// Begins a sync of all that is there; `None` when there is nothing to sync, or one is under way (then ask again
    /// at its end).
    ///
    /// # Errors
    /// The disk failed to open a file: the log directory goes offline.
    pub fn begin_sync(&mut self) -> Result<Option<SyncTarget>, LogError> {
        let is_done = self.sync.recovery_point >= self.log_end
            && !self.sync.has_leftovers()
            && !self.epochs.is_dirty();
        if self.sync.under_way.is_some() || self.offline || is_done {
            return Ok(None);
        }
        if self.epochs.is_dirty() {
            let path = self.dir.path.join(leader_epochs::FILE_NAME);
            self.sync
                .add_write(path, self.epochs.to_text().into_bytes());
            self.epochs.mark(false);
        }
        let Files { mut files, rest } = self.unsynced_segments()?;
        if self.sync.left.own_name {
            files.extend(self.topic_id_file()?);
        }
        let left = self.sync.left.take(rest);
        if is_planted(PlantedBug::AcknowledgeBeforeWrite) {
            files.clear();
        }
        let (writes, dirs) = (left.writes.clone(), left.dirs(&self.dir.path));
        self.sync.in_flight = left;
        let ticket = SyncTicket {
            generation: self.sync.generation,
            upto: rest.unwrap_or(self.log_end),
        };
        self.sync.under_way = Some(ticket);
        if rest.is_none() {
            self.sync.oldest = None;
        }
        Ok(Some(SyncTarget {
            op: DiskOp::Sync {
                files,
                writes,
                refused: Some(Arc::clone(&self.sync.refused)),
                dirs,
            },
            ticket,
        }))
    }

    /// Syncs everything at once: at start and stop, and where nobody else waits. Gives whether the small files were written too; those
    /// that a full disk refuses the next sync writes again.
    ///
    /// # Errors
    /// The disk failed: the log is offline.
    pub fn sync_now(&mut self) -> Result<bool, LogError> {
        while let Some(target) = self.begin_sync()? {
            let done = run_op(self.dir.disk(), target.op);
            let is_refused = self.sync.refused.load(Ordering::Acquire);
            self.finish_sync(target.ticket, done.is_ok());
            done.map_err(|e| LogError::disk(&self.dir.path, e))?;
            if is_refused {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A log that is durable has to be told from one of an earlier topic of the same name.
    fn topic_id_file(&self) -> Result<Option<Arc<dyn DiskFile>>, LogError> {
        let path = self.dir.path.join(partition_metadata::FILE_NAME);
        match self.dir.disk().open(&path, OpenMode::Write) {
            Ok(file) => Ok(Some(file)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(LogError::disk(&path, e)),
        }
    }

    fn unsynced_segments(&mut self) -> Result<Files, LogError> {
        let finished = self.sync.left.finished;
        let point = self.sync.recovery_point;
        let from = finished.map_or(point, |bases| bases.first.min(point));
        // Segments below the log start as well, as long as they are there: the next start may know of an earlier one.
        let first = self.segment_of(from);
        let mut taken = Files {
            rest: self.segments.get(first + MOST_SEGMENTS).map(Segment::base),
            ..Files::default()
        };
        for segment in self.segments.iter_mut().skip(first).take(MOST_SEGMENTS) {
            let fail = |e| LogError::disk(&self.dir.path, e);
            if finished.is_some_and(|bases| bases.contains(segment.base())) {
                let mut files = segment.files(&self.dir).map_err(fail)?;
                taken.files.append(&mut files);
            } else {
                taken.files.push(segment.file(&self.dir).map_err(fail)?);
            }
        }
        Ok(taken)
    }

    /// A sync has ended, well or not.
    pub fn finish_sync(&mut self, ticket: SyncTicket, is_ok: bool) -> SyncOutcome {
        if self.sync.under_way == Some(ticket) {
            self.sync.under_way = None;
            self.sync.in_flight = Leftovers::default();
        }
        if !is_ok {
            self.offline = true;
            return SyncOutcome::Failed;
        }
        if self.sync.refused.swap(false, Ordering::AcqRel) {
            // Written again with the next sync; snapshots that are missing are found again in the log.
            self.epochs.mark(true);
        }
        if ticket.generation != self.sync.generation {
            return SyncOutcome::Superseded;
        }
        self.sync.recovery_point = self.sync.recovery_point.max(ticket.upto);
        SyncOutcome::Synced(self.sync.recovery_point)
    }

    /// Whether a sync is under way.
    #[must_use]
    pub const fn is_syncing(&self) -> bool {
        self.sync.under_way.is_some()
    }
}
