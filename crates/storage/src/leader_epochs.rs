//! Which leader epoch began at which offset: what followers truncate by (KIP-101, KIP-279).
//!
//! Kept in memory, and in the file `leader-epoch-checkpoint` in Kafka's form: `0`, the number of
//! entries, then a line `epoch start-offset` each. Batches carry their epoch too, so what a crash takes
//! from the file is found again when the log is recovered.

use std::fmt::Write as _;

use model::{LeaderEpoch, Offset};

/// Name of the file in a partition's directory.
pub(crate) const FILE_NAME: &str = "leader-epoch-checkpoint";
/// No file of this kind is longer: half a million changes of leader.
pub(crate) const MAX_FILE_LEN: u64 = 16 * 1024 * 1024;

/// An epoch and the first offset written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochEntry {
    /// The epoch.
    pub epoch: LeaderEpoch,
    /// Where it begins.
    pub start_offset: Offset,
}

/// The epochs of a log, both numbers ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderEpochs {
    entries: Vec<EpochEntry>,
    dirty: bool,
}

impl LeaderEpochs {
    /// Reads the file; `None` where it is damaged.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let version = lines.next()?.trim();
        let count: usize = lines.next()?.trim().parse().ok()?;
        let mut epochs = Self::default();
        for line in lines.filter(|line| !line.trim().is_empty()) {
            let (epoch, start) = line.trim().split_once(' ')?;
            let epoch = LeaderEpoch::known(epoch.parse().ok()?)?;
            let start_offset = Offset::known(start.trim().parse().ok()?)?;
            epochs.entries.push(EpochEntry {
                epoch,
                start_offset,
            });
        }
        let ascends =
            |w: &[EpochEntry]| w[0].epoch < w[1].epoch && w[0].start_offset <= w[1].start_offset;
        let whole = version == "0" && epochs.entries.len() == count;
        (whole && epochs.entries.windows(2).all(ascends)).then_some(epochs)
    }

    /// The content of the file.
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("0\n{}\n", self.entries.len());
        for entry in &self.entries {
            let _ = writeln!(text, "{} {}", entry.epoch, entry.start_offset);
        }
        text
    }

    /// Whether the file is behind.
    pub(crate) const fn is_dirty(&self) -> bool {
        self.dirty
    }

    pub(crate) const fn mark(&mut self, dirty: bool) {
        self.dirty = dirty;
    }

    /// All entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[EpochEntry] {
        &self.entries
    }

    /// The newest epoch.
    #[must_use]
    pub fn latest(&self) -> Option<LeaderEpoch> {
        self.entries.last().map(|e| e.epoch)
    }

    /// Notes that `epoch` begins at `start_offset`. Older or known epochs change nothing, but entries that lie at or
    /// beyond this offset with a lower epoch never came to hold a record, and go.
    pub(crate) fn assign(&mut self, epoch: LeaderEpoch, start_offset: Offset) {
        if self.latest().is_some_and(|latest| epoch <= latest) {
            return;
        }
        while self
            .entries
            .last()
            .is_some_and(|last| last.start_offset >= start_offset)
        {
            self.entries.pop();
        }
        self.entries.push(EpochEntry {
            epoch,
            start_offset,
        });
        self.dirty = true;
    }

    /// The epoch that the record at `offset` was written in.
    #[must_use]
    pub fn epoch_at(&self, offset: Offset) -> Option<LeaderEpoch> {
        let count = self.entries.partition_point(|e| e.start_offset <= offset);
        count.checked_sub(1).map(|i| self.entries[i].epoch)
    }

    /// The greatest epoch not above `epoch`, and where it ends: at the start of the next, or at
    /// `log_end_offset`. `None` when the log knows nothing of `epoch`: it is newer than all, or there are none.
    ///
    /// An epoch older than all that are left ends where they begin, and is answered by itself.
    #[must_use]
    pub fn end_offset(
        &self,
        epoch: LeaderEpoch,
        log_end_offset: Offset,
    ) -> Option<(LeaderEpoch, Offset)> {
        let latest = self.latest()?;
        if epoch == latest {
            return Some((epoch, log_end_offset));
        }
        let higher = self.entries.partition_point(|e| e.epoch <= epoch);
        let end = self.entries.get(higher)?.start_offset;
        let floor = higher
            .checked_sub(1)
            .map_or(epoch, |i| self.entries[i].epoch);
        Some((floor, end))
    }

    /// Forgets what begins at `end_offset` or later: the log was truncated to it.
    pub(crate) fn truncate_from_end(&mut self, end_offset: Offset) {
        let kept = self
            .entries
            .partition_point(|e| e.start_offset < end_offset);
        if kept < self.entries.len() {
            self.entries.truncate(kept);
            self.dirty = true;
        }
    }

    /// Forgets what ends before `start_offset`: the log begins there now. The epoch that spans it begins at it.
    pub(crate) fn truncate_from_start(&mut self, start_offset: Offset) {
        let below = self
            .entries
            .partition_point(|e| e.start_offset <= start_offset);
        let Some(spanning) = below.checked_sub(1) else {
            return;
        };
        if spanning > 0 || self.entries[0].start_offset < start_offset {
            self.entries.drain(..spanning);
            self.entries[0].start_offset = start_offset;
            self.dirty = true;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.dirty |= !self.entries.is_empty();
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epochs(entries: &[(i32, i64)]) -> LeaderEpochs {
        let mut all = LeaderEpochs::default();
        entries
            .iter()
            .for_each(|(e, o)| all.assign(LeaderEpoch(*e), Offset(*o)));
        all
    }

    fn pairs(epochs: &LeaderEpochs) -> Vec<(i32, i64)> {
        epochs
            .entries()
            .iter()
            .map(|e| (e.epoch.0, e.start_offset.0))
            .collect()
    }

    #[test]
    fn the_file_reads_back() {
        let written = epochs(&[(0, 0), (3, 17), (4, 20)]);
        assert_eq!(written.to_text(), "0\n3\n0 0\n3 17\n4 20\n");
        assert_eq!(
            pairs(&LeaderEpochs::parse(&written.to_text()).unwrap()),
            pairs(&written)
        );
        assert_eq!(pairs(&LeaderEpochs::parse("0\n0\n").unwrap()), []);
    }

    #[test]
    fn damaged_files_are_refused() {
        for text in [
            "",
            "0",
            "1\n0\n",
            "0\n2\n0 0\n",
            "0\n1\n0 0\n1 1\n",
            "0\n1\nx 0\n",
            "0\n1\n0\n",
            "0\n2\n1 5\n0 6\n",
            "0\n2\n0 5\n1 4\n",
            "0\n1\n-1 0\n",
            "0\n-1\n",
        ] {
            assert_eq!(LeaderEpochs::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn an_epoch_that_holds_no_record_gives_way() {
        assert_eq!(
            pairs(&epochs(&[(0, 0), (1, 10), (2, 10)])),
            [(0, 0), (2, 10)]
        );
        assert_eq!(pairs(&epochs(&[(5, 0), (4, 10), (5, 11)])), [(5, 0)]);
    }

    #[test]
    fn an_epoch_ends_where_the_next_begins() {
        let all = epochs(&[(1, 10), (3, 20), (5, 30)]);
        let end = |e| {
            all.end_offset(LeaderEpoch(e), Offset(40))
                .map(|(e, o)| (e.0, o.0))
        };
        assert_eq!(end(0), Some((0, 10)));
        assert_eq!(end(1), Some((1, 20)));
        assert_eq!(end(2), Some((1, 20)));
        assert_eq!(end(4), Some((3, 30)));
        assert_eq!(end(5), Some((5, 40)));
        assert_eq!(end(6), None);
        assert_eq!(epochs(&[]).end_offset(LeaderEpoch(0), Offset(9)), None);
    }

    #[test]
    fn the_epoch_of_an_offset_is_the_last_that_began() {
        let all = epochs(&[(1, 10), (3, 20)]);
        let at = |o| all.epoch_at(Offset(o)).map(|e| e.0);
        assert_eq!(
            [at(9), at(10), at(19), at(20), at(99)],
            [None, Some(1), Some(1), Some(3), Some(3)]
        );
    }

    #[test]
    fn truncation_forgets_both_ends() {
        let mut all = epochs(&[(1, 10), (3, 20), (5, 30)]);
        all.truncate_from_end(Offset(30));
        assert_eq!(pairs(&all), [(1, 10), (3, 20)]);
        all.truncate_from_start(Offset(15));
        assert_eq!(pairs(&all), [(1, 15), (3, 20)]);
        all.truncate_from_start(Offset(25));
        assert_eq!(pairs(&all), [(3, 25)]);
        all.truncate_from_start(Offset(5));
        assert_eq!(pairs(&all), [(3, 25)]);
    }
}
