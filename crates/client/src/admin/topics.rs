//! Topics: made and deleted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use model::{ErrorCode, Uuid};
use protocol::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use protocol::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};

use crate::client::check;
use crate::{Client, ClientError, Target};

/// CreateTopics that leaves partitions and replicas to the cluster's defaults (KIP-464).
const CREATE_VERSIONS: RangeInclusive<i16> = 4..=i16::MAX;
/// DeleteTopics by name or id (KIP-516).
const DELETE_VERSIONS: RangeInclusive<i16> = 6..=i16::MAX;

/// A topic to be made.
#[derive(Clone, Debug, Default)]
pub struct NewTopic {
    /// Its name.
    pub name: String,
    /// How many partitions; absent, the cluster's `num.partitions`.
    pub partitions: Option<i32>,
    /// How many replicas; absent, the cluster's `default.replication.factor`.
    pub replication_factor: Option<i16>,
    /// Its configurations.
    pub configs: BTreeMap<String, String>,
    /// The replicas of each partition, where they are chosen by hand; then the counts above stay absent.
    pub assignments: Vec<Vec<i32>>,
}

impl Client {
    /// Makes a topic; the answer is its id, zero from an old broker. A repetition after a lost answer reports
    /// that the topic exists.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`].
    pub fn create_topic(&self, topic: &NewTopic, validate_only: bool) -> Result<Uuid, ClientError> {
        let configs = topic
            .configs
            .iter()
            .map(|(name, value)| CreatableTopicConfig {
                name: name.into(),
                value: Some(value.into()),
                ..CreatableTopicConfig::default()
            });
        let assignments = topic.assignments.iter().zip(0..);
        let assignments =
            assignments.map(|(broker_ids, partition_index)| CreatableReplicaAssignment {
                partition_index,
                broker_ids: broker_ids.clone(),
                ..CreatableReplicaAssignment::default()
            });
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: (&topic.name).into(),
                num_partitions: topic.partitions.unwrap_or(-1),
                replication_factor: topic.replication_factor.unwrap_or(-1),
                configs: configs.collect(),
                assignments: assignments.collect(),
                ..CreatableTopic::default()
            }],
            timeout_ms: self.timeout_ms(),
            validate_only,
            ..CreateTopicsRequest::default()
        };
        self.retrying(|| {
            let answer = self.send_between(Target::Any, CREATE_VERSIONS, &request)?;
            let response = answer.message()?;
            let result = response.topics.first();
            let result = result.ok_or_else(|| no_result(&topic.name))?;
            let what = format!("topic '{}'", topic.name);
            check(what, result.error_code, result.error_message.as_deref())?;
            Ok(result.topic_id)
        })
    }

    /// Deletes a topic.
    ///
    /// # Errors
    /// [`ClientError::UnknownTopic`], the broker's refusal, or as [`Client::send`].
    pub fn delete_topic(&self, name: &str) -> Result<(), ClientError> {
        let request = DeleteTopicsRequest {
            topics: vec![DeleteTopicState {
                name: Some(name.into()),
                ..DeleteTopicState::default()
            }],
            timeout_ms: self.timeout_ms(),
            ..DeleteTopicsRequest::default()
        };
        let answer = self.send_between(Target::Any, DELETE_VERSIONS, &request)?;
        let response = answer.message()?;
        let result = response.responses.first().ok_or_else(|| no_result(name))?;
        if result.error_code == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION {
            return Err(ClientError::UnknownTopic(name.to_owned()));
        }
        check(
            format!("topic '{name}'"),
            result.error_code,
            result.error_message.as_deref(),
        )
    }

    /// Gives a topic more partitions, `count` in all; the replicas of the new ones may be chosen by hand.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`].
    pub fn create_partitions(
        &self,
        topic: &str,
        count: i32,
        assignments: Option<&[Vec<i32>]>,
    ) -> Result<(), ClientError> {
        let assignments = assignments.map(|all| {
            let replicas = all.iter().map(|broker_ids| CreatePartitionsAssignment {
                broker_ids: broker_ids.clone(),
                ..CreatePartitionsAssignment::default()
            });
            replicas.collect()
        });
        let request = CreatePartitionsRequest {
            topics: vec![CreatePartitionsTopic {
                name: topic.into(),
                count,
                assignments,
                ..CreatePartitionsTopic::default()
            }],
            timeout_ms: self.timeout_ms(),
            ..CreatePartitionsRequest::default()
        };
        let answer = self.send(Target::Any, &request)?;
        let response = answer.message()?;
        let result = response.results.first().ok_or_else(|| no_result(topic))?;
        check(
            format!("topic '{topic}'"),
            result.error_code,
            result.error_message.as_deref(),
        )
    }

    /// What requests that carry a time-out say.
    pub(crate) fn timeout_ms(&self) -> i32 {
        i32::try_from(self.config().request_timeout.as_millis()).unwrap_or(i32::MAX)
    }
}

fn no_result(name: &str) -> ClientError {
    let message = Some("the answer says nothing of it");
    ClientError::refused(
        format!("topic '{name}'"),
        ErrorCode::UNKNOWN_SERVER_ERROR,
        message,
    )
}
