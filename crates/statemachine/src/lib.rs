//! The runtime of event-sourced machines.
//!
//! A machine (the controller, a shard of the group or transaction coordinator) decides with `&self`
//! and changes only by replaying records. The [`Runtime`] joins it to a replicated log that somebody
//! else owns: it hands out the records to append, replays them once they were appended, and keeps
//! each answer until the records behind it are committed.
//!
//! ```text
//!        high watermark              applied end
//!              |                          |
//!  ----[=======)--------------------------)
//!      committed: answers are out   replayed, appended, not yet committed: answers are parked
//! ```
//!
//! Never here: the log, the encoding of records, a clock. Called by the owner of the log, in the same
//! turn in which it appends.

mod machine;
mod runtime;

pub use machine::{Decision, Machine};
pub use runtime::{Append, MAX_PARKED, Refusal, Released, Runtime};

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod runtime_tests;
