//! Links between clients and nodes: bytes in order, split and delayed. Between voters: messages that
//! may be lost, delayed, overtaken and doubled.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::chance::Chance;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToNode,
    ToClient,
}

/// One connection, as the network sees it. A link that is cut loses what is under way.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) client: usize,
    pub(crate) host: usize,
    last_to_node: Duration,
    last_to_client: Duration,
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

    pub(crate) fn link(&mut self, client: usize, host: usize, now: Duration) -> Link {
        Link {
            client,
            host,
            last_to_node: now,
            last_to_client: now,
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

/// What lies between the voters of a quorum.
#[derive(Debug)]
pub(crate) struct VoterNetwork {
    chance: Chance,
    /// Many messages are lost, doubled and slow.
    pub(crate) is_lossy: bool,
    /// Pairs of which the second does not hear the first.
    deaf: BTreeSet<(usize, usize)>,
    lost: u64,
    doubled: u64,
}

/// What voters' messages suffer, by name.
pub(crate) const VOTER_LOSSES: [&str; 2] = ["message lost", "message doubled"];

impl VoterNetwork {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed, "voters"),
            is_lossy: false,
            deaf: BTreeSet::new(),
            lost: 0,
            doubled: 0,
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

    /// After how long the copies of a message arrive.
    pub(crate) fn send(&mut self, from: usize, to: usize) -> Vec<Duration> {
        if self.deaf.contains(&(from, to)) || self.is_lossy && self.chance.one_in(5) {
            self.lost += 1;
            return Vec::new();
        }
        let is_doubled = self.is_lossy && self.chance.one_in(5);
        self.doubled += u64::from(is_doubled);
        let longest = if self.is_lossy { 300_000 } else { USUAL_DELAY };
        let copies = 0..=u64::from(is_doubled);
        copies.map(|_| self.chance.micros(50, longest)).collect()
    }

    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        VOTER_LOSSES.into_iter().zip([self.lost, self.doubled])
    }
}
