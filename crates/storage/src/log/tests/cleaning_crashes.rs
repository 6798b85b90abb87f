//! Compaction cut off at every change of the disk.

use std::path::Path;

use model::Offset;

use super::cleaning::{Entry, compacted};
use super::fixture::*;

/// A log of several segments of which parts are superseded, synced.
fn dirty() -> Fixture {
    let mut f = Fixture::new(compacted());
    f.put_keys(60, 10);
    f.put(1100, &[("9", None)]);
    f.put_keys(40, 12);
    f.sync();
    f
}

/// Whether `found` is the log before or after a part of the cleaning: no newest record is missing, and nothing is new.
#[track_caller]
fn check(found: &[Entry], before: &[Entry], after: &[Entry], what: &str) {
    for entry in found {
        assert!(before.contains(entry), "{what}: {entry:?} is new");
    }
    for entry in after {
        assert!(found.contains(entry), "{what}: {entry:?} is lost");
    }
}

#[test]
fn a_run_may_be_cut_off_anywhere() {
    let mut f = dirty();
    let before = f.entries();
    f.clean(5000);
    let after = f.entries();
    assert!(after.len() < before.len() / 2);
    let mut cuts = 0;
    for seed in 0.. {
        let mut f = dirty();
        f.disk.stop_in(seed);
        let run = f.begin(5000, super::cleaning::BUFFERS);
        let finished = f.carry_out(5000, run).is_ok();
        cuts += u32::from(f.disk.has_stopped());
        for stop in [Stop::Kill, Stop::Crash(seed)] {
            f.reopen(stop).unwrap_or_else(|e| panic!("cut {seed}: {e}"));
            check(&f.entries(), &before, &after, &format!("cut {seed}"));
            assert_eq!(f.log.log_end_offset(), Offset(101));
            let is_whole = |name: &String| !name.ends_with(".swap") && !name.ends_with(".cleaned");
            assert!(f.names().iter().all(is_whole));
        }
        f.clean(5000);
        assert_eq!(f.entries(), after, "cut {seed}: cleaned again");
        if finished {
            break;
        }
    }
    assert!(cuts > 60, "{cuts}");
}

#[test]
fn a_run_that_ended_survives_loss_of_power_in_part_or_whole() {
    let mut f = dirty();
    let before = f.entries();
    f.clean(5000);
    let after = f.entries();
    let mut kept = 0;
    for seed in 0..200 {
        let mut f = dirty();
        f.clean(5000);
        if seed % 2 == 0 {
            f.delete(1_000_000);
        }
        f.reopen(Stop::Crash(seed)).unwrap();
        let entries = f.entries();
        check(&entries, &before, &after, &format!("seed {seed}"));
        kept += u32::from(entries == after);
    }
    assert!((20..180).contains(&kept), "{kept}");
}

#[test]
fn a_log_that_compacts_no_more_does_not_lose_segments_to_its_gaps() {
    let mut f = Fixture::new(compacted());
    f.put_keys(60, 60);
    for _ in 0..3 {
        f.put_keys(20, 10);
    }
    f.clean(5000);
    let entries = f.entries();
    f.disk.restart();
    let config = small_segments();
    let options = crate::log::LogOptions {
        is_clean: false,
        cleaned: Some(Offset(1)),
        ..options(&f.disk, &config)
    };
    (f.log, f.recovery) = crate::log::Log::open(options, now(5000)).unwrap();
    assert_eq!(f.recovery.removed_segments, 0);
    assert_eq!(f.entries(), entries);
}

#[test]
fn what_a_run_left_is_removed_at_the_next_start() {
    let mut f = dirty();
    let mut run = f.begin(5000, super::cleaning::BUFFERS);
    while !f.names().iter().any(|name| name.ends_with(".cleaned")) {
        run.step(100).unwrap();
    }
    let before = f.entries();
    f.reopen(Stop::Clean).unwrap();
    assert_eq!(f.entries(), before);
    assert!(f.names().iter().all(|name| !name.ends_with(".cleaned")));
    assert!(Path::new(DIR) == f.log.path());
}
