//! A classic group as a record, and out of one.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::TimestampMs;

use super::{ClassicGroup, Member, Phase, Protocol};
use crate::record::{ClassicValue, MemberValue, Record};
use crate::timers::{Alarm, Timers};

/// The record of a group that has just come into being.
pub(crate) fn empty_record(group_id: &str, since: TimestampMs) -> Record {
    let value = ClassicValue {
        protocol_type: Box::default(),
        generation: 0,
        protocol: None,
        leader: None,
        since: Some(since),
        members: Vec::new(),
    };
    Record::Classic {
        group: Box::from(group_id),
        value: Some(Arc::new(value)),
    }
}

impl ClassicGroup {
    /// The group as its record has it.
    pub(super) fn to_record(&self) -> Record {
        let protocol = self.protocol.as_deref().unwrap_or("");
        let value = ClassicValue {
            protocol_type: Box::from(self.protocol_type()),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            since: self.since,
            members: self
                .members
                .iter()
                .map(|member| logged(member, protocol))
                .collect(),
        };
        Record::Classic {
            group: Box::from(&*self.id),
            value: Some(Arc::new(value)),
        }
    }

    /// The group as its last record left it, without deadlines: [`Self::on_loaded`] sets them.
    pub(crate) fn load(id: Arc<str>, value: &ClassicValue, timers: &mut Timers) -> Self {
        let mut group = Self::new(id, value.since, timers);
        group.generation = value.generation;
        group.protocol_type =
            Some(value.protocol_type.clone()).filter(|protocol_type| !protocol_type.is_empty());
        group.protocol = value.protocol.clone();
        group.leader = value.leader.clone();
        for member in &value.members {
            group.load_member(member, timers);
        }
        if !group.members.is_empty() {
            group.phase = Phase::Stable {
                unsynced: BTreeSet::new(),
            };
        }
        group.subscribed = group.subscribed_topics();
        group
    }

    fn load_member(&mut self, value: &MemberValue, timers: &mut Timers) {
        let instance = value.instance_id.as_deref();
        let known = instance.is_some_and(|i| self.members.static_member(i).is_some());
        if known || self.members.contains(&value.id) {
            // No coordinator writes a member twice; the first is as good as the second.
            return;
        }
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&value.id),
        };
        self.members.insert(Member {
            id: Arc::clone(&value.id),
            instance_id: value.instance_id.clone(),
            client_id: Arc::clone(&value.client_id),
            client_host: Arc::clone(&value.client_host),
            rebalance_timeout_ms: value.rebalance_timeout_ms,
            session_timeout_ms: value.session_timeout_ms,
            protocols: vec![Protocol {
                name: self.protocol.clone().unwrap_or_default(),
                metadata: Arc::clone(&value.subscription),
            }],
            assignment: Arc::clone(&value.assignment),
            parked: None,
            is_new: false,
            session: timers.create(alarm),
        });
    }
}

fn logged(member: &Member, protocol: &str) -> MemberValue {
    MemberValue {
        id: Arc::clone(&member.id),
        instance_id: member.instance_id.clone(),
        client_id: Arc::clone(&member.client_id),
        client_host: Arc::clone(&member.client_host),
        rebalance_timeout_ms: member.rebalance_timeout_ms,
        session_timeout_ms: member.session_timeout_ms,
        subscription: member.metadata(protocol),
        assignment: Arc::clone(&member.assignment),
    }
}
