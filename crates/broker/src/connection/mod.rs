//! One client connection without its socket: framing, limits, the order of answers, muting.
//!
//! The shell moves bytes in and out and calls [`Connection`] for everything else; the simulator
//! runs the same code. A connection is muted (not read) while too many of its requests wait for
//! answers or its client does not read them.
//!
//! ```text
//! bytes -> Framer -> Broker::on_request -> Pipeline (order) -> Outbox -> bytes and file slices
//!                           ^ wake, deliver, expire
//! ```

mod aside;
mod framer;
mod pipeline;

use std::time::Duration;

use model::{Now, Ticket};

pub use aside::Aside;
pub use framer::{FrameError, Framer};
pub use pipeline::{CloseReason, Handled, MAX_IN_FLIGHT, Pipeline};

use crate::broker::Broker;
use crate::effects::Effects;
use crate::parked::Parked;
use crate::reply::{Outbox, Reply};
use crate::session::Session;

/// Bytes of answers that may wait for a client that does not read; with more, it is muted.
pub const MAX_UNSENT_BYTES: usize = 4 << 20;

/// For so long after a slow write the requests of a connection are handled aside.
const SLOW: Duration = Duration::from_secs(1);

/// One client connection.
#[derive(Debug)]
pub struct Connection {
    session: Session,
    framer: Framer,
    pipeline: Pipeline,
    outbox: Outbox,
    last_active: Duration,
    closing: Option<CloseReason>,
    /// The request that is handled aside; no other is taken meanwhile.
    aside: Option<u64>,
    /// Produce requests are handled aside until then, because writing was slow.
    slow_until: Duration,
}

impl Connection {
    /// A connection that was just accepted.
    #[must_use]
    pub fn new(now: Now, session: Session, max_request_bytes: i32) -> Self {
        Self {
            session,
            framer: Framer::new(max_request_bytes),
            pipeline: Pipeline::default(),
            outbox: Outbox::default(),
            last_active: now.mono,
            closing: None,
            aside: None,
            slow_until: Duration::ZERO,
        }
    }

    /// Takes in bytes from the client and handles the requests in them.
    pub fn receive(&mut self, now: Now, mut input: &[u8], broker: &Broker, fx: &mut Effects) {
        self.last_active = now.mono;
        while self.takes_requests() {
            match self.framer.next(&mut input) {
                Ok(Some(frame)) => self.handle(now, &frame, broker, fx),
                Ok(None) => break,
                Err(error) => self.close(CloseReason::InvalidRequest(error.to_string())),
            }
        }
        if self.closing.is_none() {
            self.framer.hold(input);
        }
        self.pipeline.release(&mut self.outbox);
    }

    /// Looks again at a parked request, because something that it waits for has happened.
    pub fn wake(&mut self, now: Now, request: u64, broker: &Broker, fx: &mut Effects) {
        self.look_again(now, request, |parked, ticket, deadline| {
            parked.look_again(broker, now, ticket, deadline)
        });
        self.continue_held(now, broker, fx);
    }

    /// Takes in the answer of a parked request.
    pub fn deliver(
        &mut self,
        now: Now,
        request: u64,
        reply: Reply,
        broker: &Broker,
        fx: &mut Effects,
    ) {
        self.look_again(now, request, |parked, _, _| {
            parked.cancel();
            Handled::Reply(reply)
        });
        self.continue_held(now, broker, fx);
    }

    /// Takes in the outcome of a request that was handled aside. `was_slow` says that it took so long that the next had better
    /// be handled aside as well.
    pub fn finish_aside(
        &mut self,
        now: Now,
        request: u64,
        handled: Handled,
        was_slow: bool,
        broker: &Broker,
        fx: &mut Effects,
    ) {
        if self.aside != Some(request) {
            return;
        }
        self.aside = None;
        if was_slow {
            self.note_slow(now);
        }
        self.look_again(now, request, |_, _, _| handled);
        // What it waits for may have happened before it was put back.
        self.wake(now, request, broker, fx);
    }

    /// Handling what this connection has sent took so long that others had to wait.
    pub fn note_slow(&mut self, now: Now) {
        self.slow_until = now.mono + SLOW;
    }

    /// Nobody will answer a parked request: closes the connection, so that the client asks again.
    pub fn abandon(&mut self, request: u64) {
        if let Some((parked, _)) = self.pipeline.take_parked(request) {
            parked.cancel();
            self.close(CloseReason::Abandoned);
        }
    }

    /// Takes in a part of the answer of a request to group coordinators.
    pub fn on_group_answer(
        &mut self,
        now: Now,
        answer: group::Answer,
        broker: &Broker,
        fx: &mut Effects,
    ) {
        let request = answer.waiter.ticket.request;
        self.look_again(now, request, |parked, _, deadline| {
            parked.on_group_answer(answer.waiter.part, answer.response, deadline)
        });
        self.continue_held(now, broker, fx);
    }

    /// Ends the parked requests whose time is over.
    pub fn expire(&mut self, now: Now, broker: &Broker, fx: &mut Effects) {
        for request in self.pipeline.expired(now.mono) {
            self.look_again(now, request, |parked, ticket, _| {
                parked.time_out(broker, now, ticket)
            });
        }
        self.continue_held(now, broker, fx);
    }

    /// The moment at which `expire` has work, on the clock `Now::mono`.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.pipeline.next_deadline()
    }

    /// What has to be sent to the client.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Notes that the first `count` bytes of the outbox were sent.
    pub fn sent(&mut self, now: Now, count: usize, broker: &Broker, fx: &mut Effects) {
        self.last_active = now.mono;
        let was_muted = !self.takes_requests();
        self.outbox.advance(count);
        if was_muted {
            self.continue_held(now, broker, fx);
        }
    }

    /// Whether the shell should read from the client.
    #[must_use]
    pub fn wants_bytes(&self) -> bool {
        self.takes_requests()
    }

    /// Why the connection has to be closed, once the outbox is empty.
    #[must_use]
    pub fn closing(&self) -> Option<&CloseReason> {
        self.closing.as_ref()
    }

    /// Whether no request is in flight and nothing waits to be sent.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.pipeline.is_empty() && self.outbox.is_empty()
    }

    /// When the client was last heard or sent to; `connections.max.idle.ms` counts from here.
    #[must_use]
    pub fn last_active(&self) -> Duration {
        self.last_active
    }

    /// Bytes of requests that did not arrive whole.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.framer.held()
    }

    /// Withdraws whatever still waits, because the connection is gone.
    pub fn end(&mut self) {
        for parked in self.pipeline.drain() {
            parked.cancel();
        }
    }

    fn takes_requests(&self) -> bool {
        self.closing.is_none()
            && self.aside.is_none()
            && !self.pipeline.is_full()
            && self.outbox.len() < MAX_UNSENT_BYTES
    }

    fn handle(&mut self, now: Now, frame: &[u8], broker: &Broker, fx: &mut Effects) {
        let ticket = self.ticket(self.pipeline.next_request());
        let handled = if now.mono < self.slow_until && is_produce(frame) {
            Handled::Aside
        } else {
            broker.on_request(now, &mut self.session, ticket, frame, fx)
        };
        if matches!(handled, Handled::Aside) {
            self.aside = Some(ticket.request);
            fx.aside
                .push(Aside::new(ticket, self.session.clone(), frame));
        }
        if let Err(reason) = self.pipeline.push(handled) {
            self.close(reason);
        }
    }

    fn look_again(
        &mut self,
        now: Now,
        request: u64,
        look: impl FnOnce(Parked, Ticket, Option<Duration>) -> Handled,
    ) {
        let Some((parked, deadline)) = self.pipeline.take_parked(request) else {
            return;
        };
        self.last_active = now.mono;
        let handled = look(parked, self.ticket(request), deadline);
        if let Err(reason) = self.pipeline.put_back(request, handled) {
            self.close(reason);
        }
        self.pipeline.release(&mut self.outbox);
    }

    /// Handles requests that were held while the connection was muted.
    fn continue_held(&mut self, now: Now, broker: &Broker, fx: &mut Effects) {
        if self.framer.held() > 0 && self.takes_requests() {
            self.receive(now, &[], broker, fx);
        }
    }

    fn ticket(&self, request: u64) -> Ticket {
        Ticket {
            connection: self.session.connection,
            request,
        }
    }

    fn close(&mut self, reason: CloseReason) {
        self.closing.get_or_insert(reason);
    }
}

fn is_produce(frame: &[u8]) -> bool {
    frame.starts_with(&protocol::ApiKey::Produce.as_i16().to_be_bytes())
}
