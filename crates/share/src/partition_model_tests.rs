//! A share partition beside a model of it that keeps every offset by itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, TimestampMs};

use crate::{
    AcknowledgeBatch, AcquireMode, Acquired, Fetched, Limits, RecordState, SharePartition,
    ShareState, Wanted, Write,
};

/// One offset.
#[derive(Clone, Debug)]
struct Cell {
    state: RecordState,
    deliveries: i16,
    member: Arc<str>,
    until: Duration,
    /// The write that is under way, and what it makes of the record.
    writing: Option<(u64, RecordState)>,
}

#[derive(Debug, Default)]
struct Model {
    cells: BTreeMap<i64, Cell>,
    start: i64,
    next: i64,
}

const LIMITS: Limits = Limits {
    lock: Duration::from_secs(30),
    max_deliveries: 4,
    max_locks: 60,
    may_renew: true,
    keeps_dead_letters: false,
};

impl Model {
    fn is_mine(&self, offset: i64, member: &str) -> bool {
        self.cells.get(&offset).is_some_and(|cell| {
            cell.state == RecordState::Acquired && cell.writing.is_none() && &*cell.member == member
        })
    }

    fn is_available(&self, offset: i64) -> bool {
        let cell = self.cells.get(&offset);
        offset >= self.start
            && cell
                .is_none_or(|cell| cell.state == RecordState::Available && cell.writing.is_none())
    }

    fn fetch_from(&self) -> i64 {
        let taken = |offset: &i64| !self.is_available(*offset);
        (self.start..).find(|offset| !taken(offset)).unwrap()
    }

    fn advance(&mut self) {
        while let Some(cell) = self.cells.get(&self.start) {
            if !cell.state.is_final() || cell.writing.is_some() {
                break;
            }
            self.cells.remove(&self.start);
            self.start += 1;
        }
    }

    fn complete(&self) -> i32 {
        let over = |cell: &&Cell| match cell.writing {
            Some((_, to)) => to.is_final(),
            None => cell.state.is_final(),
        };
        self.cells.values().filter(over).count() as i32
    }

    fn write(&mut self, write: &Write, offsets: &[i64], to: impl Fn(&Cell, i64) -> RecordState) {
        for offset in offsets {
            let cell = self.cells.get_mut(offset).unwrap();
            let to = match to(cell, *offset) {
                RecordState::Available if cell.deliveries >= LIMITS.max_deliveries => {
                    RecordState::Archived
                }
                to => to,
            };
            cell.writing = Some((write.id, to));
            let holds = |b: &&crate::StateBatch| b.first <= *offset && *offset <= b.last;
            let written = write.batches.iter().find(holds).expect("it is written");
            assert_eq!(
                (written.state, written.deliveries),
                (to.id(), cell.deliveries)
            );
        }
        let count: i64 = write.batches.iter().map(|b| b.last - b.first + 1).sum();
        assert_eq!(count, offsets.len() as i64, "nothing else is written");
        assert_eq!(write.start, self.start);
        assert_eq!(write.complete, Some(self.complete()));
    }

    fn written(&mut self, id: u64, is_committed: bool, now: Duration) {
        for cell in self.cells.values_mut() {
            let Some((_, to)) = cell.writing.filter(|(of, _)| *of == id) else {
                continue;
            };
            cell.writing = None;
            if is_committed {
                cell.state = to;
            } else {
                cell.until = cell.until.max(now + Duration::from_secs(1));
            }
        }
        self.advance();
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64) % n
    }
}

/// Record batches of ten, every seventh of which is hidden.
fn fetched(from: i64, batches: i64) -> Vec<Fetched> {
    let first = from / 10;
    (first..first + batches)
        .map(|n| Fetched {
            first: n * 10,
            last: n * 10 + 9,
            is_hidden: n % 7 == 6,
        })
        .collect()
}

struct Run {
    partition: SharePartition,
    model: Model,
    now: Duration,
    random: Random,
    pending: Vec<u64>,
}

impl Run {
    fn member(&mut self) -> Arc<str> {
        Arc::from(["a", "b", "c"][self.random.below(3) as usize])
    }

    fn acquire(&mut self) {
        let member = self.member();
        let from = self.partition.next_fetch_offset();
        assert_eq!(from, self.model.fetch_from());
        let batches = fetched(from, 1 + self.random.below(4));
        let mode = match self.random.below(2) {
            0 => AcquireMode::BatchOptimized,
            _ => AcquireMode::RecordLimit,
        };
        let wanted = Wanted {
            max_records: 1 + self.random.below(30),
            batch_size: 1 + self.random.below(20),
            mode,
        };
        let acquired = self.partition.acquire(
            self.now,
            &member,
            wanted,
            &mut batches.iter().copied(),
            &LIMITS,
        );
        for given in &acquired {
            self.note_given(given, &member, &batches);
        }
        if mode == AcquireMode::RecordLimit {
            let count: i64 = acquired.iter().map(|a| a.last - a.first + 1).sum();
            assert!(count <= wanted.max_records);
        }
        self.note_passed_over(from, &batches);
        self.model.advance();
        let can = acquired.is_empty() && !batches[0].is_hidden && from < self.model.next;
        assert!(!can, "{from} was available, and nobody got it");
    }

    fn note_given(&mut self, given: &Acquired, member: &Arc<str>, batches: &[Fetched]) {
        for offset in given.first..=given.last {
            assert!(self.model.is_available(offset), "{offset} is not available");
            let hides = |b: &&Fetched| b.is_hidden && b.first <= offset && offset <= b.last;
            assert_eq!(batches.iter().find(hides), None, "{offset} is hidden");
            let before = self.model.cells.get(&offset);
            assert_eq!(
                given.deliveries,
                before.map_or(0, |cell| cell.deliveries) + 1
            );
            assert!(given.deliveries <= LIMITS.max_deliveries);
            let cell = Cell {
                state: RecordState::Acquired,
                deliveries: given.deliveries,
                member: Arc::clone(member),
                until: self.now + LIMITS.lock,
                writing: None,
            };
            self.model.cells.insert(offset, cell);
            self.model.next = self.model.next.max(offset + 1);
        }
    }

    /// What was passed over is known by its state alone.
    fn note_passed_over(&mut self, from: i64, batches: &[Fetched]) {
        for batch in batches.iter().filter(|batch| batch.is_hidden) {
            for offset in batch.first.max(from)..=batch.last {
                if self.partition.next() <= offset || !self.model.is_available(offset) {
                    continue;
                }
                let before = self.model.cells.get(&offset);
                let cell = Cell {
                    state: RecordState::Archived,
                    deliveries: before.map_or(0, |cell| cell.deliveries),
                    member: Arc::from(""),
                    until: Duration::ZERO,
                    writing: None,
                };
                self.model.cells.insert(offset, cell);
                self.model.next = self.model.next.max(offset + 1);
            }
        }
    }

    fn acknowledge(&mut self) {
        let member = self.member();
        let span = (self.model.next - self.model.start).max(1) + 2;
        let first = (self.model.start - 1 + self.random.below(span)).max(0);
        let last = first + self.random.below(12);
        let one = self.random.below(2) == 0;
        let count = if one { 1 } else { last - first + 1 };
        let types: Vec<i8> = (0..count).map(|_| self.random.below(5) as i8).collect();
        let batch = AcknowledgeBatch { first, last, types };
        let kind_of = |offset: i64| match batch.types[..] {
            [kind] => kind,
            _ => batch.types[(offset - first) as usize],
        };
        let offsets: Vec<i64> = (first.max(self.model.start)..=last).collect();
        let mine = offsets
            .iter()
            .all(|offset| self.model.is_mine(*offset, &member));
        let expected = match () {
            () if last >= self.model.next => Err(ErrorCode::INVALID_REQUEST),
            () if !mine => Err(ErrorCode::INVALID_RECORD_STATE),
            () => Ok(()),
        };
        let write =
            self.partition
                .acknowledge(self.now, &member, std::slice::from_ref(&batch), &LIMITS);
        assert_eq!(write.as_ref().map(|_| ()).map_err(|e| *e), expected);
        let Ok(write) = write else {
            return;
        };
        let (renewed, changed): (Vec<i64>, Vec<i64>) = offsets
            .into_iter()
            .partition(|offset| kind_of(*offset) == 4);
        for offset in renewed {
            self.model.cells.get_mut(&offset).unwrap().until = self.now + LIMITS.lock;
        }
        assert_eq!(write.is_some(), !changed.is_empty());
        if let Some(write) = write {
            self.model
                .write(&write, &changed, |_, offset| match kind_of(offset) {
                    1 => RecordState::Acknowledged,
                    2 => RecordState::Available,
                    _ => RecordState::Archived,
                });
            self.pending.push(write.id);
        }
    }

    fn written(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let at = self.random.below(self.pending.len() as i64) as usize;
        let id = self.pending.swap_remove(at);
        let is_committed = self.random.below(5) > 0;
        self.partition.on_written(self.now, id, is_committed);
        self.model.written(id, is_committed, self.now);
    }

    fn release(&mut self, is_meant: impl Fn(&Cell) -> bool, write: Option<Write>) {
        let meant = self.model.cells.iter().filter(|(_, cell)| {
            cell.state == RecordState::Acquired && cell.writing.is_none() && is_meant(cell)
        });
        let meant: Vec<i64> = meant.map(|(offset, _)| *offset).collect();
        assert_eq!(write.is_some(), !meant.is_empty());
        if let Some(write) = write {
            self.model
                .write(&write, &meant, |_, _| RecordState::Available);
            self.pending.push(write.id);
        }
    }

    fn step(&mut self) {
        self.now += Duration::from_millis(self.random.below(4_000) as u64);
        match self.random.below(10) {
            0..3 => self.acquire(),
            3..6 => self.acknowledge(),
            6..8 => self.written(),
            8 => {
                let now = self.now;
                let write = self.partition.on_time(now, &LIMITS);
                self.release(|cell| cell.until <= now, write);
            }
            _ => {
                let member = self.member();
                let write = self.partition.release(&member, &LIMITS);
                self.release(|cell| cell.member == member, write);
            }
        }
        assert_eq!(self.partition.start(), self.model.start);
        assert_eq!(self.partition.next(), self.model.next.max(self.model.start));
        assert_eq!(self.partition.next_fetch_offset(), self.model.fetch_from());
        let held = self.model.cells.values();
        let held = held.filter(|c| c.state == RecordState::Acquired && c.writing.is_none());
        let first_loss = held.map(|cell| cell.until).min();
        let deadline = self.partition.next_deadline();
        assert!(first_loss.is_none_or(|at| deadline.is_some_and(|deadline| deadline <= at)));
    }
}

#[test]
fn every_offset_fares_as_in_the_model() {
    for seed in 0..300 {
        let state = ShareState {
            snapshot_epoch: 0,
            state_epoch: 0,
            leader_epoch: 0,
            start: Some(0),
            complete: None,
            created_at: TimestampMs(0),
            written_at: TimestampMs(0),
            batches: Vec::new(),
        };
        let mut run = Run {
            partition: SharePartition::load(&state, 0, 0).unwrap(),
            model: Model::default(),
            now: Duration::from_secs(1),
            random: Random(seed),
            pending: Vec::new(),
        };
        for _ in 0..400 {
            run.step();
        }
    }
}
