//! Topics with all that a broker tells of their partitions, and the moves that are under way.

use std::collections::BTreeMap;

use model::{BrokerId, ErrorCode, Uuid};
use protocol::ApiKey;
use protocol::describe_topic_partitions_request::{
    Cursor, DescribeTopicPartitionsRequest, TopicRequest,
};
use protocol::describe_topic_partitions_response::{
    DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use protocol::list_partition_reassignments_request::{
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsTopics,
};

use crate::client::check;
use crate::{Client, ClientError, Partition, Target, Topic, TopicPartition};

/// A topic as described.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicDescription {
    /// Its name.
    pub name: String,
    /// Its id; zero from a broker older than topic ids.
    pub id: Uuid,
    /// Its partitions, by number.
    pub partitions: BTreeMap<i32, PartitionDescription>,
}

/// A partition as described.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartitionDescription {
    /// Leader and replicas.
    pub state: Partition,
    /// The eligible leader replicas (KIP-966); absent from a broker that does not tell.
    pub elr: Option<Vec<i32>>,
    /// The last known eligible leader replicas.
    pub last_known_elr: Option<Vec<i32>>,
}

/// How the replicas of a partition are being changed (KIP-455).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reassignment {
    /// All replicas, old and new.
    pub replicas: Vec<i32>,
    /// Those that come.
    pub adding: Vec<i32>,
    /// Those that go.
    pub removing: Vec<i32>,
}

impl Client {
    /// Topics with their partitions; each answer holds no more than `limit` of them.
    ///
    /// # Errors
    /// The first topic's error, or as [`Client::send`], after retries.
    pub fn describe_topics(
        &self,
        names: &[&str],
        limit: i32,
    ) -> Result<Vec<TopicDescription>, ClientError> {
        self.retrying(|| match self.describe_topics_once(names, limit) {
            Err(ClientError::Unsupported {
                api: ApiKey::DescribeTopicPartitions,
                ..
            }) => self.describe_by_metadata(names),
            result => result,
        })
    }

    fn describe_topics_once(
        &self,
        names: &[&str],
        limit: i32,
    ) -> Result<Vec<TopicDescription>, ClientError> {
        let mut topics: BTreeMap<String, TopicDescription> = BTreeMap::new();
        let mut next: Option<(String, i32)> = None;
        let mut names = names.to_vec();
        names.sort_unstable();
        loop {
            let from = next.as_ref().map_or("", |(topic, _)| topic);
            let left = names.iter().filter(|name| **name >= from);
            let request = DescribeTopicPartitionsRequest {
                topics: left
                    .map(|name| TopicRequest {
                        name: (*name).into(),
                        ..TopicRequest::default()
                    })
                    .collect(),
                response_partition_limit: limit,
                cursor: next.as_ref().map(|(topic, partition)| Cursor {
                    topic_name: topic.into(),
                    partition_index: *partition,
                    ..Cursor::default()
                }),
                ..DescribeTopicPartitionsRequest::default()
            };
            let answer = self.send(Target::Any, &request)?;
            let response = answer.message()?;
            for topic in &response.topics {
                take(&mut topics, topic)?;
            }
            let cursor = response.next_cursor.as_ref();
            let cursor = cursor.map(|at| (at.topic_name.to_string(), at.partition_index));
            if cursor.is_none() || cursor == next {
                return Ok(topics.into_values().collect());
            }
            next = cursor;
        }
    }

    fn describe_by_metadata(&self, names: &[&str]) -> Result<Vec<TopicDescription>, ClientError> {
        let cluster = self.topics(names, false)?;
        let described = names.iter().filter_map(|name| {
            let topic = cluster.topics.get(*name)?;
            Some(of_metadata(name, topic))
        });
        Ok(described.collect())
    }

    /// The moves under way of these partitions, or of all.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn list_reassignments(
        &self,
        partitions: Option<&[TopicPartition]>,
    ) -> Result<BTreeMap<TopicPartition, Reassignment>, ClientError> {
        let request = ListPartitionReassignmentsRequest {
            timeout_ms: self.timeout_ms(),
            topics: partitions.map(of_topics),
            ..ListPartitionReassignmentsRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(Target::Any, &request)?;
            let response = answer.message()?;
            let message = response.error_message.as_deref();
            check("moves of partitions", response.error_code, message)?;
            let mut moves = BTreeMap::new();
            for topic in &response.topics {
                for partition in &topic.partitions {
                    let tp = TopicPartition::new(&topic.name, partition.partition_index);
                    let going = Reassignment {
                        replicas: partition.replicas.clone(),
                        adding: partition.adding_replicas.clone(),
                        removing: partition.removing_replicas.clone(),
                    };
                    moves.insert(tp, going);
                }
            }
            Ok(moves)
        })
    }
}

fn of_topics(partitions: &[TopicPartition]) -> Vec<ListPartitionReassignmentsTopics<'_>> {
    let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
    for tp in partitions {
        by_topic.entry(&tp.topic).or_default().push(tp.partition);
    }
    let topics =
        by_topic.into_iter().map(
            |(name, partition_indexes)| ListPartitionReassignmentsTopics {
                name: name.into(),
                partition_indexes,
                ..ListPartitionReassignmentsTopics::default()
            },
        );
    topics.collect()
}

fn take(
    topics: &mut BTreeMap<String, TopicDescription>,
    topic: &DescribeTopicPartitionsResponseTopic<'_>,
) -> Result<(), ClientError> {
    let name = topic.name.as_deref().unwrap_or_default();
    if topic.error_code == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION {
        return Err(ClientError::UnknownTopic(name.to_owned()));
    }
    check(format!("topic '{name}'"), topic.error_code, None)?;
    let described = topics
        .entry(name.to_owned())
        .or_insert_with(|| TopicDescription {
            name: name.to_owned(),
            id: topic.topic_id,
            partitions: BTreeMap::new(),
        });
    let partitions = topic.partitions.iter();
    described
        .partitions
        .extend(partitions.map(|partition| (partition.partition_index, of_partition(partition))));
    Ok(())
}

fn of_partition(partition: &DescribeTopicPartitionsResponsePartition) -> PartitionDescription {
    PartitionDescription {
        state: Partition {
            leader: BrokerId::known(partition.leader_id),
            leader_epoch: partition.leader_epoch,
            replicas: partition.replica_nodes.clone(),
            isr: partition.isr_nodes.clone(),
            offline: partition.offline_replicas.clone(),
        },
        elr: partition.eligible_leader_replicas.clone(),
        last_known_elr: partition.last_known_elr.clone(),
    }
}

fn of_metadata(name: &str, topic: &Topic) -> TopicDescription {
    let partitions = topic.partitions.iter().map(|(index, state)| {
        let described = PartitionDescription {
            state: state.clone(),
            ..PartitionDescription::default()
        };
        (*index, described)
    });
    TopicDescription {
        name: name.to_owned(),
        id: topic.id,
        partitions: partitions.collect(),
    }
}
