//! A share partition: the records of one partition as one group consumes them, on the partition's leader.
//!
//! ```text
//!        start                                          next
//!          |  done  |  acquired  |  available  | done     |
//!   -------[========|============|=============|==========)------------------->
//!    done with        runs of records that are alike        never delivered yet
//! ```
//!
//! A record goes from available to acquired at once, and from acquired to anything else when the write that says so is
//! committed; until then nobody gets it. What is refused is acquired again. The start moves up over records that are done
//! with. Acquired is not written: after a failure such records are available, with the deliveries that were written last.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::ErrorCode;

use crate::acknowledge::{ACCEPT, AcknowledgeBatch, GAP, REJECT, RELEASE, RENEW};
use crate::batches::combine;
use crate::dead_letters::{Cause, DeadLetter};
use crate::runs::{Holder, Piece, Run, Runs};
use crate::state::{RecordState, ShareState, StateBatch};
use crate::taking::{Acquired, Taking, Wanted};

/// A member whose release was refused keeps the records for so long, before it is tried again.
const RETRY: Duration = Duration::from_secs(1);

/// Most runs that a share partition keeps, more or less: what they say has to fit into a record of the share coordinator
/// (20 bytes for each, 1 MiB by default). Members that say something else of each of so many records are refused.
const MAX_RUNS: usize = 50_000;

/// What a group allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `share.record.lock.duration.ms`.
    pub lock: Duration,
    /// `share.delivery.count.limit`.
    pub max_deliveries: i16,
    /// `share.partition.max.record.locks`: how far delivery may run ahead of the start.
    pub max_locks: i64,
    /// `share.renew.acknowledge.enable`.
    pub may_renew: bool,
    /// Whether what is given up goes to a dead letter queue (`errors.deadletterqueue.topic.name`).
    pub keeps_dead_letters: bool,
}

/// A record batch that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its base offset.
    pub first: i64,
    /// Its last offset.
    pub last: i64,
    /// Whether the group does not see it: a marker, or part of an aborted transaction.
    pub is_hidden: bool,
}

/// What has to be written to the share coordinator before it counts; [`SharePartition::on_written`] is told of the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Names the write.
    pub id: u64,
    /// The epoch of the state that was loaded.
    pub state_epoch: i32,
    /// The epoch in which this node leads the partition.
    pub leader_epoch: i32,
    /// Records below are done with.
    pub start: i64,
    /// Records from there on that are done with; not known as long as nothing was delivered.
    pub complete: Option<i32>,
    /// What changes.
    pub batches: Vec<StateBatch>,
}

/// One partition of one group.
#[derive(Debug)]
pub struct SharePartition {
    leader_epoch: i32,
    state_epoch: i32,
    start: i64,
    next: i64,
    pub(crate) runs: Runs,
    /// The ranges of the writes that are under way, and why records of each are given up, if any are.
    writes: BTreeMap<u64, Vec<(i64, i64, Cause)>>,
    pub(crate) last_write: u64,
    /// Nothing below can be acquired.
    search_from: i64,
    /// No member loses records before.
    lost_from: Option<Duration>,
    /// What is given up and was not taken to the dead letter queue yet.
    pub(crate) dead_letters: Vec<DeadLetter>,
}

impl SharePartition {
    /// A share partition that begins at `start`, or where `state` says.
    ///
    /// # Errors
    /// `UNKNOWN_SERVER_ERROR` for a state that no leader has written.
    pub fn load(state: &ShareState, start: i64, leader_epoch: i32) -> Result<Self, ErrorCode> {
        let start = state.start.unwrap_or(start);
        let mut partition = Self {
            leader_epoch,
            state_epoch: state.state_epoch,
            start,
            next: start,
            runs: Runs::default(),
            writes: BTreeMap::new(),
            last_write: 0,
            search_from: start,
            lost_from: None,
            dead_letters: Vec::new(),
        };
        if !state.batches.iter().all(StateBatch::is_sound) {
            return Err(ErrorCode::UNKNOWN_SERVER_ERROR);
        }
        for batch in combine(&[], &state.batches, Some(start)) {
            let state = RecordState::of_id(batch.state);
            let state = state.ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
            let state = match state {
                RecordState::Acquired => RecordState::Available,
                other => other,
            };
            let run = Run {
                last: batch.last,
                state,
                deliveries: batch.deliveries,
                holder: None,
                writing: None,
            };
            partition.runs.put(batch.first, run);
            partition.next = partition.next.max(batch.last + 1);
        }
        partition.resume_dead_letters();
        partition.advance();
        Ok(partition)
    }

    /// What has to be written so that the start that was just found is known from here on.
    pub fn announce(&mut self) -> Write {
        self.last_write += 1;
        Write {
            id: self.last_write,
            state_epoch: self.state_epoch,
            leader_epoch: self.leader_epoch,
            start: self.start,
            complete: None,
            batches: Vec::new(),
        }
    }

    /// The records below are done with.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.start
    }

    /// Records from here on were never delivered.
    #[must_use]
    pub fn next(&self) -> i64 {
        self.next
    }

    /// The epoch in which this node leads the partition.
    #[must_use]
    pub fn leader_epoch(&self) -> i32 {
        self.leader_epoch
    }

    /// How many runs are kept, to be seen to be few.
    #[must_use]
    pub fn run_count(&self) -> usize {
        self.runs.len()
    }

    /// What became of a record that was delivered and is not below the start, with its deliveries.
    #[must_use]
    pub fn state_of(&self, offset: i64) -> Option<(RecordState, i16)> {
        let (_, run) = self.runs.at(offset)?;
        Some((run.state, run.deliveries))
    }

    /// Where the next record to deliver is looked for: an available one, or the first that was never delivered.
    pub fn next_fetch_offset(&mut self) -> i64 {
        let mut at = self.search_from.max(self.start);
        while let Some((_, run)) = self.runs.at(at).filter(|(_, run)| !run.is_available()) {
            at = run.last + 1;
        }
        self.search_from = at;
        at
    }

    /// Whether there may be something to deliver.
    pub fn can_acquire(&mut self, limits: &Limits) -> bool {
        self.next_fetch_offset() < self.next || self.next - self.start < limits.max_locks
    }

    /// Gives a member what was `fetched` from [`Self::next_fetch_offset`] on, as much as it wants and the limits allow.
    /// Not more batches are taken of `fetched` than that needs.
    pub fn acquire(
        &mut self,
        now: Duration,
        member: &Arc<str>,
        wanted: Wanted,
        fetched: &mut dyn Iterator<Item = Fetched>,
        limits: &Limits,
    ) -> Vec<Acquired> {
        let mut at = self.next_fetch_offset();
        let mut taking = Taking {
            wanted,
            left: wanted.max_records,
            limits: *limits,
            holder: Holder {
                member: Arc::clone(member),
                until: now + limits.lock,
            },
            acquired: Vec::new(),
        };
        for batch in fetched.filter(|batch| batch.first <= batch.last) {
            if batch.last < at {
                continue;
            }
            let first = batch.first.max(at);
            if at < first {
                self.pass_over(at, first - 1);
            }
            if batch.is_hidden {
                self.pass_over(first, batch.last);
            } else if !self.take(first, batch.last, &mut taking) {
                break;
            }
            at = batch.last + 1;
        }
        if !taking.acquired.is_empty() {
            self.lose_from(taking.holder.until);
        }
        self.advance();
        taking.acquired
    }

    /// There are no records that anybody is to see: what is available there is done with.
    fn pass_over(&mut self, first: i64, last: i64) {
        for piece in self.runs.pieces(first, last) {
            match piece.run {
                None => self.runs.put(
                    piece.first,
                    Run {
                        last: piece.last,
                        state: RecordState::Archived,
                        deliveries: 0,
                        holder: None,
                        writing: None,
                    },
                ),
                Some(run) if run.is_available() => {
                    let archive = |run: &mut Run| run.state = RecordState::Archived;
                    self.runs.change(piece.first, piece.last, archive);
                }
                Some(_) => {}
            }
        }
        self.next = self.next.max(last + 1);
    }

    /// Gives out what is available of a record batch; whether to go on with the next one.
    fn take(&mut self, first: i64, last: i64, taking: &mut Taking) -> bool {
        for piece in self.runs.pieces(first, last) {
            let count = match &piece.run {
                None => taking.room_for_new(&piece, self.start),
                Some(run) if run.is_available() => taking.room_for_again(&piece, run.deliveries),
                Some(_) => continue,
            };
            if count > 0 {
                self.give(&piece, count, taking);
            }
            if count < piece.len() {
                return false;
            }
        }
        taking.left > 0
    }

    fn give(&mut self, piece: &Piece, count: i64, taking: &mut Taking) {
        let last = piece.first + count - 1;
        let holder = Some(taking.holder.clone());
        let deliveries = match &piece.run {
            None => 1,
            Some(run) => run.deliveries.saturating_add(1),
        };
        if piece.run.is_some() {
            self.runs.change(piece.first, last, |run| {
                run.state = RecordState::Acquired;
                run.deliveries = deliveries;
                run.holder.clone_from(&holder);
            });
        } else {
            let run = Run {
                last,
                state: RecordState::Acquired,
                deliveries,
                holder,
                writing: None,
            };
            self.runs.put(piece.first, run);
        }
        self.next = self.next.max(last + 1);
        taking.note(piece.first, last, deliveries);
    }

    /// Takes in what a member says of records that it has: what of it has to be written, if anything does.
    ///
    /// # Errors
    /// `INVALID_REQUEST` for what was never delivered, is said twice or cuts the partition into too many runs, `INVALID_RECORD_STATE` for
    /// what the member does not have or may not prolong. Nothing has changed then.
    pub fn acknowledge(
        &mut self,
        now: Duration,
        member: &str,
        batches: &[AcknowledgeBatch],
        limits: &Limits,
    ) -> Result<Option<Write>, ErrorCode> {
        if !batches.is_sorted_by(|a, b| a.last < b.first) {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        for batch in batches {
            self.check(member, batch, limits)?;
        }
        // A part in the middle of a run makes three of it. One thing said of a range does no harm, and may mend.
        let parts: usize = batches.iter().map(AcknowledgeBatch::part_count).sum();
        if parts > 1 && parts.saturating_mul(2) + self.runs.len() > MAX_RUNS {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        let mut changed = Vec::new();
        for (first, last, kind) in batches.iter().flat_map(AcknowledgeBatch::parts) {
            let first = first.max(self.start);
            if first > last {
                continue;
            }
            if kind == RENEW {
                let until = now + limits.lock;
                let renew = |holder: &mut Holder| holder.until = until;
                let renew = |run: &mut Run| run.holder.iter_mut().for_each(renew);
                self.runs.change(first, last, renew);
                continue;
            }
            let state = match kind {
                ACCEPT => RecordState::Acknowledged,
                RELEASE => RecordState::Available,
                REJECT if limits.keeps_dead_letters => RecordState::Archiving,
                GAP | REJECT => RecordState::Archived,
                unknown => unreachable!("{unknown} was refused above"),
            };
            changed.push((first, last, state));
        }
        Ok(self.write(&changed, limits))
    }

    fn check(
        &self,
        member: &str,
        batch: &AcknowledgeBatch,
        limits: &Limits,
    ) -> Result<(), ErrorCode> {
        if !batch.is_well_formed() || batch.last >= self.next {
            return Err(ErrorCode::INVALID_REQUEST);
        }
        if batch.renews() && !limits.may_renew {
            return Err(ErrorCode::INVALID_RECORD_STATE);
        }
        if batch.last < self.start {
            // It is done with: a record whose acknowledgement was answered, or that retention took.
            return Ok(());
        }
        let first = batch.first.max(self.start);
        let is_mine = |run: &Run| {
            let holder = run.holder.as_ref();
            run.is_held() && holder.is_some_and(|holder| *holder.member == *member)
        };
        let mut pieces = self.runs.pieces(first, batch.last).into_iter();
        match pieces.all(|piece| piece.run.as_ref().is_some_and(is_mine)) {
            true => Ok(()),
            false => Err(ErrorCode::INVALID_RECORD_STATE),
        }
    }

    /// A member is gone: what it had is available again.
    pub fn release(&mut self, member: &str, limits: &Limits) -> Option<Write> {
        let is_its = |run: &Run| {
            let holder = run.holder.as_ref();
            run.is_held() && holder.is_some_and(|holder| *holder.member == *member)
        };
        self.release_where(is_its, limits)
    }

    /// Members lose what they have had for too long.
    pub fn on_time(&mut self, now: Duration, limits: &Limits) -> Option<Write> {
        if self.lost_from.is_none_or(|from| from > now) {
            return None;
        }
        let is_late = |run: &Run| {
            let holder = run.holder.as_ref();
            run.is_held() && holder.is_some_and(|holder| holder.until <= now)
        };
        let write = self.release_where(is_late, limits);
        let held = self.runs.iter().filter(|(_, run)| run.is_held());
        let ends = held.filter_map(|(_, run)| Some(run.holder.as_ref()?.until));
        self.lost_from = ends.min();
        write
    }

    /// When to call [`Self::on_time`] next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.lost_from
    }

    fn release_where(&mut self, is_meant: impl Fn(&Run) -> bool, limits: &Limits) -> Option<Write> {
        let meant = self.runs.iter().filter(|(_, run)| is_meant(run));
        let meant: Vec<_> = meant
            .map(|(first, run)| (first, run.last, RecordState::Available))
            .collect();
        self.write(&meant, limits)
    }

    /// The records change when this is committed.
    fn write(&mut self, changed: &[(i64, i64, RecordState)], limits: &Limits) -> Option<Write> {
        if changed.is_empty() {
            return None;
        }
        self.last_write += 1;
        let id = self.last_write;
        let mut batches = Vec::new();
        for (first, last, wanted) in changed {
            self.runs.change(*first, *last, |run| {
                let is_last = run.deliveries >= limits.max_deliveries;
                run.state = match wanted {
                    RecordState::Available if is_last && limits.keeps_dead_letters => {
                        RecordState::Archiving
                    }
                    RecordState::Available if is_last => RecordState::Archived,
                    wanted => *wanted,
                };
                run.writing = Some(id);
            });
            batches.extend(self.states_of(*first, *last));
        }
        let ranges = changed.iter().map(|(first, last, wanted)| {
            let cause = match wanted {
                RecordState::Archiving => Cause::Rejected,
                _ => Cause::DeliveredTooOften,
            };
            (*first, *last, cause)
        });
        self.writes.insert(id, ranges.collect());
        Some(self.write_of(id, &batches))
    }

    /// What is to be written of the runs from `first` to `last`.
    pub(crate) fn states_of(&self, first: i64, last: i64) -> Vec<StateBatch> {
        let pieces = self.runs.pieces(first, last).into_iter();
        let states = pieces.filter_map(|piece| {
            let run = piece.run?;
            Some(StateBatch {
                first: piece.first,
                last: piece.last,
                state: run.state.id(),
                deliveries: run.deliveries,
            })
        });
        states.collect()
    }

    pub(crate) fn write_of(&self, id: u64, batches: &[StateBatch]) -> Write {
        Write {
            id,
            state_epoch: self.state_epoch,
            leader_epoch: self.leader_epoch,
            start: self.start,
            complete: Some(i32::try_from(self.runs.finished()).unwrap_or(i32::MAX)),
            batches: combine(&[], batches, None),
        }
    }

    /// A write is committed, or refused: then the members have the records still.
    pub fn on_written(&mut self, now: Duration, id: u64, is_committed: bool) {
        let Some(ranges) = self.writes.remove(&id) else {
            return;
        };
        for (first, last, cause) in ranges {
            if is_committed {
                self.note_dead_letters(id, (first, last), cause);
            }
            self.runs.change(first, last, |run| {
                if run.writing != Some(id) {
                    return;
                }
                run.writing = None;
                if is_committed {
                    run.holder = None;
                } else {
                    run.state = RecordState::Acquired;
                    let until = now + RETRY;
                    let holder = run.holder.iter_mut();
                    holder.for_each(|holder| holder.until = holder.until.max(until));
                }
            });
            self.search_from = self.search_from.min(first);
        }
        if !is_committed {
            self.lose_from(now);
        }
        self.advance();
    }

    /// The log begins at `offset` from here on: what lies below is gone.
    pub fn on_log_start(&mut self, offset: i64) {
        if offset > self.start {
            self.runs.drop_below(offset);
            self.start = offset;
            self.next = self.next.max(offset);
            self.advance();
        }
    }

    fn lose_from(&mut self, at: Duration) {
        self.lost_from = Some(self.lost_from.map_or(at, |known| known.min(at)));
    }

    /// The start moves up over what is done with.
    pub(crate) fn advance(&mut self) {
        while let Some((first, run)) = self.runs.first() {
            if first != self.start || !run.is_over() {
                break;
            }
            self.start = run.last + 1;
            self.runs.remove(first);
        }
        self.next = self.next.max(self.start);
    }
}
