//! What holds for a share group: its own configurations over those of this broker.

use config::{GroupConfig, OffsetReset};
use metadata::ConfigResourceType;
use model::{ErrorCode, Now, Offset, TimestampMs};
use partition::{Isolation, OffsetQuery, Partition};
use share::Limits;

use crate::broker::Broker;
use crate::effective::texts;

/// The feature of share groups.
const SHARE_VERSION: &str = "share.version";
/// The level of it from which on there are dead letter queues.
const DEAD_LETTERS: i16 = 2;

/// What holds for a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Limits of its deliveries.
    pub limits: Limits,
    /// What it sees of transactions.
    pub isolation: Isolation,
    /// Where it begins.
    pub reset: OffsetReset,
}

/// The terms of a group as of an image, so that its configurations are not read for each fetch.
#[derive(Debug, Default)]
pub(crate) struct CachedTerms(Option<(Option<Offset>, Terms)>);

impl Broker {
    /// What holds for a group: its own configurations over those of this broker.
    pub(crate) fn share_terms(&self, cached: &mut CachedTerms, group: &str) -> Terms {
        let image = self.image();
        let moment = image.provenance().map(|moment| moment.offset);
        if let Some((of, terms)) = cached.0
            && of == moment
        {
            return terms;
        }
        let config = self.group_config(group);
        let terms = Terms {
            limits: Limits {
                lock: config.share_record_lock,
                max_deliveries: config.share_delivery_limit,
                max_locks: config.share_max_record_locks,
                may_renew: config.share_may_renew,
                keeps_dead_letters: config.dead_letter_topic.is_some()
                    && image.features().level(SHARE_VERSION) >= DEAD_LETTERS,
            },
            isolation: if config.share_reads_committed {
                Isolation::ReadCommitted
            } else {
                Isolation::ReadUncommitted
            },
            reset: config.share_offset_reset,
        };
        cached.0 = Some((moment, terms));
        terms
    }

    /// The configurations that count for a group.
    pub(crate) fn group_config(&self, group: &str) -> GroupConfig {
        let current = self.effective.now();
        let overrides = texts(&self.image(), ConfigResourceType::GROUP, group);
        let config = GroupConfig::resolve(&current.broker, &overrides);
        // The controller has let these values in; where they do not read, the broker's own count.
        let config = config.or_else(|_| GroupConfig::resolve(&current.broker, &Default::default()));
        config.expect("the broker's own configurations were read at its start")
    }

    /// Where a group begins with a partition.
    ///
    /// # Errors
    /// Those of [`Partition::list_offset`].
    pub(crate) fn share_start(
        &self,
        now: Now,
        replica: &Partition,
        terms: &Terms,
    ) -> Result<i64, ErrorCode> {
        let list = |query| {
            self.with_codecs(|codecs| {
                replica.list_offset(self.logs(now), codecs, query, None, terms.isolation)
            })
        };
        let found = match terms.reset {
            OffsetReset::Latest => None,
            OffsetReset::Earliest => list(OffsetQuery::Earliest)?.offset,
            OffsetReset::Since(age) => {
                let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
                let time = TimestampMs(now.wall.0.saturating_sub(age));
                list(OffsetQuery::Timestamp(time))?.offset
            }
        };
        let found = match found {
            Some(offset) => Some(offset),
            None => list(OffsetQuery::Latest)?.offset,
        };
        Ok(found.map_or(0, |offset| offset.0))
    }
}
