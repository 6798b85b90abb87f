//! What is the node's own: the topics of coordinators, and transactions that nobody coordinates.

use model::{ErrorCode, ProducerEpoch, ProducerId};
use protocol::encode_request;
use protocol::fetch_response::FetchResponse;
use protocol::list_groups_request::ListGroupsRequest;
use protocol::list_groups_response::ListGroupsResponse;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::metadata_response::MetadataResponse;
use protocol::produce_request::ProduceRequest;
use protocol::produce_response::ProduceResponse;
use protocol::{Message, Writer};
use records::{BatchBuilder, NewRecord};
use testkit::wait;

use crate::groups::{PROPERTIES, connected};
use crate::node::{Node, batch, create_topic, fetch_request, now, produce, produce_request};
use crate::wire::{Back, PATIENCE, Wire, read};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 32;
const NONE: ErrorCode = ErrorCode::NONE;
const OFFSETS: &str = "__consumer_offsets";
const PRODUCE: i16 = 12;

/// Produces under a client id of its own; gives the error of the one partition.
fn produce_as(wire: &mut Wire, client: &str, request: &ProduceRequest<'_>) -> ErrorCode {
    let mut writer = Writer::new();
    encode_request(&mut writer, PRODUCE, 7, Some(client), request).expect("it can be written");
    wire.send(&writer.into_parts().0);
    let Back::Frame(frame) = wire.back() else {
        panic!("no answer");
    };
    read(protocol::ApiKey::Produce, PRODUCE, &frame, |reader| {
        let answer = ProduceResponse::decode(reader, PRODUCE).expect("an answer");
        answer.responses[0].partition_responses[0].error_code
    })
}

fn with_key(key: &[u8]) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    builder.append(&NewRecord::new(now(), Some(key), Some(b"junk")));
    builder.finish()
}

fn list_groups(wire: &mut Wire) -> ErrorCode {
    let request = ListGroupsRequest::default();
    wire.ask(4, &request, |answer: &ListGroupsResponse<'_>| {
        answer.error_code
    })
}

#[test]
fn internal_topics_take_nothing_from_clients() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        for index in 0..3 {
            let (error, _) = produce(&mut wire, OFFSETS, index, -1, &with_key(b"x"));
            assert_eq!(error, ErrorCode::INVALID_TOPIC_EXCEPTION);
        }
        for name in ["__transaction_state", "__share_group_state"] {
            create_topic(&mut wire, name, 1, &[]);
            let (error, _) = produce(&mut wire, name, 0, -1, &with_key(b"x"));
            assert_eq!(error, ErrorCode::INVALID_TOPIC_EXCEPTION, "{name}");
        }
    });
}

#[test]
fn records_that_nobody_can_read_do_not_keep_a_coordinator_from_its_groups() {
    let mut node = Node::start(&PROPERTIES);
    let mut wire = connected(&node);
    // A record without a key is refused already: the topic is compacted.
    let junk: [&[u8]; 3] = [b"x", &[0, 1, 0xff, 0xff], &[0, 99]];
    for key in junk {
        for index in 0..3 {
            let batch = with_key(key);
            let request = produce_request(OFFSETS, index, -1, &batch);
            assert_eq!(produce_as(&mut wire, "__admin_client", &request), NONE);
        }
    }
    node.broker().stop().expect("it stops");
    node.broker().restart().expect("it starts");
    let mut wire = node.connect();
    wait::until(
        "all coordinators",
        PATIENCE,
        || list_groups(&mut wire).is_none().then_some(()),
        String::new,
    )
    .expect("the coordinators are loaded");
    let written = node.broker().written();
    for index in 0..3 {
        // A record of a kind that is not known is none of these: a later release may have written it.
        let told = format!(
            "the coordinator of {OFFSETS}-{index} passes over 2 of its records that cannot be read, the first of them at offset"
        );
        assert_eq!(written.matches(&told).count(), 1, "{written}");
    }
}

/// One client's topics are many to create; the broker beside the controller stays known to the others.
#[test]
fn topics_without_number_that_are_created_automatically_leave_the_broker_in_service() {
    Node::start(&[]).withstands(256, |node| {
        let name = |request: usize, number: usize| format!("automatic-{request}-{number}");
        let ask = |wire: &mut Wire, names: &mut dyn Iterator<Item = String>, create| {
            let topics = names.map(|name| MetadataRequestTopic {
                name: Some(name.into()),
                ..Default::default()
            });
            let request = MetadataRequest {
                topics: Some(topics.collect()),
                allow_auto_topic_creation: create,
                ..Default::default()
            };
            wire.ask(9, &request, |answer: &MetadataResponse<'_>| {
                assert_eq!(answer.brokers.len(), 1, "the broker is known");
                answer.topics.iter().all(|topic| topic.error_code.is_none())
            })
        };
        let mut wire = node.connect();
        // More than one decision may write: refused as a whole.
        let mut too_many = (0..9_900).map(|number| name(9, number));
        ask(&mut wire, &mut too_many, true);
        for request in 0..3 {
            ask(
                &mut wire,
                &mut (0..4_000).map(|number| name(request, number)),
                true,
            );
        }
        let mut other = node.connect();
        let mut are_there = || {
            let mut last = (0..3).map(|request| name(request, 3_999));
            // Topics beyond those that may wait are forgotten until somebody asks again.
            ask(&mut other, &mut last, true).then_some(())
        };
        wait::until("the topics", 2 * PATIENCE, &mut are_there, String::new)
            .expect("they are created");
        assert!(!ask(&mut wire, &mut [name(9, 0)].into_iter(), false));
        let written = node.written();
        assert!(!written.contains("is fenced"), "{written}");
        let told = "topic automatic-9-0 and 9899 others that a request named cannot be created";
        assert_eq!(written.matches(told).count(), 1, "{written}");
    });
}

fn transactional() -> Vec<u8> {
    let mut builder = BatchBuilder::new()
        .producer(ProducerId(123_456), ProducerEpoch(0), 0)
        .transactional();
    builder.append(&NewRecord::new(now(), None, Some(b"of a transaction")));
    builder.finish()
}

#[test]
fn transactions_that_nobody_began_do_not_hold_up_readers_of_committed_records() {
    Node::start(&[]).withstands(BOUND, |node| {
        let mut wire = node.connect();
        create_topic(&mut wire, "t", 1, &[]);
        let of_transaction = transactional();
        let mut request = produce_request("t", 0, -1, &of_transaction);
        assert_eq!(
            produce_as(&mut wire, "c", &request),
            ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        );
        request.transactional_id = Some("mine".into());
        // Nobody has asked for a coordinator yet, so that there is none to verify it.
        assert_eq!(
            produce_as(&mut wire, "c", &request),
            ErrorCode::NOT_ENOUGH_REPLICAS
        );
        assert_eq!(produce(&mut wire, "t", 0, -1, &batch(b"x")), (NONE, 0));
        let mut fetch = fetch_request("t", 0, 0);
        fetch.isolation_level = 1;
        let stable = wire.ask(12, &fetch, |answer: &FetchResponse<'_>| {
            answer.responses[0].partitions[0].last_stable_offset
        });
        assert_eq!(stable, 1, "what is not of a transaction is read");
    });
}
