//! What an operator asks of the cluster meanwhile: to move replicas and to elect leaders.

use std::time::Duration;

use client::Target;
use protocol::alter_partition_reassignments_request::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use protocol::elect_leaders_request::{ElectLeadersRequest, TopicPartitions};

use crate::ground::{Ground, Stop};

/// How long a node may take to decide.
const TIMEOUT_MS: i32 = 2_000;
/// How often something is asked for while that is the fault.
const ROUNDS: usize = 4;

/// Takes a replica of each partition away and gives it back elsewhere in the order, and has preferred leaders elected.
///
/// # Errors
/// As [`Ground::look`]; what is refused is said, and no error.
pub fn reassign(ground: &mut Ground) -> Result<(), Stop> {
    for _ in 0..ROUNDS {
        let mut replicas = ground.cluster.ids();
        ground.chance.shuffle(&mut replicas);
        let count = 2 + ground.chance.below(2);
        let replicas: Vec<_> = replicas.into_iter().take(count).collect();
        ask(ground, &replicas);
        let time = ground.chance.millis(500, 2_500);
        ground.pass(time)?;
    }
    let mut replicas = ground.cluster.ids();
    ground.chance.shuffle(&mut replicas);
    replicas.truncate(3);
    ask(ground, &replicas);
    ground.pass(Duration::from_secs(1))
}

/// Asks for these replicas of every partition, and for the preferred leaders.
pub fn ask(ground: &mut Ground, replicas: &[usize]) {
    let ids: Vec<i32> = replicas
        .iter()
        .filter_map(|id| i32::try_from(*id).ok())
        .collect();
    let moved = move_replicas(ground, &ids);
    let elected = elect(ground);
    ground.say(&format!("replicas {ids:?}: {moved}; election: {elected}"));
}

fn move_replicas(ground: &mut Ground, ids: &[i32]) -> String {
    let partition = |partition_index| ReassignablePartition {
        partition_index,
        replicas: Some(ids.to_vec()),
        ..ReassignablePartition::default()
    };
    let topic = ReassignableTopic {
        name: ground.topic.into(),
        partitions: (0..ground.partitions).map(partition).collect(),
        ..ReassignableTopic::default()
    };
    let request = AlterPartitionReassignmentsRequest {
        timeout_ms: TIMEOUT_MS,
        topics: vec![topic],
        ..AlterPartitionReassignmentsRequest::default()
    };
    let node = ground.any_node();
    let sent = ground
        .cluster
        .client(node)
        .and_then(|client| client.send(Target::Any, &request));
    match sent.as_ref().map(|answer| answer.message()) {
        Ok(Ok(response)) => {
            let parts = response
                .responses
                .iter()
                .flat_map(|topic| &topic.partitions);
            let mut codes: Vec<_> = parts.map(|part| format!("{:?}", part.error_code)).collect();
            codes.push(format!("{:?}", response.error_code));
            codes.dedup();
            codes.join(" ")
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    }
}

fn elect(ground: &mut Ground) -> String {
    let topic = TopicPartitions {
        topic: ground.topic.into(),
        partitions: (0..ground.partitions).collect(),
        ..TopicPartitions::default()
    };
    let request = ElectLeadersRequest {
        topic_partitions: Some(vec![topic]),
        timeout_ms: TIMEOUT_MS,
        ..ElectLeadersRequest::default()
    };
    let node = ground.any_node();
    let sent = ground
        .cluster
        .client(node)
        .and_then(|client| client.send(Target::Any, &request));
    match sent.as_ref().map(|answer| answer.message()) {
        Ok(Ok(response)) => format!("{:?}", response.error_code),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    }
}
