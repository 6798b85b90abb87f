//! Kafka's snapshots of the metadata log (KIP-630): writing one, reading one.
//!
//! ```text
//!  offset  0..                                                  n
//!         [ SnapshotHeader, KRaftVersion*, Voters* ][ data ]...[ SnapshotFooter ]
//!           one control batch (* with kraft.version 1)
//! ```
//!
//! A snapshot holds the state after every record below its end offset. Its name is that offset and the
//! epoch of the record before it.

use std::fmt;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{LeaderEpoch, Offset, TimestampMs};
use protocol::Message as _;
use protocol::kraft_version_record::KRaftVersionRecord;
use protocol::snapshot_footer_record::SnapshotFooterRecord;
use protocol::snapshot_header_record::SnapshotHeaderRecord;
use records::{BatchBuilder, ControlType, NewRecord, RecordBatch, control, layout};
use storage::disk::{Disk, DiskFile, OpenMode};

use crate::batch::{self, MAX_BATCH_BYTES};
use crate::config::Voter;
use crate::error::Failure;

/// A batch of a snapshot is closed once it has so many bytes.
const BATCH_BYTES: usize = 512 << 10;

/// Names a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotId {
    /// The offset after the last record that is part of the state.
    pub end_offset: Offset,
    /// That record's leader epoch.
    pub epoch: LeaderEpoch,
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}-{:010}", self.end_offset.0, self.epoch.0)
    }
}

impl SnapshotId {
    /// The id in a name like `00000000000000000120-0000000003`.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (offset, epoch) = name.split_once('-')?;
        if offset.len() != 20 || epoch.len() != 10 {
            return None;
        }
        let (end_offset, epoch) = (
            Offset(offset.parse().ok()?),
            LeaderEpoch(epoch.parse().ok()?),
        );
        Some(Self { end_offset, epoch })
    }

    /// Where the finished snapshot lies.
    #[must_use]
    pub fn path(self, dir: &Path) -> PathBuf {
        dir.join(format!("{self}.checkpoint"))
    }

    pub(crate) fn part_path(self, dir: &Path) -> PathBuf {
        dir.join(format!("{self}.checkpoint.part"))
    }
}

/// Writes a snapshot beside the log. It does not need the quorum while it writes, so it may do so on
/// another thread; [`crate::Quorum::finish_snapshot`] puts it in place.
#[derive(Debug)]
pub struct SnapshotWriter {
    id: SnapshotId,
    timestamp: TimestampMs,
    path: PathBuf,
    file: Arc<dyn DiskFile>,
    position: u64,
    next: Offset,
    batch: BatchBuilder,
}

impl SnapshotWriter {
    /// `voters` are written with `kraft.version` 1. `timestamp` is the latest one in the state.
    pub(crate) fn create(
        disk: &dyn Disk,
        dir: &Path,
        id: SnapshotId,
        timestamp: TimestampMs,
        voters: Option<&[Voter]>,
    ) -> Result<Self, Failure> {
        let path = id.part_path(dir);
        let file = begin_part(disk, &path)?;
        let (position, next, batch) = (0, Offset::ZERO, BatchBuilder::new());
        let mut writer = Self {
            id,
            timestamp,
            path,
            file,
            position,
            next,
            batch,
        };
        let header = header(timestamp);
        let mut values = vec![(ControlType::SnapshotHeader, header)];
        if let Some(voters) = voters {
            values.push((ControlType::KRaftVersion, kraft_version()));
            values.push((ControlType::KRaftVoters, batch::voters_record(voters)));
        }
        writer.control(&values)?;
        Ok(writer)
    }

    /// The snapshot being written.
    #[must_use]
    pub const fn id(&self) -> SnapshotId {
        self.id
    }

    /// Adds one record of the state: the encoded value.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn add(&mut self, value: &[u8]) -> Result<(), Failure> {
        self.batch
            .append(&NewRecord::new(self.timestamp, None, Some(value)));
        if self.batch.size() >= BATCH_BYTES {
            self.flush()
        } else {
            Ok(())
        }
    }

    /// Writes the footer and syncs the file.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self) -> Result<FinishedSnapshot, Failure> {
        self.flush()?;
        let footer = SnapshotFooterRecord::default()
            .to_bytes(0)
            .expect("a footer always encodes");
        self.control(&[(ControlType::SnapshotFooter, footer)])?;
        self.file.sync().map_err(Failure::disk(&self.path))?;
        Ok(FinishedSnapshot {
            id: self.id,
            size: self.position,
            timestamp: self.timestamp,
        })
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let batch = std::mem::replace(&mut self.batch, BatchBuilder::new());
        if batch.is_empty() {
            return Ok(());
        }
        let count = i64::from(batch.len());
        let bytes = batch
            .base_offset(self.next)
            .leader_epoch(self.id.epoch)
            .finish();
        self.write(&bytes, count)
    }

    fn control(&mut self, values: &[(ControlType, Vec<u8>)]) -> Result<(), Failure> {
        let borrowed: Vec<_> = values
            .iter()
            .map(|(kind, value)| (*kind, value.as_slice()))
            .collect();
        let bytes = control::control_batch(self.next, self.id.epoch, self.timestamp, &borrowed);
        self.write(&bytes, values.len() as i64)
    }

    fn write(&mut self, bytes: &[u8], count: i64) -> Result<(), Failure> {
        let written = self.file.write_at(&[IoSlice::new(bytes)], self.position);
        written.map_err(Failure::disk(&self.path))?;
        self.position += bytes.len() as u64;
        self.next = self.next.plus(count);
        Ok(())
    }
}

fn header(timestamp: TimestampMs) -> Vec<u8> {
    let header = SnapshotHeaderRecord {
        last_contained_log_timestamp: timestamp.0,
        ..Default::default()
    };
    header.to_bytes(0).expect("a header always encodes")
}

fn kraft_version() -> Vec<u8> {
    let record = KRaftVersionRecord {
        kraft_version: 1,
        ..Default::default()
    };
    record.to_bytes(0).expect("a version always encodes")
}

/// A snapshot whose bytes are on disk and which waits for its name.
#[derive(Clone, Copy, Debug)]
pub struct FinishedSnapshot {
    pub(crate) id: SnapshotId,
    pub(crate) size: u64,
    pub(crate) timestamp: TimestampMs,
}

/// Reads the batches of a snapshot one after another, control batches included.
#[derive(Debug)]
pub struct SnapshotReader {
    path: PathBuf,
    file: Arc<dyn DiskFile>,
    position: u64,
    size: u64,
}

impl SnapshotReader {
    /// Opens the finished snapshot `id` in `dir`.
    ///
    /// # Errors
    /// When there is none, or the disk fails.
    pub fn open(disk: &dyn Disk, dir: &Path, id: SnapshotId) -> Result<Self, Failure> {
        Self::open_path(disk, id.path(dir))
    }

    /// Opens a file of the same form that has another name.
    ///
    /// # Errors
    /// When there is none, or the disk fails.
    pub fn open_path(disk: &dyn Disk, path: PathBuf) -> Result<Self, Failure> {
        let file = disk
            .open(&path, OpenMode::Read)
            .map_err(Failure::disk(&path))?;
        let size = file.len().map_err(Failure::disk(&path))?;
        Ok(Self {
            path,
            file,
            position: 0,
            size,
        })
    }

    /// The next batch, checked against its checksum; `None` at the end.
    ///
    /// # Errors
    /// [`Failure::Corrupt`] with the position, or when the disk fails.
    pub fn next_batch(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        if self.position == self.size {
            return Ok(None);
        }
        let mut overhead = [0; layout::LOG_OVERHEAD];
        self.fill(&mut overhead)?;
        let length: [u8; 4] = overhead[layout::BATCH_LENGTH..]
            .try_into()
            .expect("4 of 12 bytes");
        let declared = u64::from(u32::from_be_bytes(length)) + layout::LOG_OVERHEAD as u64;
        if declared > (MAX_BATCH_BYTES as u64).min(self.size - self.position) {
            return Err(
                self.corrupt("a batch is longer than the rest of the file or than any batch")
            );
        }
        let mut bytes = vec![0; declared as usize];
        self.fill(&mut bytes)?;
        if batch::shape(&bytes).is_none() {
            return Err(self.corrupt("a batch is malformed or its checksum is wrong"));
        }
        self.position += declared;
        Ok(Some(bytes))
    }

    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        let read = self
            .file
            .read_at(buffer, self.position)
            .map_err(Failure::disk(&self.path))?;
        if read == buffer.len() {
            Ok(())
        } else {
            Err(self.corrupt("the file ends inside a batch"))
        }
    }

    fn corrupt(&self, problem: &'static str) -> Failure {
        Failure::Corrupt {
            path: self.path.clone(),
            position: self.position,
            problem,
        }
    }

    /// Reads to the end. Between header and footer everything must be whole.
    pub(crate) fn verify(mut self) -> Result<Summary, Failure> {
        let mut summary = Summary {
            size: self.size,
            ..self.header()?
        };
        let mut last = None;
        while let Some(bytes) = self.next_batch()? {
            last = control_values(&bytes).first().map(|(kind, _)| *kind);
        }
        if last != Some(ControlType::SnapshotFooter) {
            return Err(self.corrupt("the snapshot has no footer"));
        }
        summary.is_complete = true;
        Ok(summary)
    }

    /// What the first batch says.
    pub(crate) fn header(&mut self) -> Result<Summary, Failure> {
        let mut summary = Summary {
            size: self.size,
            ..Summary::default()
        };
        let first = self.next_batch()?.unwrap_or_default();
        let values = control_values(&first);
        if values.first().map(|(kind, _)| *kind) != Some(ControlType::SnapshotHeader) {
            return Err(self.corrupt("the snapshot has no header"));
        }
        for (kind, value) in values {
            match kind {
                ControlType::SnapshotHeader => {
                    let header = SnapshotHeaderRecord::from_bytes(&value, 0).unwrap_or_default();
                    summary.timestamp = TimestampMs(header.last_contained_log_timestamp);
                }
                ControlType::KRaftVoters => summary.voters = batch::read_voters(&value),
                _ => {}
            }
        }
        Ok(summary)
    }
}

/// What the quorum must know of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) size: u64,
    pub(crate) timestamp: TimestampMs,
    pub(crate) voters: Option<Vec<Voter>>,
    pub(crate) is_complete: bool,
}

/// The control records of a batch; none where it has others.
pub(crate) fn control_values(bytes: &[u8]) -> Vec<(ControlType, Vec<u8>)> {
    let Ok(batch) = RecordBatch::parse(bytes) else {
        return Vec::new();
    };
    let Ok(records) = batch.plain_records() else {
        return Vec::new();
    };
    if !batch.is_control() {
        return Vec::new();
    }
    let known = records.flatten().filter_map(|record| {
        let kind = ControlType::from_key(record.key).ok().flatten()?;
        Some((kind, record.value.unwrap_or_default().to_vec()))
    });
    known.collect()
}

/// A file for a snapshot that is not finished. One that is there already is removed, not truncated: after a sync that failed
/// its pages may never reach the device, whatever later syncs say.
pub(crate) fn begin_part(disk: &dyn Disk, path: &Path) -> Result<Arc<dyn DiskFile>, Failure> {
    match disk.remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::disk(path)(error));
        }
        _ => {}
    }
    disk.open(path, OpenMode::Truncate)
        .map_err(Failure::disk(path))
}

#[cfg(test)]
mod tests {
    use storage::disk::{MemDisk, MemFaults};

    use super::*;

    #[test]
    fn a_part_whose_sync_failed_is_not_written_again() {
        let disk = MemDisk::new(1);
        let path = Path::new("/x.part");
        let write = |bytes: &[u8]| {
            let file = begin_part(&disk, path).unwrap();
            file.write_at(&[IoSlice::new(bytes)], 0).unwrap();
            file.sync()
        };
        disk.set_faults(MemFaults {
            failing_syncs: 1,
            ..MemFaults::default()
        });
        assert!(write(b"first").is_err());
        write(b"second").unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        disk.crash(7);
        assert_eq!(disk.read_file(path, 100).unwrap(), b"second");
    }
}
