//! The committed batches as Kafka's log of `__cluster_metadata-0`.
//!
//! It is derived: whatever a crash takes from its end is in the journal, from which it is written
//! again. Its end offset is the high watermark, because nothing is appended that is not committed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use model::{LeaderEpoch, Now, Offset};
use records::BatchIter;
use storage::disk::{Disk, DiskOp, run_op};
use storage::errors::{AppendError, LogError, ReadError};
use storage::log::{Log, LogOptions, ReadRequest};
use storage::log_config::LogConfig;
use storage::open_files::OpenFiles;

use crate::config::Config;
use crate::error::Failure;

/// How much is read at once where the log is replayed.
const READ_BYTES: u32 = 1 << 20;
/// Files of the log that are kept open.
const OPEN_FILES: usize = 16;

#[derive(Debug)]
pub(crate) struct MetadataLog {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    log: Log,
}

impl MetadataLog {
    /// Opens the log in `dir`, or begins one; cuts a torn tail. What lies below `durable` was synced.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        config: &Config,
        durable: Offset,
        now: Now,
    ) -> Result<Self, Failure> {
        let options = LogOptions {
            path: dir.to_owned(),
            files: Arc::new(OpenFiles::new(Arc::clone(&disk), OPEN_FILES)),
            config: Arc::new(log_config(config)),
            recovery_point: durable,
            log_start: Offset::ZERO,

            cleaned: None,
            is_clean: false,
            seed: 0,
        };
        let (log, _) = Log::open(options, now)?;
        Ok(Self {
            disk,
            dir: dir.to_owned(),
            log,
        })
    }

    pub(crate) const fn inner_mut(&mut self) -> &mut Log {
        &mut self.log
    }

    pub(crate) const fn start(&self) -> Offset {
        self.log.log_start_offset()
    }

    pub(crate) const fn end(&self) -> Offset {
        self.log.log_end_offset()
    }

    pub(crate) fn size(&self) -> u64 {
        self.log.size()
    }

    /// The epoch of the last batch.
    pub(crate) fn last_epoch(&self) -> Option<LeaderEpoch> {
        self.log.latest_epoch()
    }

    /// Appends a batch that is at its place.
    pub(crate) fn append(&mut self, now: Now, batch: &[u8]) -> Result<(), Failure> {
        let end = self
            .log
            .append_as_follower(now, batch)
            .map_err(|error| self.append_failure(error))?;
        self.log.on_high_watermark(end);
        Ok(())
    }

    fn append_failure(&self, error: AppendError) -> Failure {
        match error {
            AppendError::Disk(error) => error.into(),
            AppendError::Full => {
                let source = std::io::ErrorKind::StorageFull.into();
                Failure::Disk {
                    path: self.dir.clone(),
                    source,
                }
            }
            AppendError::Producer(_) | AppendError::TooLarge { .. } | AppendError::Batch { .. } => {
                panic!("a committed batch was checked when it came in and fits its place: {error}")
            }
        }
    }

    /// Forgets everything: the state up to `end` is in a snapshot.
    pub(crate) fn reset(&mut self, now: Now, end: Offset) -> Result<(), Failure> {
        Ok(self.log.truncate_fully_and_start_at(now, end)?)
    }

    /// Gives up what lies below `offset`, which a snapshot holds.
    pub(crate) fn delete_before(&mut self, now: Now, offset: Offset) -> Result<(), Failure> {
        self.log.advance_log_start(offset);
        self.log.delete_old_segments(now, self.end())?;
        let paths = self.log.take_removals(now, true);
        run_op(&*self.disk, DiskOp::Delete(paths)).map_err(Failure::disk(&self.dir))?;
        Ok(())
    }

    /// Makes everything durable at once.
    pub(crate) fn sync(&mut self) -> Result<(), Failure> {
        // Small files that a full disk refuses come with the next sync.
        let _ = self.log.sync_now()?;
        Ok(())
    }

    /// Completes the indexes and syncs: before a stop.
    pub(crate) fn close(&mut self) -> Result<(), Failure> {
        self.log.close()?;
        Ok(())
    }

    /// Every batch from `from` to the end.
    pub(crate) fn replay(
        &mut self,
        from: Offset,
        mut each: impl FnMut(Bytes),
    ) -> Result<(), Failure> {
        let (mut from, upper) = (from, self.end());
        while from < upper {
            let request = ReadRequest {
                from,
                upper,
                max_bytes: READ_BYTES,
                min_one: true,
                with_aborted: false,
                may_wait: true,
            };
            let found = self
                .log
                .read(&request)
                .map_err(|error| self.read_failure(error))?;
            let slice = found
                .slice
                .expect("there are records below the end of the log");
            let bytes = Bytes::from(slice.read().map_err(Failure::disk(&self.dir))?);
            let mut batches = BatchIter::new(&bytes);
            let mut at = 0;
            while let Some(batch) = batches.next() {
                let corrupt = |problem| self.corrupt(slice.position + at as u64, problem);
                let batch = batch.map_err(|_| corrupt("not a record batch"))?;
                if !batch.is_valid_crc() {
                    return Err(corrupt("the checksum of a batch is wrong"));
                }
                from = batch.last_offset().next();
                each(bytes.slice(at..batches.position()));
                at = batches.position();
            }
        }
        Ok(())
    }

    fn read_failure(&self, error: ReadError) -> Failure {
        match error {
            ReadError::Disk(error) => error.into(),
            ReadError::Cold(_) | ReadError::OutOfRange { .. } => {
                self.corrupt(0, "the log does not reach back to its snapshot")
            }
        }
    }

    fn corrupt(&self, position: u64, problem: &'static str) -> Failure {
        Failure::Corrupt {
            path: self.dir.clone(),
            position,
            problem,
        }
    }
}

/// Segments of the metadata log are removed by snapshots, never by retention.
fn log_config(config: &Config) -> LogConfig {
    LogConfig {
        segment_bytes: config.segment_bytes,
        retention_bytes: None,
        retention_ms: None,
        delete: true,
        compact: false,
        ..LogConfig::default()
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Disk { path, source } => Self::Disk { path, source },
            LogError::Corrupt { path, position, .. } => Self::Corrupt {
                path,
                position,
                problem: "a batch that was synced is damaged",
            },
            LogError::Unreadable { path, position, .. } => Self::Corrupt {
                path,
                position,
                problem: "no batch where one should be",
            },
        }
    }
}
