//! From a classic group to a consumer group and back, while its members go on (KIP-848).
//!
//! ```text
//!                  a member joins by ConsumerGroupHeartbeat
//!   classic group ------------------------------------------> consumer group, with classic members
//!        ^                                                              |
//!        +--------------------------------------------------------------+
//!                  the last member that speaks the consumer protocol is gone
//! ```
//!
//! Either way one batch ends the group of the one kind and begins that of the other, with the same
//! members and what each of them has: the generation becomes the epoch, and the epoch the generation.
//! Classic members are told to join again, and live in the consumer group by the requests that they
//! know ([`super::classic_member`]).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use metadata::Image;
use model::{ErrorCode, Now, TimestampMs};

use super::embedded::{self, Unusable};
use super::heartbeat::{Refused, Result};
use super::{
    Assigned, ClassicMember, ConsumerChange, ConsumerGroup, CurrentAssignment, MemberMetadata,
    MemberState, Partitions, metadata_hash,
};
use crate::GroupCoordinator;
use crate::classic::{ClassicGroup, Migrant};
use crate::coordinator::{Found, Undo};
use crate::logged::Logged;
use crate::record::Record;
use crate::settings::Settings;

/// `group.consumer.migration.policy`: which way a group with members may change its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationPolicy {
    /// Both ways.
    Bidirectional,
    /// From classic to consumer.
    Upgrade,
    /// From consumer to classic.
    Downgrade,
    /// Not at all; no classic member is let into a consumer group either.
    Disabled,
}

impl MigrationPolicy {
    /// The policy of that name, whatever its case.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let known = [
            ("bidirectional", Self::Bidirectional),
            ("upgrade", Self::Upgrade),
            ("downgrade", Self::Downgrade),
            ("disabled", Self::Disabled),
        ];
        let found = known
            .into_iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        found.map(|(_, policy)| policy)
    }

    fn allows_upgrade(self) -> bool {
        matches!(self, Self::Bidirectional | Self::Upgrade)
    }

    fn allows_downgrade(self) -> bool {
        matches!(self, Self::Bidirectional | Self::Downgrade)
    }
}

fn refused(group_id: &str, why: &str) -> Refused {
    Refused(
        ErrorCode::GROUP_ID_NOT_FOUND,
        format!("Cannot upgrade classic group {group_id} to consumer group because {why}."),
    )
}

/// What makes a classic group with members a consumer group.
///
/// # Errors
/// GROUP_ID_NOT_FOUND: the policy does not allow it, the members are no consumers or too many, what
/// they said cannot be read, or an assignor of theirs keeps data that would be lost.
pub(super) fn upgrade(
    settings: &Settings,
    group_id: &str,
    group: &ClassicGroup,
    image: &Image,
) -> Result<Vec<ConsumerChange>> {
    let no = |why: &str| refused(group_id, why);
    if !settings.migration_policy.allows_upgrade() {
        return Err(no("online upgrade is disabled"));
    }
    if !group.uses_consumer_protocol() {
        return Err(no("the group does not use the consumer embedded protocol"));
    }
    if group.member_count() > settings.consumer_max_size {
        return Err(no("the group size exceeds the consumer group maximum size"));
    }
    let generation = group.generation();
    let mut topics = BTreeSet::new();
    let mut members = Vec::with_capacity(group.member_count());
    for (migrant, subscription, assignment) in group.emigrants() {
        let malformed = || no("the embedded consumer protocol is malformed");
        let assigned =
            embedded::read_assignment(&assignment, image).map_err(|unusable| match unusable {
                Unusable::Malformed => malformed(),
                Unusable::HasUserData => no(
                    "an unsupported custom assignor is in use. Please refer to the documentation or \
                     switch to a default assignor before re-attempting the upgrade",
                ),
            })?;
        let read = embedded::read_subscription(&subscription, image).ok_or_else(malformed)?;
        topics.extend(read.topics.iter().cloned());
        let id = Arc::clone(&migrant.id);
        let metadata = MemberMetadata::of_migrant(migrant, read.topics, read.rack_id);
        members.push((id, metadata, assigned));
    }
    let hash = metadata_hash::of_topics(image, &topics);
    Ok(changes(members, generation, hash))
}

/// The records in Kafka's order: members, epoch, targets, epoch of the targets, what members have.
fn changes(
    members: Vec<(Arc<str>, MemberMetadata, Partitions)>,
    generation: i32,
    hash: i64,
) -> Vec<ConsumerChange> {
    let (mut metadata, mut targets, mut currents) = (Vec::new(), Vec::new(), Vec::new());
    for (id, member, assigned) in members {
        let current = CurrentAssignment {
            epoch: generation,
            previous_epoch: generation,
            state: MemberState::Stable,
            assigned: given_in(generation, &assigned),
            revoking: Assigned::new(),
        };
        metadata.push(ConsumerChange::Member(
            Arc::clone(&id),
            Some(Arc::new(member)),
        ));
        targets.push(ConsumerChange::Target(Arc::clone(&id), Some(assigned)));
        currents.push(ConsumerChange::Current(id, Some(current)));
    }
    // Nobody has computed this target: the next one need not wait for the interval.
    let target_epoch = ConsumerChange::TargetEpoch(Some((generation, TimestampMs(0))));
    metadata.push(ConsumerChange::Group(Some((generation, hash))));
    metadata.append(&mut targets);
    metadata.push(target_epoch);
    metadata.append(&mut currents);
    metadata
}

fn given_in(epoch: i32, partitions: &Partitions) -> Assigned {
    let topics = partitions.iter().map(|(topic, partitions)| {
        let partitions = partitions.iter().map(|partition| (*partition, epoch));
        (*topic, partitions.collect())
    });
    topics.collect()
}

impl MemberMetadata {
    fn of_migrant(migrant: Migrant, topics: BTreeSet<Arc<str>>, rack_id: Option<Box<str>>) -> Self {
        let protocols = migrant.protocols.into_iter();
        Self {
            instance_id: migrant.instance_id,
            rack_id,
            client_id: Box::from(&*migrant.client_id),
            client_host: Box::from(&*migrant.client_host),
            topics,
            regex: None,
            rebalance_timeout_ms: migrant.rebalance_timeout_ms,
            assignor: None,
            classic: Some(ClassicMember {
                session_timeout_ms: migrant.session_timeout_ms,
                protocols: protocols
                    .map(|(name, metadata)| (name, Box::from(&*metadata)))
                    .collect(),
            }),
        }
    }

    fn to_migrant(&self, id: &Arc<str>, classic: &ClassicMember) -> Migrant {
        let protocols = classic.protocols.iter();
        Migrant {
            id: Arc::clone(id),
            instance_id: self.instance_id.clone(),
            client_id: Arc::from(&*self.client_id),
            client_host: Arc::from(&*self.client_host),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            session_timeout_ms: classic.session_timeout_ms,
            protocols: protocols
                .map(|(name, metadata)| (name.clone(), Arc::from(&**metadata)))
                .collect(),
        }
    }
}

impl ClassicMember {
    pub(super) fn session_timeout(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.session_timeout_ms).unwrap_or(0))
    }
}

impl ConsumerGroup {
    /// Whether the group becomes a classic one when `leaving` go: all others speak the classic
    /// protocol, there are some, and policy and size allow it.
    pub(super) fn may_downgrade(&self, settings: &Settings, leaving: &BTreeSet<Arc<str>>) -> bool {
        let staying = self.members.len() - leaving.len();
        let of_leaving = leaving.iter().filter_map(|id| self.members.get(id));
        let classic_leaving = of_leaving.filter(|m| m.metadata.classic.is_some()).count();
        staying > 0
            && self.classic_count - classic_leaving == staying
            && settings.migration_policy.allows_downgrade()
            && staying <= settings.max_group_size
    }

    /// Whether it becomes one when a member that speaks the classic protocol takes the place of a
    /// static member.
    pub(super) fn may_downgrade_replacing(&self, settings: &Settings, owner: &str) -> bool {
        let owner = self.members.get(owner);
        owner.is_some_and(|owner| owner.metadata.classic.is_none())
            && self.classic_count == self.members.len() - 1
            && settings.migration_policy.allows_downgrade()
            && self.members.len() <= settings.max_group_size
    }
}

/// A consumer group that becomes a classic one.
pub(super) struct Downgrade<'a> {
    pub(super) group_id: &'a str,
    /// The group as the log has it.
    pub(super) logged: &'a ConsumerGroup,
    /// The group whose members go on.
    pub(super) group: &'a ConsumerGroup,
    pub(super) leaving: &'a BTreeSet<Arc<str>>,
    /// Whether the members have to join again.
    pub(super) rebalances: bool,
}

impl GroupCoordinator {
    /// The classic group that was made a consumer group by the records of this call ends; its members
    /// have a whole session to be heard of.
    pub(super) fn on_upgraded(
        &mut self,
        now: Now,
        logged: &Logged,
        (group_id, group): (&str, &ConsumerGroup),
    ) {
        if let Found::Classic(classic, mut turn) = self.find(now, logged, group_id) {
            classic.on_emigrated(&mut turn);
        }
        self.drop_classic(group_id);
        let Self { live, timers, .. } = self;
        for (id, member) in &group.members {
            if let Some(classic) = &member.metadata.classic {
                let deadline = now.mono + classic.session_timeout();
                live.set_session(timers, (group_id, id), deadline);
            }
        }
        self.undo = Undo::Changed {
            group: Arc::from(group_id),
        };
    }

    /// Makes a consumer group a classic one, which begins to live at once. `None` if its members have
    /// nothing in common, which no coordinator lets happen.
    pub(super) fn downgrade(
        &mut self,
        now: Now,
        image: &Image,
        downgrade: &Downgrade<'_>,
    ) -> Option<Vec<Record>> {
        let (id, group) = (Arc::<str>::from(downgrade.group_id), downgrade.group);
        let staying = group.members.iter();
        let staying = staying.filter(|(id, _)| !downgrade.leaving.contains(*id));
        let migrants = staying.filter_map(|(id, member)| {
            let classic = member.metadata.classic.as_ref()?;
            Some(member.metadata.to_migrant(id, classic))
        });
        let nothing = Partitions::new();
        let assign = |id: &str, subscription: &[u8]| {
            let target = group.targets.get(id).unwrap_or(&nothing);
            let version = embedded::version(subscription)?;
            Some(Arc::from(embedded::write_target(version, target, image)))
        };
        let moment = (now.wall, downgrade.logged.epoch);
        let classic = ClassicGroup::of_immigrants(
            Arc::clone(&id),
            moment,
            migrants,
            assign,
            &mut self.timers,
        )?;
        self.live.forget_group(&mut self.timers, &id);
        let tombstones = downgrade.logged.tombstones().into_iter();
        let mut records: Vec<Record> = tombstones
            .map(|change| Record::consumer(&id, change))
            .collect();
        records.push(self.begin_classic(now, classic, downgrade.rebalances));
        self.undo = Undo::Changed { group: id };
        Some(records)
    }
}
