//! What stays of one batch.
//!
//! | batch | stays |
//! |---|---|
//! | beyond what the offset map covers | as it is |
//! | of an aborted transaction | nothing |
//! | marker of a transaction of which nothing is left | until its delete horizon, which it gets when that is first seen |
//! | other control batches | as they are |
//! | data | of each key the newest record; one without value only until the delete horizon of its batch |
//!
//! Of a batch that is the last of an active producer, or the last of all that is cleaned, at least the header stays: it has the
//! producer's last sequence number, or the last offset.

use std::collections::BTreeMap;

use model::{Offset, ProducerEpoch, ProducerId, TimestampMs};
use records::builder::emptied;
use records::control::EndTransaction;
use records::{Batch, Codecs, HorizonFor, Malformed, Record, RecordBatch, Retained, retain};

use super::offset_map::OffsetMap;
use super::transactions::{Ending, Transactions};
use crate::batch_header::BatchHeader;
use crate::planted::{PlantedBug, is_planted};
use crate::txn_index::AbortedTxn;

/// What records may decompress to: a batch is smaller than 2 GiB.
pub(super) const LIMIT: usize = i32::MAX as usize;

/// What a producer wrote last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastRecord {
    /// Its last data, unless it wrote only a marker in its epoch.
    pub(crate) offset: Option<Offset>,
    pub(crate) epoch: ProducerEpoch,
}

/// What decides over all batches of one run.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) map: OffsetMap,
    /// The map knows of records up to here, exclusive.
    pub(super) mapped: Offset,
    /// The end of what can be cleaned.
    pub(super) end: Offset,
    pub(super) now: TimestampMs,
    pub(super) delete_retention_ms: i64,
    pub(super) last_records: BTreeMap<ProducerId, LastRecord>,
}

/// What stays of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) batch: Kept,
    /// To be noted in the index of the new segment.
    pub(super) aborted: Option<AbortedTxn>,
}

/// The bytes that stay.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Nothing,
    /// The batch as it is.
    Whole,
    /// This in its place.
    Instead(Vec<u8>),
}

impl Rules {
    /// Judges the batch in `bytes`.
    pub(super) fn judge(
        &self,
        transactions: &mut Transactions,
        codecs: &mut Codecs,
        (header, bytes): (&BatchHeader, &[u8]),
    ) -> Result<Verdict, Malformed> {
        if header.magic < 2 {
            return self.judge_legacy(codecs, bytes);
        }
        let batch = RecordBatch::parse(bytes)?;
        let mut aborted = None;
        let retained = if header.control {
            let control = transactions.on_control(header, ending(&batch)?);
            aborted = control.aborted;
            self.judge_marker(&batch, control.is_needless, codecs)?
        } else if transactions.on_batch(header) {
            Retained::Nothing
        } else if header.base_offset >= self.mapped {
            Retained::Whole
        } else {
            self.judge_records(&batch, codecs)?
        };
        let batch = match retained {
            Retained::Whole => Kept::Whole,
            Retained::Rewritten(bytes) => Kept::Instead(bytes),
            Retained::Nothing if self.keeps_header(header) => {
                Kept::Instead(emptied(&batch.header()).to_vec())
            }
            Retained::Nothing => Kept::Nothing,
        };
        Ok(Verdict { batch, aborted })
    }

    fn judge_marker(
        &self,
        batch: &RecordBatch<'_>,
        is_needless: bool,
        codecs: &mut Codecs,
    ) -> Result<Retained, Malformed> {
        if !is_needless {
            return Ok(Retained::Whole);
        }
        let has_expired = |horizon| horizon <= self.now;
        if batch.delete_horizon().is_some_and(has_expired) {
            return Ok(Retained::Nothing);
        }
        let horizon = (HorizonFor::Everything, self.new_horizon());
        retain(batch, codecs, LIMIT, horizon, |records| {
            vec![true; records.len()]
        })
    }

    fn judge_records(
        &self,
        batch: &RecordBatch<'_>,
        codecs: &mut Codecs,
    ) -> Result<Retained, Malformed> {
        let keeps_tombstones = batch.delete_horizon().is_none_or(|at| self.now < at);
        let horizon = (HorizonFor::Tombstones, self.new_horizon());
        retain(batch, codecs, LIMIT, horizon, |records| {
            let with_verdict = records.iter().zip(self.are_newest(records));
            let stays = |(record, is_newest): (&Record<'_>, bool)| {
                let has_its_time = record.value.is_some() || keeps_tombstones;
                self.is_beyond_map(record) || (is_newest && has_its_time)
            };
            with_verdict.map(stays).collect()
        })
    }

    /// Messages of magic 0 and 1 stay or go whole, and their tombstones stay: they have no delete horizon.
    fn judge_legacy(&self, codecs: &mut Codecs, bytes: &[u8]) -> Result<Verdict, Malformed> {
        let Some(batch) = Batch::parse(bytes)? else {
            return Ok(Verdict::of(Kept::Whole));
        };
        let records: Vec<_> = batch.records(codecs, LIMIT)?.collect::<Result<_, _>>()?;
        let mut with_verdict = records.iter().zip(self.are_newest(&records));
        let stays = |(record, is_newest)| is_newest || self.is_beyond_map(record);
        Ok(Verdict::of(match with_verdict.any(stays) {
            true => Kept::Whole,
            false => Kept::Nothing,
        }))
    }

    fn is_beyond_map(&self, record: &Record<'_>) -> bool {
        record.offset >= self.mapped
    }

    /// Of each record, whether no newer one has the same key. One without a key can be no record of a compacted topic.
    fn are_newest(&self, records: &[Record<'_>]) -> Vec<bool> {
        let key = |record: &Record<'_>| record.key.map(|key| self.map.hash(key));
        let keys: Vec<_> = records.iter().map(key).collect();
        let with_newest = records.iter().zip(self.map.get_all(&keys));
        let is_newest = |(record, newest): (&Record<'_>, Option<Offset>)| match newest {
            Some(newest) if is_planted(PlantedBug::CompactAwayTheNewest) => record.offset < newest,
            newest => record.key.is_some() && newest.is_none_or(|newest| record.offset >= newest),
        };
        with_newest.map(is_newest).collect()
    }

    fn keeps_header(&self, header: &BatchHeader) -> bool {
        header.next_offset() == self.end || self.is_last_of_producer(header)
    }

    fn is_last_of_producer(&self, header: &BatchHeader) -> bool {
        let Some(producer) = header.producer else {
            return false;
        };
        match self.last_records.get(&producer.id) {
            Some(LastRecord {
                offset: Some(offset),
                ..
            }) => header.last_offset == *offset,
            Some(last) => header.control && producer.epoch == last.epoch,
            None => false,
        }
    }

    fn new_horizon(&self) -> TimestampMs {
        TimestampMs(self.now.0.saturating_add(self.delete_retention_ms))
    }
}

impl Verdict {
    const fn of(batch: Kept) -> Self {
        Self {
            batch,
            aborted: None,
        }
    }
}

/// How a control batch ends a transaction.
pub(super) fn ending(batch: &RecordBatch<'_>) -> Result<Ending, Malformed> {
    if batch.record_count() == 0 {
        return Ok(Ending::Emptied);
    }
    Ok(match EndTransaction::read(batch)? {
        Some(end) if end.is_committed => Ending::Commit,
        Some(_) => Ending::Abort,
        None => Ending::None,
    })
}
