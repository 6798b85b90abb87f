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

/// Bytes of them that may lie in memory, and not in a segment; one answer may exceed it.
pub const MAX_UNSENT_MEMORY: usize = 256 << 10;
/// Bytes of a segment that are looked for in memory, or brought there, before they are sent.
const SEND_WINDOW: u32 = 1 << 20;

/// For so long after a slow write the requests of a connection are handled aside.
const SLOW: Duration = Duration::from_secs(1);

/// One client connection.
#[derive(Debug)]
pub struct Connection {
    session: Session,
    framer: Framer,
    pipeline: Pipeline,
    outbox: Outbox,
    /// What is sent next is being brought into memory.
    is_reading: bool,
    /// Bytes that are counted in the node's memory for requests.
    counted: u64,
    /// The connection is not read until there is memory for requests.
    waits_for_room: bool,
    last_active: Duration,
    closing: Option<CloseReason>,
    /// The node stops.
    is_stopping: bool,
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
            is_reading: false,
            counted: 0,
            waits_for_room: false,
            last_active: now.mono,
            closing: None,
            is_stopping: false,
            aside: None,
            slow_until: Duration::ZERO,
        }
    }

    /// Takes in bytes from the client and handles the requests in them.
    pub fn receive(&mut self, now: Now, mut input: &[u8], broker: &Broker, fx: &mut Effects) {
        self.last_active = now.mono;
        while self.takes_requests() {
            match self.framer.next(&mut input) {
                Ok(Some(frame)) => {
                    self.handle(now, &frame, broker, fx);
                    // At once, so that answers that are ready are no reason to stop reading.
                    self.pipeline.release(&mut self.outbox);
                }
                Ok(None) => break,
                Err(error) => self.close(CloseReason::InvalidRequest(error.to_string())),
            }
        }
        if self.closing.is_none() {
            self.framer.hold(input);
        }
        self.count(broker, fx);
    }

    /// Looks again at a parked request, because something that it waits for has happened.
    pub fn wake(&mut self, now: Now, request: u64, broker: &Broker, fx: &mut Effects) {
        if let Some(frame) = self.pipeline.take_held(request) {
            let handled = self.dispatch(now, request, &frame, broker, fx);
            self.put_back(now, request, handled);
        }
        self.look_again(now, request, |parked, ticket, deadline| {
            parked.look_again(broker, now, ticket, deadline, fx)
        });
        self.continue_held(now, broker, fx);
    }

    /// There may be memory for requests again.
    pub fn on_room(&mut self) {
        self.waits_for_room = false;
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
            self.pipeline.cut(request);
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
                parked.time_out(broker, now, ticket, fx)
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

    /// Whether something may be sent without waiting for the device. If not, and the outbox is not empty, what comes next
    /// is being brought into memory, and [`Connection::on_read`] follows.
    pub fn may_send(&mut self, broker: &Broker) -> bool {
        if self.is_reading {
            return false;
        }
        let Some(front) = self.outbox.unknown_front() else {
            return !self.outbox.is_empty();
        };
        let window = front.head(SEND_WINDOW);
        if window.is_resident() {
            self.outbox.set_warm(window.len);
            return true;
        }
        self.is_reading = true;
        broker
            .reads
            .start_for_sending(window, self.session.connection);
        false
    }

    /// What is to be sent next was brought into memory, or could not be read: then the connection closes, for the rest of
    /// the answer will never come.
    pub fn on_read(&mut self, is_ok: bool) {
        self.is_reading = false;
        if is_ok {
            let len = self.outbox.unknown_front().map(|f| f.head(SEND_WINDOW).len);
            self.outbox.set_warm(len.unwrap_or(0));
        } else {
            // What comes after half an answer cannot be understood.
            self.pipeline.cut(0);
            self.outbox = Outbox::default();
            let reason = "records that were to be sent cannot be read";
            self.close(CloseReason::Internal(reason.to_owned()));
        }
    }

    /// Whether what is to be sent next is being brought into memory.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.is_reading
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

    /// Whether the shell should read from the client. If only memory for requests is wanting, [`Connection::on_room`] follows.
    pub fn wants_bytes(&mut self, broker: &Broker) -> bool {
        if self.waits_for_room || !self.takes_requests() {
            return false;
        }
        let limit = broker.effective.now().sockets.queued_max_request_bytes;
        let has_room = self.framer.held() > 0
            || broker
                .request_memory
                .has_room(limit, self.session.connection);
        self.waits_for_room = !has_room;
        has_room
    }

    /// Why the connection has to be closed, once the outbox is empty; `None` while earlier requests wait for their answers.
    #[must_use]
    pub fn closing(&self) -> Option<&CloseReason> {
        self.closing.as_ref().filter(|_| self.pipeline.is_empty())
    }

    /// The node stops: no further request is taken, and fetches that wait for records are answered.
    pub fn stop(&mut self, now: Now, broker: &Broker) {
        self.is_stopping = true;
        for request in self.pipeline.long_polls() {
            self.look_again(now, request, |parked, ticket, _| {
                parked.stop(broker, now, ticket)
            });
        }
    }

    /// Whether a stop has to wait for an answer, or for what is not sent yet. Requests that wait for other clients are not waited for.
    #[must_use]
    pub fn owes_answer(&self) -> bool {
        self.pipeline.owes_answer() || !self.outbox.is_empty()
    }

    /// Gives back memory that is not in use: the shell calls this now and then, so that an idle connection holds none, and a busy
    /// one does not allocate for each request.
    pub fn trim(&mut self) {
        self.pipeline.trim();
        self.outbox.trim();
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
    pub fn end(&mut self, broker: &Broker, fx: &mut Effects) {
        broker.request_memory.change(self.counted, 0, fx);
        broker.end_share_sessions_of(self.session.connection, fx);
        broker.participant_asks.forget(self.session.connection);
        broker.held_back.forget(self.session.connection);
        self.counted = 0;
        for parked in self.pipeline.drain() {
            parked.cancel();
        }
    }

    fn takes_requests(&self) -> bool {
        self.closing.is_none()
            && !self.is_stopping
            && self.aside.is_none()
            && !self.pipeline.is_full()
            && self.outbox.len() < MAX_UNSENT_BYTES
            && self.outbox.memory() < MAX_UNSENT_MEMORY
    }

    fn handle(&mut self, now: Now, frame: &[u8], broker: &Broker, fx: &mut Effects) {
        let request = self.pipeline.next_request();
        let handled = self.dispatch(now, request, frame, broker, fx);
        if let Err(reason) = self.pipeline.push(handled, frame.len()) {
            self.close(reason);
        }
    }

    fn dispatch(
        &mut self,
        now: Now,
        request: u64,
        frame: &[u8],
        broker: &Broker,
        fx: &mut Effects,
    ) -> Handled {
        let ticket = self.ticket(request);
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
        handled
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
        let handled = look(parked, self.ticket(request), deadline);
        self.put_back(now, request, handled);
    }

    fn put_back(&mut self, now: Now, request: u64, handled: Handled) {
        self.last_active = now.mono;
        if let Err(reason) = self.pipeline.put_back(request, handled) {
            self.close(reason);
        }
        self.pipeline.release(&mut self.outbox);
    }

    /// Handles requests that were held while the connection was muted.
    fn continue_held(&mut self, now: Now, broker: &Broker, fx: &mut Effects) {
        if self.framer.held() > 0 && self.takes_requests() {
            self.receive(now, &[], broker, fx);
        } else {
            self.count(broker, fx);
        }
    }

    /// Brings the node's memory for requests up to date with what the connection holds.
    fn count(&mut self, broker: &Broker, fx: &mut Effects) {
        let holds = (self.framer.reserved() + self.pipeline.held_bytes()) as u64;
        if holds != self.counted {
            broker.request_memory.change(self.counted, holds, fx);
            self.counted = holds;
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
