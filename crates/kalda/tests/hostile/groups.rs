//! Groups of strange names, shapes and sizes.

use model::ErrorCode;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::join_group_response::JoinGroupResponse;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};
use protocol::sync_group_response::SyncGroupResponse;
use testkit::wait;

use crate::node::{Node, create_topic};
use crate::wire::{Back, PATIENCE, Wire, encoded, read};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 64;
const NONE: ErrorCode = ErrorCode::NONE;
pub const PROPERTIES: [(&str, &str); 2] = [
    ("offsets.topic.num.partitions", "3"),
    ("group.initial.rebalance.delay.ms", "0"),
];

/// A connection to a server whose coordinators are there, and the topic `t`.
pub fn connected(node: &Node) -> Wire {
    let mut wire = node.connect();
    create_topic(&mut wire, "t", 1, &[]);
    let find = FindCoordinatorRequest {
        key: "g".into(),
        ..Default::default()
    };
    let mut ask = || {
        wire.ask(3, &find, |answer: &FindCoordinatorResponse<'_>| {
            answer.error_code
        })
    };
    wait::until(
        "a coordinator",
        PATIENCE,
        || ask().is_none().then_some(()),
        String::new,
    )
    .expect("the coordinators are there");
    let mut is_loaded =
        || heartbeat(&mut wire, "g", "m", 1) != ErrorCode::COORDINATOR_LOAD_IN_PROGRESS;
    wait::until(
        "groups",
        PATIENCE,
        || is_loaded().then_some(()),
        String::new,
    )
    .expect("the coordinators are loaded");
    wire
}

fn heartbeat(wire: &mut Wire, group: &str, member: &str, generation: i32) -> ErrorCode {
    let request = HeartbeatRequest {
        group_id: group.into(),
        member_id: member.into(),
        generation_id: generation,
        ..Default::default()
    };
    wire.ask(4, &request, |answer: &HeartbeatResponse| answer.error_code)
}

fn joining<'a>(group: &'a str, member: &'a str) -> JoinGroupRequest<'a> {
    JoinGroupRequest {
        group_id: group.into(),
        session_timeout_ms: 10_000,
        rebalance_timeout_ms: 10_000,
        member_id: member.into(),
        protocol_type: "consumer".into(),
        protocols: vec![JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: b"m".as_slice().into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn join(wire: &mut Wire, version: i16, request: &JoinGroupRequest<'_>) -> (ErrorCode, String) {
    wire.ask(version, request, |answer: &JoinGroupResponse<'_>| {
        (answer.error_code, answer.member_id.to_string())
    })
}

#[test]
fn joins_of_no_shape_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        let with = |change: fn(&mut JoinGroupRequest<'_>)| {
            let mut request = joining("g", "");
            change(&mut request);
            request
        };
        let cases: [(&str, JoinGroupRequest<'_>, ErrorCode); 8] = [
            (
                "no group",
                with(|r| r.group_id = "".into()),
                ErrorCode::INVALID_GROUP_ID,
            ),
            (
                "no protocols",
                with(|r| r.protocols.clear()),
                ErrorCode::INCONSISTENT_GROUP_PROTOCOL,
            ),
            (
                "no protocol type",
                with(|r| r.protocol_type = "".into()),
                ErrorCode::INCONSISTENT_GROUP_PROTOCOL,
            ),
            (
                "a session of 0 ms",
                with(|r| r.session_timeout_ms = 0),
                ErrorCode::INVALID_SESSION_TIMEOUT,
            ),
            (
                "a negative session",
                with(|r| r.session_timeout_ms = -1),
                ErrorCode::INVALID_SESSION_TIMEOUT,
            ),
            (
                "a session without end",
                with(|r| r.session_timeout_ms = i32::MAX),
                ErrorCode::INVALID_SESSION_TIMEOUT,
            ),
            (
                "a member that is not there",
                with(|r| r.member_id = "nobody".into()),
                ErrorCode::UNKNOWN_MEMBER_ID,
            ),
            ("a new member", with(|_| ()), ErrorCode::MEMBER_ID_REQUIRED),
        ];
        for (what, request, expected) in cases {
            assert_eq!(join(&mut wire, 9, &request).0, expected, "{what}");
        }
        for (group, member, generation) in [("g", "nobody", 1), ("none", "m", 1), ("g", "", -1)] {
            let error = heartbeat(&mut wire, group, member, generation);
            assert_eq!(error, ErrorCode::UNKNOWN_MEMBER_ID, "{group} {member}");
        }
    });
}

#[test]
fn timeouts_of_any_size_do_no_harm() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        for (number, timeout) in [0, -1, i32::MIN, i32::MAX].into_iter().enumerate() {
            let mut wire = connected(node);
            let group = format!("g{number}");
            let mut request = joining(&group, "");
            request.rebalance_timeout_ms = timeout;
            let (error, member) = join(&mut wire, 9, &request);
            assert_eq!(error, ErrorCode::MEMBER_ID_REQUIRED, "{timeout}");
            let mut request = joining(&group, &member);
            request.rebalance_timeout_ms = timeout;
            assert_eq!(join(&mut wire, 9, &request).0, NONE, "{timeout}");
        }
    });
}

#[test]
fn a_member_with_eight_megabytes_to_say_harms_nobody() {
    Node::start(&PROPERTIES).withstands(256, |node| {
        let mut wire = connected(node);
        let mut request = joining("g", "");
        request.protocols[0].metadata = vec![7; 8 << 20].into();
        let (_, member) = join(&mut wire, 9, &request);
        request.member_id = member.clone().into();
        let (error, _) = join(&mut wire, 9, &request);
        assert_eq!(error, NONE, "it may join");
        let sync = SyncGroupRequest {
            group_id: "g".into(),
            generation_id: 1,
            member_id: member.clone().into(),
            protocol_type: Some("consumer".into()),
            protocol_name: Some("range".into()),
            assignments: vec![SyncGroupRequestAssignment {
                member_id: member.into(),
                assignment: vec![8; 8 << 20].into(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let error = wire.ask(5, &sync, |answer: &SyncGroupResponse<'_>| answer.error_code);
        assert_eq!(
            error,
            ErrorCode::UNKNOWN_SERVER_ERROR,
            "its group cannot be stored"
        );
        let (error, _) = join(&mut wire, 9, &joining("other", ""));
        assert_eq!(error, ErrorCode::MEMBER_ID_REQUIRED, "other groups go on");
    });
}

fn committing<'a>(group: &'a str, topic: &'a str, metadata: &'a str) -> OffsetCommitRequest<'a> {
    OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: -1,
        topics: vec![OffsetCommitRequestTopic {
            name: topic.into(),
            partitions: vec![OffsetCommitRequestPartition {
                partition_index: 0,
                committed_offset: 1,
                committed_leader_epoch: -1,
                committed_metadata: Some(metadata.into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn commit(wire: &mut Wire, request: &OffsetCommitRequest<'_>) -> ErrorCode {
    wire.ask(8, request, |answer: &OffsetCommitResponse<'_>| {
        answer.topics[0].partitions[0].error_code
    })
}

#[test]
fn commits_of_nobody_and_of_too_much_are_refused() {
    Node::start(&PROPERTIES).withstands(BOUND, |node| {
        let mut wire = connected(node);
        assert_eq!(
            commit(&mut wire, &committing("g", "t", "")),
            NONE,
            "without a member"
        );
        let longest = "g".repeat(i16::MAX as usize);
        for group in ["", "größe/../x\0", longest.as_str()] {
            // A name that long still has a place in the key of a record; the empty one is as good as any.
            assert_eq!(
                commit(&mut wire, &committing(group, "t", "")),
                NONE,
                "{}",
                group.len()
            );
        }
        let much = "m".repeat(4_097);
        assert_eq!(
            commit(&mut wire, &committing("g", "t", &much)),
            ErrorCode::OFFSET_METADATA_TOO_LARGE
        );
        assert_eq!(commit(&mut wire, &committing("g", "t", &much[1..])), NONE);
        assert_eq!(
            commit(&mut wire, &committing("g", "none", "")),
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        );
        let mut member = committing("g", "t", "");
        member.member_id = "nobody".into();
        member.generation_id_or_member_epoch = 3;
        assert_eq!(commit(&mut wire, &member), ErrorCode::UNKNOWN_MEMBER_ID);
        let mut generation = committing("none", "t", "");
        generation.generation_id_or_member_epoch = 3;
        assert_eq!(
            commit(&mut wire, &generation),
            ErrorCode::ILLEGAL_GENERATION
        );
        for offset in [-1, i64::MIN, i64::MAX] {
            let mut strange = committing("strange", "t", "");
            strange.topics[0].partitions[0].committed_offset = offset;
            commit(&mut wire, &strange);
        }
    });
}

/// Commits offsets of a group of its own.
pub fn commit_some(wire: &mut Wire) {
    for group in ["g", "h"] {
        assert_eq!(commit(wire, &committing(group, "t", "")), NONE);
    }
}

/// Sends all requests, reading answers meanwhile; gives how often each error came.
pub fn all_at_once(
    wire: &mut Wire,
    requests: &[Vec<u8>],
    mut error: impl FnMut(&[u8]) -> ErrorCode,
) -> Vec<(ErrorCode, usize)> {
    let mut counts: Vec<(ErrorCode, usize)> = Vec::new();
    for batch in requests.chunks(64) {
        wire.send(&batch.concat());
        for _ in batch {
            let Back::Frame(frame) = wire.back() else {
                panic!("every request is answered");
            };
            let error = error(&frame);
            match counts.iter_mut().find(|(known, _)| *known == error) {
                Some((_, count)) => *count += 1,
                None => counts.push((error, 1)),
            }
        }
    }
    counts
}

#[test]
fn twenty_thousand_groups_cost_what_they_hold() {
    // Each is an offset with its names: at most 4 KiB.
    Node::start(&PROPERTIES).withstands(96, |node| {
        let mut wire = connected(node);
        let requests: Vec<Vec<u8>> = (0..20_000)
            .map(|number| encoded(8, &committing(&format!("group-{number}"), "t", "")))
            .collect();
        let counts = all_at_once(&mut wire, &requests, |frame| {
            read(protocol::ApiKey::OffsetCommit, 8, frame, |reader| {
                let answer: OffsetCommitResponse<'_> =
                    protocol::Message::decode(reader, 8).expect("an answer");
                answer.topics[0].partitions[0].error_code
            })
        });
        assert_eq!(counts, [(NONE, 20_000)]);
    });
}

#[test]
fn members_that_never_come_back_are_bounded() {
    Node::start(&PROPERTIES).withstands(96, |node| {
        let mut wire = connected(node);
        let requests = vec![encoded(9, &joining("crowd", "")); 22_000];
        let counts = all_at_once(&mut wire, &requests, |frame| {
            read(protocol::ApiKey::JoinGroup, 9, frame, |reader| {
                let answer: JoinGroupResponse<'_> =
                    protocol::Message::decode(reader, 9).expect("an answer");
                answer.error_code
            })
        });
        assert_eq!(
            counts,
            [
                (ErrorCode::MEMBER_ID_REQUIRED, 20_000),
                (ErrorCode::GROUP_MAX_SIZE_REACHED, 2_000)
            ],
            "beyond 20,000 ids that were given out and not used, none is given out"
        );
    });
}
