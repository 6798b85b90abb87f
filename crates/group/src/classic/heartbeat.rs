//! Heartbeat (key 12): a member is alive and learns whether it has to join again.

use model::ErrorCode;
use protocol::heartbeat_request::HeartbeatRequest;

use super::{ClassicGroup, Phase};
use crate::turn::Turn;

impl ClassicGroup {
    /// Renews the session of the member.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS for a member
    /// that was heard and has to join again.
    pub(crate) fn heartbeat(
        &self,
        request: &HeartbeatRequest<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorCode> {
        self.validate_member(&request.member_id, request.group_instance_id.as_deref())?;
        if request.generation_id != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        self.renew_session(&request.member_id, turn);
        match self.phase {
            Phase::Empty => Err(ErrorCode::UNKNOWN_MEMBER_ID),
            Phase::Preparing(_) => Err(ErrorCode::REBALANCE_IN_PROGRESS),
            // Members heartbeat from the answer to their join on.
            Phase::Completing { .. } | Phase::Stable { .. } => Ok(()),
        }
    }
}
