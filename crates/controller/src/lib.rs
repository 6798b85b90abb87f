//! Decides what becomes of the cluster.
//!
//! The [`Controller`] is an event-sourced machine over the records of `__cluster_metadata`: its
//! handlers look at the image with `&self` and return a [`Decision`](statemachine::Decision), records
//! and a response; only replaying records changes the image. What it knows beyond the records, when
//! it last heard of each broker, is soft: it is lost with the leadership and gathered anew.
//!
//! ```text
//!  request --> handler(&self) --> Decision { records, response, atomic }
//!                                     | appended              ^
//!                                     v                       | released when committed
//!                                 replay(&mut self)           |
//! ```
//!
//! Called by the node that leads the metadata quorum. Never here: the log, sockets, a clock, a random
//! number (they are passed in), access control (the caller leaves out what the client may not touch).

mod alter_partition;
mod answer;
mod bootstrap;
mod configs;
mod controller;
mod controllers;
mod directories;
mod effective;
mod elections;
mod features;
mod heartbeat;
mod leadership;
mod nodes;
mod partition_change;
mod periodic;
mod placement;
mod producer_ids;
mod reassignment;
mod registration;
mod topic_names;
mod topics;
mod topics_create;
mod topics_grow;

pub use bootstrap::{bootstrap_records, encoded_bootstrap_records};
pub use controller::{Controller, Decided, MAX_RECORDS_PER_OPERATION, Random, Record, Settings};
pub use producer_ids::PRODUCER_ID_BLOCK;

#[cfg(test)]
mod brokers_tests;
#[cfg(test)]
mod configs_tests;
#[cfg(test)]
mod features_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod isr_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod reassignment_tests;
#[cfg(test)]
mod topics_tests;
