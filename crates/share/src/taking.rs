//! How many records a member is given at a time.

use crate::partition::Limits;
use crate::runs::{Holder, Piece};

/// How many records a member gets (KIP-1206).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcquireMode {
    /// Whole record batches, until there are enough records.
    BatchOptimized,
    /// At most as many records as it wants.
    RecordLimit,
}

/// What a member wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How many records.
    pub max_records: i64,
    /// How many records make up one entry of the answer, at most one record batch more.
    pub batch_size: i64,
    /// How that is meant.
    pub mode: AcquireMode,
}

/// Records that a member has from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquired {
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
    /// How often they were delivered, this time included.
    pub deliveries: i16,
}

/// What a member is being given.
pub(crate) struct Taking {
    pub(crate) wanted: Wanted,
    /// How many more it wants.
    pub(crate) left: i64,
    pub(crate) limits: Limits,
    pub(crate) holder: Holder,
    pub(crate) acquired: Vec<Acquired>,
}

impl Taking {
    /// How many of records that were never delivered the member gets.
    pub(crate) fn room_for_new(&self, piece: &Piece, start: i64) -> i64 {
        let room = start.saturating_add(self.limits.max_locks) - piece.first;
        match self.wanted.mode {
            _ if room <= 0 => 0,
            AcquireMode::BatchOptimized => piece.len(),
            AcquireMode::RecordLimit => piece.len().min(room).min(self.left),
        }
    }

    /// How many of records that were delivered before the member gets: the fewer the nearer they come to the limit, so that
    /// a record that nobody can process does not take its neighbours with it. The last time it comes alone.
    pub(crate) fn room_for_again(&self, piece: &Piece, deliveries: i16) -> i64 {
        let half = (self.limits.max_deliveries + 1) / 2;
        let is_last = deliveries.saturating_add(1) >= self.limits.max_deliveries;
        let count = match deliveries - half {
            _ if is_last && !self.acquired.is_empty() => 0,
            _ if is_last => 1,
            over @ 0.. => (piece.len() >> (over + 1).min(32)).max(1),
            _ => piece.len(),
        };
        match self.wanted.mode {
            AcquireMode::BatchOptimized => count,
            AcquireMode::RecordLimit => count.min(self.left),
        }
    }

    pub(crate) fn note(&mut self, first: i64, last: i64, deliveries: i16) {
        self.left -= last - first + 1;
        let batch_size = self.wanted.batch_size.max(1);
        match self.acquired.last_mut() {
            Some(before)
                if before.last + 1 == first
                    && before.deliveries == deliveries
                    && before.last - before.first + 1 < batch_size =>
            {
                before.last = last;
            }
            _ => self.acquired.push(Acquired {
                first,
                last,
                deliveries,
            }),
        }
    }
}
