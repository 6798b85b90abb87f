//! Who may commit, fetch and delete the offsets of a classic group, and when they expire.

use model::ErrorCode;

use super::{ClassicGroup, Phase};
use crate::offsets::ExpiryBase;
use crate::turn::Turn;

/// Who commits offsets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committer<'r> {
    pub(crate) member_id: &'r str,
    pub(crate) instance_id: Option<&'r str>,
    /// Negative for whoever does not use group management.
    pub(crate) generation: i32,
}

impl ClassicGroup {
    /// Whether `committer` may commit. A member that may is alive: its session is renewed.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, also for a commit from outside while there are members; FENCED_INSTANCE_ID,
    /// ILLEGAL_GENERATION; REBALANCE_IN_PROGRESS after the joins and before the assignment.
    pub(crate) fn validate_commit(
        &self,
        committer: &Committer<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorCode> {
        let from_outside = committer.generation < 0;
        if from_outside && self.phase == Phase::Empty {
            return Ok(());
        }
        let anonymous = committer.member_id.is_empty() && committer.instance_id.is_none();
        if from_outside && anonymous {
            return Err(ErrorCode::UNKNOWN_MEMBER_ID);
        }
        self.validate_member(committer.member_id, committer.instance_id)?;
        if committer.generation != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        if let Phase::Completing { .. } = self.phase {
            return Err(ErrorCode::REBALANCE_IN_PROGRESS);
        }
        self.renew_session(committer.member_id, turn);
        Ok(())
    }

    /// Whether a member may commit within a transaction, also before the assignment. It is alive then.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION.
    pub(crate) fn validate_txn_commit(
        &self,
        committer: &Committer<'_>,
        turn: &mut Turn<'_>,
    ) -> Result<(), ErrorCode> {
        if committer.generation < 0 && self.phase == Phase::Empty {
            return Ok(());
        }
        self.validate_member(committer.member_id, committer.instance_id)?;
        if committer.generation != self.generation {
            return Err(ErrorCode::ILLEGAL_GENERATION);
        }
        self.renew_session(committer.member_id, turn);
        Ok(())
    }

    /// Whether offsets may be deleted: of an active consumer group those of topics to which nobody
    /// is subscribed, of other active groups none.
    ///
    /// # Errors
    /// NON_EMPTY_GROUP.
    pub(crate) fn validate_offset_delete(&self) -> Result<(), ErrorCode> {
        if self.phase == Phase::Empty || self.uses_consumer_protocol() {
            Ok(())
        } else {
            Err(ErrorCode::NON_EMPTY_GROUP)
        }
    }

    /// From when the retention of offsets counts; `None` while none expire (KIP-211).
    pub(crate) fn expiry_base(&self) -> Option<ExpiryBase> {
        if self.protocol_type.is_none() {
            return Some(ExpiryBase::Commit);
        }
        match self.phase {
            Phase::Empty => Some(self.since.map_or(ExpiryBase::Commit, ExpiryBase::Since)),
            Phase::Stable { .. }
                if self.uses_consumer_protocol() && self.subscriptions_are_known() =>
            {
                Some(ExpiryBase::Commit)
            }
            _ => None,
        }
    }
}
