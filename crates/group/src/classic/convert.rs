//! A classic group that becomes a consumer group, and one that comes out of one (KIP-848).

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{ErrorCode, TimestampMs};

use super::members::{Member, Protocol};
use super::{CONSUMER_PROTOCOL_TYPE, ClassicGroup, Phase};
use crate::record::Record;
use crate::timers::{Alarm, Timers};
use crate::turn::Turn;

/// A member on its way between the kinds of groups.
#[derive(Clone, Debug)]
pub(crate) struct Migrant {
    pub(crate) id: Arc<str>,
    pub(crate) instance_id: Option<Arc<str>>,
    pub(crate) client_id: Arc<str>,
    pub(crate) client_host: Arc<str>,
    pub(crate) rebalance_timeout_ms: i32,
    pub(crate) session_timeout_ms: i32,
    /// Names and subscriptions, in the member's order of preference.
    pub(crate) protocols: Vec<(Box<str>, Arc<[u8]>)>,
}

impl ClassicGroup {
    pub(crate) fn id(&self) -> &Arc<str> {
        &self.id
    }

    pub(crate) fn generation(&self) -> i32 {
        self.generation
    }

    pub(crate) fn member_count(&self) -> usize {
        self.members.len()
    }

    /// The members, each with its subscription and its assignment. Before a protocol was elected the
    /// subscription is that of the member's first.
    pub(crate) fn emigrants(&self) -> impl Iterator<Item = (Migrant, Arc<[u8]>, Arc<[u8]>)> {
        self.members.iter().map(|member| {
            let first = || member.protocols.first().map(|p| Arc::clone(&p.metadata));
            let subscription = match self.protocol.as_deref() {
                Some(protocol) => member.metadata(protocol),
                None => first().unwrap_or_default(),
            };
            let protocols = member.protocols.iter();
            let migrant = Migrant {
                id: Arc::clone(&member.id),
                instance_id: member.instance_id.clone(),
                client_id: Arc::clone(&member.client_id),
                client_host: Arc::clone(&member.client_host),
                rebalance_timeout_ms: member.rebalance_timeout_ms,
                session_timeout_ms: member.session_timeout_ms,
                protocols: protocols
                    .map(|protocol| (protocol.name.clone(), Arc::clone(&protocol.metadata)))
                    .collect(),
            };
            (migrant, subscription, Arc::clone(&member.assignment))
        })
    }

    /// A stable group of consumers in `generation`, whose members have what `assign` gives for an id
    /// and a subscription. `None` if they have no protocol in common, or no members.
    pub(crate) fn of_immigrants(
        id: Arc<str>,
        (since, generation): (TimestampMs, i32),
        migrants: impl Iterator<Item = Migrant>,
        assign: impl Fn(&str, &[u8]) -> Option<Arc<[u8]>>,
        timers: &mut Timers,
    ) -> Option<Self> {
        let mut group = Self::new(id, Some(since), timers);
        group.generation = generation;
        group.protocol_type = Some(Box::from(CONSUMER_PROTOCOL_TYPE));
        group.phase = Phase::Stable {
            unsynced: BTreeSet::new(),
        };
        for migrant in migrants {
            group.immigrate(migrant, timers);
        }
        group.leader = group.members.iter().next().map(|m| Arc::clone(&m.id));
        group.protocol = group.members.elect_protocol();
        group.subscribed = group.subscribed_topics();
        if group.assign_all(assign).is_none() {
            group.drop_timers(timers);
            return None;
        }
        Some(group)
    }

    fn immigrate(&mut self, migrant: Migrant, timers: &mut Timers) {
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&migrant.id),
        };
        let protocols = migrant.protocols.into_iter();
        // A log that nobody has checked may give an instance id to two.
        let is_free = |instance: &Arc<str>| self.members.static_member(instance).is_none();
        let instance_id = migrant.instance_id.filter(is_free);
        self.members.insert(Member {
            id: migrant.id,
            instance_id,
            client_id: migrant.client_id,
            client_host: migrant.client_host,
            rebalance_timeout_ms: migrant.rebalance_timeout_ms,
            session_timeout_ms: migrant.session_timeout_ms,
            protocols: protocols
                .map(|(name, metadata)| Protocol { name, metadata })
                .collect(),
            assignment: Arc::from([]),
            parked: None,
            is_new: false,
            session: timers.create(alarm),
        });
    }

    fn assign_all(&mut self, assign: impl Fn(&str, &[u8]) -> Option<Arc<[u8]>>) -> Option<()> {
        let protocol = self.protocol.clone()?;
        for id in self.members.ids() {
            let subscription = self.members.get(&id)?.metadata(&protocol);
            self.members
                .set_assignment(&id, assign(&id, &subscription)?);
        }
        Some(())
    }

    /// The group that came out of a consumer group begins to live; its record is given. Its members
    /// have whole sessions, and join again if it `rebalances`.
    pub(crate) fn on_immigrated(&mut self, rebalances: bool, turn: &mut Turn<'_>) -> Record {
        let record = self.to_record();
        self.on_loaded(turn);
        if rebalances && matches!(self.phase, Phase::Stable { .. }) {
            self.prepare_rebalance(turn);
        }
        record
    }

    /// The group becomes a consumer group: whoever waits is told to join that.
    pub(crate) fn on_emigrated(&mut self, turn: &mut Turn<'_>) {
        self.fail_parked(ErrorCode::REBALANCE_IN_PROGRESS, turn);
    }
}
