//! What readers without a group protocol committed of their positions, and what they get when they resume.
//!
//! A reader goes back to the start of its topic now and then, so its positions rise and fall: what is fetched has to be
//! the last one that was acknowledged, or one that was tried after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::keyed_history::Complaint;

/// One partition of one reader. -1 stands for no commit.
#[derive(Debug)]
struct Kept {
    acked: i64,
    /// Tried since.
    tried: BTreeSet<i64>,
    ever: BTreeSet<i64>,
    /// What was acknowledged may have been lost with the power.
    is_unsure: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            acked: -1,
            tried: BTreeSet::new(),
            ever: BTreeSet::from([-1]),
            is_unsure: false,
        }
    }
}

/// The positions of all readers, by group and partition.
#[derive(Debug, Default)]
pub(crate) struct ReaderHistory {
    kept: BTreeMap<(String, i32), Kept>,
}

impl ReaderHistory {
    fn of(&mut self, group: &str, index: i32) -> &mut Kept {
        self.kept.entry((group.to_owned(), index)).or_default()
    }

    /// A reader asks for its positions to be kept, one of each partition.
    pub(crate) fn attempts(&mut self, group: &str, positions: &[i64]) {
        for (index, position) in (0..).zip(positions) {
            let kept = self.of(group, index);
            kept.tried.insert(*position);
            kept.ever.insert(*position);
        }
    }

    /// It was told that they are. It asks for one thing at a time, so nothing that it tried before comes after.
    pub(crate) fn committed(&mut self, group: &str, index: i32, position: i64) {
        let kept = self.of(group, index);
        kept.tried.clear();
        (kept.acked, kept.is_unsure) = (position, false);
    }

    /// A reader that begins anew is told to go on at `position`.
    pub(crate) fn resumes(&mut self, group: &str, index: i32, position: i64) -> Option<Complaint> {
        let kept = self.of(group, index);
        let is_known = position == kept.acked || kept.tried.contains(&position);
        let is_possible = kept.is_unsure && kept.ever.contains(&position);
        (!is_known && !is_possible).then(|| {
            let what = format!("{group} partition {index}: {position} is fetched of {kept:?}");
            ("committed_offsets_survive", what)
        })
    }

    /// Power was lost, and commits are not synced.
    pub(crate) fn on_loss(&mut self) {
        self.kept
            .values_mut()
            .for_each(|kept| kept.is_unsure = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_position_acknowledged_is_resumed_at_or_one_tried_after_it() {
        let mut readers = ReaderHistory::default();
        assert_eq!(readers.resumes("g", 0, -1), None);
        assert!(readers.resumes("g", 0, 7).is_some(), "nobody tried it");
        readers.attempts("g", &[7, 70]);
        assert_eq!(readers.resumes("g", 0, -1), None);
        assert_eq!(readers.resumes("g", 0, 7), None);
        readers.committed("g", 0, 7);
        readers.attempts("g", &[3, 30]);
        assert_eq!(readers.resumes("g", 0, 7), None);
        assert_eq!(readers.resumes("g", 0, 3), None);
        assert!(readers.resumes("g", 0, -1).is_some(), "7 is lost");
        readers.committed("g", 0, 3);
        assert!(readers.resumes("g", 0, 7).is_some(), "3 is lost");
        readers.on_loss();
        assert_eq!(readers.resumes("g", 0, 7), None);
        assert!(readers.resumes("g", 0, 8).is_some(), "nobody tried it");
    }
}
