//! What clients are told that they may do: everything, and only if they ask.

#[expect(dead_code, reason = "other tests of the node use the rest of it")]
mod node;

use node::Bench;
use protocol::describe_groups_request::DescribeGroupsRequest;
use protocol::describe_groups_response::DescribeGroupsResponse;
use protocol::describe_topic_partitions_request::DescribeTopicPartitionsRequest;
use protocol::describe_topic_partitions_response::DescribeTopicPartitionsResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::metadata_request::MetadataRequest;
use protocol::metadata_response::MetadataResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader, Request};

/// Nobody asked.
const UNTOLD: i32 = i32::MIN;
/// Bits of the operations' numbers in ACLs.
const TOPIC: i32 = 3576;
const GROUP: i32 = 3400;
const CLUSTER: i32 = 8096;

fn ask<'a, R: Request<'a>, T>(
    bench: &mut Bench,
    version: i16,
    request: &R,
    look: impl for<'r> FnOnce(R::Response<'r>) -> T,
) -> T {
    let client = bench.connect();
    bench.send(client, version, request);
    let answer = bench.answer(client).expect("an answer");
    let mut reader = Reader::new(&answer);
    ResponseHeader::decode(&mut reader, R::KEY.response_header_version(version)).expect("a header");
    look(R::Response::decode(&mut reader, version).expect("an answer"))
}

#[test]
fn operations_are_told_on_demand() {
    let mut bench = Bench::new(&[
        "offsets.topic.num.partitions=1",
        "offsets.topic.replication.factor=1",
    ]);
    bench.create("t", 1);
    for (is_asked, topic, cluster) in [(false, UNTOLD, UNTOLD), (true, TOPIC, CLUSTER)] {
        let request = MetadataRequest {
            topics: None,
            include_cluster_authorized_operations: is_asked,
            include_topic_authorized_operations: is_asked,
            ..Default::default()
        };
        let told = ask(&mut bench, 10, &request, |answer: MetadataResponse<'_>| {
            let topic = &answer.topics[0];
            (
                topic.topic_authorized_operations,
                answer.cluster_authorized_operations,
            )
        });
        assert_eq!(told, (topic, cluster));
    }
    let request = DescribeTopicPartitionsRequest {
        response_partition_limit: 10,
        ..Default::default()
    };
    let told = ask(
        &mut bench,
        0,
        &request,
        |answer: DescribeTopicPartitionsResponse<'_>| answer.topics[0].topic_authorized_operations,
    );
    assert_eq!(told, TOPIC, "without being asked");
    let find = FindCoordinatorRequest {
        key: "g".into(),
        ..Default::default()
    };
    ask(&mut bench, 3, &find, |_| ());
    for (is_asked, expected) in [(false, UNTOLD), (true, GROUP)] {
        let request = DescribeGroupsRequest {
            groups: vec!["g".into()],
            include_authorized_operations: is_asked,
            ..Default::default()
        };
        let told = ask(
            &mut bench,
            5,
            &request,
            |answer: DescribeGroupsResponse<'_>| answer.groups[0].authorized_operations,
        );
        assert_eq!(told, expected);
    }
}
