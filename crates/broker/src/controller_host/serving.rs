//! Fetch and FetchSnapshot on the listener of controllers: the metadata log, for those who follow it without a vote.
//!
//! - Only the leader answers; the others say who leads: `NOT_LEADER_OR_FOLLOWER`, with the leader, its epoch and its endpoint.
//! - `FENCED_LEADER_EPOCH` and `UNKNOWN_LEADER_EPOCH` where the follower knows another epoch, `INCONSISTENT_CLUSTER_ID` for one of
//!   another cluster, `UNKNOWN_TOPIC_OR_PARTITION` for any other partition.
//! - A fetch at the end of the log waits for the next committed record, as long as it says.
//! - Followers see what is committed and nothing else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use model::{
    BrokerId, DirectoryId, ErrorCode, LeaderEpoch, Now, Offset, Ticket, TimestampMs, TopicId,
};
use protocol::fetch_request::FetchRequest;
use protocol::fetch_response::{self, FetchResponse, FetchableTopicResponse, PartitionData};
use protocol::fetch_snapshot_request::{self, FetchSnapshotRequest};
use protocol::fetch_snapshot_response::{self, FetchSnapshotResponse};
use quorum::{Fetched, SnapshotId};

use super::requests::reply;
use super::{ControllerHost, METADATA_TOPIC};
use crate::api::Outgoing;
use crate::effects::Effects;

/// Fetches that may wait for news; more are answered at once.
const MAX_WAITING: usize = 1_000;
/// No fetch waits longer.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// Bytes of one answer, one batch apart.
const MAX_BYTES: u32 = 8 << 20;
/// Observers that are remembered; the one that was heard of first is forgotten.
const MAX_OBSERVERS: usize = 10_000;
/// An observer that has not fetched for so long is none any more.
const OBSERVER_SESSION_MS: i64 = 300_000;

/// A fetch at the end of the log.
#[derive(Debug)]
pub(super) struct WaitingFetch {
    ticket: Ticket,
    outgoing: Outgoing,
    question: Question,
    until: Duration,
}

/// What a fetch of the metadata asks for.
#[derive(Clone, Copy, Debug)]
struct Question {
    from: Offset,
    last_epoch: Option<LeaderEpoch>,
    max_bytes: u32,
}

/// What the leader knows of one who follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Follower {
    pub directory: DirectoryId,
    pub end: Offset,
    pub fetched_at: TimestampMs,
    pub caught_up_at: Option<TimestampMs>,
}

/// Those who follow without a vote.
#[derive(Debug, Default)]
pub(super) struct Followers {
    waiting: Vec<WaitingFetch>,
    pub known: BTreeMap<BrokerId, Follower>,
}

impl ControllerHost {
    pub(super) fn on_metadata_fetch(
        &mut self,
        now: Now,
        (ticket, outgoing): (Ticket, Outgoing),
        request: &FetchRequest<'_>,
        fx: &mut Effects,
    ) {
        let cluster = request.cluster_id.as_deref();
        if cluster.is_some_and(|id| id != self.broker.cluster_id()) {
            let response = FetchResponse {
                error_code: ErrorCode::INCONSISTENT_CLUSTER_ID,
                ..Default::default()
            };
            return reply(ticket, outgoing.encode(&response, &[]).ok(), fx);
        }
        let (question, answer) = match self.begin_fetch(now, outgoing.version, request) {
            Ok(question) => (question, self.read_for(question, fx)),
            Err(partition) => return self.send_fetched(ticket, outgoing, *partition, fx),
        };
        let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or_default());
        let is_news = answer.records.is_some() || answer.has_other_news();
        if is_news || wait.is_zero() || self.followers.waiting.len() >= MAX_WAITING {
            return self.send_fetched(ticket, outgoing, answer.into_partition(self), fx);
        }
        self.followers.waiting.push(WaitingFetch {
            ticket,
            outgoing,
            question,
            until: now.mono + wait.min(MAX_WAIT),
        });
    }

    /// What is asked, or why that is not answered.
    fn begin_fetch(
        &mut self,
        now: Now,
        version: i16,
        request: &FetchRequest<'_>,
    ) -> Result<Question, Box<PartitionData<'static>>> {
        let refused = |error_code| PartitionData {
            error_code,
            ..Default::default()
        };
        let topic = request.topics.first();
        let is_metadata = topic.is_some_and(|topic| match version {
            13.. => topic.topic_id == TopicId::METADATA_TOPIC,
            _ => topic.topic == METADATA_TOPIC,
        });
        let partition = topic.and_then(|topic| topic.partitions.first());
        let Some(partition) = partition.filter(|asked| is_metadata && asked.partition == 0) else {
            return Err(Box::new(refused(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)));
        };
        if let Err(error) = self.check_leader_epoch(partition.current_leader_epoch) {
            return Err(Box::new(self.with_leader(refused(error))));
        }
        let Some(from) = Offset::known(partition.fetch_offset) else {
            return Err(Box::new(refused(ErrorCode::INVALID_REQUEST)));
        };
        let replica = match version {
            15.. => request.replica_state.replica_id,
            _ => request.replica_id,
        };
        if let Some(id) = BrokerId::known(replica) {
            self.note_follower(now, (id, partition.replica_directory_id), from);
        }
        let limit = |bytes: i32| u32::try_from(bytes).unwrap_or_default();
        Ok(Question {
            from,
            last_epoch: LeaderEpoch::known(partition.last_fetched_epoch),
            max_bytes: limit(partition.partition_max_bytes.min(request.max_bytes)).min(MAX_BYTES),
        })
    }

    fn check_leader_epoch(&self, asked: i32) -> Result<(), ErrorCode> {
        let ours = self.quorum.info().epoch.0;
        if !self.is_active() {
            Err(ErrorCode::NOT_LEADER_OR_FOLLOWER)
        } else if asked >= 0 && asked < ours {
            Err(ErrorCode::FENCED_LEADER_EPOCH)
        } else if asked > ours {
            Err(ErrorCode::UNKNOWN_LEADER_EPOCH)
        } else {
            Ok(())
        }
    }

    fn note_follower(&mut self, now: Now, (id, directory): (BrokerId, DirectoryId), end: Offset) {
        let info = self.quorum.info();
        if info.voters.iter().any(|voter| voter.id == id) {
            return;
        }
        let known = &mut self.followers.known;
        known.retain(|_, follower| now.wall.0 - follower.fetched_at.0 <= OBSERVER_SESSION_MS);
        if known.len() >= MAX_OBSERVERS && !known.contains_key(&id) {
            known.pop_first();
        }
        let before = known.get(&id).and_then(|follower| follower.caught_up_at);
        let is_caught_up = end >= info.high_watermark;
        known.insert(
            id,
            Follower {
                directory,
                end,
                fetched_at: now.wall,
                caught_up_at: if is_caught_up { Some(now.wall) } else { before },
            },
        );
    }

    fn read_for(&mut self, question: Question, fx: &mut Effects) -> FetchAnswer {
        let mut answer = FetchAnswer::default();
        let Some(quorum) = self.quorum.as_voter() else {
            return answer;
        };
        match quorum.fetch(question.from, question.last_epoch, question.max_bytes) {
            Ok(Fetched::Batches(bytes)) if bytes.is_empty() => {}
            Ok(Fetched::Batches(bytes)) => answer.records = Some(bytes.to_vec()),
            Ok(Fetched::Diverging(epoch, end)) => answer.diverging = Some((epoch, end)),
            Ok(Fetched::Snapshot(id)) => answer.snapshot = Some(id),
            Err(failure) => {
                self.fail(format!("the metadata log cannot be read: {failure}"), fx);
            }
        }
        answer
    }

    /// Answers the fetches for which there is something new, or whose time is over.
    pub(super) fn answer_waiting(&mut self, now: Now, fx: &mut Effects) {
        let end = self.quorum.info().high_watermark;
        let leads = self.is_active();
        let is_due = |waiting: &mut WaitingFetch| {
            !leads || waiting.question.from < end || waiting.until <= now.mono
        };
        let due: Vec<_> = self.followers.waiting.extract_if(.., is_due).collect();
        for fetch in due {
            let partition = match leads {
                true => self.read_for(fetch.question, fx).into_partition(self),
                false => self.with_leader(PartitionData {
                    error_code: ErrorCode::NOT_LEADER_OR_FOLLOWER,
                    ..Default::default()
                }),
            };
            self.send_fetched(fetch.ticket, fetch.outgoing, partition, fx);
        }
    }

    /// When a waiting fetch has to be answered.
    pub(super) fn waiting_deadline(&self) -> Option<Duration> {
        self.followers.waiting.iter().map(|fetch| fetch.until).min()
    }

    fn with_leader(&self, mut partition: PartitionData<'static>) -> PartitionData<'static> {
        let info = self.quorum.info();
        partition.current_leader = fetch_response::LeaderIdAndEpoch {
            leader_id: info.leader.map_or(-1, |leader| leader.0),
            leader_epoch: info.epoch.0,
            ..Default::default()
        };
        partition
    }

    fn send_fetched(
        &self,
        ticket: Ticket,
        outgoing: Outgoing,
        partition: PartitionData<'static>,
        fx: &mut Effects,
    ) {
        let leader = self
            .quorum
            .info()
            .leader
            .and_then(|leader| self.controller_at(leader));
        let nodes = leader.map(|leader| fetch_response::NodeEndpoint {
            node_id: leader.node.0,
            host: Cow::Owned(leader.host.to_string()),
            port: i32::from(leader.port),
            ..Default::default()
        });
        let response = FetchResponse {
            responses: vec![FetchableTopicResponse {
                topic: METADATA_TOPIC.into(),
                topic_id: TopicId::METADATA_TOPIC,
                partitions: vec![partition],
                ..Default::default()
            }],
            node_endpoints: nodes.into_iter().collect(),
            ..Default::default()
        };
        reply(ticket, outgoing.encode(&response, &[]).ok(), fx);
    }

    pub(super) fn on_snapshot_fetch(
        &mut self,
        (ticket, outgoing): (Ticket, Outgoing),
        request: &FetchSnapshotRequest<'_>,
        fx: &mut Effects,
    ) {
        let cluster = request.cluster_id.as_deref();
        if cluster.is_some_and(|id| id != self.broker.cluster_id()) {
            let response = FetchSnapshotResponse {
                error_code: ErrorCode::INCONSISTENT_CLUSTER_ID,
                ..Default::default()
            };
            return reply(ticket, outgoing.encode(&response, &[]).ok(), fx);
        }
        let topic = request
            .topics
            .first()
            .filter(|topic| topic.name == METADATA_TOPIC);
        let partition = topic.and_then(|topic| topic.partitions.first());
        let found = match partition.filter(|partition| partition.partition == 0) {
            Some(partition) => self.read_snapshot_for(partition, fx),
            None => snapshot_error(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION),
        };
        let response = FetchSnapshotResponse {
            topics: vec![fetch_snapshot_response::TopicSnapshot {
                name: METADATA_TOPIC.into(),
                partitions: vec![found],
                ..Default::default()
            }],
            ..Default::default()
        };
        reply(ticket, outgoing.encode(&response, &[]).ok(), fx);
    }

    fn read_snapshot_for(
        &mut self,
        asked: &fetch_snapshot_request::PartitionSnapshot,
        fx: &mut Effects,
    ) -> fetch_snapshot_response::PartitionSnapshot<'static> {
        if let Err(error) = self.check_leader_epoch(asked.current_leader_epoch) {
            let info = self.quorum.info();
            let mut refused = snapshot_error(error);
            refused.current_leader = fetch_snapshot_response::LeaderIdAndEpoch {
                leader_id: info.leader.map_or(-1, |leader| leader.0),
                leader_epoch: info.epoch.0,
                ..Default::default()
            };
            return refused;
        }
        let (Some(end_offset), Some(epoch), Ok(position)) = (
            Offset::known(asked.snapshot_id.end_offset),
            LeaderEpoch::known(asked.snapshot_id.epoch),
            u64::try_from(asked.position),
        ) else {
            return snapshot_error(ErrorCode::INVALID_REQUEST);
        };
        let id = SnapshotId { end_offset, epoch };
        let Some(quorum) = self.quorum.as_voter() else {
            return snapshot_error(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        };
        match quorum.fetch_snapshot(id, position) {
            Ok(Some(chunk)) if position < chunk.size => {
                fetch_snapshot_response::PartitionSnapshot {
                    snapshot_id: fetch_snapshot_response::SnapshotId {
                        end_offset: end_offset.0,
                        epoch: epoch.0,
                        ..Default::default()
                    },
                    size: i64::try_from(chunk.size).unwrap_or(i64::MAX),
                    position: asked.position,
                    unaligned_records: chunk.content.to_vec().into(),
                    ..Default::default()
                }
            }
            Ok(Some(_)) => snapshot_error(ErrorCode::POSITION_OUT_OF_RANGE),
            Ok(None) => snapshot_error(ErrorCode::SNAPSHOT_NOT_FOUND),
            Err(failure) => {
                fx.reports
                    .push(format!("a metadata snapshot cannot be read: {failure}"));
                snapshot_error(ErrorCode::SNAPSHOT_NOT_FOUND)
            }
        }
    }
}

fn snapshot_error(error_code: ErrorCode) -> fetch_snapshot_response::PartitionSnapshot<'static> {
    fetch_snapshot_response::PartitionSnapshot {
        error_code,
        ..Default::default()
    }
}

/// What a fetch finds.
#[derive(Debug, Default)]
struct FetchAnswer {
    records: Option<Vec<u8>>,
    diverging: Option<(LeaderEpoch, Offset)>,
    snapshot: Option<SnapshotId>,
}

impl FetchAnswer {
    const fn has_other_news(&self) -> bool {
        self.diverging.is_some() || self.snapshot.is_some()
    }

    fn into_partition(self, host: &ControllerHost) -> PartitionData<'static> {
        let mut partition = PartitionData {
            high_watermark: host.quorum.info().high_watermark.0,
            records: Some(self.records.unwrap_or_default().into()),
            ..Default::default()
        };
        if let Some((epoch, end)) = self.diverging {
            partition.diverging_epoch = fetch_response::EpochEndOffset {
                epoch: epoch.0,
                end_offset: end.0,
                ..Default::default()
            };
        }
        if let Some(id) = self.snapshot {
            partition.snapshot_id = fetch_response::SnapshotId {
                end_offset: id.end_offset.0,
                epoch: id.epoch.0,
                ..Default::default()
            };
        }
        host.with_leader(partition)
    }
}
