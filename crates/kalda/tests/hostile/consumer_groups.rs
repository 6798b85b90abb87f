//! Consumer groups (KIP-848) of strange members, subscriptions and sizes.

use model::{ErrorCode, Uuid};
use protocol::consumer_group_heartbeat_request::{ConsumerGroupHeartbeatRequest, TopicPartitions};
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use protocol::{ApiKey, Message};

use crate::groups::{PROPERTIES, all_at_once, connected};
use crate::node::{Node, create_topic};
use crate::wire::{Wire, encoded, read};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
const VERSION: i16 = 1;

/// A member that comes to a group, with everything that the first heartbeat has to say.
fn coming<'a>(
    group: &'a str,
    member: &'a str,
    topics: &[&'a str],
) -> ConsumerGroupHeartbeatRequest<'a> {
    let topics = topics.iter().map(|topic| (*topic).into());
    ConsumerGroupHeartbeatRequest {
        group_id: group.into(),
        member_id: member.into(),
        member_epoch: 0,
        rebalance_timeout_ms: 60_000,
        subscribed_topic_names: Some(topics.collect()),
        topic_partitions: Some(Vec::new()),
        ..Default::default()
    }
}

fn matching<'a>(member: &'a str, expression: &'a str) -> ConsumerGroupHeartbeatRequest<'a> {
    ConsumerGroupHeartbeatRequest {
        subscribed_topic_names: None,
        subscribed_topic_regex: Some(expression.into()),
        ..coming("expressions", member, &[])
    }
}

fn beat(wire: &mut Wire, request: &ConsumerGroupHeartbeatRequest<'_>) -> ErrorCode {
    wire.ask(
        VERSION,
        request,
        |answer: &ConsumerGroupHeartbeatResponse<'_>| answer.error_code,
    )
}

fn counts(wire: &mut Wire, requests: &[Vec<u8>]) -> Vec<(ErrorCode, usize)> {
    all_at_once(wire, requests, |frame| {
        read(ApiKey::ConsumerGroupHeartbeat, VERSION, frame, |reader| {
            let answer = ConsumerGroupHeartbeatResponse::decode(reader, VERSION);
            answer.expect("an answer").error_code
        })
    })
}

#[test]
fn heartbeats_of_no_shape_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let mut check =
            |what: &str,
             expected: ErrorCode,
             change: &dyn Fn(&mut ConsumerGroupHeartbeatRequest<'static>)| {
                let mut request = coming("shapes", "m", &["t"]);
                change(&mut request);
                assert_eq!(beat(&mut wire, &request), expected, "{what}");
            };
        let invalid = ErrorCode::INVALID_REQUEST;
        check("no group", invalid, &|r| r.group_id = "".into());
        check("no member", invalid, &|r| r.member_id = "".into());
        check("no timeout", invalid, &|r| r.rebalance_timeout_ms = -1);
        check("no subscription", invalid, &|r| {
            r.subscribed_topic_names = None
        });
        check("no partitions", invalid, &|r| r.topic_partitions = None);
        check("an epoch below -2", invalid, &|r| r.member_epoch = -3);
        check("an empty instance", invalid, &|r| {
            r.instance_id = Some("".into())
        });
        check("an empty rack", invalid, &|r| r.rack_id = Some("".into()));
        check("partitions of a newcomer", invalid, &|r| {
            r.topic_partitions = Some(owned(1))
        });
        check(
            "an unknown assignor",
            ErrorCode::UNSUPPORTED_ASSIGNOR,
            &|r| {
                r.server_assignor = Some("no-such-assignor".into());
            },
        );
        check(
            "a static member that leaves without an instance",
            invalid,
            &|r| r.member_epoch = -2,
        );
        check(
            "an epoch of a group that is not there",
            ErrorCode::GROUP_ID_NOT_FOUND,
            &|r| r.member_epoch = 7,
        );
        check("a newcomer", NONE, &|_| ());
        check(
            "an epoch of the future",
            ErrorCode::FENCED_MEMBER_EPOCH,
            &|r| r.member_epoch = i32::MAX,
        );
        check("a stranger", ErrorCode::UNKNOWN_MEMBER_ID, &|r| {
            r.member_id = "stranger".into();
            r.member_epoch = 1;
        });
        check("partitions that nobody has", NONE, &|r| {
            r.member_epoch = 1;
            r.topic_partitions = Some(owned(10_000));
        });
    });
}

/// Partitions of topics that are not there, with indexes that none has.
fn owned(count: u128) -> Vec<TopicPartitions> {
    let topics = (1..=count).map(|number| TopicPartitions {
        topic_id: Uuid(((number << 64) | 1).to_be_bytes()),
        partitions: vec![i32::MIN, -1, 0, 0, i32::MAX],
        ..Default::default()
    });
    topics.collect()
}

#[test]
fn a_subscription_to_a_million_topics_harms_nobody() {
    Node::start(&PROPERTIES).withstands(400, |node| {
        let mut wire = connected(node);
        let names: Vec<String> = (0..1_000_000)
            .map(|number| format!("topic-{number}"))
            .collect();
        let topics: Vec<&str> = names.iter().map(String::as_str).collect();
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
fn expressions_that_are_built_to_be_slow_hold_nobody_up() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        create_topic(&mut wire, &"a".repeat(200), 1, &[]);
        let many = "(a|aa)+".repeat(100);
        for (number, slow) in ["(a+)+b", "(.*a){20}b", "(a?){200}a{200}b", &many]
            .into_iter()
            .enumerate()
        {
            let member = format!("m{number}");
            assert_eq!(beat(&mut wire, &matching(&member, slow)), NONE, "{slow}");
        }
        let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
        let long = "a|".repeat(16_000);
        let refused = [
            "((a{1000}){1000}){1000}",
            "a{100000}",
            "(",
            "[z-a]",
            "(?P<n>a)(?P<n>b)",
            &deep,
            &long,
        ];
        for expression in refused {
            let error = beat(&mut wire, &matching("refused", expression));
            let start = &expression[..expression.len().min(40)];
            assert_eq!(error, ErrorCode::INVALID_REGULAR_EXPRESSION, "{start}");
        }
        let crowd: Vec<String> = (0..2_000).map(|number| format!("c{number}")).collect();
        let expressions: Vec<String> = (0..2_000).map(|number| format!("(a+)+{number}")).collect();
        let members = crowd.iter().zip(&expressions);
        let requests =
            members.map(|(member, expression)| encoded(VERSION, &matching(member, expression)));
        assert_eq!(
            counts(&mut wire, &requests.collect::<Vec<_>>()),
            [(NONE, 2_000)]
        );
    });
}

#[test]
fn a_hundred_thousand_groups_cost_what_they_hold() {
    // Each has a member with its subscription and assignment, and timers: at most 6 KiB.
    Node::start(&PROPERTIES).withstands(600, |node| {
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
    let properties = [PROPERTIES[0], ("group.consumer.max.size", "5000")];
    Node::start(&properties).withstands(96, |node| {
        let mut wire = connected(node);
        let members: Vec<String> = (0..20_000).map(|number| format!("m{number}")).collect();
        let requests = members
            .iter()
            .map(|member| encoded(VERSION, &coming("crowd", member, &["t"])));
        assert_eq!(
            counts(&mut wire, &requests.collect::<Vec<_>>()),
            [(NONE, 5_000), (ErrorCode::GROUP_MAX_SIZE_REACHED, 15_000)]
        );
    });
}
