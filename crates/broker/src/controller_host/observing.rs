//! A node without a vote follows the metadata with Kafka's Fetch and FetchSnapshot (KIP-595, KIP-630).
//!
//! - One question is under way at a time. The leader answers a fetch when there is something new, or after half a second.
//! - Who does not lead says who does; while nobody knows, the voters and bootstrap servers are asked in turn.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, DirectoryId, ErrorCode, LeaderEpoch, Now, Offset, TopicId};
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic, ReplicaState};
use protocol::fetch_response::{FetchResponse, PartitionData};
use protocol::fetch_snapshot_request::{self, FetchSnapshotRequest, PartitionSnapshot};
use protocol::fetch_snapshot_response::FetchSnapshotResponse;
use protocol::{Message, Reader};
use quorum::{SnapshotId, Wanted};

use super::member::Member;
use super::{ControllerHost, METADATA_TOPIC};
use crate::asks::{Ask, AskRequest, AskToken, Destination, Lane, Unanswered};
use crate::effects::Effects;

const FETCH: i16 = 17;
const FETCH_SNAPSHOT: i16 = 1;
/// How long the leader may wait for news.
const MAX_WAIT: Duration = Duration::from_millis(500);
/// How much longer an answer may take (`controller.quorum.request.timeout.ms` of Apache Kafka).
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it waits before it asks again where there was no answer.
const PAUSE: Duration = Duration::from_millis(100);
/// Bytes of one answer.
const MAX_BYTES: i32 = 1 << 20;

/// What an observer knows of those whom it asks.
#[derive(Debug, Default)]
pub(super) struct Observing {
    is_asking: bool,
    next_at: Duration,
    /// The epoch of the leader that is known.
    epoch: LeaderEpoch,
    /// Which of the voters or bootstrap servers to ask next.
    turn: usize,
    /// Controllers of which others have told.
    told: BTreeMap<BrokerId, (Arc<str>, u16)>,
}

impl Observing {
    /// Where a controller listens, as another one has told.
    pub fn endpoint_of(&self, id: BrokerId) -> Option<(String, u16)> {
        let (host, port) = self.told.get(&id)?;
        Some((host.to_string(), *port))
    }
}

impl ControllerHost {
    /// Asks for what comes next, unless that is under way.
    pub(super) fn observe(&mut self, now: Now, fx: &mut Effects) {
        let Some(observer) = self.quorum.as_observer() else {
            return;
        };
        let wanted = observer.wanted();
        if self.observing.is_asking || self.observing.next_at > now.mono || self.has_failed() {
            return;
        }
        let Some(to) = self.other_leader().or_else(|| self.anybody()) else {
            return;
        };
        self.observing.is_asking = true;
        let client_id = self.broker.node_id().to_string();
        let request = match wanted {
            Wanted::Batches { from, last_epoch } => {
                let request = self.fetch_request(from, last_epoch);
                AskRequest::new(&request, FETCH, &client_id)
            }
            Wanted::Chunk { id, position } => {
                let request = self.snapshot_request(id, position);
                AskRequest::new(&request, FETCH_SNAPSHOT, &client_id)
            }
        };
        fx.asks.push(Ask {
            to,
            lane: Lane::Metadata,
            token: AskToken::Controller(self.channel.note_metadata(wanted)),
            deadline: now.mono + MAX_WAIT + PATIENCE,
            request: request.expect("the versions carry what an observer asks"),
        });
    }

    /// When an observer asks next.
    pub(super) fn observing_deadline(&self) -> Option<Duration> {
        let is_idle = !self.observing.is_asking && self.is_observer();
        is_idle.then_some(self.observing.next_at)
    }

    /// One of those that may know who leads.
    fn anybody(&mut self) -> Option<Destination> {
        let config = self.broker.effective.now();
        let (voters, servers) = (&config.broker.voters, &config.broker.bootstrap_servers);
        let count = voters.len() + servers.len();
        let turn = self.observing.turn.checked_rem(count)?;
        self.observing.turn += 1;
        if let Some(voter) = voters.get(turn) {
            return Some(Destination {
                node: voter.id,
                host: (*voter.host).into(),
                port: voter.port,
            });
        }
        let at = turn - voters.len();
        let (host, port) = servers[at].rsplit_once(':')?;
        Some(Destination {
            // Which node that is shows when it has been asked.
            node: BrokerId(-1 - i32::try_from(at).ok()?),
            host: host.trim_matches(['[', ']']).into(),
            port: port.parse().ok()?,
        })
    }

    fn fetch_request(
        &self,
        from: Offset,
        last_epoch: Option<LeaderEpoch>,
    ) -> FetchRequest<'static> {
        let partition = FetchPartition {
            current_leader_epoch: self.known_epoch(),
            fetch_offset: from.0,
            last_fetched_epoch: last_epoch.map_or(-1, |epoch| epoch.0),
            partition_max_bytes: MAX_BYTES,
            replica_directory_id: self.own_directory(),
            ..Default::default()
        };
        FetchRequest {
            cluster_id: Some(self.broker.cluster_id().to_owned().into()),
            replica_state: ReplicaState {
                replica_id: self.broker.node_id().0,
                ..Default::default()
            },
            max_wait_ms: MAX_WAIT.as_millis() as i32,
            max_bytes: MAX_BYTES,
            topics: vec![FetchTopic {
                topic: METADATA_TOPIC.into(),
                topic_id: TopicId::METADATA_TOPIC,
                partitions: vec![partition],
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    fn snapshot_request(&self, id: SnapshotId, position: u64) -> FetchSnapshotRequest<'static> {
        let partition = PartitionSnapshot {
            current_leader_epoch: self.known_epoch(),
            snapshot_id: fetch_snapshot_request::SnapshotId {
                end_offset: id.end_offset.0,
                epoch: id.epoch.0,
                ..Default::default()
            },
            position: i64::try_from(position).unwrap_or(i64::MAX),
            replica_directory_id: self.own_directory(),
            ..Default::default()
        };
        FetchSnapshotRequest {
            cluster_id: Some(self.broker.cluster_id().to_owned().into()),
            replica_id: self.broker.node_id().0,
            max_bytes: MAX_BYTES,
            topics: vec![fetch_snapshot_request::TopicSnapshot {
                name: METADATA_TOPIC.into(),
                partitions: vec![partition],
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    fn own_directory(&self) -> DirectoryId {
        match &self.quorum {
            Member::Observer(observer) => observer.directory_id(),
            Member::Voter(_) => DirectoryId::ZERO,
        }
    }

    fn known_epoch(&self) -> i32 {
        match self.leader {
            Some(_) => self.observing.epoch.0,
            None => -1,
        }
    }

    /// Another node has answered a fetch of the metadata, or will not.
    pub(super) fn on_metadata_reply(
        &mut self,
        now: Now,
        wanted: Wanted,
        reply: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        self.observing.is_asking = false;
        let is_of_use = match (reply, wanted) {
            (Ok(body), Wanted::Batches { .. }) => self.on_fetch_reply(now, &body, fx),
            (Ok(body), Wanted::Chunk { .. }) => self.on_snapshot_reply(now, &body, fx),
            (Err(_), _) => None,
        };
        if is_of_use.is_none() {
            // Whoever led may do so no more, or is away.
            self.on_leader(now, None, fx);
            self.observing.next_at = now.mono + PAUSE;
        }
    }

    /// `None` if whoever was asked is not the one to ask.
    fn on_fetch_reply(&mut self, now: Now, body: &Bytes, fx: &mut Effects) -> Option<()> {
        let response = FetchResponse::decode(&mut Reader::new(body), FETCH).ok()?;
        for node in &response.node_endpoints {
            let at = (Arc::from(&*node.host), u16::try_from(node.port).ok()?);
            self.observing.told.insert(BrokerId(node.node_id), at);
        }
        self.report_foreign(response.error_code, fx);
        let partition = response.responses.first()?.partitions.first()?;
        let leader = &partition.current_leader;
        let is_known = self.note_leader(now, (leader.leader_id, leader.leader_epoch), fx);
        match partition.error_code {
            ErrorCode::NONE => {
                self.take_fetched(now, body, partition);
                Some(())
            }
            // It is asked at once where it is known now.
            _ => is_known.then_some(()),
        }
    }

    fn take_fetched(&mut self, now: Now, body: &Bytes, partition: &PartitionData<'_>) {
        let Some(observer) = self.quorum.as_observer() else {
            return;
        };
        if let (Some(end), Some(epoch)) = (
            Offset::known(partition.snapshot_id.end_offset),
            LeaderEpoch::known(partition.snapshot_id.epoch),
        ) {
            let end_offset = end;
            return observer.on_snapshot_offer(SnapshotId { end_offset, epoch });
        }
        if let (Some(end), Some(epoch)) = (
            Offset::known(partition.diverging_epoch.end_offset),
            LeaderEpoch::known(partition.diverging_epoch.epoch),
        ) {
            return observer.on_diverging(epoch, end);
        }
        let records = match &partition.records {
            Some(protocol::Records::Bytes(records)) if !records.is_empty() => {
                body.slice_ref(records)
            }
            _ => return,
        };
        if !observer.on_batches(now, &records) {
            self.observing.next_at = now.mono + PAUSE;
        }
    }

    fn on_snapshot_reply(&mut self, now: Now, body: &Bytes, fx: &mut Effects) -> Option<()> {
        let response =
            FetchSnapshotResponse::decode(&mut Reader::new(body), FETCH_SNAPSHOT).ok()?;
        self.report_foreign(response.error_code, fx);
        let partition = response.topics.first()?.partitions.first()?;
        let leader = &partition.current_leader;
        let is_known = self.note_leader(now, (leader.leader_id, leader.leader_epoch), fx);
        let observer = self.quorum.as_observer()?;
        match partition.error_code {
            ErrorCode::NONE => {
                let id = SnapshotId {
                    end_offset: Offset(partition.snapshot_id.end_offset),
                    epoch: LeaderEpoch(partition.snapshot_id.epoch),
                };
                let position = u64::try_from(partition.position).ok()?;
                let size = u64::try_from(partition.size).ok()?;
                let content = match &partition.unaligned_records {
                    protocol::Records::Bytes(content) => content,
                    protocol::Records::Region { .. } => return None,
                };
                observer.on_chunk(now, (id, position), size, content);
                Some(())
            }
            ErrorCode::SNAPSHOT_NOT_FOUND | ErrorCode::POSITION_OUT_OF_RANGE => {
                observer.on_snapshot_gone();
                Some(())
            }
            _ => is_known.then_some(()),
        }
    }

    /// Whoever was asked has told who leads; whether that is somebody else than was asked.
    fn note_leader(&mut self, now: Now, (leader, epoch): (i32, i32), fx: &mut Effects) -> bool {
        let (Some(leader), Some(epoch)) = (BrokerId::known(leader), LeaderEpoch::known(epoch))
        else {
            return false;
        };
        let is_news = self.leader != Some(leader) || self.observing.epoch != epoch;
        if is_news && (self.leader.is_none() || epoch >= self.observing.epoch) {
            self.observing.epoch = epoch;
            self.on_leader(now, Some(leader), fx);
            return true;
        }
        false
    }

    fn report_foreign(&mut self, error: ErrorCode, fx: &mut Effects) {
        if error == ErrorCode::INCONSISTENT_CLUSTER_ID {
            let cluster = self.broker.cluster_id();
            self.fail(
                format!(
                    "the controllers belong to another cluster than {cluster}, to which this node's directories belong: see \
                     controller.quorum.voters and log.dirs"
                ),
                fx,
            );
        }
    }
}
