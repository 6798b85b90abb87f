//! Stories of committed offsets.

use std::borrow::Cow;

use model::{ErrorCode, ProducerId, Uuid};
use protocol::offset_delete_request::{
    OffsetDeleteRequest, OffsetDeleteRequestPartition, OffsetDeleteRequestTopic,
};
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};

use crate::story::{Join, Story, commit_request, join};
use crate::{DeletedTopic, OffsetFetchParts, Record, Request, Response, offset_fetch_response};

const WEEK: u64 = 7 * 24 * 3_600_000;
const CHECK: u64 = 600_000;

/// A stable group of `a-1`, subscribed to topic `t`.
fn stable() -> Story {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            session_ms: 1_800_000,
            ..join("a", "")
        },
    );
    story.wait(3_000);
    story.sync("a", 1, "a-1", &[("a-1", "A")]);
    story.skip();
    story
}

/// Lets the member of [`stable`] live on.
fn live(story: &mut Story, ms: u64) {
    for _ in 0..ms / CHECK + 1 {
        story.wait(CHECK);
        story.heartbeat("a", 1, "a-1");
    }
}

fn delete(story: &mut Story, topics: &[&str]) {
    let topics = topics.iter().map(|topic| OffsetDeleteRequestTopic {
        name: Cow::Borrowed(topic),
        partitions: vec![OffsetDeleteRequestPartition { partition_index: 0 }],
    });
    let request = OffsetDeleteRequest {
        group_id: Cow::Borrowed("g"),
        topics: topics.collect(),
    };
    story.request("admin", &Request::OffsetDelete(&request));
}

#[test]
fn a_member_commits_and_whoever_asks_is_told() {
    let mut story = stable();
    story.commit("a", 1, "a-1", &[("t", 5), ("u", 6)]);
    story.check(&[
        "+ offset g t-0 at 5",
        "+ offset g u-0 at 6",
        "a: commit NONE NONE",
    ]);
    story.fetch("b", Some(&["t", "v"]));
    story.fetch("b", None);
    story.check(&["b: fetch NONE: t-0@5 v-0@-1", "b: fetch NONE: t-0@5 u-0@6"]);
}

#[test]
fn a_commit_without_group_management_makes_a_group() {
    let mut story = Story::new();
    story.commit("a", -1, "", &[("t", 5)]);
    story.request(
        "admin",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.request("admin", &Request::ListGroups(&Default::default()));
    story.check(&[
        "+ offset g t-0 at 5",
        "a: commit NONE",
        "admin: describe NONE Empty /:",
        "admin: list g=Empty/classic/",
    ]);
}

#[test]
fn the_empty_group_id_may_have_offsets_only() {
    let mut story = Story::new();
    let request = protocol::offset_commit_request::OffsetCommitRequest {
        group_id: Cow::Borrowed(""),
        ..commit_request(-1, "", &[("t", 5)])
    };
    story.request(
        "a",
        &Request::OffsetCommit {
            version: 9,
            request: &request,
        },
    );
    story.join(
        "a",
        Join {
            group: "",
            ..join("a", "")
        },
    );
    story.check(&[
        "+ offset  t-0 at 5",
        "a: commit NONE",
        "a: join INVALID_GROUP_ID",
    ]);
}

#[test]
fn a_member_that_commits_is_alive() {
    let mut story = Story::new();
    story.join(
        "a",
        Join {
            version: 3,
            ..join("a", "")
        },
    );
    story.wait(3_000);
    story.sync("a", 1, "a-1", &[("a-1", "A")]);
    story.wait(9_000);
    story.commit("a", 1, "a-1", &[("t", 5)]);
    story.wait(9_000);
    story.skip();
    story.heartbeat("a", 1, "a-1");
    story.check(&["a: heartbeat NONE"]);
}

#[test]
fn commits_are_refused_between_joins_and_assignment_and_taken_before() {
    let mut story = stable();
    story.join(
        "b",
        Join {
            version: 3,
            ..join("b", "")
        },
    );
    story.commit("a", 1, "a-1", &[("t", 5)]);
    story.check(&["+ offset g t-0 at 5", "a: commit NONE"]);
    story.join("a", join("a", "a-1"));
    story.skip();
    story.commit("a", 2, "a-1", &[("t", 6)]);
    story.check(&["a: commit REBALANCE_IN_PROGRESS"]);
}

#[test]
fn metadata_is_limited_in_utf16_units() {
    let mut story = Story::new();
    story.set_settings(|settings| settings.max_offset_metadata = 2);
    let mut request = commit_request(-1, "", &[("t", 1), ("u", 2), ("v", 3)]);
    for (topic, metadata) in request.topics.iter_mut().zip(["éé", "\u{1F600}x", "abc"]) {
        topic.partitions[0].committed_metadata = Some(Cow::Borrowed(metadata));
    }
    story.request(
        "a",
        &Request::OffsetCommit {
            version: 9,
            request: &request,
        },
    );
    story.check(&[
        "+ offset g t-0 at 1",
        "a: commit NONE OFFSET_METADATA_TOO_LARGE OFFSET_METADATA_TOO_LARGE",
    ]);
}

#[test]
fn a_commit_that_cannot_be_stored_changes_nothing() {
    let mut story = Story::new();
    story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
    story.commit("a", -1, "", &[("t", 5)]);
    story.fetch("a", None);
    story.check(&["a: commit COORDINATOR_NOT_AVAILABLE", "a: fetch NONE:"]);
}

#[test]
fn nobody_sees_an_offset_before_it_is_committed() {
    let mut story = Story::new();
    story.replicas_lag = true;
    story.commit("a", -1, "", &[("t", 5)]);
    story.fetch("b", None);
    story.check(&["+ offset g t-0 at 5"]);
    story.catch_up();
    story.check(&["a: commit NONE", "b: fetch NONE: t-0@5"]);
}

#[test]
fn an_offset_of_another_incarnation_of_the_topic_is_none() {
    let mut story = Story::new();
    let mut request = commit_request(-1, "", &[("t", 5)]);
    request.topics[0].topic_id = Uuid([1; 16]);
    story.request(
        "a",
        &Request::OffsetCommit {
            version: 10,
            request: &request,
        },
    );
    for id in [Uuid::ZERO, Uuid([1; 16]), Uuid([2; 16])] {
        let mut parts = OffsetFetchParts::of(
            7,
            OffsetFetchRequest {
                group_id: Cow::Borrowed("g"),
                topics: Some(vec![OffsetFetchRequestTopic {
                    name: Cow::Borrowed("t"),
                    partition_indexes: vec![0],
                    ..OffsetFetchRequestTopic::default()
                }]),
                ..OffsetFetchRequest::default()
            },
        );
        parts.groups[0].topics.as_mut().expect("there is one")[0].topic_id = id;
        let group = &parts.groups[0];
        story.request(
            "b",
            &Request::OffsetFetch {
                version: 10,
                group,
                require_stable: false,
            },
        );
    }
    story.check(&[
        "+ offset g t-0 at 5",
        "a: commit NONE",
        "b: fetch NONE: t-0@5",
        "b: fetch NONE: t-0@5",
        "b: fetch NONE: t-0@-1",
    ]);
}

#[test]
fn before_version_8_the_answer_is_about_one_group() {
    let mut story = Story::new();
    story.commit("a", -1, "", &[("t", 5)]);
    let logged = story.shard.logged().expect("it is active");
    let request = OffsetFetchRequest {
        group_id: Cow::Borrowed("g"),
        topics: None,
        ..OffsetFetchRequest::default()
    };
    let parts = OffsetFetchParts::of(2, request);
    let answers = parts
        .groups
        .iter()
        .map(|group| logged.offset_fetch(group, false))
        .collect();
    let response = offset_fetch_response(2, answers);
    assert_eq!(response.groups, []);
    assert_eq!(response.topics[0].partitions[0].committed_offset, 5);
    let error = Response::OffsetFetch(crate::offset_fetch_error(
        1,
        &parts.groups[0],
        ErrorCode::NOT_COORDINATOR,
    ));
    let Response::OffsetFetch(error) = error else {
        unreachable!("built above")
    };
    assert_eq!(
        error.error_code,
        ErrorCode::NONE,
        "version 1 has errors of partitions only"
    );
}

#[test]
fn offsets_are_deleted_unless_their_topic_is_subscribed_to() {
    let mut story = stable();
    story.commit("a", 1, "a-1", &[("t", 5), ("u", 6)]);
    story.skip();
    delete(&mut story, &["t", "u", "v"]);
    story.check(&[
        "+ offset g u-0 gone",
        "admin: offset delete NONE: GROUP_SUBSCRIBED_TO_TOPIC NONE NONE",
    ]);
}

#[test]
fn offsets_of_a_simple_group_expire_a_week_after_their_commit() {
    let mut story = Story::new();
    story.commit("a", -1, "", &[("t", 5)]);
    story.skip();
    story.wait(WEEK - CHECK);
    story.commit("a", -1, "", &[("u", 6)]);
    story.skip();
    story.wait(CHECK);
    story.check(&["+ offset g t-0 gone"]);
    story.wait(WEEK);
    story.check(&["+ offset g u-0 gone", "+ group g gone"]);
    assert_eq!(
        story.shard.logged().map(crate::Logged::group_count),
        Some(0)
    );
}

#[test]
fn offsets_of_a_group_that_became_empty_expire_a_week_after_that() {
    let mut story = stable();
    story.commit("a", 1, "a-1", &[("t", 5)]);
    live(&mut story, WEEK);
    story.leave("a", &[("a-1", None)]);
    story.skip();
    story.wait(WEEK - CHECK);
    story.check(&[]);
    story.wait(2 * CHECK);
    story.check(&["+ offset g t-0 gone", "+ group g gone"]);
}

#[test]
fn offsets_of_topics_that_a_stable_group_gave_up_expire() {
    let mut story = stable();
    story.commit("a", 1, "a-1", &[("t", 5), ("old", 6)]);
    story.skip();
    live(&mut story, WEEK);
    story.request(
        "admin",
        &Request::DescribeGroup {
            version: 6,
            group_id: "g",
        },
    );
    story.fetch("b", None);
    let lines = [
        "admin: describe NONE Stable consumer/range: a-1=A",
        "b: fetch NONE: t-0@5",
    ];
    story.check_last(&lines);
}

#[test]
fn a_retention_of_a_request_holds_for_its_offsets() {
    let mut story = Story::new();
    let request = protocol::offset_commit_request::OffsetCommitRequest {
        retention_time_ms: 1_000,
        ..commit_request(-1, "", &[("t", 5)])
    };
    story.request(
        "a",
        &Request::OffsetCommit {
            version: 4,
            request: &request,
        },
    );
    story.restart();
    story.skip();
    story.wait(CHECK);
    story.check(&["+ offset g t-0 gone", "+ group g gone"]);
}

#[test]
fn a_group_without_offsets_and_members_is_removed() {
    let mut story = stable();
    story.leave("a", &[("a-1", None)]);
    story.skip();
    story.wait(CHECK);
    story.check(&["+ group g gone"]);
    assert_eq!(
        story.shard.coordinator().timer_count(),
        1,
        "only that of expiry is left"
    );
}

#[test]
fn expiry_of_many_offsets_comes_in_passes() {
    let mut story = Story::new();
    for partition in 0..2_500 {
        let mut request = commit_request(-1, "", &[("t", 5)]);
        request.topics[0].partitions[0].partition_index = partition;
        story.request(
            "a",
            &Request::OffsetCommit {
                version: 9,
                request: &request,
            },
        );
    }
    story.skip();
    story.wait(WEEK + CHECK);
    assert_eq!(
        story.shard.logged().map(crate::Logged::offset_count),
        Some(0)
    );
    assert_eq!(
        story.shard.logged().map(crate::Logged::group_count),
        Some(0)
    );
}

#[test]
fn offsets_of_deleted_topics_are_forgotten() {
    let mut story = Story::new();
    let mut request = commit_request(-1, "", &[("t", 5), ("u", 6), ("v", 7)]);
    request.topics[0].topic_id = Uuid([1; 16]);
    request.topics[1].topic_id = Uuid([2; 16]);
    story.request(
        "a",
        &Request::OffsetCommit {
            version: 10,
            request: &request,
        },
    );
    story.skip();
    let deleted = ["t", "u", "v"].map(|name| DeletedTopic {
        id: Uuid([1; 16]),
        name,
    });
    story.delete_topics(&deleted);
    story.check(&["+ offset g t-0 gone", "+ offset g v-0 gone"]);
}

#[test]
fn many_offsets_of_a_deleted_topic_are_forgotten_in_passes() {
    let mut story = Story::new();
    for partition in 0..2_500 {
        let mut request = commit_request(-1, "", &[("t", 5)]);
        request.topics[0].partitions[0].partition_index = partition;
        story.request(
            "a",
            &Request::OffsetCommit {
                version: 9,
                request: &request,
            },
        );
    }
    story.commit("a", -1, "", &[("u", 6)]);
    let count = |story: &Story| story.shard.logged().map(crate::Logged::offset_count);
    let deleted = DeletedTopic {
        id: Uuid([1; 16]),
        name: "t",
    };
    story.delete_topics(&[deleted]);
    assert_eq!(count(&story), Some(1_501));
    story.wait(0);
    assert_eq!(count(&story), Some(1));
    assert_eq!(
        story.shard.coordinator().timer_count(),
        1,
        "only that of expiry is left"
    );
}

#[test]
fn an_offset_of_a_transaction_holds_when_the_transaction_commits() {
    let mut story = Story::new();
    story.commit("a", -1, "", &[("t", 5)]);
    story.replicate_commit(1, "t", 9);
    story.replicate_commit(2, "u", 8);
    story.skip();
    story.fetch("b", Some(&["t", "u"]));
    story.check(&["b: fetch NONE: t-0 UNSTABLE_OFFSET_COMMIT u-0 UNSTABLE_OFFSET_COMMIT"]);
    story.replicate(&Record::TransactionEnd {
        producer: ProducerId(1),
        committed: true,
    });
    story.replicate(&Record::TransactionEnd {
        producer: ProducerId(2),
        committed: false,
    });
    story.fetch("b", Some(&["t", "u"]));
    story.check(&["b: fetch NONE: t-0@9 u-0@-1"]);
}

#[test]
fn a_transaction_that_ends_late_does_not_undo_a_later_commit() {
    let mut story = Story::new();
    story.replicate_commit(1, "t", 9);
    story.commit("a", -1, "", &[("t", 20)]);
    story.replicate(&Record::TransactionEnd {
        producer: ProducerId(1),
        committed: true,
    });
    story.skip();
    story.fetch("b", Some(&["t"]));
    story.check(&["b: fetch NONE: t-0@20"]);
}

#[test]
fn an_open_transaction_keeps_offsets_and_group_from_expiry() {
    let mut story = Story::new();
    story.commit("a", -1, "", &[("t", 5)]);
    story.replicate_commit(1, "t", 9);
    story.skip();
    story.wait(WEEK + CHECK);
    story.check(&[]);
    story.request("admin", &Request::DeleteGroups(&["g"]));
    story.replicate(&Record::TransactionEnd {
        producer: ProducerId(1),
        committed: true,
    });
    story.fetch("b", None);
    story.check(&[
        "+ offset g t-0 gone",
        "+ group g gone",
        "admin: delete g=NONE",
        "b: fetch NONE:",
    ]);
}
