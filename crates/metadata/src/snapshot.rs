//! The records of a snapshot: an image as the shortest log that leads to it.

use protocol::access_control_entry_record::AccessControlEntryRecord;
use protocol::client_quota_record::{ClientQuotaRecord, EntityData};
use protocol::config_record::ConfigRecord;
use protocol::delegation_token_record::DelegationTokenRecord;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::metadata_records::MetadataRecord;
use protocol::producer_ids_record::ProducerIdsRecord;
use protocol::register_broker_record::{self, RegisterBrokerRecord};
use protocol::register_controller_record::{self, RegisterControllerRecord};
use protocol::topic_record::TopicRecord;
use protocol::user_scram_credential_record::UserScramCredentialRecord;
use protocol::zk_migration_state_record::ZkMigrationStateRecord;

use crate::record_versions::{
    CONTROLLERS_SINCE, CORDONED_SINCE, DIRECTORIES_SINCE, MIGRATION_SINCE,
};
use crate::{BrokerRegistration, ControllerRegistration, Image, features};

/// A registration change's `Fenced` that fences.
pub const FENCING_FENCE: i8 = 1;
/// A registration change's `Fenced` that unfences.
pub const FENCING_UNFENCE: i8 = -1;
/// A registration change's `InControlledShutdown` that begins a controlled shutdown.
pub const IN_CONTROLLED_SHUTDOWN: i8 = 1;

impl Image {
    /// Gives the records of a snapshot to `write`, in the order in which Kafka writes them. Replayed on
    /// an empty image they give an equal one. What the image's own `metadata.version` cannot carry is
    /// left out.
    pub fn write<'a>(&'a self, mut write: impl FnMut(MetadataRecord<'a>)) {
        self.write_features(&mut write);
        self.write_nodes(&mut write);
        self.write_topics(&mut write);
        self.write_configs(&mut write);
        self.write_quotas(&mut write);
        if let Some(next) = self.next_producer_id {
            write(MetadataRecord::ProducerIds(ProducerIdsRecord {
                broker_id: -1,
                broker_epoch: -1,
                next_producer_id: next.0,
                ..ProducerIdsRecord::default()
            }));
        }
        self.write_security(&mut write);
    }

    fn write_features<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        let metadata_version = self.features.metadata_version();
        let first = metadata_version.map(|level| (features::METADATA_VERSION, level));
        let others = self
            .features
            .iter()
            .filter(|(name, _)| *name != features::METADATA_VERSION);
        for (name, feature_level) in first.into_iter().chain(others) {
            write(MetadataRecord::FeatureLevel(FeatureLevelRecord {
                name: name.into(),
                feature_level,
                ..FeatureLevelRecord::default()
            }));
        }
        if self.zk_migration_state != 0 {
            write(MetadataRecord::ZkMigrationState(ZkMigrationStateRecord {
                zk_migration_state: self.zk_migration_state,
                ..ZkMigrationStateRecord::default()
            }));
        }
    }

    fn write_nodes<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        let metadata_version = self.metadata_version();
        for broker in self.brokers() {
            write(MetadataRecord::RegisterBroker(
                broker.to_record(metadata_version),
            ));
        }
        if metadata_version >= CONTROLLERS_SINCE {
            for controller in self.controllers() {
                write(MetadataRecord::RegisterController(controller.to_record()));
            }
        }
    }

    fn write_topics<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        let metadata_version = self.metadata_version();
        for topic in self.topics.iter() {
            write(MetadataRecord::Topic(TopicRecord {
                name: (&*topic.name).into(),
                topic_id: topic.id,
                ..TopicRecord::default()
            }));
            for (index, partition) in topic.partitions.iter() {
                let record = partition.to_record(topic.id, index, metadata_version);
                write(MetadataRecord::Partition(record));
            }
        }
    }

    fn write_configs<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        for (resource, configs) in self.configs.iter() {
            for (name, value) in configs.iter() {
                write(MetadataRecord::Config(ConfigRecord {
                    resource_type: resource.kind.0,
                    resource_name: resource.name.to_string().into(),
                    name: name.into(),
                    value: Some(value.into()),
                    ..ConfigRecord::default()
                }));
            }
        }
    }

    fn write_quotas<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        for (entity, quotas) in self.client_quotas.iter() {
            for (key, value) in quotas {
                let parts = entity.iter().map(|(kind, name)| EntityData {
                    entity_type: (&**kind).into(),
                    entity_name: name.as_deref().map(Into::into),
                    ..EntityData::default()
                });
                write(MetadataRecord::ClientQuota(ClientQuotaRecord {
                    entity: parts.collect(),
                    key: (&**key).into(),
                    value: *value,
                    remove: false,
                    ..ClientQuotaRecord::default()
                }));
            }
        }
    }

    fn write_security<'a>(&'a self, write: &mut impl FnMut(MetadataRecord<'a>)) {
        for (id, acl) in self.acls() {
            write(MetadataRecord::AccessControlEntry(
                AccessControlEntryRecord {
                    id,
                    resource_type: acl.resource_type,
                    resource_name: (&*acl.resource_name).into(),
                    pattern_type: acl.pattern_type,
                    principal: (&*acl.principal).into(),
                    host: (&*acl.host).into(),
                    operation: acl.operation,
                    permission_type: acl.permission_type,
                    ..AccessControlEntryRecord::default()
                },
            ));
        }
        for (mechanism, user, credential) in self.scram_credentials() {
            write(MetadataRecord::UserScramCredential(
                UserScramCredentialRecord {
                    name: user.into(),
                    mechanism,
                    salt: (&*credential.salt).into(),
                    stored_key: (&*credential.stored_key).into(),
                    server_key: (&*credential.server_key).into(),
                    iterations: credential.iterations,
                    ..UserScramCredentialRecord::default()
                },
            ));
        }
        for (id, token) in self.delegation_tokens() {
            write(MetadataRecord::DelegationToken(DelegationTokenRecord {
                owner: (&*token.owner).into(),
                requester: (&*token.requester).into(),
                renewers: token.renewers.iter().map(|name| (&**name).into()).collect(),
                issue_timestamp: token.issue_timestamp,
                max_timestamp: token.max_timestamp,
                expiration_timestamp: token.expiration_timestamp,
                token_id: id.into(),
                ..DelegationTokenRecord::default()
            }));
        }
    }
}

impl BrokerRegistration {
    /// The record that describes it whole, as `metadata_version` can.
    #[must_use]
    pub fn to_record(&self, metadata_version: i16) -> RegisterBrokerRecord<'_> {
        use register_broker_record::{BrokerEndpoint, BrokerFeature};
        let with_dirs = metadata_version >= DIRECTORIES_SINCE;
        let cordoned = self.cordoned_log_dirs.clone();
        RegisterBrokerRecord {
            broker_id: self.id.0,
            is_migrating_zk_broker: self.is_migrating_zk_broker
                && metadata_version >= MIGRATION_SINCE,
            incarnation_id: self.incarnation_id,
            broker_epoch: self.epoch.0,
            end_points: self
                .endpoints
                .iter()
                .map(|endpoint| BrokerEndpoint {
                    name: (&*endpoint.name).into(),
                    host: (&*endpoint.host).into(),
                    port: endpoint.port,
                    security_protocol: endpoint.security_protocol,
                    ..BrokerEndpoint::default()
                })
                .collect(),
            features: self
                .features
                .iter()
                .map(|(name, range)| BrokerFeature {
                    name: (&**name).into(),
                    min_supported_version: range.min,
                    max_supported_version: range.max,
                    ..BrokerFeature::default()
                })
                .collect(),
            rack: self.rack.as_deref().map(Into::into),
            fenced: self.fenced,
            in_controlled_shutdown: self.in_controlled_shutdown,
            log_dirs: if with_dirs {
                self.log_dirs.clone()
            } else {
                Vec::new()
            },
            cordoned_log_dirs: cordoned.filter(|_| metadata_version >= CORDONED_SINCE),
            ..RegisterBrokerRecord::default()
        }
    }
}

impl ControllerRegistration {
    /// The record that describes it whole.
    #[must_use]
    pub fn to_record(&self) -> RegisterControllerRecord<'_> {
        use register_controller_record::{ControllerEndpoint, ControllerFeature};
        RegisterControllerRecord {
            controller_id: self.id.0,
            incarnation_id: self.incarnation_id,
            zk_migration_ready: self.zk_migration_ready,
            end_points: self
                .endpoints
                .iter()
                .map(|endpoint| ControllerEndpoint {
                    name: (&*endpoint.name).into(),
                    host: (&*endpoint.host).into(),
                    port: endpoint.port,
                    security_protocol: endpoint.security_protocol,
                    ..ControllerEndpoint::default()
                })
                .collect(),
            features: self
                .features
                .iter()
                .map(|(name, range)| ControllerFeature {
                    name: (&**name).into(),
                    min_supported_version: range.min,
                    max_supported_version: range.max,
                    ..ControllerFeature::default()
                })
                .collect(),
            ..RegisterControllerRecord::default()
        }
    }
}
