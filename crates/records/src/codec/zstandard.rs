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

#[derive(Default)]
pub(super) struct Zstandard {
    decompressor: Option<DCtx<'static>>,
    compressor: Option<CCtx<'static>>,
}

impl Zstandard {
    /// Decompresses into room of the expected size, and into more when that was too small.
    ///
    /// In one call the library needs no window of its own, so what a frame declares as its window or its
    /// content never leads to an allocation.
    pub(super) fn decompress(&mut self, input: &[u8], out: &mut Output) -> Result<(), CodecError> {
        let context = self.decompressor.get_or_insert_with(DCtx::create);
        let mut expected = input.len().saturating_mul(EXPECTED_RATIO);
        loop {
            let room = out.all_room(expected);
            let size = room.len();
            match context.decompress(room, input) {
                Ok(written) => {
                    out.advance(written);
                    return Ok(());
                }
                Err(ROOM_TOO_SMALL) if out.left() == size => return Err(out.too_large()),
                Err(ROOM_TOO_SMALL) => expected = size.saturating_mul(GROWTH),
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
