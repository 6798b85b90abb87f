//! Free ports, outside the range from which the kernel takes ports for outgoing connections.
//!
//! A port is held against other suites on the same machine by an abstract socket of its number, which the kernel
//! gives back when this process ends, however it ends.

use std::net::{Ipv4Addr, TcpListener};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::error::FixtureError;

/// First port given out.
const FIRST: u16 = 12_000;
/// Last port given out: Linux hands out 32768 and above to outgoing connections.
const LAST: u16 = 32_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port on the loopback interface that nobody else of these suites takes while this value lives.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _claim: UnixListener,
}

impl Port {
    /// Claims a free port.
    ///
    /// # Errors
    /// [`FixtureError::NoPort`] when every port of the range is taken.
    pub fn free() -> Result<Self, FixtureError> {
        let span = LAST - FIRST;
        // Processes begin at different places, so that a port is not reused while its last user's connections linger.
        let start = u16::try_from(std::process::id() * 37 % u32::from(span)).unwrap_or(0);
        for _ in 0..span {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            let number = FIRST + (start + step % span) % span;
            if let Some(claim) = claim(number)
                && TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok()
            {
                return Ok(Self {
                    number,
                    _claim: claim,
                });
            }
        }
        Err(FixtureError::NoPort {
            first: FIRST,
            last: LAST,
        })
    }

    /// The port's number.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }
}

fn claim(number: u16) -> Option<UnixListener> {
    let name = SocketAddr::from_abstract_name(format!("kalda-port-{number}")).ok()?;
    UnixListener::bind_addr(&name).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ports_that_are_held_differ() {
        let a = Port::free().unwrap();
        let b = Port::free().unwrap();
        assert_ne!(a.number(), b.number());
    }

    #[test]
    fn a_port_lies_below_the_range_of_outgoing_connections() {
        let port = Port::free().unwrap();
        assert!((FIRST..LAST).contains(&port.number()));
    }

    #[test]
    fn a_held_port_cannot_be_claimed_again() {
        let port = Port::free().unwrap();
        assert!(claim(port.number()).is_none());
    }
}
