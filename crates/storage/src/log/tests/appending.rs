use model::{ErrorCode, LeaderEpoch, Offset, TimestampMs};
use records::{AppendRules, Codecs, TimestampType, validate};

use super::fixture::*;
use crate::disk::{Disk, MemFaults};
use crate::errors::AppendError;
use crate::log::LeaderAppend;
use crate::log_config::LogConfig;
use crate::producer_state::Origin;

#[test]
fn a_leader_assigns_offsets_and_epoch() {
    let mut f = Fixture::new(LogConfig::default());
    let first = f.append(5, &["a", "b", "c"]).unwrap();
    assert_eq!(
        (first.base_offset, first.last_offset),
        (Offset(0), Offset(2))
    );
    assert_eq!(first.max_timestamp, Some(TimestampMs(5)));
    let second = f.append(6, &["d"]).unwrap();
    assert_eq!(
        (second.base_offset, f.log.log_end_offset()),
        (Offset(3), Offset(4))
    );
    let all: Vec<_> = ["a", "b", "c", "d"]
        .iter()
        .enumerate()
        .map(|(i, v)| (i as i64, (*v).to_owned()))
        .collect();
    assert_eq!(f.read_all(0), all);
    assert_eq!(
        f.log.end_offset_for_epoch(LeaderEpoch(0)),
        Some((LeaderEpoch(0), Offset(4)))
    );
}

#[test]
fn an_accepted_batch_is_stored_as_its_plan_says() {
    let mut f = Fixture::new(LogConfig::default());
    let bytes = batch(5, &["a", "b"]).finish();
    let rules = AppendRules {
        timestamp_type: TimestampType::LogAppendTime,
        ..AppendRules::new(records::Origin::Client {
            produce_version: 13,
        })
    };
    for rules in [
        rules,
        AppendRules {
            timestamp_type: TimestampType::CreateTime,
            ..rules
        },
    ] {
        let accepted = validate(&bytes, &rules, TimestampMs(77), &mut Codecs::new()).unwrap();
        let append = LeaderAppend::accepted(&bytes, &accepted, LeaderEpoch(3), Origin::Client);
        f.log.append_as_leader(now(77), &append).unwrap();
    }
    let stored = f.file("00000000000000000000.log");
    let batches: Vec<_> = records::BatchIter::new(&stored)
        .map(|b| b.unwrap())
        .collect();
    assert!(
        batches
            .iter()
            .all(|b| b.is_valid_crc() && b.leader_epoch() == Some(LeaderEpoch(3)))
    );
    let seen: Vec<_> = batches
        .iter()
        .map(|b| (b.base_offset().0, b.max_timestamp()))
        .collect();
    assert_eq!(
        seen,
        [(0, Some(TimestampMs(77))), (2, Some(TimestampMs(5)))]
    );
}

#[test]
fn a_log_rolls_by_size_and_stays_whole() {
    let mut f = Fixture::new(small_segments());
    f.fill(50);
    assert!(f.log.stats().segments > 3);
    f.check_filled(0, 50);
    let active = f.log.active_segment_base().0;
    let names = f.names();
    assert!(names.contains(&format!("{active:020}.log")));
    assert_eq!(
        names.iter().filter(|n| n.ends_with(".index")).count(),
        f.log.stats().segments - 1
    );
}

#[test]
fn a_log_rolls_by_the_time_of_its_records() {
    let config = LogConfig {
        segment_ms: 100,
        ..LogConfig::default()
    };
    let mut f = Fixture::new(config);
    for ms in [1000, 1050, 1100, 1101, 1150] {
        f.append(ms, &["x"]).unwrap();
    }
    assert_eq!(
        f.log.stats().segments,
        2,
        "the fourth is more than 100 ms after the first"
    );
    assert_eq!(f.log.active_segment_base(), Offset(3));
}

#[test]
fn jitter_rolls_sooner_and_not_always_alike() {
    let config = LogConfig {
        segment_ms: 1000,
        segment_jitter_ms: 900,
        ..LogConfig::default()
    };
    let mut f = Fixture::new(config);
    for ms in 0..10_000 {
        f.append(1000 + ms, &["x"]).unwrap();
    }
    let mut bases: Vec<i64> = f
        .names()
        .iter()
        .filter(|n| n.ends_with(".log"))
        .map(|n| n[..20].parse().unwrap())
        .collect();
    bases.push(10_000);
    let lengths: std::collections::BTreeSet<i64> = bases.windows(2).map(|w| w[1] - w[0]).collect();
    assert!(
        lengths.len() > 3 && lengths.iter().all(|l| *l <= 1001),
        "{lengths:?}"
    );
}

#[test]
fn a_full_index_rolls_as_well() {
    let config = LogConfig {
        segment_index_bytes: 80,
        index_interval_bytes: 0,
        ..LogConfig::default()
    };
    let mut f = Fixture::new(config);
    f.fill(20);
    assert!(f.log.stats().segments > 1);
    f.check_filled(0, 20);
}

#[test]
fn a_segment_ends_before_offsets_outgrow_its_index() {
    let mut f = Fixture::new(LogConfig::default());
    f.append(1, &["a"]).unwrap();
    let far = i64::from(i32::MAX) + 5;
    let bytes = batch(1, &["b"])
        .base_offset(Offset(far))
        .leader_epoch(LeaderEpoch(1))
        .finish();
    f.log.append_as_follower(now(1), &bytes).unwrap();
    assert_eq!(f.log.active_segment_base(), Offset(far));
    assert_eq!(f.read_all(0), [(0, "a".to_owned()), (far, "b".to_owned())]);
}

#[test]
fn a_batch_larger_than_a_segment_is_refused() {
    let mut f = Fixture::new(small_segments());
    let error = f.append(1, &["x".repeat(2000).as_str()]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::RECORD_LIST_TOO_LARGE);
    f.check_filled(0, 0);
}

#[test]
fn a_follower_takes_offsets_over_and_checks_them() {
    let mut leader = Fixture::new(LogConfig::default());
    leader.fill(20);
    let bytes = leader.file("00000000000000000000.log");
    let mut f = Fixture::new(small_segments());
    // The last batch is cut off.
    let end = f
        .log
        .append_as_follower(now(1), &bytes[..bytes.len() - 10])
        .unwrap();
    assert_eq!(end, Offset(19));
    f.check_filled(0, 19);
    assert!(
        f.log.stats().segments > 1,
        "what is larger than a segment is spread"
    );

    let again = f.log.append_as_follower(now(1), &bytes).unwrap_err();
    assert!(
        matches!(again, AppendError::Batch { position: 0, .. }),
        "{again}"
    );
    let mut flipped = Fixture::new(LogConfig::default());
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let error = flipped
        .log
        .append_as_follower(now(1), &damaged)
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::CORRUPT_MESSAGE);
    assert_eq!(flipped.log.log_end_offset(), Offset(0));
}

#[test]
fn a_full_disk_refuses_the_append_and_heals() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(5);
    let used = f.file("00000000000000000000.log").len() as u64;
    f.disk.set_faults(MemFaults {
        capacity: Some(used + 50),
        ..MemFaults::default()
    });
    let error = f.append(1, &["x"]).unwrap_err();
    assert!(matches!(error, AppendError::Full), "{error}");
    assert_eq!(error.code(), ErrorCode::KAFKA_STORAGE_ERROR);
    assert_eq!(
        f.file("00000000000000000000.log").len() as u64,
        used,
        "the part is cut off"
    );
    f.check_filled(0, 5);
    f.disk.set_faults(MemFaults::default());
    f.fill(3);
    f.check_filled(0, 8);
}

#[test]
fn a_full_disk_at_a_roll_refuses_and_heals() {
    let mut f = Fixture::new(small_segments());
    let mut refused = 0;
    for capacity in 0..6000 {
        if f.log.log_end_offset().0 >= 60 {
            break;
        }
        f.disk.set_faults(MemFaults {
            capacity: Some(capacity),
            ..MemFaults::default()
        });
        let offset = f.log.log_end_offset().0;
        match f.append(1000 + offset, &[&value(offset)]) {
            Ok(_) => {}
            Err(AppendError::Full) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 100);
    f.disk.set_faults(MemFaults::default());
    let end = f.log.log_end_offset().0;
    f.check_filled(0, end);
    f.fill(20);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, end + 20);
}

#[test]
fn a_disk_that_is_gone_takes_the_log_offline() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(1);
    f.disk.set_offline(std::path::Path::new("/data"), true);
    let error = f.append(1, &["x"]).unwrap_err();
    assert!(matches!(error, AppendError::Disk(_)), "{error}");
    f.disk.set_offline(std::path::Path::new("/data"), false);
    assert!(f.log.is_offline());
    assert!(
        matches!(f.append(1, &["x"]), Err(AppendError::Disk(_))),
        "it stays offline"
    );
}

#[test]
fn preallocation_reserves_and_gives_back() {
    let config = LogConfig {
        preallocate: true,
        ..small_segments()
    };
    let mut f = Fixture::new(config);
    f.fill(12);
    let active = format!("{:020}.log", f.log.active_segment_base().0);
    assert_eq!(f.disk.file_len(&f.path(&active)).unwrap(), 1000);
    assert!(
        f.disk
            .file_len(&f.path("00000000000000000000.log"))
            .unwrap()
            < 1000
    );
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 12);
    assert_eq!(f.recovery.torn, None, "reserved bytes are no torn tail");
    f.fill(12);
    f.check_filled(0, 24);
}

#[test]
fn an_idle_log_is_small() {
    let one = size_of::<crate::log::Log>() + size_of::<crate::segment::Segment>();
    assert!(one <= 1024, "{one} bytes");
}
