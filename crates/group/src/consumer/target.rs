//! What each member is to have: asks the assignor, and writes what has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use metadata::Image;
use model::{TimestampMs, TopicId};

use super::assign::{Assignor, PartitionCounts, Subscriber};
use super::{ConsumerChange, ConsumerGroup, Member, MemberMetadata, Partitions};

impl ConsumerGroup {
    /// The names of all topics that members subscribe to, there or not.
    pub(super) fn subscribed_topics(&self) -> BTreeSet<Arc<str>> {
        let metadata = self.members.values().map(|member| &*member.metadata);
        let named = metadata.flat_map(|metadata| self.topics_of(metadata));
        named.cloned().collect()
    }

    fn topics_of<'a>(&'a self, metadata: &'a MemberMetadata) -> impl Iterator<Item = &'a Arc<str>> {
        let resolved = metadata.regex.as_ref().and_then(|r| self.regexes.get(r));
        metadata
            .topics
            .iter()
            .chain(resolved.into_iter().flat_map(|resolved| &resolved.topics))
    }

    /// Whether a member subscribes to a topic.
    pub(super) fn subscribes(&self, metadata: &MemberMetadata, topic: &str) -> bool {
        let resolved = metadata.regex.as_ref().and_then(|r| self.regexes.get(r));
        metadata.topics.contains(topic)
            || resolved.is_some_and(|resolved| resolved.topics.contains(topic))
    }

    /// The assignor that most members vote for; `default` where nobody votes.
    pub(super) fn preferred_assignor(&self, default: Assignor) -> Assignor {
        self.votes().unwrap_or(default)
    }

    /// The assignor that most members vote for, if one does.
    pub(super) fn votes(&self) -> Option<Assignor> {
        let mut votes: BTreeMap<Assignor, usize> = BTreeMap::new();
        for member in self.members.values() {
            let vote = member.metadata.assignor.as_deref();
            if let Some(assignor) = vote.and_then(Assignor::of_name) {
                *votes.entry(assignor).or_default() += 1;
            }
        }
        let most = votes.into_iter().rev().max_by_key(|(_, votes)| *votes);
        most.map(|(assignor, _)| assignor)
    }

    /// The records of a target for the group's epoch.
    pub(super) fn compute_target(
        &self,
        image: &Image,
        assignor: Assignor,
        at: TimestampMs,
    ) -> Vec<ConsumerChange> {
        let mut counts = PartitionCounts::new();
        let mut subscriptions: BTreeMap<_, BTreeSet<TopicId>> = BTreeMap::new();
        for member in self.members.values() {
            subscriptions
                .entry(subscription(member))
                .or_insert_with(|| {
                    let topics = self.topics_of(&member.metadata);
                    let topics = topics.filter_map(|name| image.topics().by_name(name));
                    topics
                        .map(|topic| {
                            let count = i32::try_from(topic.partitions.len());
                            counts.insert(topic.id, count.unwrap_or(i32::MAX));
                            topic.id
                        })
                        .collect()
                });
        }
        let nothing = Partitions::new();
        let members: Vec<Subscriber<'_>> = self
            .members
            .iter()
            .map(|(id, member)| Subscriber {
                instance_id: member.metadata.instance_id.as_deref(),
                topics: &subscriptions[&subscription(member)],
                target: self.targets.get(id).unwrap_or(&nothing),
            })
            .collect();
        let targets = assignor.assign(&members, &counts);
        let changed = self.members.keys().zip(targets).filter_map(|(id, target)| {
            let is_new = self.targets.get(id) != Some(&target);
            is_new.then(|| ConsumerChange::Target(Arc::clone(id), Some(target)))
        });
        let epoch = ConsumerChange::TargetEpoch(Some((self.epoch, at)));
        changed.chain([epoch]).collect()
    }
}

/// Members with the same one have the same topics.
fn subscription(member: &Member) -> (&BTreeSet<Arc<str>>, Option<&str>) {
    (&member.metadata.topics, member.metadata.regex.as_deref())
}
