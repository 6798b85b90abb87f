//! Position of a record in a partition.

use std::fmt;

/// The position of one record in one partition, counted from 0 and never reused.
///
/// ```text
/// log start offset        high watermark      log end offset
///        |                       |                  |
///  ------[=======================)------------------)
///        readable by consumers    not yet replicated
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Offset(pub i64);

impl Offset {
    /// The first offset of a partition.
    pub const ZERO: Self = Self(0);

    /// The offset `count` records further on.
    ///
    /// # Panics
    /// On overflow of the 63-bit offset space, which no log can reach.
    #[must_use]
    pub fn plus(self, count: i64) -> Self {
        Self(
            self.0
                .checked_add(count)
                .expect("an offset never overflows"),
        )
    }

    /// The offset after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// How many offsets lie from `earlier` (inclusive) to this one (exclusive).
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// `None` for a negative value, with which Kafka's protocol writes "unknown".
    #[must_use]
    pub const fn known(raw: i64) -> Option<Self> {
        if raw < 0 { None } else { Some(Self(raw)) }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
