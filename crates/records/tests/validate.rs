//! What a leader accepts, how it stores it, and with which code it refuses the rest.

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use records::validate::{
    CompressedCheck, RecordError, RecordProblem, TargetCompression, only_batch,
};
use records::{
    Accepted, AppendRules, BatchBuilder, Codecs, Compression, NewRecord, Origin, Plan, RecordBatch,
    Rejection, TimestampType, checksum, layout, validate,
};

const NOW: TimestampMs = TimestampMs(1_700_000_000_000);

fn client() -> AppendRules {
    AppendRules::new(Origin::Client {
        produce_version: 13,
    })
}

fn records() -> BatchBuilder {
    let mut builder = BatchBuilder::new();
    for index in 0..5_i64 {
        let value = vec![b'v'; 100];
        let timestamp = TimestampMs(NOW.0 - 10 + index);
        builder.append(&NewRecord::new(timestamp, Some(b"key"), Some(&value)));
    }
    builder
}

fn batch(compression: Compression) -> Vec<u8> {
    records().finish_compressed(&mut Codecs::new(), compression, compression.default_level())
}

/// `batch` with `bytes` at `at` and a checksum that fits.
fn forged(mut batch: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    batch[at..at + bytes.len()].copy_from_slice(bytes);
    let crc = checksum::crc32c(&batch[layout::ATTRIBUTES..]);
    batch[layout::CRC..layout::CRC + 4].copy_from_slice(&crc.to_be_bytes());
    batch
}

fn accept(bytes: &[u8], rules: &AppendRules) -> Accepted {
    validate(bytes, rules, NOW, &mut Codecs::new()).unwrap()
}

fn reject(bytes: &[u8], rules: &AppendRules) -> Rejection {
    validate(bytes, rules, NOW, &mut Codecs::new()).unwrap_err()
}

/// `bytes` are refused with `code`, by the rules for a client.
fn check(bytes: &[u8], code: ErrorCode) {
    let rejection = reject(bytes, &client());
    assert_eq!(rejection.code(), code, "{rejection}");
}

fn values(batch: &RecordBatch<'_>) -> Vec<(i64, Option<Vec<u8>>)> {
    let mut codecs = Codecs::new();
    let records = batch.records(&mut codecs, 1 << 20).unwrap();
    records
        .map(|record| record.map(|record| (record.offset.0, record.value.map(<[u8]>::to_vec))))
        .collect::<Result<_, _>>()
        .unwrap()
}

#[test]
fn an_honest_batch_of_any_codec_is_stored_as_it_is() {
    for compression in Compression::ALL {
        let bytes = batch(compression);
        assert!(!client().recompresses(&RecordBatch::parse(&bytes).unwrap()));
        let accepted = accept(&bytes, &client());
        assert_eq!(accepted.plan, Plan::AsIs, "{compression}");
        assert_eq!(accepted.received_size, bytes.len());
        assert_eq!(accepted.record_count, 5);
        assert_eq!(accepted.max_timestamp, Some(TimestampMs(NOW.0 - 6)));
        assert_eq!(accepted.log_append_time, None);
    }
}

#[test]
fn an_incomplete_batch_behind_the_first_is_left_out() {
    let whole = batch(Compression::None);
    let mut bytes = whole.clone();
    bytes.extend_from_slice(&whole[..40]);
    assert_eq!(accept(&bytes, &client()).received_size, whole.len());
}

#[test]
fn append_time_changes_the_header_and_leaves_the_records() {
    let rules = AppendRules {
        timestamp_type: TimestampType::LogAppendTime,
        ..client()
    };
    for compression in Compression::ALL {
        let bytes = batch(compression);
        let accepted = accept(&bytes, &rules);
        let Plan::NewHeader(header) = accepted.plan else {
            panic!("{:?}", accepted.plan)
        };
        assert_eq!(accepted.log_append_time, Some(NOW));
        let stored = [&header[..], &bytes[layout::HEADER_SIZE..]].concat();
        let stored = RecordBatch::parse(&stored).unwrap();
        assert!(stored.is_valid_crc());
        assert_eq!(stored.timestamp_type(), TimestampType::LogAppendTime);
        assert_eq!(stored.max_timestamp(), Some(NOW));
        let mut codecs = Codecs::new();
        let mut records = stored.records(&mut codecs, 1 << 20).unwrap();
        assert!(records.all(|record| record.unwrap().timestamp == Some(NOW)));
    }
}

#[test]
fn a_max_timestamp_that_is_not_the_records_is_put_right() {
    let bytes = forged(
        batch(Compression::Lz4),
        layout::MAX_TIMESTAMP,
        &(NOW.0 + 1_000_000_000).to_be_bytes(),
    );
    let accepted = accept(&bytes, &client());
    let Plan::NewHeader(header) = accepted.plan else {
        panic!("{:?}", accepted.plan)
    };
    let stored = [&header[..], &bytes[layout::HEADER_SIZE..]].concat();
    let stored = RecordBatch::parse(&stored).unwrap();
    assert!(stored.is_valid_crc());
    assert_eq!(stored.max_timestamp(), Some(TimestampMs(NOW.0 - 6)));
    assert_eq!(accepted.max_timestamp, stored.max_timestamp());
}

#[test]
fn another_codec_of_the_topic_rebuilds_the_batch_with_the_same_records() {
    for source in Compression::ALL {
        for target in Compression::ALL
            .into_iter()
            .filter(|target| *target != source)
        {
            let bytes = batch(source);
            let compression = TargetCompression::Codec(target, target.default_level());
            let accepted = accept(
                &bytes,
                &AppendRules {
                    compression,
                    ..client()
                },
            );
            assert_eq!(accepted.received_size, bytes.len());
            let Plan::Rebuilt(stored) = accepted.plan else {
                panic!("{:?}", accepted.plan)
            };
            let stored = RecordBatch::parse(&stored).unwrap();
            assert!(stored.is_valid_crc());
            assert_eq!(stored.compression(), Some(target));
            assert_eq!(
                values(&stored),
                values(&RecordBatch::parse(&bytes).unwrap())
            );
            assert_eq!(stored.max_timestamp(), Some(TimestampMs(NOW.0 - 6)));
        }
    }
}

#[test]
fn a_rebuilt_batch_keeps_its_producer_and_transaction() {
    let mut builder = BatchBuilder::new()
        .producer(ProducerId(4), ProducerEpoch(2), 17)
        .transactional();
    builder.append(&NewRecord::new(NOW, None, Some(b"v")));
    let compression = TargetCompression::Codec(Compression::Zstd, 3);
    let accepted = accept(
        &builder.finish(),
        &AppendRules {
            compression,
            ..client()
        },
    );
    let Plan::Rebuilt(stored) = accepted.plan else {
        panic!("{:?}", accepted.plan)
    };
    let stored = RecordBatch::parse(&stored).unwrap();
    assert_eq!(stored.producer_id(), Some(ProducerId(4)));
    assert_eq!(stored.producer_epoch(), Some(ProducerEpoch(2)));
    assert_eq!(stored.base_sequence(), Some(17));
    assert!(stored.is_transactional());
}

#[test]
fn attribute_bits_that_the_format_does_not_know_leave_with_a_new_header() {
    let bytes = forged(
        batch(Compression::None),
        layout::ATTRIBUTES,
        &0x7f80_i16.to_be_bytes(),
    );
    assert_eq!(accept(&bytes, &client()).plan, Plan::AsIs);
    let rules = AppendRules {
        timestamp_type: TimestampType::LogAppendTime,
        ..client()
    };
    let Plan::NewHeader(header) = accept(&bytes, &rules).plan else {
        panic!("time is new")
    };
    assert_eq!(
        header[layout::ATTRIBUTES..][..2],
        layout::LOG_APPEND_TIME_FLAG.to_be_bytes()
    );
}

#[test]
fn wrong_offsets_inside_are_put_right() {
    for compression in [Compression::None, Compression::Snappy] {
        let mut builder = BatchBuilder::new();
        builder.append_at(0, &NewRecord::new(NOW, None, Some(b"a")));
        builder.append_at(7, &NewRecord::new(NOW, None, Some(b"b")));
        let bytes = builder.finish_compressed(&mut Codecs::new(), compression, 0);
        let bytes = forged(bytes, layout::LAST_OFFSET_DELTA, &1_i32.to_be_bytes());
        let accepted = accept(&bytes, &client());
        let Plan::Rebuilt(stored) = accepted.plan else {
            panic!("{:?}", accepted.plan)
        };
        let stored = RecordBatch::parse(&stored).unwrap();
        assert_eq!(stored.compression(), Some(compression));
        let offsets: Vec<_> = values(&stored)
            .into_iter()
            .map(|(offset, _)| offset)
            .collect();
        assert_eq!(offsets, [0, 1]);
    }
}

#[test]
fn no_batch_and_two_batches_and_old_magic_are_invalid_records() {
    let one = batch(Compression::None);
    check(&[], ErrorCode::INVALID_RECORD);
    check(&one[..one.len() - 1], ErrorCode::INVALID_RECORD);
    check(
        &[one.clone(), one.clone()].concat(),
        ErrorCode::INVALID_RECORD,
    );
    for magic in [0, 1] {
        check(
            &forged(one.clone(), layout::MAGIC, &[magic]),
            ErrorCode::INVALID_RECORD,
        );
    }
}

#[test]
fn impossible_sizes_and_magic_and_flipped_bits_are_corrupt_messages() {
    let one = batch(Compression::None);
    check(
        &forged(one.clone(), layout::MAGIC, &[3]),
        ErrorCode::CORRUPT_MESSAGE,
    );
    check(
        &forged(one.clone(), layout::BATCH_LENGTH, &[0, 0, 0, 48]),
        ErrorCode::CORRUPT_MESSAGE,
    );
    check(
        &forged(one.clone(), layout::BATCH_LENGTH, &[0xff; 4]),
        ErrorCode::CORRUPT_MESSAGE,
    );
    for at in layout::CRC..one.len() {
        let mut flipped = one.clone();
        flipped[at] ^= 1;
        check(&flipped, ErrorCode::CORRUPT_MESSAGE);
    }
}

#[test]
fn a_clients_header_must_be_consistent() {
    let one = || batch(Compression::None);
    let invalid = |at, bytes: &[u8]| check(&forged(one(), at, bytes), ErrorCode::INVALID_RECORD);
    invalid(layout::BASE_OFFSET, &1_i64.to_be_bytes());
    for count in [-1, 0, 1, 4, 6, i32::MAX] {
        invalid(layout::RECORD_COUNT, &count.to_be_bytes());
    }
    for delta in [-1, 0, 3, 5, i32::MAX, i32::MIN] {
        invalid(layout::LAST_OFFSET_DELTA, &delta.to_be_bytes());
    }
    invalid(layout::ATTRIBUTES, &layout::CONTROL_FLAG.to_be_bytes());
    invalid(layout::PRODUCER_ID, &8_i64.to_be_bytes());
}

#[test]
fn a_count_and_delta_that_agree_on_a_lie_are_invalid() {
    for compression in Compression::ALL {
        for count in [4_i32, 6] {
            let bytes = forged(
                batch(compression),
                layout::RECORD_COUNT,
                &count.to_be_bytes(),
            );
            let bytes = forged(bytes, layout::LAST_OFFSET_DELTA, &(count - 1).to_be_bytes());
            check(&bytes, ErrorCode::INVALID_RECORD);
        }
    }
}

#[test]
fn a_coordinator_may_write_control_records_and_any_offset() {
    let bytes = forged(
        batch(Compression::None),
        layout::ATTRIBUTES,
        &layout::CONTROL_FLAG.to_be_bytes(),
    );
    let bytes = forged(bytes, layout::BASE_OFFSET, &9_i64.to_be_bytes());
    let rules = AppendRules::new(Origin::Coordinator);
    assert_eq!(accept(&bytes, &rules).plan, Plan::AsIs);
    let compression = TargetCompression::Codec(Compression::Gzip, -1);
    assert_eq!(
        accept(
            &bytes,
            &AppendRules {
                compression,
                ..rules
            }
        )
        .plan,
        Plan::AsIs
    );
}

#[test]
fn a_batch_larger_than_the_topic_allows_is_too_large() {
    let bytes = batch(Compression::None);
    let rules = AppendRules {
        max_message_bytes: bytes.len(),
        ..client()
    };
    assert_eq!(accept(&bytes, &rules).plan, Plan::AsIs);
    let rules = AppendRules {
        max_message_bytes: bytes.len() - 1,
        ..client()
    };
    assert_eq!(reject(&bytes, &rules).code(), ErrorCode::MESSAGE_TOO_LARGE);

    let small = batch(Compression::Zstd);
    let compression = TargetCompression::Codec(Compression::None, 0);
    let rules = AppendRules {
        max_message_bytes: bytes.len() - 1,
        compression,
        ..client()
    };
    assert_eq!(reject(&small, &rules).code(), ErrorCode::MESSAGE_TOO_LARGE);
}

#[test]
fn zstd_takes_produce_version_seven() {
    let bytes = batch(Compression::Zstd);
    let rejection = only_batch(&bytes, Origin::Client { produce_version: 6 }).unwrap_err();
    assert_eq!(rejection.code(), ErrorCode::UNSUPPORTED_COMPRESSION_TYPE);
    assert!(only_batch(&bytes, Origin::Client { produce_version: 7 }).is_ok());
    assert!(only_batch(&bytes, Origin::Coordinator).is_ok());
}

#[test]
fn codecs_that_do_not_exist_are_unsupported() {
    for id in [5_i16, 6, 7] {
        let bytes = forged(
            batch(Compression::None),
            layout::ATTRIBUTES,
            &id.to_be_bytes(),
        );
        check(&bytes, ErrorCode::UNSUPPORTED_COMPRESSION_TYPE);
    }
}

#[test]
fn a_stream_of_another_codec_than_it_says_is_an_invalid_record() {
    for (written, said) in [
        (Compression::Gzip, Compression::Zstd),
        (Compression::None, Compression::Lz4),
        (Compression::Lz4, Compression::Gzip),
        (Compression::Zstd, Compression::Snappy),
    ] {
        let attributes = i16::from(said.id()).to_be_bytes();
        let bytes = forged(batch(written), layout::ATTRIBUTES, &attributes);
        check(&bytes, ErrorCode::INVALID_RECORD);
    }
}

#[test]
fn timestamps_out_of_range_are_reported_record_by_record() {
    for compression in Compression::ALL {
        let mut builder = BatchBuilder::new();
        for age_ms in [0, 101, 100, -50, -51] {
            let timestamp = TimestampMs(NOW.0 - age_ms);
            builder.append(&NewRecord::new(timestamp, None, Some(b"v")));
        }
        builder.append(&NewRecord {
            value: Some(b"no timestamp"),
            ..NewRecord::default()
        });
        let level = compression.default_level();
        let bytes = builder.finish_compressed(&mut Codecs::new(), compression, level);
        let rules = AppendRules {
            timestamp_before_max_ms: 100,
            timestamp_after_max_ms: 50,
            ..client()
        };
        let rejection = reject(&bytes, &rules);
        assert_eq!(rejection.code(), ErrorCode::INVALID_TIMESTAMP);
        let indexes: Vec<_> = rejection
            .record_errors()
            .iter()
            .map(|error| error.batch_index)
            .collect();
        assert_eq!(indexes, [1, 4], "{compression}");
    }
}

#[test]
fn a_timestamp_so_absurd_that_its_age_overflows_is_out_of_range() {
    let mut builder = BatchBuilder::new();
    builder.append(&NewRecord::new(TimestampMs(i64::MIN), None, None));
    builder.append(&NewRecord::new(TimestampMs(i64::MAX), None, None));
    let rejection = reject(&builder.finish(), &client());
    assert_eq!(rejection.code(), ErrorCode::INVALID_TIMESTAMP);
    assert_eq!(rejection.record_errors().len(), 2);
}

#[test]
fn a_compacted_topic_reports_each_record_without_a_key() {
    let mut builder = BatchBuilder::new();
    builder.append(&NewRecord::new(NOW, Some(b""), Some(b"v")));
    builder.append(&NewRecord::new(NOW, None, Some(b"v")));
    let rules = AppendRules {
        is_compacted: true,
        compressed_check: CompressedCheck::Header,
        ..client()
    };
    let expected = [RecordError {
        batch_index: 1,
        problem: RecordProblem::NoKey,
    }];
    for compression in Compression::ALL {
        let level = compression.default_level();
        let bytes = builder
            .clone()
            .finish_compressed(&mut Codecs::new(), compression, level);
        let rejection = reject(&bytes, &rules);
        assert_eq!(rejection.code(), ErrorCode::INVALID_RECORD);
        assert_eq!(rejection.record_errors(), expected);
    }
}

#[test]
fn a_producer_may_not_claim_append_time() {
    let bytes = records().log_append_time(NOW).finish();
    let rules = AppendRules {
        timestamp_type: TimestampType::LogAppendTime,
        ..client()
    };
    let rejection = reject(&bytes, &rules);
    assert_eq!(rejection.code(), ErrorCode::INVALID_TIMESTAMP);
    assert_eq!(rejection.record_errors().len(), 5);
    // On a CreateTime topic the claim is only corrected, as in Kafka.
    assert!(matches!(accept(&bytes, &client()).plan, Plan::NewHeader(_)));
}

#[test]
fn a_header_check_believes_what_a_compressed_batch_says() {
    let rules = AppendRules {
        compressed_check: CompressedCheck::Header,
        ..client()
    };
    let attributes = i16::from(Compression::Zstd.id()).to_be_bytes();
    let bytes = forged(batch(Compression::Gzip), layout::ATTRIBUTES, &attributes);
    assert_eq!(accept(&bytes, &rules).plan, Plan::AsIs);
    assert!(reject(&bytes, &client()).code() == ErrorCode::INVALID_RECORD);
}

#[test]
fn a_compressed_record_larger_than_the_topic_allows_is_invalid() {
    // 100 bytes of value, and before it attributes, two deltas, "key" and the lengths of key, value and headers.
    let largest = 1 + 1 + 1 + 4 + 2 + 100 + 1;
    let rules = |max_decompressed_message_bytes| AppendRules {
        max_decompressed_message_bytes,
        ..client()
    };
    for compression in Compression::ALL.into_iter().skip(1) {
        let bytes = batch(compression);
        assert_eq!(accept(&bytes, &rules(largest)).plan, Plan::AsIs);
        let rejection = reject(&bytes, &rules(largest - 1));
        assert_eq!(rejection.code(), ErrorCode::INVALID_RECORD);
    }
    // What is not compressed is bounded by the batch.
    assert_eq!(
        accept(&batch(Compression::None), &rules(1)).plan,
        Plan::AsIs
    );
}
