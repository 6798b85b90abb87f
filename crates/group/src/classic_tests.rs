//! Stories of classic groups.

use model::ErrorCode;

use crate::story::{Join, Story, join, subscription};
use crate::{Request, Settings};

/// A stable group of these clients, the first of which leads; `a` is member `a-1` with assignment
/// `A1`, the next has 2 and so on.
fn group_of(clients: &[&'static str]) -> Story {
    let mut story = Story::new();
    for (client, n) in clients.iter().zip(1..) {
        story.join(client, join(client, ""));
        story.join(client, join(client, &format!("{client}-{n}")));
    }
    story.wait(6_000);
    settle(&mut story, 1, clients);
    story.skip();
    assert_eq!(story.unanswered(), 0);
    story
}

/// All members ask for their assignments, the leader first.
fn settle(story: &mut Story, generation: i32, clients: &[&'static str]) {
    let members: Vec<_> = clients
        .iter()
        .zip(1..)
        .map(|(c, n)| (*c, format!("{c}-{n}")))
        .collect();
    let given: Vec<_> = members
        .iter()
        .map(|(c, member)| (member.clone(), c.to_uppercase()))
        .collect();
    let given: Vec<_> = given
        .iter()
        .map(|(m, a)| (m.as_str(), a.as_str()))
        .collect();
    for (n, (client, member)) in members.iter().enumerate() {
        let given = if n == 0 { &given[..] } else { &[] };
        story.sync(client, generation, member, given);
    }
}

#[test]
fn a_single_member_joins_syncs_and_heartbeats() {
    let mut story = Story::new();
    story.join("a", join("a", ""));
    story.check(&[
        "+ group g generation 0 - leader -:",
        "a: join MEMBER_ID_REQUIRED a-1",
    ]);
    story.join("a", join("a", "a-1"));
    story.wait(2_999);
    story.check(&[]);
    story.wait(1);
    story.check(&["a: join a-1 generation 1 range leader a-1 a-1"]);
    story.sync("a", 1, "a-1", &[("a-1", "x")]);
    story.check(&[
        "+ group g generation 1 range leader a-1: a-1=x",
        "a: sync x",
    ]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn old_clients_join_without_knowing_their_id() {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.wait(3_000);
    story.check(&[
        "+ group g generation 0 - leader -:",
        "a: join a-1 generation 1 range leader a-1 a-1",
    ]);
}

#[test]
fn every_version_of_a_join_takes_part() {
    for version in 0..=9 {
        let mut story = Story::new();
        story.join(
            "a",
            Join {
                version,
                ..join("a", "")
            },
        );
        if version >= 4 {
            story.join(
                "a",
                Join {
                    version,
                    ..join("a", "a-1")
                },
            );
        }
        story.wait(3_000);
        story.check_last(&["a: join a-1 generation 1 range leader a-1 a-1"]);
        story.join(
            "b",
            Join {
                version,
                protocols: Vec::new(),
                ..join("b", "")
            },
        );
        story.join(
            "b",
            Join {
                version,
                ..join("b", "ghost")
            },
        );
        story.check(&[
            "b: join INCONSISTENT_GROUP_PROTOCOL",
            "b: join UNKNOWN_MEMBER_ID ghost",
        ]);
    }
}

#[test]
fn the_first_rebalance_waits_for_more_members_up_to_the_rebalance_timeout() {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            rebalance_ms: 8_000,
            ..join("a", "")
        },
    );
    story.wait(2_000);
    story.join(
        "b",
        Join {
            version: 3,
            rebalance_ms: 8_000,
            ..join("b", "")
        },
    );
    story.wait(1_000);
    story.skip();
    // b came: another 3 s.
    story.wait(2_000);
    story.join(
        "c",
        Join {
            version: 3,
            rebalance_ms: 8_000,
            ..join("c", "")
        },
    );
    story.check(&[]);
    story.wait(1_000);
    // c came, and 2 of the 8 s are left.
    story.join(
        "d",
        Join {
            version: 3,
            rebalance_ms: 8_000,
            ..join("d", "")
        },
    );
    story.wait(1_999);
    story.check(&[]);
    story.wait(1);
    story.check(&[
        "a: join a-1 generation 1 range leader a-1 a-1 b-2 c-3 d-4",
        "b: join b-2 generation 1 range leader a-1",
        "c: join c-3 generation 1 range leader a-1",
        "d: join d-4 generation 1 range leader a-1",
    ]);
}

#[test]
fn without_initial_delay_the_first_member_does_not_wait() {
    let settings = Settings {
        initial_rebalance_delay: Default::default(),
        ..Settings::default()
    };
    let mut story = Story::with(settings);
    story.join(
        "a",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.check(&[
        "+ group g generation 0 - leader -:",
        "a: join a-1 generation 1 range leader a-1 a-1",
    ]);
}

#[test]
fn followers_wait_for_the_leaders_assignment() {
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
            version: 3,
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.skip();
    story.sync("b", 1, "b-2", &[]);
    story.check(&[]);
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("b-2", "B")]);
    story.check(&[
        "+ group g generation 1 range leader a-1: a-1=A b-2=B",
        "a: sync A",
        "b: sync B",
    ]);
}

#[test]
fn a_member_for_which_the_leader_has_nothing_gets_an_empty_assignment() {
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
            version: 3,
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.skip();
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("stranger", "S")]);
    story.sync("b", 1, "b-2", &[]);
    story.check(&[
        "+ group g generation 1 range leader a-1: a-1=A b-2=",
        "a: sync A",
        "b: sync",
    ]);
}

#[test]
fn a_new_member_makes_the_others_join_again() {
    let mut story = group_of(&["a"]);
    story.join("b", join("b", ""));
    story.join("b", join("b", "b-2"));
    story.check(&["b: join MEMBER_ID_REQUIRED b-2"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat REBALANCE_IN_PROGRESS"]);
    story.join("a", join("a", "a-1"));
    story.check(&[
        "a: join a-1 generation 2 range leader a-1 a-1 b-2",
        "b: join b-2 generation 2 range leader a-1",
    ]);
    settle(&mut story, 2, &["a", "b"]);
    story.check(&[
        "+ group g generation 2 range leader a-1: a-1=A b-2=B",
        "a: sync A",
        "b: sync B",
    ]);
}

#[test]
fn a_member_that_does_not_join_again_in_time_is_dropped() {
    let mut story = group_of(&["a", "b"]);
    story.join("a", join("a", "a-1"));
    for _ in 0..6 {
        story.heartbeat("b", 1, "b-2");
        story.wait(9_999);
    }
    story.heartbeat("b", 1, "b-2");
    story.skip();
    story.wait(6);
    story.check(&["a: join a-1 generation 2 range leader a-1 a-1"]);
}

#[test]
fn when_the_leader_does_not_join_again_another_member_leads() {
    let mut story = group_of(&["a", "b"]);
    story.join(
        "b",
        Join {
            protocols: vec![("range", b"new".to_vec())],
            ..join("b", "b-2")
        },
    );
    story.wait(10_000);
    story.check(&["b: join b-2 generation 2 range leader b-2 b-2"]);
}

#[test]
fn a_member_that_leaves_makes_the_others_join_again() {
    let mut story = group_of(&["a", "b"]);
    story.leave("a", &[("a-1", None)]);
    story.heartbeat("b", 1, "b-2");
    story.join("b", join("b", "b-2"));
    story.check(&[
        "a: leave NONE: NONE",
        "b: heartbeat REBALANCE_IN_PROGRESS",
        "b: join b-2 generation 2 range leader b-2 b-2",
    ]);
}

#[test]
fn when_the_last_member_leaves_the_group_is_empty() {
    let mut story = group_of(&["a"]);
    story.leave("a", &[("a-1", None)]);
    story.check(&["+ group g generation 2 - leader -:", "a: leave NONE: NONE"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat UNKNOWN_MEMBER_ID"]);
}

#[test]
fn several_members_leave_together_each_with_an_error_of_its_own() {
    let mut story = group_of(&["a", "b"]);
    story.leave(
        "admin",
        &[("a-1", None), ("ghost", None), ("b-2", None), ("b-2", None)],
    );
    story.check(&[
        "+ group g generation 2 - leader -:",
        "admin: leave NONE: NONE UNKNOWN_MEMBER_ID NONE UNKNOWN_MEMBER_ID",
    ]);
}

#[test]
fn a_member_that_is_silent_for_its_session_is_removed() {
    let mut story = group_of(&["a", "b"]);
    story.wait(5_000);
    story.heartbeat("a", 1, "a-1");
    story.wait(5_000);
    story.check(&["a: heartbeat NONE"]);
    story.heartbeat("a", 1, "a-1");
    story.heartbeat("b", 1, "b-2");
    story.check(&[
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "b: heartbeat UNKNOWN_MEMBER_ID",
    ]);
    story.join("a", join("a", "a-1"));
    story.check(&["a: join a-1 generation 2 range leader a-1 a-1"]);
}

#[test]
fn a_group_whose_members_are_all_silent_becomes_empty() {
    let mut story = group_of(&["a", "b"]);
    story.wait(10_000);
    // b is waited for until its own session ends, at the same moment.
    story.check(&["+ group g generation 2 - leader -:"]);
}

#[test]
fn members_that_wait_for_others_are_not_taken_for_silent() {
    let mut story = group_of(&["a", "b"]);
    story.join("a", join("a", "a-1"));
    for _ in 0..5 {
        story.heartbeat("b", 1, "b-2");
        story.wait(9_000);
    }
    story.skip();
    story.join("b", join("b", "b-2"));
    story.check(&[
        "a: join a-1 generation 2 range leader a-1 a-1 b-2",
        "b: join b-2 generation 2 range leader a-1",
    ]);
}

#[test]
fn a_member_that_does_not_sync_within_the_rebalance_timeout_is_removed() {
    let mut story = Story::new();
    for client in ["a", "b"] {
        story.join(
            client,
            Join {
                version: 3,
                session_ms: 100_000,
                ..join(client, "")
            },
        );
    }
    story.wait(6_000);
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("b-2", "B")]);
    story.skip();
    story.wait(59_999);
    story.heartbeat("a", 1, "a-1");
    story.wait(1);
    story.heartbeat("a", 1, "a-1");
    story.heartbeat("b", 1, "b-2");
    story.check(&[
        "a: heartbeat NONE",
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "b: heartbeat UNKNOWN_MEMBER_ID",
    ]);
}

#[test]
fn a_join_during_the_sync_sends_those_that_wait_back_to_join() {
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
            version: 3,
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.sync("b", 1, "b-2", &[]);
    story.skip();
    story.join(
        "c",
        Join {
            version: 3,
            ..join("c", "")
        },
    );
    story.check(&["b: sync REBALANCE_IN_PROGRESS"]);
    story.sync("a", 1, "a-1", &[("a-1", "A")]);
    story.check(&["a: sync REBALANCE_IN_PROGRESS"]);
}

#[test]
fn a_follower_that_joins_again_unchanged_is_told_the_generation_it_has() {
    let mut story = group_of(&["a", "b"]);
    story.join("b", join("b", "b-2"));
    story.check(&["b: join b-2 generation 1 range leader a-1"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn a_leader_that_joins_again_begins_a_rebalance() {
    let mut story = group_of(&["a", "b"]);
    story.join("a", join("a", "a-1"));
    story.heartbeat("b", 1, "b-2");
    story.check(&["b: heartbeat REBALANCE_IN_PROGRESS"]);
}

#[test]
fn a_member_whose_subscription_changes_begins_a_rebalance() {
    let mut story = group_of(&["a", "b"]);
    let changed = Join {
        protocols: vec![("range", subscription(&["u"]))],
        ..join("b", "b-2")
    };
    story.join("b", changed);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat REBALANCE_IN_PROGRESS"]);
}

#[test]
fn a_lost_answer_to_a_join_is_given_again_until_the_assignment() {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.wait(3_000);
    story.skip();
    story.join("a", join("a", "a-1"));
    story.check(&["a: join a-1 generation 1 range leader a-1 a-1"]);
}

#[test]
fn of_two_requests_of_one_member_that_wait_the_older_is_sent_away() {
    let mut story = Story::new();
    story.join(
        "first",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.join("second", join("a", "a-1"));
    story.wait(3_000);
    story.check(&[
        "+ group g generation 0 - leader -:",
        "first: join REBALANCE_IN_PROGRESS a-1",
        "second: join a-1 generation 1 range leader a-1 a-1",
    ]);
}

#[test]
fn an_id_that_was_given_out_holds_for_one_session() {
    let mut story = Story::new();
    story.join("a", join("a", ""));
    story.skip();
    story.wait(10_001);
    story.join("a", join("a", "a-1"));
    story.check(&["a: join UNKNOWN_MEMBER_ID a-1"]);
}

#[test]
fn a_rebalance_waits_for_ids_given_out_until_they_expire() {
    let mut story = group_of(&["a"]);
    story.join("b", join("b", ""));
    story.join("a", join("a", "a-1"));
    story.check(&["b: join MEMBER_ID_REQUIRED b-2"]);
    story.wait(10_000);
    story.check(&["a: join a-1 generation 2 range leader a-1 a-1"]);
}

#[test]
fn an_id_that_was_given_out_can_leave() {
    let mut story = group_of(&["a"]);
    story.join("b", join("b", ""));
    story.join("a", join("a", "a-1"));
    story.leave("b", &[("b-2", None)]);
    story.check(&[
        "b: join MEMBER_ID_REQUIRED b-2",
        "b: leave NONE: NONE",
        "a: join a-1 generation 2 range leader a-1 a-1",
    ]);
}

#[test]
fn members_vote_for_a_protocol_that_all_support() {
    let with =
        |names: [&'static str; 2]| names.map(|name| (name, name.as_bytes().to_vec())).to_vec();
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            protocols: with(["x", "y"]),
            ..join("a", "")
        },
    );
    story.join(
        "b",
        Join {
            version: 3,
            protocols: with(["y", "x"]),
            ..join("b", "")
        },
    );
    story.join(
        "c",
        Join {
            version: 3,
            protocols: with(["z", "y"]),
            ..join("c", "")
        },
    );
    story.wait(6_000);
    story.check(&[
        "+ group g generation 0 - leader -:",
        "a: join a-1 generation 1 y leader a-1 a-1 b-2 c-3",
        "b: join b-2 generation 1 y leader a-1",
        "c: join c-3 generation 1 y leader a-1",
    ]);
}

#[test]
fn a_full_group_takes_no_more_members() {
    let mut story = group_of(&["a", "b"]);
    story.set_settings(|settings| settings.max_group_size = 2);
    story.join("c", join("c", ""));
    story.check(&["c: join GROUP_MAX_SIZE_REACHED"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn a_group_above_the_limit_keeps_those_that_join_again_first() {
    let mut story = group_of(&["a", "b", "c"]);
    story.set_settings(|settings| settings.max_group_size = 2);
    story.join("a", join("a", "a-1"));
    story.join("c", join("c", "c-3"));
    story.join("b", join("b", "b-2"));
    story.check(&[
        "b: join GROUP_MAX_SIZE_REACHED",
        "a: join a-1 generation 2 range leader a-1 a-1 c-3",
        "c: join c-3 generation 2 range leader a-1",
    ]);
}

#[test]
fn ids_given_out_are_bounded_until_they_expire() {
    let mut story = Story::new();
    for _ in 0..20_000 {
        story.join("flood", join("flood", ""));
    }
    story.skip();
    story.join("a", join("a", ""));
    story.check(&["a: join GROUP_MAX_SIZE_REACHED"]);
    story.wait(10_000);
    story.join("a", join("a", ""));
    story.check(&["a: join MEMBER_ID_REQUIRED a-20002"]);
}

#[test]
fn a_shard_whose_replicas_lag_too_far_behind_refuses_instead_of_growing() {
    let mut story = group_of(&["a"]);
    story.replicas_lag = true;
    story.commit("commits", 1, "a-1", &[("t", 1)]);
    for _ in 1..100_000 {
        story.heartbeat("flood", 1, "a-1");
    }
    story.skip();
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat COORDINATOR_NOT_AVAILABLE"]);
    assert_eq!(story.shard.next_deadline(), None);
    story.catch_up();
    story.skip();
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn subscriptions_of_a_group_are_bounded_in_bytes() {
    let mut story = group_of(&["a"]);
    let huge = vec![("range", vec![0; 40 << 20])];
    story.join(
        "b",
        Join {
            version: 3,
            protocols: huge.clone(),
            ..join("b", "")
        },
    );
    story.join(
        "c",
        Join {
            version: 3,
            protocols: huge,
            ..join("c", "")
        },
    );
    story.check(&["c: join GROUP_MAX_SIZE_REACHED"]);
}

#[test]
fn a_group_that_is_gone_leaves_no_timers() {
    let mut story = group_of(&["a", "b"]);
    story.join("c", join("c", ""));
    story.wait(10_000);
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&[
        "c: join MEMBER_ID_REQUIRED c-3",
        "+ group g generation 2 - leader -:",
        "+ group g gone",
        "admin: delete g=NONE",
    ]);
    assert_eq!(
        story.shard.coordinator().timer_count(),
        1,
        "only that of expiry is left"
    );
}

#[test]
fn when_the_leadership_ends_all_that_wait_are_sent_to_the_new_coordinator() {
    let mut story = group_of(&["a", "b"]);
    story.replicas_lag = true;
    story.commit("commits", 1, "a-1", &[("t", 5)]);
    story.join("joins", join("a", "a-1"));
    story.skip();
    story.stop();
    story.check(&[
        "commits: commit NOT_COORDINATOR",
        "joins: join NOT_COORDINATOR a-1",
    ]);
    story.heartbeat("late", 1, "b-2");
    story.check(&["late: heartbeat NOT_COORDINATOR"]);
    assert_eq!(story.unanswered(), 0);
}

#[test]
fn a_group_that_cannot_be_stored_does_not_come_into_being() {
    let mut story = Story::new();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.join("a", join("a", ""));
    story.join(
        "b",
        Join {
            version: 3,
            ..join("b", "")
        },
    );
    story.check(&[
        "a: join COORDINATOR_NOT_AVAILABLE",
        "b: join COORDINATOR_NOT_AVAILABLE",
    ]);
    story.refusal = None;
    story.join("a", join("a", "a-1"));
    story.request(
        "admin",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.check(&[
        "a: join UNKNOWN_MEMBER_ID a-1",
        "admin: describe GROUP_ID_NOT_FOUND Dead /:",
    ]);
    assert_eq!(
        story.shard.coordinator().timer_count(),
        1,
        "only that of expiry is left"
    );
}

#[test]
fn an_assignment_that_cannot_be_stored_makes_all_join_again() {
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
            version: 3,
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.sync("b", 1, "b-2", &[]);
    story.skip();
    story.refusal = Some(ErrorCode::MESSAGE_TOO_LARGE);
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("b-2", "B")]);
    story.check(&[
        "a: sync UNKNOWN_SERVER_ERROR",
        "b: sync UNKNOWN_SERVER_ERROR",
    ]);
    story.refusal = None;
    story.heartbeat("a", 1, "a-1");
    story.join("a", join("a", "a-1"));
    story.join("b", join("b", "b-2"));
    story.check(&[
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "a: join a-1 generation 2 range leader a-1 a-1 b-2",
        "b: join b-2 generation 2 range leader a-1",
    ]);
}

#[test]
fn nobody_sees_an_assignment_before_it_is_committed() {
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
            version: 3,
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.sync("b", 1, "b-2", &[]);
    story.skip();
    story.replicas_lag = true;
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("b-2", "B")]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["+ group g generation 1 range leader a-1: a-1=A b-2=B"]);
    story.catch_up();
    story.check(&["a: sync A", "b: sync B", "a: heartbeat NONE"]);
}
