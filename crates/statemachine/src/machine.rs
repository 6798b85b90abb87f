//! What an event-sourced machine is: state that only records change.

use std::time::Duration;

use model::Offset;

/// State that is a pure function of the records replayed into it.
///
/// Handlers are methods of the implementing type with `&self` that return a [`Decision`].
pub trait Machine {
    /// What the log of this machine holds.
    type Record;

    /// Applies one record. Records come in the order of their offsets, each once; it must not fail,
    /// because the record is already in the log of every replica.
    fn replay(&mut self, offset: Offset, record: &Self::Record);

    /// When the machine next wants to decide something by itself (a session that expires, a
    /// rebalance that times out), on the clock of `Now::mono`. `None` while it waits for nothing.
    fn next_deadline(&self) -> Option<Duration> {
        None
    }
}

/// What a handler has decided: records that make it so, and the answer once they are committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<R, T> {
    /// To append, in this order; none for a decision that only reads.
    pub records: Vec<R>,
    /// Given to the caller once the records are committed.
    pub response: T,
    /// Whether the records may only take effect together. The owner appends them as one batch, or
    /// marks the beginning and the end.
    pub atomic: bool,
}

impl<R, T> Decision<R, T> {
    /// Changes nothing.
    #[must_use]
    pub const fn read(response: T) -> Self {
        Self {
            records: Vec::new(),
            response,
            atomic: false,
        }
    }

    /// Appends `records`, which may be split over several batches.
    #[must_use]
    pub const fn write(records: Vec<R>, response: T) -> Self {
        Self {
            records,
            response,
            atomic: false,
        }
    }

    /// Appends `records`, all or none.
    #[must_use]
    pub const fn atomically(records: Vec<R>, response: T) -> Self {
        Self {
            records,
            response,
            atomic: true,
        }
    }

    /// The same records with another answer.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Decision<R, U> {
        Decision {
            records: self.records,
            response: f(self.response),
            atomic: self.atomic,
        }
    }
}
