//! DescribeTopicPartitions, key 75, version 0 (KIP-966).
//!
//! - Topics in the order of their names, all of them for an empty list, with the eligible leader replicas that
//!   Metadata does not have.
//! - With each topic comes what the client may do with it.
//! - A page has at most `response_partition_limit` partitions, and no more than
//!   `max.request.partition.size.limit`; the cursor says where the next one starts.

use std::borrow::Cow;
use std::collections::BTreeSet;

use metadata::{Image, Partition, Topic};
use model::ErrorCode;
use protocol::describe_topic_partitions_request::DescribeTopicPartitionsRequest;
use protocol::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponse, DescribeTopicPartitionsResponsePartition,
    DescribeTopicPartitionsResponseTopic,
};

use super::Cx;
use super::access::ResourceKind;
use crate::broker::Broker;
use crate::connection::Handled;
use crate::topics::is_internal;
use crate::view::{is_live, offline_replicas};

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeTopicPartitionsRequest<'_>,
) -> Handled {
    let image = broker.image();
    let start = request
        .cursor
        .as_ref()
        .map(|cursor| (&*cursor.topic_name, cursor.partition_index));
    if start.is_some_and(|(_, partition)| partition < 0) {
        // Kafka refuses the whole request and closes the connection.
        let reason = "DescribeTopicPartitions: the cursor's partition is negative".to_owned();
        return Handled::Close(crate::connection::CloseReason::InvalidRequest(reason));
    }
    let asked = names(&image, request);
    let most = broker.effective.now().broker.network.max_request_partitions as usize;
    let limit = usize::try_from(request.response_partition_limit)
        .unwrap_or(0)
        .clamp(1, most.max(1));
    let mut page = Page {
        left: limit,
        ..Page::default()
    };
    for name in asked
        .iter()
        .filter(|name| start.is_none_or(|(first, _)| name.as_str() >= first))
    {
        let first = start
            .filter(|(topic, _)| topic == name)
            .map_or(0, |(_, partition)| partition);
        if !page.add(&image, name, first, !request.topics.is_empty()) {
            break;
        }
    }
    cx.reply(&DescribeTopicPartitionsResponse {
        topics: page.topics,
        next_cursor: page.next,
        ..Default::default()
    })
}

fn names(image: &Image, request: &DescribeTopicPartitionsRequest<'_>) -> BTreeSet<String> {
    if request.topics.is_empty() {
        return image
            .topics()
            .iter()
            .map(|topic| topic.name.to_string())
            .collect();
    }
    request
        .topics
        .iter()
        .map(|topic| topic.name.to_string())
        .collect()
}

#[derive(Default)]
struct Page {
    topics: Vec<DescribeTopicPartitionsResponseTopic<'static>>,
    next: Option<Cursor<'static>>,
    left: usize,
}

impl Page {
    /// Adds a topic from partition `first` on; `false` when the page is full.
    fn add(&mut self, image: &Image, name: &str, first: i32, named: bool) -> bool {
        if self.left == 0 {
            self.next = Some(cursor(name, first));
            return false;
        }
        let Some(topic) = image.topics().by_name(name) else {
            if named {
                self.topics.push(missing(name));
            }
            return true;
        };
        let partitions = topic
            .partitions
            .iter()
            .filter(|(index, _)| index.0 >= first);
        let mut described = Vec::new();
        for (index, partition) in partitions {
            if self.left == 0 {
                self.next = Some(cursor(name, index.0));
                break;
            }
            self.left -= 1;
            described.push(describe_partition(image, index.0, partition));
        }
        self.topics.push(describe(topic, described));
        self.next.is_none()
    }
}

fn cursor(topic: &str, partition_index: i32) -> Cursor<'static> {
    Cursor {
        topic_name: Cow::Owned(topic.to_owned()),
        partition_index,
        ..Default::default()
    }
}

fn missing(name: &str) -> DescribeTopicPartitionsResponseTopic<'static> {
    let error_code = match crate::topics::is_valid_topic_name(name) {
        Ok(()) => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
        Err(_) => ErrorCode::INVALID_TOPIC_EXCEPTION,
    };
    DescribeTopicPartitionsResponseTopic {
        error_code,
        name: Some(Cow::Owned(name.to_owned())),
        is_internal: is_internal(name),
        topic_authorized_operations: ResourceKind::Topic.authorized_operations(),
        ..Default::default()
    }
}

fn describe(
    topic: &Topic,
    partitions: Vec<DescribeTopicPartitionsResponsePartition>,
) -> DescribeTopicPartitionsResponseTopic<'static> {
    DescribeTopicPartitionsResponseTopic {
        name: Some(Cow::Owned(topic.name.to_string())),
        topic_id: topic.id,
        is_internal: is_internal(&topic.name),
        topic_authorized_operations: ResourceKind::Topic.authorized_operations(),
        partitions,
        ..Default::default()
    }
}

fn describe_partition(
    image: &Image,
    partition_index: i32,
    partition: &Partition,
) -> DescribeTopicPartitionsResponsePartition {
    let leader = partition.leader.filter(|leader| is_live(image, *leader));
    let ids = |ids: &[model::BrokerId]| ids.iter().map(|id| id.0).collect::<Vec<_>>();
    DescribeTopicPartitionsResponsePartition {
        error_code: leader.map_or(ErrorCode::LEADER_NOT_AVAILABLE, |_| ErrorCode::NONE),
        partition_index,
        leader_id: leader.map_or(-1, |leader| leader.0),
        leader_epoch: partition.leader_epoch.0,
        replica_nodes: ids(&partition.replicas),
        isr_nodes: ids(&partition.isr),
        eligible_leader_replicas: Some(ids(partition.elr())),
        last_known_elr: Some(ids(partition.last_known_elr())),
        offline_replicas: offline_replicas(image, partition),
        ..Default::default()
    }
}
