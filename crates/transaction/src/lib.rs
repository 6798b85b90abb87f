//! The transaction coordinator: which producer speaks for a transactional id, and how its transactions end.
//!
//! One [`Shard`] per partition of `__transaction_state` coordinates the transactional ids whose hashes fall there. It consists of
//!
//! - [`Logged`], the durable half: a [`Transaction`] per transactional id, changed by replayed records only;
//! - the endings: transactions whose outcome is committed and whose markers are not all written yet;
//! - a `statemachine::Runtime`, which keeps answers until what they rest on is committed.
//!
//! ```text
//!           add            end               committed         all written
//!  Empty --------> Ongoing -----> Prepare* ------------> markers ---------> Complete*
//!    ^                |  timeout, InitProducerId: the epoch goes up            |  add: Ongoing again
//!    +----------------+------------ InitProducerId ----------------------------+
//! ```
//!
//! A marker is written again until its partition has it or does not want it: a coordinator that starts finds the `Prepare*` in
//! its log and goes on. Never here: logs of data partitions, topics, FindCoordinator. Called by the broker, one call at a time
//! per shard.

mod coordinator;
mod ending;
mod logged;
mod record;
mod settings;
mod shard;
mod state;

#[cfg(test)]
mod shard_tests;

pub use coordinator::{EndTxn, InitProducerId, Producer};
pub use ending::{Due, MarkerOutcome};
pub use logged::Logged;
pub use record::{EncodedRecord, MalformedRecord, Record};
pub use settings::Settings;
pub use shard::{Answer, Request, Response, Shard};
pub use state::{EPOCH_BUMPING, Partitions, State, Transaction};
