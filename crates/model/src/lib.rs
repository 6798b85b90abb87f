//! The words of Kafka's domain as types.
//!
//! Offsets, epochs, ids and error codes are newtypes, so that one cannot be passed where another is
//! meant. This crate owns no logic beyond conversion and does no IO; every other crate may use it.

mod error_code;
mod ids;
mod offset;
mod ticket;
mod time;
mod uuid;

pub use error_code::ErrorCode;
pub use ids::{
    BrokerEpoch, BrokerId, LeaderEpoch, PartitionEpoch, PartitionIndex, ProducerEpoch, ProducerId,
    TopicIdPartition,
};
pub use offset::Offset;
pub use ticket::Ticket;
pub use time::{Now, TimestampMs};
pub use uuid::{DirectoryId, TopicId, Uuid, UuidParseError};
