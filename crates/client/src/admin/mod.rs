//! Calls that manage a cluster.

mod configs;
mod describe_topics;
mod groups;
mod topics;

pub use configs::{ConfigEntry, ConfigSource, ResourceKind};
pub use describe_topics::{PartitionDescription, Reassignment, TopicDescription};
pub use groups::{CommittedOffset, GroupDescription, GroupListing, GroupMember};
pub use topics::NewTopic;
