//! Moves the outbox of a connection into its socket with as few calls as possible.

use std::io::{self, IoSlice};
use std::os::fd::AsFd;

use broker::{Chunk, Outbox};
use rustix::net::SendFlags;
use storage::disk::FileSlice;

/// Stretches of memory that one call sends.
const MAX_GATHERED: usize = 32;

/// Bytes that one sendfile(2) call may move, so that one connection cannot hold the thread.
const MAX_SENDFILE: usize = 1 << 20;

/// Sends from the front of `outbox` once, of a file no more than is known to be in memory; gives the number of bytes that the socket took.
///
/// # Errors
/// `WouldBlock` when the socket takes nothing; anything else ends the connection.
pub fn send_some(socket: impl AsFd, outbox: &Outbox) -> io::Result<usize> {
    let mut gathered: [IoSlice<'_>; MAX_GATHERED] = [IoSlice::new(&[]); MAX_GATHERED];
    let mut count = 0;
    let mut file_follows = false;
    for chunk in outbox.chunks() {
        match chunk {
            Chunk::Bytes(bytes) if count < MAX_GATHERED => {
                gathered[count] = IoSlice::new(bytes);
                count += 1;
            }
            Chunk::Bytes(_) => break,
            Chunk::File(slice) if count == 0 => {
                return send_file(socket, &slice.head(outbox.warm()));
            }
            Chunk::File(_) => {
                file_follows = true;
                break;
            }
        }
    }
    send_gathered(socket, &gathered[..count], file_follows)
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
