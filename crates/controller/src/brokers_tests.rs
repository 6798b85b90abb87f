//! The life of brokers, and what becomes of their partitions.

use std::time::Duration;

use model::{BrokerId, ErrorCode, Uuid};
use protocol::allocate_producer_ids_request::AllocateProducerIdsRequest;
use protocol::unregister_broker_request::UnregisterBrokerRequest;
use statemachine::Machine;

use crate::bootstrap_records;
use crate::controller::Record;
use crate::fixture::{Cluster, dir, offset};

fn is_fenced(cluster: &Cluster, id: i32) -> bool {
    cluster
        .controller
        .image()
        .broker(BrokerId(id))
        .unwrap()
        .fenced
}

#[test]
fn a_new_cluster_begins_with_kafkas_feature_levels() {
    let cluster = Cluster::empty();
    let mut expected = vec!["BeginTransaction"];
    expected.extend(["FeatureLevel"; 6]);
    expected.extend(["Config", "EndTransaction"]);
    assert_eq!(cluster.kinds(), expected);
    let levels: Vec<_> = cluster.controller.image().features().iter().collect();
    assert_eq!(
        levels,
        [
            ("eligible.leader.replicas.version", 1),
            ("group.version", 1),
            ("metadata.version", 33),
            ("share.version", 2),
            ("streams.version", 1),
            ("transaction.version", 2),
        ]
    );
    let Record::FeatureLevel(first) = &cluster.last[1] else {
        panic!("{:?}", cluster.last)
    };
    assert_eq!(first.name, "metadata.version");
    let again = cluster.controller.activate(bootstrap_records());
    assert_eq!(again.records, []);
}

#[test]
fn a_transaction_that_the_last_controller_left_open_is_aborted() {
    let mut cluster = Cluster::of(1);
    cluster.assign("kept", &[&[0]]);
    let begin: Record =
        protocol::begin_transaction_record::BeginTransactionRecord::default().into();
    let next = cluster.controller.next_offset();
    cluster.controller.replay(next, &begin);
    cluster.assign("lost", &[&[0]]);
    let activation = cluster.controller.activate(Vec::new());
    cluster.commit(activation);
    assert_eq!(cluster.kinds(), ["AbortTransaction"]);
    assert!(
        cluster
            .controller
            .image()
            .topics()
            .by_name("lost")
            .is_none()
    );
    assert!(
        cluster
            .controller
            .image()
            .topics()
            .by_name("kept")
            .is_some()
    );
}

#[test]
fn a_broker_registers_fenced_under_the_offset_of_its_record() {
    let mut cluster = Cluster::empty();
    let next = cluster.controller.next_offset();
    let response = cluster.register(&Cluster::registration(1, 1));
    assert_eq!(
        (response.error_code, response.broker_epoch),
        (ErrorCode::NONE, next.0)
    );
    let Record::RegisterBroker(record) = &cluster.last[0] else {
        panic!("{:?}", cluster.last)
    };
    assert!(record.fenced);
    assert_eq!(record.broker_epoch, next.0);
    assert_eq!(record.log_dirs, [dir(1, 0)]);
    assert_eq!(record.end_points[0].port, 9092);
}

#[test]
fn registrations_that_cannot_be_are_refused() {
    let mut cluster = Cluster::of(1);
    let mut check = |edit: &dyn Fn(
        &mut protocol::broker_registration_request::BrokerRegistrationRequest<'_>,
    ),
                     code| {
        let mut request = Cluster::registration(1, 1);
        edit(&mut request);
        assert_eq!(cluster.register(&request).error_code, code);
        assert_eq!(cluster.last, []);
    };
    check(
        &|r| r.cluster_id = "another".into(),
        ErrorCode::INCONSISTENT_CLUSTER_ID,
    );
    check(&|r| r.log_dirs.clear(), ErrorCode::INVALID_REGISTRATION);
    check(
        &|r| r.log_dirs = vec![Uuid::LOST],
        ErrorCode::INVALID_REGISTRATION,
    );
    check(
        &|r| r.log_dirs = vec![dir(1, 0), dir(1, 0)],
        ErrorCode::INVALID_REGISTRATION,
    );
    check(
        &|r| r.log_dirs = vec![dir(0, 0)],
        ErrorCode::INVALID_REGISTRATION,
    );
    check(&|r| r.features.clear(), ErrorCode::UNSUPPORTED_VERSION);
    check(
        &|r| {
            r.features
                .retain(|feature| feature.name != "metadata.version")
        },
        ErrorCode::INVALID_REGISTRATION,
    );
    check(
        &|r| r.features.retain(|feature| feature.name != "group.version"),
        ErrorCode::UNSUPPORTED_VERSION,
    );
    check(
        &|r| r.is_migrating_zk_broker = true,
        ErrorCode::BROKER_ID_NOT_REGISTERED,
    );
}

#[test]
fn another_incarnation_waits_until_the_session_of_the_first_is_over() {
    let mut cluster = Cluster::of(1);
    let second = Cluster::registration(0, 2);
    cluster.pass(Duration::from_secs(9));
    assert_eq!(
        cluster.register(&second).error_code,
        ErrorCode::DUPLICATE_BROKER_REGISTRATION
    );
    cluster.pass(Duration::from_millis(1));
    assert_eq!(cluster.register(&second).error_code, ErrorCode::NONE);
    assert_eq!(
        cluster
            .controller
            .image()
            .broker(BrokerId(0))
            .unwrap()
            .incarnation_id,
        Uuid::reserved(2)
    );
}

#[test]
fn a_node_that_restarts_need_not_wait_for_itself() {
    let mut cluster = Cluster::empty();
    cluster.start(100);
    let (image, next) = (
        cluster.controller.image().clone(),
        cluster.controller.next_offset(),
    );
    let settings = cluster.controller.settings.clone();
    cluster.controller = crate::Controller::from_image(settings, image, next, cluster.now.mono);
    let response = cluster.register(&Cluster::registration(100, 2));
    assert_eq!(response.error_code, ErrorCode::NONE);
}

#[test]
fn the_same_incarnation_keeps_its_epoch_and_its_state() {
    let mut cluster = Cluster::of(1);
    let epoch = cluster.epoch(0);
    let response = cluster.register(&Cluster::registration(0, 1));
    assert_eq!(
        (response.error_code, response.broker_epoch),
        (ErrorCode::NONE, epoch)
    );
    assert!(!is_fenced(&cluster, 0));
}

#[test]
fn a_broker_is_unfenced_when_it_has_reached_its_registration() {
    let mut cluster = Cluster::empty();
    cluster.register(&Cluster::registration(0, 1));
    let epoch = cluster.epoch(0);
    let response = cluster.heartbeat(0, |r| r.current_metadata_offset = epoch - 1);
    assert!(response.is_fenced && !response.is_caught_up);
    let response = cluster.heartbeat(0, |r| r.want_fence = true);
    assert!(response.is_fenced && response.is_caught_up);
    assert_eq!(cluster.last, []);
    let response = cluster.heartbeat(0, |r| r.current_metadata_offset = epoch);
    assert!(!response.is_fenced);
    assert_eq!(cluster.kinds(), ["BrokerRegistrationChange"]);
}

#[test]
fn a_heartbeat_of_another_epoch_is_refused() {
    let mut cluster = Cluster::of(1);
    let response = cluster.heartbeat(0, |r| r.broker_epoch += 1);
    assert_eq!(response.error_code, ErrorCode::STALE_BROKER_EPOCH);
    let response = cluster.heartbeat(0, |r| r.broker_id = 7);
    assert_eq!(response.error_code, ErrorCode::STALE_BROKER_EPOCH);
}

#[test]
fn a_broker_that_is_not_heard_of_is_fenced_and_its_partitions_move() {
    let mut cluster = Cluster::of(3);
    cluster.assign("t", &[&[0, 1, 2], &[1, 2, 0]]);
    cluster.pass(Duration::from_secs(8));
    cluster.heartbeat(1, |_| ());
    cluster.heartbeat(2, |_| ());
    cluster.pass(Duration::from_secs(1));
    cluster.settle();
    assert_eq!(cluster.last, [], "the session lasts nine seconds");
    cluster.pass(Duration::from_millis(1));
    cluster.settle();
    assert_eq!(
        cluster.kinds(),
        [
            "PartitionChange",
            "PartitionChange",
            "BrokerRegistrationChange"
        ]
    );
    cluster.check("t", 0, "1/1 [1 2] []");
    cluster.check("t", 1, "1/0 [1 2] []");
    assert!(is_fenced(&cluster, 0));
    cluster.heartbeat(0, |_| ());
    cluster.check("t", 0, "1/1 [1 2] []");
}

#[test]
fn brokers_that_are_lost_together_are_fenced_one_after_the_other() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    cluster.pass(Duration::from_secs(10));
    let first = cluster.controller.on_time(cluster.now);
    cluster.commit(first);
    cluster.check("t", 0, "1/1 [1] []");
    let second = cluster.controller.on_time(cluster.now);
    cluster.commit(second);
    cluster.check("t", 0, "-1/2 [] [1]");
    assert!(is_fenced(&cluster, 0) && is_fenced(&cluster, 1));
}

#[test]
fn a_partition_without_leader_gets_one_when_an_eligible_replica_returns() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    cluster.lose(0);
    cluster.lose(1);
    cluster.check("t", 0, "-1/2 [] [1]");
    cluster.heartbeat(0, |_| ());
    cluster.check("t", 0, "-1/2 [] [1]");
    cluster.heartbeat(1, |_| ());
    cluster.check("t", 0, "1/3 [1] []");
}

#[test]
fn a_controlled_shutdown_moves_leaders_and_ends_when_all_know() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    let response = cluster.heartbeat(0, |r| r.want_shut_down = true);
    assert!(!response.should_shut_down);
    assert_eq!(
        cluster.kinds(),
        ["BrokerRegistrationChange", "PartitionChange"]
    );
    cluster.check("t", 0, "1/1 [1] []");
    let response = cluster.heartbeat(0, |r| r.want_shut_down = true);
    assert!(
        !response.should_shut_down,
        "broker 1 does not know that it leads"
    );
    cluster.heartbeat(1, |_| ());
    let response = cluster.heartbeat(0, |r| r.want_shut_down = true);
    assert!(response.should_shut_down && response.is_fenced);
    assert_eq!(cluster.kinds(), ["BrokerRegistrationChange"]);
    assert!(is_fenced(&cluster, 0));
}

#[test]
fn a_broker_that_shuts_down_gets_no_replicas() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    cluster.heartbeat(0, |r| r.want_shut_down = true);
    let usable: Vec<_> = cluster
        .controller
        .usable_brokers()
        .iter()
        .map(|b| b.id.0)
        .collect();
    assert_eq!(usable, [1]);
}

#[test]
fn the_only_replica_keeps_its_leadership_over_a_clean_restart() {
    let mut cluster = Cluster::of(1);
    cluster.assign("t", &[&[0]]);
    let response = cluster.heartbeat(0, |r| r.want_shut_down = true);
    assert!(response.should_shut_down);
    assert_eq!(cluster.kinds(), ["BrokerRegistrationChange"]);
    let mut again = Cluster::registration(0, 2);
    again.previous_broker_epoch = cluster.epoch(0);
    cluster.register(&again);
    assert_eq!(cluster.kinds(), ["RegisterBroker"]);
    cluster.heartbeat(0, |_| ());
    assert_eq!(cluster.kinds(), ["BrokerRegistrationChange"]);
    cluster.check("t", 0, "0/0 [0] []");
}

#[test]
fn after_an_unclean_stop_the_only_replica_leads_under_a_new_epoch() {
    let mut cluster = Cluster::of(1);
    cluster.assign("t", &[&[0]]);
    cluster.pass(Duration::from_secs(10));
    cluster.register(&Cluster::registration(0, 2));
    assert_eq!(cluster.kinds(), ["PartitionChange", "RegisterBroker"]);
    cluster.check("t", 0, "-1/1 [] []");
    assert_eq!(cluster.partition("t", 0).last_known_elr(), [BrokerId(0)]);
    cluster.heartbeat(0, |_| ());
    cluster.check("t", 0, "0/2 [0] []");
    assert_eq!(cluster.partition("t", 0).recovery.value(), 1);
    assert!(cluster.partition("t", 0).last_known_elr().is_empty());
}

#[test]
fn a_replica_that_stopped_uncleanly_is_not_eligible_to_lead() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    cluster.lose(0);
    cluster.lose(1);
    cluster.check("t", 0, "-1/2 [] [1]");
    cluster.register(&Cluster::registration(1, 2));
    cluster.check("t", 0, "-1/2 [] []");
    cluster.heartbeat(0, |_| ());
    cluster.check("t", 0, "-1/2 [] []");
    cluster.heartbeat(1, |_| ());
    cluster.check("t", 0, "1/3 [1] []");
}

#[test]
fn a_replica_that_syncs_before_it_counts_stays_eligible_whatever_stops_it() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    cluster.set_topic_config("t", "flush.messages", "1");
    cluster.lose(0);
    cluster.lose(1);
    cluster.register(&Cluster::registration(1, 2));
    cluster.check("t", 0, "-1/2 [] [1]");
    cluster.heartbeat(0, |_| ());
    cluster.check("t", 0, "-1/2 [] [1]");
    cluster.heartbeat(1, |_| ());
    cluster.check("t", 0, "1/3 [1] []");
    assert_eq!(
        cluster.partition("t", 0).recovery.value(),
        0,
        "nothing was lost"
    );
}

#[test]
fn replicas_in_a_failed_directory_lose_their_place() {
    let mut cluster = Cluster::of(1);
    let mut two_dirs = Cluster::registration(1, 1);
    two_dirs.log_dirs = vec![dir(1, 0), dir(1, 1)];
    cluster.register(&two_dirs);
    cluster.heartbeat(1, |_| ());
    cluster.assign("t", &[&[1, 0], &[1, 0]]);
    let topic_id = cluster.topic_id("t");
    assign_dir(&mut cluster, 1, dir(1, 1), topic_id, &[0]);
    cluster.heartbeat(1, |r| r.offline_log_dirs = vec![dir(1, 1)]);
    assert_eq!(
        cluster.kinds(),
        ["PartitionChange", "BrokerRegistrationChange"]
    );
    cluster.check("t", 0, "0/1 [0] []");
    cluster.check("t", 1, "1/0 [1 0] []");
    assign_dir(&mut cluster, 1, dir(1, 1), topic_id, &[1]);
    cluster.check("t", 1, "0/1 [0] []");
}

#[test]
fn a_replica_whose_log_was_found_in_another_directory_leads_again() {
    let mut cluster = Cluster::of(0);
    let mut two_dirs = Cluster::registration(0, 1);
    two_dirs.log_dirs = vec![dir(0, 0), dir(0, 1)];
    cluster.register(&two_dirs);
    cluster.heartbeat(0, |_| ());
    cluster.assign("t", &[&[0]]);
    let topic_id = cluster.topic_id("t");
    assign_dir(&mut cluster, 0, dir(0, 1), topic_id, &[0]);
    cluster.heartbeat(0, |r| r.offline_log_dirs = vec![dir(0, 1)]);
    assert_eq!(cluster.partition("t", 0).leader, None);
    assign_dir(&mut cluster, 0, dir(0, 0), topic_id, &[0]);
    let found = cluster.partition("t", 0);
    assert_eq!(found.leader, Some(BrokerId(0)));
    assert_eq!(found.directories[..], [dir(0, 0)]);
}

fn assign_dir(cluster: &mut Cluster, broker: i32, id: Uuid, topic_id: Uuid, partitions: &[i32]) {
    use protocol::assign_replicas_to_dirs_request::{
        AssignReplicasToDirsRequest, DirectoryData, PartitionData, TopicData,
    };
    let partition = |index: &i32| PartitionData {
        partition_index: *index,
        ..Default::default()
    };
    let partitions = partitions.iter().map(partition).collect();
    let topics = vec![TopicData {
        topic_id,
        partitions,
        ..Default::default()
    }];
    let request = AssignReplicasToDirsRequest {
        broker_id: broker,
        broker_epoch: cluster.epoch(broker),
        directories: vec![DirectoryData {
            id,
            topics,
            ..Default::default()
        }],
        ..Default::default()
    };
    let decided = cluster.controller.assign_replicas_to_dirs(&request);
    assert_eq!(cluster.commit(decided).error_code, ErrorCode::NONE);
}

#[test]
fn cordoned_directories_are_noted_and_keep_replicas_away() {
    let mut cluster = Cluster::of(2);
    cluster.heartbeat(0, |r| r.cordoned_log_dirs = Some(vec![dir(0, 0)]));
    assert_eq!(cluster.kinds(), ["BrokerRegistrationChange"]);
    cluster.heartbeat(0, |r| r.cordoned_log_dirs = Some(vec![dir(0, 0)]));
    assert_eq!(cluster.last, []);
    let usable: Vec<_> = cluster
        .controller
        .usable_brokers()
        .iter()
        .map(|b| b.id.0)
        .collect();
    assert_eq!(usable, [1]);
    let refused = cluster
        .controller
        .check_assignment(&[BrokerId(0)], None)
        .unwrap_err();
    let message = "The manual partition assignment includes broker 0, but all its log directories are \
                   cordoned.";
    assert_eq!(refused.message.as_deref(), Some(message));
}

#[test]
fn an_unregistered_broker_leaves_every_isr() {
    let mut cluster = Cluster::of(2);
    cluster.assign("t", &[&[0, 1]]);
    let request = UnregisterBrokerRequest {
        broker_id: 0,
        ..Default::default()
    };
    let decided = cluster.controller.unregister_broker(&request);
    assert_eq!(cluster.commit(decided).error_code, ErrorCode::NONE);
    assert_eq!(cluster.kinds(), ["PartitionChange", "UnregisterBroker"]);
    cluster.check("t", 0, "1/1 [1] []");
    let decided = cluster.controller.unregister_broker(&request);
    let response = cluster.commit(decided);
    assert_eq!(response.error_code, ErrorCode::BROKER_ID_NOT_REGISTERED);
    assert_eq!(
        response.error_message.as_deref(),
        Some("Broker ID 0 is not currently registered")
    );
}

#[test]
fn producer_ids_are_given_out_in_blocks_and_never_twice() {
    let mut cluster = Cluster::of(1);
    for block in 0..3 {
        let request = AllocateProducerIdsRequest {
            broker_id: 0,
            broker_epoch: cluster.epoch(0),
            ..Default::default()
        };
        let decided = cluster.controller.allocate_producer_ids(&request);
        let response = cluster.commit(decided);
        assert_eq!(
            (response.producer_id_start, response.producer_id_len),
            (block * 1_000, 1_000)
        );
    }
    let request = AllocateProducerIdsRequest {
        broker_id: 0,
        broker_epoch: 1,
        ..Default::default()
    };
    let decided = cluster.controller.allocate_producer_ids(&request);
    assert_eq!(
        cluster.commit(decided).error_code,
        ErrorCode::STALE_BROKER_EPOCH
    );
    assert_eq!(cluster.last, []);
}

#[test]
fn replay_counts_offsets() {
    let mut cluster = Cluster::empty();
    let noop: Record = protocol::no_op_record::NoOpRecord::default().into();
    cluster.controller.replay(offset(500), &noop);
    assert_eq!(cluster.controller.next_offset(), offset(501));
}
