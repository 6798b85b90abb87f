//! A node that follows the metadata quorum without a vote: it fetches what is committed, and snapshots where it has fallen behind.
//!
//! ```text
//!            leader says: a snapshot           every byte is there, and whole
//!  Fetching --------------------------> Getting ---------------------------> Fetching
//!     ^                                    |
//!     +---- the snapshot is gone ----------+
//! ```
//!
//! Its log holds only what is committed, so it never has to give anything back: a leader that says otherwise belongs to another
//! history, and the observer stops. Nothing is synced as it comes; what a loss of power takes is fetched again.

use std::io::IoSlice;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{DirectoryId, LeaderEpoch, Now, Offset, TimestampMs};
use records::BatchIter;
use storage::disk::{Disk, DiskFile};

use crate::config::Config;
use crate::error::Failure;
use crate::metadata_log::MetadataLog;
use crate::output::{CommittedBatch, Event, Output};
use crate::retention::{self, Retention};
use crate::snapshot::{FinishedSnapshot, SnapshotId, SnapshotReader, SnapshotWriter, begin_part};
use crate::snapshot_files::SnapshotFiles;
use crate::start::{make_dir, write_topic_id};

/// An observer of the metadata quorum.
pub struct Observer {
    config: Config,
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    log: MetadataLog,
    snapshots: SnapshotFiles,
    getting: Option<Getting>,
    end: Offset,
    /// Of the last batch.
    epoch: Option<LeaderEpoch>,
    timestamp: TimestampMs,
    /// Bytes of batches since the newest snapshot.
    bytes: u64,
    snapshot_at: Duration,
    out: Output,
    has_failed: bool,
}

/// What an observer wants of the leader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Batches from an offset on.
    Batches {
        /// The offset.
        from: Offset,
        /// The epoch of the batch before it.
        last_epoch: Option<LeaderEpoch>,
    },
    /// Bytes of a snapshot.
    Chunk {
        /// The snapshot.
        id: SnapshotId,
        /// The place in it.
        position: u64,
    },
}

/// A snapshot on its way.
#[derive(Debug)]
struct Getting {
    id: SnapshotId,
    part: PathBuf,
    file: Arc<dyn DiskFile>,
    position: u64,
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Observer")
            .field("end", &self.end)
            .field("getting", &self.getting)
            .finish_non_exhaustive()
    }
}

impl Observer {
    /// Opens the files in `dir`, or begins them there. The first [`Observer::poll`] has the newest snapshot and every batch after it.
    ///
    /// # Errors
    /// The files are damaged, or the disk fails.
    pub fn open(
        config: Config,
        disk: Arc<dyn Disk>,
        dir: &Path,
        now: Now,
    ) -> Result<Self, Failure> {
        make_dir(&*disk, dir)?;
        write_topic_id(&*disk, dir)?;
        let snapshots = SnapshotFiles::open(Arc::clone(&disk), dir)?;
        let mut log = MetadataLog::open(Arc::clone(&disk), dir, &config, Offset::ZERO, now)?;
        let newest = snapshots.newest().map(|newest| newest.id);
        // What a tool formats a directory with is no state of the cluster.
        let newest = newest.filter(|id| id.end_offset > Offset::ZERO);
        if let Some(id) = newest.filter(|id| id.end_offset > log.end()) {
            log.reset(now, id.end_offset)?;
        }
        let mut observer = Self {
            config,
            disk,
            dir: dir.to_owned(),
            log,
            snapshots,
            getting: None,
            end: Offset::ZERO,
            epoch: None,
            timestamp: TimestampMs(0),
            bytes: 0,
            snapshot_at: now.mono,
            out: Output::default(),
            has_failed: false,
        };
        observer.replay(newest)?;
        Ok(observer)
    }

    fn replay(&mut self, newest: Option<SnapshotId>) -> Result<(), Failure> {
        if let Some(id) = newest {
            self.begin_at(id);
        }
        let mut batches = Vec::new();
        self.log.replay(self.end, |batch| batches.push(batch))?;
        batches.into_iter().for_each(|batch| self.deliver(batch));
        Ok(())
    }

    /// The state is that of a snapshot.
    fn begin_at(&mut self, id: SnapshotId) {
        (self.end, self.epoch, self.bytes) = (id.end_offset, Some(id.epoch), 0);
        self.out.events.push(Event::SnapshotInstalled(id));
    }

    /// What the leader is to be asked for.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        match &self.getting {
            Some(getting) => Wanted::Chunk {
                id: getting.id,
                position: getting.position,
            },
            None => Wanted::Batches {
                from: self.end,
                last_epoch: self.epoch,
            },
        }
    }

    /// Batches have come, the last one perhaps cut off; whether they were of use.
    pub fn on_batches(&mut self, now: Now, bytes: &Bytes) -> bool {
        if self.has_failed || self.getting.is_some() {
            return false;
        }
        let mut batches = BatchIter::new(bytes);
        let mut at = 0;
        while let Some(Ok(batch)) = batches.next() {
            let follows = batch.base_offset() == self.end && batch.leader_epoch() >= self.epoch;
            if !batch.is_valid_crc() || !follows || batch.leader_epoch().is_none() {
                return false;
            }
            let whole = bytes.slice(at..batches.position());
            at = batches.position();
            if let Err(failure) = self.log.append(now, &whole) {
                self.fail(failure);
                return false;
            }
            self.deliver(whole);
        }
        at > 0
    }

    fn deliver(&mut self, bytes: Bytes) {
        let parsed = records::RecordBatch::parse(&bytes).expect("the log holds whole batches");
        let (base_offset, end_offset) = (parsed.base_offset(), parsed.last_offset().next());
        let epoch = parsed
            .leader_epoch()
            .expect("a batch in the log has its leader's epoch");
        self.timestamp = self
            .timestamp
            .max(parsed.max_timestamp().unwrap_or_default());
        (self.end, self.epoch) = (end_offset, Some(epoch));
        self.bytes += bytes.len() as u64;
        self.out.events.push(Event::Committed(CommittedBatch {
            base_offset,
            end_offset,
            epoch,
            bytes,
        }));
    }

    /// The leader has dropped what comes next, and offers a snapshot.
    pub fn on_snapshot_offer(&mut self, id: SnapshotId) {
        if self.has_failed || id.end_offset <= self.end {
            return;
        }
        let part = id.part_path(&self.dir);
        match begin_part(&*self.disk, &part) {
            Ok(file) => {
                self.getting = Some(Getting {
                    id,
                    part,
                    file,
                    position: 0,
                });
            }
            Err(failure) => self.fail(failure),
        }
    }

    /// Bytes of the snapshot have come, of `size` in all; whether they were of use.
    pub fn on_chunk(
        &mut self,
        now: Now,
        (id, position): (SnapshotId, u64),
        size: u64,
        content: &[u8],
    ) -> bool {
        let Some(getting) = &mut self.getting else {
            return false;
        };
        let end = position + content.len() as u64;
        if id != getting.id || position != getting.position || content.is_empty() || end > size {
            self.on_snapshot_gone();
            return false;
        }
        let written = getting.file.write_at(&[IoSlice::new(content)], position);
        if let Err(source) = written {
            let path = getting.part.clone();
            self.fail(Failure::Disk { path, source });
            return false;
        }
        getting.position = end;
        if end == size
            && let Err(failure) = self.install(now)
        {
            self.fail(failure);
        }
        true
    }

    /// The leader has the snapshot no more: the next fetch tells of another.
    pub fn on_snapshot_gone(&mut self) {
        if let Some(getting) = self.getting.take() {
            self.snapshots.discard_part(getting.id);
        }
    }

    fn install(&mut self, now: Now) -> Result<(), Failure> {
        let Some(getting) = self.getting.take() else {
            return Ok(());
        };
        getting.file.sync().map_err(Failure::disk(&getting.part))?;
        let reader = SnapshotReader::open_path(&*self.disk, getting.part.clone())?;
        let summary = match reader.verify() {
            Ok(summary) => summary,
            // It was damaged on its way: the next fetch begins anew.
            Err(Failure::Corrupt { .. }) => {
                self.snapshots.discard_part(getting.id);
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let id = getting.id;
        self.snapshots.publish(FinishedSnapshot {
            id,
            size: summary.size,
            timestamp: summary.timestamp,
        })?;
        self.log.reset(now, id.end_offset)?;
        self.snapshots.retain(|old| old == id)?;
        (self.timestamp, self.snapshot_at) = (summary.timestamp, now.mono);
        self.begin_at(id);
        Ok(())
    }

    /// The leader's history is another one: it has no batch where this node's log has one.
    pub fn on_diverging(&mut self, epoch: LeaderEpoch, end: Offset) {
        let (ours, dir) = (self.end, self.dir.clone());
        self.fail(Failure::Diverged {
            dir,
            ours,
            theirs: end,
            epoch,
        });
    }

    fn fail(&mut self, failure: Failure) {
        self.has_failed = true;
        self.out.failure.get_or_insert(failure);
    }

    /// What has happened.
    pub fn poll(&mut self) -> Output {
        mem::take(&mut self.out)
    }

    /// The end of what it knows.
    #[must_use]
    pub const fn end(&self) -> Offset {
        self.end
    }

    /// The id of its metadata directory.
    #[must_use]
    pub const fn directory_id(&self) -> DirectoryId {
        self.config.directory_id
    }

    /// Where its files are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether a snapshot should be taken, as for a voter.
    #[must_use]
    pub fn snapshot_due(&self, now: Now) -> bool {
        let is_large = self.bytes >= self.config.snapshot_after_bytes;
        let is_old = self.snapshot_deadline().is_some_and(|due| due <= now.mono);
        self.bytes > 0 && (is_large || is_old)
    }

    /// When a snapshot falls due by age, if anything was written.
    #[must_use]
    pub fn snapshot_deadline(&self) -> Option<Duration> {
        let due = self.snapshot_at.saturating_add(self.config.snapshot_after?);
        (self.bytes > 0).then_some(due)
    }

    /// Begins the snapshot of all that is known, if that ends at `end`.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn begin_snapshot(&self, end: Offset) -> Result<Option<SnapshotWriter>, Failure> {
        let newest = self.snapshots.newest().map(|newest| newest.id.end_offset);
        let Some(epoch) = self.epoch.filter(|_| end == self.end && newest < Some(end)) else {
            return Ok(None);
        };
        let id = SnapshotId {
            end_offset: end,
            epoch,
        };
        SnapshotWriter::create(&*self.disk, &self.dir, id, self.timestamp, None).map(Some)
    }

    /// Puts a finished snapshot in place, and drops log and snapshots that it makes superfluous.
    pub fn finish_snapshot(&mut self, now: Now, finished: FinishedSnapshot) {
        if let Err(failure) = self.place(now, finished) {
            self.fail(failure);
        }
    }

    fn place(&mut self, now: Now, finished: FinishedSnapshot) -> Result<(), Failure> {
        self.snapshots.publish(finished)?;
        (self.bytes, self.snapshot_at) = (0, now.mono);
        let retention = Retention {
            bytes: self.config.retention_bytes,
            time: self.config.retention,
            log_bytes: self.log.size(),
            now: now.wall,
        };
        let gone = retention::superfluous(self.snapshots.all(), retention);
        if gone == 0 {
            return Ok(());
        }
        let oldest = self.snapshots.all()[gone].id;
        self.log.delete_before(now, oldest.end_offset)?;
        self.snapshots.retain(|id| id >= oldest)
    }

    /// Ends it: what is written is synced.
    ///
    /// # Errors
    /// When the disk fails; the next start fetches again.
    pub fn close(mut self) -> Result<(), Failure> {
        if self.has_failed {
            return Ok(());
        }
        self.log.close()
    }
}
