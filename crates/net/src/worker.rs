//! One epoll loop over a share of the connections.
//!
//! A turn: wait, take the mail, read and handle what arrived on every ready connection, carry out
//! the effects, then write each touched connection's answers once.

use std::io::{self, Read};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use broker::{Broker, Connection, Effects, Session};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

use crate::clock::Clock;
use crate::limits::ConnectionLimits;
use crate::listener::Listeners;
use crate::mailbox::{Mail, Mailbox, Router, WORKER_SHIFT};
use crate::socket::send_some;
use crate::timers::Timers;

/// The poll token of the mailbox; connections and listeners have smaller ones.
pub const MAILBOX: Token = Token(usize::MAX);
/// The tokens from here on are listeners.
pub const FIRST_LISTENER: usize = usize::MAX / 2;

/// Bytes read from one socket by one call.
const READ_BYTES: usize = 256 << 10;
/// Reads from one connection per turn, so that one client cannot hold the thread.
const READS_PER_TURN: usize = 4;
/// Send calls for one connection per turn.
const SENDS_PER_TURN: usize = 16;
/// Events taken from the system at once.
const EVENTS_PER_TURN: usize = 1024;
/// How often idle connections are looked for.
const IDLE_CHECK: Duration = Duration::from_secs(1);
/// How long a stopping worker waits for clients to take their answers.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

const GENERATION_SHIFT: u32 = 32;
const GENERATION_MASK: u64 = 0xff_ffff;

struct Peer {
    core: Connection,
    stream: TcpStream,
    id: u64,
    address: std::net::IpAddr,
    readable: bool,
    writable: bool,
    touched: bool,
    deadline: Option<Duration>,
}

/// What a worker is made of.
pub struct Worker {
    pub(crate) index: usize,
    pub(crate) poll: Poll,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) router: Router,
    pub(crate) broker: Arc<Broker>,
    pub(crate) limits: Arc<ConnectionLimits>,
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
    worker: Worker,
    peers: Slab<Peer>,
    generation: u64,
    timers: Timers,
    touched: Vec<usize>,
    /// Connections that have more to read, or are to be read again, in the next turn.
    again: Vec<usize>,
    scratch: Vec<u8>,
    fx: Effects,
    local: Vec<Mail>,
    next_idle_check: Duration,
    stop_by: Option<Duration>,
}

impl Loop {
    fn new(worker: Worker) -> Self {
        Self {
            worker,
            peers: Slab::new(),
            generation: 0,
            timers: Timers::default(),
            touched: Vec::new(),
            again: Vec::new(),
            scratch: vec![0; READ_BYTES],
            fx: Effects::default(),
            local: Vec::new(),
            next_idle_check: IDLE_CHECK,
            stop_by: None,
        }
    }

    fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS_PER_TURN);
        loop {
            let timeout = self.timeout();
            match self.worker.poll.poll(&mut events, timeout) {
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
        let mut ready = std::mem::take(&mut self.again);
        let mut mail = false;
        for event in events {
            match event.token() {
                MAILBOX => mail = true,
                Token(token) if token >= FIRST_LISTENER => self.accept(),
                Token(key) => {
                    self.note_readiness(key, event);
                    ready.push(key);
                }
            }
        }
        if mail {
            self.local = self.worker.mailbox.take();
        }
        for key in ready {
            self.read(key);
        }
        self.settle();
        self.expire();
        self.flush_touched();
        self.close_idle();
    }

    fn note_readiness(&mut self, key: usize, event: &mio::event::Event) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.readable |= event.is_readable() || event.is_read_closed() || event.is_error();
            peer.writable |= event.is_writable();
        }
        self.touch(key);
    }

    fn touch(&mut self, key: usize) {
        if let Some(peer) = self.peers.get_mut(key)
            && !std::mem::replace(&mut peer.touched, true)
        {
            self.touched.push(key);
        }
    }

    fn read(&mut self, key: usize) {
        for _ in 0..READS_PER_TURN {
            let Some(peer) = self.peers.get_mut(key) else {
                return;
            };
            let may_read = peer.readable && self.stop_by.is_none();
            if !may_read || !peer.core.wants_bytes(&self.worker.broker) {
                return;
            }
            match peer.stream.read(&mut self.scratch) {
                Ok(0) => return self.close(key),
                Ok(count) => {
                    peer.readable = count == self.scratch.len();
                    let now = self.worker.clock.now();
                    let bytes = &self.scratch[..count];
                    let received = catch_unwind(AssertUnwindSafe(|| {
                        peer.core
                            .receive(now, bytes, &self.worker.broker, &mut self.fx);
                    }));
                    if received.is_err() {
                        // A fault in the handling of one request must not end the other connections.
                        tracing::error!(peer = %peer.address, "a request met a fault: connection closed");
                        return self.close(key);
                    }
                    self.touch(key);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => peer.readable = false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return self.close(key),
            }
        }
        self.again.push(key);
    }

    /// Carries out effects until there are none left.
    fn settle(&mut self) {
        loop {
            let now = self.worker.clock.now();
            self.worker.broker.end_turn(now, &mut self.fx);
            self.worker
                .router
                .route(&mut self.fx, Some(self.worker.index), &mut self.local);
            if self.local.is_empty() {
                return;
            }
            for mail in std::mem::take(&mut self.local) {
                self.on_mail(mail);
            }
        }
    }

    fn on_mail(&mut self, mail: Mail) {
        match mail {
            Mail::Accepted(stream, session) => self.admit(stream, session),
            Mail::Wake(ticket) => {
                self.with_peer(ticket.connection, |peer, now, broker, fx| {
                    peer.core.wake(now, ticket.request, broker, fx);
                });
            }
            Mail::Deliver(ticket, reply) => {
                self.with_peer(ticket.connection, |peer, now, broker, fx| {
                    peer.core.deliver(now, ticket.request, reply, broker, fx);
                });
            }
            Mail::GroupAnswer(answer) => {
                self.with_peer(answer.waiter.ticket.connection, |peer, now, broker, fx| {
                    peer.core.on_group_answer(now, answer, broker, fx);
                });
            }
            Mail::Abandon(ticket) => {
                self.with_peer(ticket.connection, |peer, _, _, _| {
                    peer.core.abandon(ticket.request)
                });
            }
            Mail::ReadEnded(connection, is_ok) => {
                self.with_peer(connection, |peer, _, _, _| peer.core.on_read(is_ok));
            }
            Mail::Handled(ticket, handled) => {
                self.with_peer(ticket.connection, |peer, now, broker, fx| {
                    peer.core.complete(now, ticket.request, handled, broker, fx);
                });
            }
            Mail::Readable(connection) => {
                self.with_peer(connection, |peer, _, _, _| peer.core.on_room());
            }
            Mail::SlotFreed => self.accept(),
            Mail::Stop => {
                self.worker.listeners = None;
                self.stop_by = Some(self.worker.clock.now().mono + STOP_PATIENCE);
            }
        }
    }

    fn with_peer(
        &mut self,
        id: u64,
        act: impl FnOnce(&mut Peer, model::Now, &Broker, &mut Effects),
    ) {
        let key = (id & u64::from(u32::MAX)) as usize;
        let Some(peer) = self.peers.get_mut(key).filter(|peer| peer.id == id) else {
            return;
        };
        act(
            peer,
            self.worker.clock.now(),
            &self.worker.broker,
            &mut self.fx,
        );
        self.touch(key);
    }

    fn admit(&mut self, mut stream: TcpStream, mut session: Session) {
        let entry = self.peers.vacant_entry();
        let key = entry.key();
        let interest = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = self
            .worker
            .poll
            .registry()
            .register(&mut stream, Token(key), interest)
        {
            tracing::warn!(%error, peer = %session.peer, "a connection cannot be watched");
            self.release(session.peer);
            return;
        }
        self.generation = (self.generation + 1) & GENERATION_MASK;
        let id = ((self.worker.index as u64) << WORKER_SHIFT)
            | (self.generation << GENERATION_SHIFT)
            | key as u64;
        session.connection = id;
        let address = session.peer;
        let now = self.worker.clock.now();
        let max_request = self.worker.broker.socket_limits().max_request_bytes;
        let core = Connection::new(now, session, max_request);
        entry.insert(Peer {
            core,
            stream,
            id,
            address,
            readable: true,
            writable: true,
            touched: false,
            deadline: None,
        });
        self.again.push(key);
    }

    fn expire(&mut self) {
        let now = self.worker.clock.now();
        while let Some(key) = self.timers.pop_due(now.mono) {
            if let Some(peer) = self.peers.get_mut(key) {
                peer.deadline = None;
                peer.core.expire(now, &self.worker.broker, &mut self.fx);
                self.touch(key);
            }
        }
        self.settle();
    }

    fn flush_touched(&mut self) {
        for key in std::mem::take(&mut self.touched) {
            if let Some(peer) = self.peers.get_mut(key) {
                peer.touched = false;
                self.flush(key);
            }
        }
        // Sending may have let muted connections handle requests that were held.
        self.settle();
        if !self.touched.is_empty() {
            self.again.extend(self.touched.iter().copied());
        }
    }

    fn flush(&mut self, key: usize) {
        for _ in 0..SENDS_PER_TURN {
            let Some(peer) = self.peers.get_mut(key) else {
                return;
            };
            if !peer.writable || !peer.core.may_send(&self.worker.broker) {
                break;
            }
            match send_some(peer.stream.as_fd(), peer.core.outbox()) {
                Ok(count) => {
                    let now = self.worker.clock.now();
                    peer.core
                        .sent(now, count, &self.worker.broker, &mut self.fx);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => peer.writable = false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return self.close(key),
            }
        }
        self.after_flush(key);
    }

    fn after_flush(&mut self, key: usize) {
        let peer = &mut self.peers[key];
        let unsent = !peer.core.outbox().is_empty();
        if peer.core.closing().is_some() && !unsent {
            let reason = peer.core.closing();
            tracing::info!(peer = %peer.address, ?reason, "connection closed");
            return self.close(key);
        }
        let may_go_on = unsent && peer.writable && !peer.core.is_reading();
        if may_go_on || (peer.readable && peer.core.wants_bytes(&self.worker.broker)) {
            self.again.push(key);
        }
        let deadline = peer.core.next_deadline();
        self.timers.reset(key, peer.deadline, deadline);
        peer.deadline = deadline;
        if may_go_on {
            self.touch(key);
        }
    }

    fn close(&mut self, key: usize) {
        let Some(mut peer) = self.peers.try_remove(key) else {
            return;
        };
        self.timers.reset(key, peer.deadline, None);
        peer.core.end(&self.worker.broker, &mut self.fx);
        // Closing the descriptor takes it out of the poll; an error here changes nothing.
        let _ = self.worker.poll.registry().deregister(&mut peer.stream);
        self.release(peer.address);
    }

    fn release(&self, address: std::net::IpAddr) {
        if self.worker.limits.release(address) {
            self.worker.router.send(0, Mail::SlotFreed);
        }
    }

    fn close_idle(&mut self) {
        let now = self.worker.clock.now().mono;
        if now < self.next_idle_check {
            return;
        }
        self.next_idle_check = now + IDLE_CHECK;
        let Some(max_idle) = self.worker.broker.socket_limits().max_idle else {
            return;
        };
        let idle: Vec<usize> = (self.peers.iter())
            .filter(|(_, peer)| now.saturating_sub(peer.core.last_active()) > max_idle)
            .map(|(key, _)| key)
            .collect();
        for key in idle {
            self.close(key);
        }
    }

    fn accept(&mut self) {
        if let Some(listeners) = &mut self.worker.listeners {
            let limits = self.worker.broker.socket_limits();
            listeners.accept(&limits, &self.worker.limits, &self.worker.router);
        }
    }

    fn timeout(&self) -> Option<Duration> {
        if !self.again.is_empty() {
            return Some(Duration::ZERO);
        }
        let now = self.worker.clock.now().mono;
        let idle_check = (!self.peers.is_empty()).then_some(self.next_idle_check);
        let next = [self.timers.next(), idle_check, self.stop_by]
            .into_iter()
            .flatten()
            .min()?;
        Some(next.saturating_sub(now))
    }

    fn is_done(&mut self) -> bool {
        let Some(stop_by) = self.stop_by else {
            return false;
        };
        let late = self.worker.clock.now().mono >= stop_by;
        let finished: Vec<usize> = (self.peers.iter())
            .filter(|(_, peer)| late || peer.core.outbox().is_empty())
            .map(|(key, _)| key)
            .collect();
        for key in finished {
            self.close(key);
        }
        self.peers.is_empty()
    }
}
