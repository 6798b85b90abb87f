//! Streams that lie, streams that explode, and bytes that mean nothing.

use records::codec::{CodecError, Framing};
use records::{
    AppendRules, BatchBuilder, BatchIter, Codecs, Compression, NewRecord, Origin, RecordBatch,
    checksum, layout, validate,
};

use model::{ErrorCode, TimestampMs};

const COMPRESSED: [Compression; 4] = [
    Compression::Gzip,
    Compression::Snappy,
    Compression::Lz4,
    Compression::Zstd,
];
const LIMIT: usize = 256 << 10;
const NOW: TimestampMs = TimestampMs(1_700_000_000_000);

fn compress(compression: Compression, input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Codecs::new().compress(compression, compression.default_level(), input, &mut out);
    out
}

fn decompress(compression: Compression, input: &[u8]) -> Result<usize, CodecError> {
    let mut codecs = Codecs::new();
    codecs
        .decompress(compression, Framing::Standard, input, LIMIT)
        .map(<[u8]>::len)
}

/// `input` is corrupt to `compression`.
fn check_corrupt(compression: Compression, input: &[u8]) {
    let result = decompress(compression, input);
    assert!(
        matches!(result, Err(CodecError::Corrupt { codec, .. }) if codec == compression),
        "{compression}: {result:?}"
    );
}

#[test]
fn output_up_to_the_limit_is_given_and_one_byte_more_is_refused() {
    for compression in COMPRESSED {
        let at_limit = compress(compression, &vec![7; LIMIT]);
        assert_eq!(
            decompress(compression, &at_limit),
            Ok(LIMIT),
            "{compression}"
        );
        let beyond = compress(compression, &vec![7; LIMIT + 1]);
        let expected = Err(CodecError::TooLarge { limit: LIMIT });
        assert_eq!(decompress(compression, &beyond), expected, "{compression}");
    }
}

#[test]
fn a_bomb_is_refused_in_every_codec() {
    for compression in COMPRESSED {
        let mut builder = BatchBuilder::new();
        builder.append(&NewRecord::new(NOW, None, Some(&vec![0; 4 << 20])));
        let level = compression.default_level();
        let bytes = builder.finish_compressed(&mut Codecs::new(), compression, level);
        let rules = AppendRules {
            max_message_bytes: 8 << 20,
            max_decompressed_bytes: LIMIT,
            ..AppendRules::new(Origin::Client {
                produce_version: 13,
            })
        };
        let rejection = validate(&bytes, &rules, NOW, &mut Codecs::new()).unwrap_err();
        assert_eq!(
            rejection.code(),
            ErrorCode::MESSAGE_TOO_LARGE,
            "{compression}: {rejection}"
        );
    }
}

#[test]
fn a_small_stream_with_a_byte_changed_is_never_taken_for_a_bomb() {
    let text = b"some bytes, some more bytes, and then some more of the same, the same, the same";
    let mut codecs = Codecs::new();
    for compression in COMPRESSED {
        let whole = compress(compression, text);
        for (at, change) in
            (0..whole.len()).flat_map(|at| (1..=255).map(move |change| (at, change)))
        {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let result = codecs.decompress(compression, Framing::Standard, &changed, LIMIT);
            let is_bomb = matches!(result, Err(CodecError::TooLarge { .. }));
            assert!(!is_bomb, "{compression} with {change} at {at}: {result:?}");
        }
    }
}

#[test]
fn an_empty_stream_and_a_stream_cut_off_anywhere_are_corrupt() {
    let text: Vec<_> = (0..2_000_u32)
        .flat_map(|number| number.to_le_bytes())
        .collect();
    for compression in COMPRESSED {
        let whole = compress(compression, &text);
        assert_eq!(decompress(compression, &whole), Ok(text.len()));
        // The empty input is no frame at all to zstd, and so nothing rather than corrupt.
        let first = usize::from(compression == Compression::Zstd);
        for length in first..whole.len() {
            let result = decompress(compression, &whole[..length]);
            // A snappy stream may end behind any chunk, its header included.
            let is_chunk_end = compression == Compression::Snappy && length == 16;
            assert!(
                result.is_err() || is_chunk_end,
                "{compression} at {length}: {result:?}"
            );
        }
    }
}

#[test]
fn a_declared_size_is_not_believed() {
    // Raw snappy that declares 2^32-1 bytes and holds five.
    check_corrupt(
        Compression::Snappy,
        &[0xff, 0xff, 0xff, 0xff, 0x0f, 0, 1, 2, 3, 4],
    );
    // A xerial chunk of 2^31-1 bytes, and one of a negative length.
    let header = b"\x82SNAPPY\0\0\0\0\x01\0\0\0\x01";
    check_corrupt(
        Compression::Snappy,
        &[&header[..], &[0x7f, 0xff, 0xff, 0xff, 0]].concat(),
    );
    check_corrupt(Compression::Snappy, &[&header[..], &[0xff; 8]].concat());
    // An LZ4 block beyond the frame's block size, and one that is not there.
    let frame = [4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
    check_corrupt(Compression::Lz4, &[&frame[..], &[1, 0, 1, 0, 0]].concat());
    check_corrupt(Compression::Lz4, &[&frame[..], &[0, 0, 1, 0, 0]].concat());
    // A zstd frame that declares 2^62 bytes in a single segment.
    let frame = [
        0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40, 1, 0, 0,
    ];
    assert!(decompress(Compression::Zstd, &frame).is_err());
}

#[test]
fn lz4_frames_that_kafkas_readers_refuse_are_corrupt() {
    let whole = compress(Compression::Lz4, &[9; 1_000]);
    for flags in [0x40, 0x20, 0x61, 0x62] {
        let mut bytes = whole.clone();
        bytes[4] = flags;
        check_corrupt(Compression::Lz4, &bytes);
    }
    for sizes in [0x30, 0x41, 0xc0] {
        let mut bytes = whole.clone();
        bytes[5] = sizes;
        check_corrupt(Compression::Lz4, &bytes);
    }
}

#[test]
fn raw_snappy_and_several_snappy_streams_in_a_row_are_read() {
    let raw = [5, 4 << 2, b'h', b'e', b'l', b'l', b'o'];
    assert_eq!(decompress(Compression::Snappy, &raw), Ok(5));
    let one = compress(Compression::Snappy, b"some bytes");
    assert_eq!(
        decompress(Compression::Snappy, &[one.clone(), one].concat()),
        Ok(20)
    );
}

#[test]
fn several_gzip_members_are_read_and_what_follows_them_is_ignored() {
    let one = compress(Compression::Gzip, b"some bytes");
    let bytes = [&one[..], &one, b"rubbish"].concat();
    assert_eq!(decompress(Compression::Gzip, &bytes), Ok(20));
}

#[test]
fn a_gzip_trailer_that_does_not_match_is_corrupt() {
    let whole = compress(Compression::Gzip, b"some bytes");
    for back in 1..=8 {
        let mut bytes = whole.clone();
        let at = bytes.len() - back;
        bytes[at] ^= 1;
        check_corrupt(Compression::Gzip, &bytes);
    }
}

/// xorshift64*: the same seed, the same bytes.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }

    /// Overwrites, cuts, repeats or extends `bytes` here and there.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes[at] = self.below(256) as u8,
                1 => bytes[at] ^= 1 << self.below(8),
                2 => bytes[at] = [0, 0x7f, 0x80, 0xff][self.below(4)],
                3 if at > 0 => bytes.truncate(at),
                4 => bytes.insert(at, self.below(256) as u8),
                _ => {
                    let end = bytes.len().min(at + 4);
                    bytes[at..end].fill([0, 0x7f, 0xff][self.below(3)]);
                }
            }
        }
    }
}

/// Reads whatever `bytes` are in every way there is; only a panic can fail.
fn read_everything(bytes: &[u8], codecs: &mut Codecs) -> usize {
    let mut read = 0;
    for batch in BatchIter::new(bytes).map_while(Result::ok) {
        if let Ok(records) = batch.records(codecs, LIMIT) {
            read += records
                .map_while(Result::ok)
                .map(|record| 1 + record.headers.iter().count())
                .sum::<usize>();
        }
        let _known = batch.v2().map(|batch| batch.control_type());
    }
    read
}

/// Makes length and checksum fit again, so that what lies behind those two checks is reached.
fn repair(bytes: &mut [u8]) {
    if bytes.len() < layout::HEADER_SIZE {
        return;
    }
    let length = i32::try_from(bytes.len() - layout::LOG_OVERHEAD).unwrap();
    bytes[layout::BATCH_LENGTH..][..4].copy_from_slice(&length.to_be_bytes());
    bytes[layout::MAGIC] = 2;
    let crc = checksum::crc32c(&bytes[layout::ATTRIBUTES..]);
    bytes[layout::CRC..][..4].copy_from_slice(&crc.to_be_bytes());
}

#[test]
fn mutated_batches_are_read_and_judged_without_a_panic() {
    let seeds = include_str!("golden/java-client-4.4.txt")
        .lines()
        .filter(|line| line.len() < 1200);
    let mut random = Seeded(0x6b_616c_6461);
    let mut codecs = Codecs::new();
    let (mut read, mut accepted, mut refused) = (0, 0, 0);
    for line in seeds.filter(|line| !line.starts_with('#')) {
        let hex = line.split_once(' ').unwrap().1.as_bytes();
        let digit = |byte: u8| (byte as char).to_digit(16).unwrap() as u8;
        let bytes: Vec<_> = hex
            .chunks(2)
            .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
            .collect();
        for round in 0..200 {
            let mut mutated = bytes.clone();
            if round % 2 == 0 {
                mutated[..8].fill(0);
            }
            random.mutate(&mut mutated);
            read += read_everything(&mutated, &mut codecs);
            repair(&mut mutated);
            read += read_everything(&mutated, &mut codecs);
            let rules = AppendRules {
                max_decompressed_bytes: LIMIT,
                ..AppendRules::new(Origin::Client {
                    produce_version: 13,
                })
            };
            match validate(&mutated, &rules, NOW, &mut codecs) {
                Ok(_) => accepted += 1,
                Err(_) => refused += 1,
            }
        }
    }
    // Neither everything nor nothing came through: the mutations reach both sides of the checks.
    assert!(
        read > 1_000 && accepted > 50 && refused > 1_000,
        "{read} {accepted} {refused}"
    );
}

#[test]
fn record_lengths_and_counts_beyond_the_bytes_are_errors() {
    let varint = |value: i64| {
        let mut zigzag = ((value << 1) ^ (value >> 63)) as u64;
        let mut bytes = Vec::new();
        while zigzag >= 0x80 {
            bytes.push(zigzag as u8 | 0x80);
            zigzag >>= 7;
        }
        bytes.push(zigzag as u8);
        bytes
    };
    // attributes, timestamp delta, offset delta, null key, null value, then a count of headers
    let body = |count: i64| [vec![0, 0, 0, 1, 1], varint(count)].concat();
    for record in [
        varint(-1),
        varint(i64::from(i32::MAX)),
        [varint(6), body(1 << 30)].concat(),
        [varint(6), body(-1)].concat(),
        [varint(7), body(0), vec![0]].concat(),
        [varint(5), body(0)].concat(),
        [varint(7), body(1), vec![0x7e]].concat(),
        [varint(8), body(1), vec![1, 1]].concat(),
    ] {
        let mut builder = BatchBuilder::new();
        builder.append(&NewRecord::default());
        let mut bytes = builder.finish();
        bytes.truncate(layout::HEADER_SIZE);
        bytes.extend_from_slice(&record);
        repair(&mut bytes);
        let batch = RecordBatch::parse(&bytes).unwrap();
        assert!(
            batch.plain_records().unwrap().next().unwrap().is_err(),
            "{record:?}"
        );
        let rules = AppendRules::new(Origin::Client {
            produce_version: 13,
        });
        let rejection = validate(&bytes, &rules, NOW, &mut Codecs::new()).unwrap_err();
        assert_eq!(rejection.code(), ErrorCode::INVALID_RECORD, "{record:?}");
    }
}
