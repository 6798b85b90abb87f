//! Who leads a partition and how far each replica is.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{BrokerEpoch, BrokerId, LeaderEpoch, Offset, PartitionEpoch};
use smallvec::SmallVec;

/// What this node is for the partition.
#[derive(Debug)]
pub enum Role {
    /// The partition was not given to this node by the metadata that it has seen.
    None,
    /// It takes the writes.
    Leader(Box<LeaderState>),
    /// It copies from the leader.
    Follower {
        /// Who leads, if anybody does.
        leader: Option<BrokerId>,
        /// The leader's epoch.
        epoch: LeaderEpoch,
    },
}

impl Role {
    /// The epoch that this replica knows.
    #[must_use]
    pub fn epoch(&self) -> Option<LeaderEpoch> {
        match self {
            Self::None => None,
            Self::Leader(leader) => Some(leader.epoch),
            Self::Follower { epoch, .. } => Some(*epoch),
        }
    }
}

/// What a leader knows.
#[derive(Debug)]
pub struct LeaderState {
    /// Its epoch.
    pub epoch: LeaderEpoch,
    /// The version of the partition's registration.
    pub partition_epoch: PartitionEpoch,
    /// The first offset that it wrote in this epoch.
    pub epoch_start: Offset,
    /// The in-sync replicas as the controller has them.
    pub isr: SmallVec<[BrokerId; 3]>,
    /// Replicas that an `AlterPartition` in flight would add.
    pub joining: SmallVec<[BrokerId; 1]>,
    /// Followers by broker.
    pub followers: BTreeMap<BrokerId, FollowerProgress>,
}

/// How far a follower is, as its fetches tell.
#[derive(Clone, Copy, Debug)]
pub struct FollowerProgress {
    /// The end of its log (with flush.messages=1 the end of what it synced).
    pub log_end: Offset,
    /// The start of its log.
    pub log_start: Offset,
    /// Its incarnation.
    pub broker_epoch: Option<BrokerEpoch>,
    /// When it last had everything that the leader had.
    pub last_caught_up: Duration,
}

impl LeaderState {
    /// A leader that has not heard from its followers yet.
    #[must_use]
    pub fn new(
        epoch: LeaderEpoch,
        partition_epoch: PartitionEpoch,
        isr: impl Iterator<Item = BrokerId>,
    ) -> Self {
        Self {
            epoch,
            partition_epoch,
            epoch_start: Offset::ZERO,
            isr: isr.collect(),
            joining: SmallVec::new(),
            followers: BTreeMap::new(),
        }
    }

    /// The offset below which every member of the maximal ISR has the records.
    ///
    /// `own` is the leader's share: the end of its log, or of what it synced. Nothing moves while
    /// the ISR is smaller than `min_isr` (strict min ISR, KIP-966).
    #[must_use]
    pub fn committed(
        &self,
        me: BrokerId,
        own: Offset,
        min_isr: usize,
        replicas: usize,
    ) -> Option<Offset> {
        if self.isr.len() < min_isr.min(replicas) {
            return None;
        }
        let maximal = self.isr.iter().chain(&self.joining);
        let others = maximal.filter(|id| **id != me);
        let ends = others.map(|id| self.followers.get(id).map_or(Offset::ZERO, |f| f.log_end));
        Some(ends.fold(own, Offset::min))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: BrokerId = BrokerId(1);

    fn leader(isr: &[i32], ends: &[(i32, i64)]) -> LeaderState {
        let progress = |end| FollowerProgress {
            log_end: Offset(end),
            log_start: Offset::ZERO,
            broker_epoch: None,
            last_caught_up: Duration::ZERO,
        };
        LeaderState {
            epoch: LeaderEpoch(0),
            partition_epoch: PartitionEpoch(0),
            epoch_start: Offset::ZERO,
            isr: isr.iter().map(|id| BrokerId(*id)).collect(),
            joining: SmallVec::new(),
            followers: ends
                .iter()
                .map(|(id, end)| (BrokerId(*id), progress(*end)))
                .collect(),
        }
    }

    #[test]
    fn alone_the_leader_commits_what_it_has() {
        assert_eq!(
            leader(&[1], &[]).committed(ME, Offset(7), 1, 1),
            Some(Offset(7))
        );
    }

    #[test]
    fn the_slowest_member_of_the_isr_decides() {
        let leader = leader(&[1, 2, 3], &[(2, 5), (3, 6)]);
        assert_eq!(leader.committed(ME, Offset(7), 2, 3), Some(Offset(5)));
    }

    #[test]
    fn a_replica_that_is_about_to_join_counts_already() {
        let mut leader = leader(&[1, 2], &[(2, 5), (3, 3)]);
        leader.joining.push(BrokerId(3));
        assert_eq!(leader.committed(ME, Offset(7), 1, 3), Some(Offset(3)));
    }

    #[test]
    fn below_min_isr_nothing_is_committed() {
        assert_eq!(leader(&[1], &[]).committed(ME, Offset(7), 2, 3), None);
        assert!(
            leader(&[1], &[]).committed(ME, Offset(7), 2, 1).is_some(),
            "one replica is all"
        );
    }
}
