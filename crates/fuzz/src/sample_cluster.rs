//! A small cluster with everything in it: topics, several segments, every codec, an idempotent producer, a group with
//! members and offsets, changed configurations, a deleted topic.

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs, TopicId};
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::list_groups_request::ListGroupsRequest;
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use protocol::metadata_request::MetadataRequest;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::response_header::ResponseHeader;
use protocol::{Message as _, Reader, Request, Writer, encode_request};
use records::{BatchBuilder, Codecs, Compression, NewRecord};
use storage::disk::MemDisk;

use crate::codecs;
use crate::fingerprint::Fingerprint;
use crate::harness::Harness;

/// The topic that holds records.
pub(crate) const TOPIC: &str = "t";
/// A topic that is compacted.
pub(crate) const COMPACTED: &str = "compacted";
/// The group that has members and offsets.
pub(crate) const GROUP: &str = "g";

/// Makes the cluster, and stops it cleanly.
pub(crate) fn make() -> MemDisk {
    let disk = MemDisk::new(1);
    let mut node = Harness::open(&disk, 1).expect("a node opens on an empty disk");
    create(&mut node, TOPIC, &[("segment.bytes", "1048576")]);
    create(&mut node, COMPACTED, &[("cleanup.policy", "compact")]);
    create(&mut node, "gone", &[]);
    for batch in batches() {
        produce(&mut node, &batch);
    }
    find_coordinator(&mut node);
    join(&mut node);
    commit(&mut node);
    alter(&mut node);
    let gone = DeleteTopicsRequest {
        topics: vec![DeleteTopicState {
            name: Some("gone".into()),
            ..Default::default()
        }],
        timeout_ms: 1000,
        ..Default::default()
    };
    ask(&mut node, 6, &gone, |answer| {
        expect(answer.responses[0].error_code);
    });
    let faults = node.close();
    assert!(faults.is_empty(), "{faults:?}");
    disk
}

/// Batches as clients send them: every codec, headers, a null value, an idempotent producer.
pub(crate) fn batches() -> Vec<Vec<u8>> {
    let mut batches = Vec::new();
    for codec in codecs::ALL {
        let mut builder = BatchBuilder::new();
        for number in 0..5_u8 {
            builder.append(&NewRecord {
                timestamp: Some(TimestampMs(1_700_000_000_000 + i64::from(number))),
                key: Some(&[b'k', number]),
                value: (number > 0)
                    .then_some(&b"a value, and another value, and the same value"[..]),
                headers: &[("h", Some(b"v")), ("", None)],
            });
        }
        batches.push(codecs::with(|contexts: &mut Codecs| {
            builder.finish_compressed(contexts, codec, Compression::default_level(codec))
        }));
    }
    let mut builder = BatchBuilder::new().producer(ProducerId(1), ProducerEpoch(0), 0);
    builder.append(&NewRecord::new(
        TimestampMs(1_700_000_000_000),
        None,
        Some(b"x"),
    ));
    batches.push(builder.finish());
    batches
}

fn create(node: &mut Harness, name: &'static str, configs: &[(&'static str, &'static str)]) {
    let request = CreateTopicsRequest {
        topics: vec![CreatableTopic {
            name: name.into(),
            num_partitions: 2,
            replication_factor: 1,
            configs: (configs.iter())
                .map(|(name, value)| CreatableTopicConfig {
                    name: (*name).into(),
                    value: Some((*value).into()),
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }],
        timeout_ms: 1000,
        ..Default::default()
    };
    ask(node, 7, &request, |answer| {
        expect(answer.topics[0].error_code)
    });
}

fn produce(node: &mut Harness, batch: &[u8]) {
    ask(node, 12, &produce_request(batch), |answer| {
        expect(answer.responses[0].partition_responses[0].error_code);
    });
}

fn produce_request(batch: &[u8]) -> ProduceRequest<'_> {
    ProduceRequest {
        acks: -1,
        timeout_ms: 1000,
        topic_data: vec![TopicProduceData {
            name: TOPIC.into(),
            topic_id: TopicId::ZERO,
            partition_data: vec![PartitionProduceData {
                index: 0,
                records: Some(batch.into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn find_coordinator(node: &mut Harness) {
    let request = FindCoordinatorRequest {
        key: GROUP.into(),
        ..Default::default()
    };
    // The first question creates the topic of the coordinators.
    ask(node, 3, &request, |_| ());
    ask(node, 3, &request, |answer| expect(answer.error_code));
}

fn join(node: &mut Harness) {
    let request = JoinGroupRequest {
        group_id: GROUP.into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 10_000,
        group_instance_id: Some("i".into()),
        protocol_type: "consumer".into(),
        protocols: vec![JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: b"m".as_slice().into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    ask(node, 9, &request, |answer| expect(answer.error_code));
}

fn commit(node: &mut Harness) {
    let request = OffsetCommitRequest {
        group_id: "other".into(),
        generation_id_or_member_epoch: -1,
        topics: vec![OffsetCommitRequestTopic {
            name: TOPIC.into(),
            partitions: vec![OffsetCommitRequestPartition {
                partition_index: 0,
                committed_offset: 3,
                committed_leader_epoch: -1,
                committed_metadata: Some("m".into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    ask(node, 8, &request, |answer| {
        expect(answer.topics[0].partitions[0].error_code);
    });
}

fn alter(node: &mut Harness) {
    let request = IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: 2,
            resource_name: TOPIC.into(),
            configs: vec![AlterableConfig {
                name: "retention.ms".into(),
                value: Some("86400000".into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    ask(node, 1, &request, |answer| {
        expect(answer.responses[0].error_code);
    });
}

/// Asks a node, of whatever is left of the sample cluster, what it has; gives a number made of the answers.
pub(crate) fn read(node: &mut Harness) -> u64 {
    let mut seen = Fingerprint::default();
    ask_if_open(node, 12, &MetadataRequest::default(), &mut seen);
    let partition = |partition, fetch_offset| FetchPartition {
        partition,
        fetch_offset,
        partition_max_bytes: 1 << 20,
        ..Default::default()
    };
    for offset in [0, 3, 40] {
        let fetch = FetchRequest {
            max_bytes: 1 << 20,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: TOPIC.into(),
                partitions: vec![partition(0, offset), partition(1, offset)],
                ..Default::default()
            }],
            ..Default::default()
        };
        ask_if_open(node, 12, &fetch, &mut seen);
    }
    for timestamp in [-1, -2, -3, 1_700_000_000_002] {
        let offsets = ListOffsetsRequest {
            topics: vec![ListOffsetsTopic {
                name: TOPIC.into(),
                partitions: vec![ListOffsetsPartition {
                    timestamp,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        ask_if_open(node, 7, &offsets, &mut seen);
    }
    let batches = batches();
    ask_if_open(node, 12, &produce_request(&batches[0]), &mut seen);
    let coordinator = FindCoordinatorRequest {
        key: GROUP.into(),
        ..Default::default()
    };
    ask_if_open(node, 3, &coordinator, &mut seen);
    ask_if_open(node, 4, &ListGroupsRequest::default(), &mut seen);
    seen.number()
}

fn ask_if_open<'a, R: Request<'a>>(
    node: &mut Harness,
    version: i16,
    request: &R,
    seen: &mut Fingerprint,
) {
    let mut writer = Writer::new();
    encode_request(&mut writer, version, 1, Some("fuzz"), request).expect("the request is valid");
    let answered = node.send(2, &writer.into_parts().0);
    seen.note(u64::from(answered.is_closed));
    seen.count(answered.bytes.len());
}

/// Sends one request and lets `check` look at its answer.
fn ask<'a, R: Request<'a>>(
    node: &mut Harness,
    version: i16,
    request: &R,
    check: impl for<'r> FnOnce(&R::Response<'r>),
) {
    let mut writer = Writer::new();
    encode_request(&mut writer, version, 1, Some("fuzz"), request).expect("the request is valid");
    let answered = node.send(1, &writer.into_parts().0);
    assert!(!answered.is_closed, "{} is answered", R::NAME);
    let mut reader = Reader::new(&answered.bytes[4..]);
    ResponseHeader::decode(&mut reader, R::KEY.response_header_version(version))
        .expect("the answer has a header");
    check(&R::Response::decode(&mut reader, version).expect("the answer can be read"));
}

/// Stops where the node does not do what the sample needs.
fn expect(error: ErrorCode) {
    assert!(error.is_none(), "the sample cluster is refused: {error:?}");
}
