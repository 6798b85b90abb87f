//! One replica of one partition.
//!
//! Owns who leads, which records are committed (high watermark), who waits for that, and who wants
//! to hear of changes. The bytes are `storage`'s. Called by the handlers of `broker` on the thread
//! of a connection; every method takes the partition's one small lock, held for the decision and
//! the write to the page cache, never for the network or for a sync.
//!
//! ```text
//! log start      high watermark        synced end       log end
//!     |               |                    |               |
//!     [===============)--------------------)---------------)
//!      consumers read   waits for the ISR,    waits for a
//!                       and with               sync
//!                       flush.messages=1
//!                       for syncs
//! ```

mod compaction;
mod follower;
mod isr;
mod leader;
mod log_store;
mod opening;
mod partition;
mod reading;
mod rejection;
mod replica_state;
mod upkeep;
mod verification;
mod waits;
mod watch;

pub use compaction::ToClean;
pub use follower::{FetchPosition, Fetched, NoReplication, Replicated};
pub use isr::{IsrGranted, IsrPlan, IsrProposal, ReplicaFetch};
pub use log_store::{LogStore, Note, OpenFault, RecoveryTotals};
pub use opening::{OpenError, OpenWait, Readiness};
pub use partition::{
    Append, Appended, Due, FetchFrom, FetchRead, Isolation, ListedOffset, Logs, NoRead,
    OffsetQuery, OwnAppend, Partition, ProducerDescription, TopicSettings, TxnMarker,
};
pub use rejection::AppendRejection;
pub use replica_state::{FollowerProgress, FollowerState, LeaderState, Role};
pub use upkeep::Tended;
pub use verification::VerificationGuard;
pub use watch::Watch;
