//! Record batches that no producer writes.
//!
//! What a batch is answered with is Apache Kafka's code, but for streams that are corrupt, an unknown codec, a length
//! beyond the end and a varint without one: there it says UNKNOWN_SERVER_ERROR, as its code had not thought of them.

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use records::{BatchBuilder, Codecs, Compression, NewRecord, checksum, layout};

use crate::node::{Node, batch, create_topic, fetch, now, produce, produce_at};
use crate::wire::{Wire, encoded, expect_closed};

/// The most that memory may grow, in MiB, where nothing is decompressed.
const SMALL: u64 = 32;

const TOPIC: &str = "t";

/// A topic, one that is compacted, and a connection.
fn connected(node: &Node) -> Wire {
    let mut wire = node.connect();
    create_topic(&mut wire, TOPIC, 1, &[]);
    create_topic(&mut wire, "compacted", 1, &[("cleanup.policy", "compact")]);
    wire
}

fn two_records() -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for value in [&b"one"[..], b"two"] {
        builder.append(&NewRecord::new(now(), None, Some(value)));
    }
    builder.finish()
}

/// Puts `bytes` at `at`.
fn patched(mut batch: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    batch[at..at + bytes.len()].copy_from_slice(bytes);
    batch
}

/// The same with its length and checksum made right.
fn mended(mut batch: Vec<u8>) -> Vec<u8> {
    let length = i32::try_from(batch.len() - layout::LOG_OVERHEAD).unwrap();
    batch = patched(batch, layout::BATCH_LENGTH, &length.to_be_bytes());
    let crc = checksum::crc32c(&batch[layout::ATTRIBUTES..]);
    patched(batch, layout::CRC, &crc.to_be_bytes())
}

/// A header field that says something else, under a right checksum.
fn says(at: usize, bytes: &[u8]) -> Vec<u8> {
    mended(patched(two_records(), at, bytes))
}

fn attributes(flags: i16) -> Vec<u8> {
    says(layout::ATTRIBUTES, &flags.to_be_bytes())
}

/// A batch whose header counts `count` records, and whose records section is `section`.
fn with_section(count: i32, section: &[u8]) -> Vec<u8> {
    let mut batch = batch(b"")[..layout::HEADER_SIZE].to_vec();
    batch = patched(batch, layout::LAST_OFFSET_DELTA, &(count - 1).to_be_bytes());
    batch = patched(batch, layout::RECORD_COUNT, &count.to_be_bytes());
    batch.extend(section);
    mended(batch)
}

fn refused(node: &Node, cases: &[(&str, ErrorCode, Vec<u8>)]) {
    let mut wire = connected(node);
    let before = fetch(&mut wire, TOPIC, 0, 0);
    for (what, expected, batch) in cases {
        let (error, _) = produce(&mut wire, TOPIC, 0, -1, batch);
        assert_eq!(error, *expected, "{what}");
    }
    assert_eq!(fetch(&mut wire, TOPIC, 0, 0), before, "nothing was written");
    let (error, _) = produce(&mut wire, TOPIC, 0, -1, &batch(b"and on"));
    assert!(error.is_none(), "{error:?}");
}

#[test]
fn frames_that_lie_are_refused() {
    const INVALID: ErrorCode = ErrorCode::INVALID_RECORD;
    const CORRUPT: ErrorCode = ErrorCode::CORRUPT_MESSAGE;
    let with = |at: usize, bytes: &[u8]| patched(two_records(), at, bytes);
    let length = layout::BATCH_LENGTH;
    let cases = [
        ("no batch", INVALID, Vec::new()),
        ("half a batch", INVALID, two_records()[..40].to_vec()),
        ("two batches", INVALID, two_records().repeat(2)),
        ("magic 3", CORRUPT, with(layout::MAGIC, &[3])),
        ("magic -1", CORRUPT, with(layout::MAGIC, &[0xff])),
        (
            "a wrong checksum",
            CORRUPT,
            with(layout::CRC, &[1, 2, 3, 4]),
        ),
        (
            "a changed record",
            CORRUPT,
            with(layout::RECORDS + 6, &[0xee]),
        ),
        ("a length of 0", CORRUPT, with(length, &[0; 4])),
        ("a negative length", CORRUPT, with(length, &[0xff; 4])),
        (
            "a length beyond the end",
            INVALID,
            with(length, &[0x7f, 0xff, 0xff, 0xff]),
        ),
        (
            "a base offset",
            INVALID,
            with(layout::BASE_OFFSET, &[0, 0, 0, 0, 0, 0, 0, 7]),
        ),
    ];
    Node::start(&[]).withstands(SMALL, |node| refused(node, &cases));
}

#[test]
fn headers_that_lie_are_refused() {
    const INVALID: ErrorCode = ErrorCode::INVALID_RECORD;
    let count = |count: i32| says(layout::RECORD_COUNT, &count.to_be_bytes());
    let last = |delta: i32| says(layout::LAST_OFFSET_DELTA, &delta.to_be_bytes());
    let unknown_codec = ErrorCode::UNSUPPORTED_COMPRESSION_TYPE;
    let producer = says(layout::PRODUCER_ID, &1_i64.to_be_bytes());
    let cases = [
        ("a count of 0", INVALID, count(0)),
        ("a count of -1", INVALID, count(-1)),
        ("a count of 2^31-1", INVALID, count(i32::MAX)),
        ("a last offset that is not the count's", INVALID, last(5)),
        ("a negative last offset", INVALID, last(-1)),
        ("a control batch", INVALID, attributes(layout::CONTROL_FLAG)),
        ("a producer without a sequence", INVALID, producer),
        ("a codec that is none", unknown_codec, attributes(5)),
    ];
    Node::start(&[]).withstands(SMALL, |node| refused(node, &cases));
}

#[test]
fn old_formats_are_refused() {
    let message = |magic: u8| {
        let mut batch = vec![0; 34];
        batch[8..12].copy_from_slice(&22_i32.to_be_bytes());
        batch[16] = magic;
        batch
    };
    let cases = [
        ("magic 0", ErrorCode::INVALID_RECORD, message(0)),
        ("magic 1", ErrorCode::INVALID_RECORD, message(1)),
    ];
    Node::start(&[]).withstands(SMALL, |node| refused(node, &cases));
}

#[test]
fn records_that_lie_are_refused() {
    // Length, attributes, timestamp, offset, null key, null value, no headers.
    const RECORD: [u8; 7] = [12, 0, 0, 0, 1, 1, 0];
    let record = |at: usize, byte: u8| {
        let mut record = RECORD;
        record[at] = byte;
        record
    };
    let long_varint = [0xff, 0xff, 0xff, 0xff, 0x0f];
    let sections: [(&str, i32, Vec<u8>); 11] = [
        ("a record of length -1", 1, vec![1]),
        (
            "a record of length 2^31-1",
            1,
            [&[0xfe][..], &long_varint[1..]].concat(),
        ),
        (
            "a record longer than its fields",
            1,
            [&record(0, 14)[..], &[0]].concat(),
        ),
        (
            "a record shorter than its fields",
            1,
            record(0, 10).to_vec(),
        ),
        ("2^6-1 headers in no bytes", 1, record(6, 0x7e).to_vec()),
        ("-1 headers", 1, record(6, 1).to_vec()),
        (
            "a header key of length -1",
            1,
            vec![16, 0, 0, 0, 1, 1, 2, 1, 1],
        ),
        ("a key beyond the end", 1, record(4, 0x7e).to_vec()),
        ("fewer records than counted", 2, RECORD.to_vec()),
        ("more records than counted", 1, [RECORD, RECORD].concat()),
        ("a varint that does not end", 1, vec![0xff; 20]),
    ];
    let cases = sections.map(|(what, count, section)| {
        (
            what,
            ErrorCode::INVALID_RECORD,
            with_section(count, &section),
        )
    });
    Node::start(&[]).withstands(SMALL, |node| refused(node, &cases));
}

#[test]
fn streams_that_are_corrupt_are_refused() {
    let mut cases = Vec::new();
    for codec in [
        Compression::Gzip,
        Compression::Snappy,
        Compression::Lz4,
        Compression::Zstd,
    ] {
        let whole = compressed(codec, &[&b"the same, the same, the same"[..]; 3]);
        let cut = mended(whole[..whole.len() - 3].to_vec());
        cases.push((codec.name(), ErrorCode::INVALID_RECORD, cut));
        let noise = mended([&whole[..layout::HEADER_SIZE], &[0xa5; 64]].concat());
        cases.push((codec.name(), ErrorCode::INVALID_RECORD, noise));
    }
    Node::start(&[]).withstands(SMALL, |node| refused(node, &cases));
}

fn compressed(codec: Compression, values: &[&[u8]]) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for value in values {
        builder.append(&NewRecord::new(now(), None, Some(value)));
    }
    builder.finish_compressed(&mut Codecs::new(), codec, codec.default_level())
}

#[test]
fn bombs_of_every_codec_are_refused_in_bounded_memory() {
    // What a batch may decompress to is 100 MiB, in a buffer that grows by doubling; the two threads of the server
    // may do so at once.
    Node::start(&[]).withstands(450, |node| {
        let mut wire = connected(node);
        create_topic(&mut wire, "wide", 1, &[("max.message.bytes", "52428800")]);
        let zeros = vec![0; 160 << 20];
        for codec in [
            Compression::Gzip,
            Compression::Snappy,
            Compression::Lz4,
            Compression::Zstd,
        ] {
            let bomb = compressed(codec, &[&zeros]);
            assert!(bomb.len() < 20 << 20, "{codec}: {} bytes", bomb.len());
            let (error, _) = produce(&mut wire, "wide", 0, -1, &bomb);
            assert_eq!(error, ErrorCode::MESSAGE_TOO_LARGE, "{codec}");
        }
        assert!(fetch(&mut wire, "wide", 0, 0).is_empty());
    });
}

#[test]
fn a_batch_of_a_million_tiny_records_is_accepted() {
    Node::start(&[]).withstands(256, |node| {
        let mut wire = connected(node);
        create_topic(&mut wire, "wide", 1, &[("max.message.bytes", "52428800")]);
        let mut builder = BatchBuilder::new();
        for _ in 0..1_000_000 {
            builder.append(&NewRecord::new(now(), None, None));
        }
        for batch in [
            builder.clone().finish(),
            builder.finish_compressed(&mut Codecs::new(), Compression::Zstd, 3),
        ] {
            let (error, _) = produce(&mut wire, "wide", 0, -1, &batch);
            assert!(error.is_none(), "{error:?}");
        }
    });
}

#[test]
fn limits_of_topics_are_kept() {
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = connected(node);
        create_topic(
            &mut wire,
            "strict",
            1,
            &[
                ("max.message.bytes", "1000"),
                ("message.timestamp.before.max.ms", "1000"),
                ("message.timestamp.after.max.ms", "1000"),
            ],
        );
        let mut ask = |topic: &str, batch: &[u8]| produce(&mut wire, topic, 0, -1, batch).0;
        let at = |size: usize| {
            let overhead = batch(&vec![1; 800]).len() - 800;
            batch(&vec![1; size - overhead])
        };
        assert_eq!(at(1000).len(), 1000);
        assert_eq!(ask("strict", &at(1000)), ErrorCode::NONE);
        assert_eq!(ask("strict", &at(1001)), ErrorCode::MESSAGE_TOO_LARGE);
        let timed = |time: i64| {
            let mut builder = BatchBuilder::new();
            builder.append(&NewRecord::new(TimestampMs(time), None, Some(b"x")));
            builder.finish()
        };
        for time in [0, now().0 - 100_000, now().0 + 100_000, i64::MAX] {
            assert_eq!(
                ask("strict", &timed(time)),
                ErrorCode::INVALID_TIMESTAMP,
                "{time}"
            );
        }
        assert_eq!(
            ask("compacted", &batch(b"no key")),
            ErrorCode::INVALID_RECORD
        );
        assert_eq!(
            ask("none", &batch(b"x")),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
    });
}

/// A batch of `size` bytes, far above 100: what the value leaves is the key's.
fn as_large_as(size: usize) -> Vec<u8> {
    let value = vec![1; size - 100];
    let of_key = |length: usize| {
        let mut builder = BatchBuilder::new();
        builder.append(&NewRecord::new(now(), Some(&vec![1; length]), Some(&value)));
        builder.finish()
    };
    of_key(1 + size - of_key(1).len())
}

#[test]
fn a_batch_that_no_segment_can_hold_is_refused() {
    const SEGMENT: usize = 1 << 20;
    let segment = SEGMENT.to_string();
    let configs = [
        ("segment.bytes", segment.as_str()),
        ("max.message.bytes", "4194304"),
    ];
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = node.connect();
        create_topic(&mut wire, "short", 1, &configs);
        let mut ask = |size: usize| {
            let batch = as_large_as(size);
            assert_eq!(batch.len(), size);
            produce(&mut wire, "short", 0, -1, &batch)
        };
        let refused = (ErrorCode::RECORD_LIST_TOO_LARGE, -1);
        assert_eq!(ask(SEGMENT + 1), refused);
        assert_eq!(ask(3 * SEGMENT), refused);
        assert_eq!(ask(SEGMENT), (ErrorCode::NONE, 0), "as large as a segment");
        assert_eq!(ask(SEGMENT + 1), refused, "and what is there stays");
        assert_eq!(ask(SEGMENT), (ErrorCode::NONE, 1));
        assert_eq!(fetch(&mut wire, "short", 0, 0).len(), 1, "a segment each");
        assert_eq!(fetch(&mut wire, "short", 0, 1).len(), 1);
    });
}

#[test]
fn zstd_is_refused_before_the_version_that_brings_it() {
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = connected(node);
        let batch = compressed(Compression::Zstd, &[b"x"]);
        let (error, _) = produce_at(&mut wire, 6, TOPIC, 0, -1, &batch);
        assert_eq!(error, ErrorCode::UNSUPPORTED_COMPRESSION_TYPE);
        let (error, _) = produce_at(&mut wire, 7, TOPIC, 0, -1, &batch);
        assert!(error.is_none(), "{error:?}");
    });
}

#[test]
fn a_refused_batch_that_wants_no_answer_ends_the_connection() {
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = connected(node);
        let bad = patched(two_records(), layout::CRC, &[1, 2, 3, 4]);
        wire.send(&encoded(
            12,
            &crate::node::produce_request(TOPIC, 0, 0, &bad),
        ));
        expect_closed("an error with acks=0", &wire.back());
    });
}

fn idempotent(id: i64, epoch: i16, sequence: i32) -> Vec<u8> {
    let mut builder = BatchBuilder::new().producer(ProducerId(id), ProducerEpoch(epoch), sequence);
    builder.append(&NewRecord::new(now(), None, Some(b"x")));
    builder.finish()
}

#[test]
fn sequences_and_epochs_out_of_order_are_refused() {
    const ORDER: ErrorCode = ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER;
    const EPOCH: ErrorCode = ErrorCode::INVALID_PRODUCER_EPOCH;
    const NONE: ErrorCode = ErrorCode::NONE;
    let steps = [
        ("the first", 5, 0, NONE),
        ("the same again", 5, 0, NONE),
        ("a gap", 5, 2, ORDER),
        ("far ahead", 5, i32::MAX, ORDER),
        ("the next", 5, 1, NONE),
        ("an older epoch", 4, 2, EPOCH),
        ("a newer epoch that does not begin at 0", 6, 3, ORDER),
        ("a newer epoch", 6, 0, NONE),
        ("the last epoch", i16::MAX, 0, NONE),
        ("an epoch after the last", 0, 0, EPOCH),
    ];
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = connected(node);
        for (what, epoch, sequence, expected) in steps {
            let (error, _) = produce(&mut wire, TOPIC, 0, -1, &idempotent(7, epoch, sequence));
            assert_eq!(error, expected, "{what}");
        }
        assert_eq!(fetch(&mut wire, TOPIC, 0, 0).len(), 4, "each once");
        // A producer that nobody knows may begin anywhere; its numbers wrap after the largest.
        for (what, sequence, expected) in [
            ("anywhere", i32::MAX - 1, NONE),
            ("the largest", i32::MAX, NONE),
            ("wrapped", 0, NONE),
            ("a gap behind the wrap", 2, ORDER),
        ] {
            let (error, _) = produce(&mut wire, TOPIC, 0, -1, &idempotent(8, 0, sequence));
            assert_eq!(error, expected, "{what}");
        }
    });
}

/// As in Apache Kafka, -1 is the epoch of a producer that was given none, and whatever follows it begins anywhere.
#[test]
fn a_producer_without_an_epoch_comes_before_all_that_have_one() {
    const ORDER: ErrorCode = ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER;
    const EPOCH: ErrorCode = ErrorCode::INVALID_PRODUCER_EPOCH;
    const NONE: ErrorCode = ErrorCode::NONE;
    let steps = [
        ("epoch -2", 7, -2, 0, EPOCH),
        ("the smallest epoch", 7, i16::MIN, 0, EPOCH),
        ("epoch -1", 7, -1, 0, NONE),
        ("the same again", 7, -1, 0, NONE),
        ("the next", 7, -1, 1, NONE),
        ("the first epoch, which begins anywhere", 7, 0, 2, NONE),
        ("the next of it", 7, 0, 3, NONE),
        ("a gap", 7, 0, 5, ORDER),
        ("epoch -1 after 0", 7, -1, 4, EPOCH),
        ("epoch -1 of another who begins anywhere", 8, -1, 5, NONE),
    ];
    Node::start(&[]).withstands(SMALL, |node| {
        let mut wire = connected(node);
        let seen = steps.map(|(what, id, epoch, sequence, _)| {
            let batch = idempotent(id, epoch, sequence);
            (what, produce(&mut wire, TOPIC, 0, -1, &batch).0)
        });
        let expected = steps.map(|(what, .., expected)| (what, expected));
        assert_eq!(seen, expected);
        assert_eq!(fetch(&mut wire, TOPIC, 0, 0).len(), 5, "{seen:?}");
    });
}
