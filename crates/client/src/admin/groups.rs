//! Groups: listed, described, and what they committed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use model::{BrokerId, ErrorCode};
use protocol::ApiKey;
use protocol::consumer_group_describe_request::ConsumerGroupDescribeRequest;
use protocol::consumer_group_describe_response::{self, DescribedGroup as ConsumerGroup};
use protocol::delete_groups_request::DeleteGroupsRequest;
use protocol::describe_groups_request::DescribeGroupsRequest;
use protocol::describe_groups_response::DescribedGroup as ClassicGroup;
use protocol::list_groups_request::ListGroupsRequest;
use protocol::offset_fetch_request::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};

use crate::client::check;
use crate::consumer::assigned_partitions;
use crate::{Client, ClientError, Node, Target, TopicPartition};

/// OffsetFetch of several groups (KIP-709), topics by name.
const OFFSET_FETCH_VERSIONS: RangeInclusive<i16> = 8..=9;

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupListing {
    /// Its id.
    pub id: String,
    /// `classic`, `consumer`, `share` or `streams`; empty from an old broker.
    pub kind: String,
    /// Its state, `Stable` for instance.
    pub state: String,
    /// What its members are, `consumer` for instance.
    pub protocol_type: String,
}

/// A group and its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupDescription {
    /// Its id.
    pub id: String,
    /// `classic` or `consumer`.
    pub kind: &'static str,
    /// Its state.
    pub state: String,
    /// How partitions are shared out, `range` for instance.
    pub assignor: String,
    /// Its members.
    pub members: Vec<GroupMember>,
    /// The broker that coordinates it.
    pub coordinator: Option<Node>,
    /// Its epoch; absent for a classic group.
    pub epoch: Option<i32>,
    /// The epoch of its target assignment; absent for a classic group.
    pub assignment_epoch: Option<i32>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// Its member id.
    pub id: String,
    /// Its `group.instance.id`, for a static member.
    pub instance_id: Option<String>,
    /// What its client calls itself.
    pub client_id: String,
    /// Where it is.
    pub host: String,
    /// Its partitions.
    pub partitions: BTreeSet<TopicPartition>,
    /// The partitions that it is to have; absent for a classic group.
    pub target: Option<BTreeSet<TopicPartition>>,
    /// Its epoch; absent for a classic group.
    pub epoch: Option<i32>,
    /// Whether it speaks the consumer protocol; absent where the broker does not tell.
    pub is_upgraded: Option<bool>,
}

/// How far a group is in a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedOffset {
    /// The offset of the next record to be read.
    pub offset: i64,
    /// The leader epoch of the record before it, -1 if unknown.
    pub leader_epoch: i32,
    /// What the consumer added.
    pub metadata: String,
}

impl Client {
    /// The groups of all brokers, by id.
    ///
    /// # Errors
    /// As [`Client::send`], after retries.
    pub fn list_groups(&self) -> Result<Vec<GroupListing>, ClientError> {
        self.retrying(|| {
            let mut groups = BTreeSet::new();
            for id in self.refresh()?.nodes.keys() {
                let request = ListGroupsRequest::default();
                let answer = self.send(Target::Broker(*id), &request)?;
                let response = answer.message()?;
                check("list of groups", response.error_code, None)?;
                groups.extend(response.groups.iter().map(|group| GroupListing {
                    id: group.group_id.to_string(),
                    kind: group.group_type.to_string(),
                    state: group.group_state.to_string(),
                    protocol_type: group.protocol_type.to_string(),
                }));
            }
            Ok(groups.into_iter().collect())
        })
    }

    /// A group with its members: of the consumer protocol where the broker has such a group, else classic.
    ///
    /// # Errors
    /// [`ErrorCode::GROUP_ID_NOT_FOUND`] where there is none; or as [`Client::send`], after retries.
    pub fn describe_group(&self, group: &str) -> Result<GroupDescription, ClientError> {
        self.retrying(|| {
            let coordinator = self.coordinator(group)?;
            let described = match self.describe_consumer_group(group, coordinator)? {
                Some(description) => description,
                None => self.describe_classic_group(group, coordinator)?,
            };
            Ok(GroupDescription {
                coordinator: self.cluster().nodes.get(&coordinator).cloned(),
                ..described
            })
        })
    }

    fn describe_consumer_group(
        &self,
        id: &str,
        coordinator: BrokerId,
    ) -> Result<Option<GroupDescription>, ClientError> {
        let request = ConsumerGroupDescribeRequest {
            group_ids: vec![id.into()],
            ..ConsumerGroupDescribeRequest::default()
        };
        let answer = match self.send(Target::Broker(coordinator), &request) {
            Err(ClientError::Unsupported {
                api: ApiKey::ConsumerGroupDescribe,
                ..
            }) => return Ok(None),
            answer => answer?,
        };
        match answer.message()?.groups.first() {
            None => Ok(None),
            Some(group) if group.error_code == ErrorCode::GROUP_ID_NOT_FOUND => Ok(None),
            Some(group) => {
                let what = format!("group '{id}'");
                check(what, group.error_code, group.error_message.as_deref())?;
                Ok(Some(of_consumer_group(group)))
            }
        }
    }

    fn describe_classic_group(
        &self,
        id: &str,
        coordinator: BrokerId,
    ) -> Result<GroupDescription, ClientError> {
        let request = DescribeGroupsRequest {
            groups: vec![id.into()],
            ..DescribeGroupsRequest::default()
        };
        let answer = self.send(Target::Broker(coordinator), &request)?;
        let response = answer.message()?;
        let missing =
            || ClientError::refused(format!("group '{id}'"), ErrorCode::GROUP_ID_NOT_FOUND, None);
        let group = response.groups.first().ok_or_else(missing)?;
        check(
            format!("group '{id}'"),
            group.error_code,
            group.error_message.as_deref(),
        )?;
        if group.group_state == "Dead" {
            return Err(missing());
        }
        Ok(of_classic_group(group))
    }

    /// What a group committed, for `partitions` or for all that it has.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn committed(
        &self,
        group: &str,
        partitions: Option<&[TopicPartition]>,
    ) -> Result<BTreeMap<TopicPartition, CommittedOffset>, ClientError> {
        let request = offset_fetch_request(group, partitions);
        self.retrying(|| {
            let target = Target::Broker(self.coordinator(group)?);
            let answer = self.send_between(target, OFFSET_FETCH_VERSIONS, &request)?;
            let mut committed = BTreeMap::new();
            for group in &answer.message()?.groups {
                let what = || format!("offsets of group '{}'", group.group_id);
                check(what(), group.error_code, None)?;
                for topic in &group.topics {
                    for partition in &topic.partitions {
                        check(what(), partition.error_code, None)?;
                        if partition.committed_offset < 0 {
                            continue;
                        }
                        let tp = TopicPartition::new(&topic.name, partition.partition_index);
                        let offset = CommittedOffset {
                            offset: partition.committed_offset,
                            leader_epoch: partition.committed_leader_epoch,
                            metadata: partition.metadata.as_deref().unwrap_or_default().to_owned(),
                        };
                        committed.insert(tp, offset);
                    }
                }
            }
            Ok(committed)
        })
    }

    /// Deletes a group that has no members, and its offsets.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`].
    pub fn delete_group(&self, group: &str) -> Result<(), ClientError> {
        let request = DeleteGroupsRequest {
            groups_names: vec![group.into()],
            ..DeleteGroupsRequest::default()
        };
        let target = Target::Broker(self.retrying(|| self.coordinator(group))?);
        let answer = self.send(target, &request)?;
        for result in &answer.message()?.results {
            check(format!("group '{group}'"), result.error_code, None)?;
        }
        Ok(())
    }
}

fn offset_fetch_request<'a>(
    group: &'a str,
    partitions: Option<&'a [TopicPartition]>,
) -> OffsetFetchRequest<'a> {
    let topics = partitions.map(|partitions| {
        let mut by_topic: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
        for tp in partitions {
            by_topic.entry(&tp.topic).or_default().push(tp.partition);
        }
        let topics =
            by_topic
                .into_iter()
                .map(|(name, partition_indexes)| OffsetFetchRequestTopics {
                    name: name.into(),
                    partition_indexes,
                    ..OffsetFetchRequestTopics::default()
                });
        topics.collect()
    });
    OffsetFetchRequest {
        groups: vec![OffsetFetchRequestGroup {
            group_id: group.into(),
            topics,
            ..OffsetFetchRequestGroup::default()
        }],
        require_stable: true,
        ..OffsetFetchRequest::default()
    }
}

fn of_consumer_group(group: &ConsumerGroup<'_>) -> GroupDescription {
    let partitions = |assignment: &consumer_group_describe_response::Assignment<'_>| {
        let topics = assignment.topic_partitions.iter();
        let all = topics.flat_map(|topic| {
            let numbers = topic.partitions.iter();
            numbers.map(|partition| TopicPartition::new(&topic.topic_name, *partition))
        });
        all.collect()
    };
    let members = group.members.iter().map(|member| GroupMember {
        id: member.member_id.to_string(),
        instance_id: member.instance_id.as_deref().map(str::to_owned),
        client_id: member.client_id.to_string(),
        host: member.client_host.to_string(),
        partitions: partitions(&member.assignment),
        target: Some(partitions(&member.target_assignment)),
        epoch: Some(member.member_epoch),
        is_upgraded: match member.member_type {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    });
    GroupDescription {
        id: group.group_id.to_string(),
        kind: "consumer",
        state: group.group_state.to_string(),
        assignor: group.assignor_name.to_string(),
        members: members.collect(),
        coordinator: None,
        epoch: Some(group.group_epoch),
        assignment_epoch: Some(group.assignment_epoch),
    }
}

fn of_classic_group(group: &ClassicGroup<'_>) -> GroupDescription {
    let members = group.members.iter().map(|member| GroupMember {
        id: member.member_id.to_string(),
        instance_id: member.group_instance_id.as_deref().map(str::to_owned),
        client_id: member.client_id.to_string(),
        host: member.client_host.to_string(),
        partitions: assigned_partitions(&member.member_assignment),
        target: None,
        epoch: None,
        is_upgraded: None,
    });
    GroupDescription {
        id: group.group_id.to_string(),
        kind: "classic",
        state: group.group_state.to_string(),
        assignor: group.protocol_data.to_string(),
        members: members.collect(),
        coordinator: None,
        epoch: None,
        assignment_epoch: None,
    }
}
