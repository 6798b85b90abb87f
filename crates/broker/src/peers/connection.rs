//! One lane to one node: connecting, greeting, asking in order, giving up.
//!
//! ```text
//!                   asked                connected               versions known
//!   Apart (until) --------> Connecting ------------> Greeting -----------------> Open
//!     ^                         |                       |                          |
//!     +---- pause, growing -----+-----------------------+------ lost, too late ----+
//! ```
//!
//! Asks wait while a pause lasts and while the connection is made; when an attempt fails, all that wait learn it. What was sent
//! on a connection that is lost may have been done or not.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Buf, Bytes};
use model::Now;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader};

use super::PeersOutput;
use super::greeting::{self, Known};
use crate::asks::{Ask, AskToken, Destination, Lane, Unanswered};
use crate::connection::Framer;
use crate::voter_messages;

/// Asks of one lane that may wait for the connection or for their answers; more are refused.
pub(super) const MAX_ASKS_PER_LANE: usize = 100;
/// Bytes of them, one ask apart; more are refused. Of those without answer, the bytes that the socket has not taken count.
const MAX_ASKED_BYTES: usize = 32 << 20;
/// Bytes that one answer may have. Memory grows with what comes, not with what is promised.
const MAX_ANSWER_BYTES: i32 = 1 << 30;
/// The first pause after a lost connection.
const LEAST_PAUSE: Duration = Duration::from_millis(50);
/// No pause is longer, but for a scatter of a fifth.
const MOST_PAUSE: Duration = Duration::from_secs(1);
/// So long may it take to be connected, and as long to be greeted.
const SETUP_TIME: Duration = Duration::from_secs(10);
/// After so many attempts in vain the operator is told.
const TOLD_AFTER: u32 = 5;

/// What is to become of the socket.
#[derive(Debug)]
pub(super) enum Tie {
    Keep,
    Open,
    Close { socket: u64, reason: &'static str },
}

#[derive(Debug)]
enum State {
    /// No connection, and none is tried before then.
    Apart {
        until: Duration,
    },
    Connecting {
        socket: u64,
        by: Duration,
    },
    /// The versions of the other node's APIs are asked for.
    Greeting {
        socket: u64,
        by: Duration,
    },
    Open {
        socket: u64,
    },
    /// The socket has to be closed.
    Spoilt {
        socket: u64,
        reason: &'static str,
    },
}

/// An ask that was sent.
#[derive(Debug)]
struct Sent {
    token: AskToken,
    correlation_id: i32,
    answer_header: i16,
    deadline: Duration,
    bytes: usize,
}

/// One lane to one node.
#[derive(Debug)]
pub(super) struct PeerConnection {
    to: Destination,
    lane: Lane,
    state: State,
    known: Option<Known>,
    waiting: VecDeque<Ask>,
    sent: VecDeque<Sent>,
    /// Bytes of what waits and of what was sent and wants an answer.
    bytes: usize,
    /// Bytes that the socket has not taken.
    unsent: usize,
    framer: Framer,
    correlation_id: i32,
    /// Attempts in vain since a connection stood.
    failures: u32,
}

impl PeerConnection {
    pub fn new(to: Destination, lane: Lane) -> Self {
        Self {
            to,
            lane,
            state: State::Apart {
                until: Duration::ZERO,
            },
            known: None,
            waiting: VecDeque::new(),
            sent: VecDeque::new(),
            bytes: 0,
            unsent: 0,
            framer: Framer::new(MAX_ANSWER_BYTES),
            correlation_id: 0,
            failures: 0,
        }
    }

    pub fn to(&self) -> &Destination {
        &self.to
    }

    /// The node listens elsewhere: what was asked there is lost. Gives the socket that was freed.
    pub fn move_to(&mut self, to: Destination, out: &mut PeersOutput) -> Option<u64> {
        self.end_all(Unanswered::Lost, Unanswered::Unreachable, out);
        let socket = self.socket();
        out.close.extend(socket);
        *self = Self::new(to, self.lane);
        socket
    }

    /// Takes an ask in, or refuses it because too much waits.
    pub fn ask(&mut self, ask: Ask, out: &mut PeersOutput) {
        let asks = self.waiting.len() + self.sent.len();
        let bytes = self.bytes.max(self.unsent);
        if asks >= MAX_ASKS_PER_LANE || bytes >= MAX_ASKED_BYTES {
            return refuse(&ask, Unanswered::Unreachable, out);
        }
        self.bytes += ask.request.len();
        self.waiting.push_back(ask);
    }

    /// Whether the socket has to be opened or closed.
    pub fn wanted_tie(&self, now: Now) -> Tie {
        match self.state {
            State::Spoilt { socket, reason } => Tie::Close { socket, reason },
            State::Apart { until } if until <= now.mono && !self.waiting.is_empty() => Tie::Open,
            _ => Tie::Keep,
        }
    }

    pub fn on_connecting(&mut self, now: Now, socket: u64) {
        let by = now.mono + SETUP_TIME;
        self.state = State::Connecting { socket, by };
    }

    pub fn on_connected(&mut self, now: Now, client_id: &str, out: &mut PeersOutput) {
        let State::Connecting { socket, .. } = self.state else {
            return;
        };
        if self.lane == Lane::Voters {
            // Voters are of one kind, and their messages say their version themselves.
            return self.open(socket);
        }
        let by = now.mono + SETUP_TIME;
        self.state = State::Greeting { socket, by };
        let question = greeting::question(client_id).into_frame(self.correlation_id);
        self.transmit(socket, question, out);
    }

    fn open(&mut self, socket: u64) {
        self.state = State::Open { socket };
        self.failures = 0;
    }

    pub fn on_sent(&mut self, count: usize) {
        self.unsent = self.unsent.saturating_sub(count);
    }

    pub fn on_received(&mut self, mut input: &[u8], out: &mut PeersOutput) {
        loop {
            let frame = match self.framer.next(&mut input) {
                Ok(Some(frame)) => frame.into_bytes(),
                Ok(None) => return,
                Err(_) => return self.spoil("it sends what is no answer"),
            };
            if !self.on_frame(frame, out) {
                return self.spoil("it sends what is no answer to what it was asked");
            }
        }
    }

    /// Takes an answer in; `false` if it is none that was waited for.
    fn on_frame(&mut self, frame: Bytes, out: &mut PeersOutput) -> bool {
        match self.state {
            State::Greeting { socket, .. } => {
                let body = body_of(frame, 0, self.correlation_id);
                self.known = body.and_then(|body| Known::read(&body));
                self.correlation_id = self.correlation_id.wrapping_add(1);
                let is_greeted = self.known.is_some();
                if is_greeted {
                    self.open(socket);
                }
                is_greeted
            }
            State::Open { .. } if self.lane == Lane::Voters => {
                self.on_refusal(frame, out);
                true
            }
            State::Open { .. } => {
                let Some(sent) = self.sent.pop_front() else {
                    return false;
                };
                self.bytes -= sent.bytes;
                let body = body_of(frame, sent.answer_header, sent.correlation_id);
                let is_answer = body.is_some();
                out.answers.push((sent.token, body.ok_or(Unanswered::Lost)));
                is_answer
            }
            _ => false,
        }
    }

    /// Voters answer only what they refuse.
    fn on_refusal(&mut self, frame: Bytes, out: &mut PeersOutput) {
        let reason = voter_messages::read_refusal(&frame);
        let reason = reason.unwrap_or_else(|| "it gives no reason".to_owned());
        out.reports.push(format!(
            "node {} at {}:{} refuses what this node says as a voter of the metadata quorum: {reason}",
            self.to.node, self.to.host, self.to.port
        ));
        self.spoil("it refuses messages of voters");
    }

    fn spoil(&mut self, reason: &'static str) {
        if let Some(socket) = self.socket() {
            self.state = State::Spoilt { socket, reason };
        }
    }

    /// Sends what waits, as far as the other node understands it.
    pub fn send_waiting(&mut self, out: &mut PeersOutput) {
        let State::Open { socket } = self.state else {
            return;
        };
        while let Some(ask) = self.waiting.pop_front() {
            let known = self.known.as_ref();
            if let Some(Err(unanswered)) = known.map(|known| known.check(&ask.request)) {
                self.bytes -= ask.request.len();
                refuse(&ask, unanswered, out);
                continue;
            }
            self.send(socket, ask, out);
        }
    }

    fn send(&mut self, socket: u64, ask: Ask, out: &mut PeersOutput) {
        let correlation_id = self.correlation_id;
        self.correlation_id = correlation_id.wrapping_add(1);
        let bytes = ask.request.len();
        match ask.request.answer_header() {
            Some(answer_header) => self.sent.push_back(Sent {
                token: ask.token,
                correlation_id,
                answer_header,
                deadline: ask.deadline,
                bytes,
            }),
            None => self.bytes -= bytes,
        }
        self.transmit(socket, ask.request.into_frame(correlation_id), out);
    }

    fn transmit(&mut self, socket: u64, bytes: Vec<u8>, out: &mut PeersOutput) {
        self.unsent += bytes.len();
        match out.send.last_mut() {
            Some((to, before)) if *to == socket => before.extend_from_slice(&bytes),
            _ => out.send.push((socket, bytes)),
        }
    }

    /// The connection is gone, or was not made.
    pub fn on_lost(&mut self, now: Now, reason: &str, random: u64, out: &mut PeersOutput) {
        let was_open = matches!(self.state, State::Open { .. });
        self.failures += 1;
        if self.failures == TOLD_AFTER {
            out.reports.push(format!(
                "node {} cannot be reached at {}:{}: {reason}; it is tried again and again",
                self.to.node, self.to.host, self.to.port
            ));
        }
        // A node that closes idle connections is not away.
        let is_idle = was_open && self.sent.is_empty();
        self.end_all(Unanswered::Lost, Unanswered::Unreachable, out);
        let until = match is_idle {
            true => now.mono,
            false => now.mono + pause(self.failures, random),
        };
        self.state = State::Apart { until };
        (self.known, self.unsent) = (None, 0);
        self.framer = Framer::new(MAX_ANSWER_BYTES);
    }

    /// Nothing that was asked is answered any more.
    fn end_all(&mut self, sent: Unanswered, waiting: Unanswered, out: &mut PeersOutput) {
        for ended in self.sent.drain(..) {
            out.answers.push((ended.token, Err(sent)));
        }
        for ask in self.waiting.drain(..) {
            refuse(&ask, waiting, out);
        }
        self.bytes = 0;
    }

    pub fn on_time(&mut self, now: Now, out: &mut PeersOutput) {
        let is_late = |deadline: Duration| deadline <= now.mono;
        let mut bytes = 0;
        self.waiting.retain(|ask| {
            let keep = !is_late(ask.deadline);
            if !keep {
                bytes += ask.request.len();
                refuse(ask, Unanswered::TimedOut, out);
            }
            keep
        });
        self.bytes -= bytes;
        let setup = match self.state {
            State::Connecting { by, .. } | State::Greeting { by, .. } => Some(by),
            _ => None,
        };
        if setup.is_some_and(is_late) {
            self.spoil("it does not answer");
        }
        if self.sent.iter().any(|sent| is_late(sent.deadline)) {
            // Answers come in order: those behind would be waited for in vain.
            for late in self.sent.iter().filter(|sent| is_late(sent.deadline)) {
                out.answers.push((late.token, Err(Unanswered::TimedOut)));
            }
            self.sent.retain(|sent| !is_late(sent.deadline));
            self.spoil("it does not answer in time");
        }
    }

    /// The next moment at which time changes something.
    pub fn next_deadline(&self) -> Option<Duration> {
        let state = match self.state {
            State::Apart { until } if !self.waiting.is_empty() => Some(until),
            State::Connecting { by, .. } | State::Greeting { by, .. } => Some(by),
            _ => None,
        };
        let waiting = self.waiting.iter().map(|ask| ask.deadline);
        let sent = self.sent.iter().map(|sent| sent.deadline);
        waiting.chain(sent).chain(state).min()
    }

    fn socket(&self) -> Option<u64> {
        match self.state {
            State::Apart { .. } => None,
            State::Connecting { socket, .. }
            | State::Greeting { socket, .. }
            | State::Open { socket }
            | State::Spoilt { socket, .. } => Some(socket),
        }
    }
}

fn refuse(ask: &Ask, why: Unanswered, out: &mut PeersOutput) {
    if ask.request.wants_answer() {
        out.answers.push((ask.token, Err(why)));
    }
}

/// The pause after so many attempts in vain: twice as long each time, scattered by a fifth.
fn pause(failures: u32, random: u64) -> Duration {
    let doubled = LEAST_PAUSE * (1 << failures.saturating_sub(1).min(10));
    let fifths = 800 + (random % 401) as u32;
    doubled.min(MOST_PAUSE) * fifths / 1000
}

/// What stands behind the header of an answer, if that is the answer to the request with this correlation id.
fn body_of(mut frame: Bytes, header_version: i16, correlation_id: i32) -> Option<Bytes> {
    let mut reader = Reader::new(&frame);
    let header = ResponseHeader::decode(&mut reader, header_version).ok()?;
    let consumed = frame.len() - reader.remaining();
    frame.advance(consumed);
    (header.correlation_id == correlation_id).then_some(frame)
}
