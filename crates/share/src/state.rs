//! What survives of a group's way through a partition.

use std::sync::Arc;

use model::{TimestampMs, TopicId};

/// A group and a partition that it consumes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The group.
    pub group: Arc<str>,
    /// The topic.
    pub topic: TopicId,
    /// The partition.
    pub partition: i32,
}

impl Key {
    /// What FindCoordinator is asked for, and what decides the partition of `__share_group_state`.
    #[must_use]
    pub fn coordinator_key(&self) -> String {
        format!("{}:{}:{}", self.group, self.topic, self.partition)
    }
}

/// What became of a record in a group.
///
/// ```text
///   Available --acquire--> Acquired --accept--> Acknowledged
///       ^                     |  \--reject, last delivery--> [Archiving -->] Archived
///       +--release, timeout---+
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// It may be given to a member.
    Available,
    /// A member has it for a time. Never written: after a failure the record is available.
    Acquired,
    /// A member is done with it.
    Acknowledged,
    /// The group gave it up, and it is on its way to the group's dead letter queue (KIP-1191).
    Archiving,
    /// The group gave it up, or there is no record at the offset.
    Archived,
}

impl RecordState {
    /// Whether the record is never delivered again.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Acknowledged | Self::Archived)
    }

    /// The number in records and requests.
    #[must_use]
    pub fn id(self) -> i8 {
        match self {
            Self::Available => 0,
            Self::Acquired => 1,
            Self::Acknowledged => 2,
            Self::Archiving => 3,
            Self::Archived => 4,
        }
    }

    /// The state of a number.
    #[must_use]
    pub fn of_id(id: i8) -> Option<Self> {
        match id {
            0 => Some(Self::Available),
            1 => Some(Self::Acquired),
            2 => Some(Self::Acknowledged),
            3 => Some(Self::Archiving),
            4 => Some(Self::Archived),
            _ => None,
        }
    }
}

/// Records with neighbouring offsets and the same state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateBatch {
    /// The first offset.
    pub first: i64,
    /// The last offset.
    pub last: i64,
    /// [`RecordState::id`], kept as it came.
    pub state: i8,
    /// How often the records were delivered.
    pub deliveries: i16,
}

impl StateBatch {
    /// Whether a share coordinator keeps it: offsets of records, in a state that is known.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let is_range = 0 <= self.first && self.first <= self.last && self.last < i64::MAX;
        is_range && RecordState::of_id(self.state).is_some()
    }
}

/// A group's way through a partition, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareState {
    /// Counts the snapshots.
    pub snapshot_epoch: i32,
    /// Goes up when the offsets are set anew; writes of an older one are refused.
    pub state_epoch: i32,
    /// Of the leader that wrote last, -1 if none has.
    pub leader_epoch: i32,
    /// The records below are done with; `None` until the group has begun.
    pub start: Option<i64>,
    /// How many records from the start on are done with, if that is known.
    pub complete: Option<i32>,
    /// When the state was begun.
    pub created_at: TimestampMs,
    /// When the newest snapshot was written.
    pub written_at: TimestampMs,
    /// From the start on, in order and without overlaps; what is not listed was never delivered.
    pub batches: Vec<StateBatch>,
}
