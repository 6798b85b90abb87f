//! Listening sockets: accepts connections and hands each to the worker with the fewest.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use broker::{Door, Principal, Session, SocketLimits};
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Poll, Token};
use rustix::io::Errno;
use socket2::{Domain, Protocol, Socket, Type};

use crate::limits::{Admission, ConnectionLimits};
use crate::mailbox::{Mail, Router};
use crate::names::NamedLimits;
use crate::worker::FIRST_LISTENER;

/// The bound sockets of all listeners, in the order of `listeners`.
#[derive(Debug, Default)]
pub struct Listeners {
    sockets: Vec<TcpListener>,
    /// What each is for, and its number among those of its kind.
    doors: Vec<(Door, usize)>,
    next_worker: usize,
    buffers: SocketBuffers,
    names: NamedLimits,
}

/// `socket.send.buffer.bytes` and `socket.receive.buffer.bytes`; `None` leaves the kernel's tuning on.
#[derive(Clone, Copy, Debug, Default)]
pub struct SocketBuffers {
    /// Bytes of the send buffer.
    pub send: Option<usize>,
    /// Bytes of the receive buffer.
    pub receive: Option<usize>,
}

impl Listeners {
    /// Binds `addresses`, in order, each for what its door says.
    ///
    /// # Errors
    /// An address that cannot be bound, with that address.
    pub fn bind(
        addresses: &[(SocketAddr, Door)],
        backlog: i32,
        buffers: SocketBuffers,
    ) -> Result<Self, (SocketAddr, io::Error)> {
        let bind_one = |(address, _): &(SocketAddr, Door)| {
            bind_or_ipv4(*address, |address| bind(address, backlog, buffers))
                .map_err(|error| (*address, error))
        };
        let sockets = addresses.iter().map(bind_one).collect::<Result<_, _>>()?;
        let number = |(at, (_, door)): (usize, &(SocketAddr, Door))| {
            let before = addresses[..at].iter();
            (*door, before.filter(|(_, other)| other == door).count())
        };
        Ok(Self {
            sockets,
            doors: addresses.iter().enumerate().map(number).collect(),
            next_worker: 0,
            buffers,
            names: NamedLimits::default(),
        })
    }

    /// The addresses that were bound; port 0 has become a real port.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        self.sockets.iter().map(TcpListener::local_addr).collect()
    }

    /// Lets `poll` watch the sockets.
    ///
    /// # Errors
    /// The system refuses.
    pub fn register(&mut self, poll: &Poll) -> io::Result<()> {
        for (index, socket) in self.sockets.iter_mut().enumerate() {
            let token = Token(FIRST_LISTENER + index);
            poll.registry()
                .register(socket, token, Interest::READABLE)?;
        }
        Ok(())
    }

    /// Accepts what waits, as far as there is room under `limits`. `false` if the system refused: then nobody says when
    /// it has something to give again, and the caller has to come back.
    #[must_use]
    pub fn accept(
        &mut self,
        limits: &SocketLimits,
        counts: &ConnectionLimits,
        router: &Router,
    ) -> bool {
        self.names.look_up(limits.named_overrides());
        let mut is_well = true;
        for listener in 0..self.sockets.len() {
            while counts.has_room(limits.max_connections) {
                match self.sockets[listener].accept() {
                    Ok((stream, peer)) => {
                        self.hand_over(listener, stream, peer, limits, counts, router);
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    // It was there, and has gone before it was taken.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        is_well = false;
                        break;
                    }
                }
            }
        }
        is_well
    }

    fn hand_over(
        &mut self,
        listener: usize,
        stream: TcpStream,
        peer: SocketAddr,
        limits: &SocketLimits,
        counts: &ConnectionLimits,
        router: &Router,
    ) {
        let address = peer.ip().to_canonical();
        let allowed =
            (self.names.limit(address)).unwrap_or_else(|| limits.max_connections_from(address));
        if counts.admit(address, allowed) == Admission::TooManyFromAddress {
            tracing::info!(%address, allowed, "connection refused: max.connections.per.ip is reached");
            return;
        }
        if let Err(error) = tune(&stream, self.buffers) {
            tracing::debug!(%error, "socket options could not be set");
        }
        let (door, listener) = self.doors[listener];
        let session = Session {
            connection: 0,
            listener,
            door,
            peer: address,
            principal: Principal::anonymous(),
            software: None,
        };
        let worker = self.next_worker;
        self.next_worker = (worker + 1) % router.workers();
        router.send(worker, Mail::Accepted(stream, session));
    }
}

/// Binds with `bind`; where every address is meant and the machine has no IPv6, every address of IPv4.
fn bind_or_ipv4<S>(
    address: SocketAddr,
    bind: impl Fn(SocketAddr) -> io::Result<S>,
) -> io::Result<S> {
    match bind(address) {
        Err(error) if is_every_address(address) && lacks_ipv6(&error) => bind(SocketAddr::new(
            Ipv4Addr::UNSPECIFIED.into(),
            address.port(),
        )),
        outcome => outcome,
    }
}

/// `::`, which stands for the addresses of IPv4 as well.
fn is_every_address(address: SocketAddr) -> bool {
    address.ip() == IpAddr::from(Ipv6Addr::UNSPECIFIED)
}

/// A kernel without IPv6, or one in which it is switched off.
fn lacks_ipv6(error: &io::Error) -> bool {
    let known = [Errno::AFNOSUPPORT, Errno::ADDRNOTAVAIL];
    Errno::from_io_error(error).is_some_and(|error| known.contains(&error))
}

fn bind(address: SocketAddr, backlog: i32, buffers: SocketBuffers) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if is_every_address(address) {
        // Whatever net.ipv6.bindv6only says.
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    if let Some(receive) = buffers.receive {
        // Has to be known before the window is negotiated, so it is set on the listening socket.
        socket.set_recv_buffer_size(receive)?;
    }
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    Ok(TcpListener::from_std(socket.into()))
}

fn tune(stream: &TcpStream, buffers: SocketBuffers) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = socket2::SockRef::from(stream);
    // A peer that vanished without a word is found though it may stay idle for ever.
    socket.set_keepalive(true)?;
    if let Some(send) = buffers.send {
        socket.set_send_buffer_size(send)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_ipv6_is_listened_to_on_ipv4() {
        let check = |address: &str, errno: Errno, expected: Option<&str>| {
            let bound = bind_or_ipv4(address.parse().unwrap(), |address| {
                match address.is_ipv6() {
                    true => Err(errno.into()),
                    false => Ok(address),
                }
            });
            assert_eq!(bound.ok(), expected.map(|address| address.parse().unwrap()));
        };
        check("[::]:9092", Errno::AFNOSUPPORT, Some("0.0.0.0:9092"));
        check("[::]:9092", Errno::ADDRNOTAVAIL, Some("0.0.0.0:9092"));
        check("[::]:9092", Errno::ADDRINUSE, None);
        check("[::1]:9092", Errno::ADDRNOTAVAIL, None);
    }

    #[test]
    fn every_address_is_reached_over_both_families_and_an_accepted_one_is_kept_alive() {
        let listener = bind("[::]:0".parse().unwrap(), 8, SocketBuffers::default()).unwrap();
        assert!(!socket2::SockRef::from(&listener).only_v6().unwrap());
        let port = listener.local_addr().unwrap().port();
        let client = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let stream = TcpStream::from_std(client);
        tune(&stream, SocketBuffers::default()).unwrap();
        assert!(socket2::SockRef::from(&stream).keepalive().unwrap());
    }
}
