//! A group while a heartbeat changes it.

use std::borrow::Cow;
use std::sync::Arc;

use metadata::Image;
use model::{ErrorCode, Now};
use protocol::consumer_group_heartbeat_response::{
    Assignment, ConsumerGroupHeartbeatResponse, TopicPartitions,
};
use statemachine::Decision;

use super::heartbeat::{
    Beat, GroupLimits, JOINS, LEAVES_FOR_A_WHILE, Refused, Result, millis, unknown,
};
use super::reconcile::{Standing, Target, reconcile};
use super::{
    Assigned, ConsumerChange, ConsumerGroup, CurrentAssignment, Member, MemberMetadata, Partitions,
    member_tombstones, metadata_hash, regex,
};
use crate::record::Record;
use crate::turn::{Decided, Reply};

/// When something happens, in which cluster, and what holds for the group.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// When.
    pub now: Now,
    /// The cluster.
    pub image: &'a Image,
    /// What holds for the group.
    pub limits: GroupLimits,
}

/// What is new about a member.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    topics: bool,
    regex: bool,
    /// The new expression, if there is one, has been looked up.
    resolved_regex: bool,
    assignor: bool,
}

impl Change {
    /// Whether the member may be given other topics than before.
    pub(super) fn is_of_subscription(self) -> bool {
        self.topics || self.regex
    }

    /// Whether the group needs another target.
    pub(super) fn needs_epoch(self) -> bool {
        self.topics || self.resolved_regex || self.assignor
    }
}

/// A group while a heartbeat changes it: what is decided here is in `records` too.
pub(super) struct Draft<'l> {
    id: Box<str>,
    pub(super) group: Cow<'l, ConsumerGroup>,
    pub(super) records: Vec<Record>,
    /// Whether the group was a classic one with members.
    pub(super) is_upgrade: bool,
}

impl<'l> Draft<'l> {
    pub(super) fn new(id: &str, group: Cow<'l, ConsumerGroup>) -> Self {
        Self {
            id: Box::from(id),
            group,
            records: Vec::new(),
            is_upgrade: false,
        }
    }

    pub(super) fn push(&mut self, change: ConsumerChange) {
        self.group.to_mut().replay(&change);
        self.push_last(change);
    }

    /// Nothing looks at the draft after this change.
    pub(super) fn push_last(&mut self, change: ConsumerChange) {
        self.records.push(Record::consumer(&self.id, change));
    }

    pub(super) fn member(&self, id: &str) -> &Member {
        let member = self.group.members.get(id);
        member.expect("a member that is let in is in the draft")
    }

    /// Lets the member in, if it may.
    pub(super) fn admit(&mut self, id: &Arc<str>, beat: &Beat<'_>) -> Result<()> {
        let joins = beat.request.member_epoch == JOINS;
        let Some(instance_id) = beat.request.instance_id.as_deref() else {
            return match self.group.members.get(id) {
                Some(member) => check_epoch(&member.current, beat),
                None if joins => Ok(()),
                None => Err(unknown(&self.id, id)),
            };
        };
        let owner = self.group.static_members.get(instance_id).cloned();
        match owner {
            None if joins => Ok(()),
            Some(owner) if joins => {
                let before = Member::clone(&self.group.members[&owner]);
                let is_away = before.current.epoch == LEAVES_FOR_A_WHILE;
                if is_away || before.metadata.classic.is_some() {
                    self.replace(&owner, id, before);
                    Ok(())
                } else if owner == *id {
                    check_epoch(&before.current, beat)
                } else {
                    Err(Refused(
                        ErrorCode::UNRELEASED_INSTANCE_ID,
                        format!(
                            "Static member {id} with instance id {instance_id} cannot join the group \
                             because the instance id is owned by {owner} member."
                        ),
                    ))
                }
            }
            _ => check_epoch(&self.group.check_static(id, instance_id)?.current, beat),
        }
    }

    /// A static member is back under a new id, and has what it had.
    pub(super) fn replace(&mut self, old: &Arc<str>, new: &Arc<str>, before: Member) {
        let target = self.group.targets.get(old).cloned().unwrap_or_default();
        member_tombstones(old)
            .into_iter()
            .for_each(|change| self.push(change));
        let current = CurrentAssignment {
            epoch: JOINS,
            previous_epoch: JOINS,
            ..before.current
        };
        let new = || Arc::clone(new);
        self.push(ConsumerChange::Member(new(), Some(before.metadata)));
        self.push(ConsumerChange::Target(new(), Some(target)));
        self.push(ConsumerChange::Current(new(), Some(current)));
    }

    /// Takes over what is known of the member from here on, and says what is new.
    pub(super) fn update_metadata(
        &mut self,
        id: &Arc<str>,
        updated: MemberMetadata,
    ) -> Result<Change> {
        let before = self
            .group
            .members
            .get(id)
            .map(|member| Arc::clone(&member.metadata));
        let known = before.clone().unwrap_or_default();
        if before.is_some() && *known == updated {
            return Ok(Change::default());
        }
        let regex = updated.regex.clone();
        let is_other = regex != known.regex;
        if let Some(text) = regex.as_ref().filter(|_| is_other)
            && !self.group.regex_subscribers.contains_key(text)
        {
            regex::compile(text)
                .map_err(|message| Refused(ErrorCode::INVALID_REGULAR_EXPRESSION, message))?;
        }
        // What an expression names that was not looked up yet is nothing so far.
        let is_resolved = regex
            .as_ref()
            .is_none_or(|text| self.group.regexes.contains_key(text));
        let is_new_without = before.is_none() && regex.is_none();
        let change = Change {
            topics: is_new_without || updated.topics != known.topics,
            regex: is_other,
            resolved_regex: is_other && is_resolved,
            assignor: updated.assignor != known.assignor,
        };
        let preferred = self.group.votes();
        self.push(ConsumerChange::Member(
            Arc::clone(id),
            Some(Arc::new(updated)),
        ));
        self.forget_regex(known.regex.as_ref());
        Ok(Change {
            assignor: change.assignor && self.group.votes() != preferred,
            ..change
        })
    }

    /// An expression that no member has goes.
    fn forget_regex(&mut self, text: Option<&Arc<str>>) {
        let Some(text) = text else {
            return;
        };
        let is_used = self.group.regex_subscribers.contains_key(text);
        if self.group.regexes.contains_key(text) && !is_used {
            self.push(ConsumerChange::Regex(Arc::clone(text), None));
        }
    }

    /// The group has a new epoch if its topics have changed, or `bump` says so.
    pub(super) fn renew_epoch(&mut self, image: &Image, bump: bool) {
        let hash = metadata_hash::of_topics(image, &self.group.subscribed_topics());
        if bump || hash != self.group.metadata_hash {
            let epoch = self.group.epoch + 1;
            self.push(ConsumerChange::Group(Some((epoch, hash))));
        }
    }

    /// The member's next step, if there is one.
    pub(super) fn reconcile(
        &self,
        id: &Arc<str>,
        owned: Option<&Partitions>,
        has_changed: bool,
        image: &Image,
    ) -> Result<Option<CurrentAssignment>> {
        let group = &self.group;
        let nothing = Partitions::new();
        let target = Target {
            epoch: group.assignment_epoch,
            partitions: group.targets.get(id).unwrap_or(&nothing),
        };
        let member = self.member(id);
        let standing = Standing {
            owned,
            is_free: |topic, partition| {
                let owner = group.owners.get(&(topic, partition));
                owner.is_none_or(|owner| owner == id)
            },
            subscribes: |topic| {
                let topic = image.topics().get(topic);
                topic.is_some_and(|topic| group.subscribes(&member.metadata, &topic.name))
            },
            has_changed,
        };
        reconcile(&member.current, target, &standing).map_err(|_| {
            Refused(
                ErrorCode::FENCED_MEMBER_EPOCH,
                "The consumer group member is in a unknown state. The member must abandon all its \
                 partitions and rejoin."
                    .to_owned(),
            )
        })
    }

    pub(super) fn finish(
        mut self,
        id: &Arc<str>,
        beat: &Beat<'_>,
        next: Option<CurrentAssignment>,
    ) -> Decided<ConsumerGroupHeartbeatResponse<'static>> {
        let before = &self.member(id).current;
        let now = next.as_ref().unwrap_or(before);
        let is_told = beat.is_whole() || now.assigned != before.assigned;
        let interval = beat.at.limits.heartbeat_interval;
        let response = ConsumerGroupHeartbeatResponse {
            member_id: Some(Cow::Owned(id.to_string())),
            member_epoch: now.epoch,
            heartbeat_interval_ms: i32::try_from(millis(interval)).unwrap_or(i32::MAX),
            assignment: is_told.then(|| told(&now.assigned)),
            ..ConsumerGroupHeartbeatResponse::default()
        };
        if let Some(next) = next {
            self.push_last(ConsumerChange::Current(Arc::clone(id), Some(next)));
        }
        Decision::atomically(self.records, Reply::Now(response))
    }
}

fn told(assigned: &Assigned) -> Assignment {
    let topics = assigned.iter().map(|(topic, partitions)| TopicPartitions {
        topic_id: *topic,
        partitions: partitions.keys().copied().collect(),
        ..TopicPartitions::default()
    });
    Assignment {
        topic_partitions: topics.collect(),
        ..Assignment::default()
    }
}

/// A member may use the epoch before its own as long as it has nothing that it was not given: the
/// answer with the new one may be lost.
fn check_epoch(current: &CurrentAssignment, beat: &Beat<'_>) -> Result<()> {
    let received = beat.request.member_epoch;
    // Whoever begins anew has nothing.
    if received == JOINS {
        return Ok(());
    }
    let fenced = |which: &str| {
        Err(Refused(
            ErrorCode::FENCED_MEMBER_EPOCH,
            format!(
                "The consumer group member has a {which} member epoch ({received}) than the one known \
                 by the group coordinator ({}). The member must abandon all its partitions and rejoin.",
                current.epoch
            ),
        ))
    };
    if received > current.epoch {
        return fenced("greater");
    }
    let is_previous = received == current.previous_epoch
        && beat.owned().is_some_and(|owned| current.contains(&owned));
    if received < current.epoch && !is_previous {
        return fenced("smaller");
    }
    Ok(())
}
