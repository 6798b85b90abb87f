//! When the cleaner takes logs up, how fast it works, and what it does when it cannot.

#[expect(dead_code, reason = "other tests of the node use the rest of it")]
mod node;

use std::path::{Path, PathBuf};
use std::time::Duration;

use node::Bench;
use storage::disk::{Disk, DiskOp, MemFaults};

const SECOND: Duration = Duration::from_secs(1);
/// A topic without configurations is compacted, and a segment takes three records of this size.
const DEFAULTS: [&str; 4] = [
    "log.cleanup.policy=compact",
    "log.segment.bytes=1048576",
    "log.cleaner.min.cleanable.ratio=0.01",
    "log.segment.delete.delay.ms=1",
];
const RECORD: usize = 300_000;
/// What eight records of one key come to, and what is left of them: the newest that is clean, and the active segment.
const DIRTY: u64 = 8 * RECORD as u64;
const CLEAN: u64 = 3 * RECORD as u64 + 1000;

/// A node with eight records of one key in partition 0 of each of these topics.
fn filled(overrides: &[&str], topics: &[&str]) -> Bench {
    let mut bench = Bench::new(&[&DEFAULTS, overrides].concat());
    bench.record_bytes = RECORD;
    for topic in topics {
        bench.create(topic, 1);
        let producer = bench.connect();
        for offset in 0..8 {
            bench.produce(producer, topic, 0);
            assert_eq!(bench.produced(producer).unwrap().1, offset);
        }
        bench.leave(producer);
    }
    bench
}

fn log_files(bench: &Bench, topic: &str) -> Vec<PathBuf> {
    let dir = Path::new("/data").join(format!("{topic}-0"));
    let entries = bench.disk.read_dir(&dir).unwrap().into_iter();
    let logs = entries.filter(|entry| entry.name.ends_with(".log"));
    logs.map(|entry| dir.join(entry.name)).collect()
}

/// Bytes in the segments of a topic.
fn size(bench: &Bench, topic: &str) -> u64 {
    let files = log_files(bench, topic).into_iter();
    files.map(|path| bench.disk.file_len(&path).unwrap()).sum()
}

fn is_job(op: &DiskOp) -> bool {
    matches!(op, DiskOp::Job(_))
}

fn reports_of(bench: &Bench, text: &str) -> usize {
    let reports = bench.reports.iter();
    reports.filter(|report| report.contains(text)).count()
}

#[test]
fn logs_are_looked_at_every_backoff() {
    let mut bench = filled(&["log.cleaner.backoff.ms=5000"], &["t"]);
    bench.pass(4 * SECOND);
    assert!(size(&bench, "t") > DIRTY);
    bench.pass(2 * SECOND);
    assert!(size(&bench, "t") < CLEAN, "{}", size(&bench, "t"));
    bench.pass(SECOND);
    assert!(bench.reports.is_empty(), "{:?}", bench.reports);
}

#[test]
fn a_log_is_not_cleaned_faster_than_is_allowed() {
    let slow = "log.cleaner.io.max.bytes.per.second=100000";
    let mut bench = filled(&["log.cleaner.backoff.ms=100", slow], &["t"]);
    // Each byte is read twice, and few are written.
    let least = Duration::from_secs(2 * 6 * RECORD as u64 / 100_000);
    bench.pass(least / 2);
    let (half, names) = (size(&bench, "t"), log_files(&bench, "t"));
    bench.pass(least / 4);
    assert_eq!(
        (size(&bench, "t") > CLEAN, names.len()),
        (true, 3),
        "{half}"
    );
    bench.pass(least);
    assert!(size(&bench, "t") < CLEAN);
}

#[test]
fn so_many_logs_are_cleaned_at_once_as_there_are_threads() {
    for (threads, expected) in [(0, 0), (1, 1), (2, 2), (5, 3)] {
        let threads = format!("log.cleaner.threads={threads}");
        let topics = ["a", "b", "c"];
        let mut bench = filled(&["log.cleaner.backoff.ms=100", &threads], &topics);
        bench.holds = is_job;
        bench.pass(SECOND);
        assert_eq!(bench.held.len(), expected, "{threads}");
        bench.holds = |_| false;
        bench.release(is_job);
        bench.pass(SECOND);
        let all_clean = topics.iter().all(|topic| size(&bench, topic) < CLEAN);
        assert_eq!(all_clean, expected > 0, "one after the other");
    }
}

#[test]
fn a_log_that_rests_is_opened_when_its_records_are_old_enough() {
    let lag = "log.cleaner.min.compaction.lag.ms=60000";
    let mut bench = filled(&["log.cleaner.backoff.ms=500", lag], &["t"]);
    bench.pass(45 * SECOND);
    assert!(size(&bench, "t") > DIRTY);
    bench.pass(60 * SECOND);
    assert!(size(&bench, "t") < CLEAN);
}

#[test]
fn a_log_of_an_earlier_start_is_cleaned_as_well() {
    let lag = "log.cleaner.min.compaction.lag.ms=30000";
    let first_look = "log.initial.task.delay.ms=1000";
    let backoff = "log.cleaner.backoff.ms=500";
    let mut bench = filled(&[backoff, lag, first_look], &["t"]);
    assert_eq!(bench.stop_and_start(), [] as [&str; 0]);
    assert!(size(&bench, "t") > DIRTY);
    bench.pass(60 * SECOND);
    assert!(size(&bench, "t") < CLEAN);
}

#[test]
fn a_log_with_a_damaged_record_is_left_alone_and_named_once() {
    let mut bench = filled(&["log.cleaner.backoff.ms=500"], &["t"]);
    let is_first = |name: &str| name == "00000000000000000000.log";
    bench.disk.flip_bit(3, Path::new("/data/t-0"), is_first);
    bench.pass(20 * SECOND);
    assert!(size(&bench, "t") > DIRTY);
    let given_up = "it is not compacted until the node is started again";
    assert_eq!(reports_of(&bench, given_up), 1, "{:?}", bench.reports);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    assert_eq!(bench.produced(producer).unwrap().1, 8, "the log goes on");
}

#[test]
fn a_full_disk_is_tried_again_when_there_may_be_room() {
    let mut bench = filled(&["log.cleaner.backoff.ms=500"], &["t"]);
    bench.disk.set_faults(MemFaults {
        capacity: Some(0),
        ..MemFaults::default()
    });
    bench.pass(10 * SECOND);
    assert_eq!(reports_of(&bench, "it could not be compacted"), 1);
    // What became empty needs no room.
    assert!(size(&bench, "t") > CLEAN);
    bench.disk.set_faults(MemFaults::default());
    bench.pass(90 * SECOND);
    assert!(size(&bench, "t") < CLEAN, "{:?}", bench.reports);
}
