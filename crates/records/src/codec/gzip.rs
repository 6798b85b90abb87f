//! gzip, RFC 1952: one or more members around a deflate stream each.
//!
//! The members' headers and trailers are handled here so that the deflate state can be kept and reset.

use flate2::{Compress, Decompress, FlushCompress, FlushDecompress, Status};

use super::output::Output;
use super::{CodecError, Compression};
use crate::checksum::crc32;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
const METHOD_DEFLATE: u8 = 8;
const FLAG_HEADER_CRC: u8 = 0x02;
const FLAG_EXTRA: u8 = 0x04;
const FLAG_NAME: u8 = 0x08;
const FLAG_COMMENT: u8 = 0x10;
const RESERVED_FLAGS: u8 = 0xe0;
const HEADER_SIZE: usize = 10;
const TRAILER_SIZE: usize = 8;
/// No flags, no time, no extra flags, operating system unknown.
const WRITTEN_HEADER: [u8; HEADER_SIZE] = [0x1f, 0x8b, METHOD_DEFLATE, 0, 0, 0, 0, 0, 0, 0xff];
/// Output grows by at least this much at a time.
const LEAST_ROOM: usize = 16 << 10;

const fn corrupt(reason: &'static str) -> CodecError {
    CodecError::Corrupt {
        codec: Compression::Gzip,
        reason,
    }
}

#[derive(Default)]
pub(super) struct Gzip {
    inflate: Option<Decompress>,
    deflate: Option<(i32, Compress)>,
}

impl Gzip {
    pub(super) fn decompress(
        &mut self,
        mut input: &[u8],
        out: &mut Output,
    ) -> Result<(), CodecError> {
        loop {
            input = self.member(input, out)?;
            // What follows the last member is ignored when it is not another, as Java's reader does.
            if !input.starts_with(&MAGIC) {
                return Ok(());
            }
        }
    }

    /// Decompresses one member; gives back what follows it.
    fn member<'a>(&mut self, input: &'a [u8], out: &mut Output) -> Result<&'a [u8], CodecError> {
        let stream = after_header(input).ok_or(corrupt("no gzip header"))?;
        let start = out.len();
        let used = self.inflate(stream, out)?;
        let Some((trailer, rest)) = stream[used..].split_first_chunk::<TRAILER_SIZE>() else {
            return Err(corrupt("it ends before its trailer"));
        };
        let written = &out.filled()[start..];
        let [c0, c1, c2, c3, size @ ..] = *trailer;
        // The size is modulo 2^32 by definition.
        if crc32(written) != u32::from_le_bytes([c0, c1, c2, c3])
            || written.len() as u32 != u32::from_le_bytes(size)
        {
            return Err(corrupt("its content does not match its trailer"));
        }
        Ok(rest)
    }

    /// Inflates one deflate stream; gives back how much of the input it took.
    fn inflate(&mut self, input: &[u8], out: &mut Output) -> Result<usize, CodecError> {
        let inflate = self.inflate.get_or_insert_with(|| Decompress::new(false));
        inflate.reset(false);
        loop {
            let used = position(inflate.total_in());
            let before = inflate.total_out();
            let is_full = out.left() == 0;
            let mut spare = [0];
            let room = if is_full {
                &mut spare[..]
            } else {
                out.all_room(LEAST_ROOM)
            };
            let status = inflate
                .decompress(&input[used..], room, FlushDecompress::None)
                .map_err(|_| corrupt("its deflate stream is invalid"))?;
            let written = position(inflate.total_out() - before);
            if is_full && written > 0 {
                return Err(out.too_large());
            }
            out.advance(written);
            match status {
                Status::StreamEnd => return Ok(position(inflate.total_in())),
                Status::Ok if written > 0 || position(inflate.total_in()) > used => {}
                _ => return Err(corrupt("it ends too early")),
            }
        }
    }

    pub(super) fn compress(&mut self, level: i32, input: &[u8], out: &mut Vec<u8>) {
        let deflate = match &mut self.deflate {
            Some((made_for, deflate)) if *made_for == level => {
                deflate.reset();
                deflate
            }
            kept => {
                let level_wanted = u32::try_from(level)
                    .map_or_else(|_| flate2::Compression::default(), flate2::Compression::new);
                &mut kept.insert((level, Compress::new(level_wanted, false))).1
            }
        };
        out.extend_from_slice(&WRITTEN_HEADER);
        loop {
            out.reserve(LEAST_ROOM);
            let used = position(deflate.total_in());
            let status = deflate
                .compress_vec(&input[used..], out, FlushCompress::Finish)
                .expect("deflate fails only when it is used after its end");
            if status == Status::StreamEnd {
                break;
            }
        }
        out.extend_from_slice(&crc32(input).to_le_bytes());
        out.extend_from_slice(&(input.len() as u32).to_le_bytes());
    }
}

fn position(total: u64) -> usize {
    usize::try_from(total).expect("a stream in memory is counted by a usize")
}

/// What follows a member's header.
fn after_header(input: &[u8]) -> Option<&[u8]> {
    let (header, mut rest) = input.split_first_chunk::<HEADER_SIZE>()?;
    let flags = header[3];
    if !header.starts_with(&MAGIC) || header[2] != METHOD_DEFLATE || flags & RESERVED_FLAGS != 0 {
        return None;
    }
    if flags & FLAG_EXTRA != 0 {
        let (length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for flag in [FLAG_NAME, FLAG_COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & FLAG_HEADER_CRC != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}
