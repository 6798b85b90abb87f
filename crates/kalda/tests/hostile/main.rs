//! Clients that do what no client does, disks that hold what no node wrote, and a server that takes it.
//!
//! Each test runs a server of its own as a process, and while it is attacked a bystander produces and consumes on it:
//! see [`node::Node::withstands`]. What an attack is answered with is what Apache Kafka 4.4.0 answers, unless the test
//! says why not.

mod batches;
mod connections;
mod consumer_groups;
mod disk;
mod framing;
mod groups;
mod header;
mod internal;
mod limited;
mod node;
mod primitives;
mod semantics;
mod share_groups;
mod share_records;
mod share_states;
mod transactions;
mod wire;
