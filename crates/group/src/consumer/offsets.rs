//! Who may commit and fetch the offsets of a consumer group.

use model::ErrorCode;
use protocol::offset_commit_request::OffsetCommitRequestTopic;

use super::{ConsumerGroup, CurrentAssignment, Member};
use crate::classic::Committer;

/// The first OffsetCommit and OffsetFetch of members with epochs (KIP-848).
const KNOWS_MEMBER_EPOCH: i16 = 9;

impl ConsumerGroup {
    /// Whether `committer` may commit `topics`, which have their ids.
    ///
    /// A member that has not heard of its newest epoch may commit what it was given before and still
    /// has (KIP-1251).
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, also for a commit from outside while there are members; UNSUPPORTED_VERSION
    /// for one that cannot carry a member epoch; STALE_MEMBER_EPOCH, and ILLEGAL_GENERATION for a
    /// member that speaks the classic protocol.
    pub(crate) fn validate_commit(
        &self,
        committer: &Committer<'_>,
        version: i16,
        topics: &[OffsetCommitRequestTopic<'_>],
    ) -> Result<(), ErrorCode> {
        if committer.generation < 0 && self.is_empty() {
            return Ok(());
        }
        let member = self.members.get(committer.member_id);
        let member = member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
        if version < KNOWS_MEMBER_EPOCH && member.metadata.classic.is_none() {
            return Err(ErrorCode::UNSUPPORTED_VERSION);
        }
        check_commit(member, committer.generation, topics)
    }

    /// Whether a member may commit `topics` within a transaction, under the same conditions.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID; STALE_MEMBER_EPOCH, and ILLEGAL_GENERATION for a member that speaks the
    /// classic protocol.
    pub(crate) fn validate_txn_commit(
        &self,
        committer: &Committer<'_>,
        topics: &[OffsetCommitRequestTopic<'_>],
    ) -> Result<(), ErrorCode> {
        if committer.generation < 0 && self.is_empty() {
            return Ok(());
        }
        let member = self.members.get(committer.member_id);
        let member = member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
        check_commit(member, committer.generation, topics)
    }

    /// Whether the member may fetch; whoever names none may.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH; ILLEGAL_GENERATION for a member that speaks the classic
    /// protocol.
    pub(crate) fn validate_fetch(&self, id: Option<&str>, epoch: i32) -> Result<(), ErrorCode> {
        if id.is_none() && epoch < 0 {
            return Ok(());
        }
        let member = id.and_then(|id| self.members.get(id));
        check_epoch(member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?, epoch)
    }
}

fn check_commit(
    member: &Member,
    epoch: i32,
    topics: &[OffsetCommitRequestTopic<'_>],
) -> Result<(), ErrorCode> {
    if has_since(&member.current, epoch, topics) {
        Ok(())
    } else {
        check_epoch(member, epoch)
    }
}

fn check_epoch(member: &Member, epoch: i32) -> Result<(), ErrorCode> {
    if epoch == member.current.epoch {
        Ok(())
    } else if member.metadata.classic.is_some() {
        Err(ErrorCode::ILLEGAL_GENERATION)
    } else {
        Err(ErrorCode::STALE_MEMBER_EPOCH)
    }
}

/// Whether the member has had all partitions in an epoch that is over.
fn has_since(
    current: &CurrentAssignment,
    epoch: i32,
    topics: &[OffsetCommitRequestTopic<'_>],
) -> bool {
    (0..current.epoch).contains(&epoch)
        && topics.iter().all(|topic| {
            topic.partitions.iter().all(|partition| {
                let of = |assigned: &super::Assigned| {
                    let epochs = assigned.get(&topic.topic_id)?;
                    epochs.get(&partition.partition_index).copied()
                };
                let given_in = of(&current.assigned).or_else(|| of(&current.revoking));
                given_in.is_some_and(|given_in| given_in <= epoch)
            })
        })
}
