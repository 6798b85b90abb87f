//! The deterministic simulation of a node, and of three that are one metadata quorum.
//!
//! Owns a virtual clock, a network, a disk that crashes, clients that speak Kafka's bytes, and the
//! checkers of what they saw. The node is the one that the server runs; here one thread plays the
//! shell. One seed decides everything: the same seed gives the same trace. It never reads a clock,
//! a file or a socket of the machine.
//!
//! ```text
//!  Client (role) --bytes--> Network --> broker::Connection --> broker::Broker --> MemDisk
//!     |                                                                             |
//!     +--> History: what was sent, acknowledged, read; its checkers      faults <---+
//! ```
//!
//! A run has two phases: at least 30 simulated seconds under faults, then all is healed and every
//! client has to reach its aim within 30 simulated seconds; at the end all is read back.

mod chance;
mod client;
mod fault;
mod history;
mod keyed_history;
mod metadata_history;
mod mixed_history;
mod network;
mod reader_history;
mod role;
mod running;
mod share_history;
mod streams_history;
mod totals;
mod trace;
mod txn_history;
mod world;

pub use history::Violation;
pub use totals::Totals;
pub use world::{Cluster, Outcome, Plan, run};
