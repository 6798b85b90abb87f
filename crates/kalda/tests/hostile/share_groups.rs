//! Share groups (KIP-932) of strange members, subscriptions and sizes, and what their coordinators are asked.

use model::{ErrorCode, TopicId};
use protocol::alter_share_group_offsets_request::{
    AlterShareGroupOffsetsRequest, AlterShareGroupOffsetsRequestPartition,
    AlterShareGroupOffsetsRequestTopic,
};
use protocol::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse;
use protocol::delete_share_group_offsets_request::{
    DeleteShareGroupOffsetsRequest, DeleteShareGroupOffsetsRequestTopic,
};
use protocol::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse;
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
    DescribeShareGroupOffsetsRequestTopic,
};
use protocol::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::metadata_response::MetadataResponse;
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;
use protocol::share_group_heartbeat_response::ShareGroupHeartbeatResponse;
use protocol::{ApiKey, Message};

use crate::groups::{all_at_once, connected};
use crate::node::Node;
use crate::wire::{Wire, encoded, read};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
const VERSION: i16 = 1;
pub const PROPERTIES: [(&str, &str); 3] = [
    ("offsets.topic.num.partitions", "3"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("share.coordinator.state.topic.num.partitions", "3"),
];

/// A member that comes to a group.
pub fn coming<'a>(
    group: &'a str,
    member: &'a str,
    topics: &[&'a str],
) -> ShareGroupHeartbeatRequest<'a> {
    let topics = topics.iter().map(|topic| (*topic).into());
    ShareGroupHeartbeatRequest {
        group_id: group.into(),
        member_id: member.into(),
        member_epoch: 0,
        subscribed_topic_names: Some(topics.collect()),
        ..Default::default()
    }
}

pub fn beat(wire: &mut Wire, request: &ShareGroupHeartbeatRequest<'_>) -> ErrorCode {
    wire.ask(
        VERSION,
        request,
        |answer: &ShareGroupHeartbeatResponse<'_>| answer.error_code,
    )
}

pub fn leave(wire: &mut Wire, group: &str, member: &str) -> ErrorCode {
    let leaving = ShareGroupHeartbeatRequest {
        member_epoch: -1,
        subscribed_topic_names: None,
        ..coming(group, member, &[])
    };
    beat(wire, &leaving)
}

fn counts(wire: &mut Wire, requests: &[Vec<u8>]) -> Vec<(ErrorCode, usize)> {
    all_at_once(wire, requests, |frame| {
        read(ApiKey::ShareGroupHeartbeat, VERSION, frame, |reader| {
            let answer = ShareGroupHeartbeatResponse::decode(reader, VERSION);
            answer.expect("an answer").error_code
        })
    })
}

/// The id of a topic.
pub fn topic_id(wire: &mut Wire, name: &str) -> TopicId {
    let request = MetadataRequest {
        topics: Some(vec![MetadataRequestTopic {
            name: Some(name.into()),
            ..Default::default()
        }]),
        ..Default::default()
    };
    wire.ask(12, &request, |answer: &MetadataResponse<'_>| {
        answer.topics[0].topic_id
    })
}

#[test]
fn heartbeats_of_no_shape_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut check =
            |what: &str,
             expected: ErrorCode,
             change: &dyn Fn(&mut ShareGroupHeartbeatRequest<'static>)| {
                let mut request = coming("shapes", "m", &["t"]);
                change(&mut request);
                assert_eq!(beat(&mut wire, &request), expected, "{what}");
            };
        let invalid = ErrorCode::INVALID_REQUEST;
        check("no group", invalid, &|r| r.group_id = "".into());
        check("a blank group", invalid, &|r| r.group_id = " ".into());
        check("no member", invalid, &|r| r.member_id = "".into());
        check("an epoch below -1", invalid, &|r| r.member_epoch = -2);
        check("an epoch far below", invalid, &|r| {
            r.member_epoch = i32::MIN
        });
        check("an empty rack", invalid, &|r| r.rack_id = Some("".into()));
        check("no subscription", invalid, &|r| {
            r.subscribed_topic_names = None
        });
        check("an empty subscription", invalid, &|r| {
            r.subscribed_topic_names = Some(Vec::new())
        });
        let gone = ErrorCode::GROUP_ID_NOT_FOUND;
        check("an epoch of no group", gone, &|r| r.member_epoch = 7);
        check("leaving no group", gone, &|r| r.member_epoch = -1);
        check("a newcomer", NONE, &|_| ());
        check("the same again", NONE, &|_| ());
        check("a stranger", ErrorCode::UNKNOWN_MEMBER_ID, &|r| {
            r.member_id = "stranger".into();
            r.member_epoch = 1;
        });
        check(
            "a stranger that leaves",
            ErrorCode::UNKNOWN_MEMBER_ID,
            &|r| {
                r.member_id = "stranger".into();
                r.member_epoch = -1;
            },
        );
        let fenced = ErrorCode::FENCED_MEMBER_EPOCH;
        check("an epoch of the future", fenced, &|r| {
            r.member_epoch = i32::MAX
        });
        check("one name very often", NONE, &|r| {
            r.subscribed_topic_names = Some(vec!["t".into(); 100_000]);
        });
        check("names that no topic has", NONE, &|r| {
            let names = ["", ".", "..", "../../etc", "a\0b", "größe"];
            r.subscribed_topic_names = Some(names.into_iter().map(Into::into).collect());
        });
    });
}

#[test]
fn a_subscription_to_a_million_topics_harms_nobody() {
    Node::start(&PROPERTIES).withstands(400, |node| {
        let mut wire = connected(node);
        let names: Vec<String> = (0..1_000_000)
            .map(|number| format!("topic-{number}"))
            .collect();
        let mut topics: Vec<&str> = names.iter().map(String::as_str).collect();
        topics.push("t");
        let error = beat(&mut wire, &coming("much", "m", &topics));
        assert_ne!(
            error, NONE,
            "a record of so many names does not fit into a batch"
        );
        assert_eq!(
            beat(&mut wire, &coming("much", "m", &["t"])),
            NONE,
            "the group is as good as new"
        );
        let some = coming("some", "m", &topics[..50_000]);
        assert_eq!(beat(&mut wire, &some), NONE);
    });
}

#[test]
fn a_hundred_thousand_groups_cost_what_they_hold() {
    // Each has a member with its subscription and assignment, timers, and a state at a share coordinator: at most 8 KiB.
    Node::start(&PROPERTIES).withstands(800, |node| {
        let mut wire = connected(node);
        let groups: Vec<String> = (0..100_000)
            .map(|number| format!("group-{number}"))
            .collect();
        let requests = groups
            .iter()
            .map(|group| encoded(VERSION, &coming(group, "m", &["t"])));
        assert_eq!(
            counts(&mut wire, &requests.collect::<Vec<_>>()),
            [(NONE, 100_000)]
        );
    });
}

#[test]
fn a_group_takes_no_more_members_than_it_may() {
    let properties = [
        PROPERTIES[0],
        PROPERTIES[2],
        ("group.share.max.size", "1000"),
    ];
    Node::start(&properties).withstands(96, |node| {
        let mut wire = connected(node);
        let members: Vec<String> = (0..50_000).map(|number| format!("m{number}")).collect();
        let requests = members
            .iter()
            .map(|member| encoded(VERSION, &coming("crowd", member, &["t"])));
        assert_eq!(
            counts(&mut wire, &requests.collect::<Vec<_>>()),
            [(NONE, 1_000), (ErrorCode::GROUP_MAX_SIZE_REACHED, 49_000)]
        );
    });
}

/// Describes partitions of the topic `t` as often as they are named; gives the errors, each once in a row, and their number.
fn describe(
    wire: &mut Wire,
    group: &str,
    topics: usize,
    partitions: &[i32],
) -> (Vec<ErrorCode>, usize) {
    let topic = DescribeShareGroupOffsetsRequestTopic {
        topic_name: "t".into(),
        partitions: partitions.to_vec(),
        ..Default::default()
    };
    let request = DescribeShareGroupOffsetsRequest {
        groups: vec![DescribeShareGroupOffsetsRequestGroup {
            group_id: group.into(),
            topics: Some(vec![topic; topics]),
            ..Default::default()
        }],
        ..Default::default()
    };
    wire.ask(
        0,
        &request,
        |answer: &DescribeShareGroupOffsetsResponse<'_>| {
            let topics = answer.groups[0].topics.iter();
            let errors = topics.flat_map(|topic| &topic.partitions);
            let mut errors: Vec<ErrorCode> = errors.map(|one| one.error_code).collect();
            let count = errors.len();
            errors.dedup();
            (errors, count)
        },
    )
}

fn alter(wire: &mut Wire, group: &str, topics: usize, partitions: &[(i32, i64)]) -> Vec<ErrorCode> {
    let partitions = partitions.iter();
    let topic = AlterShareGroupOffsetsRequestTopic {
        topic_name: "t".into(),
        partitions: partitions
            .map(
                |(partition_index, start_offset)| AlterShareGroupOffsetsRequestPartition {
                    partition_index: *partition_index,
                    start_offset: *start_offset,
                    ..Default::default()
                },
            )
            .collect(),
        ..Default::default()
    };
    let request = AlterShareGroupOffsetsRequest {
        group_id: group.into(),
        topics: vec![topic; topics],
        ..Default::default()
    };
    wire.ask(
        0,
        &request,
        |answer: &AlterShareGroupOffsetsResponse<'_>| {
            let mut errors = vec![answer.error_code];
            let topics = answer.responses.iter();
            errors.extend(topics.flat_map(|t| &t.partitions).map(|one| one.error_code));
            errors.dedup();
            errors
        },
    )
}

fn delete(wire: &mut Wire, group: &str, topics: &[&str]) -> Vec<ErrorCode> {
    let topics = topics
        .iter()
        .map(|name| DeleteShareGroupOffsetsRequestTopic {
            topic_name: (*name).into(),
            ..Default::default()
        });
    let request = DeleteShareGroupOffsetsRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    };
    wire.ask(
        0,
        &request,
        |answer: &DeleteShareGroupOffsetsResponse<'_>| {
            let mut errors = vec![answer.error_code];
            errors.extend(answer.responses.iter().map(|one| one.error_code));
            errors.dedup();
            errors
        },
    )
}

#[test]
fn offsets_that_cannot_be_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let unknown = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
        let gone = ErrorCode::GROUP_ID_NOT_FOUND;
        assert_eq!(delete(&mut wire, "nobody", &["t"]), [gone]);
        assert_eq!(beat(&mut wire, &coming("offsets", "m", &["t"])), NONE);
        let busy = ErrorCode::NON_EMPTY_GROUP;
        assert_eq!(alter(&mut wire, "offsets", 1, &[(0, 0)]), [busy]);
        assert_eq!(delete(&mut wire, "offsets", &["t"]), [busy]);
        assert_eq!(leave(&mut wire, "offsets", "m"), NONE);
        for partition in [-1, 1, i32::MIN, i32::MAX] {
            let answered = alter(&mut wire, "offsets", 1, &[(partition, 0)]);
            assert_eq!(answered, [NONE, unknown], "{partition}");
            let answered = describe(&mut wire, "offsets", 1, &[partition]);
            assert_eq!(answered, (vec![unknown], 1), "{partition}");
        }
        for offset in [-1, i64::MIN, i64::MAX, 7] {
            assert_eq!(
                alter(&mut wire, "offsets", 1, &[(0, offset)]),
                [NONE],
                "{offset}"
            );
        }
        assert_eq!(delete(&mut wire, "offsets", &["none"]), [NONE, unknown]);
        assert_eq!(delete(&mut wire, "offsets", &[]), [NONE]);
    });
}

#[test]
fn one_partition_that_is_named_a_hundred_thousand_times_is_answered_soon() {
    Node::start(&PROPERTIES).withstands(256, |node| {
        let mut wire = connected(node);
        assert_eq!(beat(&mut wire, &coming("often", "m", &["t"])), NONE);
        assert_eq!(leave(&mut wire, "often", "m"), NONE);
        let often = vec![0; 100_000];
        let (errors, _) = describe(&mut wire, "often", 1, &often);
        assert_eq!(errors, [NONE]);
        let (errors, _) = describe(&mut wire, "often", 100_000, &[0]);
        assert_eq!(errors, [NONE]);
        let often = vec![(0, 0); 100_000];
        assert_eq!(alter(&mut wire, "often", 1, &often), [NONE]);
        assert_eq!(alter(&mut wire, "often", 100_000, &[(0, 0)]), [NONE]);
        let errors = delete(&mut wire, "often", &["t"; 100_000]);
        assert_eq!(errors[..2], [NONE, NONE][..errors.len().min(2)]);
    });
}
