//! What the cluster looks like at one offset of `__cluster_metadata`.
//!
//! An [`Image`] is immutable and cheap to clone: its maps are persistent, so that two images share all
//! that is equal, and the cost of changing one partition does not grow with their number. A
//! [`Delta`] replays records on top of an image and yields the next image and its [`Changes`]; a
//! [`Loader`] does so for whole batches, snapshots and metadata transactions.
//!
//! ```text
//!  records of a batch --> Delta::replay ... --> Delta::apply --> (Image, Changes) --> brokers
//!                              ^                                     |
//!                              +------------- next batch ------------+
//! ```
//!
//! Everything that Kafka 4.4 writes is understood and kept, whether or not this release uses it:
//! [`Image::write`] yields the records of a snapshot, which replayed give an equal image. Never here:
//! a decision (see the `controller` crate), the log, a clock.

mod cluster;
mod configs;
mod delta;
mod error;
pub mod features;
mod image;
mod loader;
mod partition;
mod partitions;
mod quotas;
mod record_versions;
mod replay;
mod security;
mod snapshot;
mod topics;

pub use cluster::{BrokerRegistration, ControllerRegistration, Endpoint, VersionRange};
pub use configs::{ConfigResource, ConfigResourceType, Configs, NO_LOGGERS, ResourceConfigs};
pub use delta::{Changes, Delta};
pub use error::{RecordError, ReplayError};
pub use features::Features;
pub use image::{Image, Provenance};
pub use loader::{Loader, Published};
pub use partition::{Directories, LeaderRecoveryState, Partition, Replicas};
pub use partitions::Partitions;
pub use quotas::{ClientQuotas, QuotaEntity};
pub use record_versions::{decode_record, encode_record, record_version};
pub use security::{Acl, DelegationToken, ScramCredential};
pub use snapshot::{FENCING_FENCE, FENCING_UNFENCE, IN_CONTROLLED_SHUTDOWN};
pub use topics::{Topic, Topics};

#[cfg(test)]
mod image_tests;
#[cfg(test)]
mod snapshot_tests;
