//! Requests that wait in their connection (docs/decisions/0002).

use model::{Now, Ticket};

use crate::api::{ParkedFetch, ParkedProduce};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::Gather;

/// A request whose answer is not there yet.
#[derive(Debug)]
pub enum Parked {
    /// A produce whose records are not acknowledged yet.
    Produce(ParkedProduce),
    /// A fetch without enough data.
    Fetch(ParkedFetch),
    /// A request to group coordinators.
    Group(Gather),
    /// A request whose whole answer the controller delivers, or that is handled aside.
    Awaiting,
}

impl Parked {
    /// Looks again after a wake-up: answers, or parks anew.
    pub(crate) fn look_again(
        self,
        broker: &Broker,
        now: Now,
        ticket: Ticket,
        deadline: Option<std::time::Duration>,
    ) -> Handled {
        match self {
            Self::Produce(produce) => match produce.look_again() {
                Ok(handled) => handled,
                Err(waiting) => Handled::Parked(Self::Produce(waiting), deadline),
            },
            Self::Fetch(fetch) => {
                let over = deadline.is_some_and(|deadline| deadline <= now.mono);
                fetch.look_again(broker, now, ticket, deadline, over)
            }
            other => Handled::Parked(other, deadline),
        }
    }

    /// The answer at the deadline.
    pub(crate) fn time_out(self, broker: &Broker, now: Now, ticket: Ticket) -> Handled {
        match self {
            Self::Produce(produce) => produce.time_out(),
            Self::Fetch(fetch) => fetch.look_again(broker, now, ticket, None, true),
            other => Handled::Parked(other, None),
        }
    }

    /// Takes in a part of the answer of a request to group coordinators.
    pub(crate) fn on_group_answer(
        self,
        part: u32,
        response: group::Response,
        deadline: Option<std::time::Duration>,
    ) -> Handled {
        match self {
            Self::Group(mut gather) => {
                if gather.add(part, response) {
                    gather.answer()
                } else {
                    Handled::Parked(Self::Group(gather), deadline)
                }
            }
            other => Handled::Parked(other, deadline),
        }
    }

    /// Withdraws what was registered elsewhere.
    pub(crate) fn cancel(self) {
        if let Self::Fetch(fetch) = self {
            fetch.cancel();
        }
    }
}
