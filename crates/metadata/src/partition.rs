//! One partition: where its replicas are, who leads, who is in sync.

use model::{BrokerId, DirectoryId, LeaderEpoch, PartitionEpoch, PartitionIndex, TopicId};
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use smallvec::SmallVec;

/// The leader of a change record that leaves leader and leader epoch as they are.
const NO_LEADER_CHANGE: i32 = -2;

/// A list of brokers, whose order has a meaning. Up to four take no memory of their own.
pub type Replicas = SmallVec<[BrokerId; 4]>;

/// The directory of each replica.
pub type Directories = SmallVec<[DirectoryId; 1]>;

/// Whether the leader was elected at the risk of losing records (KIP-704).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LeaderRecoveryState {
    /// It has all that was acknowledged, or has dealt with the loss.
    #[default]
    Recovered,
    /// It was elected from outside the ISR and has yet to clean up.
    Recovering,
}

impl LeaderRecoveryState {
    /// Its number in records and requests.
    #[must_use]
    pub const fn value(self) -> i8 {
        match self {
            Self::Recovered => 0,
            Self::Recovering => 1,
        }
    }

    /// `None` for a number that Kafka does not have.
    #[must_use]
    pub const fn from_value(value: i8) -> Option<Self> {
        match value {
            0 => Some(Self::Recovered),
            1 => Some(Self::Recovering),
            _ => None,
        }
    }
}

/// The state of one partition. Small, because there are many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// All its replicas, the preferred leader first.
    pub replicas: Replicas,
    /// The directory of each of [`Self::replicas`], in the same order.
    pub directories: Directories,
    /// The replicas that are in sync with the leader. May be empty with KIP-966.
    pub isr: Replicas,
    /// Who leads, if anybody can.
    pub leader: Option<BrokerId>,
    /// Counts the leaders.
    pub leader_epoch: LeaderEpoch,
    /// Counts all changes.
    pub partition_epoch: PartitionEpoch,
    /// Whether the leader may lack records that were acknowledged.
    pub recovery: LeaderRecoveryState,
    /// What most partitions do not have.
    rare: Option<Box<Rare>>,
}

/// Absent as a whole when all lists are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rare {
    removing: Replicas,
    adding: Replicas,
    elr: Replicas,
    last_known_elr: Replicas,
}

impl Partition {
    /// A new partition at epoch 0 whose leader is the first of its `isr`.
    #[must_use]
    pub fn new(replicas: Replicas, directories: Directories, isr: Replicas) -> Self {
        let leader = isr.first().copied();
        Self {
            replicas,
            directories,
            isr,
            leader,
            ..Self::default()
        }
    }

    /// The replicas that leave when the reassignment is complete (KIP-455).
    #[must_use]
    pub fn removing(&self) -> &[BrokerId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.removing)
    }

    /// The replicas that a reassignment has added (KIP-455).
    #[must_use]
    pub fn adding(&self) -> &[BrokerId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.adding)
    }

    /// Replicas out of the ISR that surely have all below the high watermark (KIP-966).
    #[must_use]
    pub fn elr(&self) -> &[BrokerId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.elr)
    }

    /// The last leader of a partition that has none (KIP-966).
    #[must_use]
    pub fn last_known_elr(&self) -> &[BrokerId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.last_known_elr)
    }

    /// Whether a reassignment is under way.
    #[must_use]
    pub fn is_reassigning(&self) -> bool {
        !self.removing().is_empty() || !self.adding().is_empty()
    }

    /// Whether the first replica leads.
    #[must_use]
    pub fn has_preferred_leader(&self) -> bool {
        self.leader.is_some() && self.leader == self.replicas.first().copied()
    }

    /// The directory of a broker's replica; `None` if it has no replica here.
    #[must_use]
    pub fn directory(&self, broker: BrokerId) -> Option<DirectoryId> {
        let nth = self
            .replicas
            .iter()
            .position(|replica| *replica == broker)?;
        self.directories.get(nth).copied()
    }

    /// This partition after a change.
    #[must_use]
    pub fn merge(&self, change: &PartitionChangeRecord) -> Self {
        let mut next = self.clone();
        next.change(change);
        next
    }

    pub(crate) fn change(&mut self, change: &PartitionChangeRecord) {
        replace(&mut self.replicas, change.replicas.as_deref());
        replace(&mut self.isr, change.isr.as_deref());
        if let Some(directories) = &change.directories {
            self.directories = Directories::from_slice(directories);
        }
        fill_directories(&mut self.directories, self.replicas.len());
        if change.leader != NO_LEADER_CHANGE {
            self.leader = BrokerId::known(change.leader);
            self.leader_epoch.0 += 1;
        }
        self.partition_epoch.0 += 1;
        if let Some(state) = LeaderRecoveryState::from_value(change.leader_recovery_state) {
            self.recovery = state;
        }
        self.change_rare(change);
    }

    fn change_rare(&mut self, change: &PartitionChangeRecord) {
        let lists = [
            &change.removing_replicas,
            &change.adding_replicas,
            &change.eligible_leader_replicas,
            &change.last_known_elr,
        ];
        if lists.iter().all(|list| list.is_none()) {
            return;
        }
        let mut rare = self.rare.take().unwrap_or_default();
        replace(&mut rare.removing, change.removing_replicas.as_deref());
        replace(&mut rare.adding, change.adding_replicas.as_deref());
        replace(&mut rare.elr, change.eligible_leader_replicas.as_deref());
        replace(&mut rare.last_known_elr, change.last_known_elr.as_deref());
        self.rare = rare.unless_empty();
    }

    /// Forgets the eligible leader replicas. Returns whether there were any.
    pub(crate) fn clear_elr(&mut self) -> bool {
        let had_any = !self.elr().is_empty() || !self.last_known_elr().is_empty();
        if had_any {
            let mut rare = self.rare.take().unwrap_or_default();
            rare.elr.clear();
            rare.last_known_elr.clear();
            self.rare = rare.unless_empty();
        }
        had_any
    }

    pub(crate) fn from_record(record: &PartitionRecord) -> Self {
        let mut directories = Directories::from_slice(&record.directories);
        fill_directories(&mut directories, record.replicas.len());
        let rare = Rare {
            removing: replicas(&record.removing_replicas),
            adding: replicas(&record.adding_replicas),
            elr: replicas(
                record
                    .eligible_leader_replicas
                    .as_deref()
                    .unwrap_or_default(),
            ),
            last_known_elr: replicas(record.last_known_elr.as_deref().unwrap_or_default()),
        };
        Self {
            replicas: replicas(&record.replicas),
            directories,
            isr: replicas(&record.isr),
            leader: BrokerId::known(record.leader),
            leader_epoch: LeaderEpoch(record.leader_epoch),
            partition_epoch: PartitionEpoch(record.partition_epoch),
            recovery: LeaderRecoveryState::from_value(record.leader_recovery_state)
                .unwrap_or_default(),
            rare: Box::new(rare).unless_empty(),
        }
    }

    /// The record that describes it whole, as `metadata_version` can: what that cannot carry is left
    /// out.
    #[must_use]
    pub fn to_record(
        &self,
        topic_id: TopicId,
        partition: PartitionIndex,
        metadata_version: i16,
    ) -> PartitionRecord {
        let elr = |list: &[BrokerId]| {
            (metadata_version >= crate::record_versions::ELR_SINCE && !list.is_empty())
                .then(|| raw(list))
        };
        let with_directories = metadata_version >= crate::record_versions::DIRECTORIES_SINCE;
        PartitionRecord {
            partition_id: partition.0,
            topic_id,
            replicas: raw(&self.replicas),
            isr: raw(&self.isr),
            removing_replicas: raw(self.removing()),
            adding_replicas: raw(self.adding()),
            leader: self.leader.map_or(-1, |leader| leader.0),
            leader_recovery_state: self.recovery.value(),
            leader_epoch: self.leader_epoch.0,
            partition_epoch: self.partition_epoch.0,
            directories: if with_directories {
                self.directories.to_vec()
            } else {
                Vec::new()
            },
            eligible_leader_replicas: elr(self.elr()),
            last_known_elr: elr(self.last_known_elr()),
            ..PartitionRecord::default()
        }
    }
}

impl Rare {
    fn unless_empty(self: Box<Self>) -> Option<Box<Self>> {
        let lists = [
            &self.removing,
            &self.adding,
            &self.elr,
            &self.last_known_elr,
        ];
        if lists.iter().all(|list| list.is_empty()) {
            None
        } else {
            Some(self)
        }
    }
}

fn replace(list: &mut Replicas, with: Option<&[i32]>) {
    if let Some(with) = with {
        *list = replicas(with);
    }
}

fn replicas(raw: &[i32]) -> Replicas {
    raw.iter().map(|id| BrokerId(*id)).collect()
}

fn raw(list: &[BrokerId]) -> Vec<i32> {
    list.iter().map(|id| id.0).collect()
}

/// Records from before KIP-858 name no directories.
fn fill_directories(directories: &mut Directories, replicas: usize) {
    if directories.is_empty() {
        directories.resize(replicas, DirectoryId::MIGRATING);
    }
}
