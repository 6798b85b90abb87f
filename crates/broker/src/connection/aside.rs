//! Requests that would hold up their connection's thread, and with it every other connection there.
//!
//! Two kinds take long: a produce whose batches are compressed anew, and one whose write(2) blocks because the kernel throttles
//! a producer that outruns the disk. Such a request is copied and handled on a thread that may block; its
//! connection takes no further requests until it is done, so that their order stays.

use model::{Now, Ticket};

use crate::api::{self, Place};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::session::Session;

/// A request that the shell handles on another thread (`Aside::run`) and whose outcome it brings back
/// (`Connection::finish_aside`).
#[derive(Debug)]
pub struct Aside {
    /// Whose request it is.
    pub ticket: Ticket,
    session: Session,
    frame: Box<[u8]>,
}

impl Aside {
    pub(super) fn new(ticket: Ticket, session: Session, frame: &[u8]) -> Self {
        Self {
            ticket,
            session,
            frame: frame.into(),
        }
    }

    /// Handles the request.
    pub fn run(mut self, broker: &Broker, now: Now, fx: &mut Effects) -> Handled {
        let (session, frame) = (&mut self.session, &self.frame);
        api::handle(broker, now, session, self.ticket, Place::Aside, frame, fx)
    }
}
