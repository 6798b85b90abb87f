//! Outbound connections without their sockets: one for each lane to each node that is asked something.
//!
//! The shell opens sockets, moves bytes and tells what happens to them; the simulator does the same over its links. Whoever owns a
//! [`Peers`] calls it from one thread.
//!
//! ```text
//!  Effects::asks --> Peers::ask --+                    +--> PeersOutput: connect, send, close
//!  connected, received, closed ---+--> PeerConnection --+
//!  time --------------------------+                    +--> PeersOutput: answers
//! ```

mod connection;
mod greeting;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, Now};

use connection::{PeerConnection, Tie};

use crate::asks::{Ask, AskToken, Destination, Lane, Unanswered};
use crate::random::Random;

/// What a call to [`Peers`] wants of its shell, in the order of the fields.
#[derive(Debug, Default)]
pub struct PeersOutput {
    /// Connections to close; nothing more is heard of them.
    pub close: Vec<u64>,
    /// Connections to open: [`Peers::on_connected`] or [`Peers::on_closed`] follows.
    pub connect: Vec<(u64, Destination)>,
    /// Bytes to send: [`Peers::on_sent`] follows as they leave.
    pub send: Vec<(u64, Vec<u8>)>,
    /// Answers for [`crate::Broker::on_answer`].
    pub answers: Vec<(AskToken, Result<Bytes, Unanswered>)>,
    /// What an operator has to know.
    pub reports: Vec<String>,
}

impl PeersOutput {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.close.is_empty()
            && self.connect.is_empty()
            && self.send.is_empty()
            && self.answers.is_empty()
            && self.reports.is_empty()
    }
}

/// The outbound connections of one thread of a node.
#[derive(Debug)]
pub struct Peers {
    lanes: BTreeMap<(BrokerId, Lane), PeerConnection>,
    /// The lane of each socket that is open or being opened.
    sockets: BTreeMap<u64, (BrokerId, Lane)>,
    next_socket: u64,
    client_id: String,
    random: Random,
    out: PeersOutput,
}

impl Peers {
    /// No connections yet. `seed` scatters the moments of attempts to connect.
    #[must_use]
    pub fn new(me: BrokerId, seed: [u8; 32]) -> Self {
        Self {
            lanes: BTreeMap::new(),
            sockets: BTreeMap::new(),
            next_socket: 1,
            client_id: me.to_string(),
            random: Random::new(seed),
            out: PeersOutput::default(),
        }
    }

    /// Asks another node something.
    pub fn ask(&mut self, now: Now, ask: Ask) {
        let lane = (ask.to.node, ask.lane);
        let peer = self
            .lanes
            .entry(lane)
            .or_insert_with(|| PeerConnection::new(ask.to.clone(), ask.lane));
        if peer.to() != &ask.to {
            let freed = peer.move_to(ask.to.clone(), &mut self.out);
            self.sockets.retain(|socket, _| Some(*socket) != freed);
        }
        peer.ask(ask, &mut self.out);
        self.go_on(now, lane);
    }

    /// A socket is connected.
    pub fn on_connected(&mut self, now: Now, socket: u64) {
        self.with(now, socket, |peer, client_id, out| {
            peer.on_connected(now, client_id, out);
        });
    }

    /// Bytes have come.
    pub fn on_received(&mut self, now: Now, socket: u64, bytes: &[u8]) {
        self.with(now, socket, |peer, _, out| peer.on_received(bytes, out));
    }

    /// So many of the bytes to send have left.
    pub fn on_sent(&mut self, now: Now, socket: u64, count: usize) {
        self.with(now, socket, |peer, _, _| peer.on_sent(count));
    }

    /// A socket could not be connected, or was closed, for `reason`.
    pub fn on_closed(&mut self, now: Now, socket: u64, reason: &str) {
        let Some(lane) = self.sockets.remove(&socket) else {
            return;
        };
        let pause = self.random.bits64();
        if let Some(peer) = self.lanes.get_mut(&lane) {
            peer.on_lost(now, reason, pause, &mut self.out);
        }
        self.go_on(now, lane);
    }

    /// Time has passed.
    pub fn on_time(&mut self, now: Now) {
        let due = |peer: &PeerConnection| peer.next_deadline().is_some_and(|at| at <= now.mono);
        let due: Vec<_> = (self.lanes.iter())
            .filter_map(|(lane, peer)| due(peer).then_some(*lane))
            .collect();
        for lane in due {
            if let Some(peer) = self.lanes.get_mut(&lane) {
                peer.on_time(now, &mut self.out);
            }
            self.go_on(now, lane);
        }
    }

    /// When [`Peers::on_time`] wants to be called. The lanes are few: one for each purpose and node.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let deadlines = self
            .lanes
            .values()
            .filter_map(PeerConnection::next_deadline);
        deadlines.min()
    }

    /// What is to be done.
    pub fn take_output(&mut self) -> PeersOutput {
        std::mem::take(&mut self.out)
    }

    fn with(
        &mut self,
        now: Now,
        socket: u64,
        act: impl FnOnce(&mut PeerConnection, &str, &mut PeersOutput),
    ) {
        let Some(lane) = self.sockets.get(&socket).copied() else {
            return;
        };
        if let Some(peer) = self.lanes.get_mut(&lane) {
            act(peer, &self.client_id, &mut self.out);
        }
        self.go_on(now, lane);
    }

    /// Lets a lane begin what it now can: close what it gave up, connect, send.
    fn go_on(&mut self, now: Now, lane: (BrokerId, Lane)) {
        let Some(peer) = self.lanes.get_mut(&lane) else {
            return;
        };
        match peer.wanted_tie(now) {
            Tie::Keep => {}
            Tie::Close { socket, reason } => {
                self.sockets.remove(&socket);
                self.out.close.push(socket);
                peer.on_lost(now, reason, self.random.bits64(), &mut self.out);
            }
            Tie::Open => {
                let socket = self.next_socket;
                self.next_socket += 1;
                self.sockets.insert(socket, lane);
                self.out.connect.push((socket, peer.to().clone()));
                peer.on_connecting(now, socket);
            }
        }
        if let Some(peer) = self.lanes.get_mut(&lane) {
            peer.send_waiting(&mut self.out);
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
