//! The metadata quorum: voters agree on the order of record batches.
//!
//! Consensus is TiKV's `raft` crate; this crate is everything around it: durable state in plain
//! files, messages between voters, the committed batches as Kafka's `__cluster_metadata-0`, and its
//! snapshots. It is one synchronous object, [`Quorum`], which is told of time, messages, proposals
//! and finished syncs, and asked for its [`Output`].
//!
//! ```text
//!   raft index    base          applied      committed      last
//!                  |               |             |            |
//!  ----------------[===============)-------------)------------)
//!   Kafka offset  base end     log end offset             where a leader's next proposal begins
//! ```
//!
//! Every raft entry is one finished record batch without base offset and leader epoch. Its offset is
//! the sum of the records before it and its epoch is the entry's term, so that every voter computes
//! the same log. A new term's empty entry becomes the LeaderChange batch of its leader.
//!
//! | file in `__cluster_metadata-0` | who reads it |
//! |---|---|
//! | `quorum-journal` | [`journal`]: raft's entries, term, vote; the truth of this voter |
//! | `<offset>.log` and its indexes, `leader-epoch-checkpoint` | Kafka's log of the committed batches |
//! | `<end offset>-<epoch>.checkpoint` | Kafka's snapshots |
//! | `quorum-state` | Kafka and its tools; written for them, read only where there is no journal |
//!
//! Never here: what the records mean (`metadata`, `controller`), sockets, clocks.

mod batch;
mod compaction;
mod config;
mod entry_log;
mod error;
mod frame;
mod identity;
mod jitter;
mod journal;
mod metadata_log;
mod observer;
mod output;
mod quorum;
mod quorum_state;
mod ready;
mod retention;
mod serving;
mod snapshot;
mod snapshot_files;
mod start;
mod transfer;
mod wire;

pub use config::{Config, Endpoint, Voter};
pub use error::{Failure, NotProposed};
pub use observer::{Observer, Wanted};
pub use output::{CommittedBatch, Event, Output, Proposed, SyncRequest};
pub use quorum::{Quorum, QuorumInfo, VoterProgress};
pub use serving::{Chunk, Fetched};
pub use snapshot::{FinishedSnapshot, SnapshotId, SnapshotReader, SnapshotWriter};
pub use start::{format, is_formatted, voters_in_snapshots};
pub use wire::{MAX_MESSAGE_BYTES, recode_message};
