//! Share groups (KIP-932): described, and their start offsets read, set and deleted.

use std::collections::BTreeMap;

use protocol::alter_share_group_offsets_request::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestPartition,
    AlterShareGroupOffsetsRequestTopic,
};
use protocol::delete_share_group_offsets_request::{
    DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsRequestTopic,
};
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};
use protocol::share_group_describe_request::ShareGroupDescribeRequest;
use protocol::share_group_describe_response::DescribedGroup;

use super::groups::{GroupDescription, GroupMember};
use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

/// How far a share group is in a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareOffset {
    /// The first offset that may still be delivered.
    pub start: i64,
    /// The leader epoch; absent where it is not known.
    pub leader_epoch: Option<i32>,
    /// How many records are left; absent where that is not known.
    pub lag: Option<i64>,
}

impl Client {
    /// A share group with its members.
    ///
    /// # Errors
    /// The coordinator's refusal, or as [`Client::send`], after retries.
    pub fn describe_share_group(&self, group: &str) -> Result<GroupDescription, ClientError> {
        let request = ShareGroupDescribeRequest {
            group_ids: vec![group.into()],
            ..ShareGroupDescribeRequest::default()
        };
        self.retrying(|| {
            let coordinator = self.coordinator(group)?;
            let answer = self.send(Target::Broker(coordinator), &request)?;
            let response = answer.message()?;
            let code = model::ErrorCode::GROUP_ID_NOT_FOUND;
            let absent = || ClientError::refused(format!("group '{group}'"), code, None);
            let found = response.groups.first().ok_or_else(absent)?;
            let message = found.error_message.as_deref();
            check(format!("group '{group}'"), found.error_code, message)?;
            Ok(GroupDescription {
                coordinator: self.cluster().nodes.get(&coordinator).cloned(),
                ..description(found)
            })
        })
    }

    /// How far a share group is; `None` where it has not begun.
    ///
    /// # Errors
    /// The coordinator's refusal, or as [`Client::send`], after retries.
    pub fn share_offsets(
        &self,
        group: &str,
    ) -> Result<BTreeMap<TopicPartition, Option<ShareOffset>>, ClientError> {
        let request = DescribeShareGroupOffsetsRequest {
            groups: vec![DescribeShareGroupOffsetsRequestGroup {
                group_id: group.into(),
                topics: None,
                ..DescribeShareGroupOffsetsRequestGroup::default()
            }],
            ..DescribeShareGroupOffsetsRequest::default()
        };
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send(target, &request)?;
            let mut offsets = BTreeMap::new();
            for group in &answer.message()?.groups {
                let message = group.error_message.as_deref();
                let what = format!("offsets of group '{}'", group.group_id);
                check(what.as_str(), group.error_code, message)?;
                for topic in &group.topics {
                    for partition in &topic.partitions {
                        let message = partition.error_message.as_deref();
                        check(what.as_str(), partition.error_code, message)?;
                        let tp = TopicPartition::new(&topic.topic_name, partition.partition_index);
                        let offset = ShareOffset {
                            start: partition.start_offset,
                            leader_epoch: Some(partition.leader_epoch).filter(|epoch| *epoch >= 0),
                            lag: Some(partition.lag).filter(|lag| *lag >= 0),
                        };
                        offsets.insert(tp, (offset.start >= 0).then_some(offset));
                    }
                }
            }
            Ok(offsets)
        })
    }

    /// Sets where an empty share group begins.
    ///
    /// # Errors
    /// The coordinator's first refusal, or as [`Client::send`], after retries.
    pub fn alter_share_offsets(
        &self,
        group: &str,
        offsets: &BTreeMap<TopicPartition, i64>,
    ) -> Result<(), ClientError> {
        let mut topics: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (tp, offset) in offsets {
            let partition = AlterShareGroupOffsetsRequestPartition {
                partition_index: tp.partition,
                start_offset: *offset,
                ..AlterShareGroupOffsetsRequestPartition::default()
            };
            topics.entry(&tp.topic).or_default().push(partition);
        }
        let topics =
            topics
                .into_iter()
                .map(|(name, partitions)| AlterShareGroupOffsetsRequestTopic {
                    topic_name: name.into(),
                    partitions,
                    ..AlterShareGroupOffsetsRequestTopic::default()
                });
        let request = AlterShareGroupOffsetsRequest {
            group_id: group.into(),
            topics: topics.collect(),
            ..AlterShareGroupOffsetsRequest::default()
        };
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send(target, &request)?;
            let response = answer.message()?;
            let what = format!("offsets of group '{group}'");
            let message = response.error_message.as_deref();
            check(what.as_str(), response.error_code, message)?;
            for topic in &response.responses {
                for partition in &topic.partitions {
                    let message = partition.error_message.as_deref();
                    check(what.as_str(), partition.error_code, message)?;
                }
            }
            Ok(())
        })
    }

    /// Deletes what a share group knows of topics; the answer says of each what became of it.
    ///
    /// # Errors
    /// The coordinator's refusal of all, or as [`Client::send`], after retries.
    pub fn delete_share_offsets(
        &self,
        group: &str,
        topics: &[&str],
    ) -> Result<BTreeMap<String, Result<(), ClientError>>, ClientError> {
        let named = topics
            .iter()
            .map(|topic| DeleteShareGroupOffsetsRequestTopic {
                topic_name: (*topic).into(),
                ..DeleteShareGroupOffsetsRequestTopic::default()
            });
        let request = DeleteShareGroupOffsetsRequest {
            group_id: group.into(),
            topics: named.collect(),
            ..DeleteShareGroupOffsetsRequest::default()
        };
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send(target, &request)?;
            let response = answer.message()?;
            let message = response.error_message.as_deref();
            check(format!("group '{group}'"), response.error_code, message)?;
            let each = response.responses.iter().map(|topic| {
                let message = topic.error_message.as_deref();
                let result = check("offsets of the topic", topic.error_code, message);
                (topic.topic_name.to_string(), result)
            });
            Ok(each.collect())
        })
    }
}

fn description(group: &DescribedGroup<'_>) -> GroupDescription {
    let members = group.members.iter().map(|member| {
        let topics = member.assignment.topic_partitions.iter();
        let partitions = topics.flat_map(|topic| {
            let indexes = topic.partitions.iter();
            indexes.map(|index| TopicPartition::new(&topic.topic_name, *index))
        });
        GroupMember {
            id: member.member_id.to_string(),
            instance_id: None,
            client_id: member.client_id.to_string(),
            host: member.client_host.to_string(),
            partitions: partitions.collect(),
            target: None,
            epoch: Some(member.member_epoch),
            is_upgraded: None,
        }
    });
    GroupDescription {
        id: group.group_id.to_string(),
        kind: "share",
        state: group.group_state.to_string(),
        assignor: group.assignor_name.to_string(),
        members: members.collect(),
        coordinator: None,
        epoch: Some(group.group_epoch),
        assignment_epoch: Some(group.assignment_epoch),
    }
}
