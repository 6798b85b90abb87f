//! Share groups (KIP-932): how far each group has come with the records of a partition, and who has them.
//!
//! Two cores that do not know each other:
//!
//! - [`Shard`], the share coordinator of one partition of `__share_group_state`: keeps what has to survive, a
//!   [`ShareState`] per group and partition, in Kafka's records;
//! - [`SharePartition`], on the leader of the partition that is consumed: which records are available, acquired by a
//!   member, or done with.
//!
//! ```text
//!   ShareFetch      +----------------+  read, write   +-------+   records    +----------------------+
//!  ---------------> | SharePartition | -------------> | Shard | -----------> | __share_group_state  |
//!   ShareAcknowledge+----------------+ <------------- +-------+              +----------------------+
//!                       of a group       committed
//! ```
//!
//! An acknowledgement counts when its write is committed, and is answered then. Never here: logs, sessions, members of
//! groups, access control. Called by the broker, one call at a time for each shard and each share partition.

mod acknowledge;
mod batches;
mod coordinator;
mod dead_letters;
mod logged;
mod partition;
mod record;
mod runs;
mod shard;
mod state;
mod taking;

#[cfg(test)]
mod partition_model_tests;
#[cfg(test)]
mod partition_tests;
#[cfg(test)]
mod shard_tests;

pub use acknowledge::AcknowledgeBatch;
pub use batches::combine;
pub use coordinator::{Request, Response};
pub use dead_letters::{Cause, DeadLetter};
pub use logged::Logged;
pub use partition::{Fetched, Limits, SharePartition, Write};
pub use record::{EncodedRecord, MalformedRecord, Record, Value};
pub use shard::{Answer, Settings, Shard};
pub use state::{Key, RecordState, ShareState, StateBatch};
pub use taking::{AcquireMode, Acquired, Wanted};
