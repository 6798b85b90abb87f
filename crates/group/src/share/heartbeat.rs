//! ShareGroupHeartbeat (key 76): members join, learn what they are to consume, and leave.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metadata::Image;
use model::{ErrorCode, Now, TimestampMs, TopicId};
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::{
    Assignment, ShareGroupHeartbeatResponse, TopicPartitions,
};
use statemachine::Decision;

use super::assign::{Sharer, assign};
use super::{
    ShareAssignment, ShareChange, ShareGroup, ShareMemberMetadata, StatePartitions,
    member_tombstones,
};
use crate::GroupCoordinator;
use crate::consumer::{GroupLimits, Partitions, metadata_hash};
use crate::coordinator::Undo;
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::request::ShareHeartbeat;
use crate::turn::{Caller, Decided, Reply, answer};

/// The member epoch of one that joins.
const JOINS: i32 = 0;
/// The member epoch of one that leaves.
const LEAVES: i32 = -1;

/// Members that were not heard of in time, by their groups.
pub(crate) type LateSharers = BTreeMap<Arc<str>, Vec<Arc<str>>>;

/// Why a heartbeat is refused.
struct Refused(ErrorCode, String);

type Result<T> = std::result::Result<T, Refused>;

/// An answer that says no.
pub(crate) fn heartbeat_error(
    error: ErrorCode,
    message: Option<String>,
) -> ShareGroupHeartbeatResponse<'static> {
    ShareGroupHeartbeatResponse {
        error_code: error,
        error_message: message.map(Cow::Owned),
        ..ShareGroupHeartbeatResponse::default()
    }
}

/// One heartbeat and what came with it.
#[derive(Clone, Copy)]
struct Beat<'a> {
    now: Now,
    caller: Caller<'a>,
    image: &'a Image,
    limits: GroupLimits,
    request: &'a ShareGroupHeartbeatRequest<'a>,
}

impl GroupCoordinator {
    /// ShareGroupHeartbeat (key 76, version 1): a member is alive, joins or leaves (KIP-932).
    ///
    /// - Epoch 0 joins, and makes the group if need be; -1 leaves. Fields that are null have not changed.
    /// - The answer has the member's epoch, and its assignment where that is new or the request was whole.
    /// - A member that is not heard of in time is removed.
    /// - Partitions that the group comes to for the first time have their states begun at share coordinators; they are
    ///   assigned at once.
    ///
    /// Errors: INVALID_REQUEST, GROUP_ID_NOT_FOUND, GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH.
    ///
    /// Unlike Apache Kafka, whose members get a partition with the heartbeat after the one that began its state.
    pub fn share_group_heartbeat(
        &mut self,
        now: Now,
        logged: &Logged,
        heartbeat: &ShareHeartbeat<'_>,
    ) -> Decided<ShareGroupHeartbeatResponse<'static>> {
        self.undo = Undo::Nothing;
        let ShareHeartbeat {
            caller,
            image,
            limits,
            request,
        } = *heartbeat;
        let beat = Beat {
            now,
            caller,
            image,
            limits,
            request,
        };
        let decided = beat.validate().and_then(|()| {
            if request.member_epoch == LEAVES {
                self.leave_share_group(logged, &beat)
            } else {
                self.share_beat(logged, &beat)
            }
        });
        decided
            .unwrap_or_else(|Refused(error, message)| answer(heartbeat_error(error, Some(message))))
    }

    fn share_beat(
        &mut self,
        logged: &Logged,
        beat: &Beat<'_>,
    ) -> Result<Decided<ShareGroupHeartbeatResponse<'static>>> {
        let group_id = &*beat.request.group_id;
        let id: Arc<str> = Arc::from(&*beat.request.member_id);
        let mut draft = Draft::of(logged, beat)?;
        let max_size = self.settings.share_max_size;
        if draft.group.members.len() >= max_size && !draft.group.members.contains_key(&id) {
            return Err(Refused(
                ErrorCode::GROUP_MAX_SIZE_REACHED,
                format!("The share group has reached its maximum capacity of {max_size} members."),
            ));
        }
        draft.admit(&id, beat)?;
        let bump = draft.update_metadata(&id, beat);
        let live = self.live.group(group_id);
        let moment = beat.image.provenance().map(|moment| moment.offset);
        let may_differ = bump || live.seen != moment;
        let before = Arc::clone(&draft.group.states);
        let begun = may_differ.then(|| draft.to_begin(beat.image)).flatten();
        if may_differ {
            live.seen = moment;
            draft.renew_epoch(beat.image, bump, begun.is_some());
        }
        draft.renew_target(beat);
        let is_new = begun.is_some();
        if is_new {
            draft.push(ShareChange::States(begun));
        }
        let is_due = live
            .asked_at
            .is_none_or(|at| at + self.settings.share_initialize_retry <= beat.now.mono);
        if !draft.group.states.initializing.is_empty() && (is_new || is_due) {
            live.asked_at = Some(beat.now.mono);
            let work = draft.group.initialize(group_id, &before);
            self.share_work.extend(work);
        }
        let session = beat.now.mono + beat.limits.session_timeout;
        let Self { live, timers, .. } = self;
        live.set_session(timers, (group_id, &id), session);
        self.undo = Undo::Compared {
            group: Arc::from(group_id),
        };
        Ok(draft.finish(&id, beat))
    }

    fn leave_share_group(
        &mut self,
        logged: &Logged,
        beat: &Beat<'_>,
    ) -> Result<Decided<ShareGroupHeartbeatResponse<'static>>> {
        let (group_id, id) = (&*beat.request.group_id, &*beat.request.member_id);
        let group = match logged.group(group_id) {
            Some(LoggedGroup::Share(group)) => group,
            other => return Err(no_share_group(group_id, other.is_some())),
        };
        let Some((id, _)) = group.members.get_key_value(id) else {
            return Err(unknown(group_id, id));
        };
        self.live.group(group_id).seen = None;
        let changes = group.without(id, beat.image).into_iter();
        let records = changes.map(|change| Record::share(group_id, change));
        let response = ShareGroupHeartbeatResponse {
            member_id: Some(Cow::Owned(id.to_string())),
            member_epoch: LEAVES,
            ..ShareGroupHeartbeatResponse::default()
        };
        Ok(Decision::atomically(
            records.collect(),
            Reply::Now(response),
        ))
    }

    /// The members of a group that was loaded have a whole session timeout to be heard of.
    pub(crate) fn on_share_group_loaded(&mut self, now: Now, id: &str, group: &ShareGroup) {
        let Self {
            live,
            timers,
            settings,
            share_work,
            ..
        } = self;
        let session = now.mono + settings.share_session_timeout;
        for member in group.member_ids() {
            live.set_session(timers, (id, member), session);
        }
        share_work.extend(group.initialize(id, &group.states));
    }

    /// Members were not heard of for their session timeouts.
    pub(crate) fn on_share_session_alarms(
        &mut self,
        (now, image): (Now, &Image),
        logged: &Logged,
        late: LateSharers,
    ) -> Vec<Record> {
        let mut records = Vec::new();
        for (group_id, members) in late {
            let Some(LoggedGroup::Share(known)) = logged.group(&group_id) else {
                continue;
            };
            let mut group = Cow::Borrowed(&**known);
            for id in &members {
                if !self.is_share_member_late(now, &group, (&group_id, id)) {
                    continue;
                }
                let changes = group.without(id, image);
                let group = group.to_mut();
                changes.iter().for_each(|change| group.replay(change));
                let changes = changes.into_iter();
                records.extend(changes.map(|change| Record::share(&group_id, change)));
            }
        }
        records
    }

    fn is_share_member_late(
        &mut self,
        now: Now,
        group: &ShareGroup,
        (group_id, id): (&str, &Arc<str>),
    ) -> bool {
        let Self {
            live,
            timers,
            settings,
            ..
        } = self;
        if !group.members.contains_key(id) {
            live.forget_member(timers, group_id, id);
            return false;
        }
        // Ends the timer once the member is gone, and tries again if the log refuses.
        let again = now.mono + settings.share_session_timeout;
        live.set_session(timers, (group_id, id), again);
        live.group(group_id).seen = None;
        true
    }
}

fn no_share_group(group_id: &str, exists: bool) -> Refused {
    let message = if exists {
        format!("Group {group_id} is not a share group.")
    } else {
        format!("Group {group_id} not found.")
    };
    Refused(ErrorCode::GROUP_ID_NOT_FOUND, message)
}

fn unknown(group_id: &str, id: &str) -> Refused {
    Refused(
        ErrorCode::UNKNOWN_MEMBER_ID,
        format!("Member {id} is not a member of group {group_id}."),
    )
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Beat<'_> {
    fn validate(&self) -> Result<()> {
        let request = self.request;
        let invalid = |message: &str| Err(Refused(ErrorCode::INVALID_REQUEST, message.to_owned()));
        let is_blank = |text: &str| text.trim().is_empty();
        if is_blank(&request.group_id) {
            return invalid("GroupId can't be empty.");
        }
        if is_blank(&request.member_id) {
            return invalid("MemberId can't be empty.");
        }
        if request.rack_id.as_deref().is_some_and(is_blank) {
            return invalid("RackId can't be empty.");
        }
        if request.member_epoch < LEAVES {
            return invalid("MemberEpoch is invalid.");
        }
        let names_none = request
            .subscribed_topic_names
            .as_ref()
            .is_none_or(Vec::is_empty);
        if request.member_epoch == JOINS && names_none {
            return invalid("SubscribedTopicNames must be set in first request.");
        }
        Ok(())
    }

    /// Whether the member has said everything, as it does when it does not know what was heard.
    fn is_whole(&self) -> bool {
        self.request.member_epoch == JOINS || self.request.subscribed_topic_names.is_some()
    }

    fn updated(&self, before: &ShareMemberMetadata) -> ShareMemberMetadata {
        let rack_id = self.request.rack_id.as_deref().map(Box::from);
        ShareMemberMetadata {
            rack_id: rack_id.or_else(|| before.rack_id.clone()),
            client_id: Box::from(self.caller.client_id),
            client_host: Box::from(self.caller.client_host),
            topics: match &self.request.subscribed_topic_names {
                Some(names) => names.iter().map(|name| Arc::from(&**name)).collect(),
                None => before.topics.clone(),
            },
        }
    }
}

impl ShareGroup {
    /// The records that remove a member. The epoch comes first, so that none of them is without effect if the rest is lost. With
    /// the last member there is nothing left to assign: the target is that of the new epoch, and of no time, so that the next
    /// one does not wait.
    fn without(&self, id: &Arc<str>, image: &Image) -> Vec<ShareChange> {
        let others = self.members.iter().filter(|(member, _)| *member != id);
        let topics = others.flat_map(|(_, member)| member.metadata.topics.iter().cloned());
        let hash = metadata_hash::of_topics(image, &topics.collect());
        let epoch = self.epoch + 1;
        let is_last = self.members.len() == 1;
        let target = is_last.then_some(ShareChange::TargetEpoch(Some((epoch, TimestampMs(0)))));
        std::iter::once(ShareChange::Group(Some((epoch, hash))))
            .chain(target)
            .chain(member_tombstones(id))
            .collect()
    }

    /// The topics that members subscribe to and that exist, with their names and partition counts.
    fn known_topics(&self, image: &Image) -> Vec<(TopicId, Arc<str>, i32)> {
        let names = self.subscribed_topics().into_iter();
        let known = names.filter_map(|name| {
            let topic = image.topics().by_name(&name)?;
            let count = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
            Some((topic.id, name, count))
        });
        known.collect()
    }

    /// The records of a target for the group's epoch.
    fn compute_target(&self, image: &Image, at: TimestampMs) -> Vec<ShareChange> {
        let known = self.known_topics(image);
        let counts: BTreeMap<TopicId, i32> = known.iter().map(|(id, _, n)| (*id, *n)).collect();
        let by_name: BTreeMap<&str, TopicId> =
            known.iter().map(|(id, name, _)| (&**name, *id)).collect();
        let mut subscriptions: BTreeMap<&BTreeSet<Arc<str>>, BTreeSet<TopicId>> = BTreeMap::new();
        for member in self.members.values() {
            let topics = &member.metadata.topics;
            subscriptions.entry(topics).or_insert_with(|| {
                let ids = topics.iter().filter_map(|name| by_name.get(&**name));
                ids.copied().collect()
            });
        }
        let nothing = Partitions::new();
        let members: Vec<Sharer<'_>> = self
            .members
            .iter()
            .map(|(id, member)| Sharer {
                topics: &subscriptions[&member.metadata.topics],
                target: self.targets.get(id).unwrap_or(&nothing),
            })
            .collect();
        let targets = assign(&members, &counts);
        let changed = self.members.keys().zip(targets).filter_map(|(id, target)| {
            let is_new = self.targets.get(id) != Some(&target);
            is_new.then(|| ShareChange::Target(Arc::clone(id), Some(target)))
        });
        let epoch = ShareChange::TargetEpoch(Some((self.epoch, at)));
        changed.chain([epoch]).collect()
    }
}

/// A group while a heartbeat changes it: what is decided here is in `records` too.
struct Draft<'l> {
    id: Box<str>,
    group: Cow<'l, ShareGroup>,
    records: Vec<Record>,
}

impl<'l> Draft<'l> {
    /// The group as it is, or a new one.
    fn of(logged: &'l Logged, beat: &Beat<'_>) -> Result<Self> {
        let id = &*beat.request.group_id;
        let group = match logged.group(id) {
            Some(LoggedGroup::Share(group)) => Cow::Borrowed(&**group),
            None if beat.request.member_epoch == JOINS => Cow::Owned(ShareGroup::default()),
            other => return Err(no_share_group(id, other.is_some())),
        };
        Ok(Self {
            id: Box::from(id),
            group,
            records: Vec::new(),
        })
    }

    fn push(&mut self, change: ShareChange) {
        self.group.to_mut().replay(&change);
        self.records.push(Record::share(&self.id, change));
    }

    /// Lets the member in, if it may: it may use the epoch before its own, whose answer may have been lost.
    fn admit(&self, id: &Arc<str>, beat: &Beat<'_>) -> Result<()> {
        let received = beat.request.member_epoch;
        let Some(member) = self.group.members.get(id) else {
            return match received {
                JOINS => Ok(()),
                _ => Err(unknown(&self.id, id)),
            };
        };
        let current = &member.current;
        let which = if received > current.epoch {
            "greater"
        } else if received < current.epoch && received != current.previous_epoch {
            "smaller"
        } else {
            return Ok(());
        };
        Err(Refused(
            ErrorCode::FENCED_MEMBER_EPOCH,
            format!(
                "The share group member has a {which} member epoch ({received}) than the one known by the group \
                 coordinator ({}). The member must abandon all its partitions and rejoin.",
                current.epoch
            ),
        ))
    }

    /// Whether what the group subscribes to may be different.
    fn update_metadata(&mut self, id: &Arc<str>, beat: &Beat<'_>) -> bool {
        let before = self.group.members.get(id);
        let before = before.map(|member| Arc::clone(&member.metadata));
        let known = before.clone().unwrap_or_default();
        let updated = beat.updated(&known);
        if before.is_some() && *known == updated {
            return false;
        }
        let is_other = before.is_none() || updated.topics != known.topics;
        self.push(ShareChange::Member(Arc::clone(id), Some(Arc::new(updated))));
        is_other
    }

    /// The group has a new epoch if its topics have changed, or `bump` says so; and another one with partitions whose states `begin`.
    /// Apache Kafka's members are assigned those with a later heartbeat, and have that epoch then; here they are at once.
    fn renew_epoch(&mut self, image: &Image, bump: bool, begin: bool) {
        let hash = metadata_hash::of_topics(image, &self.group.subscribed_topics());
        let is_other = bump || hash != self.group.metadata_hash;
        let epoch = self.group.epoch + i32::from(is_other) + i32::from(begin);
        if epoch != self.group.epoch {
            self.push(ShareChange::Group(Some((epoch, hash))));
        }
    }

    fn renew_target(&mut self, beat: &Beat<'_>) {
        let interval = millis(beat.limits.assignment_interval);
        let (now, at) = (beat.now.wall.0, self.group.assigned_at.0);
        // A target from the future was computed before the clock was set back.
        let is_due = now >= at.saturating_add(interval) || now < at;
        if self.group.epoch > self.group.assignment_epoch && is_due {
            let changes = self.group.compute_target(beat.image, beat.now.wall);
            changes.into_iter().for_each(|change| self.push(change));
        }
    }

    /// The account of states with those that have to be begun; `None` if there are none.
    fn to_begin(&self, image: &Image) -> Option<Arc<StatePartitions>> {
        let wanted = self.group.known_topics(image);
        self.group.with_begun(&wanted)
    }

    fn finish(
        mut self,
        id: &Arc<str>,
        beat: &Beat<'_>,
    ) -> Decided<ShareGroupHeartbeatResponse<'static>> {
        let before = self.group.members[id].current.clone();
        let mut now = before.clone();
        if before.epoch != self.group.assignment_epoch {
            now = ShareAssignment {
                epoch: self.group.assignment_epoch,
                previous_epoch: before.epoch,
                assigned: self.group.targets.get(id).cloned().unwrap_or_default(),
            };
            self.push(ShareChange::Current(Arc::clone(id), Some(now.clone())));
        }
        let is_told = beat.is_whole() || now.assigned != before.assigned;
        let interval = millis(beat.limits.heartbeat_interval);
        let response = ShareGroupHeartbeatResponse {
            member_id: Some(Cow::Owned(id.to_string())),
            member_epoch: now.epoch,
            heartbeat_interval_ms: i32::try_from(interval).unwrap_or(i32::MAX),
            assignment: is_told.then(|| told(&now.assigned)),
            ..ShareGroupHeartbeatResponse::default()
        };
        Decision::atomically(self.records, Reply::Now(response))
    }
}

fn told(assigned: &Partitions) -> Assignment {
    let topics = assigned.iter().map(|(topic, partitions)| TopicPartitions {
        topic_id: *topic,
        partitions: partitions.iter().copied().collect(),
        ..TopicPartitions::default()
    });
    Assignment {
        topic_partitions: topics.collect(),
        ..Assignment::default()
    }
}
