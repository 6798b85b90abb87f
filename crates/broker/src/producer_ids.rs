//! Producer ids, from blocks that the controller gives to this broker (KIP-730).

use model::ProducerId;
use parking_lot::Mutex;

use crate::controller_inbox::{ControllerInbox, ControllerInput};
use crate::effects::Effects;

/// The next block is asked for when so many ids are left.
const LOW_WATER: i64 = 100;

/// The ids that this broker may give out.
#[derive(Debug, Default)]
pub(crate) struct ProducerIds {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: i64,
    end: i64,
    following: Option<(i64, i64)>,
    asked: bool,
}

impl ProducerIds {
    /// An id that was never given out; `None` while the next block is on its way.
    pub fn next(&self, inbox: &ControllerInbox, fx: &mut Effects) -> Option<ProducerId> {
        let mut state = self.state.lock();
        state.refill(inbox, fx);
        if state.next == state.end {
            return None;
        }
        let id = ProducerId(state.next);
        state.next += 1;
        Some(id)
    }

    /// Asks for the first block, so that the first producer need not wait for it.
    pub fn prepare(&self, inbox: &ControllerInbox, fx: &mut Effects) {
        self.state.lock().refill(inbox, fx);
    }

    /// Takes in a block of `len` ids from `first` on.
    pub fn add_block(&self, first: i64, len: i64) {
        let mut state = self.state.lock();
        state.following = Some((first, first + len));
        state.asked = false;
    }

    /// The controller could not give a block: the next request asks again.
    pub fn refused(&self) {
        self.state.lock().asked = false;
    }
}

impl State {
    /// Goes on to the following block, and asks for another when few ids are left.
    fn refill(&mut self, inbox: &ControllerInbox, fx: &mut Effects) {
        if self.next == self.end
            && let Some((first, end)) = self.following.take()
        {
            (self.next, self.end) = (first, end);
        }
        if self.end - self.next <= LOW_WATER && self.following.is_none() && !self.asked {
            self.asked = inbox.push(ControllerInput::AllocateProducerIds, fx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_one_block_after_the_other_and_none_twice() {
        let ids = ProducerIds::default();
        let (inbox, mut fx) = (ControllerInbox::default(), Effects::default());
        assert_eq!(ids.next(&inbox, &mut fx), None);
        assert_eq!(ids.next(&inbox, &mut fx), None);
        assert_eq!(inbox.take().len(), 1, "one block is asked for at a time");
        ids.add_block(1000, 2);
        assert_eq!(ids.next(&inbox, &mut fx), Some(ProducerId(1000)));
        assert_eq!(
            inbox.take().len(),
            1,
            "the next block is asked for before this one ends"
        );
        ids.add_block(5000, 1000);
        assert_eq!(ids.next(&inbox, &mut fx), Some(ProducerId(1001)));
        assert_eq!(ids.next(&inbox, &mut fx), Some(ProducerId(5000)));
    }
}
