//! One epoll loop over a share of the connections.
//!
//! A turn: wait, take the mail, read and handle what arrived on every ready connection, carry out
//! the effects, then write each touched connection's answers once.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use broker::{Broker, Connection, Session};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use parking_lot::{Mutex, MutexGuard};

use crate::carrier::{Carrier, SLOW_WORK};
use crate::clock::Clock;
use crate::limits::ConnectionLimits;
use crate::listener::Listeners;
use crate::mailbox::{Mail, Mailbox, Router};
use crate::peers::{Peer, PeerState};
use crate::pressure::Pressure;
use crate::timers::Timers;

/// The poll token of the mailbox; connections and listeners have smaller ones.
pub const MAILBOX: Token = Token(usize::MAX);
/// The tokens from here on are listeners.
pub const FIRST_LISTENER: usize = usize::MAX / 2;

/// Bytes read from one socket by one call.
const READ_BYTES: usize = 256 << 10;
/// A connection that sends so much at once is the one to be held up where the disk does not keep up.
const MANY_BYTES: usize = 64 << 10;
/// Reads from one connection per turn, so that one client cannot hold the thread.
const READS_PER_TURN: usize = 4;
/// Events taken from the system at once.
const EVENTS_PER_TURN: usize = 1024;
/// How often idle connections are looked for.
const IDLE_CHECK: Duration = Duration::from_secs(1);
/// How long to wait before accepting again where the system refused: it has no descriptor to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long a stopping worker waits for clients to take their answers.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// What a worker is made of.
pub struct Worker {
    pub(crate) index: usize,
    pub(crate) poll: Poll,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) router: Router,
    pub(crate) broker: Arc<Broker>,
    pub(crate) limits: Arc<ConnectionLimits>,
    pub(crate) pressure: Arc<Pressure>,
    pub(crate) clock: Clock,
    /// Worker 0 accepts for all.
    pub(crate) listeners: Option<Listeners>,
}

/// Runs a worker until it is told to stop.
///
/// # Errors
/// The system's poll failed, which no later call can mend.
pub fn run(worker: Worker) -> io::Result<()> {
    Loop::new(worker).run()
}

struct Loop {
    index: usize,
    poll: Poll,
    mailbox: Arc<Mailbox>,
    limits: Arc<ConnectionLimits>,
    pressure: Arc<Pressure>,
    /// Worker 0 accepts for all.
    listeners: Option<Listeners>,
    carrier: Carrier,
    timers: Timers,
    /// Connections that have more to read, or are to be read again, in the next turn.
    again: Vec<usize>,
    scratch: Vec<u8>,
    next_idle_check: Duration,
    stop_by: Option<Duration>,
    /// When to accept again what the system refused.
    accept_again: Option<Duration>,
}

impl Loop {
    fn new(worker: Worker) -> Self {
        Self {
            index: worker.index,
            poll: worker.poll,
            mailbox: worker.mailbox,
            limits: worker.limits,
            pressure: worker.pressure,
            listeners: worker.listeners,
            carrier: Carrier::new(worker.broker, worker.router, worker.clock),
            timers: Timers::default(),
            again: Vec::new(),
            scratch: vec![0; READ_BYTES],
            next_idle_check: IDLE_CHECK,
            stop_by: None,
            accept_again: None,
        }
    }

    fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS_PER_TURN);
        loop {
            let timeout = self.timeout();
            match self.poll.poll(&mut events, timeout) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
                _ => {}
            }
            self.turn(&events);
            if self.is_done() {
                return Ok(());
            }
        }
    }

    fn turn(&mut self, events: &Events) {
        for key in std::mem::take(&mut self.again) {
            self.read(key);
        }
        for event in events {
            match event.token() {
                MAILBOX => {
                    for mail in self.mailbox.take() {
                        self.on_mail(mail);
                    }
                }
                Token(token) if token >= FIRST_LISTENER => self.accept(),
                Token(key) => self.on_ready(key, event),
            }
        }
        self.carrier.settle();
        self.expire();
        self.flush_touched();
        self.look_after_idle();
        let now = self.carrier.clock.mono();
        if self.accept_again.is_some_and(|at| at <= now) {
            self.accept();
        }
    }

    fn own(&self, key: usize) -> Option<Arc<Peer>> {
        self.carrier.router.table(self.index).at(key)
    }

    fn on_ready(&mut self, key: usize, event: &mio::event::Event) {
        let Some(peer) = self.own(key) else { return };
        let mut state = peer.state.lock();
        state.has_ended |= event.is_read_closed() || event.is_error();
        state.readable |= event.is_readable() || state.has_ended;
        state.writable |= event.is_writable();
        self.carrier.touch(&peer, &mut state);
        self.read_from(&peer, state);
    }

    fn read(&mut self, key: usize) {
        if let Some(peer) = self.own(key) {
            let state = peer.state.lock();
            self.read_from(&peer, state);
        }
    }

    fn read_from(&mut self, peer: &Arc<Peer>, mut state: MutexGuard<'_, PeerState>) {
        for _ in 0..READS_PER_TURN {
            let may_read = state.readable && self.stop_by.is_none();
            if !may_read || !state.core.wants_bytes(&self.carrier.broker) {
                return;
            }
            match state.stream.read(&mut self.scratch) {
                Ok(0) => {
                    // Who half closes a connection may read the answers that are there.
                    let _ = self.carrier.flush(&mut state);
                    return self.close(peer, state);
                }
                Ok(count) => {
                    // The end is told once, and lies behind the last bytes.
                    state.readable = count == self.scratch.len() || state.has_ended;
                    self.receive(&mut state, count);
                    self.carrier.touch(peer, &mut state);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => state.readable = false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return self.close(peer, state),
            }
        }
        self.again.push(peer.key());
    }

    fn receive(&mut self, state: &mut PeerState, count: usize) {
        let now = self.carrier.clock.now();
        if self.pressure.on_received(count) && count >= MANY_BYTES {
            state.core.note_slow(now);
        }
        let (bytes, broker) = (&self.scratch[..count], &self.carrier.broker);
        let core = &mut state.core;
        core.receive(now, bytes, broker, &mut self.carrier.fx);
        if self.carrier.clock.mono().saturating_sub(now.mono) > SLOW_WORK {
            core.note_slow(now);
        }
    }

    fn on_mail(&mut self, mail: Mail) {
        let connection = match &mail {
            Mail::Accepted(..) | Mail::SlotFreed | Mail::Stop => return self.on_own_mail(mail),
            Mail::Look(id) | Mail::ReadEnded(id, _) | Mail::Readable(id) => *id,
            Mail::Wake(ticket)
            | Mail::Abandon(ticket)
            | Mail::Deliver(ticket, _)
            | Mail::Done(ticket, ..) => ticket.connection,
            Mail::GroupAnswer(answer) => answer.waiter.ticket.connection,
        };
        if let Some(peer) = self.carrier.router.find(connection) {
            let mut state = peer.state.lock();
            self.carrier.take_in(&peer, &mut state, mail);
        }
    }

    fn on_own_mail(&mut self, mail: Mail) {
        match mail {
            Mail::Accepted(stream, session) => self.admit(stream, session),
            Mail::SlotFreed => self.accept(),
            Mail::Stop => {
                self.listeners = None;
                let now = self.carrier.clock.now();
                self.stop_by = Some(now.mono + STOP_PATIENCE);
                for peer in self.carrier.router.table(self.index).all() {
                    let mut state = peer.state.lock();
                    state.core.stop(now, &self.carrier.broker);
                    self.carrier.touch(&peer, &mut state);
                }
            }
            _ => {}
        }
    }

    fn admit(&mut self, mut stream: TcpStream, mut session: Session) {
        let address = session.peer;
        let now = self.carrier.clock.now();
        let max_request = self.carrier.broker.socket_limits().max_request_bytes;
        let registry = self.poll.registry();
        let make = |id: u64, key: usize| {
            let interest = Interest::READABLE | Interest::WRITABLE;
            registry.register(&mut stream, Token(key), interest)?;
            session.connection = id;
            let state = PeerState {
                core: Connection::new(now, session, max_request),
                stream,
                readable: true,
                has_ended: false,
                writable: true,
                corked: false,
                deadline: None,
                stamp: u64::MAX,
                is_closed: false,
            };
            Ok::<_, io::Error>(Peer {
                id,
                address,
                state: Mutex::new(state),
            })
        };
        match self.carrier.router.table(self.index).add(self.index, make) {
            Ok(peer) => self.again.push(peer.key()),
            Err(error) => {
                tracing::warn!(%error, peer = %address, "a connection cannot be watched");
                self.release(address);
            }
        }
    }

    fn expire(&mut self) {
        let now = self.carrier.clock.now();
        while let Some(key) = self.timers.pop_due(now.mono) {
            if let Some(peer) = self.own(key) {
                let mut state = peer.state.lock();
                state.deadline = None;
                let carrier = &mut self.carrier;
                state.core.expire(now, &carrier.broker, &mut carrier.fx);
                carrier.touch(&peer, &mut state);
            }
        }
        self.carrier.settle();
    }

    fn flush_touched(&mut self) {
        for peer in self.carrier.take_touched() {
            if peer.home() == self.index {
                self.flush(&peer);
            } else {
                self.carrier.flush_foreign(&peer);
            }
        }
        // Sending may have let muted connections handle requests that were held: their answers go out in the next turn.
        self.carrier.settle();
    }

    fn flush(&mut self, peer: &Arc<Peer>) {
        let mut state = peer.state.lock();
        if state.is_closed {
            return;
        }
        if self.carrier.flush(&mut state).is_err() {
            return self.close(peer, state);
        }
        self.after_flush(peer, state);
    }

    fn after_flush(&mut self, peer: &Arc<Peer>, mut state: MutexGuard<'_, PeerState>) {
        let unsent = !state.core.outbox().is_empty();
        if let Some(reason) = state.core.closing().filter(|_| !unsent) {
            tracing::info!(peer = %peer.address, ?reason, "connection closed");
            return self.close(peer, state);
        }
        // A timer that rings too early finds nothing to do; setting it anew for each request costs more.
        if let Some(due) = state.core.next_deadline()
            && state.deadline.is_none_or(|known| due < known)
        {
            self.timers.reset(peer.key(), state.deadline, Some(due));
            state.deadline = Some(due);
        }
        let may_go_on = unsent && state.writable && !state.core.is_reading();
        let broker = &self.carrier.broker;
        if may_go_on || (state.readable && state.core.wants_bytes(broker)) {
            self.again.push(peer.key());
        }
        if may_go_on {
            self.carrier.touch(peer, &mut state);
        }
    }

    fn close(&mut self, peer: &Peer, mut state: MutexGuard<'_, PeerState>) {
        if std::mem::replace(&mut state.is_closed, true) {
            return;
        }
        self.timers.reset(peer.key(), state.deadline, None);
        let carrier = &mut self.carrier;
        state.core.end(&carrier.broker, &mut carrier.fx);
        // Closing the descriptor takes it out of the poll; an error here changes nothing.
        let _ = self.poll.registry().deregister(&mut state.stream);
        drop(state);
        self.carrier.router.table(self.index).remove(peer.key());
        self.release(peer.address);
    }

    fn release(&self, address: std::net::IpAddr) {
        if self.limits.release(address) {
            self.carrier.router.send(0, Mail::SlotFreed);
        }
    }

    fn look_after_idle(&mut self) {
        let now = self.carrier.clock.now().mono;
        if now < self.next_idle_check {
            return;
        }
        self.next_idle_check = now + IDLE_CHECK;
        let max_idle = self.carrier.broker.socket_limits().max_idle;
        for peer in self.carrier.router.table(self.index).all() {
            let mut state = peer.state.lock();
            state.core.trim();
            let idle = now.saturating_sub(state.core.last_active());
            if max_idle.is_some_and(|most| idle > most) {
                self.close(&peer, state);
            }
        }
    }

    fn accept(&mut self) {
        self.accept_again = None;
        if let Some(listeners) = &mut self.listeners {
            let limits = self.carrier.broker.socket_limits();
            if !listeners.accept(&limits, &self.limits, &self.carrier.router) {
                self.accept_again = Some(self.carrier.clock.mono() + ACCEPT_PAUSE);
            }
        }
    }

    fn timeout(&self) -> Option<Duration> {
        if !self.again.is_empty() || !self.carrier.touched.is_empty() {
            return Some(Duration::ZERO);
        }
        let now = self.carrier.clock.now().mono;
        let has_peers = !self.carrier.router.table(self.index).is_empty();
        let idle_check = has_peers.then_some(self.next_idle_check);
        let next = [
            self.timers.next(),
            idle_check,
            self.stop_by,
            self.accept_again,
        ]
        .into_iter()
        .flatten()
        .min()?;
        Some(next.saturating_sub(now))
    }

    fn is_done(&mut self) -> bool {
        let Some(stop_by) = self.stop_by else {
            return false;
        };
        let late = self.carrier.clock.now().mono >= stop_by;
        let peers = self.carrier.router.table(self.index).all();
        let count = peers.len();
        let mut closed = 0;
        for peer in peers {
            let state = peer.state.lock();
            if late || !state.core.owes_answer() {
                self.close(&peer, state);
                closed += 1;
            }
        }
        closed == count
    }
}
