//! Calls that manage a cluster.

mod configs;
mod groups;
mod topics;

pub use configs::{ConfigEntry, ConfigSource, ResourceKind};
pub use groups::{CommittedOffset, GroupDescription, GroupListing, GroupMember};
pub use topics::NewTopic;
