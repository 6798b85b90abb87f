//! Raft's peers stand for Kafka's voters.
//!
//! A peer is a pair of node id and directory id, because a node whose disk was replaced has
//! forgotten its votes. Raft wants one number other than 0 for it.

use std::collections::BTreeMap;

use model::{BrokerId, DirectoryId};
use raft::eraftpb::ConfState;

use crate::config::Voter;
use crate::error::Failure;

/// A raft peer; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PeerId(pub(crate) u64);

impl PeerId {
    /// Static voters have small numbers, so that they can be read; others a number made of both ids
    /// with the highest bit set.
    pub(crate) fn new(id: BrokerId, directory: DirectoryId) -> Self {
        if directory.is_zero() {
            return Self(u64::from(id.0.unsigned_abs()) + 1);
        }
        let directory = u128::from_be_bytes(directory.0);
        let halves = [(directory >> 64) as u64, directory as u64];
        let mixed = halves
            .into_iter()
            .fold(u64::from(id.0.unsigned_abs()), |sum, half| mix(sum ^ half));
        Self(mixed | 1 << 63)
    }
}

/// The finalizer of splitmix64: every bit of the result depends on every bit of `z`.
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The voters by their raft peer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Voters(BTreeMap<PeerId, Voter>);

impl Voters {
    pub(crate) fn new(voters: &[Voter]) -> Result<Self, Failure> {
        let mut by_peer = BTreeMap::new();
        for voter in voters {
            let peer = PeerId::new(voter.id, voter.directory_id);
            if by_peer.insert(peer, voter.clone()).is_some() {
                return Err(Failure::DuplicateVoter(voter.id));
            }
        }
        Ok(Self(by_peer))
    }

    pub(crate) fn get(&self, peer: PeerId) -> Option<&Voter> {
        self.0.get(&peer)
    }

    /// The node of a raft peer; `None` for raft's 0 and for strangers.
    pub(crate) fn node(&self, peer: u64) -> Option<BrokerId> {
        self.0.get(&PeerId(peer)).map(|voter| voter.id)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn to_vec(&self) -> Vec<Voter> {
        self.0.values().cloned().collect()
    }

    pub(crate) fn ids(&self) -> Vec<BrokerId> {
        self.0.values().map(|voter| voter.id).collect()
    }

    pub(crate) fn conf_state(&self) -> ConfState {
        ConfState {
            voters: self.0.keys().map(|peer| peer.0).collect(),
            ..Default::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_0_is_a_peer_like_any_other() {
        assert_eq!(PeerId::new(BrokerId(0), DirectoryId::ZERO), PeerId(1));
    }

    #[test]
    fn a_replaced_directory_is_another_peer() {
        let one = PeerId::new(BrokerId(1), model::Uuid([1; 16]));
        let other = PeerId::new(BrokerId(1), model::Uuid([2; 16]));
        assert_ne!(one, other);
        assert_ne!(one, PeerId::new(BrokerId(2), model::Uuid([1; 16])));
    }

    #[test]
    fn a_voter_that_is_named_twice_is_refused() {
        let twice = [Voter::of_id(BrokerId(1)), Voter::of_id(BrokerId(1))];
        assert!(matches!(
            Voters::new(&twice),
            Err(Failure::DuplicateVoter(BrokerId(1)))
        ));
    }
}
