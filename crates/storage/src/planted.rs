//! Bugs that can be planted on purpose, so that the simulator can prove that its checkers would catch them.
//!
//! A bug is planted for the calling thread alone; nothing but a test of the checkers does that. They are seated in the product because
//! there is no honest way to make a correct log lose data from outside. Each is seated where a log is about to do something
//! that is slow by itself (sync, truncate, open, look into an index file, end an aborted transaction), or where a leader counts or
//! compares its followers, never on the path of an append to a log without followers or of a read at the log's end.

use std::cell::Cell;

/// A mistake that a log, or a replica, could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantedBug {
    /// A sync leaves the data out, so that records are acknowledged before they are written.
    AcknowledgeBeforeWrite,
    /// With a torn tail, recovery takes away the batch before it.
    TruncateOneBatchTooMany,
    /// The producer state is not found again when a log is opened.
    ForgetProducersAtOpen,
    /// What is looked up in an index is the batch after the one wanted.
    IndexOffByOne,
    /// The recovery point that is kept for the checkpoint is the log end offset, synced or not, and recovery believes it: what lies
    /// below is taken as it is.
    CheckpointAheadOfData,
    /// Compaction keeps of a key what is superseded, and drops the newest record.
    CompactAwayTheNewest,
    /// The end of an aborted transaction is not entered in the index of aborted transactions.
    ForgetAbortedTransactions,
    /// A leader takes for committed what it has itself, whatever its followers have.
    CommitAlone,
    /// A replica that is about to join the ISR does not count before the leader hears that it has (no maximal ISR).
    JoinersDoNotCount,
    /// A leader does not notice that a follower has other records than it has itself (KIP-101, KIP-279).
    MissDivergence,
    /// With `flush.messages=1` a follower tells the leader of records that it has not synced.
    FollowersCountUnsynced,
}

thread_local! {
    static PLANTED: Cell<Option<PlantedBug>> = const { Cell::new(None) };
}

/// Plants a bug for this thread, or removes it.
pub fn plant(bug: Option<PlantedBug>) {
    PLANTED.set(bug);
}

/// Whether `bug` is planted.
#[must_use]
pub fn is_planted(bug: PlantedBug) -> bool {
    PLANTED.get() == Some(bug)
}
