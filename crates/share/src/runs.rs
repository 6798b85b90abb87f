//! Offsets of a partition by what became of them: neighbours that are alike are one run.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::state::RecordState;

/// Records with neighbouring offsets and the same fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) last: i64,
    pub(crate) state: RecordState,
    /// How often they were acquired.
    pub(crate) deliveries: i16,
    /// Who has them, or had them until the write that is under way.
    pub(crate) holder: Option<Holder>,
    /// The write that has to be committed before `state` counts.
    pub(crate) writing: Option<u64>,
}

/// The member that acquired a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) member: Arc<str>,
    /// When it loses the run, on the clock of `Now::mono`.
    pub(crate) until: Duration,
}

/// Part of a range of offsets: within one run, or within none.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) run: Option<Run>,
}

impl Piece {
    pub(crate) fn len(&self) -> i64 {
        self.last - self.first + 1
    }
}

impl Run {
    /// Whether nobody has it and nothing is undecided.
    pub(crate) fn is_available(&self) -> bool {
        self.state == RecordState::Available && self.writing.is_none()
    }

    /// Whether it is never delivered again.
    pub(crate) fn is_over(&self) -> bool {
        self.state.is_final() && self.writing.is_none()
    }

    /// Whether a member has it.
    pub(crate) fn is_held(&self) -> bool {
        self.state == RecordState::Acquired && self.writing.is_none()
    }

    fn is_like(&self, other: &Self) -> bool {
        self.state == other.state
            && self.deliveries == other.deliveries
            && self.writing == other.writing
            && self.holder == other.holder
    }
}

/// Runs by their first offsets, without overlaps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs {
    map: BTreeMap<i64, Run>,
    /// Records in runs of a final state.
    finished: i64,
}

impl Runs {
    /// Records in runs of a final state, written or not.
    pub(crate) fn finished(&self) -> i64 {
        self.finished
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &Run)> {
        self.map.iter().map(|(first, run)| (*first, run))
    }

    pub(crate) fn first(&self) -> Option<(i64, &Run)> {
        self.iter().next()
    }

    /// How many runs there are.
    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    /// The run that `offset` lies in.
    pub(crate) fn at(&self, offset: i64) -> Option<(i64, &Run)> {
        let (first, run) = self.map.range(..=offset).next_back()?;
        (run.last >= offset).then_some((*first, run))
    }

    /// Adds a run where there is none.
    pub(crate) fn put(&mut self, first: i64, run: Run) {
        if run.state.is_final() {
            self.finished += run.last - first + 1;
        }
        self.map.insert(first, run);
        self.join(first);
    }

    pub(crate) fn remove(&mut self, first: i64) -> Option<Run> {
        let run = self.map.remove(&first)?;
        if run.state.is_final() {
            self.finished -= run.last - first + 1;
        }
        Some(run)
    }

    /// Changes what lies from `first` to `last`, run by run; offsets within none stay so.
    pub(crate) fn change(&mut self, first: i64, last: i64, mut change: impl FnMut(&mut Run)) {
        self.split_at(first);
        self.split_at(last + 1);
        let starts: Vec<i64> = self.map.range(first..=last).map(|(at, _)| *at).collect();
        for start in starts {
            let mut run = self.remove(start).expect("it was listed just now");
            change(&mut run);
            self.put(start, run);
        }
        self.join(last + 1);
    }

    /// What lies from `first` to `last`, in order, cut to the range.
    pub(crate) fn pieces(&self, first: i64, last: i64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = first;
        let begins = self.at(first).map_or(first, |(begins, _)| begins);
        for (start, run) in self.map.range(begins..=last) {
            if at < *start {
                let (first, last) = (at, start - 1);
                pieces.push(Piece {
                    first,
                    last,
                    run: None,
                });
            }
            let piece = Piece {
                first: at.max(*start),
                last: run.last.min(last),
                run: Some(run.clone()),
            };
            at = piece.last + 1;
            pieces.push(piece);
        }
        if at <= last {
            let first = at;
            pieces.push(Piece {
                first,
                last,
                run: None,
            });
        }
        pieces
    }

    /// Forgets what lies below `offset`.
    pub(crate) fn drop_below(&mut self, offset: i64) {
        self.split_at(offset);
        while let Some(first) = self.map.keys().next().copied().filter(|at| *at < offset) {
            self.remove(first);
        }
    }

    fn split_at(&mut self, offset: i64) {
        let before = self.map.range_mut(..offset).next_back();
        if let Some((_, run)) = before.filter(|(_, run)| run.last >= offset) {
            let rest = run.clone();
            run.last = offset - 1;
            self.map.insert(offset, rest);
        }
    }

    /// Joins the run that begins at `first` to the one before it if they are alike.
    fn join(&mut self, first: i64) {
        let Some(run) = self.map.get(&first) else {
            return;
        };
        let before = self.map.range(..first).next_back();
        let joins = before.filter(|(_, before)| before.last + 1 == first && before.is_like(run));
        if let Some(start) = joins.map(|(start, _)| *start) {
            let last = run.last;
            self.map.remove(&first);
            self.map
                .get_mut(&start)
                .expect("it was found just now")
                .last = last;
        }
    }
}
