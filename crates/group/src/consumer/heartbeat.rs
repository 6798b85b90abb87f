//! ConsumerGroupHeartbeat (key 68): members join, tell what they have, learn what they are to have,
//! and leave.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now, Uuid};
use protocol::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest;
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;

use super::draft::{Draft, Moment};
use super::migration::upgrade;
use super::{
    Assignor, ConsumerGroup, CurrentAssignment, Member, MemberMetadata, MemberState, Partitions,
};
use crate::GroupCoordinator;
use crate::coordinator::{Found, Undo};
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::request::ConsumerHeartbeat;
use crate::turn::{Caller, Decided, answer};

/// The member epoch of one that joins.
pub(super) const JOINS: i32 = 0;
/// The member epoch of a static member that will be back.
pub(super) const LEAVES_FOR_A_WHILE: i32 = -2;
/// The first version in which a member makes its own id.
const MEMBER_MAKES_ID: i16 = 1;

/// What holds for one group: the broker's configurations and the group's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupLimits {
    /// `consumer.session.timeout.ms`.
    pub session_timeout: Duration,
    /// `consumer.heartbeat.interval.ms`.
    pub heartbeat_interval: Duration,
    /// `consumer.assignment.interval.ms`: the least time between two targets.
    pub assignment_interval: Duration,
}

/// Why a heartbeat is refused.
pub(super) struct Refused(pub(super) ErrorCode, pub(super) String);

pub(super) type Result<T> = std::result::Result<T, Refused>;

/// An answer that says no.
pub(crate) fn heartbeat_error(
    error: ErrorCode,
    message: Option<String>,
) -> ConsumerGroupHeartbeatResponse<'static> {
    ConsumerGroupHeartbeatResponse {
        error_code: error,
        error_message: message.map(Cow::Owned),
        ..ConsumerGroupHeartbeatResponse::default()
    }
}

/// One heartbeat and what came with it.
#[derive(Clone, Copy)]
pub(super) struct Beat<'a> {
    pub(super) at: Moment<'a>,
    caller: Caller<'a>,
    random: u128,
    pub(super) request: &'a ConsumerGroupHeartbeatRequest<'a>,
}

impl GroupCoordinator {
    /// ConsumerGroupHeartbeat (key 68, versions 0-1): a member is alive, joins or leaves (KIP-848).
    ///
    /// - Epoch 0 joins, and makes the group if need be; -1 leaves; -2 is a static member that will be
    ///   back. Fields that are null have not changed since the last heartbeat.
    /// - The answer has the member's epoch, and its assignment where that is new or the request was
    ///   whole.
    /// - Version 1 has expressions that name topics, and members make their own ids.
    /// - A member that neither gives partitions up nor is heard of in time is removed.
    ///
    /// Errors: INVALID_REQUEST, UNSUPPORTED_ASSIGNOR, INVALID_REGULAR_EXPRESSION, GROUP_ID_NOT_FOUND,
    /// GROUP_MAX_SIZE_REACHED, UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID,
    /// FENCED_INSTANCE_ID.
    ///
    /// A classic group with members becomes a consumer group when a member joins so, where
    /// `group.consumer.migration.policy` allows it.
    ///
    /// An expression is looked up aside ([`Lookup`]); until that is done it names nothing.
    ///
    /// Unlike Apache Kafka, an expression that is new in the group is looked up whenever the last one
    /// was; and a classic group whose first members are still joining can be joined.
    pub fn consumer_group_heartbeat(
        &mut self,
        now: Now,
        logged: &Logged,
        heartbeat: &ConsumerHeartbeat<'_>,
    ) -> Decided<ConsumerGroupHeartbeatResponse<'static>> {
        self.undo = Undo::Nothing;
        let ConsumerHeartbeat {
            caller,
            random,
            image,
            limits,
            request,
        } = *heartbeat;
        let beat = Beat {
            at: Moment { now, image, limits },
            caller,
            random,
            request,
        };
        let decided = beat.validate(&self.settings.assignors).and_then(|()| {
            if request.member_epoch < JOINS {
                self.leave_consumer_group(logged, &beat)
            } else {
                self.beat(logged, &beat)
            }
        });
        decided
            .unwrap_or_else(|Refused(error, message)| answer(heartbeat_error(error, Some(message))))
    }

    fn beat(
        &mut self,
        logged: &Logged,
        beat: &Beat<'_>,
    ) -> Result<Decided<ConsumerGroupHeartbeatResponse<'static>>> {
        let (group_id, at) = (&*beat.request.group_id, &beat.at);
        let mut draft = self.draft(logged, beat)?;
        let id = beat.member_id();
        let instance_id = beat.request.instance_id.as_deref();
        draft
            .group
            .check_room(self.settings.consumer_max_size, &id, instance_id)?;
        draft.admit(&id, beat)?;
        let known = draft.group.members.get(&id);
        let known = known.map(|member| Arc::clone(&member.metadata));
        let updated = beat.updated(&known.unwrap_or_default());
        let change = draft.update_metadata(&id, updated)?;
        // A group that begins has an epoch, although an expression alone names nothing yet: 0 is of members that join.
        let bump = change.needs_epoch() || draft.group.epoch == 0;
        self.advance(&mut draft, group_id, at, bump);
        let is_other = change.is_of_subscription();
        let next = draft.reconcile(&id, beat.owned().as_ref(), is_other, at.image)?;
        self.undo = Undo::Compared {
            group: Arc::from(group_id),
        };
        if draft.is_upgrade {
            self.on_upgraded(at.now, logged, (group_id, &draft.group));
        }
        self.note(beat, &id, &draft, next.as_ref());
        Ok(draft.finish(&id, beat, next))
    }

    /// Compares the group with the cluster, and computes a target if it needs one and may have it.
    pub(super) fn advance(
        &mut self,
        draft: &mut Draft<'_>,
        group_id: &str,
        at: &Moment<'_>,
        bump: bool,
    ) {
        let live = self.live.group(group_id);
        let moment = at.image.provenance().map(|moment| moment.offset);
        let is_new_moment = live.seen != moment;
        if bump || is_new_moment {
            live.seen = moment;
            draft.renew_epoch(at.image, bump);
        }
        self.maybe_look_up(&draft.group, group_id, at);
        if draft.group.needs_target(at) {
            let assignor = self.settings.default_assignor();
            let assignor = draft.group.preferred_assignor(assignor);
            let changes = draft.group.compute_target(at.image, assignor, at.now.wall);
            changes.into_iter().for_each(|change| draft.push(change));
        }
    }

    /// The group as it is, or a new one in the place of one that has no members.
    fn draft<'l>(&mut self, logged: &'l Logged, beat: &Beat<'_>) -> Result<Draft<'l>> {
        let id = &*beat.request.group_id;
        let joins = beat.request.member_epoch == JOINS;
        if let Some(LoggedGroup::Consumer(group)) = logged.group(id) {
            return Ok(Draft::new(id, Cow::Borrowed(group)));
        }
        let mut draft = Draft::new(id, Cow::Owned(ConsumerGroup::default()));
        let settings = self.settings.clone();
        match self.find(beat.at.now, logged, id) {
            Found::Missing if joins => return Ok(draft),
            Found::Missing => return Err(not_found(format!("Group {id} not found."))),
            Found::Classic(group, _) if joins && !group.is_empty() => {
                let changes = upgrade(&settings, id, group, beat.at.image)?;
                draft.records.push(Record::classic_tombstone(id));
                changes.into_iter().for_each(|change| draft.push(change));
                draft.is_upgrade = true;
                return Ok(draft);
            }
            Found::Classic(..) | Found::Simple if joins => {}
            _ => {
                return Err(not_found(format!("Group {id} is not a consumer group.")));
            }
        }
        self.drop_classic(id);
        draft.records.push(Record::classic_tombstone(id));
        Ok(draft)
    }

    /// The deadlines of a member that was heard of.
    fn note(
        &mut self,
        beat: &Beat<'_>,
        id: &Arc<str>,
        draft: &Draft<'_>,
        next: Option<&CurrentAssignment>,
    ) {
        let Self { live, timers, .. } = self;
        let group = &*beat.request.group_id;
        let session = beat.at.now.mono + beat.at.limits.session_timeout;
        live.set_session(timers, (group, id), session);
        let Some(next) = next else {
            return;
        };
        if next.state == MemberState::Unrevoked {
            let timeout = draft.member(id).metadata.rebalance_timeout();
            let deadline = beat.at.now.mono + timeout;
            live.set_revocation(timers, (group, id), (next.epoch, deadline));
        } else {
            live.stop_revocation(timers, group, id);
        }
    }

    /// The groups that were loaded have a whole session timeout to be heard of.
    pub(crate) fn on_consumer_group_loaded(&mut self, now: Now, id: &str, group: &ConsumerGroup) {
        let Self {
            live,
            timers,
            settings,
            ..
        } = self;
        let session = now.mono + settings.consumer_session_timeout;
        for (member_id, member) in &group.members {
            live.set_session(timers, (id, member_id), session);
            if member.current.state == MemberState::Unrevoked {
                let deadline = now.mono + member.metadata.rebalance_timeout();
                live.set_revocation(timers, (id, member_id), (member.current.epoch, deadline));
            }
        }
    }
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn not_found(message: String) -> Refused {
    Refused(ErrorCode::GROUP_ID_NOT_FOUND, message)
}

pub(super) fn unknown(group_id: &str, id: &str) -> Refused {
    Refused(
        ErrorCode::UNKNOWN_MEMBER_ID,
        format!("Member {id} is not a member of group {group_id}."),
    )
}

impl Beat<'_> {
    fn validate(&self, assignors: &[Assignor]) -> Result<()> {
        let request = self.request;
        let invalid = |message: &str| Err(Refused(ErrorCode::INVALID_REQUEST, message.to_owned()));
        let epoch = request.member_epoch;
        let is_blank = |text: &str| text.trim().is_empty();
        let needs_id = self.caller.version >= MEMBER_MAKES_ID || epoch != JOINS;
        if is_blank(&request.group_id) {
            return invalid("GroupId can't be empty.");
        }
        if request.instance_id.as_deref().is_some_and(is_blank) {
            return invalid("InstanceId can't be empty.");
        }
        if request.rack_id.as_deref().is_some_and(is_blank) {
            return invalid("RackId can't be empty.");
        }
        if epoch < LEAVES_FOR_A_WHILE {
            return invalid("MemberEpoch is invalid.");
        }
        if needs_id && is_blank(&request.member_id) {
            return invalid("MemberId can't be empty.");
        }
        if epoch == LEAVES_FOR_A_WHILE && request.instance_id.is_none() {
            return invalid("InstanceId can't be null.");
        }
        if epoch == JOINS {
            if request.rebalance_timeout_ms == -1 {
                return invalid("RebalanceTimeoutMs must be provided in first request.");
            }
            if request
                .topic_partitions
                .as_ref()
                .is_none_or(|owned| !owned.is_empty())
            {
                return invalid("TopicPartitions must be empty when (re-)joining.");
            }
            let names_none = request
                .subscribed_topic_names
                .as_ref()
                .is_none_or(Vec::is_empty);
            let has_regex = request.subscribed_topic_regex.is_some();
            if names_none && !has_regex {
                return invalid(
                    "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.",
                );
            }
        }
        self.validate_assignor(assignors)
    }

    fn validate_assignor(&self, assignors: &[Assignor]) -> Result<()> {
        let Some(name) = self.request.server_assignor.as_deref() else {
            return Ok(());
        };
        if assignors.iter().any(|known| known.name() == name) {
            return Ok(());
        }
        let known: Vec<&str> = assignors.iter().map(|known| known.name()).collect();
        Err(Refused(
            ErrorCode::UNSUPPORTED_ASSIGNOR,
            format!(
                "ServerAssignor {name} is not supported. Supported assignors: {}.",
                known.join(", ")
            ),
        ))
    }

    /// The member's own id, or a new one for a member of version 0 that joins.
    pub(super) fn member_id(&self) -> Arc<str> {
        if !self.request.member_id.is_empty() {
            return Arc::from(&*self.request.member_id);
        }
        let bits = self.random;
        let id = Uuid::from_random(bits).unwrap_or(Uuid(bits.to_be_bytes()));
        Arc::from(id.to_string())
    }

    /// What the member says that it has.
    pub(super) fn owned(&self) -> Option<Partitions> {
        let topics = self.request.topic_partitions.as_ref()?;
        let mut owned = Partitions::new();
        for topic in topics.iter().filter(|topic| !topic.partitions.is_empty()) {
            let partitions = owned.entry(topic.topic_id).or_default();
            partitions.extend(topic.partitions.iter().copied());
        }
        Some(owned)
    }

    /// Whether the member has said everything, as it does when it does not know what was heard.
    pub(super) fn is_whole(&self) -> bool {
        let request = self.request;
        let subscribes =
            request.subscribed_topic_names.is_some() || request.subscribed_topic_regex.is_some();
        request.member_epoch == JOINS
            || (request.rebalance_timeout_ms != -1
                && subscribes
                && request.topic_partitions.is_some())
    }

    /// What is known of the member after this heartbeat.
    pub(super) fn updated(&self, before: &MemberMetadata) -> MemberMetadata {
        let request = self.request;
        let text = |new: &Option<Cow<'_, str>>, old: &Option<Box<str>>| {
            new.as_deref().map(Box::from).or_else(|| old.clone())
        };
        MemberMetadata {
            instance_id: request
                .instance_id
                .as_deref()
                .map(Arc::from)
                .or_else(|| before.instance_id.clone()),
            rack_id: text(&request.rack_id, &before.rack_id),
            client_id: Box::from(self.caller.client_id),
            client_host: Box::from(self.caller.client_host),
            topics: match &request.subscribed_topic_names {
                Some(names) => names.iter().map(|name| Arc::from(&**name)).collect(),
                None => before.topics.clone(),
            },
            regex: match request.subscribed_topic_regex.as_deref() {
                Some(regex) => Some(regex).filter(|regex| !regex.is_empty()).map(Arc::from),
                None => before.regex.clone(),
            },
            rebalance_timeout_ms: match request.rebalance_timeout_ms {
                -1 => before.rebalance_timeout_ms,
                timeout => timeout,
            },
            assignor: text(&request.server_assignor, &before.assignor),
            classic: None,
        }
    }
}

impl MemberMetadata {
    pub(super) fn rebalance_timeout(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.rebalance_timeout_ms).unwrap_or(0))
    }
}

impl ConsumerGroup {
    /// A member that is in the group already, by either id, is let in however many there are.
    pub(super) fn check_room(
        &self,
        max_size: usize,
        id: &str,
        instance_id: Option<&str>,
    ) -> Result<()> {
        let is_known = self.members.contains_key(id)
            || instance_id.is_some_and(|instance| self.static_members.contains_key(instance));
        if is_known || self.members.len() < max_size {
            return Ok(());
        }
        Err(Refused(
            ErrorCode::GROUP_MAX_SIZE_REACHED,
            format!("The consumer group has reached its maximum capacity of {max_size} members."),
        ))
    }

    /// Whether the target is of an epoch before, and the time between two targets is over. A target
    /// that has to wait comes with the heartbeat or join of a member after that, as in Apache Kafka.
    fn needs_target(&self, at: &Moment<'_>) -> bool {
        let interval = millis(at.limits.assignment_interval);
        let due = self.assigned_at.0.saturating_add(interval);
        // A target from the future was computed before the clock was set back; before one that nobody
        // computed there is no interval.
        let (now, at) = (at.now.wall.0, self.assigned_at.0);
        let is_due = at == 0 || now >= due || now < at;
        self.epoch > self.assignment_epoch && is_due
    }

    pub(super) fn check_static(&self, id: &str, instance_id: &str) -> Result<&Member> {
        let Some(owner) = self.static_members.get(instance_id) else {
            return Err(Refused(
                ErrorCode::UNKNOWN_MEMBER_ID,
                format!("Instance id {instance_id} is unknown."),
            ));
        };
        if **owner != *id {
            return Err(Refused(
                ErrorCode::FENCED_INSTANCE_ID,
                format!(
                    "Static member {id} with instance id {instance_id} was fenced by member {owner}."
                ),
            ));
        }
        Ok(&self.members[owner])
    }
}
