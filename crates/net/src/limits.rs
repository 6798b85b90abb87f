//! How many connections there may be: `max.connections` and `max.connections.per.ip`.

use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;

/// What becomes of a connection attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It is counted; `ConnectionLimits::release` has to follow.
    Admitted,
    /// The address has all the connections it may have: close it.
    TooManyFromAddress,
}

/// Counts the connections of the node.
#[derive(Debug)]
pub struct ConnectionLimits {
    max_sockets: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    /// Clients wait in the backlog because there was no room.
    waiting: bool,
    by_address: HashMap<IpAddr, usize>,
}

impl ConnectionLimits {
    /// No connections yet, and never more than `max_sockets`, for which the process has descriptors.
    #[must_use]
    pub fn new(max_sockets: usize) -> Self {
        Self {
            max_sockets,
            counts: Mutex::default(),
        }
    }

    /// Whether the node has room under `max` (`max.connections`) and for descriptors; if not, the release of a
    /// connection will say that somebody waits for it.
    #[must_use]
    pub fn has_room(&self, max: usize) -> bool {
        let mut counts = self.counts.lock();
        counts.waiting = counts.total >= max.min(self.max_sockets);
        !counts.waiting
    }

    /// Counts a connection from `peer` unless it has `max_per_address` already.
    pub fn admit(&self, peer: IpAddr, max_per_address: usize) -> Admission {
        let mut counts = self.counts.lock();
        let from_peer = counts.by_address.get(&peer).copied().unwrap_or(0);
        if from_peer >= max_per_address {
            return Admission::TooManyFromAddress;
        }
        counts.by_address.insert(peer, from_peer + 1);
        counts.total += 1;
        Admission::Admitted
    }

    /// Uncounts a connection; `true` if somebody waits for its place.
    pub fn release(&self, peer: IpAddr) -> bool {
        let mut counts = self.counts.lock();
        counts.total -= 1;
        let from_peer = counts
            .by_address
            .get_mut(&peer)
            .expect("a released connection was counted");
        *from_peer -= 1;
        if *from_peer == 0 {
            counts.by_address.remove(&peer);
        }
        std::mem::take(&mut counts.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_its_share_and_gets_it_back() {
        let limits = ConnectionLimits::new(usize::MAX);
        let a: IpAddr = "127.0.0.1".parse().unwrap();
        let b: IpAddr = "127.0.0.2".parse().unwrap();
        assert_eq!(limits.admit(a, 1), Admission::Admitted);
        assert_eq!(limits.admit(a, 1), Admission::TooManyFromAddress);
        assert_eq!(limits.admit(b, 1), Admission::Admitted);
        assert!(!limits.has_room(2));
        assert!(limits.release(a), "a client waits");
        assert!(limits.has_room(2));
        assert_eq!(limits.admit(a, 1), Admission::Admitted);
    }

    #[test]
    fn descriptors_are_a_limit_of_their_own() {
        let limits = ConnectionLimits::new(1);
        let a: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(limits.has_room(usize::MAX));
        assert_eq!(limits.admit(a, usize::MAX), Admission::Admitted);
        assert!(!limits.has_room(usize::MAX));
    }
}
