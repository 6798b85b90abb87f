//! Taking snapshots, and dropping what they make superfluous.

use std::time::Duration;

use model::{Now, Offset};
use raft::StateRole;

use crate::batch;
use crate::error::Failure;
use crate::quorum::Quorum;
use crate::retention::{self, Retention};
use crate::snapshot::{FinishedSnapshot, SnapshotId, SnapshotWriter};

impl Quorum {
    /// Whether a snapshot should be taken: enough was written since the last one, or it is old and
    /// anything was written.
    #[must_use]
    pub fn snapshot_due(&self, now: Now) -> bool {
        let is_large = self.applied.bytes >= self.config.snapshot_after_bytes;
        let is_old = self.snapshot_deadline().is_some_and(|due| due <= now.mono);
        self.applied.bytes > 0 && (is_large || is_old)
    }

    /// When a snapshot falls due by age, if anything was written.
    #[must_use]
    pub fn snapshot_deadline(&self) -> Option<Duration> {
        let due = self
            .applied
            .snapshot_at
            .saturating_add(self.config.snapshot_after?);
        (self.applied.bytes > 0).then_some(due)
    }

    /// Begins the snapshot of the state up to `end`, the end offset of a batch that the owner was told
    /// of. `None` if `end` is no such offset, or a snapshot of it or a later one exists.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn begin_snapshot(&self, end: Offset) -> Result<Option<SnapshotWriter>, Failure> {
        let (index, _, found) = self.node.store().last_within(end);
        let newest = self.snapshots.newest().map(|newest| newest.id.end_offset);
        if found != end || index > self.applied.index || newest >= Some(end) || index == 0 {
            return Ok(None);
        }
        let id = SnapshotId {
            end_offset: end,
            epoch: self.node.store().epoch_at(index),
        };
        let voters = self.voters.to_vec();
        let voters = (self.config.kraft_version > 0).then_some(voters.as_slice());
        SnapshotWriter::create(&*self.disk, &self.dir, id, self.applied.timestamp, voters).map(Some)
    }

    /// Puts a finished snapshot in place, and drops entries, log and snapshots that it makes
    /// superfluous. A snapshot that was overtaken by one from the leader is discarded.
    /// Where the disk fails, the quorum stops, as [`crate::Output::failure`] says.
    pub fn finish_snapshot(&mut self, now: Now, finished: FinishedSnapshot) {
        self.now = now;
        if !self.has_failed {
            let placed = self.place(finished);
            self.note(placed);
        }
    }

    fn place(&mut self, finished: FinishedSnapshot) -> Result<(), Failure> {
        let end = finished.id.end_offset;
        let (index, term, found) = self.node.store().last_within(end);
        if found != end
            || self
                .snapshots
                .newest()
                .is_some_and(|newest| newest.id.end_offset >= end)
        {
            self.snapshots.discard_part(finished.id);
            return Ok(());
        }
        self.snapshots.publish(finished)?;
        self.applied.bytes = 0;
        self.applied.snapshot_at = self.now.mono;
        self.note_newest_snapshot(index, term);
        self.compact(index)?;
        self.delete_old()
    }

    /// Drops the entries that neither a start nor a follower that is merely slow will need.
    fn compact(&mut self, snapshot_index: u64) -> Result<(), Failure> {
        let raft = &self.node.raft;
        let is_leader = raft.state == StateRole::Leader;
        let alive = raft
            .prs()
            .iter()
            .filter(|(_, it)| is_leader && it.recent_active);
        let slowest = alive
            .map(|(_, it)| it.matched)
            .min()
            .unwrap_or(snapshot_index);
        let index = slowest
            .min(snapshot_index)
            .max(self.node.store().base().index);
        if index == self.node.store().base().index {
            return Ok(());
        }
        // Without these entries the end of the log cannot be written again.
        self.log.sync()?;
        let voters = batch::voters_record(&self.voters.to_vec());
        let base = self.node.store().base_at(index, self.log.end(), voters);
        self.node.mut_store().compact(base);
        self.journal.rewrite(&self.node.store().contents())?;
        self.all_synced();
        Ok(())
    }

    fn delete_old(&mut self) -> Result<(), Failure> {
        let retention = Retention {
            bytes: self.config.retention_bytes,
            time: self.config.retention,
            log_bytes: self.log.size(),
            now: self.now.wall,
        };
        let gone = retention::superfluous(self.snapshots.all(), retention);
        if gone == 0 {
            return Ok(());
        }
        let oldest = self.snapshots.all()[gone].id;
        self.log.delete_before(self.now, oldest.end_offset)?;
        self.snapshots.retain(|id| id >= oldest)
    }

    /// The newest snapshot there is.
    #[must_use]
    pub fn newest_snapshot(&self) -> Option<SnapshotId> {
        self.snapshots.newest().map(|newest| newest.id)
    }
}
