//! Log compaction: of each key only the newest record stays.
//!
//! ```text
//!  log start      first dirty offset                  uncleanable from here        log end
//!      |                  |                                    |                      |
//!  [---- clean: one record per key ----][------- dirty ---------)[--- stays as it is ---)
//!                         |<-- 1. keys and their newest offset -->|
//!  |<---- 2. rewritten, group by group, without what is superseded -->|
//! ```
//!
//! A [`Cleaning`] is one run over one log. It reads and writes files and holds no lock: it was told everything else when it
//! began ([`crate::log::Log::begin_cleaning`]). It works in steps, so that its owner can pace it and let others have the IO
//! thread. Each new segment is written under names that end in `.cleaned`; once the owner has synced it,
//! [`crate::log::Log::install_cleaned`] puts it in the place of those it was made of. Called by `broker`.
//!
//! Uncleanable are the active segment, what is not yet committed and decided (high watermark, last stable offset), and what is
//! younger than `min.compaction.lag.ms`.

mod grouping;
mod key_hash;
mod offset_map;
mod output;
mod retention;
mod run;
mod transactions;

use model::Offset;

pub use key_hash::HashKey;
pub(crate) use retention::LastRecord;
pub use run::{CleanedSegment, CleanerBuffers, Cleaning, Step};
pub(crate) use run::{Origin, Source};

/// What of a log can be cleaned, and how much it would be worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cleanable {
    /// Records below were cleaned before.
    pub first_dirty: Offset,
    /// Records from here on stay as they are; the base offset of a segment.
    pub end: Offset,
    /// Bytes of the segments before the dirty ones.
    pub clean_bytes: u64,
    /// Bytes of the segments with dirty records.
    pub dirty_bytes: u64,
    /// Some record is older than `max.compaction.lag.ms`.
    pub is_overdue: bool,
}

impl Cleanable {
    /// The dirty part of what can be cleaned, 0 to 1.
    #[must_use]
    pub fn dirty_ratio(&self) -> f64 {
        let all = self.clean_bytes + self.dirty_bytes;
        if all == 0 {
            return 0.0;
        }
        self.dirty_bytes as f64 / all as f64
    }

    /// Whether the log wants to be cleaned, given `min.cleanable.dirty.ratio`.
    #[must_use]
    pub fn is_due(&self, min_dirty_ratio: f64) -> bool {
        let is_worth_it = self.is_overdue || self.dirty_ratio() > min_dirty_ratio;
        self.dirty_bytes > 0 && is_worth_it
    }
}
