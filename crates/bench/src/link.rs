//! A connection that never blocks: what has to be sent, and the answers that have come.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use crate::template::Frame;

/// Stretches of memory that one call sends.
const GATHERED: usize = 64;
/// Frames below this are copied together, so that many go out as one stretch.
const COPIED: usize = 4 << 10;
/// Bytes that one call reads at least has room for.
const READ_BYTES: usize = 256 << 10;

/// What waits to be sent.
#[derive(Debug)]
enum Chunk {
    Own(Vec<u8>),
    Shared(Arc<[u8]>),
}

impl Chunk {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

/// One connection of the generator.
#[derive(Debug)]
pub struct Link {
    stream: TcpStream,
    out: VecDeque<Chunk>,
    /// Bytes of the first chunk that were sent.
    sent: usize,
    input: Vec<u8>,
    filled: usize,
    parsed: usize,
}

impl Link {
    /// Connects to a broker.
    ///
    /// # Errors
    /// What the system says.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect(address)?)
    }

    /// Takes over a connection.
    ///
    /// # Errors
    /// What the system says.
    pub fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            out: VecDeque::new(),
            sent: 0,
            input: vec![0; READ_BYTES],
            filled: 0,
            parsed: 0,
        })
    }

    /// The socket, to be watched.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Queues a frame.
    pub fn push(&mut self, (mut head, batch, suffix): Frame) {
        if head.len() + batch.len() <= COPIED {
            head.extend_from_slice(&batch);
            head.extend_from_slice(suffix);
            return self.push_bytes(head);
        }
        self.push_bytes(head);
        self.out.push_back(Chunk::Shared(batch));
        self.push_bytes(suffix.to_vec());
    }

    /// Queues bytes.
    pub fn push_bytes(&mut self, bytes: Vec<u8>) {
        match self.out.back_mut() {
            Some(Chunk::Own(last)) if last.len() + bytes.len() <= READ_BYTES => {
                last.extend_from_slice(&bytes);
            }
            _ => self.out.push_back(Chunk::Own(bytes)),
        }
    }

    /// Whether everything queued is sent.
    #[must_use]
    pub fn is_flushed(&self) -> bool {
        self.out.is_empty()
    }

    /// Sends what the socket takes.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.out.is_empty() {
            let mut parts = [IoSlice::new(&[]); GATHERED];
            let mut count = 0;
            for (part, chunk) in parts.iter_mut().zip(&self.out) {
                let skip = if count == 0 { self.sent } else { 0 };
                *part = IoSlice::new(&chunk.bytes()[skip..]);
                count += 1;
            }
            match self.stream.write_vectored(&parts[..count]) {
                Ok(sent) => self.on_sent(sent),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn on_sent(&mut self, count: usize) {
        self.sent += count;
        while let Some(first) = self.out.front()
            && self.sent >= first.bytes().len()
        {
            self.sent -= first.bytes().len();
            self.out.pop_front();
        }
    }

    /// Reads what is there.
    ///
    /// # Errors
    /// The broker closed the connection, or it broke.
    pub fn fill(&mut self) -> io::Result<()> {
        self.make_room();
        loop {
            match self.stream.read(&mut self.input[self.filled..]) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    self.filled += count;
                    if self.filled < self.input.len() {
                        return Ok(());
                    }
                    self.make_room();
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Room for the whole frame that is arriving, and for one read at least.
    fn make_room(&mut self) {
        if self.parsed == self.filled {
            (self.parsed, self.filled) = (0, 0);
        }
        let frame = self.frame_size().unwrap_or(0);
        let wanted = frame.max(self.filled - self.parsed + READ_BYTES);
        if self.parsed + wanted <= self.input.len() {
            return;
        }
        self.input.copy_within(self.parsed..self.filled, 0);
        self.filled -= self.parsed;
        self.parsed = 0;
        if wanted > self.input.len() {
            self.input.resize(wanted, 0);
        }
    }

    /// Bytes of the next frame with its size, once those four bytes are there.
    fn frame_size(&self) -> Option<usize> {
        let size = self.input[self.parsed..self.filled].first_chunk::<4>()?;
        Some(4 + usize::try_from(i32::from_be_bytes(*size)).ok()?)
    }

    /// The next whole answer, without its size.
    pub fn next_frame(&mut self) -> Option<&[u8]> {
        let size = self.frame_size()?;
        if self.filled - self.parsed < size {
            return None;
        }
        let frame = &self.input[self.parsed + 4..self.parsed + size];
        self.parsed += size;
        Some(frame)
    }
}
