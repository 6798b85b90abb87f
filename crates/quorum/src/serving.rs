//! What a voter gives to those who follow the quorum by Kafka's Fetch and FetchSnapshot (KIP-595, KIP-630).

use bytes::Bytes;
use model::{LeaderEpoch, Offset};
use storage::errors::ReadError;
use storage::log::ReadRequest;

use crate::error::Failure;
use crate::quorum::Quorum;
use crate::snapshot::SnapshotId;
use crate::transfer;
use crate::wire::Body;

/// What there is from an offset on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// Whole batches, but for the last, which may be cut off; empty at the end of the log.
    Batches(Bytes),
    /// The log has another history: this is where the epoch that was named, or the one before it, ends in it.
    Diverging(LeaderEpoch, Offset),
    /// What comes next is in a snapshot.
    Snapshot(SnapshotId),
}

/// A piece of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Bytes of the whole snapshot.
    pub size: u64,
    /// The bytes from the position on that was asked for.
    pub content: Bytes,
}

impl Quorum {
    /// The committed batches from `from` on, up to about `max_bytes`, for somebody whose last batch had `last_epoch`.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn fetch(
        &mut self,
        from: Offset,
        last_epoch: Option<LeaderEpoch>,
        max_bytes: u32,
    ) -> Result<Fetched, Failure> {
        let (start, end) = (self.log.start(), self.log.end());
        let newest = self.snapshots.newest().map(|newest| newest.id);
        let newest = newest.filter(|id| id.end_offset > Offset::ZERO);
        if from < start
            && let Some(id) = newest
        {
            return Ok(Fetched::Snapshot(id));
        }
        if let Some(epoch) = last_epoch.filter(|_| from > start) {
            let known = self.log.inner_mut().end_offset_for_epoch(epoch);
            match known {
                Some((found, ends)) if found == epoch && from <= ends => {}
                Some((found, ends)) => return Ok(Fetched::Diverging(found, ends)),
                None if self.log.last_epoch().is_some_and(|last| last < epoch) => {
                    return Ok(self.diverging_at_end());
                }
                // The epoch is older than the log.
                None => {
                    return Ok(newest.map_or(Fetched::Diverging(epoch, start), Fetched::Snapshot));
                }
            }
        }
        if from > end {
            return Ok(self.diverging_at_end());
        }
        self.read(from, end, max_bytes).map(Fetched::Batches)
    }

    /// The other log may have all that this one has, and has more.
    fn diverging_at_end(&self) -> Fetched {
        let epoch = self.log.last_epoch().unwrap_or(LeaderEpoch(0));
        Fetched::Diverging(epoch, self.log.end())
    }

    fn read(&mut self, from: Offset, upper: Offset, max_bytes: u32) -> Result<Bytes, Failure> {
        if from >= upper {
            return Ok(Bytes::new());
        }
        let request = ReadRequest {
            from,
            upper,
            max_bytes,
            min_one: true,
            with_aborted: false,
            may_wait: true,
        };
        let found = match self.log.inner_mut().read(&request) {
            Ok(found) => found,
            Err(ReadError::Disk(error)) => return Err(error.into()),
            // It was checked against start and end.
            Err(_) => return Ok(Bytes::new()),
        };
        let Some(slice) = found.slice else {
            return Ok(Bytes::new());
        };
        let bytes = slice.read().map_err(Failure::disk(&self.dir))?;
        Ok(Bytes::from(bytes))
    }

    /// Bytes of a snapshot from `position` on; `None` if it is not there any more.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn fetch_snapshot(&self, id: SnapshotId, position: u64) -> Result<Option<Chunk>, Failure> {
        match transfer::chunk(&*self.disk, &self.dir, id, position)? {
            Body::Chunk { size, content, .. } => Ok(Some(Chunk { size, content })),
            _ => Ok(None),
        }
    }
}
