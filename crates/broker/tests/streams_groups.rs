//! Streams groups through a whole node: internal topics are created, tasks are given, and a crash leaves both.

#[expect(dead_code, reason = "other tests of the node use the rest of it")]
mod node;

use std::time::Duration;

use model::ErrorCode;
use node::Bench;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::response_header::ResponseHeader;
use protocol::streams_group_describe_request::StreamsGroupDescribeRequest;
use protocol::streams_group_describe_response::StreamsGroupDescribeResponse;
use protocol::streams_group_heartbeat_request::{
    StreamsGroupHeartbeatRequest, Subtopology, TopicInfo, Topology,
};
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;
use protocol::streams_group_topology_description_update_request::StreamsGroupTopologyDescriptionUpdateRequest;
use protocol::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse;
use protocol::{Message, Reader, Request};

struct Story {
    bench: Bench,
    client: u64,
}

impl Story {
    /// A node with a topic `t` of two partitions, where groups wait for nobody.
    fn new() -> Self {
        let mut story = Self::without_coordinator();
        story.find();
        story
    }

    /// As [`Story::new`], where nobody has asked for a coordinator yet.
    fn without_coordinator() -> Self {
        let mut bench = Bench::new(&["group.streams.initial.rebalance.delay.ms=0"]);
        bench.create("t", 2);
        let client = bench.connect();
        Self { bench, client }
    }

    /// Looks for the coordinator until it is there.
    fn find(&mut self) {
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
        self.bench.pass(Duration::from_millis(500));
        self.bench.answer(self.client).expect("an answer")
    }

    /// A heartbeat that joins with a topology which reads `source` and keeps its state in `changelog`, or goes on.
    fn beat(&mut self, epoch: i32, (source, changelog): (&str, &str)) -> Heard {
        let subtopology = Subtopology {
            subtopology_id: "0".into(),
            source_topics: vec![source.into()],
            state_changelog_topics: vec![TopicInfo {
                name: changelog.into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let topology = Topology {
            subtopologies: vec![subtopology],
            ..Default::default()
        };
        let nothing = || (epoch == 0).then(Vec::new);
        let request = StreamsGroupHeartbeatRequest {
            group_id: "g".into(),
            member_id: "m".into(),
            member_epoch: epoch,
            process_id: Some("p".into()),
            rebalance_timeout_ms: 60_000,
            topology: (epoch == 0).then_some(topology),
            active_tasks: nothing(),
            standby_tasks: nothing(),
            warmup_tasks: nothing(),
            ..Default::default()
        };
        let answer = self.ask(1, &request);
        let response: StreamsGroupHeartbeatResponse<'_> = read(&answer, 1);
        let active = response.active_tasks.iter().flatten();
        let statuses = response.status.iter().flatten();
        Heard {
            error: response.error_code,
            message: response.error_message.as_ref().map(ToString::to_string),
            epoch: response.member_epoch,
            tasks: active.flat_map(|ids| ids.partitions.clone()).collect(),
            statuses: statuses
                .map(|status| (status.status_code, status.status_detail.to_string()))
                .collect(),
        }
    }

    /// The group's state, whether there is a description of its topology, and how many partitions its changelog has.
    fn describe(&mut self) -> (String, i8, i32) {
        let request = StreamsGroupDescribeRequest {
            group_ids: vec!["g".into()],
            include_topology_description: true,
            include_authorized_operations: true,
            ..Default::default()
        };
        let answer = self.ask(1, &request);
        let response: StreamsGroupDescribeResponse<'_> = read(&answer, 1);
        let group = &response.groups[0];
        let topology = group.topology.as_ref().expect("it has joined with one");
        let subtopologies = topology.subtopologies.as_ref().expect("one");
        let changelog = &subtopologies[0].state_changelog_topics[0];
        let state = group.group_state.to_string();
        (
            state,
            group.topology_description_status,
            changelog.partitions,
        )
    }
}

/// What a member hears.
struct Heard {
    error: ErrorCode,
    message: Option<String>,
    epoch: i32,
    tasks: Vec<i32>,
    statuses: Vec<(i8, String)>,
}

fn read<'a, M: Message<'a>>(answer: &'a [u8], version: i16) -> M {
    let mut reader = Reader::new(answer);
    ResponseHeader::decode(&mut reader, 1).expect("a header");
    M::decode(&mut reader, version).expect("an answer")
}

#[test]
fn internal_topics_are_created_and_tasks_given_and_both_stay() {
    let mut story = Story::new();
    let joined = story.beat(0, ("t", "c"));
    assert_eq!(joined.error, ErrorCode::NONE);
    let missing = (3, "Internal topics are missing: c".to_owned());
    assert_eq!(joined.statuses, [missing]);
    story.bench.pass(Duration::from_millis(500));
    let heard = story.beat(joined.epoch, ("t", "c"));
    assert_eq!(heard.tasks, [0, 1]);
    assert_eq!(story.describe(), ("Stable".to_owned(), 1, 2));
    story.bench.kill_and_start();
    story.client = story.bench.connect();
    story.find();
    let again = story.beat(heard.epoch, ("t", "c"));
    assert_eq!((again.error, again.epoch), (ErrorCode::NONE, heard.epoch));
    assert_eq!(story.describe(), ("Stable".to_owned(), 1, 2));
}

#[test]
fn what_makes_no_sense_is_refused_by_a_broker_that_is_not_the_coordinator() {
    let mut story = Story::without_coordinator();
    let topics = ("t", "c");
    assert_eq!(story.beat(0, topics).error, ErrorCode::NOT_COORDINATOR);
    assert_eq!(story.beat(-3, topics).error, ErrorCode::INVALID_REQUEST);
}

#[test]
fn topologies_with_names_that_no_topic_may_have_are_refused() {
    let mut story = Story::new();
    let own = story.beat(0, ("__consumer_offsets", "c"));
    assert_eq!(own.error, ErrorCode::STREAMS_INVALID_TOPOLOGY);
    let invalid = story.beat(0, ("t", "c c"));
    let why = "Topic names c c are not valid topic names.";
    assert_eq!(invalid.message.as_deref(), Some(why));
}

#[test]
fn descriptions_of_topologies_are_not_kept() {
    let mut story = Story::new();
    let request = StreamsGroupTopologyDescriptionUpdateRequest {
        group_id: "g".into(),
        member_id: "m".into(),
        ..Default::default()
    };
    let answer = story.ask(0, &request);
    let answer: StreamsGroupTopologyDescriptionUpdateResponse<'_> = read(&answer, 0);
    assert_eq!(answer.error_code, ErrorCode::UNSUPPORTED_VERSION);
}
