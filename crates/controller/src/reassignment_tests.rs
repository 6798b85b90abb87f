//! Replicas move to other brokers.

use model::{BrokerId, ErrorCode};
use protocol::alter_partition_reassignments_request::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use protocol::alter_partition_request::{
    AlterPartitionRequest, BrokerState, PartitionData, TopicData,
};
use protocol::list_partition_reassignments_request::ListPartitionReassignmentsRequest;

use crate::fixture::Cluster;

fn reassign(
    cluster: &mut Cluster,
    replicas: Option<&[i32]>,
    allow_factor: bool,
) -> (ErrorCode, String) {
    let partition = ReassignablePartition {
        partition_index: 0,
        replicas: replicas.map(<[i32]>::to_vec),
        ..ReassignablePartition::default()
    };
    let topic = ReassignableTopic {
        name: "t".into(),
        partitions: vec![partition],
        ..Default::default()
    };
    let request = AlterPartitionReassignmentsRequest {
        topics: vec![topic],
        allow_replication_factor_change: allow_factor,
        ..Default::default()
    };
    let decided = cluster.controller.alter_partition_reassignments(&request);
    let response = cluster.commit(decided);
    let result = &response.responses[0].partitions[0];
    (
        result.error_code,
        result
            .error_message
            .as_deref()
            .unwrap_or_default()
            .to_owned(),
    )
}

fn alter_isr(cluster: &mut Cluster, leader: i32, isr: &[i32]) -> ErrorCode {
    let partition = cluster.partition("t", 0);
    let member = |id: &i32| BrokerState {
        broker_id: *id,
        ..BrokerState::default()
    };
    let data = PartitionData {
        leader_epoch: partition.leader_epoch.0,
        partition_epoch: partition.partition_epoch.0,
        new_isr_with_epochs: isr.iter().map(member).collect(),
        ..PartitionData::default()
    };
    let (topic_id, broker_epoch) = (cluster.topic_id("t"), cluster.epoch(leader));
    let topics = vec![TopicData {
        topic_id,
        partitions: vec![data],
        ..TopicData::default()
    }];
    let request = AlterPartitionRequest {
        broker_id: leader,
        broker_epoch,
        topics,
        ..AlterPartitionRequest::default()
    };
    let decided = cluster.controller.alter_partition(3, &request);
    cluster.commit(decided).topics[0].partitions[0].error_code
}

fn replicas(cluster: &Cluster) -> [Vec<i32>; 3] {
    let partition = cluster.partition("t", 0);
    let list = |ids: &[BrokerId]| ids.iter().map(|id| id.0).collect();
    [
        list(&partition.replicas),
        list(partition.removing()),
        list(partition.adding()),
    ]
}

fn listed(cluster: &mut Cluster) -> usize {
    let request = ListPartitionReassignmentsRequest {
        topics: None,
        ..Default::default()
    };
    let decided = cluster.controller.list_partition_reassignments(&request);
    cluster.commit(decided).topics.len()
}

fn cluster_with_topic() -> Cluster {
    let mut cluster = Cluster::of(4);
    cluster.assign("t", &[&[0, 1]]);
    cluster
}

#[test]
fn a_reassignment_completes_when_all_its_targets_are_in_sync() {
    let mut cluster = cluster_with_topic();
    assert_eq!(
        reassign(&mut cluster, Some(&[2, 3]), true),
        (ErrorCode::NONE, String::new())
    );
    assert_eq!(
        replicas(&cluster),
        [vec![2, 3, 0, 1], vec![0, 1], vec![2, 3]]
    );
    assert_eq!(listed(&mut cluster), 1);
    assert_eq!(alter_isr(&mut cluster, 0, &[0, 1, 2]), ErrorCode::NONE);
    assert_eq!(
        alter_isr(&mut cluster, 0, &[0, 1, 2, 3]),
        ErrorCode::NEW_LEADER_ELECTED
    );
    assert_eq!(replicas(&cluster), [vec![2, 3], vec![], vec![]]);
    cluster.check("t", 0, "2/1 [2 3] []");
    assert_eq!(cluster.partition("t", 0).directories.len(), 2);
    assert_eq!(listed(&mut cluster), 0);
}

#[test]
fn another_order_of_the_same_replicas_takes_effect_at_once() {
    let mut cluster = cluster_with_topic();
    reassign(&mut cluster, Some(&[1, 0]), true);
    assert_eq!(replicas(&cluster), [vec![1, 0], vec![], vec![]]);
    cluster.check("t", 0, "0/0 [0 1] []");
}

#[test]
fn a_cancelled_reassignment_leaves_what_was() {
    let mut cluster = cluster_with_topic();
    reassign(&mut cluster, Some(&[1, 2]), true);
    alter_isr(&mut cluster, 0, &[0, 1]);
    assert_eq!(reassign(&mut cluster, None, true).0, ErrorCode::NONE);
    assert_eq!(replicas(&cluster), [vec![1, 0], vec![], vec![]]);
    assert_eq!(
        reassign(&mut cluster, None, true).0,
        ErrorCode::NO_REASSIGNMENT_IN_PROGRESS
    );
}

#[test]
fn reassignments_that_cannot_be_are_refused() {
    let mut cluster = cluster_with_topic();
    let (code, message) = reassign(&mut cluster, Some(&[0, 9]), true);
    assert_eq!(code, ErrorCode::INVALID_REPLICA_ASSIGNMENT);
    assert_eq!(
        message,
        "The manual partition assignment includes broker 9, but no such broker is registered."
    );
    let (code, message) = reassign(&mut cluster, Some(&[0, 1, 2]), false);
    assert_eq!(code, ErrorCode::INVALID_REPLICATION_FACTOR);
    assert_eq!(message, "The replication factor is changed from 2 to 3");
    assert_eq!(cluster.last, []);
}
