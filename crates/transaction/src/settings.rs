//! What the operator sets: `transaction.*` and `transactional.*` configurations as values.

use std::time::Duration;

/// Limits and intervals of the coordinator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `transaction.max.timeout.ms`: the longest timeout that a producer may ask for.
    pub max_timeout: Duration,
    /// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
    pub abort_interval: Duration,
    /// `transactional.id.expiration.ms`.
    pub id_expiration: Duration,
    /// `transaction.remove.expired.transaction.cleanup.interval.ms`.
    pub expiry_interval: Duration,
}

impl Default for Settings {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            max_timeout: Duration::from_secs(900),
            abort_interval: Duration::from_secs(10),
            id_expiration: Duration::from_secs(604_800),
            expiry_interval: Duration::from_secs(3_600),
        }
    }
}

/// How long after a marker could not be written it is tried again.
pub(crate) const MARKER_RETRY: Duration = Duration::from_millis(100);

/// Most records that one round of timeouts or expiry writes; the rest follows in the next.
pub(crate) const MAX_PER_ROUND: usize = 1_000;
