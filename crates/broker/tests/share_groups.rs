//! Share groups through a whole node: what members are given, what becomes of it, and what a crash leaves.

#[expect(dead_code, reason = "other tests of the node use the rest of it")]
mod node;

use std::time::Duration;

use model::{ErrorCode, TopicId};
use node::Bench;
use protocol::alter_share_group_offsets_request::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestPartition,
    AlterShareGroupOffsetsRequestTopic,
};
use protocol::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse;
use protocol::delete_groups_request::DeleteGroupsRequest;
use protocol::delete_groups_response::DeleteGroupsResponse;
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};
use protocol::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse;
use protocol::fetch_response::FetchResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use protocol::read_share_group_state_summary_request::{
    PartitionData, ReadShareGroupStateSummaryRequest, ReadStateSummaryData,
};
use protocol::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse;
use protocol::response_header::ResponseHeader;
use protocol::share_acknowledge_request::{
    AcknowledgePartition, AcknowledgeTopic, AcknowledgementBatch, ShareAcknowledgeRequest,
};
use protocol::share_acknowledge_response::ShareAcknowledgeResponse;
use protocol::share_fetch_request::{self as fetch, FetchPartition, FetchTopic, ShareFetchRequest};
use protocol::share_fetch_response::ShareFetchResponse;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;
use protocol::{Message, Reader, Request};

const OK: ErrorCode = ErrorCode::NONE;
const ACCEPT: i8 = 1;
const RELEASE: i8 = 2;
const REJECT: i8 = 3;
const GROUP_RESOURCE: i8 = 32;

struct Story {
    bench: Bench,
    client: u64,
    topic: TopicId,
    /// The epoch of the share session.
    epoch: i32,
}

impl Story {
    /// A node with a topic `t` of one partition, and a member of the share group `g`, which begins at the start of it.
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(overrides: &[&str]) -> Self {
        let mut bench = Bench::new(overrides);
        bench.create("t", 1);
        let client = bench.connect();
        let mut story = Self {
            bench,
            client,
            topic: TopicId::ZERO,
            epoch: 0,
        };
        story.configure("share.auto.offset.reset", "earliest");
        story.find_coordinator();
        story.join();
        story
    }

    /// The first time it is made.
    fn find_coordinator(&mut self) {
        for _ in 0..2 {
            let request = FindCoordinatorRequest {
                key: "g".into(),
                ..Default::default()
            };
            self.ask(2, &request);
        }
    }

    fn ask<'a, R: Request<'a>>(&mut self, version: i16, request: &R) -> Vec<u8> {
        self.bench.send(self.client, version, request);
        self.bench.answer(self.client).expect("an answer at once")
    }

    fn configure(&mut self, name: &str, value: &str) {
        let request = IncrementalAlterConfigsRequest {
            resources: vec![AlterConfigsResource {
                resource_type: GROUP_RESOURCE,
                resource_name: "g".into(),
                configs: vec![AlterableConfig {
                    name: name.into(),
                    value: Some(value.into()),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.ask(1, &request);
    }

    fn heartbeat(&mut self, epoch: i32) -> ShareGroupHeartbeatResponse<'static> {
        let request = ShareGroupHeartbeatRequest {
            group_id: "g".into(),
            member_id: "m".into(),
            member_epoch: epoch,
            subscribed_topic_names: (epoch == 0).then(|| vec!["t".into()]),
            ..Default::default()
        };
        self.bench.send(self.client, 1, &request);
        self.bench.pass(Duration::from_millis(500));
        let answer = self.bench.answer(self.client).expect("an answer");
        let response: ShareGroupHeartbeatResponse<'_> = {
            let mut reader = Reader::new(&answer);
            ResponseHeader::decode(&mut reader, 1).expect("a header");
            ShareGroupHeartbeatResponse::decode(&mut reader, 1).expect("an answer")
        };
        assert_eq!(response.error_code, OK);
        ShareGroupHeartbeatResponse {
            error_message: None,
            member_id: None,
            assignment: response.assignment.clone(),
            ..ShareGroupHeartbeatResponse::default()
        }
    }

    fn join(&mut self) {
        let joined = self.heartbeat(0);
        let assignment = joined.assignment.expect("a member that joins is told");
        self.topic = assignment.topic_partitions[0].topic_id;
        assert_eq!(assignment.topic_partitions[0].partitions, [0]);
    }

    fn produce(&mut self, count: usize) {
        let producer = self.bench.connect();
        for _ in 0..count {
            self.bench.produce(producer, "t", 0);
        }
    }

    /// Fetches; what was acquired as (first, last, deliveries), and the bytes of the records.
    fn fetch(
        &mut self,
        acknowledge: &[(i64, i64, i8)],
    ) -> (Vec<(i64, i64, i16)>, usize, ErrorCode) {
        let batches = acknowledge
            .iter()
            .map(|(first, last, kind)| fetch::AcknowledgementBatch {
                first_offset: *first,
                last_offset: *last,
                acknowledge_types: vec![*kind],
                ..Default::default()
            });
        let request = ShareFetchRequest {
            group_id: Some("g".into()),
            member_id: Some("m".into()),
            share_session_epoch: self.epoch,
            max_wait_ms: 100,
            min_bytes: 1,
            max_bytes: 1 << 20,
            max_records: 100,
            batch_size: 100,
            topics: vec![FetchTopic {
                topic_id: self.topic,
                partitions: vec![FetchPartition {
                    acknowledgement_batches: batches.collect(),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.epoch += 1;
        self.bench.send(self.client, 2, &request);
        self.bench.pass(Duration::from_millis(200));
        let answer = self.bench.answer(self.client).expect("an answer");
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = ShareFetchResponse::decode(&mut reader, 2).expect("an answer");
        assert_eq!(response.error_code, OK);
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        let mut found = (Vec::new(), 0, OK);
        for partition in partitions {
            assert_eq!(partition.error_code, OK);
            let acquired = partition.acquired_records.iter();
            found
                .0
                .extend(acquired.map(|a| (a.first_offset, a.last_offset, a.delivery_count)));
            found.1 += match &partition.records {
                Some(protocol::Records::Bytes(bytes)) => bytes.len(),
                _ => 0,
            };
            found.2 = partition.acknowledge_error_code;
        }
        found
    }

    fn acquire(&mut self) -> Vec<(i64, i64, i16)> {
        let (acquired, bytes, _) = self.fetch(&[]);
        assert_eq!(
            acquired.is_empty(),
            bytes == 0,
            "records come with what was acquired"
        );
        acquired
    }

    fn acknowledge(&mut self, first: i64, last: i64, kind: i8) -> ErrorCode {
        self.acknowledge_in(self.epoch, first, last, kind)
    }

    fn acknowledge_in(&mut self, epoch: i32, first: i64, last: i64, kind: i8) -> ErrorCode {
        let request = ShareAcknowledgeRequest {
            group_id: Some("g".into()),
            member_id: Some("m".into()),
            share_session_epoch: epoch,
            topics: vec![AcknowledgeTopic {
                topic_id: self.topic,
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
        let answer = self.ask(1, &request);
        let response: ShareAcknowledgeResponse<'_> = {
            let mut reader = Reader::new(&answer);
            ResponseHeader::decode(&mut reader, 1).expect("a header");
            ShareAcknowledgeResponse::decode(&mut reader, 1).expect("an answer")
        };
        if response.error_code != OK {
            return response.error_code;
        }
        self.epoch += 1;
        response.responses[0].partitions[0].error_code
    }

    /// The start offset and the lag, as an administrator sees them.
    fn offsets(&mut self) -> (i64, i64) {
        let request = DescribeShareGroupOffsetsRequest {
            groups: vec![DescribeShareGroupOffsetsRequestGroup {
                group_id: "g".into(),
                topics: None,
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(1, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response =
            DescribeShareGroupOffsetsResponse::decode(&mut reader, 1).expect("an answer");
        assert_eq!(response.groups[0].error_code, OK);
        let partition = &response.groups[0].topics[0].partitions[0];
        assert_eq!(partition.error_code, OK);
        (partition.start_offset, partition.lag)
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
        self.bench.send(self.client, 0, &request);
        // The first one waits until there is a topic of states.
        self.bench.pass(Duration::from_millis(500));
        let answer = self.bench.answer(self.client).expect("an answer");
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = AlterShareGroupOffsetsResponse::decode(&mut reader, 0).expect("an answer");
        if response.error_code != OK {
            return response.error_code;
        }
        response.responses[0].partitions[0].error_code
    }

    fn delete_group(&mut self) -> ErrorCode {
        let request = DeleteGroupsRequest {
            groups_names: vec!["g".into()],
            ..Default::default()
        };
        let answer = self.ask(2, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = DeleteGroupsResponse::decode(&mut reader, 2).expect("an answer");
        response.results[0].error_code
    }

    /// The state epoch that the share coordinator knows.
    fn state_epoch(&mut self) -> i32 {
        let request = ReadShareGroupStateSummaryRequest {
            group_id: "g".into(),
            topics: vec![ReadStateSummaryData {
                topic_id: self.topic,
                partitions: vec![PartitionData::default()],
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(0, &request);
        let response: ReadShareGroupStateSummaryResponse<'_> = {
            let mut reader = Reader::new(&answer);
            ResponseHeader::decode(&mut reader, 1).expect("a header");
            ReadShareGroupStateSummaryResponse::decode(&mut reader, 0).expect("an answer")
        };
        let partition = &response.results[0].partitions[0];
        assert_eq!(partition.error_code, OK);
        partition.state_epoch
    }

    /// The records of the dead letter queue `dlq.g`: the headers after the topic, partition and group, with the value's size.
    fn dead_letters(&mut self) -> Vec<String> {
        let reader = self.bench.connect();
        self.bench.fetch(reader, "dlq.g", 0);
        self.bench.pass(Duration::from_secs(1));
        let answer = self.bench.answer(reader).expect("an answer");
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 0).expect("a header");
        let response = FetchResponse::decode(&mut reader, node::FETCH).expect("an answer");
        let partition = &response.responses[0].partitions[0];
        let mut rest = partition
            .records
            .as_ref()
            .and_then(protocol::Records::bytes)
            .unwrap_or(&[]);
        let mut shown = Vec::new();
        while let Ok(batch) = records::RecordBatch::parse(rest) {
            for record in batch.plain_records().expect("it is not compressed") {
                shown.push(show(&record.expect("a record")));
            }
            rest = &rest[batch.size()..];
        }
        shown
    }

    fn kill_and_start(&mut self) {
        self.bench.kill_and_start();
        self.client = self.bench.connect();
        self.epoch = 0;
        self.bench.pass(Duration::from_secs(1));
    }
}

#[test]
fn records_are_delivered_once_and_what_is_accepted_is_done_with() {
    let mut story = Story::new();
    story.produce(3);
    assert_eq!(story.acquire(), [(0, 2, 1)]);
    assert_eq!(story.acquire(), []);
    assert_eq!(story.acknowledge(0, 2, ACCEPT), OK);
    story.produce(1);
    assert_eq!(story.acquire(), [(3, 3, 1)]);
    assert_eq!(story.acknowledge(0, 2, ACCEPT), OK, "it is known already");
    assert_eq!(story.acknowledge(3, 3, ACCEPT), OK);
    assert_eq!(story.offsets().1, 0);
}

#[test]
fn offsets_can_be_altered_where_nothing_keeps_states_yet() {
    let mut bench = Bench::new(&[]);
    bench.create("t", 1);
    let client = bench.connect();
    let topic = TopicId::ZERO;
    let mut story = Story {
        bench,
        client,
        topic,
        epoch: 0,
    };
    story.find_coordinator();
    assert_eq!(story.alter(0), OK);
}

#[test]
fn released_records_come_again_and_rejected_ones_do_not() {
    let mut story = Story::new();
    story.produce(4);
    story.acquire();
    assert_eq!(story.acknowledge(0, 1, RELEASE), OK);
    assert_eq!(story.acknowledge(2, 3, REJECT), OK);
    assert_eq!(story.acquire(), [(0, 1, 2)]);
    assert_eq!(
        story.acknowledge(2, 2, ACCEPT),
        ErrorCode::INVALID_RECORD_STATE
    );
}

#[test]
fn acknowledgements_that_make_no_sense_are_refused_and_change_nothing() {
    let mut story = Story::new();
    story.produce(3);
    assert_eq!(story.acquire(), [(0, 2, 1)]);
    for (first, last, kind) in [
        (2, 1, ACCEPT),
        (-1, 0, ACCEPT),
        (i64::MIN, i64::MAX, ACCEPT),
        (0, i64::MAX, RELEASE),
        (3, 3, ACCEPT),
        (0, 2, 5),
        (0, 2, -1),
        // It has to be said of the request that it renews.
        (0, 2, 4),
    ] {
        let refused = story.acknowledge(first, last, kind);
        assert_eq!(refused, ErrorCode::INVALID_REQUEST, "{first} {last} {kind}");
    }
    assert_eq!(story.acknowledge(0, 2, ACCEPT), OK);
}

fn show(record: &records::Record<'_>) -> String {
    let headers: Vec<_> = record
        .headers
        .iter()
        .map(|(key, value)| {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it is text");
            (text(key), text(value.expect("each has a value")))
        })
        .collect();
    let keys: Vec<_> = headers.iter().map(|(key, _)| &key[13..]).collect();
    let expected = [
        "topic",
        "partition",
        "offset",
        "group",
        "delivery.count",
        "message",
    ];
    assert_eq!(keys, expected);
    let value = |at: usize| &headers[at].1;
    assert_eq!([value(0), value(1), value(3)], ["t", "0", "g"]);
    let size = record.value.map_or(0, <[u8]>::len);
    format!("{} x{} {} {size}", value(2), value(4), value(5))
}

const CREATES: &str = "errors.deadletterqueue.auto.create.topics.enable=true";

#[test]
fn rejected_records_go_to_the_dead_letter_queue() {
    let mut story = Story::with(&[CREATES]);
    story.configure("errors.deadletterqueue.topic.name", "dlq.g");
    story.produce(3);
    story.acquire();
    assert_eq!(story.acknowledge(0, 1, REJECT), OK);
    assert_eq!(story.acknowledge(2, 2, ACCEPT), OK);
    story.bench.pass(Duration::from_secs(3));
    let rejected = "Offset rejected by client. 0";
    let expected = [format!("0 x1 {rejected}"), format!("1 x1 {rejected}")];
    assert_eq!(story.dead_letters(), expected);
    assert_eq!(story.offsets(), (3, 0));
    assert_eq!(story.acquire(), []);
}

#[test]
fn records_delivered_too_often_are_copied_to_the_dead_letter_queue() {
    let mut story = Story::with(&[CREATES]);
    story.configure("errors.deadletterqueue.topic.name", "dlq.g");
    story.configure("errors.deadletterqueue.copy.record.enable", "true");
    story.configure("share.delivery.count.limit", "2");
    story.produce(1);
    for _ in 0..2 {
        assert_eq!(story.acquire().len(), 1);
        assert_eq!(story.acknowledge(0, 0, RELEASE), OK);
    }
    story.bench.pass(Duration::from_secs(3));
    let expected = "0 x2 Offset delivery count exceeded the threshold. 100";
    assert_eq!(story.dead_letters(), [expected]);
    assert_eq!(story.offsets(), (1, 0));
}

#[test]
fn what_was_on_its_way_to_the_dead_letter_queue_gets_there_after_a_crash() {
    let mut story = Story::with(&[CREATES]);
    story.configure("errors.deadletterqueue.topic.name", "dlq.g");
    story.produce(2);
    story.acquire();
    // The topic is not there yet, so the first attempt fails; the second would come a second later.
    assert_eq!(story.acknowledge(0, 0, REJECT), OK);
    assert_eq!(
        story.offsets().0,
        0,
        "it is not archived before it is there"
    );
    story.kill_and_start();
    story.join();
    assert_eq!(story.acquire(), [(1, 1, 1)]);
    story.bench.pass(Duration::from_secs(5));
    assert_eq!(story.dead_letters(), ["0 x1 Offset rejected by client. 0"]);
    assert_eq!(story.offsets().0, 1);
}

#[test]
fn a_record_that_cannot_be_written_to_the_dead_letter_queue_is_given_up_all_the_same() {
    let mut story = Story::new();
    story.configure("errors.deadletterqueue.topic.name", "dlq.g");
    story.produce(1);
    story.acquire();
    assert_eq!(story.acknowledge(0, 0, REJECT), OK);
    story.bench.pass(Duration::from_secs(1));
    assert_eq!(story.offsets(), (1, 0));
    let told = story.bench.reports.join("\n");
    assert!(told.contains("there is no topic dlq.g"), "{told}");
}

#[test]
fn a_topic_that_was_not_made_for_it_is_no_dead_letter_queue() {
    let mut story = Story::new();
    story.bench.create("dlq.g", 1);
    story.configure("errors.deadletterqueue.topic.name", "dlq.g");
    story.produce(1);
    story.acquire();
    assert_eq!(story.acknowledge(0, 0, REJECT), OK);
    story.bench.pass(Duration::from_secs(1));
    assert_eq!(story.offsets(), (1, 0));
    let told = story.bench.reports.join("\n");
    let reason = "errors.deadletterqueue.group.enable of the topic dlq.g is false";
    assert!(told.contains(reason), "{told}");
    assert_eq!(story.dead_letters(), [""; 0]);
}

#[test]
fn a_fetch_carries_acknowledgements() {
    let mut story = Story::new();
    story.produce(2);
    story.acquire();
    let (again, _, outcome) = story.fetch(&[(0, 0, RELEASE), (1, 1, ACCEPT)]);
    assert_eq!((again, outcome), (vec![(0, 0, 2)], OK));
}

#[test]
fn a_fetch_waits_for_records() {
    let mut story = Story::new();
    assert_eq!(story.acquire(), []);
    story.produce(1);
    assert_eq!(story.acquire(), [(0, 0, 1)]);
}

#[test]
fn records_that_nobody_acknowledges_in_time_come_again() {
    let mut story = Story::new();
    story.produce(1);
    story.acquire();
    story.bench.pass(Duration::from_secs(31));
    assert_eq!(story.acquire(), [(0, 0, 2)]);
}

#[test]
fn records_of_a_client_that_goes_away_come_again() {
    let mut story = Story::new();
    story.produce(1);
    story.acquire();
    let gone = story.client;
    story.client = story.bench.connect();
    story.bench.leave(gone);
    story.bench.pass(Duration::from_millis(200));
    story.epoch = 0;
    assert_eq!(story.acquire(), [(0, 0, 2)]);
}

#[test]
fn sessions_have_epochs() {
    let mut story = Story::new();
    story.produce(1);
    assert_eq!(
        story.acknowledge_in(1, 0, 0, ACCEPT),
        ErrorCode::SHARE_SESSION_NOT_FOUND
    );
    story.acquire();
    assert_eq!(
        story.acknowledge_in(7, 0, 0, ACCEPT),
        ErrorCode::INVALID_SHARE_SESSION_EPOCH
    );
    assert_eq!(
        story.acknowledge_in(0, 0, 0, ACCEPT),
        ErrorCode::INVALID_SHARE_SESSION_EPOCH
    );
    assert_eq!(story.acknowledge_in(-1, 0, 0, ACCEPT), OK);
    assert_eq!(
        story.acknowledge_in(2, 0, 0, ACCEPT),
        ErrorCode::SHARE_SESSION_NOT_FOUND
    );
}

#[test]
fn what_was_acknowledged_survives_a_crash_and_the_rest_comes_again() {
    let mut story = Story::new();
    story.produce(6);
    story.acquire();
    assert_eq!(story.acknowledge(0, 1, ACCEPT), OK);
    assert_eq!(story.acknowledge(4, 4, ACCEPT), OK);
    assert_eq!(story.acknowledge(5, 5, RELEASE), OK);
    story.kill_and_start();
    story.heartbeat(1);
    assert_eq!(story.acquire(), [(2, 3, 1), (5, 5, 2)]);
}

#[test]
fn a_group_that_begins_at_the_end_stays_where_it_began_through_a_crash() {
    let mut story = Story::new();
    story.configure("share.auto.offset.reset", "latest");
    story.produce(2);
    assert_eq!(
        story.acquire(),
        [],
        "they are older than the group's interest"
    );
    story.produce(1);
    story.kill_and_start();
    story.heartbeat(1);
    assert_eq!(story.acquire(), [(2, 2, 1)]);
}

#[test]
fn offsets_are_altered_of_an_empty_group_only() {
    let mut story = Story::new();
    story.produce(5);
    story.acquire();
    assert_eq!(story.acknowledge(0, 4, ACCEPT), OK);
    assert_eq!(story.alter(1), ErrorCode::NON_EMPTY_GROUP);
    let before = story.state_epoch();
    story.heartbeat(-1);
    assert_eq!(story.alter(1), OK);
    assert!(story.state_epoch() > before);
    assert_eq!(story.offsets(), (1, 4));
    story.join();
    assert_eq!(story.acquire(), [(1, 4, 1)]);
}

#[test]
fn a_group_that_was_deleted_begins_anew() {
    let mut story = Story::new();
    story.produce(2);
    story.acquire();
    assert_eq!(story.acknowledge(0, 1, ACCEPT), OK);
    assert_eq!(story.delete_group(), ErrorCode::NON_EMPTY_GROUP);
    story.heartbeat(-1);
    assert_eq!(story.delete_group(), OK);
    story.join();
    assert_eq!(story.acquire(), [(0, 1, 1)]);
}
