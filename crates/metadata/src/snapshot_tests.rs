//! A snapshot leads to the image of which it was taken, whatever that holds.

use model::{LeaderEpoch, Offset, TimestampMs, Uuid};
use proptest::prelude::*;
use protocol::access_control_entry_record::AccessControlEntryRecord;
use protocol::client_quota_record::{ClientQuotaRecord, EntityData};
use protocol::config_record::ConfigRecord;
use protocol::delegation_token_record::DelegationTokenRecord;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::metadata_records::MetadataRecord;
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use protocol::producer_ids_record::ProducerIdsRecord;
use protocol::register_broker_record::{BrokerEndpoint, BrokerFeature, RegisterBrokerRecord};
use protocol::register_controller_record::{ControllerEndpoint, RegisterControllerRecord};
use protocol::remove_access_control_entry_record::RemoveAccessControlEntryRecord;
use protocol::remove_delegation_token_record::RemoveDelegationTokenRecord;
use protocol::remove_topic_record::RemoveTopicRecord;
use protocol::remove_user_scram_credential_record::RemoveUserScramCredentialRecord;
use protocol::topic_record::TopicRecord;
use protocol::unregister_controller_record::UnregisterControllerRecord;
use protocol::user_scram_credential_record::UserScramCredentialRecord;
use protocol::zk_migration_state_record::ZkMigrationStateRecord;

use crate::{Changes, Delta, Image, Loader, Provenance, decode_record, encode_record};

type Record = MetadataRecord<'static>;

const LAST: Provenance = Provenance {
    offset: Offset(99),
    epoch: LeaderEpoch(3),
    timestamp: TimestampMs(5),
};

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "a.b", "a_b", "zz"]).prop_map(String::from)
}

fn id() -> impl Strategy<Value = Uuid> {
    (10u8..14).prop_map(Uuid::reserved)
}

fn brokers() -> impl Strategy<Value = Vec<i32>> {
    prop::collection::vec(0..6i32, 1..6)
}

fn topic_records() -> impl Strategy<Value = Record> {
    let partition = || {
        (
            id(),
            0..40i32,
            brokers(),
            brokers(),
            -1..5i32,
            prop::option::of(brokers()),
        )
    };
    prop_oneof![
        (id(), name()).prop_map(|(topic_id, name)| {
            TopicRecord {
                topic_id,
                name: name.into(),
                ..Default::default()
            }
            .into()
        }),
        id().prop_map(|topic_id| RemoveTopicRecord {
            topic_id,
            ..Default::default()
        }
        .into()),
        partition().prop_map(|(topic_id, partition_id, replicas, isr, leader, elr)| {
            let directories = vec![Uuid::reserved(7); replicas.len()];
            let adding_replicas = isr.iter().copied().filter(|id| *id > 4).collect();
            PartitionRecord {
                topic_id,
                partition_id,
                replicas,
                isr,
                leader,
                directories,
                adding_replicas,
                eligible_leader_replicas: elr.clone(),
                last_known_elr: elr,
                leader_epoch: partition_id,
                partition_epoch: 3,
                leader_recovery_state: (leader & 1) as i8,
                ..Default::default()
            }
            .into()
        }),
        partition().prop_map(|(topic_id, partition_id, replicas, isr, leader, elr)| {
            PartitionChangeRecord {
                topic_id,
                partition_id,
                directories: Some(vec![Uuid::reserved(8); replicas.len()]),
                replicas: Some(replicas),
                isr: Some(isr),
                leader,
                removing_replicas: elr.clone(),
                eligible_leader_replicas: elr,
                ..Default::default()
            }
            .into()
        }),
    ]
}

fn node_records() -> impl Strategy<Value = Record> {
    prop_oneof![
        (0..4i32, name(), any::<bool>(), prop::option::of(name())).prop_map(
            |(broker_id, listener, fenced, rack)| {
                RegisterBrokerRecord {
                    broker_id,
                    broker_epoch: i64::from(broker_id) + 10,
                    incarnation_id: Uuid::reserved(3),
                    end_points: vec![BrokerEndpoint {
                        name: listener.clone().into(),
                        host: "h".into(),
                        port: 9092,
                        security_protocol: 1,
                        ..Default::default()
                    }],
                    features: vec![BrokerFeature {
                        name: listener.into(),
                        min_supported_version: 1,
                        max_supported_version: 3,
                        ..Default::default()
                    }],
                    in_controlled_shutdown: fenced,
                    is_migrating_zk_broker: fenced,
                    rack: rack.clone().map(Into::into),
                    fenced,
                    log_dirs: vec![Uuid::reserved(6)],
                    cordoned_log_dirs: rack.map(|_| vec![Uuid::reserved(6)]),
                    ..Default::default()
                }
                .into()
            }
        ),
        (0..4i32, name()).prop_map(|(controller_id, listener)| {
            RegisterControllerRecord {
                controller_id,
                end_points: vec![ControllerEndpoint {
                    name: listener.into(),
                    ..Default::default()
                }],
                zk_migration_ready: controller_id == 2,
                ..Default::default()
            }
            .into()
        }),
        (0..4i32).prop_map(|controller_id| {
            UnregisterControllerRecord {
                controller_id,
                ..Default::default()
            }
            .into()
        }),
        (0..2i8).prop_map(|zk_migration_state| {
            ZkMigrationStateRecord {
                zk_migration_state,
                ..Default::default()
            }
            .into()
        }),
    ]
}

fn setting_records() -> impl Strategy<Value = Record> {
    prop_oneof![
        (0..40i8, name(), name(), prop::option::of(name())).prop_map(
            |(kind, resource, name, value)| {
                ConfigRecord {
                    resource_type: kind,
                    resource_name: resource.into(),
                    name: name.into(),
                    value: value.map(Into::into),
                    ..Default::default()
                }
                .into()
            }
        ),
        (name(), 0..3i16).prop_map(|(name, feature_level)| {
            FeatureLevelRecord {
                name: name.into(),
                feature_level,
                ..Default::default()
            }
            .into()
        }),
        (name(), prop::option::of(name()), name(), any::<bool>()).prop_map(
            |(kind, of, key, remove)| {
                let entity_name = of.map(Into::into);
                ClientQuotaRecord {
                    entity: vec![EntityData {
                        entity_type: kind.into(),
                        entity_name,
                        ..Default::default()
                    }],
                    key: key.into(),
                    value: 2.5,
                    remove,
                    ..Default::default()
                }
                .into()
            }
        ),
        (0..9i64).prop_map(|next_producer_id| {
            ProducerIdsRecord {
                next_producer_id,
                ..Default::default()
            }
            .into()
        }),
    ]
}

fn security_records() -> impl Strategy<Value = Record> {
    prop_oneof![
        (id(), name()).prop_map(|(id, resource_name)| {
            AccessControlEntryRecord {
                id,
                resource_type: 2,
                resource_name: resource_name.into(),
                pattern_type: 3,
                principal: "User:a".into(),
                host: "*".into(),
                operation: 3,
                permission_type: 2,
                ..Default::default()
            }
            .into()
        }),
        id().prop_map(|id| RemoveAccessControlEntryRecord {
            id,
            ..Default::default()
        }
        .into()),
        (name(), 1..3i8, any::<[u8; 3]>()).prop_map(|(name, mechanism, salt)| {
            UserScramCredentialRecord {
                name: name.into(),
                mechanism,
                salt: salt.to_vec().into(),
                stored_key: vec![1].into(),
                server_key: vec![2].into(),
                iterations: 4096,
                ..Default::default()
            }
            .into()
        }),
        (name(), 1..3i8).prop_map(|(name, mechanism)| {
            RemoveUserScramCredentialRecord {
                name: name.into(),
                mechanism,
                ..Default::default()
            }
            .into()
        }),
        (name(), name()).prop_map(|(token_id, renewer)| {
            DelegationTokenRecord {
                owner: "User:a".into(),
                requester: "User:b".into(),
                renewers: vec![renewer.into()],
                issue_timestamp: 1,
                max_timestamp: 2,
                expiration_timestamp: 3,
                token_id: token_id.into(),
                ..Default::default()
            }
            .into()
        }),
        name().prop_map(|token_id| {
            RemoveDelegationTokenRecord {
                token_id: token_id.into(),
                ..Default::default()
            }
            .into()
        }),
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    prop_oneof![3 => topic_records(), 1 => node_records(), 1 => setting_records(), 1 => security_records()]
}

/// An image of the records that fit.
fn image_of(records: &[Record]) -> Image {
    let latest = FeatureLevelRecord {
        name: "metadata.version".into(),
        feature_level: 33,
        ..Default::default()
    };
    let mut delta = Delta::new(&Image::empty());
    delta.replay(&latest.into()).unwrap();
    for record in records {
        let mut next = delta.clone();
        if next.replay(record).is_ok() {
            delta = next;
        }
    }
    delta.apply(LAST).0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn the_records_of_a_snapshot_give_an_equal_image(records in prop::collection::vec(any_record(), 0..120)) {
        let image = image_of(&records);
        let mut values = Vec::new();
        image.write(|record| values.push(encode_record(&record, 33).unwrap()));
        let decoded: Vec<_> =
            values.iter().map(|bytes| decode_record(Offset(0), bytes).unwrap()).collect();
        let mut loader = Loader::default();
        let published = loader.on_snapshot(&decoded, LAST).unwrap();
        prop_assert_eq!(published.image, image);
    }

    #[test]
    fn comparing_two_images_finds_what_replaying_reported(
        before in prop::collection::vec(any_record(), 0..60),
        after in prop::collection::vec(topic_records(), 0..30),
    ) {
        let base = image_of(&before);
        let mut delta = Delta::new(&base);
        for record in &after {
            let mut next = delta.clone();
            if next.replay(record).is_ok() {
                delta = next;
            }
        }
        let (image, replayed) = delta.apply(LAST);
        let compared = Changes::between(&base, &image);
        prop_assert!(compared.partitions.is_subset(&replayed.partitions));
        prop_assert!(compared.topics_created.is_subset(&replayed.topics_created));
        prop_assert!(compared.configs.is_subset(&replayed.configs));
        for (id, name) in &compared.topics_deleted {
            prop_assert_eq!(replayed.topics_deleted.get(id), Some(name));
        }
    }
}
