//! The log directories of the node, shared by all its partitions.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use model::{ErrorCode, Now, Offset, TopicId};
use parking_lot::{Mutex, MutexGuard};
use storage::disk::run_op;
use storage::errors::{AppendError, LogError, ReadError};
use storage::file_names::TopicPartition;
use storage::log::{Log, Recovery, SyncOutcome};
use storage::log_config::LogConfig;
use storage::log_manager::{LogManager, PartitionError};

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

/// The log directories, and what there is to tell about them.
#[derive(Debug)]
pub struct LogStore {
    manager: Mutex<LogManager>,
    notes: Mutex<VecDeque<Note>>,
    /// Partitions whose logs were found damaged: they are refused until a restart, and neither read nor
    /// reported again with every request.
    damaged: Mutex<BTreeSet<(TopicPartition, TopicId)>>,
}

impl LogStore {
    /// Shares the directories of `manager`.
    #[must_use]
    pub fn new(manager: LogManager) -> Self {
        Self {
            manager: Mutex::new(manager),
            notes: Mutex::default(),
            damaged: Mutex::default(),
        }
    }

    /// The directories. Held only for look-ups and small files, never for a log.
    pub fn manager(&self) -> MutexGuard<'_, LogManager> {
        self.manager.lock()
    }

    /// Takes what there is to tell.
    pub fn take_notes(&self) -> Vec<Note> {
        self.notes.lock().drain(..).collect()
    }

    /// The high watermark that the checkpoint has for a partition.
    #[must_use]
    pub fn high_watermark(&self, partition: &TopicPartition) -> Offset {
        self.manager()
            .get(partition)
            .map_or(Offset::ZERO, |known| known.high_watermark)
    }

    /// Opens the log of a partition, or begins it. A directory that is left of an earlier
    /// incarnation of the topic is set aside.
    ///
    /// # Errors
    /// `KAFKA_STORAGE_ERROR`; the reason is among the notes.
    pub fn open(
        &self,
        partition: &TopicPartition,
        topic_id: TopicId,
        config: &Arc<LogConfig>,
        now: Now,
    ) -> Result<Log, ErrorCode> {
        let key = (partition.clone(), topic_id);
        if self.damaged.lock().contains(&key) {
            return Err(ErrorCode::KAFKA_STORAGE_ERROR);
        }
        let options = self.options(partition, topic_id, config).map_err(|error| {
            let failed_path = match &error {
                PartitionError::Disk { path, .. } => Some(path.clone()),
                _ => None,
            };
            self.fail(partition, error.to_string(), failed_path)
        })?;
        let was_clean = options.is_clean;
        let opened = Log::open(options, now);
        let (mut log, recovery) = opened.map_err(|error| {
            if matches!(error, LogError::Corrupt { .. }) {
                self.damaged.lock().insert(key);
            }
            self.on_log_error(partition, &error)
        })?;
        if config.flush_messages == Some(1) {
            self.sync_recovered(partition, &mut log)?;
        }
        self.manager().on_opened(partition);
        if !was_clean {
            self.note(Note::Recovered {
                partition: partition.clone(),
                recovery,
            });
        }
        Ok(log)
    }

    /// What a crash left in the page cache counts only once it is synced, and what was readable
    /// before the crash has to be readable after it: so it is synced before anybody reads.
    fn sync_recovered(&self, partition: &TopicPartition, log: &mut Log) -> Result<(), ErrorCode> {
        let begun = log
            .begin_sync()
            .map_err(|error| self.on_log_error(partition, &error))?;
        let Some(target) = begun else { return Ok(()) };
        let disk = Arc::clone(self.manager().files().disk());
        let result = run_op(&*disk, target.op);
        let failure = result.as_ref().err().map(ToString::to_string);
        match log.finish_sync(target.ticket, result.is_ok()) {
            SyncOutcome::Failed => {
                let path = Some(log.path().to_owned());
                Err(self.fail(partition, failure.unwrap_or_default(), path))
            }
            SyncOutcome::Synced(_) | SyncOutcome::Superseded => Ok(()),
        }
    }

    fn options(
        &self,
        partition: &TopicPartition,
        topic_id: TopicId,
        config: &Arc<LogConfig>,
    ) -> Result<storage::log::LogOptions, PartitionError> {
        let mut manager = self.manager();
        if manager.get(partition).is_some() {
            match manager.log_options(partition, topic_id, Arc::clone(config)) {
                Err(PartitionError::OtherIncarnation { .. }) => {
                    manager.set_aside(partition, u128::from_be_bytes(topic_id.0))?;
                }
                other => return other,
            }
        }
        let dir = manager
            .pick_dir()
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
        let failed_path = match error {
            LogError::Disk { path, .. } => Some(path.clone()),
            LogError::Corrupt { .. } | LogError::Unreadable { .. } => None,
        };
        self.fail(partition, error.to_string(), failed_path)
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
    }
}
