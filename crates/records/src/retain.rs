//! Taking records out of a batch, as compaction does it.
//!
//! What stays keeps its offset, so a batch gets gaps; its first and last offset, and with them the sequence numbers, stay what
//! they were. A batch of which all records stay is not written anew: its bytes do.

use model::TimestampMs;

use crate::batch::{RecordBatch, TimestampType};
use crate::builder::BatchBuilder;
use crate::codec::{Codecs, Framing};
use crate::compression::Compression;
use crate::layout::HEADER_SIZE;
use crate::malformed::{Malformed, Problem};
use crate::record::{Record, RecordIter};

/// What stays of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retained {
    /// No record.
    Nothing,
    /// The batch as it is.
    Whole,
    /// This batch.
    Rewritten(Vec<u8>),
}

/// When the tombstones that stay get a delete horizon (KIP-534).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HorizonFor {
    /// Where a record without value stays.
    Tombstones,
    /// In any case: the batch is the marker of a transaction of which nothing is left.
    Everything,
}

/// What stays of `batch` if `keep` says so of its records, in their order. A batch that gets a delete horizon, and has none, gets
/// `horizon`.
///
/// # Errors
/// When the records cannot be decoded, or decompress to more than `limit` bytes.
pub fn retain(
    batch: &RecordBatch<'_>,
    codecs: &mut Codecs,
    limit: usize,
    (horizon_for, horizon): (HorizonFor, TimestampMs),
    keep: impl FnOnce(&[Record<'_>]) -> Vec<bool>,
) -> Result<Retained, Malformed> {
    let compression = batch.known_compression()?;
    let records = codecs
        .decompress(compression, Framing::Standard, batch.records_bytes(), limit)
        .map_err(|error| Problem::Codec(error).at(HEADER_SIZE))?;
    let records: Vec<_> = RecordIter::new(&batch.header(), records)?.collect::<Result<_, _>>()?;
    let stays = keep(&records);
    let kept = || {
        let with_verdict = records.iter().zip(&stays);
        with_verdict.filter_map(|(record, stays)| stays.then_some(record))
    };
    if kept().next().is_none() {
        return Ok(Retained::Nothing);
    }
    let has_tombstone = kept().any(|record| record.value.is_none());
    let wants_horizon = has_tombstone || horizon_for == HorizonFor::Everything;
    let new_horizon = (wants_horizon && batch.delete_horizon().is_none()).then_some(horizon);
    if new_horizon.is_none() && !stays.contains(&false) {
        return Ok(Retained::Whole);
    }
    let mut builder = builder(batch, new_horizon.or(batch.delete_horizon()));
    kept().for_each(|record| builder.append_kept(record));
    let builder = builder.up_to(batch.last_offset_delta());
    let level = compression.default_level();
    Ok(Retained::Rewritten(match compression {
        Compression::None => builder.finish(),
        _ => builder.finish_compressed(codecs, compression, level),
    }))
}

/// A builder of a batch like `batch`, without its records.
fn builder(batch: &RecordBatch<'_>, horizon: Option<TimestampMs>) -> BatchBuilder {
    let mut builder = BatchBuilder::with_capacity(batch.records_bytes().len())
        .base_offset(batch.base_offset())
        .like(batch);
    if let Some(epoch) = batch.leader_epoch() {
        builder = builder.leader_epoch(epoch);
    }
    if batch.is_control() {
        builder = builder.control();
    }
    if batch.timestamp_type() == TimestampType::LogAppendTime {
        builder = builder.log_append_time(TimestampMs(batch.raw_max_timestamp()));
    }
    match horizon {
        Some(horizon) => builder.delete_horizon(horizon),
        None => builder,
    }
}

#[cfg(test)]
mod tests {
    use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};

    use super::*;
    use crate::builder::NewRecord;

    const LIMIT: usize = 1 << 20;

    /// Records with keys and values `0`, `1`, ..; the last is a tombstone if `tombstone`.
    fn batch(count: usize, tombstone: bool, compression: Compression) -> Vec<u8> {
        let mut builder = BatchBuilder::new()
            .base_offset(Offset(100))
            .leader_epoch(LeaderEpoch(3))
            .producer(ProducerId(7), ProducerEpoch(1), 40);
        for number in 0..count {
            let text = number.to_string();
            let is_tombstone = tombstone && number + 1 == count;
            let value = Some(text.as_bytes()).filter(|_| !is_tombstone);
            let headers: [(&str, Option<&[u8]>); 1] = [("h", Some(text.as_bytes()))];
            builder.append(&NewRecord {
                headers: &headers,
                ..NewRecord::new(
                    TimestampMs(1000 + number as i64),
                    Some(text.as_bytes()),
                    value,
                )
            });
        }
        builder.finish_compressed(&mut Codecs::new(), compression, compression.default_level())
    }

    fn keep(bytes: &[u8], offsets: &[i64], horizon_for: HorizonFor) -> Retained {
        let batch = RecordBatch::parse(bytes).unwrap();
        let horizon = (horizon_for, TimestampMs(5000));
        retain(&batch, &mut Codecs::new(), LIMIT, horizon, |records| {
            let stays = |record: &Record<'_>| offsets.contains(&record.offset.0);
            records.iter().map(stays).collect()
        })
        .unwrap()
    }

    /// Offset, timestamp, key, value and number of headers of each record.
    fn contents(bytes: &[u8]) -> Vec<(i64, i64, String, Option<String>, usize)> {
        let batch = RecordBatch::parse(bytes).unwrap();
        assert!(batch.is_valid_crc());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut codecs = Codecs::new();
        let records = batch.records(&mut codecs, LIMIT).unwrap();
        let fields = |record: Record<'_>| {
            let timestamp = record.timestamp.unwrap().0;
            let key = text(record.key.unwrap());
            let headers = record.headers.len();
            (
                record.offset.0,
                timestamp,
                key,
                record.value.map(text),
                headers,
            )
        };
        records.map(|record| fields(record.unwrap())).collect()
    }

    #[test]
    fn what_stays_keeps_offset_time_and_headers_in_every_compression() {
        for compression in Compression::ALL {
            let bytes = batch(5, false, compression);
            let Retained::Rewritten(kept) = keep(&bytes, &[101, 103], HorizonFor::Tombstones)
            else {
                panic!("{compression}");
            };
            let old = RecordBatch::parse(&bytes).unwrap();
            let new = RecordBatch::parse(&kept).unwrap();
            let record = |n: i64| {
                (
                    100 + n,
                    1000 + n,
                    n.to_string(),
                    Some(n.to_string()),
                    1_usize,
                )
            };
            assert_eq!(contents(&kept), [record(1), record(3)]);
            assert_eq!(new.base_offset(), Offset(100));
            assert_eq!(new.last_offset(), Offset(104));
            assert_eq!(new.last_sequence(), Some(44));
            assert_eq!(new.compression(), Some(compression));
            assert_eq!(new.leader_epoch(), old.leader_epoch());
            assert_eq!(new.producer_id(), old.producer_id());
            assert_eq!(new.max_timestamp(), Some(TimestampMs(1003)));
            assert_eq!(new.delete_horizon(), None);
        }
    }

    #[test]
    fn all_or_nothing_needs_no_new_batch() {
        let bytes = batch(3, false, Compression::Lz4);
        let all = [100, 101, 102];
        assert_eq!(keep(&bytes, &all, HorizonFor::Tombstones), Retained::Whole);
        assert_eq!(keep(&bytes, &[], HorizonFor::Everything), Retained::Nothing);
    }

    #[test]
    fn a_tombstone_that_stays_gets_a_horizon_once() {
        let bytes = batch(3, true, Compression::None);
        let all = [100, 101, 102];
        let Retained::Rewritten(kept) = keep(&bytes, &all, HorizonFor::Tombstones) else {
            panic!("a horizon is to be set");
        };
        let batch = RecordBatch::parse(&kept).unwrap();
        assert_eq!(batch.delete_horizon(), Some(TimestampMs(5000)));
        assert_eq!(
            contents(&kept),
            contents(&bytes),
            "times stay what they were"
        );
        assert_eq!(keep(&kept, &all, HorizonFor::Everything), Retained::Whole);
        let Retained::Rewritten(fewer) = keep(&kept, &[102], HorizonFor::Tombstones) else {
            panic!("records go");
        };
        let fewer = RecordBatch::parse(&fewer).unwrap();
        assert_eq!(fewer.delete_horizon(), Some(TimestampMs(5000)));
        let without = keep(&bytes, &[100], HorizonFor::Tombstones);
        assert!(matches!(without, Retained::Rewritten(bytes)
            if RecordBatch::parse(&bytes).unwrap().delete_horizon().is_none()));
    }

    #[test]
    fn the_brokers_time_stands_for_all_that_stays() {
        let mut builder = BatchBuilder::new().log_append_time(TimestampMs(9000));
        for key in ["a", "b"] {
            builder.append(&NewRecord::new(
                TimestampMs(1),
                Some(key.as_bytes()),
                Some(b"v"),
            ));
        }
        let bytes = builder.finish();
        let Retained::Rewritten(kept) = keep(&bytes, &[1], HorizonFor::Tombstones) else {
            panic!("a record goes");
        };
        let batch = RecordBatch::parse(&kept).unwrap();
        assert_eq!(batch.timestamp_type(), TimestampType::LogAppendTime);
        assert_eq!(batch.max_timestamp(), Some(TimestampMs(9000)));
        assert_eq!(contents(&kept)[0].1, 9000);
    }
}
