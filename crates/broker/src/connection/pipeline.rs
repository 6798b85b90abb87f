//! Keeps the answers of one connection in the order of its requests.

use std::collections::VecDeque;
use std::time::Duration;

use crate::parked::Parked;
use crate::reply::{Outbox, Reply};

/// Requests of one connection that may wait for their answers at once; with more, the connection
/// is not read until the first is answered.
pub const MAX_IN_FLIGHT: usize = 128;

/// Bytes of requests of one connection that others may keep while they wait for their answers, one request apart; with
/// more, the connection is not read until all that it asked is answered.
pub const MAX_KEPT_BYTES: usize = 8 << 20;

/// What became of a request when it was handled.
#[derive(Debug)]
pub enum Handled {
    /// Its answer.
    Reply(Reply),
    /// It asked for no answer (produce with acks=0).
    Silent,
    /// It waits for an event, until `deadline` at the latest.
    Parked(Parked, Option<Duration>),
    /// It is handled from its beginning when it is woken, and no later request of the connection before it.
    Held(Box<[u8]>),
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
    /// The request as it came, to be handled later.
    Held(Box<[u8]>),
    /// The parked request is being looked at.
    Taken,
}

/// The requests in flight on one connection, oldest first.
#[derive(Debug, Default)]
pub struct Pipeline {
    slots: VecDeque<Slot>,
    /// The number of the oldest request in flight.
    first: u64,
    /// Bytes of requests that were kept for others since the pipeline was empty.
    kept_bytes: usize,
    /// The newest request is held.
    is_held: bool,
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
        self.is_held || self.slots.len() >= MAX_IN_FLIGHT || self.kept_bytes >= MAX_KEPT_BYTES
    }

    /// Bytes of a request that is held.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        match self.slots.back() {
            Some(Slot::Held(frame)) => frame.len(),
            _ => 0,
        }
    }

    /// Whether every request was answered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Takes in the outcome of the newest request, which had `bytes`.
    ///
    /// # Errors
    /// The reason for which the connection has to close once earlier answers were sent.
    pub fn push(&mut self, handled: Handled, bytes: usize) -> Result<(), CloseReason> {
        if let Handled::Parked(parked, _) = &handled
            && parked.keeps_request()
        {
            self.kept_bytes += bytes;
        }
        let slot = slot(handled)?;
        self.is_held = matches!(slot, Slot::Held(_));
        self.slots.push_back(slot);
        Ok(())
    }

    /// Takes a held request out to handle it; `put_back` has to follow.
    pub fn take_held(&mut self, request: u64) -> Option<Box<[u8]>> {
        let slot = self.slot_mut(request)?;
        match std::mem::replace(slot, Slot::Taken) {
            Slot::Held(frame) => {
                self.is_held = false;
                Some(frame)
            }
            other => {
                *slot = other;
                None
            }
        }
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
    /// As `push`; the request and all after it are gone.
    pub fn put_back(&mut self, request: u64, handled: Handled) -> Result<(), CloseReason> {
        let slot_value = slot(handled).inspect_err(|_| self.cut(request))?;
        self.is_held |= matches!(slot_value, Slot::Held(_));
        *self
            .slot_mut(request)
            .expect("a taken request keeps its slot") = slot_value;
        Ok(())
    }

    /// Gives up a request and all after it: only those before it are answered.
    pub fn cut(&mut self, request: u64) {
        let kept = usize::try_from(request.saturating_sub(self.first)).unwrap_or(usize::MAX);
        for slot in self.slots.drain(kept.min(self.slots.len())..) {
            if let Slot::Parked(parked, _) = slot {
                parked.cancel();
            }
        }
        self.is_held = matches!(self.slots.back(), Some(Slot::Held(_)));
    }

    /// The fetches that wait for records.
    #[must_use]
    pub fn long_polls(&self) -> Vec<u64> {
        let numbered = self.slots.iter().zip(self.first..);
        let is_poll = |slot: &Slot| {
            matches!(
                slot,
                Slot::Parked(Parked::Fetch(_) | Parked::ShareFetch(_), _)
            )
        };
        numbered
            .filter_map(|(slot, request)| is_poll(slot).then_some(request))
            .collect()
    }

    /// Whether a request waits for something else than news or other members of its group.
    #[must_use]
    pub fn owes_answer(&self) -> bool {
        let may_wait = |slot: &Slot| {
            matches!(
                slot,
                Slot::Parked(
                    Parked::Fetch(_) | Parked::ShareFetch(_) | Parked::Group(_),
                    _
                ) | Slot::Held(_)
            )
        };
        !self.slots.iter().all(may_wait)
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
            self.kept_bytes = 0;
        }
    }

    /// Gives back memory that nothing is in.
    pub fn trim(&mut self) {
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
        Handled::Held(frame) => Ok(Slot::Held(frame)),
        Handled::Aside => Ok(Slot::Parked(Parked::Awaiting, None)),
        Handled::Close(reason) => Err(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting() -> Handled {
        Handled::Parked(Parked::Awaiting, None)
    }

    #[test]
    fn an_answer_makes_room_for_what_follows_a_large_request() {
        let mut pipeline = Pipeline::default();
        pipeline.push(waiting(), MAX_KEPT_BYTES).unwrap();
        assert!(pipeline.is_full());
        assert!(pipeline.take_parked(0).is_some());
        pipeline.put_back(0, Handled::Silent).unwrap();
        pipeline.release(&mut Outbox::default());
        assert!(!pipeline.is_full());
    }

    #[test]
    fn a_request_that_closes_the_connection_takes_later_ones_with_it_and_no_earlier_one() {
        let mut pipeline = Pipeline::default();
        for _ in 0..3 {
            pipeline.push(waiting(), 1).unwrap();
        }
        assert!(pipeline.take_parked(1).is_some());
        let closes = Handled::Close(CloseReason::UnansweredError);
        assert_eq!(
            pipeline.put_back(1, closes),
            Err(CloseReason::UnansweredError)
        );
        assert!(pipeline.take_parked(2).is_none() && pipeline.owes_answer());
        assert!(pipeline.take_parked(0).is_some());
        pipeline.put_back(0, Handled::Silent).unwrap();
        pipeline.release(&mut Outbox::default());
        assert!(pipeline.is_empty());
    }
}
