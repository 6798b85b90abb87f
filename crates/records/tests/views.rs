//! What a builder writes, the views read; and what they refuse.

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};
use records::control::EndTransaction;
use records::{
    Batch, BatchBuilder, BatchIter, Compression, ControlType, Frame, Malformed, NewRecord, Problem,
    RecordBatch, TimestampType, layout,
};

fn two_records() -> Vec<u8> {
    let mut builder = BatchBuilder::new()
        .base_offset(Offset(40))
        .leader_epoch(LeaderEpoch(3))
        .producer(ProducerId(7), ProducerEpoch(1), i32::MAX);
    builder.append(&NewRecord::new(
        TimestampMs(1_000),
        Some(b"k"),
        Some(b"value"),
    ));
    let headers: [(&str, Option<&[u8]>); 2] = [("h", Some(b"x")), ("null", None)];
    builder.append(&NewRecord {
        timestamp: Some(TimestampMs(990)),
        key: None,
        value: None,
        headers: &headers,
    });
    builder.finish()
}

#[test]
fn a_built_batch_reads_back_field_by_field() {
    let bytes = two_records();
    let batch = RecordBatch::parse(&bytes).unwrap();
    assert!(batch.is_valid_crc());
    assert_eq!(batch.size(), bytes.len());
    assert_eq!(
        (batch.base_offset(), batch.last_offset()),
        (Offset(40), Offset(41))
    );
    assert_eq!(batch.leader_epoch(), Some(LeaderEpoch(3)));
    assert_eq!(batch.compression(), Some(Compression::None));
    assert_eq!(batch.timestamp_type(), TimestampType::CreateTime);
    assert_eq!(batch.base_timestamp(), Some(TimestampMs(1_000)));
    assert_eq!(batch.max_timestamp(), Some(TimestampMs(1_000)));
    assert_eq!(batch.producer_id(), Some(ProducerId(7)));
    assert_eq!(batch.producer_epoch(), Some(ProducerEpoch(1)));
    assert_eq!(
        (batch.base_sequence(), batch.last_sequence()),
        (Some(i32::MAX), Some(0))
    );
    assert_eq!(batch.record_count(), 2);
    assert!(!batch.is_control() && !batch.is_transactional());

    let records: Vec<_> = batch
        .plain_records()
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(records[0].key, Some(&b"k"[..]));
    assert_eq!(records[0].value, Some(&b"value"[..]));
    assert_eq!(records[1].offset, Offset(41));
    assert_eq!(records[1].timestamp, Some(TimestampMs(990)));
    assert_eq!((records[1].key, records[1].value), (None, None));
    let headers: Vec<_> = records[1].headers.iter().collect();
    assert_eq!(
        headers,
        [(&b"h"[..], Some(&b"x"[..])), (&b"null"[..], None)]
    );
}

#[test]
fn a_transaction_marker_reads_back_as_what_it_says() {
    let marker = EndTransaction {
        is_committed: true,
        coordinator_epoch: 9,
    };
    let bytes = marker.batch(ProducerId(5), ProducerEpoch(2), TimestampMs(77));
    let batch = RecordBatch::parse(&bytes).unwrap();
    assert!(batch.is_control() && batch.is_transactional() && batch.is_valid_crc());
    assert_eq!(batch.base_sequence(), None);
    assert_eq!(batch.control_type(), Ok(Some(ControlType::Commit)));
    assert_eq!(EndTransaction::read(&batch), Ok(Some(marker)));
}

#[test]
fn batches_are_walked_up_to_the_one_that_is_cut_off() {
    let one = two_records();
    let mut bytes = [one.clone(), one.clone(), one.clone()].concat();
    bytes.truncate(bytes.len() - 1);
    let mut batches = BatchIter::new(&bytes);
    assert_eq!(
        batches
            .by_ref()
            .filter(|batch| matches!(batch, Ok(Batch::V2(_))))
            .count(),
        2
    );
    assert_eq!(batches.position(), 2 * one.len());
    assert!(batches.next().is_none());
}

#[test]
fn an_error_between_batches_names_its_position_and_ends_the_walk() {
    let one = two_records();
    let mut bytes = [one.clone(), one.clone()].concat();
    bytes[one.len() + layout::MAGIC] = 9;
    let mut batches = BatchIter::new(&bytes);
    assert!(batches.next().unwrap().is_ok());
    let error = batches.next().unwrap().unwrap_err();
    assert_eq!(
        error,
        Malformed {
            position: one.len() + 16,
            problem: Problem::Magic(9)
        }
    );
    assert!(batches.next().is_none());
}

#[test]
fn a_frame_is_known_from_seventeen_bytes() {
    let bytes = two_records();
    assert_eq!(Frame::peek(&bytes[..16]), Ok(None));
    let frame = Frame::peek(&bytes[..Frame::PEEKED]).unwrap().unwrap();
    assert_eq!(
        frame,
        Frame {
            size: bytes.len(),
            magic: 2,
            offset: Offset(40)
        }
    );
}

#[test]
fn a_length_below_a_header_is_refused() {
    let mut bytes = two_records();
    bytes[layout::BATCH_LENGTH..][..4].copy_from_slice(&48_i32.to_be_bytes());
    assert!(matches!(
        RecordBatch::parse(&bytes).unwrap_err().problem,
        Problem::BatchTooSmall {
            declared: 60,
            least: 61
        }
    ));
    bytes[layout::BATCH_LENGTH..][..4].copy_from_slice(&i32::MIN.to_be_bytes());
    assert!(RecordBatch::parse(&bytes).is_err());
    bytes[layout::BATCH_LENGTH..][..4].copy_from_slice(&i32::MAX.to_be_bytes());
    assert!(matches!(
        RecordBatch::parse(&bytes).unwrap_err().problem,
        Problem::BatchTruncated { .. }
    ));
}

#[test]
fn bytes_behind_the_last_counted_record_are_an_error() {
    let mut bytes = two_records();
    bytes[layout::RECORD_COUNT..][..4].copy_from_slice(&1_i32.to_be_bytes());
    let batch = RecordBatch::parse(&bytes).unwrap();
    let last = batch.plain_records().unwrap().last().unwrap();
    assert!(matches!(
        last.unwrap_err().problem,
        Problem::TrailingBytes(_)
    ));
}
