//! Requests that wait in their connection (docs/decisions/0002).

use model::{Now, Ticket};

use crate::api::{
    ParkedFetch, ParkedMarkers, ParkedProduce, ParkedShareAcknowledge, ParkedShareFetch,
};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::gather::Gather;

/// A request whose answer is not there yet.
#[derive(Debug)]
pub enum Parked {
    /// A produce whose records are not acknowledged yet.
    Produce(ParkedProduce),
    /// A fetch without enough data.
    Fetch(ParkedFetch),
    /// Markers of transactions that are not committed yet.
    Markers(ParkedMarkers),
    /// A fetch of a share group that found nothing, or whose acknowledgements are not written yet.
    ShareFetch(ParkedShareFetch),
    /// Acknowledgements of a share group that are not written yet.
    ShareAcknowledge(ParkedShareAcknowledge),
    /// A request to group coordinators.
    Group(Gather),
    /// A request whose whole answer the controller delivers, or that is handled aside.
    Awaiting,
}

impl Parked {
    /// Whether somebody keeps what the request held while it waits: the controller its frame, a group its members'
    /// metadata. Records that were produced are in the log.
    pub(crate) fn keeps_request(&self) -> bool {
        matches!(self, Self::Group(_) | Self::Awaiting)
    }

    /// Looks again after a wake-up: answers, or parks anew.
    pub(crate) fn look_again(
        self,
        broker: &Broker,
        now: Now,
        ticket: Ticket,
        deadline: Option<std::time::Duration>,
        fx: &mut Effects,
    ) -> Handled {
        match self {
            Self::ShareFetch(fetch) => fetch.look_again(broker, now, ticket, fx),
            Self::ShareAcknowledge(acknowledge) => acknowledge.look_again(),
            Self::Produce(produce) => match produce.look_again() {
                Ok(handled) => handled,
                Err(waiting) => Handled::Parked(Self::Produce(waiting), deadline),
            },
            Self::Markers(markers) => markers.look_again(ticket),
            Self::Fetch(fetch) => {
                // Without a deadline it is over, and only what is not in memory is waited for.
                let over = deadline.is_none_or(|deadline| deadline <= now.mono);
                fetch.look_again(broker, (now, ticket), deadline, over, fx)
            }
            other => Handled::Parked(other, deadline),
        }
    }

    /// The answer at the deadline.
    pub(crate) fn time_out(
        self,
        broker: &Broker,
        now: Now,
        ticket: Ticket,
        fx: &mut Effects,
    ) -> Handled {
        match self {
            Self::ShareFetch(fetch) => fetch.look_again(broker, now, ticket, fx),
            Self::Produce(produce) => produce.time_out(),
            Self::Fetch(fetch) => fetch.look_again(broker, (now, ticket), None, true, fx),
            other => Handled::Parked(other, None),
        }
    }

    /// The answer when the node stops.
    pub(crate) fn stop(self, broker: &Broker, now: Now, ticket: Ticket) -> Handled {
        match self {
            Self::ShareFetch(fetch) => fetch.stop(),
            other => other.time_out(broker, now, ticket, &mut Effects::default()),
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
        match self {
            Self::Fetch(fetch) => fetch.cancel(),
            Self::ShareFetch(fetch) => fetch.cancel_wait(),
            _ => {}
        }
    }
}
