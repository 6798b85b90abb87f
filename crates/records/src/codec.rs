//! Compressing and decompressing the records section, with Kafka's framing of each codec.
//!
//! A [`Codecs`] belongs to one caller, who reuses it: contexts and buffers are made once, on first use. No
//! declared size is trusted: output grows with what the input really yields, up to the caller's limit.

mod gzip;
mod lz4;
mod output;
mod snappy;
mod zstandard;

use std::fmt;

use thiserror::Error;

use crate::compression::Compression;
use output::Output;

/// Output of decompression that is kept between calls at most; a larger buffer is given back when the next
/// batch is decompressed.
const RETAINED_BYTES: usize = 4 << 20;

/// Why records could not be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodecError {
    /// The stream is not what its codec says.
    #[error("the {codec} stream is corrupt: {reason}")]
    Corrupt {
        /// The codec.
        codec: Compression,
        /// What is wrong.
        reason: &'static str,
    },
    /// The stream yields more bytes than the caller allows.
    #[error("the stream decompresses to more than {limit} bytes")]
    TooLarge {
        /// What the caller allows.
        limit: usize,
    },
}

/// How a stream is framed, which depends on the batch's magic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// As in magic 1 and 2.
    #[default]
    Standard,
    /// As in magic 0: the descriptor checksum of an LZ4 frame was computed wrongly and is not looked at
    /// (KAFKA-3160).
    MagicZero,
}

/// The contexts and buffers of all codecs, for one caller at a time.
#[derive(Default)]
pub struct Codecs {
    output: Output,
    gzip: gzip::Gzip,
    snappy: snappy::Snappy,
    lz4: lz4::Lz4,
    zstd: zstandard::Zstandard,
}

impl fmt::Debug for Codecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codecs").finish_non_exhaustive()
    }
}

impl Codecs {
    /// No contexts yet: each is made on first use.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What `input` yields, at most `limit` bytes; valid until the next call. [`Compression::None`] yields
    /// the input, whatever the limit.
    ///
    /// # Errors
    /// When the stream is corrupt or yields more than `limit` bytes.
    pub fn decompress<'b>(
        &'b mut self,
        compression: Compression,
        framing: Framing,
        input: &'b [u8],
        limit: usize,
    ) -> Result<&'b [u8], CodecError> {
        let output = &mut self.output;
        output.restart(limit, RETAINED_BYTES);
        match compression {
            Compression::None => return Ok(input),
            Compression::Gzip => self.gzip.decompress(input, output)?,
            Compression::Snappy => self.snappy.decompress(input, output)?,
            Compression::Lz4 => lz4::decompress(framing, input, output)?,
            Compression::Zstd => self.zstd.decompress(input, output)?,
        }
        Ok(output.filled())
    }

    /// Appends to `out` what `input` compresses to.
    ///
    /// # Panics
    /// When `level` is not one of the codec's: [`Compression::has_level`].
    pub fn compress(
        &mut self,
        compression: Compression,
        level: i32,
        input: &[u8],
        out: &mut Vec<u8>,
    ) {
        assert!(
            compression.has_level(level),
            "{compression} has no level {level}"
        );
        match compression {
            Compression::None => out.extend_from_slice(input),
            Compression::Gzip => self.gzip.compress(level, input, out),
            Compression::Snappy => self.snappy.compress(input, out),
            Compression::Lz4 => self.lz4.compress(input, out),
            Compression::Zstd => self.zstd.compress(level, input, out),
        }
    }
}
