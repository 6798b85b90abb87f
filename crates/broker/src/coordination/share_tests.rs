//! Three brokers: the first keeps share groups' states, the second leads a topic, the third coordinates groups.

use std::time::Duration;

use model::{ErrorCode, TopicId, Uuid};
use protocol::alter_share_group_offsets_request::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestPartition,
    AlterShareGroupOffsetsRequestTopic,
};
use protocol::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse;
use protocol::config_record::ConfigRecord;
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};
use protocol::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::read_share_group_state_request::{
    PartitionData, ReadShareGroupStateRequest, ReadStateData,
};
use protocol::read_share_group_state_response::ReadShareGroupStateResponse;
use protocol::share_acknowledge_request::{
    AcknowledgePartition, AcknowledgeTopic, AcknowledgementBatch, ShareAcknowledgeRequest,
};
use protocol::share_acknowledge_response::ShareAcknowledgeResponse;
use protocol::share_fetch_request::{FetchPartition, FetchTopic, ShareFetchRequest};
use protocol::share_fetch_response::ShareFetchResponse;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;
use protocol::{Message, Reader};

use crate::topics::{CONSUMER_OFFSETS, SHARE_GROUP_STATE};
use crate::trio::{TOPIC, Trio};

const OK: ErrorCode = ErrorCode::NONE;
const STATES: TopicId = Uuid([8; 16]);
const OFFSETS: TopicId = Uuid([9; 16]);
const ACCEPT: i8 = 1;
const RELEASE: i8 = 2;
const REJECT: i8 = 3;
const GROUP_RESOURCE: i8 = 32;
const TOPIC_RESOURCE: i8 = 2;
const LETTERS: TopicId = Uuid([6; 16]);

struct Story {
    trio: Trio,
    /// The member's connection to the topic's leader, and the epoch of its session there.
    client: u64,
    epoch: i32,
    leader: usize,
}

impl Story {
    fn new() -> Self {
        let mut trio = Trio::new(&[]);
        let feature = FeatureLevelRecord {
            name: "share.version".into(),
            feature_level: 2,
            ..Default::default()
        };
        trio.publish(&[feature.into()]);
        configure(&mut trio, (GROUP_RESOURCE, "g"), ("share.auto.offset.reset", "earliest"));
        trio.create_topic("t", TOPIC, &[(&[2, 3, 1], &[2, 3, 1])]);
        trio.create_topic(SHARE_GROUP_STATE, STATES, &[(&[1, 2, 3], &[1, 2, 3])]);
        trio.create_topic(CONSUMER_OFFSETS, OFFSETS, &[(&[3, 1, 2], &[3, 1, 2])]);
        let client = trio.connect(1);
        Self {
            trio,
            client,
            epoch: 0,
            leader: 1,
        }
    }

    fn join(&mut self) {
        let request = ShareGroupHeartbeatRequest {
            group_id: "g".into(),
            member_id: "m".into(),
            member_epoch: 0,
            subscribed_topic_names: Some(vec!["t".into()]),
            ..Default::default()
        };
        let body = self.trio.ask_bytes(2, 1, &request);
        let answer = ShareGroupHeartbeatResponse::decode(&mut Reader::new(&body), 1).unwrap();
        assert_eq!(answer.error_code, OK);
        self.pass(1_000);
    }

    /// What a fetch acquires: first and last offset and deliveries.
    fn fetch(&mut self) -> Vec<(i64, i64, i16)> {
        let request = ShareFetchRequest {
            group_id: Some("g".into()),
            member_id: Some("m".into()),
            share_session_epoch: self.epoch,
            max_wait_ms: 1_000,
            min_bytes: 1,
            max_bytes: 1 << 20,
            max_records: 100,
            batch_size: 100,
            topics: vec![FetchTopic {
                topic_id: TOPIC,
                partitions: vec![FetchPartition::default()],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.epoch += 1;
        self.trio.send(self.leader, self.client, 2, &request);
        let body = self.trio.wait_for(self.leader, self.client, 1);
        let answer = ShareFetchResponse::decode(&mut Reader::new(&body), 2).unwrap();
        assert_eq!(answer.error_code, OK);
        let topics = answer.responses.iter();
        let acquired = topics
            .flat_map(|topic| &topic.partitions)
            .flat_map(|partition| {
                assert_eq!(partition.error_code, OK);
                &partition.acquired_records
            });
        acquired
            .map(|records| {
                let deliveries = records.delivery_count;
                (records.first_offset, records.last_offset, deliveries)
            })
            .collect()
    }

    fn send_acknowledgement(&mut self, first: i64, last: i64, kind: i8) {
        let request = ShareAcknowledgeRequest {
            group_id: Some("g".into()),
            member_id: Some("m".into()),
            share_session_epoch: self.epoch,
            topics: vec![AcknowledgeTopic {
                topic_id: TOPIC,
                partitions: vec![AcknowledgePartition {
                    acknowledgement_batches: vec![AcknowledgementBatch {
                        first_offset: first,
                        last_offset: last,
                        acknowledge_types: vec![kind],
                        ..Default::default()
                    }],
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.epoch += 1;
        self.trio.send(self.leader, self.client, 1, &request);
    }

    fn acknowledge(&mut self, first: i64, last: i64, kind: i8) -> ErrorCode {
        self.send_acknowledgement(first, last, kind);
        self.acknowledged()
    }

    fn acknowledged(&mut self) -> ErrorCode {
        let body = self.trio.wait_for(self.leader, self.client, 1);
        let answer = ShareAcknowledgeResponse::decode(&mut Reader::new(&body), 1).unwrap();
        assert_eq!(answer.error_code, OK);
        answer.responses[0].partitions[0].error_code
    }

    /// The start offset, as an administrator sees it.
    fn start(&mut self) -> i64 {
        let request = DescribeShareGroupOffsetsRequest {
            groups: vec![DescribeShareGroupOffsetsRequestGroup {
                group_id: "g".into(),
                topics: None,
                ..Default::default()
            }],
            ..Default::default()
        };
        let body = self.trio.ask_bytes(2, 1, &request);
        let answer = DescribeShareGroupOffsetsResponse::decode(&mut Reader::new(&body), 1).unwrap();
        assert_eq!(answer.groups[0].error_code, OK);
        let partition = &answer.groups[0].topics[0].partitions[0];
        assert_eq!(partition.error_code, OK);
        partition.start_offset
    }

    fn alter(&mut self, start_offset: i64) -> ErrorCode {
        let request = AlterShareGroupOffsetsRequest {
            group_id: "g".into(),
            topics: vec![AlterShareGroupOffsetsRequestTopic {
                topic_name: "t".into(),
                partitions: vec![AlterShareGroupOffsetsRequestPartition {
                    start_offset,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let body = self.trio.ask_bytes(2, 0, &request);
        let answer = AlterShareGroupOffsetsResponse::decode(&mut Reader::new(&body), 0).unwrap();
        match answer.error_code {
            OK => answer.responses[0].partitions[0].error_code,
            error => error,
        }
    }

    fn produce(&mut self, count: usize) {
        for _ in 0..count {
            self.trio.produce(self.leader, "x");
        }
    }

    fn pass(&mut self, millis: u64) {
        self.trio.pass(Duration::from_millis(millis));
    }
}

fn configure(
    trio: &mut Trio,
    (kind, of): (i8, &'static str),
    (name, value): (&'static str, &'static str),
) {
    let config = ConfigRecord {
        resource_type: kind,
        resource_name: of.into(),
        name: name.into(),
        value: Some(value.into()),
        ..Default::default()
    };
    trio.publish(&[config.into()]);
}

#[test]
fn a_group_consumes_a_topic_whose_states_another_node_keeps() {
    let mut story = Story::new();
    story.join();
    story.produce(3);
    assert_eq!(story.fetch(), [(0, 2, 1)]);
    assert_eq!(story.acknowledge(0, 1, ACCEPT), OK);
    assert_eq!(story.acknowledge(2, 2, RELEASE), OK);
    assert_eq!(story.start(), 2);
    assert_eq!(story.fetch(), [(2, 2, 2)]);
    // What was written is there for another leader.
    story.trio.change(Some(3), None);
    story.leader = 2;
    (story.client, story.epoch) = (story.trio.connect(2), 0);
    story.pass(1_000);
    assert_eq!(story.fetch(), [(2, 2, 2)]);
}

#[test]
fn acknowledgements_wait_for_a_coordinator_that_moves() {
    let mut story = Story::new();
    story.join();
    story.produce(2);
    assert_eq!(story.fetch(), [(0, 1, 1)]);
    story.trio.cut = vec![(1, 0)];
    story.send_acknowledgement(0, 0, ACCEPT);
    story.pass(1_000);
    story.trio.kill(0);
    story.trio.fence(0);
    story
        .trio
        .change_partition((STATES, 0), Some(3), Some(&[2, 3]));
    story.trio.change_partition((TOPIC, 0), None, Some(&[2, 3]));
    assert_eq!(story.acknowledged(), OK);
    // The start is written with what follows.
    assert_eq!(story.acknowledge(1, 1, ACCEPT), OK);
    assert_eq!(story.start(), 1);
    // And to the node that leads the topic.
    story.trio.change_partition((STATES, 0), Some(2), None);
    story.produce(1);
    assert_eq!(story.fetch(), [(2, 2, 1)]);
    assert_eq!(story.acknowledge(2, 2, ACCEPT), OK);
    assert_eq!(story.start(), 2);
}

#[test]
fn an_administrator_sets_offsets_that_another_node_keeps() {
    let mut story = Story::new();
    story.produce(5);
    assert_eq!(story.alter(3), OK);
    assert_eq!(story.start(), 3);
    story.join();
    assert_eq!(story.fetch(), [(3, 4, 1)]);
}

#[test]
fn states_are_told_by_their_coordinator_only() {
    let mut story = Story::new();
    story.join();
    let request = ReadShareGroupStateRequest {
        group_id: "g".into(),
        topics: vec![ReadStateData {
            topic_id: TOPIC,
            partitions: vec![PartitionData::default()],
            ..Default::default()
        }],
        ..Default::default()
    };
    for (host, expected) in [(0, OK), (1, ErrorCode::NOT_COORDINATOR)] {
        let body = story.trio.ask_bytes(host, 0, &request);
        let answer = ReadShareGroupStateResponse::decode(&mut Reader::new(&body), 0).unwrap();
        assert_eq!(answer.results[0].partitions[0].error_code, expected);
    }
}

#[test]
fn rejected_records_go_to_a_dead_letter_queue_that_another_node_leads() {
    let mut story = Story::new();
    let trio = &mut story.trio;
    let takes = ("errors.deadletterqueue.group.enable", "true");
    configure(trio, (TOPIC_RESOURCE, "dlq.g"), takes);
    let name = ("errors.deadletterqueue.topic.name", "dlq.g");
    configure(trio, (GROUP_RESOURCE, "g"), name);
    trio.create_topic("dlq.g", LETTERS, &[(&[3, 2, 1], &[3, 2, 1])]);
    story.join();
    story.produce(2);
    assert_eq!(story.fetch(), [(0, 1, 1)]);
    story.trio.cut = vec![(1, 2)];
    assert_eq!(story.acknowledge(0, 0, REJECT), OK);
    story.pass(500);
    let letters = |story: &Story| {
        let broker = story.trio.broker(2);
        let queue = broker.find_partition(LETTERS, 0).expect("it leads");
        queue.high_watermark().0
    };
    assert_eq!(letters(&story), 0);
    story.trio.cut.clear();
    story.pass(3_000);
    assert_eq!(letters(&story), 1);
    assert_eq!(story.acknowledge(1, 1, REJECT), OK);
    story.pass(1_000);
    assert_eq!(letters(&story), 2);
    assert_eq!(story.trio.reports, [""; 0]);
}
