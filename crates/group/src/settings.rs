//! What the operator sets: `group.*` and `offsets.*` configurations as values.

use std::time::Duration;

use crate::consumer::{Assignor, MigrationPolicy};

/// Limits and delays of the coordinator. All may change while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout_ms: i32,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout_ms: i32,
    /// `group.initial.rebalance.delay.ms`: how long an empty group waits for more members.
    pub initial_rebalance_delay: Duration,
    /// `group.max.size`: most members of one classic group.
    pub max_group_size: usize,
    /// `group.consumer.max.size`: most members of one consumer group.
    pub consumer_max_size: usize,
    /// `group.consumer.assignors`, the default first.
    pub assignors: Vec<Assignor>,
    /// `group.consumer.migration.policy`.
    pub migration_policy: MigrationPolicy,
    /// `group.consumer.session.timeout.ms`, where a group's own is not known: after loading.
    pub consumer_session_timeout: Duration,
    /// `group.share.max.size`: most members of one share group.
    pub share_max_size: usize,
    /// `group.share.session.timeout.ms`, where a group's own is not known: after loading.
    pub share_session_timeout: Duration,
    /// `group.share.initialize.retry.interval.ms`: how long share coordinators have to begin states before they are asked
    /// again.
    pub share_initialize_retry: Duration,
    /// `group.streams.max.size`: most members of one streams group.
    pub streams_max_size: usize,
    /// `group.streams.session.timeout.ms`, where a group's own is not known: after loading.
    pub streams_session_timeout: Duration,
    /// `offset.metadata.max.bytes`, which Kafka counts in UTF-16 units of the text.
    pub max_offset_metadata: usize,
    /// `offsets.retention.minutes`.
    pub offsets_retention: Duration,
    /// `offsets.retention.check.interval.ms`.
    pub retention_check_interval: Duration,
}

impl Default for Settings {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            min_session_timeout_ms: 6_000,
            max_session_timeout_ms: 1_800_000,
            initial_rebalance_delay: Duration::from_secs(3),
            max_group_size: 2_147_483_647,
            consumer_max_size: 2_147_483_647,
            assignors: Assignor::ALL.to_vec(),
            migration_policy: MigrationPolicy::Bidirectional,
            consumer_session_timeout: Duration::from_secs(45),
            share_max_size: 200,
            share_session_timeout: Duration::from_secs(45),
            share_initialize_retry: Duration::from_secs(30),
            streams_max_size: 2_147_483_647,
            streams_session_timeout: Duration::from_secs(45),
            max_offset_metadata: 4_096,
            offsets_retention: Duration::from_secs(10_080 * 60),
            retention_check_interval: Duration::from_secs(600),
        }
    }
}

impl Settings {
    /// The assignor of a group whose members do not vote.
    pub(crate) fn default_assignor(&self) -> Assignor {
        self.assignors.first().copied().unwrap_or(Assignor::Uniform)
    }
}

/// How long a new member may wait in a join before it is taken for gone: it cannot heartbeat while
/// it waits. Kafka has no configuration for it.
pub(crate) const NEW_MEMBER_JOIN_TIMEOUT: Duration = Duration::from_secs(300);

/// Most ids that one group gives out to clients that have not come back with them yet. Beyond it a
/// new member is refused with GROUP_MAX_SIZE_REACHED until ids expire (one session timeout).
/// Kafka has no such bound.
pub(crate) const MAX_PENDING_MEMBERS: usize = 20_000;

/// Most bytes of subscriptions that the members of one classic group may hold together; beyond it a
/// join is refused with GROUP_MAX_SIZE_REACHED. A group anywhere near it could not be stored: its
/// record would not fit into a batch. Kafka has no such bound.
pub(crate) const MAX_GROUP_METADATA_BYTES: usize = 64 << 20;

/// Most records that one pass of expiry, or over the offsets of a deleted topic, writes, so that they fit into a batch; the rest follows in
/// the next pass.
pub(crate) const MAX_EXPIRED_PER_PASS: usize = 1_000;

/// Most groups that one pass of expiry looks at, so that it stays short.
pub(crate) const MAX_GROUPS_PER_PASS: usize = 10_000;
