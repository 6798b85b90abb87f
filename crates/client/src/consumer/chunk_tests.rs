use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId};
use records::control::EndTransaction;
use records::{BatchBuilder, Compression, NewRecord};

use super::*;

fn builder(base: i64) -> BatchBuilder {
    BatchBuilder::new()
        .base_offset(Offset(base))
        .leader_epoch(LeaderEpoch(3))
}

fn fill(mut builder: BatchBuilder, values: &[&str]) -> BatchBuilder {
    for value in values {
        builder.append(&NewRecord::new(
            TimestampMs(1),
            None,
            Some(value.as_bytes()),
        ));
    }
    builder
}

fn transactional(base: i64, producer: i64, values: &[&str]) -> Vec<u8> {
    let builder = builder(base).producer(ProducerId(producer), ProducerEpoch(0), 0);
    fill(builder.transactional(), values).finish()
}

fn marker(base: i64, producer: i64, is_committed: bool) -> Vec<u8> {
    let end = EndTransaction {
        is_committed,
        coordinator_epoch: 0,
    };
    let mut batch = end.batch(ProducerId(producer), ProducerEpoch(0), TimestampMs(1));
    batch[..8].copy_from_slice(&base.to_be_bytes());
    batch
}

fn aborted(producer_id: i64, first_offset: i64) -> AbortedTransaction {
    AbortedTransaction {
        producer_id,
        first_offset,
        ..AbortedTransaction::default()
    }
}

/// Reads the batches: "offset value" of each record, and the next offset.
fn check(
    batches: &[Vec<u8>],
    from: i64,
    aborted: &[AbortedTransaction],
    expected: &[&str],
    next_offset: i64,
) {
    let tp = TopicPartition::new("t", 0);
    let mut codecs = Codecs::new();
    let chunk = read_chunk(&tp, &batches.concat(), from, aborted, &mut codecs).expect("readable");
    let shown = chunk.records.iter().map(|record| {
        let value = record.value.as_deref().expect("a value");
        format!("{} {}", record.offset, String::from_utf8_lossy(value))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    assert_eq!(chunk.next_offset, next_offset);
}

#[test]
fn records_before_the_asked_offset_are_left_out() {
    let batch = fill(builder(10), &["a", "b", "c"]).finish();
    check(&[batch], 11, &[], &["11 b", "12 c"], 13);
}

#[test]
fn every_codec_is_read() {
    for codec in Compression::ALL {
        let level = codec.default_level();
        let batch =
            fill(builder(0), &["a", "b"]).finish_compressed(&mut Codecs::new(), codec, level);
        check(&[batch], 0, &[], &["0 a", "1 b"], 2);
    }
}

#[test]
fn a_batch_that_is_cut_off_is_left_for_the_next_fetch() {
    let whole = fill(builder(0), &["a"]).finish();
    let cut = fill(builder(1), &["b"]).finish()[..40].to_vec();
    check(&[whole, cut], 0, &[], &["0 a"], 1);
}

#[test]
fn the_records_of_aborted_transactions_and_all_markers_are_left_out() {
    let batches = [
        transactional(0, 7, &["a"]),
        transactional(1, 8, &["b"]),
        marker(2, 7, false),
        transactional(3, 7, &["c"]),
        marker(4, 7, true),
        marker(5, 8, true),
    ];
    check(&batches, 0, &[aborted(7, 0)], &["1 b", "3 c"], 6);
}

#[test]
fn the_offset_moves_on_behind_batches_without_records_for_the_application() {
    check(&[marker(5, 7, true)], 5, &[], &[], 6);
}

#[test]
fn bytes_that_changed_on_the_way_are_noticed() {
    let mut batch = fill(builder(0), &["abc"]).finish();
    let last = batch.len() - 2;
    batch[last] ^= 1;
    let tp = TopicPartition::new("t", 0);
    let error = read_chunk(&tp, &batch, 0, &[], &mut Codecs::new()).err();
    assert_eq!(error, Some(Unreadable::Checksum));
}
