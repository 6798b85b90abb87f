//! Stories of consumer groups.

use model::ErrorCode;

use crate::story::{Beat, Story, beats, join, joins};
use crate::{Request, Settings};

fn story() -> Story {
    let mut story = Story::new();
    story.topics(&[("t", 4)]);
    story
}

/// `a` has all four partitions of `t` in epoch 1.
fn story_of_one() -> Story {
    let mut story = story();
    story.beat(&joins("a", &["t"]));
    story.skip();
    story
}

/// `a` and `b` have two partitions each in epoch 2.
fn story_of_two() -> Story {
    let mut story = story_of_one();
    story.beat(&joins("b", &["t"]));
    story.beat(&beats("a", 1));
    story.beat(&Beat {
        owned: Some(&["t-0", "t-1"]),
        ..beats("a", 1)
    });
    story.beat(&beats("b", 2));
    story.check_last(&["+ current b@2 has t-2 t-3", "b: epoch 2: t-2 t-3"]);
    story
}

#[test]
fn the_first_member_makes_the_group_and_gets_everything() {
    let mut story = story();
    story.beat(&joins("a", &["t"]));
    story.check(&[
        "+ member a t",
        "+ epoch 1",
        "+ target a t-0 t-1 t-2 t-3",
        "+ target epoch 1",
        "+ current a@1 has t-0 t-1 t-2 t-3",
        "a: epoch 1: t-0 t-1 t-2 t-3",
    ]);
    story.beat(&beats("a", 1));
    story.check(&["a: epoch 1"]);
}

#[test]
fn a_clock_that_is_set_back_does_not_put_a_target_off() {
    let mut story = story_of_one();
    story.limits.assignment_interval = std::time::Duration::from_secs(1);
    story.set_clock_back(60_000);
    story.beat(&joins("b", &["t"]));
    story.check_last(&["+ current b@2 waits, has", "b: epoch 2:"]);
}

#[test]
fn partitions_are_given_up_before_they_are_given_to_others() {
    let mut story = story_of_one();
    story.beat(&joins("b", &["t"]));
    story.check(&[
        "+ member b t",
        "+ epoch 2",
        "+ target a t-0 t-1",
        "+ target b t-2 t-3",
        "+ target epoch 2",
        "+ current b@2 waits, has",
        "b: epoch 2:",
    ]);
    story.beat(&beats("a", 1));
    story.check(&[
        "+ current a@1 gives up t-2 t-3 of t-0 t-1",
        "a: epoch 1: t-0 t-1",
    ]);
    story.beat(&beats("b", 2));
    story.check(&["b: epoch 2"]);
    story.beat(&Beat {
        owned: Some(&["t-0", "t-1"]),
        ..beats("a", 1)
    });
    story.check(&["+ current a@2 has t-0 t-1", "a: epoch 2"]);
    story.beat(&beats("b", 2));
    story.check(&["+ current b@2 has t-2 t-3", "b: epoch 2: t-2 t-3"]);
    story.describe_consumers();
    story.check(&[
        "admin: describe NONE Stable 2/2 uniform: a@2 t-0 t-1 -> t-0 t-1; b@2 t-2 t-3 -> t-2 t-3;",
    ]);
}

#[test]
fn a_member_that_leaves_gives_its_partitions_to_the_others() {
    let mut story = story_of_two();
    story.beat(&beats("b", -1));
    story.check(&[
        "+ epoch 3",
        "+ current b gone",
        "+ target b gone",
        "+ member b gone",
        "b: epoch -1",
    ]);
    story.beat(&beats("a", 2));
    story.check(&[
        "+ target a t-0 t-1 t-2 t-3",
        "+ target epoch 3",
        "+ current a@3 has t-0 t-1 t-2 t-3",
        "a: epoch 3: t-0 t-1 t-2 t-3",
    ]);
    story.beat(&beats("b", 2));
    story.check(&["b: UNKNOWN_MEMBER_ID"]);
}

#[test]
fn a_member_that_is_not_heard_of_is_removed() {
    let mut story = story_of_two();
    story.wait(44_000);
    story.beat(&beats("a", 2));
    story.wait(1_000);
    story.check(&[
        "a: epoch 2",
        "+ epoch 3",
        "+ current b gone",
        "+ target b gone",
        "+ member b gone",
    ]);
    story.wait(100_000);
    assert_eq!(
        story.shard.coordinator().timer_count(),
        1,
        "only that of expiry is left"
    );
}

#[test]
fn a_member_that_does_not_give_up_in_time_is_removed() {
    let mut story = story_of_one();
    story.beat(&joins("b", &["t"]));
    story.beat(&beats("a", 1));
    story.skip();
    for _ in 0..2 {
        story.wait(29_000);
        story.beat(&beats("a", 1));
        story.beat(&beats("b", 2));
    }
    story.check(&["a: epoch 1", "b: epoch 2", "a: epoch 1", "b: epoch 2"]);
    story.wait(2_000);
    story.check(&[
        "+ epoch 3",
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
    ]);
    story.beat(&beats("a", 1));
    story.check(&["a: UNKNOWN_MEMBER_ID"]);
}

#[test]
fn epochs_that_are_not_the_members_own_are_fenced() {
    let mut story = story_of_two();
    story.beat(&beats("a", 3));
    story.beat(&beats("a", 1));
    story.check(&["a: FENCED_MEMBER_EPOCH", "a: FENCED_MEMBER_EPOCH"]);
    // The answer with the new epoch may have been lost.
    story.beat(&Beat {
        owned: Some(&["t-0"]),
        ..beats("a", 1)
    });
    story.beat(&Beat {
        owned: Some(&["t-2"]),
        ..beats("a", 1)
    });
    story.check(&["a: epoch 2", "a: FENCED_MEMBER_EPOCH"]);
    // Whoever begins anew is never fenced.
    story.beat(&joins("b", &["t"]));
    story.check_last(&["b: epoch 2: t-2 t-3"]);
}

#[test]
fn a_join_whose_answer_was_lost_may_be_repeated() {
    let mut story = story_of_one();
    story.beat(&joins("a", &["t"]));
    story.check(&["a: epoch 1: t-0 t-1 t-2 t-3"]);
}

#[test]
fn new_partitions_and_topics_are_noticed() {
    let mut story = story();
    story.beat(&joins("a", &["t", "u"]));
    story.skip();
    story.topics(&[("t", 5), ("v", 1)]);
    story.beat(&beats("a", 1));
    story.check_last(&["a: epoch 2: t-0 t-1 t-2 t-3 t-4"]);
    story.topics(&[("t", 5), ("u", 1)]);
    story.beat(&beats("a", 2));
    story.check_last(&["a: epoch 3: t-0 t-1 t-2 t-3 t-4 u-0"]);
    story.topics(&[("t", 5), ("u", 1), ("v", 2)]);
    story.beat(&beats("a", 3));
    story.check(&["a: epoch 3"]);
}

#[test]
fn topics_that_were_deleted_are_taken_back() {
    let mut story = story_of_one();
    story.topics(&[]);
    story.beat(&beats("a", 1));
    story.beat(&Beat {
        owned: Some(&[]),
        ..beats("a", 1)
    });
    story.check(&[
        "+ epoch 2",
        "+ target a",
        "+ target epoch 2",
        "+ current a@1 gives up t-0 t-1 t-2 t-3 of",
        "a: epoch 1:",
        "+ current a@2 has",
        "a: epoch 2",
    ]);
}

#[test]
fn targets_are_not_computed_more_often_than_the_interval_allows() {
    let mut story = story_of_one();
    story.limits.assignment_interval = std::time::Duration::from_secs(1);
    story.beat(&joins("b", &["t"]));
    story.check(&[
        "+ member b t",
        "+ epoch 2",
        "+ current b@1 has",
        "b: epoch 1:",
    ]);
    story.wait(1_000);
    story.beat(&beats("b", 1));
    story.check_last(&["+ target epoch 2", "+ current b@2 waits, has", "b: epoch 2"]);
}

#[test]
fn a_static_member_that_is_away_for_a_while_keeps_its_partitions() {
    let mut story = story();
    let is_i = |beat| Beat {
        instance: Some("i"),
        ..beat
    };
    story.beat(&is_i(joins("a", &["t"])));
    story.skip();
    story.beat(&is_i(joins("b", &["t"])));
    story.check(&["b: UNRELEASED_INSTANCE_ID"]);
    story.beat(&is_i(beats("a", -2)));
    story.check(&["+ current a@-2 has t-0 t-1 t-2 t-3", "a: epoch -2"]);
    story.beat(&is_i(joins("b", &["t"])));
    story.check(&[
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
        "+ member b t",
        "+ target b t-0 t-1 t-2 t-3",
        "+ current b@0 has t-0 t-1 t-2 t-3",
        "+ current b@1 has t-0 t-1 t-2 t-3",
        "b: epoch 1: t-0 t-1 t-2 t-3",
    ]);
    story.beat(&is_i(beats("a", 1)));
    story.check(&["a: FENCED_INSTANCE_ID"]);
    story.beat(&Beat {
        instance: Some("j"),
        ..beats("a", 1)
    });
    story.check(&["a: UNKNOWN_MEMBER_ID"]);
    story.beat(&is_i(beats("b", -2)));
    story.skip();
    story.wait(45_000);
    story.check_last(&["+ member b gone", "+ target epoch 2"]);
}

#[test]
fn expressions_name_topics() {
    let mut story = story();
    story.topics(&[("t", 1), ("u", 1), ("w", 1)]);
    story.beat(&Beat {
        topics: None,
        regex: Some("[t-v]"),
        ..joins("a", &[])
    });
    story.check(&[
        "+ member a /[t-v]/",
        "+ epoch 1",
        "+ target a",
        "+ target epoch 1",
        "+ current a@1 has",
        "a: epoch 1:",
    ]);
    story.look_up();
    story.check(&["+ regex /[t-v]/ t u", "+ epoch 2"]);
    story.beat(&beats("a", 1));
    story.check(&[
        "+ target a t-0 u-0",
        "+ target epoch 2",
        "+ current a@2 has t-0 u-0",
        "a: epoch 2: t-0 u-0",
    ]);
    story.topics(&[("t", 1), ("u", 1), ("v", 1), ("w", 1)]);
    story.wait(10_000);
    story.beat(&beats("a", 2));
    story.look_up();
    story.check(&["a: epoch 2", "+ regex /[t-v]/ t u v", "+ epoch 3"]);
    story.beat(&beats("a", 2));
    story.check_last(&["a: epoch 3: t-0 u-0 v-0"]);
    story.beat(&Beat {
        topics: Some(&["w"]),
        regex: Some(""),
        owned: Some(&[]),
        ..beats("a", 3)
    });
    story.check(&[
        "+ member a w",
        "+ regex /[t-v]/ gone",
        "+ epoch 4",
        "+ target a w-0",
        "+ target epoch 4",
        "+ current a@4 has w-0",
        "a: epoch 4: w-0",
    ]);
}

#[test]
fn what_a_lookup_finds_too_late_or_not_at_all_changes_nothing() {
    let mut story = story();
    let joins_by = |id| Beat {
        topics: None,
        regex: Some("[t-v]"),
        ..joins(id, &[])
    };
    story.beat(&joins_by("a"));
    story.fail_lookups();
    story.look_up();
    story.check(&[
        "+ member a /[t-v]/",
        "+ epoch 1",
        "+ target a",
        "+ target epoch 1",
        "+ current a@1 has",
        "a: epoch 1:",
    ]);
    story.beat(&joins_by("a"));
    // One lookup is under way, and no second one begins.
    story.beat(&joins_by("b"));
    story.skip();
    story.beat(&beats("a", -1));
    story.beat(&beats("b", -1));
    story.skip();
    story.look_up();
    story.look_up();
    story.check(&[]);
    story.beat(&joins_by("a"));
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.look_up();
    story.refusal = None;
    story.skip();
    story.beat(&beats("a", 3));
    story.look_up();
    story.check_last(&["+ regex /[t-v]/ t", "+ epoch 4"]);
}

#[test]
fn expressions_that_are_wrong_or_would_take_much_memory_are_refused() {
    let mut story = story();
    for regex in ["(", "a)(b", "(((a{1000}){1000}){1000})"] {
        story.beat(&Beat {
            topics: None,
            regex: Some(regex),
            ..joins("a", &[])
        });
        story.check(&["a: INVALID_REGULAR_EXPRESSION"]);
    }
    assert_eq!(
        story.shard.logged().map(|logged| logged.group_count()),
        Some(0)
    );
}

#[test]
fn members_vote_for_the_assignor() {
    let mut story = story();
    story.beat(&Beat {
        assignor: Some("range"),
        ..joins("a", &["t"])
    });
    story.beat(&Beat {
        assignor: Some("sticky"),
        ..joins("b", &["t"])
    });
    story.describe_consumers();
    story.check_last(&[
        "b: UNSUPPORTED_ASSIGNOR",
        "admin: describe NONE Stable 1/1 range: a@1 t-0 t-1 t-2 t-3 -> t-0 t-1 t-2 t-3;",
    ]);
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let mut story = story();
    let mut check = |beat: Beat<'_>, error: ErrorCode| {
        story.beat(&beat);
        story.check(&[&format!("{}: {error}", beat.id)]);
    };
    let invalid = ErrorCode::INVALID_REQUEST;
    check(joins("", &["t"]), invalid);
    check(joins("a", &[]), invalid);
    check(
        Beat {
            owned: None,
            ..joins("a", &["t"])
        },
        invalid,
    );
    check(
        Beat {
            rebalance_ms: -1,
            ..joins("a", &["t"])
        },
        invalid,
    );
    check(beats("a", -2), invalid);
    check(beats("a", -3), invalid);
    check(
        Beat {
            instance: Some(""),
            ..joins("a", &["t"])
        },
        invalid,
    );
    check(beats("a", 1), ErrorCode::GROUP_ID_NOT_FOUND);
    check(beats("a", -1), ErrorCode::GROUP_ID_NOT_FOUND);
}

#[test]
fn a_full_group_lets_nobody_else_in() {
    let mut story = Story::with(Settings {
        consumer_max_size: 1,
        ..Settings::default()
    });
    story.topics(&[("t", 4)]);
    story.beat(&joins("a", &["t"]));
    story.skip();
    story.beat(&joins("b", &["t"]));
    story.beat(&beats("a", 1));
    story.check(&["b: GROUP_MAX_SIZE_REACHED", "a: epoch 1"]);
}

#[test]
fn a_group_goes_on_after_a_restart_of_the_coordinator() {
    let mut story = story_of_two();
    story.restart();
    story.beat(&beats("a", 2));
    story.beat(&beats("b", 2));
    story.describe_consumers();
    story.check(&[
        "a: epoch 2",
        "b: epoch 2",
        "admin: describe NONE Stable 2/2 uniform: a@2 t-0 t-1 -> t-0 t-1; b@2 t-2 t-3 -> t-2 t-3;",
    ]);
    story.restart();
    story.wait(45_000);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check_last(&["admin: list g=Empty/consumer/consumer"]);
}

#[test]
fn a_join_that_cannot_be_stored_has_not_happened() {
    let mut story = story_of_one();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.beat(&joins("b", &["t"]));
    story.topics(&[("t", 5)]);
    story.beat(&beats("a", 1));
    story.refusal = None;
    story.check(&[
        "b: COORDINATOR_NOT_AVAILABLE",
        "a: COORDINATOR_NOT_AVAILABLE",
    ]);
    story.beat(&beats("a", 1));
    story.check_last(&["a: epoch 2: t-0 t-1 t-2 t-3 t-4"]);
    story.wait(44_000);
    story.beat(&beats("a", 2));
    story.wait(2_000);
    story.check(&["a: epoch 2"]);
}

#[test]
fn members_commit_and_fetch_in_their_epoch() {
    let mut story = story_of_two();
    story.commit("a", 2, "a", &[("t", 7)]);
    story.commit("a", 3, "a", &[("t", 8)]);
    story.commit("c", 2, "c", &[("t", 8)]);
    story.commit("admin", -1, "", &[("t", 8)]);
    story.check(&[
        "+ offset g t-0 at 7",
        "a: commit NONE",
        "a: commit STALE_MEMBER_EPOCH",
        "c: commit UNKNOWN_MEMBER_ID",
        "admin: commit UNKNOWN_MEMBER_ID",
    ]);
    story.fetch("admin", Some(&["t"]));
    story.check(&["admin: fetch NONE: t-0@7"]);
    story.fetch_of("a", Some("a"), 2);
    story.fetch_of("a", Some("a"), 1);
    story.fetch_of("c", Some("c"), 2);
    story.check(&[
        "a: fetch NONE: t-0@7",
        "a: fetch STALE_MEMBER_EPOCH:",
        "c: fetch UNKNOWN_MEMBER_ID:",
    ]);
    story.beat(&beats("a", -1));
    story.beat(&beats("b", -1));
    story.commit("admin", -1, "", &[("t", 8)]);
    story.check_last(&["+ offset g t-0 at 8", "admin: commit NONE"]);
}

#[test]
fn members_commit_within_transactions_in_their_epoch() {
    let mut story = story_of_two();
    story.skip();
    story.commit_in_transaction(6, 3, "a");
    story.commit_in_transaction(5, 3, "a");
    story.commit_in_transaction(6, 2, "c");
    story.commit_in_transaction(6, -1, "a");
    story.check(&[
        "a: commit STALE_MEMBER_EPOCH",
        "a: commit ILLEGAL_GENERATION",
        "c: commit UNKNOWN_MEMBER_ID",
        "a: commit STALE_MEMBER_EPOCH",
    ]);
    story.commit_in_transaction(5, 2, "a");
    story.commit_in_transaction(5, -1, "");
    story.check(&[
        "+ offset g t-0 at 9",
        "a: commit NONE",
        "+ offset g t-0 at 9",
        ": commit NONE",
    ]);
    story.fetch_of("a", Some("a"), 2);
    story.check(&["a: fetch NONE: t-0 UNSTABLE_OFFSET_COMMIT"]);
}

#[test]
fn a_group_without_members_can_be_deleted_or_become_a_classic_one() {
    let mut story = story_of_one();
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.join("c", join("c", ""));
    story.check(&[
        "admin: delete g=NON_EMPTY_GROUP",
        "c: join MEMBER_ID_REQUIRED AAAAAAAAQACAAAAAAAAAAQ",
    ]);
    story.beat(&beats("a", -1));
    story.skip();
    story.join("c", join("c", ""));
    story.check(&[
        "+ target epoch gone",
        "+ topics gone",
        "+ group gone",
        "+ group g generation 0 - leader -:",
        "c: join MEMBER_ID_REQUIRED c-2",
    ]);
    story.wait(45_000);
    story.beat(&joins("a", &["t"]));
    story.check_last(&["a: epoch 1: t-0 t-1 t-2 t-3"]);
    story.beat(&beats("a", -1));
    story.skip();
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.describe_consumers();
    story.check(&[
        "+ target epoch gone",
        "+ topics gone",
        "+ group gone",
        "admin: delete g=NONE",
        "admin: describe GROUP_ID_NOT_FOUND  0/0 :",
    ]);
}
