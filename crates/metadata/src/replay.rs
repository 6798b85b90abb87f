//! What each record does to the image.

use std::sync::Arc;

use model::{BrokerEpoch, BrokerId, PartitionIndex, ProducerId, TopicId};
use protocol::metadata_records::MetadataRecord;
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use protocol::topic_record::TopicRecord;

use crate::configs::{ConfigResource, ConfigResourceType};
use crate::{
    Acl, BrokerRegistration, Changes, ControllerRegistration, DelegationToken, Image, Partition,
    ReplayError, ScramCredential,
};

type Outcome = Result<(), ReplayError>;

impl Image {
    /// Applies one record, and notes what it changed. The bounds of transactions do nothing here.
    ///
    /// # Errors
    /// When it does not fit the image.
    pub fn replay(&mut self, record: &MetadataRecord<'_>, changes: &mut Changes) -> Outcome {
        use MetadataRecord as R;
        match record {
            R::Topic(record) => self.create_topic(record, changes)?,
            R::Partition(record) => self.create_partition(record, changes)?,
            R::PartitionChange(record) => self.change_partition(record, changes)?,
            R::RemoveTopic(record) => self.remove_topic(record.topic_id, changes)?,
            R::ClearElr(record) => self.clear_elr(&record.topic_name, changes)?,
            R::Config(record) => {
                let kind = ConfigResourceType(record.resource_type);
                let (resource, name) = (record.resource_name.as_ref(), record.name.as_ref());
                self.configs
                    .set(kind, resource, name, record.value.as_deref());
                changes.configs.insert(ConfigResource {
                    kind,
                    name: resource.into(),
                });
            }
            R::FeatureLevel(record) => {
                self.features.set(&record.name, record.feature_level)?;
                changes.features.insert(record.name.as_ref().into());
            }
            R::ProducerIds(record) => {
                self.next_producer_id = Some(ProducerId(record.next_producer_id));
                changes.producer_ids = true;
            }
            R::ClientQuota(record) => {
                self.client_quotas.replay(record);
                changes.client_quotas = true;
            }
            R::ZkMigrationState(record) => self.zk_migration_state = record.zk_migration_state,
            R::NoOp(_) | R::BeginTransaction(_) | R::EndTransaction(_) | R::AbortTransaction(_) => {
            }
            R::RegisterBroker(_)
            | R::UnregisterBroker(_)
            | R::FenceBroker(_)
            | R::UnfenceBroker(_)
            | R::BrokerRegistrationChange(_)
            | R::RegisterController(_)
            | R::UnregisterController(_) => self.replay_node(record, changes)?,
            R::AccessControlEntry(_)
            | R::RemoveAccessControlEntry(_)
            | R::UserScramCredential(_)
            | R::RemoveUserScramCredential(_)
            | R::DelegationToken(_)
            | R::RemoveDelegationToken(_) => self.replay_security(record, changes)?,
        }
        Ok(())
    }

    fn replay_node(&mut self, record: &MetadataRecord<'_>, changes: &mut Changes) -> Outcome {
        use MetadataRecord as R;
        match record {
            R::RegisterBroker(record) => {
                let broker = BrokerRegistration::from_record(record);
                changes.brokers.insert(broker.id);
                self.brokers.insert(broker.id, Arc::new(broker));
            }
            R::UnregisterBroker(record) => {
                let (id, epoch) = (record.broker_id, record.broker_epoch);
                let id = self.broker_mut(id, epoch, changes)?.id;
                self.brokers.remove(&id);
            }
            R::FenceBroker(record) => {
                self.broker_mut(record.id, record.epoch, changes)?.fenced = true;
            }
            R::UnfenceBroker(record) => {
                self.broker_mut(record.id, record.epoch, changes)?.fenced = false;
            }
            R::BrokerRegistrationChange(record) => {
                let (id, epoch) = (record.broker_id, record.broker_epoch);
                self.broker_mut(id, epoch, changes)?.change(record);
            }
            R::RegisterController(record) => {
                let controller = ControllerRegistration::from_record(record);
                changes.controllers.insert(controller.id);
                self.controllers.insert(controller.id, Arc::new(controller));
            }
            R::UnregisterController(record) => {
                let id = BrokerId(record.controller_id);
                self.controllers.remove(&id);
                changes.controllers.insert(id);
            }
            _ => unreachable!("only records of nodes come here"),
        }
        Ok(())
    }

    fn replay_security(&mut self, record: &MetadataRecord<'_>, changes: &mut Changes) -> Outcome {
        use MetadataRecord as R;
        match record {
            R::AccessControlEntry(record) => {
                self.acls
                    .insert(record.id, Arc::new(Acl::from_record(record)));
                changes.acls = true;
            }
            R::RemoveAccessControlEntry(record) => {
                self.acls
                    .remove(&record.id)
                    .ok_or(ReplayError::UnknownAcl(record.id))?;
                changes.acls = true;
            }
            R::UserScramCredential(record) => {
                let key = (record.mechanism, Arc::from(record.name.as_ref()));
                self.scram
                    .insert(key, Arc::new(ScramCredential::from_record(record)));
                changes.scram = true;
            }
            R::RemoveUserScramCredential(record) => {
                self.scram
                    .remove(&(record.mechanism, Arc::from(record.name.as_ref())));
                changes.scram = true;
            }
            R::DelegationToken(record) => {
                let token = Arc::new(DelegationToken::from_record(record));
                self.delegation_tokens
                    .insert(record.token_id.as_ref().into(), token);
                changes.delegation_tokens = true;
            }
            R::RemoveDelegationToken(record) => {
                self.delegation_tokens.remove(record.token_id.as_ref());
                changes.delegation_tokens = true;
            }
            _ => unreachable!("only records of security come here"),
        }
        Ok(())
    }

    fn create_topic(&mut self, record: &TopicRecord<'_>, changes: &mut Changes) -> Outcome {
        let same_id = self.topics.get(record.topic_id).map(|topic| topic.id);
        if let Some(existing) = self.topics.id(&record.name).or(same_id) {
            return Err(ReplayError::TopicExists {
                name: record.name.to_string(),
                existing,
            });
        }
        self.topics.insert(record.topic_id, &record.name);
        changes.topics_created.insert(record.topic_id);
        Ok(())
    }

    fn create_partition(&mut self, record: &PartitionRecord, changes: &mut Changes) -> Outcome {
        let topic_id = record.topic_id;
        let topic = self
            .topics
            .get_mut(topic_id)
            .ok_or(ReplayError::UnknownTopicId(topic_id))?;
        let (index, count) = (PartitionIndex(record.partition_id), topic.partitions.len());
        topic
            .partitions
            .insert(index, Partition::from_record(record))
            .ok_or(ReplayError::PartitionOutOfOrder {
                topic_id,
                partition: record.partition_id,
                count,
            })?;
        changes.partition(topic_id, index);
        Ok(())
    }

    fn change_partition(
        &mut self,
        record: &PartitionChangeRecord,
        changes: &mut Changes,
    ) -> Outcome {
        let (topic_id, index) = (record.topic_id, PartitionIndex(record.partition_id));
        let topic = self
            .topics
            .get_mut(topic_id)
            .ok_or(ReplayError::UnknownTopicId(topic_id))?;
        let partition = topic
            .partitions
            .get_mut(index)
            .ok_or(ReplayError::UnknownPartition {
                topic_id,
                partition: index.0,
            })?;
        partition.change(record);
        changes.partition(topic_id, index);
        Ok(())
    }

    fn remove_topic(&mut self, id: TopicId, changes: &mut Changes) -> Outcome {
        let topic = self
            .topics
            .remove(id)
            .ok_or(ReplayError::UnknownTopicId(id))?;
        changes.topic_deleted(&topic);
        if self.configs.remove(ConfigResourceType::TOPIC, &topic.name) {
            changes.configs.insert(ConfigResource::topic(&topic.name));
        }
        Ok(())
    }

    /// An empty name stands for all topics.
    fn clear_elr(&mut self, name: &str, changes: &mut Changes) -> Outcome {
        let ids = if name.is_empty() {
            self.topics.iter().map(|topic| topic.id).collect()
        } else {
            vec![
                self.topics
                    .id(name)
                    .ok_or_else(|| ReplayError::UnknownTopicName(name.into()))?,
            ]
        };
        for id in ids {
            self.clear_elr_of(id, changes);
        }
        Ok(())
    }

    fn clear_elr_of(&mut self, id: TopicId, changes: &mut Changes) {
        let partitions = self
            .topics
            .get(id)
            .into_iter()
            .flat_map(|topic| topic.partitions.iter());
        let with_elr: Vec<_> = partitions
            .filter(|(_, p)| !p.elr().is_empty() || !p.last_known_elr().is_empty())
            .map(|(index, _)| index)
            .collect();
        for index in with_elr {
            let topic = self
                .topics
                .get_mut(id)
                .expect("its partitions were just listed");
            if topic
                .partitions
                .get_mut(index)
                .is_some_and(Partition::clear_elr)
            {
                changes.partition(id, index);
            }
        }
    }

    fn broker_mut(
        &mut self,
        id: i32,
        epoch: i64,
        changes: &mut Changes,
    ) -> Result<&mut BrokerRegistration, ReplayError> {
        let (broker, epoch) = (BrokerId(id), BrokerEpoch(epoch));
        let known = self
            .brokers
            .get_mut(&broker)
            .ok_or(ReplayError::UnknownBroker(broker))?;
        if known.epoch != epoch {
            let registered = known.epoch;
            return Err(ReplayError::WrongBrokerEpoch {
                broker,
                epoch,
                registered,
            });
        }
        changes.brokers.insert(broker);
        Ok(Arc::make_mut(known))
    }
}
