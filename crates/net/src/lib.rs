//! The shell around the node: sockets, threads, timers, clocks.
//!
//! One thread carries a connection's whole request path. Each worker thread runs one epoll loop
//! over its share of the connections; whatever arrived together is handled together, and answers
//! are written once per turn. A request that waited is taken up again by the thread that completed it. The controller has a thread of its own, which never writes partition
//! data. Nothing here decides anything about Kafka: that is `broker`'s.

mod carrier;
mod clock;
mod controller_thread;
mod limits;
mod listener;
mod mailbox;
mod names;
mod outbound;
mod peers;
mod peers_thread;
mod pressure;
mod server;
mod socket;
mod timers;
mod worker;

pub use clock::Clock;
pub use listener::{Listeners, SocketBuffers};
pub use server::{DiskEvents, Server, ServerError, Shell};
