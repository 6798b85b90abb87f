//! Compaction of transactions: aborted records go, markers stay as long as they are needed.

use model::{Offset, ProducerEpoch, ProducerId};
use records::RecordBatch;

use super::cleaning::{compacted, pairs};
use super::fixture::*;
use crate::producer_state::Origin;

const MARKER: Origin = Origin::TxnMarker {
    strict_epoch: false,
};

impl Fixture {
    fn in_txn(&mut self, id: i64, sequence: i32, records: &[(&str, Option<&str>)]) {
        let batch = pairs(1000, records)
            .producer(ProducerId(id), ProducerEpoch(0), sequence)
            .transactional()
            .finish();
        self.append_batch(1000, &batch, Origin::Client).unwrap();
    }

    fn end(&mut self, id: i64, is_committed: bool) {
        let batch = marker(id, 0, is_committed, 0);
        self.append_batch(1000, &batch, MARKER).unwrap();
        let end = self.log.log_end_offset();
        self.log.on_high_watermark(end);
    }

    /// Begins a new segment with a record of another key, so that all before can be cleaned.
    fn seal(&mut self, key: &str) {
        self.log.roll_now(now(1000)).unwrap();
        self.put(1000, &[(key, Some("x"))]);
    }

    /// Base offset, number of records, whether they are control records, whether there is a delete horizon.
    fn shape(&mut self) -> Vec<(i64, i32, bool, bool)> {
        let batches = self.batches();
        let shape = |batch: &Vec<u8>| {
            let batch = RecordBatch::parse(batch).unwrap();
            let horizon = batch.delete_horizon().is_some();
            let count = batch.record_count();
            (batch.base_offset().0, count, batch.is_control(), horizon)
        };
        batches.iter().map(shape).collect()
    }

    /// First offset and marker of the aborted transactions that a reader from the start hears of.
    fn aborted_from_start(&mut self) -> Vec<(i64, i64)> {
        let end = self.log.log_end_offset().0;
        let mut request = request(0, end, 1 << 20);
        request.with_aborted = true;
        let read = self.log.read(&request).unwrap();
        let pairs = read.aborted.iter();
        pairs
            .map(|txn| (txn.first_offset.0, txn.last_offset.0))
            .collect()
    }
}

#[test]
fn aborted_records_go_and_their_marker_later() {
    let mut f = Fixture::new(compacted());
    f.put(1000, &[("a", Some("1"))]);
    f.in_txn(7, 0, &[("a", Some("2"))]);
    f.end(7, false);
    f.in_txn(7, 1, &[("b", Some("3"))]);
    f.end(7, true);
    f.seal("s");
    f.clean(2000);
    // The aborted record does not supersede what it wanted to replace.
    let data = |n| (n, 1, false, false);
    let control = |n, horizon| (n, 1, true, horizon);
    assert_eq!(
        f.shape(),
        [
            data(0),
            control(2, false),
            data(3),
            control(4, false),
            data(5)
        ]
    );
    assert_eq!(f.aborted_from_start(), [(1, 2)]);
    f.seal("t");
    f.clean(3000);
    assert_eq!(
        f.shape()[..4],
        [data(0), control(2, true), data(3), control(4, false)],
        "nothing is left of the first transaction, which is seen now"
    );
    assert_eq!(f.aborted_from_start(), [], "readers need not hear of it");
    f.seal("u");
    f.clean(3999);
    assert_eq!(f.shape()[1], control(2, true), "its time is not over");
    f.seal("v");
    f.clean(4000);
    assert_eq!(f.shape()[..3], [data(0), data(3), control(4, false)]);
}

#[test]
fn a_commit_marker_stays_as_long_as_a_record_of_its_transaction() {
    let mut f = Fixture::new(compacted());
    f.in_txn(7, 0, &[("a", Some("1"))]);
    f.in_txn(7, 1, &[("b", Some("2"))]);
    f.end(7, true);
    f.in_txn(7, 2, &[("c", Some("3"))]);
    f.end(7, true);
    f.seal("a");
    f.clean(2000);
    f.seal("b");
    f.clean(4000);
    // Producer 7 wrote its last data with the second transaction.
    let kept: Vec<_> = f.shape().iter().map(|shape| shape.0).collect();
    assert_eq!(kept, [1, 2, 3, 4, 5, 6]);
    f.seal("c");
    f.clean(6000);
    assert!(!f.shape().contains(&(1, 1, false, false)));
    assert!(f.shape().contains(&(2, 1, true, false)), "it was met");
    f.seal("d");
    f.clean(8000);
    assert!(f.shape().contains(&(2, 1, true, true)), "it was not");
    f.seal("e");
    f.clean(10_000);
    let shape = f.shape();
    let empty_and_marker = [(3, 0, false, false), (4, 1, true, false)];
    assert_eq!(shape[..2], empty_and_marker, "{shape:?}");
    f.sync();
    f.reopen(Stop::Kill).unwrap();
    let end = f.log.log_end_offset();
    assert_eq!(f.log.last_stable_offset(end), end, "no transaction hangs");
}

#[test]
fn an_open_transaction_keeps_what_follows_from_being_cleaned() {
    let mut f = Fixture::new(compacted());
    f.put(1000, &[("a", Some("1"))]);
    f.log.roll_now(now(1000)).unwrap();
    f.in_txn(7, 0, &[("a", Some("2"))]);
    f.seal("s");
    f.seal("t");
    assert_eq!(f.cleanable(2000).end, Offset(1));
    f.end(7, true);
    assert_eq!(f.cleanable(2000).end, Offset(3));
}

#[test]
fn transactions_that_cross_segments_and_runs_are_judged_by_their_end() {
    let mut f = Fixture::new(compacted());
    f.in_txn(7, 0, &[("a", Some("1"))]);
    f.in_txn(8, 0, &[("b", Some("2"))]);
    f.log.roll_now(now(1000)).unwrap();
    f.in_txn(7, 1, &[("c", Some("3"))]);
    f.end(8, true);
    f.log.roll_now(now(1000)).unwrap();
    f.end(7, false);
    // The marker is in the active segment, and what it aborts is not.
    f.clean(2000);
    let data: Vec<_> = f.entries().into_iter().map(|(offset, ..)| offset).collect();
    assert_eq!(data, [1]);
    assert_eq!(f.aborted_from_start(), [(0, 4)]);
    f.seal("s");
    f.clean(4000);
    f.sync();
    let shape = f.shape();
    f.reopen(Stop::Crash(1)).unwrap();
    assert_eq!(f.shape(), shape);
    let end = f.log.log_end_offset();
    assert_eq!(f.log.last_stable_offset(end), end);
}

#[test]
fn the_last_marker_of_a_producer_keeps_its_epoch() {
    let mut f = Fixture::new(compacted());
    f.in_txn(7, 0, &[("a", Some("1"))]);
    let bumped = marker(7, 1, false, 0);
    f.append_batch(1000, &bumped, MARKER).unwrap();
    let end = f.log.log_end_offset();
    f.log.on_high_watermark(end);
    for (key, ms) in [("s", 2000), ("t", 4000), ("u", 6000)] {
        f.seal(key);
        f.clean(ms);
    }
    assert_eq!(f.shape()[0], (1, 0, true, false), "{:?}", f.shape());
    f.sync();
    f.reopen(Stop::Clean).unwrap();
    let known = f.log.producers().get(ProducerId(7));
    assert_eq!(known.unwrap().epoch, ProducerEpoch(1));
}
