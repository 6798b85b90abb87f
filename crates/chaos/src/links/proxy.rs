//! Carries bytes between those who call a port and the node behind it. Two threads for each connection, one a direction.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;
use testkit::error::FixtureError;

use super::origin::Origins;
use super::{Links, Live, Party};

/// How many bytes are carried at a time.
const PIECE: usize = 16 << 10;

/// Begins to carry what calls `port` to `target`, which belongs to `node`; it goes on until the process ends.
///
/// # Errors
/// [`FixtureError::File`] when nobody can listen there.
pub fn start(
    port: u16,
    target: u16,
    node: usize,
    links: &Arc<Links>,
    origins: &Arc<Origins>,
) -> Result<(), FixtureError> {
    let own = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(own).map_err(FixtureError::file(own.to_string()))?;
    let (links, origins) = (Arc::clone(links), Arc::clone(origins));
    thread::spawn(move || {
        for caller in listener.incoming().filter_map(Result::ok) {
            let Ok(peer) = caller.peer_addr() else {
                continue;
            };
            let from = origins.party(peer, own);
            match TcpStream::connect((Ipv4Addr::LOCALHOST, target)) {
                // Where the ends cannot be duplicated both are closed, and the caller tries again.
                Ok(called) => drop(carry(&links, (from, Party::Node(node)), caller, called)),
                // A node that does not run resets connections, and does not end them in order.
                Err(_) => drop(set_socket_linger(&caller, Some(Duration::ZERO))),
            }
        }
    });
    Ok(())
}

fn carry(
    links: &Arc<Links>,
    (from, to): (Party, Party),
    near: TcpStream,
    far: TcpStream,
) -> std::io::Result<()> {
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ends = [
        (near.try_clone()?, far.try_clone()?, from, to),
        (far.try_clone()?, near.try_clone()?, to, from),
    ];
    let live = Arc::new(Live {
        from,
        to,
        near,
        far,
        is_torn: AtomicBool::new(false),
        is_closed: AtomicBool::new(false),
    });
    links.add(&live);
    for (source, sink, from, to) in ends {
        let (links, live) = (Arc::clone(links), Arc::clone(&live));
        thread::spawn(move || {
            let is_over = pump(&links, &live, (from, to), source, &sink).is_err();
            match is_over {
                true => live.close(),
                // The other direction may have bytes left.
                false => drop(sink.shutdown(Shutdown::Write)),
            }
            links.remove(&live);
        });
    }
    Ok(())
}

/// Carries one direction until its end.
fn pump(
    links: &Links,
    live: &Live,
    (from, to): (Party, Party),
    mut source: TcpStream,
    mut sink: &TcpStream,
) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = source.read(&mut piece)?;
        let delay = links.wait_for_passage(from, to, live);
        if !delay.is_zero() {
            thread::sleep(delay);
        }
        if length == 0 {
            return Ok(());
        }
        if live.is_torn.load(Ordering::Relaxed) {
            sink.write_all(&piece[..length / 2])?;
            return Err(std::io::ErrorKind::ConnectionReset.into());
        }
        sink.write_all(&piece[..length])?;
    }
}

#[cfg(test)]
mod tests {
    use testkit::ports::Port;

    use super::super::Weather;
    use super::*;

    /// A client's connection through a proxy, and its other end.
    /// What has to arrive has so long.
    const LONG: Duration = Duration::from_secs(30);
    /// What must not arrive is waited for so long.
    const SHORT: Duration = Duration::from_millis(300);

    struct Pair {
        links: Arc<Links>,
        near: TcpStream,
        far: TcpStream,
        _port: Port,
    }

    impl Pair {
        fn new() -> Self {
            let (links, origins) = (Arc::default(), Arc::default());
            let node = TcpListener::bind("127.0.0.1:0").unwrap();
            let target = node.local_addr().unwrap().port();
            let port = Port::free().unwrap();
            start(port.number(), target, 1, &links, &origins).unwrap();
            let near = TcpStream::connect(("127.0.0.1", port.number())).unwrap();
            let (far, _) = node.accept().unwrap();
            Self {
                links,
                near,
                far,
                _port: port,
            }
        }

        fn hold(&self, from: Party, to: Party) {
            let held = Weather {
                is_held: true,
                ..Weather::default()
            };
            self.links.set(from, to, held);
        }
    }

    /// Whether a word arrives within the time.
    fn arrives(limit: Duration, mut from: &TcpStream, mut to: &TcpStream) -> bool {
        let mut word = [0; 5];
        from.write_all(b"hello").unwrap();
        to.set_read_timeout(Some(limit)).unwrap();
        to.read_exact(&mut word).is_ok()
    }

    /// Whether it ends, be it by a reset.
    fn ends(mut stream: &TcpStream) -> bool {
        stream.set_read_timeout(Some(LONG)).unwrap();
        match stream.read(&mut [0; 5]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }

    #[test]
    fn one_direction_is_held_while_the_other_flows_and_nothing_is_lost() {
        let pair = Pair::new();
        assert!(arrives(LONG, &pair.near, &pair.far) && arrives(LONG, &pair.far, &pair.near));
        pair.hold(Party::Clients, Party::Node(1));
        assert!(!arrives(SHORT, &pair.near, &pair.far));
        assert!(arrives(LONG, &pair.far, &pair.near));
        pair.links.clear();
        pair.far.set_read_timeout(Some(LONG)).unwrap();
        let mut word = [0; 5];
        (&pair.far).read_exact(&mut word).unwrap();
        assert_eq!(&word, b"hello");
    }

    #[test]
    fn a_cut_connection_ends_at_both_ends() {
        let pair = Pair::new();
        assert!(arrives(LONG, &pair.near, &pair.far));
        assert_eq!(pair.links.cut(|_, to| to == Party::Node(1)), 1);
        assert!(ends(&pair.near) && ends(&pair.far));
    }
}
