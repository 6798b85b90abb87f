//! Offsets of topics that were deleted, forgotten in passes of bounded length: a topic of many
//! partitions that many groups consumed leaves more of them than a batch holds.

use std::collections::VecDeque;
use std::ops::Bound;
use std::sync::Arc;

use model::{Now, TopicId};
use statemachine::Decision;

use super::Offsets;
use crate::GroupCoordinator;
use crate::coordinator::Undo;
use crate::logged::Logged;
use crate::record::Record;
use crate::settings::MAX_EXPIRED_PER_PASS;
use crate::timers::{Alarm, TimerId};
use crate::turn::{Decided, Reply};

/// A topic that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeletedTopic<'r> {
    /// Its id.
    pub id: TopicId,
    /// Its name, which another topic may have by now.
    pub name: &'r str,
}

/// What is left to forget, and the timer that goes on with it.
#[derive(Debug)]
pub(crate) struct Forgetting {
    timer: TimerId,
    topics: VecDeque<Topic>,
}

#[derive(Debug)]
struct Topic {
    id: TopicId,
    name: Box<str>,
    /// The groups before this one are done.
    from: Option<Arc<str>>,
}

impl GroupCoordinator {
    /// Forgets the offsets of topics that were deleted, some in this call and the rest in
    /// [`Self::on_time`].
    pub fn on_topics_deleted(
        &mut self,
        now: Now,
        logged: &Logged,
        deleted: &[DeletedTopic<'_>],
    ) -> Decided<()> {
        self.undo = Undo::Nothing;
        let timers = &mut self.timers;
        let forgetting = self.forgetting.get_or_insert_with(|| Forgetting {
            timer: timers.create(Alarm::DeletedTopics),
            topics: VecDeque::new(),
        });
        forgetting.topics.extend(deleted.iter().map(|topic| Topic {
            id: topic.id,
            name: Box::from(topic.name),
            from: None,
        }));
        let mut records = self.forget_share_states(logged, deleted);
        self.forget(now, logged, &mut records);
        Decision::write(records, Reply::Now(()))
    }

    /// One pass; the timer is set as long as there is more to do.
    pub(crate) fn forget(&mut self, now: Now, logged: &Logged, records: &mut Vec<Record>) {
        let Some(forgetting) = &mut self.forgetting else {
            return;
        };
        while let Some(topic) = forgetting.topics.front_mut() {
            if !logged.offsets().forget_topic(topic, records) {
                self.timers.set(forgetting.timer, now.mono);
                return;
            }
            forgetting.topics.pop_front();
        }
        self.timers.remove(forgetting.timer);
        self.forgetting = None;
    }
}

impl Offsets {
    /// Whether the topic is done with; otherwise it has more than fits into this pass.
    fn forget_topic(&self, topic: &mut Topic, records: &mut Vec<Record>) -> bool {
        let from = match topic.from.take() {
            Some(group) => Bound::Included(group),
            None => Bound::Unbounded,
        };
        for (group, topics) in self.groups.range::<Arc<str>, _>((from, Bound::Unbounded)) {
            for (partition, committed) in topics.get(&*topic.name).into_iter().flatten() {
                if !committed.1.is_of_topic(topic.id) {
                    continue;
                }
                if records.len() >= MAX_EXPIRED_PER_PASS {
                    topic.from = Some(Arc::clone(group));
                    return false;
                }
                records.push(Record::offset_tombstone(group, &topic.name, *partition));
            }
        }
        self.forget_pending(topic, records);
        true
    }

    /// Offsets of open transactions that are the first of their partition.
    fn forget_pending(&self, topic: &Topic, records: &mut Vec<Record>) {
        for (place, (_, committed)) in self.pending.values().flatten() {
            let is_first = self
                .get(&place.group, &place.topic, place.partition)
                .is_none();
            if *place.topic == *topic.name && is_first && committed.is_of_topic(topic.id) {
                let record = Record::offset_tombstone(&place.group, &topic.name, place.partition);
                records.push(record);
            }
        }
    }
}
