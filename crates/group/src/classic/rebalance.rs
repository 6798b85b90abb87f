//! From one generation to the next: waiting for joins, electing, waiting for syncs.

use std::sync::Arc;
use std::time::Duration;

use model::ErrorCode;

use super::{ClassicGroup, Parked, Phase, Wait};
use crate::turn::{Completed, Turn};

impl ClassicGroup {
    /// Begins a rebalance, or goes on with the one that is under way.
    pub(super) fn rebalance_or_complete_join(&mut self, turn: &mut Turn<'_>) {
        match &self.phase {
            Phase::Preparing(_) => self.maybe_complete_join(turn),
            Phase::Empty | Phase::Completing { .. } | Phase::Stable { .. } => {
                self.prepare_rebalance(turn);
            }
        }
    }

    /// Begins a rebalance: all members have to join again.
    pub(super) fn prepare_rebalance(&mut self, turn: &mut Turn<'_>) {
        if let Phase::Completing { .. } = self.phase {
            self.drop_assignments(ErrorCode::REBALANCE_IN_PROGRESS, turn);
        }
        let timeout = self.rebalance_timeout();
        if self.phase != Phase::Empty {
            self.enter(Phase::Preparing(Wait::ForAll), turn);
            turn.timers.set(self.rebalance, turn.now.mono + timeout);
            self.maybe_complete_join(turn);
            return;
        }
        let delay = turn.settings.initial_rebalance_delay;
        let remaining = timeout.saturating_sub(delay);
        let wait = Wait::ForMore {
            delay,
            remaining,
            new_member: false,
        };
        self.enter(Phase::Preparing(wait), turn);
        if delay.is_zero() {
            self.complete_join(turn);
        } else {
            turn.timers.set(self.rebalance, turn.now.mono + delay);
        }
    }

    /// Ends the wait for joins if it is over. The first wait of a group ends by time alone.
    pub(super) fn maybe_complete_join(&mut self, turn: &mut Turn<'_>) {
        if self.phase == Phase::Preparing(Wait::ForAll) && self.all_joined() {
            self.complete_join(turn);
        }
    }

    /// Whether there is nobody left to wait for.
    pub(super) fn all_joined(&self) -> bool {
        self.members.joined() == self.members.len() && self.pending.is_empty()
    }

    /// Begins the next generation with those that have joined. Dynamic members that have not are
    /// dropped; static members stay until their session ends.
    pub(super) fn complete_join(&mut self, turn: &mut Turn<'_>) {
        turn.timers.stop(self.rebalance);
        let absent = self
            .members
            .iter()
            .filter(|m| !m.awaits_join() && m.instance_id.is_none());
        for id in absent.map(|m| Arc::clone(&m.id)).collect::<Vec<_>>() {
            self.remove_member(&id, turn);
        }
        if !self.elect_leader() {
            let timeout = self.rebalance_timeout();
            turn.timers.set(self.rebalance, turn.now.mono + timeout);
            return;
        }
        self.generation = self.generation.checked_add(1).unwrap_or(0);
        self.protocol = self.members.elect_protocol();
        self.subscribed = self.subscribed_topics();
        if self.members.is_empty() {
            self.enter(Phase::Empty, turn);
            turn.records.push(self.to_record());
        } else {
            self.begin_generation(turn);
        }
    }

    /// Makes sure that the leader has joined. `false` if nobody has, although there are members.
    fn elect_leader(&mut self) -> bool {
        if self.members.is_empty() {
            return true;
        }
        let leader = self.leader.as_deref().and_then(|id| self.members.get(id));
        if leader.is_some_and(|m| m.awaits_join()) {
            return true;
        }
        let Some(joined) = self.members.iter().find(|m| m.awaits_join()) else {
            return false;
        };
        self.leader = Some(Arc::clone(&joined.id));
        true
    }

    fn begin_generation(&mut self, turn: &mut Turn<'_>) {
        let ids = self.members.ids();
        self.enter(
            Phase::Completing {
                unsynced: ids.iter().cloned().collect(),
            },
            turn,
        );
        for id in &ids {
            if let Some(Parked::Join { waiter, version }) = self.members.unpark(id) {
                turn.complete(waiter, Completed::Join(self.join_answer(id, version)));
            }
            self.members.set_settled(id);
            self.renew_session(id, turn);
        }
        let timeout = self.rebalance_timeout();
        turn.timers.set(self.rebalance, turn.now.mono + timeout);
    }

    /// The time for joins or syncs is up.
    pub(crate) fn on_rebalance_alarm(&mut self, turn: &mut Turn<'_>) {
        match &mut self.phase {
            Phase::Empty => {}
            Phase::Preparing(Wait::ForMore {
                delay,
                remaining,
                new_member,
            }) if *new_member && !remaining.is_zero() => {
                let next = turn.settings.initial_rebalance_delay.min(*remaining);
                *remaining = remaining.saturating_sub(*delay);
                *delay = next;
                *new_member = false;
                turn.timers.set(self.rebalance, turn.now.mono + next);
            }
            Phase::Preparing(_) => self.complete_join(turn),
            Phase::Completing { unsynced } | Phase::Stable { unsynced } => {
                let absent = std::mem::take(unsynced);
                self.drop_unsynced(absent.into_iter().collect(), turn);
            }
        }
    }

    /// Members that have not asked for their assignment in time are taken for gone.
    fn drop_unsynced(&mut self, absent: Vec<Arc<str>>, turn: &mut Turn<'_>) {
        if absent.is_empty() {
            return;
        }
        for id in &absent {
            self.remove_member(id, turn);
        }
        self.prepare_rebalance(turn);
    }

    /// A member, or whoever was given an id, was not heard of for its session timeout.
    pub(crate) fn on_session_alarm(&mut self, member_id: &str, turn: &mut Turn<'_>) {
        if self.pending.contains_key(member_id) {
            self.remove_member(member_id, turn);
            self.complete_join_if_all_joined(turn);
            return;
        }
        let Some(member) = self.members.get(member_id) else {
            return;
        };
        if member.has_satisfied_heartbeat() {
            return;
        }
        self.remove_member(member_id, turn);
        match &self.phase {
            Phase::Completing { .. } | Phase::Stable { .. } => self.prepare_rebalance(turn),
            Phase::Preparing(_) | Phase::Empty => self.complete_join_if_all_joined(turn),
        }
    }

    /// As Kafka does when a session ends: the first wait of a group, too, ends when nobody is left
    /// to wait for.
    fn complete_join_if_all_joined(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.phase, Phase::Preparing(_)) && self.all_joined() {
            self.complete_join(turn);
        }
    }

    /// A group that was loaded: every member gets a whole session, and a group above the limit has
    /// to shrink.
    pub(crate) fn on_loaded(&mut self, turn: &mut Turn<'_>) {
        for id in self.members.ids() {
            self.renew_session(&id, turn);
        }
        if self.members.len() > turn.settings.max_group_size {
            self.prepare_rebalance(turn);
        }
    }

    /// Takes all assignments back and fails the syncs that wait for them.
    pub(super) fn drop_assignments(&mut self, error: ErrorCode, turn: &mut Turn<'_>) {
        for id in self.members.ids() {
            self.members.set_assignment(&id, Arc::from([]));
        }
        self.answer_syncs(error, turn);
    }

    fn rebalance_timeout(&self) -> Duration {
        Duration::from_millis(self.members.rebalance_timeout_ms())
    }
}
