//! Retention, truncation and what becomes of the files.

use std::io::IoSlice;

use model::{LeaderEpoch, Offset};

use super::fixture::*;
use crate::disk::{Disk, OpenMode};
use crate::log_config::LogConfig;

fn logs(f: &Fixture) -> Vec<String> {
    f.names()
        .into_iter()
        .filter(|n| n.ends_with(".log"))
        .collect()
}

#[test]
fn old_segments_go_by_time() {
    let mut f = Fixture::new(LogConfig {
        retention_ms: Some(1000),
        ..small_segments()
    });
    f.fill(50);
    assert_eq!(
        f.log.delete_old_segments(now(2000), Offset(50)).unwrap(),
        0,
        "the first is 991 ms old"
    );
    let count = f.log.delete_old_segments(now(2030), Offset(50)).unwrap();
    assert!((1..5).contains(&count), "{count}");
    let start = f.log.log_start_offset().0;
    assert!(start > 0 && start <= 30);
    f.check_filled(start, 50);
    assert_eq!(logs(&f)[0], format!("{start:020}.log"));
    f.log.delete_old_segments(now(60_000), Offset(50)).unwrap();
    assert_eq!(
        (f.log.log_start_offset(), f.log.stats().segments),
        (Offset(50), 1),
        "all of it"
    );
    f.fill(1);
    f.check_filled(50, 51);
}

#[test]
fn a_time_index_that_lies_makes_no_segment_old() {
    let mut f = Fixture::new(LogConfig {
        retention_ms: Some(10_000),
        ..small_segments()
    });
    f.fill(50);
    f.reopen(Stop::Clean).unwrap();
    // What a page that never reached the device leaves of it.
    let path = f.path("00000000000000000000.timeindex");
    let file = f.disk.open(&path, OpenMode::Truncate).unwrap();
    file.write_at(&[IoSlice::new(&[0; 12])], 0).unwrap();
    f.reopen(Stop::Clean).unwrap();
    let delete = |f: &mut Fixture, ms| f.log.delete_old_segments(now(ms), Offset(50)).unwrap();
    assert_eq!(delete(&mut f, 10_500), 0, "the first is 9,491 ms old");
    f.check_filled(0, 50);
    assert!(delete(&mut f, 11_020) > 0);
}

#[test]
fn old_segments_go_by_size_as_far_as_the_limit() {
    let mut f = Fixture::new(LogConfig {
        retention_bytes: Some(2500),
        retention_ms: None,
        ..small_segments()
    });
    f.fill(60);
    let before = f.log.size();
    let count = f.log.delete_old_segments(now(1), Offset(60)).unwrap();
    assert!(count > 0);
    let size = f.log.size();
    assert!(
        (2500..before).contains(&size) && size < 2500 + 1000,
        "{size}"
    );
}

#[test]
fn nothing_above_the_high_watermark_goes() {
    let mut f = Fixture::new(LogConfig {
        retention_ms: Some(1),
        ..small_segments()
    });
    f.fill(50);
    f.log
        .delete_old_segments(now(1_000_000), Offset(25))
        .unwrap();
    let start = f.log.log_start_offset().0;
    assert!(start <= 25 && start > 10, "{start}");
}

#[test]
fn segments_below_the_log_start_go_whatever_the_policy() {
    let config = LogConfig {
        delete: false,
        compact: true,
        retention_ms: Some(1),
        ..small_segments()
    };
    let mut f = Fixture::new(config);
    f.fill(50);
    assert_eq!(
        f.log
            .delete_old_segments(now(1_000_000), Offset(50))
            .unwrap(),
        0
    );
    assert!(f.log.advance_log_start(Offset(25)));
    assert!(!f.log.advance_log_start(Offset(20)), "it never goes back");
    assert!(!f.log.advance_log_start(Offset(51)), "nor beyond the end");
    assert!(f.log.delete_old_segments(now(1), Offset(50)).unwrap() >= 1);
    assert_eq!(f.log.log_start_offset(), Offset(25));
    f.check_filled(25, 50);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(25, 50);
}

#[test]
fn removed_files_stay_until_their_time_and_readers_keep_them() {
    let mut f = Fixture::new(LogConfig {
        retention_ms: Some(1000),
        ..small_segments()
    });
    f.fill(50);
    let slice = f.read(0, 50, 300).slice.unwrap();
    f.log.delete_old_segments(now(5000), Offset(50)).unwrap();
    let deleted = |f: &Fixture| f.names().iter().filter(|n| n.ends_with(".deleted")).count();
    assert!(deleted(&f) > 4);
    f.delete(64_999);
    assert!(deleted(&f) > 4);
    f.delete(65_000);
    assert_eq!(deleted(&f), 0);
    assert_eq!(slice.read().unwrap().len(), 300);
}

#[test]
fn files_marked_for_removal_go_at_the_next_start() {
    let mut f = Fixture::new(LogConfig {
        retention_ms: Some(1000),
        ..small_segments()
    });
    f.fill(50);
    f.log.delete_old_segments(now(2030), Offset(50)).unwrap();
    let start = f.log.log_start_offset().0;
    f.reopen(Stop::Kill).unwrap();
    assert!(!f.names().iter().any(|n| n.ends_with(".deleted")));
    f.check_filled(start, 50);
}

#[test]
fn truncation_cuts_anywhere() {
    for end in (0..50).rev() {
        let mut f = Fixture::new(small_segments());
        f.fill(50);
        assert!(f.log.truncate_to(now(1), Offset(end)).unwrap());
        assert!(
            !f.log.truncate_to(now(1), Offset(end)).unwrap(),
            "nothing is left to cut"
        );
        f.check_filled(0, end);
        f.fill(3);
        f.check_filled(0, end + 3);
        for stop in [Stop::Kill, Stop::Clean] {
            f.reopen(stop).unwrap();
            f.check_filled(0, end + 3);
        }
    }
}

#[test]
fn truncation_below_the_start_begins_anew() {
    let mut f = Fixture::new(small_segments());
    f.fill(50);
    f.log.advance_log_start(Offset(45));
    f.log.delete_old_segments(now(1), Offset(50)).unwrap();
    assert!(f.log.truncate_to(now(1), Offset(3)).unwrap());
    assert_eq!(
        (f.log.log_start_offset(), f.log.log_end_offset()),
        (Offset(3), Offset(3))
    );
    assert_eq!(f.log.recovery_point(), Offset(3));
    f.fill(2);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(3, 5);
}

#[test]
fn truncation_inside_a_batch_takes_the_batch() {
    let mut f = Fixture::new(LogConfig::default());
    f.append(1, &["a"]).unwrap();
    f.append(1, &["b", "c", "d"]).unwrap();
    f.log.truncate_to(now(1), Offset(2)).unwrap();
    assert_eq!(f.log.log_end_offset(), Offset(1));
    assert_eq!(f.read_all(0).len(), 1);
}

#[test]
fn truncation_forgets_epochs_and_the_recovery_point() {
    let mut f = Fixture::new(LogConfig::default());
    for (base, epoch) in [(0, 1), (1, 2), (2, 3)] {
        let bytes = batch(1, &["x"])
            .base_offset(Offset(base))
            .leader_epoch(LeaderEpoch(epoch))
            .finish();
        f.log.append_as_follower(now(1), &bytes).unwrap();
    }
    f.sync();
    f.log.truncate_to(now(1), Offset(2)).unwrap();
    assert_eq!(f.log.latest_epoch(), Some(LeaderEpoch(2)));
    assert_eq!(f.log.recovery_point(), Offset(2));
}

#[test]
fn half_done_compaction_is_undone_or_finished() {
    let mut f = Fixture::new(small_segments());
    f.fill(30);
    let second: i64 = logs(&f)[1][..20].parse().unwrap();
    let name = |base: i64, kind: &str| format!("{base:020}.{kind}");
    let copy = |f: &Fixture, from: &str, to: &str| {
        let bytes = f.file(from);
        let file = f.disk.open(&f.path(to), OpenMode::Truncate).unwrap();
        file.write_at(&[IoSlice::new(&bytes)], 0).unwrap();
    };
    // The first two segments, compacted into one without its last batch; not complete.
    copy(&f, &name(0, "log"), &name(0, "log.cleaned"));
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 30);
    assert!(!f.names().iter().any(|n| n.ends_with(".cleaned")));
    // Complete: it takes the place of what it covers.
    let mut both = f.file(&name(0, "log"));
    both.extend(f.file(&name(second, "log")));
    let swap = f
        .disk
        .open(&f.path(&name(0, "log.swap")), OpenMode::Create)
        .unwrap();
    swap.write_at(&[IoSlice::new(&both)], 0).unwrap();
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 30);
    assert!(!logs(&f).contains(&name(second, "log")));
}
