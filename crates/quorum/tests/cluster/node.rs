//! One voter with its disk, and an owner whose state is every value it has seen.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerId, LeaderEpoch, Now, Offset};
use quorum::{CommittedBatch, Config, Quorum, SnapshotId, SnapshotReader, SyncRequest, Voter};
use records::{BatchBuilder, NewRecord, RecordBatch};
use storage::disk::{Disk, MemDisk};

pub struct Node {
    pub id: usize,
    pub disk: MemDisk,
    pub config: Config,
    pub quorum: Option<Quorum>,
    pub syncing: Option<(Duration, SyncRequest)>,
    pub leading: Option<LeaderEpoch>,
    pub state: Vec<Vec<u8>>,
    end: Offset,
}

/// Where the quorum's files are.
pub fn dir() -> PathBuf {
    PathBuf::from("/data/__cluster_metadata-0")
}

/// A batch of the given values.
pub fn batch(values: &[&[u8]], now: Now) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for value in values {
        builder.append(&NewRecord::new(now.wall, None, Some(value)));
    }
    builder.finish()
}

/// The values of a batch; none of a control batch.
pub fn values(bytes: &[u8]) -> Vec<Vec<u8>> {
    let batch = RecordBatch::parse(bytes).unwrap();
    if batch.is_control() {
        return Vec::new();
    }
    let records = batch.plain_records().unwrap().map(Result::unwrap);
    records
        .map(|record| record.value.unwrap().to_vec())
        .collect()
}

impl Node {
    pub fn new(id: usize, voters: usize, seed: u64, snapshot_after_bytes: u64) -> Self {
        let disk = MemDisk::new(seed ^ id as u64);
        disk.create_dir_all(Path::new("/data")).unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        let voters = (0..voters)
            .map(|id| Voter::of_id(BrokerId(id as i32)))
            .collect();
        let mut config = Config::new(BrokerId(id as i32), voters);
        config.snapshot_after_bytes = snapshot_after_bytes;
        // Smaller than Kafka allows, so that segments come and go.
        config.segment_bytes = snapshot_after_bytes.clamp(4096, 1 << 20) as u32;
        config.retention_bytes = Some(8192);
        let (quorum, syncing, leading) = (None, None, None);
        Self {
            id,
            disk,
            config,
            quorum,
            syncing,
            leading,
            state: Vec::new(),
            end: Offset::ZERO,
        }
    }

    pub fn open(&self, seed: u64, now: Now) -> Result<Quorum, quorum::Failure> {
        Quorum::open(
            self.config.clone(),
            Arc::new(self.disk.clone()),
            &dir(),
            seed,
            now,
        )
    }

    pub fn start(&mut self, seed: u64, now: Now) {
        self.state.clear();
        self.end = Offset::ZERO;
        self.quorum = Some(self.open(seed, now).unwrap());
    }

    pub fn crash(&mut self, seed: u64) {
        (self.quorum, self.syncing, self.leading) = (None, None, None);
        self.disk.crash(seed);
    }

    /// The offset after what the owner has seen.
    pub fn end(&self) -> Offset {
        self.end
    }

    pub fn take(&mut self, batch: &CommittedBatch) {
        self.state.extend(values(&batch.bytes));
        self.end = batch.end_offset;
    }

    pub fn install(&mut self, snapshot: SnapshotId) {
        let mut reader = SnapshotReader::open(&self.disk, &dir(), snapshot).unwrap();
        self.state.clear();
        while let Some(bytes) = reader.next_batch().unwrap() {
            self.state.extend(values(&bytes));
        }
        self.end = snapshot.end_offset;
    }

    /// Ends a sync whose time has come.
    pub fn finish_sync(&mut self, now: Now) {
        let Some((_, sync)) = self.syncing.take_if(|(due, _)| *due <= now.mono) else {
            return;
        };
        let files = sync.files.iter().try_for_each(|file| file.sync());
        let done =
            files.and_then(|()| sync.dirs.iter().try_for_each(|dir| self.disk.sync_dir(dir)));
        if let Some(quorum) = &mut self.quorum {
            quorum.on_synced(now, sync.upto, done);
        }
    }

    pub fn maybe_snapshot(&mut self, now: Now) {
        if self
            .quorum
            .as_ref()
            .is_some_and(|quorum| quorum.snapshot_due(now))
        {
            self.snapshot(now);
        }
    }

    pub fn snapshot(&mut self, now: Now) {
        let Some(quorum) = &mut self.quorum else {
            return;
        };
        let Some(mut writer) = quorum.begin_snapshot(self.end).unwrap() else {
            return;
        };
        for value in &self.state {
            writer.add(value).unwrap();
        }
        let finished = writer.finish().unwrap();
        quorum.finish_snapshot(now, finished);
    }
}
