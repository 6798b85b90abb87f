//! Topics are created, grow, and are deleted.

use metadata::{ConfigResource, Replicas};
use model::{BrokerId, ErrorCode, Uuid};
use protocol::create_partitions_request::{
    CreatePartitionsAssignment, CreatePartitionsRequest, CreatePartitionsTopic,
};
use protocol::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig, CreateTopicsRequest,
};
use protocol::create_topics_response::CreatableTopicResult;
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};

use crate::controller::Record;
use crate::fixture::{Cluster, dir};

fn topic(
    name: &'static str,
    num_partitions: i32,
    replication_factor: i16,
) -> CreatableTopic<'static> {
    CreatableTopic {
        name: name.into(),
        num_partitions,
        replication_factor,
        ..Default::default()
    }
}

fn with_config(
    name: &'static str,
    config: &'static str,
    value: Option<&'static str>,
) -> CreatableTopic<'static> {
    let value = value.map(Into::into);
    let config = CreatableTopicConfig {
        name: config.into(),
        value,
        ..Default::default()
    };
    CreatableTopic {
        configs: vec![config],
        ..topic(name, 1, 1)
    }
}

fn assigned(name: &'static str, assignments: &[(i32, &[i32])]) -> CreatableTopic<'static> {
    let assignments = assignments
        .iter()
        .map(|(index, brokers)| CreatableReplicaAssignment {
            partition_index: *index,
            broker_ids: brokers.to_vec(),
            ..Default::default()
        });
    CreatableTopic {
        assignments: assignments.collect(),
        ..topic(name, -1, -1)
    }
}

fn create(
    cluster: &mut Cluster,
    topics: Vec<CreatableTopic<'static>>,
) -> Vec<CreatableTopicResult<'static>> {
    let request = CreateTopicsRequest {
        topics,
        ..Default::default()
    };
    cluster
        .ask(|c, random| c.create_topics(random, &request, &|_| true))
        .topics
}

/// The topic is refused, and nothing is written.
#[track_caller]
fn refused(cluster: &mut Cluster, topic: CreatableTopic<'static>, code: ErrorCode, message: &str) {
    let results = create(cluster, vec![topic]);
    assert_eq!(results[0].error_code, code);
    assert_eq!(results[0].error_message.as_deref(), Some(message));
    assert_eq!(cluster.last, []);
}

#[test]
fn a_new_topic_is_one_topic_record_its_configs_and_its_partitions() {
    let mut cluster = Cluster::of(1);
    let wanted = CreatableTopic {
        num_partitions: 2,
        ..with_config("t", "retention.ms", Some("5"))
    };
    let results = create(&mut cluster, vec![wanted]);
    assert_eq!(
        cluster.kinds(),
        ["Topic", "Config", "Partition", "Partition"]
    );
    let Record::Partition(partition) = &cluster.last[3] else {
        panic!("{:?}", cluster.last)
    };
    assert_eq!(partition.topic_id, results[0].topic_id);
    assert_eq!((partition.partition_id, partition.leader), (1, 0));
    assert_eq!((partition.leader_epoch, partition.partition_epoch), (0, 0));
    assert_eq!(
        (&partition.replicas[..], &partition.isr[..]),
        (&[0][..], &[0][..])
    );
    assert_eq!(partition.directories, [dir(0, 0)]);
    assert_eq!(partition.eligible_leader_replicas, None);
}

#[test]
fn the_answer_describes_the_new_topic() {
    let mut cluster = Cluster::of(1);
    let results = create(
        &mut cluster,
        vec![with_config("t", "retention.ms", Some("5"))],
    );
    let result = &results[0];
    assert_eq!((result.num_partitions, result.replication_factor), (1, 1));
    assert_eq!(result.topic_id, cluster.topic_id("t"));
    let configs = result.configs.as_ref().unwrap();
    let names: Vec<_> = configs.iter().map(|config| &*config.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    let source = |name: &str| {
        let config = configs.iter().find(|config| config.name == name).unwrap();
        (config.value.as_deref().unwrap(), config.config_source)
    };
    assert_eq!(source("retention.ms"), ("5", 1));
    assert_eq!(source("cleanup.policy"), ("delete", 5));
    assert_eq!(source("min.insync.replicas"), ("1", 3));
}

#[test]
fn who_may_not_describe_configs_gets_none() {
    let mut cluster = Cluster::of(1);
    let request = CreateTopicsRequest {
        topics: vec![topic("t", 1, 1)],
        ..Default::default()
    };
    let results = cluster
        .ask(|c, random| c.create_topics(random, &request, &|_| false))
        .topics;
    assert_eq!(results[0].error_code, ErrorCode::NONE);
    assert_eq!(
        results[0].topic_config_error_code,
        ErrorCode::TOPIC_AUTHORIZATION_FAILED
    );
    assert_eq!(
        (results[0].num_partitions, results[0].replication_factor),
        (-1, -1)
    );
}

#[test]
fn minus_one_stands_for_the_configured_defaults() {
    let configs = [("num.partitions", "3"), ("default.replication.factor", "2")];
    let mut cluster = Cluster::with_configs(&configs);
    cluster.start(0);
    cluster.start(1);
    let results = create(&mut cluster, vec![topic("t", -1, -1)]);
    assert_eq!(
        (results[0].num_partitions, results[0].replication_factor),
        (3, 2)
    );
}

#[test]
fn validating_answers_the_same_and_writes_nothing() {
    let mut cluster = Cluster::of(1);
    let request = CreateTopicsRequest {
        topics: vec![topic("t", 1, 1), topic("u", 1, 2)],
        validate_only: true,
        ..Default::default()
    };
    let results = cluster
        .ask(|c, random| c.create_topics(random, &request, &|_| true))
        .topics;
    assert_eq!(results[0].error_code, ErrorCode::NONE);
    assert_eq!(results[1].error_code, ErrorCode::INVALID_REPLICATION_FACTOR);
    assert_eq!(cluster.last, []);
}

#[test]
fn names_that_cannot_be_are_refused() {
    let mut cluster = Cluster::of(1);
    create(&mut cluster, vec![topic("a.b", 1, 1)]);
    let message = "Topic 'a.b' already exists.";
    refused(
        &mut cluster,
        topic("a.b", 1, 1),
        ErrorCode::TOPIC_ALREADY_EXISTS,
        message,
    );
    let message = "Topic 'a_b' collides with existing topic: a.b";
    refused(
        &mut cluster,
        topic("a_b", 1, 1),
        ErrorCode::INVALID_TOPIC_EXCEPTION,
        message,
    );
    let message = "Topic name is invalid: '../x' contains one or more characters other than ASCII \
                   alphanumerics, '.', '_' and '-'";
    refused(
        &mut cluster,
        topic("../x", 1, 1),
        ErrorCode::INVALID_TOPIC_EXCEPTION,
        message,
    );
    let message = "Creation of internal topic __cluster_metadata is prohibited.";
    refused(
        &mut cluster,
        topic("__cluster_metadata", 1, 1),
        ErrorCode::INVALID_REQUEST,
        message,
    );
}

#[test]
fn a_topic_named_twice_is_refused_once_and_the_others_are_created() {
    let mut cluster = Cluster::of(1);
    let results = create(
        &mut cluster,
        vec![topic("t", 1, 1), topic("u", 1, 1), topic("t", 2, 1)],
    );
    let short: Vec<_> = results.iter().map(|r| (&*r.name, r.error_code)).collect();
    assert_eq!(
        short,
        [("u", ErrorCode::NONE), ("t", ErrorCode::INVALID_REQUEST)]
    );
    assert_eq!(
        results[1].error_message.as_deref(),
        Some("Duplicate topic name.")
    );
    assert_eq!(cluster.kinds(), ["Topic", "Partition"]);
}

#[test]
fn numbers_that_cannot_be_are_refused() {
    let mut cluster = Cluster::of(1);
    let message = "Number of partitions was set to an invalid non-positive value.";
    for partitions in [0, -2] {
        refused(
            &mut cluster,
            topic("t", partitions, 1),
            ErrorCode::INVALID_PARTITIONS,
            message,
        );
    }
    let message = "Replication factor must be larger than 0, or -1 to use the default value.";
    for factor in [0, -2] {
        refused(
            &mut cluster,
            topic("t", 1, factor),
            ErrorCode::INVALID_REPLICATION_FACTOR,
            message,
        );
    }
    let message = "Unable to replicate the partition 2 time(s): The target replication factor of 2 \
                   cannot be reached because only 1 broker(s) are registered or some brokers have all their \
                   log directories cordoned.";
    refused(
        &mut cluster,
        topic("t", 1, 2),
        ErrorCode::INVALID_REPLICATION_FACTOR,
        message,
    );
    cluster.lose(0);
    let message = "Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all \
                   their log directories cordoned.";
    refused(
        &mut cluster,
        topic("t", 1, 1),
        ErrorCode::INVALID_REPLICATION_FACTOR,
        message,
    );
}

#[test]
fn too_many_partitions_refuse_the_whole_request() {
    let mut cluster = Cluster::of(1);
    let message = "Excessively large number of partitions per request.";
    refused(
        &mut cluster,
        topic("t", 10_001, 1),
        ErrorCode::POLICY_VIOLATION,
        message,
    );
    refused(
        &mut cluster,
        topic("t", i32::MAX, 1),
        ErrorCode::POLICY_VIOLATION,
        message,
    );
    let message = "Unable to perform excessively large batch operation.";
    refused(
        &mut cluster,
        topic("t", 10_000, 1),
        ErrorCode::POLICY_VIOLATION,
        message,
    );
    let results = create(&mut cluster, vec![topic("t", 9_999, 1)]);
    assert_eq!(results[0].error_code, ErrorCode::NONE);
}

#[test]
fn configs_are_validated_before_the_topic_exists() {
    let mut cluster = Cluster::of(1);
    let code = ErrorCode::INVALID_CONFIG;
    let message = "Null value not supported for topic configs: retention.ms";
    refused(
        &mut cluster,
        with_config("t", "retention.ms", None),
        code,
        message,
    );
    let message = "Unknown topic config name: no.such";
    refused(
        &mut cluster,
        with_config("t", "no.such", Some("1")),
        code,
        message,
    );
    let results = create(
        &mut cluster,
        vec![with_config("t", "segment.bytes", Some("1"))],
    );
    assert_eq!(results[0].error_code, code);
    assert_eq!(cluster.last, []);
}

#[test]
fn replicas_may_be_given_and_fenced_ones_are_not_in_sync() {
    let mut cluster = Cluster::of(3);
    cluster.lose(1);
    create(
        &mut cluster,
        vec![assigned("t", &[(1, &[1, 2]), (0, &[2, 0])])],
    );
    cluster.check("t", 0, "2/0 [2 0] []");
    cluster.check("t", 1, "2/0 [2] []");
    let replicas: Replicas = [1, 2].map(BrokerId).into_iter().collect();
    assert_eq!(cluster.partition("t", 1).replicas, replicas);
}

#[test]
fn given_replicas_that_cannot_be_are_refused() {
    let mut cluster = Cluster::of(2);
    let code = ErrorCode::INVALID_REPLICA_ASSIGNMENT;
    let mut check = |topic, message: &str| refused(&mut cluster, topic, code, message);
    check(
        assigned("t", &[(0, &[0, 0])]),
        "The manual partition assignment includes the broker 0 more than once.",
    );
    check(
        assigned("t", &[(0, &[7])]),
        "The manual partition assignment includes broker 7, but no such broker is registered.",
    );
    check(
        assigned("t", &[(0, &[])]),
        "The manual partition assignment includes an empty replica list.",
    );
    check(
        assigned("t", &[(0, &[0]), (1, &[0, 1])]),
        "The manual partition assignment includes a partition with 2 replica(s), but this is not \
         consistent with previous partitions, which have 1 replica(s).",
    );
    check(
        assigned("t", &[(0, &[0]), (0, &[1])]),
        "Found multiple manual partition assignments for partition 0",
    );
    check(
        assigned("t", &[(0, &[0]), (2, &[1])]),
        "partitions should be a consecutive 0-based integer sequence",
    );
    cluster.lose(1);
    let message = "All brokers specified in the manual partition assignment for partition 0 are fenced \
                   or in controlled shutdown.";
    refused(&mut cluster, assigned("t", &[(0, &[1])]), code, message);
    let message =
        "A manual partition assignment was specified, but replication factor was not set to -1.";
    let wanted = CreatableTopic {
        replication_factor: 1,
        ..assigned("t", &[(0, &[0])])
    };
    refused(&mut cluster, wanted, ErrorCode::INVALID_REQUEST, message);
    let message =
        "A manual partition assignment was specified, but numPartitions was not set to -1.";
    let wanted = CreatableTopic {
        num_partitions: 1,
        ..assigned("t", &[(0, &[0])])
    };
    refused(&mut cluster, wanted, ErrorCode::INVALID_REQUEST, message);
}

fn by_name(names: &[&'static str]) -> DeleteTopicsRequest<'static> {
    let topic_names = names.iter().map(|name| (*name).into()).collect();
    DeleteTopicsRequest {
        topic_names,
        ..Default::default()
    }
}

fn named(name: Option<&'static str>, topic_id: Uuid) -> DeleteTopicState<'static> {
    DeleteTopicState {
        name: name.map(Into::into),
        topic_id,
        ..Default::default()
    }
}

#[test]
fn topics_are_deleted_by_name_and_by_id() {
    let mut cluster = Cluster::of(1);
    create(
        &mut cluster,
        vec![
            with_config("t", "retention.ms", Some("5")),
            topic("u", 1, 1),
        ],
    );
    let decided = cluster.controller.delete_topics(5, &by_name(&["t"]));
    let responses = cluster.commit(decided).responses;
    assert_eq!(responses[0].error_code, ErrorCode::NONE);
    assert_eq!(cluster.kinds(), ["RemoveTopic"]);
    let resource = ConfigResource::topic("t");
    assert!(
        cluster
            .controller
            .image()
            .configs()
            .of(resource.kind, "t")
            .is_none()
    );
    let topics = vec![named(None, cluster.topic_id("u"))];
    let request = DeleteTopicsRequest {
        topics,
        ..Default::default()
    };
    let decided = cluster.controller.delete_topics(6, &request);
    assert_eq!(
        cluster.commit(decided).responses[0].name.as_deref(),
        Some("u")
    );
    assert!(cluster.controller.image().topics().is_empty());
}

#[test]
fn topics_that_cannot_be_deleted_are_named_with_the_reason() {
    let mut cluster = Cluster::of(1);
    create(&mut cluster, vec![topic("t", 1, 1), topic("u", 1, 1)]);
    let (t, absent) = (cluster.topic_id("t"), Uuid::reserved(99));
    let topics = vec![
        named(None, Uuid::ZERO),
        named(Some("t"), t),
        named(None, absent),
        named(Some("absent"), Uuid::ZERO),
        named(Some("u"), Uuid::ZERO),
        named(Some("u"), Uuid::ZERO),
        named(None, t),
        named(Some("t"), Uuid::ZERO),
    ];
    let request = DeleteTopicsRequest {
        topics,
        ..Default::default()
    };
    let decided = cluster.controller.delete_topics(6, &request);
    let responses = cluster.commit(decided).responses;
    let told: Vec<_> = responses
        .iter()
        .map(|r| {
            (
                r.name.as_deref(),
                r.topic_id,
                r.error_code,
                r.error_message.as_deref().unwrap(),
            )
        })
        .collect();
    let invalid = ErrorCode::INVALID_REQUEST;
    let expected = [
        (
            None,
            Uuid::ZERO,
            invalid,
            "Neither topic name nor id were specified.",
        ),
        (
            Some("t"),
            t,
            invalid,
            "You may not specify both topic name and topic id.",
        ),
        (Some("u"), Uuid::ZERO, invalid, "Duplicate topic name."),
        (
            None,
            absent,
            ErrorCode::UNKNOWN_TOPIC_ID,
            "This server does not host this topic ID.",
        ),
        (
            Some("absent"),
            Uuid::ZERO,
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            "This server does not host this topic-partition.",
        ),
        (
            Some("t"),
            t,
            invalid,
            "The provided topic name maps to an ID that was already supplied.",
        ),
    ];
    assert_eq!(told, expected);
    assert_eq!(cluster.last, []);
}

#[test]
fn without_delete_topic_enable_nothing_is_deleted() {
    let mut cluster = Cluster::with_configs(&[("delete.topic.enable", "false")]);
    for (version, code) in [
        (2, ErrorCode::INVALID_REQUEST),
        (3, ErrorCode::TOPIC_DELETION_DISABLED),
    ] {
        let decided = cluster.controller.delete_topics(version, &by_name(&["t"]));
        assert_eq!(cluster.commit(decided).responses[0].error_code, code);
    }
}

fn grow(
    cluster: &mut Cluster,
    name: &'static str,
    count: i32,
    assignments: Option<&[&[i32]]>,
) -> (ErrorCode, Option<String>) {
    let assignment = |brokers: &&[i32]| CreatePartitionsAssignment {
        broker_ids: brokers.to_vec(),
        ..Default::default()
    };
    let topic = CreatePartitionsTopic {
        name: name.into(),
        count,
        assignments: assignments.map(|list| list.iter().map(assignment).collect()),
        ..Default::default()
    };
    let request = CreatePartitionsRequest {
        topics: vec![topic],
        ..Default::default()
    };
    let results = cluster
        .ask(|c, random| c.create_partitions(random, &request))
        .results;
    (
        results[0].error_code,
        results[0].error_message.as_deref().map(str::to_owned),
    )
}

#[test]
fn a_topic_grows_with_its_replication_factor() {
    let mut cluster = Cluster::of(3);
    cluster.assign("t", &[&[0, 1]]);
    assert_eq!(grow(&mut cluster, "t", 3, None), (ErrorCode::NONE, None));
    assert_eq!(cluster.kinds(), ["Partition", "Partition"]);
    assert_eq!(cluster.partition("t", 2).replicas.len(), 2);
    assert_eq!(
        grow(&mut cluster, "t", 4, Some(&[&[2, 0]])),
        (ErrorCode::NONE, None)
    );
    cluster.check("t", 3, "2/0 [2 0] []");
}

#[test]
fn a_topic_that_cannot_grow_says_why() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0], &[1]]);
    let mut check = |count, assignments: Option<&[&[i32]]>, code, message: &str| {
        let expected = (code, Some(message.to_owned()));
        assert_eq!(grow(&mut cluster, "t", count, assignments), expected);
        assert_eq!(cluster.last, []);
    };
    check(
        2,
        None,
        ErrorCode::INVALID_PARTITIONS,
        "Topic already has 2 partition(s).",
    );
    let message = "The topic t currently has 2 partition(s); 1 would not be an increase.";
    check(1, None, ErrorCode::INVALID_PARTITIONS, message);
    let message =
        "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.";
    check(
        4,
        Some(&[&[0]]),
        ErrorCode::INVALID_REPLICA_ASSIGNMENT,
        message,
    );
    let message = "Excessively large number of additional partitions per request.";
    check(i32::MAX, None, ErrorCode::POLICY_VIOLATION, message);
    let absent = grow(&mut cluster, "absent", 4, None);
    assert_eq!(absent, (ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, None));
}
