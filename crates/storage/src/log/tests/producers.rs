//! De-duplication, fencing and transactions.

use model::{ErrorCode, Offset, ProducerId};

use super::fixture::*;
use crate::log::ReadRequest;
use crate::log_config::LogConfig;
use crate::producer_state::{Origin, decode_snapshot};

impl Fixture {
    /// Appends as a client: the base offset, or the code of the refusal.
    fn produce(&mut self, batch: &[u8]) -> Result<(i64, bool), ErrorCode> {
        let info = self
            .append_batch(1000, batch, Origin::Client)
            .map_err(|e| e.code())?;
        Ok((info.base_offset.0, info.is_repeat))
    }

    fn mark(
        &mut self,
        id: i64,
        epoch: i16,
        is_committed: bool,
        coordinator: i32,
    ) -> Result<i64, ErrorCode> {
        let origin = Origin::TxnMarker {
            strict_epoch: false,
        };
        let bytes = marker(id, epoch, is_committed, coordinator);
        self.append_batch(1000, &bytes, origin)
            .map(|i| i.base_offset.0)
            .map_err(|e| e.code())
    }

    fn stable(&self) -> i64 {
        self.log.last_stable_offset(self.log.log_end_offset()).0
    }

    /// What a reader of `from..upper` is told, answer by answer.
    fn aborted(&mut self, from: i64, upper: i64) -> Vec<(i64, i64, i64)> {
        let mut found = Vec::new();
        let mut next = from;
        while next < upper {
            let ask = ReadRequest {
                with_aborted: true,
                ..request(next, upper, 200)
            };
            let info = self.log.read(&ask).unwrap();
            for txn in &info.aborted {
                let txn = (txn.producer_id.0, txn.first_offset.0, txn.last_offset.0);
                if !found.contains(&txn) {
                    found.push(txn);
                }
            }
            let bytes = info.slice.unwrap().read().unwrap();
            let first = records::BatchIter::new(&bytes).next().unwrap().unwrap();
            next = first.last_offset().0 + 1;
        }
        found
    }
}

const OUT_OF_ORDER: ErrorCode = ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER;

#[test]
fn a_repeat_of_one_of_the_last_five_batches_is_answered_as_before() {
    let mut f = Fixture::new(LogConfig::default());
    for i in 0..7 {
        assert_eq!(
            f.produce(&produced(1, 0, i * 2, 2)),
            Ok((i64::from(i) * 2, false))
        );
    }
    for i in 2..7 {
        assert_eq!(
            f.produce(&produced(1, 0, i * 2, 2)),
            Ok((i64::from(i) * 2, true)),
            "{i}"
        );
    }
    assert_eq!(
        f.produce(&produced(1, 0, 2, 2)),
        Err(OUT_OF_ORDER),
        "the sixth last is forgotten"
    );
    assert_eq!(
        f.produce(&produced(1, 0, 12, 1)),
        Err(OUT_OF_ORDER),
        "a part of a batch is no repeat"
    );
    assert_eq!(
        f.produce(&produced(1, 0, 15, 1)),
        Err(OUT_OF_ORDER),
        "a gap"
    );
    assert_eq!(f.produce(&produced(1, 0, 14, 1)), Ok((14, false)));
}

#[test]
fn sequences_wrap() {
    let mut f = Fixture::new(LogConfig::default());
    assert_eq!(
        f.produce(&produced(1, 0, i32::MAX - 1, 3)),
        Ok((0, false)),
        "an unknown producer may begin anywhere"
    );
    assert_eq!(f.produce(&produced(1, 0, i32::MAX - 1, 3)), Ok((0, true)));
    assert_eq!(f.produce(&produced(1, 0, 1, 1)), Ok((3, false)));
    let mut g = Fixture::new(LogConfig::default());
    assert_eq!(g.produce(&produced(1, 0, i32::MAX, 1)), Ok((0, false)));
    assert_eq!(g.produce(&produced(1, 0, 0, 1)), Ok((1, false)));
}

#[test]
fn a_new_epoch_begins_at_zero_and_fences_the_old() {
    let mut f = Fixture::new(LogConfig::default());
    assert_eq!(f.produce(&produced(1, 3, 0, 1)), Ok((0, false)));
    assert_eq!(f.produce(&produced(1, 4, 1, 1)), Err(OUT_OF_ORDER));
    assert_eq!(f.produce(&produced(1, 4, 0, 1)), Ok((1, false)));
    assert_eq!(
        f.produce(&produced(1, 3, 1, 1)),
        Err(ErrorCode::INVALID_PRODUCER_EPOCH)
    );
    assert_eq!(
        f.produce(&produced(2, 0, 0, 1)),
        Ok((2, false)),
        "others are not concerned"
    );
}

#[test]
fn de_duplication_survives_every_kind_of_stop() {
    for stop in [Stop::Clean, Stop::Kill] {
        let mut f = Fixture::new(small_segments());
        for i in 0..40 {
            f.produce(&produced(1 + i64::from(i % 3), 0, i / 3, 1))
                .unwrap();
        }
        f.reopen(stop).unwrap();
        assert_eq!(f.produce(&produced(1, 0, 13, 1)), Ok((39, true)));
        assert_eq!(f.produce(&produced(2, 0, 12, 1)), Ok((37, true)));
        assert_eq!(f.produce(&produced(3, 0, 14, 1)), Err(OUT_OF_ORDER));
        assert_eq!(f.produce(&produced(1, 0, 14, 1)), Ok((40, false)));
    }
}

#[test]
fn truncation_takes_the_producer_state_back() {
    let mut f = Fixture::new(small_segments());
    for i in 0..40 {
        f.produce(&produced(1, 0, i, 1)).unwrap();
    }
    f.sync();
    for end in [39, 25, 20, 7] {
        assert!(f.log.truncate_to(now(1), Offset(end)).unwrap());
        let last = f
            .log
            .producers()
            .get(ProducerId(1))
            .unwrap()
            .last_batch()
            .unwrap()
            .last_offset;
        assert_eq!(last, Offset(end - 1));
        assert_eq!(f.produce(&produced(1, 0, end as i32, 1)), Ok((end, false)));
    }
    f.log
        .truncate_fully_and_start_at(now(1), Offset(100))
        .unwrap();
    assert!(f.log.producers().get(ProducerId(1)).is_none());
    assert_eq!(f.produce(&produced(1, 0, 8, 1)), Ok((100, false)));
}

#[test]
fn snapshots_are_taken_at_rolls_and_stops_and_fall_back() {
    let mut f = Fixture::new(small_segments());
    for i in 0..40 {
        f.produce(&produced(1, 0, i, 1)).unwrap();
    }
    f.sync();
    let snapshots = |f: &Fixture| -> Vec<String> {
        f.names()
            .into_iter()
            .filter(|n| n.ends_with(".snapshot"))
            .collect()
    };
    assert_eq!(snapshots(&f).len(), f.log.stats().segments - 1);
    f.reopen(Stop::Clean).unwrap();
    let at_stop = format!("{:020}.snapshot", 40);
    let state = decode_snapshot(&f.file(&at_stop)).unwrap();
    assert_eq!(
        state
            .get(ProducerId(1))
            .unwrap()
            .last_batch()
            .unwrap()
            .last_sequence,
        39
    );
    for name in snapshots(&f) {
        let file =
            crate::disk::Disk::open(&f.disk, &f.path(&name), crate::disk::OpenMode::Truncate);
        file.unwrap()
            .write_at(&[std::io::IoSlice::new(b"garbage")], 0)
            .unwrap();
    }
    f.log.roll_now(now(1)).unwrap();
    f.reopen(Stop::Clean).unwrap();
    assert_eq!(
        f.produce(&produced(1, 0, 39, 1)),
        Ok((39, true)),
        "the log itself has it all"
    );
}

#[test]
fn producers_that_have_been_silent_are_forgotten() {
    let mut f = Fixture::new(LogConfig::default());
    f.produce(&produced(1, 0, 0, 1)).unwrap();
    f.produce(&in_txn(2, 0, 0, 1)).unwrap();
    let day = 24 * 3600 * 1000;
    assert_eq!(f.log.expire_producers(now(1000 + day - 1)), 0);
    assert_eq!(f.log.expire_producers(now(1000 + day)), 1);
    assert!(
        f.log.producers().get(ProducerId(2)).is_some(),
        "a transaction is open"
    );
    assert_eq!(f.produce(&produced(1, 0, 9, 1)), Ok((2, false)));
}

#[test]
fn an_open_transaction_holds_the_last_stable_offset() {
    let mut f = Fixture::new(LogConfig::default());
    f.append(1, &["a"]).unwrap();
    f.produce(&in_txn(1, 0, 0, 2)).unwrap();
    f.produce(&in_txn(2, 0, 0, 1)).unwrap();
    assert_eq!(f.stable(), 1);
    assert_eq!(f.mark(1, 0, true, 0), Ok(4));
    assert_eq!(f.stable(), 1, "decided, but not below the high watermark");
    f.log.on_high_watermark(Offset(5));
    assert_eq!(f.stable(), 3);
    assert_eq!(f.mark(2, 0, false, 0), Ok(5));
    f.log.on_high_watermark(Offset(6));
    assert_eq!(f.stable(), 6);
    assert_eq!(f.aborted(0, 6), [(2, 3, 5)]);
    assert_eq!(f.aborted(0, 3), []);
    assert_eq!(f.aborted(5, 6), [(2, 3, 5)]);
}

#[test]
fn aborted_transactions_survive_stops_rolls_and_truncation() {
    let mut f = Fixture::new(small_segments());
    let mut expected = Vec::new();
    for i in 0..20 {
        let first = f.log.log_end_offset().0;
        f.produce(&in_txn(i % 4, 0, (i / 4) as i32, 1))
            .unwrap_or_else(|e| panic!("{i}: {e}"));
        f.fill(2);
        let is_committed = i % 3 == 0;
        let last = f.mark(i % 4, 0, is_committed, 0).unwrap();
        // A marker ends the epoch's sequences.
        if !is_committed {
            expected.push((i % 4, first, last));
        }
        for stop in [Stop::Clean, Stop::Kill] {
            if i % 7 == 3 {
                f.reopen(stop).unwrap();
            }
        }
    }
    let end = f.log.log_end_offset().0;
    assert_eq!(f.aborted(0, end), expected);
    for (_, first, last) in expected.clone() {
        assert!(
            f.aborted(first, last + 1)
                .contains(&(expected.iter().find(|e| e.1 == first).copied().unwrap()))
        );
    }
    let cut = expected[6].2;
    f.log.truncate_to(now(1), Offset(cut)).unwrap();
    assert_eq!(f.aborted(0, cut), expected[..6]);
    assert_eq!(
        f.log.producers().first_undecided_offset(),
        Some(Offset(expected[6].1)),
        "its marker is gone"
    );
}

#[test]
fn what_a_recovery_has_indexed_again_survives_a_clean_stop_and_a_loss_of_power() {
    for seed in 0..20 {
        let mut f = Fixture::new(LogConfig::default());
        f.produce(&in_txn(1, 0, 0, 1)).unwrap();
        f.mark(1, 0, false, 0).unwrap();
        f.reopen(Stop::Clean).unwrap();
        f.reopen(Stop::Kill).unwrap();
        f.log.sync_now().unwrap();
        let point = f.log.close().unwrap();
        f.disk.crash(seed);
        (f.log, _) = open(&f.disk, &f.config, point, Offset(0), true).unwrap();
        assert_eq!(f.aborted(0, 2), [(1, 0, 1)], "seed {seed}");
    }
}

#[test]
fn markers_are_fenced_by_coordinator_and_epoch() {
    let mut f = Fixture::new(LogConfig::default());
    f.produce(&in_txn(1, 5, 0, 1)).unwrap();
    assert_eq!(
        f.mark(1, 4, true, 0),
        Err(ErrorCode::INVALID_PRODUCER_EPOCH)
    );
    let strict = Origin::TxnMarker { strict_epoch: true };
    let same = f
        .append_batch(1, &marker(1, 5, true, 3), strict)
        .unwrap_err();
    assert_eq!(same.code(), ErrorCode::INVALID_PRODUCER_EPOCH);
    assert_eq!(
        f.append_batch(1, &marker(1, 6, true, 3), strict)
            .unwrap()
            .base_offset,
        Offset(1)
    );
    assert_eq!(
        f.append_batch(1, &marker(1, 6, true, 3), strict)
            .unwrap()
            .base_offset,
        Offset(2),
        "again"
    );
    assert_eq!(
        f.mark(1, 6, true, 2),
        Err(ErrorCode::TRANSACTION_COORDINATOR_FENCED)
    );
    assert_eq!(
        f.produce(&in_txn(1, 5, 1, 1)),
        Err(ErrorCode::INVALID_PRODUCER_EPOCH)
    );
    assert_eq!(f.produce(&in_txn(1, 6, 0, 1)), Ok((3, false)));
    assert_eq!(
        f.produce(&produced(1, 6, 1, 1)),
        Err(ErrorCode::INVALID_TXN_STATE)
    );
}

#[test]
fn an_aborted_transaction_is_indexed_although_the_disk_is_full() {
    use crate::disk::MemFaults;
    let mut f = Fixture::new(LogConfig::default());
    f.produce(&in_txn(1, 0, 0, 1)).unwrap();
    let used: u64 = f.names().iter().map(|n| f.file(n).len() as u64).sum();
    let room = marker(1, 0, false, 0).len() as u64;
    f.disk.set_faults(MemFaults {
        capacity: Some(used + room),
        ..MemFaults::default()
    });
    assert_eq!(f.mark(1, 0, false, 0), Ok(1));
    assert_eq!(f.aborted(0, 2), [(1, 0, 1)]);
    f.disk.set_faults(MemFaults::default());
    f.reopen(Stop::Clean).unwrap();
    assert_eq!(f.aborted(0, 2), [(1, 0, 1)]);
}

#[test]
fn a_reader_is_told_only_of_aborted_transactions_near_what_it_reads() {
    let mut f = Fixture::new(LogConfig {
        index_interval_bytes: 200,
        ..LogConfig::default()
    });
    for i in 0..50 {
        f.produce(&in_txn(1, i, 0, 1)).unwrap();
        f.mark(1, i, false, 0).unwrap();
    }
    let ask = ReadRequest {
        with_aborted: true,
        ..request(10, 100, 100)
    };
    let aborted = f.log.read(&ask).unwrap().aborted;
    assert!((1..5).contains(&aborted.len()), "{} of 50", aborted.len());
    assert_eq!(aborted[0].first_offset, Offset(10));
}

#[test]
fn epoch_minus_one_is_a_producers_without_an_epoch_and_nothing_comes_before_it() {
    const FENCED: ErrorCode = ErrorCode::INVALID_PRODUCER_EPOCH;
    let mut f = Fixture::new(LogConfig::default());
    assert_eq!(f.produce(&produced(1, -2, 0, 1)), Err(FENCED));
    assert_eq!(f.produce(&produced(1, i16::MIN, 0, 1)), Err(FENCED));
    assert_eq!(f.produce(&produced(1, -1, 0, 1)), Ok((0, false)));
    assert_eq!(f.produce(&produced(1, -1, 0, 1)), Ok((0, true)));
    assert_eq!(f.produce(&produced(1, -1, 2, 1)), Err(OUT_OF_ORDER));
    assert_eq!(f.produce(&produced(1, 0, 7, 1)), Ok((1, false)));
    assert_eq!(f.produce(&produced(1, 0, 9, 1)), Err(OUT_OF_ORDER));
    assert_eq!(f.produce(&produced(1, -1, 8, 1)), Err(FENCED));
}
