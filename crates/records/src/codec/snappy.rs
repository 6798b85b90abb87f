//! Snappy in the framing of Xerial's Java library, which Kafka's producers write.
//!
//! ```text
//! 0x82 "SNAPPY" 0x00 | version int32 | least compatible version int32 | { length int32, raw snappy }*
//! ```
//!
//! All integers are big-endian. A stream without this beginning is one raw snappy block, as some clients
//! write it.

use super::output::Output;
use super::{CodecError, Compression};

const MAGIC: [u8; 8] = [0x82, b'S', b'N', b'A', b'P', b'P', b'Y', 0];
const VERSION: i32 = 1;
const HEADER_SIZE: usize = 16;
/// Bytes of input per chunk when writing, the Java library's default.
const CHUNK_SIZE: usize = 32 << 10;
/// A copy of three bytes yields 64, and nothing yields more per byte.
const GREATEST_RATIO: usize = 22;

const fn corrupt(reason: &'static str) -> CodecError {
    CodecError::Corrupt {
        codec: Compression::Snappy,
        reason,
    }
}

#[derive(Default)]
pub(super) struct Snappy {
    encoder: Option<Box<snap::raw::Encoder>>,
}

impl Snappy {
    pub(super) fn decompress(&mut self, input: &[u8], out: &mut Output) -> Result<(), CodecError> {
        if input.len() < HEADER_SIZE || !input.starts_with(&MAGIC) {
            return chunk(input, out);
        }
        let mut rest = input;
        while !rest.is_empty() {
            // A stream may be several, one behind the other, each with its own header.
            if rest.starts_with(&MAGIC) {
                rest = rest
                    .get(HEADER_SIZE..)
                    .ok_or(corrupt("its header is cut off"))?;
                continue;
            }
            let (length, after) = rest
                .split_first_chunk()
                .ok_or(corrupt("a chunk's length is cut off"))?;
            let length = usize::try_from(i32::from_be_bytes(*length))
                .map_err(|_| corrupt("a chunk's length is negative"))?;
            let (compressed, after) = after
                .split_at_checked(length)
                .ok_or(corrupt("a chunk is cut off"))?;
            chunk(compressed, out)?;
            rest = after;
        }
        Ok(())
    }

    pub(super) fn compress(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let encoder = self
            .encoder
            .get_or_insert_with(|| Box::new(snap::raw::Encoder::new()));
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(&VERSION.to_be_bytes());
        for chunk in input.chunks(CHUNK_SIZE) {
            let length_at = out.len();
            let start = length_at + size_of::<i32>();
            out.resize(start + snap::raw::max_compress_len(chunk.len()), 0);
            let written = encoder
                .compress(chunk, &mut out[start..])
                .expect("a chunk of 32 KiB fits the greatest size snappy gives for it");
            out.truncate(start + written);
            let length = i32::try_from(written).expect("a chunk is a few dozen KiB");
            out[length_at..start].copy_from_slice(&length.to_be_bytes());
        }
    }
}

/// Decompresses one raw block.
fn chunk(input: &[u8], out: &mut Output) -> Result<(), CodecError> {
    let declared =
        snap::raw::decompress_len(input).map_err(|_| corrupt("a block has no length"))?;
    if declared > input.len().saturating_mul(GREATEST_RATIO) {
        return Err(corrupt("a block declares more than its bytes can yield"));
    }
    if declared > out.left() {
        return Err(out.too_large());
    }
    let written = snap::raw::Decoder::new()
        .decompress(input, out.room(declared))
        .map_err(|_| corrupt("a block is invalid"))?;
    out.advance(written);
    Ok(())
}
