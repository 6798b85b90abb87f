//! Leaders change their ISR; administrators ask for elections.

use std::time::Duration;

use model::{BrokerId, ErrorCode, Uuid};
use protocol::alter_partition_request::{
    AlterPartitionRequest, BrokerState, PartitionData, TopicData,
};
use protocol::alter_partition_response::PartitionData as Answer;
use protocol::elect_leaders_request::{ElectLeadersRequest, TopicPartitions};

use crate::fixture::Cluster;

/// A proposal of the leader of partition 0 of topic "t" at the epochs that count.
fn propose(
    cluster: &mut Cluster,
    isr: &[i32],
    edit: impl FnOnce(&mut AlterPartitionRequest),
) -> (ErrorCode, Option<Answer>) {
    let partition = cluster.partition("t", 0);
    let leader = partition.leader.unwrap_or_default().0;
    let member = |id: &i32| BrokerState {
        broker_id: *id,
        ..BrokerState::default()
    };
    let data = PartitionData {
        partition_index: 0,
        leader_epoch: partition.leader_epoch.0,
        partition_epoch: partition.partition_epoch.0,
        new_isr_with_epochs: isr.iter().map(member).collect(),
        ..PartitionData::default()
    };
    let topic_id = cluster.topic_id("t");
    let mut request = AlterPartitionRequest {
        broker_id: leader,
        broker_epoch: cluster.epoch(leader),
        topics: vec![TopicData {
            topic_id,
            partitions: vec![data],
            ..TopicData::default()
        }],
        ..AlterPartitionRequest::default()
    };
    edit(&mut request);
    let decided = cluster.controller.alter_partition(3, &request);
    let response = cluster.commit(decided);
    let answer = response
        .topics
        .into_iter()
        .next()
        .map(|topic| topic.partitions[0].clone());
    (response.error_code, answer)
}

fn partition(request: &mut AlterPartitionRequest) -> &mut PartitionData {
    &mut request.topics[0].partitions[0]
}

#[track_caller]
fn refused(
    cluster: &mut Cluster,
    isr: &[i32],
    code: ErrorCode,
    edit: impl FnOnce(&mut AlterPartitionRequest),
) {
    let (request_code, answer) = propose(cluster, isr, edit);
    assert_eq!(request_code, ErrorCode::NONE);
    assert_eq!(answer.unwrap().error_code, code);
    assert_eq!(cluster.last, []);
}

fn cluster_with_topic() -> Cluster {
    let mut cluster = Cluster::of(3);
    cluster.assign("t", &[&[0, 1, 2]]);
    cluster
}

#[test]
fn the_leader_shrinks_and_expands_its_isr() {
    let mut cluster = cluster_with_topic();
    let (_, answer) = propose(&mut cluster, &[0, 2], |_| ());
    let answer = answer.unwrap();
    assert_eq!(answer.error_code, ErrorCode::NONE);
    assert_eq!(
        (
            answer.leader_id,
            answer.leader_epoch,
            answer.partition_epoch
        ),
        (0, 0, 1)
    );
    assert_eq!(answer.isr, [0, 2]);
    cluster.check("t", 0, "0/0 [0 2] []");
    propose(&mut cluster, &[0, 2, 1], |_| ());
    assert_eq!(cluster.kinds(), ["PartitionChange"]);
    cluster.check("t", 0, "0/0 [0 2 1] []");
}

#[test]
fn before_version_3_the_isr_comes_without_epochs() {
    let mut cluster = cluster_with_topic();
    let (topic_id, broker_epoch) = (cluster.topic_id("t"), cluster.epoch(0));
    let data = PartitionData {
        new_isr: vec![0],
        ..PartitionData::default()
    };
    let topics = vec![TopicData {
        topic_id,
        partitions: vec![data],
        ..TopicData::default()
    }];
    let request = AlterPartitionRequest {
        broker_epoch,
        topics,
        ..Default::default()
    };
    let decided = cluster.controller.alter_partition(2, &request);
    assert_eq!(cluster.commit(decided).topics[0].partitions[0].isr, [0]);
}

#[test]
fn a_proposal_at_other_epochs_is_refused() {
    let mut cluster = cluster_with_topic();
    propose(&mut cluster, &[0, 1], |_| ());
    let mut check = |code, edit: fn(&mut PartitionData)| {
        refused(&mut cluster, &[0], code, |request| edit(partition(request)));
    };
    check(ErrorCode::NOT_CONTROLLER, |p| p.leader_epoch += 1);
    check(ErrorCode::NOT_CONTROLLER, |p| p.partition_epoch += 1);
    check(ErrorCode::FENCED_LEADER_EPOCH, |p| p.leader_epoch -= 1);
    check(ErrorCode::INVALID_UPDATE_VERSION, |p| {
        p.partition_epoch -= 1
    });
    check(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, |p| {
        p.partition_index = 9
    });
    refused(&mut cluster, &[0], ErrorCode::UNKNOWN_TOPIC_ID, |request| {
        request.topics[0].topic_id = Uuid::reserved(99);
    });
    let (code, _) = propose(&mut cluster, &[0], |request| request.broker_epoch += 1);
    assert_eq!(code, ErrorCode::STALE_BROKER_EPOCH);
}

#[test]
fn an_isr_that_cannot_be_is_refused() {
    let mut cluster = cluster_with_topic();
    for isr in [&[1, 2][..], &[0, 0], &[0, 7], &[]] {
        refused(&mut cluster, isr, ErrorCode::INVALID_REQUEST, |_| ());
    }
    let recovering = |request: &mut AlterPartitionRequest| {
        partition(request).leader_recovery_state = 1;
    };
    refused(&mut cluster, &[0], ErrorCode::INVALID_REQUEST, recovering);
    let epoch = cluster.epoch(1);
    refused(&mut cluster, &[0], ErrorCode::INVALID_REQUEST, |request| {
        (request.broker_id, request.broker_epoch) = (1, epoch);
    });
}

#[test]
fn members_that_are_fenced_or_of_another_epoch_are_not_eligible() {
    let mut cluster = cluster_with_topic();
    cluster.lose(2);
    refused(
        &mut cluster,
        &[0, 1, 2],
        ErrorCode::INELIGIBLE_REPLICA,
        |_| (),
    );
    let (right, wrong) = (cluster.epoch(1), cluster.epoch(1) - 1);
    let epoch_of_1 = |epoch| {
        move |request: &mut AlterPartitionRequest| {
            partition(request).new_isr_with_epochs[1].broker_epoch = epoch;
        }
    };
    propose(&mut cluster, &[0], |_| ());
    refused(
        &mut cluster,
        &[0, 1],
        ErrorCode::INELIGIBLE_REPLICA,
        epoch_of_1(wrong),
    );
    let (_, answer) = propose(&mut cluster, &[0, 1], epoch_of_1(right));
    assert_eq!(answer.unwrap().error_code, ErrorCode::NONE);
}

#[test]
fn replicas_that_leave_an_isr_below_the_minimum_stay_eligible() {
    let mut cluster = cluster_with_topic();
    cluster.set_topic_config("t", "min.insync.replicas", "2");
    propose(&mut cluster, &[0, 2], |_| ());
    cluster.check("t", 0, "0/0 [0 2] []");
    propose(&mut cluster, &[0], |_| ());
    cluster.check("t", 0, "0/0 [0] [2]");
    cluster.lose(0);
    cluster.check("t", 0, "2/1 [2] [0]");
    propose(&mut cluster, &[2, 1], |_| ());
    cluster.check("t", 0, "2/1 [2 1] []");
}

#[test]
fn a_change_of_min_insync_replicas_forgets_who_is_eligible() {
    let mut cluster = cluster_with_topic();
    cluster.set_topic_config("t", "min.insync.replicas", "3");
    propose(&mut cluster, &[0], |_| ());
    cluster.check("t", 0, "0/0 [0] [1 2]");
    cluster.set_topic_config("t", "min.insync.replicas", "2");
    assert_eq!(cluster.kinds(), ["Config", "ClearElr"]);
    cluster.check("t", 0, "0/0 [0] []");
}

#[test]
fn a_leader_that_recovered_says_so() {
    let mut cluster = Cluster::of(1);
    cluster.assign("t", &[&[0]]);
    cluster.pass(Duration::from_secs(10));
    cluster.register(&Cluster::registration(0, 2));
    cluster.heartbeat(0, |_| ());
    assert_eq!(cluster.partition("t", 0).recovery.value(), 1);
    let (_, answer) = propose(&mut cluster, &[0], |_| ());
    assert_eq!(answer.unwrap().leader_recovery_state, 0);
    assert_eq!(cluster.partition("t", 0).recovery.value(), 0);
}

fn elect(
    cluster: &mut Cluster,
    election_type: i8,
    topics: Option<&[(&'static str, i32)]>,
) -> Vec<String> {
    let topic = |(name, index): &(&'static str, i32)| TopicPartitions {
        topic: (*name).into(),
        partitions: vec![*index],
        ..TopicPartitions::default()
    };
    let topic_partitions = topics.map(|topics| topics.iter().map(topic).collect());
    let request = ElectLeadersRequest {
        election_type,
        topic_partitions,
        ..Default::default()
    };
    let decided = cluster.controller.elect_leaders(&request);
    let results = cluster.commit(decided).replica_election_results;
    let told = |topic: &protocol::elect_leaders_response::ReplicaElectionResult<'_>| {
        let name = topic.topic.to_string();
        let results = topic.partition_result.clone().into_iter();
        results
            .map(move |r| {
                let message = r.error_message.as_deref().unwrap_or("-").to_owned();
                format!("{name}-{} {} {message}", r.partition_id, r.error_code)
            })
            .collect::<Vec<_>>()
    };
    results.iter().flat_map(told).collect()
}

#[test]
fn the_preferred_replica_leads_again_when_asked_for() {
    let mut cluster = cluster_with_topic();
    cluster.lose(0);
    cluster.check("t", 0, "1/1 [1 2] []");
    let told = elect(&mut cluster, 0, Some(&[("t", 0)]));
    assert_eq!(
        told,
        ["t-0 PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available."]
    );
    cluster.heartbeat(0, |_| ());
    propose(&mut cluster, &[1, 2, 0], |_| ());
    assert_eq!(elect(&mut cluster, 0, Some(&[("t", 0)])), ["t-0 NONE -"]);
    cluster.check("t", 0, "0/2 [1 2 0] []");
    let told = elect(&mut cluster, 0, Some(&[("t", 0), ("t", 7), ("u", 0)]));
    assert_eq!(
        told,
        [
            "t-0 ELECTION_NOT_NEEDED Leader election not needed for topic partition.",
            "t-7 UNKNOWN_TOPIC_OR_PARTITION No such partition as t-7",
            "u-0 UNKNOWN_TOPIC_OR_PARTITION No such topic as u",
        ]
    );
    assert_eq!(elect(&mut cluster, 0, None), Vec::<String>::new());
    assert_eq!(
        elect(&mut cluster, 9, Some(&[("t", 0)])),
        ["t-0 INVALID_REQUEST Unknown election type 9"]
    );
}

/// Broker 1 was never in sync with what broker 0, gone for good, has acknowledged.
fn leaderless() -> Cluster {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    propose(&mut cluster, &[0], |_| ());
    cluster.lose(0);
    cluster.check("t", 0, "-1/1 [] [0]");
    cluster
}

#[test]
fn an_unclean_election_takes_any_live_replica_and_marks_the_loss() {
    let mut cluster = leaderless();
    assert_eq!(elect(&mut cluster, 1, None), ["t-0 NONE -"]);
    cluster.check("t", 0, "1/2 [1] []");
    assert_eq!(cluster.partition("t", 0).recovery.value(), 1);
    cluster.lose(1);
    let told = elect(&mut cluster, 1, Some(&[("t", 0)]));
    let message = "Eligible topic partition leaders are not available.";
    assert_eq!(
        told,
        [format!("t-0 ELIGIBLE_LEADERS_NOT_AVAILABLE {message}")]
    );
}

#[test]
fn unclean_elections_happen_by_themselves_where_the_topic_allows_them() {
    let mut cluster = leaderless();
    cluster.pass(Duration::from_secs(300));
    cluster.heartbeat(1, |_| ());
    cluster.settle();
    cluster.check("t", 0, "-1/1 [] [0]");
    cluster.set_topic_config("t", "unclean.leader.election.enable", "true");
    cluster.pass(Duration::from_secs(300));
    cluster.heartbeat(1, |_| ());
    cluster.settle();
    cluster.check("t", 0, "1/2 [1] []");
}

#[test]
fn leaders_go_back_to_preferred_replicas_by_themselves() {
    let mut cluster = cluster_with_topic();
    cluster.lose(0);
    cluster.heartbeat(0, |_| ());
    propose(&mut cluster, &[1, 2, 0], |_| ());
    cluster.pass(Duration::from_secs(300));
    (0..3).for_each(|id| drop(cluster.heartbeat(id, |_| ())));
    cluster.settle();
    cluster.check("t", 0, "0/2 [1 2 0] []");
    assert_eq!(cluster.partition("t", 0).leader, Some(BrokerId(0)));
}
