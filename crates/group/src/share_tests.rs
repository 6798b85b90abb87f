//! Stories of share groups.

use std::sync::Arc;

use model::ErrorCode;
use protocol::list_groups_request::ListGroupsRequest;

use crate::story::{Story, join, joins, topic_id};
use crate::{DeletedTopic, Request, Settings, ShareStep, ShareWork, StateTopic};

fn story() -> Story {
    let mut story = Story::new();
    story.topics(&[("t", 2)]);
    story
}

/// `a` has both partitions of `t` in epoch 3, and their states are begun.
fn story_of_one() -> Story {
    let mut story = story();
    story.share_beat("a", 0, Some(&["t"]));
    story.share_step(ShareStep::Begun(topic_id("t"), &[0, 1]));
    drop(story.take_share_work());
    story.skip();
    story
}

fn initialize(state_epoch: i32, topic: &str, partitions: &[i32]) -> ShareWork {
    ShareWork::Initialize {
        group: Arc::from("g"),
        state_epoch,
        topic: topic_id(topic),
        partitions: partitions.to_vec(),
        again: false,
    }
}

fn initialize_again(state_epoch: i32, topic: &str, partitions: &[i32]) -> ShareWork {
    ShareWork::Initialize {
        group: Arc::from("g"),
        state_epoch,
        topic: topic_id(topic),
        partitions: partitions.to_vec(),
        again: true,
    }
}

#[test]
fn the_first_member_makes_the_group_and_its_states_are_begun() {
    let mut story = story();
    story.share_beat("a", 0, Some(&["t"]));
    story.check(&[
        "+ member a t",
        "+ epoch 3",
        "+ target a t-0 t-1",
        "+ target epoch 3",
        "+ states: t-0 t-1 begun: ending:",
        "+ current a@3 has t-0 t-1",
        "a: epoch 3: t-0 t-1",
    ]);
    assert_eq!(story.take_share_work(), [initialize(3, "t", &[0, 1])]);
    story.share_step(ShareStep::Begun(topic_id("t"), &[0]));
    story.share_step(ShareStep::Begun(topic_id("t"), &[1]));
    story.check(&[
        "+ states: t-1 begun: t-0 ending:",
        "admin: step NONE",
        "+ states: begun: t-0 t-1 ending:",
        "admin: step NONE",
    ]);
    story.share_beat("a", 3, None);
    story.check(&["a: epoch 3"]);
    assert_eq!(story.take_share_work(), []);
}

#[test]
fn a_second_member_takes_over_at_once() {
    let mut story = story_of_one();
    story.share_beat("b", 0, Some(&["t"]));
    story.check(&[
        "+ member b t",
        "+ epoch 4",
        "+ target a t-0",
        "+ target b t-1",
        "+ target epoch 4",
        "+ current b@4 has t-1",
        "b: epoch 4: t-1",
    ]);
    story.share_beat("a", 3, None);
    story.check(&["+ current a@4 has t-0", "a: epoch 4: t-0"]);
}

#[test]
fn more_members_than_partitions_share_them() {
    let mut story = story_of_one();
    story.share_beat("b", 0, Some(&["t"]));
    story.share_beat("c", 0, Some(&["t"]));
    story.share_beat("a", 3, None);
    story.share_beat("b", 4, None);
    story.skip();
    story.describe_sharers();
    story.check(&["admin: describe NONE Stable 5/5 simple: a@5 t-0 t-1; b@5 t-1; c@5 t-0;"]);
}

#[test]
fn a_member_that_leaves_or_is_not_heard_of_is_removed() {
    let mut story = story_of_one();
    story.share_beat("b", 0, Some(&["t"]));
    story.skip();
    story.share_beat("b", -1, None);
    story.check(&[
        "+ epoch 5",
        "+ current b gone",
        "+ target b gone",
        "+ member b gone",
        "b: epoch -1",
    ]);
    story.wait(45_000);
    story.check(&[
        "+ epoch 6",
        "+ target epoch 6",
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
    ]);
    story.describe_sharers();
    story.check(&["admin: describe NONE Empty 6/6 simple:"]);
}

#[test]
fn members_that_are_late_together_leave_one_after_the_other() {
    let mut story = story_of_one();
    story.share_beat("b", 0, Some(&["t"]));
    story.share_beat("a", 3, None);
    story.skip();
    story.wait(45_000);
    story.check(&[
        "+ epoch 5",
        "+ current a gone",
        "+ target a gone",
        "+ member a gone",
        "+ epoch 6",
        "+ target epoch 6",
        "+ current b gone",
        "+ target b gone",
        "+ member b gone",
    ]);
}

#[test]
fn heartbeats_that_make_no_sense_are_refused() {
    let mut story = story();
    story.share_beat("a", 3, None);
    story.share_beat("a", -1, None);
    story.share_beat("a", 0, None);
    story.share_beat("a", -2, None);
    story.share_beat("", 0, Some(&["t"]));
    story.check(&[
        "a: GROUP_ID_NOT_FOUND",
        "a: GROUP_ID_NOT_FOUND",
        "a: INVALID_REQUEST",
        "a: INVALID_REQUEST",
        "nobody: INVALID_REQUEST",
    ]);
    story.share_beat("a", 0, Some(&["t"]));
    story.skip();
    story.share_beat("b", 3, None);
    story.share_beat("b", -1, None);
    story.share_beat("a", 4, None);
    story.check(&[
        "b: UNKNOWN_MEMBER_ID",
        "b: UNKNOWN_MEMBER_ID",
        "a: FENCED_MEMBER_EPOCH",
    ]);
}

#[test]
fn a_group_has_so_many_members_and_no_more() {
    let mut story = Story::with(Settings {
        share_max_size: 1,
        ..Settings::default()
    });
    story.topics(&[("t", 2)]);
    story.share_beat("a", 0, Some(&["t"]));
    story.skip();
    story.share_beat("b", 0, Some(&["t"]));
    story.check(&["b: GROUP_MAX_SIZE_REACHED"]);
}

#[test]
fn a_clock_that_is_set_back_does_not_put_a_target_off() {
    let mut story = story_of_one();
    story.limits.assignment_interval = std::time::Duration::from_secs(1);
    story.set_clock_back(60_000);
    story.share_beat("b", 0, Some(&["t"]));
    story.check_last(&["+ current b@4 has t-1", "b: epoch 4: t-1"]);
}

#[test]
fn a_group_is_of_one_kind() {
    let mut story = story_of_one();
    story.beat(&joins("x", &["t"]));
    story.join("y", join("y", ""));
    story.describe_consumers();
    story.check(&[
        "x: GROUP_ID_NOT_FOUND",
        "y: join INCONSISTENT_GROUP_PROTOCOL",
        "admin: describe GROUP_ID_NOT_FOUND  0/0 :",
    ]);
    let mut story = self::story();
    story.beat(&joins("x", &["t"]));
    story.skip();
    story.share_beat("a", 0, Some(&["t"]));
    story.describe_sharers();
    story.check(&[
        "a: GROUP_ID_NOT_FOUND",
        "admin: describe GROUP_ID_NOT_FOUND  0/0 :",
    ]);
}

#[test]
fn a_topic_that_comes_later_or_grows_is_shared_out() {
    let mut story = story_of_one();
    story.share_beat("a", 3, Some(&["t", "u"]));
    story.skip();
    story.topics(&[("t", 3), ("u", 1)]);
    story.wait(1_000);
    drop(story.take_answers());
    story.share_beat("a", 4, None);
    assert_eq!(story.take_answers().len(), 1);
    let work = story.take_share_work();
    assert_eq!(work, [initialize(5, "t", &[2]), initialize(5, "u", &[0])]);
}

#[test]
fn states_that_nobody_began_are_asked_for_again() {
    let mut story = story();
    story.share_beat("a", 0, Some(&["t"]));
    assert_eq!(story.take_share_work().len(), 1);
    story.share_beat("a", 3, None);
    assert_eq!(story.take_share_work(), []);
    story.wait(30_000);
    story.share_beat("a", 3, None);
    assert_eq!(story.take_share_work(), [initialize_again(3, "t", &[0, 1])]);
    story.restart();
    assert_eq!(story.take_share_work(), [initialize_again(3, "t", &[0, 1])]);
}

#[test]
fn offsets_that_are_set_anew_begin_a_new_epoch() {
    let mut story = story_of_one();
    let topics = [(
        topic_id("u"),
        StateTopic {
            name: Box::from("u"),
            partitions: [0].into(),
        },
    )];
    story.share_step(ShareStep::Begin(&topics));
    story.share_step(ShareStep::Begun(topic_id("u"), &[0]));
    story.share_step(ShareStep::End(&[topic_id("t")]));
    story.share_step(ShareStep::Ended(&[topic_id("t")]));
    story.share_step(ShareStep::Pass);
    story.check(&[
        "+ epoch 4",
        "+ states: u-0 begun: t-0 t-1 ending:",
        "admin: step NONE",
        "+ states: begun: t-0 t-1 u-0 ending:",
        "admin: step NONE",
        "+ states: begun: u-0 ending: t",
        "admin: step NONE",
        "+ states: begun: u-0 ending:",
        "admin: step NONE",
        "admin: step NONE",
    ]);
}

#[test]
fn offsets_that_are_set_make_the_group() {
    let mut story = story();
    let topics = [(
        topic_id("t"),
        StateTopic {
            name: Box::from("t"),
            partitions: [1].into(),
        },
    )];
    story.share_step(ShareStep::Begin(&topics));
    story.describe_sharers();
    story.check(&[
        "+ epoch 3",
        "+ states: t-1 begun: ending:",
        "admin: step NONE",
        "admin: describe NONE Empty 1/0 simple:",
    ]);
}

#[test]
fn a_step_of_a_group_that_is_gone_says_so() {
    let mut story = story();
    story.share_step(ShareStep::Pass);
    story.check(&["admin: step GROUP_ID_NOT_FOUND"]);
}

#[test]
fn an_empty_group_is_deleted_with_its_states() {
    let mut story = story_of_one();
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&["admin: delete g=NON_EMPTY_GROUP"]);
    story.share_beat("a", -1, None);
    story.skip();
    let request = ListGroupsRequest::default();
    story.request("admin", &Request::ListGroups(&request));
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&[
        "admin: list g=Empty/share/share",
        "+ target epoch gone",
        "+ states gone",
        "+ group gone",
        "admin: delete g=NONE",
    ]);
    let delete = ShareWork::Delete {
        group: Arc::from("g"),
        topic: topic_id("t"),
        partitions: vec![0, 1],
    };
    assert_eq!(story.take_share_work(), [delete]);
    story.describe_sharers();
    story.check(&["admin: describe GROUP_ID_NOT_FOUND  0/0 :"]);
}

#[test]
fn the_states_of_a_deleted_topic_are_gone_with_it() {
    let mut story = story_of_one();
    story.delete_topics(&[DeletedTopic {
        id: topic_id("t"),
        name: "t",
    }]);
    story.check(&["+ states: begun: ending:"]);
}

#[test]
fn a_restart_changes_nothing_about_a_group() {
    let mut story = story_of_one();
    story.share_beat("b", 0, Some(&["t"]));
    story.share_beat("a", 3, None);
    story.skip();
    story.restart();
    story.skip();
    story.share_beat("a", 4, None);
    story.share_beat("b", 4, None);
    story.describe_sharers();
    story.check(&[
        "a: epoch 4",
        "b: epoch 4",
        "admin: describe NONE Stable 4/4 simple: a@4 t-0; b@4 t-1;",
    ]);
    assert_eq!(story.take_share_work(), []);
}

#[test]
fn what_the_log_refuses_is_asked_of_nobody() {
    let mut story = story();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.share_beat("a", 0, Some(&["t"]));
    story.check(&["a: COORDINATOR_NOT_AVAILABLE"]);
    assert_eq!(story.take_share_work(), []);
    story.refusal = None;
    story.share_beat("a", 0, Some(&["t"]));
    assert_eq!(story.take_share_work(), [initialize(3, "t", &[0, 1])]);
}
