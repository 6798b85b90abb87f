//! Recovery after kill -9, loss of power, and damage.

use std::collections::BTreeSet;
use std::io::IoSlice;

use model::{LeaderEpoch, Offset};

use super::fixture::*;
use crate::disk::{Disk, MemFaults, OpenMode};
use crate::errors::{Evidence, LogError};
use crate::log_config::LogConfig;
use crate::producer_state::Origin;

#[test]
fn a_clean_stop_loses_nothing_and_checks_nothing() {
    let mut f = Fixture::new(small_segments());
    for round in 1..6 {
        f.fill(17);
        f.reopen(Stop::Clean).unwrap();
        assert_eq!(f.recovery.checked_bytes, 0);
        assert_eq!(f.log.recovery_point(), Offset(round * 17));
        f.check_filled(0, round * 17);
    }
}

#[test]
fn a_clean_stop_survives_loss_of_power() {
    for seed in 0..50 {
        let mut f = Fixture::new(small_segments());
        f.fill(25);
        f.log.close().unwrap();
        f.disk.crash(seed);
        (f.log, f.recovery) = open(&f.disk, &f.config, Offset(25), Offset(0), true).unwrap();
        f.check_filled(0, 25);
        assert_eq!(
            f.log.end_offset_for_epoch(LeaderEpoch(0)),
            Some((LeaderEpoch(0), Offset(25)))
        );
    }
}

#[test]
fn kill_9_loses_nothing() {
    let mut f = Fixture::new(small_segments());
    for round in 1..6 {
        f.fill(17);
        f.reopen(Stop::Kill).unwrap();
        f.check_filled(0, round * 17);
        assert_eq!(f.recovery.torn, None);
        assert_eq!(
            f.log.end_offset_for_epoch(LeaderEpoch(0)),
            Some((LeaderEpoch(0), Offset(round * 17)))
        );
    }
    f.sync();
    f.fill(1);
    f.reopen(Stop::Kill).unwrap();
    assert!(
        f.recovery.checked_bytes < 1100,
        "what was synced before the last segment is not read"
    );
}

#[test]
fn synced_records_survive_loss_of_power() {
    let mut torn = 0;
    let mut lost_segments = 0;
    for seed in 0..400 {
        let mut f = Fixture::new(small_segments());
        f.disk.set_faults(MemFaults {
            holes: seed % 2 == 1,
            ..MemFaults::default()
        });
        let (mut synced, mut start) = (0, 0);
        for round in 0..4 {
            f.fill(((seed * 7 + round * 13) % 40) as i64);
            if (seed + round) % 3 != 0 && f.log.log_end_offset().0 > synced {
                f.sync();
                synced = f.log.log_end_offset().0;
            }
            f.fill(((seed * 5 + round * 11) % 25) as i64);
            f.reopen(Stop::Crash(seed * 10 + round))
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            torn += u32::from(f.recovery.torn.is_some());
            lost_segments += f.recovery.removed_segments;
            let end = f.log.log_end_offset().0;
            assert!(end >= synced, "seed {seed}: {end} < {synced}");
            start = start.max(f.log.log_start_offset().0);
            f.check_filled(start, end);
            assert_eq!(f.recovery.lost_from, None);
            // What survived a crash without having been synced is not yet durable either.
        }
    }
    assert!(torn > 50 && lost_segments > 10, "{torn} {lost_segments}");
}

#[test]
fn a_torn_tail_is_cut_at_every_byte() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(3);
    let whole = f.file("00000000000000000000.log");
    let size = whole.len() / 3;
    for cut in 0..whole.len() {
        put(&f, "00000000000000000000.log", &whole[..cut]);
        f.reopen(Stop::Kill).unwrap();
        f.check_filled(0, (cut / size) as i64);
        // A batch begins with zeros, which alone are blank space.
        assert!(f.recovery.torn.is_some() || cut % size <= 12);
        put(&f, "00000000000000000000.log", &whole);
        f.reopen(Stop::Kill).unwrap();
    }
}

#[test]
fn a_tail_of_zeros_is_cut() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(3);
    let mut bytes = f.file("00000000000000000000.log");
    bytes.extend_from_slice(&[0; 5000]);
    put(&f, "00000000000000000000.log", &bytes);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 3);
    assert_eq!(f.recovery.torn, None, "blank space is not worth a mention");
    assert_eq!(f.file("00000000000000000000.log").len(), bytes.len() - 5000);
}

#[test]
fn a_lost_page_that_ends_in_the_zeros_of_the_next_batch_is_a_torn_tail() {
    for left in 1..=8 {
        let mut f = Fixture::new(LogConfig::default());
        f.append(1000, &["x"]).unwrap();
        let size = 3 * 4096 - left - f.file("00000000000000000000.log").len();
        let filled = (size - 100..).map(|len| batch(1000, &[&"x".repeat(len)]).finish());
        let filled = filled.take(100).find(|batch| batch.len() == size);
        let filled = filled.expect("a batch of that size");
        f.append_batch(1000, &filled, Origin::Client).unwrap();
        f.append(1000, &["y"]).unwrap();
        let mut bytes = f.file("00000000000000000000.log");
        bytes[2 * 4096..3 * 4096].fill(0);
        put(&f, "00000000000000000000.log", &bytes);
        f.reopen(Stop::Kill).unwrap();
        assert_eq!(
            f.log.log_end_offset(),
            Offset(1),
            "{left} bytes in the page"
        );
        assert!(f.recovery.torn.is_some());
    }
}

#[test]
fn a_lost_page_that_takes_the_first_bytes_of_an_offset_is_a_torn_tail() {
    let mut f = Fixture::new(LogConfig::default());
    // From 256 on the second byte from the right counts, which is the last that the page has of the offset.
    f.fill(300);
    let size = f.file("00000000000000000000.log").len();
    let wanted = size.next_multiple_of(4096) + 4096 - 7 - size;
    let filled = (wanted - 100..).map(|len| batch(1000, &[&"x".repeat(len)]).finish());
    let filled = filled.take(100).find(|batch| batch.len() == wanted);
    let filled = filled.expect("a batch of that size");
    f.append_batch(1000, &filled, Origin::Client).unwrap();
    f.append(1000, &["y"]).unwrap();
    let mut bytes = f.file("00000000000000000000.log");
    bytes[size + wanted..][..7].fill(0);
    put(&f, "00000000000000000000.log", &bytes);
    f.reopen(Stop::Kill).unwrap();
    assert_eq!(f.log.log_end_offset(), Offset(301));
    assert!(f.recovery.torn.is_some());
}

#[test]
fn every_flipped_bit_before_the_last_batch_is_found() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(3);
    let whole = f.file("00000000000000000000.log");
    let size = whole.len() / 3;
    let name = "00000000000000000000.log";
    let mut kinds = BTreeSet::new();
    for byte in 0..2 * size {
        // The leader epoch is covered by no checksum.
        if (12..16).contains(&(byte % size)) {
            continue;
        }
        for bit in 0..8 {
            let mut damaged = whole.clone();
            damaged[byte] ^= 1 << bit;
            put(&f, name, &damaged);
            let Err(error) = f.reopen(Stop::Kill) else {
                panic!("byte {byte}, bit {bit}: not noticed")
            };
            let LogError::Corrupt {
                path,
                position,
                evidence,
                ..
            } = &error
            else {
                panic!("{error}")
            };
            assert_eq!(path, &f.path(name));
            assert!(
                *position as usize >= byte / size * size,
                "{position} {byte}"
            );
            assert!(
                error
                    .to_string()
                    .contains(&format!("{name} is damaged at byte {position}"))
            );
            kinds.insert(
                format!("{evidence:?}")
                    .split('(')
                    .next()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
    assert!(kinds.contains("BatchFollows"), "{kinds:?}");
    put(&f, name, &whole);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 3);
}

#[test]
fn damage_below_the_recovery_point_is_never_cut_off() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(3);
    f.sync();
    let mut bytes = f.file("00000000000000000000.log");
    *bytes.last_mut().unwrap() ^= 1;
    put(&f, "00000000000000000000.log", &bytes);
    let Err(LogError::Corrupt { evidence, .. }) = f.reopen(Stop::Kill) else {
        panic!("not noticed")
    };
    assert_eq!(evidence, Evidence::Synced(Offset(3)));
}

#[test]
fn a_damaged_end_of_a_segment_before_others_is_found() {
    let mut f = Fixture::new(small_segments());
    f.fill(30);
    let mut bytes = f.file("00000000000000000000.log");
    *bytes.last_mut().unwrap() ^= 1;
    put(&f, "00000000000000000000.log", &bytes);
    let Err(LogError::Corrupt { evidence, .. }) = f.reopen(Stop::Kill) else {
        panic!("not noticed")
    };
    assert!(
        matches!(evidence, Evidence::SegmentFollows(_)),
        "{evidence:?}"
    );
}

#[test]
fn a_page_lost_at_the_end_of_a_segment_ends_the_log_there() {
    let config = LogConfig {
        segment_bytes: 20_000,
        ..LogConfig::default()
    };
    // The page that the file ends in; and the page before it, from the last batch on.
    for lost in [16_384..18_420, 15_350..16_384] {
        let mut f = Fixture::new(config.clone());
        for _ in 0..10 {
            f.append(1000, &[&"x".repeat(3000)]).unwrap();
        }
        let mut bytes = f.file("00000000000000000000.log");
        assert_eq!(bytes.len(), 18_420, "six batches");
        bytes[lost].fill(0);
        put(&f, "00000000000000000000.log", &bytes);
        f.reopen(Stop::Kill).unwrap();
        assert_eq!(f.log.log_end_offset(), Offset(5));
        assert_eq!(f.recovery.removed_segments, 1);
        f.reopen(Stop::Kill).unwrap();
        assert_eq!(f.read_all(0).len(), 5);
    }
}

#[test]
fn zeros_that_were_written_are_no_lost_page() {
    let mut f = Fixture::new(LogConfig::default());
    // The first batch ends with the zeros of its value, from the middle of a page into the next.
    f.append(1000, &[&"\0".repeat(4500)]).unwrap();
    f.fill(5);
    let mut bytes = f.file("00000000000000000000.log");
    bytes[80] ^= 1;
    put(&f, "00000000000000000000.log", &bytes);
    let Err(LogError::Corrupt { evidence, .. }) = f.reopen(Stop::Kill) else {
        panic!("not noticed")
    };
    assert!(
        matches!(evidence, Evidence::BatchFollows(_)),
        "{evidence:?}"
    );
}

#[test]
fn an_index_that_lies_about_a_synced_segment_is_made_anew() {
    let mut f = Fixture::new(small_segments());
    f.fill(30);
    f.sync();
    let mut indexes = f.names();
    indexes.retain(|name| name.ends_with(".index"));
    // The active segment's is in memory.
    let name = indexes.last().unwrap();
    let mut bytes = f.file(name);
    *bytes.last_mut().unwrap() ^= 1;
    put(&f, name, &bytes);
    f.reopen(Stop::Kill).unwrap();
    f.check_filled(0, 30);
    let rebuilt = f.disk.read_file(&f.path(name), 1 << 20);
    assert_ne!(rebuilt.ok(), Some(bytes));
}

#[test]
fn a_length_that_changed_in_the_last_batch_is_found() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(1);
    let mut bytes = f.file("00000000000000000000.log");
    bytes[9] ^= 1;
    put(&f, "00000000000000000000.log", &bytes);
    let Err(LogError::Corrupt { evidence, .. }) = f.reopen(Stop::Kill) else {
        panic!("not noticed")
    };
    assert_eq!(evidence, Evidence::OnlyLength);
}

#[test]
fn jobs_run_on_threads_give_the_same_log() {
    let mut f = Fixture::new(small_segments());
    f.fill(80);
    f.disk.restart();
    let options = crate::log::LogOptions {
        path: DIR.into(),
        files: std::sync::Arc::new(crate::open_files::OpenFiles::new(
            std::sync::Arc::new(f.disk.clone()),
            4,
        )),
        config: std::sync::Arc::new(f.config.clone()),
        recovery_point: Offset(0),
        log_start: Offset(0),

        cleaned: None,
        is_clean: false,
        seed: 1,
    };
    let mut plan = crate::log::RecoveryPlan::new(options, now(1)).unwrap();
    let jobs = plan.take_jobs();
    assert!(jobs.len() > 5);
    let recovered = std::thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .into_iter()
            .map(|job| scope.spawn(|| job.run()))
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap().unwrap())
            .collect()
    });
    (f.log, f.recovery) = plan.finish(recovered).unwrap();
    f.check_filled(0, 80);
}

#[test]
fn epochs_lost_with_their_file_are_found_in_the_batches() {
    let mut f = Fixture::new(LogConfig::default());
    for (base, epoch) in [(0, 1), (1, 1), (2, 4), (3, 9)] {
        let bytes = batch(1, &["x"])
            .base_offset(Offset(base))
            .leader_epoch(LeaderEpoch(epoch))
            .finish();
        f.log.append_as_follower(now(1), &bytes).unwrap();
    }
    let before = f.log.leader_epochs().to_vec();
    assert!(!f.names().contains(&"leader-epoch-checkpoint".to_owned()));
    f.reopen(Stop::Kill).unwrap();
    assert_eq!(f.log.leader_epochs(), before);
    f.sync();
    assert_eq!(f.file("leader-epoch-checkpoint"), b"0\n3\n1 0\n4 2\n9 3\n");
    put(&f, "leader-epoch-checkpoint", b"garbage");
    f.reopen(Stop::Clean).unwrap();
    f.reopen(Stop::Kill).unwrap();
    assert_eq!(f.log.leader_epochs(), before);
}

#[test]
fn hostile_files_are_refused_or_ignored_without_panic() {
    let mut accepted = 0;
    let mut refused = 0;
    for seed in 0..1500u64 {
        let mut f = Fixture::new(small_segments());
        f.fill(25);
        f.log.close().unwrap();
        let mut chance = Chance(seed);
        for _ in 0..=chance.below(3) {
            let names = f.names();
            let name = names[chance.below(names.len() as u64) as usize].clone();
            let bytes = mutate(f.file(&name), &mut chance);
            put(&f, &name, &bytes);
        }
        f.disk.restart();
        let is_clean = seed % 2 == 0;
        let point = Offset(chance.below(30) as i64);
        match open(&f.disk, &f.config, point, Offset(0), is_clean) {
            Ok((log, _)) => {
                accepted += 1;
                f.log = log;
                exercise(&mut f);
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(accepted > 500 && refused > 100, "{accepted} {refused}");
}

/// Uses a log whose files may be damaged: anything but a panic is right.
fn exercise(f: &mut Fixture) {
    let mut codecs = records::Codecs::new();
    let (start, end) = (f.log.log_start_offset().0, f.log.log_end_offset().0);
    for from in start..=end {
        let mut ask = request(from, end, 300);
        ask.with_aborted = true;
        if let Ok(info) = f.log.read(&ask) {
            assert!(info.slice.is_none_or(|s| s.read().is_ok()));
        }
    }
    let _ = f
        .log
        .offset_for_timestamp(model::TimestampMs(1010), &mut codecs);
    let _ = f.log.max_timestamp(&mut codecs);
    let _ = f.append(2000, &["x"]);
    let _ = f.log.truncate_to(now(1), Offset(start + (end - start) / 2));
    let _ = f.append(2000, &["y"]);
    let _ = f.log.close();
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound.max(1)
    }
}

fn mutate(mut bytes: Vec<u8>, chance: &mut Chance) -> Vec<u8> {
    let len = bytes.len() as u64;
    let at = chance.below(len) as usize;
    match chance.below(6) {
        0 => bytes.truncate(at),
        1 if len > 0 => bytes[at] ^= 1 << chance.below(8),
        2 => bytes.extend(std::iter::repeat_n(0, chance.below(5000) as usize)),
        3 => bytes.extend((0..chance.below(200)).map(|i| (i * 37) as u8)),
        4 => bytes.iter_mut().skip(at).take(20).for_each(|b| *b = 0xff),
        _ => bytes.iter_mut().skip(at).take(64).for_each(|b| *b = 0),
    }
    bytes
}

fn put(f: &Fixture, name: &str, bytes: &[u8]) {
    let file = f.disk.open(&f.path(name), OpenMode::Truncate).unwrap();
    file.write_at(&[IoSlice::new(bytes)], 0).unwrap();
}
