//! Requests that are well formed and make no sense.

use model::ErrorCode;
use protocol::alter_partition_reassignments_request::{
    AlterPartitionReassignmentsRequest, ReassignablePartition, ReassignableTopic,
};
use protocol::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse;
use protocol::create_partitions_request::{CreatePartitionsRequest, CreatePartitionsTopic};
use protocol::create_partitions_response::CreatePartitionsResponse;
use protocol::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::delete_records_request::{
    DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic,
};
use protocol::delete_records_response::DeleteRecordsResponse;
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use protocol::delete_topics_response::DeleteTopicsResponse;
use protocol::describe_configs_request::{DescribeConfigsRequest, DescribeConfigsResource};
use protocol::describe_configs_response::DescribeConfigsResponse;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::FetchResponse;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use protocol::incremental_alter_configs_response::IncrementalAlterConfigsResponse;
use protocol::list_config_resources_request::ListConfigResourcesRequest;
use protocol::list_config_resources_response::ListConfigResourcesResponse;
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use protocol::list_offsets_response::ListOffsetsResponse;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::metadata_response::MetadataResponse;

use crate::node::{
    Node, batch, create_topic, fetch, fetch_error, fetch_request, produce, produce_request,
};
use crate::wire::{Back, Wire, encoded};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 32;
const TOPIC: &str = "t";
const NONE: ErrorCode = ErrorCode::NONE;

/// A connection to a topic with three records.
fn connected(node: &Node) -> Wire {
    let mut wire = node.connect();
    create_topic(&mut wire, TOPIC, 1, &[]);
    for value in ["a", "b", "c"] {
        let (error, _) = produce(&mut wire, TOPIC, 0, -1, &batch(value.as_bytes()));
        assert!(error.is_none(), "{error:?}");
    }
    wire
}

#[test]
fn acks_that_are_none_are_refused() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        for acks in [2, -2, i16::MAX, i16::MIN] {
            let (error, _) = produce(&mut wire, TOPIC, 0, acks, &batch(b"x"));
            assert_eq!(error, ErrorCode::INVALID_REQUIRED_ACKS, "{acks}");
        }
        for partition in [1, -1, i32::MAX, i32::MIN] {
            let (error, _) = produce(&mut wire, TOPIC, partition, -1, &batch(b"x"));
            assert_eq!(error, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, "{partition}");
        }
        assert_eq!(
            fetch(&mut wire, TOPIC, 0, 0).len(),
            3,
            "nothing was written"
        );
    });
}

#[test]
fn offsets_that_are_not_there_are_out_of_range() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        assert_eq!(fetch_error(&mut wire, TOPIC, 0, 3), NONE, "the end");
        for offset in [-1, -2, i64::MIN, 4, i64::MAX] {
            let error = fetch_error(&mut wire, TOPIC, 0, offset);
            assert_eq!(error, ErrorCode::OFFSET_OUT_OF_RANGE, "{offset}");
        }
    });
}

#[test]
fn sizes_of_a_fetch_mean_at_least_one_batch() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        for (max_bytes, partition_max_bytes) in
            [(0, 1 << 20), (i32::MAX, i32::MAX), (1 << 20, 0), (1, 1)]
        {
            let mut request = fetch_request(TOPIC, 0, 0);
            request.max_bytes = max_bytes;
            request.topics[0].partitions[0].partition_max_bytes = partition_max_bytes;
            let size = wire.ask(12, &request, |answer: &FetchResponse<'_>| {
                let records = answer.responses[0].partitions[0].records.as_ref();
                records.map_or(0, protocol::Records::len)
            });
            assert!(size > 0, "{max_bytes}, {partition_max_bytes}");
        }
        for size in [-1, i32::MIN] {
            let mut request = fetch_request(TOPIC, 0, 0);
            request.max_bytes = size;
            request.min_bytes = size;
            request.max_wait_ms = size;
            request.topics[0].partitions[0].partition_max_bytes = size;
            // Apache Kafka has UNKNOWN_SERVER_ERROR.
            let seen = wire.ask(12, &request, |answer: &FetchResponse<'_>| {
                let partition = &answer.responses[0].partitions[0];
                let size = partition.records.as_ref().map_or(0, protocol::Records::len);
                (answer.error_code, partition.error_code, size > 0)
            });
            assert_eq!(seen, (NONE, NONE, true), "{size}");
        }
    });
}

#[test]
fn sessions_that_are_not_there_are_told_so() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut ask = |session_id, session_epoch| {
            let mut request = fetch_request(TOPIC, 0, 0);
            request.session_id = session_id;
            request.session_epoch = session_epoch;
            wire.ask(12, &request, |answer: &FetchResponse<'_>| {
                (answer.error_code, answer.session_id)
            })
        };
        // Apache Kafka has UNKNOWN_SERVER_ERROR for the largest.
        for id in [1, -1, i32::MAX, i32::MIN] {
            assert_eq!(ask(id, 1).0, ErrorCode::FETCH_SESSION_ID_NOT_FOUND, "{id}");
        }
        let (error, id) = ask(0, 0);
        assert!(error == NONE && id > 0, "{error:?} {id}");
        for epoch in [2, i32::MAX, -2, i32::MIN] {
            assert_eq!(
                ask(id, epoch).0,
                ErrorCode::INVALID_FETCH_SESSION_EPOCH,
                "{epoch}"
            );
        }
        assert_eq!(ask(id, 1).0, NONE, "it goes on");
    });
}

#[test]
fn a_fetch_of_a_hundred_thousand_partitions_is_answered() {
    Node::start(&[]).withstands(256, |node| {
        let mut wire = connected(node);
        let partitions: Vec<FetchPartition> = (0..100_000)
            .map(|partition| FetchPartition {
                partition,
                fetch_offset: 0,
                partition_max_bytes: 1 << 20,
                ..Default::default()
            })
            .collect();
        let request = FetchRequest {
            max_bytes: 1 << 20,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: TOPIC.into(),
                partitions,
                ..Default::default()
            }],
            ..Default::default()
        };
        let (found, unknown) = wire.ask(12, &request, |answer: &FetchResponse<'_>| {
            let all = answer.responses.iter().flat_map(|topic| &topic.partitions);
            let errors: Vec<ErrorCode> = all.map(|partition| partition.error_code).collect();
            let count = |code| errors.iter().filter(|error| **error == code).count();
            (count(NONE), count(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION))
        });
        assert_eq!((found, unknown), (1, 99_999));
    });
}

#[test]
fn timestamps_that_mean_nothing_are_told_so() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut ask = |version: i16, timestamp: i64| {
            let request = ListOffsetsRequest {
                replica_id: -1,
                topics: vec![ListOffsetsTopic {
                    name: TOPIC.into(),
                    partitions: vec![ListOffsetsPartition {
                        timestamp,
                        current_leader_epoch: -1,
                        ..Default::default()
                    }],
                    ..Default::default()
                }],
                ..Default::default()
            };
            wire.ask(version, &request, |answer: &ListOffsetsResponse<'_>| {
                let partition = &answer.topics[0].partitions[0];
                (partition.error_code, partition.offset)
            })
        };
        assert_eq!(ask(1, -1), (NONE, 3));
        assert_eq!(ask(1, -2), (NONE, 0));
        assert_eq!(ask(1, 0), (NONE, 0));
        assert_eq!(ask(1, i64::MAX), (NONE, -1), "after everything");
        // Special timestamps before the version that brings them, and those that no version has.
        for (version, timestamp) in [
            (6, -3),
            (7, -4),
            (8, -5),
            (10, -6),
            (11, -7),
            (11, i64::MIN),
        ] {
            let (error, offset) = ask(version, timestamp);
            assert_eq!(
                (error, offset),
                (ErrorCode::UNSUPPORTED_VERSION, -1),
                "{timestamp}"
            );
        }
    });
}

fn creatable(name: &str) -> CreatableTopic<'_> {
    CreatableTopic {
        name: name.into(),
        num_partitions: 1,
        replication_factor: 1,
        ..Default::default()
    }
}

/// The error of the first topic.
fn create(wire: &mut Wire, topics: Vec<CreatableTopic<'_>>) -> ErrorCode {
    let request = CreateTopicsRequest {
        topics,
        timeout_ms: 10_000,
        ..Default::default()
    };
    wire.ask(7, &request, |answer: &CreateTopicsResponse<'_>| {
        answer.topics[0].error_code
    })
}

/// What cannot be the name of a topic, nor of a directory.
const NO_TOPICS: [&str; 14] = [
    "",
    ".",
    "..",
    "../x",
    "../../etc/passwd",
    "a/b",
    "/",
    "a\0b",
    "a b",
    "ä",
    "a:b",
    "%2e%2e",
    "~",
    "x\n",
];

#[test]
fn names_that_are_no_topics_are_refused_and_touch_no_file() {
    let mut node = Node::start(&[]);
    node.withstands(BOUND, |node| {
        let mut wire = node.connect();
        for length in [250, i16::MAX as usize] {
            is_no_topic(&mut wire, &"x".repeat(length));
        }
        NO_TOPICS
            .iter()
            .for_each(|name| is_no_topic(&mut wire, name));
        let mut create = |names: &[&'static str]| {
            create(
                &mut wire,
                names.iter().map(|name| creatable(name)).collect(),
            )
        };
        assert_eq!(create(&["a.b"]), NONE);
        assert_eq!(
            create(&["a_b"]),
            ErrorCode::INVALID_TOPIC_EXCEPTION,
            "it collides"
        );
        assert_eq!(create(&["__cluster_metadata"]), ErrorCode::INVALID_REQUEST);
        assert_eq!(create(&["twice", "twice"]), ErrorCode::INVALID_REQUEST);
    });
    let data = node.broker().log_dir();
    let around = data.parent().expect("it lies in a directory");
    for entry in std::fs::read_dir(around).expect("it is there") {
        let name = entry.expect("an entry").file_name();
        let known = ["data", "broker.log", "server.properties"];
        assert!(known.iter().any(|known| name == *known), "{name:?}");
    }
}

/// Neither creation nor a question nor a record makes a topic of this name.
#[track_caller]
fn is_no_topic(wire: &mut Wire, name: &str) {
    let invalid = ErrorCode::INVALID_TOPIC_EXCEPTION;
    assert_eq!(create(wire, vec![creatable(name)]), invalid, "{name}");
    let metadata = MetadataRequest {
        topics: Some(vec![MetadataRequestTopic {
            name: Some(name.into()),
            ..Default::default()
        }]),
        allow_auto_topic_creation: true,
        ..Default::default()
    };
    let error = wire.ask(9, &metadata, |answer: &MetadataResponse<'_>| {
        answer.topics[0].error_code
    });
    assert_eq!(error, invalid, "{name}");
    let error = produce(wire, name, 0, -1, &batch(b"x")).0;
    assert_eq!(error, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, "{name}");
}

#[test]
fn partitions_and_replicas_beyond_measure_are_refused() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let with = |partitions: i32, factor: i16| CreatableTopic {
            num_partitions: partitions,
            replication_factor: factor,
            ..creatable("new")
        };
        for (topic, error) in [
            (with(1_000_000, 1), ErrorCode::POLICY_VIOLATION),
            (with(i32::MAX, 1), ErrorCode::POLICY_VIOLATION),
            (with(0, 1), ErrorCode::INVALID_PARTITIONS),
            (with(-2, 1), ErrorCode::INVALID_PARTITIONS),
            (with(i32::MIN, 1), ErrorCode::INVALID_PARTITIONS),
            (with(1, 0), ErrorCode::INVALID_REPLICATION_FACTOR),
            (with(1, 2), ErrorCode::INVALID_REPLICATION_FACTOR),
            (with(1, i16::MIN), ErrorCode::INVALID_REPLICATION_FACTOR),
            (with(1, i16::MAX), ErrorCode::INVALID_REPLICATION_FACTOR),
        ] {
            let what = format!("{topic:?}");
            assert_eq!(create(&mut wire, vec![topic]), error, "{what}");
        }
        for (count, error) in [
            (1_000_000, ErrorCode::POLICY_VIOLATION),
            (i32::MAX, ErrorCode::POLICY_VIOLATION),
            (1, ErrorCode::INVALID_PARTITIONS),
            (0, ErrorCode::INVALID_PARTITIONS),
            (i32::MIN, ErrorCode::INVALID_PARTITIONS),
        ] {
            let request = CreatePartitionsRequest {
                topics: vec![CreatePartitionsTopic {
                    name: TOPIC.into(),
                    count,
                    ..Default::default()
                }],
                timeout_ms: 10_000,
                ..Default::default()
            };
            let answered = wire.ask(3, &request, |answer: &CreatePartitionsResponse<'_>| {
                answer.results[0].error_code
            });
            assert_eq!(answered, error, "{count}");
        }
    });
}

/// Partitions with the brokers that they are assigned to.
type Assignments<'a> = [(i32, &'a [i32])];

#[test]
fn assignments_that_cannot_be_are_refused() {
    const BAD: ErrorCode = ErrorCode::INVALID_REPLICA_ASSIGNMENT;
    let assigned = |assignments: &[(i32, &[i32])]| CreatableTopic {
        num_partitions: -1,
        replication_factor: -1,
        assignments: (assignments.iter())
            .map(|(partition_index, broker_ids)| CreatableReplicaAssignment {
                partition_index: *partition_index,
                broker_ids: broker_ids.to_vec(),
                ..Default::default()
            })
            .collect(),
        ..creatable("new")
    };
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let cases: [(&str, &Assignments); 7] = [
            ("an unknown broker", &[(0, &[9])]),
            ("a negative broker", &[(0, &[-1])]),
            ("no broker", &[(0, &[])]),
            ("a broker twice", &[(0, &[0, 0])]),
            ("a gap", &[(0, &[0]), (2, &[0])]),
            ("a partition twice", &[(0, &[0]), (0, &[0])]),
            ("a negative partition", &[(-1, &[0])]),
        ];
        for (what, assignments) in cases {
            assert_eq!(
                create(&mut wire, vec![assigned(assignments)]),
                BAD,
                "{what}"
            );
        }
        let both = CreatableTopic {
            num_partitions: 1,
            ..assigned(&[(0, &[0])])
        };
        assert_eq!(create(&mut wire, vec![both]), ErrorCode::INVALID_REQUEST);
        let reassign = AlterPartitionReassignmentsRequest {
            timeout_ms: 10_000,
            topics: vec![ReassignableTopic {
                name: TOPIC.into(),
                partitions: vec![ReassignablePartition {
                    partition_index: 0,
                    replicas: Some(vec![99]),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let error = wire.ask(
            0,
            &reassign,
            |answer: &AlterPartitionReassignmentsResponse<'_>| {
                answer.responses[0].partitions[0].error_code
            },
        );
        assert_eq!(error, BAD, "a reassignment to an absent broker");
    });
}

#[test]
fn configurations_that_cannot_be_are_refused() {
    const INVALID: ErrorCode = ErrorCode::INVALID_CONFIG;
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let huge = "9".repeat(30_000);
        let values = [
            ("no.such.key", Some("1")),
            ("", Some("1")),
            ("retention.ms", Some("-2")),
            ("retention.ms", Some("x")),
            ("retention.ms", Some(huge.as_str())),
            ("segment.bytes", Some("-1")),
            ("cleanup.policy", Some("none,of,these")),
            ("compression.type", Some("brotli")),
            ("max.message.bytes", Some("-1")),
        ];
        for (name, value) in values {
            let topic = CreatableTopic {
                configs: vec![CreatableTopicConfig {
                    name: name.into(),
                    value: value.map(Into::into),
                    ..Default::default()
                }],
                ..creatable("new")
            };
            assert_eq!(
                create(&mut wire, vec![topic]),
                INVALID,
                "{name}={value:?} at creation"
            );
            assert_eq!(
                alter(&mut wire, 2, TOPIC, 0, name, value),
                INVALID,
                "{name}={value:?}"
            );
        }
        let ok = Some("1000");
        assert_eq!(
            alter(&mut wire, 2, "none", 0, "retention.ms", ok),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
        // Apache Kafka has UNKNOWN_SERVER_ERROR for kinds and operations that it does not know.
        assert_eq!(
            alter(&mut wire, 99, TOPIC, 0, "retention.ms", ok),
            ErrorCode::INVALID_REQUEST
        );
        assert_eq!(
            alter(&mut wire, 2, TOPIC, 9, "retention.ms", ok),
            ErrorCode::INVALID_REQUEST
        );
        assert_eq!(
            alter(&mut wire, 2, TOPIC, 2, "retention.ms", ok),
            INVALID,
            "to append to a number"
        );
        assert_eq!(
            alter(&mut wire, 4, "x", 0, "log.retention.ms", ok),
            ErrorCode::INVALID_REQUEST
        );
        assert_eq!(
            alter(&mut wire, 4, "99", 0, "log.retention.ms", ok),
            ErrorCode::BROKER_ID_NOT_REGISTERED
        );
        assert_eq!(
            alter(&mut wire, 4, "0", 0, "log.dirs", Some("/etc")),
            ErrorCode::INVALID_REQUEST
        );
    });
}

pub fn alter(
    wire: &mut Wire,
    kind: i8,
    resource: &str,
    operation: i8,
    name: &str,
    value: Option<&str>,
) -> ErrorCode {
    let request = IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: kind,
            resource_name: resource.into(),
            configs: vec![AlterableConfig {
                name: name.into(),
                config_operation: operation,
                value: value.map(Into::into),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    wire.ask(
        1,
        &request,
        |answer: &IncrementalAlterConfigsResponse<'_>| answer.responses[0].error_code,
    )
}

#[test]
fn records_that_are_not_there_cannot_be_deleted() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut delete = |topic: &str, partition: i32, offset: i64| {
            let request = DeleteRecordsRequest {
                topics: vec![DeleteRecordsTopic {
                    name: topic.into(),
                    partitions: vec![DeleteRecordsPartition {
                        partition_index: partition,
                        offset,
                        ..Default::default()
                    }],
                    ..Default::default()
                }],
                timeout_ms: 1000,
                ..Default::default()
            };
            wire.ask(2, &request, |answer: &DeleteRecordsResponse<'_>| {
                answer.topics[0].partitions[0].error_code
            })
        };
        for offset in [4, i64::MAX, -2, i64::MIN] {
            assert_eq!(
                delete(TOPIC, 0, offset),
                ErrorCode::OFFSET_OUT_OF_RANGE,
                "{offset}"
            );
        }
        assert_eq!(delete(TOPIC, 9, 0), ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        assert_eq!(delete("none", 0, 0), ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
        assert_eq!(delete(TOPIC, 0, 1), NONE);
        assert_eq!(delete(TOPIC, 0, 0), NONE, "what is deleted already");
        assert_eq!(fetch(&mut wire, TOPIC, 0, 1), [b"b", b"c"]);
    });
}

#[test]
fn topics_that_are_not_there_cannot_be_deleted() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut delete = |name: Option<&'static str>, topic_id: u8| {
            let request = DeleteTopicsRequest {
                topics: vec![DeleteTopicState {
                    name: name.map(Into::into),
                    topic_id: model::Uuid([topic_id; 16]),
                    ..Default::default()
                }],
                timeout_ms: 1000,
                ..Default::default()
            };
            wire.ask(6, &request, |answer: &DeleteTopicsResponse<'_>| {
                answer.responses[0].error_code
            })
        };
        assert_eq!(
            delete(Some("none"), 0),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
        assert_eq!(
            delete(Some("../data"), 0),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
        assert_eq!(delete(None, 77), ErrorCode::UNKNOWN_TOPIC_ID);
        assert_eq!(delete(None, 0), ErrorCode::INVALID_REQUEST);
        assert_eq!(delete(Some(TOPIC), 77), ErrorCode::INVALID_REQUEST);
        assert_eq!(fetch(&mut wire, TOPIC, 0, 0).len(), 3);
    });
}

#[test]
fn one_partition_a_thousand_times_in_one_request_is_answered() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let good = batch(b"x");
        let mut request = produce_request(TOPIC, 0, -1, &good);
        let one = request.topic_data[0].clone();
        request.topic_data.extend((0..999).map(|_| one.clone()));
        wire.send(&encoded(12, &request));
        assert!(matches!(wire.back(), Back::Frame(_)));
        // Whether it was taken a thousand times or refused: the partition goes on.
        let mut wire = node.connect();
        assert_eq!(produce(&mut wire, TOPIC, 0, -1, &good).0, NONE);
    });
}

/// The bytes of the answer to a request.
fn answer_size<'a, R: protocol::Request<'a>>(node: &Node, version: i16, request: &R) -> usize {
    let mut wire = node.connect();
    wire.send(&encoded(version, request));
    match wire.back() {
        Back::Frame(frame) => frame.len(),
        other => panic!("{} got {other:?}", R::NAME),
    }
}

#[test]
fn what_is_asked_for_ten_thousand_times_is_answered_once() {
    const TIMES: usize = 10_000;
    Node::start(&[]).withstands(64, |node| {
        let mut wire = connected(node);
        create_topic(&mut wire, "many", 500, &[]);
        let topic = MetadataRequestTopic {
            name: Some("many".into()),
            ..Default::default()
        };
        let metadata = |times| MetadataRequest {
            topics: Some(vec![topic.clone(); times]),
            ..Default::default()
        };
        let once = answer_size(node, 9, &metadata(1));
        assert_eq!(answer_size(node, 9, &metadata(TIMES)), once);
        let broker = DescribeConfigsResource {
            resource_type: 4,
            resource_name: "0".into(),
            configuration_keys: None,
            ..Default::default()
        };
        let configs = |times| DescribeConfigsRequest {
            resources: vec![broker.clone(); times],
            include_synonyms: true,
            include_documentation: true,
            ..Default::default()
        };
        let once = answer_size(node, 4, &configs(1));
        assert_eq!(answer_size(node, 4, &configs(TIMES)), once);
    });
}

/// Apache Kafka lists the loggers of each broker and sets their levels; Kalda has none that could be, in all three places.
#[test]
fn loggers_are_neither_listed_nor_described_nor_set() {
    const LOGGER: i8 = 8;
    let node = Node::start(&[]);
    let mut wire = node.connect();
    let mut list = |resource_types: Vec<i8>| {
        let request = ListConfigResourcesRequest {
            resource_types,
            ..Default::default()
        };
        wire.ask(1, &request, |answer: &ListConfigResourcesResponse<'_>| {
            let listed = answer.config_resources.iter();
            let kinds: Vec<i8> = listed.map(|listed| listed.resource_type).collect();
            (answer.error_code, kinds)
        })
    };
    assert_eq!(list(vec![]), (NONE, vec![4]), "the broker");
    assert_eq!(list(vec![LOGGER]), (NONE, vec![]));
    let describe = DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: LOGGER,
            resource_name: "0".into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let described = wire.ask(4, &describe, |answer: &DescribeConfigsResponse<'_>| {
        let result = &answer.results[0];
        (
            result.error_code,
            result.error_message.as_deref().map(str::to_owned),
        )
    });
    let set = IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type: LOGGER,
            resource_name: "0".into(),
            configs: vec![AlterableConfig {
                name: "root".into(),
                value: Some("DEBUG".into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let set = wire.ask(1, &set, |answer: &IncrementalAlterConfigsResponse<'_>| {
        let response = &answer.responses[0];
        (
            response.error_code,
            response.error_message.as_deref().map(str::to_owned),
        )
    });
    assert_eq!(described.0, ErrorCode::INVALID_REQUEST);
    assert!(
        described
            .1
            .as_ref()
            .is_some_and(|message| message.contains("KALDA_LOG"))
    );
    assert_eq!(set, described, "the same remedy");
}
