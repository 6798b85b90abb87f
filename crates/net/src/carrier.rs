//! Carries effects out on the thread where they arose.
//!
//! What completes a request of another worker's connection is done here too, and the answer is sent from here; its home is
//! only told where it has to do something itself. A connection that somebody else works on at this moment is left to its
//! home.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use broker::{Aside, Broker, Effects};
use model::Ticket;

use crate::clock::Clock;
use crate::mailbox::{Mail, Router};
use crate::peers::{Peer, PeerState, home_of};
use crate::socket::send_some;

/// Send calls for one connection per turn.
const SENDS_PER_TURN: usize = 16;

/// A connection whose requests hold up its thread for longer has them handled aside for a while: the kernel throttles it.
pub const SLOW_WORK: Duration = Duration::from_millis(50);

/// What one thread needs to carry effects out.
#[derive(Debug)]
pub struct Carrier {
    pub(crate) broker: Arc<Broker>,
    pub(crate) router: Router,
    pub(crate) clock: Clock,
    /// Effects that are not carried out yet.
    pub(crate) fx: Effects,
    /// Connections that may have something to send.
    pub(crate) touched: Vec<Arc<Peer>>,
    /// The number of this turn.
    stamp: u64,
    post: Vec<(u64, Mail)>,
}

impl Carrier {
    /// A carrier with nothing to carry.
    #[must_use]
    pub fn new(broker: Arc<Broker>, router: Router, clock: Clock) -> Self {
        Self {
            stamp: router.next_turn(),
            broker,
            router,
            clock,
            fx: Effects::default(),
            touched: Vec::new(),
            post: Vec::new(),
        }
    }

    /// Notes a connection that may have something to send.
    pub fn touch(&mut self, peer: &Arc<Peer>, state: &mut PeerState) {
        if state.stamp != self.stamp {
            state.stamp = self.stamp;
            self.touched.push(Arc::clone(peer));
        }
    }

    /// Carries out effects until there are none left.
    pub fn settle(&mut self) {
        loop {
            self.broker.end_turn(&mut self.fx);
            for aside in self.fx.aside.drain(..) {
                let (broker, router) = (Arc::clone(&self.broker), self.router.clone());
                let carrier = Self::new(broker, router, self.clock);
                self.broker.run_aside(move || carrier.handle_aside(aside));
            }
            self.router.carry(&mut self.fx, &mut self.post);
            if self.post.is_empty() {
                return;
            }
            let mut post = std::mem::take(&mut self.post);
            for (connection, mail) in post.drain(..) {
                self.deliver(connection, mail);
            }
            self.post = post;
        }
    }

    /// Handles a request that may block, on a thread that may.
    fn handle_aside(mut self, aside: Aside) {
        let (ticket, began) = (aside.ticket, self.clock.now());
        let handled = aside.run(&self.broker, began, &mut self.fx);
        let was_slow = self.clock.mono().saturating_sub(began.mono) > SLOW_WORK;
        self.deliver(ticket.connection, Mail::Done(ticket, handled, was_slow));
        self.run();
    }

    /// Goes on with a request of a connection, wherever that is at home.
    fn deliver(&mut self, connection: u64, mail: Mail) {
        let Some(peer) = self.router.find(connection) else {
            return;
        };
        match peer.state.try_lock() {
            Some(mut state) => self.take_in(&peer, &mut state, mail),
            None => self.router.send(home_of(connection), mail),
        }
    }

    /// Gives a connection what came for it.
    pub fn take_in(&mut self, peer: &Arc<Peer>, state: &mut PeerState, mail: Mail) {
        if state.is_closed {
            return;
        }
        let (now, core, broker) = (self.clock.now(), &mut state.core, &self.broker);
        match mail {
            Mail::Wake(ticket) => core.wake(now, ticket.request, broker, &mut self.fx),
            Mail::Deliver(Ticket { request, .. }, reply) => {
                core.deliver(now, request, reply, broker, &mut self.fx);
            }
            Mail::GroupAnswer(answer) => core.on_group_answer(now, answer, broker, &mut self.fx),
            Mail::Abandon(ticket) => core.abandon(ticket.request),
            Mail::Done(Ticket { request, .. }, handled, was_slow) => {
                core.finish_aside(now, request, handled, was_slow, broker, &mut self.fx);
            }
            Mail::Look(_) | Mail::Accepted(..) | Mail::SlotFreed | Mail::Stop => {}
        }
        self.touch(peer, state);
    }

    /// Begins the next turn; gives the connections that this one has touched.
    pub fn take_touched(&mut self) -> Vec<Arc<Peer>> {
        self.stamp = self.router.next_turn();
        std::mem::take(&mut self.touched)
    }

    /// Sends what a connection has to send, as far as its socket takes it.
    ///
    /// # Errors
    /// The connection is broken: its home has to close it.
    pub fn flush(&mut self, state: &mut PeerState) -> io::Result<()> {
        for _ in 0..SENDS_PER_TURN {
            if state.core.outbox().is_empty() || !state.writable {
                return Ok(());
            }
            match send_some(state.stream.as_fd(), state.core.outbox()) {
                Ok(count) => {
                    let now = self.clock.now();
                    state.core.sent(now, count, &self.broker, &mut self.fx);
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => state.writable = false,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Sends what a connection of another thread has to send, and tells its home if something is left for it to do.
    pub fn flush_foreign(&mut self, peer: &Peer) {
        let Some(mut state) = peer.state.try_lock() else {
            return self.router.send(peer.home(), Mail::Look(peer.id));
        };
        if state.is_closed {
            return;
        }
        let is_broken = self.flush(&mut state).is_err();
        let unsent = !state.core.outbox().is_empty();
        let is_ending = state.core.closing().is_some() && !unsent;
        let has_work = (unsent && state.writable) || (state.readable && state.core.wants_bytes());
        let is_due_earlier = (state.core.next_deadline())
            .is_some_and(|due| state.deadline.is_none_or(|known| due < known));
        drop(state);
        if is_broken || is_ending || has_work || is_due_earlier {
            self.router.send(peer.home(), Mail::Look(peer.id));
        }
    }

    /// Carries out all effects and sends everything, on a thread that is no connection's home.
    pub fn run(&mut self) {
        self.settle();
        while !self.touched.is_empty() {
            for peer in self.take_touched() {
                self.flush_foreign(&peer);
            }
            self.settle();
        }
    }
}
