//! Snapshots on their way to a voter that lacks entries which others have dropped.
//!
//! ```text
//!  leader                                   follower
//!     |---- MsgSnapshot (an offer) ----------->|  kept aside
//!     |<--- chunk request, position 0 ---------|
//!     |---- chunk ---------------------------->|  written to .checkpoint.part
//!     |<--- chunk request, position n ---------|
//!     |---- last chunk ----------------------->|  synced, verified; the offer goes to raft
//! ```
//!
//! The follower asks for one chunk at a time, so that neither side buffers more, and asks again when an
//! answer does not come. A leader that is not asked for a while tells raft that the transfer failed,
//! and raft begins anew.

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use raft::eraftpb::Message;
use storage::disk::{Disk, DiskFile, OpenMode};

use crate::error::Failure;
use crate::snapshot::{FinishedSnapshot, SnapshotId, SnapshotReader, begin_part};
use crate::wire::{Body, Offer};

/// Bytes of a snapshot in one message.
const CHUNK_BYTES: u64 = 512 << 10;
/// Ticks after which a follower asks again.
const TICKS_TO_RETRY: u32 = 4;
/// Requests without an answer after which a follower forgets the offer.
const RETRIES: u32 = 10;
/// Ticks without a request after which a leader gives up: longer than a follower takes for all its retries.
const TICKS_TO_GIVE_UP: u32 = TICKS_TO_RETRY * (RETRIES + 2);

/// A snapshot that this follower is getting.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) offer: Offer,
    /// What raft is told once the snapshot is here.
    pub(crate) message: Message,
    part: PathBuf,
    file: Arc<dyn DiskFile>,
    position: u64,
    ticks: u32,
    retries: u32,
}

/// What a follower does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Nothing.
    Wait,
    /// Send this to the one who offered.
    Ask(Body),
    /// Every byte is there.
    Complete,
    /// Forget the offer.
    GiveUp,
}

impl Incoming {
    pub(crate) fn start(
        disk: &dyn Disk,
        dir: &Path,
        offer: Offer,
        message: Message,
    ) -> Result<Self, Failure> {
        let part = offer.id.part_path(dir);
        let file = begin_part(disk, &part)?;
        Ok(Self {
            offer,
            message,
            part,
            file,
            position: 0,
            ticks: 0,
            retries: 0,
        })
    }

    /// Asks for what comes next.
    pub(crate) fn ask(&mut self) -> Body {
        self.ticks = 0;
        Body::ChunkRequest {
            id: self.offer.id,
            position: self.position,
        }
    }

    pub(crate) fn on_tick(&mut self) -> Next {
        self.ticks += 1;
        if self.ticks < TICKS_TO_RETRY {
            return Next::Wait;
        }
        self.retries += 1;
        if self.retries > RETRIES {
            Next::GiveUp
        } else {
            Next::Ask(self.ask())
        }
    }

    /// Takes a chunk; one that was asked for earlier and comes again is ignored.
    pub(crate) fn on_chunk(
        &mut self,
        id: SnapshotId,
        position: u64,
        size: u64,
        content: &[u8],
    ) -> Result<Next, Failure> {
        if id != self.offer.id || position != self.position {
            return Ok(Next::Wait);
        }
        let end = position + content.len() as u64;
        if size != self.offer.size || end > size || content.is_empty() {
            return Ok(Next::GiveUp);
        }
        let written = self.file.write_at(&[IoSlice::new(content)], position);
        written.map_err(Failure::disk(&self.part))?;
        (self.position, self.retries) = (end, 0);
        if end == size {
            Ok(Next::Complete)
        } else {
            Ok(Next::Ask(self.ask()))
        }
    }

    /// Syncs and reads what has come. `None` if it is not a whole snapshot: the offer is void.
    pub(crate) fn verify(&self, disk: &dyn Disk) -> Result<Option<FinishedSnapshot>, Failure> {
        self.file.sync().map_err(Failure::disk(&self.part))?;
        match SnapshotReader::open_path(disk, self.part.clone())?.verify() {
            Ok(summary) => Ok(Some(FinishedSnapshot {
                id: self.offer.id,
                size: summary.size,
                timestamp: summary.timestamp,
            })),
            Err(Failure::Corrupt { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// The snapshots that a leader has offered, by raft peer, with the ticks since it last heard of each.
#[derive(Debug, Default)]
pub(crate) struct Outgoing(BTreeMap<u64, u32>);

impl Outgoing {
    pub(crate) fn on_offered(&mut self, peer: u64) {
        self.0.insert(peer, 0);
    }

    pub(crate) fn on_request(&mut self, peer: u64) {
        if let Some(ticks) = self.0.get_mut(&peer) {
            *ticks = 0;
        }
    }

    /// The peers that have not asked for too long.
    pub(crate) fn on_tick(&mut self) -> Vec<u64> {
        self.0.values_mut().for_each(|ticks| *ticks += 1);
        let silent = self
            .0
            .iter()
            .filter(|(_, ticks)| **ticks > TICKS_TO_GIVE_UP);
        let silent: Vec<_> = silent.map(|(peer, _)| *peer).collect();
        self.0.retain(|peer, _| !silent.contains(peer));
        silent
    }

    /// Forgets those that `is_waiting` no longer holds for.
    pub(crate) fn retain(&mut self, is_waiting: impl Fn(u64) -> bool) {
        self.0.retain(|peer, _| is_waiting(*peer));
    }
}

/// The answer to a chunk request.
pub(crate) fn chunk(
    disk: &dyn Disk,
    dir: &Path,
    id: SnapshotId,
    position: u64,
) -> Result<Body, Failure> {
    let path = id.path(dir);
    let file = match disk.open(&path, OpenMode::Read) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Body::Gone { id }),
        Err(e) => return Err(Failure::disk(&path)(e)),
    };
    let size = file.len().map_err(Failure::disk(&path))?;
    let mut content = vec![0; CHUNK_BYTES.min(size.saturating_sub(position)) as usize];
    let read = file
        .read_at(&mut content, position)
        .map_err(Failure::disk(&path))?;
    content.truncate(read);
    Ok(Body::Chunk {
        id,
        position,
        size,
        content: Bytes::from(content),
    })
}
