//! Brokers say in which directory each replica lies.

use metadata::Topic;
use model::{BrokerId, ErrorCode, PartitionIndex, TopicIdPartition};
use protocol::assign_replicas_to_dirs_request::{self as request, AssignReplicasToDirsRequest};
use protocol::assign_replicas_to_dirs_response::{self as response, AssignReplicasToDirsResponse};
use statemachine::Decision;

use crate::controller::{Controller, Decided, Record};
use crate::leadership::Fate;

/// 3.7-IV2.
const DIRECTORIES_SINCE: i16 = 17;

impl Controller {
    /// AssignReplicasToDirs, key 73, version 0 (KIP-858).
    ///
    /// - Notes the directory of each replica; a replica in a directory that is offline loses
    ///   leadership and ISR, and one that was without leader because of its former directory gets one.
    /// - `STALE_BROKER_EPOCH`, `UNSUPPORTED_VERSION` before metadata version 3.7-IV2; per partition
    ///   `UNKNOWN_TOPIC_ID`, `UNKNOWN_TOPIC_OR_PARTITION`, `NOT_LEADER_OR_FOLLOWER`.
    #[must_use]
    pub fn assign_replicas_to_dirs(
        &self,
        request: &AssignReplicasToDirsRequest,
    ) -> Decided<AssignReplicasToDirsResponse> {
        let error = |error_code| AssignReplicasToDirsResponse {
            error_code,
            ..Default::default()
        };
        if self.image.metadata_version() < DIRECTORIES_SINCE {
            return Decision::read(error(ErrorCode::UNSUPPORTED_VERSION));
        }
        let broker = match self.check_broker_epoch(request.broker_id, request.broker_epoch) {
            Ok(broker) => broker,
            Err(refused) => return Decision::read(error(refused.code)),
        };
        let mut records = Vec::new();
        let mut offline = Vec::new();
        let directories = request.directories.iter().map(|directory| {
            let lost = !broker.has_online_dir(directory.id);
            let lost = lost.then_some(&mut offline);
            self.assign_to(broker.id, directory, &mut records, lost)
        });
        let directories = directories.collect();
        records.extend(self.give_up(broker.id, &offline));
        Decision::write(
            records,
            AssignReplicasToDirsResponse {
                directories,
                ..Default::default()
            },
        )
    }

    fn assign_to(
        &self,
        broker: BrokerId,
        directory: &request::DirectoryData,
        records: &mut Vec<Record>,
        mut lost: Option<&mut Vec<TopicIdPartition>>,
    ) -> response::DirectoryData {
        let mut topics = Vec::new();
        for topic in &directory.topics {
            let known = self.image.topics().get(topic.topic_id);
            let mut partitions = Vec::new();
            for partition in &topic.partitions {
                let index = PartitionIndex(partition.partition_index);
                let outcome = self.assign_one(broker, directory.id, known, index);
                if let (Ok(_), Some(lost)) = (&outcome, &mut lost) {
                    lost.push(TopicIdPartition {
                        topic_id: topic.topic_id,
                        partition: index,
                    });
                }
                partitions.push(response::PartitionData {
                    partition_index: index.0,
                    error_code: outcome.as_ref().err().copied().unwrap_or(ErrorCode::NONE),
                    ..response::PartitionData::default()
                });
                records.extend(outcome.ok().flatten());
            }
            let topic_id = topic.topic_id;
            topics.push(response::TopicData {
                topic_id,
                partitions,
                ..Default::default()
            });
        }
        response::DirectoryData {
            id: directory.id,
            topics,
            ..Default::default()
        }
    }

    fn assign_one(
        &self,
        broker: BrokerId,
        directory: model::DirectoryId,
        topic: Option<&Topic>,
        index: PartitionIndex,
    ) -> Result<Option<Record>, ErrorCode> {
        let topic = topic.ok_or(ErrorCode::UNKNOWN_TOPIC_ID)?;
        let partition = topic
            .partition(index)
            .ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)?;
        if !partition.replicas.contains(&broker) {
            return Err(ErrorCode::NOT_LEADER_OR_FOLLOWER);
        }
        let mut change = self
            .change(topic, index, partition)
            .directory(broker, directory);
        let registered = self.image.broker(broker);
        if registered.is_some_and(|broker| broker.is_active() && broker.has_online_dir(directory)) {
            change = change.may_lead(broker);
        }
        Ok(change.build().map(Into::into))
    }

    fn give_up(&self, broker: BrokerId, lost: &[TopicIdPartition]) -> Vec<Record> {
        if lost.is_empty() {
            return Vec::new();
        }
        self.follow_all(Fate::Removed(broker), lost)
    }
}
