//! The account of which states a group has at share coordinators, and what has to be asked of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{ErrorCode, TopicId};
use statemachine::Decision;

use super::{ShareChange, ShareGroup, StatePartitions, StateTopic};
use crate::GroupCoordinator;
use crate::coordinator::Undo;
use crate::logged::{Logged, LoggedGroup};
use crate::offsets::DeletedTopic;
use crate::record::Record;
use crate::turn::{Decided, Reply};

/// A step in the account of one group.
#[derive(Clone, Copy, Debug)]
pub enum ShareStep<'r> {
    /// The states of these partitions are about to be begun anew: the group has a new epoch.
    Begin(&'r [(TopicId, StateTopic)]),
    /// They are begun.
    Begun(TopicId, &'r [i32]),
    /// The states of these topics are about to be deleted.
    End(&'r [TopicId]),
    /// They are gone.
    Ended(&'r [TopicId]),
    /// Nothing: answered once everything before it is committed.
    Pass,
}

/// What has to be asked of share coordinators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareWork {
    /// To begin states, and to say so with [`ShareStep::Begun`].
    Initialize {
        /// The group.
        group: Arc<str>,
        /// The epoch of the states.
        state_epoch: i32,
        /// The topic.
        topic: TopicId,
        /// Its partitions.
        partitions: Vec<i32>,
        /// It was asked before, and may have been done: what is there stays.
        again: bool,
    },
    /// To delete states of a group that is gone.
    Delete {
        /// The group.
        group: Arc<str>,
        /// The topic.
        topic: TopicId,
        /// Its partitions.
        partitions: Vec<i32>,
    },
}

impl GroupCoordinator {
    /// What has to be asked of share coordinators since the last call.
    pub fn take_share_work(&mut self) -> Vec<ShareWork> {
        std::mem::take(&mut self.share_work)
    }

    /// Takes in a step. GROUP_ID_NOT_FOUND for a group that is no share group, or gone; but a step that begins states makes
    /// the group.
    pub fn share_step(
        &mut self,
        logged: &Logged,
        group_id: &str,
        step: &ShareStep<'_>,
    ) -> Decided<ErrorCode> {
        self.undo = Undo::Nothing;
        let new = ShareGroup::default();
        let group = match (logged.group(group_id), step) {
            (Some(LoggedGroup::Share(group)), _) => group,
            (None, ShareStep::Begin(_)) => &new,
            _ => return Decision::read(Reply::Now(ErrorCode::GROUP_ID_NOT_FOUND)),
        };
        let changes = group.step(step).into_iter();
        let records = changes.map(|change| Record::share(group_id, change));
        Decision::atomically(records.collect(), Reply::Now(ErrorCode::NONE))
    }

    /// The states of topics that were deleted are gone with them.
    pub(crate) fn forget_share_states(
        &self,
        logged: &Logged,
        deleted: &[DeletedTopic<'_>],
    ) -> Vec<Record> {
        let ids: Vec<TopicId> = deleted.iter().map(|topic| topic.id).collect();
        let groups = logged.groups().iter();
        groups
            .filter_map(|(id, group)| match group {
                LoggedGroup::Share(group) => Some((id, group)),
                _ => None,
            })
            .flat_map(|(id, group)| {
                let changes = group.step(&ShareStep::Ended(&ids)).into_iter();
                changes.map(|change| Record::share(id, change))
            })
            .collect()
    }

    /// The states of a group that ends have to be deleted.
    pub(crate) fn delete_share_states(&mut self, group_id: &str, group: &ShareGroup) {
        let states = group.states.all().into_iter();
        self.share_work
            .extend(states.map(|(topic, known)| ShareWork::Delete {
                group: Arc::from(group_id),
                topic,
                partitions: known.partitions.into_iter().collect(),
            }));
    }
}

impl ShareGroup {
    fn step(&self, step: &ShareStep<'_>) -> Vec<ShareChange> {
        let mut states = StatePartitions::clone(&self.states);
        let mut changes = Vec::new();
        match step {
            ShareStep::Begin(topics) => {
                for (topic, wanted) in *topics {
                    begin(&mut states, *topic, &wanted.name, wanted.partitions.iter());
                }
                let epoch = Some((self.epoch + 1, self.metadata_hash));
                changes.push(ShareChange::Group(epoch));
            }
            ShareStep::Begun(topic, partitions) => begun(&mut states, *topic, partitions),
            ShareStep::End(topics) => {
                for topic in *topics {
                    let known = [
                        states.initialized.remove(topic),
                        states.initializing.remove(topic),
                    ];
                    if let Some(known) = known.into_iter().flatten().next() {
                        states.deleting.insert(*topic, known.name);
                    }
                }
            }
            ShareStep::Ended(topics) => {
                for topic in *topics {
                    states.deleting.remove(topic);
                    states.initialized.remove(topic);
                    states.initializing.remove(topic);
                }
            }
            ShareStep::Pass => {}
        }
        if states != *self.states {
            changes.push(ShareChange::States(Some(Arc::new(states))));
        }
        changes
    }

    /// What members subscribe to and was never begun, as the account is with it; `None` if that is nothing.
    pub(super) fn with_begun(
        &self,
        wanted: &[(TopicId, Arc<str>, i32)],
    ) -> Option<Arc<StatePartitions>> {
        let mut states: Option<StatePartitions> = None;
        for (topic, name, count) in wanted {
            let missing = (0..*count).filter(|partition| !self.states.knows(*topic, *partition));
            let missing: BTreeSet<i32> = missing.collect();
            if missing.is_empty() || self.states.deleting.contains_key(topic) {
                continue;
            }
            let states = states.get_or_insert_with(|| StatePartitions::clone(&self.states));
            begin(states, *topic, name, missing.iter());
        }
        states.map(Arc::new)
    }

    /// The work that is left to do for what is being begun; of what was being begun `before` it is asked again.
    pub(super) fn initialize(&self, id: &str, before: &StatePartitions) -> Vec<ShareWork> {
        let mut work = Vec::new();
        for (topic, known) in &self.states.initializing {
            let asked = before.initializing.get(topic);
            let was_asked =
                |partition: &i32| asked.is_some_and(|topic| topic.partitions.contains(partition));
            let all = known.partitions.iter().copied();
            let (old, new): (Vec<i32>, Vec<i32>) = all.partition(|partition| was_asked(partition));
            for (partitions, again) in [(old, true), (new, false)] {
                if !partitions.is_empty() {
                    work.push(ShareWork::Initialize {
                        group: Arc::from(id),
                        state_epoch: self.epoch,
                        topic: *topic,
                        partitions,
                        again,
                    });
                }
            }
        }
        work
    }
}

fn begin<'p>(
    states: &mut StatePartitions,
    topic: TopicId,
    name: &str,
    partitions: impl Iterator<Item = &'p i32>,
) {
    let known = states.initializing.entry(topic).or_default();
    known.name = Box::from(name);
    known.partitions.extend(partitions);
}

fn begun(states: &mut StatePartitions, topic: TopicId, partitions: &[i32]) {
    let Some(waiting) = states.initializing.get_mut(&topic) else {
        return;
    };
    let (name, before) = (waiting.name.clone(), waiting.partitions.len());
    let begun: BTreeSet<i32> = (partitions.iter().copied())
        .filter(|partition| waiting.partitions.remove(partition))
        .collect();
    if begun.len() == before {
        states.initializing.remove(&topic);
    }
    let known = states.initialized.entry(topic).or_default();
    known.name = name;
    known.partitions.extend(begun);
}
