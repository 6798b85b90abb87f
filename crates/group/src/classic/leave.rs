//! LeaveGroup (key 13): members go, or an administrator removes them.

use model::ErrorCode;

use super::{ClassicGroup, Phase};
use crate::turn::Turn;

impl ClassicGroup {
    /// Removes one member. An administrator names a static member by its instance id alone
    /// (KIP-345). [`Self::after_leave`] follows when all that one request names are gone.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID.
    pub(crate) fn leave(
        &mut self,
        member_id: &str,
        instance_id: Option<&str>,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorCode> {
        if member_id.is_empty() {
            let member = instance_id.and_then(|instance| self.members.static_member(instance));
            let id = member
                .map(|m| m.id.clone())
                .ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
            self.remove_member(&id, turn);
            return Ok(());
        }
        if !self.pending.contains_key(member_id) {
            self.validate_member(member_id, instance_id)?;
        }
        self.remove_member(member_id, turn);
        Ok(())
    }

    /// Goes on without those that left.
    pub(crate) fn after_leave(&mut self, turn: &mut Turn<'_>) {
        match &self.phase {
            Phase::Empty => {}
            Phase::Preparing(_) => self.maybe_complete_join(turn),
            Phase::Completing { .. } | Phase::Stable { .. } => self.prepare_rebalance(turn),
        }
    }
}
