//! Whatever records are written come back, through every codec and every level.

use model::{Offset, TimestampMs};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use records::codec::Framing;
use records::{
    AppendRules, BatchBuilder, Codecs, Compression, NewRecord, Origin, Plan, RecordBatch, validate,
};

const LIMIT: usize = 8 << 20;

/// A record with everything owned.
#[derive(Clone, Debug)]
struct Owned {
    timestamp: Option<i64>,
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Option<Vec<u8>>)>,
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    // Few different bytes, so that codecs find something to do.
    (vec(0_u8..4, 0..most), any::<u8>()).prop_map(|(bytes, salt)| {
        bytes
            .into_iter()
            .map(|byte| byte.wrapping_mul(salt))
            .collect()
    })
}

fn owned() -> impl Strategy<Value = Owned> {
    let headers = vec((".{0,8}", of(bytes(20))), 0..4);
    (
        of(0_i64..1 << 50),
        of(bytes(200)),
        of(bytes(3_000)),
        headers,
    )
        .prop_map(|(timestamp, key, value, headers)| Owned {
            timestamp,
            key,
            value,
            headers,
        })
}

fn build(records: &[Owned]) -> BatchBuilder {
    let mut builder = BatchBuilder::new();
    for record in records {
        let headers: Vec<_> = record
            .headers
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_deref()))
            .collect();
        builder.append(&NewRecord {
            timestamp: record.timestamp.map(TimestampMs),
            key: record.key.as_deref(),
            value: record.value.as_deref(),
            headers: &headers,
        });
    }
    builder
}

proptest! {
    #[test]
    fn records_come_back_from_every_codec(
        records in vec(owned(), 1..12),
        compression in select(&Compression::ALL[..]),
    ) {
        let mut codecs = Codecs::new();
        let level = compression.default_level();
        let bytes = build(&records).finish_compressed(&mut codecs, compression, level);
        let batch = RecordBatch::parse(&bytes).unwrap();
        prop_assert!(batch.is_valid_crc());
        prop_assert_eq!(batch.record_count() as usize, records.len());
        let newest = records.iter().filter_map(|record| record.timestamp).max();
        prop_assert_eq!(batch.max_timestamp(), newest.map(TimestampMs));
        let decoded = batch.records(&mut codecs, LIMIT).unwrap();
        for ((index, expected), record) in (0..).zip(&records).zip(decoded) {
            let record = record.unwrap();
            prop_assert_eq!(record.offset, Offset(index));
            prop_assert_eq!(record.timestamp, expected.timestamp.map(TimestampMs));
            prop_assert_eq!(record.key, expected.key.as_deref());
            prop_assert_eq!(record.value, expected.value.as_deref());
            let headers = expected.headers.iter();
            prop_assert!(record.headers.iter().eq(
                headers.map(|(key, value)| (key.as_bytes(), value.as_deref()))
            ));
        }
        let rules = AppendRules {
            timestamp_after_max_ms: i64::MAX,
            ..AppendRules::new(Origin::Client { produce_version: 13 })
        };
        let accepted = validate(&bytes, &rules, TimestampMs(0), &mut codecs).unwrap();
        prop_assert_eq!(accepted.plan, Plan::AsIs);
    }

    #[test]
    fn any_bytes_come_back_from_every_codec_with_reused_contexts(
        inputs in vec((vec(any::<u8>(), 0..3_000), 0_usize..40), 1..5),
        compression in select(&Compression::ALL[..]),
    ) {
        let mut codecs = Codecs::new();
        for (part, times) in inputs {
            let input = part.repeat(times);
            let mut out = Vec::new();
            codecs.compress(compression, compression.default_level(), &input, &mut out);
            let back = codecs.decompress(compression, Framing::Standard, &out, LIMIT);
            prop_assert_eq!(back, Ok(&input[..]));
        }
    }

    #[test]
    fn every_level_of_a_codec_is_read_back(
        (compression, level) in select(vec![
            (Compression::Gzip, -1), (Compression::Gzip, 1), (Compression::Gzip, 9),
            (Compression::Lz4, 1), (Compression::Lz4, 17),
            (Compression::Zstd, -131_072), (Compression::Zstd, -1), (Compression::Zstd, 22),
        ]),
        input in bytes(20_000),
    ) {
        let mut codecs = Codecs::new();
        let mut out = Vec::new();
        codecs.compress(compression, level, &input, &mut out);
        let back = codecs.decompress(compression, Framing::Standard, &out, LIMIT);
        prop_assert_eq!(back, Ok(&input[..]));
    }
}
