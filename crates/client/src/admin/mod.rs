//! Calls that manage a cluster.

mod configs;
mod delete_records;
mod describe_topics;
mod group_offsets;
mod groups;
mod quotas;
mod topics;

pub use configs::{ConfigEntry, ConfigSource, ConfigSynonym, ResourceKind};
pub use describe_topics::{PartitionDescription, Reassignment, TopicDescription};
pub use groups::{CommittedOffset, GroupDescription, GroupListing, GroupMember};
pub use quotas::{QuotaFilter, QuotaValues, Quotas};
pub use topics::NewTopic;
