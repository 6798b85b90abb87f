//! The connections of all workers, found by their number from any thread.
//!
//! A connection has a home: the worker whose poll watches its socket, reads from it and closes it. Whoever completes what one
//! of its requests waits for, a producer's thread or an IO thread, carries on with that request itself and sends the answer: waking
//! the home's thread would cost more than the whole request does (docs/decisions/0015).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use broker::Connection;
use mio::net::TcpStream;
use parking_lot::{Mutex, RwLock};
use slab::Slab;

/// The bits of a connection number that name its home.
pub const WORKER_SHIFT: u32 = 56;
const GENERATION_SHIFT: u32 = 32;
const GENERATION_MASK: u64 = 0xff_ffff;

/// One client's connection with its socket.
#[derive(Debug)]
pub struct Peer {
    /// Its number: home, generation, place in the home's table.
    pub id: u64,
    /// The client's address.
    pub address: IpAddr,
    /// What one thread at a time works on. No thread holds two.
    pub state: Mutex<PeerState>,
}

/// What changes about a connection.
#[derive(Debug)]
pub struct PeerState {
    /// Framing, order of answers, limits.
    pub core: Connection,
    /// The socket.
    pub stream: TcpStream,
    /// The socket may have bytes.
    pub readable: bool,
    /// The client sends nothing more, or the connection has failed: told once, when bytes may still be unread.
    pub has_ended: bool,
    /// The socket may take bytes.
    pub writable: bool,
    /// The end of what was sent waits for more.
    pub corked: bool,
    /// What the home's timers know; never later than the connection's own.
    pub deadline: Option<Duration>,
    /// The turn that noted this connection as touched last.
    pub stamp: u64,
    /// Its home has let go of it.
    pub is_closed: bool,
}

impl Peer {
    /// Its place in the home's table.
    #[must_use]
    pub const fn key(&self) -> usize {
        (self.id & u32::MAX as u64) as usize
    }

    /// The number of its home.
    #[must_use]
    pub const fn home(&self) -> usize {
        home_of(self.id)
    }
}

/// The home of the connection `id`.
#[must_use]
pub const fn home_of(id: u64) -> usize {
    (id >> WORKER_SHIFT) as usize
}

/// The connections of one worker. Only that worker adds and removes.
#[derive(Debug, Default)]
pub struct Table {
    peers: RwLock<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    slab: Slab<Arc<Peer>>,
    generation: u64,
}

impl Table {
    /// Adds a connection of the worker `home`. `make` is given its number and place.
    ///
    /// # Errors
    /// Those of `make`; nothing was added then.
    pub fn add<E>(
        &self,
        home: usize,
        make: impl FnOnce(u64, usize) -> Result<Peer, E>,
    ) -> Result<Arc<Peer>, E> {
        let mut rows = self.peers.write();
        let generation = (rows.generation + 1) & GENERATION_MASK;
        let entry = rows.slab.vacant_entry();
        let key = entry.key();
        let id = ((home as u64) << WORKER_SHIFT) | (generation << GENERATION_SHIFT) | key as u64;
        let peer = Arc::new(make(id, key)?);
        entry.insert(Arc::clone(&peer));
        rows.generation = generation;
        Ok(peer)
    }

    /// The connection at a place.
    #[must_use]
    pub fn at(&self, key: usize) -> Option<Arc<Peer>> {
        self.peers.read().slab.get(key).cloned()
    }

    /// The connection with a number, if it is still there.
    #[must_use]
    pub fn find(&self, id: u64) -> Option<Arc<Peer>> {
        let key = (id & u64::from(u32::MAX)) as usize;
        self.at(key).filter(|peer| peer.id == id)
    }

    /// Takes a connection out.
    pub fn remove(&self, key: usize) -> Option<Arc<Peer>> {
        self.peers.write().slab.try_remove(key)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.peers.read().slab.is_empty()
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Peer>> {
        let rows = self.peers.read();
        rows.slab.iter().map(|(_, peer)| Arc::clone(peer)).collect()
    }
}
