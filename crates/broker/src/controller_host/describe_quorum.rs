//! DescribeQuorum, key 55, versions 0 to 2.
//!
//! - The leader, epoch and high watermark of `__cluster_metadata-0`, and how far each voter and observer is.
//! - Asked for any other partition, it answers `UNKNOWN_TOPIC_OR_PARTITION`.
//! - Version 1 adds times of fetches, version 2 directories and the voters' listeners (KIP-853): those that
//!   `controller.quorum.voters` names, or else those with which a voter has registered.

use std::borrow::Cow;

use model::{BrokerId, ErrorCode, Now, TimestampMs};
use protocol::describe_quorum_request::DescribeQuorumRequest;
use protocol::describe_quorum_response::{
    DescribeQuorumResponse, Listener, Node, PartitionData, ReplicaState, TopicData,
};
use quorum::{QuorumInfo, VoterProgress};

use super::serving::Follower;
use super::{ControllerHost, METADATA_TOPIC};

impl ControllerHost {
    pub(super) fn describe_quorum(
        &self,
        now: Now,
        version: i16,
        request: &DescribeQuorumRequest<'_>,
    ) -> DescribeQuorumResponse<'static> {
        let info = self.quorum.info();
        let topics = request.topics.iter().map(|topic| TopicData {
            topic_name: Cow::Owned(topic.topic_name.to_string()),
            partitions: (topic.partitions.iter())
                .map(|partition| {
                    let index = partition.partition_index;
                    if topic.topic_name == METADATA_TOPIC && index == 0 {
                        self.describe(now, &info)
                    } else {
                        unknown(index)
                    }
                })
                .collect(),
            ..Default::default()
        });
        DescribeQuorumResponse {
            topics: topics.collect(),
            nodes: if version >= 2 {
                self.voter_nodes(&info)
            } else {
                Vec::new()
            },
            ..Default::default()
        }
    }

    fn describe(&self, now: Now, info: &QuorumInfo) -> PartitionData<'static> {
        let me = self.broker.node_id();
        let state = |voter: &VoterProgress| {
            let is_leader = info.leader == Some(voter.id);
            let seen = |at: Option<TimestampMs>| match is_leader {
                true => now.wall.0,
                false => at.map_or(-1, |at| at.0),
            };
            ReplicaState {
                replica_id: voter.id.0,
                replica_directory_id: voter.directory_id,
                log_end_offset: voter.log_end_offset.map_or(-1, |end| end.0),
                last_fetch_timestamp: seen(voter.heard_at),
                last_caught_up_timestamp: seen(voter.caught_up_at),
                ..Default::default()
            }
        };
        let known = self
            .followers
            .known
            .iter()
            .filter(|_| info.leader == Some(me));
        let observers = known.map(|(id, follower)| observer(*id, follower));
        let is_voter = info.voters.iter().any(|voter| voter.id == me);
        let leader_is_me = info.leader == Some(me);
        PartitionData {
            error_code: if is_voter && !leader_is_me {
                ErrorCode::NOT_LEADER_OR_FOLLOWER
            } else {
                ErrorCode::NONE
            },
            leader_id: info.leader.map_or(-1, |leader| leader.0),
            leader_epoch: info.epoch.0,
            high_watermark: info.high_watermark.0,
            current_voters: info.voters.iter().map(state).collect(),
            observers: observers.collect(),
            ..Default::default()
        }
    }

    fn voter_nodes(&self, info: &QuorumInfo) -> Vec<Node<'static>> {
        let node = |voter: &VoterProgress| Node {
            node_id: voter.id.0,
            listeners: self.voter_listeners(voter.id),
            ..Default::default()
        };
        info.voters.iter().map(node).collect()
    }

    fn voter_listeners(&self, id: BrokerId) -> Vec<Listener<'static>> {
        let config = self.broker.effective.now();
        let voter = config.broker.voters.iter().find(|voter| voter.id == id);
        let name = config.broker.listeners.controller_names.first();
        if let (Some(voter), Some(name)) = (voter, name) {
            return vec![listener(name, &voter.host, voter.port)];
        }
        let image = self.broker.image();
        let endpoints = image.controller(id).into_iter().flat_map(|c| &c.endpoints);
        endpoints
            .map(|endpoint| listener(&endpoint.name, &endpoint.host, endpoint.port))
            .collect()
    }
}

fn observer(id: BrokerId, follower: &Follower) -> ReplicaState {
    ReplicaState {
        replica_id: id.0,
        replica_directory_id: follower.directory,
        log_end_offset: follower.end.0,
        last_fetch_timestamp: follower.fetched_at.0,
        last_caught_up_timestamp: follower.caught_up_at.map_or(-1, |at| at.0),
        ..Default::default()
    }
}

fn listener(name: &str, host: &str, port: u16) -> Listener<'static> {
    Listener {
        name: Cow::Owned(name.to_owned()),
        host: Cow::Owned(host.to_owned()),
        port,
        ..Default::default()
    }
}

fn unknown(partition_index: i32) -> PartitionData<'static> {
    PartitionData {
        partition_index,
        error_code: ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
        ..Default::default()
    }
}
