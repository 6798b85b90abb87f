//! Compaction: which records stay, and how the log is read afterwards.

use std::collections::BTreeMap;

use model::{Offset, TimestampMs};
use records::{BatchBuilder, BatchIter, Codecs, Compression, NewRecord};

use super::fixture::*;
use crate::cleaner::{Cleanable, CleanerBuffers, Cleaning, HashKey, Step};
use crate::disk::{DiskOp, MemFaults};
use crate::errors::LogError;
use crate::log_config::LogConfig;
use crate::producer_state::Origin;

pub(super) const BUFFERS: CleanerBuffers = CleanerBuffers {
    map_bytes: 1 << 20,
    io_bytes: 1024,
    secret: HashKey(11, 12),
};
/// A step does no more than a few batches, so that everything is cut off everywhere.
const BUDGET: u64 = 300;

pub(super) fn compacted() -> LogConfig {
    LogConfig {
        compact: true,
        delete: false,
        delete_retention_ms: 1000,
        min_cleanable_dirty_ratio: 0.0,
        ..small_segments()
    }
}

/// A batch of these keys and values; `None` is a tombstone.
pub(super) fn pairs(ms: i64, pairs: &[(&str, Option<&str>)]) -> BatchBuilder {
    let mut builder = BatchBuilder::new();
    for (key, value) in pairs {
        let value = value.map(str::as_bytes);
        builder.append(&NewRecord::new(
            TimestampMs(ms),
            Some(key.as_bytes()),
            value,
        ));
    }
    builder
}

/// Offset, key and value.
pub(super) type Entry = (i64, String, Option<String>);

impl Fixture {
    pub(super) fn put(&mut self, ms: i64, records: &[(&str, Option<&str>)]) {
        let batch = pairs(ms, records).finish();
        self.append_batch(ms, &batch, Origin::Client).unwrap();
    }

    /// Batches of one record of about 100 bytes: keys `0` to `keys - 1` in turn, valued by their offset.
    pub(super) fn put_keys(&mut self, count: i64, keys: i64) {
        for _ in 0..count {
            let offset = self.log.log_end_offset().0;
            let key = (offset % keys).to_string();
            self.put(1000 + offset, &[(&key, Some(&value(offset)))]);
        }
    }

    pub(super) fn cleanable(&mut self, ms: i64) -> Cleanable {
        let end = self.log.log_end_offset();
        self.log.cleanable(now(ms), end).unwrap().unwrap()
    }

    pub(super) fn begin(&mut self, ms: i64, buffers: CleanerBuffers) -> Cleaning {
        let cleanable = self.cleanable(ms);
        self.log.begin_cleaning(&cleanable, now(ms), buffers)
    }

    /// Carries a run to its end, as its owner does. Gives the number of segments that were installed.
    pub(super) fn carry_out(&mut self, ms: i64, mut run: Cleaning) -> Result<usize, LogError> {
        let mut installed = 0;
        loop {
            match run.step(BUDGET)?.0 {
                Step::More => {}
                Step::Cleaned(segment) => {
                    let sync = DiskOp::Sync {
                        files: segment.files(),
                        writes: Vec::new(),
                        refused: None,
                        dirs: Vec::new(),
                    };
                    let done = self.disk.complete(0, sync).result;
                    done.map_err(|e| LogError::disk(self.log.path(), e))?;
                    if !self.log.install_cleaned(now(ms), *segment)? {
                        self.log.end_cleaning(&run, None);
                        return Ok(installed);
                    }
                    installed += 1;
                }
                Step::Done(upto) => {
                    self.log.end_cleaning(&run, Some(upto));
                    return Ok(installed);
                }
            }
        }
    }

    pub(super) fn clean(&mut self, ms: i64) -> usize {
        let run = self.begin(ms, BUFFERS);
        self.carry_out(ms, run).unwrap()
    }

    /// Every data record of the log, whatever its compression; offsets ascend.
    pub(super) fn entries(&mut self) -> Vec<Entry> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let mut found: Vec<Entry> = Vec::new();
        for batch in self.batches() {
            let batch = records::RecordBatch::parse(&batch).unwrap();
            if batch.is_control() {
                continue;
            }
            let mut codecs = Codecs::new();
            for record in batch.records(&mut codecs, 1 << 20).unwrap() {
                let record = record.unwrap();
                let offset = record.offset.0;
                assert!(found.last().is_none_or(|(last, ..)| *last < offset));
                found.push((offset, text(record.key.unwrap()), record.value.map(text)));
            }
        }
        found
    }

    /// Every batch of the log, read piece by piece as a consumer does.
    pub(super) fn batches(&mut self) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let end = self.log.log_end_offset().0;
        let mut next = self.log.log_start_offset().0;
        while next < end {
            let Some(slice) = self.read(next, end, 700).slice else {
                break;
            };
            let before = next;
            let bytes = slice.read().unwrap();
            for batch in BatchIter::new(&bytes) {
                let batch = batch.unwrap();
                assert!(batch.is_valid_crc());
                assert!(batch.last_offset().0 >= next, "batches come in order");
                next = batch.last_offset().0 + 1;
                found.push(batch.bytes().to_vec());
            }
            assert!(next > before, "a read gets on");
        }
        found
    }

    /// The newest value of each key.
    pub(super) fn newest(&mut self) -> BTreeMap<String, Option<String>> {
        let entries = self.entries().into_iter();
        entries.map(|(_, key, value)| (key, value)).collect()
    }

    pub(super) fn log_files(&self) -> Vec<String> {
        let mut names = self.names();
        names.retain(|name| name.ends_with(".log"));
        names
    }
}

fn entry(offset: i64, key: &str, value: &str) -> Entry {
    (offset, key.to_owned(), Some(value.to_owned()))
}

#[test]
fn of_each_key_the_newest_record_stays() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    let end = f.log.active_segment_base().0;
    let before = f.log.stats();
    assert!(f.clean(5000) > 0);
    let expected: Vec<Entry> = (0..100)
        .filter(|o| *o >= end || *o + 10 >= end)
        .map(|o| entry(o, &(o % 10).to_string(), &value(o)))
        .collect();
    assert_eq!(f.entries(), expected);
    assert!(f.log.stats().bytes < before.bytes / 2);
    assert_eq!(f.log.cleaned_offset(), Some(Offset(end)));
    assert_eq!(f.log.log_start_offset(), Offset(0));
    assert_eq!(f.log.log_end_offset(), Offset(100));
}

#[test]
fn segments_that_became_small_become_one() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    f.clean(5000);
    let before = f.log.stats().segments;
    f.put_keys(20, 10);
    f.clean(5000);
    assert!(f.log.stats().segments < before / 2);
    f.sync();
    let entries = f.entries();
    f.delete(100_000);
    f.reopen(Stop::Kill).unwrap();
    assert_eq!(f.entries(), entries);
}

#[test]
fn reads_from_every_offset_find_the_next_record() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    f.clean(5000);
    let entries = f.entries();
    for from in 0..100 {
        let info = f.read(from, 100, 1 << 20);
        let bytes = info.slice.unwrap().read().unwrap();
        let first = BatchIter::new(&bytes)
            .map(|batch| batch.unwrap())
            .find(|batch| batch.v2().unwrap().record_count() > 0);
        let next = entries.iter().find(|(offset, ..)| *offset >= from).unwrap();
        assert_eq!(first.unwrap().base_offset().0, next.0, "from {from}");
    }
}

#[test]
fn a_cleaned_log_opens_again_after_every_stop() {
    for stop in [Stop::Clean, Stop::Kill, Stop::Crash(3)] {
        let mut f = Fixture::new(compacted());
        f.put_keys(100, 10);
        f.sync();
        f.clean(5000);
        f.sync();
        let entries = f.entries();
        f.reopen(stop).unwrap();
        assert_eq!(f.entries(), entries);
        f.put_keys(50, 10);
        f.clean(9000);
        assert_eq!(f.newest().len(), 10);
        assert_eq!(f.newest()["9"], Some(value(149)));
    }
}

#[test]
fn records_of_one_batch_go_one_by_one_in_every_compression() {
    for compression in Compression::ALL {
        let mut f = Fixture::new(compacted());
        let batch = pairs(
            1000,
            &[("a", Some("1")), ("b", Some("2")), ("a", Some("3"))],
        );
        let batch =
            batch.finish_compressed(&mut Codecs::new(), compression, compression.default_level());
        f.append_batch(1000, &batch, Origin::Client).unwrap();
        f.put(1000, &[("c", Some("4"))]);
        f.log.roll_now(now(1000)).unwrap();
        f.put(1000, &[("b", Some("5"))]);
        f.clean(2000);
        let kept = [entry(1, "b", "2"), entry(2, "a", "3"), entry(3, "c", "4")];
        assert_eq!(
            f.entries()[..3],
            kept,
            "what is not clean supersedes nothing"
        );
        let batch = &f.batches()[0];
        let batch = records::RecordBatch::parse(batch).unwrap();
        assert_eq!(batch.compression(), Some(compression));
        assert_eq!((batch.base_offset().0, batch.last_offset().0), (0, 2));
    }
}

#[test]
fn a_batch_of_which_all_stays_keeps_its_bytes() {
    let mut f = Fixture::new(compacted());
    let batch = pairs(1000, &[("a", Some("1")), ("b", Some("2"))]);
    let batch = batch.finish_compressed(&mut Codecs::new(), Compression::Gzip, 1);
    f.append_batch(1000, &batch, Origin::Client).unwrap();
    let before = f.batches();
    f.log.roll_now(now(1000)).unwrap();
    assert_eq!(f.clean(2000), 1);
    assert_eq!(f.batches(), before);
}

#[test]
fn a_tombstone_stays_for_delete_retention_and_then_goes() {
    let mut f = Fixture::new(compacted());
    f.put(1000, &[("a", Some("1")), ("b", Some("2"))]);
    f.put(1000, &[("a", None)]);
    f.log.roll_now(now(1000)).unwrap();
    let tombstone = (2, "a".to_owned(), None);
    f.clean(10_000);
    assert_eq!(f.entries(), [entry(1, "b", "2"), tombstone.clone()]);
    let horizon = |f: &mut Fixture| {
        let batches = f.batches();
        let batch = records::RecordBatch::parse(&batches[1]).unwrap();
        batch.delete_horizon()
    };
    assert_eq!(horizon(&mut f), Some(TimestampMs(11_000)));
    f.put(10_500, &[("c", Some("3"))]);
    f.log.roll_now(now(10_500)).unwrap();
    f.clean(10_999);
    assert!(f.entries().contains(&tombstone), "its time is not over");
    assert_eq!(horizon(&mut f), Some(TimestampMs(11_000)), "set once");
    f.put(11_000, &[("d", Some("4"))]);
    f.log.roll_now(now(11_000)).unwrap();
    f.clean(11_000);
    assert_eq!(
        f.entries(),
        [entry(1, "b", "2"), entry(3, "c", "3"), entry(4, "d", "4")]
    );
}

#[test]
fn a_map_that_is_full_takes_several_passes() {
    let mut f = Fixture::new(compacted());
    f.put_keys(300, 60);
    let end = f.log.active_segment_base();
    let small = CleanerBuffers {
        map_bytes: 24 * 40,
        ..BUFFERS
    };
    let mut passes = 0;
    while f.log.cleaned_offset() != Some(end) {
        let before = f.log.cleaned_offset().unwrap_or(Offset(0));
        let run = f.begin(5000, small);
        f.carry_out(5000, run).unwrap();
        let cleaned = f.log.cleaned_offset().unwrap();
        assert!(cleaned > before && cleaned <= before.plus(36));
        passes += 1;
        let newest = f.newest();
        for key in 0..60 {
            let offset = 240 + key;
            assert_eq!(newest[&key.to_string()], Some(value(offset)));
        }
    }
    assert!(passes >= 8, "{passes}");
}

#[test]
fn records_without_a_key_go() {
    let mut f = Fixture::new(compacted());
    f.append(1000, &["x"]).unwrap();
    f.put(1000, &[("a", Some("1"))]);
    f.log.roll_now(now(1000)).unwrap();
    f.clean(2000);
    assert_eq!(f.entries(), [entry(1, "a", "1")]);
}

#[test]
fn the_last_offset_of_what_is_cleaned_is_not_forgotten() {
    let mut f = Fixture::new(compacted());
    f.put(1000, &[("a", None)]);
    f.log.roll_now(now(1000)).unwrap();
    f.clean(2000);
    f.put(3000, &[("b", Some("1"))]);
    f.put(3000, &[("b", None)]);
    f.log.roll_now(now(3000)).unwrap();
    f.clean(4000);
    f.put(6000, &[("c", None)]);
    f.log.roll_now(now(6000)).unwrap();
    f.clean(6000);
    f.put(8000, &[("d", None)]);
    f.log.roll_now(now(8000)).unwrap();
    f.clean(8000);
    assert_eq!(f.entries().len(), 1, "the tombstone that is young");
    f.reopen(Stop::Kill).unwrap();
    assert_eq!(f.log.log_end_offset(), Offset(5));
}

#[test]
fn the_last_batch_of_a_producer_keeps_its_sequence() {
    let mut f = Fixture::new(compacted());
    let of = |id: i64, sequence: i32| {
        pairs(1000, &[("k", Some("v")), ("k", Some("w"))])
            .producer(model::ProducerId(id), model::ProducerEpoch(0), sequence)
            .finish()
    };
    for sequence in [0, 2, 4] {
        f.append_batch(1000, &of(7, sequence), Origin::Client)
            .unwrap();
    }
    f.append_batch(1000, &of(8, 0), Origin::Client).unwrap();
    f.log.roll_now(now(1000)).unwrap();
    f.put(1000, &[("z", Some("1"))]);
    f.clean(2000);
    let batches = f.batches();
    let summary: Vec<_> = (batches.iter())
        .map(|batch| records::RecordBatch::parse(batch).unwrap())
        .map(|batch| (batch.last_offset().0, batch.record_count()))
        .collect();
    assert_eq!(summary, [(5, 0), (7, 1), (8, 1)]);
    f.sync();
    f.reopen(Stop::Kill).unwrap();
    let repeat = f.append_batch(1000, &of(7, 4), Origin::Client).unwrap();
    assert!(
        repeat.is_repeat,
        "the empty batch still tells of its sequence"
    );
    assert_eq!(repeat.last_offset, Offset(5));
    let next = f.append_batch(1000, &of(7, 6), Origin::Client).unwrap();
    assert!(!next.is_repeat);
}

#[test]
fn a_time_is_found_behind_a_batch_that_was_emptied() {
    let mut f = Fixture::new(compacted());
    let of = |ms: i64, sequence: i32| {
        pairs(ms, &[("k", Some("v"))])
            .producer(model::ProducerId(7), model::ProducerEpoch(0), sequence)
            .finish()
    };
    f.append_batch(2000, &of(2000, 0), Origin::Client).unwrap();
    f.put(3000, &[("k", Some("w")), ("l", Some("x"))]);
    f.log.roll_now(now(3000)).unwrap();
    f.put(4000, &[("z", Some("1"))]);
    f.clean(5000);
    assert_eq!(f.batches().len(), 3, "the first has only its header");
    let found = f
        .log
        .offset_for_timestamp(TimestampMs(1500), &mut Codecs::new());
    assert_eq!(found.unwrap().unwrap().offset, Offset(1));
}

#[test]
fn a_producer_that_is_forgotten_leaves_no_empty_batch() {
    let mut f = Fixture::new(compacted());
    let batch = pairs(1000, &[("k", Some("v"))])
        .producer(model::ProducerId(7), model::ProducerEpoch(0), 0)
        .finish();
    f.append_batch(1000, &batch, Origin::Client).unwrap();
    f.put(1000, &[("k", Some("w"))]);
    f.log.roll_now(now(1000)).unwrap();
    f.log.expire_producers(now(100_000_000));
    f.clean(100_000_000);
    assert_eq!(f.batches().len(), 1);
}

#[test]
fn what_may_be_cleaned_ends_before_the_active_segment_and_what_is_not_stable() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    let bases: Vec<_> = f.log.segments.iter().map(|s| s.base().0).collect();
    let mut end_at = |high_watermark: i64| {
        let cleanable = f.log.cleanable(now(5000), Offset(high_watermark));
        cleanable.unwrap().unwrap().end.0
    };
    assert_eq!(end_at(100), bases[bases.len() - 1]);
    assert_eq!(end_at(bases[3]), bases[3]);
    assert_eq!(end_at(bases[4] - 1), bases[3]);
    assert_eq!(end_at(0), 0);
}

#[test]
fn young_segments_and_other_policies_are_left_alone() {
    let mut f = Fixture::new(LogConfig {
        min_compaction_lag_ms: 100,
        ..compacted()
    });
    f.put_keys(100, 10);
    let base = f.log.segments[5].base().0;
    // The newest record of the segment before is one millisecond older.
    assert_eq!(f.cleanable(1000 + base + 100).end, Offset(base));
    assert_eq!(f.cleanable(1000 + base + 98).end, f.log.segments[4].base());
    assert_eq!(f.cleanable(0).dirty_bytes, 0);
    f.log.set_config(small_segments().into());
    assert_eq!(f.log.cleanable(now(5000), Offset(100)).unwrap(), None);
}

#[test]
fn a_log_is_due_by_its_dirty_ratio_or_by_the_age_of_its_records() {
    let mut f = Fixture::new(LogConfig {
        max_compaction_lag_ms: Some(10_000),
        ..compacted()
    });
    f.put_keys(100, 100);
    let all = f.cleanable(2000);
    assert_eq!(all.clean_bytes, 0);
    assert!(all.is_due(0.99) && !all.is_overdue);
    f.clean(2000);
    let none = f.cleanable(2000);
    assert_eq!(none.dirty_bytes, 0);
    assert!(!none.is_due(0.0), "there is nothing to clean");
    f.put_keys(50, 100);
    let third = f.cleanable(2000);
    assert!(third.is_due(0.35) && !third.is_due(0.36), "{third:?}");
    // The first dirty record is of 1090 or so.
    let late = f.cleanable(11_200);
    assert!(late.is_overdue && late.is_due(0.99));
}

#[test]
fn a_checkpoint_that_does_not_fit_the_log_counts_as_none() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    f.clean(5000);
    let cleaned = f.log.cleaned_offset().unwrap();
    f.log.truncate_to(now(5000), Offset(50)).unwrap();
    assert!(f.log.cleaned_offset().unwrap() <= Offset(50));
    f.log
        .truncate_fully_and_start_at(now(5000), cleaned.plus(1000))
        .unwrap();
    f.put_keys(30, 10);
    assert_eq!(f.cleanable(5000).first_dirty, cleaned.plus(1000));
}

#[test]
fn a_log_that_was_cut_meanwhile_takes_nothing_in() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    let mut run = f.begin(5000, BUFFERS);
    let segment = loop {
        if let Step::Cleaned(segment) = run.step(BUDGET).unwrap().0 {
            break segment;
        }
    };
    f.log.truncate_to(now(5000), Offset(60)).unwrap();
    f.put_keys(40, 10);
    let entries = f.entries();
    assert!(!f.log.install_cleaned(now(5000), *segment).unwrap());
    f.log.end_cleaning(&run, Some(Offset(90)));
    assert_eq!(f.log.cleaned_offset(), None);
    assert_eq!(f.entries(), entries);
}

#[test]
fn a_reader_goes_on_in_the_old_files() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 10);
    let slice = f.read(0, 100, 1 << 20).slice.unwrap();
    let before = slice.read().unwrap();
    f.clean(5000);
    f.delete(70_000);
    assert_eq!(slice.read().unwrap(), before);
    assert!(f.names().iter().all(|name| !name.ends_with(".deleted")));
}

#[test]
fn appends_and_reads_go_on_while_a_log_is_cleaned() {
    let mut f = Fixture::new(compacted());
    f.put_keys(60, 10);
    let mut run = f.begin(5000, BUFFERS);
    loop {
        f.put_keys(1, 10);
        let newest = f.newest();
        let end = f.log.log_end_offset().0;
        assert_eq!(newest[&((end - 1) % 10).to_string()], Some(value(end - 1)));
        match run.step(BUDGET).unwrap().0 {
            Step::More => {}
            Step::Cleaned(segment) => {
                assert!(f.log.install_cleaned(now(5000), *segment).unwrap());
            }
            Step::Done(upto) => break f.log.end_cleaning(&run, Some(upto)),
        }
        assert_eq!(f.newest().len(), 10);
    }
}

#[test]
fn retention_waits_and_the_log_does_not_rest_while_it_is_cleaned() {
    let config = LogConfig {
        delete: true,
        retention_bytes: Some(2000),
        ..compacted()
    };
    let mut f = Fixture::new(config);
    f.put_keys(100, 10);
    let run = f.begin(5000, BUFFERS);
    assert!(!f.log.may_rest());
    let end = f.log.log_end_offset();
    assert_eq!(f.log.delete_old_segments(now(5000), end).unwrap(), 0);
    f.carry_out(5000, run).unwrap();
    f.put_keys(100, 10);
    let end = f.log.log_end_offset();
    assert!(f.log.delete_old_segments(now(5000), end).unwrap() > 0);
    assert!(f.log.size() <= 3000, "compact and delete do both");
}

#[test]
fn a_full_disk_ends_a_run_and_harms_nothing() {
    let mut f = Fixture::new(compacted());
    f.put_keys(100, 50);
    let newest = f.newest();
    let used: usize = f.names().iter().map(|name| f.file(name).len()).sum();
    f.disk.set_faults(MemFaults {
        capacity: Some(used as u64 + 500),
        ..MemFaults::default()
    });
    let run = f.begin(5000, BUFFERS);
    let leftovers = run.leftovers();
    let error = f.carry_out(5000, run).unwrap_err();
    assert!(!error.is_disk_failure(), "{error}");
    assert_eq!(f.newest(), newest);
    f.disk
        .complete(0, DiskOp::Delete(leftovers))
        .result
        .unwrap();
    assert!(f.names().iter().all(|name| !name.ends_with(".cleaned")));
}

#[test]
fn a_record_that_cannot_be_read_is_not_given_a_new_checksum() {
    let mut f = Fixture::new(compacted());
    f.put_keys(40, 10);
    let chosen = |name: &str| name == "00000000000000000000.log";
    f.disk.flip_bit(4, f.log.path(), chosen).unwrap();
    let names = f.log_files();
    let run = f.begin(5000, BUFFERS);
    let error = f.carry_out(5000, run).unwrap_err();
    assert!(matches!(error, LogError::Unreadable { .. }), "{error}");
    assert_eq!(f.log_files(), names);
}
