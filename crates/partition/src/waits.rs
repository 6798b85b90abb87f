//! Produce requests that wait for their records to be committed.

use std::collections::VecDeque;

use model::{Offset, Ticket};

/// Tickets in the order of the offsets that they wait for.
///
/// Appends happen in offset order under the partition's lock, so pushing keeps the order.
#[derive(Debug, Default)]
pub struct Waits {
    queue: VecDeque<(Offset, Ticket)>,
}

impl Waits {
    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Lets `ticket` be woken when everything below `end` is committed.
    pub fn push(&mut self, end: Offset, ticket: Ticket) {
        self.queue.push_back((end, ticket));
    }

    /// Wakes those whose records are committed now that everything below `committed` is.
    pub fn wake_up_to(&mut self, committed: Offset, wakes: &mut Vec<Ticket>) {
        while let Some((end, ticket)) = self.queue.front()
            && *end <= committed
        {
            wakes.push(*ticket);
            self.queue.pop_front();
        }
        if self.queue.is_empty() {
            self.queue = VecDeque::new();
        }
    }

    /// Wakes everybody, because leadership or the log is gone.
    pub fn wake_all(&mut self, wakes: &mut Vec<Ticket>) {
        wakes.extend(self.queue.drain(..).map(|(_, ticket)| ticket));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ticket(request: u64) -> Ticket {
        Ticket {
            connection: 1,
            request,
        }
    }

    #[test]
    fn those_below_the_committed_end_are_woken_in_order() {
        let mut waits = Waits::default();
        for (end, request) in [(5, 1), (5, 2), (9, 3)] {
            waits.push(Offset(end), ticket(request));
        }
        let mut wakes = Vec::new();
        waits.wake_up_to(Offset(4), &mut wakes);
        assert_eq!(wakes, []);
        waits.wake_up_to(Offset(8), &mut wakes);
        assert_eq!(wakes, [ticket(1), ticket(2)]);
        waits.wake_all(&mut wakes);
        assert_eq!(wakes.last(), Some(&ticket(3)));
    }
}
