//! One change of one partition: the rules by which ISR, leader, eligible leader replicas and
//! reassignment follow from what is wanted.
//!
//! The order matters: a reassignment completes first, then the replicas that leave the ISR become
//! eligible leaders, then a leader is elected, then all that differs goes into one record.

use metadata::{LeaderRecoveryState, Partition, Replicas};
use model::{BrokerId, DirectoryId, PartitionIndex, TopicId};
use protocol::partition_change_record::PartitionChangeRecord;

use crate::leadership::{Elected, Election};

/// A record's leader that leaves the leader as it is.
const NO_LEADER_CHANGE: i32 = -2;
/// A record's leader where there is none.
const NO_LEADER: i32 = -1;
/// 3.6-IV0: a shrunk ISR needs no new leader epoch any more (KAFKA-15021).
const NO_EPOCH_BUMP_SINCE: i16 = 12;
/// 3.7-IV2: replicas have directories (KIP-858).
const DIRECTORIES_SINCE: i16 = 17;

/// Who may lead, given what the change does to them.
pub(crate) type Acceptable<'a> = Box<dyn Fn(BrokerId) -> bool + 'a>;

/// What does not change from partition to partition of a topic.
pub(crate) struct Rules<'a> {
    pub(crate) acceptable: Acceptable<'a>,
    /// Where a replica goes that has no directory yet.
    pub(crate) default_dir: Box<dyn Fn(BrokerId) -> DirectoryId + 'a>,
    pub(crate) min_isr: usize,
    pub(crate) elr_enabled: bool,
    pub(crate) metadata_version: i16,
}

/// A change in the making: what the partition shall become.
pub(crate) struct PartitionChange<'a> {
    partition: &'a Partition,
    rules: Rules<'a>,
    election: Election,
    isr: Replicas,
    replicas: Replicas,
    removing: Replicas,
    adding: Replicas,
    elr: Replicas,
    recovery: LeaderRecoveryState,
    directory: Option<(BrokerId, DirectoryId)>,
    unclean_shutdown: Option<BrokerId>,
    record: PartitionChangeRecord,
}

impl<'a> PartitionChange<'a> {
    pub(crate) fn new(
        topic_id: TopicId,
        index: PartitionIndex,
        partition: &'a Partition,
        rules: Rules<'a>,
    ) -> Self {
        Self {
            partition,
            rules,
            election: Election::Online,
            isr: partition.isr.clone(),
            replicas: partition.replicas.clone(),
            removing: partition.removing().into(),
            adding: partition.adding().into(),
            elr: partition.elr().into(),
            recovery: partition.recovery,
            directory: None,
            unclean_shutdown: None,
            record: PartitionChangeRecord {
                topic_id,
                partition_id: index.0,
                ..PartitionChangeRecord::default()
            },
        }
    }

    pub(crate) fn election(mut self, election: Election) -> Self {
        self.election = election;
        self
    }

    pub(crate) fn isr(mut self, isr: Replicas) -> Self {
        self.isr = isr;
        self
    }

    /// A replica that came back without what it had: it is not eligible to lead.
    pub(crate) fn unclean_shutdown(mut self, broker: Option<BrokerId>) -> Self {
        self.unclean_shutdown = broker;
        self
    }

    pub(crate) fn replicas(mut self, replicas: Replicas) -> Self {
        self.replicas = replicas;
        self
    }

    pub(crate) fn reassignment(mut self, removing: Replicas, adding: Replicas) -> Self {
        self.removing = removing;
        self.adding = adding;
        self
    }

    pub(crate) fn recovery(mut self, recovery: LeaderRecoveryState) -> Self {
        self.recovery = recovery;
        self
    }

    pub(crate) fn directory(mut self, broker: BrokerId, directory: DirectoryId) -> Self {
        self.directory = Some((broker, directory));
        self
    }

    /// The new directory of a replica is online: where the former one alone kept its broker from leading, it may lead.
    pub(crate) fn may_lead(mut self, broker: BrokerId) -> Self {
        let others = self.rules.acceptable;
        self.rules.acceptable = Box::new(move |id| id == broker || others(id));
        self
    }

    /// The record, or `None` if nothing changes.
    pub(crate) fn build(mut self) -> Option<PartitionChangeRecord> {
        self.complete_reassignment();
        self.update_elr();
        let elected = self.elect();
        self.apply_election(elected);
        self.bump_epoch_if(!contains_all(&self.replicas, &self.partition.replicas));
        self.set_elr();
        self.set_isr();
        self.set_last_known_leader();
        self.set_assignment();
        if self.recovery != self.partition.recovery {
            self.record.leader_recovery_state = self.recovery.value();
        }
        (!is_no_op(&self.record)).then_some(self.record)
    }

    /// A reassignment is complete when all its targets are in sync.
    fn complete_reassignment(&mut self) {
        if self.removing.is_empty() && self.adding.is_empty() {
            return;
        }
        let without_removing = |list: &Replicas| -> Replicas {
            list.iter()
                .copied()
                .filter(|id| !self.removing.contains(id))
                .collect()
        };
        let (isr, replicas) = (
            without_removing(&self.isr),
            without_removing(&self.replicas),
        );
        let shrinks_to_nothing =
            !self.removing.is_empty() && (isr.is_empty() || replicas.is_empty());
        if shrinks_to_nothing || !contains_all(&isr, &replicas) {
            return;
        }
        self.isr = isr;
        self.replicas = replicas;
        self.removing.clear();
        self.adding.clear();
    }

    /// Replicas that leave an ISR below the minimum stay eligible, because nothing was committed
    /// without them (KIP-966).
    fn update_elr(&mut self) {
        if !self.rules.elr_enabled {
            return;
        }
        if self.isr.len() >= self.rules.min_isr {
            self.elr.clear();
            return;
        }
        self.elr.extend_from_slice(&self.partition.isr);
        self.elr.sort_unstable();
        self.elr.dedup();
        let (isr, unclean) = (&self.isr, self.unclean_shutdown);
        self.elr
            .retain(|id| !isr.contains(id) && unclean != Some(*id));
    }

    fn elect(&self) -> Elected {
        self.election.choose(&crate::leadership::Candidates {
            current: self.partition.leader,
            replicas: &self.replicas,
            isr: &self.isr,
            elr: &self.elr,
            last_known: self.last_known_leader(),
            acceptable: &self.rules.acceptable,
        })
    }

    /// The leader before the partition became leaderless, if that is all that is known to be there.
    fn last_known_leader(&self) -> Option<BrokerId> {
        let nobody_else = self.elr.is_empty() && self.isr.is_empty();
        match self.partition.last_known_elr() {
            [leader] if self.rules.elr_enabled && nobody_else => Some(*leader),
            _ => None,
        }
    }

    fn apply_election(&mut self, elected: Elected) {
        if elected.leader == self.partition.leader {
            return;
        }
        if let Some(leader) = elected.leader.filter(|leader| self.elr.contains(leader)) {
            self.isr = [leader].into_iter().collect();
            self.elr.retain(|id| *id != leader);
        }
        self.record.leader = raw(elected.leader);
        if let Some(leader) = elected.leader.filter(|_| elected.unclean) {
            self.record.isr = Some(vec![leader.0]);
            if self.partition.recovery != LeaderRecoveryState::Recovering {
                self.record.leader_recovery_state = LeaderRecoveryState::Recovering.value();
            }
        }
    }

    /// Naming the leader raises its epoch even if it stays.
    fn bump_epoch_if(&mut self, needed: bool) {
        if needed && self.record.leader == NO_LEADER_CHANGE {
            self.record.leader = raw(self.partition.leader);
        }
    }

    fn set_elr(&mut self) {
        let unclean = self.record.isr.is_some();
        if unclean || !self.rules.elr_enabled {
            self.elr.clear();
        }
        if self.elr[..] != *self.partition.elr() {
            self.record.eligible_leader_replicas = Some(ids(&self.elr));
        }
    }

    fn set_isr(&mut self) {
        // Without eligible leader replicas the last ISR has to be remembered.
        let may_be_set = !self.isr.is_empty() || self.rules.elr_enabled;
        if self.record.isr.is_none() && may_be_set && self.isr != self.partition.isr {
            self.record.isr = Some(ids(&self.isr));
        }
        let shrinks = match &self.record.isr {
            Some(isr) => self.partition.isr.iter().any(|id| !isr.contains(&id.0)),
            None => false,
        };
        self.bump_epoch_if(shrinks && self.rules.metadata_version < NO_EPOCH_BUMP_SINCE);
    }

    fn set_last_known_leader(&mut self) {
        if !self.rules.elr_enabled {
            return;
        }
        let known = self.partition.last_known_elr();
        if self.record.leader == NO_LEADER && known.is_empty() {
            self.record.last_known_elr =
                Some(self.partition.leader.iter().map(|id| id.0).collect());
        } else if self.record.leader >= 0 && !known.is_empty() {
            self.record.last_known_elr = Some(Vec::new());
        }
    }

    fn set_assignment(&mut self) {
        if !self.replicas.is_empty() {
            if self.rules.metadata_version >= DIRECTORIES_SINCE {
                let directories: Vec<_> = self
                    .replicas
                    .iter()
                    .map(|id| self.directory_of(*id))
                    .collect();
                if directories[..] != self.partition.directories[..] {
                    self.record.directories = Some(directories);
                }
            }
            if self.replicas != self.partition.replicas {
                self.record.replicas = Some(ids(&self.replicas));
            }
        }
        if self.removing[..] != *self.partition.removing() {
            self.record.removing_replicas = Some(ids(&self.removing));
        }
        if self.adding[..] != *self.partition.adding() {
            self.record.adding_replicas = Some(ids(&self.adding));
        }
    }

    fn directory_of(&self, broker: BrokerId) -> DirectoryId {
        match self.directory {
            Some((assigned, directory)) if assigned == broker => directory,
            _ => self
                .partition
                .directory(broker)
                .unwrap_or_else(|| (self.rules.default_dir)(broker)),
        }
    }
}

fn is_no_op(record: &PartitionChangeRecord) -> bool {
    let lists = [
        &record.isr,
        &record.eligible_leader_replicas,
        &record.last_known_elr,
        &record.replicas,
        &record.removing_replicas,
        &record.adding_replicas,
    ];
    lists.iter().all(|list| list.is_none())
        && record.leader == NO_LEADER_CHANGE
        && record.leader_recovery_state < 0
        && record.directories.is_none()
}

fn contains_all(list: &[BrokerId], of: &[BrokerId]) -> bool {
    of.iter().all(|id| list.contains(id))
}

fn raw(leader: Option<BrokerId>) -> i32 {
    leader.map_or(NO_LEADER, |leader| leader.0)
}

pub(crate) fn ids(list: &[BrokerId]) -> Vec<i32> {
    list.iter().map(|id| id.0).collect()
}
