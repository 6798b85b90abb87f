//! A transactional id: its producer, and the state of its transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::{ProducerEpoch, ProducerId, TimestampMs};

/// From this transaction version on every end of a transaction raises the epoch (KIP-890).
pub const EPOCH_BUMPING: i16 = 2;

/// The last epoch that a client may hold: the one above is for the marker that fences it.
pub(crate) const LAST_EPOCH: ProducerEpoch = ProducerEpoch(i16::MAX - 1);

/// Topics and the numbers of their partitions.
pub type Partitions = BTreeMap<Box<str>, BTreeSet<i32>>;

/// Where a transactional id is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It has a producer, and no transaction yet.
    Empty,
    /// A transaction is open.
    Ongoing,
    /// It is decided to commit; markers are being written.
    PrepareCommit,
    /// It is decided to abort; markers are being written.
    PrepareAbort,
    /// All markers of a committed transaction are written.
    CompleteCommit,
    /// All markers of an aborted transaction are written.
    CompleteAbort,
    /// The id is being forgotten. Kafka's coordinators have it in memory; here a tombstone does it at once.
    Dead,
    /// The producer is being fenced. Kafka's coordinators have it in memory; here fencing and abort are one record.
    PrepareEpochFence,
}

impl State {
    /// All states, by their numbers in the log.
    pub const ALL: [Self; 8] = [
        Self::Empty,
        Self::Ongoing,
        Self::PrepareCommit,
        Self::PrepareAbort,
        Self::CompleteCommit,
        Self::CompleteAbort,
        Self::Dead,
        Self::PrepareEpochFence,
    ];

    /// The number in the log.
    #[must_use]
    pub const fn id(self) -> i8 {
        self as i8
    }

    /// The state with a number, if there is one.
    #[must_use]
    pub fn from_id(id: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Kafka's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Ongoing => "Ongoing",
            Self::PrepareCommit => "PrepareCommit",
            Self::PrepareAbort => "PrepareAbort",
            Self::CompleteCommit => "CompleteCommit",
            Self::CompleteAbort => "CompleteAbort",
            Self::Dead => "Dead",
            Self::PrepareEpochFence => "PrepareEpochFence",
        }
    }

    /// The state with a name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the outcome is decided and the markers are not all written.
    #[must_use]
    pub const fn is_ending(self) -> bool {
        matches!(self, Self::PrepareCommit | Self::PrepareAbort)
    }
}

/// What the log says of a transactional id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The producer that speaks for it.
    pub producer_id: ProducerId,
    /// The producer id before the last change of state.
    pub previous_producer_id: Option<ProducerId>,
    /// The producer id that the client was told, and that holds once the markers are written.
    pub next_producer_id: Option<ProducerId>,
    /// The producer's epoch. While a transaction ends it is that of the markers.
    pub producer_epoch: ProducerEpoch,
    /// The epoch before, by which a repeated InitProducerId is recognised (KIP-360). Kafka does not log it either.
    pub last_epoch: Option<ProducerEpoch>,
    /// How long a transaction may be open.
    pub timeout_ms: i32,
    /// The state.
    pub state: State,
    /// What takes part.
    pub partitions: Partitions,
    /// When the transaction began.
    pub started_at: Option<TimestampMs>,
    /// When the state was last changed.
    pub updated_at: TimestampMs,
    /// The transaction version of the client that changed it.
    pub client_version: i16,
}

impl Transaction {
    /// As it is after a change to `state` at `now`, before what else changes.
    pub(crate) fn to(&self, state: State, now: TimestampMs) -> Self {
        Self {
            previous_producer_id: Some(self.producer_id),
            next_producer_id: None,
            state,
            updated_at: now,
            ..self.clone()
        }
    }

    pub(crate) fn epoch_is_exhausted(&self) -> bool {
        self.producer_epoch >= LAST_EPOCH
    }

    pub(crate) fn bumped_epoch(&self) -> ProducerEpoch {
        ProducerEpoch(self.producer_epoch.0.saturating_add(1))
    }

    /// Whether ends of transactions raise the epoch.
    #[must_use]
    pub const fn bumps_epoch(&self) -> bool {
        self.client_version >= EPOCH_BUMPING
    }

    /// All markers are written.
    pub(crate) fn completed(&self, now: TimestampMs) -> Self {
        let state = match self.state {
            State::PrepareCommit => State::CompleteCommit,
            _ => State::CompleteAbort,
        };
        let (producer_id, producer_epoch) = match self.next_producer_id {
            Some(next) if self.bumps_epoch() => (next, ProducerEpoch(0)),
            _ => (self.producer_id, self.producer_epoch),
        };
        Self {
            producer_id,
            producer_epoch,
            partitions: Partitions::new(),
            ..self.to(state, now)
        }
    }

    /// The open transaction is aborted, and its producer fenced. The epoch that this takes is told to nobody but that
    /// producer, where it goes on after the error (KIP-360) before another takes the transactional id.
    pub(crate) fn fenced(&self, now: TimestampMs) -> Self {
        Self {
            producer_epoch: self.bumped_epoch(),
            last_epoch: (!self.epoch_is_exhausted()).then_some(self.producer_epoch),
            ..self.to(State::PrepareAbort, now)
        }
    }

    /// How long it may be open.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.timeout_ms).unwrap_or(0))
    }

    pub(crate) fn has_timed_out(&self, now: TimestampMs) -> bool {
        self.state == State::Ongoing
            && self
                .started_at
                .is_some_and(|at| at.0.saturating_add(i64::from(self.timeout_ms)) < now.0)
    }

    pub(crate) fn holds(&self, topic: &str, partition: i32) -> bool {
        self.partitions
            .get(topic)
            .is_some_and(|partitions| partitions.contains(&partition))
    }
}
