//! Stories of static members (KIP-345, KIP-814).

use model::ErrorCode;

use crate::story::{Join, Story, join};

fn static_join(member: &str, version: i16) -> Join {
    Join {
        instance: Some("i"),
        version,
        ..join("a", member)
    }
}

/// A stable group of the static member `i-1` and the dynamic member `b-2`.
fn static_group(leader: &str) -> Story {
    let mut story = Story::new();
    if leader == "i-1" {
        story.join("a", static_join("", 9));
        story.join(
            "b",
            Join {
                version: 3,
                ..join("b", "")
            },
        );
    } else {
        story.join(
            "b",
            Join {
                version: 3,
                ..join("b", "")
            },
        );
        story.join("a", static_join("", 9));
    }
    story.wait(6_000);
    let other = if leader == "i-1" { "b-2" } else { "i-2" };
    story.sync("x", 1, leader, &[(leader, "L"), (other, "F")]);
    story.sync("x", 1, other, &[]);
    story.skip();
    story
}

#[test]
fn a_static_leader_that_restarts_keeps_its_assignment_without_a_rebalance() {
    let mut story = static_group("i-1");
    story.join("a", static_join("", 9));
    story.check(&[
        "+ group g generation 1 range leader i-3: b-2=F i-3=L",
        "a: join i-3 generation 1 range leader i-3 skip b-2 i-3",
    ]);
    story.sync("a", 1, "i-3", &[]);
    story.heartbeat("b", 1, "b-2");
    story.check(&["a: sync L", "b: heartbeat NONE"]);
}

#[test]
fn a_static_follower_that_restarts_keeps_its_assignment_without_a_rebalance() {
    let mut story = static_group("b-1");
    story.join("a", static_join("", 9));
    story.check(&[
        "+ group g generation 1 range leader b-1: b-1=L i-3=F",
        "a: join i-3 generation 1 range leader b-1",
    ]);
}

#[test]
fn an_older_static_leader_that_restarts_is_not_told_that_it_leads() {
    let mut story = static_group("i-1");
    story.join("a", static_join("", 8));
    story.check(&[
        "+ group g generation 1 range leader i-3: b-2=F i-3=L",
        "a: join i-3 generation 1 range leader i-1",
    ]);
}

#[test]
fn the_predecessor_of_a_static_member_is_fenced() {
    let mut story = static_group("i-1");
    story.join("a", static_join("", 9));
    story.skip();
    story.join("zombie", static_join("i-1", 9));
    story.leave("zombie", &[("i-1", Some("i"))]);
    story.check(&[
        "zombie: join FENCED_INSTANCE_ID i-1",
        "zombie: leave NONE: FENCED_INSTANCE_ID",
    ]);
}

#[test]
fn a_static_member_that_waits_is_fenced_when_its_successor_comes() {
    let mut story = Story::new();
    story.join("old", static_join("", 9));
    story.join("new", static_join("", 9));
    story.wait(3_000);
    story.check(&[
        "+ group g generation 0 - leader -:",
        "old: join FENCED_INSTANCE_ID i-1",
        "new: join i-2 generation 1 range leader i-2 i-2",
    ]);
}

#[test]
fn a_static_member_that_returns_during_the_sync_begins_a_rebalance() {
    let mut story = Story::new();
    story.join("a", static_join("", 9));
    story.wait(3_000);
    story.skip();
    story.join("a", static_join("", 9));
    story.check(&["a: join i-2 generation 2 range leader i-2 i-2"]);
}

#[test]
fn a_static_member_that_returns_with_another_protocol_begins_a_rebalance() {
    let mut story = Story::new();
    let both = vec![("x", b"1".to_vec()), ("y", b"1".to_vec())];
    story.join(
        "a",
        Join {
            protocols: both,
            ..static_join("", 9)
        },
    );
    story.wait(3_000);
    story.sync("a", 1, "i-1", &[("i-1", "A")]);
    story.skip();
    story.join(
        "a",
        Join {
            protocols: vec![("y", b"2".to_vec())],
            ..static_join("", 9)
        },
    );
    story.check(&["a: join i-2 generation 2 y leader i-2 i-2"]);
}

#[test]
fn a_static_member_stays_over_a_rebalance_that_it_misses() {
    let mut story = static_group("b-1");
    story.join("b", join("b", "b-1"));
    for _ in 0..6 {
        story.heartbeat("a", 1, "i-2");
        story.wait(9_999);
    }
    story.heartbeat("a", 1, "i-2");
    story.skip();
    story.wait(6);
    story.check(&["b: join b-1 generation 2 range leader b-1 b-1 i-2"]);
}

#[test]
fn an_administrator_removes_a_static_member_by_its_instance_id() {
    let mut story = static_group("i-1");
    story.leave("admin", &[("", Some("i")), ("", Some("unknown"))]);
    story.check(&["admin: leave NONE: NONE UNKNOWN_MEMBER_ID"]);
    story.heartbeat("a", 1, "i-1");
    story.check(&["a: heartbeat UNKNOWN_MEMBER_ID"]);
}

#[test]
fn a_static_member_whose_new_id_cannot_be_stored_keeps_the_old_one() {
    let mut story = static_group("i-1");
    story.refusal = Some(ErrorCode::NOT_LEADER_OR_FOLLOWER);
    story.join("a", static_join("", 9));
    story.check(&["a: join NOT_COORDINATOR"]);
    story.refusal = None;
    story.join("zombie", static_join("i-3", 9));
    story.sync("a", 1, "i-1", &[]);
    story.check(&["zombie: join FENCED_INSTANCE_ID i-3", "a: sync L"]);
}
