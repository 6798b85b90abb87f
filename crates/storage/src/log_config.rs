//! The configurations of one log, parsed: what `config` and the topic's overrides come to.

use std::time::Duration;

/// What governs one log. Names are Kafka's topic configurations.
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// `segment.bytes`: a segment does not grow beyond; at most 2^31-1.
    pub segment_bytes: u32,
    /// `segment.ms`: nor does it grow for longer.
    pub segment_ms: i64,
    /// `segment.jitter.ms`: up to so much is taken off `segment_ms`, so that segments do not roll together.
    pub segment_jitter_ms: i64,
    /// `segment.index.bytes`: nor beyond what its indexes hold.
    pub segment_index_bytes: u32,
    /// `index.interval.bytes`: distance of index entries.
    pub index_interval_bytes: u32,
    /// `flush.messages`: a sync is due after so many records; `None` leaves it to the operating system.
    pub flush_messages: Option<u64>,
    /// `flush.ms`: a sync is due so long after an append; `None` leaves it to the operating system.
    pub flush_ms: Option<Duration>,
    /// `retention.bytes`, `None` without limit.
    pub retention_bytes: Option<u64>,
    /// `retention.ms`, `None` without limit.
    pub retention_ms: Option<i64>,
    /// `cleanup.policy` contains `delete`.
    pub delete: bool,
    /// `cleanup.policy` contains `compact`.
    pub compact: bool,
    /// `min.cleanable.dirty.ratio`: so much of what can be compacted must be new.
    pub min_cleanable_dirty_ratio: f64,
    /// `min.compaction.lag.ms`: segments with younger records are not compacted.
    pub min_compaction_lag_ms: i64,
    /// `max.compaction.lag.ms`: with an older record the log is compacted whatever the ratio, `None` without limit.
    pub max_compaction_lag_ms: Option<i64>,
    /// `delete.retention.ms`: so long after a tombstone was first compacted it stays.
    pub delete_retention_ms: i64,
    /// `file.delete.delay.ms`: so long removed files stay readable for who has not opened them yet.
    pub file_delete_delay: Duration,
    /// `preallocate`: reserve a segment's blocks when it is made.
    pub preallocate: bool,
    /// `producer.id.expiration.ms`.
    pub producer_id_expiration: Duration,
}

impl Default for LogConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            segment_bytes: 1 << 30,
            segment_ms: 7 * 24 * 3600 * 1000,
            segment_jitter_ms: 0,
            segment_index_bytes: 10 * 1024 * 1024,
            index_interval_bytes: 4096,
            flush_messages: None,
            flush_ms: None,
            retention_bytes: None,
            retention_ms: Some(7 * 24 * 3600 * 1000),
            delete: true,
            compact: false,
            min_cleanable_dirty_ratio: 0.5,
            min_compaction_lag_ms: 0,
            max_compaction_lag_ms: None,
            delete_retention_ms: 24 * 3600 * 1000,
            file_delete_delay: Duration::from_secs(60),
            preallocate: false,
            producer_id_expiration: Duration::from_secs(24 * 3600),
        }
    }
}
