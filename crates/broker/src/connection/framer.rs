//! Cuts a stream of bytes into requests.

use std::ops::Deref;

use bytes::{Buf, Bytes, BytesMut};
use thiserror::Error;

const SIZE_PREFIX: usize = 4;

/// A size prefix that no request may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The size is negative.
    #[error("request size {0} is negative: the peer does not speak Kafka's protocol")]
    Negative(i32),
    /// The size is above the limit.
    #[error("request size {size} is above socket.request.max.bytes={limit}")]
    TooLarge {
        /// What the prefix says, in bytes.
        size: i32,
        /// The limit, in bytes.
        limit: i32,
    },
}

/// One request without its size prefix.
#[derive(Debug)]
pub enum Frame<'a> {
    /// It lies whole in the bytes that just arrived.
    Borrowed(&'a [u8]),
    /// It came in parts.
    Owned(BytesMut),
}

impl Frame<'_> {
    /// The bytes, to keep.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Borrowed(bytes) => Bytes::copy_from_slice(bytes),
            Self::Owned(bytes) => bytes.freeze(),
        }
    }
}

impl Deref for Frame<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }
}

/// Keeps the bytes of requests that did not arrive whole.
///
/// Memory grows with the bytes that came, never with what a size prefix promises, and an idle
/// connection holds none.
#[derive(Debug)]
pub struct Framer {
    pending: BytesMut,
    limit: i32,
}

impl Framer {
    /// A framer that refuses requests of more than `limit` bytes (`socket.request.max.bytes`).
    #[must_use]
    pub fn new(limit: i32) -> Self {
        Self {
            pending: BytesMut::new(),
            limit,
        }
    }

    /// Bytes that are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.pending.len()
    }

    /// Bytes that the request which has begun to arrive will take when it is whole, or that are held otherwise.
    #[must_use]
    pub fn reserved(&self) -> usize {
        let end = self.frame_end(&self.pending).ok().flatten();
        end.unwrap_or(0).max(self.pending.len())
    }

    /// The next whole request, taken from what is held and then from the front of `input`.
    ///
    /// With `None`, `input` has been taken in whole and more bytes are needed.
    ///
    /// # Errors
    /// A size prefix out of range; the stream cannot be read any further.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Frame<'a>>, FrameError> {
        if self.pending.is_empty()
            && let Some(end) = self.frame_end(input)?
            && input.len() >= end
        {
            let frame = &input[SIZE_PREFIX..end];
            *input = &input[end..];
            return Ok(Some(Frame::Borrowed(frame)));
        }
        self.next_held(input)
    }

    /// Keeps `input` until the connection takes requests again.
    pub fn hold(&mut self, input: &[u8]) {
        self.pending.extend_from_slice(input);
    }

    fn next_held<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Frame<'a>>, FrameError> {
        self.fill(input, SIZE_PREFIX);
        let Some(end) = self.frame_end(&self.pending)? else {
            return Ok(None);
        };
        self.fill(input, end);
        if self.pending.len() < end {
            return Ok(None);
        }
        let mut frame = self.pending.split_to(end);
        frame.advance(SIZE_PREFIX);
        if self.pending.is_empty() {
            self.pending = BytesMut::new();
        }
        Ok(Some(Frame::Owned(frame)))
    }

    /// Moves bytes from `input` until `total` are held.
    fn fill(&mut self, input: &mut &[u8], total: usize) {
        let missing = total.saturating_sub(self.pending.len()).min(input.len());
        self.pending.extend_from_slice(&input[..missing]);
        *input = &input[missing..];
    }

    /// Where the frame at the front of `bytes` ends, its prefix included.
    fn frame_end(&self, bytes: &[u8]) -> Result<Option<usize>, FrameError> {
        let Some(prefix) = bytes.first_chunk::<SIZE_PREFIX>() else {
            return Ok(None);
        };
        let size = i32::from_be_bytes(*prefix);
        if size > self.limit {
            return Err(FrameError::TooLarge {
                size,
                limit: self.limit,
            });
        }
        let size = usize::try_from(size).map_err(|_| FrameError::Negative(size))?;
        Ok(Some(SIZE_PREFIX + size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: i32 = 10;

    fn frames(framer: &mut Framer, mut input: &[u8]) -> Result<Vec<Vec<u8>>, FrameError> {
        let mut found = Vec::new();
        while let Some(frame) = framer.next(&mut input)? {
            found.push(frame.to_vec());
        }
        assert!(input.is_empty(), "what is not a whole frame yet is held");
        Ok(found)
    }

    #[test]
    fn frames_that_arrive_together_are_cut_apart() {
        let mut framer = Framer::new(LIMIT);
        let found = frames(&mut framer, b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c");
        assert_eq!(found, Ok(vec![b"ab".to_vec(), vec![], b"c".to_vec()]));
        assert_eq!(framer.held(), 0);
    }

    #[test]
    fn a_stream_cut_anywhere_gives_the_same_frames() {
        let stream = b"\0\0\0\x03abc\0\0\0\x01d\0\0\0\x02ef";
        for cut in 0..stream.len() {
            let mut framer = Framer::new(LIMIT);
            let mut found = frames(&mut framer, &stream[..cut]).unwrap();
            found.extend(frames(&mut framer, &stream[cut..]).unwrap());
            assert_eq!(
                found,
                vec![b"abc".to_vec(), b"d".to_vec(), b"ef".to_vec()],
                "cut at {cut}"
            );
            assert_eq!(framer.held(), 0);
        }
    }

    #[test]
    fn a_size_at_the_limit_passes_and_one_above_is_refused_before_its_bytes_come() {
        let mut framer = Framer::new(LIMIT);
        assert_eq!(
            frames(&mut framer, b"\0\0\0\x0a0123456789").unwrap().len(),
            1
        );
        let refused = FrameError::TooLarge {
            size: 11,
            limit: LIMIT,
        };
        assert_eq!(frames(&mut framer, b"\0\0\0\x0b"), Err(refused));
    }

    #[test]
    fn a_negative_size_is_refused() {
        let mut framer = Framer::new(LIMIT);
        assert_eq!(
            frames(&mut framer, b"\xff\xff\xff\xff"),
            Err(FrameError::Negative(-1))
        );
    }

    #[test]
    fn held_input_is_cut_when_the_connection_takes_requests_again() {
        let mut framer = Framer::new(LIMIT);
        framer.hold(b"\0\0\0\x01a\0\0\0\x01b\0\0");
        assert_eq!(
            frames(&mut framer, b"").unwrap(),
            vec![b"a".to_vec(), b"b".to_vec()]
        );
        assert_eq!(framer.held(), 2);
    }
}
