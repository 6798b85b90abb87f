//! Bugs that can be planted on purpose, so that the simulator can prove that its checkers would catch them.
//!
//! A bug is planted for the calling thread alone; nothing but a test of the checkers does that. They are seated here because
//! there is no honest way to make a correct log lose data from outside. Each is seated where the log is about to do something
//! that is slow by itself (sync, truncate, open, look into an index file, end an aborted transaction), never on the path of an append or of a read at the
//! log's end.

use std::cell::Cell;

/// A mistake that a log could make.
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
}

thread_local! {
    static PLANTED: Cell<Option<PlantedBug>> = const { Cell::new(None) };
}

/// Plants a bug for this thread, or removes it.
pub fn plant(bug: Option<PlantedBug>) {
    PLANTED.set(bug);
}

/// Whether `bug` is planted.
pub(crate) fn is_planted(bug: PlantedBug) -> bool {
    PLANTED.get() == Some(bug)
}
