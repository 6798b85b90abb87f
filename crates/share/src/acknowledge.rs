//! What members say of the records that they have.

pub(crate) const GAP: i8 = 0;
pub(crate) const ACCEPT: i8 = 1;
pub(crate) const RELEASE: i8 = 2;
pub(crate) const REJECT: i8 = 3;
pub(crate) const RENEW: i8 = 4;

/// What a member says of records that it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcknowledgeBatch {
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
    /// One for all, or one for each: 0 gap, 1 accept, 2 release, 3 reject, 4 renew.
    pub types: Vec<i8>,
}

impl AcknowledgeBatch {
    /// Whether the batch can be understood at all.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let known = |kind: &i8| (GAP..=RENEW).contains(kind);
        let count = i64::try_from(self.types.len()).unwrap_or(i64::MAX);
        self.first >= 0
            && self.first <= self.last
            && (count == 1 || count - 1 == self.last - self.first)
            && self.types.iter().all(known)
    }

    /// Whether the batch prolongs anything.
    #[must_use]
    pub fn renews(&self) -> bool {
        self.types.contains(&RENEW)
    }

    /// How many [`Self::parts`] there are.
    pub(crate) fn part_count(&self) -> usize {
        let changes = self.types.windows(2).filter(|pair| pair[0] != pair[1]);
        changes.count() + 1
    }

    /// Parts of the batch of which one thing is said.
    pub(crate) fn parts(&self) -> Vec<(i64, i64, i8)> {
        if let [kind] = self.types[..] {
            return vec![(self.first, self.last, kind)];
        }
        let mut parts: Vec<(i64, i64, i8)> = Vec::new();
        for (offset, kind) in (self.first..).zip(&self.types) {
            match parts.last_mut() {
                Some((_, last, same)) if same == kind => *last = offset,
                _ => parts.push((offset, offset, *kind)),
            }
        }
        parts
    }
}
