//! The bytes of an answer: some in memory, some still in a segment file.

use std::collections::VecDeque;

use bytes::Bytes;
use smallvec::{SmallVec, smallvec};
use storage::disk::FileSlice;

/// One stretch of an answer.
#[derive(Clone, Debug)]
pub enum Chunk {
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes of a segment, which the shell sends with sendfile(2).
    File(FileSlice),
}

impl Chunk {
    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(slice) => slice.len as usize,
        }
    }

    /// Bytes of memory that it takes.
    fn memory(&self) -> usize {
        let content = match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::File(_) => 0,
        };
        size_of::<Self>() + content
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Drops the first `count` bytes, which were sent.
    ///
    /// # Panics
    /// When the chunk is shorter than `count`.
    pub fn advance(&mut self, count: usize) {
        assert!(count <= self.len(), "more was sent than there was");
        match self {
            Self::Bytes(bytes) => {
                let _ = bytes.split_to(count);
            }
            Self::File(slice) => {
                slice.position += count as u64;
                slice.len -= u32::try_from(count).expect("checked against the length above");
            }
        }
    }
}

/// A complete answer: size prefix, header and body.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    chunks: SmallVec<[Chunk; 1]>,
}

impl Reply {
    /// An answer that lies in memory whole.
    #[must_use]
    pub fn from_bytes(bytes: Bytes) -> Self {
        Self {
            chunks: smallvec![Chunk::Bytes(bytes)],
        }
    }

    /// An answer of which header and body are known: the size is put in front.
    ///
    /// # Panics
    /// When it has 2 GiB.
    #[must_use]
    pub fn framed(rest: &[u8]) -> Self {
        let size = i32::try_from(rest.len()).expect("an answer is bounded far below 2 GiB");
        let mut bytes = Vec::with_capacity(4 + rest.len());
        bytes.extend_from_slice(&size.to_be_bytes());
        bytes.extend_from_slice(rest);
        Self::from_bytes(bytes.into())
    }

    /// The whole answer, if it lies in memory in one piece.
    #[must_use]
    pub fn into_bytes(self) -> Option<Bytes> {
        match <[Chunk; 1]>::try_from(self.chunks.into_vec()) {
            Ok([Chunk::Bytes(bytes)]) => Some(bytes),
            _ => None,
        }
    }

    /// An answer whose memory part is interrupted by file regions.
    ///
    /// `regions` gives, in ascending order, the position in `bytes` before which each slice goes.
    #[must_use]
    pub fn interleave(mut bytes: Bytes, regions: impl Iterator<Item = (usize, FileSlice)>) -> Self {
        let mut chunks = SmallVec::new();
        let mut taken = 0;
        for (position, slice) in regions {
            let head = bytes.split_to(position - taken);
            taken = position;
            if !head.is_empty() {
                chunks.push(Chunk::Bytes(head));
            }
            if slice.len > 0 {
                chunks.push(Chunk::File(slice));
            }
        }
        if !bytes.is_empty() {
            chunks.push(Chunk::Bytes(bytes));
        }
        Self { chunks }
    }

    /// Total length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Chunk::len).sum()
    }

    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

/// What waits to be written to one connection, in order.
#[derive(Debug, Default)]
pub struct Outbox {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    /// Bytes of the chunks that lie in memory, and of the chunks themselves.
    memory: usize,
    /// Bytes of a file at the front that are known to be in memory.
    warm: u32,
}

impl Outbox {
    /// Queues an answer behind what is there.
    pub fn push(&mut self, reply: Reply) {
        self.bytes += reply.len();
        self.memory += reply.chunks.iter().map(Chunk::memory).sum::<usize>();
        self.chunks.extend(reply.chunks);
    }

    /// Bytes of memory that what waits takes.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes that wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether everything was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The chunks that wait, first to be sent first.
    pub fn chunks(&self) -> impl Iterator<Item = &Chunk> {
        self.chunks.iter()
    }

    /// The file at the front of which nothing is known to be in memory, if that is what has to be sent next.
    #[must_use]
    pub(crate) fn unknown_front(&self) -> Option<&FileSlice> {
        match self.chunks.front() {
            Some(Chunk::File(slice)) if self.warm == 0 => Some(slice),
            _ => None,
        }
    }

    /// The first `len` bytes of the file at the front are in memory.
    pub(crate) fn set_warm(&mut self, len: u32) {
        self.warm = len;
    }

    /// How many bytes of a file at the front may be sent.
    #[must_use]
    pub fn warm(&self) -> u32 {
        self.warm
    }

    /// Drops the first `count` bytes, which were sent.
    pub fn advance(&mut self, mut count: usize) {
        self.bytes -= count;
        self.warm = self
            .warm
            .saturating_sub(u32::try_from(count).unwrap_or(u32::MAX));
        while count > 0 {
            let first = self
                .chunks
                .front_mut()
                .expect("the bytes counted are in the chunks");
            let part = count.min(first.len());
            let before = first.memory();
            first.advance(part);
            self.memory -= before - first.memory();
            count -= part;
            if first.is_empty() {
                self.memory -= first.memory();
                self.chunks.pop_front();
            }
        }
    }

    /// Gives back memory that nothing is in.
    pub fn trim(&mut self) {
        if self.chunks.is_empty() {
            self.chunks = VecDeque::new();
        }
    }
}
