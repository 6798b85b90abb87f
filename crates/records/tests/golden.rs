//! Bytes that Apache Kafka's Java client wrote are read, and written alike where no codec is involved.

use std::collections::BTreeMap;

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};
use records::builder::emptied;
use records::control::{EndTransaction, control_batch};
use records::{
    Batch, BatchBuilder, BatchIter, Codecs, Compression, ControlType, NewRecord, RecordBatch,
    TimestampType,
};

const T: i64 = 1_700_000_000_000;
const LIMIT: usize = 1 << 20;
const NO_HEADERS: &[(&str, Option<&[u8]>)] = &[];
const HEADERS: &[(&str, Option<&[u8]>)] = &[("h", Some(b"x")), ("null", None)];

fn golden() -> BTreeMap<&'static str, Vec<u8>> {
    let lines = include_str!("golden/java-client-4.4.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, hex) = line.split_once(' ').unwrap();
            let digits: Vec<_> = hex
                .chars()
                .map(|digit| digit.to_digit(16).unwrap())
                .collect();
            (
                name,
                digits
                    .chunks(2)
                    .map(|pair| (pair[0] << 4 | pair[1]) as u8)
                    .collect(),
            )
        })
        .collect()
}

fn long_value() -> Vec<u8> {
    (0..300).map(|index| b'a' + index as u8 % 8).collect()
}

/// The records of the batches named `v<magic>-...`, as the Java program made them.
fn sample<'a>(
    long_value: &'a [u8],
    headers: &'a [(&'a str, Option<&'a [u8]>)],
) -> [NewRecord<'a>; 3] {
    let record = |at, key, value, headers| NewRecord {
        timestamp: Some(TimestampMs(at)),
        key,
        value,
        headers,
    };
    [
        record(T, Some(&b"k0"[..]), Some(&b"value-0"[..]), headers),
        record(T + 5, None, None, NO_HEADERS),
        record(T - 3, Some(&b"k2"[..]), Some(long_value), NO_HEADERS),
    ]
}

/// Every record of `bytes` is the sample's, at offsets from 10, with timestamps as `timestamp` makes them.
fn check(name: &str, bytes: &[u8], timestamp: fn(i64) -> Option<TimestampMs>) {
    let value = long_value();
    let has_headers = name.starts_with("v2") || name == "transactional";
    let expected = sample(&value, if has_headers { HEADERS } else { NO_HEADERS });
    let mut codecs = Codecs::new();
    let mut seen = 0;
    for batch in BatchIter::new(bytes) {
        let batch = batch.unwrap();
        assert!(batch.is_valid_crc(), "{name}");
        for record in batch.records(&mut codecs, LIMIT).unwrap() {
            let (record, expected) = (record.unwrap(), expected[seen]);
            assert_eq!(record.offset, Offset(10 + seen as i64), "{name}");
            assert_eq!(
                record.timestamp,
                timestamp(expected.timestamp.unwrap().0),
                "{name}"
            );
            assert_eq!(
                (record.key, record.value),
                (expected.key, expected.value),
                "{name}"
            );
            let headers = expected
                .headers
                .iter()
                .map(|(key, value)| (key.as_bytes(), *value));
            assert!(record.headers.iter().eq(headers), "{name}");
            seen += 1;
        }
    }
    assert_eq!(seen, 3, "{name}");
}

#[test]
fn batches_of_the_java_client_are_read_in_every_magic_and_codec() {
    let golden = golden();
    for (name, bytes) in golden.iter().filter(|(name, _)| name.starts_with('v')) {
        if name.starts_with("v0") {
            check(name, bytes, |_| None);
        } else if name.ends_with("append-time") {
            check(name, bytes, |_| Some(TimestampMs(T + 99)));
        } else {
            check(name, bytes, |at| Some(TimestampMs(at)));
        }
    }
    assert_eq!(
        golden.keys().filter(|name| name.starts_with('v')).count(),
        17
    );
}

#[test]
fn streams_of_several_blocks_are_read() {
    let golden = golden();
    let expected: Vec<_> = (0..70_000)
        .map(|index| b'a' + (index / 100 % 20) as u8)
        .collect();
    for compression in Compression::ALL.into_iter().skip(1) {
        let bytes = &golden[format!("huge-{compression}").as_str()];
        let batch = RecordBatch::parse(bytes).unwrap();
        assert_eq!(batch.compression(), Some(compression));
        let mut codecs = Codecs::new();
        let record = batch
            .records(&mut codecs, LIMIT)
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(record.value, Some(&expected[..]), "{compression}");
    }
}

#[test]
fn what_is_built_without_a_codec_is_what_the_java_client_writes() {
    let golden = golden();
    let value = long_value();
    let filled = |mut builder: BatchBuilder| {
        sample(&value, HEADERS)
            .iter()
            .for_each(|record| builder.append(record));
        builder.finish()
    };
    let plain = BatchBuilder::new().base_offset(Offset(10));
    assert_eq!(filled(plain.clone()), golden["v2-none"]);
    let append_time = plain.clone().log_append_time(TimestampMs(T + 99));
    assert_eq!(filled(append_time), golden["v2-none-append-time"]);
    let producer = plain.producer(ProducerId(7000), ProducerEpoch(3), 17);
    assert_eq!(filled(producer.transactional()), golden["transactional"]);
}

#[test]
fn a_batch_grows_by_no_more_than_the_bound_on_its_record() {
    let value = long_value();
    let mut builder = BatchBuilder::new();
    for record in sample(&value, HEADERS) {
        let before = builder.size();
        builder.append(&record);
        let grown = builder.size() - before;
        let bound = BatchBuilder::size_bound(&record);
        assert!(grown <= bound && bound <= grown + 32, "{grown} {bound}");
    }
    assert_eq!(builder.size(), builder.clone().finish().len());
}

#[test]
fn transaction_markers_are_what_the_java_broker_writes() {
    let golden = golden();
    let marker = |is_committed| EndTransaction {
        is_committed,
        coordinator_epoch: 5,
    };
    let commit = marker(true).batch(ProducerId(7000), ProducerEpoch(3), TimestampMs(T));
    assert_eq!(commit, golden["commit"]);
    let abort = RecordBatch::parse(&golden["abort"]).unwrap();
    assert_eq!(abort.control_type(), Ok(Some(ControlType::Abort)));
    assert_eq!(EndTransaction::read(&abort), Ok(Some(marker(false))));
    assert_eq!(abort.leader_epoch(), Some(LeaderEpoch(4)));
}

#[test]
fn control_batches_of_the_metadata_log_are_what_the_java_controller_writes() {
    let golden = golden();
    for (name, kind) in [
        ("leader-change", ControlType::LeaderChange),
        ("snapshot-header", ControlType::SnapshotHeader),
        ("snapshot-footer", ControlType::SnapshotFooter),
        ("kraft-version", ControlType::KRaftVersion),
        ("kraft-voters", ControlType::KRaftVoters),
    ] {
        let batch = RecordBatch::parse(&golden[name]).unwrap();
        assert_eq!(batch.control_type(), Ok(Some(kind)), "{name}");
        assert_eq!(EndTransaction::read(&batch), Ok(None), "{name}");
        let record = batch.plain_records().unwrap().next().unwrap().unwrap();
        let built = control_batch(
            batch.base_offset(),
            batch.leader_epoch().unwrap(),
            TimestampMs(T),
            &[(kind, record.value.unwrap())],
        );
        assert_eq!(built, golden[name], "{name}");
    }
}

#[test]
fn an_emptied_batch_is_what_the_java_cleaner_leaves() {
    let golden = golden();
    let value = long_value();
    let mut builder = BatchBuilder::new()
        .base_offset(Offset(10))
        .leader_epoch(LeaderEpoch(4))
        .producer(ProducerId(7000), ProducerEpoch(3), 17)
        .transactional();
    sample(&value, HEADERS)
        .iter()
        .for_each(|record| builder.append(record));
    let full = builder.finish();
    let header = *RecordBatch::parse(&full).unwrap();
    assert_eq!(emptied(&header)[..], golden["empty"]);
    let empty = RecordBatch::parse(&golden["empty"]).unwrap();
    assert_eq!(empty.plain_records().unwrap().count(), 0);
    assert_eq!(
        (empty.last_offset(), empty.last_sequence()),
        (Offset(12), Some(19))
    );
}

#[test]
fn a_wrong_descriptor_checksum_of_lz4_is_forgiven_in_magic_zero_only() {
    let golden = golden();
    let flip_checksum = |name: &str| {
        let mut bytes = golden[name].clone();
        let magic = [4, 0x22, 0x4d, 0x18];
        let frame = bytes.windows(4).position(|window| window == magic).unwrap();
        bytes[frame + 6] ^= 0xff;
        bytes
    };
    let records = |bytes: &[u8]| {
        let batch = Batch::parse(bytes).unwrap().unwrap();
        batch
            .records(&mut Codecs::new(), LIMIT)
            .map(Iterator::count)
    };
    assert_eq!(records(&flip_checksum("v0-lz4")), Ok(3));
    assert!(records(&flip_checksum("v1-lz4")).is_err());
    assert!(records(&flip_checksum("v2-lz4")).is_err());
}

#[test]
fn the_timestamp_type_of_an_old_wrapper_holds_for_its_records() {
    let golden = golden();
    let Some(Batch::Legacy(wrapper)) = Batch::parse(&golden["v1-gzip-append-time"]).unwrap() else {
        panic!("magic 1 is a legacy batch")
    };
    assert_eq!(wrapper.timestamp_type(), TimestampType::LogAppendTime);
    assert_eq!((wrapper.offset(), wrapper.magic()), (Offset(12), 1));
}
