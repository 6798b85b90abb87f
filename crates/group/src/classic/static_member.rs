//! A static member that comes back under a new member id (KIP-345, KIP-814).

use std::sync::Arc;
use std::time::Duration;

use model::ErrorCode;
use protocol::join_group_response::JoinGroupResponse;

use super::join::Joining;
use super::{ClassicGroup, Member, Phase};
use crate::timers::Alarm;
use crate::turn::{Reply, Turn};

/// From this version on a returning leader is told who the members are, and not to assign.
const SKIPS_ASSIGNMENT: i16 = 9;

/// What has to be undone if the new member id cannot be stored.
#[derive(Debug)]
pub(crate) struct Replaced {
    new_id: Arc<str>,
    old: Member,
    was_leader: bool,
}

impl ClassicGroup {
    /// Puts the member under a new id; whoever acts under the old one is fenced from here on. In a
    /// stable group whose protocol stays the same nothing else happens: no rebalance.
    pub(super) fn replace_static_member(
        &mut self,
        old_id: &Arc<str>,
        new_id: Arc<str>,
        joining: &Joining<'_>,
        turn: &mut Turn<'_>,
    ) -> Reply<JoinGroupResponse<'static>> {
        self.answer_parked(old_id, ErrorCode::FENCED_INSTANCE_ID, turn);
        let was_leader = self.is_leader(old_id);
        let old = self.rename_member(old_id, Arc::clone(&new_id), turn);
        self.update_member(&new_id, joining, turn);
        match &self.phase {
            Phase::Stable { .. } if self.members.elect_protocol() == self.protocol => {
                self.members.unpark(&new_id);
                turn.records.push(self.to_record());
                let answer = self.returned_answer(old_id, &new_id, joining.caller.version);
                turn.replaced = Some(Box::new(Replaced {
                    new_id,
                    old,
                    was_leader,
                }));
                return Reply::Now(answer);
            }
            // The leader may have assigned to the old id already.
            Phase::Stable { .. } | Phase::Completing { .. } => self.prepare_rebalance(turn),
            Phase::Preparing(_) => self.maybe_complete_join(turn),
            Phase::Empty => unreachable!("an empty group has no static member"),
        }
        Reply::Parked
    }

    fn rename_member(&mut self, old_id: &str, new_id: Arc<str>, turn: &mut Turn<'_>) -> Member {
        let old = self
            .members
            .remove(old_id)
            .expect("the caller found it in the group");
        turn.timers.remove(old.session);
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&new_id),
        };
        let session = turn.timers.create(alarm);
        let new = Member {
            id: Arc::clone(&new_id),
            session,
            is_new: false,
            ..old.clone()
        };
        let timeout = Duration::from_millis(u64::try_from(new.session_timeout_ms).unwrap_or(0));
        turn.timers.set(session, turn.now.mono + timeout);
        self.members.insert(new);
        if self.is_leader(old_id) {
            self.leader = Some(Arc::clone(&new_id));
        }
        if let Phase::Completing { unsynced } | Phase::Stable { unsynced } = &mut self.phase
            && unsynced.remove(old_id)
        {
            unsynced.insert(new_id);
        }
        old
    }

    /// The current generation for a member that came back. Clients that cannot skip the assignment
    /// must not think that they lead: they are shown the leader before the change.
    fn returned_answer(&self, old_id: &str, id: &str, version: i16) -> JoinGroupResponse<'static> {
        if version >= SKIPS_ASSIGNMENT {
            let skip_assignment = self.is_leader(id);
            return JoinGroupResponse {
                skip_assignment,
                ..self.join_answer(id, version)
            };
        }
        let leader = self.leader.as_deref().unwrap_or("");
        let leader = if leader == id { old_id } else { leader };
        self.join_answer_of(id, leader, version)
    }

    /// The new id could not be stored: the member has the old one again.
    pub(crate) fn on_replacement_refused(&mut self, replaced: Replaced, turn: &mut Turn<'_>) {
        let Replaced {
            new_id,
            old,
            was_leader,
        } = replaced;
        if let Some(new) = self.members.remove(&new_id) {
            turn.timers.remove(new.session);
        }
        let alarm = Alarm::Session {
            group: Arc::clone(&self.id),
            member: Arc::clone(&old.id),
        };
        let session = turn.timers.create(alarm);
        if was_leader {
            self.leader = Some(Arc::clone(&old.id));
        }
        let id = Arc::clone(&old.id);
        self.members.insert(Member {
            session,
            parked: None,
            ..old
        });
        self.renew_session(&id, turn);
    }
}
