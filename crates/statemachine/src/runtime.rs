//! Joins a machine to the log that others replicate.
//!
//! ```text
//!              start_loading            activate
//!  NotLeader ----------------> Loading ----------> Active
//!      ^                          |                   |
//!      +--------------------------+-------------------+
//!            stop (leadership lost, log unreadable): the machine is dropped, parked answers fail
//! ```

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

use model::{LeaderEpoch, Offset};

use crate::{Decision, Machine};

/// How many answers may be parked at once; a further decision is refused before it is made.
pub const MAX_PARKED: usize = 100_000;

/// A machine, the answers that wait for its records to be committed, and those that may go.
///
/// `W` names who waits (a ticket and what is needed to build an error), `T` is the answer.
#[derive(Debug)]
pub struct Runtime<M, W, T> {
    role: Role<M>,
    /// Ends never go down from front to back.
    parked: VecDeque<Parked<W, T>>,
    released: Vec<Released<W, T>>,
}

#[derive(Debug)]
enum Role<M> {
    NotLeader,
    Loading(Leading<M>),
    Active(Leading<M>),
}

#[derive(Debug)]
struct Leading<M> {
    epoch: LeaderEpoch,
    machine: M,
    /// One past the last record that was replayed.
    applied_end: Offset,
    /// Every record below is committed.
    high_watermark: Offset,
}

#[derive(Debug)]
struct Parked<W, T> {
    /// Released when the high watermark reaches this.
    end: Offset,
    waiter: W,
    response: T,
}

/// An answer that may go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released<W, T> {
    /// Who waited.
    pub waiter: W,
    /// The answer, or why there is none.
    pub outcome: Result<T, Refusal>,
}

/// Why a request gets no answer from the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// This node does not lead the log, or ceased to while the answer was parked: whether the
    /// records survive is then for the next leader to say.
    #[error("this node does not lead the log of the machine")]
    NotLeader,
    /// The log is being replayed; the client should try again.
    #[error("the machine is still loading its log")]
    Loading,
    /// The log did not take the records: nothing has changed.
    #[error("the log refused the records")]
    AppendFailed,
    /// More than [`MAX_PARKED`] answers wait for commits that do not come.
    #[error("too many answers wait for records to be committed")]
    Overloaded,
}

/// Records for the owner of the log to append.
#[derive(Debug)]
pub struct Append<'a, R> {
    /// In this order, at consecutive offsets. Never empty.
    pub records: &'a [R],
    /// As in [`Decision::atomic`].
    pub atomic: bool,
    /// The leader epoch under which they were decided.
    pub epoch: LeaderEpoch,
}

impl<M, W, T> Default for Runtime<M, W, T> {
    fn default() -> Self {
        Self {
            role: Role::NotLeader,
            parked: VecDeque::new(),
            released: Vec::new(),
        }
    }
}

impl<M: Machine, W, T> Runtime<M, W, T> {
    /// A runtime of a log that this node does not lead.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This node leads the log in `epoch`: `machine` is empty and [`Runtime::replay`] comes next.
    /// What was loaded for an earlier epoch is dropped.
    pub fn start_loading(&mut self, epoch: LeaderEpoch, machine: M) {
        self.stop();
        let (applied_end, high_watermark) = (Offset::ZERO, Offset::ZERO);
        self.role = Role::Loading(Leading {
            epoch,
            machine,
            applied_end,
            high_watermark,
        });
    }

    /// Applies a record that is in the log already: while loading, or written by somebody else
    /// (transaction markers). Returns whether it was of use: not if `epoch` is not the one at work.
    ///
    /// # Panics
    /// If the offset was replayed before.
    pub fn replay(&mut self, epoch: LeaderEpoch, offset: Offset, record: &M::Record) -> bool {
        let leading = match &mut self.role {
            Role::Loading(leading) | Role::Active(leading) if leading.epoch == epoch => leading,
            _ => return false,
        };
        leading.replay(offset, record);
        true
    }

    /// The log was replayed up to `log_end`: decisions may be made. Returns whether it was of use:
    /// not if this is not what is being loaded.
    pub fn activate(
        &mut self,
        epoch: LeaderEpoch,
        log_end: Offset,
        high_watermark: Offset,
    ) -> bool {
        match mem::replace(&mut self.role, Role::NotLeader) {
            Role::Loading(mut leading) if leading.epoch == epoch => {
                assert!(
                    leading.applied_end <= log_end,
                    "records were replayed beyond the log's end"
                );
                leading.applied_end = log_end;
                leading.high_watermark = high_watermark;
                self.role = Role::Active(leading);
                true
            }
            other => {
                self.role = other;
                false
            }
        }
    }

    /// As [`Runtime::stop`], where an answer can say itself that it does not hold any more: `refuse`
    /// changes each that is parked, and it goes out.
    pub fn stop_with(&mut self, mut refuse: impl FnMut(&W, &mut T)) {
        self.role = Role::NotLeader;
        for Parked {
            waiter,
            mut response,
            ..
        } in self.parked.drain(..)
        {
            refuse(&waiter, &mut response);
            let outcome = Ok(response);
            self.released.push(Released { waiter, outcome });
        }
    }

    /// Leadership was lost, or the log cannot be read: drops the machine and refuses all who wait.
    pub fn stop(&mut self) {
        self.role = Role::NotLeader;
        for parked in self.parked.drain(..) {
            let outcome = Err(Refusal::NotLeader);
            self.released.push(Released {
                waiter: parked.waiter,
                outcome,
            });
        }
    }

    /// The machine, for decisions that nobody waits for and for looking at it.
    ///
    /// # Errors
    /// [`Refusal::NotLeader`] and [`Refusal::Loading`].
    pub fn machine(&self) -> Result<&M, Refusal> {
        match &self.role {
            Role::Active(leading) => Ok(&leading.machine),
            Role::Loading(_) => Err(Refusal::Loading),
            Role::NotLeader => Err(Refusal::NotLeader),
        }
    }

    /// The leader epoch in which the machine is loaded or being loaded.
    #[must_use]
    pub fn epoch(&self) -> Option<LeaderEpoch> {
        match &self.role {
            Role::Active(leading) | Role::Loading(leading) => Some(leading.epoch),
            Role::NotLeader => None,
        }
    }

    /// Lets the machine decide, has `append` write the records (it returns the offset of the first,
    /// or `None` if none was written), replays them, and parks the answer.
    ///
    /// A decision that only reads is parked until all that it could have seen is committed. Whatever
    /// comes of it is found in [`Runtime::take_released`], sooner or later, once per call.
    pub fn decide(
        &mut self,
        waiter: W,
        decide: impl FnOnce(&M) -> Decision<M::Record, T>,
        append: impl FnOnce(Append<'_, M::Record>) -> Option<Offset>,
    ) {
        if let Err((waiter, refusal)) = self.try_decide(waiter, decide, append) {
            self.refuse(waiter, refusal);
        }
    }

    /// As [`Runtime::decide`], but a refusal is the caller's to answer.
    ///
    /// # Errors
    /// The waiter, and why nothing was decided or nothing came of it.
    pub fn try_decide(
        &mut self,
        waiter: W,
        decide: impl FnOnce(&M) -> Decision<M::Record, T>,
        append: impl FnOnce(Append<'_, M::Record>) -> Option<Offset>,
    ) -> Result<(), (W, Refusal)> {
        if let Err(refusal) = self.machine() {
            return Err((waiter, refusal));
        }
        if self.parked.len() >= MAX_PARKED {
            return Err((waiter, Refusal::Overloaded));
        }
        let Role::Active(leading) = &mut self.role else {
            unreachable!("checked just above")
        };
        let decision = decide(&leading.machine);
        if !leading.append(&decision, append) {
            return Err((waiter, Refusal::AppendFailed));
        }
        self.park(waiter, decision.response);
        Ok(())
    }

    /// Parks an answer that was decided together with another one: it goes out when all that the log
    /// holds is committed; at once if this node does not lead.
    pub fn park(&mut self, waiter: W, response: T) {
        let Role::Active(leading) = &self.role else {
            return self.release(waiter, response);
        };
        let end = leading.applied_end;
        self.parked.push_back(Parked {
            end,
            waiter,
            response,
        });
        self.release_committed();
    }

    /// An answer that rests on nothing.
    pub fn release(&mut self, waiter: W, response: T) {
        let outcome = Ok(response);
        self.released.push(Released { waiter, outcome });
    }

    /// Every record below `high_watermark` is committed. An older value changes nothing.
    pub fn on_high_watermark(&mut self, high_watermark: Offset) {
        if let Role::Active(leading) = &mut self.role {
            leading.high_watermark = leading.high_watermark.max(high_watermark);
            self.release_committed();
        }
    }

    /// The answers that may go out, in the order in which they were decided.
    pub fn take_released(&mut self) -> Vec<Released<W, T>> {
        mem::take(&mut self.released)
    }

    /// When the machine wants to be asked for a decision by itself; `None` while it is not active.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.machine().ok().and_then(Machine::next_deadline)
    }

    /// How many answers wait for a commit.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.parked.len()
    }

    /// Who has waited longest for a commit.
    #[must_use]
    pub fn first_parked(&self) -> Option<&W> {
        self.parked.front().map(|parked| &parked.waiter)
    }

    /// Takes out the answer that has waited longest, if `is_over` says so of who waits for it: its records may still be
    /// committed, but nobody is told.
    pub fn give_up_if(&mut self, is_over: impl FnOnce(&W) -> bool) -> Option<(W, T)> {
        let given_up = self.parked.pop_front_if(|parked| is_over(&parked.waiter))?;
        Some((given_up.waiter, given_up.response))
    }

    fn refuse(&mut self, waiter: W, refusal: Refusal) {
        self.released.push(Released {
            waiter,
            outcome: Err(refusal),
        });
    }

    fn release_committed(&mut self) {
        let Role::Active(leading) = &self.role else {
            return;
        };
        while let Some(next) = self
            .parked
            .pop_front_if(|next| next.end <= leading.high_watermark)
        {
            self.released.push(Released {
                waiter: next.waiter,
                outcome: Ok(next.response),
            });
        }
    }
}

impl<M: Machine> Leading<M> {
    fn append<T>(
        &mut self,
        decision: &Decision<M::Record, T>,
        append: impl FnOnce(Append<'_, M::Record>) -> Option<Offset>,
    ) -> bool {
        let records = decision.records.as_slice();
        if records.is_empty() {
            return true;
        }
        let Some(first) = append(Append {
            records,
            atomic: decision.atomic,
            epoch: self.epoch,
        }) else {
            return false;
        };
        for (record, nth) in records.iter().zip(0..) {
            self.replay(first.plus(nth), record);
        }
        true
    }

    fn replay(&mut self, offset: Offset, record: &M::Record) {
        let applied_end = self.applied_end;
        assert!(
            offset >= applied_end,
            "offset {offset} is below the applied end {applied_end}"
        );
        self.machine.replay(offset, record);
        self.applied_end = offset.next();
    }
}
