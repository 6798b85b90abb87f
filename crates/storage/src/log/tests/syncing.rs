//! Durability on request, and group commit.

use std::time::Duration;

use model::{LeaderEpoch, Offset};

use super::fixture::*;
use crate::disk::{DiskOp, MemFaults};
use crate::errors::AppendError;
use crate::log::{RecoveryPlan, SyncOutcome};
use crate::log_config::LogConfig;

#[test]
fn a_sync_falls_due_by_count_and_by_time() {
    let mut f = Fixture::new(LogConfig {
        flush_messages: Some(3),
        ..LogConfig::default()
    });
    f.fill(2);
    assert!(!f.log.needs_sync(now(1_000_000)));
    f.fill(1);
    assert!(f.log.needs_sync(now(1)));
    assert_eq!(f.sync(), SyncOutcome::Synced(Offset(3)));
    assert!(!f.log.needs_sync(now(1)));

    let config = LogConfig {
        flush_ms: Some(Duration::from_millis(500)),
        ..LogConfig::default()
    };
    let mut f = Fixture::new(config);
    f.fill(2);
    assert_eq!(f.log.flush_deadline(), Some(Duration::from_millis(1500)));
    assert!(!f.log.needs_sync(now(1499)) && f.log.needs_sync(now(1500)));
    f.sync();
    assert_eq!(f.log.flush_deadline(), None);
}

#[test]
fn one_sync_serves_all_that_came_before_it() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(5);
    let first = f.log.begin_sync().unwrap().unwrap();
    f.fill(5);
    assert!(f.log.begin_sync().unwrap().is_none(), "one at a time");
    assert!(f.log.is_syncing());
    assert_eq!(
        f.log.finish_sync(first.ticket, true),
        SyncOutcome::Synced(Offset(5))
    );
    assert_eq!(f.sync(), SyncOutcome::Synced(Offset(10)));
    assert!(f.log.begin_sync().unwrap().is_none(), "nothing is left");
}

#[test]
fn a_sync_takes_the_indexes_of_a_log_that_had_been_put_down() {
    let names = [
        "00000000000000000000.index",
        "00000000000000000000.timeindex",
    ];
    for seed in 0..20 {
        let mut f = Fixture::new(small_segments());
        f.fill(15);
        let rested = f.log.rest().unwrap();
        let plan = RecoveryPlan::new(options(&f.disk, &f.config), now(1000)).unwrap();
        (f.log, f.recovery) = plan.after_rest(rested).finish(Vec::new()).unwrap();
        f.fill(1);
        f.sync();
        let before = names.map(|name| f.file(name));
        f.disk.crash(seed);
        assert_eq!(names.map(|name| f.file(name)), before);
    }
}

#[test]
fn a_close_covers_what_a_sync_under_way_was_to_cover() {
    for seed in 0..20 {
        let mut f = Fixture::new(small_segments());
        f.fill(15);
        let never_done = f.log.begin_sync().unwrap().unwrap();
        f.log.close().unwrap();
        drop(never_done);
        let all = |f: &Fixture| {
            let named = |name: String| (f.file(&name), name);
            f.names().into_iter().map(named).collect::<Vec<_>>()
        };
        let before = all(&f);
        f.disk.crash(seed);
        assert_eq!(all(&f), before);
    }
}

#[test]
fn a_sync_takes_older_segments_first_and_new_names() {
    let mut f = Fixture::new(small_segments());
    f.fill(5);
    f.sync();
    f.fill(25);
    let target = f.log.begin_sync().unwrap().unwrap();
    let DiskOp::Sync {
        files,
        writes,
        dirs,
        ..
    } = &target.op
    else {
        panic!("{:?}", target.op)
    };
    let names: Vec<String> = files.iter().map(|file| format!("{file:?}")).collect();
    let logs: Vec<&String> = names.iter().filter(|n| n.contains(".log")).collect();
    assert!(logs[0].contains("00000000000000000000.log") && logs.len() >= f.log.stats().segments);
    assert_eq!(
        writes.len(),
        f.log.stats().segments - 1,
        "a producer snapshot for each roll"
    );
    assert_eq!(dirs.len(), 1);
}

#[test]
fn a_sync_takes_segments_whose_records_are_deleted_and_that_are_still_there() {
    for seed in 0..20 {
        let mut f = Fixture::new(small_segments());
        f.fill(25);
        assert!(f.log.advance_log_start(Offset(20)));
        f.sync();
        let point = f.log.recovery_point();
        f.disk.crash(seed);
        // The checkpoint of log starts was not written again, that of recovery points was.
        let opened = open(&f.disk, &f.config, point, Offset(0), false);
        (f.log, f.recovery) = opened.unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        f.check_filled(0, 25);
    }
}

#[test]
fn many_segments_are_synced_a_few_at_a_time() {
    const MOST_FILES: usize = 64 * 4;
    for seed in 0..4 {
        let mut f = Fixture::new(small_segments());
        f.fill(3000);
        assert!(f.log.stats().segments > 3 * 64);
        let mut syncs = 0;
        let mut reached = Offset(0);
        while let Some(target) = f.log.begin_sync().unwrap() {
            let DiskOp::Sync { files, writes, .. } = &target.op else {
                panic!("{:?}", target.op)
            };
            assert!(files.len() <= MOST_FILES, "{}", files.len());
            let is_last = f.log.stats().segments <= (syncs + 1) * 64;
            assert_eq!(writes.is_empty(), !is_last, "snapshots follow their data");
            f.disk.complete(0, target.op).result.unwrap();
            let SyncOutcome::Synced(offset) = f.log.finish_sync(target.ticket, true) else {
                panic!("the sync was carried out")
            };
            assert!(offset > reached);
            reached = offset;
            syncs += 1;
        }
        assert!(syncs > 3 && reached == Offset(3000));
        let all = |f: &Fixture| -> Vec<_> {
            let last = format!("{:020}", f.log.active().base().0);
            let finished = |name: &String| !name.starts_with(&last);
            let names = f.names().into_iter().filter(finished);
            names.map(|name| (f.file(&name), name)).collect()
        };
        let before = all(&f);
        f.disk.crash(seed);
        assert_eq!(all(&f), before, "everything that is finished is durable");
    }
}

#[test]
fn a_failed_sync_takes_the_log_offline_and_is_not_tried_again() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(5);
    f.disk.set_faults(MemFaults {
        failing_syncs: 1,
        ..MemFaults::default()
    });
    assert_eq!(f.sync(), SyncOutcome::Failed);
    assert!(f.log.is_offline());
    assert_eq!(f.log.recovery_point(), Offset(0));
    assert!(f.log.begin_sync().unwrap().is_none());
    assert!(matches!(f.append(1, &["x"]), Err(AppendError::Disk(_))));
    f.check_filled(0, 5);
}

#[test]
fn a_sync_says_nothing_about_what_was_written_after_a_truncation() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(10);
    let before = f.log.begin_sync().unwrap().unwrap();
    f.log.truncate_to(now(1), Offset(5)).unwrap();
    f.fill(5);
    assert_eq!(
        f.log.finish_sync(before.ticket, true),
        SyncOutcome::Superseded
    );
    assert_eq!(f.log.recovery_point(), Offset(0));
    assert_eq!(f.sync(), SyncOutcome::Synced(Offset(10)));
}

#[test]
fn a_full_disk_does_not_fail_a_sync_and_what_it_refused_is_written_later() {
    let mut f = Fixture::new(small_segments());
    f.fill(25);
    let used: u64 = f.names().iter().map(|n| f.file(n).len() as u64).sum();
    let full = MemFaults {
        capacity: Some(used),
        ..MemFaults::default()
    };
    f.disk.set_faults(full);
    assert_eq!(f.sync(), SyncOutcome::Synced(Offset(25)));
    assert!(!f.log.is_offline());
    assert!(!f.names().contains(&"leader-epoch-checkpoint".to_owned()));
    f.disk.set_faults(MemFaults::default());
    f.sync();
    assert_eq!(f.file("leader-epoch-checkpoint"), b"0\n1\n0 0\n");
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 25);
}

#[test]
fn a_stop_on_a_full_disk_ends_and_is_not_a_clean_one() {
    let mut f = Fixture::new(small_segments());
    f.fill(25);
    f.sync();
    f.log.assign_epoch(LeaderEpoch(7));
    let used: u64 = f.names().iter().map(|n| f.file(n).len() as u64).sum();
    f.disk.set_faults(MemFaults {
        capacity: Some(used),
        ..MemFaults::default()
    });
    let error = f.log.close().unwrap_err();
    assert!(
        error.to_string().contains("no storage space"),
        "{error} says what is wrong"
    );
}

#[test]
fn a_log_that_the_disk_has_failed_is_not_closed_cleanly() {
    let mut f = Fixture::new(small_segments());
    f.fill(5);
    f.log.set_offline();
    f.log.close().unwrap_err();
}
