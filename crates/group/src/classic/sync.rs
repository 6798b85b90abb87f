//! SyncGroup (key 14): the leader gives the assignment, everybody gets theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::ErrorCode;
use protocol::sync_group_request::SyncGroupRequest;
use protocol::sync_group_response::SyncGroupResponse;

use super::answers::sync_error;
use super::{ClassicGroup, Parked, Phase};
use crate::turn::{Reply, Turn, Waiter};

type SyncReply = Reply<SyncGroupResponse<'static>>;

impl ClassicGroup {
    /// Handles a sync. The leader's assignment becomes a record; if that is refused,
    /// [`Self::on_assignment_refused`] must follow.
    pub(crate) fn sync(
        &mut self,
        waiter: Waiter,
        request: &SyncGroupRequest<'_>,
        turn: &mut Turn<'_>,
    ) -> SyncReply {
        if let Err(error) = self.validate_sync(request) {
            return Reply::Now(sync_error(error));
        }
        let id = &*request.member_id;
        match &self.phase {
            Phase::Empty => Reply::Now(sync_error(ErrorCode::UNKNOWN_MEMBER_ID)),
            Phase::Preparing(_) => Reply::Now(sync_error(ErrorCode::REBALANCE_IN_PROGRESS)),
            Phase::Stable { .. } => {
                self.mark_synced(id, turn);
                let assignment = self.members.get(id).map(|m| Arc::clone(&m.assignment));
                Reply::Now(self.sync_answer(&assignment.unwrap_or_default()))
            }
            Phase::Completing { .. } => {
                self.park(id, Parked::Sync { waiter }, turn);
                self.mark_synced(id, turn);
                if self.is_leader(id) {
                    self.assign(request, turn);
                }
                Reply::Parked
            }
        }
    }

    fn validate_sync(&self, request: &SyncGroupRequest<'_>) -> Result<(), ErrorCode> {
        self.validate_member(&request.member_id, request.group_instance_id.as_deref())?;
        if request.generation_id != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        let differs = |theirs: Option<&str>, ours: Option<&str>| {
            theirs
                .zip(ours)
                .is_some_and(|(theirs, ours)| theirs != ours)
        };
        if differs(
            request.protocol_type.as_deref(),
            self.protocol_type.as_deref(),
        ) || differs(request.protocol_name.as_deref(), self.protocol.as_deref())
        {
            return Err(ErrorCode::INCONSISTENT_GROUP_PROTOCOL);
        }
        Ok(())
    }

    /// The member has asked for its assignment; when all have, nobody is waited for.
    fn mark_synced(&mut self, id: &str, turn: &mut Turn<'_>) {
        if let Phase::Completing { unsynced } | Phase::Stable { unsynced } = &mut self.phase {
            unsynced.remove(id);
            if unsynced.is_empty() {
                turn.timers.stop(self.rebalance);
            }
        }
    }

    /// Gives every member its assignment, an empty one where the leader has none for it.
    fn assign(&mut self, request: &SyncGroupRequest<'_>, turn: &mut Turn<'_>) {
        let by_member: BTreeMap<&str, &[u8]> = request
            .assignments
            .iter()
            .map(|a| (&*a.member_id, &*a.assignment))
            .collect();
        for id in self.members.ids() {
            let assignment = by_member.get(&*id).copied().unwrap_or_default();
            self.members.set_assignment(&id, Arc::from(assignment));
        }
        let Phase::Completing { unsynced } = &mut self.phase else {
            return;
        };
        let unsynced = std::mem::take(unsynced);
        turn.records.push(self.to_record());
        self.enter(Phase::Stable { unsynced }, turn);
        self.answer_syncs(ErrorCode::NONE, turn);
    }

    /// The assignment could not be stored: the members have to join again. Their syncs are failed by
    /// the caller, which still holds the answers.
    pub(crate) fn on_assignment_refused(&mut self, turn: &mut Turn<'_>) {
        if let Phase::Stable { .. } = self.phase {
            self.drop_assignments(ErrorCode::REBALANCE_IN_PROGRESS, turn);
            self.prepare_rebalance(turn);
        }
    }
}
