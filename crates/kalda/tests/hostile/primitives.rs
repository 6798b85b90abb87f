//! Bodies whose lengths and counts lie, and bodies of very many very small things.

use codegen::sample::Random;
use codegen::{Kind, Message, Schemas, smallest};
use protocol::ApiKey;
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use protocol::describe_groups_request::DescribeGroupsRequest;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};

use crate::node::Node;
use crate::wire::{Back, CORRELATION_ID, Wire, encoded, expect_closed, request_frame};

/// The most that memory may grow, in MiB, where nothing that is whole arrives.
const SMALL: u64 = 16;
/// Elements of the requests that are many small things.
const MANY: usize = 100_000;
/// The most that memory may grow over such a request, in MiB: what is decoded of it and what it is answered with, for
/// each of two threads, and what the bystander does.
const LARGE: u64 = 256;

/// Metadata at a version with old lengths, Metadata with new ones.
const METADATA: i16 = 3;
const CLASSIC: i16 = 8;
const FLEXIBLE: i16 = 12;

fn schemas() -> Schemas {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/schemas");
    codegen::load(&dir).expect("the schemas are well formed")
}

/// Java takes strings that are not UTF-8, and lengths below -1 for null; here they are refused.
#[test]
fn counts_and_lengths_that_lie_close_the_connection() {
    let cases: [(&str, i16, &[u8]); 10] = [
        ("an array of -2", CLASSIC, &[0xff, 0xff, 0xff, 0xfe]),
        ("an array of 2^31-1", CLASSIC, &[0x7f, 0xff, 0xff, 0xff]),
        (
            "one element more than there are bytes",
            CLASSIC,
            &[0, 0, 0, 2, 0, 0],
        ),
        (
            "a string beyond the end",
            CLASSIC,
            &[0, 0, 0, 1, 0x7f, 0xff, b'x'],
        ),
        (
            "a string that may not be null",
            CLASSIC,
            &[0, 0, 0, 1, 0xff, 0xff, 0, 0, 0],
        ),
        (
            "a string that is not UTF-8",
            CLASSIC,
            &[0, 0, 0, 1, 0, 2, 0xc3, 0x28, 0, 0, 0],
        ),
        (
            "a compact array of 2^32-2",
            FLEXIBLE,
            &[0xff, 0xff, 0xff, 0xff, 0x0f],
        ),
        (
            "a compact array of 2^27",
            FLEXIBLE,
            &[0x81, 0x80, 0x80, 0x40],
        ),
        (
            "a compact length of too many bits",
            FLEXIBLE,
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
        ),
        ("nothing", FLEXIBLE, &[]),
    ];
    Node::start(&[]).withstands(SMALL, |node| {
        for (what, version, body) in cases {
            let mut wire = node.connect();
            wire.send_frame(&request_frame(METADATA, version, body));
            expect_closed(what, &wire.back());
        }
        // Topics of Produce may not be null: transactional id, acks, time-out, topics.
        let mut wire = node.connect();
        let produce = [0xff, 0xff, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0xff, 0xff];
        wire.send_frame(&request_frame(0, 8, &produce));
        expect_closed("an array that may not be null", &wire.back());
    });
}

/// 0 stands for null where lengths and counts are compact.
#[test]
fn compact_lengths_of_null_where_there_must_be_something_close_the_connection() {
    let cases: [(&str, ApiKey, i16, &[u8]); 7] = [
        ("an array: groups", ApiKey::DescribeGroups, 5, &[0, 0, 0]),
        ("an array: topics", ApiKey::DeleteTopics, 5, &[0; 6]),
        (
            "a name in an array",
            ApiKey::DescribeGroups,
            5,
            &[2, 0, 0, 0],
        ),
        (
            "a name of a topic",
            ApiKey::Metadata,
            9,
            &[2, 0, 0, 1, 0, 0, 0],
        ),
        ("a name of a group", ApiKey::Heartbeat, 4, &[0; 12]),
        (
            // Group, generation, member, instance, protocol type and name, one assignment: member, null, no tags.
            "bytes",
            ApiKey::SyncGroup,
            5,
            &[2, b'g', 0, 0, 0, 0, 2, b'm', 0, 0, 0, 2, 2, b'm', 0, 0, 0],
        ),
        (
            // Name and version of a client's software.
            "a string",
            ApiKey::ApiVersions,
            3,
            &[0, 2, b'1', 0],
        ),
    ];
    Node::start(&[]).withstands(SMALL, |node| {
        for (what, key, version, body) in cases {
            let mut wire = node.connect();
            wire.send_frame(&request_frame(key.as_i16(), version, body));
            expect_closed(what, &wire.back());
        }
    });
}

#[test]
fn what_follows_a_request_in_its_frame_is_not_looked_at() {
    Node::start(&[]).withstands(SMALL, |node| {
        let mut frame = encoded(CLASSIC, &MetadataRequest::default()).split_off(4);
        frame.extend([0xff; 100]);
        let mut wire = node.connect();
        wire.send_frame(&frame);
        assert!(matches!(wire.back(), Back::Frame(_)));
    });
}

fn requests(schemas: &Schemas) -> impl Iterator<Item = (ApiKey, &Message)> {
    schemas
        .messages
        .iter()
        .filter_map(|message| match message.kind {
            Kind::Request { key } => ApiKey::from_i16(key).map(|key| (key, message)),
            _ => None,
        })
}

#[test]
fn spoilt_requests_of_every_api_end_in_an_answer_or_the_end() {
    let schemas = schemas();
    let (mut answered, mut closed) = (0, 0);
    Node::start(&[]).withstands(64, |node| {
        let mut random = Random(17);
        for (key, message) in requests(&schemas) {
            let versions = message.layout.versions;
            for version in versions.first..=versions.last {
                let mut body = codegen::sample::message(&mut random, &message.layout, version);
                codegen::sample::spoil(&mut random, &mut body);
                let mut wire = node.connect();
                wire.send_frame(&request_frame(key.as_i16(), version, &body));
                match end_of(&mut wire) {
                    Back::Frame(frame) => {
                        let id = frame.first_chunk().copied().map(i32::from_be_bytes);
                        assert_eq!(id, Some(CORRELATION_ID), "{key:?} version {version}");
                        answered += 1;
                    }
                    Back::Closed => closed += 1,
                    Back::Nothing => panic!("{key:?} version {version} comes to no end"),
                }
            }
        }
    });
    // Were all of one kind, the inputs would be too wild or too tame.
    assert!(
        answered > 50 && closed > 50,
        "{answered} requests were answered, {closed} ended with their connection"
    );
}

/// What a request comes to. It may wait for as long as it says, or have no answer; once its client has nothing more to
/// say its connection ends, unless somebody is stuck in it.
fn end_of(wire: &mut Wire) -> Back {
    let back = wire.back_within(std::time::Duration::from_millis(20));
    if back != Back::Nothing {
        return back;
    }
    // Who was closed in this moment cannot be closed again, and says so when it is read.
    let _closed = wire.stream().shutdown(std::net::Shutdown::Write);
    wire.back()
}

/// Sends a request, and another behind it, since not every request has an answer; waits for what comes of them.
#[track_caller]
fn is_done(what: &str, wire: &mut Wire, bytes: &[u8]) {
    wire.send(bytes);
    wire.send(&encoded(0, &ApiVersionsRequest::default()));
    assert_ne!(wire.back(), Back::Nothing, "{what} comes to an end");
}

#[test]
fn requests_of_many_empty_things_are_done_with_in_time_and_memory() {
    let schemas = schemas();
    Node::start(&[]).withstands(LARGE, |node| {
        for (key, message) in requests(&schemas) {
            let version = message.layout.versions.last;
            let body = smallest::message(&message.layout, version, MANY);
            // Those that have no array are as small as ever.
            if body.len() >= MANY {
                let mut wire = node.connect();
                let frame = request_frame(key.as_i16(), version, &body);
                is_done(key.name(), &mut wire, &crate::wire::framed(&frame));
            }
        }
    });
}

#[test]
fn requests_of_many_different_names_are_done_with_in_time_and_memory() {
    let names: Vec<String> = (0..MANY).map(|number| format!("n{number}")).collect();
    let topics = |names: &[String]| -> Vec<_> {
        (names.iter())
            .map(|name| MetadataRequestTopic {
                name: Some(name.clone().into()),
                ..Default::default()
            })
            .collect()
    };
    Node::start(&[("auto.create.topics.enable", "false")]).withstands(LARGE, |node| {
        let metadata = MetadataRequest {
            topics: Some(topics(&names)),
            allow_auto_topic_creation: true,
            ..Default::default()
        };
        is_done("Metadata", &mut node.connect(), &encoded(9, &metadata));
        let delete = DeleteTopicsRequest {
            topics: (names.iter())
                .map(|name| DeleteTopicState {
                    name: Some(name.clone().into()),
                    ..Default::default()
                })
                .collect(),
            timeout_ms: 1000,
            ..Default::default()
        };
        is_done("DeleteTopics", &mut node.connect(), &encoded(6, &delete));
        let groups = DescribeGroupsRequest {
            groups: names.iter().map(|name| name.clone().into()).collect(),
            ..Default::default()
        };
        is_done("DescribeGroups", &mut node.connect(), &encoded(5, &groups));
    });
}
