//! Calls that manage a cluster.

mod cluster;
mod configs;
mod delete_records;
mod describe_topics;
mod group_offsets;
mod groups;
mod quotas;
mod reassignments;
mod share_groups;
mod topics;
mod transactions;

pub use cluster::{
    ApiRange, Endpoint, Feature, FeatureChange, LogDir, LogDirReplica, Quorum, QuorumReplica,
};
pub use configs::{ConfigEntry, ConfigSource, ConfigSynonym, ResourceKind};
pub use describe_topics::{PartitionDescription, Reassignment, TopicDescription};
pub use groups::{CommittedOffset, GroupDescription, GroupListing, GroupMember};
pub use quotas::{QuotaFilter, QuotaValues, Quotas};
pub use share_groups::ShareOffset;
pub use topics::NewTopic;
pub use transactions::{ProducerState, TransactionDescription, TransactionListing};
