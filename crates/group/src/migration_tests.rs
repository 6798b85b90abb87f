//! Stories of groups that change their kind while members are in them.

use std::time::Duration;

use model::ErrorCode;

use crate::story::{Beat, Join, Story, beats, join, joins, subscription};
use crate::{MigrationPolicy, Request, Settings};

/// As [`subscription`], of a client that keeps `owned` partitions of `t` while it joins (cooperative).
fn holding(topics: &[&str], owned: &[i32]) -> Vec<u8> {
    let mut bytes = subscription(topics);
    bytes.truncate(bytes.len() - 4);
    bytes.extend(u32::from(!owned.is_empty()).to_be_bytes());
    if !owned.is_empty() {
        bytes.extend([0, 1, b't']);
        bytes.extend(u32::try_from(owned.len()).expect("few").to_be_bytes());
        bytes.extend(owned.iter().flat_map(|partition| partition.to_be_bytes()));
    }
    bytes
}

/// What a client's assignor gives of `t`, as clients write it.
fn given(partitions: &[i32]) -> String {
    let mut bytes = vec![0, 1, 0, 0, 0, 1, 0, 1, b't'];
    bytes.extend(u32::try_from(partitions.len()).expect("few").to_be_bytes());
    bytes.extend(
        partitions
            .iter()
            .flat_map(|partition| partition.to_be_bytes()),
    );
    bytes.extend([0; 4]);
    String::from_utf8(bytes).expect("small numbers")
}

fn with(policy: MigrationPolicy) -> Story {
    let mut story = Story::with(Settings {
        migration_policy: policy,
        ..Settings::default()
    });
    story.topics(&[("t", 4)]);
    story
}

/// A classic group in generation 1: `a-1` leads and has t-0 and t-1, `b-2` the rest.
fn classic_of_two(policy: MigrationPolicy) -> Story {
    let mut story = with(policy);
    for (client, member) in [("a", "a-1"), ("b", "b-2")] {
        story.join(client, join(client, ""));
        story.join(client, join(client, member));
    }
    story.wait(6_000);
    let (of_a, of_b) = (given(&[0, 1]), given(&[2, 3]));
    story.sync("a", 1, "a-1", &[("a-1", &of_a), ("b-2", &of_b)]);
    story.sync("b", 1, "b-2", &[]);
    story.check_last(&["a: sync [t-0 t-1]", "b: sync [t-2 t-3]"]);
    story
}

fn bidirectional() -> Story {
    classic_of_two(MigrationPolicy::Bidirectional)
}

/// A classic member that joins again and keeps what it has.
fn keeps(client: &'static str, member: &str, owned: &[i32]) -> Join {
    Join {
        protocols: vec![("range", holding(&["t"], owned))],
        ..join(client, member)
    }
}

/// `a-1` and `b-2` are classic members, `n` speaks the consumer protocol; all have what the target of
/// epoch 2 gives them: t-0 t-1, t-2, and t-3.
fn mixed() -> Story {
    let mut story = bidirectional();
    story.beat(&joins("n", &["t"]));
    story.join("a", keeps("a", "a-1", &[0, 1]));
    story.sync("a", 2, "a-1", &[]);
    story.join("b", keeps("b", "b-2", &[2, 3]));
    story.sync("b", 1, "b-2", &[]);
    story.join("b", keeps("b", "b-2", &[2]));
    story.sync("b", 2, "b-2", &[]);
    story.beat(&beats("n", 2));
    story.check_last(&["b: sync [t-2]", "+ current n@2 has t-3", "n: epoch 2: t-3"]);
    story
}

#[test]
fn a_member_of_the_new_protocol_makes_a_classic_group_a_consumer_group() {
    let mut story = bidirectional();
    story.beat(&joins("n", &["t"]));
    story.check(&[
        "+ group g gone",
        "+ member a-1 t classic",
        "+ member b-2 t classic",
        "+ epoch 1",
        "+ target a-1 t-0 t-1",
        "+ target b-2 t-2 t-3",
        "+ target epoch 1",
        "+ current a-1@1 has t-0 t-1",
        "+ current b-2@1 has t-2 t-3",
        "+ member n t",
        "+ epoch 2",
        "+ target b-2 t-2",
        "+ target n t-3",
        "+ target epoch 2",
        "+ current n@2 waits, has",
        "n: epoch 2:",
    ]);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.describe_consumers();
    story.check(&[
        "admin: list g=Reconciling/consumer/consumer",
        "admin: describe NONE Reconciling 2/2 uniform: a-1@1 classic t-0 t-1 -> t-0 t-1; \
         b-2@1 classic t-2 t-3 -> t-2; n@2 -> t-3;",
    ]);
}

#[test]
fn classic_members_move_to_their_target_by_joining_and_syncing() {
    let mut story = bidirectional();
    story.beat(&joins("n", &["t"]));
    story.skip();
    story.heartbeat("b", 1, "b-2");
    story.check(&["b: heartbeat REBALANCE_IN_PROGRESS"]);
    story.join("b", keeps("b", "b-2", &[2, 3]));
    story.check(&[
        "+ member b-2 t classic",
        "+ current b-2@1 gives up t-3 of t-2",
        "b: join b-2 generation 1 range leader ",
    ]);
    story.sync("b", 1, "b-2", &[]);
    story.heartbeat("b", 1, "b-2");
    story.check(&["b: sync [t-2]", "b: heartbeat REBALANCE_IN_PROGRESS"]);
    story.beat(&beats("n", 2));
    story.check(&["n: epoch 2"]);
    story.join("b", keeps("b", "b-2", &[2]));
    story.check(&[
        "+ member b-2 t classic",
        "+ current b-2@2 has t-2",
        "b: join b-2 generation 2 range leader ",
    ]);
    story.sync("b", 2, "b-2", &[]);
    story.heartbeat("b", 2, "b-2");
    story.beat(&beats("n", 2));
    story.check(&[
        "b: sync [t-2]",
        "b: heartbeat NONE",
        "+ current n@2 has t-3",
        "n: epoch 2: t-3",
    ]);
}

#[test]
fn an_eager_member_gives_everything_up_before_it_joins() {
    let mut story = bidirectional();
    story.beat(&joins("n", &["t"]));
    story.skip();
    story.join("b", keeps("b", "b-2", &[]));
    story.check(&[
        "+ current b-2@2 has t-2",
        "b: join b-2 generation 2 range leader ",
    ]);
    story.sync("b", 2, "b-2", &[]);
    story.check(&["b: sync [t-2]"]);
}

#[test]
fn a_classic_member_that_waits_joins_again_when_the_others_have_given_up() {
    let mut story = mixed();
    story.skip();
    story.join("c", keeps("c", "c", &[]));
    story.sync("c", 3, "c", &[]);
    story.heartbeat("c", 3, "c");
    story.check_last(&[
        "+ current c@3 waits, has",
        "c: join c generation 3 range leader ",
        "c: sync []",
        "c: heartbeat NONE",
    ]);
    story.join("a", keeps("a", "a-1", &[0, 1]));
    story.join("a", keeps("a", "a-1", &[0]));
    story.heartbeat("c", 3, "c");
    story.check_last(&["c: heartbeat REBALANCE_IN_PROGRESS"]);
    story.join("c", keeps("c", "c", &[]));
    story.sync("c", 3, "c", &[]);
    story.check_last(&["c: sync [t-1]"]);
}

#[test]
fn requests_that_wait_are_told_to_join_the_consumer_group() {
    let mut story = bidirectional();
    story.join("a", join("a", "a-1"));
    story.check(&[]);
    story.beat(&joins("n", &["t"]));
    assert_eq!(story.unanswered(), 0);
    let answers = story.take_answers();
    assert!(answers.iter().any(|(name, answer)| {
        name == "a"
            && matches!(answer, crate::Response::JoinGroup(join)
                if join.error_code == ErrorCode::REBALANCE_IN_PROGRESS)
    }));
}

#[test]
fn a_group_whose_first_members_are_still_joining_can_be_joined() {
    let mut story = with(MigrationPolicy::Bidirectional);
    story.join("a", join("a", ""));
    story.join("a", join("a", "a-1"));
    story.skip();
    story.beat(&joins("n", &["t"]));
    story.check_last(&[
        "+ current n@1 has t-2 t-3",
        "n: epoch 1: t-2 t-3",
        "a: join REBALANCE_IN_PROGRESS a-1",
    ]);
    story.join("a", join("a", "a-1"));
    story.sync("a", 1, "a-1", &[]);
    story.check_last(&["a: sync [t-0 t-1]"]);
}

#[track_caller]
fn check_no_upgrade(story: &mut Story) {
    story.skip();
    story.beat(&joins("n", &["t"]));
    story.check(&["n: GROUP_ID_NOT_FOUND"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn a_classic_group_stays_one_where_the_policy_says_so() {
    check_no_upgrade(&mut classic_of_two(MigrationPolicy::Disabled));
    check_no_upgrade(&mut classic_of_two(MigrationPolicy::Downgrade));
}

#[test]
fn a_classic_group_that_is_too_large_stays_one() {
    let mut story = bidirectional();
    story.set_settings(|settings| settings.consumer_max_size = 1);
    check_no_upgrade(&mut story);
    story.set_settings(|settings| settings.consumer_max_size = 2);
    story.beat(&joins("n", &["t"]));
    story.check(&["n: GROUP_MAX_SIZE_REACHED"]);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[track_caller]
fn check_not_upgraded(protocol_type: &'static str, metadata: Vec<u8>, assignment: &str) {
    let mut story = with(MigrationPolicy::Bidirectional);
    let a = |member: &str| Join {
        protocol_type,
        protocols: vec![("range", metadata.clone())],
        ..join("a", member)
    };
    story.join("a", a(""));
    story.join("a", a("a-1"));
    story.wait(3_000);
    story.sync("a", 1, "a-1", &[("a-1", assignment)]);
    check_no_upgrade(&mut story);
}

#[test]
fn what_cannot_be_taken_over_stays_a_classic_group() {
    let ours = || subscription(&["t"]);
    check_not_upgraded("connect", ours(), &given(&[0]));
    check_not_upgraded("consumer", vec![0], &given(&[0]));
    check_not_upgraded("consumer", ours(), "x");
    let with_user_data = given(&[0]);
    let with_user_data = format!("{}\u{1}u", &with_user_data[..with_user_data.len() - 1]);
    check_not_upgraded("consumer", ours(), &with_user_data);
}

#[test]
fn an_upgrade_that_cannot_be_stored_has_not_happened() {
    let mut story = bidirectional();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.beat(&joins("n", &["t"]));
    story.check(&["n: COORDINATOR_NOT_AVAILABLE"]);
    story.refusal = None;
    story.heartbeat("a", 1, "a-1");
    story.heartbeat("b", 1, "b-2");
    story.check(&["a: heartbeat NONE", "b: heartbeat NONE"]);
    story.wait(10_000);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check_last(&["admin: list g=Empty/classic/consumer"]);
}

#[test]
fn the_group_becomes_a_classic_one_when_the_last_member_of_the_new_protocol_leaves() {
    let mut story = mixed();
    story.skip();
    story.beat(&beats("n", -1));
    story.check(&[
        "+ current a-1 gone",
        "+ target a-1 gone",
        "+ member a-1 gone",
        "+ current b-2 gone",
        "+ target b-2 gone",
        "+ member b-2 gone",
        "+ current n gone",
        "+ target n gone",
        "+ member n gone",
        "+ target epoch gone",
        "+ topics gone",
        "+ group gone",
        "+ group g generation 2 range leader a-1: a-1=[t-0 t-1] b-2=[t-2]",
        "n: epoch -1",
    ]);
    story.heartbeat("a", 2, "a-1");
    story.heartbeat("b", 2, "b-2");
    story.check(&[
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "b: heartbeat REBALANCE_IN_PROGRESS",
    ]);
    story.join("a", join("a", "a-1"));
    story.join("b", join("b", "b-2"));
    story.check(&[
        "a: join a-1 generation 3 range leader a-1 a-1 b-2",
        "b: join b-2 generation 3 range leader a-1",
    ]);
}

#[test]
fn a_member_of_the_new_protocol_that_is_not_heard_of_goes_the_same_way() {
    let mut story = mixed();
    for _ in 0..5 {
        story.wait(9_000);
        story.skip();
        story.heartbeat("a", 2, "a-1");
        story.heartbeat("b", 2, "b-2");
    }
    story.check_last(&[
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "b: heartbeat REBALANCE_IN_PROGRESS",
    ]);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check(&["admin: list g=PreparingRebalance/classic/consumer"]);
    assert_eq!(
        story.shard.coordinator().timer_count(),
        4,
        "those of two sessions, of the rebalance and of expiry"
    );
}

#[test]
fn when_all_are_silent_the_group_is_empty() {
    let mut story = mixed();
    story.wait(400_000);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check_last(&["admin: list g=Empty/consumer/consumer"]);
    assert_eq!(story.shard.coordinator().timer_count(), 1);
}

#[test]
fn a_consumer_group_stays_one_where_the_policy_says_so() {
    for policy in [MigrationPolicy::Disabled, MigrationPolicy::Upgrade] {
        let mut story = mixed();
        story.set_settings(|settings| settings.migration_policy = policy);
        story.skip();
        story.beat(&beats("n", -1));
        story.check(&[
            "+ epoch 3",
            "+ current n gone",
            "+ target n gone",
            "+ member n gone",
            "n: epoch -1",
        ]);
        story.heartbeat("a", 2, "a-1");
        story.check(&["a: heartbeat NONE"]);
    }
}

#[test]
fn a_downgrade_that_cannot_be_stored_has_not_happened() {
    let mut story = mixed();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.beat(&beats("n", -1));
    story.refusal = None;
    story.check(&["n: COORDINATOR_NOT_AVAILABLE"]);
    story.heartbeat("a", 2, "a-1");
    story.beat(&beats("n", 2));
    story.check(&["a: heartbeat NONE", "n: epoch 2"]);
}

#[test]
fn a_classic_member_that_leaves_gives_its_partitions_to_the_others() {
    let mut story = mixed();
    story.skip();
    story.leave("b", &[("b-2", None), ("ghost-9", None)]);
    story.check(&[
        "+ epoch 3",
        "+ current b-2 gone",
        "+ target b-2 gone",
        "+ member b-2 gone",
        "b: leave NONE: NONE UNKNOWN_MEMBER_ID",
    ]);
    story.beat(&beats("n", 2));
    story.check_last(&["n: epoch 3: t-2 t-3"]);
}

#[test]
fn classic_members_that_are_late_are_removed() {
    // With its session.
    let mut story = mixed();
    story.skip();
    story.wait(9_999);
    story.check(&[]);
    story.wait(1);
    story.check_last(&[
        "+ current b-2 gone",
        "+ target b-2 gone",
        "+ member b-2 gone",
    ]);
    // With the join that it was told of, and with the sync after its join.
    for has_joined in [false, true] {
        let mut story = mixed();
        story.limits.session_timeout = Duration::from_secs(1_000);
        story.beat(&joins("m", &["t"]));
        story.beat(&beats("n", 2));
        story.heartbeat("a", 2, "a-1");
        if has_joined {
            story.join("a", keeps("a", "a-1", &[0, 1]));
            story.sync("a", 2, "a-1", &[]);
            story.join("a", keeps("a", "a-1", &[0]));
        }
        let (epoch, answer) = match has_joined {
            false => (2, "a: heartbeat REBALANCE_IN_PROGRESS"),
            true => (3, "a: heartbeat NONE"),
        };
        for _ in 0..6 {
            story.wait(9_000);
            story.heartbeat("a", epoch, "a-1");
            story.check_last(&[answer]);
        }
        story.wait(9_000);
        story.heartbeat("a", epoch, "a-1");
        story.check_last(&["a: heartbeat UNKNOWN_MEMBER_ID"]);
    }
}

#[test]
fn classic_requests_to_a_consumer_group_are_refused_with_the_right_error() {
    let mut story = mixed();
    story.skip();
    story.heartbeat("a", 1, "a-1");
    story.heartbeat("n", 2, "n");
    story.heartbeat("x", 2, "x-9");
    story.sync("a", 1, "a-1", &[]);
    story.sync("n", 2, "n", &[]);
    story.check(&[
        "a: heartbeat ILLEGAL_GENERATION",
        "n: heartbeat UNKNOWN_MEMBER_ID",
        "x: heartbeat UNKNOWN_MEMBER_ID",
        "a: sync ILLEGAL_GENERATION",
        "n: sync UNKNOWN_MEMBER_ID",
    ]);
    story.join("c", join("c", ""));
    story.check(&["c: join MEMBER_ID_REQUIRED AAAAAAAAQACAAAAAAAAAAw"]);
    let refused = |change: fn(&mut Join)| {
        let mut join = join("c", "c");
        change(&mut join);
        join
    };
    story.join("c", refused(|join| join.protocol_type = "connect"));
    story.join("c", refused(|join| join.protocols[0].0 = "sticky"));
    story.join("c", refused(|join| join.protocols.clear()));
    story.join("c", refused(|join| join.instance = Some("i")));
    story.join("c", refused(|join| join.protocols[0].1 = vec![0]));
    story.check(&[
        "c: join INCONSISTENT_GROUP_PROTOCOL c",
        "c: join INCONSISTENT_GROUP_PROTOCOL c",
        "c: join INCONSISTENT_GROUP_PROTOCOL c",
        "c: join UNKNOWN_MEMBER_ID c",
        "c: join UNKNOWN_SERVER_ERROR c",
    ]);
    story.set_settings(|settings| settings.consumer_max_size = 3);
    story.join("c", join("c", "c"));
    story.set_settings(|settings| settings.migration_policy = MigrationPolicy::Disabled);
    story.join("a", join("a", "a-1"));
    story.check(&[
        "c: join GROUP_MAX_SIZE_REACHED c",
        "a: join INCONSISTENT_GROUP_PROTOCOL a-1",
    ]);
}

/// A static member of each protocol: `i` belongs to classic `i-1`, `j` to consumer `n`.
fn static_story() -> Story {
    let mut story = with(MigrationPolicy::Bidirectional);
    let first = Join {
        instance: Some("i"),
        ..join("a", "")
    };
    story.join("a", first);
    story.wait(3_000);
    let all = given(&[0, 1, 2, 3]);
    story.sync("a", 1, "i-1", &[("i-1", &all)]);
    story.beat(&Beat {
        instance: Some("j"),
        ..joins("n", &["t"])
    });
    story.join(
        "a",
        Join {
            instance: Some("i"),
            ..keeps("a", "i-1", &[0, 1])
        },
    );
    story.sync("a", 2, "i-1", &[]);
    story.beat(&Beat {
        instance: Some("j"),
        ..beats("n", 2)
    });
    story.check_last(&["n: epoch 2: t-2 t-3"]);
    story
}

#[test]
fn a_static_member_may_come_back_with_the_other_protocol() {
    let mut story = static_story();
    story.beat(&Beat {
        instance: Some("i"),
        ..joins("m", &["t"])
    });
    story.check(&[
        "+ current i-1 gone",
        "+ target i-1 gone",
        "+ member i-1 gone",
        "+ member m t classic",
        "+ target m t-0 t-1",
        "+ current m@0 has t-0 t-1",
        "+ member m t",
        "+ current m@2 has t-0 t-1",
        "m: epoch 2: t-0 t-1",
    ]);
}

#[test]
fn the_last_static_member_that_comes_back_classic_makes_the_group_a_classic_one() {
    let mut story = static_story();
    story.join(
        "n",
        Join {
            instance: Some("j"),
            ..keeps("n", "", &[])
        },
    );
    story.check_last(&[
        "+ group gone",
        "+ group g generation 2 range leader AAAAAAAAQACAAAAAAAAAAg: \
         AAAAAAAAQACAAAAAAAAAAg=[t-2 t-3] i-1=[t-0 t-1]",
        "n: join AAAAAAAAQACAAAAAAAAAAg generation 2 range leader ",
    ]);
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check(&["admin: list g=Stable/classic/consumer"]);
}

#[test]
fn a_mixed_group_goes_on_after_a_restart_of_the_coordinator() {
    let mut story = mixed();
    story.restart();
    story.skip();
    story.heartbeat("a", 2, "a-1");
    story.sync("b", 2, "b-2", &[]);
    story.beat(&beats("n", 2));
    story.check(&["a: heartbeat NONE", "b: sync [t-2]", "n: epoch 2"]);
    story.beat(&beats("n", -1));
    story.restart();
    story.skip();
    story.heartbeat("a", 2, "a-1");
    story.join("a", join("a", "a-1"));
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn classic_members_commit_under_their_epoch() {
    let mut story = mixed();
    story.skip();
    story.commit("a", 2, "a-1", &[("t", 7)]);
    story.commit("a", 3, "a-1", &[("t", 8)]);
    story.check(&[
        "+ offset g t-0 at 7",
        "a: commit NONE",
        "a: commit ILLEGAL_GENERATION",
    ]);
}
