//! Zstandard frames (KIP-110).

use zstd::zstd_safe::{CCtx, DCtx, compress_bound, get_error_name};

use super::output::Output;
use super::{CodecError, Compression};

/// What the library answers when the room for a frame does not suffice: `ZSTD_error_dstSize_tooSmall`.
const ROOM_TOO_SMALL: usize = 0_usize.wrapping_sub(70);
/// The room that is tried first, per byte of input.
const EXPECTED_RATIO: usize = 8;
/// By how much the room grows when it did not suffice.
const GROWTH: usize = 4;

const MAGIC: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();
/// The lowest of the sixteen magics of frames that a reader steps over.
const SKIPPABLE_MAGIC: u32 = 0x184d_2a50;
/// The most that a compressed block yields, whatever its frame declares.
const GREATEST_BLOCK: usize = 128 << 10;
const SINGLE_SEGMENT: u8 = 0x20;
const HAS_CHECKSUM: u8 = 0x04;
const CHECKSUM_SIZE: usize = 4;

const fn corrupt(reason: &'static str) -> CodecError {
    CodecError::Corrupt {
        codec: Compression::Zstd,
        reason,
    }
}

#[derive(Default)]
pub(super) struct Zstandard {
    decompressor: Option<DCtx<'static>>,
    compressor: Option<CCtx<'static>>,
}

impl Zstandard {
    /// Decompresses into room of the expected size, and into more when that was too small, up to what the
    /// input's blocks can yield.
    ///
    /// In one call the library needs no window of its own, so what a frame declares as its window or its
    /// content never leads to an allocation.
    pub(super) fn decompress(&mut self, input: &[u8], out: &mut Output) -> Result<(), CodecError> {
        let most = greatest_yield(input)?;
        let context = self.decompressor.get_or_insert_with(DCtx::create);
        let mut expected = input.len().saturating_mul(EXPECTED_RATIO).min(most);
        loop {
            let room = out.all_room(expected);
            let size = room.len();
            match context.decompress(room, input) {
                Ok(written) => {
                    out.advance(written);
                    return Ok(());
                }
                Err(ROOM_TOO_SMALL) if size >= most => {
                    return Err(corrupt("a block yields more than a block may"));
                }
                Err(ROOM_TOO_SMALL) if out.left() == size => return Err(out.too_large()),
                Err(ROOM_TOO_SMALL) => expected = size.saturating_mul(GROWTH).min(most),
                Err(code) => {
                    let reason = get_error_name(code);
                    return Err(CodecError::Corrupt {
                        codec: Compression::Zstd,
                        reason,
                    });
                }
            }
        }
    }

    pub(super) fn compress(&mut self, level: i32, input: &[u8], out: &mut Vec<u8>) {
        let context = self.compressor.get_or_insert_with(CCtx::create);
        let start = out.len();
        out.resize(start + compress_bound(input.len()), 0);
        let written = context
            .compress(&mut out[start..], input, level)
            .expect("the room is the greatest that the input can take");
        out.truncate(start + written);
    }
}

/// The most bytes that the frames of `input` can yield, from the headers of their blocks (RFC 8878, 3.1.1).
///
/// The library says that the room is too small also for blocks that are corrupt, and no room would be enough.
fn greatest_yield(mut input: &[u8]) -> Result<usize, CodecError> {
    let mut most = 0_usize;
    while !input.is_empty() {
        let (yields, rest) = frame(input).ok_or(corrupt("a frame is cut off or unknown"))?;
        most = most.saturating_add(yields);
        input = rest;
    }
    Ok(most)
}

/// The most that the first frame yields, and what follows it.
fn frame(input: &[u8]) -> Option<(usize, &[u8])> {
    let (magic, rest) = input.split_first_chunk::<4>()?;
    if *magic != MAGIC {
        let is_skippable = u32::from_le_bytes(*magic) & !0xf == SKIPPABLE_MAGIC;
        let (size, rest) = rest.split_first_chunk().filter(|_| is_skippable)?;
        return Some((0, rest.get(u32::from_le_bytes(*size) as usize..)?));
    }
    let (&descriptor, rest) = rest.split_first()?;
    let mut rest = rest.get(fields_size(descriptor)..)?;
    let mut most = 0_usize;
    loop {
        let (head, after) = rest.split_first_chunk::<3>()?;
        let head = u32::from_le_bytes([head[0], head[1], head[2], 0]);
        let size = (head >> 3) as usize;
        let (taken, yields) = match head >> 1 & 3 {
            0 => (size, size),
            1 => (1, size),
            2 => (size, GREATEST_BLOCK),
            _ => return None,
        };
        rest = after.get(taken..)?;
        most = most.saturating_add(yields);
        if head & 1 == 1 {
            break;
        }
    }
    let checksum = if descriptor & HAS_CHECKSUM == 0 {
        0
    } else {
        CHECKSUM_SIZE
    };
    Some((most, rest.get(checksum..)?))
}

/// Bytes of a frame's header behind its descriptor: window, dictionary id and content size.
const fn fields_size(descriptor: u8) -> usize {
    let is_single = descriptor & SINGLE_SEGMENT != 0;
    let window = if is_single { 0 } else { 1 };
    let dictionary_id = [0, 1, 2, 4][(descriptor & 3) as usize];
    let content_size = match descriptor >> 6 {
        0 => is_single as usize,
        1 => 2,
        2 => 4,
        _ => 8,
    };
    window + dictionary_id + content_size
}
