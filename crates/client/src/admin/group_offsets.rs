//! Offsets of groups without members: set and deleted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_delete_request::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};

use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

/// OffsetCommit with topics by name.
const COMMIT_VERSIONS: RangeInclusive<i16> = 2..=9;

/// What became of each partition.
type Each = BTreeMap<TopicPartition, Result<(), ClientError>>;

impl Client {
    /// Sets offsets of a group that has no members.
    ///
    /// # Errors
    /// The first refusal, or as [`Client::send`], after retries.
    pub fn alter_offsets(
        &self,
        group: &str,
        offsets: &BTreeMap<TopicPartition, i64>,
    ) -> Result<(), ClientError> {
        let mut topics: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (tp, offset) in offsets {
            let partition = OffsetCommitRequestPartition {
                partition_index: tp.partition,
                committed_offset: *offset,
                committed_leader_epoch: -1,
                committed_metadata: Some("".into()),
                ..OffsetCommitRequestPartition::default()
            };
            topics.entry(&tp.topic).or_default().push(partition);
        }
        let topics = topics
            .into_iter()
            .map(|(name, partitions)| OffsetCommitRequestTopic {
                name: name.into(),
                partitions,
                ..OffsetCommitRequestTopic::default()
            });
        let request = OffsetCommitRequest {
            group_id: group.into(),
            generation_id_or_member_epoch: -1,
            topics: topics.collect(),
            ..OffsetCommitRequest::default()
        };
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send_between(target, COMMIT_VERSIONS, &request)?;
            for topic in &answer.message()?.topics {
                for partition in &topic.partitions {
                    let what = format!("offset of {}-{}", topic.name, partition.partition_index);
                    check(what, partition.error_code, None)?;
                }
            }
            Ok(())
        })
    }

    /// Deletes what a group committed for partitions; the answer says of each what became of it.
    ///
    /// # Errors
    /// The coordinator's refusal of all, or as [`Client::send`], after retries.
    pub fn delete_offsets(
        &self,
        group: &str,
        partitions: &[TopicPartition],
    ) -> Result<Each, ClientError> {
        let mut topics: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for tp in partitions {
            let partition = OffsetDeleteRequestPartition {
                partition_index: tp.partition,
            };
            topics.entry(&tp.topic).or_default().push(partition);
        }
        let topics = topics
            .into_iter()
            .map(|(name, partitions)| OffsetDeleteRequestTopic {
                name: name.into(),
                partitions,
            });
        let request = OffsetDeleteRequest {
            group_id: group.into(),
            topics: topics.collect(),
        };
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send(target, &request)?;
            let response = answer.message()?;
            check(format!("group '{group}'"), response.error_code, None)?;
            let mut each = Each::new();
            for topic in &response.topics {
                for partition in &topic.partitions {
                    let tp = TopicPartition::new(&topic.name, partition.partition_index);
                    let result = check(format!("offset of {tp}"), partition.error_code, None);
                    each.insert(tp, result);
                }
            }
            Ok(each)
        })
    }
}
