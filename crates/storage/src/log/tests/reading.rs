use model::{Offset, TimestampMs};
use records::Codecs;

use super::fixture::*;
use crate::errors::ReadError;
use crate::log_config::LogConfig;

/// Size of one batch of [`Fixture::fill`].
fn batch_size() -> u32 {
    batch(1000, &[&value(0)]).finish().len() as u32
}

#[test]
fn every_offset_can_be_read_from() {
    let mut f = Fixture::new(small_segments());
    f.fill(50);
    for from in 0..50 {
        let info = f.read(from, 50, batch_size());
        assert_eq!(info.first_offset, Offset(from));
        let bytes = info.slice.unwrap().read().unwrap();
        assert_eq!(&bytes[..8], &from.to_be_bytes());
    }
    assert!(
        f.read(50, 50, 100).slice.is_none(),
        "at the end there is nothing yet"
    );
}

#[test]
fn reads_outside_the_log_are_out_of_range() {
    let mut f = Fixture::new(small_segments());
    f.fill(10);
    f.log.advance_log_start(Offset(3));
    for from in [2, 11] {
        let error = f.log.read(&request(from, 10, 100)).unwrap_err();
        let ReadError::OutOfRange { start, end } = error else {
            panic!("{error}")
        };
        assert_eq!((start, end), (Offset(3), Offset(10)));
    }
}

#[test]
fn a_read_stops_at_the_upper_bound() {
    let mut f = Fixture::new(small_segments());
    f.fill(30);
    for upper in 1..30 {
        let mut next = 0;
        while next < upper {
            let slice = f.read(next, upper, 1 << 20).slice.unwrap();
            let count = slice.len / batch_size();
            assert_eq!(slice.len % batch_size(), 0);
            next += i64::from(count);
        }
        assert_eq!(next, upper);
        assert!(f.read(upper, upper, 100).slice.is_none());
    }
}

#[test]
fn max_bytes_cuts_but_the_first_batch_comes_whole() {
    let mut f = Fixture::new(LogConfig::default());
    f.fill(100);
    let size = batch_size();
    for from in [0, 1, 50, 98] {
        assert_eq!(
            f.read(from, 100, size * 3 / 2).slice.unwrap().len,
            size * 3 / 2
        );
        assert_eq!(f.read(from, 100, 10).slice.unwrap().len, size);
        let mut cut = request(from, 100, 10);
        cut.min_one = false;
        let info = f.log.read(&cut).unwrap();
        assert!(info.is_first_cut);
        assert_eq!(info.slice.unwrap().len, 10);
        cut.max_bytes = 0;
        assert!(f.log.read(&cut).unwrap().slice.is_none());
    }
}

#[test]
fn an_offset_inside_a_batch_finds_the_batch() {
    let mut f = Fixture::new(small_segments());
    for _ in 0..10 {
        f.append(1, &["a", "b", "c"]).unwrap();
    }
    for from in 0..30 {
        assert_eq!(f.read(from, 30, 1).first_offset, Offset(from / 3 * 3));
    }
}

#[test]
fn a_gap_is_skipped() {
    let mut f = Fixture::new(small_segments());
    for base in [5, 8, 20, 21, 40] {
        let bytes = batch(1, &[&"x".repeat(300)])
            .base_offset(Offset(base))
            .finish();
        f.log.append_as_follower(now(1), &bytes).unwrap();
    }
    for (from, expected) in [(0, 5), (5, 5), (6, 8), (9, 20), (21, 21), (22, 40)] {
        assert_eq!(
            f.read(from, 41, 1).first_offset,
            Offset(expected),
            "from {from}"
        );
    }
}

#[test]
fn a_lying_index_is_found_out_and_made_anew() {
    let mut f = Fixture::new(LogConfig {
        index_interval_bytes: 100,
        ..LogConfig::default()
    });
    f.fill(200);
    f.log.roll_now(now(5000)).unwrap();
    f.fill(1);
    f.sync();
    for damage in [
        vec![0u8; 400],
        vec![0xff; 80],
        vec![1, 2, 3],
        Vec::new(),
        b"\0\0\0\x01\0\0\x01\x07".repeat(9),
    ] {
        f.reopen(Stop::Clean).unwrap();
        for index in [
            "00000000000000000000.index",
            "00000000000000000000.timeindex",
        ] {
            let file =
                crate::disk::Disk::open(&f.disk, &f.path(index), crate::disk::OpenMode::Truncate)
                    .unwrap();
            file.write_at(&[std::io::IoSlice::new(&damage)], 0).unwrap();
        }
        f.check_filled(0, 201);
        for from in [0, 1, 77, 150, 199, 200] {
            assert_eq!(f.read(from, 201, 1).first_offset, Offset(from));
        }
    }
}

#[test]
fn offsets_are_found_by_time() {
    let mut f = Fixture::new(small_segments());
    f.fill(50);
    let mut codecs = Codecs::new();
    let mut at = |f: &mut Fixture, ms| {
        let found = f
            .log
            .offset_for_timestamp(TimestampMs(ms), &mut codecs)
            .unwrap();
        found.map(|t| (t.timestamp.0, t.offset.0))
    };
    for stop in [None, Some(Stop::Clean), Some(Stop::Kill)] {
        if let Some(stop) = stop {
            f.reopen(stop).unwrap();
        }
        assert_eq!(at(&mut f, 0), Some((1000, 0)));
        for offset in 0..50 {
            assert_eq!(at(&mut f, 1000 + offset), Some((1000 + offset, offset)));
        }
        assert_eq!(at(&mut f, 1050), None);
    }
    f.log.advance_log_start(Offset(13));
    assert_eq!(at(&mut f, 0), Some((1013, 13)));
}

#[test]
fn time_may_go_back_and_the_first_late_enough_record_counts() {
    let mut f = Fixture::new(small_segments());
    for ms in [100, 300, 200, 400, 50, 350] {
        f.append(ms, &["x".repeat(60).as_str(), "y"]).unwrap();
    }
    let mut codecs = Codecs::new();
    let mut at = |ms| {
        f.log
            .offset_for_timestamp(TimestampMs(ms), &mut codecs)
            .unwrap()
            .map(|t| t.offset.0)
    };
    assert_eq!(
        [at(50), at(150), at(301), at(401)],
        [Some(0), Some(2), Some(6), None]
    );
    let newest = f.log.max_timestamp(&mut codecs).unwrap().unwrap();
    assert_eq!(
        (newest.timestamp, newest.offset),
        (TimestampMs(400), Offset(6))
    );
}

#[test]
fn the_greatest_timestamp_survives_stops() {
    let mut f = Fixture::new(small_segments());
    let mut codecs = Codecs::new();
    assert_eq!(f.log.max_timestamp(&mut codecs).unwrap(), None);
    for ms in [100, 900, 300] {
        f.append(ms, &["x"]).unwrap();
    }
    for stop in [Stop::Clean, Stop::Kill, Stop::Clean] {
        f.reopen(stop).unwrap();
        assert_eq!(
            f.log.max_timestamp(&mut codecs).unwrap().unwrap().offset,
            Offset(1)
        );
        f.append(200, &["y"]).unwrap();
    }
}

#[test]
fn the_greatest_timestamp_may_lie_below_the_log_start() {
    let mut f = Fixture::new(LogConfig::default());
    let mut codecs = Codecs::new();
    for ms in [100, 900, 300] {
        f.append(ms, &["x"]).unwrap();
    }
    assert!(f.log.advance_log_start(Offset(3)));
    let newest = f.log.max_timestamp(&mut codecs).unwrap().unwrap();
    assert_eq!(newest.offset, Offset(1));
    let late = f.log.offset_for_timestamp(TimestampMs(800), &mut codecs);
    assert_eq!(late.unwrap(), None);
}
