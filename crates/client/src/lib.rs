//! A client of Kafka's protocol, for Kalda's own tools.
//!
//! Owns the way to the right broker (bootstrap, metadata, versions, retries), the [`producer`], the
//! [`consumer`] with its classic group membership, the [`share_consumer`], and the [`admin`] calls. It speaks to any Kafka 3.0 or
//! newer, not to Kalda alone. It never prints and never reads a configuration file: tools do.
//!
//! Plain threads and blocking sockets: a connection has one thread that reads, a producer one that sends,
//! a member of a group one that heartbeats. Everything else runs on the caller's thread and is bounded by
//! [`ClientConfig`]'s time-outs.
//!
//! ```no_run
//! # fn main() -> Result<(), client::ClientError> {
//! use client::{Client, ClientConfig};
//! let client = Client::new(ClientConfig::bootstrap("localhost:9092")?);
//! for (name, topic) in &client.all_topics()?.topics {
//!     println!("{name}: {} partitions", topic.partitions.len());
//! }
//! # Ok(())
//! # }
//! ```

mod address;
pub mod admin;
mod answer;
mod client;
mod connection;
pub mod consumer;
mod error;
mod metadata;
mod offsets;
pub mod producer;
mod retry;
pub mod share_consumer;
mod versions;

pub use address::Address;
pub use answer::Answer;
pub use client::{Client, ClientConfig, Target};
pub use error::ClientError;
pub use metadata::{Cluster, Node, Partition, Topic};
pub use offsets::OffsetSpec;

/// A partition by its topic's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: std::sync::Arc<str>,
    /// The partition within it, from 0.
    pub partition: i32,
}

impl TopicPartition {
    /// The partition `partition` of `topic`.
    #[must_use]
    pub fn new(topic: &str, partition: i32) -> Self {
        Self {
            topic: topic.into(),
            partition,
        }
    }
}

impl std::fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}
