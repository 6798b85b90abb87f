//! Who may commit and fetch the offsets of a streams group.

use model::ErrorCode;
use protocol::offset_commit_request::OffsetCommitRequestTopic;

use super::{StreamsGroup, StreamsMember};
use crate::classic::Committer;

/// The first OffsetCommit and OffsetFetch of members with epochs (KIP-848).
const KNOWS_MEMBER_EPOCH: i16 = 9;

impl StreamsGroup {
    /// Whether `committer` may commit `topics`.
    ///
    /// A member that has not heard of its newest epoch may commit what it was given before and still has (KIP-1251).
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, also for a commit from outside while there are members; UNSUPPORTED_VERSION for one that cannot
    /// carry a member epoch; STALE_MEMBER_EPOCH.
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
        if version < KNOWS_MEMBER_EPOCH {
            return Err(ErrorCode::UNSUPPORTED_VERSION);
        }
        self.check_commit(member, committer.generation, topics)
    }

    /// Whether a member may commit `topics` within a transaction, under the same conditions.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH.
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
        self.check_commit(member, committer.generation, topics)
    }

    /// Whether the member may fetch; whoever names none may.
    ///
    /// # Errors
    /// UNKNOWN_MEMBER_ID, STALE_MEMBER_EPOCH.
    pub(crate) fn validate_fetch(&self, id: Option<&str>, epoch: i32) -> Result<(), ErrorCode> {
        if id.is_none() && epoch < 0 {
            return Ok(());
        }
        let member = id.and_then(|id| self.members.get(id));
        let member = member.ok_or(ErrorCode::UNKNOWN_MEMBER_ID)?;
        if epoch == member.current.epoch {
            Ok(())
        } else {
            Err(ErrorCode::STALE_MEMBER_EPOCH)
        }
    }

    fn check_commit(
        &self,
        member: &StreamsMember,
        epoch: i32,
        topics: &[OffsetCommitRequestTopic<'_>],
    ) -> Result<(), ErrorCode> {
        let current = &member.current;
        if epoch == current.epoch {
            return Ok(());
        }
        let has_since = |topic: &OffsetCommitRequestTopic<'_>| {
            let id = self.subtopology_of(&topic.name)?;
            let given_in = |partition| {
                let of = |held: &super::HeldTasks| held.active.get(id)?.get(&partition).copied();
                of(&current.assigned).or_else(|| of(&current.revoking))
            };
            let mut partitions = topic.partitions.iter();
            let all = partitions.all(|partition| {
                given_in(partition.partition_index).is_some_and(|given_in| given_in <= epoch)
            });
            Some(all)
        };
        let is_past = epoch < current.epoch;
        if is_past && topics.iter().all(|topic| has_since(topic) == Some(true)) {
            Ok(())
        } else {
            Err(ErrorCode::STALE_MEMBER_EPOCH)
        }
    }
}
