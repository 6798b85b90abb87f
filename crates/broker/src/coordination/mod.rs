//! What coordinators and leaders of partitions on different nodes want of each other.
//!
//! ```text
//!   transaction coordinator -- WriteTxnMarkers -----> leader of a partition
//!   leader, group coordinator -- AddPartitionsToTxn -> transaction coordinator
//!   leader, group coordinator -- *ShareGroupState ---> share coordinator
//! ```
//!
//! Who waits for an answer is not here: a coordinator knows which markers it lacks, a connection which request it holds. Here is
//! what goes to which node, in batches, and that the answer finds its way back. Whoever learns that there is none asks again,
//! after another look at the image.

mod channel;
mod held_back;
mod markers;
mod participants;
mod share_state_wire;
mod share_states;

pub(crate) use held_back::HeldBack;
pub(crate) use markers::{MarkerAsks, MarkersOf};
pub(crate) use participants::{ParticipantAsks, Question, Verified};
pub(crate) use share_state_wire::Wanted;
pub(crate) use share_states::ShareStateAsks;

#[cfg(test)]
mod share_tests;
#[cfg(test)]
mod tests;
