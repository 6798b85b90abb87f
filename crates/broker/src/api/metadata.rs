//! Metadata, key 3, versions 0 to 13.
//!
//! - Brokers (those that are not fenced), the controller, and topics: all of them for null (version 0:
//!   for an empty list), else those asked for, by name or from version 12 on by id.
//! - A topic that is not there is created when `auto.create.topics.enable`, the request and its name allow
//!   it; meanwhile the answer is `UNKNOWN_TOPIC_OR_PARTITION`, and the client asks again.
//! - A topic that is asked for several times is answered once.
//! - The address of a broker is the one that it advertises for the listener of the request.
//! - A partition without a leader has `LEADER_NOT_AVAILABLE`.
//! - Versions 8 to 10 tell on demand what the client may do with the cluster, version 8 and later with each topic
//!   (KIP-430).

use std::borrow::Cow;

use metadata::{Image, Partition, Topic};
use model::{ErrorCode, TopicId};
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::metadata_response::{
    MetadataResponse, MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};

use super::Cx;
use super::access::ResourceKind;
use super::distinct::distinct;
use crate::broker::Broker;
use crate::connection::Handled;
use crate::topics::{is_internal, is_valid_topic_name};
use crate::view::{is_live, offline_replicas};

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: &MetadataRequest<'_>) -> Handled {
    let image = broker.image();
    let mut topics: Vec<_> = match asked_topics(request, cx.version) {
        None => image
            .topics()
            .iter()
            .map(|topic| describe(&image, topic))
            .collect(),
        Some(asked) => {
            if let Err(error) = check_ids(asked, cx.version) {
                return cx.reply(&refused(broker, cx, &image, asked, error));
            }
            let mut missing = Vec::new();
            let found = distinct(asked, |topic| (topic.topic_id, topic.name.as_deref()))
                .map(|topic| find(&image, topic, &mut missing))
                .collect();
            let allowed = cx.version < 4 || request.allow_auto_topic_creation;
            if allowed && broker.effective.now().broker.topics.auto_create_topics {
                broker.inbox.create_topics(missing, cx.fx);
            }
            found
        }
    };
    if request.include_topic_authorized_operations {
        let named = topics.iter_mut().filter(|topic| topic.name.is_some());
        named.for_each(|topic| {
            topic.topic_authorized_operations = ResourceKind::Topic.authorized_operations();
        });
    }
    let mut response = MetadataResponse {
        topics,
        ..frame(broker, cx, &image)
    };
    if request.include_cluster_authorized_operations {
        response.cluster_authorized_operations = ResourceKind::Cluster.authorized_operations();
    }
    cx.reply(&response)
}

/// `None` for all topics.
fn asked_topics<'r, 'a>(
    request: &'r MetadataRequest<'a>,
    version: i16,
) -> Option<&'r [MetadataRequestTopic<'a>]> {
    let asked = request.topics.as_deref()?;
    if version == 0 && asked.is_empty() {
        None
    } else {
        Some(asked)
    }
}

/// Versions 10 and 11 carry ids that could not be used yet; a topic needs a name or an id.
fn check_ids(asked: &[MetadataRequestTopic<'_>], version: i16) -> Result<(), ErrorCode> {
    let uses_id = asked.iter().any(|topic| !topic.topic_id.is_zero());
    let lacks_name = asked.iter().any(|topic| topic.name.is_none());
    if version < 12 && (uses_id || lacks_name) {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    if asked
        .iter()
        .any(|topic| topic.name.is_none() && topic.topic_id.is_zero())
    {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    Ok(())
}

fn refused<'a>(
    broker: &Broker,
    cx: &Cx<'_>,
    image: &Image,
    asked: &[MetadataRequestTopic<'a>],
    error: ErrorCode,
) -> MetadataResponse<'a> {
    let topics = asked
        .iter()
        .map(|topic| {
            failed(
                Some(topic.name.clone().unwrap_or_default()),
                topic.topic_id,
                error,
            )
        })
        .collect();
    MetadataResponse {
        topics,
        ..frame(broker, cx, image)
    }
}

/// The answer but for its topics.
fn frame<'a>(broker: &Broker, cx: &Cx<'_>, image: &Image) -> MetadataResponse<'a> {
    let endpoints = broker.endpoints(image, cx.session.listener, false);
    let brokers = endpoints
        .into_iter()
        .map(|(id, endpoint)| MetadataResponseBroker {
            node_id: id.0,
            host: Cow::Owned(endpoint.host),
            port: i32::from(endpoint.port),
            rack: endpoint.rack.map(Cow::Owned),
            ..Default::default()
        });
    MetadataResponse {
        brokers: brokers.collect(),
        cluster_id: Some(Cow::Owned(broker.cluster_id().to_owned())),
        controller_id: broker.me.0,
        ..Default::default()
    }
}

/// A topic that was asked for; `missing` gets its name if it is not there and could be.
fn find<'r, 'a>(
    image: &Image,
    asked: &'r MetadataRequestTopic<'a>,
    missing: &mut Vec<&'r str>,
) -> MetadataResponseTopic<'a> {
    if !asked.topic_id.is_zero() {
        return match image.topics().get(asked.topic_id) {
            Some(topic) => describe(image, topic),
            None => failed(None, asked.topic_id, ErrorCode::UNKNOWN_TOPIC_ID),
        };
    }
    let name = asked.name.as_deref().unwrap_or_default();
    if let Some(topic) = image.topics().by_name(name) {
        return describe(image, topic);
    }
    let error = if is_valid_topic_name(name).is_err() {
        ErrorCode::INVALID_TOPIC_EXCEPTION
    } else {
        missing.push(name);
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
    };
    failed(asked.name.clone(), TopicId::ZERO, error)
}

fn describe<'a>(image: &Image, topic: &Topic) -> MetadataResponseTopic<'a> {
    let partitions = (topic.partitions.iter())
        .map(|(index, partition)| describe_partition(image, index.0, partition));
    MetadataResponseTopic {
        name: Some(Cow::Owned(topic.name.to_string())),
        topic_id: topic.id,
        is_internal: is_internal(&topic.name),
        partitions: partitions.collect(),
        ..Default::default()
    }
}

fn describe_partition(
    image: &Image,
    partition_index: i32,
    partition: &Partition,
) -> MetadataResponsePartition {
    let (leader_id, error_code) = match partition.leader {
        Some(leader) if is_live(image, leader) => (leader.0, ErrorCode::NONE),
        _ => (-1, ErrorCode::LEADER_NOT_AVAILABLE),
    };
    MetadataResponsePartition {
        error_code,
        partition_index,
        leader_id,
        leader_epoch: partition.leader_epoch.0,
        replica_nodes: partition.replicas.iter().map(|id| id.0).collect(),
        isr_nodes: partition.isr.iter().map(|id| id.0).collect(),
        offline_replicas: offline_replicas(image, partition),
        ..Default::default()
    }
}

fn failed(
    name: Option<Cow<'_, str>>,
    topic_id: TopicId,
    error_code: ErrorCode,
) -> MetadataResponseTopic<'_> {
    let is_internal = name.as_deref().is_some_and(is_internal);
    MetadataResponseTopic {
        error_code,
        name,
        topic_id,
        is_internal,
        ..Default::default()
    }
}
