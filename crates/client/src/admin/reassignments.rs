//! Replicas moved to other brokers and other log directories.

use std::collections::BTreeMap;

use model::BrokerId;
use protocol::alter_partition_reassignments_request::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use protocol::alter_replica_log_dirs_request::{
    AlterReplicaLogDir, AlterReplicaLogDirTopic, AlterReplicaLogDirsRequest,
};

use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

/// What became of each partition.
type Outcomes = BTreeMap<TopicPartition, Result<(), ClientError>>;

impl Client {
    /// Moves partitions to other replicas, or with `None` ends such a move; whether the number of replicas may change is said too
    /// (KIP-455, KIP-860).
    ///
    /// # Errors
    /// The controller's refusal of all, or as [`Client::send`].
    pub fn alter_reassignments(
        &self,
        moves: &BTreeMap<TopicPartition, Option<Vec<i32>>>,
        may_change_count: bool,
    ) -> Result<Outcomes, ClientError> {
        let mut topics: BTreeMap<&str, Vec<ReassignablePartition>> = BTreeMap::new();
        for (tp, replicas) in moves {
            let partitions = topics.entry(&tp.topic).or_default();
            partitions.push(ReassignablePartition {
                partition_index: tp.partition,
                replicas: replicas.clone(),
                ..ReassignablePartition::default()
            });
        }
        let topics = topics
            .into_iter()
            .map(|(name, partitions)| ReassignableTopic {
                name: name.into(),
                partitions,
                ..ReassignableTopic::default()
            });
        let request = AlterPartitionReassignmentsRequest {
            timeout_ms: self.timeout_ms(),
            allow_replication_factor_change: may_change_count,
            topics: topics.collect(),
            ..AlterPartitionReassignmentsRequest::default()
        };
        // Only from version 1 on is it heard that the number must stay.
        let lowest = i16::from(!may_change_count);
        let answer = self.send_between(Target::Any, lowest..=i16::MAX, &request)?;
        let response = answer.message()?;
        let message = response.error_message.as_deref();
        check("moves of partitions", response.error_code, message)?;
        let mut outcomes = Outcomes::new();
        for topic in &response.responses {
            for partition in &topic.partitions {
                let tp = TopicPartition::new(&topic.name, partition.partition_index);
                let message = partition.error_message.as_deref();
                let outcome = check(format!("move of {tp}"), partition.error_code, message);
                outcomes.insert(tp, outcome);
            }
        }
        Ok(outcomes)
    }

    /// Moves replicas on one broker to other log directories, which are named by their paths (KIP-113).
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn alter_replica_log_dirs(
        &self,
        broker: BrokerId,
        moves: &[(TopicPartition, &str)],
    ) -> Result<Outcomes, ClientError> {
        let mut dirs: BTreeMap<&str, BTreeMap<&str, Vec<i32>>> = BTreeMap::new();
        for (tp, path) in moves {
            let topics = dirs.entry(path).or_default();
            topics.entry(&tp.topic).or_default().push(tp.partition);
        }
        let dirs = dirs.into_iter().map(|(path, topics)| {
            let topics = topics
                .into_iter()
                .map(|(name, partitions)| AlterReplicaLogDirTopic {
                    name: name.into(),
                    partitions,
                    ..AlterReplicaLogDirTopic::default()
                });
            AlterReplicaLogDir {
                path: path.into(),
                topics: topics.collect(),
                ..AlterReplicaLogDir::default()
            }
        });
        let request = AlterReplicaLogDirsRequest {
            dirs: dirs.collect(),
            ..AlterReplicaLogDirsRequest::default()
        };
        let answer = self.send(Target::Broker(broker), &request)?;
        let mut outcomes = Outcomes::new();
        for topic in &answer.message()?.results {
            for partition in &topic.partitions {
                let tp = TopicPartition::new(&topic.topic_name, partition.partition_index);
                let outcome = check(format!("directory of {tp}"), partition.error_code, None);
                outcomes.insert(tp, outcome);
            }
        }
        Ok(outcomes)
    }
}
