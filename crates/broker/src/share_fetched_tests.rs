//! What a group sees of the batches that were read.

use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

use model::{Offset, ProducerEpoch, ProducerId, TimestampMs};
use records::control::EndTransaction;
use records::{BatchBuilder, NewRecord};
use storage::disk::{Disk, FileSlice, MemDisk, OpenMode};

use super::*;

const NOW: TimestampMs = TimestampMs(1_000);
const ABORTED: ProducerId = ProducerId(7);
const COMMITTED: ProducerId = ProducerId(8);
/// The high watermark.
const END: i64 = 10_000;
/// Where a batch says how many offsets it takes.
const LAST_OFFSET_DELTA: usize = 23;

fn builder(base: i64) -> BatchBuilder {
    BatchBuilder::new().base_offset(Offset(base))
}

fn records(mut builder: BatchBuilder, count: i64, key: &[u8]) -> Vec<u8> {
    for _ in 0..count {
        builder.append(&NewRecord::new(NOW, Some(key), Some(b"value of a record")));
    }
    builder.finish()
}

fn plain(base: i64, count: i64) -> Vec<u8> {
    records(builder(base), count, b"k")
}

fn transactional(base: i64, count: i64, producer: ProducerId) -> Vec<u8> {
    let builder = builder(base)
        .producer(producer, ProducerEpoch(0), 0)
        .transactional();
    // As the key of a marker that aborts.
    records(builder, count, &[0, 0, 0, 0])
}

fn marker(base: i64, producer: ProducerId, is_committed: bool) -> Vec<u8> {
    let end = EndTransaction {
        is_committed,
        coordinator_epoch: 0,
    };
    let mut batch = end.batch(producer, ProducerEpoch(0), NOW);
    batch[..8].copy_from_slice(&base.to_be_bytes());
    batch
}

/// The batches as one file, of which `cut` bytes at the end were not read.
fn read(batches: &[Vec<u8>], aborted: &[(ProducerId, i64)], cut: usize) -> Walk {
    let bytes = batches.concat();
    let disk = MemDisk::new(0);
    let file = disk
        .open(Path::new("/log"), OpenMode::CreateNew)
        .expect("the disk is empty");
    file.write_at(&[IoSlice::new(&bytes)], 0)
        .expect("the disk is sound");
    let len = u32::try_from(bytes.len() - cut).expect("it is small");
    let slice = FileSlice {
        file: Arc::clone(&file),
        position: 0,
        len,
    };
    let aborted = aborted.iter().map(|(p, at)| (*p, Offset(*at)));
    Walk::new(slice, aborted.collect(), 0..END, true)
}

#[track_caller]
fn check(read: Walk, expected: &[(i64, i64, bool)]) {
    let found: Vec<_> = read.map(|b| (b.first, b.last, b.is_hidden)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_batch_that_is_cut_off_is_left_out() {
    let batches = [plain(0, 3), plain(3, 2)];
    check(read(&batches, &[], 0), &[(0, 2, false), (3, 4, false)]);
    check(read(&batches, &[], 1), &[(0, 2, false)]);
    let head = batches[1].len();
    check(read(&batches, &[], head), &[(0, 2, false)]);
}

#[test]
fn markers_and_what_was_aborted_are_hidden() {
    let batches = [
        transactional(0, 2, ABORTED),
        transactional(2, 1, COMMITTED),
        transactional(3, 1, ABORTED),
        marker(4, ABORTED, false),
        transactional(5, 1, ABORTED),
        marker(6, COMMITTED, true),
        marker(7, ABORTED, true),
        plain(8, 1),
    ];
    check(
        read(&batches, &[(ABORTED, 0)], 0),
        &[
            (0, 1, true),
            (2, 2, false),
            (3, 3, true),
            (4, 4, true),
            (5, 5, false),
            (6, 6, true),
            (7, 7, true),
            (8, 8, false),
        ],
    );
    // To who reads uncommitted records nothing is said of what was aborted.
    let seen = read(&batches, &[], 0);
    let hidden: Vec<i64> = seen.filter(|b| b.is_hidden).map(|b| b.first).collect();
    assert_eq!(hidden, [4, 6, 7]);
}

#[test]
fn a_transaction_that_was_aborted_before_what_was_read_is_still_hidden() {
    let batches = [transactional(10, 2, ABORTED), marker(12, ABORTED, false)];
    check(
        read(&batches, &[(ABORTED, 3)], 0),
        &[(10, 11, true), (12, 12, true)],
    );
}

#[test]
fn only_bytes_that_the_group_sees_count() {
    let batches = [
        plain(0, 3),
        marker(3, ABORTED, false),
        transactional(4, 1, ABORTED),
        plain(5, 1),
    ];
    let seen = batches[0].len() + batches[3].len();
    let mut walk = read(&batches, &[(ABORTED, 4)], 0);
    assert_eq!(walk.visible_bytes(usize::MAX), seen);
    let mut walk = read(&batches, &[(ABORTED, 4)], 0);
    let first = walk.visible_bytes(1);
    assert_eq!(
        first,
        batches[0].len(),
        "no more is looked at than is asked for"
    );
}

#[test]
fn what_is_sent_are_the_whole_batches_that_hold_the_records() {
    let batches = [plain(0, 3), plain(3, 2), plain(5, 5)];
    let mut read = read(&batches, &[], 0);
    assert_eq!(read.by_ref().count(), 3);
    let slice = |first, last| {
        let slice = read.slice(first, last).expect("it was read");
        slice.read().expect("the disk is sound")
    };
    assert_eq!(slice(0, 9), batches.concat());
    assert_eq!(slice(1, 1), batches[0]);
    assert_eq!(slice(4, 5), batches[1..].concat());
    assert!(read.slice(10, 12).is_none());
}

#[test]
fn batches_that_are_smaller_and_larger_than_what_is_looked_at_at_once_are_found() {
    let mut batches: Vec<Vec<u8>> = (0..200).map(|base| plain(base, 1)).collect();
    batches.push(records(builder(200), 500, &[b'k'; 40]));
    batches.push(transactional(700, 1_000, ABORTED));
    batches.push(marker(1_700, ABORTED, false));
    batches.push(plain(1_701, 1));
    let mut expected: Vec<_> = (0..200).map(|base| (base, base, false)).collect();
    expected.extend([
        (200, 699, false),
        (700, 1_699, true),
        (1_700, 1_700, true),
        (1_701, 1_701, false),
    ]);
    check(read(&batches, &[(ABORTED, 700)], 0), &expected);
}

#[test]
fn what_the_disk_has_changed_speaks_of_no_records_beyond_the_high_watermark() {
    let mut batches = [plain(0, 3), plain(3, 2), plain(5, 1)];
    batches[1][LAST_OFFSET_DELTA] ^= 0x40;
    check(read(&batches, &[], 0), &[(0, 2, false)]);
}
