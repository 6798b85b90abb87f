//! What coordinators and leaders of partitions on different nodes want of each other.
//!
//! ```text
//!   transaction coordinator -- WriteTxnMarkers -----> leader of a partition
//!   leader, group coordinator -- AddPartitionsToTxn -> transaction coordinator
//! ```
//!
//! Who waits for an answer is not here: a coordinator knows which markers it lacks, a connection which request it holds. Here is
//! what goes to which node, in batches, and that the answer finds its way back. Whoever learns that there is none asks again,
//! after another look at the image.

mod channel;
mod markers;
mod participants;

pub(crate) use markers::{MarkerAsks, MarkersOf};
pub(crate) use participants::{ParticipantAsks, Question, Verified};

#[cfg(test)]
mod tests;
