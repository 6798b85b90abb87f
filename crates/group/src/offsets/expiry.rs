//! Offsets and groups that go because nobody needs them any more (KIP-211).
//!
//! A round goes over all groups in the order of their ids, in passes of bounded length; between two
//! passes other requests are served. The next round begins one
//! `offsets.retention.check.interval.ms` after the end of the last.

use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use model::{Now, TimestampMs};

use super::{ExpiryBase, Offsets};
use crate::GroupCoordinator;
use crate::classic::ClassicGroup;
use crate::consumer::ConsumerGroup;
use crate::coordinator::Found;
use crate::logged::Logged;
use crate::record::{CommittedOffset, Record};
use crate::settings::{MAX_EXPIRED_PER_PASS, MAX_GROUPS_PER_PASS};
use crate::streams::StreamsGroup;

impl CommittedOffset {
    fn is_expired(&self, base: ExpiryBase, now: TimestampMs, retention_ms: i64) -> bool {
        let since = match (self.expires_at, base) {
            (Some(at), _) => return now >= at,
            (None, ExpiryBase::Since(since)) => since,
            (None, ExpiryBase::Commit) => self.committed_at,
        };
        now.0.saturating_sub(since.0) >= retention_ms
    }
}

impl GroupCoordinator {
    /// One pass; says when the next is due by setting the timer.
    pub(crate) fn expire(&mut self, now: Now, logged: &Logged, records: &mut Vec<Record>) {
        let from = match self.expired_up_to.take() {
            Some(group) => Bound::Included(group),
            None => Bound::Unbounded,
        };
        let rest = logged
            .groups()
            .range::<Arc<str>, _>((from, Bound::Unbounded));
        let mut next = None;
        for (visited, (id, _)) in rest.enumerate() {
            if visited == MAX_GROUPS_PER_PASS || !self.expire_group(now, logged, id, records) {
                next = Some(Arc::clone(id));
                break;
            }
        }
        let pause = match next {
            Some(_) => Duration::ZERO,
            None => self.settings.retention_check_interval,
        };
        self.expired_up_to = next;
        self.timers.set(self.expiry, now.mono + pause);
    }

    /// Whether the group is done with; otherwise it has more than fits into this pass.
    fn expire_group(
        &mut self,
        now: Now,
        logged: &Logged,
        id: &str,
        records: &mut Vec<Record>,
    ) -> bool {
        let retention = i64::try_from(self.settings.offsets_retention.as_millis());
        let retention_ms = retention.unwrap_or(i64::MAX);
        let found = self.find(now, logged, id);
        let group = match &found {
            Found::Classic(group, _) => Of::Classic(group),
            Found::Consumer(group) => Of::Consumer(group),
            Found::Simple => Of::Nobody,
            Found::Streams(group) => Of::Streams(group),
            Found::Share(_) | Found::Missing => return true,
        };
        let retention = Retention {
            group,
            now: now.wall,
            retention_ms,
        };
        match logged.offsets().expire(id, &retention, records) {
            Expired::MoreThanRoom => return false,
            Expired::Some => return true,
            Expired::All => {}
        }
        match group {
            Of::Consumer(group) if group.is_empty() => {
                let tombstones = group.tombstones().into_iter();
                records.extend(tombstones.map(|change| Record::consumer(id, change)));
            }
            Of::Streams(group) if group.is_empty() => {
                let tombstones = group.tombstones().into_iter();
                records.extend(tombstones.map(|change| Record::streams(id, change)));
            }
            Of::Classic(group) if !group.is_empty() || group.has_pending_members() => {}
            Of::Consumer(_) | Of::Streams(_) => {}
            Of::Classic(_) | Of::Nobody => {
                records.push(Record::classic_tombstone(id));
                self.drop_classic(id);
            }
        }
        true
    }
}

/// Whose offsets they are.
#[derive(Clone, Copy)]
enum Of<'g> {
    /// A group that never had members.
    Nobody,
    Classic(&'g ClassicGroup),
    Consumer(&'g ConsumerGroup),
    Streams(&'g StreamsGroup),
}

/// What decides whether an offset of a group is still needed.
struct Retention<'g> {
    group: Of<'g>,
    now: TimestampMs,
    retention_ms: i64,
}

impl Retention<'_> {
    /// `None` while no offset of the group expires.
    fn base(&self) -> Option<ExpiryBase> {
        match self.group {
            Of::Nobody | Of::Consumer(_) | Of::Streams(_) => Some(ExpiryBase::Commit),
            Of::Classic(group) => group.expiry_base(),
        }
    }

    fn keeps_topic(&self, topic: &str) -> bool {
        match self.group {
            Of::Nobody => false,
            Of::Classic(group) => group.is_subscribed_to(topic),
            Of::Consumer(group) => group.is_subscribed_to(topic),
            Of::Streams(group) => group.is_subscribed_to(topic),
        }
    }
}

enum Expired {
    /// Nothing of the group is left.
    All,
    /// Some offsets are still needed.
    Some,
    /// There are more than this pass may write.
    MoreThanRoom,
}

impl Offsets {
    fn expire(&self, id: &str, retention: &Retention<'_>, records: &mut Vec<Record>) -> Expired {
        let Some(base) = retention.base() else {
            return Expired::Some;
        };
        let mut kept = self.has_open_transaction(id);
        for (topic, partitions) in self.of_group(id).into_iter().flatten() {
            if retention.keeps_topic(topic) {
                kept = true;
                continue;
            }
            for (partition, committed) in partitions {
                let expired = committed
                    .1
                    .is_expired(base, retention.now, retention.retention_ms)
                    && !self.is_unstable(id, topic, *partition);
                kept |= !expired;
                if expired && records.len() >= MAX_EXPIRED_PER_PASS {
                    return Expired::MoreThanRoom;
                }
                if expired {
                    records.push(Record::offset_tombstone(id, topic, *partition));
                }
            }
        }
        if kept { Expired::Some } else { Expired::All }
    }
}
