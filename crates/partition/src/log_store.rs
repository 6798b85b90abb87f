//! The log directories of the node, shared by all its partitions.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::{ErrorCode, Now, Offset, TopicId};
use parking_lot::{Mutex, MutexGuard};
use storage::errors::{AppendError, LogError, ReadError, is_failure};
use storage::file_names::TopicPartition;
use storage::log::{
    Log, LogOptions, RecoveredSegment, Recovery, RecoveryJob, RecoveryPlan, Rested,
};
use storage::log_config::LogConfig;
use storage::log_manager::{LogManager, PartitionError};
use thiserror::Error;

use crate::partition::Partition;

/// Messages that wait to be logged; with more, the oldest are dropped.
const MAX_NOTES: usize = 1_000;

/// Something about the disks that an operator has to know.
#[derive(Debug)]
pub enum Note {
    /// A log could not be opened, written or read.
    Failed {
        /// Which.
        partition: TopicPartition,
        /// What happened, where, and what to do.
        message: String,
        /// The path on which the disk failed, so that its log directory has to go offline.
        failed_path: Option<PathBuf>,
    },
    /// A log was not closed cleanly, and what was found.
    Recovered {
        /// Which.
        partition: TopicPartition,
        /// What recovery did.
        recovery: Recovery,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed {
                partition, message, ..
            } => write!(f, "{partition}: {message}"),
            Self::Recovered {
                partition,
                recovery,
            } => {
                write!(
                    f,
                    "{partition} was recovered: {} bytes checked",
                    recovery.checked_bytes
                )?;
                if let Some((path, position, bytes)) = &recovery.torn {
                    let path = path.display();
                    write!(
                        f,
                        ", {bytes} bytes of a torn write cut off {path} at {position}"
                    )?;
                }
                match recovery.lost_from {
                    Some(offset) => write!(f, ", records from offset {offset} on are lost"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Why a log cannot be opened.
#[derive(Debug, Error)]
pub enum OpenFault {
    /// Its directory cannot be had.
    #[error(transparent)]
    Directory(#[from] PartitionError),
    /// Its files cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// What was recovered since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoveryTotals {
    /// Logs that were checked.
    pub partitions: usize,
    /// Bytes of them that were read and checked.
    pub checked_bytes: u64,
    /// Logs from which a torn write was cut off.
    pub torn: usize,
}

/// The log directories, and what there is to tell about them.
#[derive(Debug)]
pub struct LogStore {
    manager: Mutex<LogManager>,
    notes: Mutex<VecDeque<Note>>,
    has_notes: AtomicBool,
    recovered: Mutex<RecoveryTotals>,
}

impl LogStore {
    /// Shares the directories of `manager`.
    #[must_use]
    pub fn new(manager: LogManager) -> Self {
        Self {
            manager: Mutex::new(manager),
            notes: Mutex::default(),
            has_notes: AtomicBool::new(false),
            recovered: Mutex::default(),
        }
    }

    /// The directories. Held only for look-ups and small files, never for a log.
    pub fn manager(&self) -> MutexGuard<'_, LogManager> {
        self.manager.lock()
    }

    /// Takes what there is to tell.
    pub fn take_notes(&self) -> Vec<Note> {
        if !self.has_notes.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        self.notes.lock().drain(..).collect()
    }

    /// The high watermark that the checkpoint has for a partition.
    #[must_use]
    pub fn high_watermark(&self, partition: &TopicPartition) -> Offset {
        self.manager()
            .get(partition)
            .map_or(Offset::ZERO, |known| known.high_watermark)
    }

    /// Opens the log of a partition at once, or begins it. A directory that is left of an earlier
    /// incarnation of the topic is set aside.
    ///
    /// # Errors
    /// `KAFKA_STORAGE_ERROR`; the reason is among the notes.
    pub fn open(
        &self,
        partition: &TopicPartition,
        topic_id: TopicId,
        config: &Arc<LogConfig>,
        rested: Option<Rested>,
        now: Now,
    ) -> Result<Log, ErrorCode> {
        let options = self.options(partition, topic_id, config, || true);
        let opened = options
            .map_err(OpenFault::from)
            .and_then(|options| plan(options, rested, now))
            .and_then(|mut plan| {
                let jobs = plan.take_jobs().into_iter();
                let recovered = jobs.map(RecoveryJob::run).collect::<Result<Vec<_>, _>>()?;
                self.finish(partition, plan, recovered)
            });
        opened.map_err(|fault| self.on_open_fault(partition, &fault))
    }

    /// Looks at what there is of a replica's log. Then the plan's jobs are to be run, and [`LogStore::finish`] puts the log together.
    ///
    /// # Errors
    /// Why the log cannot be opened; to be told to [`LogStore::on_open_fault`] unless nobody wants the log any more.
    pub fn plan(&self, replica: &Partition, now: Now) -> Result<RecoveryPlan, OpenFault> {
        let (config, rested) = (replica.log_config(), replica.rested());
        let topic_id = replica.id().topic_id;
        let options = self.options(&replica.name(), topic_id, &config, || !replica.is_gone())?;
        plan(options, rested, now)
    }

    /// Puts a log together from what the jobs of its plan have found.
    ///
    /// # Errors
    /// As [`LogStore::plan`].
    pub fn finish(
        &self,
        partition: &TopicPartition,
        plan: RecoveryPlan,
        recovered: Vec<RecoveredSegment>,
    ) -> Result<Log, OpenFault> {
        let is_recovery = plan.is_recovery();
        let (mut log, recovery) = plan.finish(recovered)?;
        if log.config().flush_messages == Some(1) {
            // What a crash left in the page cache counts only once it is synced, and what was readable before the crash has to be
            // readable after it: so it is synced before anybody reads. Small files that a full disk refuses come with the next sync.
            let _ = log.sync_now()?;
        }
        self.manager().on_opened(partition);
        if is_recovery {
            self.on_recovered(partition, recovery);
        }
        Ok(log)
    }

    /// Brings the small files of a log that rests up to date, unsynced.
    ///
    /// # Errors
    /// The disk failed.
    pub fn write_rested(
        &self,
        partition: &TopicPartition,
        rested: &Rested,
    ) -> Result<(), LogError> {
        let manager = self.manager();
        let Some(path) = manager.path_of(partition) else {
            return Ok(());
        };
        let disk = Arc::clone(manager.files().disk());
        drop(manager);
        rested
            .write(&*disk, &path)
            .map_err(|source| LogError::Disk { path, source })
    }

    /// A log could not be opened; gives Kafka's code.
    pub fn on_open_fault(&self, partition: &TopicPartition, fault: &OpenFault) -> ErrorCode {
        let failed_path = match fault {
            OpenFault::Directory(PartitionError::Disk { path, source }) => {
                is_failure(source).then(|| path.clone())
            }
            OpenFault::Directory(_) => None,
            OpenFault::Log(error) => failed_path(error),
        };
        self.fail(partition, fault.to_string(), failed_path)
    }

    /// What was recovered since the start.
    #[must_use]
    pub fn recovered(&self) -> RecoveryTotals {
        *self.recovered.lock()
    }

    fn on_recovered(&self, partition: &TopicPartition, recovery: Recovery) {
        let mut totals = self.recovered.lock();
        totals.partitions += 1;
        totals.checked_bytes += recovery.checked_bytes;
        totals.torn += usize::from(recovery.torn.is_some());
        drop(totals);
        if recovery.torn.is_some() || recovery.lost_from.is_some() {
            self.note(Note::Recovered {
                partition: partition.clone(),
                recovery,
            });
        }
    }

    /// Who is not wanted any more sets nothing aside: what lies under the name may be the next topic's.
    fn options(
        &self,
        partition: &TopicPartition,
        topic_id: TopicId,
        config: &Arc<LogConfig>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<LogOptions, PartitionError> {
        let mut manager = self.manager();
        if !is_wanted() {
            return Err(PartitionError::Unknown(partition.clone()));
        }
        if manager.get(partition).is_some() {
            match manager.log_options(partition, topic_id, Arc::clone(config)) {
                Err(PartitionError::OtherIncarnation { .. }) => {
                    manager.set_aside(partition, u128::from_be_bytes(topic_id.0))?;
                }
                other => return other,
            }
        }
        let dir = manager
            .dir_for(partition)
            .ok_or_else(|| PartitionError::Unknown(partition.clone()))?;
        manager.create_partition(partition, topic_id, dir)?;
        manager.log_options(partition, topic_id, Arc::clone(config))
    }

    /// Notes why an append did not happen, where that is the disk's fault; gives Kafka's code.
    pub(crate) fn on_append_error(
        &self,
        partition: &TopicPartition,
        error: &AppendError,
    ) -> ErrorCode {
        match error {
            AppendError::Disk(error) => self.on_log_error(partition, error),
            AppendError::Full => {
                let message =
                    "the disk is full: appends are refused until there is space, reads go on";
                self.fail(partition, message.to_owned(), None)
            }
            other => other.code(),
        }
    }

    /// Notes why a read gave nothing, where that is the disk's fault; gives Kafka's code.
    pub(crate) fn on_read_error(&self, partition: &TopicPartition, error: &ReadError) -> ErrorCode {
        match error {
            ReadError::OutOfRange { .. } => ErrorCode::OFFSET_OUT_OF_RANGE,
            ReadError::Cold(_) => ErrorCode::KAFKA_STORAGE_ERROR,
            ReadError::Disk(error) => self.on_log_error(partition, error),
        }
    }

    /// Notes that a log cannot be used; gives Kafka's code.
    pub(crate) fn on_log_error(&self, partition: &TopicPartition, error: &LogError) -> ErrorCode {
        self.fail(partition, error.to_string(), failed_path(error))
    }

    /// Notes that compaction of a log was given up.
    pub(crate) fn on_cleaning_error(&self, partition: &TopicPartition, error: &LogError) {
        let message = match error {
            LogError::Disk { .. } => format!("it could not be compacted: {error}"),
            LogError::Corrupt { .. } | LogError::Unreadable { .. } => format!(
                "it is not compacted until the node is started again or the topic's configuration changes: {error}"
            ),
        };
        self.fail(partition, message, failed_path(error));
    }

    fn fail(
        &self,
        partition: &TopicPartition,
        message: String,
        failed_path: Option<PathBuf>,
    ) -> ErrorCode {
        self.note(Note::Failed {
            partition: partition.clone(),
            message,
            failed_path,
        });
        ErrorCode::KAFKA_STORAGE_ERROR
    }

    fn note(&self, note: Note) {
        let mut notes = self.notes.lock();
        if notes.len() >= MAX_NOTES {
            notes.pop_front();
        }
        notes.push_back(note);
        self.has_notes.store(true, Ordering::Release);
    }
}

fn plan(options: LogOptions, rested: Option<Rested>, now: Now) -> Result<RecoveryPlan, OpenFault> {
    Ok(RecoveryPlan::new(options, now)?.after_rest(rested))
}

/// The path on which the disk failed, if it did.
fn failed_path(error: &LogError) -> Option<PathBuf> {
    match error {
        LogError::Disk { path, .. } if error.is_disk_failure() => Some(path.clone()),
        LogError::Disk { .. } | LogError::Corrupt { .. } | LogError::Unreadable { .. } => None,
    }
}
