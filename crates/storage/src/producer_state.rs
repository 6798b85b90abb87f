//! What a log knows of the producers that write to it: for de-duplication, fencing and transactions.
//!
//! ```text
//!   log start      first unstable offset          high watermark   log end
//!       |                  |                            |            |
//!  -----[==================[ open or undecided txns ====|============)
//!        last stable offset = min(first unstable, high watermark)
//! ```
//!
//! Rules (KIP-98, KIP-360): a batch whose sequence range equals one of the last five of its producer is a repeat and
//! is answered as the first was; otherwise sequences follow one another, a new epoch begins at 0, and an older epoch is refused. Sequences
//! wrap from 2^31-1 to 0.

mod snapshot;

use std::collections::BTreeMap;
use std::time::Duration;

use model::{ErrorCode, Offset, ProducerEpoch, ProducerId, TimestampMs};

use crate::batch_header::{BatchHeader, BatchProducer, sequence_before};
use crate::cleaner::LastRecord;

pub use snapshot::{SnapshotFault, decode_snapshot, encode_snapshot};

/// A repeat of one of so many last batches is recognised.
const KEPT_BATCHES: usize = 5;

/// Who wrote a batch, and what is therefore checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A client's produce request: everything is checked.
    Client,
    /// A coordinator of this node: its epoch is checked; it has no sequences.
    Coordinator,
    /// The end of a transaction. With `strict_epoch` (transaction.version 2, KIP-890) the marker's epoch must be
    /// greater than the producer's.
    TxnMarker {
        /// Whether the producer's own epoch is refused.
        strict_epoch: bool,
    },
    /// The leader of the partition, which has checked.
    Replication,
}

/// Why a producer's batch is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProducerFault {
    /// `INVALID_PRODUCER_EPOCH`: a newer incarnation of the producer has written.
    #[error("the producer's epoch {got} is older than {current}")]
    Epoch {
        /// Of the batch.
        got: i16,
        /// The newest seen.
        current: i16,
    },
    /// `OUT_OF_ORDER_SEQUENCE_NUMBER`.
    #[error("sequence {got} does not follow {last}")]
    Sequence {
        /// The batch's first.
        got: i32,
        /// The last one written, or -1.
        last: i32,
    },
    /// `TRANSACTION_COORDINATOR_FENCED`: a newer coordinator has ended a transaction of this producer.
    #[error("the coordinator epoch {got} is older than {current}")]
    Coordinator {
        /// Of the marker.
        got: i32,
        /// The newest seen.
        current: i32,
    },
    /// `INVALID_TXN_STATE`: an ordinary batch while the producer has a transaction open.
    #[error("the producer has a transaction open and this batch is not part of it")]
    NotTransactional,
}

impl ProducerFault {
    /// The protocol's code.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Epoch { .. } => ErrorCode::INVALID_PRODUCER_EPOCH,
            Self::Sequence { .. } => ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER,
            Self::Coordinator { .. } => ErrorCode::TRANSACTION_COORDINATOR_FENCED,
            Self::NotTransactional => ErrorCode::INVALID_TXN_STATE,
        }
    }
}

/// One batch of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerBatch {
    /// Sequence of its last record.
    pub last_sequence: i32,
    /// Offset of its last record.
    pub last_offset: Offset,
    /// Last offset less first.
    pub offset_delta: i32,
    /// Its greatest timestamp, -1 if none.
    pub timestamp: i64,
}

impl ProducerBatch {
    /// Offset of its first record.
    #[must_use]
    pub const fn first_offset(&self) -> Offset {
        Offset(self.last_offset.0 - self.offset_delta as i64)
    }

    fn first_sequence(&self) -> i32 {
        sequence_before(self.last_sequence, self.offset_delta)
    }
}

/// What is known of one producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerEntry {
    /// The newest epoch seen.
    pub epoch: ProducerEpoch,
    /// Epoch of the coordinator that last ended a transaction here, -1 if none.
    pub coordinator_epoch: i32,
    /// When it last wrote (by its own timestamps, or the marker's), -1 if unknown.
    pub last_timestamp: i64,
    /// First offset of the transaction it has open here.
    pub txn_first_offset: Option<Offset>,
    batches: [Option<ProducerBatch>; KEPT_BATCHES],
}

impl ProducerEntry {
    const fn new(epoch: ProducerEpoch) -> Self {
        Self {
            epoch,
            coordinator_epoch: -1,
            last_timestamp: -1,
            txn_first_offset: None,
            batches: [None; KEPT_BATCHES],
        }
    }

    /// The last batches, oldest first.
    pub fn batches(&self) -> impl DoubleEndedIterator<Item = &ProducerBatch> {
        self.batches.iter().flatten()
    }

    /// The last batch, if it wrote one in its present epoch.
    #[must_use]
    pub fn last_batch(&self) -> Option<&ProducerBatch> {
        self.batches().next_back()
    }

    fn enter_epoch(&mut self, epoch: ProducerEpoch) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.batches = [None; KEPT_BATCHES];
        }
    }

    fn push(&mut self, batch: ProducerBatch) {
        match self.batches.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(batch),
            None => {
                self.batches.rotate_left(1);
                self.batches[KEPT_BATCHES - 1] = Some(batch);
            }
        }
    }
}

/// What a marker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) committed: bool,
    pub(crate) coordinator_epoch: i32,
}

/// A transaction that a marker has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompletedTxn {
    pub(crate) producer_id: ProducerId,
    pub(crate) first_offset: Offset,
    pub(crate) last_offset: Offset,
    pub(crate) aborted: bool,
}

/// What the check of a batch finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// To be written.
    New,
    /// Was written before, as this.
    Repeat(ProducerBatch),
}

/// The epoch that a producer has that was given none; Apache Kafka takes its batches, and none of an epoch before.
const NO_EPOCH: ProducerEpoch = ProducerEpoch(-1);

/// The producers of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProducerState {
    producers: BTreeMap<ProducerId, ProducerEntry>,
    /// Open transactions by their first offset.
    ongoing: BTreeMap<Offset, ProducerId>,
    /// Ended ones, first offset to marker, whose marker is not yet below the high watermark.
    unreplicated: BTreeMap<Offset, Offset>,
}

impl ProducerState {
    /// Every producer known.
    pub fn producers(&self) -> impl Iterator<Item = (ProducerId, &ProducerEntry)> {
        self.producers.iter().map(|(id, entry)| (*id, entry))
    }

    /// What each producer wrote last, for compaction to keep.
    pub(crate) fn last_records(&self) -> BTreeMap<ProducerId, LastRecord> {
        let last = |entry: &ProducerEntry| LastRecord {
            offset: entry.last_batch().map(|batch| batch.last_offset),
            epoch: entry.epoch,
        };
        let producers = self.producers.iter();
        producers.map(|(id, entry)| (*id, last(entry))).collect()
    }

    /// What is known of one.
    #[must_use]
    pub fn get(&self, id: ProducerId) -> Option<&ProducerEntry> {
        self.producers.get(&id)
    }

    pub(crate) fn insert(&mut self, id: ProducerId, entry: ProducerEntry) {
        if let Some(first) = entry.txn_first_offset {
            self.ongoing.insert(first, id);
        }
        self.producers.insert(id, entry);
    }

    /// Judges a data batch before it is written.
    pub(crate) fn check(
        &self,
        producer: &BatchProducer,
        transactional: bool,
        origin: Origin,
    ) -> Result<Verdict, ProducerFault> {
        if origin == Origin::Replication {
            return Ok(Verdict::New);
        }
        let Some(entry) = self.producers.get(&producer.id) else {
            return match producer.epoch < NO_EPOCH {
                true => Err(ProducerFault::Epoch {
                    got: producer.epoch.0,
                    current: NO_EPOCH.0,
                }),
                false => Ok(Verdict::New),
            };
        };
        if origin == Origin::Client
            && let Some(repeat) = find_repeat(entry, producer)
        {
            return Ok(Verdict::Repeat(repeat));
        }
        if producer.epoch < entry.epoch {
            return Err(ProducerFault::Epoch {
                got: producer.epoch.0,
                current: entry.epoch.0,
            });
        }
        if origin == Origin::Client {
            check_sequence(entry, producer)?;
        }
        if entry.txn_first_offset.is_some() && !transactional {
            return Err(ProducerFault::NotTransactional);
        }
        Ok(Verdict::New)
    }

    /// Judges a marker before it is written.
    pub(crate) fn check_marker(
        &self,
        producer: &BatchProducer,
        marker: Marker,
        strict_epoch: bool,
    ) -> Result<(), ProducerFault> {
        let Some(entry) = self.producers.get(&producer.id) else {
            return Ok(());
        };
        // A marker that comes again after its transaction ended is written again (a coordinator that starts repeats itself).
        let again = producer.epoch == entry.epoch && entry.txn_first_offset.is_none();
        let stale = producer.epoch < entry.epoch
            || (strict_epoch && producer.epoch == entry.epoch && !again);
        if stale {
            return Err(ProducerFault::Epoch {
                got: producer.epoch.0,
                current: entry.epoch.0,
            });
        }
        if entry.coordinator_epoch > marker.coordinator_epoch {
            let (got, current) = (marker.coordinator_epoch, entry.coordinator_epoch);
            return Err(ProducerFault::Coordinator { got, current });
        }
        Ok(())
    }

    /// Takes account of a data batch that is in the log.
    pub(crate) fn on_batch(&mut self, header: &BatchHeader) {
        let Some(producer) = header.producer else {
            return;
        };
        let entry = self.producers.entry(producer.id);
        let entry = entry.or_insert(ProducerEntry::new(producer.epoch));
        entry.enter_epoch(producer.epoch);
        let timestamp = header.max_timestamp.map_or(-1, |at| at.0);
        let delta = header.last_offset.since(header.base_offset);
        entry.push(ProducerBatch {
            last_sequence: producer.last_sequence.unwrap_or(-1),
            last_offset: header.last_offset,
            offset_delta: i32::try_from(delta).expect("a batch's offsets span 31 bits"),
            timestamp,
        });
        entry.last_timestamp = timestamp;
        if header.transactional && entry.txn_first_offset.is_none() {
            entry.txn_first_offset = Some(header.base_offset);
            self.ongoing.insert(header.base_offset, producer.id);
        }
    }

    /// Takes account of a marker that is in the log; answers the transaction that it ended, if there was one.
    pub(crate) fn on_marker(
        &mut self,
        header: &BatchHeader,
        marker: Marker,
    ) -> Option<CompletedTxn> {
        let producer = header.producer?;
        let entry = self.producers.entry(producer.id);
        let entry = entry.or_insert(ProducerEntry::new(producer.epoch));
        entry.enter_epoch(producer.epoch);
        entry.coordinator_epoch = marker.coordinator_epoch;
        entry.last_timestamp = header.max_timestamp.map_or(-1, |at| at.0);
        let first_offset = entry.txn_first_offset.take()?;
        self.ongoing.remove(&first_offset);
        self.unreplicated.insert(first_offset, header.last_offset);
        Some(CompletedTxn {
            producer_id: producer.id,
            first_offset,
            last_offset: header.last_offset,
            aborted: !marker.committed,
        })
    }

    /// The last stable offset once `completed` has ended: where the next open transaction begins, or after its marker.
    pub(crate) fn stable_after(&self, completed: &CompletedTxn) -> Offset {
        self.ongoing
            .keys()
            .next()
            .copied()
            .unwrap_or(completed.last_offset.next())
    }

    /// The first offset that a reader of committed data must not pass; `None` when no transaction is undecided or
    /// decided above the high watermark.
    #[must_use]
    pub fn first_unstable_offset(&self) -> Option<Offset> {
        let ongoing = self.ongoing.keys().next();
        let unreplicated = self.unreplicated.keys().next();
        ongoing.into_iter().chain(unreplicated).min().copied()
    }

    /// The first offset of the oldest open transaction.
    #[must_use]
    pub fn first_undecided_offset(&self) -> Option<Offset> {
        self.ongoing.keys().next().copied()
    }

    /// Markers below the high watermark are stable.
    pub(crate) fn on_high_watermark(&mut self, high_watermark: Offset) {
        if !self.unreplicated.is_empty() {
            self.unreplicated
                .retain(|_, marker| *marker >= high_watermark);
        }
    }

    /// The log begins at `log_start`: what was decided before is of no interest.
    pub(crate) fn on_log_start(&mut self, log_start: Offset) {
        self.unreplicated.retain(|_, marker| *marker >= log_start);
    }

    /// Forgets producers that have no transaction open and have not written for `expiration`. Returns how many.
    pub(crate) fn expire(&mut self, now: TimestampMs, expiration: Duration) -> usize {
        let before = self.producers.len();
        self.producers
            .retain(|_, entry| !is_expired(entry, now, expiration));
        before - self.producers.len()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

pub(crate) fn is_expired(entry: &ProducerEntry, now: TimestampMs, expiration: Duration) -> bool {
    let age = i128::from(now.0) - i128::from(entry.last_timestamp);
    entry.txn_first_offset.is_none() && age >= expiration.as_millis() as i128
}

fn find_repeat(entry: &ProducerEntry, producer: &BatchProducer) -> Option<ProducerBatch> {
    let (base, last) = (producer.base_sequence?, producer.last_sequence?);
    let same = |b: &&ProducerBatch| b.first_sequence() == base && b.last_sequence == last;
    if producer.epoch == entry.epoch {
        entry.batches().find(same).copied()
    } else {
        None
    }
}

fn check_sequence(entry: &ProducerEntry, producer: &BatchProducer) -> Result<(), ProducerFault> {
    let Some(got) = producer.base_sequence else {
        return Ok(());
    };
    // Who wrote without an epoch begins anywhere in its first, as one that nobody knows.
    if entry.epoch == NO_EPOCH && producer.epoch != NO_EPOCH {
        return Ok(());
    }
    let last = match entry.last_batch() {
        Some(batch) if producer.epoch == entry.epoch => batch.last_sequence,
        _ => -1,
    };
    let follows = i64::from(got) == i64::from(last) + 1 || (got == 0 && last == i32::MAX);
    if follows {
        Ok(())
    } else {
        Err(ProducerFault::Sequence { got, last })
    }
}
