//! What can fail, and what to do then.

use std::io;
use std::path::PathBuf;

use model::{BrokerId, LeaderEpoch, Offset};

/// The quorum's files cannot be used (any more): this voter stops taking part.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The disk failed. After a failed sync its data is lost, so nothing is retried.
    #[error("{path}: {source}", path = path.display())]
    Disk {
        /// The file or directory.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// Bytes that were synced are not what was written. Restore the file, or remove this voter's
    /// metadata directory and let it catch up from the others.
    #[error(
        "{path} is corrupt at byte {position}: {problem}. Restore the directory from a backup; where other voters have \
         the metadata, remove it, and it is fetched from them",
        path = path.display()
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where in it.
        position: u64,
        /// What is wrong there.
        problem: &'static str,
    },
    /// The metadata log holds more than the journal knows of: the journal has lost its end.
    #[error(
        "{journal} ends at offset {journal_end}, but the metadata log beside it at {log_end}: the \
         journal is damaged or from another time. Restore both from the same backup",
        journal = journal.display()
    )]
    JournalBehindLog {
        /// The journal.
        journal: PathBuf,
        /// End offset of its last entry.
        journal_end: Offset,
        /// End offset of the log of committed batches.
        log_end: Offset,
    },
    /// The static voters in the configuration are not those of the journal.
    #[error(
        "the configured voters {configured:?} are not the voters {recorded:?} of this quorum: \
         static voters cannot be changed by configuration"
    )]
    VotersDiffer {
        /// By configuration.
        configured: Vec<BrokerId>,
        /// By the journal.
        recorded: Vec<BrokerId>,
    },
    /// This node and directory are not among the voters.
    #[error("node {0} with this metadata directory is not a voter of the quorum")]
    NotAVoter(BrokerId),
    /// Two voters cannot be told apart.
    #[error("node {0} is a voter twice")]
    DuplicateVoter(BrokerId),
    /// A log without journal, as Apache Kafka leaves it, can be taken over only where no other voter
    /// can disagree on its end.
    #[error(
        "{path} was written by another implementation and has several voters: take it over with a \
         single voter and add the others afterwards",
        path = .0.display()
    )]
    ForeignLog(PathBuf),
    /// The quorum has another history than this node, which only follows it.
    #[error(
        "the metadata log in {dir} goes up to offset {ours}, and that of the quorum differs from {theirs} on, in epoch {epoch}: this \
         node belongs to another cluster, or the quorum has lost what it had committed. Restore the voters, or remove the \
         directory, and the metadata are fetched anew",
        dir = dir.display()
    )]
    Diverged {
        /// The directory of the log.
        dir: PathBuf,
        /// Where this node's log ends.
        ours: Offset,
        /// Where the quorum's epoch ends.
        theirs: Offset,
        /// That epoch.
        epoch: LeaderEpoch,
    },
}

impl Failure {
    pub(crate) fn disk(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Disk {
            path: path.into(),
            source,
        }
    }
}

/// Why a batch was not proposed. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotProposed {
    /// This voter does not lead, has not yet committed a record in its epoch, or is handing over.
    #[error("this voter is not the leader of the metadata quorum")]
    NotLeader,
    /// Too many bytes wait to be committed.
    #[error("too much waits to be committed by the metadata quorum")]
    Overloaded,
    /// The bytes are not one batch of magic 2 with a right checksum, or they do not fit a
    /// segment.
    #[error("not a record batch that the metadata quorum takes")]
    InvalidBatch,
}
