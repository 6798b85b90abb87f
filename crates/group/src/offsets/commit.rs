//! OffsetCommit (key 8).

use std::borrow::Cow;

use model::{ErrorCode, Now, ProducerId, TimestampMs};
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::{
    OffsetCommitResponse, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};

use statemachine::Decision;

use crate::GroupCoordinator;
use crate::classic::Committer;
use crate::coordinator::{Found, Undo};
use crate::logged::Logged;
use crate::record::{CommittedOffset, Record};
use crate::turn::{Decided, Reply, answer as answered};

/// From this version on a commit to a group that is not there says so.
const KNOWS_GROUP_NOT_FOUND: i16 = 9;

/// From this version on a commit within a transaction is told of groups and epochs.
const TXN_KNOWS_GROUPS: i16 = 6;

/// With this retention the coordinator's own holds.
const DEFAULT_RETENTION: i64 = -1;

impl GroupCoordinator {
    /// OffsetCommit (key 8, versions 2-10): stores how far a group has consumed.
    ///
    /// - The caller has resolved names and topic ids both ways and answers itself for topics and
    ///   partitions that are unknown or not allowed: `request` holds the rest.
    /// - Members commit with their id and generation; others only while the group is empty, with a
    ///   negative generation. Such a commit makes the group if need be; its id may be empty.
    /// - A member that commits is alive.
    /// - Versions 2-4 may set a retention, which then holds for these offsets (KIP-211).
    /// - Version 10 names topics by their ids (KIP-848); the id is stored where it is known.
    ///
    /// Errors of a partition: OFFSET_METADATA_TOO_LARGE. Errors of the group are those of every
    /// partition: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS,
    /// from version 9 on GROUP_ID_NOT_FOUND; of consumer groups STALE_MEMBER_EPOCH.
    pub fn offset_commit(
        &mut self,
        now: Now,
        logged: &Logged,
        version: i16,
        request: &OffsetCommitRequest<'_>,
    ) -> Decided<OffsetCommitResponse<'static>> {
        self.undo = Undo::Nothing;
        if let Err(error) = self.validate_commit(now, logged, version, request) {
            return answered(failed(request, error));
        }
        self.commit(now, None, request)
    }

    /// TxnOffsetCommit (key 28): as OffsetCommit, within the transaction of `producer`.
    ///
    /// - Who names no member may commit whatever the group does; a member has to be in its generation or epoch (KIP-447).
    /// - Versions 0-5 know neither GROUP_ID_NOT_FOUND nor STALE_MEMBER_EPOCH: it is ILLEGAL_GENERATION.
    pub fn txn_offset_commit(
        &mut self,
        now: Now,
        logged: &Logged,
        version: i16,
        producer: ProducerId,
        request: &OffsetCommitRequest<'_>,
    ) -> Decided<OffsetCommitResponse<'static>> {
        self.undo = Undo::Nothing;
        if let Err(error) = self.validate_txn_commit(now, logged, version, request) {
            return answered(failed(request, error));
        }
        self.commit(now, Some(producer), request)
    }

    fn commit(
        &self,
        now: Now,
        transaction: Option<ProducerId>,
        request: &OffsetCommitRequest<'_>,
    ) -> Decided<OffsetCommitResponse<'static>> {
        let expires_at = match request.retention_time_ms {
            DEFAULT_RETENTION => None,
            retention => Some(TimestampMs(now.wall.0.saturating_add(retention))),
        };
        let mut records = Vec::new();
        let topics = request.topics.iter().map(|topic| {
            answer(topic, |partition| {
                if self.metadata_is_too_large(partition) {
                    return ErrorCode::OFFSET_METADATA_TOO_LARGE;
                }
                records.push(Record::Offset {
                    group: Box::from(&*request.group_id),
                    topic: Box::from(&*topic.name),
                    partition: partition.partition_index,
                    value: Some(value(topic, partition, now.wall, expires_at)),
                    transaction,
                });
                ErrorCode::NONE
            })
        });
        let response = OffsetCommitResponse {
            topics: topics.collect(),
            ..OffsetCommitResponse::default()
        };
        Decision::atomically(records, Reply::Now(response))
    }

    fn validate_commit(
        &mut self,
        now: Now,
        logged: &Logged,
        version: i16,
        request: &OffsetCommitRequest<'_>,
    ) -> Result<(), ErrorCode> {
        let committer = Committer {
            member_id: &request.member_id,
            instance_id: request.group_instance_id.as_deref(),
            generation: request.generation_id_or_member_epoch,
        };
        let from_outside = committer.generation < 0;
        match self.find(now, logged, &request.group_id) {
            Found::Classic(group, mut turn) => group.validate_commit(&committer, &mut turn),
            Found::Consumer(group) => group.validate_commit(&committer, version, &request.topics),
            Found::Simple if from_outside => Ok(()),
            // It has no members.
            Found::Simple => Err(ErrorCode::UNKNOWN_MEMBER_ID),
            Found::Streams(group) => group.validate_commit(&committer, version, &request.topics),
            Found::Share(_) => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            Found::Missing if from_outside => Ok(()),
            Found::Missing if version >= KNOWS_GROUP_NOT_FOUND => {
                Err(ErrorCode::GROUP_ID_NOT_FOUND)
            }
            Found::Missing => Err(ErrorCode::ILLEGAL_GENERATION),
        }
    }

    fn validate_txn_commit(
        &mut self,
        now: Now,
        logged: &Logged,
        version: i16,
        request: &OffsetCommitRequest<'_>,
    ) -> Result<(), ErrorCode> {
        let committer = Committer {
            member_id: &request.member_id,
            instance_id: request.group_instance_id.as_deref(),
            generation: request.generation_id_or_member_epoch,
        };
        let knows_groups = version >= TXN_KNOWS_GROUPS;
        let from_outside = committer.generation < 0;
        let anonymous = committer.member_id.is_empty() && committer.instance_id.is_none();
        match self.find(now, logged, &request.group_id) {
            Found::Share(_) => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            _ if from_outside && anonymous => Ok(()),
            Found::Missing | Found::Simple if from_outside => Ok(()),
            Found::Classic(group, mut turn) => group.validate_txn_commit(&committer, &mut turn),
            Found::Consumer(group) => {
                match group.validate_txn_commit(&committer, &request.topics) {
                    Err(ErrorCode::STALE_MEMBER_EPOCH) if !knows_groups => {
                        Err(ErrorCode::ILLEGAL_GENERATION)
                    }
                    valid => valid,
                }
            }
            Found::Streams(group) => match group.validate_txn_commit(&committer, &request.topics) {
                Err(ErrorCode::STALE_MEMBER_EPOCH) if !knows_groups => {
                    Err(ErrorCode::ILLEGAL_GENERATION)
                }
                valid => valid,
            },
            Found::Missing if knows_groups => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            Found::Missing => Err(ErrorCode::ILLEGAL_GENERATION),
            // It has no members.
            Found::Simple => Err(ErrorCode::UNKNOWN_MEMBER_ID),
        }
    }

    /// Kafka counts the UTF-16 units of the text.
    fn metadata_is_too_large(&self, partition: &OffsetCommitRequestPartition<'_>) -> bool {
        let limit = self.settings.max_offset_metadata;
        let metadata = partition.committed_metadata.as_deref().unwrap_or("");
        metadata.len() > limit && metadata.encode_utf16().count() > limit
    }
}

fn value(
    topic: &OffsetCommitRequestTopic<'_>,
    partition: &OffsetCommitRequestPartition<'_>,
    now: TimestampMs,
    expires_at: Option<TimestampMs>,
) -> CommittedOffset {
    let leader_epoch = partition.committed_leader_epoch;
    CommittedOffset {
        offset: partition.committed_offset,
        leader_epoch: Some(leader_epoch).filter(|epoch| *epoch >= 0),
        metadata: Box::from(partition.committed_metadata.as_deref().unwrap_or("")),
        committed_at: now,
        expires_at,
        topic_id: topic.topic_id,
    }
}

fn answer(
    topic: &OffsetCommitRequestTopic<'_>,
    mut error: impl FnMut(&OffsetCommitRequestPartition<'_>) -> ErrorCode,
) -> OffsetCommitResponseTopic<'static> {
    let partitions = topic
        .partitions
        .iter()
        .map(|partition| OffsetCommitResponsePartition {
            partition_index: partition.partition_index,
            error_code: error(partition),
            ..OffsetCommitResponsePartition::default()
        });
    OffsetCommitResponseTopic {
        partitions: partitions.collect(),
        name: Cow::Owned(topic.name.clone().into_owned()),
        topic_id: topic.topic_id,
        ..OffsetCommitResponseTopic::default()
    }
}

/// One error for every partition.
fn failed(request: &OffsetCommitRequest<'_>, error: ErrorCode) -> OffsetCommitResponse<'static> {
    let topics = request.topics.iter().map(|topic| answer(topic, |_| error));
    OffsetCommitResponse {
        topics: topics.collect(),
        ..OffsetCommitResponse::default()
    }
}
