//! The group coordinator: who is in a group, who consumes what, and how far each group has come.
//!
//! One [`Shard`] per partition of `__consumer_offsets` coordinates the groups whose ids fall there
//! ([`coordinator_partition`]). It consists of
//!
//! - [`Logged`], the durable half: groups and committed offsets, changed by replayed records only;
//! - [`GroupCoordinator`], the soft half: members that are joining, parked requests, deadlines;
//! - a `statemachine::Runtime`, which keeps answers until what they rest on is committed.
//!
//! ```text
//!   request            decide                append            high watermark
//!  ---------> Shard ---------> Record.. ---------------> log ------------------> answers
//!               ^    Logged (read)            |
//!               |    GroupCoordinator         | replay
//!               |    (soft, changed)          v
//!               +------------------------- Logged
//! ```
//!
//! Never here: the log itself, topics and partitions (the caller resolves and checks them), access
//! control, FindCoordinator, versions of answers beyond what they mean. Called by the broker, one
//! call at a time per shard.
//!
//! Groups of all kinds share the ids and the log: [`mod@classic`], [`mod@consumer`] (KIP-848),
//! [`mod@share`] (KIP-932) and [`mod@streams`] (KIP-1071) are modules with their durable state in
//! `Logged` and their deadlines here.

mod admin;
mod classic;
mod consumer;
mod coordinator;
mod kind;
mod logged;
mod member_id;
mod membership;
mod offsets;
mod partition;
mod record;
mod request;
mod settings;
mod shard;
pub(crate) mod share;
pub(crate) mod streams;
mod timers;
mod turn;

#[cfg(test)]
mod classic_tests;
#[cfg(test)]
mod consumer_tests;
#[cfg(test)]
mod errors_tests;
#[cfg(test)]
mod migration_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod offsets_tests;
#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod restart_tests;
#[cfg(test)]
mod share_tests;
#[cfg(test)]
mod show;
#[cfg(test)]
mod static_tests;
#[cfg(test)]
mod story;
#[cfg(test)]
mod streams_model_tests;
#[cfg(test)]
mod streams_tests;

pub use consumer::{
    Assigned, Assignor, ClassicMember, ConsumerChange, CurrentAssignment, GroupLimits, LookedUp,
    Lookup, MemberMetadata, MemberState, MigrationPolicy, Moment, NamePattern, Partitions,
    ResolvedRegex,
};
pub use coordinator::GroupCoordinator;
pub use kind::GroupKind;
pub use logged::Logged;
pub use offsets::{DeletedTopic, OffsetFetchParts, offset_fetch_error, offset_fetch_response};
pub use partition::coordinator_partition;
pub use record::{
    ClassicValue, CommittedOffset, EncodedRecord, MalformedRecord, MemberValue, Record,
};
pub use request::{
    ConsumerHeartbeat, Request, Response, ShareHeartbeat, StreamsHeartbeat, append_error,
};
pub use settings::Settings;
pub use shard::{Answer, AppendRecords, Shard};
pub use share::{
    ShareAssignment, ShareChange, ShareGroup, ShareMemberMetadata, ShareStep, ShareWork,
    StatePartitions, StateTopic,
};
pub use streams::{
    Dated, Endpoint, HeldTasks, InternalTopic, StreamsAssignment, StreamsChange, StreamsGroup,
    StreamsLimits, StreamsMemberMetadata, StreamsMemberState, StreamsMetadata, SubtopologyId,
    TaskSet, Tasks, TopicCreation, Topology, refused_streams_heartbeat,
};
pub use turn::{Caller, Completed, Decided, Reply, Waiter};
