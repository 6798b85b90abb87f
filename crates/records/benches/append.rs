//! What a leader pays to accept a batch: checksum, walk, decompression. `cargo bench -p records`.

#![expect(clippy::print_stdout, reason = "a benchmark reports to its user")]
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark is what clocks are for"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use model::TimestampMs;
use records::codec::Framing;
use records::validate::{CompressedCheck, TargetCompression};
use records::{
    AppendRules, BatchBuilder, Codecs, Compression, NewRecord, Origin, RecordBatch, TimestampType,
    checksum, validate,
};

const NOW: TimestampMs = TimestampMs(1_700_000_000_000);
const BATCH_SIZE: usize = 64 << 10;
const SAMPLE: Duration = Duration::from_millis(40);
const SAMPLES: usize = 7;

/// The least time that one call of `work` took, averaged within each of a few samples.
fn measure(name: &str, bytes: usize, records: usize, mut work: impl FnMut()) {
    let mut best = Duration::MAX;
    for _ in 0..SAMPLES {
        let (start, mut rounds) = (Instant::now(), 0_u32);
        while start.elapsed() < SAMPLE {
            (0..16).for_each(|_| work());
            rounds += 16;
        }
        best = best.min(start.elapsed() / rounds);
    }
    let nanos = best.as_nanos().max(1) as f64;
    println!(
        "{name:<52} {:>9.2} us  {:>7.2} GB/s  {:>7.1} ns/record",
        nanos / 1e3,
        bytes as f64 / nanos,
        nanos / records as f64
    );
}

/// Words of a small vocabulary: compresses about like JSON events do.
fn text(len: usize, seed: usize) -> Vec<u8> {
    const WORDS: [&str; 12] = [
        "\"user\":",
        "\"event\":",
        "click",
        "page",
        "14",
        "{",
        "},",
        "1f3a",
        "b7",
        "session",
        "9",
        "Z",
    ];
    let mut state = seed * 2_654_435_761 + 1;
    let mut out = Vec::with_capacity(len + 16);
    while out.len() < len {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        out.extend_from_slice(WORDS[(state >> 33) % WORDS.len()].as_bytes());
        if state >> 60 == 0 {
            out.extend_from_slice((state >> 40).to_string().as_bytes());
        }
    }
    out.truncate(len);
    out
}

fn batch(count: usize, value_size: usize, compression: Compression) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for index in 0..count {
        let timestamp = TimestampMs(NOW.0 + index as i64 / 8);
        builder.append(&NewRecord::new(
            timestamp,
            Some(b"key-0000"),
            Some(&text(value_size, index)),
        ));
    }
    builder.finish_compressed(&mut Codecs::new(), compression, compression.default_level())
}

fn main() {
    let mut codecs = Codecs::new();
    let rules = AppendRules::new(Origin::Client {
        produce_version: 13,
    });
    let raw = vec![7; BATCH_SIZE];
    measure("crc32c of 64 KiB", raw.len(), 1, || {
        black_box(checksum::crc32c(black_box(&raw)));
    });
    for size in [256, 1 << 10, 1 << 20] {
        let raw = vec![7; size];
        measure(&format!("crc32c of {size} B"), raw.len(), 1, || {
            black_box(checksum::crc32c(black_box(&raw)));
        });
    }
    for value_size in [100, 1024] {
        let count = BATCH_SIZE / value_size.max(64);
        let plain = batch(count, value_size, Compression::None);
        let name = |what: &str| format!("{what}, {count} x {value_size} B");
        let view = RecordBatch::parse(&plain).unwrap();
        measure(&name("walk uncompressed"), plain.len(), count, || {
            black_box(view.plain_records().unwrap().filter(Result::is_ok).count());
        });
        measure(&name("validate uncompressed"), plain.len(), count, || {
            black_box(validate(black_box(&plain), &rules, NOW, &mut codecs).unwrap());
        });
        let append_time = AppendRules {
            timestamp_type: TimestampType::LogAppendTime,
            ..rules
        };
        measure(
            &name("validate uncompressed, LogAppendTime"),
            plain.len(),
            count,
            || {
                black_box(validate(black_box(&plain), &append_time, NOW, &mut codecs).unwrap());
            },
        );
        for compression in Compression::ALL.into_iter().skip(1) {
            let packed = batch(count, value_size, compression);
            let ratio = packed.len() * 100 / plain.len();
            let name = |what: &str| name(&format!("{what} {compression} ({ratio} %)"));
            let section = RecordBatch::parse(&packed).unwrap().records_bytes();
            measure(&name("decompress"), plain.len(), count, || {
                let out = codecs.decompress(compression, Framing::Standard, section, 1 << 20);
                black_box(out.unwrap().len());
            });
            measure(&name("validate"), plain.len(), count, || {
                black_box(validate(black_box(&packed), &rules, NOW, &mut codecs).unwrap());
            });
            let header = AppendRules {
                compressed_check: CompressedCheck::Header,
                ..rules
            };
            measure(&name("validate header of"), plain.len(), count, || {
                black_box(validate(black_box(&packed), &header, NOW, &mut codecs).unwrap());
            });
            let level = compression.default_level();
            let target = TargetCompression::Codec(compression, level);
            let recompress = AppendRules {
                compression: target,
                ..rules
            };
            measure(&name("recompress to"), plain.len(), count, || {
                black_box(validate(black_box(&plain), &recompress, NOW, &mut codecs).unwrap());
            });
        }
    }
}
