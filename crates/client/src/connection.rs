//! One connection: requests go out as they come, answers find their askers by correlation id.
//!
//! A thread reads the answers. Nothing here waits for one: whoever submits a request says what is to
//! happen with its answer, and keeps the time.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use model::ErrorCode;
use parking_lot::Mutex;
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::{Request, Writer, encode_request};

use crate::versions::Versions;
use crate::{Address, Answer, ClientError};

/// The largest answer that is read: fetches ask for far less, and the alert of a TLS listener or the words
/// of a web server, taken for a size, say more.
const MAX_ANSWER_BYTES: u64 = 256 << 20;
/// What is reserved for an answer before its bytes have come.
const RESERVED_BYTES: u64 = 1 << 20;
/// Versions of ApiVersions that are tried, newest first (KIP-511).
const API_VERSIONS: [i16; 3] = [4, 3, 0];

/// What is done with an answer, or with the reason why none will come. It runs on the reading thread and
/// must not block.
pub(crate) type Reply = Box<dyn FnOnce(Result<Vec<u8>, ClientError>) + Send>;

/// A connection to one broker.
pub(crate) struct Connection {
    address: Arc<str>,
    client_id: String,
    stream: Mutex<TcpStream>,
    waiting: Arc<Mutex<Waiting>>,
    versions: OnceLock<Versions>,
}

enum Waiting {
    Open {
        next_id: i32,
        replies: BTreeMap<i32, Reply>,
    },
    Closed(ClientError),
}

impl Connection {
    /// Connects, and asks which versions the broker knows.
    ///
    /// # Errors
    /// When no connection is made or ApiVersions is not answered within `timeout`.
    pub(crate) fn open(
        address: &Address,
        client_id: &str,
        timeout: Duration,
    ) -> Result<Self, ClientError> {
        let stream =
            connect(address, timeout).map_err(|error| lost(&address.to_string(), error))?;
        let connection = Self::start(stream, address.to_string().into(), client_id)?;
        let versions = connection.ask_versions(timeout)?;
        connection.versions.get_or_init(|| versions);
        Ok(connection)
    }

    fn start(stream: TcpStream, address: Arc<str>, client_id: &str) -> Result<Self, ClientError> {
        let waiting = Arc::new(Mutex::new(Waiting::Open {
            next_id: 0,
            replies: BTreeMap::new(),
        }));
        let reading = stream.try_clone().map_err(|error| lost(&address, error))?;
        let (of, peer) = (Arc::clone(&waiting), Arc::clone(&address));
        std::thread::Builder::new()
            .name(format!("read {address}"))
            .spawn(move || read_answers(reading, &peer, &of))
            .map_err(|error| lost(&address, error))?;
        Ok(Self {
            address,
            client_id: client_id.to_owned(),
            stream: Mutex::new(stream),
            waiting,
            versions: OnceLock::new(),
        })
    }

    /// Whether requests can still be sent.
    pub(crate) fn is_open(&self) -> bool {
        matches!(*self.waiting.lock(), Waiting::Open { .. })
    }

    /// Ends the connection; whoever waits for an answer learns `error`.
    pub(crate) fn close(&self, error: ClientError) {
        close(&self.waiting, error);
        // A socket that is closed already needs no closing.
        let _ = self.stream.lock().shutdown(Shutdown::Both);
    }

    /// The version in which a request would be sent.
    ///
    /// # Errors
    /// [`ClientError::Unsupported`] when the broker has none within `wanted`.
    pub(crate) fn version<'a, R: Request<'a>>(
        &self,
        wanted: &RangeInclusive<i16>,
    ) -> Result<i16, ClientError> {
        let versions = self
            .versions
            .get()
            .expect("an open connection knows its versions");
        let unsupported = || ClientError::Unsupported {
            address: self.address.to_string(),
            api: R::KEY,
        };
        versions.pick(R::KEY, wanted).ok_or_else(unsupported)
    }

    /// Sends a request; `reply` gets its answer.
    ///
    /// # Errors
    /// When the request cannot be written, or the connection is lost; then `reply` is not called.
    pub(crate) fn submit<'a, R: Request<'a>>(
        &self,
        version: i16,
        request: &R,
        reply: Reply,
    ) -> Result<(), ClientError> {
        let id = self.expect_answer(reply)?;
        let sent = self.write(version, id, request);
        if sent.is_err() && self.forget(id).is_none() {
            // The reading thread noticed first and has called `reply`.
            return Ok(());
        }
        sent
    }

    /// Sends a request that is not answered: a produce request with acks=0.
    ///
    /// # Errors
    /// As [`Self::submit`].
    pub(crate) fn submit_unanswered<'a, R: Request<'a>>(
        &self,
        version: i16,
        request: &R,
    ) -> Result<(), ClientError> {
        let id = self.expect_answer(Box::new(|_| ()))?;
        self.forget(id);
        self.write(version, id, request)
    }

    /// Sends a request and waits for its answer. A connection that lets a request time out is closed: what
    /// it still brings is not to be trusted in time.
    ///
    /// # Errors
    /// As [`Self::submit`], and [`ClientError::TimedOut`].
    pub(crate) fn call<'a, R: Request<'a>>(
        &self,
        version: i16,
        request: &R,
        timeout: Duration,
    ) -> Result<Answer<R>, ClientError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        // The receiver is gone only if this call was given up.
        let reply = Box::new(move |answer| drop(sender.send(answer)));
        self.submit(version, request, reply)?;
        let Ok(frame) = receiver.recv_timeout(timeout) else {
            let error = self.timed_out::<R>(timeout);
            self.close(error.clone());
            return Err(error);
        };
        Ok(self.answer(frame?, version))
    }

    /// Gives the bytes of an answer their type.
    pub(crate) fn answer<R>(&self, frame: Vec<u8>, version: i16) -> Answer<R> {
        Answer::new(frame, version, self.address.to_string())
    }

    /// The error of a request that was not answered within `waited`.
    pub(crate) fn timed_out<'a, R: Request<'a>>(&self, waited: Duration) -> ClientError {
        ClientError::TimedOut {
            address: self.address.to_string(),
            api: R::KEY.name(),
            waited,
        }
    }

    fn expect_answer(&self, reply: Reply) -> Result<i32, ClientError> {
        match &mut *self.waiting.lock() {
            Waiting::Closed(error) => Err(error.clone()),
            Waiting::Open { next_id, replies } => {
                let id = *next_id;
                *next_id = next_id.wrapping_add(1);
                replies.insert(id, reply);
                Ok(id)
            }
        }
    }

    fn forget(&self, id: i32) -> Option<Reply> {
        match &mut *self.waiting.lock() {
            Waiting::Closed(_) => None,
            Waiting::Open { replies, .. } => replies.remove(&id),
        }
    }

    fn write<'a, R: Request<'a>>(
        &self,
        version: i16,
        id: i32,
        request: &R,
    ) -> Result<(), ClientError> {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, id, Some(&self.client_id), request)?;
        let written = self.stream.lock().write_all(writer.bytes());
        written.map_err(|error| {
            let error = lost(&self.address, error);
            close(&self.waiting, error.clone());
            error
        })
    }

    fn ask_versions(&self, timeout: Duration) -> Result<Versions, ClientError> {
        let request = ApiVersionsRequest {
            client_software_name: "kalda".into(),
            client_software_version: env!("CARGO_PKG_VERSION").into(),
            ..ApiVersionsRequest::default()
        };
        for version in API_VERSIONS {
            let answer = self.call(version, &request, timeout)?;
            match answer.message() {
                Ok(response) if response.error_code.is_none() => {
                    return Ok(Versions::of(&response));
                }
                Ok(response) if response.error_code != ErrorCode::UNSUPPORTED_VERSION => {
                    return Err(ClientError::refused(
                        "ApiVersions",
                        response.error_code,
                        None,
                    ));
                }
                // The answer to a version that the broker does not know is written in version 0.
                Ok(_) => {}
                Err(error) if version == 0 => return Err(error),
                Err(_) => {}
            }
        }
        Err(ClientError::NotKafka(self.address.to_string()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Wakes the reading thread; a socket that is closed already has woken it.
        let _ = self.stream.get_mut().shutdown(Shutdown::Both);
    }
}

/// Tries each IP address that the name has.
fn connect(address: &Address, timeout: Duration) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for candidate in (address.host.as_str(), address.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&candidate, timeout.max(Duration::from_millis(1))) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(timeout.max(Duration::from_millis(1))))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn read_answers(mut stream: TcpStream, address: &str, waiting: &Mutex<Waiting>) {
    loop {
        let frame = match read_frame(&mut stream) {
            Ok(frame) => frame,
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                return close(waiting, ClientError::NotKafka(address.to_owned()));
            }
            Err(error) => return close(waiting, lost(address, error)),
        };
        let id = i32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]);
        let reply = match &mut *waiting.lock() {
            Waiting::Closed(_) => return,
            Waiting::Open { replies, .. } => replies.remove(&id),
        };
        if let Some(reply) = reply {
            reply(Ok(frame));
        }
    }
}

/// Reads an answer, which begins with its correlation id.
fn read_frame(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let size = u64::from(u32::from_be_bytes(size));
    if !(4..=MAX_ANSWER_BYTES).contains(&size) {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut frame = Vec::with_capacity(size.min(RESERVED_BYTES) as usize);
    stream.take(size).read_to_end(&mut frame)?;
    if (frame.len() as u64) < size {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(frame)
}

fn close(waiting: &Mutex<Waiting>, error: ClientError) {
    let mut guard = waiting.lock();
    if matches!(*guard, Waiting::Closed(_)) {
        return;
    }
    let before = std::mem::replace(&mut *guard, Waiting::Closed(error.clone()));
    drop(guard);
    if let Waiting::Open { replies, .. } = before {
        for reply in replies.into_values() {
            reply(Err(error.clone()));
        }
    }
}

fn lost(address: &str, error: io::Error) -> ClientError {
    let source = match error.kind() {
        ErrorKind::UnexpectedEof => io::Error::new(error.kind(), "the peer closed it"),
        _ => error,
    };
    ClientError::ConnectionLost {
        address: address.to_owned(),
        source: Arc::new(source),
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
