//! A client that sends whatever it is told to.

use std::fmt::Debug;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use protocol::response_header::ResponseHeader;
use protocol::{ApiKey, Message, Reader, Request, Writer, encode_request};

/// How long a server may take for an answer, or to close a connection. The machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What the kernel may keep of what was sent and not taken.
const SEND_BUFFER: usize = 64 << 10;

/// The correlation id of every request.
pub const CORRELATION_ID: i32 = 7;

/// One connection.
#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// An answer, without its size.
    Frame(Vec<u8>),
    /// The end of the connection.
    Closed,
    /// Neither, for as long as was waited.
    Nothing,
}

impl Wire {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("the server accepts");
        Self::of(stream)
    }

    /// A client on an open socket.
    pub fn of(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("an open socket");
        Self { stream }
    }

    /// Sends bytes as they are. A server that has closed already is no reason to stop: what it says is read.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream
            .set_write_timeout(Some(PATIENCE))
            .expect("an open socket");
        match self.stream.write_all(bytes) {
            Ok(()) => {}
            Err(error) if is_closed(&error) => {}
            Err(error) => panic!("{} bytes cannot be sent: {error}", bytes.len()),
        }
    }

    /// Sends as much as the server takes without waiting longer than `limit`; gives how much that was. The kernel keeps little of it:
    /// how much it would keep depends on its congestion control.
    pub fn send_while_taken(&mut self, bytes: &[u8], limit: Duration) -> usize {
        rustix::net::sockopt::set_socket_send_buffer_size(&self.stream, SEND_BUFFER)
            .expect("an open socket");
        self.stream
            .set_write_timeout(Some(limit))
            .expect("an open socket");
        let mut sent = 0;
        while sent < bytes.len() {
            match self.stream.write(&bytes[sent..]) {
                Ok(count) if count > 0 => sent += count,
                _ => break,
            }
        }
        sent
    }

    /// Sends a frame: its size, then it.
    pub fn send_frame(&mut self, frame: &[u8]) {
        self.send(&framed(frame));
    }

    /// Waits for an answer or the end.
    pub fn back(&mut self) -> Back {
        self.back_within(PATIENCE)
    }

    /// Waits for an answer or the end, but not longer than `limit`.
    pub fn back_within(&mut self, limit: Duration) -> Back {
        let deadline = Instant::now() + limit;
        let mut size = [0; 4];
        match self.fill(&mut size, deadline) {
            Filled::Whole => {}
            Filled::Closed => return Back::Closed,
            Filled::Late => return Back::Nothing,
        }
        let size = u32::from_be_bytes(size) as usize;
        let mut frame = vec![0; size];
        match self.fill(&mut frame, Instant::now() + PATIENCE) {
            Filled::Whole => Back::Frame(frame),
            Filled::Closed => Back::Closed,
            Filled::Late => panic!("an answer of {size} bytes stops in the middle"),
        }
    }

    fn fill(&mut self, bytes: &mut [u8], deadline: Instant) -> Filled {
        let mut filled = 0;
        while filled < bytes.len() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Filled::Late;
            }
            self.stream
                .set_read_timeout(Some(left))
                .expect("an open socket");
            match self.stream.read(&mut bytes[filled..]) {
                Ok(0) => return Filled::Closed,
                Ok(count) => filled += count,
                Err(error) if is_closed(&error) => return Filled::Closed,
                Err(error) if is_late(&error) => return Filled::Late,
                Err(error) => panic!("the answer cannot be read: {error}"),
            }
        }
        Filled::Whole
    }

    /// Sends a request and reads its answer; `check` looks at it.
    #[track_caller]
    pub fn ask<'a, R: Request<'a>, T>(
        &mut self,
        version: i16,
        request: &R,
        check: impl for<'r> FnOnce(&R::Response<'r>) -> T,
    ) -> T {
        let answer = self.try_ask(version, request, check);
        answer.unwrap_or_else(|back| panic!("{} version {version} got {back:?}", R::NAME))
    }

    /// The same, or what came instead of an answer.
    pub fn try_ask<'a, R: Request<'a>, T>(
        &mut self,
        version: i16,
        request: &R,
        check: impl for<'r> FnOnce(&R::Response<'r>) -> T,
    ) -> Result<T, Back> {
        self.send(&encoded(version, request));
        match self.back() {
            Back::Frame(frame) => Ok(read(R::KEY, version, &frame, |reader| {
                check(&R::Response::decode(reader, version).expect("the answer can be read"))
            })),
            other => Err(other),
        }
    }

    /// The socket itself.
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }
}

enum Filled {
    Whole,
    Closed,
    Late,
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}

fn is_late(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// A frame with its size before it.
pub fn framed(frame: &[u8]) -> Vec<u8> {
    let size = u32::try_from(frame.len()).expect("a frame is not that large");
    [&size.to_be_bytes()[..], frame].concat()
}

/// A request with its size and header.
pub fn encoded<'a, R: Request<'a>>(version: i16, request: &R) -> Vec<u8> {
    let mut writer = Writer::new();
    encode_request(
        &mut writer,
        version,
        CORRELATION_ID,
        Some("hostile"),
        request,
    )
    .expect("the request can be written");
    writer.into_parts().0
}

/// The header of a request and whatever is to follow it.
pub fn request_frame(key: i16, version: i16, body: &[u8]) -> Vec<u8> {
    let mut frame = key.to_be_bytes().to_vec();
    frame.extend(version.to_be_bytes());
    frame.extend(CORRELATION_ID.to_be_bytes());
    frame.extend([0, 1, b'c']);
    if ApiKey::from_i16(key).is_some_and(|api| api.is_flexible(version)) {
        frame.push(0);
    }
    frame.extend(body);
    frame
}

/// Reads the header of an answer, then lets `body` read the rest.
pub fn read<'f, T>(
    key: ApiKey,
    version: i16,
    frame: &'f [u8],
    body: impl FnOnce(&mut Reader<'f>) -> T,
) -> T {
    let mut reader = Reader::new(frame);
    ResponseHeader::decode(&mut reader, key.response_header_version(version))
        .expect("the answer has a header");
    body(&mut reader)
}

/// Says what was expected where something else came back.
#[track_caller]
pub fn expect_closed(what: &str, back: &Back) {
    assert_eq!(*back, Back::Closed, "{what}: the connection is closed");
}
