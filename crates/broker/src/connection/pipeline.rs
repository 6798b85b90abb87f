//! Keeps the answers of one connection in the order of its requests.

use std::collections::VecDeque;
use std::time::Duration;

use crate::parked::Parked;
use crate::reply::{Outbox, Reply};

/// Requests of one connection that may wait for their answers at once; with more, the connection
/// is not read until the first is answered.
pub const MAX_IN_FLIGHT: usize = 128;

/// What became of a request when it was handled.
#[derive(Debug)]
pub enum Handled {
    /// Its answer.
    Reply(Reply),
    /// It asked for no answer (produce with acks=0).
    Silent,
    /// It waits for an event, until `deadline` at the latest.
    Parked(Parked, Option<Duration>),
    /// It would hold up the connection's thread: it is handled on another one (`Effects::aside`).
    Aside,
    /// The connection cannot go on.
    Close(CloseReason),
}

/// Why a connection is closed by the node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// The peer sent what is no request of ours; the text says what.
    InvalidRequest(String),
    /// Too much waits already; the text says what.
    Overloaded(String),
    /// The node has a fault; the text says where.
    Internal(String),
    /// A request was lost inside the node.
    Abandoned,
    /// acks=0 leaves no other way to tell a producer about an error.
    UnansweredError,
}

#[derive(Debug)]
enum Slot {
    Ready(Reply),
    Silent,
    Parked(Parked, Option<Duration>),
    /// The parked request is being looked at.
    Taken,
}

/// The requests in flight on one connection, oldest first.
#[derive(Debug, Default)]
pub struct Pipeline {
    slots: VecDeque<Slot>,
    /// The number of the oldest request in flight.
    first: u64,
}

impl Pipeline {
    /// The number that the next request gets.
    #[must_use]
    pub fn next_request(&self) -> u64 {
        self.first + self.slots.len() as u64
    }

    /// Whether further requests have to wait.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.slots.len() >= MAX_IN_FLIGHT
    }

    /// Whether every request was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Takes in the outcome of the newest request.
    ///
    /// # Errors
    /// The reason for which the connection has to close once earlier answers were sent.
    pub fn push(&mut self, handled: Handled) -> Result<(), CloseReason> {
        self.slots.push_back(slot(handled)?);
        Ok(())
    }

    /// Takes a parked request out to look at it again; `put_back` has to follow.
    pub fn take_parked(&mut self, request: u64) -> Option<(Parked, Option<Duration>)> {
        let slot = self.slot_mut(request)?;
        match std::mem::replace(slot, Slot::Taken) {
            Slot::Parked(parked, deadline) => Some((parked, deadline)),
            other => {
                *slot = other;
                None
            }
        }
    }

    /// Takes in the outcome of a request that `take_parked` gave out.
    ///
    /// # Errors
    /// As `push`.
    pub fn put_back(&mut self, request: u64, handled: Handled) -> Result<(), CloseReason> {
        let slot_value = slot(handled)?;
        *self
            .slot_mut(request)
            .expect("a taken request keeps its slot") = slot_value;
        Ok(())
    }

    /// Moves the answers that are due, in order, to `outbox`.
    pub fn release(&mut self, outbox: &mut Outbox) {
        while matches!(self.slots.front(), Some(Slot::Ready(_) | Slot::Silent)) {
            if let Some(Slot::Ready(reply)) = self.slots.pop_front() {
                outbox.push(reply);
            }
            self.first += 1;
        }
        if self.slots.is_empty() {
            self.slots = VecDeque::new();
        }
    }

    /// The earliest deadline of a parked request.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.parked().filter_map(|(_, deadline)| deadline).min()
    }

    /// The parked requests whose deadline has come.
    #[must_use]
    pub fn expired(&self, now: Duration) -> Vec<u64> {
        let due = |deadline: Option<Duration>| deadline.is_some_and(|d| d <= now);
        self.parked()
            .filter(|(_, deadline)| due(*deadline))
            .map(|(request, _)| request)
            .collect()
    }

    /// Takes out every parked request, because the connection ends.
    pub fn drain(&mut self) -> impl Iterator<Item = Parked> + '_ {
        self.slots.drain(..).filter_map(|slot| match slot {
            Slot::Parked(parked, _) => Some(parked),
            _ => None,
        })
    }

    fn parked(&self) -> impl Iterator<Item = (u64, Option<Duration>)> + '_ {
        self.slots
            .iter()
            .zip(self.first..)
            .filter_map(|(slot, request)| match slot {
                Slot::Parked(_, deadline) => Some((request, *deadline)),
                _ => None,
            })
    }

    fn slot_mut(&mut self, request: u64) -> Option<&mut Slot> {
        let index = usize::try_from(request.checked_sub(self.first)?).ok()?;
        self.slots.get_mut(index)
    }
}

fn slot(handled: Handled) -> Result<Slot, CloseReason> {
    match handled {
        Handled::Reply(reply) => Ok(Slot::Ready(reply)),
        Handled::Silent => Ok(Slot::Silent),
        Handled::Parked(parked, deadline) => Ok(Slot::Parked(parked, deadline)),
        Handled::Aside => Ok(Slot::Parked(Parked::Awaiting, None)),
        Handled::Close(reason) => Err(reason),
    }
}
