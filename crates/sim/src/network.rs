//! Links between clients and nodes, and between nodes: bytes in order, split and delayed. Between nodes they may be held back for
//! as long as one does not hear the other.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::chance::Chance;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToNode,
    ToClient,
}

/// Who has made a connection to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Client(usize),
    /// A socket of the node of a host.
    Node(usize, u64),
}

/// One connection, as the network sees it. A link that is cut loses what is under way.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) caller: Caller,
    pub(crate) host: usize,
    last_to_node: Duration,
    last_to_client: Duration,
    /// What has come while its receiver did not hear its sender, in order.
    held: Vec<(Way, Vec<u8>)>,
}

impl Link {
    pub(crate) fn new(caller: Caller, host: usize, now: Duration) -> Self {
        Self {
            caller,
            host,
            last_to_node: now,
            last_to_client: now,
            held: Vec::new(),
        }
    }

    /// Keeps what has come.
    pub(crate) fn hold(&mut self, way: Way, bytes: &[u8]) {
        self.held.push((way, bytes.to_vec()));
    }

    /// Whether something of the same way was kept that has to come first.
    pub(crate) fn holds(&self, way: Way) -> bool {
        self.held.iter().any(|(held, _)| *held == way)
    }

    /// Takes what was kept.
    pub(crate) fn take_held(&mut self) -> Vec<(Way, Vec<u8>)> {
        std::mem::take(&mut self.held)
    }
}

/// How long bytes take.
#[derive(Debug)]
pub(crate) struct Network {
    chance: Chance,
    /// Longest delay in microseconds.
    pub(crate) max_delay: u64,
}

/// Longest delay of a network that is well, in microseconds.
pub(crate) const USUAL_DELAY: u64 = 3_000;

impl Network {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed, "network"),
            max_delay: USUAL_DELAY,
        }
    }

    /// Cuts `bytes` into the pieces in which they arrive, each with its time.
    pub(crate) fn send(
        &mut self,
        link: &mut Link,
        way: Way,
        now: Duration,
        bytes: Vec<u8>,
    ) -> Vec<(Duration, Vec<u8>)> {
        let last = match way {
            Way::ToNode => &mut link.last_to_node,
            Way::ToClient => &mut link.last_to_client,
        };
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let cut = if rest.len() > 1 && self.chance.one_in(4) {
                1 + self.chance.below(rest.len() as u64 - 1) as usize
            } else {
                rest.len()
            };
            let tail = rest.split_off(cut);
            let at = (now + self.chance.micros(50, self.max_delay)).max(*last);
            *last = at;
            pieces.push((at, rest));
            rest = tail;
        }
        pieces
    }
}

/// What lies between nodes.
#[derive(Debug)]
pub(crate) struct NodeNetwork {
    chance: Chance,
    /// Bytes get lost and are sent again, and connections break.
    pub(crate) is_lossy: bool,
    /// Pairs of which the second does not hear the first.
    deaf: BTreeSet<(usize, usize)>,
    pub(crate) held: u64,
    pub(crate) broken: u64,
}

/// What bytes between nodes suffer, by name.
pub(crate) const NODE_LOSSES: [&str; 2] = ["bytes held back", "connection between nodes broken"];

impl NodeNetwork {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed, "voters"),
            is_lossy: false,
            deaf: BTreeSet::new(),
            held: 0,
            broken: 0,
        }
    }

    /// `to` does not hear `from` any more.
    pub(crate) fn cut(&mut self, from: usize, to: usize) {
        self.deaf.insert((from, to));
    }

    /// Nobody hears `host`, and it hears nobody.
    pub(crate) fn isolate(&mut self, host: usize, hosts: usize) {
        for other in 0..hosts {
            self.cut(host, other);
            self.cut(other, host);
        }
    }

    pub(crate) fn heal(&mut self) {
        self.deaf.clear();
    }

    /// Whether what `from` sends reaches `to`.
    pub(crate) fn is_heard(&self, from: usize, to: usize) -> bool {
        !self.deaf.contains(&(from, to))
    }

    /// How much longer bytes take because some were lost and came again; `None` if the connection breaks.
    pub(crate) fn delay(&mut self) -> Option<Duration> {
        if !self.is_lossy {
            return Some(Duration::ZERO);
        }
        if self.chance.one_in(100) {
            self.broken += 1;
            return None;
        }
        match self.chance.one_in(5) {
            true => Some(self.chance.micros(50, 300_000)),
            false => Some(Duration::ZERO),
        }
    }

    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NODE_LOSSES.into_iter().zip([self.held, self.broken])
    }
}
