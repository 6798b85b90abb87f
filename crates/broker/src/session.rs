//! What the node knows about the other end of a connection.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Who sends requests: the subject of authorisation and quotas (KIP-290).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// `User` for every principal that authentication gives.
    pub kind: Arc<str>,
    /// The name within its kind.
    pub name: Arc<str>,
}

impl Principal {
    /// The principal of a connection on a listener without authentication.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            kind: "User".into(),
            name: "ANONYMOUS".into(),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}

/// The library behind a client, as it names itself in `ApiVersions` (KIP-511).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSoftware {
    /// For example `apache-kafka-java`.
    pub name: Box<str>,
    /// For example `4.4.0`.
    pub version: Box<str>,
}

/// What a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Clients and brokers.
    Clients,
    /// The controller: brokers, other controllers, and administrators that ask for it.
    Controllers,
}

/// One connection, as the handlers of its requests see it.
#[derive(Clone, Debug)]
pub struct Session {
    /// The connection's number, as tickets name it.
    pub connection: u64,
    /// The listener on which it came: its index among those of the same kind, in the order of `listeners`.
    pub listener: usize,
    /// What that listener is for.
    pub door: Door,
    /// The client's address.
    pub peer: IpAddr,
    /// Who the client is.
    pub principal: Principal,
    /// What the client said of itself.
    pub software: Option<Box<ClientSoftware>>,
}
