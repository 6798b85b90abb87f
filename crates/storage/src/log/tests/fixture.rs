//! A log on a disk in memory, and batches to put into it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{LeaderEpoch, Now, Offset, ProducerEpoch, ProducerId, TimestampMs};
use records::control::EndTransaction;
use records::{BatchBuilder, BatchIter, NewRecord};

use crate::disk::{Disk, DiskDone, DiskOp, MemDisk};
use crate::errors::{AppendError, LogError};
use crate::log::{
    AppendInfo, LeaderAppend, Log, LogOptions, ReadInfo, ReadRequest, Recovery, SyncOutcome,
};
use crate::log_config::LogConfig;
use crate::open_files::OpenFiles;
use crate::producer_state::Origin;

pub(super) const DIR: &str = "/data/t-0";

pub(super) fn now(ms: i64) -> Now {
    Now {
        mono: Duration::from_millis(ms as u64),
        wall: TimestampMs(ms),
    }
}

pub(super) struct Fixture {
    pub(super) disk: MemDisk,
    pub(super) config: LogConfig,
    pub(super) log: Log,
    pub(super) recovery: Recovery,
}

/// How a log was left.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stop {
    Clean,
    /// The process alone ended.
    Kill,
    /// Power was lost; the seed decides what survives.
    Crash(u64),
}

pub(super) fn small_segments() -> LogConfig {
    LogConfig {
        segment_bytes: 1000,
        index_interval_bytes: 100,
        ..LogConfig::default()
    }
}

impl Fixture {
    pub(super) fn new(config: LogConfig) -> Self {
        let disk = MemDisk::new(7);
        disk.create_dir_all(Path::new(DIR)).unwrap();
        disk.sync_dir(Path::new("/")).unwrap();
        disk.sync_dir(Path::new("/data")).unwrap();
        let (log, recovery) = open(&disk, &config, Offset(0), Offset(0), true).unwrap();
        Self {
            disk,
            config,
            log,
            recovery,
        }
    }

    /// Stops and opens again, with the checkpoints as they were at the stop.
    pub(super) fn reopen(&mut self, stop: Stop) -> Result<(), LogError> {
        let is_clean = stop == Stop::Clean;
        let point = match is_clean {
            true => self.log.close().unwrap(),
            false => self.log.recovery_point(),
        };
        let start = self.log.log_start_offset();
        match stop {
            Stop::Crash(seed) => drop(self.disk.crash(seed)),
            Stop::Clean | Stop::Kill => self.disk.restart(),
        }
        (self.log, self.recovery) = open(&self.disk, &self.config, point, start, is_clean)?;
        Ok(())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        Path::new(DIR).join(name)
    }

    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        self.disk.read_file(&self.path(name), 1 << 30).unwrap()
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = self.disk.read_dir(Path::new(DIR)).unwrap();
        entries.into_iter().map(|entry| entry.name).collect()
    }

    /// Appends records with these values, one batch, as a leader of epoch 0.
    pub(super) fn append(&mut self, ms: i64, values: &[&str]) -> Result<AppendInfo, AppendError> {
        let batch = batch(ms, values).finish();
        self.append_batch(ms, &batch, Origin::Client)
    }

    pub(super) fn append_batch(
        &mut self,
        ms: i64,
        batch: &[u8],
        origin: Origin,
    ) -> Result<AppendInfo, AppendError> {
        self.log.append_as_leader(
            now(ms),
            &LeaderAppend::trusted(batch, LeaderEpoch(0), origin),
        )
    }

    /// Appends `count` batches of one record each of about 100 bytes, valued by their offset.
    pub(super) fn fill(&mut self, count: i64) {
        for _ in 0..count {
            let offset = self.log.log_end_offset().0;
            self.append(1000 + offset, &[&value(offset)]).unwrap();
        }
    }

    pub(super) fn read(&mut self, from: i64, upper: i64, max_bytes: u32) -> ReadInfo {
        self.log.read(&request(from, upper, max_bytes)).unwrap()
    }

    /// Everything from `from` to the log end: offsets and values.
    pub(super) fn read_all(&mut self, from: i64) -> Vec<(i64, String)> {
        let mut found = Vec::new();
        let mut next = from;
        let end = self.log.log_end_offset().0;
        while next < end {
            let info = self.read(next, end, 1 << 20);
            let Some(slice) = info.slice else { break };
            let bytes = slice.read().unwrap();
            for batch in BatchIter::new(&bytes) {
                let batch = batch.unwrap();
                assert!(batch.is_valid_crc());
                next = batch.last_offset().0 + 1;
                let batch = batch.v2().unwrap();
                if batch.is_control() {
                    continue;
                }
                for record in batch.plain_records().unwrap() {
                    let record = record.unwrap();
                    let value = String::from_utf8(record.value.unwrap().to_vec()).unwrap();
                    found.push((record.offset.0, value));
                }
            }
        }
        found.retain(|(offset, _)| *offset >= from);
        found
    }

    /// Asserts that the log holds exactly the values of [`Fixture::fill`] from `from` up to `end`.
    #[track_caller]
    pub(super) fn check_filled(&mut self, from: i64, end: i64) {
        assert_eq!(self.log.log_end_offset(), Offset(end));
        let expected: Vec<_> = (from..end).map(|o| (o, value(o))).collect();
        assert_eq!(self.read_all(from), expected);
    }

    /// Begins and ends a sync.
    pub(super) fn sync(&mut self) -> SyncOutcome {
        let target = self
            .log
            .begin_sync()
            .unwrap()
            .expect("there is something to sync");
        let DiskDone { result, .. } = self.disk.complete(0, target.op);
        self.log.finish_sync(target.ticket, result.is_ok())
    }

    pub(super) fn delete(&mut self, ms: i64) {
        let paths = self.log.take_removals(now(ms), false);
        self.disk.complete(0, DiskOp::Delete(paths)).result.unwrap();
    }
}

pub(super) fn open(
    disk: &MemDisk,
    config: &LogConfig,
    recovery_point: Offset,
    log_start: Offset,
    is_clean: bool,
) -> Result<(Log, Recovery), LogError> {
    let options = LogOptions {
        recovery_point,
        log_start,
        is_clean,
        ..options(disk, config)
    };
    Log::open(options, now(1000))
}

/// Of a log that was stopped cleanly.
pub(super) fn options(disk: &MemDisk, config: &LogConfig) -> LogOptions {
    LogOptions {
        path: DIR.into(),
        files: Arc::new(OpenFiles::new(Arc::new(disk.clone()), 8)),
        config: Arc::new(config.clone()),
        recovery_point: Offset(0),
        log_start: Offset(0),
        cleaned: None,
        is_clean: true,
        seed: 42,
    }
}

pub(super) fn value(offset: i64) -> String {
    format!("{offset:030}")
}

pub(super) fn batch(ms: i64, values: &[&str]) -> BatchBuilder {
    let mut builder = BatchBuilder::new();
    for value in values {
        builder.append(&NewRecord::new(
            TimestampMs(ms),
            None,
            Some(value.as_bytes()),
        ));
    }
    builder
}

/// A batch of an idempotent producer: `count` records from sequence `sequence` on.
pub(super) fn produced(id: i64, epoch: i16, sequence: i32, count: usize) -> Vec<u8> {
    let builder = batch(1000, &vec!["v"; count]);
    builder
        .producer(ProducerId(id), ProducerEpoch(epoch), sequence)
        .finish()
}

pub(super) fn in_txn(id: i64, epoch: i16, sequence: i32, count: usize) -> Vec<u8> {
    let builder = batch(1000, &vec!["v"; count]);
    builder
        .producer(ProducerId(id), ProducerEpoch(epoch), sequence)
        .transactional()
        .finish()
}

pub(super) fn marker(id: i64, epoch: i16, is_committed: bool, coordinator_epoch: i32) -> Vec<u8> {
    let end = EndTransaction {
        is_committed,
        coordinator_epoch,
    };
    end.batch(ProducerId(id), ProducerEpoch(epoch), TimestampMs(1000))
}

pub(super) fn request(from: i64, upper: i64, max_bytes: u32) -> ReadRequest {
    ReadRequest {
        from: Offset(from),
        upper: Offset(upper),
        max_bytes,
        min_one: true,
        with_aborted: false,
        may_wait: true,
    }
}
