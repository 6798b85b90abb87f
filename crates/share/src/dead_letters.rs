//! Records that a group gives up and that go to its dead letter queue (KIP-1191).
//!
//! ```text
//!   Acquired --reject, last delivery--> Archiving --written to the queue, or tried in vain--> Archived
//!                                        |     ^
//!                                        +-----+ loaded anew: taken to the queue again
//! ```
//!
//! Archiving is written to the share coordinator before the record goes to the queue, and Archived after: what fails in between
//! goes there again, so that the queue has each record at least once. The start does not move over what is on its way.
//! Never more than `share.partition.max.record.locks` records and a record batch are, as with those that members have.

use crate::partition::{SharePartition, Write};
use crate::runs::Run;
use crate::state::RecordState;

/// Why a group gives a record up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A member rejected it.
    Rejected,
    /// It was delivered `share.delivery.count.limit` times.
    DeliveredTooOften,
}

/// Records that have to be written to the dead letter queue; [`SharePartition::on_dead_letters`] is told of the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
    /// How often they were delivered.
    pub deliveries: i16,
    /// Why they are given up; `None` where only the deliveries tell, because the state was loaded.
    pub cause: Option<Cause>,
}

impl Cause {
    /// Kafka's words for it, in the header of the record that is written.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::Rejected => "Offset rejected by client.",
            Self::DeliveredTooOften => "Offset delivery count exceeded the threshold.",
        }
    }
}

impl DeadLetter {
    /// Why the records are given up, in a group that gets each record so often.
    #[must_use]
    pub fn cause(&self, max_deliveries: i16) -> Cause {
        self.cause.unwrap_or(if self.deliveries >= max_deliveries {
            Cause::DeliveredTooOften
        } else {
            Cause::Rejected
        })
    }
}

impl SharePartition {
    /// What has to be written to the dead letter queue, each range once.
    #[must_use]
    pub fn take_dead_letters(&mut self) -> Vec<DeadLetter> {
        std::mem::take(&mut self.dead_letters)
    }

    /// The records are in the dead letter queue, or were tried in vain: what has to be written. They are given up at once, and
    /// go to the queue again if this is not committed before the state is loaded anew.
    pub fn on_dead_letters(&mut self, first: i64, last: i64) -> Option<Write> {
        let is_meant = |run: &Run| run.state == RecordState::Archiving && run.writing.is_none();
        let mut batches = Vec::new();
        for piece in self.runs.pieces(first, last) {
            if piece.run.as_ref().is_some_and(is_meant) {
                self.runs.change(piece.first, piece.last, |run| {
                    run.state = RecordState::Archived;
                });
                batches.extend(self.states_of(piece.first, piece.last));
            }
        }
        if batches.is_empty() {
            return None;
        }
        self.advance();
        self.last_write += 1;
        Some(self.write_of(self.last_write, &batches))
    }

    /// What the write `id` gave up is committed.
    pub(crate) fn note_dead_letters(&mut self, id: u64, (first, last): (i64, i64), cause: Cause) {
        for piece in self.runs.pieces(first, last) {
            let run = piece.run.filter(|run| run.writing == Some(id));
            if let Some(run) = run.filter(|run| run.state == RecordState::Archiving) {
                self.dead_letters.push(DeadLetter {
                    first: piece.first,
                    last: piece.last,
                    deliveries: run.deliveries,
                    cause: Some(cause),
                });
            }
        }
    }

    /// What was on its way when the state was written goes to the queue, perhaps once more.
    pub(crate) fn resume_dead_letters(&mut self) {
        let archiving = self.runs.iter();
        let archiving = archiving.filter(|(_, run)| run.state == RecordState::Archiving);
        let letters = archiving.map(|(first, run)| DeadLetter {
            first,
            last: run.last,
            deliveries: run.deliveries,
            cause: None,
        });
        self.dead_letters = letters.collect();
    }
}
