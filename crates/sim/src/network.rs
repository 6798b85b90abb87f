//! Links between clients and the node: bytes in order, split and delayed.

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

    pub(crate) fn link(&mut self, client: usize, now: Duration) -> Link {
        Link {
            client,
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
