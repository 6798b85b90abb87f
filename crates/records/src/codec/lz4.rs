//! LZ4 frames as Kafka reads and writes them: independent blocks only.
//!
//! ```text
//! magic u32 | FLG | BD | [content size u64] | descriptor checksum | { size u32, block, [checksum u32] }* | 0 u32 | [checksum u32]
//! ```
//!
//! All integers are little-endian. A block's size has its highest bit set when the block is stored as it is.
//! As in Kafka, the content's size and checksum are stepped over: the batch's own checksum covers the bytes.

use lz4_flex::block::{
    CompressTable, DecompressError, compress_into_with_table, decompress_into,
    get_maximum_output_size,
};
use twox_hash::XxHash32;

use super::output::Output;
use super::{CodecError, Compression, Framing};

const MAGIC: [u8; 4] = 0x184d_2204_u32.to_le_bytes();
const VERSION_MASK: u8 = 0xc0;
const VERSION: u8 = 0x40;
const FLAG_INDEPENDENT: u8 = 0x20;
const FLAG_BLOCK_CHECKSUM: u8 = 0x10;
const FLAG_CONTENT_SIZE: u8 = 0x08;
const FLAG_CONTENT_CHECKSUM: u8 = 0x04;
const FLAG_RESERVED: u8 = 0x03;
const BLOCK_SIZE_MASK: u8 = 0x70;
const STORED: u32 = 1 << 31;
/// No byte of a block yields more than this many.
const GREATEST_RATIO: usize = 255;
/// Independent blocks of at most 64 KiB, as Kafka's producers write.
const WRITTEN_DESCRIPTOR: [u8; 2] = [VERSION | FLAG_INDEPENDENT, 0x40];
const WRITTEN_BLOCK_SIZE: usize = 64 << 10;

const fn corrupt(reason: &'static str) -> CodecError {
    CodecError::Corrupt {
        codec: Compression::Lz4,
        reason,
    }
}

const CUT_OFF: CodecError = corrupt("it ends too early");

/// The part of a frame's descriptor that reading depends on.
struct Descriptor {
    flags: u8,
    greatest_block: usize,
}

pub(super) fn decompress(
    framing: Framing,
    input: &[u8],
    out: &mut Output,
) -> Result<(), CodecError> {
    let (descriptor, mut rest) = descriptor(framing, input)?;
    loop {
        let (size, after) = rest.split_first_chunk().ok_or(CUT_OFF)?;
        let size = u32::from_le_bytes(*size);
        let length = (size & !STORED) as usize;
        if length == 0 {
            let has_checksum = descriptor.flags & FLAG_CONTENT_CHECKSUM != 0;
            return if has_checksum && after.len() < 4 {
                Err(CUT_OFF)
            } else {
                Ok(())
            };
        }
        if length > descriptor.greatest_block {
            return Err(corrupt("a block exceeds the frame's greatest block"));
        }
        let (block, after) = after.split_at_checked(length).ok_or(CUT_OFF)?;
        rest = after_checksum(&descriptor, block, after)?;
        if size & STORED != 0 {
            out.push(block)?;
        } else {
            decompress_block(block, descriptor.greatest_block, out)?;
        }
    }
}

fn descriptor(framing: Framing, input: &[u8]) -> Result<(Descriptor, &[u8]), CodecError> {
    let body = input.strip_prefix(&MAGIC).ok_or(corrupt("no LZ4 frame"))?;
    let &[flags, sizes, ..] = body else {
        return Err(CUT_OFF);
    };
    if flags & VERSION_MASK != VERSION || flags & FLAG_RESERVED != 0 {
        return Err(corrupt("the frame's version or reserved bits are unknown"));
    }
    if flags & FLAG_INDEPENDENT == 0 {
        return Err(corrupt(
            "its blocks depend on each other, which Kafka's readers refuse",
        ));
    }
    let greatest_block = match (sizes & BLOCK_SIZE_MASK) >> 4 {
        4 => 64 << 10,
        5 => 256 << 10,
        6 => 1 << 20,
        7 => 4 << 20,
        _ => return Err(corrupt("the frame's block size is unknown")),
    };
    if sizes & !BLOCK_SIZE_MASK != 0 {
        return Err(corrupt("the frame's reserved bits are set"));
    }
    let size = if flags & FLAG_CONTENT_SIZE == 0 {
        2
    } else {
        2 + 8
    };
    let (described, after) = body.split_at_checked(size).ok_or(CUT_OFF)?;
    let (&checksum, rest) = after.split_first().ok_or(CUT_OFF)?;
    if framing == Framing::Standard && checksum != descriptor_checksum(described) {
        return Err(corrupt("the frame descriptor's checksum is wrong"));
    }
    Ok((
        Descriptor {
            flags,
            greatest_block,
        },
        rest,
    ))
}

const fn second_byte(hash: u32) -> u8 {
    hash.to_le_bytes()[1]
}

fn descriptor_checksum(described: &[u8]) -> u8 {
    second_byte(XxHash32::oneshot(0, described))
}

/// Checks the checksum behind a block where the frame has those; gives back what follows.
fn after_checksum<'a>(
    descriptor: &Descriptor,
    block: &[u8],
    after: &'a [u8],
) -> Result<&'a [u8], CodecError> {
    if descriptor.flags & FLAG_BLOCK_CHECKSUM == 0 {
        return Ok(after);
    }
    let (stored, after) = after.split_first_chunk().ok_or(CUT_OFF)?;
    if XxHash32::oneshot(0, block) != u32::from_le_bytes(*stored) {
        return Err(corrupt("a block's checksum is wrong"));
    }
    Ok(after)
}

fn decompress_block(block: &[u8], greatest: usize, out: &mut Output) -> Result<(), CodecError> {
    let most = greatest.min(block.len().saturating_mul(GREATEST_RATIO));
    let is_limited = out.left() < most;
    match decompress_into(block, out.room(most)) {
        Ok(written) => {
            out.advance(written);
            Ok(())
        }
        Err(DecompressError::OutputTooSmall { .. }) if is_limited => Err(out.too_large()),
        Err(_) => Err(corrupt("a block is invalid")),
    }
}

#[derive(Default)]
pub(super) struct Lz4 {
    table: Option<CompressTable>,
}

impl Lz4 {
    pub(super) fn compress(&mut self, input: &[u8], out: &mut Vec<u8>) {
        let table = self.table.get_or_insert_with(CompressTable::large);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&WRITTEN_DESCRIPTOR);
        out.push(descriptor_checksum(&WRITTEN_DESCRIPTOR));
        for block in input.chunks(WRITTEN_BLOCK_SIZE) {
            compress_block(table, block, out);
        }
        out.extend_from_slice(&0_u32.to_le_bytes());
    }
}

fn compress_block(table: &mut CompressTable, block: &[u8], out: &mut Vec<u8>) {
    let size_at = out.len();
    let start = size_at + size_of::<u32>();
    out.resize(start + get_maximum_output_size(block.len()), 0);
    let written = compress_into_with_table(block, &mut out[start..], table)
        .expect("the room is the greatest that a block can take");
    let is_stored = written >= block.len();
    if is_stored {
        out.truncate(start);
        out.extend_from_slice(block);
    } else {
        out.truncate(start + written);
    }
    let length = u32::try_from(out.len() - start).expect("a block is at most 64 KiB");
    let size = if is_stored { length | STORED } else { length };
    out[size_at..start].copy_from_slice(&size.to_le_bytes());
}
