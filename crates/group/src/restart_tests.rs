//! Stories of shards that load what another one wrote.

use crate::Request;
use crate::story::{Join, Story, join};

fn group_of_two() -> Story {
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
            instance: Some("i"),
            ..join("b", "")
        },
    );
    story.wait(6_000);
    story.sync("a", 1, "a-1", &[("a-1", "A"), ("i-2", "B")]);
    story.sync("b", 1, "i-2", &[]);
    story.commit("a", 1, "a-1", &[("t", 7)]);
    story.skip();
    story
}

#[test]
fn a_group_goes_on_after_a_restart_of_the_coordinator() {
    let mut story = group_of_two();
    story.restart();
    story.heartbeat("a", 1, "a-1");
    story.sync("b", 1, "i-2", &[]);
    story.fetch("a", Some(&["t"]));
    story.check(&["a: heartbeat NONE", "b: sync B", "a: fetch NONE: t-0@7"]);
}

#[test]
fn members_have_a_whole_session_to_be_heard_of_after_a_restart() {
    let mut story = group_of_two();
    story.wait(9_000);
    story.restart();
    story.wait(9_999);
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
    story.wait(1);
    story.heartbeat("a", 1, "a-1");
    story.heartbeat("b", 1, "i-2");
    story.check(&[
        "a: heartbeat REBALANCE_IN_PROGRESS",
        "b: heartbeat UNKNOWN_MEMBER_ID",
    ]);
}

#[test]
fn a_static_member_may_return_after_a_restart_of_the_coordinator() {
    let mut story = group_of_two();
    story.restart();
    story.join(
        "b",
        Join {
            instance: Some("i"),
            ..join("b", "")
        },
    );
    story.check(&[
        "+ group g generation 1 range leader a-1: a-1=A i-3=B",
        "b: join i-3 generation 1 range leader a-1",
    ]);
}

#[test]
fn a_rebalance_that_was_under_way_is_forgotten() {
    let mut story = group_of_two();
    story.join("a", join("a", "a-1"));
    story.heartbeat("b", 1, "i-2");
    story.check(&["b: heartbeat REBALANCE_IN_PROGRESS"]);
    story.stop();
    story.skip();
    story.restart();
    story.heartbeat("b", 1, "i-2");
    story.check(&["b: heartbeat NONE"]);
}

#[test]
fn a_group_above_the_limit_rebalances_after_a_restart() {
    let mut story = group_of_two();
    story.set_settings(|settings| settings.max_group_size = 1);
    story.restart();
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat REBALANCE_IN_PROGRESS"]);
}

#[test]
fn what_was_deleted_stays_deleted() {
    let mut story = group_of_two();
    story.leave("admin", &[("a-1", None), ("i-2", None)]);
    story.skip();
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.check(&[
        "+ offset g t-0 gone",
        "+ group g gone",
        "admin: delete g=NONE",
    ]);
    story.restart();
    story.fetch("a", None);
    story.request(
        "admin",
        &Request::DescribeGroup {
            version: 5,
            group_id: "g",
        },
    );
    story.check(&["a: fetch NONE:", "admin: describe NONE Dead /:"]);
}

#[test]
fn while_the_log_is_loaded_members_are_told_to_wait() {
    let mut story = group_of_two();
    story.shard = crate::Shard::new(Default::default());
    story.shard.start_loading(story.now, model::LeaderEpoch(9));
    story.heartbeat("a", 1, "a-1");
    story.join("b", join("b", ""));
    story.commit("c", -1, "", &[("t", 1)]);
    story.fetch("d", Some(&["t"]));
    story.request(
        "e",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.check(&[
        "a: heartbeat NONE",
        "b: join COORDINATOR_LOAD_IN_PROGRESS",
        "c: commit COORDINATOR_LOAD_IN_PROGRESS",
        "d: fetch COORDINATOR_LOAD_IN_PROGRESS:",
        "e: describe COORDINATOR_LOAD_IN_PROGRESS  /:",
    ]);
}
