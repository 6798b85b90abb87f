//! Stories of streams groups.

use std::time::Duration;

use model::ErrorCode;

use crate::story::{Part, Story, StreamsBeat, join, joins, lives, runs};
use crate::{Request, Response, Settings};

/// One subtopology without state, which reads `t`.
const PLAIN: &[Part<'_>] = &[("0", &["t"], &[])];
/// One with state, which `c` keeps.
const STATEFUL: &[Part<'_>] = &[("0", &["t"], &["c"])];

fn story() -> Story {
    let mut story = Story::new();
    story.topics(&[("t", 2)]);
    story
}

/// `a` has both tasks in epoch 2.
fn story_of_one() -> Story {
    let mut story = story();
    story.run(&runs("a", PLAIN));
    story.skip();
    story
}

#[test]
fn the_first_member_makes_the_group_and_has_all_tasks() {
    let mut story = story();
    story.run(&runs("a", PLAIN));
    story.check(&[
        "+ member a in a",
        "+ topology 0",
        "+ epoch 2 topology 0",
        "+ target a 0_0 0_1",
        "+ target epoch 2",
        "+ current a@2 has 0_0@2 0_1@2",
        "a: epoch 2: 0_0 0_1",
    ]);
    story.run(&lives("a", 2));
    story.check(&["a: epoch 2"]);
    story.describe_runners();
    story.check(&["admin: describe NONE Stable 2/2 topology 0: a@2 0_0 0_1 -> 0_0 0_1;"]);
}

#[test]
fn a_task_is_given_up_before_another_has_it() {
    let mut story = story_of_one();
    story.run(&runs("b", PLAIN));
    story.check(&[
        "+ member b in b",
        "+ epoch 3 topology 0",
        "+ target a 0_0",
        "+ target b 0_1",
        "+ target epoch 3",
        "+ current b@3 waits, has",
        "b: epoch 3:",
    ]);
    story.run(&lives("a", 2));
    story.run(&lives("b", 3));
    story.check(&[
        "+ current a@2 gives up 0_1@2, has 0_0@2",
        "a: epoch 2: 0_0",
        "b: epoch 3",
    ]);
    story.run(&StreamsBeat {
        owned: Some(&["0_0"]),
        ..lives("a", 2)
    });
    story.run(&lives("b", 3));
    story.check(&[
        "+ current a@3 has 0_0@2",
        "a: epoch 3",
        "+ current b@3 has 0_1@3",
        "b: epoch 3: 0_1",
    ]);
}

#[test]
fn who_does_not_give_up_in_time_is_removed() {
    let mut story = story_of_one();
    story.run(&runs("b", PLAIN));
    story.run(&lives("a", 2));
    story.skip();
    for _ in 0..3 {
        story.wait(20_000);
        story.run(&lives("b", 3));
        if story
            .shard
            .logged()
            .expect("active")
            .streams_group("g")
            .is_some_and(|g| g.assignments().count() == 2)
        {
            story.run(&lives("a", 2));
        }
    }
    story.check(&[
        "b: epoch 3",
        "a: epoch 2",
        "b: epoch 3",
        "a: epoch 2",
        "+ epoch 4 topology 0",
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
        "+ target b 0_0 0_1",
        "+ target epoch 4",
        "+ current b@4 has 0_0@4 0_1@4",
        "b: epoch 4: 0_0 0_1",
    ]);
}

#[test]
fn a_standby_becomes_active_where_its_state_is() {
    let mut story = Story::new();
    story.topics(&[("t", 1), ("c", 1)]);
    story.streams_limits.standby_replicas = 1;
    story.run(&runs("a", STATEFUL));
    story.run(&runs("b", STATEFUL));
    story.check_last(&["+ current b@3 has ~0_0", "b: epoch 3: ~0_0"]);
    story.run(&lives("a", 2));
    story.run(&lives("a", -1));
    story.skip();
    story.run(&lives("b", 3));
    story.check(&[
        "+ target b 0_0",
        "+ target epoch 4",
        "+ current b@4 has 0_0@4",
        "b: epoch 4: 0_0",
    ]);
}

#[test]
fn a_topology_waits_for_the_topics_that_it_reads() {
    let mut story = Story::new();
    story.run(&runs("a", PLAIN));
    story.check(&[
        "+ member a in a",
        "+ topology 0",
        "+ epoch 2 topology -1",
        "+ target a",
        "+ target epoch 2",
        "+ current a@2 has",
        "a: epoch 2: [1]",
    ]);
    story.describe_runners();
    story.check(&["admin: describe NONE NotReady 2/2 topology 0: a@2 ->;"]);
    story.topics(&[("t", 1)]);
    story.run(&lives("a", 2));
    story.check(&[
        "+ epoch 3 topology 0",
        "+ target a 0_0",
        "+ target epoch 3",
        "+ current a@3 has 0_0@3",
        "a: epoch 3: 0_0",
    ]);
    story.topics(&[("t", 2)]);
    story.run(&lives("a", 3));
    story.check_last(&["a: epoch 4: 0_0 0_1"]);
}

#[test]
fn internal_topics_are_asked_for_until_they_are_there() {
    let mut story = story();
    story.run(&runs("a", STATEFUL));
    story.check_last(&["a: epoch 2: [3]"]);
    let asked = story.take_internal_topics();
    let asked: Vec<_> = asked.iter().map(|t| (&*t.name, t.partitions)).collect();
    assert_eq!(asked, [("c", 2)]);
    story.refused_topics.insert("c".to_owned(), "no".to_owned());
    drop(story.take_answers());
    story.run(&lives("a", 2));
    assert_eq!(story.take_internal_topics(), []);
    let [(_, Response::StreamsGroupHeartbeat(heard))] = &story.take_answers()[..] else {
        panic!("one heartbeat is answered")
    };
    assert_eq!(
        heard.status.as_ref().expect("always there")[0].status_detail,
        "Internal topics are missing: c; Creation failed: c (no)."
    );
    story.topics(&[("t", 2), ("c", 2)]);
    story.run(&lives("a", 2));
    story.check_last(&["a: epoch 3: 0_0 0_1"]);
}

#[test]
fn an_empty_group_waits_for_more_members() {
    let mut story = story();
    story.streams_limits.initial_rebalance_delay = Duration::from_secs(3);
    story.run(&runs("a", PLAIN));
    story.run(&runs("b", PLAIN));
    story.check(&[
        "+ member a in a",
        "+ topology 0",
        "+ epoch 2 topology 0",
        "+ current a@1 has",
        "a: epoch 1: [5]",
        "+ member b in b",
        "+ epoch 3 topology 0",
        "+ current b@1 has",
        "b: epoch 1: [5]",
    ]);
    story.wait(3_000);
    story.check(&["+ target a 0_0", "+ target b 0_1", "+ target epoch 3"]);
    story.run(&lives("a", 1));
    story.check(&["+ current a@3 has 0_0@3", "a: epoch 3: 0_0"]);
}

#[test]
fn targets_keep_their_distance() {
    let mut story = story();
    story.streams_limits.assignment_interval = Duration::from_secs(1);
    story.run(&runs("a", PLAIN));
    story.skip();
    story.run(&runs("b", PLAIN));
    story.check(&[
        "+ member b in b",
        "+ epoch 3 topology 0",
        "+ current b@2 has",
        "b: epoch 2: [5]",
    ]);
    story.wait(1_000);
    story.run(&lives("b", 2));
    story.check_last(&["+ current b@3 waits, has", "b: epoch 3"]);
}

#[test]
fn all_members_run_one_topology() {
    let mut story = story();
    let with_epoch = |id, epoch, parts| StreamsBeat {
        topology: Some((epoch, parts)),
        ..runs(id, parts)
    };
    story.run(&with_epoch("a", 1, PLAIN));
    story.skip();
    story.run(&with_epoch("b", 1, STATEFUL));
    story.run(&with_epoch("b", 2, PLAIN));
    story.check(&["b: INVALID_REQUEST", "b: INVALID_REQUEST"]);
    story.run(&with_epoch("b", 0, PLAIN));
    story.check_last(&["+ current b@3 waits, has", "b: epoch 3: [0]"]);
}

#[test]
fn a_member_asks_all_to_end() {
    let mut story = story_of_one();
    story.run(&StreamsBeat {
        shutdown: true,
        ..lives("a", 2)
    });
    story.run(&lives("a", 2));
    story.check(&["a: epoch 2 [4]", "a: epoch 2 [4]"]);
    story.run(&lives("a", -1));
    story.run(&runs("b", PLAIN));
    story.check_last(&["b: epoch 4: 0_0 0_1"]);
}

#[test]
fn members_hear_where_others_are_reached() {
    let mut story = story_of_one();
    story.run(&StreamsBeat {
        endpoint: Some(1),
        ..lives("a", 2)
    });
    story.check_last(&["a: epoch 3 h:1 t-0 t-1"]);
    story.run(&StreamsBeat {
        endpoint_epoch: 1,
        ..lives("a", 3)
    });
    story.check(&["a: epoch 3"]);
}

#[test]
fn heartbeats_that_make_no_sense_are_refused() {
    let mut story = story();
    story.run(&lives("a", 1));
    story.run(&lives("a", -1));
    story.run(&lives("a", 0));
    story.run(&lives("a", -3));
    story.run(&lives("a", -2));
    story.run(&StreamsBeat {
        topology: Some((0, PLAIN)),
        ..lives("a", 1)
    });
    story.run(&StreamsBeat {
        owned: None,
        ..runs("a", PLAIN)
    });
    story.run(&StreamsBeat {
        topology: Some((-1, PLAIN)),
        ..runs("a", PLAIN)
    });
    story.check(&[
        "a: GROUP_ID_NOT_FOUND",
        "a: GROUP_ID_NOT_FOUND",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
        "a: STREAMS_INVALID_TOPOLOGY",
    ]);
    story.run(&runs("a", PLAIN));
    story.skip();
    story.run(&lives("b", 2));
    story.run(&lives("a", 3));
    story.run(&lives("a", 1));
    story.run(&StreamsBeat {
        owned: Some(&["1_0"]),
        ..lives("a", 2)
    });
    story.run(&StreamsBeat {
        owned: Some(&["0_2"]),
        ..lives("a", 2)
    });
    story.check(&[
        "b: UNKNOWN_MEMBER_ID",
        "a: FENCED_MEMBER_EPOCH",
        "a: FENCED_MEMBER_EPOCH",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
    ]);
}

#[test]
fn a_group_without_a_name_is_not_looked_for() {
    let mut story = story();
    story.describe_runners_of("");
    story.check(&["admin: describe INVALID_GROUP_ID  0/0 topology -1:"]);
    story.describe_runners();
    story.check(&["admin: describe GROUP_ID_NOT_FOUND  0/0 topology -1:"]);
}

#[test]
fn an_answer_that_was_lost_is_asked_for_again() {
    let mut story = story_of_one();
    story.run(&runs("b", PLAIN));
    story.run(&lives("b", -1));
    story.run(&lives("a", 2));
    story.skip();
    story.run(&StreamsBeat {
        owned: Some(&["0_0"]),
        ..lives("a", 2)
    });
    story.check(&["a: epoch 4: 0_0 0_1"]);
}

#[test]
fn a_static_member_comes_back_to_what_it_had() {
    let mut story = story();
    let instance = |id| StreamsBeat {
        instance: Some("i"),
        process: Some("p"),
        ..runs(id, PLAIN)
    };
    story.run(&instance("a"));
    story.run(&instance("b"));
    story.check_last(&["b: UNRELEASED_INSTANCE_ID"]);
    story.run(&StreamsBeat {
        instance: Some("i"),
        ..lives("a", -2)
    });
    story.check(&["+ current a@-2 has 0_0@0 0_1@0", "a: epoch -2"]);
    story.run(&instance("b"));
    story.check(&[
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
        "+ member b in p",
        "+ target b 0_0 0_1",
        "+ current b@0 has 0_0@0 0_1@0",
        "+ current b@2 has 0_0@0 0_1@0",
        "b: epoch 2: 0_0 0_1",
    ]);
    story.run(&StreamsBeat {
        instance: Some("i"),
        ..lives("a", 2)
    });
    story.run(&StreamsBeat {
        instance: Some("j"),
        ..lives("a", 2)
    });
    story.check(&["a: FENCED_INSTANCE_ID", "a: UNKNOWN_MEMBER_ID"]);
}

#[test]
fn a_group_has_so_many_members_and_no_more() {
    let mut story = Story::with(Settings {
        streams_max_size: 1,
        ..Settings::default()
    });
    story.topics(&[("t", 2)]);
    story.run(&runs("a", PLAIN));
    story.skip();
    story.run(&runs("b", PLAIN));
    story.check(&["b: GROUP_MAX_SIZE_REACHED"]);
}

#[test]
fn members_commit_in_their_epoch_or_what_they_had_before() {
    let mut story = story_of_one();
    story.commit("a", 2, "a", &[("t", 1)]);
    story.commit("a", 3, "a", &[("t", 1)]);
    story.commit("x", -1, "", &[("t", 1)]);
    story.check(&[
        "+ offset g t-0 at 1",
        "a: commit NONE",
        "a: commit STALE_MEMBER_EPOCH",
        "x: commit UNKNOWN_MEMBER_ID",
    ]);
    story.run(&runs("b", PLAIN));
    story.run(&lives("a", 2));
    story.run(&StreamsBeat {
        owned: Some(&["0_0"]),
        ..lives("a", 2)
    });
    story.skip();
    story.commit("a", 2, "a", &[("t", 2)]);
    story.commit("a", 1, "a", &[("t", 2)]);
    story.fetch_of("a", Some("a"), 2);
    story.fetch_of("a", Some("a"), 3);
    story.check(&[
        "+ offset g t-0 at 2",
        "a: commit NONE",
        "a: commit STALE_MEMBER_EPOCH",
        "a: fetch STALE_MEMBER_EPOCH:",
        "a: fetch NONE: t-0@2",
    ]);
}

#[test]
fn a_group_is_of_one_kind_while_it_has_members() {
    let mut story = story_of_one();
    story.beat(&joins("x", &["t"]));
    story.join("y", join("y", ""));
    story.describe_consumers();
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&[
        "x: GROUP_ID_NOT_FOUND",
        "y: join INCONSISTENT_GROUP_PROTOCOL",
        "admin: describe GROUP_ID_NOT_FOUND  0/0 :",
        "admin: list g=Stable/streams/streams",
        "admin: delete g=NON_EMPTY_GROUP",
    ]);
    story.run(&lives("a", -1));
    story.skip();
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&[
        "+ target epoch gone",
        "+ group gone",
        "+ topology gone",
        "admin: delete g=NONE",
    ]);
    assert!(!story.shard.logged().expect("active").knows_group("g"));
    story.commit("x", -1, "", &[("t", 1)]);
    story.skip();
    story.run(&runs("a", PLAIN));
    story.check_last(&["a: epoch 2: 0_0 0_1"]);
    story.run(&lives("a", -1));
    story.skip();
    story.join("y", join("y", ""));
    story.check(&[
        "+ target epoch gone",
        "+ group gone",
        "+ topology gone",
        "+ group g generation 0 - leader -:",
        "y: join MEMBER_ID_REQUIRED y-2",
    ]);
}

#[test]
fn a_group_goes_on_after_a_restart() {
    let mut story = story_of_one();
    story.run(&runs("b", PLAIN));
    story.skip();
    story.restart();
    story.run(&lives("a", 2));
    story.run(&StreamsBeat {
        owned: Some(&["0_0"]),
        ..lives("a", 2)
    });
    story.run(&lives("b", 3));
    story.check(&[
        "+ current a@2 gives up 0_1@2, has 0_0@2",
        "a: epoch 2: 0_0",
        "+ current a@3 has 0_0@2",
        "a: epoch 3",
        "+ current b@3 has 0_1@3",
        "b: epoch 3: 0_1",
    ]);
    story.wait(45_000);
    story.describe_runners();
    story.check_last(&["admin: describe NONE Empty 4/4 topology 0:"]);
    story.wait(45_000);
    assert_eq!(story.shard.coordinator().timer_count(), 1);
}

#[test]
fn what_the_log_refuses_has_not_happened() {
    let mut story = story();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.run(&runs("a", STATEFUL));
    story.check(&["a: COORDINATOR_NOT_AVAILABLE"]);
    assert_eq!(story.take_internal_topics(), []);
    story.refusal = None;
    story.run(&runs("a", PLAIN));
    story.check_last(&["a: epoch 2: 0_0 0_1"]);
}

#[test]
fn members_report_how_far_their_state_has_come() {
    let mut story = story_of_one();
    story.run(&StreamsBeat {
        offsets: &[("0", 1, 7), ("9", 0, 1)],
        ..lives("a", 2)
    });
    drop(story.take_answers());
    story.describe_runners();
    let [(_, Response::StreamsGroupDescribe(described))] = &story.take_answers()[..] else {
        panic!("one group is described")
    };
    let offsets = described.members[0].task_offsets.iter();
    let offsets: Vec<_> = offsets
        .map(|task| (&*task.subtopology_id, task.partition, task.offset))
        .collect();
    assert_eq!(offsets, [("0", 1, 7)]);
}

#[test]
fn nothing_is_left_of_a_group_that_could_not_begin() {
    let mut story = story();
    story.streams_limits.initial_rebalance_delay = Duration::from_secs(3);
    story.run(&StreamsBeat {
        offsets: &[("0", 0, 1), ("0", 0, 2)],
        ..runs("a", PLAIN)
    });
    story.check(&["a: INVALID_REQUEST"]);
    assert_eq!(story.shard.coordinator().live_count(), 0);
    story.run(&runs("a", PLAIN));
    story.check_last(&["a: epoch 1: [5]"]);
    assert_eq!(story.shard.coordinator().live_count(), 1);
}
