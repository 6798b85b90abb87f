//! Moves the outbox of a connection into its socket with as few calls and segments as possible.
//!
//! Records of a segment go out with sendfile(2), except few of them: these are read and sent together with what stands around them, in one
//! call and one TCP segment. Around a sendfile the socket is corked, because its end would go out as a segment of its own.

use std::io::{self, IoSlice};
use std::ops::Range;
use std::os::fd::AsFd;

use broker::{Chunk, Outbox};
use rustix::net::SendFlags;
use storage::disk::FileSlice;

/// Stretches of memory that one call sends.
const MAX_GATHERED: usize = 32;

/// Slices of files up to this many bytes are copied.
const MAX_COPIED: u32 = 8 << 10;

/// Bytes that are copied for one call.
const MAX_COPIED_TOTAL: usize = 64 << 10;

/// Bytes that one sendfile(2) call may move, so that one connection cannot hold the thread.
const MAX_SENDFILE: usize = 1 << 20;

/// Sends, with a buffer for what is copied.
#[derive(Debug, Default)]
pub struct Sender {
    copied: Vec<u8>,
}

/// What one call sends a stretch of.
#[derive(Clone, Debug)]
enum Part<'a> {
    Memory(&'a [u8]),
    Copied(Range<usize>),
}

impl Sender {
    /// Sends from the front of `outbox` once; gives the number of bytes that the socket took.
    ///
    /// # Errors
    /// `WouldBlock` when the socket takes nothing; anything else ends the connection.
    pub fn send_some(&mut self, socket: impl AsFd, outbox: &Outbox) -> io::Result<usize> {
        let mut parts: [Part<'_>; MAX_GATHERED] = [const { Part::Memory(&[]) }; MAX_GATHERED];
        let mut count = 0;
        let mut file_follows = false;
        self.copied.clear();
        for (part, chunk) in parts.iter_mut().zip(outbox.chunks()) {
            match chunk {
                Chunk::Bytes(bytes) => *part = Part::Memory(bytes),
                Chunk::File(slice) => match self.copy(slice)? {
                    Some(copied) => *part = Part::Copied(copied),
                    None if count == 0 => return send_file(socket, &slice.head(outbox.warm())),
                    None => {
                        file_follows = true;
                        break;
                    }
                },
            }
            count += 1;
        }
        let mut gathered: [IoSlice<'_>; MAX_GATHERED] = [IoSlice::new(&[]); MAX_GATHERED];
        for (stretch, part) in gathered.iter_mut().zip(&parts[..count]) {
            *stretch = IoSlice::new(match part {
                Part::Memory(bytes) => bytes,
                Part::Copied(range) => &self.copied[range.clone()],
            });
        }
        send_gathered(socket, &gathered[..count], file_follows)
    }

    /// Copies a small stretch of a file that is in memory; `None` for any other.
    fn copy(&mut self, slice: &FileSlice) -> io::Result<Option<Range<usize>>> {
        let from = self.copied.len();
        let to = from + slice.len as usize;
        if slice.len > MAX_COPIED || to > MAX_COPIED_TOTAL {
            return Ok(None);
        }
        self.copied.resize(to, 0);
        let copied = &mut self.copied[from..];
        let read = slice.file.read_if_cached(copied, slice.position)?;
        if read != Some(to - from) {
            self.copied.truncate(from);
            return Ok(None);
        }
        Ok(Some(from..to))
    }
}

/// Whether a part of `outbox` goes out with sendfile(2).
#[must_use]
pub fn has_file(outbox: &Outbox) -> bool {
    let is_large = |chunk: &Chunk| matches!(chunk, Chunk::File(slice) if slice.len > MAX_COPIED);
    outbox.chunks().any(is_large)
}

fn send_gathered(socket: impl AsFd, parts: &[IoSlice<'_>], more: bool) -> io::Result<usize> {
    let flags = if more {
        SendFlags::NOSIGNAL | SendFlags::MORE
    } else {
        SendFlags::NOSIGNAL
    };
    let mut control = rustix::net::SendAncillaryBuffer::default();
    Ok(rustix::net::sendmsg(socket, parts, &mut control, flags)?)
}

fn send_file(socket: impl AsFd, slice: &FileSlice) -> io::Result<usize> {
    let length = (slice.len as usize).min(MAX_SENDFILE);
    let Some(file) = slice.file.raw_fd() else {
        return send_copied(socket, slice, length);
    };
    let mut position = slice.position;
    let sent = rustix::fs::sendfile(socket, file, Some(&mut position), length)?;
    if sent == 0 {
        return Err(ended_early());
    }
    Ok(sent)
}

/// The segment is shorter than the index says: the peer must not wait for bytes that never come.
fn ended_early() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "a segment ended early")
}

/// For files without a descriptor: read, then send.
fn send_copied(socket: impl AsFd, slice: &FileSlice, length: usize) -> io::Result<usize> {
    let mut bytes = vec![0; length.min(64 << 10)];
    let count = slice.file.read_at(&mut bytes, slice.position)?;
    if count == 0 {
        return Err(ended_early());
    }
    Ok(rustix::net::send(
        socket,
        &bytes[..count],
        SendFlags::NOSIGNAL,
    )?)
}
