//! Who leads a partition and how far each replica is.

use std::collections::BTreeMap;
use std::time::Duration;

use model::{BrokerEpoch, BrokerId, LeaderEpoch, Now, Offset, PartitionEpoch, Ticket};
use smallvec::SmallVec;

use crate::isr::IsrChange;
use crate::verification::Verifications;

/// What this node is for the partition.
#[derive(Debug)]
pub enum Role {
    /// The partition was not given to this node by the metadata that it has seen.
    None,
    /// It takes the writes.
    Leader(Box<LeaderState>),
    /// It copies from the leader.
    Follower(FollowerState),
}

impl Role {
    /// The epoch that this replica knows.
    #[must_use]
    pub fn epoch(&self) -> Option<LeaderEpoch> {
        match self {
            Self::None => None,
            Self::Leader(leader) => Some(leader.epoch),
            Self::Follower(follower) => Some(follower.epoch),
        }
    }
}

/// What a follower knows.
#[derive(Clone, Copy, Debug)]
pub struct FollowerState {
    /// Who leads, if anybody does.
    pub leader: Option<BrokerId>,
    /// The leader's epoch.
    pub epoch: LeaderEpoch,
    /// Who is woken once everything below an offset is synced.
    pub(crate) waits_for_sync: Option<(Offset, Ticket)>,
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
    /// All replicas, this one included.
    pub replicas: SmallVec<[BrokerId; 3]>,
    /// The in-sync replicas as the controller has them.
    pub isr: SmallVec<[BrokerId; 3]>,
    /// Another ISR that the controller was asked for. One at a time.
    pub(crate) change: Option<IsrChange>,
    /// Followers that have all but what was committed during their last fetch, and until when nothing more is committed
    /// without them: they get the chance to catch up while others write.
    pub(crate) awaited: SmallVec<[(BrokerId, Duration); 1]>,
    /// Followers by broker.
    pub(crate) followers: BTreeMap<BrokerId, FollowerProgress>,
    /// When it began to lead.
    pub(crate) since: Duration,
    /// When the ISR is looked at for followers that lag, if it will be.
    pub(crate) check_at: Option<Duration>,
    /// The owner was not told of that yet.
    pub(crate) check_is_news: bool,
    /// The controller may have to be asked for another ISR.
    pub(crate) is_isr_due: bool,
    /// Transactions about which coordinators are being asked.
    pub(crate) verifications: Verifications,
}

/// How far a follower is, as its fetches tell.
#[derive(Clone, Copy, Debug)]
pub struct FollowerProgress {
    /// The end of its log (with flush.messages=1 the end of what it synced).
    pub log_end: Offset,
    /// The start of its log.
    pub log_start: Option<Offset>,
    /// Its incarnation.
    pub broker_epoch: Option<BrokerEpoch>,
    /// When it last had everything that the leader had.
    pub last_caught_up: Duration,
    /// When it last fetched, and where the leader's log ended then.
    pub(crate) last_fetch: (Duration, Offset),
    /// The high watermark that it was told.
    pub(crate) told: Offset,
    /// Whether the controller would take it into the ISR, as far as is known.
    pub(crate) may_join: bool,
}

impl FollowerProgress {
    /// Whether it may be in the ISR, which takes `needed`, of a log that ends at `end`. One that lacks something and has not
    /// fetched for as long as a member may lag would be sent away at once; one that has everything has no reason to fetch.
    pub fn joins_at(
        &self,
        needed: Offset,
        end: Option<Offset>,
        now: Now,
        longest: Duration,
    ) -> bool {
        let has_all = end.is_none_or(|end| self.log_end >= end);
        self.log_end >= needed && (has_all || self.last_fetch.0 + longest > now.mono)
    }

    /// It fetches from `offset` on, where the leader's log ends at `end`.
    pub(crate) fn on_fetch(&mut self, now: Now, offset: Offset, end: Offset) {
        let (before, end_before) = self.last_fetch;
        if offset >= end {
            self.last_caught_up = now.mono;
        } else if offset >= end_before {
            self.last_caught_up = self.last_caught_up.max(before);
        }
        self.log_end = offset;
        self.last_fetch = (now.mono, end);
    }
}

impl LeaderState {
    /// A leader that has not heard from its followers yet.
    #[must_use]
    pub fn new(
        epoch: LeaderEpoch,
        partition_epoch: PartitionEpoch,
        replicas: impl IntoIterator<Item = BrokerId>,
        isr: impl IntoIterator<Item = BrokerId>,
    ) -> Self {
        Self {
            epoch,
            partition_epoch,
            epoch_start: Offset::ZERO,
            replicas: replicas.into_iter().collect(),
            isr: isr.into_iter().collect(),
            change: None,
            awaited: SmallVec::new(),
            followers: BTreeMap::new(),
            since: Duration::ZERO,
            check_at: None,
            check_is_news: false,
            is_isr_due: false,
            verifications: Verifications::default(),
        }
    }

    /// The offset below which every member of the maximal ISR has the records: of the ISR and of what it may become.
    ///
    /// `own` is the leader's share: the end of its log, or of what it synced. Nothing moves while
    /// the ISR is smaller than `min_isr` (strict min ISR, KIP-966).
    #[must_use]
    pub fn committed(&self, me: BrokerId, own: Offset, min_isr: usize) -> Option<Offset> {
        if self.isr.len() < min_isr.min(self.replicas.len()) {
            return None;
        }
        let joining = self.change.iter().flat_map(|change| &change.isr);
        let awaited = self.awaited.iter().map(|(id, _)| id);
        let maximal = self.isr.iter().chain(joining).chain(awaited);
        let others = maximal.filter(|id| **id != me);
        let ends = others.map(|id| self.followers.get(id).map_or(Offset::ZERO, |f| f.log_end));
        Some(ends.fold(own, Offset::min))
    }

    /// The registration of the partition has changed, and this replica still leads in the same epoch: what is known of the
    /// followers holds.
    pub(crate) fn on_registered(&mut self, registered: Self) {
        // What the controller has answered may be ahead of the metadata.
        if registered.partition_epoch < self.partition_epoch {
            return;
        }
        if registered.partition_epoch > self.partition_epoch {
            // At the old version nothing more is granted.
            self.change = None;
            self.partition_epoch = registered.partition_epoch;
        }
        self.isr = registered.isr;
        self.replicas = registered.replicas;
        self.followers.retain(|id, _| self.replicas.contains(id));
        self.awaited
            .retain(|(id, _)| self.replicas.contains(id) && !self.isr.contains(id));
        self.is_isr_due |= self.isr.len() < self.replicas.len();
    }

    /// The ISR wants to be looked at by then.
    pub(crate) fn plan_check(&mut self, at: Duration) {
        if self.check_at.is_none_or(|planned| at < planned) {
            self.check_at = Some(at);
            self.check_is_news = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: BrokerId = BrokerId(1);

    fn ids(ids: &[i32]) -> impl Iterator<Item = BrokerId> + '_ {
        ids.iter().map(|id| BrokerId(*id))
    }

    fn progress(end: i64) -> FollowerProgress {
        FollowerProgress {
            log_end: Offset(end),
            log_start: None,
            broker_epoch: None,
            last_caught_up: Duration::ZERO,
            last_fetch: (Duration::ZERO, Offset::ZERO),
            told: Offset::ZERO,
            may_join: true,
        }
    }

    fn leader(replicas: &[i32], isr: &[i32], ends: &[(i32, i64)]) -> LeaderState {
        let (epoch, partition_epoch) = (LeaderEpoch(0), PartitionEpoch(0));
        let mut leader = LeaderState::new(epoch, partition_epoch, ids(replicas), ids(isr));
        let followers = ends.iter().map(|(id, end)| (BrokerId(*id), progress(*end)));
        leader.followers = followers.collect();
        leader
    }

    #[test]
    fn alone_the_leader_commits_what_it_has() {
        let leader = leader(&[1], &[1], &[]);
        assert_eq!(leader.committed(ME, Offset(7), 1), Some(Offset(7)));
    }

    #[test]
    fn the_slowest_member_of_the_isr_decides() {
        let leader = leader(&[1, 2, 3], &[1, 2, 3], &[(2, 5), (3, 6)]);
        assert_eq!(leader.committed(ME, Offset(7), 2), Some(Offset(5)));
    }

    #[test]
    fn a_replica_that_is_about_to_join_counts_already() {
        let mut leader = leader(&[1, 2, 3], &[1, 2], &[(2, 5), (3, 3)]);
        leader.change = Some(IsrChange::to(ids(&[1, 2, 3])));
        assert_eq!(leader.committed(ME, Offset(7), 1), Some(Offset(3)));
    }

    #[test]
    fn a_replica_that_is_about_to_leave_counts_still() {
        let mut leader = leader(&[1, 2, 3], &[1, 2, 3], &[(2, 5), (3, 3)]);
        leader.change = Some(IsrChange::to(ids(&[1, 2])));
        assert_eq!(leader.committed(ME, Offset(7), 1), Some(Offset(3)));
    }

    #[test]
    fn below_min_isr_nothing_is_committed() {
        let three = leader(&[1, 2, 3], &[1], &[]);
        assert_eq!(three.committed(ME, Offset(7), 2), None);
        let one = leader(&[1], &[1], &[]);
        assert!(
            one.committed(ME, Offset(7), 2).is_some(),
            "one replica is all"
        );
    }

    #[test]
    fn metadata_that_are_behind_the_controllers_answer_change_nothing() {
        let mut leader = leader(&[1, 2], &[1, 2], &[(2, 5)]);
        leader.partition_epoch = PartitionEpoch(4);
        let older = LeaderState::new(leader.epoch, PartitionEpoch(3), ids(&[1, 2]), ids(&[1]));
        leader.on_registered(older);
        assert_eq!(leader.isr[..], [BrokerId(1), BrokerId(2)]);
        let newer = LeaderState::new(leader.epoch, PartitionEpoch(5), ids(&[1, 2]), ids(&[1]));
        leader.on_registered(newer);
        assert_eq!(leader.isr[..], [ME]);
        assert_eq!(
            leader.followers[&BrokerId(2)].log_end,
            Offset(5),
            "what is known of it stays"
        );
    }
}
