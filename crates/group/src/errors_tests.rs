//! Each error of each API, and the other ways in which a request can be wrong.

use std::borrow::Cow;

use protocol::leave_group_request::LeaveGroupRequest;
use protocol::list_groups_request::ListGroupsRequest;
use protocol::sync_group_request::SyncGroupRequest;

use crate::Request;
use crate::story::{Join, Story, commit_request, join};

/// A group with a leader `a-1`, and in it a static member `i-2`, in generation 1.
fn stable() -> Story {
    let mut story = completing();
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("i-2", "B")]);
    story.sync("b", 1, "i-2", &[]);
    story.skip();
    story
}

fn completing() -> Story {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.join(
        "b",
        Join {
            instance: Some("i"),
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.skip();
    story
}

#[track_caller]
fn check_join(join: Join, expected: &str) {
    let mut story = stable();
    story.join("x", join);
    story.check(&[expected]);
}

#[test]
fn joins_are_refused_with_the_right_error() {
    let new = || join("x", "");
    check_join(Join { group: "", ..new() }, "x: join INVALID_GROUP_ID");
    check_join(
        Join {
            session_ms: 5_999,
            ..new()
        },
        "x: join INVALID_SESSION_TIMEOUT",
    );
    check_join(
        Join {
            session_ms: 1_800_001,
            ..new()
        },
        "x: join INVALID_SESSION_TIMEOUT",
    );
    check_join(
        Join {
            session_ms: -1,
            ..new()
        },
        "x: join INVALID_SESSION_TIMEOUT",
    );
    check_join(
        Join {
            protocols: Vec::new(),
            ..new()
        },
        "x: join INCONSISTENT_GROUP_PROTOCOL",
    );
    let other = vec![("sticky", Vec::new())];
    check_join(
        Join {
            protocols: other,
            ..new()
        },
        "x: join INCONSISTENT_GROUP_PROTOCOL",
    );
    let connect = Join {
        protocol_type: "connect",
        ..new()
    };
    check_join(connect, "x: join INCONSISTENT_GROUP_PROTOCOL");
    check_join(join("x", "ghost"), "x: join UNKNOWN_MEMBER_ID ghost");
    check_join(
        Join {
            group: "h",
            ..join("x", "ghost")
        },
        "x: join UNKNOWN_MEMBER_ID ghost",
    );
    let fenced = Join {
        instance: Some("i"),
        ..join("x", "ghost")
    };
    check_join(fenced, "x: join FENCED_INSTANCE_ID ghost");
    let unknown = Join {
        instance: Some("j"),
        ..join("a", "a-1")
    };
    check_join(unknown, "x: join UNKNOWN_MEMBER_ID a-1");
}

#[test]
fn a_join_that_is_refused_makes_no_group() {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            protocols: Vec::new(),
            ..join("a", "")
        },
    );
    story.join(
        "a",
        Join {
            protocol_type: "",
            ..join("a", "")
        },
    );
    story.request("admin", &Request::ListGroups(&ListGroupsRequest::default()));
    story.check(&[
        "a: join INCONSISTENT_GROUP_PROTOCOL",
        "a: join INCONSISTENT_GROUP_PROTOCOL",
        "admin: list",
    ]);
}

#[track_caller]
fn check_sync(version: i16, change: impl FnOnce(&mut SyncGroupRequest<'_>), expected: &str) {
    let mut story = completing();
    let mut request = SyncGroupRequest {
        group_id: Cow::Borrowed("g"),
        generation_id: 1,
        member_id: Cow::Owned(crate::story::id("i-2")),
        group_instance_id: Some(Cow::Borrowed("i")),
        protocol_type: Some(Cow::Borrowed("consumer")),
        protocol_name: Some(Cow::Borrowed("range")),
        ..SyncGroupRequest::default()
    };
    change(&mut request);
    let image = story.image.clone();
    story.request(
        "x",
        &Request::SyncGroup {
            version,
            image: &image,
            request: &request,
        },
    );
    story.check(&[expected]);
}

#[test]
fn syncs_are_refused_with_the_right_error() {
    check_sync(5, |r| r.group_id = "".into(), "x: sync INVALID_GROUP_ID");
    check_sync(5, |r| r.group_id = "h".into(), "x: sync UNKNOWN_MEMBER_ID");
    check_sync(
        5,
        |r| r.member_id = "ghost".into(),
        "x: sync FENCED_INSTANCE_ID",
    );
    let ghost = |r: &mut SyncGroupRequest<'_>| {
        r.member_id = "ghost".into();
        r.group_instance_id = None;
    };
    check_sync(5, ghost, "x: sync UNKNOWN_MEMBER_ID");
    check_sync(5, |r| r.generation_id = 0, "x: sync ILLEGAL_GENERATION");
    check_sync(
        5,
        |r| r.protocol_type = None,
        "x: sync INCONSISTENT_GROUP_PROTOCOL",
    );
    check_sync(
        5,
        |r| r.protocol_name = Some("x".into()),
        "x: sync INCONSISTENT_GROUP_PROTOCOL",
    );
    check_sync(
        5,
        |r| r.protocol_type = Some("x".into()),
        "x: sync INCONSISTENT_GROUP_PROTOCOL",
    );
}

#[test]
fn heartbeats_are_refused_with_the_right_error() {
    let mut story = stable();
    story.heartbeat("x", 1, "ghost");
    story.heartbeat("x", 0, "a-1");
    story.heartbeat("x", 2, "a-1");
    story.check(&[
        "x: heartbeat UNKNOWN_MEMBER_ID",
        "x: heartbeat ILLEGAL_GENERATION",
        "x: heartbeat ILLEGAL_GENERATION",
    ]);
}

#[test]
fn members_heartbeat_before_they_have_their_assignment() {
    let mut story = completing();
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn old_versions_of_leave_have_the_error_of_the_one_member() {
    for (member, error) in [("a-1", "NONE"), ("ghost", "UNKNOWN_MEMBER_ID")] {
        let mut story = stable();
        let request = LeaveGroupRequest {
            group_id: Cow::Borrowed("g"),
            member_id: Cow::Owned(crate::story::id(member)),
            ..LeaveGroupRequest::default()
        };
        let image = story.image.clone();
        story.request(
            "x",
            &Request::LeaveGroup {
                version: 2,
                image: &image,
                request: &request,
            },
        );
        story.check(&[&format!("x: leave {error}:")]);
    }
}

#[test]
fn a_leave_from_a_group_that_is_not_there_names_its_members() {
    let mut story = Story::new();
    story.leave("x", &[("ghost", None), ("", Some("i"))]);
    story.check(&["x: leave NONE: UNKNOWN_MEMBER_ID UNKNOWN_MEMBER_ID"]);
}

#[track_caller]
fn check_commit(story: &mut Story, version: i16, generation: i32, member: &str, expected: &str) {
    let request = commit_request(generation, member, &[("t", 1)]);
    story.request(
        "x",
        &Request::OffsetCommit {
            version,
            request: &request,
        },
    );
    story.check(&[&format!("x: commit {expected}")]);
}

#[test]
fn commits_are_refused_with_the_right_error() {
    let mut story = Story::new();
    check_commit(&mut story, 8, 1, "ghost", "ILLEGAL_GENERATION");
    check_commit(&mut story, 9, 1, "ghost", "GROUP_ID_NOT_FOUND");
    let mut story = stable();
    check_commit(&mut story, 9, 1, "ghost", "UNKNOWN_MEMBER_ID");
    check_commit(&mut story, 9, -1, "", "UNKNOWN_MEMBER_ID");
    check_commit(&mut story, 9, 0, "a-1", "ILLEGAL_GENERATION");
    check_commit(&mut story, 9, -1, "a-1", "ILLEGAL_GENERATION");
    let mut story = completing();
    check_commit(&mut story, 9, 1, "a-1", "REBALANCE_IN_PROGRESS");
}

#[track_caller]
fn check_txn_commit(story: &mut Story, version: i16, generation: i32, member: &str, error: &str) {
    story.commit_in_transaction(version, generation, member);
    story.check_last(&[&format!("{member}: commit {error}")]);
}

#[test]
fn commits_within_transactions_are_refused_with_the_right_error() {
    let mut story = Story::new();
    check_txn_commit(&mut story, 5, 1, "ghost", "ILLEGAL_GENERATION");
    check_txn_commit(&mut story, 6, 1, "ghost", "GROUP_ID_NOT_FOUND");
    check_txn_commit(&mut story, 6, -1, "ghost", "NONE");
    let mut story = stable();
    check_txn_commit(&mut story, 5, 1, "ghost", "UNKNOWN_MEMBER_ID");
    check_txn_commit(&mut story, 5, 0, "a-1", "ILLEGAL_GENERATION");
    check_txn_commit(&mut story, 5, -1, "a-1", "ILLEGAL_GENERATION");
    check_txn_commit(&mut story, 5, -1, "", "NONE");
    let mut story = completing();
    check_txn_commit(&mut story, 5, 1, "a-1", "NONE");
}

#[test]
fn groups_are_deleted_when_they_are_empty_only() {
    let mut story = stable();
    story.request("x", &Request::DeleteGroups(&["g", "missing", "g"]));
    story.check(&["x: delete g=NON_EMPTY_GROUP missing=GROUP_ID_NOT_FOUND"]);
}

#[test]
fn only_stable_groups_show_protocol_and_subscriptions() {
    let mut story = completing();
    story.request(
        "x",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.check(&["x: describe NONE CompletingRebalance consumer/: a-1= i-2="]);
    let mut story = stable();
    story.request(
        "x",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.check(&["x: describe NONE Stable consumer/range: a-1=A i-2=B"]);
}

#[test]
fn lists_are_filtered_by_state_and_kind_whatever_the_case() {
    let check = |states: &[&'static str], kinds: &[&'static str], expected: &str| {
        let mut story = stable();
        let texts =
            |texts: &[&'static str]| texts.iter().map(|text| Cow::Borrowed(*text)).collect();
        let request = ListGroupsRequest {
            states_filter: texts(states),
            types_filter: texts(kinds),
            ..ListGroupsRequest::default()
        };
        story.request("x", &Request::ListGroups(&request));
        story.check(&[expected]);
    };
    check(&[], &[], "x: list g=Stable/classic/consumer");
    check(
        &["sTABLE "],
        &["CLASSIC"],
        "x: list g=Stable/classic/consumer",
    );
    check(&["Empty"], &[], "x: list");
    check(&[], &["consumer"], "x: list");
    check(&["nonsense"], &[], "x: list");
}

#[test]
fn offsets_of_active_groups_that_are_no_consumers_cannot_be_deleted() {
    use protocol::offset_delete_request::OffsetDeleteRequest;
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            protocol_type: "connect",
            ..join("a", "")
        },
    );
    story.wait(3_000);
    story.skip();
    for group in ["g", "h", ""] {
        let request = OffsetDeleteRequest {
            group_id: group.into(),
            topics: Vec::new(),
        };
        story.request("x", &Request::OffsetDelete(&request));
    }
    story.check(&[
        "x: offset delete NON_EMPTY_GROUP:",
        "x: offset delete GROUP_ID_NOT_FOUND:",
        "x: offset delete INVALID_GROUP_ID:",
    ]);
}
