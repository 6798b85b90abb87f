//! What records do to the image, and what is reported as changed.

use model::{
    BrokerId, LeaderEpoch, Offset, PartitionIndex, ProducerId, TimestampMs, TopicId,
    TopicIdPartition, Uuid,
};
use protocol::abort_transaction_record::AbortTransactionRecord;
use protocol::begin_transaction_record::BeginTransactionRecord;
use protocol::broker_registration_change_record::BrokerRegistrationChangeRecord;
use protocol::clear_elr_record::ClearElrRecord;
use protocol::config_record::ConfigRecord;
use protocol::end_transaction_record::EndTransactionRecord;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::metadata_records::MetadataRecord;
use protocol::no_op_record::NoOpRecord;
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use protocol::producer_ids_record::ProducerIdsRecord;
use protocol::register_broker_record::RegisterBrokerRecord;
use protocol::remove_topic_record::RemoveTopicRecord;
use protocol::topic_record::TopicRecord;
use protocol::unregister_broker_record::UnregisterBrokerRecord;

use crate::{
    Changes, ConfigResource, Image, Loader, Provenance, RecordError, ReplayError, decode_record,
    encode_record,
};

type Record = MetadataRecord<'static>;

const TOPIC: TopicId = Uuid::reserved(50);

fn at(offset: i64) -> Provenance {
    Provenance {
        offset: Offset(offset),
        epoch: LeaderEpoch(1),
        timestamp: TimestampMs(offset * 10),
    }
}

fn topic(id: TopicId, name: &'static str) -> Record {
    TopicRecord {
        topic_id: id,
        name: name.into(),
        ..TopicRecord::default()
    }
    .into()
}

fn partition(index: i32, replicas: &[i32]) -> Record {
    PartitionRecord {
        topic_id: TOPIC,
        partition_id: index,
        replicas: replicas.to_vec(),
        isr: replicas.to_vec(),
        leader: replicas[0],
        leader_epoch: 0,
        partition_epoch: 0,
        directories: vec![Uuid::reserved(70); replicas.len()],
        ..PartitionRecord::default()
    }
    .into()
}

fn change(index: i32, edit: impl FnOnce(&mut PartitionChangeRecord)) -> Record {
    let mut record = PartitionChangeRecord {
        topic_id: TOPIC,
        partition_id: index,
        ..Default::default()
    };
    edit(&mut record);
    record.into()
}

fn config(
    kind: i8,
    resource: &'static str,
    name: &'static str,
    value: Option<&'static str>,
) -> Record {
    ConfigRecord {
        resource_type: kind,
        resource_name: resource.into(),
        name: name.into(),
        value: value.map(Into::into),
        ..ConfigRecord::default()
    }
    .into()
}

fn feature(name: &'static str, feature_level: i16) -> Record {
    FeatureLevelRecord {
        name: name.into(),
        feature_level,
        ..FeatureLevelRecord::default()
    }
    .into()
}

fn broker(id: i32, epoch: i64) -> Record {
    RegisterBrokerRecord {
        broker_id: id,
        broker_epoch: epoch,
        log_dirs: vec![Uuid::reserved(71), Uuid::reserved(70)],
        ..RegisterBrokerRecord::default()
    }
    .into()
}

fn ids(index: i32) -> TopicIdPartition {
    TopicIdPartition {
        topic_id: TOPIC,
        partition: PartitionIndex(index),
    }
}

/// Loads the batches; returns the last image and its changes.
#[track_caller]
fn load(batches: &[&[Record]]) -> (Image, Changes) {
    let mut loader = Loader::default();
    let mut last = None;
    for (nth, batch) in batches.iter().enumerate() {
        last = loader.on_batch(batch.iter(), at(nth as i64)).unwrap();
    }
    let last = last.expect("the last batch publishes");
    assert_eq!(&last.image, loader.image());
    (last.image, last.changes)
}

#[track_caller]
fn refused(records: &[Record], expected: &ReplayError) {
    let mut loader = Loader::default();
    assert_eq!(
        loader.on_batch(records.iter(), at(0)).unwrap_err(),
        *expected
    );
}

#[test]
fn a_topic_and_its_partitions_are_found_by_name_and_id() {
    let (image, changes) = load(&[&[
        topic(TOPIC, "a"),
        partition(0, &[1, 2]),
        partition(1, &[2, 1]),
    ]]);
    let topic = image.topics().by_name("a").unwrap();
    assert_eq!(topic.partitions.len(), 2);
    let second = image.topics().partition(TOPIC, PartitionIndex(1)).unwrap();
    assert_eq!(second.leader, Some(BrokerId(2)));
    assert_eq!(second.directory(BrokerId(1)), Some(Uuid::reserved(70)));
    assert_eq!(image.provenance(), Some(at(0)));
    assert_eq!(changes.topics_created, [TOPIC].into());
    assert_eq!(changes.partitions, [ids(0), ids(1)].into());
}

#[test]
fn a_change_of_the_leader_raises_both_epochs_and_any_other_one() {
    let shrink = change(0, |c| c.isr = Some(vec![2]));
    let elect = change(0, |c| c.leader = 2);
    let (image, changes) = load(&[
        &[topic(TOPIC, "a"), partition(0, &[1, 2])],
        &[shrink, elect],
    ]);
    let partition = image.topics().partition(TOPIC, PartitionIndex(0)).unwrap();
    assert_eq!(partition.isr[..], [BrokerId(2)]);
    assert_eq!(
        (partition.leader, partition.leader_epoch.0),
        (Some(BrokerId(2)), 1)
    );
    assert_eq!(partition.partition_epoch.0, 2);
    assert_eq!(
        changes,
        Changes {
            partitions: [ids(0)].into(),
            ..Changes::default()
        }
    );
}

#[test]
fn a_deleted_topic_takes_its_configurations_along() {
    let created = [
        topic(TOPIC, "a"),
        config(2, "a", "retention.ms", Some("1")),
        partition(0, &[1]),
    ];
    let delete = RemoveTopicRecord {
        topic_id: TOPIC,
        ..RemoveTopicRecord::default()
    };
    let (image, changes) = load(&[&created, &[delete.into()]]);
    assert!(image.topics().is_empty());
    assert!(image.topics().by_name("a").is_none());
    assert_eq!(image.configs().topic("a", "retention.ms"), None);
    assert_eq!(changes.topics_deleted, [(TOPIC, "a".into())].into());
    assert_eq!(changes.configs, [ConfigResource::topic("a")].into());
    assert!(changes.partitions.is_empty());
}

#[test]
fn a_topic_that_comes_and_goes_within_a_batch_is_no_change() {
    let delete = RemoveTopicRecord {
        topic_id: TOPIC,
        ..RemoveTopicRecord::default()
    };
    let (_, changes) = load(&[&[topic(TOPIC, "a"), partition(0, &[1]), delete.into()]]);
    assert_eq!(changes, Changes::default());
}

#[test]
fn a_topic_created_again_under_its_name_has_another_id() {
    let delete = RemoveTopicRecord {
        topic_id: TOPIC,
        ..RemoveTopicRecord::default()
    };
    let second = Uuid::reserved(51);
    let (image, changes) = load(&[&[topic(TOPIC, "a")], &[delete.into(), topic(second, "a")]]);
    assert_eq!(image.topics().id("a"), Some(second));
    assert_eq!(changes.topics_created, [second].into());
    assert_eq!(changes.topics_deleted, [(TOPIC, "a".into())].into());
}

#[test]
fn configurations_are_set_and_removed_by_resource() {
    let set = [
        config(4, "", "a", Some("1")),
        config(4, "7", "a", Some("2")),
        config(32, "g", "b", Some("3")),
    ];
    let (image, _) = load(&[
        &set,
        &[config(4, "", "a", None), config(2, "none", "x", None)],
    ]);
    let kinds: Vec<_> = image
        .configs()
        .iter()
        .map(|(resource, _)| resource.to_string())
        .collect();
    assert_eq!(
        kinds,
        [
            "ConfigResource(type=BROKER, name='7')",
            "ConfigResource(type=GROUP, name='g')"
        ]
    );
}

#[test]
fn a_registration_is_fenced_unfenced_and_removed_by_its_epoch() {
    let fencing = |fenced| BrokerRegistrationChangeRecord {
        broker_id: 1,
        broker_epoch: 5,
        fenced,
        ..BrokerRegistrationChangeRecord::default()
    };
    let (image, changes) = load(&[&[broker(1, 5)], &[fencing(-1).into()]]);
    let registered = image.broker(BrokerId(1)).unwrap();
    assert!(!registered.fenced);
    assert!(registered.has_online_dir(Uuid::reserved(70)));
    assert!(!registered.has_online_dir(Uuid::LOST));
    assert_eq!(changes.brokers, [BrokerId(1)].into());
    let leave = |broker_epoch| UnregisterBrokerRecord {
        broker_id: 1,
        broker_epoch,
        ..UnregisterBrokerRecord::default()
    };
    let (image, _) = load(&[&[broker(1, 5)], &[fencing(1).into(), leave(5).into()]]);
    assert_eq!(image.brokers().count(), 0);
    refused(
        &[broker(1, 5), leave(4).into()],
        &ReplayError::WrongBrokerEpoch {
            broker: BrokerId(1),
            epoch: model::BrokerEpoch(4),
            registered: model::BrokerEpoch(5),
        },
    );
}

#[test]
fn feature_levels_are_kept_and_level_zero_removes() {
    let (image, changes) = load(&[&[
        feature("metadata.version", 33),
        feature("x", 2),
        feature("x", 0),
        NoOpRecord::default().into(),
    ]]);
    assert_eq!(image.metadata_version(), 33);
    assert_eq!(
        image.features().iter().collect::<Vec<_>>(),
        [("metadata.version", 33)]
    );
    assert!(changes.features.contains("metadata.version"));
    refused(
        &[feature("metadata.version", 34)],
        &ReplayError::UnsupportedMetadataVersion(34),
    );
}

#[test]
fn clearing_elr_touches_the_partitions_that_have_some() {
    let with_elr = change(1, |c| {
        c.eligible_leader_replicas = Some(vec![2]);
        c.last_known_elr = Some(vec![1]);
    });
    let base = [
        topic(TOPIC, "a"),
        partition(0, &[1, 2]),
        partition(1, &[1, 2]),
        with_elr,
    ];
    for name in ["a", ""] {
        let clear = ClearElrRecord {
            topic_name: name.into(),
            ..ClearElrRecord::default()
        };
        let (image, changes) = load(&[&base, &[clear.into()]]);
        let partition = image.topics().partition(TOPIC, PartitionIndex(1)).unwrap();
        assert!(partition.elr().is_empty() && partition.last_known_elr().is_empty());
        assert_eq!(changes.partitions, [ids(1)].into(), "{name}");
    }
}

#[test]
fn records_of_a_transaction_are_published_together_or_not_at_all() {
    let begin: Record = BeginTransactionRecord::default().into();
    let end: Record = EndTransactionRecord::default().into();
    let abort: Record = AbortTransactionRecord::default().into();

    let mut loader = Loader::default();
    let first = loader
        .on_batch([&begin, &topic(TOPIC, "a")], at(1))
        .unwrap();
    assert!(first.is_none());
    assert!(loader.image().topics().is_empty());
    let second = loader
        .on_batch([&partition(0, &[1]), &end], at(2))
        .unwrap()
        .unwrap();
    assert_eq!(second.changes.topics_created, [TOPIC].into());
    assert_eq!(
        second.image.topics().by_name("a").unwrap().partitions.len(),
        1
    );

    let batches: [&[Record]; 2] = [
        &[
            topic(Uuid::reserved(9), "kept"),
            begin.clone(),
            topic(TOPIC, "a"),
        ],
        std::slice::from_ref(&abort),
    ];
    let (image, changes) = load(&batches);
    assert!(image.topics().by_name("a").is_none());
    assert!(image.topics().by_name("kept").is_some());
    assert_eq!(changes.topics_created, [Uuid::reserved(9)].into());

    refused(&[begin.clone(), begin], &ReplayError::NestedTransaction);
    refused(&[end], &ReplayError::NoTransaction);
    refused(&[abort], &ReplayError::NoTransaction);
}

#[test]
fn records_that_do_not_fit_are_refused_by_name() {
    refused(&[partition(0, &[1])], &ReplayError::UnknownTopicId(TOPIC));
    refused(
        &[topic(TOPIC, "a"), change(3, |_| ())],
        &ReplayError::UnknownPartition {
            topic_id: TOPIC,
            partition: 3,
        },
    );
    refused(
        &[topic(TOPIC, "a"), topic(Uuid::reserved(51), "a")],
        &ReplayError::TopicExists {
            name: "a".into(),
            existing: TOPIC,
        },
    );
}

#[test]
fn a_record_of_a_newer_release_is_named() {
    let error = decode_record(Offset(7), &[1, 99, 0]).unwrap_err();
    assert_eq!(
        error,
        RecordError::Unknown {
            offset: Offset(7),
            key: 99,
            version: 0
        }
    );
    let error = decode_record(Offset(7), &[1, 3, 9]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the metadata record at offset 7 has type 3 version 9, which this release does not know: a \
         newer release wrote it, and is needed to read it"
    );
    assert!(matches!(
        decode_record(Offset(7), &[1, 2, 0, 5]),
        Err(RecordError::Malformed { .. })
    ));
}

#[test]
fn a_record_is_framed_at_the_version_of_the_cluster() {
    let record = partition(0, &[1]);
    for (metadata_version, version) in [(33, 2), (23, 2), (22, 1), (17, 1)] {
        let bytes = encode_record(&record, metadata_version).unwrap();
        assert_eq!(bytes[..3], [1, 3, version]);
        assert_eq!(decode_record(Offset(0), &bytes).unwrap(), record);
    }
}

#[test]
fn a_snapshot_replaces_everything_and_reports_the_difference() {
    let mut loader = Loader::default();
    let records = [
        topic(TOPIC, "a"),
        partition(0, &[1]),
        partition(1, &[1]),
        broker(1, 5),
        feature("x", 1),
    ];
    loader.on_batch(records.iter(), at(1)).unwrap();
    let id = Uuid::reserved(51);
    let ids_given: Record = ProducerIdsRecord {
        next_producer_id: 1000,
        ..Default::default()
    }
    .into();
    let grown = change(1, |c| c.isr = Some(vec![]));
    let snapshot = [
        topic(TOPIC, "a"),
        partition(0, &[1]),
        partition(1, &[1]),
        grown,
        topic(id, "b"),
        ids_given,
        broker(2, 6),
    ];
    let published = loader.on_snapshot(snapshot.iter(), at(9)).unwrap();
    assert_eq!(published.image.provenance(), Some(at(9)));
    assert_eq!(published.image.next_producer_id(), ProducerId(1000));
    let expected = Changes {
        topics_created: [id].into(),
        partitions: [ids(1)].into(),
        brokers: [BrokerId(1), BrokerId(2)].into(),
        features: ["x".into()].into(),
        producer_ids: true,
        ..Changes::default()
    };
    assert_eq!(published.changes, expected);
}
