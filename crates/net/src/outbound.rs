//! The sockets of one thread's connections to other nodes, around [`Peers`].
//!
//! Whoever owns one waits in it: for bytes, for the time, and for the bell of others that have something for its thread.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use broker::{Ask, AskToken, Destination, Peers, Unanswered};
use bytes::Bytes;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use parking_lot::Mutex;

use crate::clock::Clock;
use crate::mailbox::Bell;

/// The token of the bell; sockets have their numbers, which begin at 1.
pub const BELL: Token = Token(0);
/// Bytes read by one call.
const READ_BYTES: usize = 256 << 10;
/// Reads from one socket per turn, so that one node cannot hold the thread.
const READS_PER_TURN: usize = 16;
/// Events taken from the system at once.
const EVENTS_PER_TURN: usize = 64;

/// The answer to an ask, and whose it is.
pub type Answer = (AskToken, Result<Bytes, Unanswered>);

/// What was found for a host name, by the number of the socket.
type Found = Arc<Mutex<Vec<(u64, io::Result<Vec<SocketAddr>>)>>>;

/// Outbound connections.
pub struct Outbound {
    peers: Peers,
    poll: Poll,
    events: Events,
    bell: Arc<Bell>,
    clock: Clock,
    sockets: BTreeMap<u64, Socket>,
    found: Found,
    scratch: Vec<u8>,
    /// Sockets that may have more to read.
    again: Vec<u64>,
}

/// One connection, made or being made.
#[derive(Debug, Default)]
struct Socket {
    stream: Option<TcpStream>,
    /// Addresses that were not tried yet.
    addresses: VecDeque<SocketAddr>,
    is_connected: bool,
    unsent: VecDeque<u8>,
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound")
            .field("sockets", &self.sockets)
            .finish_non_exhaustive()
    }
}

impl Outbound {
    /// No connections; `bell` rings in `poll`, at the token [`BELL`].
    #[must_use]
    pub fn new(peers: Peers, poll: Poll, bell: Arc<Bell>, clock: Clock) -> Self {
        Self {
            peers,
            poll,
            events: Events::with_capacity(EVENTS_PER_TURN),
            bell,
            clock,
            sockets: BTreeMap::new(),
            found: Found::default(),
            scratch: Vec::new(),
            again: Vec::new(),
        }
    }

    /// Asks other nodes.
    pub fn ask(&mut self, asks: impl IntoIterator<Item = Ask>) {
        let now = self.clock.now();
        for ask in asks {
            self.peers.ask(now, ask);
        }
    }

    /// Carries out what is to be done, waits until the bell rings, something comes or `timeout` has passed, and takes that in. Gives
    /// the answers that there are.
    ///
    /// # Errors
    /// The system's poll failed, which no later call can mend.
    pub fn turn(&mut self, timeout: Option<Duration>) -> io::Result<Vec<Answer>> {
        let mut answers = self.carry_out();
        let due = self.peers.next_deadline();
        let due = due.map(|due| due.saturating_sub(self.clock.mono()));
        let mut timeout = [timeout, due].into_iter().flatten().min();
        if !answers.is_empty() || !self.again.is_empty() {
            timeout = Some(Duration::ZERO);
        }
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
        self.bell.on_heard();
        self.take_events();
        self.take_found();
        self.peers.on_time(self.clock.now());
        answers.extend(self.carry_out());
        Ok(answers)
    }

    fn take_events(&mut self) {
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for number in std::mem::take(&mut self.again) {
            self.read(number);
        }
        for event in events.iter().filter(|event| event.token() != BELL) {
            let number = event.token().0 as u64;
            if event.is_writable() || event.is_error() {
                self.on_writable(number);
            }
            if event.is_readable() || event.is_read_closed() || event.is_error() {
                self.read(number);
            }
        }
        self.events = events;
    }

    /// Does what the connections want done, until they want nothing more.
    fn carry_out(&mut self) -> Vec<Answer> {
        let mut answers = Vec::new();
        loop {
            let output = self.peers.take_output();
            if output.is_empty() {
                return answers;
            }
            for report in output.reports {
                tracing::warn!("{report}");
            }
            for socket in output.close {
                self.sockets.remove(&socket);
            }
            for (socket, to) in output.connect {
                self.begin(socket, &to);
            }
            for (socket, bytes) in output.send {
                if let Some(known) = self.sockets.get_mut(&socket) {
                    known.unsent.extend(bytes);
                    self.write(socket);
                }
            }
            answers.extend(output.answers);
        }
    }

    /// Begins to connect. A name is looked up elsewhere: a name server may be slow.
    fn begin(&mut self, socket: u64, to: &Destination) {
        self.sockets.insert(socket, Socket::default());
        if let Ok(address) = to.host.parse::<IpAddr>() {
            let addresses = vec![SocketAddr::new(address, to.port)];
            return self.try_addresses(socket, Ok(addresses));
        }
        let (found, bell) = (Arc::clone(&self.found), Arc::clone(&self.bell));
        let (host, port) = (Arc::clone(&to.host), to.port);
        let look_up = move || {
            let addresses = (&*host, port).to_socket_addrs().map(Iterator::collect);
            found.lock().push((socket, addresses));
            bell.ring();
        };
        let thread = std::thread::Builder::new().name("host names".to_owned());
        if let Err(error) = thread.spawn(look_up) {
            self.end(socket, &error.to_string());
        }
    }

    fn take_found(&mut self) {
        let found = std::mem::take(&mut *self.found.lock());
        for (socket, addresses) in found {
            self.try_addresses(socket, addresses);
        }
    }

    fn try_addresses(&mut self, socket: u64, addresses: io::Result<Vec<SocketAddr>>) {
        let Some(known) = self.sockets.get_mut(&socket) else {
            return;
        };
        match addresses {
            Ok(addresses) => {
                known.addresses = addresses.into();
                self.try_next(socket, "the name has no address");
            }
            Err(error) => self.end(socket, &error.to_string()),
        }
    }

    /// Tries the next address; with none left, `reason` says why there is no connection.
    fn try_next(&mut self, socket: u64, reason: &str) {
        let Some(known) = self.sockets.get_mut(&socket) else {
            return;
        };
        let mut reason = reason.to_owned();
        while let Some(address) = known.addresses.pop_front() {
            match connect(&self.poll, socket, address) {
                Ok(stream) => {
                    known.stream = Some(stream);
                    return;
                }
                Err(error) => reason = error.to_string(),
            }
        }
        self.end(socket, &reason);
    }

    fn end(&mut self, socket: u64, reason: &str) {
        // Closing the descriptor takes it out of the poll.
        self.sockets.remove(&socket);
        self.peers.on_closed(self.clock.now(), socket, reason);
    }

    fn on_writable(&mut self, socket: u64) {
        let Some(known) = self.sockets.get_mut(&socket) else {
            return;
        };
        let Some(stream) = known.stream.as_ref() else {
            return;
        };
        if known.is_connected {
            return self.write(socket);
        }
        match stream.take_error() {
            Ok(None) if stream.peer_addr().is_ok() => {
                known.is_connected = true;
                self.peers.on_connected(self.clock.now(), socket);
            }
            // It is still under way.
            Ok(None) => {}
            Ok(Some(error)) | Err(error) => self.try_next(socket, &error.to_string()),
        }
    }

    fn write(&mut self, socket: u64) {
        let Some(known) = self.sockets.get_mut(&socket) else {
            return;
        };
        let Some(stream) = known.stream.as_mut().filter(|_| known.is_connected) else {
            return;
        };
        let mut failure = None;
        let mut count = 0;
        while !known.unsent.is_empty() {
            let (front, _) = known.unsent.as_slices();
            match stream.write(front) {
                Ok(taken) => {
                    known.unsent.drain(..taken);
                    count += taken;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    failure = Some(error.to_string());
                    break;
                }
            }
        }
        if known.unsent.is_empty() {
            known.unsent = VecDeque::new();
        }
        let now = self.clock.now();
        if count > 0 {
            self.peers.on_sent(now, socket, count);
        }
        if let Some(reason) = failure {
            self.end(socket, &reason);
        }
    }

    fn read(&mut self, socket: u64) {
        self.scratch.resize(READ_BYTES, 0);
        for _ in 0..READS_PER_TURN {
            let Some(known) = self.sockets.get_mut(&socket) else {
                return;
            };
            let Some(stream) = known.stream.as_mut().filter(|_| known.is_connected) else {
                return;
            };
            match stream.read(&mut self.scratch) {
                Ok(0) => return self.end(socket, "it closes the connection"),
                Ok(count) => {
                    let now = self.clock.now();
                    self.peers.on_received(now, socket, &self.scratch[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.end(socket, &error.to_string()),
            }
        }
        self.again.push(socket);
    }
}

fn connect(poll: &Poll, socket: u64, address: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // A node that vanished without a word is found.
    socket2::SockRef::from(&stream).set_keepalive(true)?;
    let interest = Interest::READABLE | Interest::WRITABLE;
    let token = Token(usize::try_from(socket).expect("sockets are counted one by one"));
    poll.registry().register(&mut stream, token, interest)?;
    Ok(stream)
}
